import { concernsVendor, FAILURES } from '../../contracts/failure-types';
import { severalAtOnce } from '../shared/concurrency';
import { toApplicationFailure } from '../shared/failures';
import type { DeltaExport, ExportContext, PendingWrite, UnresolvedRecord } from './stream';

/** So many failures in a row, beyond those that were under way together, mean that the vendor is away. */
const OUTAGE_BEYOND = 4;

/**
 * Writes records, several at a time. A record that cannot be written is left unresolved and the others go on, whatever is
 * wrong with it; so is one that fails twice for want of an answer, where `givesUp`. When no record gets through any more, or
 * the vendor asks to stop, the error is thrown: that is an outage, and nothing is said about the records.
 *
 * @param givesUp false while it may be a short outage: then a record without an answer throws
 */
export async function writeRecords(
  stream: DeltaExport,
  context: ExportContext,
  pending: readonly PendingWrite[],
  atOnce: number,
  givesUp: boolean,
): Promise<{ readonly written: number; readonly failed: readonly UnresolvedRecord[] }> {
  const failed: UnresolvedRecord[] = [];
  let written = 0;

  /** @returns those that were not answered */
  async function writeAll(writes: readonly PendingWrite[]): Promise<{ write: PendingWrite; error: unknown }[]> {
    const unanswered: { write: PendingWrite; error: unknown }[] = [];
    let failuresInARow = 0;
    let outage: { readonly error: unknown } | undefined;
    await severalAtOnce(writes, Math.min(atOnce, writes.length), async (write) => {
      context.signal.throwIfAborted();
      if (outage) return;
      try {
        await stream.write(context, write);
        written += 1;
        failuresInARow = 0;
      } catch (error) {
        context.signal.throwIfAborted();
        const { failureType } = toApplicationFailure(error, () => 0);
        if (!concernsVendor(failureType)) {
          failuresInARow = 0;
          failed.push(unresolved(write, error));
        } else if (FAILURES[failureType] === 'outage') {
          failuresInARow += 1;
          unanswered.push({ write, error });
          if (failuresInARow >= atOnce + OUTAGE_BEYOND) outage = { error };
        } else outage = { error };
      }
    });
    if (outage) throw outage.error;
    return unanswered;
  }

  const first = await writeAll(pending);
  const second = await writeAll(first.map(({ write }) => write));
  const [unanswered] = second;
  if (unanswered && !givesUp) throw unanswered.error;
  failed.push(...second.map(({ write, error }) => unresolved(write, error)));
  return { written, failed };
}

function unresolved({ record }: PendingWrite, error: unknown): UnresolvedRecord {
  const { failureType, message } = toApplicationFailure(error, () => 0);
  return { record, as: 'failed', why: message, failureType };
}
