import { exportScheduleId, type ExportAsk, type ExportProgress } from '../../../src/contracts/exports';
import type { SweepStream } from '../../../src/contracts/streams';
import {
  nameOfTarget,
  sweepWorkflowId,
  type SweepCursor,
  type SweepFinding,
  type SweepWindow,
} from '../../../src/contracts/sweeps';
import { addBatch, finishedRun, progressOf } from '../../../src/domain/export-progress';
import { sweepSettings } from '../../../src/temporal/sweeps';
import type { Disturbance, Ending, ModelActivities, ModelWorker } from './model-worker';
import type { PretendTemporal, ScheduledRecord } from './pretend-temporal';

const LADDER = { retryLadder: 'one-minute', pass: 1 } as const;

/** One run, as its workflow carries it out: activity by activity, each until an attempt gets through. */
abstract class ScheduledSteps {
  private attempts = 0;
  private scheduledAtMs = Date.now();
  private heartbeatDetails: unknown;
  protected readonly record: ScheduledRecord;

  constructor(
    protected readonly temporal: PretendTemporal,
    id: string,
  ) {
    this.record = temporal.begin(id);
  }

  get isOver(): boolean {
    return this.record.closedAtMs !== undefined;
  }

  /** Goes on until the run is over or an attempt has failed. The first attempt may be disturbed. */
  async goOn(worker: ModelWorker, disturbance?: Disturbance): Promise<void> {
    let next: Disturbance | undefined = disturbance;
    while (!this.isOver) {
      if (!(await this.step(worker, next))) return;
      next = undefined;
    }
  }

  /** The next activity; false when the attempt failed. */
  protected abstract step(worker: ModelWorker, disturbance?: Disturbance): Promise<boolean>;

  protected async try<T>(
    work: (activities: ModelActivities) => Promise<T>,
    worker: ModelWorker,
    disturbance?: Disturbance,
  ): Promise<T | undefined> {
    const { workflowId, runId } = this.record;
    this.attempts += 1;
    const { attempts: attempt, scheduledAtMs, heartbeatDetails } = this;
    const info = { workflowId, runId, attempt, scheduledAtMs, heartbeatDetails };
    const ending: Ending<T> = await worker.attempt(work, info, disturbance);
    this.heartbeatDetails = ending.isDone ? undefined : ending.heartbeatDetails;
    if (!ending.isDone) return undefined;
    this.attempts = 0;
    this.scheduledAtMs = Date.now();
    return ending.value;
  }

  protected end(): void {
    this.record.closedAtMs = Date.now();
  }
}

/** A run of the inventory export (src/workflows/export.ts). */
export class InventoryExportRun extends ScheduledSteps {
  private readonly key;
  progress: ExportProgress | undefined;

  constructor(
    temporal: PretendTemporal,
    private readonly about: {
      readonly tenantUid: string;
      readonly marketOrGroup: string;
      readonly overlapSeconds: number;
      readonly ask?: ExportAsk;
    },
  ) {
    const { tenantUid, marketOrGroup } = about;
    const key = { tenantUid, marketOrGroup, stream: 'inventory' } as const;
    super(temporal, exportScheduleId(key));
    this.key = key;
  }

  protected async step(worker: ModelWorker, disturbance?: Disturbance): Promise<boolean> {
    const { key, progress } = this;
    if (!progress) {
      const { overlapSeconds, ask } = this.about;
      const input = { ...key, ...LADDER, overlapSeconds, ...(ask && { ask }) };
      const plan = await this.try((a) => a.planExport(input), worker, disturbance);
      if (plan) this.progress = progressOf(plan);
      return plan !== undefined;
    }
    const { window, partitions } = progress;
    if (partitions.length === 0) {
      const run = finishedRun(this.record.workflowId, progress);
      const after = await this.try((a) => a.finishExport({ ...key, ...LADDER, run }), worker, disturbance);
      if (after) this.end();
      return after !== undefined;
    }
    const input = { ...key, ...LADDER, window, partitions, holdsRemovals: false };
    const batch = await this.try((a) => a.exportBatch(input), worker, disturbance);
    if (batch) this.progress = addBatch(progress, batch);
    return batch !== undefined;
  }
}

/** What the tenant's sweep does once its settings name other stock masters (src/workflows/sweep.ts). */
export async function publishSwitches(temporal: PretendTemporal, worker: ModelWorker): Promise<void> {
  const { config } = worker;
  const { tenantUid } = config;
  const { stockMasters: known } = temporal;
  const { stockMasters: latest } = sweepSettings(config, LADDER, 'test');
  const at = new Date().toISOString();
  const batches = [...new Set([...Object.keys(latest), ...Object.keys(known ?? {})])].flatMap((storeUid) => {
    const switchedTo = latest[storeUid] ?? 'omnium';
    if (known && (known[storeUid] ?? 'omnium') === switchedTo) return [];
    const target = { kind: 'stock', storeUid, since: { switchedTo, isFirst: !known } } as const;
    return [{ what: `Stock master: ${switchedTo}`, at, findings: [{ target, standing: 'found' as const }] }];
  });
  const info = { ...temporal.begin(sweepWorkflowId(tenantUid)), attempt: 1, scheduledAtMs: Date.now() };
  await worker.attempt((a) => a.publishFindings({ tenantUid, ...LADDER, batches }), info);
  temporal.stockMasters = latest;
}

/** A look through one stream (src/workflows/sweep.ts). */
export class SweepRun extends ScheduledSteps {
  private readonly window: SweepWindow;
  private cursor: SweepCursor | undefined;
  private unpublished: readonly SweepFinding[] = [];
  private isRead = false;
  readonly found: string[] = [];

  constructor(
    temporal: PretendTemporal,
    private readonly about: {
      readonly tenantUid: string;
      readonly stream: SweepStream;
      readonly overlapSeconds: number;
      readonly firstLookBackHours: number;
    },
  ) {
    super(temporal, sweepWorkflowId(about.tenantUid));
    const { stream, overlapSeconds, firstLookBackHours } = about;
    const before = temporal.watermarks.get(stream);
    const watermark = before ?? new Date(Date.now() - firstLookBackHours * 3_600_000).toISOString();
    const from = new Date(Date.parse(watermark) - overlapSeconds * 1_000).toISOString();
    this.window = { watermark, from, to: new Date().toISOString(), since: before ? 'last-sweep' : 'first-look' };
  }

  protected async step(worker: ModelWorker, disturbance?: Disturbance): Promise<boolean> {
    const { window, unpublished, cursor } = this;
    const { tenantUid, stream } = this.about;
    if (unpublished.length > 0) {
      const batches = [{ what: `Sweep ${stream}`, at: window.to, findings: unpublished }];
      const input = { tenantUid, ...LADDER, batches };
      const isPublished = await this.try((a) => a.publishFindings(input).then(() => true), worker, disturbance);
      if (isPublished) this.unpublished = [];
      return isPublished === true;
    }
    if (this.isRead) {
      this.temporal.watermarks.set(stream, window.to);
      this.end();
      return true;
    }
    const input = { tenantUid, ...LADDER, streams: [{ stream, window, ...(cursor && { cursor }) }] };
    const [look] = (await this.try((a) => a.lookForChanges(input), worker, disturbance)) ?? [];
    if (!look) return false;
    this.unpublished = look.findings;
    this.found.push(...look.findings.map(({ target }) => nameOfTarget(target)));
    this.cursor = look.cursor;
    this.isRead = look.cursor === undefined && look.failure === undefined;
    return look.failure === undefined;
  }
}
