import { readBody } from '../fields';
import { refuseIfFinal } from '../orders/change-order';
import {
  deliveryCreate,
  discountCreate,
  itemCreate,
  itemUpdate,
  orderCreate,
  orderHandlingCreate,
  orderHandlingUpdate,
  orderUpdate,
  prePaymentCreate,
  settlementCreate,
} from '../orders/order-bodies';
import { addHandling, deliver, setHandlingState } from '../orders/order-deliveries';
import { createOrder, updateOrder } from '../orders/order-desk';
import {
  deliveryDocument,
  discountDocument,
  handlingDocument,
  itemDocument,
  orderDocument,
  orderSummary,
  settlementDocument,
} from '../orders/order-document';
import { addItem, changeItem, itemOf, removeItem } from '../orders/order-lines';
import { type Order } from '../orders/order-model';
import { addDiscount, freePrePayment, prePay, settle } from '../orders/order-payments';
import { invalidField, notFound } from '../problem';
import { type Audited } from '../store/collection';
import {
  type Answer,
  created,
  directionOf,
  type FlowRoute,
  listAnswer,
  noContent,
  ok,
  queryList,
  queryText,
  sortsByChange,
  type StoreCall,
  storeRoute,
  tenantRoute,
} from './route';

const ORDER = '/orders/:orderUid' as const;

/** Orders with their lines, payments, discounts, handlings and deliveries (§3.7). */
export function orderRoutes(): FlowRoute[] {
  return [
    tenantRoute(`GET ${ORDER}`, ({ tenant, param }) => {
      const order = tenant.orders.get(param('orderUid'));
      if (!order) throw notFound('order');
      return ok(orderDocument(tenant, order));
    }),
    storeRoute('GET /orders', listOrders),
    storeRoute('POST /orders', (call) =>
      created(orderDocument(call.tenant, createOrder(call, call.store, readBody(orderCreate, call.body)))),
    ),
    storeRoute(`GET ${ORDER}`, (call) => ok(orderDocument(call.tenant, orderOf(call)))),
    storeRoute(`PUT ${ORDER}`, (call) => {
      const order = orderOf(call);
      updateOrder(call, order, readBody(orderUpdate, call.body));
      return ok(orderDocument(call.tenant, order));
    }),
    ...itemRoutes(),
    ...moneyRoutes(),
    ...handlingRoutes(),
    ...deliveryRoutes(),
  ];
}

/** The order of a path, which must be one of the path's store. @throws FlowProblem 404 */
export function orderOf({ tenant, store, param }: StoreCall): Audited<Order> {
  const order = tenant.orders.get(param('orderUid'));
  if (order?.storeUid !== store.storeUid) throw notFound('order');
  return order;
}

function itemRoutes(): FlowRoute[] {
  return [
    storeRoute(`GET ${ORDER}/items`, (call) => {
      const order = orderOf(call);
      return listAnswer(call, order.items, (item) => itemDocument(order, item));
    }),
    storeRoute(`POST ${ORDER}/items`, (call) => {
      const order = orderOf(call);
      return created(itemDocument(order, addItem(call, order, readBody(itemCreate, call.body))));
    }),
    storeRoute(`GET ${ORDER}/items/:uid`, (call) => {
      const order = orderOf(call);
      return ok(itemDocument(order, itemOf(order, call.param('uid'))));
    }),
    storeRoute(`PUT ${ORDER}/items/:uid`, (call) => {
      const order = orderOf(call);
      const item = changeItem(call, order, { uid: call.param('uid'), patch: readBody(itemUpdate, call.body) });
      return ok(itemDocument(order, item));
    }),
    storeRoute(`DELETE ${ORDER}/items/:uid`, (call) => {
      removeItem(call, orderOf(call), call.param('uid'));
      return noContent;
    }),
  ];
}

function moneyRoutes(): FlowRoute[] {
  return [
    storeRoute(`GET ${ORDER}/settlements`, (call) =>
      listAnswer(call, orderOf(call).settlements, (settlement) => settlementDocument(call.tenant, settlement)),
    ),
    storeRoute(`POST ${ORDER}/settlements`, (call) =>
      ok(settlementDocument(call.tenant, settle(call, orderOf(call), readBody(settlementCreate, call.body)))),
    ),
    storeRoute(`POST ${ORDER}/pre-payments`, (call) =>
      created(settlementDocument(call.tenant, prePay(call, orderOf(call), readBody(prePaymentCreate, call.body)))),
    ),
    storeRoute(`DELETE ${ORDER}/settlements/:uid`, (call) => {
      freePrePayment(call, orderOf(call), call.param('uid'));
      return noContent;
    }),
    storeRoute(`GET ${ORDER}/discounts`, (call) => listAnswer(call, orderOf(call).discounts, discountDocument)),
    storeRoute(`POST ${ORDER}/discounts`, (call) =>
      created(discountDocument(addDiscount(call, orderOf(call), readBody(discountCreate, call.body)))),
    ),
  ];
}

