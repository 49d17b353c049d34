import type {
  ExportCheckpoint,
  ExportKey,
  ExportProgress,
  ExportReport,
  Partition,
  UnresolvedGroup,
} from '../contracts/exports';
import {
  comparedIn,
  EXPORTS,
  SWEEP_STREAMS,
  SWEEPS,
  type AttemptFailedSignal,
  type ExportStream,
  type SweepStream,
} from '../contracts/streams';
import type { SweepReport, SweepState } from '../contracts/sweeps';
import { howFar, namesIn, partitionsOfOwn } from '../domain/export-progress';
import { countUnresolved, unresolvedReason } from '../domain/records';

/** Texts for the pages of exports, checkpoints and sweeps in the Temporal Web UI (Markdown). For a night call. */

/** At most so many names in the details; the run's result has more. */
const NAMES_SHOWN = 50;
const REASONS_SHOWN = 20;
const IDS_PER_REASON = 5;
const MINUTE_MS = 60_000;

/**
 * What a running export says: done, written, right already, left, rate, and when it may end.
 *
 * @param now the workflow's own time
 */
export function exportingDetails(
  { stream }: Pick<ExportKey, 'stream'>,
  progress: ExportProgress | undefined,
  now: Date,
): string {
  const { records } = EXPORTS[stream];
  if (!progress) return `Exporting ${records} from Omnium to Flow; first, where the last export ended.`;
  const { window, counts, differences } = progress;
  const since = window.from === undefined ? 'everything' : `what has changed since ${window.from}`;
  const lines = [
    `Exporting ${records} from Omnium to Flow: ${since}.`,
    ...(window.since === 'new-rules' ? [NEW_RULES] : []),
    '',
    `- **Done:** ${doneText(stream, progress)}`,
  ];
  const compared = comparedIn(counts);
  if (compared > 0) {
    const { written, unchanged } = counts;
    lines.push(`- **So far:** ${compared} ${records} compared, ${written} written, ${unchanged} right already`);
    const { recordsPerSecond, recordsLeft, leftMs } = howFar(progress);
    if (recordsPerSecond !== undefined) {
      lines.push(`- **Rate:** ${Math.round(recordsPerSecond)} ${records} a second`);
      if (leftMs !== undefined) {
        const minutes = Math.ceil(leftMs / MINUTE_MS);
        const toGo = recordsLeft === undefined ? '' : `about ${recordsLeft} ${records}, `;
        const end = new Date(now.getTime() + leftMs).toISOString().slice(0, 16).replace('T', ' ');
        lines.push(`- **Left:** ${toGo}about ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`);
        lines.push(`- **Expected end:** ${end} UTC`);
      }
    }
  }
  if (counts.failed + counts.unknown > 0) {
    const why = `${counts.unknown} unknown in Flow, ${counts.failed} failed`;
    const named = differences.length > 0 ? `; ${differences.join('; ')}` : '';
    lines.push(`- **Unresolved:** ${counts.failed + counts.unknown} (${why}), compared again by every export${named}`);
  }
  return lines.join('\n');
}

const NEW_RULES = 'The configuration of what is written has changed, so everything is read once.';

function doneText(stream: ExportStream, progress: ExportProgress): string {
  const { partition, partitions: many, records } = EXPORTS[stream];
  const { done, partitions, underWay } = progress;
  const count = (some: readonly Partition[]): number => partitionsOfOwn(progress, some).flatMap(namesIn).length;
  const total = count(done) + count(partitions);
  const recordsDone = underWay?.records ?? 0;
  const ofNext = underWay?.total === undefined ? `${recordsDone}` : `${recordsDone} of ${underWay.total}`;
  const next = recordsDone > 0 ? `, and ${ofNext} ${records} of the next` : '';
  return `${count(done)} of ${total} ${total === 1 ? partition : many}${next}`;
}

/** What an export says that waits for a vendor. */
export function exportWaitsDetails(
  { stream, tenantUid }: ExportKey,
  progress: ExportProgress | undefined,
  report: AttemptFailedSignal['report'],
): string {
  const { records, task } = EXPORTS[stream];
  const { message, failureType, attempt, nextAttemptAt } = report;
  return [
    `The export of ${records} waits to be tried again. **Nothing is lost:** it goes on from where it is.`,
    '',
    `- **What failed:** ${message} (\`${failureType}\`)`,
    `- **Attempts so far:** ${attempt}`,
    `- **Next attempt:** ${nextAttemptAt}`,
    ...(progress ? [`- **Done before:** ${doneText(stream, progress)}`] : []),
    `- **Sooner:** \`npm run ops -- export ${task} --tenant ${tenantUid}\``,
    '',
    `What this failure means and what to do: docs/runbook.md, entry \`${failureType}\`.`,
  ].join('\n');
}

