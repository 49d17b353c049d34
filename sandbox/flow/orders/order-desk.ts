import { type Actor } from '../events';
import { conflict, duplicateUid, type FieldError, FlowProblem, invalidField, refuseIfAny } from '../problem';
import { type Audited } from '../store/collection';
import { type Store } from '../store/setup-documents';
import { changeOrder, refuseIfFinal, release, reserve } from './change-order';
import { type OrderBody, type OrderPatch } from './order-bodies';
import { buildItem, repriceItems } from './order-lines';
import { type Order, type OrderAddress, type OrderItem, type OrderState } from './order-model';
import { isTouched, paymentsOf, refusalOfTransition, reservedMoneyOf, rollUp } from './order-rules';

/** An order to be made; only the tills make exchanges. */
export type NewOrder = OrderBody & { readonly isExchange?: boolean };

/** Makes a new OPEN order in a store. */
export function createOrder(actor: Actor, store: Audited<Store>, body: NewOrder): Audited<Order> {
  const { tenant } = actor;
  if (body.orderUid && tenant.orders.has(body.orderUid)) throw duplicateUid('order', 'orderUid');
  const errors: FieldError[] = [];
  if (body.customerUid && !tenant.customers.has(body.customerUid)) {
    errors.push({ field: 'customerUid', message: 'names no customer' });
  }
  const warehouseUid = store.defaultWarehouseUid;
  if (!warehouseUid) throw conflict('STORE_WITHOUT_WAREHOUSE', 'The store has no default warehouse.');
  const order = emptyOrder(actor, store, { body, warehouseUid });
  order.items = buildItems(actor, order, { body, errors });
  refuseIfAny(errors);
  order.orderNumber = tenant.nextNumber('order');
  rollUp(order);
  tenant.orders.add(order);
  reserve(actor, order);
  return order;
}

function emptyOrder(
  { tenant, user }: Actor,
  store: Store,
  { body, warehouseUid }: { body: NewOrder; warehouseUid: string },
): Audited<Order> {
  return {
    orderUid: body.orderUid ?? tenant.newUid(),
    storeUid: store.storeUid,
    orderNumber: '',
    externalOrderNumber: body.externalOrderNumber ?? null,
    externalVoucherNumber: null,
    type: body.type,
    ...(body.isExchange ? { isExchange: true } : {}),
    orderState: 'OPEN',
    settleState: 'NOT_STARTED',
    deliveryState: 'NOT_STARTED',
    orderDate: tenant.now(),
    customerUid: body.customerUid ?? null,
    customerAddress: body.customerAddress ?? addressOfCustomer({ tenant }, body.customerUid),
    shippingAddress: body.shippingAddress ?? null,
    invoiceAddress: body.invoiceAddress ?? null,
    deliveryDate: body.deliveryDate ?? null,
    validUntil: body.validUntil ?? null,
    note: body.note ?? null,
    internalNote: body.internalNote ?? null,
    warehouseUid,
    systemOrigin: user === 'pos' ? 'POS' : 'API',
    tenantUserUid: user,
    voucherNumber: null,
    settledAt: null,
    items: [],
    settlements: [],
    handlings: [],
    deliveries: [],
    discounts: [],
    totals: { totalAmount: 0, totalVatAmount: 0, totalDiscountAmount: 0, totalSettled: 0, cashRounding: 0 },
    ...tenant.audit(user),
  };
}

function buildItems(
  { tenant }: Actor,
  order: Order,
  { body, errors }: { body: OrderBody; errors: FieldError[] },
): OrderItem[] {
  const items: OrderItem[] = [];
  const seen = new Set<string>();
  for (const [index, itemBody] of (body.items ?? []).entries()) {
    const prefix = `items[${index}].`;
    const item = buildItem(tenant, order, { body: itemBody, prefix, errors });
    if (!item) continue;
    if (seen.has(item.orderItemUid)) errors.push({ field: `${prefix}orderItemUid`, message: 'is there twice' });
    seen.add(item.orderItemUid);
    items.push(item);
  }
  return items;
}

