import { type TenantStore } from '../store/tenant-store';
import { type PurchaseOrder, type Receivement, type ReceivementItem } from './purchase-model';
import { type Audited } from '../store/collection';

/** What was received on a line, with the reception it came in. */
export interface ReceivedOnLine {
  readonly receivement: Audited<Receivement>;
  readonly item: ReceivementItem;
}

/** What was received on an order, by line, in the order it came in. */
export function receivedOn(
  tenant: TenantStore,
  { purchaseOrderUid }: Pick<PurchaseOrder, 'purchaseOrderUid'>,
): Map<string, ReceivedOnLine[]> {
  const byLine = new Map<string, ReceivedOnLine[]>();
  for (const receivement of tenant.receivements.find('purchaseOrderUid', purchaseOrderUid)) {
    for (const item of receivement.items) {
      if (item.purchaseOrderItemUid === null) continue;
      const list = byLine.get(item.purchaseOrderItemUid) ?? [];
      list.push({ receivement, item });
      byLine.set(item.purchaseOrderItemUid, list);
    }
  }
  return byLine;
}

/** Whether a store may take goods into a warehouse. */
export function mayReceiveInto(tenant: TenantStore, storeUid: string, warehouseUid: string): boolean {
  return tenant.warehouseAccess
    .find('storeUid', storeUid)
    .some((access) => access.warehouseUid === warehouseUid && access.role === 'RECEIVE');
}
