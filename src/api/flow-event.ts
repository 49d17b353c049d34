import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { ReceptionSubject } from '../contracts/kinds/goods-reception';
import { isUsableId, OWN_WRITE, plainText, UNUSABLE_ID } from './event-words';

/** A Flow webhook about an order: which one, and what happened. Flow sends references only, never a document. */
export interface FlowOrderNotice {
  readonly eventId: string;
  readonly orderUid: string;
  readonly storeUid: string | undefined;
  /** The action in Flow's words, e.g. `ORDER_SETTLED`. */
  readonly what: string;
}

/** The same of a customer. */
export interface FlowCustomerNotice {
  readonly eventId: string;
  /** Never in answers, logs or histories, like every customer's id. */
  readonly customerUid: string;
  readonly what: string;
  readonly kind: 'changed' | 'deleted';
}

/** Goods were received in a shop: which receivement, or only the purchase order it belongs to. */
export interface FlowReceptionNotice {
  readonly eventId: string;
  readonly storeUid: string;
  readonly subject: ReceptionSubject;
  /** Of the receivement, or of the purchase order: see `subject`. */
  readonly receivementUid: string;
  readonly what: string;
}

/** The stock of one product in one warehouse has changed. */
export interface FlowStockNotice {
  readonly eventId: string;
  readonly storeUid: string;
  readonly warehouseUid: string;
  readonly productUid: string;
  readonly what: string;
}

/** What one webhook turned out to be. `refused` can never become an event, `ignored` is none of ours. */
export type ReadFlowEvent =
  | { readonly kind: 'order'; readonly notice: FlowOrderNotice }
  | { readonly kind: 'customer'; readonly notice: FlowCustomerNotice }
  | { readonly kind: 'reception'; readonly notice: FlowReceptionNotice }
  | { readonly kind: 'stock'; readonly notice: FlowStockNotice }
  | { readonly kind: 'ignored'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** Whose webhook it should be, and who we are there. */
export interface FlowEventAddressee {
  readonly tenantUid: string;
  readonly integrationUserUid: string | undefined;
}

/** `{Id, Uid}` in Flow's samples; the case of members is not relied on. */
const reference = z
  .record(z.string(), z.unknown())
  .transform((members) => plainText.parse(lowerCased(members).get('uid')))
  .optional()
  .catch(undefined);

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

/** The form of a Flow uid; what is none stays out of search attributes. */
const UID = /^[A-Za-z0-9_-]{1,100}$/;
const NO_UID = 'has at most 100 letters, digits, _ and -';
const ACTION = /^[A-Z][A-Z0-9_]{0,59}$/;

/**
 * Reads one element of a body of `POST /webhooks/flow/{tenantUid}`. Never throws: whatever it is, the answer says.
 *
 * A webhook that names another tenant than its address is `ignored`, not refused: neither is sent again, so both lose the
 * same, but Flow counts a 4xx as a failed transport, and the rest of a list would share its fate. Recording it under the
 * tenant of the address would start a sync of an order that is not there; under the tenant it names, one tenant's secret
 * would open another's door. The sweeps of the tenant it belongs to find what it told of.
 */
export function readFlowEvent(value: unknown, { tenantUid, integrationUserUid }: FlowEventAddressee): ReadFlowEvent {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { kind: 'refused', reason: 'an event is a JSON object' };
  }
  const event = flowEvent.parse(Object.fromEntries(lowerCased(value)));
  const action = event.action?.toUpperCase() ?? '';
  if (!ACTION.test(action)) return { kind: 'refused', reason: 'the event names no action' };
  if (event.tenant && event.tenant !== tenantUid) {
    return { kind: 'ignored', reason: 'the event is of another tenant than the address it was sent to' };
  }
  const readNotice = readerOf(action);
  if (readNotice === undefined) return { kind: 'ignored', reason: notSynced(action) };
  if (event.tenantuser && event.tenantuser === integrationUserUid) return { kind: 'ignored', reason: OWN_WRITE };
  return readNotice(action, event);
}

type NoticeReader = (action: string, event: FlowEvent) => ReadFlowEvent;

function readerOf(action: string): NoticeReader | undefined {
  return action.startsWith('ORDER_') ? orderNotice : READERS.get(action);
}

