import { readBody } from '../fields';
import { updateOrder } from '../orders/order-desk';
import { orderDocument } from '../orders/order-document';
import {
  handOver,
  handOverBody,
  park,
  parkBody,
  receiveBody,
  returnBody,
  saleBody,
  sell,
  takeBack,
  unpack,
} from '../orders/till';
import { orderOf } from './order-routes';
import { type Answer, created, type FlowRoute, ok, type StoreCall, tillRoute } from './route';

/** The POS simulator under `/_sim/tenants/{tenantUid}/stores/{storeUid}`. */
export function tillRoutes(): FlowRoute[] {
  return [
    tillRoute('POST /sales', (call) => {
      const order = sell(call, call.store, readBody(saleBody, call.body));
      return created(orderDocument(call.tenant, order));
    }),
    tillRoute('POST /parked-orders', (call) => {
      const order = park(call, call.store, readBody(parkBody, call.body));
      return created(orderDocument(call.tenant, order));
    }),
    tillRoute('POST /returns', (call) => {
      const order = takeBack(call, call.store, readBody(returnBody, call.body));
      return created(orderDocument(call.tenant, order));
    }),
    tillRoute('POST /orders/:orderUid/park', (call) => putTo(call, 'PARKED')),
    tillRoute('POST /orders/:orderUid/open', (call) => putTo(call, 'OPEN')),
    tillRoute('POST /orders/:orderUid/cancel', (call) => putTo(call, 'CANCELLED')),
    tillRoute('POST /orders/:orderUid/hand-over', (call) => {
      const order = handOver(call, orderOf(call), readBody(handOverBody, call.body ?? {}));
      return ok(orderDocument(call.tenant, order));
    }),
    tillRoute('POST /receive-goods', (call) => created(unpack(call, call.store, readBody(receiveBody, call.body)))),
  ];
}

function putTo(call: StoreCall, orderState: 'OPEN' | 'PARKED' | 'CANCELLED'): Answer {
  const order = orderOf(call);
  updateOrder(call, order, { orderState });
  return ok(orderDocument(call.tenant, order));
}
