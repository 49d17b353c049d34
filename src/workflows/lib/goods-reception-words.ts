import type {
  GoodsReceptionOutcome,
  GoodsReceptionWorkflowInput,
  ReceptionSubject,
} from '../../contracts/goods-reception-messages';
import type { FailedAttemptReport } from '../../contracts/coalescing-messages';
import type { SyncWords } from './coalescing-sync';
import { givenUpWords, waitingDetails } from './ladder-words';

/** Texts for a goods reception's page in the Temporal Web UI (Markdown). Uids, ids and SKUs are not personal. */

/** What a goods reception workflow says on its page. */
export function receptionWords(input: GoodsReceptionWorkflowInput): SyncWords<GoodsReceptionOutcome> {
  const name = nameOf(input);
  return {
    subject: SUBJECT[input.subject](input.receivementUid),
    syncing: () => `${name} is being told to Omnium. Nothing has failed.`,
    tryingAgain: (failedAttempts) => `${name} is being tried again now, after ${failedAttempts} failed attempts.`,
    retrying: (report) => retryingDetails(input, report),
    done: (outcome, failedAttempts) => doneDetails(input, outcome, failedAttempts),
    givenUp: (reason, report) => givenUpDetails(input, reason, report),
  };
}

export function receptionPassSummary(
  { receivementUid, subject }: Pick<GoodsReceptionWorkflowInput, 'receivementUid' | 'subject'>,
  pass: number,
): string {
  return `${SUBJECT[subject](receivementUid)}: Flow → Omnium${pass > 1 ? ` (pass ${pass})` : ''}`;
}

const SUBJECT: Readonly<Record<ReceptionSubject, (uid: string) => string>> = {
  receivement: (uid) => `Goods reception ${uid}`,
  'purchase-order': (uid) => `Goods received on purchase order ${uid}`,
};

function nameOf({ receivementUid, subject, storeUid }: GoodsReceptionWorkflowInput): string {
  return `${SUBJECT[subject](`**${receivementUid}**`)} in store \`${storeUid}\``;
}

/** Why the reception waits, on which rung, and what would end the wait. */
function retryingDetails(input: GoodsReceptionWorkflowInput, report: FailedAttemptReport): string {
  const calm = '**Nothing is lost:** each attempt looks at what Omnium has and tells it the rest.';
  return waitingDetails(`${nameOf(input)} is waiting to be tried again. ${calm}`, report, {
    ladder: input.retryLadder,
    sooner: `\`${resend(input)}\`, or the update \`retryNow\` of this workflow`,
  });
}

/** What the passes did, for a run that is over. */
function doneDetails(
  input: GoodsReceptionWorkflowInput,
  outcome: GoodsReceptionOutcome,
  failedAttempts: number,
): string {
  const lines = [outcomeSentence(nameOf(input), outcome), ''];
  for (const { purchaseOrderId, deliveryId, lines: count, quantityHundredths } of outcome.deliveries ?? []) {
    const goods = `${quantityHundredths / 100} pieces on ${count} ${count === 1 ? 'line' : 'lines'}`;
    lines.push(`- **Confirmed:** ${goods} of delivery \`${deliveryId}\`, purchase order \`${purchaseOrderId}\``);
  }
  if (outcome.levels) lines.push(`- **Stock levels sent:** ${outcome.levels}`);
  for (const difference of outcome.differences ?? []) lines.push(`- **Left different:** ${difference}`);
  if (failedAttempts > 0) lines.push(`- **Failed attempts before:** ${failedAttempts}`);
  return lines.join('\n');
}

function outcomeSentence(name: string, outcome: GoodsReceptionOutcome): string {
  switch (outcome.action) {
    case 'confirmed':
      return `${name} was confirmed to Omnium.`;
    case 'levels-sent':
      return `${name} is on no purchase order of Omnium's, so the stock levels were sent there.`;
    case 'unchanged':
      return `${name}: ${outcome.reason ?? 'Omnium had these quantities already'}; nothing was sent.`;
    case 'forwarded':
      return `${name}: its ${outcome.receivements ?? 0} goods receptions were told, whose own pages say how they go on.`;
    case 'skipped':
      return `${name} was not told to Omnium: ${outcome.reason ?? 'no reason given'}.`;
  }
}

/** An operator ended the retries. */
function givenUpDetails(
  input: GoodsReceptionWorkflowInput,
  reason: string,
  report: FailedAttemptReport | undefined,
): string {
  return givenUpWords(nameOf(input), reason, { report, after: `To start it again: \`${resend(input)}\`` });
}

function resend({ receivementUid, storeUid, subject }: GoodsReceptionWorkflowInput): string {
  const of = subject === 'purchase-order' ? ' --purchase-order' : '';
  return `npm run ops -- goods resend ${receivementUid} --store ${storeUid}${of}`;
}
