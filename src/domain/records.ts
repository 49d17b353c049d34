import type { DeferredRecord, DeferredRecords, UnresolvedGroup } from '../contracts/exports';
import type { FailureType } from '../contracts/failure-types';

/** Records that runs of an export leave to later ones: what could not be brought over, and what changes by itself one day. */

/** In every partition. */
export const EVERY_PARTITION = '*';

/** A record, as people write it: `{sku}@{warehouseCode}`; `{sku}@*` when it is meant in every partition. */
export function recordOf(sku: string, partition: string): string {
  return `${sku}@${partition}`;
}

/** Inverse of {@link recordOf}, given the partitions there are; undefined for a record of none of them. */
export function parseRecord(
  record: string,
  partitions: readonly string[],
): { readonly sku: string; readonly partition: string } | undefined {
  // Either may hold an @ itself, so the longest partition that fits is the one.
  const [partition] = [EVERY_PARTITION, ...partitions]
    .filter((name) => record.endsWith(`@${name}`))
    .sort((one, other) => other.length - one.length);
  return partition === undefined ? undefined : { sku: record.slice(0, -partition.length - 1), partition };
}

/** Most unresolved records that a stream keeps, and their bytes: Temporal's payloads have 2 MB, and ours stay far below. */
export const MAX_UNRESOLVED = 10_000;
const MAX_UNRESOLVED_BYTES = 450_000;
/** Reasons that are told apart; the records of others go with a group of their failure type. */
const MAX_GROUPS = 200;
const MAX_REASON_LENGTH = 200;
const OTHER_REASONS = 'various reasons: the latest run names some';

/** Most records that are kept for a moment to come; with more, everything is read again at the first one's moment. */
export const MAX_DEFERRED = 500;

type Why = Omit<UnresolvedGroup, 'ids'>;

/** Unresolved records by id. An id that is there keeps since when it is, unless its failure type is another one. */
export class UnresolvedRecords {
  private readonly byId = new Map<string, Why>();
  private bytes = 0;
  /** How many did not fit. */
  more = 0;

  constructor(groups: readonly UnresolvedGroup[] = []) {
    this.addGroups(groups);
  }

  get size(): number {
    return this.byId.size;
  }

  ids(): string[] {
    return [...this.byId.keys()];
  }

  get(id: string): Why | undefined {
    return this.byId.get(id);
  }

  add(id: string, why: Why): void {
    const known = this.byId.get(id);
    if (known && known.failureType === why.failureType) return;
    if (!known) {
      if (this.byId.size >= MAX_UNRESOLVED || this.bytes + id.length > MAX_UNRESOLVED_BYTES) {
        this.more += 1;
        return;
      }
      this.bytes += id.length;
    }
    this.byId.set(id, { ...why, reason: why.reason.slice(0, MAX_REASON_LENGTH) });
  }

  addGroups(groups: readonly UnresolvedGroup[]): void {
    for (const { ids, ...why } of groups) for (const id of ids) this.add(id, why);
  }

  delete(ids: Iterable<string>): void {
    for (const id of ids) if (this.byId.delete(id)) this.bytes -= id.length;
  }

  groups(): UnresolvedGroup[] {
    const groups = new Map<string, Why & { ids: string[] }>();
    for (const [id, why] of this.byId) {
      let key = `${why.failureType ?? ''}|${why.since}|${why.reason}`;
      let known = groups.get(key);
      if (!known && groups.size >= MAX_GROUPS) {
        key = `${why.failureType ?? ''}|${OTHER_REASONS}`;
        known = groups.get(key);
      }
      if (known) known.ids.push(id);
      else groups.set(key, { ...why, ...(key.endsWith(OTHER_REASONS) && { reason: OTHER_REASONS }), ids: [id] });
    }
    return [...groups.values()];
  }
}

/** How many records groups hold, by failure type or `unknown in Flow`, e.g. for a table. */
export function countUnresolved(groups: readonly UnresolvedGroup[]): number {
  return groups.reduce((sum, { ids }) => sum + ids.length, 0);
}

/** A group's failure in words. */
export function unresolvedReason({ failureType, reason }: { failureType?: FailureType; reason: string }): string {
  return failureType ? `${reason} (${failureType})` : reason;
}

/** More deferred records, each once with its earliest moment: the earliest are kept. */
export function addDeferred(known: DeferredRecords, more: DeferredRecords): DeferredRecords {
  const earliest = new Map<string, string>();
  for (const { record, at } of [...known.deferred, ...more.deferred]) {
    const other = earliest.get(record);
    if (other === undefined || Date.parse(at) < Date.parse(other)) earliest.set(record, at);
  }
  const byMoment = (one: string, other: string): number => Date.parse(one) - Date.parse(other);
  const all = Array.from(earliest, ([record, at]): DeferredRecord => ({ record, at })).sort((one, other) =>
    byMoment(one.at, other.at),
  );
  const moments = [known.wholeAgainAt, more.wholeAgainAt, all[MAX_DEFERRED]?.at].filter((at) => at !== undefined);
  const [wholeAgainAt] = moments.sort(byMoment);
  return { deferred: all.slice(0, MAX_DEFERRED), ...(wholeAgainAt !== undefined && { wholeAgainAt }) };
}
