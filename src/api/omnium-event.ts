import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { CATEGORY_TASK } from '../config/connector';
import { isPlainWord, isUsableId, OWN_WRITE, plainText as text, UNUSABLE_ID } from './event-words';

/**
 * An Omnium event as far as it concerns us: which order, and what happened, never the document (contract: Omnium's
 * "Event subscriptions"). Everything else in the body is left where it is.
 */
export interface OmniumOrderNotice {
  readonly eventId: string;
  readonly orderNumber: string;
  readonly omniumOrderId: string;
  /** Omnium's id of the store, when the event names it. */
  readonly storeId: string | undefined;
  /** E.g. `Updated (310100)`. */
  readonly what: string;
}

/** The same of a customer. */
export interface OmniumCustomerNotice {
  readonly eventId: string;
  readonly customerKind: 'private' | 'business';
  /** Can be an e-mail address: never in answers, logs or histories. */
  readonly customerId: string;
  readonly what: string;
  /** An anonymised customer still exists and has changed; one that was deleted does not. */
  readonly kind: 'changed' | 'deleted';
}

/** The same of a purchase order, or of a delivery, whose purchase orders only a pass can find out. */
export interface OmniumPurchaseNotice {
  readonly eventId: string;
  readonly about: { readonly purchaseOrderId: string } | { readonly deliveryId: string };
  /** Omnium's id of the market, when the event names it; its case varies. */
  readonly marketId: string | undefined;
  readonly what: string;
}

/** The same of a store: which one does not matter, as all of a tenant are looked at together. */
export interface OmniumStoreNotice {
  readonly eventId: string;
  readonly what: string;
}

/**
 * The same of a product. It may be named by its product id, a SKU of it, or a document of one language: which, Omnium
 * tells when it is asked.
 */
export interface OmniumProductNotice {
  readonly eventId: string;
  readonly productId: string;
  readonly what: string;
}

/** What one event turned out to be. `refused` can never become an event, `ignored` is none of ours. */
export type ReadEvent =
  | { readonly kind: 'order'; readonly notice: OmniumOrderNotice }
  | { readonly kind: 'customer'; readonly notice: OmniumCustomerNotice }
  | { readonly kind: 'purchase'; readonly notice: OmniumPurchaseNotice }
  | { readonly kind: 'store'; readonly notice: OmniumStoreNotice }
  | { readonly kind: 'product'; readonly notice: OmniumProductNotice }
  | { readonly kind: 'ignored'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string };

const omniumEvent = z.object({
  id: text,
  operationid: text,
  timestamp: text,
  classname: text,
  subclassname: text,
  objectid: text,
  objectnumber: text,
  category: text,
  market: text,
  storeid: text,
  status: text,
  previousstatus: text,
  origin: text,
});

type OmniumEvent = z.infer<typeof omniumEvent>;
type MemberName = keyof OmniumEvent;

const MEMBERS = Object.keys(omniumEvent.shape) as MemberName[];
/** The author is not part of an event's identity: kept apart, so that older events keep the ids they had. */
const AUTHOR = 'userid';
const KNOWN = new Set<string>([...MEMBERS, AUTHOR]);

type NoticeReader = (event: OmniumEvent, objectId: string) => ReadEvent;

/** The classes that are synced, in lower case. */
const READERS: ReadonlyMap<string, NoticeReader> = new Map([
  ['order', orderNotice],
  ['privatecustomer', (event, id) => customerNotice(event, id, 'private')],
  ['businesscustomer', (event, id) => customerNotice(event, id, 'business')],
  ['purchaseorder', (event, id) => purchaseNotice(event, id, { purchaseOrderId: id })],
  ['delivery', (event, id) => purchaseNotice(event, id, { deliveryId: id })],
  ['store', storeNotice],
  ['product', productNotice],
]);

/**
 * Reads one element of a webhook body. Never throws: whatever it is, the answer says.
 *
 * @param apiUserId under which name Omnium tells of what we did ourselves: such an event is an echo, and every pass has
 *   read what it wrote, so nothing is lost by leaving it
 */
export function readOmniumEvent(value: unknown, apiUserId: string): ReadEvent {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { kind: 'refused', reason: 'an event is a JSON object' };
  }
  const members: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    const lowerCase = name.toLowerCase();
    if (KNOWN.has(lowerCase) && members[lowerCase] === undefined) members[lowerCase] = member;
  }
  const event = omniumEvent.parse(members);
  if (!event.objectid) return { kind: 'refused', reason: 'the event names no object (objectId)' };
  const readNotice = READERS.get(event.classname?.toLowerCase() ?? '');
  if (readNotice === undefined) return { kind: 'ignored', reason: notSynced(event.classname) };
  if (text.parse(members[AUTHOR]) === apiUserId) return { kind: 'ignored', reason: OWN_WRITE };
  return readNotice(event, event.objectid);
}

