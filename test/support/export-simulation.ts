import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { Context } from '@temporalio/activity';
import type { DeltaActivities } from '../../src/activities/delta';
import { earlierHeartbeat, exportBatch } from '../../src/activities/delta/export-run';
import { NO_CHECKPOINT, planExport } from '../../src/activities/delta/plan-export';
import type { Tenant } from '../../src/activities/tenants';
import {
  EXPORT_WORKFLOW,
  exportByHandId,
  type ExportAsk,
  type ExportBatchInput,
  type ExportBatchResult,
  type ExportCheckpoint,
  type ExportKey,
  type ExportPlan,
  type ExportReport,
  type ExportWorkflowInput,
  type PlanExportInput,
} from '../../src/contracts/exports';
import { LONGEST_DELTA_DELAY_MS } from '../../src/contracts/streams';
import { withBegunRun, withFinishedRun } from '../../src/domain/export-progress';
import { ExportModel } from './export-model';
import {
  changesSince,
  seededRandom,
  SIMULATED_PARTS,
  simulatedMonth,
  simulatedRows,
  type SimulatedEvent,
  type SimulatedMonth,
} from './simulated-month';
import { type SimulatedHandle, type SimulatedRun } from './simulated-runs';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const OVERLAP_SECONDS = 120;
/** Time that a page takes. */
const PAGE_MS = 10 * SECOND_MS;

interface Started {
  readonly isScheduled?: boolean;
  readonly isStuck?: boolean;
  readonly ask?: ExportAsk;
}

/** What a tenant's month is made of. */
export interface SimulationParts {
  readonly seed: number;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly ticks: readonly number[];
  readonly client: Client;
  readonly tenant: Tenant;
  readonly taskQueue: string;
}

/**
 * A month of a tenant's export: a source whose rows change at random, outages of the vendors, failing pages, forgotten
 * scrolls, clocks that differ, triggers, full exports by hand, cancelled and ended runs, and redeployed configurations. The
 * workflow is real, and so is what decides where a run begins; Temporal's Schedule and the checkpoint's keeper are played
 * here.
 */
export class ExportSimulation {
  readonly key: ExportKey;
  readonly missed: string[] = [];
  completed = 0;
  failedAttempts = 0;
  overwritten = 0;
  private readonly random: () => number;
  private readonly model: ExportModel;
  private readonly runs: SimulatedRun[] = [];
  private checkpoint: ExportCheckpoint = NO_CHECKPOINT;
  private readonly month: SimulatedMonth;
  private readonly sourceSkewMs: number;
  private changed = 0;
  private isTickWaiting = false;
  /** Resolved when a run has come to its end or waits to be tried again. */
  private settle: (() => void) | undefined;

  constructor(private readonly parts: SimulationParts) {
    const { seed, tenant, fromMs } = parts;
    this.random = seededRandom(seed);
    this.key = { tenantUid: tenant.config.tenantUid, marketOrGroup: `sim-${seed}`, stream: 'products' };
    // Before ours, after ours, the same: by almost as much as the overlap.
    this.sourceSkewMs = ((seed % 3) - 1) * 110 * SECOND_MS;
    this.model = new ExportModel(SIMULATED_PARTS.slice(0, 2));
    this.model.pageSize = 6;
    this.model.changeAt(fromMs - HOUR_MS, 'main', ...simulatedRows(18));
    this.model.changeAt(fromMs - HOUR_MS, 'oslo', ...simulatedRows(9));
    this.month = simulatedMonth({ ...parts, random: this.random });
  }

  get events(): readonly SimulatedEvent[] {
    return this.month.events;
  }

  /** An event, at its time; resolves when what it started has ended or waits. */
  async happen({ atMs, kind, ask }: SimulatedEvent): Promise<void> {
    if (kind === 'redeploy') return this.redeploy();
    if (kind === 'tick') return await this.tick(atMs);
    if (kind === 'by-hand') return await this.start(atMs, { ...(ask && { ask }) });
    if (kind === 'stuck') return await this.start(atMs, { ask: { kind: 'everything' }, isStuck: true });
    const run = this.runs.find(({ execution, isStuck }) => execution === 'RUNNING' && isStuck);
    if (!run) return;
    if (this.random() < 0.5) await run.handle.terminate('somebody ended it');
    else await run.handle.cancel();
    await this.untilClosed(run);
    this.writeOn(run, atMs);
  }

