import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { MAX_ORDER_NUMBER_LENGTH } from '../contracts/workflow-ids';

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

/** What one event turned out to be. `refused` can never become an event, `ignored` is none of ours. */
export type ReadEvent =
  | { readonly kind: 'order'; readonly notice: OmniumOrderNotice }
  | { readonly kind: 'ignored'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** Omnium's own casing varies, and ids have been seen as numbers: names are compared in lower case, numbers become text. */
const text = z
  .union([z.string(), z.int().transform(String)])
  .transform((value) => value.trim())
  .optional()
  .catch(undefined);

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
const KNOWN = new Set<string>(MEMBERS);

/** Reads one element of a webhook body. Never throws: whatever it is, the answer says. */
export function readOmniumEvent(value: unknown): ReadEvent {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { kind: 'refused', reason: 'an event is a JSON object' };
  }
  const members: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    const lowerCase = name.toLowerCase();
    if (KNOWN.has(lowerCase) && members[lowerCase] === undefined) members[lowerCase] = member;
  }
  const event = omniumEvent.parse(members);
  const { objectid: omniumOrderId } = event;
  if (!omniumOrderId) return { kind: 'refused', reason: 'the event names no object (objectId)' };
  if (event.classname?.toLowerCase() !== 'order') return { kind: 'ignored', reason: notAnOrder(event.classname) };

  const orderNumber = event.objectnumber || omniumOrderId;
  if (!isUsableId(orderNumber) || !isUsableId(omniumOrderId)) {
    return { kind: 'refused', reason: `an order number has at most ${MAX_ORDER_NUMBER_LENGTH} printable characters` };
  }
  const storeId = event.storeid || undefined;
  return {
    kind: 'order',
    notice: { eventId: eventIdOf(event), orderNumber, omniumOrderId, storeId, what: whatOf(event) },
  };
}

/** Control characters, lone surrogates and line separators: none of them is part of an order number. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029]/u;

function isUsableId(id: string): boolean {
  return id.length <= MAX_ORDER_NUMBER_LENGTH && !UNPRINTABLE.test(id);
}

/** A word of the sender that may be repeated in answers and histories: short and plain. */
const PLAIN_WORD = /^[\w .-]{1,40}$/;

function notAnOrder(className: string | undefined): string {
  if (!className) return 'the event names no class (className)';
  const named = PLAIN_WORD.test(className) ? `class ${className}` : 'this class';
  return `events of ${named} are not synced; only class Order is`;
}

function whatOf({ category, operationid }: OmniumEvent): string {
  const word = category && PLAIN_WORD.test(category) ? category : 'Changed';
  return operationid && PLAIN_WORD.test(operationid) ? `${word} (${operationid})` : word;
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
