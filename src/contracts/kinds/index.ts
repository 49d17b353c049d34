import type { AnyEntityKind } from '../entity-sync';
import { customerKind } from './customer';
import { goodsReceptionKind } from './goods-reception';
import { orderKind } from './order';
import { productKind } from './product';
import { purchaseOrderKind } from './purchase-order';
import { stockKind } from './stock';
import { storesKind } from './stores';

/** Every kind of entity sync. */
export const ENTITY_KINDS: readonly AnyEntityKind[] = [
  orderKind,
  customerKind,
  productKind,
  purchaseOrderKind,
  goodsReceptionKind,
  storesKind,
  stockKind,
];
