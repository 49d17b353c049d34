import type { FailedAttemptReport } from '../../contracts/coalescing-messages';
import type { RetryLadderName } from '../../contracts/retry-ladder';
import {
  looksAtEverything,
  type StockKey,
  type StockMaster,
  type StockOutcome,
  type StockSubject,
  type StockWorkflowInput,
} from '../../contracts/stock-messages';
import type { SyncWords } from './coalescing-sync';
import { givenUpWords, waitingDetails } from './ladder-words';

/** Texts for the page of a store's stock in the Temporal Web UI (Markdown). */

/** What a stock workflow says on its page. */
export function stockWords({ storeUid, retryLadder }: StockWorkflowInput): SyncWords<StockOutcome> {
  return {
    subject: `The stock of ${storeUid}`,
    syncing: () => `The stock of **${storeUid}** is being compared and written towards its master. Nothing has failed.`,
    tryingAgain: (failedAttempts) =>
      `The stock of **${storeUid}** is being tried again now, after ${failedAttempts} failed attempts.`,
    retrying: (report) => retryingDetails(storeUid, report, retryLadder),
    done: (outcome, failedAttempts) => doneDetails(storeUid, outcome, failedAttempts),
    givenUp: (reason, report) => givenUpDetails(storeUid, reason, report),
  };
}

export function stockPassSummary({ storeUid }: StockKey, subjects: readonly StockSubject[], pass: number): string {
  const isWhole = looksAtEverything(subjects);
  const levels = subjects.filter(({ kind }) => kind === 'level').length;
  const what = isWhole ? 'everything' : levels === subjects.length ? `${levels} levels` : 'what has changed';
  return `Stock of ${storeUid}: ${what}${pass > 1 ? ` (pass ${pass})` : ''}`;
}

/** Between the two alignments after a switch of masters. */
export function alignsAgainDetails({ storeUid }: StockKey, at: Date, outcome: StockOutcome | undefined): string {
  return [
    `The stock of **${storeUid}** has a new master and was aligned. It is aligned once more at ${at.toISOString()}, in case`,
    'a worker with the old configuration has written in the meantime.',
    ...(outcome ? ['', ...countLines(outcome)] : []),
  ].join('\n');
}

function retryingDetails(storeUid: string, report: FailedAttemptReport, ladder: RetryLadderName): string {
  const calm = '**Nothing is lost:** the next attempt reads all of it anew.';
  const sooner = 'a change of stock in this store, or the update `retryNow` of this workflow';
  return waitingDetails(`The stock of **${storeUid}** is waiting to be tried again. ${calm}`, report, {
    ladder,
    sooner,
  });
}

function doneDetails(storeUid: string, outcome: StockOutcome, failedAttempts: number): string {
  const lines = [sentenceOf(storeUid, outcome), '', ...countLines(outcome)];
  for (const difference of outcome.differences ?? []) lines.push(`- **Left different:** ${difference}`);
  if (failedAttempts > 0) lines.push(`- **Failed attempts before:** ${failedAttempts}`);
  return lines.join('\n');
}

function sentenceOf(storeUid: string, { action, master, reason }: StockOutcome): string {
  switch (action) {
    case 'aligned':
      return `The stock of **${storeUid}** was written to ${OTHER_SIDE[master]}; ${MASTER_NAME[master]} is its master.`;
    case 'unchanged':
      return `The stock of **${storeUid}** was the same in both systems; nothing was written.`;
    case 'skipped':
      return `The stock of **${storeUid}** was not written: ${reason ?? 'no reason given'}.`;
  }
}

const MASTER_NAME: Readonly<Record<StockMaster, string>> = { flow: 'Flow', omnium: 'Omnium' };
const OTHER_SIDE: Readonly<Record<StockMaster, string>> = { flow: 'Omnium', omnium: 'Flow' };

function countLines({ compared, written, inFlight, readAt }: StockOutcome): string[] {
  const lines = [`- **Levels:** ${compared} compared, ${written} written`];
  if (inFlight > 0) lines.push(`- **Left to their goods reception:** ${inFlight}, which asks again when it is through`);
  if (readAt) lines.push(`- **Read at:** ${readAt}`);
  return lines;
}

function givenUpDetails(storeUid: string, reason: string, report: FailedAttemptReport | undefined): string {
  const after = `A change of stock starts it again. What differs: \`npm run ops -- stock diff --store ${storeUid}\``;
  return givenUpWords(`the stock of **${storeUid}**`, reason, { report, after });
}
