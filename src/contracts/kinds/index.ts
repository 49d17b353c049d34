import type { AnyEntityKind } from '../entity-sync';
import { customer } from './customer';
import { goodsReception } from './goods-reception';
import { order } from './order';
import { product } from './product';
import { purchaseOrder } from './purchase-order';
import { stock } from './stock';
import { stores } from './stores';

/** Every kind of entity sync. */
export const ENTITY_KINDS: readonly AnyEntityKind[] = [
  order,
  customer,
  product,
  purchaseOrder,
  goodsReception,
  stores,
  stock,
];
