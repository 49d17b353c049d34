import type { FailedAttemptReport } from '../../contracts/coalescing-messages';
import { RETRY_LADDERS, type RetryLadderName } from '../../contracts/retry-ladder';

/** Texts that every page has (Markdown): what waits on the ladder, and what an operator has given up. */

/** What a page adds about its own kind of sync. */
export interface WaitingWords {
  /** Absent for what is not retried on the ladder's long rungs. */
  readonly ladder?: RetryLadderName;
  /** What would end the wait. */
  readonly sooner: string;
  /** Where it failed, e.g. ` at the store oslocity`. */
  readonly where?: string;
  /** Lines before {@link sooner}. */
  readonly more?: readonly string[];
}

/** Why something waits, on which rung, and what would end the wait. */
export function waitingDetails(sentence: string, report: FailedAttemptReport, words: WaitingWords): string {
  const { ladder, sooner, where = '', more = [] } = words;
  return [
    sentence,
    '',
    `- **What failed:** ${report.message} (\`${report.failureType}\`)${where}`,
    `- **Attempts so far:** ${report.attempt}${ladder ? `; now on ${rungOf(report, ladder)}` : ''}`,
    `- **Next attempt:** ${report.nextAttemptAt}${ladder ? ', and every 2 hours at the latest, for ever' : ''}`,
    ...more,
    `- **Sooner:** ${sooner}`,
    '',
    `What this failure means and what to do: docs/runbook.md, entry \`${report.failureType}\`.`,
  ].join('\n');
}

/** An operator ended the retries. */
export function givenUpWords(
  subject: string,
  reason: string,
  { report, after }: { readonly report: FailedAttemptReport | undefined; readonly after: string },
): string {
  return [
    `An operator gave up on ${subject}: ${reason}`,
    ...(report ? ['', `- **Last failure:** ${report.message} (\`${report.failureType}\`)`] : []),
    '',
    after,
  ].join('\n');
}

function rungOf({ attempt }: FailedAttemptReport, ladder: RetryLadderName): string {
  const rungs = RETRY_LADDERS[ladder];
  return `rung ${Math.min(attempt, rungs.length)} of ${rungs.length}`;
}
