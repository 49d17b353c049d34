import { VendorHttpError, VendorResponseInvalidError } from '../../clients/errors';
import { toApplicationFailure } from '../shared/failures';
import type { UnresolvedRecord } from './stream';

/**
 * So many failures in a row, beyond those on the way to a single bad item, mean that the vendor is away. Once it has been so
 * for some attempts, as many bad items side by side are believed.
 */
const OUTAGE_BEYOND = { atFirst: 4, givingUp: 16 };

/** When so many items are refused and none is read, it is the question that is wrong; until it has been so for some attempts. */
const ALL_REFUSED_FROM = 10;

/**
 * Reads items together. When a vendor cannot answer for them (5xx, an answer that is not the documented document) or
 * refuses the question (400, 422), they are bisected until the bad item is alone: that is left unresolved, and the others
 * are read. Items that are all refused are believed to be bad only after some attempts.
 *
 * @param read asks for some of the items; asked again for fewer of them
 * @param idOf what the record of an item is called
 * @param givesUpRecords an item that is alone and never answered is left unresolved; else that is an outage
 * @returns one result for each chunk that was read, in the order of the items
 * @throws VendorError when the vendor is away, or for any other reason: nothing is said about the items then
 */
export async function bisect<T, R>(
  items: readonly T[],
  read: (items: readonly T[]) => Promise<R>,
  {
    idOf,
    givesUpRecords = false,
  }: { readonly idOf: (item: T) => string; readonly givesUpRecords?: boolean | undefined },
): Promise<{ readonly results: readonly R[]; readonly unresolved: readonly UnresolvedRecord[] }> {
  const results: R[] = [];
  const unresolved: UnresolvedRecord[] = [];
  let failuresInARow = 0;
  let latestError: unknown;

  function isOutage(error: unknown): boolean {
    if (!(error instanceof VendorHttpError && error.status >= 500)) return false;
    failuresInARow += 1;
    if (items.length === 1) return !givesUpRecords;
    const beyond = givesUpRecords ? OUTAGE_BEYOND.givingUp : OUTAGE_BEYOND.atFirst;
    return failuresInARow > Math.ceil(Math.log2(items.length)) + beyond;
  }

  async function readSome(some: readonly T[]): Promise<void> {
    const [only, ...others] = some;
    try {
      results.push(await read(some));
      failuresInARow = 0;
      return;
    } catch (error) {
      latestError = error;
      if (!mayBeTheItems(error) || isOutage(error)) throw error;
      if (only !== undefined && others.length === 0) {
        const { failureType, message } = toApplicationFailure(error, () => 0);
        unresolved.push({ record: idOf(only), as: 'failed', why: message, failureType });
        return;
      }
    }
    const middle = Math.ceil(some.length / 2);
    await readSome(some.slice(0, middle));
    await readSome(some.slice(middle));
  }

  if (items.length > 0) await readSome(items);
  if (results.length === 0 && items.length >= ALL_REFUSED_FROM && !givesUpRecords) throw latestError;
  return { results, unresolved };
}

function mayBeTheItems(error: unknown): boolean {
  if (error instanceof VendorResponseInvalidError) return true;
  return error instanceof VendorHttpError && (error.status === 400 || error.status === 422 || error.status >= 500);
}
