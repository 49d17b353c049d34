import { type Client, type WorkflowStartOptions } from '@temporalio/client';
import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import { LRUCache } from 'lru-cache';
import { type IntakeMetrics } from '../observability/metrics';

/** What became of an event: `duplicate` means that an equal event is already recorded. */
export type RecordOutcome = 'recorded' | 'duplicate';

/** A notice that can be recorded: equal ids are one event. */
export interface RecordableEvent {
  readonly eventId: string;
}

/** The signal that carries events. */
export interface EventsSignal<Event> {
  readonly kind: 'events';
  readonly events: readonly Event[];
}

/** How a workflow is started when the event that it is for finds none running. */
export type StartOfRun<Input> = Pick<WorkflowStartOptions, 'taskQueue' | 'typedSearchAttributes' | 'staticSummary'> & {
  readonly input: Input;
};

/** What a {@link SignalDoor} needs. */
export interface SignalDoorOptions {
  readonly client: Client;
  /** Wire names of the workflow behind the door and of the one signal it knows. */
  readonly workflowType: string;
  readonly signalName: string;
  /** Longest time one call to Temporal may take, in milliseconds. */
  readonly callTimeoutMs: number;
  readonly metrics?: Pick<IntakeMetrics, 'signals' | 'signalDuration' | 'eventsPerSignal'>;
}

/** Most events one signal carries: keeps a signal under about 20 kB. */
const MAX_EVENTS_PER_SIGNAL = 100;

/** Recorded events remembered, about 15 MB when full. */
const REMEMBERED_EVENTS = 50_000;
/**
 * Senders repeat within a minute or so. An equal event much later is somebody sending it again on purpose, and deserves
 * a pass; the workflow finds out itself that nothing changed.
 */
const REMEMBERED_FOR_MS = 10 * 60_000;

interface WaitingEvent<Event> {
  readonly event: Event;
  readonly resolve: (outcome: RecordOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/** One workflow whose events are on their way to Temporal, and how it is started: as its first event here said. */
interface Lane<Event, Input> {
  readonly start: StartOfRun<Input>;
  waiting: WaitingEvent<Event>[];
}

/**
 * The door to workflows that are told of events, one workflow for each thing that can change: the only way an event
 * becomes durable.
 *
 * 1. `record` resolves only after Temporal has stored the event, so a 2xx may follow; it rejects when that is not certain.
 * 2. At most one call per workflow is under way. Events that arrive meanwhile wait and go together in the next one, at
 *    most {@link MAX_EVENTS_PER_SIGNAL} at a time, and are acknowledged together.
 * 3. An event equal to one recorded lately, or under way, makes no call. The memory is this process's own: the workflow
 *    knows the events it has seen too, this only saves the trip.
 * 4. When a call fails, everything that waited behind it fails with it: the reason would be the same, and senders repeat.
 */
export class SignalDoor<Event extends RecordableEvent, Input> {
  readonly #options: SignalDoorOptions;
  readonly #lanes = new Map<string, Lane<Event, Input>>();
  readonly #underWay = new Map<string, Promise<RecordOutcome>>();
  // By size and not by `max`, which would take the memory of a full cache for every door at once.
  readonly #recorded = new LRUCache<string, true>({
    maxSize: REMEMBERED_EVENTS,
    sizeCalculation: () => 1,
    ttl: REMEMBERED_FOR_MS,
  });

  constructor(options: SignalDoorOptions) {
    this.#options = options;
  }

  /**
   * Records an event with the workflow `workflowId`, and starts that workflow if it is not running.
   *
   * @returns `duplicate` when an equal event (same workflow, same event id) is recorded already
   * @throws ServiceError of the Temporal client when the event could not be recorded in time; it may have been
   */
  record(workflowId: string, event: Event, start: StartOfRun<Input>): Promise<RecordOutcome> {
    // The workflow is part of the key: a sender that numbers its events per order, or badly, must not hide one order's
    // event behind another's.
    const eventKey = `${workflowId}\n${event.eventId}`;
    if (this.#recorded.has(eventKey)) return Promise.resolve('duplicate');
    const equal = this.#underWay.get(eventKey);
    if (equal !== undefined) return equal.then(() => 'duplicate');

    const recorded = new Promise<RecordOutcome>((resolve, reject) => {
      this.#enqueue(workflowId, { start, waiting: [{ event, resolve, reject }] });
    });
    const settled = recorded.then(
      (outcome) => {
        this.#recorded.set(eventKey, true);
        this.#underWay.delete(eventKey);
        return outcome;
      },
      (error: unknown) => {
        this.#underWay.delete(eventKey);
        throw error;
      },
    );
    this.#underWay.set(eventKey, settled);
    return settled;
  }

  #enqueue(workflowId: string, arriving: Lane<Event, Input>): void {
    const lane = this.#lanes.get(workflowId);
    if (lane !== undefined) {
      lane.waiting.push(...arriving.waiting);
      return;
    }
    this.#lanes.set(workflowId, arriving);
    void this.#empty(workflowId, arriving);
  }

  /** Sends what waits on a lane until nothing does. Never rejects: outcomes go to those who wait. */
  async #empty(workflowId: string, lane: Lane<Event, Input>): Promise<void> {
    while (lane.waiting.length > 0) {
      const batch = lane.waiting.splice(0, MAX_EVENTS_PER_SIGNAL);
      try {
        await this.#send(
          workflowId,
          lane.start,
          batch.map(({ event }) => event),
        );
        for (const { resolve } of batch) resolve('recorded');
      } catch (error) {
        const failing = [...batch, ...lane.waiting];
        lane.waiting = [];
        for (const { reject } of failing) reject(error);
      }
    }
    this.#lanes.delete(workflowId);
  }

  async #send(workflowId: string, { input, ...start }: StartOfRun<Input>, events: readonly Event[]): Promise<void> {
    const { client, workflowType, signalName, callTimeoutMs, metrics } = this.#options;
    const stopTimer = metrics?.signalDuration.startTimer();
    try {
      await client.connection.withDeadline(Date.now() + callTimeoutMs, () =>
        client.workflow.signalWithStart<(input: Input) => Promise<unknown>, [EventsSignal<Event>]>(workflowType, {
          ...start,
          workflowId,
          args: [input] as [Input],
          workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
          workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
          signal: signalName,
          signalArgs: [{ kind: 'events', events }],
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
