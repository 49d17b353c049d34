import { factsOf, type AnyEntityKind, type EntityOutcome, type FailedAttemptReport } from '../contracts/entity-sync';
import { RETRY_LADDERS, type RetryLadderName } from '../contracts/retry-ladder';

/** Texts of an entity's page in the Temporal Web UI (Markdown). */

/**
 * Why something waits, and what ends the wait. Which attempt is next, and when, is the server's to say: it stands on the
 * page's tab of pending activities and in `ops where`.
 *
 * @param argument what `npm run ops -- where` takes
 */
export function waitingPage(
  sentence: string,
  { message, failureType, storeUid, at }: FailedAttemptReport,
  ladder: RetryLadderName,
  argument: string,
): string {
  return [
    `${sentence} Nothing is lost: every attempt reads all of it anew.`,
    '',
    `- **What failed:** ${message} (\`${failureType}\`)${storeUid ? `, store ${storeUid}` : ''}`,
    `- **Since:** ${at.slice(0, 16).replace('T', ' ')} UTC`,
    `- **Tried again:** after ${RETRY_LADDERS[ladder].slice(0, -1).join(', ')} minutes, then every 2 hours, for ever`,
    `- **Next attempt:** see "Pending Activities" here, or \`npm run ops -- where ${argument}\``,
    `- **Sooner:** when it changes again, or \`npm run ops -- retry-now ${argument}\``,
    '',
    `What to do: docs/runbook.md, entry \`${failureType}\`.`,
  ].join('\n');
}

/** What the passes did. */
export function outcomePage(kind: AnyEntityKind, subject: string, outcome: EntityOutcome): string {
  return [
    kind.sentence(subject, outcome),
    '',
    ...factsOf(kind, outcome).map(([label, text]) => `- **${label}:** ${text}`),
  ].join('\n');
}

/** The same of a run that is over. */
export function donePage(page: string, failedAttempts: number): string {
  return failedAttempts > 0 ? `${page}\n- **Failed attempts before:** ${failedAttempts}` : page;
}

/** @param resync the command that starts it again */
export function givenUpPage(
  subject: string,
  reason: string,
  report: FailedAttemptReport | undefined,
  resync: string,
): string {
  return [
    `${subject} was given up: ${reason}`,
    '',
    ...(report ? [`- **Last failure:** ${report.message} (\`${report.failureType}\`)`] : []),
    `- **Starts again:** when it changes, or with \`npm run ops -- ${resync}\``,
  ].join('\n');
}
