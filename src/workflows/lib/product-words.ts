import type { FailedAttemptReport } from '../../contracts/coalescing-messages';
import type { ProductKey, ProductOutcome, ProductWorkflowInput } from '../../contracts/product-messages';
import type { RetryLadderName } from '../../contracts/retry-ladder';
import type { SyncWords } from './coalescing-sync';
import { givenUpWords, waitingDetails } from './ladder-words';

/** Texts for the page of a product in the Temporal Web UI (Markdown). */

/** What a product workflow says on its page. */
export function productWords({ tenantUid, productId, retryLadder }: ProductWorkflowInput): SyncWords<ProductOutcome> {
  const key = { tenantUid, productId };
  const name = nameOf(key);
  return {
    subject: `Product ${productId}`,
    syncing: () => `${name} is being brought from Omnium to the tills. Nothing has failed.`,
    tryingAgain: (failedAttempts) => `${name} is being tried again now, after ${failedAttempts} failed attempts.`,
    retrying: (report) => retryingDetails(key, report, retryLadder),
    done: (outcome, failedAttempts) => doneDetails(name, outcome, failedAttempts),
    givenUp: (reason, report) => givenUpDetails(key, reason, report),
  };
}

export function productPassSummary(productId: string, pass: number): string {
  return `Product ${productId.slice(0, 120)}: Omnium → Flow${pass > 1 ? ` (pass ${pass})` : ''}`;
}

function nameOf({ productId }: ProductKey): string {
  return `Product **${productId}**`;
}

function byHand({ tenantUid, productId }: ProductKey): string {
  return `\`npm run ops -- product resync ${productId} --tenant ${tenantUid}\``;
}

function retryingDetails(key: ProductKey, report: FailedAttemptReport, ladder: RetryLadderName): string {
  const calm = '**Nothing is lost:** the next attempt reads all of it anew, and the tills keep what they have.';
  const sooner = `a change of it in Omnium, the update \`retryNow\` of this workflow, or ${byHand(key)}`;
  return waitingDetails(`${nameOf(key)} is waiting to be tried again. ${calm}`, report, { ladder, sooner });
}

function doneDetails(name: string, outcome: ProductOutcome, failedAttempts: number): string {
  const { productUids = [], products = 0, productsCreated, productsUpdated, images } = outcome;
  const lines = [outcomeSentence(name, outcome), ''];
  if (productUids.length > 0) {
    const uids = productUids.map((uid) => `\`${uid}\``).join(', ');
    lines.push(
      `- **In Flow:** ${uids}${products > productUids.length ? ` and ${products - productUids.length} more` : ''}`,
    );
  }
  const counts = [
    counted(productsCreated, 'products new'),
    counted(productsUpdated, 'products changed'),
    counted(images, 'images'),
  ].filter((count) => count !== '');
  if (counts.length > 0) lines.push(`- **Counts:** ${counts.join(', ')}`);
  if (outcome.changedFields?.length) lines.push(`- **Written:** ${outcome.changedFields.join(', ')}`);
  for (const difference of outcome.differences ?? []) lines.push(`- **Left different:** ${difference}`);
  if (failedAttempts > 0) lines.push(`- **Failed attempts before:** ${failedAttempts}`);
  return lines.join('\n');
}

function counted(count: number | undefined, what: string): string {
  return count ? `${count} ${what}` : '';
}

function outcomeSentence(name: string, { action, reason, forwardedTo }: ProductOutcome): string {
  switch (action) {
    case 'created':
      return `${name} was made in Flow.`;
    case 'updated':
      return `${name} was brought up to date in Flow.`;
    case 'unchanged':
      return `${name} was already right in Flow; nothing was written.`;
    case 'discontinued':
      return `${name} is not sold any more: ${reason ?? 'it is gone from Omnium'}.`;
    case 'deleted':
      return `${name} was deleted in Flow: ${reason ?? 'it is gone from Omnium'}.`;
    case 'forwarded':
      return `${name} is a name of product ${forwardedTo ?? ''}, whose own page says how it goes on.`;
    case 'skipped':
      return `${name} is not in Flow, and need not be: ${reason ?? 'no reason given'}.`;
  }
}

/** An operator ended the retries. */
function givenUpDetails(key: ProductKey, reason: string, report: FailedAttemptReport | undefined): string {
  const after = `A change of it in Omnium, or ${byHand(key)}, starts it again.`;
  return givenUpWords(nameOf(key), reason, { report, after });
}
