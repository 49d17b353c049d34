import { VendorHttpError } from '../../clients/errors';
import type {
  FlowPurchaseOrder,
  FlowPurchaseOrderItem,
  FlowPurchaseOrderItemWrite,
  FlowPurchaseOrderStatus,
} from '../../clients/flow/purchase-orders';
import { ownUid } from '../../domain/own-uids';
import type { DesiredPurchaseItem, DesiredPurchaseOrder } from './mapping/desired-purchase-order';
import type { PurchaseOrderChanges } from './mapping/plan-purchase-order-changes';
import { reservationsOfLine, type WantedReservations } from './mapping/reservations';
import { SyncError } from '../shared/failures';
import type { SyncRun } from '../orders/sync-run';
import { productsMissing } from './ordered-products';

/**
 * Writes one purchase order to Flow in the steps that Flow asks for. Every part carries a uid of ours, so that a write
 * repeated after a lost answer is refused as a duplicate instead of done twice.
 */
export class FlowPurchaseOrderWriter {
  private readonly flow;
  private readonly attempt;

  constructor(
    run: SyncRun,
    private readonly desired: DesiredPurchaseOrder,
    private readonly reservations: WantedReservations,
  ) {
    this.flow = run.tenant.flow;
    this.attempt = run.attempt;
  }

  /** Makes the order with all its lines in one call, so that there is never half of one. One that is there is left. */
  async create(purchaseOrderUid: string): Promise<void> {
    const { storeUid, externalId, header, items } = this.desired;
    const lines = items.map((item) => this.newItem(purchaseOrderUid, item));
    const status: FlowPurchaseOrderStatus = 'SENT_TO_SUPPLIER';
    const body = { purchaseOrderUid, externalId, ...header, status, items: lines };
    try {
      await this.flow.purchaseOrders.create(storeUid, body, this.attempt);
    } catch (error) {
      // Our own uid is taken: an earlier attempt wrote it and lost the answer, or it is another's, which a read tells.
      if (error instanceof VendorHttpError && error.status === 409) return;
      throw this.explained(error, items);
    }
  }

  /** Writes what the plan says; the status that ends it last. */
  async write({ purchaseOrderUid, status: current }: FlowPurchaseOrder, changes: PurchaseOrderChanges): Promise<void> {
    const { storeUid } = this.desired;
    const { header, openWith, status } = changes;
    const first = { ...header, ...(openWith && { status: openWith }) };
    try {
      if (Object.keys(first).length > 0) {
        await this.flow.purchaseOrders.update(storeUid, purchaseOrderUid, first, this.attempt);
      }
    } catch (error) {
      throw this.explained(error, []);
    }
    await this.writeItems(purchaseOrderUid, changes);
    const end = status ?? (openWith && asStatus(current));
    if (end && end !== openWith) {
      await this.flow.purchaseOrders.update(storeUid, purchaseOrderUid, { status: end }, this.attempt);
    }
  }

  private async writeItems(purchaseOrderUid: string, changes: PurchaseOrderChanges): Promise<void> {
    const { storeUid } = this.desired;
    for (const { purchaseOrderItemUid } of changes.itemsToDelete) {
      await this.flow.purchaseOrders.deleteItem(storeUid, purchaseOrderUid, purchaseOrderItemUid, this.attempt);
    }
    for (const { item, update } of changes.itemsToUpdate) await this.updateItem(purchaseOrderUid, item, update);
    for (const item of changes.itemsToAdd) await this.addItem(purchaseOrderUid, item);
  }

  private async updateItem(
    purchaseOrderUid: string,
    { purchaseOrderItemUid }: FlowPurchaseOrderItem,
    update: PurchaseOrderChanges['itemsToUpdate'][number]['update'],
  ): Promise<void> {
    const { storeUid } = this.desired;
    await this.flow.purchaseOrders.updateItem(storeUid, purchaseOrderUid, purchaseOrderItemUid, update, this.attempt);
  }

  private async addItem(purchaseOrderUid: string, item: DesiredPurchaseItem): Promise<void> {
    const body = this.newItem(purchaseOrderUid, item);
    try {
      await this.flow.purchaseOrders.addItem(this.desired.storeUid, purchaseOrderUid, body, this.attempt);
    } catch (error) {
      if (!(error instanceof VendorHttpError && error.status === 409)) throw this.explained(error, [item]);
    }
  }

  private newItem(purchaseOrderUid: string, item: DesiredPurchaseItem): FlowPurchaseOrderItemWrite {
    const { externalId, productUid, warehouseUid, quantityOrdered, quantityReceived } = item;
    const { unitPrice, supplierSku, expectedDeliveryDate } = item;
    const reservations = reservationsOfLine(externalId, this.reservations);
    return {
      purchaseOrderItemUid: ownUid(purchaseOrderUid, externalId),
      ...{ externalId, productUid, warehouseUid, quantityOrdered },
      ...(quantityReceived > 0 && { quantityReceived }),
      ...(unitPrice !== undefined && { unitPrice }),
      ...(supplierSku && { supplierSku }),
      ...(expectedDeliveryDate && { expectedDeliveryDate }),
      ...(reservations.length > 0 && { reservations }),
    };
  }

  /** Flow names a field by its place in the request; a person needs the SKU, or the setting. */
  private explained(error: unknown, items: readonly DesiredPurchaseItem[]): unknown {
    if (!(error instanceof VendorHttpError) || error.status !== 422) return error;
    const fields = error.fields.map(({ field }) => field);
    const { currency } = this.desired.header;
    if (currency && fields.includes('currency')) {
      const message = `Flow's tenant has no foreign currency ${currency}, in which the purchase order is; add it in Flow`;
      return new SyncError('ConfigurationIncomplete', message, { cause: error });
    }
    const codes = fields.flatMap((field) => {
      const match = /^(?:items\[(\d+)\]\.)?(?:productUid|productSku)$/.exec(field);
      return (match && items[Number(match[1] ?? 0)]?.code) ?? [];
    });
    return codes.length > 0 ? productsMissing(codes, error) : error;
  }
}

/** The status to go back to when only the lines were to be changed. */
function asStatus(status: string): FlowPurchaseOrderStatus | undefined {
  return status === 'RECEIVED' || status === 'CLOSED' ? status : undefined;
}
