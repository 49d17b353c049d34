import { kindOf } from '../activities/delta/export-activities';
import { findExportWatermark } from '../activities/delta/find-export-watermark';
import { type WantedExportSchedule } from '../temporal/export-schedules';
import { type CatalogueChoice, chosenExports } from './catalogue-choice';
import { compareExport, type ExportComparison } from './catalogue-compare';
import { describeCatalogue } from './catalogue-text';
import { type CommandOutput } from './command-output';
import { type OpsContext } from './context';
import { EXIT } from './ops-error';
import { type OpenTenant, withTenants } from './with-tenants';

/**
 * `catalogue diff`: what differs in Flow of all that Omnium has, and what the exports would write. They read and compare
 * everything here and now, with their own code; nothing is written.
 *
 * Exit code 0: the same in both; 4: something would be written, or cannot be brought over.
 */
export async function catalogueDiff(context: OpsContext, choice: CatalogueChoice): Promise<CommandOutput> {
  const { compared: wanted, notCompared } = chosenExports(context, choice);
  const exports = await withTenants(context, choice.tenantUid, async (tenants) => {
    const done: ExportComparison[] = [];
    for (const schedule of wanted) {
      const open = tenants.find(({ tenant }) => tenant.config.tenantUid === schedule.tenantUid);
      if (open) done.push(await compareAll(context, { open, schedule, limit: choice.limit }));
    }
    return done;
  });
  const differs = exports.some(({ differing, leftOpen }) => differing + leftOpen > 0);
  return {
    text: describeCatalogue(exports, notCompared),
    json: { same: !differs, exports, notCompared },
    ...(differs && { exitCode: EXIT.differs }),
  };
}

interface CompareAll {
  readonly open: OpenTenant;
  readonly schedule: WantedExportSchedule;
  readonly limit: number;
}

async function compareAll({ temporal }: OpsContext, { open, schedule, limit }: CompareAll): Promise<ExportComparison> {
  const { tenantUid, marketOrGroup, stream, input } = schedule;
  const key = { tenantUid, marketOrGroup, stream };
  const { overlapSeconds } = input;
  const plan = await findExportWatermark(
    { ...key, overlapSeconds, ask: { kind: 'everything' } },
    { client: temporal.client, ...open, kind: kindOf(stream) },
  );
  return await compareExport(open, { key, limit, ...plan });
}
