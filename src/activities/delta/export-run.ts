import { VendorHttpError } from '../../clients/errors';
import type {
  DeferredRecord,
  ExportBatchResult,
  ExportCounts,
  Partition,
  UnresolvedGroup,
} from '../../contracts/exports';
import { addCounts, comparedIn } from '../../contracts/streams';
import { compact } from '../../domain/compact';
import { distinctNames } from '../../domain/distinct-names';
import { NO_RESULTS } from '../../domain/export-progress';
import { addDeferred, UnresolvedRecords } from '../../domain/records';
import { chunksOf } from '../shared/concurrency';
import { readAhead } from './read-ahead';
import type { DeltaExport, ExportContext, Page, PendingWrite, UnresolvedRecord } from './stream';
import { writeRecords } from './write-records';

/** How much one batch does before it says what it has done. */
export interface BatchLimits {
  /** Writes at the same time; the client's own limit, `flow.maxConcurrentRequests`, holds as well. */
  readonly writesAtOnce: number;
  /** A batch ends with the partition, or at the cursor, at which it has come to so many records. */
  readonly records: number;
  readonly milliseconds: number;
  /** So often a partition is begun again because Omnium has forgotten its scroll. */
  readonly restarts: number;
}

const LIMITS: BatchLimits = { writesAtOnce: 16, records: 20_000, milliseconds: 4 * 60_000, restarts: 3 };

/** Records that earlier runs left unresolved are compared so many at a time: between them a batch can end. */
const UNRESOLVED_AT_ONCE = 1_000;

const HELD = 'it would be removed, as Omnium does not list or offer it any more';

/** What a heartbeat carries: what the next attempt begins with. */
export interface ExportHeartbeat extends ExportBatchResult {
  /** Written since then, in the partition under way: these records are found right when they are read again. */
  readonly writtenSince: number;
  /** Compared since then, for `ops export`. */
  readonly comparedSince: number;
}

/** Heartbeat details of an attempt that died, when they are ours. */
export function earlierHeartbeat(details: unknown): ExportHeartbeat | undefined {
  const isOurs =
    typeof details === 'object' && details !== null && 'partitionsDone' in details && 'writtenSince' in details;
  return isOurs ? (details as ExportHeartbeat) : undefined;
}

/** What else a batch is run with. */
export interface BatchOptions {
  readonly heartbeat?: (progress: ExportHeartbeat) => void;
  /** What an attempt that died had done. */
  readonly earlier?: ExportHeartbeat | undefined;
  /** Unresolved records of earlier runs, for partitions that read them. */
  readonly known?: readonly UnresolvedGroup[];
  /** Deferred records whose moment has come, compared with the unresolved ones. */
  readonly due?: readonly string[];
  /** Removals are left unresolved and not written: how many there are is known once all has been read. */
  readonly holdsRemovals?: boolean;
  /** Set for a dry run: named is what would be written, and nothing is. */
  readonly onPending?: (record: string, change: string) => void;
  readonly limits?: Partial<BatchLimits>;
}

/** What comes from reading: a page, or that a partition has come to its end or begins again. */
interface Step {
  /** Partitions that are over. */
  readonly partitionsDone: number;
  readonly page?: Page;
  /** Unresolved records of earlier runs that have been compared up to here. */
  readonly compared?: readonly string[];
  readonly beginsAgain?: true;
}

/**
 * Exports partitions one after the other: while the records of a page are written, the next page is read and compared. Stops
 * at the end of a partition, or at a cursor in it, once it has done enough.
 *
 * What is done is in every heartbeat: partitions, and the last cursor of the one under way. The next attempt goes on from
 * there, and finds right what was written since. So does this one when Omnium has forgotten a scroll.
 */
