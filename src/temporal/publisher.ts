import type { Client } from '@temporalio/client';
import { TypedSearchAttributes, WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import { LRUCache } from 'lru-cache';
import { EVENTS_SIGNAL } from '../contracts/entity-sync';
import type { EntityEvent, EntityInput, EntityKey, EntityKind, EntityOutcome } from '../contracts/entity-sync';
import type { RetryLadderName } from '../contracts/retry-ladder';
import { searchAttributes, type Direction, type SyncState } from '../contracts/search-attributes';
import { taskQueueOf } from '../contracts/task-queues';
import type { IntakeMetrics } from '../observability/metrics';

/** What became of an event: `duplicate` means that an equal event is already recorded. */
type RecordOutcome = 'recorded' | 'duplicate';

/** What a {@link Publisher} needs. */
interface PublisherOptions {
  /** Asked at every call: within an activity it is `Context.current().client`. */
  readonly client: () => Client;
  readonly retryLadder: RetryLadderName;
  /** Longest time one call to Temporal may take, in milliseconds. */
  readonly callTimeoutMs: number;
  readonly metrics?: Pick<IntakeMetrics, 'signals' | 'signalDuration' | 'eventsPerSignal'>;
  /** Another task queue than the engines' own, for tests that must not meet. */
  readonly taskQueue?: string | undefined;
}

/** Most events one signal carries: keeps a signal under about 20 kB. */
const MAX_EVENTS_PER_SIGNAL = 100;

/** Recorded events remembered, about 15 MB when full. */
const REMEMBERED_EVENTS = 50_000;
/**
 * Senders repeat within a minute or so. An equal event much later was sent again on purpose and deserves a pass; the
 * workflow finds out itself that nothing changed.
 */
const REMEMBERED_FOR_MS = 10 * 60_000;

const ROUTES: Readonly<Record<Direction, string>> = { inbound: 'Omnium → Flow', outbound: 'Flow → Omnium' };

interface WaitingEvent {
  readonly event: EntityEvent;
  readonly resolve: (outcome: RecordOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Publishes events to the workflows that own entities, one for each: the only way an event becomes durable.
 *
 * 1. `publish` resolves only after Temporal has stored the event, so a 2xx may follow; it rejects when that is not certain.
 * 2. At most one call per workflow is under way. Events that arrive meanwhile wait and go together in the next one, at
 *    most {@link MAX_EVENTS_PER_SIGNAL} at a time, and are acknowledged together.
 * 3. An event equal to one recorded lately, or under way, makes no call. The memory is this process's own: the workflow
 *    knows the events it has seen too, this only saves the trip.
 * 4. When a call fails, everything that waited behind it fails with it: the reason would be the same, and senders repeat.
 */
export class Publisher {
  /** Events on their way to Temporal, by workflow id. */
  private readonly waiting = new Map<string, WaitingEvent[]>();
  private readonly underWay = new Map<string, Promise<RecordOutcome>>();
  private readonly recorded = new LRUCache<string, true>({ max: REMEMBERED_EVENTS, ttl: REMEMBERED_FOR_MS });

  constructor(private readonly options: PublisherOptions) {}

  /**
   * Records that something happened to an entity, and starts its workflow if none is running.
   *
   * @param start what search attributes say of a run that this event starts; by default what the kind says
   * @returns `duplicate` when an equal event (same entity, same event id) is recorded already
   * @throws ServiceError of the Temporal client when the event could not be recorded in time; it may have been
   */
  publish<Key extends Id, Event extends EntityEvent, Outcome extends EntityOutcome, Id extends EntityKey>(
    kind: EntityKind<Key, Event, Outcome, Id>,
    key: Key,
    event: Event,
    start: { readonly direction?: Direction; readonly storeUid?: string | undefined } = {},
  ): Promise<RecordOutcome> {
    const workflowId = kind.id(key);
    // The workflow is part of the key: a sender that numbers its events per order, or badly, must not hide one order's
    // event behind another's.
    const eventKey = `${workflowId}\n${event.eventId}`;
    if (this.recorded.has(eventKey)) return Promise.resolve('duplicate');
    const equal = this.underWay.get(eventKey);
    if (equal !== undefined) return equal.then(() => 'duplicate');

    const settled = new Promise<RecordOutcome>((resolve, reject) => {
      const arriving: WaitingEvent = { event, resolve, reject };
      const others = this.waiting.get(workflowId);
      if (others) others.push(arriving);
      else void this.sendAll(workflowId, arriving, (events) => this.signalWithStart(kind, key, events, start));
    })
      .then((outcome) => {
        this.recorded.set(eventKey, true);
        return outcome;
      })
      .finally(() => this.underWay.delete(eventKey));
    this.underWay.set(eventKey, settled);
    return settled;
  }

  /** Sends what waits for a workflow until nothing does. Never rejects: outcomes go to the callers that wait. */
  private async sendAll(
    workflowId: string,
    first: WaitingEvent,
    send: (events: readonly EntityEvent[]) => Promise<void>,
  ): Promise<void> {
    const waiting = [first];
    this.waiting.set(workflowId, waiting);
    while (waiting.length > 0) {
      const batch = waiting.splice(0, MAX_EVENTS_PER_SIGNAL);
      try {
        await send(batch.map(({ event }) => event));
        for (const { resolve } of batch) resolve('recorded');
      } catch (error) {
        for (const { reject } of [...batch, ...waiting.splice(0)]) reject(error);
      }
    }
    this.waiting.delete(workflowId);
  }

  private async signalWithStart<
    Key extends Id,
    Event extends EntityEvent,
    Outcome extends EntityOutcome,
    Id extends EntityKey,
  >(
    kind: EntityKind<Key, Event, Outcome, Id>,
    key: Key,
    events: readonly EntityEvent[],
    start: { readonly direction?: Direction; readonly storeUid?: string | undefined },
  ): Promise<void> {
    const { callTimeoutMs, metrics, retryLadder, taskQueue } = this.options;
    const { connection, workflow } = this.options.client();
    const known = kind.attributes?.(key);
    const storeUid = start.storeUid ?? known?.storeUid;
    const syncState: SyncState = 'Syncing';
    const stopTimer = metrics?.signalDuration.startTimer();
    try {
      await connection.withDeadline(Date.now() + callTimeoutMs, () =>
        workflow.signalWithStart<
          (input: EntityInput<Key, Event, Outcome>) => Promise<unknown>,
          [readonly EntityEvent[]]
        >(kind.workflow, {
          workflowId: kind.id(key),
          taskQueue: taskQueue ?? taskQueueOf(kind.engine),
          args: [{ ...key, retryLadder }],
          workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
          workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
          signal: EVENTS_SIGNAL,
          signalArgs: [events],
          typedSearchAttributes: new TypedSearchAttributes([
            { key: searchAttributes.tenantUid, value: key.tenantUid },
            { key: searchAttributes.direction, value: start.direction ?? kind.direction },
            { key: searchAttributes.syncState, value: syncState },
            ...(known?.orderNumber === undefined
              ? []
              : [{ key: searchAttributes.orderNumber, value: known.orderNumber }]),
            ...(storeUid === undefined ? [] : [{ key: searchAttributes.storeUid, value: storeUid }]),
          ]),
          // The server cuts off, or refuses, summaries of more than 400 bytes.
          staticSummary: `${kind.subject(key).slice(0, 80)} · ${start.direction ? ROUTES[start.direction] : kind.route}`,
        }),
      );
      metrics?.signals.inc({ result: 'accepted' });
      metrics?.eventsPerSignal.observe(events.length);
    } catch (error) {
      metrics?.signals.inc({ result: 'failed' });
      throw error;
    } finally {
      stopTimer?.();
    }
  }
}
