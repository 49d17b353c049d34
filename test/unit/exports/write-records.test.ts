import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { DeltaExport, ExportContext, PendingWrite } from '../../../src/activities/delta/stream';
import { writeRecords } from '../../../src/activities/delta/write-records';
import { VendorHttpError, VendorUnreachableError } from '../../../src/clients/errors';

const call = { vendor: 'flow', operation: 'PUT product stock', isWrite: true } as const;

/** A write that does as the test says. */
interface Scripted extends PendingWrite {
  write(): Promise<void>;
}

describe('writing records', () => {
  const stream: DeltaExport<Scripted> = {
    partitions: () => Promise.reject(new Error('not asked for')),
    pages: () => {
      throw new Error('not asked for');
    },
    describe: () => ({ change: '0 → 1' }),
    write: (_context, scripted) => scripted.write(),
  };

  async function writeRows(
    writes: readonly Scripted[],
    { givesUp = true, signal = new AbortController().signal } = {},
  ): ReturnType<typeof writeRecords> {
    const context = { signal, calls: 0, onCall: () => undefined } as unknown as ExportContext;
    return await writeRecords(stream, context, writes, 4, givesUp);
  }

  /** Rows that do as the test says, by their number from 0 and the number of the try from 1. */
  function rows(count: number, write: (index: number, tries: number) => void = () => undefined): Scripted[] {
    return Array.from({ length: count }, (_unused, index) => {
      let tries = 0;
      return {
        record: `S-${index}@oslo`,
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
    assert.deepEqual((await writeRows(busy)).written, 40);
    assert.equal(most, 4);
  });

  it('leaves a row open that Flow refuses, and writes the others', async () => {
    const { written, failed } = await writeRows(
      rows(20, (index) => {
        if (index === 7) throw new VendorHttpError(call, 422, { fields: [{ field: 'quantityStock' }] });
      }),
    );
    assert.equal(written, 19);
    assert.deepEqual(
      failed.map(({ record, as }) => [record, as]),
      [['S-7@oslo', 'failed']],
    );
    assert.match(failed[0]?.why ?? '', /quantityStock/);
  });

  it('tries a row once more that got no answer', async () => {
    const { written, failed } = await writeRows(
      rows(10, (index, tries) => {
        if (index === 3 && tries === 1) throw new VendorUnreachableError(call, 'reset');
      }),
    );
    assert.deepEqual([written, failed.length], [10, 0]);
  });

  const poisoned = (): Scripted[] =>
    rows(10, (index) => {
      if (index === 3) throw new VendorHttpError(call, 500);
    });

  it('takes a row that never gets an answer for an outage at first', async () => {
    await assert.rejects(writeRows(poisoned(), { givesUp: false }), /500/);
  });

  it('leaves it open when that has gone on for some attempts, and writes the others', async () => {
    const { written, failed } = await writeRows(poisoned());
    assert.deepEqual([written, failed.map(({ record }) => record)], [9, ['S-3@oslo']]);
  });

  it('stops when nothing gets through any more, and says nothing about the rows', async () => {
    let tried = 0;
    const down = rows(1_000, () => {
      tried += 1;
      throw new VendorUnreachableError(call, 'refused');
    });
    await assert.rejects(writeRows(down), VendorUnreachableError);
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
        writeRows(refused),
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
    await assert.rejects(writeRows(busy, { signal: ending.signal }), /ended/);
    assert.equal(atWork, 0);
  });

  it('leaves a record unresolved that meets a defect of ours, and writes the others', async () => {
    const { written, failed } = await writeRows(
      rows(3, (index) => {
        if (index === 1) throw new TypeError('undefined is not a function');
      }),
    );
    assert.deepEqual(
      [written, failed.map(({ record, failureType }) => [record, failureType])],
      [2, [['S-1@oslo', 'Unexpected']]],
    );
  });
});
