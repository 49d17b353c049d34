import {
  addCounts,
  lookedAt,
  NO_COUNTS,
  type SweepCounts,
  type SweepCursor,
  type SweepFinding,
  type SweepStretchResult,
} from '../../contracts/sweep-messages';
import type { Attempt } from '../shared/sync-context';
import { severalAtOnce } from '../shared/concurrency';
import { lookAt, ownerOf, type Looked, type LookParts } from './look-at';
import type { StreamDocument, StreamPage } from './sweep-stream';

/** How much one stretch does before it says what it has found. */
export interface StretchLimits {
  /** Looks at the same time; far below what the vendors allow, as orders come first. */
  readonly looksAtOnce: number;
  readonly documents: number;
  readonly findings: number;
  readonly milliseconds: number;
  /** So many looks in a row that fail for want of a vendor mean an outage, which the sweep waits for. */
  readonly outagesInARow: number;
  /** How long a webhook may take before its absence means something. */
  readonly settleMs?: number;
}

const LIMITS: StretchLimits = {
  looksAtOnce: 4,
  documents: 1_000,
  findings: 200,
  milliseconds: 4 * 60_000,
  outagesInARow: 5,
};

/** What a stretch is made of. */
export interface StretchParts extends LookParts {
  /** The stream from a place on. */
  readonly pages: (cursor: SweepCursor | undefined) => AsyncIterable<StreamPage>;
  /** What an attempt that died had done, or the place where the last stretch ended. */
  readonly earlier: SweepStretchResult;
  readonly heartbeat: (progress: SweepStretchResult) => void;
  readonly attempt: Attempt;
  readonly limits?: Partial<StretchLimits>;
}

/**
 * Reads a stream on from where it was left, looks at every document, and stops at the end of a page once it has done
 * enough. Writes nothing, so it may be repeated; what is done is told with every heartbeat.
 *
 * One document that cannot be looked at does not stop it. An outage does: the whole stretch is tried again later.
 */
export async function sweepStretch(parts: StretchParts): Promise<SweepStretchResult> {
  const limits = { ...LIMITS, ...parts.limits };
  const stretch = new Stretch(parts, limits);
  const endAtMs = Date.now() + limits.milliseconds;
  for await (const page of parts.pages(parts.earlier.cursor)) {
    await stretch.lookAtAll(page.documents);
    const progress = stretch.result(page.cursor);
    parts.attempt.progress = progress;
    parts.heartbeat(progress);
    if (stretch.isLong() || Date.now() > endAtMs) return progress;
  }
  return stretch.result(undefined);
}

/** What heartbeats of an earlier attempt left; else the start of the stretch. */
export function earlierProgress(heartbeatDetails: unknown, cursor: SweepCursor | undefined): SweepStretchResult {
  if (isProgress(heartbeatDetails)) return heartbeatDetails;
  return { counts: NO_COUNTS, findings: [], ...(cursor && { cursor }) };
}

function isProgress(value: unknown): value is SweepStretchResult {
  return typeof value === 'object' && value !== null && 'counts' in value && 'findings' in value && 'cursor' in value;
}

class Stretch {
  private counts: SweepCounts;
  private readonly findings: SweepFinding[];
  private readonly owners: Set<string>;
  private outagesInARow = 0;
  private readonly callsBefore: number;

  constructor(
    private readonly parts: StretchParts,
    private readonly limits: StretchLimits,
  ) {
    this.counts = parts.earlier.counts;
    this.findings = [...parts.earlier.findings];
    this.owners = new Set(this.findings.map(ownerOf));
    this.callsBefore = parts.earlier.counts.calls;
  }

  /** Several at a time. */
  async lookAtAll(documents: readonly StreamDocument[]): Promise<void> {
    const { looksAtOnce, settleMs } = this.limits;
    await severalAtOnce(documents, looksAtOnce, async (document) =>
      this.note(await lookAt(document, { ...this.parts, settleMs })),
    );
  }

  isLong(): boolean {
    return lookedAt(this.counts) >= this.limits.documents || this.findings.length >= this.limits.findings;
  }

  result(cursor: SweepCursor | undefined): SweepStretchResult {
    const counts = { ...this.counts, calls: this.callsBefore + this.parts.attempt.calls };
    return { counts, findings: [...this.findings], ...(cursor && { cursor }) };
  }

  private note({ as, finding, outage }: Looked): void {
    this.outagesInARow = outage === undefined ? 0 : this.outagesInARow + 1;
    if (outage !== undefined && this.outagesInARow >= this.limits.outagesInARow) throw outage as Error;
    if (!finding) {
      this.counts = addCounts(this.counts, { ...NO_COUNTS, [as]: 1 });
      return;
    }
    this.findings.push(finding);
    // An order and its returns are several documents with one owner, which counts once.
    if (this.owners.has(ownerOf(finding))) return;
    this.owners.add(ownerOf(finding));
    this.counts = addCounts(this.counts, { ...NO_COUNTS, [as]: 1 });
  }
}
