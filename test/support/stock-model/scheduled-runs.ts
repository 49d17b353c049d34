import {
  EXPORT_MEMO,
  exportScheduleId,
  type ExportAsk,
  type ExportProgress,
} from '../../../src/contracts/export-messages';
import {
  nameOfTarget,
  SWEEP_MEMO,
  sweepScheduleId,
  type SweepCursor,
  type SweepFinding,
  type SweepStream,
  type SweepWindow,
} from '../../../src/contracts/sweep-messages';
import { addStretch, startOf, summaryOf } from '../../../src/domain/export-progress';
import type { Disturbance, Ending, ModelActivities, ModelWorker } from './model-worker';
import type { PretendTemporal, ScheduledRecord } from './pretend-temporal';

const LADDER = { retryLadder: 'one-minute', pass: 1 } as const;

/** One run of a Schedule, as its workflow carries it out: activity by activity, each until an attempt gets through. */
abstract class ScheduledSteps {
  private attempts = 0;
  private scheduledAtMs = Date.now();
  private heartbeatDetails: unknown;
  protected readonly record: ScheduledRecord;

  constructor(temporal: PretendTemporal, scheduleId: string) {
    this.record = temporal.begin(scheduleId);
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

  protected end(memo: Readonly<Record<string, unknown>>): void {
    Object.assign(this.record, { memo, closedAtMs: Date.now() });
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
      const plan = await this.try((a) => a.findExportWatermark(input), worker, disturbance);
      if (plan) this.progress = startOf(plan);
      return plan !== undefined;
    }
    const { window, parts } = progress;
    if (parts.length === 0) {
      this.end({ [EXPORT_MEMO]: summaryOf(key, progress) });
      return true;
    }
    const input = { ...key, ...LADDER, window, parts };
    const stretch = await this.try((a) => a.exportStretch(input), worker, disturbance);
    if (stretch) this.progress = addStretch(progress, stretch);
    return stretch !== undefined;
  }
}

/** A run of a sweep (src/workflows/sweep.ts). */
export class SweepRun extends ScheduledSteps {
  private window: SweepWindow | undefined;
  private cursor: SweepCursor | undefined;
  private untold: readonly SweepFinding[] = [];
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
    super(temporal, sweepScheduleId(about));
  }

  protected async step(worker: ModelWorker, disturbance?: Disturbance): Promise<boolean> {
    const { window, untold } = this;
    const { tenantUid, stream } = this.about;
    const key = { tenantUid, stream };
    if (!window) {
      this.window = await this.try((a) => a.findWatermark({ ...this.about, ...LADDER }), worker, disturbance);
      return this.window !== undefined;
    }
    if (untold.length > 0) {
      const input = { ...key, ...LADDER, window, findings: untold };
      const isTold = await this.try((a) => a.signalFindings(input).then(() => true), worker, disturbance);
      if (isTold) this.untold = [];
      return isTold === true;
    }
    if (this.isRead) {
      this.end({ [SWEEP_MEMO]: { to: window.to } });
      return true;
    }
    const input = { ...key, ...LADDER, window, ...(this.cursor && { cursor: this.cursor }) };
    const stretch = await this.try((a) => a.sweepStream(input), worker, disturbance);
    if (!stretch) return false;
    this.untold = stretch.findings;
    this.found.push(...stretch.findings.map(({ target }) => nameOfTarget(target)));
    this.cursor = stretch.cursor;
    this.isRead = stretch.cursor === undefined;
    return true;
  }
}
