import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { VendorUnreachableError } from '../../src/clients/errors';
import { GIVE_UP_UPDATE, type GiveUpRequest, RETRY_NOW_UPDATE } from '../../src/contracts/entity-sync';
import { purchaseOrderKind, type PurchaseOrderOutcome } from '../../src/contracts/kinds/purchase-order';
import { FAILED_ATTEMPTS_MEMO } from '../../src/contracts/entity-sync';
import { until, type OrderServer } from '../support/order-driver';
import { BROUGHT, PurchaseOrderDriver, scriptedPurchaseOrders } from '../support/purchase-order-driver';
import { devServer } from '../support/temporal-rig';

const flowIsDown = (): never => {
  throw new VendorUnreachableError({ vendor: 'flow', operation: 'PUT purchase order', isWrite: true }, 'refused');
};

describe('purchase order workflow', function () {
  this.timeout(60_000);
  let server: OrderServer;

  before(async function () {
    this.timeout(600_000);
    server = await devServer();
  });

  it('brings a purchase order to Flow at once with one activity, and can be found by its store', async () => {
    const order = new PurchaseOrderDriver(server);
    const sync = scriptedPurchaseOrders();
    await order.withWorker({ syncPurchaseOrder: sync.run }, async () => {
      await order.send();
      const result = await order.handle.result();
      assert.deepEqual(result, { syncState: 'Synced', passes: 1, failedAttempts: 0, outcome: BROUGHT });
    });
    assert.deepEqual(sync.attempts, [
      { ...purchaseOrderKind.parseId(order.workflowId), retryLadder: 'one-minute', pass: 1 },
    ]);
    assert.equal(await order.searchAttribute('syncState'), 'Synced');
    assert.equal(await order.searchAttribute('storeUid'), 'oslocity');
    const history = await order.handle.fetchHistory();
    assert.ok((history.events?.length ?? 0) <= 13, `${history.events?.length} history events`);
  });

  it('makes exactly one more pass for any number of events that arrive during a pass', async () => {
    const order = new PurchaseOrderDriver(server);
    const sync = scriptedPurchaseOrders(async () => pause(500, BROUGHT));
    await order.withWorker({ syncPurchaseOrder: sync.run }, async () => {
      await order.send();
      await until(async () => sync.attempts[0]);
      await Promise.all(Array.from({ length: 20 }, () => order.send()));
      assert.equal((await order.handle.result()).passes, 2);
    });
    assert.equal(sync.mostAtOnce, 1);
  });

  it('waits on the ladder, says so, and is tried at once by an event or an operator', async () => {
    const order = new PurchaseOrderDriver(server);
    const sync = scriptedPurchaseOrders(async (attempt) => (attempt <= 2 ? flowIsDown() : BROUGHT));
    await order.withWorker({ syncPurchaseOrder: sync.run }, async () => {
      await order.send();
      const { lastFailure } = await order.untilWaiting();
      assert.equal(lastFailure?.failureType, 'FlowUnavailable');
      assert.equal(await order.searchAttribute('failureType'), 'FlowUnavailable');
      const started = Date.now();
      await order.send();
      await until(async () => ((await order.status()).failedAttempts === 2 ? true : undefined));
      await order.handle.executeUpdate(RETRY_NOW_UPDATE);
      const result = await order.handle.result();
      assert.ok(Date.now() - started < 20_000, 'the minutes on the ladder were not waited for');
      assert.deepEqual([result.syncState, result.failedAttempts], ['Synced', 2]);
    });
    assert.equal((await order.handle.describe()).memo?.[FAILED_ATTEMPTS_MEMO], 2);
  });

  it('gives up only with a reason; the next event starts anew', async () => {
    const order = new PurchaseOrderDriver(server);
    const sync = scriptedPurchaseOrders(async (attempt) => (attempt === 1 ? flowIsDown() : BROUGHT));
    await order.withWorker({ syncPurchaseOrder: sync.run }, async () => {
      await order.send();
      await order.untilWaiting();
      const giveUp = (reason: string): Promise<string> =>
        order.handle.executeUpdate<string, [GiveUpRequest]>(GIVE_UP_UPDATE, { args: [{ reason }] });
      await assert.rejects(giveUp(' '), /Update failed/);
      await giveUp('made by hand');
      assert.equal((await order.handle.result()).syncState, 'GivenUp');
      await order.send();
      assert.equal((await order.handle.result()).syncState, 'Synced');
    });
  });

  it('tells what all passes of a run did together', async () => {
    const unchanged: PurchaseOrderOutcome = { action: 'unchanged', storeUid: 'oslocity', calls: 5 };
    const updated: PurchaseOrderOutcome = {
      ...{ action: 'updated', storeUid: 'oslocity', flowPurchaseOrderUids: ['PO17'], calls: 6 },
      ...{ linesAdded: 1, linesChanged: 1, changedFields: ['line unitPrice'] },
    };
    const removed: PurchaseOrderOutcome = { action: 'removed', reason: 'it was cancelled in Omnium', calls: 4 };
    const runs = [
      [[BROUGHT, unchanged], { ...BROUGHT, calls: 17 }],
      [
        [BROUGHT, updated],
        { ...BROUGHT, linesAdded: 3, linesChanged: 1, changedFields: ['supplier', 'line unitPrice'], calls: 18 },
      ],
      [[unchanged, updated], { ...updated, calls: 11 }],
      [
        [updated, removed],
        {
          ...{ action: 'removed', reason: 'it was cancelled in Omnium', storeUid: 'oslocity' },
          ...{ linesAdded: 1, linesChanged: 1 },
          ...{ changedFields: ['line unitPrice'], calls: 10 },
        },
      ],
      [
        [removed, { action: 'skipped', reason: 'it is neither in Omnium nor in Flow', calls: 3 }],
        { ...removed, calls: 7 },
      ],
    ] as const;
    for (const [[first, second], together] of runs) {
      const order = new PurchaseOrderDriver(server);
      const sync = scriptedPurchaseOrders(async (attempt) => (attempt === 1 ? pause(300, first) : second));
      await order.withWorker({ syncPurchaseOrder: sync.run }, async () => {
        await order.send();
        await until(async () => sync.attempts[0]);
        await order.send();
        assert.deepEqual((await order.handle.result()).outcome, together);
      });
    }
  });

  it('reports differences, ignored and forwarded as states', async () => {
    const outcomes = [
      [{ ...BROUGHT, differences: ['items[L2]: gone from Omnium, after goods came in'] }, 'Differs'],
      [{ action: 'skipped', reason: 'it belongs to another tenant (market SWE)' }, 'Ignored'],
      [{ action: 'forwarded', purchaseOrders: 2 }, 'Synced'],
      [{ ...BROUGHT, linesInFlight: 1 }, 'Synced'],
    ] as const;
    for (const [outcome, state] of outcomes) {
      const order = new PurchaseOrderDriver(server, outcome.action === 'forwarded' ? 'delivery' : 'purchase-order');
      const sync = scriptedPurchaseOrders(async () => outcome);
      await order.withWorker({ syncPurchaseOrder: sync.run }, async () => {
        await order.send();
        assert.equal((await order.handle.result()).syncState, state);
      });
    }
  });
});
