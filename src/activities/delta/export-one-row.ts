import type { ExportRowInput, ExportRowOutcome } from '../../contracts/export-row-messages';
import type { Attempt } from '../shared/sync-context';
import { SyncError } from '../shared/failures';
import type { ExportKind, ExportWork, OpenRow } from './export-kind';
import { exportStretch } from './export-stretch';

/** What a single row is exported with. */
export interface OneRowParts {
  readonly kind: ExportKind;
  readonly work: Omit<ExportWork, 'context'>;
  readonly attempt: Attempt;
}

/**
 * Exports one row as it is now, by the way its kind looks at open rows.
 *
 * @throws SyncError that names why the row is still open
 * @throws VendorError when a vendor is away
 */
export async function exportOneRow({ row }: ExportRowInput, parts: OneRowParts): Promise<ExportRowOutcome> {
  const { kind, work, attempt } = parts;
  const window = { to: new Date().toISOString(), since: 'asked' } as const;
  const open: OpenRow[] = [];
  const { counts, differences } = await exportStretch({
    ...{ kind, attempt, work: { ...work, window }, parts: [{ name: row, read: 'rows', rows: [row] }] },
    heartbeat: () => undefined,
    givesUpRows: false,
    owners: {
      most: 1,
      handOver: (rows) => {
        open.push(...rows);
        return Promise.resolve();
      },
      tellRight: () => Promise.resolve(),
    },
  });
  const [failed] = open;
  if (failed) throw new SyncError(failed.failureType ?? 'OmniumResponseInvalid', failed.why);
  const [reason] = differences;
  const about = { calls: attempt.calls, ...(reason !== undefined && { reason }) };
  if (counts.refused + counts.unknown > 0) return { action: 'skipped', ...about };
  return { action: counts.written > 0 ? 'written' : 'right', calls: attempt.calls };
}
