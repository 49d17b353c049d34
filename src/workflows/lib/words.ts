import type { RetryLadderName } from '../../contracts/retry-ladder';
import type { FailedAttemptReport } from '../../contracts/coalescing-messages';
import type { OrderOutcome, OrderWorkflowInput } from '../../contracts/messages';
import type { SyncWords } from './coalescing-sync';
import { givenUpWords, waitingDetails } from './ladder-words';

/** Texts for the order's page in the Temporal Web UI (Markdown). Short, whole sentences, no personal data. */

/** What an order workflow says on its page. */
export function orderWords({ orderNumber, retryLadder }: OrderWorkflowInput): SyncWords<OrderOutcome> {
  return {
    subject: `Order ${orderNumber}`,
    syncing: () => syncingDetails(orderNumber),
    tryingAgain: (failedAttempts) => tryingAgainDetails(orderNumber, failedAttempts),
    retrying: (report) => retryingDetails(orderNumber, report, retryLadder),
    done: (outcome, failedAttempts) => outcomeDetails(orderNumber, outcome, failedAttempts),
    givenUp: (reason, report) => givenUpDetails(orderNumber, reason, report),
  };
}

/** Temporal cuts a summary at 400 bytes; ours is far below. */
export function passSummary({ version, orderNumber }: OrderWorkflowInput, pass: number): string {
  return `Order ${orderNumber}: Omnium ${version === 1 ? '→' : '⇄'} Flow${pass > 1 ? ` (pass ${pass})` : ''}`;
}

/** What the order is doing while a pass runs for the first time. */
function syncingDetails(orderNumber: string): string {
  return `Order **${orderNumber}** is being made the same in Omnium and Flow. Nothing has failed.`;
}

/** The wait was ended by a new event or an operator. */
function tryingAgainDetails(orderNumber: string, failedAttempts: number): string {
  return `Order **${orderNumber}** is being tried again now, after ${failedAttempts} failed attempts.`;
}

/** Why the order waits, on which rung, and what would end the wait. */
function retryingDetails(orderNumber: string, report: FailedAttemptReport, ladder: RetryLadderName): string {
  const sooner = `a change of the order in Omnium, or \`npm run ops -- retry-now ${orderNumber}\``;
  return waitingDetails(`Order **${orderNumber}** is waiting to be tried again.`, report, { ladder, sooner });
}

/** The order is done and a receipt of it is not: what was done, and what the receipt waits for. */
export function receiptsDetails(about: {
  readonly done: string;
  readonly orderNumber: string;
  readonly report: FailedAttemptReport;
  readonly ladder: RetryLadderName;
}): string {
  const { done, orderNumber, report, ladder } = about;
  const receipt = `The order itself is done. Its receipt \`${report.orderReceiptUid ?? '?'}\` is not in Omnium yet:`;
  return waitingDetails([done, '', receipt].join('\n'), report, {
    ladder,
    sooner: `\`npm run ops -- retry-now ${orderNumber}\``,
  });
}

/** What the passes did, for a run that is over. */
export function outcomeDetails(orderNumber: string, outcome: OrderOutcome, failedAttempts: number): string {
  const lines = [outcomeSentence(orderNumber, outcome), ''];
  if (outcome.flowOrderUid) {
    const number = outcome.flowOrderNumber ? ` (number ${outcome.flowOrderNumber})` : '';
    lines.push(
      `- **In Flow:** order \`${outcome.flowOrderUid}\`${number}, store \`${outcome.storeUid ?? '?'}\`, ${outcome.orderState ?? '?'}`,
    );
  }
  if (outcome.omniumStatus) lines.push(`- **In Omnium:** ${outcome.omniumStatus}`);
  if (outcome.totalCents !== undefined) {
    lines.push(`- **Total in Flow:** ${major(outcome.totalCents)}, ${outcome.lines ?? 0} lines`);
  }
  if (outcome.changedFields?.length) lines.push(`- **Written:** ${outcome.changedFields.join(', ')}`);
  for (const { flowOrderUid, action, creditedCents } of outcome.returns ?? []) {
    const was = action === 'created' ? 'was registered in Omnium' : 'was in Omnium already';
    lines.push(`- **Return** \`${flowOrderUid}\`: ${major(creditedCents)} ${was}`);
  }
  for (const difference of outcome.differences ?? []) lines.push(`- **Left different:** ${difference}`);
  if (failedAttempts > 0) lines.push(`- **Failed attempts before:** ${failedAttempts}`);
  return lines.join('\n');
}

function major(cents: number): string {
  return (cents / 100).toFixed(2);
}

function outcomeSentence(orderNumber: string, outcome: OrderOutcome): string {
  const order = `Order **${orderNumber}**`;
  const where = outcome.direction === 'inbound' ? 'Flow' : 'Omnium';
  switch (outcome.action) {
    case 'created':
      return `${order} was created in ${where}.`;
    case 'updated':
      return `${order} was brought up to date in ${where}.`;
    case 'unchanged':
      return `${order} was already right in both systems; nothing was written.`;
    case 'cancelled':
      return `${order} was cancelled in ${where} and its stock reservation freed.`;
    case 'skipped':
      return `${order} was not synced: ${outcome.reason ?? 'no reason given'}.`;
    case 'forwarded':
      return `This belongs to order ${(outcome.forwardedTo ?? []).map((number) => `**${number}**`).join(', ')}, whose own page says how it goes on.`;
  }
}

/** An operator ended the retries. */
function givenUpDetails(orderNumber: string, reason: string, report: FailedAttemptReport | undefined): string {
  const after = `A change of the order in Omnium, or \`npm run ops -- resync ${orderNumber}\`, starts it again.`;
  return givenUpWords(`order **${orderNumber}**`, reason, { report, after });
}