  /** Ends all that waits, and reads on once more; then nothing may be missing. */
  async finish(): Promise<void> {
    for (const run of this.runs.filter(({ execution }) => execution === 'RUNNING')) await this.untilClosed(run);
    this.model.hooks = {};
    this.model.forgetsAt.clear();
    this.isQuiet = true;
    this.model.parts = SIMULATED_PARTS;
    await this.start(this.parts.untilMs, { isScheduled: true });
    const last = this.runs.at(-1);
    if (last) await this.untilClosed(last);
    this.missed.push(...this.model.missed().map((row) => `${row} at the end`));
  }

  /**
   * The attempt of a run that was ended may not know it yet: it writes what it had read when it began, over what others have
   * written since.
   */
  private writeOn(run: SimulatedRun, atMs: number): void {
    const { begunAtMs } = run;
    if (begunAtMs === undefined) return;
    run.closedAtMs = atMs;
    for (const [row, changes] of changesSince(this.month.changes.slice(0, this.changed), begunAtMs)) {
      const version = (this.model.rows.get(row)?.version ?? 0) - changes;
      if (version > 0 && version < (this.model.target.get(row) ?? 0)) {
        this.model.target.set(row, version);
        this.overwritten += 1;
      }
    }
  }

  /** The activities of this tenant's runs. */
  readonly activities: Pick<DeltaActivities, 'planExport' | 'exportBatch' | 'finishExport'> = {
    planExport: (input) => this.attempt((atMs) => this.plan(input, atMs)),
    exportBatch: (input) => this.attempt((atMs) => this.batch(input, atMs)),
    finishExport: ({ run }) =>
      this.attempt(() => {
        this.checkpoint = withFinishedRun(this.checkpoint, run);
        this.runOf(run.workflowId).left = this.checkpoint;
        return Promise.resolve({ covered: this.checkpoint.covered.length, unresolved: 0, deferred: 0 });
      }),
  };

  private isQuiet = false;

  /** A tick that falls into a run waits for its end; of more, one. */
  private async tick(atMs: number): Promise<void> {
    if (this.runs.some(({ execution, isScheduled }) => execution === 'RUNNING' && isScheduled))
      this.isTickWaiting = true;
    else await this.start(atMs, { isScheduled: true });
  }

  private async start(startedAtMs: number, how: Started): Promise<void> {
    const { isScheduled = false, isStuck = false, ask } = how;
    const { client, taskQueue } = this.parts;
    const workflowId = exportByHandId(this.key, new Date(startedAtMs + this.runs.length));
    const args: ExportWorkflowInput = {
      ...{ ...this.key, retryLadder: 'one-minute', overlapSeconds: OVERLAP_SECONDS, ...(ask && { ask }) },
    };
    const settled = new Promise<void>((resolve) => (this.settle = resolve));
    const handle: SimulatedHandle = await client.workflow.start<(input: ExportWorkflowInput) => Promise<ExportReport>>(
      EXPORT_WORKFLOW,
      { workflowId, taskQueue, args: [args] },
    );
    const run: SimulatedRun = {
      handle,
      startedAtMs,
      ...{ isScheduled, isStuck },
      wroteUntilMs: startedAtMs,
      execution: 'RUNNING',
    };
    this.runs.push(run);
    void this.watch(run);
    await settled;
  }

  private readonly closings = new Map<SimulatedRun, Promise<void>>();

  private watch(run: SimulatedRun): Promise<void> {
    const closing = this.close(run);
    this.closings.set(run, closing);
    return closing;
  }

  private async untilClosed(run: SimulatedRun): Promise<void> {
    await this.closings.get(run);
  }

  private async close(run: SimulatedRun): Promise<void> {
    const report = await run.handle.result().catch(() => undefined);
    run.closedAtMs = run.wroteUntilMs;
    run.execution = report ? 'COMPLETED' : 'TERMINATED';
    if (report) this.complete(run, report);
    if (run.isScheduled && this.isTickWaiting) {
      this.isTickWaiting = false;
      await this.start(run.closedAtMs, { isScheduled: true });
    }
    this.settle?.();
  }

  /** What had changed before a run began is in the target when it is over, or among its open rows. */
  private complete(run: SimulatedRun, report: ExportReport): void {
    this.completed += 1;
    this.failedAttempts += report.failedAttempts;
    // What an attempt has overwritten that went on after its run was ended, is for the next run.
    const { begunAtMs = 0 } = run;
    if (this.runs.some(({ isStuck, closedAtMs = 0 }) => isStuck && closedAtMs >= begunAtMs)) return;
    const before = (run.begunAtMs ?? run.startedAtMs) + this.sourceSkewMs;
    const { unresolved, covered } = run.left ?? NO_CHECKPOINT;
    const open = new Set(unresolved.flatMap(({ ids }) => ids));
    const isCovered = (row: string): boolean => covered.some((part) => row.endsWith(`@${part}`));
    this.missed.push(...this.model.missed(before - 1).filter((row) => isCovered(row) && !open.has(row)));
  }