function handlingRoutes(): FlowRoute[] {
  return [
    storeRoute(`GET ${ORDER}/handlings`, (call) => {
      const order = orderOf(call);
      return listAnswer(call, order.handlings, (handling) => handlingDocument(call.tenant, order, handling));
    }),
    storeRoute(`POST ${ORDER}/handlings`, (call) => {
      const order = orderOf(call);
      const handling = addHandling(call, order, readBody(orderHandlingCreate, call.body));
      return created(handlingDocument(call.tenant, order, handling));
    }),
    storeRoute(`GET ${ORDER}/handlings/:uid`, (call) => {
      const order = orderOf(call);
      const handling = order.handlings.find(({ orderHandlingUid }) => orderHandlingUid === call.param('uid'));
      if (!handling) throw notFound('order handling');
      return ok(handlingDocument(call.tenant, order, handling));
    }),
    storeRoute(`PUT ${ORDER}/handlings/:uid`, (call) => {
      const order = orderOf(call);
      refuseIfFinal(order);
      const { state } = readBody(orderHandlingUpdate, call.body);
      return ok(handlingDocument(call.tenant, order, setHandlingState(call, order, { uid: call.param('uid'), state })));
    }),
  ];
}

function deliveryRoutes(): FlowRoute[] {
  return [
    storeRoute(`GET ${ORDER}/deliveries`, (call) => {
      const order = orderOf(call);
      return listAnswer(call, order.deliveries, (delivery) => deliveryDocument(call.tenant, order, delivery));
    }),
    storeRoute(`POST ${ORDER}/deliveries`, (call) => {
      const order = orderOf(call);
      return created(deliveryDocument(call.tenant, order, deliver(call, order, readBody(deliveryCreate, call.body))));
    }),
  ];
}

/** Filters by number and customer use an index; so does a list by last change, which is not sorted for each page. */
function listOrders(call: StoreCall): Answer {
  const { tenant, store } = call;
  const tests = orderTests(call);
  const render = (order: Audited<Order>): unknown => orderSummary(tenant, order);
  const indexed = ordersByIndex(call);
  const byChange = tenant.orders.byLastChange('storeUid', store.storeUid);
  if (!indexed && byChange && sortsByChange(call)) {
    if (tests.length === 0) return listAnswer(call, byChange, render);
    const inOrder = byChange.page(0, byChange.size, directionOf(call));
    return listAnswer(call, inOrder.filter(passing(tests)), render);
  }
  const found = (indexed ?? tenant.orders.find('storeUid', store.storeUid)).filter(
    (order) => order.storeUid === store.storeUid,
  );
  return listAnswer(call, found.filter(passing(tests)), render);
}

function passing(tests: readonly OrderTest[]): OrderTest {
  return (order) => tests.every((test) => test(order));
}

function ordersByIndex(call: StoreCall): Audited<Order>[] | undefined {
  const { tenant } = call;
  const externalOrderNumber = queryText(call, 'orderExternalOrderNumber');
  if (externalOrderNumber !== undefined) return tenant.orders.find('externalOrderNumber', externalOrderNumber);
  const customerUid = queryText(call, 'orderCustomerUid');
  if (customerUid !== undefined) return tenant.orders.find('customerUid', customerUid);
  return undefined;
}

type OrderTest = (order: Audited<Order>) => boolean;

function orderTests(call: StoreCall): OrderTest[] {
  const tests: OrderTest[] = [...stateTests(call)];
  const customerUid = queryText(call, 'orderCustomerUid');
  if (customerUid !== undefined) tests.push((order) => order.customerUid === customerUid);
  const voucher = queryText(call, 'orderExternalVoucherNumber');
  if (voucher !== undefined) tests.push((order) => order.externalVoucherNumber === voucher);
  const handlingUids = new Set(queryList(call, 'orderHandlingUids'));
  if (handlingUids.size > 0) {
    tests.push((order) => order.handlings.some(({ handlingUid }) => handlingUids.has(handlingUid)));
  }
  const within = (name: string, valueOf: (order: Order & { createdAt: string }) => string | null): void => {
    // Kept times are all written by toISOString: their text order is their time order.
    const from = timeParameter(call, `${name}From`);
    const to = timeParameter(call, `${name}To`);
    if (from === undefined && to === undefined) return;
    tests.push((order) => {
      const value = valueOf(order);
      return value !== null && (from === undefined || value >= from) && (to === undefined || value <= to);
    });
  };
  within('orderSettledAt', (order) => order.settledAt);
  within('orderCreatedAt', (order) => order.createdAt);
  return tests;
}

function stateTests(call: StoreCall): OrderTest[] {
  const status = queryText(call, 'orderStatus');
  const three = [
    ['orderOrderState', (order: Order) => order.orderState],
    ['orderSettleState', (order: Order) => order.settleState],
    ['orderDeliveryState', (order: Order) => order.deliveryState],
  ] as const;
  const tests: OrderTest[] = [];
  for (const [name, stateOf] of three) {
    const wanted = queryText(call, name);
    if (wanted === undefined) continue;
    if (status !== undefined) throw invalidField('orderStatus', `cannot stand beside ${name}`);
    tests.push((order) => stateOf(order) === wanted);
  }
  if (status !== undefined) tests.push((order) => order.orderState === status);
  return tests;
}

/** As `toISOString` writes it. */
function timeParameter(call: StoreCall, name: string): string | undefined {
  const text = queryText(call, name);
  if (text === undefined) return undefined;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw invalidField(name, 'must be an ISO-8601 timestamp');
  return new Date(ms).toISOString();
}
