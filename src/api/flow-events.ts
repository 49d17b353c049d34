import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { stockMasterOf } from '../config/stock-master';
import type { TenantConfig } from '../config/types';
import { customerKind } from '../contracts/kinds/customer';
import { goodsReceptionKind } from '../contracts/kinds/goods-reception';
import { orderKind } from '../contracts/kinds/order';
import { stockKind } from '../contracts/kinds/stock';
import { sealedCustomer } from '../temporal/sealed-reference';
import {
  durable,
  type EventHandler,
  type EventResult,
  ignored,
  isUsableId,
  membersOf,
  OWN_WRITE,
  plainText,
  refused,
  UNUSABLE_ID,
} from './intake';
import type { EventServices } from './omnium-events';

/** `{Id, Uid}` in Flow's samples; the case of members is not relied on. */
const reference = z
  .record(z.string(), z.unknown())
  .transform((members) => plainText.parse(membersOf(members)?.uid))
  .optional()
  .catch(undefined);

/** Flow sends references only, never a document. */
const flowEvent = z.object({
  action: plainText,
  tenant: reference,
  store: reference,
  order: reference,
  orderreceipt: reference,
  customer: reference,
  purchaseorder: reference,
  receivement: reference,
  product: reference,
  warehouse: reference,
  tenantuser: reference,
});
type FlowEvent = z.infer<typeof flowEvent>;

/** Records an event. `notice` is the event as its workflow sees it; `what` is the action, e.g. `ORDER_SETTLED`. */
type Recorder = (
  services: EventServices,
  tenant: TenantConfig,
  event: FlowEvent,
  notice: { readonly eventId: string; readonly source: 'flow'; readonly what: string },
) => Promise<EventResult> | EventResult;

/** The actions that are synced beside those of orders: every action that begins with `ORDER_` is theirs. */
const RECORDERS: ReadonlyMap<string, Recorder> = new Map([
  ['CUSTOMER_CREATE', recordCustomer],
  ['CUSTOMER_UPDATE', recordCustomer],
  ['CUSTOMER_DELETE', recordCustomer],
  ['PURCHASE_RECEIVED', recordReception],
  ['STOCK_CHANGE', recordStock],
]);

/** The form of a Flow uid; what is none stays out of search attributes. */
const UID = /^[A-Za-z0-9_-]{1,100}$/;

/**
 * Flow's webhooks. What happens to an order is recorded under Flow's uid of it; whether it is a sale of the tills, an order
 * that came from Omnium or a return is for the pass to find out, because the intake never asks a vendor. The same holds for
 * goods receptions. Changes of stock are recorded with the store they are in, where Flow is its stock master.
 *
 * A webhook that names another tenant than its address is `ignored`, not refused: neither is sent again, so both lose the
 * same, but Flow counts a 4xx as a failed transport, and the rest of a list would share its fate. Recording it under the
 * tenant of the address would start a sync of an order that is not there; under the tenant it names, one tenant's secret
 * would write into another's account. The sweeps of the tenant it belongs to find what it reported.
 *
 * Flow gives its webhooks neither an id nor a time, and two real changes of one order look the same to the last byte. So
 * every delivery is an event of its own, a repeated one too: what it costs is a pass that finds nothing to do, and not
 * even that while other events of the order are on their way, because they go together. Taking equal bodies for one, be
 * it only while the first is under way, could swallow a change: the first may be stored, and its pass have read the order,
 * before the change that the second one reports, long before Temporal's answer is here.
 */
export function flowEvents(services: EventServices): EventHandler {
  return async (tenant, value) => {
    const members = membersOf(value);
    if (!members) return refused('an event is a JSON object');
    const event = flowEvent.parse(members);
    const action = event.action?.toUpperCase() ?? '';
    if (!/^[A-Z][A-Z0-9_]{0,59}$/.test(action)) return refused('the event names no action');
    if (event.tenant && event.tenant !== tenant.tenantUid)
      return ignored('the event is of another tenant than the address it was sent to');
    const record = action.startsWith('ORDER_') ? recordOrder : RECORDERS.get(action);
    if (record === undefined) return ignored(notSynced(action));
    if (event.tenantuser && event.tenantuser === tenant.flow.integrationUserUid) return OWN_WRITE;
    return await record(services, tenant, event, { eventId: `flow:${randomUUID()}`, source: 'flow', what: action });
  };
}

