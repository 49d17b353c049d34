import { EXPORT_WORKFLOW, type ExportReport, exportScheduleId } from '../../src/contracts/exports';
import { type ExportStream } from '../../src/contracts/streams';
import { type DayContext } from './context';
import { type ScheduledRuns } from './scheduled-runs';

/** The first export of a state reads and writes everything. */
const PATIENCE_MS = 300_000;

/** Streams that are exported one after the other, those of one entry at the same time. */
export type ExportTurns = readonly (readonly ExportStream[])[];

/** What needs nothing of the others, then what needs the products. */
export const CATALOGUE: ExportTurns = [
  ['categories', 'products'],
  ['prices', 'cost-prices', 'soa-prices'],
];
export const INVENTORY: ExportTurns = [['inventory']];
/** Of the catalogue, what no event starts: products come by theirs, and every two minutes by themselves. */
export const TOLD_BY_NOBODY: readonly ExportStream[] = ['categories', 'prices', 'cost-prices'];

/** What some runs of one stream did together, in all tenants. */
interface StreamDone {
  readonly runs: number;
  readonly written: number;
  readonly unchanged: number;
}

/** What the exports of a day did. */
export interface ExportsDone extends StreamDone {
  readonly streams: ReadonlyMap<ExportStream, StreamDone>;
  /** Rows that are not in Flow as they should be, by the last run of each stream and tenant. */
  readonly open: readonly string[];
}

/** Exports of all tenants, between their own times. */
export class Exports {
  private readonly streams: readonly ExportStream[];

  constructor(
    private readonly context: Pick<DayContext, 'tenants'>,
    private readonly runs: ScheduledRuns,
    private readonly turns: ExportTurns,
  ) {
    this.streams = turns.flat();
  }

  /** Has some run now, and waits for none. */
  async trigger(streams = this.streams): Promise<void> {
    await this.runs.triggerAll(this.scheduleIds(streams));
  }

  /** Has each run, turn by turn, and waits. @returns exports that did not come to an end */
  async run(): Promise<string[]> {
    const unfinished: string[] = [];
    for (const streams of this.turns) {
      const scheduleIds = this.scheduleIds(streams);
      unfinished.push(
        ...(await this.runs.runAll({ workflowType: EXPORT_WORKFLOW, scheduleIds, patienceMs: PATIENCE_MS })),
      );
    }
    return unfinished;
  }

  /** What all runs of the day so far did. */
  async done(): Promise<ExportsDone> {
    const all = await this.runs.reports<ExportReport>(EXPORT_WORKFLOW);
    const reports = all.filter(({ stream }) => this.streams.includes(stream));
    const ofStream = (wanted: ExportStream): StreamDone => sumOf(reports.filter(({ stream }) => stream === wanted));
    return {
      ...sumOf(reports),
      streams: new Map(this.streams.map((stream) => [stream, ofStream(stream)])),
      open: await this.unresolved(),
    };
  }

  private async unresolved(): Promise<string[]> {
    const open: string[] = [];
    for (const stream of this.streams) {
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

function sumOf(reports: readonly ExportReport[]): StreamDone {
  return {
    runs: reports.length,
    written: reports.reduce((sum, { written }) => sum + written, 0),
    unchanged: reports.reduce((sum, { unchanged }) => sum + unchanged, 0),
  };
}

const NAMES: readonly (readonly [ExportStream, string])[] = [
  ['products', 'products'],
  ['categories', 'categories and groups'],
  ['prices', 'prices'],
  ['cost-prices', 'costs'],
];

/** What was written and what was right already, in words. */
export function describeExports({ streams }: Pick<ExportsDone, 'streams'>): string {
  return NAMES.map(([stream, name]) => {
    const { written = 0, unchanged = 0 } = streams.get(stream) ?? {};
    return `${thousands(written)} ${name} written (${thousands(unchanged)} were right)`;
  }).join(', ');
}

function thousands(count: number): string {
  return count.toLocaleString('en-GB');
}
