import { EXPORT_WORKFLOW, type ExportReport, exportScheduleId } from '../../../src/contracts/exports';
import { type ExportStream } from '../../../src/contracts/streams';
import { type DayContext } from '../context';
import { type ScheduledRuns } from '../scheduled-runs';

/** The first export of a state reads and writes everything. */
const PATIENCE_MS = 300_000;

/** What needs nothing of the others, then what needs the products. */
const IN_TURN: readonly (readonly ExportStream[])[] = [
  ['categories', 'products'],
  ['prices', 'cost-prices', 'soa-prices'],
];
const STREAMS = IN_TURN.flat();
/** Products come by their events, and every two minutes by themselves. */
const TOLD_BY_NOBODY: readonly ExportStream[] = ['categories', 'prices', 'cost-prices'];

/** What some runs of one stream did together, in all tenants. */
interface StreamDone {
  readonly runs: number;
  readonly written: number;
  readonly unchanged: number;
}

/** What the exports of a day did. */
export interface CatalogueExportsDone {
  readonly runs: number;
  readonly streams: ReadonlyMap<ExportStream, StreamDone>;
  /** Rows that are not in Flow as they should be, by the last run of each stream and tenant. */
  readonly open: readonly string[];
}

/** The exports of the catalogue of all tenants, between their own times. */
export class CatalogueExports {
  constructor(
    private readonly context: Pick<DayContext, 'tenants'>,
    private readonly runs: ScheduledRuns,
  ) {}

  /** Has those run now that no event starts, and waits for none. */
  async trigger(): Promise<void> {
    await this.runs.triggerAll(this.scheduleIds(TOLD_BY_NOBODY));
  }

  /** Has each run and waits; prices after the products that have them. @returns exports that did not come to an end */
  async run(): Promise<string[]> {
    const unfinished: string[] = [];
    for (const streams of IN_TURN) {
      const scheduleIds = this.scheduleIds(streams);
      unfinished.push(
        ...(await this.runs.runAll({ workflowType: EXPORT_WORKFLOW, scheduleIds, patienceMs: PATIENCE_MS })),
      );
    }
    return unfinished;
  }

  /** What all runs of the day so far did. */
  async done(): Promise<CatalogueExportsDone> {
    const all = await this.runs.reports<ExportReport>(EXPORT_WORKFLOW);
    const reports = all.filter(({ stream }) => STREAMS.includes(stream));
    return {
      runs: reports.length,
      streams: new Map(STREAMS.map((stream) => [stream, sumOf(stream, reports)])),
      open: await this.unresolved(),
    };
  }

  private async unresolved(): Promise<string[]> {
    const open: string[] = [];
    for (const stream of STREAMS) {
      for (const { tenantUid, marketId } of this.context.tenants)
        open.push(...(await this.runs.unresolved({ tenantUid, marketOrGroup: marketId, stream })));
    }
    return open;
  }

  private scheduleIds(streams: readonly ExportStream[]): string[] {
    return streams.flatMap((stream) =>
      this.context.tenants.map(({ tenantUid, marketId }) =>
        exportScheduleId({ tenantUid, marketOrGroup: marketId, stream }),
      ),
    );
  }
}

function sumOf(stream: ExportStream, reports: readonly ExportReport[]): StreamDone {
  const own = reports.filter((report) => report.stream === stream);
  return {
    runs: own.length,
    written: own.reduce((sum, { written }) => sum + written, 0),
    unchanged: own.reduce((sum, { unchanged }) => sum + unchanged, 0),
  };
}

const NAMES: readonly (readonly [ExportStream, string])[] = [
  ['products', 'products'],
  ['categories', 'categories and groups'],
  ['prices', 'prices'],
  ['cost-prices', 'costs'],
];

/** What was written and what was right already, in words; `since` is left out of it. */
export function describeExports(done: CatalogueExportsDone, since?: CatalogueExportsDone): string {
  return NAMES.map(([stream, name]) => {
    const now = done.streams.get(stream);
    const before = since?.streams.get(stream);
    const written = (now?.written ?? 0) - (before?.written ?? 0);
    const unchanged = (now?.unchanged ?? 0) - (before?.unchanged ?? 0);
    return `${thousands(written)} ${name} written (${thousands(unchanged)} were right)`;
  }).join(', ');
}

function thousands(count: number): string {
  return count.toLocaleString('en-GB');
}