async function recordOrder(
  ...[{ publisher }, { tenantUid }, event, notice]: Parameters<Recorder>
): Promise<EventResult> {
  const { order, orderreceipt, store } = event;
  if (!order && orderreceipt) return ignored('the receipt comes without its order; the sweep over receipts finds it');
  if (!order) return refused('the event names no order (order.Uid)');
  if (!isUsableId(order)) return refused(`an order's uid ${UNUSABLE_ID}`);
  const storeUid = store && UID.test(store) ? store : undefined;
  const outcome = await durable(
    publisher.publish(
      orderKind,
      { tenantUid, orderNumber: order, omniumOrderId: order },
      {
        ...{ ...notice, flowOrderUid: order },
        ...(storeUid &&
          orderreceipt &&
          UID.test(orderreceipt) && { receipt: { storeUid, orderReceiptUid: orderreceipt } }),
      },
      { direction: 'outbound', storeUid },
    ),
  );
  return { outcome, orderNumber: order };
}

async function recordCustomer(
  ...[{ publisher }, { tenantUid, settings }, event, notice]: Parameters<Recorder>
): Promise<EventResult> {
  if (!event.customer) return refused('the event names no customer (customer.Uid)');
  if (!isUsableId(event.customer)) return refused(`a customer's uid ${UNUSABLE_ID}`);
  const kind = notice.what === 'CUSTOMER_DELETE' ? 'deleted' : 'changed';
  const about = { side: 'flow', id: event.customer } as const;
  const { key, reference, direction } = sealedCustomer(tenantUid, about, settings.OMNIUM_CLIENT_SECRET);
  return {
    outcome: await durable(publisher.publish(customerKind, key, { ...notice, kind, reference }, { direction })),
  };
}

/**
 * A store is needed, because Flow's receivements are found by store; a webhook without one is left to the sweep, which
 * asks store by store. Flow's page does not show this payload: the receivement itself may be missing too.
 */
async function recordReception(
  ...[{ publisher }, { tenantUid }, event, notice]: Parameters<Recorder>
): Promise<EventResult> {
  const receivementUid = event.receivement ?? event.purchaseorder;
  if (!receivementUid) return refused('the event names neither a receivement nor a purchase order');
  if (!UID.test(receivementUid))
    return refused("a receivement's or purchase order's uid has at most 100 letters, digits, _ and -");
  if (!event.store || !UID.test(event.store))
    return ignored('the event names no store (store.Uid); the sweep over goods receptions finds it');
  const subject = event.receivement ? 'receivement' : 'purchase-order';
  const reception = { tenantUid, receivementUid, storeUid: event.store, subject } as const;
  const outcome = await durable(publisher.publish(goodsReceptionKind, reception, notice));
  return { outcome, workflowId: goodsReceptionKind.id(reception) };
}

/** What is not wholly named is left to the sweep: it lists what has changed in a store. */
async function recordStock(...[{ publisher }, tenant, event, notice]: Parameters<Recorder>): Promise<EventResult> {
  const { store: storeUid = '', product: productUid = '', warehouse: warehouseUid = '' } = event;
  if (![storeUid, productUid, warehouseUid].every((uid) => UID.test(uid)))
    return ignored('the event does not name store, product and warehouse; the sweep over stock finds it');
  // The master at the time of the pass decides what is written; this only saves passes that would do nothing.
  if (stockMasterOf(tenant, storeUid) === 'omnium') return ignored('Omnium is the stock master of this store');
  const key = { tenantUid: tenant.tenantUid, storeUid };
  const subject = { kind: 'level', warehouseUid, productUid } as const;
  const outcome = await durable(publisher.publish(stockKind, key, { ...notice, subject }));
  return { outcome, workflowId: stockKind.id(key) };
}

const NOT_SYNCED: readonly (readonly [family: RegExp, why: string])[] = [
  [/^(PRODUCT|PRICE)_/, 'products and prices come from Omnium'],
  [/^TILL_/, 'the opening and closing of tills is not synced'],
  [/^STOCK_/, 'of stock only STOCK_CHANGE is'],
  [/^PURCHASE_/, 'of purchase orders only PURCHASE_RECEIVED is'],
];

function notSynced(action: string): string {
  const [, why = 'only orders, receipts, customers, goods receptions and stock are'] =
    NOT_SYNCED.find(([family]) => family.test(action)) ?? [];
  return `${action} is not synced: ${why}`;
}
