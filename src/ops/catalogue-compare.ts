import { kindOf } from '../activities/delta/export-activities';
import { exportStretch } from '../activities/delta/export-stretch';
import { workOf } from '../activities/delta/find-export-watermark';
import type { ExportKind } from '../activities/delta/export-kind';
import { comparedRows, type ExportKey, type ExportPlan, type LeftOutPart } from '../contracts/export-messages';
import { FindingsListener, type Findings } from './catalogue-findings';
import type { OpenTenant } from './with-tenants';

/** What an export would write, of all or of some of its rows. */
export interface ExportComparison extends ExportKey, Findings {
  readonly compared: number;
  readonly unchanged: number;
  /** Rows that would be written. */
  readonly differing: number;
  /** Rows that stay open. */
  readonly leftOpen: number;
  readonly leftOut: readonly LeftOutPart[];
}

/** Which rows of which export, and how many of them are kept with their fields. */
export interface CompareWhat extends Pick<ExportPlan, 'parts' | 'window' | 'leftOut'> {
  readonly key: ExportKey;
  readonly limit: number;
}

/** Has an export read and compare as it would, and listens; nothing is written. */
export async function compareExport(open: OpenTenant, what: CompareWhat): Promise<ExportComparison> {
  const { key, parts, window, leftOut, limit } = what;
  const { tenant, attempt } = open;
  const listener = new FindingsListener(limit);
  const kind = kindOf(key.stream);
  const listened: ExportKind = { ...kind, pagesOf: (part, work) => listener.listen(kind.pagesOf(part, work)) };
  const { counts } = await exportStretch({
    kind: listened,
    work: { tenant, markets: workOf(tenant, key, attempt).markets, window },
    ...{ parts, attempt },
    heartbeat: () => undefined,
    givesUpRows: true,
    onlyName: () => undefined,
    limits: { rows: Infinity, milliseconds: Infinity },
  });
  const { tenantUid, marketOrGroup, stream } = key;
  return {
    ...{ tenantUid, marketOrGroup, stream },
    compared: comparedRows(counts),
    unchanged: counts.unchanged,
    differing: counts.written,
    leftOpen: counts.failed + counts.unknown,
    ...listener.result(),
    leftOut,
  };
}
