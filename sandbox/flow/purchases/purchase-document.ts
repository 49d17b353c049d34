import { type Audited } from '../store/collection';
import { type TenantStore } from '../store/tenant-store';
import { type PurchaseOrder, type PurchaseOrderItem, type Receivement, type ReceivementItem } from './purchase-model';
import { type ReceivedOnLine, receivedOn } from './receptions';

/** A purchase order as the API gives it, lines and all. */
export function purchaseOrderDocument(tenant: TenantStore, order: Audited<PurchaseOrder>): object {
  const received = receivedOn(tenant, order);
  return {
    ...order,
    supplierName: tenant.suppliers.get(order.supplierUid)?.name ?? null,
    items: order.items.map((item) => document(tenant, order, { item, received })),
  };
}

/** One line of an order as the API gives it. */
export function purchaseItemDocument(
  tenant: TenantStore,
  order: PurchaseOrder,
  item: Audited<PurchaseOrderItem>,
): object {
  return document(tenant, order, { item, received: receivedOn(tenant, order) });
}

/** Goods received, as the API gives them. */
export function receivementDocument(receivement: Audited<Receivement>): object {
  return { ...receivement, items: receivement.items.map((item) => receivementItemDocument(receivement, item)) };
}

/** What one piece of a line costs, in cents of the order's currency: price less discount plus freight. */
export function unitCostOf(item: PurchaseOrderItem): number {
  const { unitPrice, quantityOrdered, freightAmount } = item;
  if (quantityOrdered === 0) return unitPrice;
  return Math.round(((linePriceOf(item) + freightAmount) * 100) / quantityOrdered);
}

function linePriceOf({ unitPrice, quantityOrdered, discountAmount }: PurchaseOrderItem): number {
  return Math.round((unitPrice * quantityOrdered) / 100) - discountAmount;
}

function document(
  tenant: TenantStore,
  { exchangeRate }: PurchaseOrder,
  { item, received }: { item: Audited<PurchaseOrderItem>; received: ReadonlyMap<string, ReceivedOnLine[]> },
): object {
  const product = tenant.products.get(item.productUid);
  const { unitPrice, discountAmount, freightAmount } = item;
  const amounts = {
    unitPrice,
    discountAmount,
    freightAmount,
    unitCost: unitCostOf(item),
    totalLinePrice: linePriceOf(item),
  };
  const localCurrency: Record<string, number> = {};
  for (const [name, amount] of Object.entries(amounts)) localCurrency[name] = Math.round(amount * (exchangeRate ?? 1));
  return {
    ...item,
    ...amounts,
    localCurrency,
    productName: product?.name ?? null,
    productSku: product?.sku ?? null,
    productSerialNoRequired: product?.serialNoRequired ?? 'NO',
    quantityReserved: item.reservations.reduce((sum, { quantity }) => sum + quantity, 0),
    reservations: item.reservations.map((reservation) => ({
      ...reservation,
      orderNumber: tenant.orders.get(reservation.orderUid)?.orderNumber ?? null,
    })),
    receivementItems: (received.get(item.purchaseOrderItemUid) ?? []).map(({ receivement, item: part }) =>
      receivementItemDocument(receivement, part),
    ),
  };
}

function receivementItemDocument(receivement: Audited<Receivement>, item: ReceivementItem): object {
  const { receivementUid, createdAt, createdBy, lastModifiedAt, lastModifiedBy } = receivement;
  return {
    ...item,
    receivementUid,
    product: { ...item.product },
    status: 'RECEIVED',
    tenantUserUid: createdBy,
    tenantUserDisplayName: createdBy,
    ...{ createdAt, createdBy, lastModifiedAt, lastModifiedBy },
  };
}
