import type { FailedAttemptReport } from '../../contracts/coalescing-messages';
import { EXPORT_TASKS } from '../../contracts/export-messages';
import type { ExportRowKey, ExportRowOutcome, ExportRowWorkflowInput } from '../../contracts/export-row-messages';
import type { RetryLadderName } from '../../contracts/retry-ladder';
import type { SyncWords } from './coalescing-sync';
import { givenUpWords, waitingDetails } from './ladder-words';

/** Texts for the page of a row that an export could not bring over, in the Temporal Web UI (Markdown). */

/** What the workflow of such a row says on its page. */
export function exportRowWords(input: ExportRowWorkflowInput): SyncWords<ExportRowOutcome> {
  const name = nameOf(input);
  return {
    subject: `Row ${input.row} of the export ${input.stream}`,
    syncing: () => `${name} could not be brought to Flow by the export, and is being tried by itself.`,
    tryingAgain: (failedAttempts) => `${name} is being tried again now, after ${failedAttempts} failed attempts.`,
    retrying: (report) => retryingDetails(input, report, input.retryLadder),
    done: (outcome, failedAttempts) => doneDetails(name, outcome, failedAttempts),
    givenUp: (reason, report) => givenUpDetails(input, reason, report),
  };
}

/** Temporal cuts a summary at 400 bytes; ours is far below. */
export function exportRowPassSummary({ stream, row }: ExportRowKey, pass: number): string {
  return `${stream} ${row.slice(0, 120)}: Omnium → Flow${pass > 1 ? ` (pass ${pass})` : ''}`;
}

function nameOf({ stream, row }: ExportRowKey): string {
  return `**${row}** of the export ${stream}`;
}

/** How the page says to go on by hand. */
function byHand({ tenantUid, marketOrGroup, stream }: ExportRowKey): string {
  return `\`npm run ops -- export ${EXPORT_TASKS[stream]} --tenant ${tenantUid} --market ${marketOrGroup}\``;
}

function retryingDetails(key: ExportRowKey, report: FailedAttemptReport, ladder: RetryLadderName): string {
  const calm = '**All other rows went on:** only this one waits, and every later export looks at it as well.';
  const sooner = `the update \`retryNow\` of this workflow, or ${byHand(key)} once its data is mended in Omnium`;
  return waitingDetails(`${nameOf(key)} is waiting to be tried again. ${calm}`, report, { ladder, sooner });
}

function doneDetails(name: string, { action, reason }: ExportRowOutcome, failedAttempts: number): string {
  const lines = [sentence(name, action, reason)];
  if (failedAttempts > 0) lines.push('', `- **Failed attempts before:** ${failedAttempts}`);
  return lines.join('\n');
}

function sentence(name: string, action: ExportRowOutcome['action'], reason: string | undefined): string {
  switch (action) {
    case 'written':
      return `${name} was brought to Flow.`;
    case 'right':
      return `${name} is right in Flow.`;
    case 'skipped':
      return `${name} was not brought to Flow: ${reason ?? 'no reason given'}. The exports go on looking at it.`;
  }
}

/** An operator ended the retries. */
function givenUpDetails(key: ExportRowKey, reason: string, report: FailedAttemptReport | undefined): string {
  const after = `Every export of ${key.stream} still looks at it; once it has changed in Omnium and fails again, it comes back here.`;
  return givenUpWords(nameOf(key), reason, { report, after });
}