/** What a cancelled export says. */
export function exportCancelledDetails({ stream }: ExportKey, progress: ExportProgress | undefined): string {
  const { records } = EXPORTS[stream];
  const calm = '**Nothing is lost:** the next export begins where this one did.';
  const lines = [`The export of ${records} was cancelled. ${calm}`];
  if (progress) {
    const { written, unchanged } = progress.counts;
    lines.push('', `- **Done before:** ${doneText(stream, progress)}; written ${written}, right already ${unchanged}`);
  }
  return lines.join('\n');
}

/** What an export that is over says. */
export function exportedDetails(report: ExportReport): string {
  const { records, partitions } = EXPORTS[report.stream];
  const { written, unchanged, refused, from, to, since, wholePartitions, covered, unresolved, missing } = report;
  const read = from === undefined || since === 'first-export' ? 'everything' : `what changed since ${from}`;
  const headline =
    report.failed + report.unknown > 0
      ? `**${report.failed + report.unknown} ${records} could not be brought over.**`
      : written === 0
        ? 'Everything was right in Flow already.'
        : `${written} ${records} were brought to Flow.`;
  const lines = [
    `${headline} Read: ${records}, ${read}, as of ${to}.`,
    '',
    `- **Compared:** ${report.compared} ${records}; written ${written}, right already ${unchanged}`,
    `- **In Flow as of then:** ${covered} ${partitions}${wholePartitions > 0 ? `, ${wholePartitions} of them read as a whole` : ''}`,
  ];
  if (report.deferred > 0) {
    const first = report.firstDeferredAt ?? '';
    lines.push(`- **For later:** ${report.deferred} ${records} start or end one day, the first at ${first}`);
  }
  if (unresolved > 0) {
    const names = listed(report.unresolvedNames, report.unresolvedNames.length);
    lines.push(`- **Unresolved:** ${unresolved}, compared again by every export${names ? `; new: ${names}` : ''}`);
  }
  if (report.differences.length > 0) lines.push(`- **Why:** ${report.differences.join('; ')}`);
  if (report.moreUnresolved > 0) {
    lines.push('- **Note:** more are unresolved than can be kept, so the next export begins where this one did');
  }
  if (report.heldRemovals) lines.push(`- **Not removed:** ${heldText(report)}`);
  if (refused > 0)
    lines.push(`- **Refused:** ${refused} ${records}, as Flow has become their master while this export ran`);
  for (const { name, reason } of report.leftOut.slice(0, NAMES_SHOWN)) lines.push(`- **Left out:** ${name}: ${reason}`);
  if (missing.length > 0) lines.push(`- **Not in Flow:** ${partitions} ${listed(missing, missing.length)}`);
  if (since === 'first-export') lines.push('- **Note:** no earlier export was known, so everything was read');
  if (since === 'new-rules') lines.push(`- **Note:** ${NEW_RULES}`);
  if (report.failedAttempts > 0) lines.push(`- **Failed attempts before:** ${report.failedAttempts}`);
  return lines.join('\n');
}

/** What would be removed, and how that is allowed. */
export function heldText({ stream, tenantUid, heldRemovals }: ExportReport): string {
  if (!heldRemovals) return '';
  const { records, task } = EXPORTS[stream];
  const { count, listSize, samples } = heldRemovals;
  const share = listSize > 0 ? ` (${((count / listSize) * 100).toFixed(1)} %)` : '';
  return [
    `${count} of ${listSize} ${records}${share} would go from Flow, as Omnium does not list or offer them any more: ${listed(samples, count)}.`,
    `That is more than a run removes by itself (\`exports.removals\`). If it is right: \`npm run ops -- export ${task} --tenant ${tenantUid} --allow-removals\``,
  ].join(' ');
}

