import type { SweepCursor } from '../../../contracts/sweep-messages';

/** A search that answers with the oldest change first, by pages. */
export interface ChangeSearch<T> {
  /** Page `page`, from 0, of what was changed at `modifiedFrom` or later. */
  search(modifiedFrom: string, page: number): Promise<readonly T[]>;
  idOf(document: T): string;
  modifiedOf(document: T): string | undefined;
  /** Documents of a full page. */
  readonly take: number;
}

/** Some documents, each once, and the place behind them. */
export interface ChangeBatch<T> {
  readonly documents: readonly T[];
  readonly cursor: SweepCursor;
}

/** A place in the stream: the page, and which documents of its first moment have been read already. */
interface Place {
  readonly modifiedFrom: string;
  readonly page: number;
  readonly seen: readonly string[];
}

/**
 * Reads everything that has changed since a moment, oldest change first. It does not count pages from the beginning:
 * each request begins at the moment of the last document read, so that a document that changes meanwhile, and moves to
 * the end, moves no other one past us. Documents changed at that same moment come again and are left out. Only where a
 * whole page changed in one moment does it turn the page.
 *
 * Ends at the end, or at what changed after `until`: work that the read itself sets off must not keep it going.
 */
export async function* walkChanges<T>(
  changes: ChangeSearch<T>,
  { from, until, cursor }: { readonly from: string; readonly until: Date; readonly cursor: SweepCursor | undefined },
): AsyncGenerator<ChangeBatch<T>, void, undefined> {
  let place = placeOf(cursor) ?? { modifiedFrom: from, page: 0, seen: [] };
  for (;;) {
    const documents = await changes.search(place.modifiedFrom, place.page);
    const seen = new Set(place.seen);
    const fresh = documents.filter((document) => !seen.has(changes.idOf(document)) && isWanted(document));
    place = placeAfter(changes, place, documents);
    yield { documents: fresh, cursor: { ...place } };
    const last = documents.at(-1);
    if (documents.length < changes.take || last === undefined || !isWanted(last)) return;
  }

  function isWanted(document: T): boolean {
    const modified = changes.modifiedOf(document);
    return modified === undefined || Date.parse(modified) <= until.getTime();
  }
}

function placeAfter<T>(changes: ChangeSearch<T>, place: Place, documents: readonly T[]): Place {
  const last = documents.at(-1);
  const moment = last && changes.modifiedOf(last);
  if (moment === undefined) return { ...place, page: place.page + 1 };
  if (moment === place.modifiedFrom) return { modifiedFrom: moment, page: place.page + 1, seen: [] };
  const atThatMoment = documents.filter((document) => changes.modifiedOf(document) === moment);
  return { modifiedFrom: moment, page: 0, seen: atThatMoment.map((document) => changes.idOf(document)) };
}

function placeOf(cursor: SweepCursor | undefined): Place | undefined {
  const { modifiedFrom, page, seen } = cursor ?? {};
  if (typeof modifiedFrom !== 'string' || typeof page !== 'number' || !Array.isArray(seen)) return undefined;
  return { modifiedFrom, page, seen: seen.map(String) };
}
