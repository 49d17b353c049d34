import { randomUUID } from 'node:crypto';

import { type SandboxClock } from '../../kit/clock';
import { type WebhookDelivery, type WebhookSender } from '../../kit/webhook-sender';
import { formatDateTime, type JsonObject } from '../wire/schema';
import { operations, type OperationName } from './operations';

/** The documented body of an event (contract §4). */
export interface OmniumEvent extends JsonObject {
  readonly id?: string | undefined;
  readonly operationId?: number | undefined;
  readonly timestamp?: string | undefined;
  readonly className?: string | undefined;
  readonly subClassName?: string | undefined;
  readonly objectId?: string | undefined;
  readonly category?: string | undefined;
  readonly market?: string | undefined;
  readonly storeId?: string | undefined;
  readonly status?: string | undefined;
  readonly isError?: boolean | undefined;
  readonly userId?: string | undefined;
}

/** Who gets which events. A filter that is missing or empty lets everything through; letters' case does not matter. */
export interface Subscription {
  readonly subscriptionId: string;
  readonly name: string;
  readonly url: string;
  readonly method?: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly classNames?: readonly string[] | undefined;
  readonly subClassNames?: readonly string[] | undefined;
  readonly categories?: readonly string[] | undefined;
  readonly statuses?: readonly string[] | undefined;
  readonly stores?: readonly string[] | undefined;
  readonly markets?: readonly string[] | undefined;
  readonly operationIds?: readonly number[] | undefined;
  readonly isError?: boolean | undefined;
}

/** What an event is about. */
export interface EventSubject {
  readonly className: string;
  readonly objectId: string;
  readonly objectNumber?: string | undefined;
  readonly subClassName?: string | undefined;
  readonly marketId?: string | undefined;
  readonly storeId?: string | undefined;
  readonly status?: string | undefined;
  readonly previousStatus?: string | undefined;
  readonly attachments?: readonly { readonly name: string; readonly value: string }[];
}

/** The call that caused an event: `origin` like `POST /api/Orders`, `userId` the API user. */
export interface EventCause {
  readonly origin: string;
  readonly userId: string;
}

const logCapacity = 50_000;

const passes = (filter: readonly string[] | undefined, value: string | undefined): boolean =>
  filter === undefined ||
  filter.length === 0 ||
  filter.some((wanted) => wanted.toLowerCase() === (value ?? '').toLowerCase());

const matches = (subscription: Subscription, event: OmniumEvent): boolean =>
  passes(subscription.classNames, event.className) &&
  passes(subscription.subClassNames, event.subClassName) &&
  passes(subscription.categories, event.category) &&
  passes(subscription.statuses, event.status) &&
  passes(subscription.stores, event.storeId) &&
  passes(subscription.markets, event.market) &&
  (subscription.operationIds === undefined ||
    subscription.operationIds.length === 0 ||
    subscription.operationIds.includes(event.operationId ?? 0)) &&
  (subscription.isError === undefined || subscription.isError === (event.isError ?? false));

/** Raises events, keeps them in the event log and sends them to whoever subscribed. */
export class EventStream {
  readonly #clock: SandboxClock;
  readonly #webhooks: WebhookSender;
  readonly subscriptions = new Map<string, Subscription>();
  #log: OmniumEvent[] = [];

  constructor(clock: SandboxClock, webhooks: WebhookSender) {
    this.#clock = clock;
    this.#webhooks = webhooks;
  }

  /** Raises one event in the form Omnium sends it. */
  raise(name: OperationName, subject: EventSubject, cause: EventCause): void {
    const { id, category, message } = operations[name];
    const { marketId, attachments, ...rest } = subject;
    const event: OmniumEvent = {
      id: randomUUID(),
      operationId: id,
      timestamp: formatDateTime(this.#clock.nowMs()),
      message,
      objectNumber: subject.objectId,
      ...rest,
      category,
      // The vendor's own sample has the market in small letters.
      ...(marketId === undefined ? {} : { market: marketId.toLowerCase() }),
      user: cause.userId,
      userId: cause.userId,
      previousStatus: subject.previousStatus ?? '',
      isError: false,
      isRead: false,
      origin: cause.origin,
      tags: [],
      externalIds: [],
      properties: [],
      references: [],
      attachments: attachments ?? [],
    };
    this.#note(event);
    this.#deliver(event, event);
  }

  /** Sends a hand-made body as it is to every subscription it (or, for a list, its first event) matches. */
  send(body: OmniumEvent | readonly OmniumEvent[]): number {
    const [first = {}]: readonly OmniumEvent[] = isList(body) ? body : [body];
    return this.#deliver(first, body);
  }

  /** A subscriber never took a delivery: noted in the event log, and nowhere else (contract §4). */
  noteGivenUp(delivery: WebhookDelivery, outcome: string): void {
    const { id, category, message } = operations.subscriptionFailed;
    this.#note({
      id: randomUUID(),
      operationId: id,
      timestamp: formatDateTime(this.#clock.nowMs()),
      message: `${message}: ${outcome}`,
      className: 'EventSubscription',
      objectId: delivery.reference ?? '',
      category,
      status: 'Failed',
      isError: true,
      attachments: [{ name: 'ObjectId', value: delivery.objectId }],
    });
  }

  /** Everything that happened, oldest first. */
  log(): readonly OmniumEvent[] {
    return this.#log;
  }

  loadLog(log: readonly OmniumEvent[]): void {
    this.#log = [...log];
  }

  clear(): void {
    this.#log = [];
    this.subscriptions.clear();
  }

  #deliver(event: OmniumEvent, body: OmniumEvent | readonly OmniumEvent[]): number {
    let sent = 0;
    let text: string | undefined;
    for (const subscription of this.subscriptions.values()) {
      if (matches(subscription, event)) {
        sent += 1;
        this.#webhooks.send({
          action: String(event.operationId ?? 'event'),
          objectId: event.objectId ?? '',
          url: subscription.url,
          ...(subscription.method === undefined ? {} : { method: subscription.method }),
          headers: subscription.headers,
          body: (text ??= JSON.stringify(body)),
          reference: subscription.subscriptionId,
        });
      }
    }
    return sent;
  }

  #note(event: OmniumEvent): void {
    this.#log.push(event);
    if (this.#log.length >= logCapacity * 1.25) {
      this.#log = this.#log.slice(-logCapacity);
    }
  }
}

const isList = (body: OmniumEvent | readonly OmniumEvent[]): body is readonly OmniumEvent[] => Array.isArray(body);