/** Temporal cuts a summary at 400 bytes; ours is far below. */
export function exportSummary({ tenantUid, stream }: ExportKey, partitions?: readonly Partition[]): string {
  const head = `Export ${stream} (${tenantUid})`;
  if (!partitions) return `${head}: where the last one ended`;
  const [first] = partitions;
  if (!first) return `${head}: where the next one begins`;
  return `${head}: ${first.name.slice(0, 80)}${partitions.length > 1 ? ` and up to ${partitions.length - 1} more` : ''}`;
}

/** What a checkpoint says: where the next export begins, and every reason for which records are unresolved. */
export function checkpointDetails(stream: ExportStream, checkpoint: ExportCheckpoint): string {
  const { records, partitions } = EXPORTS[stream];
  const { watermark, covered, unresolved } = checkpoint;
  if (watermark === undefined) return `No export of ${records} has come to its end yet; the next one reads everything.`;
  return [
    `Everything that changed in Omnium before ${watermark} is in Flow, for ${covered.length} ${partitions}.`,
    '',
    `- **Unresolved ${records}:** ${countUnresolved(unresolved)}, compared again by every export`,
    ...unresolvedLines(unresolved),
  ].join('\n');
}

function unresolvedLines(groups: readonly UnresolvedGroup[]): string[] {
  const lines = groups.slice(0, REASONS_SHOWN).map((group) => {
    const names = listed(group.ids.slice(0, IDS_PER_REASON), group.ids.length);
    return `- ${unresolvedReason(group)}, since ${group.since}: ${names}`;
  });
  return groups.length > lines.length ? [...lines, `- and ${groups.length - lines.length} more reasons`] : lines;
}

/** What a tenant's sweep says: each stream, what its last look found, and why it waits. */
export function sweepDetails(tenantUid: string, { streams }: SweepState): string {
  const lines = SWEEP_STREAMS.flatMap((stream) => {
    const checkpoint = streams[stream];
    if (!checkpoint) return [];
    const { last, failure, underWay, dueAt } = checkpoint;
    const texts = [`### ${stream}`, `${capital(SWEEPS[stream].finds)}.`, ''];
    if (failure) {
      const { failureType, message, attempts } = failure;
      texts.push(
        `- **Waits to be tried again:** ${message} (\`${failureType}\`), attempt ${attempts}; next at ${dueAt}. **Nothing is lost:** it goes on from where it is.`,
        `- **Sooner:** \`npm run ops -- sweep ${stream} --tenant ${tenantUid}\`; docs/runbook.md, entry \`${failureType}\``,
      );
    } else if (underWay) texts.push(`- **At work:** ${comparedIn(underWay.counts)} compared so far`);
    else texts.push(`- **Next look:** ${dueAt}`);
    return [...texts, ...(last ? sweptLines(last) : []), ''];
  });
  return lines.length > 0 ? lines.join('\n') : 'No sweep is configured: what no webhook brings is never found.';
}

function sweptLines(report: SweepReport): string[] {
  const { found, inProgress, givenUp, failedToLook, names, failedNames } = report;
  const missed = found + failedToLook;
  const headline =
    missed === 0
      ? 'Nothing was missed.'
      : `**${missed} ${missed === 1 ? 'change' : 'changes'} missed, now on the way.**`;
  const lines = [
    `- **Last look:** ${headline} From ${report.from} to ${report.to}: ${report.looked} compared, ${report.inSync} in step, ${report.notOurs} none of ours`,
  ];
  if (found > 0) lines.push(`- **Found and published:** ${found}: ${listed(names, found)}`);
  if (inProgress > 0) lines.push(`- **Being worked on already:** ${inProgress}`);
  if (givenUp > 0) lines.push(`- **Given up by an operator before, left alone:** ${givenUp}`);
  if (failedToLook > 0)
    lines.push(
      `- **Could not be compared, published all the same:** ${failedToLook}: ${listed(failedNames, failedToLook)}`,
    );
  if (report.since === 'first-look') lines.push('- **Note:** the first look goes back further than usual');
  if (report.failedAttempts > 0) lines.push(`- **Failed attempts before:** ${report.failedAttempts}`);
  return lines;
}

/** Temporal cuts a summary at 400 bytes; ours is far below. */
export function lookSummary(tenantUid: string, streams: readonly SweepStream[]): string {
  return `Sweep (${tenantUid}): ${streams.join(', ')}`;
}

function listed(names: readonly string[], total: number): string {
  const shown = names.slice(0, NAMES_SHOWN).map((name) => `\`${name}\``);
  const more = total - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
