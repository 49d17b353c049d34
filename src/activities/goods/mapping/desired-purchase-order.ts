import type { OmniumPurchaseOrder } from '../../../clients/omnium/purchase-orders';
import { compact } from '../../../domain/compact';
import { dayIn } from '../../../domain/day';
import type { Cents } from '../../../domain/money';
import type { Hundredths } from '../../../domain/quantity';
import { stripToUid } from '../../../domain/uid';
import { DocumentUnmappableError } from '../../../domain/document-unmappable';
import type { OrderedLine } from './ordered-lines';

/** A line as it has to stand in Flow. Quantities in hundredths of a piece. */
export interface DesiredPurchaseItem {
  /** Omnium's line item id: the key both systems share. */
  readonly externalId: string;
  /** SKU in Omnium. */
  readonly code: string;
  readonly productUid: string;
  readonly warehouseUid: string;
  readonly quantityOrdered: Hundredths;
  /** Delivered, as Omnium knows. */
  readonly quantityReceived: Hundredths;
  /** Will never come. */
  readonly quantityCancelled: Hundredths;
  readonly unitPrice?: Cents;
  readonly supplierSku?: string;
  /** `YYYY-MM-DD`. */
  readonly expectedDeliveryDate?: string;
}

/** One purchase order as it has to stand in Flow: an order of Omnium's, or one delivery of it, in one store. */
export interface DesiredPurchaseOrder {
  /** The uid that says whose it is: {@link purchaseOrderUidOf} without a store. */
  readonly baseUid: string;
  /** Set when the order is one delivery of Omnium's order (`ExportDeliveryAsPo`). */
  readonly deliveryId?: string;
  readonly storeUid: string;
  /** Whether it is the store that gets {@link baseUid} itself, where that is free. */
  readonly isFirstStore: boolean;
  /** Omnium's purchase order id. */
  readonly externalId: string;
  readonly header: {
    readonly supplierUid: string;
    /** ISO 4217; absent in the tenant's own currency. */
    readonly currency?: string;
    readonly supplierReferenceNumber?: string;
    readonly note?: string;
  };
  readonly items: readonly DesiredPurchaseItem[];
}

/** What the mapping needs to know beside Omnium's document. */
export interface PurchaseOrderContext {
  readonly lines: readonly OrderedLine[];
  /** By Omnium's warehouse code; lines whose warehouse is not there do not go to Flow. */
  readonly destinations: ReadonlyMap<string, { readonly storeUid: string; readonly warehouseUid: string }>;
  /** Flow's store of the order itself: it is served first. */
  readonly ownStoreUid?: string;
  /**
   * Set when each delivery is an order of its own: those that are still to come, with their expected arrival. Lines
   * of other deliveries and of none do not go to Flow.
   */
  readonly deliveries?: ReadonlyMap<string, { readonly estimatedTimeOfArrival?: string }>;
  readonly tenantCurrency: string;
  /** IANA name of the zone in which a day is a day. */
  readonly timezone: string;
}

/** Flow's uid of an order of Omnium's, or of one delivery of it (Flow, purchase orders page). */
export function purchaseOrderUidOf(purchaseOrderId: string, deliveryId?: string): string {
  const uid = stripToUid(purchaseOrderId);
  return deliveryId === undefined ? uid : `${uid}-delivery-${stripToUid(deliveryId)}`;
}

/** The uid in a store that is not the first one of the order. */
export function uidInStore(baseUid: string, storeUid: string): string {
  return `${baseUid}-${storeUid}`;
}

/**
 * A purchase order of Omnium's as Flow's purchase orders (Flow, purchase orders page): one for each store its goods go
 * to, and, where the context names deliveries, one for each delivery.
 *
 * @throws DocumentUnmappableError without a supplier, or with a currency that is none
 * @throws UidInvalidError when an id holds nothing that a Flow uid is made of
 */
export function desiredPurchaseOrders(
  purchaseOrder: OmniumPurchaseOrder,
  context: PurchaseOrderContext,
): DesiredPurchaseOrder[] {
  const { lines, destinations, deliveries, ownStoreUid } = context;
  const groups = new Map<string | undefined, Map<string, DesiredPurchaseItem[]>>();
  for (const line of lines) {
    const destination = line.warehouseCode === undefined ? undefined : destinations.get(line.warehouseCode);
    const group = deliveries ? line.deliveryId : undefined;
    if (!destination || (deliveries && (group === undefined || !deliveries.has(group)))) continue;
    const stores = groups.get(group) ?? new Map<string, DesiredPurchaseItem[]>();
    const item = toItem(line, destination.warehouseUid, purchaseOrder, context);
    stores.set(destination.storeUid, [...(stores.get(destination.storeUid) ?? []), item]);
    groups.set(group, stores);
  }
  if (groups.size === 0) return [];
  const header = headerOf(purchaseOrder, context.tenantCurrency);
  return [...groups].flatMap(([deliveryId, stores]) => {
    const baseUid = purchaseOrderUidOf(purchaseOrder.id, deliveryId);
    const [first] = stores.keys();
    const firstStore = ownStoreUid && stores.has(ownStoreUid) ? ownStoreUid : first;
    return [...stores].map(([storeUid, items]) => ({
      ...{ baseUid, storeUid, isFirstStore: storeUid === firstStore, externalId: purchaseOrder.id, header, items },
      ...compact({ deliveryId }),
    }));
  });
}

function toItem(
  line: OrderedLine,
  warehouseUid: string,
  { requestedDeliveryDate }: OmniumPurchaseOrder,
  { deliveries, timezone }: PurchaseOrderContext,
): DesiredPurchaseItem {
  const { unitPrice, supplierSku, deliveryId } = line;
  const ofDelivery = deliveryId === undefined ? undefined : deliveries?.get(deliveryId)?.estimatedTimeOfArrival;
  const expected = line.estimatedTimeOfArrival ?? ofDelivery ?? requestedDeliveryDate;
  const expectedDeliveryDate = expected && dayIn(timezone, expected);
  return {
    externalId: line.lineItemId,
    code: line.code,
    productUid: stripToUid(line.code),
    warehouseUid,
    quantityOrdered: line.ordered,
    quantityReceived: line.delivered,
    quantityCancelled: line.cancelled,
    ...compact({ unitPrice, supplierSku, expectedDeliveryDate }),
  };
}

function headerOf(
  { supplierId, referenceNumber, billingCurrency, purchaseOrderNotes }: OmniumPurchaseOrder,
  tenantCurrency: string,
): DesiredPurchaseOrder['header'] {
  if (!supplierId) throw new DocumentUnmappableError('supplierId', 'Flow takes no purchase order without a supplier');
  const currency = billingCurrency?.trim().toUpperCase();
  if (currency && !/^[A-Z]{3}$/.test(currency)) {
    throw new DocumentUnmappableError('billingCurrency', 'is not a currency code of three letters');
  }
  const note = purchaseOrderNotes.flatMap((comment) => comment.detail ?? comment.title ?? []).join(', ');
  return {
    supplierUid: stripToUid(supplierId),
    ...(currency && currency !== tenantCurrency.toUpperCase() && { currency }),
    ...(referenceNumber && { supplierReferenceNumber: referenceNumber }),
    ...(note && { note }),
  };
}
