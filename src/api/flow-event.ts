import { randomUUID } from 'node:crypto';
import { z } from 'zod';
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

/** What one webhook turned out to be. `refused` can never become an event, `ignored` is none of ours. */
export type ReadFlowEvent =
  | { readonly kind: 'order'; readonly notice: FlowOrderNotice }
  | { readonly kind: 'customer'; readonly notice: FlowCustomerNotice }
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
  tenantuser: reference,
});

type FlowEvent = z.infer<typeof flowEvent>;

/** The form of a Flow uid; what is none stays out of search attributes. */
const UID = /^[A-Za-z0-9_-]{1,100}$/;
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
  const isOrder = action.startsWith('ORDER_');
  if (!isOrder && !CUSTOMER_ACTIONS.has(action)) return { kind: 'ignored', reason: notSynced(action) };
  if (event.tenantuser && event.tenantuser === integrationUserUid) return { kind: 'ignored', reason: OWN_WRITE };
  return isOrder ? orderNotice(action, event) : customerNotice(action, event);
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

const CUSTOMER_ACTIONS: ReadonlySet<string> = new Set(['CUSTOMER_CREATE', 'CUSTOMER_UPDATE', 'CUSTOMER_DELETE']);

function customerNotice(action: string, { customer }: FlowEvent): ReadFlowEvent {
  if (!customer) return { kind: 'refused', reason: 'the event names no customer (customer.Uid)' };
  if (!isUsableId(customer)) return { kind: 'refused', reason: `a customer's uid ${UNUSABLE_ID}` };
  const kind = action === 'CUSTOMER_DELETE' ? 'deleted' : 'changed';
  return { kind: 'customer', notice: { eventId: newEventId(), customerUid: customer, what: action, kind } };
}

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
  [/^STOCK_/, 'stock is not synced yet'],
  [/^PURCHASE_/, 'goods receptions are not synced yet'],
];

function notSynced(action: string): string {
  const [, why = 'only orders, receipts and customers are'] = NOT_SYNCED.find(([family]) => family.test(action)) ?? [];
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
