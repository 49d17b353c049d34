import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bisect } from '../../../src/activities/delta/bisect';
import { VendorHttpError, VendorResponseInvalidError, VendorUnreachableError } from '../../../src/clients/errors';

const call = { vendor: 'omnium', operation: 'POST products query', isWrite: false } as const;
const status = (code: number): VendorHttpError => new VendorHttpError(call, code);
const unreadable = new VendorResponseInvalidError(call, [{ path: 'items[0].name', kind: 'invalid_type' }]);

describe('bisecting a page that cannot be read', () => {
  const numbers = (count: number): number[] => Array.from({ length: count }, (_unused, index) => index);

  async function read(
    count: number,
    errorOf: (item: number) => Error | undefined,
    givesUpRecords = false,
  ): Promise<Awaited<ReturnType<typeof bisect<number, readonly number[]>>> & { readonly calls: number }> {
    let calls = 0;
    const halved = await bisect(
      numbers(count),
      (some) => {
        calls += 1;
        const error = some.map(errorOf).find((one) => one !== undefined);
        return error ? Promise.reject(error) : Promise.resolve(some);
      },
      { idOf: (item) => `row ${item}`, givesUpRecords },
    );
    return { ...halved, calls };
  }

  it('asks once when nothing is wrong, and not at all for nothing', async () => {
    const { results, unresolved, calls } = await read(100, () => undefined);
    assert.deepEqual([results.flat().length, unresolved.length, calls], [100, 0, 1]);
    assert.equal((await read(0, () => undefined)).calls, 0);
  });

  for (const error of [status(400), status(422), status(500), status(503), unreadable]) {
    it(`finds the one row that is to blame (${error.message}), and reads the others`, async () => {
      const { results, unresolved, calls } = await read(100, (item) => (item === 37 ? error : undefined));
      assert.equal(results.flat().length, 99);
      assert.deepEqual(
        unresolved.map(({ record, as }) => [record, as]),
        [['row 37', 'failed']],
      );
      assert.ok(calls <= 15, `${calls} calls`);
    });
  }

  it('names what failed without the row’s own values', async () => {
    const { unresolved } = await read(8, (item) => (item === 3 ? unreadable : undefined));
    assert.equal(unresolved[0]?.failureType, 'OmniumResponseInvalid');
    assert.match(unresolved[0].why, /items\[0\]\.name invalid_type/);
  });

  it('reads all but the bad ones, in order, whichever they are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60 }),
        fc.uniqueArray(fc.nat(59), { maxLength: 20 }),
        async (count, bad) => {
          const refusal = (item: number): Error | undefined => (bad.includes(item) ? status(422) : undefined);
          const { results, unresolved } = await read(count, refusal, true);
          const isBad = (item: number): boolean => bad.includes(item);
          assert.deepEqual(
            results.flat(),
            numbers(count).filter((item) => !isBad(item)),
          );
          assert.deepEqual(
            unresolved.map(({ record }) => record),
            numbers(count)
              .filter(isBad)
              .map((item) => `row ${item}`),
          );
        },
      ),
      { numRuns: 50 },
    );
  });

  it('takes a vendor that answers nothing for an outage, after a few calls', async () => {
    let calls = 0;
    const all = bisect(
      numbers(100),
      () => {
        calls += 1;
        return Promise.reject(status(503));
      },
      { idOf: String },
    );
    await assert.rejects(all, /503/);
    assert.ok(calls <= 12, `${calls} calls`);
  });

  it('takes an outage in the middle for one, although it has read something', async () => {
    const all = read(100, (item) => (item >= 50 ? status(503) : undefined));
    await assert.rejects(all, /503/);
  });

  it('takes a question that is refused for every row for a wrong one, until it has been so for some attempts', async () => {
    await assert.rejects(
      read(20, () => status(400)),
      /400/,
    );
    const { unresolved } = await read(20, () => status(400), true);
    assert.equal(unresolved.length, 20);
  });

  it('takes a single row without an answer for an outage, until that has gone on for some attempts', async () => {
    await assert.rejects(
      read(1, () => status(500)),
      /500/,
    );
    const { unresolved } = await read(1, () => status(500), true);
    assert.deepEqual([unresolved[0]?.record, unresolved[0]?.failureType], ['row 0', 'OmniumUnavailable']);
  });

  it('says nothing about rows when the vendor cannot be reached or does not want us', async () => {
    for (const error of [new VendorUnreachableError(call, 'refused'), status(429), status(401), status(403)]) {
      await assert.rejects(
        read(10, (item) => (item === 3 ? error : undefined)),
        (thrown) => thrown === error,
      );
    }
  });
});