/** Changes an order's own fields and its state. Lines have their own calls. */
export function updateOrder(actor: Actor, order: Audited<Order>, patch: OrderPatch): void {
  const { orderState, ...fields } = patch;
  const changesFields = Object.values(fields).some((value) => value !== undefined);
  if (!changesFields && orderState === order.orderState) return;
  refuseIfFinal(order);
  if (fields.customerUid && !actor.tenant.customers.has(fields.customerUid)) {
    throw invalidField('customerUid', 'names no customer');
  }
  if (orderState !== undefined) refuseTransition(order, orderState);
  // Reopening comes first, so that prices are free when the customer changes; everything else comes after the fields.
  if (orderState === 'OPEN') setState(actor, order, orderState);
  if (changesFields) setFields(actor, order, fields);
  if (orderState !== undefined && orderState !== 'OPEN') setState(actor, order, orderState);
}

/**
 * Flow's Automatic Order Cancellation: deletes PARKED orders whose time is over and frees their goods; what was paid or
 * handed over stays (U-STATE). Gives the uids of what is gone. No webhook tells of it.
 */
export function expireOrders(actor: Actor): string[] {
  const { tenant } = actor;
  const nowMs = Date.parse(tenant.now());
  const expired = [...tenant.orders.all()].filter(
    (order) =>
      order.orderState === 'PARKED' &&
      order.validUntil !== null &&
      Date.parse(order.validUntil) < nowMs &&
      !isTouched(order) &&
      (reservedMoneyOf(order).length === 0 || tenant.manners.has('prepaid-orders-expire')),
  );
  for (const order of expired) {
    for (const item of order.items) release(actor, order, item);
    tenant.orders.remove(order.orderUid);
  }
  return expired.map(({ orderUid }) => orderUid);
}

function refuseTransition(order: Order, to: OrderState): void {
  const refusal = refusalOfTransition(order, to);
  if (refusal === undefined) return;
  const errors = [{ field: 'orderState', message: refusal }];
  throw new FlowProblem(409, 'ORDER_STATE_FORBIDDEN', { message: refusal, errors });
}

/** Puts an order to a state; whether it may go there is the caller's to know. */
export function setState(actor: Actor, order: Audited<Order>, to: OrderState): void {
  if (order.orderState === to) return;
  const { orderState, settlements } = order;
  changeOrder(actor, order, () => {
    order.orderState = to;
    // What becomes of reserved money is not documented: it is freed (flow-api.md §9).
    if (to === 'CANCELLED') order.settlements = paymentsOf(order);
    return () => void Object.assign(order, { orderState, settlements });
  });
}

function setFields(actor: Actor, order: Audited<Order>, fields: Omit<OrderPatch, 'orderState'>): void {
  const customerChanges = fields.customerUid !== undefined && fields.customerUid !== order.customerUid;
  const before = { ...order };
  changeOrder(actor, order, () => {
    for (const [name, value] of Object.entries(fields)) {
      if (value !== undefined) Object.assign(order, { [name]: value });
    }
    const pricesFree = order.orderState !== 'CONFIRMED' && order.settleState !== 'SETTLED';
    if (customerChanges && fields.customerAddress === undefined) {
      order.customerAddress = addressOfCustomer(actor, order.customerUid);
    }
    const undoPrices = customerChanges && pricesFree ? repriceItems(actor.tenant, order) : undefined;
    return () => {
      undoPrices?.();
      Object.assign(order, before);
    };
  });
}

function addressOfCustomer(
  { tenant }: Pick<Actor, 'tenant'>,
  customerUid: string | null | undefined,
): OrderAddress | null {
  const customer = customerUid ? tenant.customers.get(customerUid) : undefined;
  if (!customer) return null;
  const { firstname, lastname, companyName, address, postalCode, city, countryCode, email, mobile } = customer;
  const { vatNumber } = customer;
  return { firstname, lastname, companyName, address, postalCode, city, countryCode, email, mobile, vatNumber };
}
