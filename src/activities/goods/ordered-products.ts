import type { FlowPurchaseOrder } from '../../clients/flow/purchase-orders';
import type { DesiredPurchaseOrder } from './mapping/desired-purchase-order';
import { SyncError } from '../shared/failures';
import type { SyncRun } from '../orders/sync-run';

/** Flow calls a product without a SKU so (Flow, products page). */
const NO_SKU = 'NoSku';

/** An order that is to stand in Flow, and what Flow has of it. */
export interface OrderPair {
  readonly desired: DesiredPurchaseOrder;
  readonly existing: FlowPurchaseOrder | undefined;
}

/**
 * Looks up the products of all lines that Flow does not have yet, before anything is written: a purchase order is never
 * half made, and nothing is taken back for one that cannot be made.
 *
 * @throws SyncError `FlowProductMissing`, or `UidCollision` when a product's uid is another SKU's
 */
export async function mustHaveProducts({ tenant, attempt }: SyncRun, pairs: readonly OrderPair[]): Promise<void> {
  const wanted = new Map(pairs.flatMap(newProducts));
  const looked = await Promise.all(
    [...wanted].map(async ([code, productUid]) => ({
      ...{ code, productUid },
      product: await tenant.flow.products.get(productUid, attempt),
    })),
  );
  const missing = looked.flatMap(({ code, product }) => (product ? [] : [code]));
  if (missing.length > 0) throw productsMissing(missing);
  for (const { code, productUid, product } of looked) {
    if (product?.sku === undefined || product.sku === code || product.sku === NO_SKU) continue;
    throw new SyncError(
      'UidCollision',
      `Skus ${code} and ${product.sku} become the same Flow uid ${productUid}; rename one in Omnium`,
    );
  }
}

function newProducts({ desired, existing }: OrderPair): [code: string, productUid: string][] {
  const there = new Set(existing?.items.map(({ productUid }) => productUid));
  return desired.items.flatMap(({ code, productUid }) => (there.has(productUid) ? [] : [[code, productUid]]));
}

/** What to say when Flow lacks products of a purchase order. */
export function productsMissing(codes: readonly string[], cause?: unknown): SyncError {
  const named = [...new Set(codes)].slice(0, 10).join(', ');
  const message = `Flow has no product for sku ${named}; export the product or mend the purchase order`;
  return new SyncError('FlowProductMissing', message, { cause });
}