// eslint-disable-next-line max-lines-per-function -- the steps share what the batch has done, and follow below it
export async function exportBatch(
  stream: DeltaExport,
  context: ExportContext,
  partitions: readonly Partition[],
  options: BatchOptions = {},
): Promise<ExportBatchResult> {
  const limits: BatchLimits = { ...LIMITS, ...stream.batch, ...options.limits };
  // Removals that this run has held back are unresolved like those of earlier runs.
  const held = partitions.flatMap(({ records = [] }) => records);
  const known = [...(options.known ?? []), ...groupsHeld(held, context)];
  const tally = new Tally(context, { ...options, known });
  const reading = new AbortController();
  const signal = AbortSignal.any([context.signal, reading.signal]);
  const steps = readPartitions({ ...context, signal, compared: new Set() });
  for await (const step of readAhead(steps)) {
    try {
      if (step.partitionsDone > tally.partitionsDone) tally.finishPartitions(step.partitionsDone);
      if (step.beginsAgain) tally.beginPartitionAgain();
      if (step.page) await takePage(step.page, partitions[step.partitionsDone]?.read === 'unresolved');
      if (step.compared) tally.finishUnresolved(step.compared);
    } catch (error) {
      reading.abort();
      throw error;
    }
    context.progress = tally.heartbeat();
    options.heartbeat?.(tally.heartbeat());
  }
  return tally.result();

  async function* readPartitions(readContext: ExportContext): AsyncGenerator<Step, void, undefined> {
    const endAtMs = Date.now() + limits.milliseconds;
    let records = 0;
    const isEnough = (): boolean => records >= limits.records || Date.now() > endAtMs;
    const begun = tally.partitionsDone;
    let partitionsDone = begun;
    for (const left of partitions.slice(begun)) {
      if (partitionsDone > begun && isEnough()) break;
      const after = partitionsDone === begun ? (tally.cursor ?? left.after) : left.after;
      const partition: Partition = { ...left, ...compact({ after }) };
      const isUnresolved = partition.read === 'unresolved';
      // Records that were unresolved before stay so at once: the others do not wait for them.
      const own = isUnresolved ? { ...readContext, givesUpRecords: true } : readContext;
      const steps = isUnresolved ? readUnresolved(own, partition) : readPartition(own, partition);
      for await (const step of steps) {
        yield { ...step, partitionsDone };
        const { page } = step;
        records += page ? page.unchanged + page.unresolved.length + page.pending.length : 0;
        // More records than a batch holds may have changed at the same moment: it ends only where it has come further.
        const isFurther = step.compared !== undefined || (page?.cursor !== undefined && page.cursor !== left.after);
        if (isFurther && isEnough()) return;
      }
      partitionsDone += 1;
    }
    yield { partitionsDone };
  }

  /** The pages of a partition; from its last cursor on, when Omnium has forgotten the scroll. */
  async function* readPartition(
    readContext: ExportContext,
    partition: Partition,
  ): AsyncGenerator<Omit<Step, 'partitionsDone'>, void, undefined> {
    let from = partition;
    for (let restarts = 0; ; restarts += 1) {
      try {
        for await (const page of stream.pages(readContext, from)) {
          if (page.cursor !== undefined) {
            // Reading has come further, so it is not this place that cannot be read.
            if (page.cursor !== from.after) restarts = 0;
            from = { ...partition, after: page.cursor };
          }
          yield { page };
        }
        return;
      } catch (error) {
        // A scroll expires after five minutes without a read, and is then unknown (omnium-api.md §2).
        const isForgotten = error instanceof VendorHttpError && error.vendor === 'omnium' && error.status === 404;
        if (!isForgotten || restarts >= limits.restarts) throw error;
        yield { beginsAgain: true };
      }
    }
  }

  /** Records of earlier runs, in order: the cursor is the last one that has been compared. */
  async function* readUnresolved(
    readContext: ExportContext,
    { after = '', ...partition }: Partition,
  ): AsyncGenerator<Omit<Step, 'partitionsDone'>, void, undefined> {
    const wanted = partition.records ?? [...new UnresolvedRecords(options.known).ids(), ...(options.due ?? [])];
    const left = [...new Set(wanted)].filter((record) => record > after).sort();
    for (const records of chunksOf(left, UNRESOLVED_AT_ONCE)) {
      for await (const { cursor: _cursor, ...page } of stream.pages(readContext, { ...partition, records }))
        yield { page };
      yield { compared: records };
    }
  }

  async function takePage(page: Page, isUnresolved: boolean): Promise<void> {
    const isHeld = (write: PendingWrite): boolean =>
      options.holdsRemovals === true && options.onPending === undefined && stream.isRemoval?.(write) === true;
    const held = page.pending.filter(isHeld);
    const pending = page.pending.filter((write) => !isHeld(write));
    tally.hold(held);
    tally.addUnresolved(page.unresolved);
    tally.add({ unchanged: page.unchanged });
    const [first] = pending;
    const refusal = first && stream.refusal?.(context, first);
    if (options.onPending) {
      // A real run has written what is unresolved when its page comes; a dry run names it once.
      const fresh = pending.filter(({ record }) => !tally.isNamed(record, isUnresolved));
      for (const write of fresh) options.onPending(write.record, stream.describe(write).change);
      tally.add({ written: fresh.length });
    } else if (refusal !== undefined) tally.addRefused(page, refusal);
    else if (pending.length > 0) {
      const givesUp = (context.givesUpRecords ?? false) || isUnresolved;
      const { written, failed } = await writeRecords(stream, context, pending, limits.writesAtOnce, givesUp);
      tally.add({ written });
      tally.addUnresolved(failed);
    }
    tally.finishPage(page);
  }
}

