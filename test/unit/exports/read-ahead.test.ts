import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { readAhead } from '../../../src/activities/delta/read-ahead';

describe('reading ahead', () => {
  /** Numbers from 1, and which of them have been asked for. */
  function numbers(
    last: number,
    failsAt?: number,
  ): { source: AsyncGenerator<number, void, undefined>; asked: number[] } {
    const asked: number[] = [];
    async function* read(): AsyncGenerator<number, void, undefined> {
      for (let number = 1; number <= last; number += 1) {
        asked.push(number);
        await pause(1);
        if (number === failsAt) throw new Error(`no ${number}`);
        yield number;
      }
    }
    return { source: read(), asked };
  }

  it('has the next item under way while one is worked on, and never more than one', async () => {
    const { source, asked } = numbers(4);
    const seen: string[] = [];
    for await (const number of readAhead(source)) {
      await pause(20);
      seen.push(`${number} of ${asked.length}`);
    }
    assert.deepEqual(seen, ['1 of 2', '2 of 3', '3 of 4', '4 of 4']);
  });

  it('gives an error when its item is asked for, and everything before it first', async () => {
    const { source } = numbers(4, 3);
    const seen: number[] = [];
    await assert.rejects(async () => {
      for await (const number of readAhead(source)) {
        await pause(10);
        seen.push(number);
      }
    }, /no 3/);
    assert.deepEqual(seen, [1, 2]);
  });

  it('waits for the read under way when it is left early, and reads no further', async () => {
    const { source, asked } = numbers(10);
    for await (const number of readAhead(source)) if (number === 2) break;
    await pause(20);
    assert.deepEqual(asked, [1, 2, 3]);
    assert.deepEqual(await source.next(), { value: undefined, done: true });
  });

  it('gives nothing of an empty source', async () => {
    for await (const number of readAhead(numbers(0).source)) assert.fail(`${number}`);
  });
});