  /** The inside of an activity, at the server's time; its failures wait as in production. */
  private async attempt<T>(work: (atMs: number) => Promise<T>): Promise<T> {
    const { currentAttemptScheduledTimestampMs: atMs, attempt, workflowExecution } = Context.current().info;
    try {
      const run = this.runOf(workflowExecution?.workflowId);
      if (run.isStuck && run.begunAtMs !== undefined) throw new Error('this one is held up');
      if (!this.isQuiet && this.month.outages.some(({ fromMs, untilMs }) => atMs >= fromMs && atMs < untilMs))
        throw new Error('the vendors are away');
      return await work(atMs);
    } catch (error) {
      const run = this.runs.find(({ handle }) => handle.workflowId === workflowExecution?.workflowId);
      if (run) run.wroteUntilMs = Math.max(run.wroteUntilMs, atMs);
      this.failedAttempts += 1;
      setImmediate(() => this.settle?.());
      const nextRetryDelay = Math.min(attempt * MINUTE_MS, LONGEST_DELTA_DELAY_MS);
      throw ApplicationFailure.create({ message: error instanceof Error ? error.message : '', nextRetryDelay });
    }
  }

  private async plan({ ask, overlapSeconds }: PlanExportInput, atMs: number): Promise<ExportPlan> {
    this.changeUntil(atMs);
    const run = this.runOf(Context.current().info.workflowExecution?.workflowId);
    run.begunAtMs = atMs;
    // Another machine every time, and each has a clock of its own.
    const hereMs = atMs + (this.random() * 2 - 1) * 50 * SECOND_MS;
    const now = new Date(Math.min(hereMs, atMs));
    const { workflowId } = run.handle;
    const gone = this.checkpoint.atWork
      .map((other) => this.runOf(other.workflowId))
      .filter(({ execution, closedAtMs = 0 }) => execution !== 'RUNNING' && closedAtMs < atMs - MINUTE_MS)
      .map(({ handle }) => handle.workflowId);
    this.checkpoint = withBegunRun(this.checkpoint, { workflowId, begunAt: now.toISOString() }, gone);
    const partitions = { names: this.model.parts, leftOut: [], missing: [] };
    const rules = { rules: 'the same', fuse: { count: 200, percent: 2 } };
    const options = { ask, overlapSeconds, now, ...rules, inHand: new Set<string>(), readsTogether: false };
    return await Promise.resolve(planExport(this.checkpoint, partitions, options));
  }

  private async batch(input: ExportBatchInput, atMs: number): Promise<ExportBatchResult> {
    const context = Context.current();
    const run = this.runOf(context.info.workflowExecution?.workflowId);
    let page = 0;
    this.model.hooks.beforePage = () => {
      page += 1;
      const now = atMs + page * PAGE_MS;
      run.wroteUntilMs = Math.max(run.wroteUntilMs, now);
      this.changeUntil(now);
      if (this.isQuiet) return;
      if (this.random() < 0.02) throw new Error('the worker died');
      if (this.random() < 0.02) this.model.forgetsAt.add(this.model.reads);
    };
    const { unresolved, deferred } = this.checkpoint;
    const work = {
      ...{ tenant: this.parts.tenant, markets: [], window: input.window, calls: 0, onCall: () => undefined },
      ...{ signal: context.cancellationSignal, givesUpRecords: context.info.attempt >= 3 },
    };
    const stream = this.model.kind({ batch: { records: 12, milliseconds: HOUR_MS } });
    return await exportBatch(stream, work, input.partitions, {
      earlier: earlierHeartbeat(context.info.heartbeatDetails),
      heartbeat: (progress) => context.heartbeat(progress),
      ...{ known: unresolved, due: deferred.map(({ record }) => record) },
    });
  }

  private runOf(workflowId: string | undefined): SimulatedRun {
    const run = this.runs.find(({ handle }) => handle.workflowId === workflowId);
    if (!run) throw new Error('an attempt of a run that nobody started');
    return run;
  }

  /** What has changed in Omnium by then, under its own clock. */
  private changeUntil(atMs: number): void {
    for (
      let next = this.month.changes[this.changed];
      next && next.atMs <= atMs;
      next = this.month.changes[this.changed]
    ) {
      this.model.changeAt(Math.round(next.atMs + this.sourceSkewMs), next.part, ...next.names);
      this.changed += 1;
    }
  }

  /** A release with other sizes, and a market that has got one more price list. */
  private redeploy(): void {
    this.model.pageSize = 3 + Math.floor(this.random() * 6);
    this.model.parts = SIMULATED_PARTS.slice(0, this.model.parts.length + 1);
  }
}
