import { randomUUID } from 'node:crypto';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { Worker, type NativeConnection } from '@temporalio/worker';
import { runAttempt, type AttemptInput } from '../../src/activities/shared/sync-context';
import type { Activities } from '../../src/activities';
import { givenUpActivities } from '../../src/activities/shared/remember-given-up';
import { SYNC_STATUS_QUERY, type SyncResult, type SyncStatus } from '../../src/contracts/entity-sync';
import { searchAttributes } from '../../src/contracts/search-attributes';
import { WORKFLOW_BUNDLE_PATH } from '../../src/workers/workflow-bundle';

/** A server, however it was started. */
export interface OrderServer {
  readonly client: Client;
  readonly nativeConnection: NativeConnection;
  readonly namespace?: string | undefined;
}

/** One attempt as a test wants it: resolves with an outcome, or throws what a vendor client would throw. */
export type AttemptScript<Input, Outcome> = (attempt: number, input: Input, signal: AbortSignal) => Promise<Outcome>;

/** An activity with a scripted inside and its real outside: report, failure table, ladder, heartbeats. */
export class ScriptedActivity<Input extends AttemptInput, Outcome> {
  /** Input of every attempt, in order. */
  readonly attempts: Input[] = [];
  /** Most attempts that ever ran at the same time. */
  mostAtOnce = 0;
  private running = 0;

  constructor(private readonly script: AttemptScript<Input, Outcome>) {}

  readonly run = (input: Input): Promise<Outcome> =>
    runAttempt(input, async ({ signal }) => {
      this.attempts.push(input);
      this.running += 1;
      this.mostAtOnce = Math.max(this.mostAtOnce, this.running);
      try {
        return await this.script(this.attempts.length, input, signal);
      } finally {
        this.running -= 1;
      }
    });
}

/** One thing of its own on a task queue of its own, with a worker for as long as a test wants one. */
export abstract class SyncDriver<Outcome, Status = SyncStatus<Outcome>, Result = SyncResult<Outcome>> {
  /** The run whose history is to be kept, when it is not the latest. */
  recordedRunId: string | undefined;
  protected readonly taskQueue: string;
  private eventsSent = 0;

  protected constructor(
    protected readonly server: OrderServer,
    readonly workflowId: string,
  ) {
    this.taskQueue = `test-${randomUUID()}`;
  }

  /** Tells of one event. */
  protected abstract tell(eventId: string): Promise<unknown>;

  get handle(): WorkflowHandle<() => Promise<Result>> {
    return this.server.client.workflow.getHandle(this.workflowId);
  }

  /** Runs `work` while a worker with these activities serves the workflow. */
  async withWorker<T>(activities: Partial<Activities>, work: () => Promise<T>): Promise<T> {
    const { nativeConnection, namespace } = this.server;
    const worker = await Worker.create({
      connection: nativeConnection,
      ...(namespace && { namespace }),
      taskQueue: this.taskQueue,
      workflowBundle: { codePath: WORKFLOW_BUNDLE_PATH },
      activities: { ...givenUpActivities, ...activities },
    });
    return await worker.runUntil(work());
  }

  /** Sends events; without ids, each is a new one. */
  async send(...eventIds: string[]): Promise<void> {
    const ids = eventIds.length > 0 ? eventIds : [this.nextEventId()];
    await Promise.all(ids.map((eventId) => this.tell(eventId)));
  }

  recordRun(runId: string): void {
    this.recordedRunId = runId;
  }

  async status(): Promise<Status> {
    return await this.handle.query<Status>(SYNC_STATUS_QUERY);
  }

  /** Waits until the workflow says that it is waiting on the ladder. */
  async untilWaiting(): Promise<Status> {
    return await until(async () => {
      const status = await this.status();
      const { syncState, lastFailure } = status as SyncStatus<Outcome>;
      return syncState === 'Retrying' && lastFailure ? status : undefined;
    });
  }

  /** Value of a search attribute of the latest run, as the server has it. */
  async searchAttribute(name: keyof typeof searchAttributes): Promise<string | undefined> {
    const { typedSearchAttributes } = await this.handle.describe();
    return typedSearchAttributes.get(searchAttributes[name]);
  }

  /** The id of an event that nobody has sent yet. */
  protected nextEventId(): string {
    return `event-${(this.eventsSent += 1)}`;
  }
}

/** Polls until `probe` gives something; fails after half a minute, as a busy machine may be slow. */
export async function until<T>(probe: () => Promise<T | undefined>, timeoutMs = 30_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`nothing came within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
