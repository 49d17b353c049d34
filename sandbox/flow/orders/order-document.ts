import { type Audited } from '../store/collection';
import { displayNameOf } from '../store/customer-documents';
import { type TenantStore } from '../store/tenant-store';
import {
  type Delivery,
  type Order,
  type OrderAddress,
  type OrderDiscount,
  type OrderHandling,
  type OrderItem,
  type Receipt,
  type Settlement,
} from './order-model';
import { allowedActionsOf, allowedItemActionsOf, lineTotal, lineVat, remainingOf } from './order-rules';

/** JSON document as Flow answers it. */
export type FlowDocument = Record<string, unknown>;

/** The full order (flow-api.md §3.7); every documented member is there, unknown ones as `null`. */
export function orderDocument(tenant: TenantStore, order: Audited<Order>): FlowDocument {
  const { totals } = order;
  const contact = order.customerUid ? tenant.customers.get(order.customerUid)?.contacts?.[0] : undefined;
  return {
    ...orderSummary(tenant, order),
    customerAddress: withDisplayName(order.customerAddress),
    customerContact: contact ? { ...contact, displayName: displayNameOf(contact) } : null,
    shippingAddress: withDisplayName(order.shippingAddress),
    invoiceAddress: withDisplayName(order.invoiceAddress),
    note: order.note,
    internalNote: order.internalNote,
    items: order.items.map((item) => itemDocument(order, item)),
    settlements: order.settlements.map((settlement) => settlementDocument(tenant, settlement)),
    settlementTotals: {
      totalAmount: totals.totalAmount,
      totalSettled: totals.totalSettled,
      totalRemaining: remainingOf(order),
    },
    orderhandlings: order.handlings.map((handling) => handlingDocument(tenant, order, handling)),
    discounts: order.discounts.map(discountDocument),
    compensationReasonUid: null,
    allowedActions: allowedActionsOf(order),
  };
}

/** The order as lists show it: everything but lines, payments and notes. */
export function orderSummary(tenant: TenantStore, order: Audited<Order>): FlowDocument {
  return {
    orderUid: order.orderUid,
    storeUid: order.storeUid,
    storeName: tenant.stores.get(order.storeUid)?.name ?? null,
    orderNumber: order.orderNumber,
    externalOrderNumber: order.externalOrderNumber,
    externalVoucherNumber: order.externalVoucherNumber,
    voucherNumber: order.voucherNumber,
    type: order.type,
    orderState: order.orderState,
    settleState: order.settleState,
    deliveryState: order.deliveryState,
    orderhandlingState: handlingStateOf(order),
    orderDate: order.orderDate,
    settledAt: order.settledAt,
    customerUid: order.customerUid,
    deliveryDate: order.deliveryDate,
    validUntil: order.validUntil,
    orderTotals: { ...order.totals },
    systemOrigin: order.systemOrigin,
    tenantUserUid: order.tenantUserUid,
    tenantUserDisplayName: order.tenantUserUid,
    tillUid: null,
    vatFree: false,
    vatPrint: true,
    createdAt: order.createdAt,
    createdBy: order.createdBy,
    lastModifiedAt: order.lastModifiedAt,
    lastModifiedBy: order.lastModifiedBy,
  };
}

/** One line. */
export function itemDocument(order: Order, item: OrderItem): FlowDocument {
  const { orderDiscountShare: _share, productType, ...fields } = item;
  const totalPrice = lineTotal(item);
  const itemVatAmount = lineVat(item);
  const profit =
    item.itemCost === null ? null : totalPrice - itemVatAmount - Math.round((item.itemCost * item.quantity) / 100);
  return {
    ...fields,
    productType,
    totalPrice,
    itemVatAmount,
    itemGrossProfitAmount: profit,
    allowedActions: allowedItemActionsOf(order, item),
    actions: [],
  };
}

/** One payment. */
export function settlementDocument(tenant: TenantStore, settlement: Settlement): FlowDocument {
  const { isReserved, ...fields } = settlement;
  return {
    ...fields,
    externalPaymentReference: settlement.externalId,
    state: isReserved ? 'NOT_STARTED' : 'SETTLED',
    status: isReserved ? 'NEW' : 'DONE',
    currency: { amount: settlement.amount, code: tenant.market.currency, exchangeRate: 1 },
    additionalDetails: [],
    parameters: [],
    displayMessages: [],
  };
}

/** One handling on an order. */
export function handlingDocument(tenant: TenantStore, order: Order, handling: OrderHandling): FlowDocument {
  const kind = tenant.handlings.get(handling.handlingUid);
  const { name = null, description = null } = kind ?? {};
  return { orderUid: order.orderUid, ...handling, name, description, active: true };
}

/** One delivery, with what it delivered. */
export function deliveryDocument(tenant: TenantStore, order: Order, delivery: Delivery): FlowDocument {
  const delivered = new Set(delivery.items.map(({ orderItemUid }) => orderItemUid));
  return {
    ...delivery,
    deliveryState: 'DELIVERED',
    items: delivery.items.map((item) => ({
      ...item,
      warehouseName: tenant.warehouses.get(item.warehouseUid)?.name ?? null,
      tenantUserUid: order.tenantUserUid,
    })),
    orderItems: order.items.filter((item) => delivered.has(item.orderItemUid)).map((item) => itemDocument(order, item)),
  };
}

export function discountDocument(discount: OrderDiscount): FlowDocument {
  return { ...discount, externalTransactionId: null };
}

/** A receipt with the present states of its order. */
export function receiptDocument(tenant: TenantStore, receipt: Audited<Receipt>): FlowDocument {
  const order = tenant.orders.get(receipt.orderUid);
  return {
    ...receipt,
    customerAddress: withDisplayName(receipt.customerAddress),
    storeName: tenant.stores.get(receipt.storeUid)?.name ?? null,
    settleState: order?.settleState ?? 'SETTLED',
    deliveryState: order?.deliveryState ?? null,
    orderState: order?.orderState ?? null,
    order: { orderUid: receipt.orderUid, orderNumber: receipt.orderNumber, type: receipt.type },
  };
}

function withDisplayName(address: OrderAddress | null): FlowDocument | null {
  return address && { ...address, displayName: displayNameOf(address) };
}

function handlingStateOf({ handlings }: Order): string {
  if (handlings.length === 0 || handlings.every(({ state }) => state === 'NOT_STARTED')) return 'NOT_STARTED';
  return handlings.every(({ state }) => state === 'COMPLETE') ? 'COMPLETE' : 'IN_PROGRESS';
}