type Tallied = Omit<ExportBatchResult, 'workedMs' | 'unresolved' | 'moreUnresolved' | 'resolved'>;

/**
 * What a batch has done: up to the last place where reading can go on (the end of a partition, or a cursor in it), and what
 * came since.
 */
class Tally {
  private safe: Tallied;
  private live: Tallied;
  private readonly startedAtMs = Date.now();
  private readonly workedBeforeMs: number;
  private readonly callsBefore: number;
  private readonly unresolved: UnresolvedRecords;
  private readonly resolved: string[];
  private readonly known: UnresolvedRecords;
  /** Records that were found unresolved again, for the reason of before. */
  private readonly stillUnresolved = new Set<string>();
  private readonly named = new Set<string>();

  constructor(
    private readonly context: ExportContext,
    { earlier, known }: BatchOptions,
  ) {
    const { workedMs, writtenSince, comparedSince: _since, unresolved, resolved, ...rest } = earlier ?? NOTHING;
    const { moreUnresolved: _more, ...done } = rest;
    this.safe = done;
    this.live = begunAgain(done, writtenSince);
    this.workedBeforeMs = workedMs;
    this.callsBefore = done.counts.calls;
    this.unresolved = new UnresolvedRecords(unresolved);
    this.resolved = [...resolved];
    this.known = new UnresolvedRecords(known);
  }

  get partitionsDone(): number {
    return this.safe.partitionsDone;
  }

  /** Where the partition under way goes on. */
  get cursor(): string | undefined {
    return this.safe.cursor;
  }

  add(more: Partial<ExportCounts>): void {
    this.live = { ...this.live, counts: addCounts(this.live.counts, more) };
  }

  addUnresolved(all: readonly UnresolvedRecord[]): void {
    if (all.length === 0) return;
    const begunAt = this.context.window.to;
    const deferred = all.flatMap(({ as, record, at = begunAt }): DeferredRecord[] =>
      as === 'deferred' ? [{ record, at }] : [],
    );
    const counted = all.filter(isCounted);
    const unknown = counted.filter(({ as }) => as === 'unknown').length;
    this.add({ unknown, failed: counted.length - unknown });
    for (const { record, why, failureType } of counted) {
      const known = this.known.get(record);
      if (known && known.failureType === failureType) this.stillUnresolved.add(record);
      else this.unresolved.add(record, { reason: why, since: begunAt, ...compact({ failureType }) });
    }
    const reasons = counted.map(
      ({ record, why, failureType }) => `${record}: ${why}${failureType ? ` (${failureType})` : ''}`,
    );
    const differences = distinctNames(this.live.differences, reasons);
    this.live = { ...this.live, ...addDeferred(this.live, { deferred }), differences };
  }

