import assert from 'node:assert/strict';
import { FlowIndex } from '../../../src/activities/catalogue/flow-prices';

describe('an index of a list in Flow', () => {
  let calls: string[];

  beforeEach(() => {
    calls = [];
  });

  /** A list of `length` entries, each worth its number. */
  const indexOf = (length: number, expected: number, tellsTotal = true): FlowIndex<number, number, number> =>
    new FlowIndex<number, number, number>(
      {
        async *pages() {
          for (let from = 0; from === 0 || from < length; from += 100) {
            calls.push('page');
            await Promise.resolve();
            const entries = Array.from({ length: Math.min(100, length - from) }, (_unused, at): number => from + at);
            yield { entries, ...(tellsTotal && { total: length }) };
          }
        },
        uidOf: String,
        keep: (entry) => entry,
        factOf: (kept) => (kept === 13 ? 'ask' : kept),
        ask: (uid) => {
          calls.push(`ask ${uid}`);
          return Promise.resolve(Number(uid) < length ? Number(uid) : undefined);
        },
      },
      expected,
      {},
    );

  it('knows a short list after one call', async () => {
    const index = indexOf(3, 1);
    assert.deepEqual(
      [...(await index.factsOf(['1', '5', '2']))],
      [
        ['1', 1],
        ['2', 2],
      ],
    );
    assert.deepEqual([...(await index.factsOf(['0']))], [['0', 0]]);
    assert.deepEqual(calls, ['page']);
  });

  it('asks for a few entries of a long list, and reads it as a whole for many', async () => {
    const few = indexOf(10_000, 5);
    assert.deepEqual([...(await few.factsOf(['5000', '10001']))], [['5000', 5_000]]);
    assert.deepEqual(calls, ['page', 'ask 5000', 'ask 10001']);
    calls.length = 0;
    const many = indexOf(1_000, 500);
    await many.factsOf(['999']);
    await many.factsOf(['998', '1001']);
    assert.deepEqual(
      calls,
      Array.from({ length: 10 }, () => 'page'),
    );
  });

  it('takes a page for as much work as three questions', async () => {
    await indexOf(10_000, 296).factsOf(['5000']);
    assert.deepEqual(calls, ['page', 'ask 5000']);
    calls.length = 0;
    await indexOf(10_000, 297).factsOf(['5000']);
    assert.equal(calls.length, 100);
  });

  it('reads the whole list once more questions have come than expected', async () => {
    const index = indexOf(1_000, 0);
    for (let from = 999; from >= 970; from -= 1) await index.factsOf([String(from)]);
    const pages = calls.filter((call) => call === 'page').length;
    assert.deepEqual([calls.length - pages, pages], [27, 10]);
  });

  it('asks for nothing as long as nothing is to be known', async () => {
    assert.equal((await indexOf(1_000, 500).factsOf([])).size, 0);
    assert.deepEqual(calls, []);
  });

  it('pays for a page with every three questions where the length is not told', async () => {
    const index = indexOf(1_000, 500, false);
    for (let from = 999; from > 900; from -= 4) await index.factsOf([from, from - 1, from - 2, from - 3].map(String));
    const asked = calls.filter((call) => call.startsWith('ask')).length;
    assert.ok(asked <= 32 && calls.length - asked === 10, `${asked} questions, ${calls.length - asked} pages`);
  });

  it('asks for what is not kept', async () => {
    const index = indexOf(50, 50);
    assert.deepEqual([...(await index.factsOf(['13', '14']))].sort(), [
      ['13', 13],
      ['14', 14],
    ]);
    assert.deepEqual(calls, ['page', 'ask 13']);
  });

  it('begins anew with what it has only partly read when something is taken out of the list', async () => {
    const index = indexOf(10_000, 5);
    await index.factsOf(['7']);
    index.forgetPages();
    assert.deepEqual([...(await index.factsOf(['7']))], [['7', 7]]);
    assert.deepEqual(calls, ['page', 'ask 7']);
  });
});
