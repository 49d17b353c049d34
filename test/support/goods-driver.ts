import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { runAttempt, type AttemptInput } from '../../src/activities/attempt';
import type { Activities } from '../../src/activities';
import type { CoalescingResult, CoalescingStatus } from '../../src/contracts/coalescing-messages';
import { SYNC_STATUS_QUERY } from '../../src/contracts/messages';
import { searchAttributes } from '../../src/contracts/search-attributes';
import { GoodsInbox } from '../../src/temporal/goods-inbox';
import { WORKFLOW_BUNDLE_PATH } from '../../src/workers/workflow-bundle';
import { until, type OrderServer } from './order-driver';

/** One attempt as a test wants it: resolves with an outcome, or throws what a vendor client would throw. */
export type GoodsScript<Input, Outcome> = (attempt: number, input: Input, signal: AbortSignal) => Promise<Outcome>;

/** An activity with a scripted inside and its real outside: report, failure table, ladder, heartbeats. */
export class ScriptedActivity<Input extends AttemptInput, Outcome> {
  readonly attempts: Input[] = [];
  mostAtOnce = 0;
  private running = 0;

  constructor(
    private readonly signalName: string,
    private readonly script: GoodsScript<Input, Outcome>,
  ) {}

  readonly run = (input: Input): Promise<Outcome> =>
    runAttempt({ ...input, signalName: this.signalName }, async ({ signal }) => {
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

/** How one thing's workflow is reached. */
export interface GoodsSubject {
  readonly workflowId: string;
  /** Records one event of it through the door. */
  readonly record: (door: GoodsInbox, eventId: string) => Promise<unknown>;
}

/** One thing of its own on a task queue of its own, behind the intake's own door. */
export class GoodsDriver<Outcome> {
  /** The run whose history is to be kept, when it is not the latest. */
  recordedRunId: string | undefined;
  readonly door: GoodsInbox;
  private readonly taskQueue = `goods-${randomUUID()}`;
  private eventsSent = 0;

  constructor(
    private readonly server: OrderServer,
    private readonly subject: GoodsSubject,
    alignAgainAfterSeconds = 600,
  ) {
    this.door = new GoodsInbox({
      client: server.client,
      retryLadder: 'one-minute',
      callTimeoutMs: 10_000,
      taskQueue: this.taskQueue,
      alignAgainAfterSeconds: () => alignAgainAfterSeconds,
    });
  }

  get workflowId(): string {
    return this.subject.workflowId;
  }

  get handle(): WorkflowHandle<() => Promise<CoalescingResult<Outcome>>> {
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
      activities,
    });
    return await worker.runUntil(work());
  }

  /** Sends events through the door; without ids, each is a new one. */
  async send(...eventIds: string[]): Promise<void> {
    const ids = eventIds.length > 0 ? eventIds : [`event-${(this.eventsSent += 1)}`];
    await Promise.all(ids.map((eventId) => this.subject.record(this.door, eventId)));
  }

  recordRun(runId: string): void {
    this.recordedRunId = runId;
  }

  async status(): Promise<CoalescingStatus<Outcome>> {
    return await this.handle.query<CoalescingStatus<Outcome>>(SYNC_STATUS_QUERY);
  }

  /** Waits until the workflow says that it is waiting on the ladder. */
  async untilWaiting(): Promise<CoalescingStatus<Outcome>> {
    return await until(async () => {
      const status = await this.status();
      return status.syncState === 'Retrying' && status.lastFailure ? status : undefined;
    });
  }

  /** Value of a search attribute of the latest run, as the server has it. */
  async searchAttribute(name: keyof typeof searchAttributes): Promise<string | undefined> {
    const { typedSearchAttributes } = await this.handle.describe();
    return typedSearchAttributes.get(searchAttributes[name]);
  }
}