  /** Removals that are written when all has been read, or not: they are counted as what becomes of them. */
  hold(removals: readonly PendingWrite[]): void {
    for (const group of groupsHeld(
      removals.map(({ record }) => record),
      this.context,
    ))
      this.unresolved.addGroups([group]);
  }

  addRefused({ partition, pending }: Page, reason: string): void {
    this.add({ refused: pending.length });
    const refusedPartitions = [...new Set([...this.live.refusedPartitions, partition])];
    this.live = { ...this.live, refusedPartitions, differences: distinctNames(this.live.differences, [reason]) };
  }

  /** Whether a dry run has named the record already. */
  isNamed(record: string, isUnresolved: boolean): boolean {
    if (this.named.has(record)) return true;
    if (isUnresolved) this.named.add(record);
    return false;
  }

  /** A page has been written. With a cursor, reading can go on behind it. */
  finishPage({ cursor, total, unchanged, pending, unresolved }: Page): void {
    const { underWay } = this.live;
    const records = (underWay?.records ?? 0) + unchanged + pending.length + unresolved.filter(isCounted).length;
    // Where reading goes on from a cursor, the vendor counts only what is left.
    this.live = { ...this.live, underWay: { records, ...compact({ total: underWay?.total ?? total }) } };
    if (cursor !== undefined) this.keep({ cursor });
  }

  /** Unresolved records of earlier runs, in order, have been compared and written. */
  finishUnresolved(records: readonly string[]): void {
    const isOpen = (record: string): boolean =>
      this.stillUnresolved.has(record) || this.unresolved.get(record) !== undefined;
    this.resolved.push(...records.filter((record) => this.known.get(record) !== undefined && !isOpen(record)));
    this.keep({ cursor: records.at(-1) });
  }

  finishPartitions(partitionsDone: number): void {
    const { cursor: _cursor, underWay: _underWay, ...live } = this.live;
    this.live = { ...live, partitionsDone };
    this.safe = this.live;
  }

  beginPartitionAgain(): void {
    this.live = begunAgain(this.safe, this.writtenSince);
  }

  heartbeat(): ExportHeartbeat {
    const comparedSince = comparedIn(this.live.counts) - comparedIn(this.safe.counts);
    return { ...this.withTotals(this.safe), writtenSince: this.writtenSince, comparedSince };
  }

  result(): ExportBatchResult {
    return this.withTotals(this.live);
  }

  private keep({ cursor }: { readonly cursor: string | undefined }): void {
    this.live = { ...this.live, ...compact({ cursor }) };
    this.safe = this.live;
  }

  private get writtenSince(): number {
    return this.live.counts.written - this.safe.counts.written;
  }

  private withTotals(done: Tallied): ExportBatchResult {
    return {
      ...done,
      counts: { ...done.counts, calls: this.callsBefore + this.context.calls },
      unresolved: this.unresolved.groups(),
      moreUnresolved: this.unresolved.more,
      resolved: this.resolved,
      workedMs: this.workedBeforeMs + Date.now() - this.startedAtMs,
    };
  }
}

const NOTHING: ExportHeartbeat = { ...NO_RESULTS, partitionsDone: 0, writtenSince: 0, comparedSince: 0 };

function groupsHeld(ids: readonly string[], { window }: ExportContext): UnresolvedGroup[] {
  return ids.length === 0 ? [] : [{ failureType: 'RemovalHeld', reason: HELD, since: window.to, ids }];
}

/** What is right as of now is counted as that, also when it is compared again later. */
function isCounted({ as }: UnresolvedRecord): boolean {
  return as !== 'deferred';
}

/** Records that are read again are found right where they were written: that counts as written, and not as right as well. */
function begunAgain(safe: Tallied, written: number): Tallied {
  return { ...safe, counts: addCounts(safe.counts, { written, unchanged: -written }) };
}
