import { flowPurchaseOrderSchema, type FlowPurchaseOrder } from '../../src/clients/flow/purchase-orders';
import { omniumPurchaseOrderSchema, type OmniumPurchaseOrder } from '../../src/clients/omnium/purchase-orders';
import type { DesiredPurchaseOrder } from '../../src/activities/goods/mapping/desired-purchase-order';

/** JSON as it comes over the wire. */
export type DocumentJson = Readonly<Record<string, unknown>>;

/** A line of a purchase order as Omnium sends it: ten pieces at 100.00 each for Oslo. */
export function purchaseLineJson(members: DocumentJson = {}): DocumentJson {
  return {
    ...{ lineItemId: 'L1', code: 'SKI-1', quantity: 10, canceledQuantity: 0, deliveredQuantity: 0 },
    ...{ discountedPriceExclTax: 1000, discountedPrice: 1250, placedPriceExclTax: 120, warehouseCode: 'oslo' },
    ...members,
  };
}

/** A purchase order as the client reads it from Omnium. */
export function omniumPurchaseOrder(
  lines: readonly DocumentJson[] = [purchaseLineJson()],
  members: DocumentJson = {},
): OmniumPurchaseOrder {
  return omniumPurchaseOrderSchema.parse({
    ...{ id: 'PO-17', supplierId: 'Ski & Co', billingCurrency: 'NOK', storeId: 'oslo', marketId: 'NOR' },
    purchaseOrderForm: { lineItems: lines },
    ...members,
  });
}

/** The order as Flow has it when nothing differs, with some members of it or of its first line changed. */
export function flowPurchaseOrder(
  desired: DesiredPurchaseOrder,
  members: DocumentJson = {},
  firstItem: DocumentJson = {},
): FlowPurchaseOrder {
  const items = desired.items.map((item, index) => ({
    ...item,
    purchaseOrderItemUid: `item-${item.externalId}`,
    ...(index === 0 ? firstItem : {}),
  }));
  const parsed = flowPurchaseOrderSchema.parse({
    ...{ purchaseOrderUid: desired.baseUid, externalId: desired.externalId, status: 'SENT_TO_SUPPLIER' },
    ...desired.header,
    items,
    ...members,
  });
  return { ...parsed, storeUid: desired.storeUid };
}
