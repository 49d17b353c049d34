import type { SweepCursor } from '../../../contracts/sweep-messages';
import type { ChangeBatch } from './walk-changes';

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
