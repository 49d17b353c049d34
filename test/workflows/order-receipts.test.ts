import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { VendorUnreachableError } from '../../src/clients/errors';
import { GIVE_UP_UPDATE, type GiveUpRequest, RETRY_NOW_UPDATE } from '../../src/contracts/entity-sync';
import type { OrderStatus } from '../../src/contracts/kinds/order';
import { searchAttributes } from '../../src/contracts/search-attributes';
import { OrderDriver, until } from '../support/order-driver';
import { ScriptedReceipts, ScriptedSync, withReceipts } from '../support/scripted-sync';
import { devServer } from '../support/temporal-rig';

const failing = async (): Promise<never> => {
  await pause(1);
  throw new VendorUnreachableError({ vendor: 'flow', operation: 'GET receipt PDF', isWrite: false }, 'refused');
};

describe('receipts in the order workflow', function () {
  this.timeout(60_000);
  let order: OrderDriver;

  beforeEach(async function () {
    this.timeout(600_000);
    order = new OrderDriver(await devServer());
  });

  const status = async (): Promise<OrderStatus> => await order.handle.query('syncStatus');

  it('sends each receipt once, whatever number of passes name it', async () => {
    const sync = new ScriptedSync(async () => withReceipts('receipt-1', 'receipt-2'));
    const receipts = new ScriptedReceipts(async () => pause(500));
    await order.withWorker({ ...sync.activities(), ...receipts.activities() }, async () => {
      await order.send();
      await until(async () => receipts.attempts[1]);
      await order.send();
      const result = await order.handle.result();
      assert.equal(result.syncState, 'Synced');
      assert.equal(sync.attempts.length, 2);
      assert.deepEqual([...receipts.attempts].sort(), ['receipt-1', 'receipt-2']);
    });
  });

  it('never holds the order back, and shows on the order’s page what a receipt waits for', async () => {
    const sync = new ScriptedSync(async () => withReceipts('receipt-1', 'receipt-2'));
    const receipts = new ScriptedReceipts(async (uid) => {
      if (uid === 'receipt-1') await failing();
    });
    await order.withWorker({ ...sync.activities(), ...receipts.activities() }, async () => {
      await order.send();
      await order.untilWaiting();
      const { syncState, outcome, receipts: states, lastFailure } = await status();
      assert.equal(syncState, 'Retrying');
      assert.equal(outcome?.action, 'created', 'the order itself is done');
      assert.equal(lastFailure?.orderReceiptUid, 'receipt-1');
      assert.deepEqual(
        states?.map(({ orderReceiptUid, state }) => [orderReceiptUid, state]),
        [
          ['receipt-1', 'retrying'],
          ['receipt-2', 'sent'],
        ],
      );
      const passes = sync.attempts.length;
      await order.send();
      await until(async () => (sync.attempts.length > passes ? true : undefined));
      const { typedSearchAttributes } = await order.handle.describe();
      assert.equal(typedSearchAttributes.get(searchAttributes.failureType), 'FlowUnavailable');
    });
  });

  it('tries a waiting receipt at once when an operator says so, and then ends', async () => {
    const sync = new ScriptedSync(async () => withReceipts('receipt-1'));
    const receipts = new ScriptedReceipts(async (_uid, attempt) => {
      if (attempt === 1) await failing();
    });
    await order.withWorker({ ...sync.activities(), ...receipts.activities() }, async () => {
      await order.send();
      await order.untilWaiting();
      await order.handle.executeUpdate(RETRY_NOW_UPDATE);
      const result = await order.handle.result();
      assert.equal(result.syncState, 'Synced');
      assert.equal(result.failedAttempts, 1);
      const { typedSearchAttributes } = await order.handle.describe();
      assert.equal(typedSearchAttributes.get(searchAttributes.failureType), undefined);
    });
  });

  it('can be given up, with what was last wrong', async () => {
    const sync = new ScriptedSync(async () => withReceipts('receipt-1'));
    const receipts = new ScriptedReceipts(failing);
    await order.withWorker({ ...sync.activities(), ...receipts.activities() }, async () => {
      await order.send();
      await order.untilWaiting();
      await order.handle.executeUpdate<string, [GiveUpRequest]>(GIVE_UP_UPDATE, { args: [{ reason: 'no such PDF' }] });
      const result = await order.handle.result();
      assert.equal(result.syncState, 'GivenUp');
      assert.equal(result.givenUpBecause, 'no such PDF');
    });
  });

  it('goes on with an unsent receipt after a worker was stopped', async () => {
    const sync = new ScriptedSync(async () => withReceipts('receipt-1'));
    let isMended = false;
    const receipts = new ScriptedReceipts(async () => {
      if (!isMended) await failing();
    });
    const activities = { ...sync.activities(), ...receipts.activities() };
    await order.withWorker(activities, async () => {
      await order.send();
      await order.untilWaiting();
    });
    isMended = true;
    await order.withWorker(activities, async () => {
      await order.handle.executeUpdate(RETRY_NOW_UPDATE);
      assert.equal((await order.handle.result()).syncState, 'Synced');
    });
  });
});
