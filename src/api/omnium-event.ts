import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
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

/** What one event turned out to be. `refused` can never become an event, `ignored` is none of ours. */
export type ReadEvent =
  | { readonly kind: 'order'; readonly notice: OmniumOrderNotice }
  | { readonly kind: 'customer'; readonly notice: OmniumCustomerNotice }
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

const CUSTOMER_CLASSES: Readonly<Record<string, 'private' | 'business'>> = {
  privatecustomer: 'private',
  businesscustomer: 'business',
};

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
  const className = event.classname?.toLowerCase() ?? '';
  const customerKind = CUSTOMER_CLASSES[className];
  if (className !== 'order' && customerKind === undefined) {
    return { kind: 'ignored', reason: notSynced(event.classname) };
  }
  if (text.parse(members[AUTHOR]) === apiUserId) return { kind: 'ignored', reason: OWN_WRITE };
  return customerKind === undefined
    ? orderNotice(event, event.objectid)
    : customerNotice(event, event.objectid, customerKind);
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

function notSynced(className: string | undefined): string {
  if (!className) return 'the event names no class (className)';
  const named = isPlainWord(className) ? `class ${className}` : 'this class';
  return `events of ${named} are not synced; only Order, PrivateCustomer and BusinessCustomer are`;
}

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
