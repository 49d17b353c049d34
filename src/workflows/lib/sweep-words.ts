import {
  lookedAt,
  type SweepKey,
  type SweepProgress,
  type SweepReport,
  type SweepStream,
  type SweepWindow,
} from '../../contracts/sweep-messages';
import type { FailedAttemptReport } from '../../contracts/coalescing-messages';
import { waitingDetails } from './ladder-words';

/** Texts for a sweep's page in the Temporal Web UI (Markdown). For somebody who was called at night. */

const READS: Readonly<Record<SweepStream, string>> = {
  'omnium-orders': 'orders that changed in Omnium',
  'omnium-customers': 'customers that changed in Omnium',
  'flow-orders': 'orders that changed at the tills',
  'flow-receipts': 'receipts of the tills without an invoice in Omnium',
  'flow-customers': 'customers that changed in Flow',
  'flow-receivements': 'goods receptions in Flow that Omnium was not told of',
  'flow-stock': 'stock that changed in Flow, where Flow is the stock master',
  'omnium-purchase-orders': 'purchase orders and deliveries that changed in Omnium',
};

/** At most so many names in the details; the run's result has more. */
const NAMES_SHOWN = 50;

export function readingDetails(key: SweepKey, window: SweepWindow | undefined, progress?: SweepProgress): string {
  const what = READS[key.stream];
  if (!window) return `Looking for ${what}; first, where the last sweep ended.`;
  const lines = [`Looking for ${what} since ${window.from}.`];
  if (progress) {
    const { counts } = progress;
    lines.push('', `- **So far:** ${lookedAt(counts)} looked at, ${counts.found} found that nobody had told us of`);
  }
  return lines.join('\n');
}

export function sweepWaitsDetails(key: SweepKey, report: FailedAttemptReport): string {
  const sentence = `The sweep of ${READS[key.stream]} waits to be tried again. **Nothing is lost:** it goes on from where it is.`;
  return waitingDetails(sentence, report, {
    sooner: `\`npm run ops -- sweep ${key.stream} --tenant ${key.tenantUid}\``,
  });
}

export function sweptDetails(report: SweepReport): string {
  const { counts, names } = { counts: report, names: report.names };
  const lines = [
    `${sentence(report)} Read: ${READS[report.stream]}, from ${report.from} to ${report.to}.`,
    '',
    `- **Looked at:** ${report.looked}; in step ${counts.inSync}, none of ours ${counts.notOurs}`,
  ];
  if (counts.found > 0) lines.push(`- **Found and signalled:** ${counts.found}: ${listed(names, counts.found)}`);
  if (counts.inProgress > 0) lines.push(`- **Being worked on already:** ${counts.inProgress}`);
  if (counts.givenUp > 0) lines.push(`- **Given up by an operator before, left alone:** ${counts.givenUp}`);
  if (counts.failedToLook > 0) {
    lines.push(
      `- **Could not be looked at, signalled all the same:** ${counts.failedToLook}: ${listed(report.failedNames, counts.failedToLook)}`,
    );
  }
  if (report.since !== 'last-sweep') {
    lines.push('- **Note:** no earlier sweep was known, so this one looked back further than usual');
  }
  if (report.failedAttempts > 0) lines.push(`- **Failed attempts before:** ${report.failedAttempts}`);
  return lines.join('\n');
}

function sentence({ found, failedToLook }: SweepReport): string {
  if (found === 0 && failedToLook === 0) return 'Nothing was missed.';
  const missed = found + failedToLook;
  return `**${missed} ${missed === 1 ? 'change' : 'changes'} that nobody had told us of, now on the way.**`;
}

function listed(names: readonly string[], total: number): string {
  const shown = names.slice(0, NAMES_SHOWN).map((name) => `\`${name}\``);
  const more = total - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

/** Temporal cuts a summary at 400 bytes; ours is far below. */
export function stretchSummary({ tenantUid, stream }: SweepKey, step: 'watermark' | 'read' | 'signal'): string {
  const steps = { watermark: 'where the last one ended', read: 'read and compare', signal: 'tell the owners' };
  return `Sweep ${stream} (${tenantUid}): ${steps[step]}`;
}
