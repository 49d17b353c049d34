import { EXPORT_WORKFLOW, exportScheduleId, type ExportReport } from '../../../src/contracts/exports';
import { type DayContext } from '../context';
import { type ScheduledRuns } from '../scheduled-runs';

/** The first export of a state reads every level. */
const PATIENCE_MS = 180_000;

/** What the exports of a day did, in all tenants. */
export interface ExportsDone {
  readonly runs: number;
  readonly written: number;
  readonly unchanged: number;
  /** Levels that could not be brought over, each by name. */
  readonly open: readonly string[];
}

/** The inventory exports of all tenants, between their half hours. */
export class InventoryExports {
  private readonly scheduleIds: readonly string[];

  constructor(
    private readonly context: Pick<DayContext, 'tenants'>,
    private readonly runs: ScheduledRuns,
  ) {
    this.scheduleIds = context.tenants.map(({ tenantUid, marketId }) =>
      exportScheduleId({ tenantUid, marketOrGroup: marketId, stream: 'inventory' }),
    );
  }

  /** Has each run now, and waits for none. */
  async trigger(): Promise<void> {
    await this.runs.triggerAll(this.scheduleIds);
  }

  /** @returns exports that did not come to an end, with the reason */
  async run(): Promise<string[]> {
    const { scheduleIds } = this;
    return await this.runs.runAll({ workflowType: EXPORT_WORKFLOW, scheduleIds, patienceMs: PATIENCE_MS });
  }

  /** What all runs of the day did together; rows that are open now are those of each tenant's last run. */
  async done(): Promise<ExportsDone> {
    const all = await this.runs.reports<ExportReport>(EXPORT_WORKFLOW);
    const reports = all.filter(({ stream }) => stream === 'inventory');
    const open: string[] = [];
    for (const { tenantUid, marketId } of this.context.tenants)
      open.push(...(await this.runs.unresolved({ tenantUid, marketOrGroup: marketId, stream: 'inventory' })));
    return {
      runs: reports.length,
      written: reports.reduce((sum, { written }) => sum + written, 0),
      unchanged: reports.reduce((sum, { unchanged }) => sum + unchanged, 0),
      open,
    };
  }
}