function orderNotice(action: string, { order, orderreceipt, store }: FlowEvent): ReadFlowEvent {
  if (!order && orderreceipt) {
    return { kind: 'ignored', reason: 'the receipt comes without its order; the sweep over receipts finds it' };
  }
  if (!order) return { kind: 'refused', reason: 'the event names no order (order.Uid)' };
  if (!isUsableId(order)) return { kind: 'refused', reason: `an order's uid ${UNUSABLE_ID}` };
  const storeUid = store && UID.test(store) ? store : undefined;
  return { kind: 'order', notice: { eventId: newEventId(), orderUid: order, storeUid, what: action } };
}

function customerNotice(action: string, { customer }: FlowEvent): ReadFlowEvent {
  if (!customer) return { kind: 'refused', reason: 'the event names no customer (customer.Uid)' };
  if (!isUsableId(customer)) return { kind: 'refused', reason: `a customer's uid ${UNUSABLE_ID}` };
  const kind = action === 'CUSTOMER_DELETE' ? 'deleted' : 'changed';
  return { kind: 'customer', notice: { eventId: newEventId(), customerUid: customer, what: action, kind } };
}

/**
 * A store is needed, because Flow's receivements are found by store; a webhook without one is left to the sweep, which
 * asks store by store. Flow's page does not show this payload: the receivement itself may be missing too.
 */
function receptionNotice(action: string, { store, receivement, purchaseorder }: FlowEvent): ReadFlowEvent {
  const receivementUid = receivement ?? purchaseorder;
  if (!receivementUid) {
    return { kind: 'refused', reason: 'the event names neither a receivement nor a purchase order' };
  }
  if (!UID.test(receivementUid))
    return { kind: 'refused', reason: `a receivement's or purchase order's uid ${NO_UID}` };
  if (!store || !UID.test(store)) {
    return {
      kind: 'ignored',
      reason: 'the event names no store (store.Uid); the sweep over goods receptions finds it',
    };
  }
  const subject = receivement ? 'receivement' : 'purchase-order';
  return {
    kind: 'reception',
    notice: { eventId: newEventId(), storeUid: store, subject, receivementUid, what: action },
  };
}

/** What is not wholly named is left to the sweep: it lists what has changed in a store. */
function stockNotice(action: string, { store, product, warehouse }: FlowEvent): ReadFlowEvent {
  const [storeUid, productUid, warehouseUid] = [store, product, warehouse].map((uid) =>
    uid && UID.test(uid) ? uid : '',
  );
  if (!storeUid || !productUid || !warehouseUid) {
    return {
      kind: 'ignored',
      reason: 'the event does not name store, product and warehouse; the sweep over stock finds it',
    };
  }
  return { kind: 'stock', notice: { eventId: newEventId(), storeUid, productUid, warehouseUid, what: action } };
}

/** Orders are not here: every action that begins with `ORDER_` is theirs. */
const READERS: ReadonlyMap<string, NoticeReader> = new Map([
  ['CUSTOMER_CREATE', customerNotice],
  ['CUSTOMER_UPDATE', customerNotice],
  ['CUSTOMER_DELETE', customerNotice],
  ['PURCHASE_RECEIVED', receptionNotice],
  ['STOCK_CHANGE', stockNotice],
]);

/**
 * Flow gives its webhooks neither an id nor a time, and two real changes of one order look the same to the last byte. So
 * every delivery is an event of its own, a repeated one too: what it costs is a pass that finds nothing to do, and not
 * even that while other events of the order are on their way, because they go together. Taking equal bodies for one, be
 * it only while the first is under way, could swallow a change: the first may be stored, and its pass have read the order,
 * before the change that the second one tells of, long before Temporal's answer is here.
 */
function newEventId(): string {
  return `flow:${randomUUID()}`;
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

/** Members by their name in lower case; the first of several that differ only in case. */
function lowerCased(value: object): Map<string, unknown> {
  const members = new Map<string, unknown>();
  for (const [name, member] of Object.entries(value)) {
    const lowerCase = name.toLowerCase();
    if (!members.has(lowerCase)) members.set(lowerCase, member);
  }
  return members;
}
