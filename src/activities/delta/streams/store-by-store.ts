import type { SweepCursor } from '../../../contracts/sweep-messages';
import type { StreamRead } from '../sweep-stream';
import { walkNewestFirst, type NewestFirst } from './walk-newest-first';

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
  { tenant, attempt, cursor }: Pick<StreamRead, 'tenant' | 'attempt' | 'cursor'>,
  listOf: (storeUid: string) => NewestFirst<T>,
): AsyncGenerator<StoreBatch<T>, void, undefined> {
  const storeUids = (await tenant.flow.stores.list(attempt)).map(({ storeUid }) => storeUid).sort();
  const { storeUid: begunStoreUid = '', ...place } = cursor ?? {};
  for (const storeUid of storeUids) {
    if (storeUid < String(begunStoreUid)) continue;
    for await (const batch of walkNewestFirst(listOf(storeUid), storeUid === begunStoreUid ? place : undefined)) {
      yield { storeUid, documents: batch.documents, cursor: { ...batch.cursor, storeUid } };
    }
  }
}
