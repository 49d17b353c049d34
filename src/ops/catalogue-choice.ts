import { EXPORT_TASKS, exportScheduleId, type ExportKey, type ExportStream } from '../contracts/export-messages';
import { wantedExportSchedules, type WantedExportSchedule } from '../temporal/export-schedules';
import { type OpsContext } from './context';
import { chosenKeys } from './export';

/** Streams that are the catalogue; stock has a command of its own. */
export type CatalogueStream = Exclude<ExportStream, 'inventory'>;

/** What of the catalogue is compared. */
export interface CatalogueChoice {
  readonly tenantUid: string | undefined;
  /** Omnium's id of the market or market group. */
  readonly market: string | undefined;
  readonly streams: readonly CatalogueStream[];
  /** Omnium's ids, of products or SKUs; all products when empty. */
  readonly productIds: readonly string[];
  /** Rows that are shown. */
  readonly limit: number;
}

/** A part of the catalogue that nobody brings to Flow, and why. */
export interface NotCompared extends ExportKey {
  readonly reason: string;
}

/** The exports that the configuration has switched on, and those that it has not. */
export interface ChosenExports {
  readonly compared: readonly WantedExportSchedule[];
  readonly notCompared: readonly NotCompared[];
}

/**
 * The exports that a choice means.
 *
 * @throws OpsError when there is no such tenant, market or market group
 */
export function chosenExports(
  context: OpsContext,
  { streams, tenantUid, market }: Pick<CatalogueChoice, 'streams' | 'tenantUid' | 'market'>,
): ChosenExports {
  const { config } = context;
  const wanted = new Map(wantedExportSchedules({ config }).map((schedule) => [schedule.scheduleId, schedule]));
  const keys = streams.flatMap((stream) => chosenKeys(context, { stream, tenantUid, market }));
  return {
    compared: keys.flatMap((key) => wanted.get(exportScheduleId(key)) ?? []),
    notCompared: keys
      .filter((key) => !wanted.has(exportScheduleId(key)))
      .map((key) => ({ ...key, reason: reasonFor(key) })),
  };
}

function reasonFor({ stream }: ExportKey): string {
  const categories = stream === 'categories' ? ', or the market does not say SyncCategoriesToFlow' : '';
  return `nobody brings them to Flow: no ${EXPORT_TASKS[stream]} is switched on${categories}`;
}
