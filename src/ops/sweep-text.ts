import { type SweepKey, type SweepReport } from '../contracts/sweep-messages';

/** One sweep that was started, or found running. */
export interface StartedSweep extends SweepKey {
  readonly workflowId: string;
  readonly webUiUrl: string;
  readonly wasRunning: boolean;
  readonly report?: SweepReport;
}

/** Names on one line of a terminal of 100 columns. */
const NAMES_PER_LINE = 2;
const NAMES_SHOWN = 40;

/** What a sweep has found, in words. */
export function describeSweep({ tenantUid, stream, wasRunning, webUiUrl, report }: StartedSweep): string {
  const head = `Sweep ${stream} (${tenantUid})`;
  if (!report) return `${head} ${wasRunning ? 'was running already' : 'has been started'}.\n  ${webUiUrl}`;
  return [
    `${head}: ${headline(report)}`,
    `  Read ${shortTime(report.from)} to ${shortTime(report.to)} UTC; looked at ${report.looked}, in step ${report.inSync}, none of ours ${report.notOurs}`,
    ...named('Found and signalled', report.found, report.names),
    ...named('Being worked on already', report.inProgress, report.inProgressNames),
    ...named('Could not be looked at, signalled', report.failedToLook, report.failedNames),
    ...(report.givenUp > 0 ? [`  Given up by an operator before, left alone: ${report.givenUp}`] : []),
    `  ${webUiUrl}`,
  ].join('\n');
}

function headline({ found, failedToLook }: SweepReport): string {
  if (found + failedToLook === 0) return 'nothing was missed.';
  return `${found + failedToLook} missed, now on the way.`;
}

function named(title: string, count: number, names: readonly string[]): string[] {
  if (count === 0) return [];
  const shown = names.slice(0, NAMES_SHOWN);
  const lines: string[] = [`  ${title}: ${count}`];
  for (let index = 0; index < shown.length; index += NAMES_PER_LINE) {
    lines.push(`    ${shown.slice(index, index + NAMES_PER_LINE).join('  ')}`);
  }
  if (count > shown.length) lines.push(`    and ${count - shown.length} more (--json)`);
  return lines;
}

function shortTime(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}
