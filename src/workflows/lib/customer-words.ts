import type { CustomerOutcome, CustomerWorkflowInput } from '../../contracts/customer-messages';
import type { FailedAttemptReport } from '../../contracts/coalescing-messages';
import type { RetryLadderName } from '../../contracts/retry-ladder';
import type { SyncWords } from './coalescing-sync';
import { givenUpWords, waitingDetails } from './ladder-words';

/**
 * Texts for the customer's page in the Temporal Web UI (Markdown). A customer is named by the first digits of its key
 * only: not even the id is told, as it can be an e-mail address.
 */

/** What a customer workflow says on its page. */
export function customerWords({ customerKey, retryLadder }: CustomerWorkflowInput): SyncWords<CustomerOutcome> {
  return {
    subject: 'The customer',
    syncing: () => customerSyncingDetails(customerKey),
    tryingAgain: (failedAttempts) => customerTryingAgainDetails(customerKey, failedAttempts),
    retrying: (report) => customerRetryingDetails(customerKey, report, retryLadder),
    done: (outcome, failedAttempts) => customerOutcomeDetails(customerKey, outcome, failedAttempts),
    givenUp: (reason, report) => customerGivenUpDetails(customerKey, reason, report),
  };
}

/** How a customer is called on its own page. */
function nameOf(customerKey: string): string {
  return `Customer \`${customerKey.slice(0, 8)}\``;
}

export function customerPassSummary(customerKey: string, pass: number): string {
  return `Customer ${customerKey.slice(0, 8)}: Omnium ⇄ Flow${pass > 1 ? ` (pass ${pass})` : ''}`;
}

/** What happens while a pass runs for the first time. */
function customerSyncingDetails(customerKey: string): string {
  return `${nameOf(customerKey)} is being made the same in Omnium and Flow. Nothing has failed.`;
}

/** The wait was ended by a new event or an operator. */
function customerTryingAgainDetails(customerKey: string, failedAttempts: number): string {
  return `${nameOf(customerKey)} is being tried again now, after ${failedAttempts} failed attempts.`;
}

/** Why the customer waits, on which rung, and what would end the wait. */
function customerRetryingDetails(customerKey: string, report: FailedAttemptReport, ladder: RetryLadderName): string {
  const sooner = 'a change of the customer in either system, or the update `retryNow` of this workflow';
  return waitingDetails(`${nameOf(customerKey)} is waiting to be tried again.`, report, { ladder, sooner });
}

/** What the passes did, for a run that is over. */
function customerOutcomeDetails(customerKey: string, outcome: CustomerOutcome, failedAttempts: number): string {
  const lines = [outcomeSentence(nameOf(customerKey), outcome), ''];
  if (outcome.changedFields?.length) lines.push(`- **Written:** ${outcome.changedFields.join(', ')}`);
  for (const difference of outcome.differences ?? []) lines.push(`- **Left different:** ${difference}`);
  if (failedAttempts > 0) lines.push(`- **Failed attempts before:** ${failedAttempts}`);
  return lines.join('\n');
}

function outcomeSentence(customer: string, outcome: CustomerOutcome): string {
  const where = outcome.direction === 'inbound' ? 'Flow' : outcome.direction === 'outbound' ? 'Omnium' : 'both systems';
  switch (outcome.action) {
    case 'created':
      return `${customer} was created in ${where}.`;
    case 'updated':
      return `${customer} was brought up to date in ${where}.`;
    case 'linked':
      return `${customer} was the same in both systems; only their ids were told to each other.`;
    case 'anonymized':
      return `${customer} was made anonymous in ${where}.`;
    case 'deleted':
      return `${customer} was deleted in ${where}.`;
    case 'unchanged':
      return outcome.differences?.length
        ? `${customer} was looked at and nothing was written.`
        : `${customer} was already the same in both systems; nothing was written.`;
    case 'skipped':
      return `${customer} was not synced: ${outcome.reason ?? 'no reason given'}.`;
  }
}

/** An operator ended the retries. */
function customerGivenUpDetails(customerKey: string, reason: string, report: FailedAttemptReport | undefined): string {
  const after = 'A change of the customer in either system starts it again.';
  return givenUpWords(nameOf(customerKey), reason, { report, after });
}
