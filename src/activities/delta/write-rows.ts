import type { CallContext } from '../../clients/http';
import { severalAtOnce } from '../shared/concurrency';
import { toApplicationFailure } from '../shared/failures';
import type { DueRow, OpenRow } from './export-kind';

/** What became of rows that were to be written. */
export interface WrittenRows {
  readonly written: number;
  readonly failed: readonly OpenRow[];
}

/** How rows are written. */
export interface WriteOptions {
  readonly context: CallContext;
  readonly atOnce: number;
  /** False while it may be a short outage: then a row without an answer is no row's fault, and the error is thrown. */
  readonly givesUpRows: boolean;
}

/** So many failures in a row, beyond those that were under way together, mean that the vendor is away. */
const OUTAGE_BEYOND = 4;

/**
 * Writes rows, several at a time. A row that Flow refuses is left open and the others go on; so is one that fails twice for
 * want of an answer in an attempt that may give rows up. When no row gets through any more, or Flow asks us to stop, the
 * error is thrown: that is an outage, and nothing is said about the rows.
 */
export async function writeRows(rows: readonly DueRow[], options: WriteOptions): Promise<WrittenRows> {
  const first = await new Writing(options).writeAll(rows);
  if (first.unanswered.length === 0) return first;
  const second = await new Writing(options).writeAll(first.unanswered.map(({ due }) => due));
  const [unanswered] = second.unanswered;
  if (unanswered && !options.givesUpRows) throw unanswered.error;
  return {
    written: first.written + second.written,
    failed: [...first.failed, ...second.failed, ...second.unanswered.map(({ row }) => row)],
  };
}

interface Unanswered {
  readonly due: DueRow;
  readonly row: OpenRow;
  readonly error: unknown;
}

class Writing {
  private written = 0;
  private readonly failed: OpenRow[] = [];
  private readonly unanswered: Unanswered[] = [];
  private failuresInARow = 0;
  private outage: { readonly error: unknown } | undefined;

  constructor(private readonly options: WriteOptions) {}

  async writeAll(rows: readonly DueRow[]): Promise<WrittenRows & { readonly unanswered: readonly Unanswered[] }> {
    await severalAtOnce(rows, Math.min(this.options.atOnce, rows.length), async (due) => {
      this.options.context.signal?.throwIfAborted();
      if (!this.outage) await this.write(due);
    });
    if (this.outage) throw this.outage.error;
    return { written: this.written, failed: this.failed, unanswered: this.unanswered };
  }

  private async write(due: DueRow): Promise<void> {
    try {
      await due.write(this.options.context);
      this.written += 1;
      this.failuresInARow = 0;
    } catch (error) {
      this.options.context.signal?.throwIfAborted();
      this.note(due, error);
    }
  }

  private note(due: DueRow, error: unknown): void {
    const { failureType, message } = toApplicationFailure(error, () => 0);
    if (failureType === 'Unexpected') throw error;
    if (/(RateLimited|Unauthorized|Forbidden)$/.test(failureType)) {
      this.outage ??= { error };
    } else if (failureType.endsWith('Unavailable')) {
      this.failuresInARow += 1;
      this.unanswered.push({ due, error, row: { row: due.row, as: 'failed', why: message, failureType } });
      if (this.failuresInARow >= this.options.atOnce + OUTAGE_BEYOND) this.outage ??= { error };
    } else {
      this.failuresInARow = 0;
      this.failed.push({ row: due.row, as: 'failed', why: message, failureType });
    }
  }
}
