import assert from 'node:assert/strict';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { VendorHttpError, VendorUnreachableError } from '../../src/clients/errors';
import { RETRY_LADDERS, type RetryLadderName } from '../../src/contracts/retry-ladder';
import { OrderDriver } from '../support/order-driver';
import { CREATED, ScriptedSync, type AttemptScript } from '../support/scripted-sync';
import { timeSkipping } from '../support/temporal-rig';

const FLOW_WRITE = { vendor: 'flow', operation: 'POST order', isWrite: true } as const;
const ATTEMPTS = 13;
const MINUTE_MS = 60_000;

describe('retry ladder, in skipped time', function () {
  this.timeout(120_000);
  let environment: TestWorkflowEnvironment;

  before(async function () {
    this.timeout(600_000);
    environment = await timeSkipping();
  });

  after(async () => {
    await environment.teardown();
  });

  /** Minutes between the attempts of an order whose first `ATTEMPTS - 1` attempts end as scripted. */
  async function minutesBetweenAttempts(ladder: RetryLadderName, fail: AttemptScript): Promise<number[]> {
    const order = new OrderDriver(environment, ladder);
    const startedAt: number[] = [];
    const sync = new ScriptedSync(async (input, attempt, signal) => {
      startedAt.push(await environment.currentTimeMs());
      return attempt < ATTEMPTS ? await fail(input, attempt, signal) : CREATED;
    });
    await order.withWorker(sync.activities(), async () => {
      await order.send();
      const result = await order.handle.result();
      assert.equal(result.syncState, 'Synced');
      assert.equal(result.failedAttempts, ATTEMPTS - 1);
      assert.equal(result.passes, 1, 'the ladder is one activity, not many passes');
    });
    return minutesBetween(startedAt);
  }

  for (const ladder of Object.keys(RETRY_LADDERS) as RetryLadderName[]) {
    it(`climbs ${RETRY_LADDERS[ladder].join(', ')} minutes and stays on the last rung (${ladder})`, async () => {
      const waits = await minutesBetweenAttempts(ladder, () => {
        throw new VendorUnreachableError(FLOW_WRITE, 'timeout');
      });
      assert.deepEqual(waits, [...RETRY_LADDERS[ladder], 120, 120]);
    });
  }

  it('never comes earlier than the vendor asks, however long that is', async () => {
    const waits = await minutesBetweenAttempts('one-minute', (_input, attempt) => {
      const retryAfterMs = attempt === 1 ? 7 * MINUTE_MS : attempt === 2 ? 24 * 60 * MINUTE_MS : 1_000;
      throw new VendorHttpError(FLOW_WRITE, 503, { retryAfterMs });
    });
    assert.deepEqual(waits.slice(0, 4), [7, 24 * 60, 5, 10]);
  });

  it('retries what a person has to mend just as long', async () => {
    const waits = await minutesBetweenAttempts('one-minute', () => {
      throw new VendorHttpError(FLOW_WRITE, 422, { fields: [{ field: 'items[0].sku' }] });
    });
    assert.deepEqual(waits, [...RETRY_LADDERS['one-minute'], 120, 120]);
  });

  it('keeps to the same shape when attempts end without a word of ours, as in a crash or a timeout', async () => {
    const order = new OrderDriver(environment);
    const startedAt: number[] = [];
    const dying = {
      syncOrder: async () => {
        startedAt.push(await environment.currentTimeMs());
        if (startedAt.length < ATTEMPTS) throw new Error('carries no delay of its own');
        return CREATED;
      },
    };
    await order.withWorker(dying, async () => {
      await order.send();
      await order.handle.result();
    });
    const waits = minutesBetween(startedAt);
    assert.deepEqual(waits, [1, 2, 3, 6, 12, 22, 40, 74, 120, 120, 120, 120]);
  });
});

function minutesBetween(startedAt: readonly number[]): number[] {
  return startedAt.slice(1).map((at, index) => Math.round((at - (startedAt[index] ?? 0)) / MINUTE_MS));
}
