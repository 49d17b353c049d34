import { readBody } from '../fields';
import { setHandlingState } from '../orders/order-deliveries';
import { expireOrders, updateOrder } from '../orders/order-desk';
import { handlingDocument, orderDocument } from '../orders/order-document';
import { type Order } from '../orders/order-model';
import { refuseIfFinal } from '../orders/change-order';
import { handOver, park, pay, refuse, sell, takeOut } from '../orders/till';
import {
  exchangeBody,
  handOverBody,
  parkBody,
  payBody,
  returnBody,
  saleBody,
  tillHandlingBody,
} from '../orders/till-bodies';
import { exchange, takeBack } from '../orders/till-returns';
import { type Audited } from '../store/collection';
import { tillCustomerRoutes } from './customer-routes';
import { orderOf } from './order-routes';
import { type Answer, created, flowItselfRoute, type FlowRoute, ok, type StoreCall, tillRoute } from './route';

const ORDER = '/orders/:orderUid' as const;

/** The POS simulator under `/_sim/tenants/{tenantUid}/stores/{storeUid}`, and Flow's clearing up above it. */
export function tillRoutes(): FlowRoute[] {
  return [
    tillRoute('POST /sales', (call) => newOrder(call, sell(call, call.store, readBody(saleBody, call.body)))),
    tillRoute('POST /parked-orders', (call) => newOrder(call, park(call, call.store, readBody(parkBody, call.body)))),
    tillRoute('POST /returns', (call) => newOrder(call, takeBack(call, call.store, readBody(returnBody, call.body)))),
    tillRoute('POST /exchanges', (call) =>
      newOrder(call, exchange(call, call.store, readBody(exchangeBody, call.body))),
    ),
    tillRoute(`POST ${ORDER}/park`, (call) => putTo(call, 'PARKED')),
    tillRoute(`POST ${ORDER}/open`, (call) => putTo(call, 'OPEN')),
    tillRoute(`POST ${ORDER}/cancel`, (call) => changed(call, (order) => refuse(call, order))),
    tillRoute(`POST ${ORDER}/hand-over`, (call) =>
      changed(call, (order) => handOver(call, order, readBody(handOverBody, call.body ?? {}))),
    ),
    tillRoute(`POST ${ORDER}/pay`, (call) => changed(call, (order) => pay(call, order, readBody(payBody, call.body)))),
    tillRoute(`POST ${ORDER}/lines/:uid/remove`, (call) =>
      changed(call, (order) => takeOut(call, order, call.param('uid'))),
    ),
    tillRoute(`POST ${ORDER}/handlings/:uid`, (call) => {
      const order = orderOf(call);
      refuseIfFinal(order);
      const { state } = readBody(tillHandlingBody, call.body);
      return ok(handlingDocument(call.tenant, order, setHandlingState(call, order, { uid: call.param('uid'), state })));
    }),
    ...tillCustomerRoutes(),
    flowItselfRoute('POST /expire', (call) => {
      const orderUids = expireOrders(call);
      return ok({ deleted: orderUids.length, orderUids });
    }),
  ];
}

function newOrder({ tenant }: StoreCall, order: Audited<Order>): Answer {
  return created(orderDocument(tenant, order));
}

function changed(call: StoreCall, change: (order: Audited<Order>) => Audited<Order>): Answer {
  return ok(orderDocument(call.tenant, change(orderOf(call))));
}

function putTo(call: StoreCall, orderState: 'OPEN' | 'PARKED'): Answer {
  return changed(call, (order) => {
    updateOrder(call, order, { orderState });
    return order;
  });
}
