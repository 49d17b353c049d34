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
  const before = typeof cursor?.before === 'string' ? cursor.before : undefined;
  let seen = new Set(Array.isArray(cursor?.seen) ? cursor.seen.map(String) : []);
  for await (const page of list.pages) {
    const fresh = page.filter((document) => {
      const modified = list.modifiedOf(document);
      const isBehind = before === undefined || modified === undefined || Date.parse(modified) <= Date.parse(before);
      return isBehind && !seen.has(list.idOf(document));
    });
    const moment = page.map((document) => list.modifiedOf(document)).findLast((modified) => modified !== undefined);
    // Pages that overlap do so by their last documents, and a later read begins at the last moment: this page's ids do.
    seen = new Set(page.map((document) => list.idOf(document)));
    const place = { ...((moment ?? before) !== undefined && { before: moment ?? before ?? '' }), seen: [...seen] };
    yield { documents: fresh, cursor: place };
  }
}
