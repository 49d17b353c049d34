import type { FailedAttemptReport } from '../../contracts/coalescing-messages';
import type { RetryLadderName } from '../../contracts/retry-ladder';
import type { ExportTally, StoresOutcome, StoresWorkflowInput } from '../../contracts/stores-messages';
import type { SyncWords } from './coalescing-sync';
import { givenUpWords, waitingDetails } from './ladder-words';

/** Texts for the page of a tenant's stores in the Temporal Web UI (Markdown). */

type About = Pick<StoresWorkflowInput, 'tenantUid'>;

/** What a stores workflow says on its page. */
export function storesWords({ tenantUid, retryLadder }: StoresWorkflowInput): SyncWords<StoresOutcome> {
  const stores = `The stores of **${tenantUid}**`;
  return {
    subject: `The stores of ${tenantUid}`,
    syncing: () => `${stores} are being read from Omnium and written to Flow. Nothing has failed.`,
    tryingAgain: (failedAttempts) => `${stores} are being tried again now, after ${failedAttempts} failed attempts.`,
    retrying: (report) => storesRetryingDetails(stores, report, { tenantUid, ladder: retryLadder }),
    done: (outcome, failedAttempts) => storesOutcomeDetails(stores, outcome, failedAttempts),
    givenUp: (reason, report) => storesGivenUpDetails(tenantUid, reason, report),
  };
}

export function storesPassSummary({ tenantUid }: About, pass: number): string {
  return `Stores of ${tenantUid}: Omnium → Flow${pass > 1 ? ` (pass ${pass})` : ''}`;
}

/** Why the stores wait, on which rung, and what would end the wait. */
function storesRetryingDetails(
  stores: string,
  report: FailedAttemptReport,
  { tenantUid, ladder }: About & { readonly ladder: RetryLadderName },
): string {
  const calm = '**Nothing is lost:** the next attempt looks at all of them anew.';
  return waitingDetails(`${stores} are waiting to be tried again. ${calm}`, report, {
    ladder,
    ...(report.storeUid && { where: `, at store \`${report.storeUid}\`` }),
    sooner: `a change of any store in Omnium, or \`npm run ops -- stores export --tenant ${tenantUid}\``,
  });
}

/** What the passes did, for a run that is over. */
function storesOutcomeDetails(stores: string, outcome: StoresOutcome, failedAttempts: number): string {
  const lines = [outcomeSentence(stores, outcome), ''];
  for (const [title, tally] of talliesOf(outcome)) lines.push(`- **${title}:** ${tallyWords(tally)}`);
  if (outcome.changedFields?.length) lines.push(`- **Written:** ${outcome.changedFields.join(', ')}`);
  for (const difference of outcome.differences ?? []) lines.push(`- **Left different:** ${difference}`);
  for (const note of outcome.notes ?? []) lines.push(`- **Good to know:** ${note}`);
  if (failedAttempts > 0) lines.push(`- **Failed attempts before:** ${failedAttempts}`);
  return lines.join('\n');
}

function outcomeSentence(stores: string, outcome: StoresOutcome): string {
  switch (outcome.action) {
    case 'exported':
      return `${stores} were brought up to date in Flow.`;
    case 'unchanged':
      return outcome.differences?.length
        ? `${stores} were looked at and nothing was written.`
        : `${stores} were already right in Flow; nothing was written.`;
    case 'skipped':
      return `${stores} were not exported: ${outcome.reason ?? 'no reason given'}.`;
  }
}

function talliesOf({ organizations, stores, warehouses, priceLists }: StoresOutcome): [string, ExportTally][] {
  const all: [string, ExportTally | undefined][] = [
    ['Organisations', organizations],
    ['Stores', stores],
    ['Warehouses', warehouses],
    ['Price lists', priceLists],
  ];
  return all.flatMap(([title, tally]) => (tally ? [[title, tally]] : []));
}

function tallyWords({ created, updated, unchanged }: ExportTally): string {
  return `${created} created, ${updated} changed, ${unchanged} right already`;
}

/** An operator ended the retries. */
function storesGivenUpDetails(tenantUid: string, reason: string, report: FailedAttemptReport | undefined): string {
  const after = `A change of a store in Omnium, or \`npm run ops -- stores export --tenant ${tenantUid}\`, starts it again.`;
  return givenUpWords(`the stores of **${tenantUid}**`, reason, { report, after });
}
