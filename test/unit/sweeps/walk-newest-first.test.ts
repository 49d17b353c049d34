import assert from 'node:assert/strict';
import { walkNewestFirst } from '../../../src/activities/delta/walks';
import type { SweepCursor } from '../../../src/contracts/sweeps';

interface Change {
  readonly uid: string;
  readonly at: string | undefined;
}

const change = (uid: string, second: number): Change => ({ uid, at: new Date(second * 1_000).toISOString() });

async function read(pages: readonly (readonly Change[])[], cursor?: SweepCursor): Promise<[string[], SweepCursor][]> {
  const list = {
    pages: (async function* () {
      yield* pages;
    })(),
    idOf: ({ uid }: Change): string => uid,
    modifiedOf: ({ at }: Change): string | undefined => at,
  };
  const batches: [string[], SweepCursor][] = [];
  for await (const { documents, cursor: place } of walkNewestFirst(list, cursor)) {
    batches.push([documents.map(({ uid }) => uid), place]);
  }
  return batches;
}

describe('the walk over a list that has its newest change first', () => {
  it('takes a document once that came again because the list grew', async () => {
    const batches = await read([
      [change('d', 4), change('c', 3)],
      [change('c', 3), change('b', 2)],
    ]);
    assert.deepEqual(
      batches.map(([uids]) => uids),
      [['d', 'c'], ['b']],
    );
  });

  it('goes on behind a cursor, and leaves what is newer to the next sweep', async () => {
    const [first] = await read([[change('d', 4), change('c', 3), change('b', 3)]]);
    const cursor = JSON.parse(JSON.stringify(first?.[1])) as SweepCursor;
    const rest = await read(
      [[change('new', 9), change('d', 4)], [change('c', 3), change('b', 3), change('a', 3)], [change('z', 1)]],
      cursor,
    );
    assert.deepEqual(
      rest.flatMap(([uids]) => uids),
      ['a', 'z'],
    );
  });

  it('takes a document without a time', async () => {
    const batches = await read([[{ uid: 'a', at: undefined }]]);
    assert.deepEqual(batches[0]?.[0], ['a']);
  });
});