function orderNotice(event: OmniumEvent, omniumOrderId: string): ReadEvent {
  const orderNumber = event.objectnumber || omniumOrderId;
  if (!isUsableId(orderNumber) || !isUsableId(omniumOrderId)) {
    return { kind: 'refused', reason: `an order number ${UNUSABLE_ID}` };
  }
  const storeId = event.storeid || undefined;
  return {
    kind: 'order',
    notice: { eventId: eventIdOf(event), orderNumber, omniumOrderId, storeId, what: whatOf(event) },
  };
}

function customerNotice(event: OmniumEvent, customerId: string, customerKind: 'private' | 'business'): ReadEvent {
  if (!isUsableId(customerId)) return { kind: 'refused', reason: `a customer's id ${UNUSABLE_ID}` };
  const kind = event.category?.toLowerCase() === 'deleted' ? 'deleted' : 'changed';
  return {
    kind: 'customer',
    notice: { eventId: eventIdOf(event), customerKind, customerId, what: whatOf(event), kind },
  };
}

function purchaseNotice(event: OmniumEvent, id: string, about: OmniumPurchaseNotice['about']): ReadEvent {
  if (!isUsableId(id)) {
    return { kind: 'refused', reason: `the id of a purchase order or delivery ${UNUSABLE_ID}` };
  }
  const marketId = event.market || undefined;
  return { kind: 'purchase', notice: { eventId: eventIdOf(event), about, marketId, what: whatOf(event) } };
}

function storeNotice(event: OmniumEvent): ReadEvent {
  return { kind: 'store', notice: { eventId: eventIdOf(event), what: whatOf(event) } };
}

function productNotice(event: OmniumEvent, productId: string): ReadEvent {
  if (!isUsableId(productId)) return { kind: 'refused', reason: `a product's id ${UNUSABLE_ID}` };
  return { kind: 'product', notice: { eventId: eventIdOf(event), productId, what: whatOf(event) } };
}

/** The tree of categories is only right as a whole, parents first. */
const CATEGORIES_BY_TASK = `categories are exported by ${CATEGORY_TASK}`;

/** Classes, in lower case, whose objects reach Flow by a schedule. */
const BY_SCHEDULE: ReadonlyMap<string, string> = new Map([
  ['inventory', 'events of class Inventory are not synced: stock levels are exported by schedule'],
  ['category', CATEGORIES_BY_TASK],
  ['productcategory', CATEGORIES_BY_TASK],
  ['pricelist', 'events of class PriceList are not synced: prices are exported by schedule'],
]);

function notSynced(className: string | undefined): string {
  if (!className) return 'the event names no class (className)';
  const bySchedule = BY_SCHEDULE.get(className.toLowerCase());
  if (bySchedule !== undefined) return bySchedule;
  const named = isPlainWord(className) ? `class ${className}` : 'this class';
  return `events of ${named} are not synced; only ${SYNCED_CLASSES} are`;
}

const SYNCED_CLASSES = 'Order, PrivateCustomer, BusinessCustomer, PurchaseOrder, Delivery, Store and Product';

function whatOf({ category, operationid }: OmniumEvent): string {
  const word = isPlainWord(category) ? category : 'Changed';
  return isPlainWord(operationid) ? `${word} (${operationid})` : word;
}

const EMPTY_ID = /^[0-]*$/;
const USABLE_EVENT_ID = /^[\w:.-]{1,100}$/;

/**
 * The sender's id; for older events, which have none, a hash of what they say. Without a timestamp two different changes
 * can look alike, so such an event counts as new every time: one pass too many is harmless, one too few is not.
 */
function eventIdOf(event: OmniumEvent): string {
  const { id, timestamp } = event;
  if (id && !EMPTY_ID.test(id)) return USABLE_EVENT_ID.test(id) ? id : `sha256:${sha256(id)}`;
  if (!timestamp) return `unnamed:${randomUUID()}`;
  return `sha256:${sha256(JSON.stringify(MEMBERS.map((name) => event[name] ?? null)))}`;
}

function sha256(value: string): string {
  return createHash('sha256').update(value).digest('hex');
}
