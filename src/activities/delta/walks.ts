import type { SweepCursor } from '../../contracts/sweeps';
import type { SweepContext } from './stream';

/** How vendors' lists are read so that nothing is missed while they change; a cursor survives a crash. */

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

/** A place in the stream: the page, and which documents of its first moment, or of the page before, have been read. */
interface Place {
  readonly modifiedFrom: string;
  readonly page: number;
  readonly seen: readonly string[];
}

/**
 * Reads everything that has changed since a moment, oldest change first. It does not count pages from the beginning:
 * each request begins at the moment of the last document read, so that a document that changes meanwhile, and moves to
 * the end, moves no other one past us. Documents changed at that same moment come again and are left out. Only where a
 * whole page changed in one moment does it turn the page, and then looks once more at the page before.
 *
 * Ends at the end, or at what changed after `until`: work that the read itself sets off must not keep it going.
 */
export async function* walkChanges<T>(
  changes: ChangeSearch<T>,
  { from, until, cursor }: { readonly from: string; readonly until: Date; readonly cursor: SweepCursor | undefined },
): AsyncGenerator<ChangeBatch<T>, void, undefined> {
  let place = placeOf(cursor) ?? { modifiedFrom: from, page: 0, seen: [] };
  for (;;) {
    const { modifiedFrom, page } = place;
    const documents = await changes.search(modifiedFrom, page);
    // What changed since the page before was read has left it, and moved the first of this one back onto it.
    const movedBack = page > 0 ? await changes.search(modifiedFrom, page - 1) : [];
    const seen = new Set(place.seen);
    const fresh = [...movedBack, ...documents].filter((document) => {
      const isNew = seen.size < seen.add(changes.idOf(document)).size;
      return isNew && isWanted(document);
    });
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
  const ids = documents.map((document) => changes.idOf(document));
  if (moment === undefined) return { ...place, page: place.page + 1, seen: ids };
  if (moment === place.modifiedFrom) return { modifiedFrom: moment, page: place.page + 1, seen: ids };
  const atThatMoment = documents.filter((document) => changes.modifiedOf(document) === moment);
  return { modifiedFrom: moment, page: 0, seen: atThatMoment.map((document) => changes.idOf(document)) };
}

function placeOf(cursor: SweepCursor | undefined): Place | undefined {
  const { modifiedFrom, page, seen } = cursor ?? {};
  if (typeof modifiedFrom !== 'string' || typeof page !== 'number' || !Array.isArray(seen)) return undefined;
  return { modifiedFrom, page, seen: seen.map(String) };
}

/** A list that answers with the newest change first. */
export interface NewestFirst<T> {
  readonly pages: AsyncIterable<readonly T[]>;
  idOf(document: T): string;
  modifiedOf(document: T): string | undefined;
}

/**
 * Reads a list that has its newest change first, on from where an earlier read got to. What has changed since comes
 * before that place and is left out: it is the next sweep's. A document that comes twice, because the list grew while it
 * was read, is taken once.
 */
export async function* walkNewestFirst<T>(
  list: NewestFirst<T>,
  cursor: SweepCursor | undefined,
): AsyncGenerator<ChangeBatch<T>, void, undefined> {
  const begunMs = typeof cursor?.before === 'string' ? Date.parse(cursor.before) : Infinity;
  const readBefore = new Set(Array.isArray(cursor?.seen) ? cursor.seen.map(String) : []);
  let place: SweepCursor = cursor ?? {};
  let lastPage = new Set<string>();
  for await (const page of list.pages) {
    const fresh = page.filter((document) => {
      const modified = list.modifiedOf(document);
      const id = list.idOf(document);
      const isBehind = modified === undefined || Date.parse(modified) <= begunMs;
      return isBehind && !readBefore.has(id) && !lastPage.has(id);
    });
    // Pages that overlap, because the list grew, do so by their last documents.
    lastPage = new Set(page.map((document) => list.idOf(document)));
    const before = page.map((document) => list.modifiedOf(document)).findLast((modified) => modified !== undefined);
    if (before !== undefined && Date.parse(before) <= begunMs) place = { before, seen: [...lastPage] };
    yield { documents: fresh, cursor: place };
  }
}

/** Some documents of one store, each once, and the place behind them. */
export interface StoreBatch<T> {
  readonly storeUid: string;
  readonly documents: readonly T[];
  readonly cursor: SweepCursor;
}

/**
 * Reads a list of each of Flow's stores that has its newest change first, for what has no list of a whole tenant. The
 * cursor names the store, and the place in its list.
 */
export async function* storeByStore<T>(
  context: SweepContext,
  listOf: (storeUid: string) => NewestFirst<T>,
): AsyncGenerator<StoreBatch<T>, void, undefined> {
  const { tenant, cursor } = context;
  const storeUids = (await tenant.flow.stores.list(context)).map(({ storeUid }) => storeUid).sort();
  const { storeUid: begunStoreUid = '', ...place } = cursor ?? {};
  for (const storeUid of storeUids) {
    if (storeUid < String(begunStoreUid)) continue;
    for await (const batch of walkNewestFirst(listOf(storeUid), storeUid === begunStoreUid ? place : undefined)) {
      yield { storeUid, documents: batch.documents, cursor: { ...batch.cursor, storeUid } };
    }
  }
}
