import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { DueRow } from '../../../src/activities/delta/export-kind';
import { writeRows, type WriteOptions } from '../../../src/activities/delta/write-rows';
import { VendorHttpError, VendorUnreachableError } from '../../../src/clients/errors';

const call = { vendor: 'flow', operation: 'PUT product stock', isWrite: true } as const;

describe('writing rows', () => {
  const options = (more: Partial<WriteOptions> = {}): WriteOptions => ({
    context: { signal: new AbortController().signal },
    atOnce: 4,
    givesUpRows: true,
    ...more,
  });

  /** Rows that do as the test says, by their number from 0 and the number of the try from 1. */
  function rows(count: number, write: (index: number, tries: number) => void = () => undefined): DueRow[] {
    return Array.from({ length: count }, (_unused, index) => {
      let tries = 0;
      return {
        row: `S-${index}@oslo`,
        change: '0 → 1',
        write: async () => {
          await pause(1);
          tries += 1;
          write(index, tries);
        },
      };
    });
  }

  it('writes several at a time, and never more than allowed', async () => {
    let atWork = 0;
    let most = 0;
    const busy = rows(40).map((row) => ({
      ...row,
      write: async () => {
        most = Math.max(most, (atWork += 1));
        await pause(2);
        atWork -= 1;
      },
    }));
    assert.deepEqual((await writeRows(busy, options())).written, 40);
    assert.equal(most, 4);
  });

  it('leaves a row open that Flow refuses, and writes the others', async () => {
    const { written, failed } = await writeRows(
      rows(20, (index) => {
        if (index === 7) throw new VendorHttpError(call, 422, { fields: [{ field: 'quantityStock' }] });
      }),
      options(),
    );
    assert.equal(written, 19);
    assert.deepEqual(
      failed.map(({ row, as }) => [row, as]),
      [['S-7@oslo', 'failed']],
    );
    assert.match(failed[0]?.why ?? '', /quantityStock/);
  });

  it('tries a row once more that got no answer', async () => {
    const { written, failed } = await writeRows(
      rows(10, (index, tries) => {
        if (index === 3 && tries === 1) throw new VendorUnreachableError(call, 'reset');
      }),
      options(),
    );
    assert.deepEqual([written, failed.length], [10, 0]);
  });

  const poisoned = (): DueRow[] =>
    rows(10, (index) => {
      if (index === 3) throw new VendorHttpError(call, 500);
    });

  it('takes a row that never gets an answer for an outage at first', async () => {
    await assert.rejects(writeRows(poisoned(), options({ givesUpRows: false })), /500/);
  });

  it('leaves it open when that has gone on for some attempts, and writes the others', async () => {
    const { written, failed } = await writeRows(poisoned(), options());
    assert.deepEqual([written, failed.map(({ row }) => row)], [9, ['S-3@oslo']]);
  });

  it('stops when nothing gets through any more, and says nothing about the rows', async () => {
    let tried = 0;
    const down = rows(1_000, () => {
      tried += 1;
      throw new VendorUnreachableError(call, 'refused');
    });
    await assert.rejects(writeRows(down, options()), VendorUnreachableError);
    assert.ok(tried <= 12, `${tried} tries`);
  });

  it('stops at once when Flow asks for it or does not know us', async () => {
    for (const status of [429, 401, 403]) {
      let tried = 0;
      const refused = rows(1_000, () => {
        tried += 1;
        throw new VendorHttpError(call, status, { retryAfterMs: 2_000 });
      });
      await assert.rejects(
        writeRows(refused, options()),
        (error) => error instanceof VendorHttpError && error.retryAfterMs === 2_000,
      );
      assert.ok(tried <= 4, `${tried} tries`);
    }
  });

  it('stops when it is cancelled, and by then no write is under way', async () => {
    const ending = new AbortController();
    let atWork = 0;
    const busy = rows(100).map((row, index) => ({
      ...row,
      write: async () => {
        atWork += 1;
        await pause(2);
        atWork -= 1;
        if (index === 10) ending.abort(new Error('ended'));
      },
    }));
    await assert.rejects(writeRows(busy, options({ context: { signal: ending.signal } })), /ended/);
    assert.equal(atWork, 0);
  });

  it('throws a defect of ours as it is', async () => {
    const broken = rows(3, () => {
      throw new TypeError('undefined is not a function');
    });
    await assert.rejects(writeRows(broken, options()), TypeError);
  });
});
