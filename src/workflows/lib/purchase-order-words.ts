import type { FailedAttemptReport } from '../../contracts/coalescing-messages';
import type {
  PurchaseOrderOutcome,
  PurchaseOrderSubject,
  PurchaseOrderWorkflowInput,
} from '../../contracts/purchase-order-messages';
import type { RetryLadderName } from '../../contracts/retry-ladder';
import type { SyncWords } from './coalescing-sync';
import { givenUpWords, waitingDetails } from './ladder-words';

/** Texts for the page of a purchase order, or of a delivery, in the Temporal Web UI (Markdown). */

/** What a purchase order workflow says on its page. */
export function purchaseOrderWords({
  subject,
  retryLadder,
}: PurchaseOrderWorkflowInput): SyncWords<PurchaseOrderOutcome> {
  const name = nameOf(subject);
  return {
    subject: plainNameOf(subject),
    syncing: () => syncingDetails(subject),
    tryingAgain: (failedAttempts) => `${name} is being tried again now, after ${failedAttempts} failed attempts.`,
    retrying: (report) => retryingDetails(subject, report, retryLadder),
    done: (outcome, failedAttempts) => doneDetails(name, outcome, failedAttempts),
    givenUp: (reason, report) => givenUpDetails(subject, reason, report),
  };
}

export function purchaseOrderPassSummary(subject: PurchaseOrderSubject, pass: number): string {
  return `${plainNameOf(subject).slice(0, 120)}: Omnium → Flow${pass > 1 ? ` (pass ${pass})` : ''}`;
}

function plainNameOf(subject: PurchaseOrderSubject): string {
  return 'deliveryId' in subject ? `Delivery ${subject.deliveryId}` : `Purchase order ${subject.purchaseOrderId}`;
}

function nameOf(subject: PurchaseOrderSubject): string {
  return 'deliveryId' in subject
    ? `Delivery **${subject.deliveryId}**`
    : `Purchase order **${subject.purchaseOrderId}**`;
}

/** How the page says to go on by hand; a delivery is only told on, so an event is what starts it. */
function byHand(subject: PurchaseOrderSubject): string {
  return 'deliveryId' in subject
    ? ''
    : `, or \`npm run ops -- purchase-order resync ${subject.purchaseOrderId} --tenant ${subject.tenantUid}\``;
}

function syncingDetails(subject: PurchaseOrderSubject): string {
  return 'deliveryId' in subject
    ? `The purchase orders of ${nameOf(subject)} are being told that it has changed. Nothing has failed.`
    : `${nameOf(subject)} is being brought from Omnium to the shops in Flow. Nothing has failed.`;
}

function retryingDetails(subject: PurchaseOrderSubject, report: FailedAttemptReport, ladder: RetryLadderName): string {
  const calm = '**Nothing is lost:** the next attempt reads all of it anew.';
  const sooner = `a change of it in Omnium, the update \`retryNow\` of this workflow${byHand(subject)}`;
  return waitingDetails(`${nameOf(subject)} is waiting to be tried again. ${calm}`, report, { ladder, sooner });
}

function doneDetails(name: string, outcome: PurchaseOrderOutcome, failedAttempts: number): string {
  const { storeUid, flowPurchaseOrderUids = [], linesAdded, linesChanged, linesRemoved, linesInFlight } = outcome;
  const lines = [outcomeSentence(name, outcome), ''];
  if (flowPurchaseOrderUids.length > 0) {
    const uids = flowPurchaseOrderUids.map((uid) => `\`${uid}\``).join(', ');
    lines.push(`- **In Flow:** ${uids}${storeUid ? `, store \`${storeUid}\`` : ''}`);
  }
  const counts = [counted(linesAdded, 'added'), counted(linesChanged, 'changed'), counted(linesRemoved, 'removed')];
  const written = counts.filter((count) => count !== '');
  if (written.length > 0) lines.push(`- **Lines:** ${written.join(', ')}`);
  if (outcome.changedFields?.length) lines.push(`- **Written:** ${outcome.changedFields.join(', ')}`);
  if (linesInFlight) {
    lines.push(
      `- **Received in Flow and not in Omnium yet:** ${linesInFlight} lines; their goods receptions tell Omnium, and nothing was lowered`,
    );
  }
  const isPartly = outcome.action === 'created' || outcome.action === 'updated' || outcome.action === 'unchanged';
  if (isPartly && outcome.reason) lines.push(`- **Not in Flow:** ${outcome.reason}`);
  for (const difference of outcome.differences ?? []) lines.push(`- **Left different:** ${difference}`);
  if (failedAttempts > 0) lines.push(`- **Failed attempts before:** ${failedAttempts}`);
  return lines.join('\n');
}

function counted(count: number | undefined, what: string): string {
  return count ? `${count} ${what}` : '';
}

function outcomeSentence(name: string, { action, reason, purchaseOrders }: PurchaseOrderOutcome): string {
  switch (action) {
    case 'created':
      return `${name} was created in Flow.`;
    case 'updated':
      return `${name} was brought up to date in Flow.`;
    case 'unchanged':
      return `${name} was already right in Flow; nothing was written.`;
    case 'removed':
      return `${name} is expected in no shop any more: ${reason ?? 'it is gone from Omnium'}.`;
    case 'forwarded':
      return `${name} belongs to ${purchaseOrders ?? 0} purchase orders, whose own pages say how it goes on.`;
    case 'skipped':
      return `${name} was not synced: ${reason ?? 'no reason given'}.`;
  }
}

/** An operator ended the retries. */
function givenUpDetails(
  subject: PurchaseOrderSubject,
  reason: string,
  report: FailedAttemptReport | undefined,
): string {
  const after = `A change of it in Omnium${byHand(subject)} starts it again.`;
  return givenUpWords(nameOf(subject), reason, { report, after });
}
