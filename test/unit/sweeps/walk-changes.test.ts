import assert from 'node:assert/strict';
import fc from 'fast-check';
import { walkChanges, type ChangeSearch } from '../../../src/activities/delta/walks';
import type { SweepCursor } from '../../../src/contracts/sweeps';

interface Change {
  readonly id: string;
  readonly modified: string;
}

const START_MS = Date.parse('2026-03-01T06:00:00.000Z');
/** As Omnium writes times: seven digits. */
const at = (ms: number): string => new Date(START_MS + ms).toISOString().replace('Z', '0000Z');
const FROM = new Date(START_MS).toISOString();
const UNTIL = new Date(START_MS + 3_600_000);

/** A vendor's search, oldest change first, over documents that a test may change while they are read. */
class ChangingShop implements ChangeSearch<Change> {
  calls = 0;

  constructor(
    readonly documents: Map<string, number>,
    readonly take: number,
    private readonly onCall: (shop: ChangingShop) => void = () => undefined,
  ) {}

  search(modifiedFrom: string, page: number): Promise<readonly Change[]> {
    this.calls += 1;
    const fromMs = Date.parse(modifiedFrom) - START_MS;
    const hits = [...this.documents]
      .filter(([, ms]) => ms >= fromMs)
      .sort(([a, aMs], [b, bMs]) => aMs - bMs || (a < b ? -1 : 1))
      .map(([id, ms]) => ({ id, modified: at(ms) }));
    const found = hits.slice(page * this.take, (page + 1) * this.take);
    this.onCall(this);
    return Promise.resolve(found);
  }

  idOf({ id }: Change): string {
    return id;
  }

  modifiedOf({ modified }: Change): string {
    return modified;
  }
}

async function readAll(shop: ChangingShop, cursor?: SweepCursor): Promise<string[]> {
  const read: string[] = [];
  for await (const { documents } of walkChanges(shop, { from: FROM, until: UNTIL, cursor })) {
    read.push(...documents.map(({ id }) => id));
  }
  return read;
}

const shopOf = (times: readonly number[], take: number): ChangingShop =>
  new ChangingShop(new Map(times.map((ms, index) => [`d${index}`, ms])), take);

describe('the walk over changes', () => {
  it('reads each document once when many have the same time and a page ends among them', async () => {
    for (const take of [1, 2, 3, 4, 7]) {
      const shop = shopOf([0, 1, 1, 1, 1, 1, 1, 2, 2, 3], take);
      assert.deepEqual(await readAll(shop), ['d0', 'd1', 'd2', 'd3', 'd4', 'd5', 'd6', 'd7', 'd8', 'd9'], `${take}`);
    }
  });

  for (const leaving of [1, 2, 4]) {
    it(`finding 36: misses none when ${leaving} of one moment change between its pages`, async () => {
      const ids = Array.from({ length: 20 }, (_, index) => `d${String(index).padStart(2, '0')}`);
      const shop: ChangingShop = new ChangingShop(new Map(ids.map((id) => [id, 5])), 5, ({ calls, documents }) => {
        // After the first page and after the second: some of it change, and those behind them move up.
        if (calls === 2 || calls === 3) {
          for (const id of ids.slice(0, leaving)) documents.set(id, 100 + calls);
        }
      });
      const read = await readAll(shop);
      assert.deepEqual([...new Set(read)].sort(), ids);
    });
  }

  it('reads each document once, whatever the times and the size of pages', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 8 }), { maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        async (times, take) => {
          const read = await readAll(shopOf(times, take));
          assert.deepEqual([...read].sort(), times.map((_, index) => `d${index}`).sort());
        },
      ),
      { numRuns: 200 },
    );
  });

  it('passes no document over when others change while it reads', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 0, max: 500 }), { minLength: 5, maxLength: 60 }),
        fc.array(fc.nat({ max: 59 }), { minLength: 5, maxLength: 30 }),
        fc.integer({ min: 2, max: 9 }),
        async (times, changing, take) => {
          const documents = new Map(times.map((ms, index) => [`d${index}`, ms]));
          const changed = new Set<string>();
          let now = 1_000;
          const shop = new ChangingShop(documents, take, ({ calls }) => {
            const id = `d${changing[calls - 1] ?? -1}`;
            if (!documents.has(id)) return;
            changed.add(id);
            documents.set(id, (now += 1));
          });
          const read = new Set(await readAll(shop));
          for (const id of documents.keys()) assert.ok(read.has(id), `${id} was passed over`);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('goes on from a cursor without reading again what is behind it', async () => {
    const shop = shopOf([0, 1, 1, 2, 2, 2, 3, 4], 3);
    const pages: { ids: string[]; cursor: SweepCursor }[] = [];
    for await (const { documents, cursor } of walkChanges(shop, { from: FROM, until: UNTIL, cursor: undefined })) {
      pages.push({ ids: documents.map(({ id }) => id), cursor });
    }
    for (const [index, { cursor }] of pages.entries()) {
      const behind = pages.slice(0, index + 1).flatMap(({ ids }) => ids);
      // What a cursor is: plain JSON, as it lies in a heartbeat.
      const rest = await readAll(shop, JSON.parse(JSON.stringify(cursor)) as SweepCursor);
      assert.deepEqual([...behind, ...rest].sort(), [...shop.documents.keys()].sort());
    }
  });

  it('ends at what changed after it began, however much more there is', async () => {
    const shop = shopOf([0, 1, 3_600_000, 3_600_001, 3_600_002], 2);
    assert.deepEqual(await readAll(shop), ['d0', 'd1', 'd2']);
  });
});
