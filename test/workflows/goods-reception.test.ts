import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { VendorHttpError } from '../../src/clients/errors';
import { GIVE_UP_UPDATE, type GiveUpRequest, RETRY_NOW_UPDATE } from '../../src/contracts/entity-sync';
import type { GoodsReceptionOutcome } from '../../src/contracts/kinds/goods-reception';
import { until, type OrderServer } from '../support/order-driver';
import { CONFIRMED, ReceptionDriver, scriptedReception } from '../support/reception-driver';
import { devServer } from '../support/temporal-rig';

const isLocked = (): never => {
  throw new VendorHttpError({ vendor: 'omnium', operation: 'POST goods reception', isWrite: true }, 409);
};

describe('goods reception workflow', function () {
  this.timeout(60_000);
  let server: OrderServer;

  before(async function () {
    this.timeout(600_000);
    server = await devServer();
  });

  it('tells Omnium at once with one activity, and says so on its page', async () => {
    const reception = new ReceptionDriver(server);
    const sync = scriptedReception();
    await reception.withWorker({ confirmReception: sync.run }, async () => {
      await reception.send();
      const result = await reception.handle.result();
      assert.deepEqual(result, { syncState: 'Synced', passes: 1, failedAttempts: 0, outcome: CONFIRMED });
    });
    const { receivementUid } = reception;
    assert.deepEqual(sync.attempts, [
      {
        ...{ tenantUid: 'flow_no', receivementUid, storeUid: 'oslocity', subject: 'receivement' },
        ...{ retryLadder: 'one-minute', pass: 1 },
      },
    ]);
    assert.equal(await reception.searchAttribute('syncState'), 'Synced');
    assert.equal(await reception.searchAttribute('storeUid'), 'oslocity');
    assert.equal(await reception.searchAttribute('direction'), 'outbound');
    const history = await reception.handle.fetchHistory();
    assert.ok((history.events?.length ?? 0) <= 13, `${history.events?.length} history events`);
  });

  it('makes exactly one more pass for any number of events that arrive during a pass', async () => {
    const reception = new ReceptionDriver(server);
    const sync = scriptedReception(async () => pause(500, CONFIRMED));
    await reception.withWorker({ confirmReception: sync.run }, async () => {
      await reception.send();
      await until(async () => sync.attempts[0]);
      await Promise.all(Array.from({ length: 20 }, () => reception.send()));
      assert.equal((await reception.handle.result()).passes, 2);
    });
    assert.equal(sync.mostAtOnce, 1);
  });

  it('knows an event again that Flow repeats', async () => {
    const reception = new ReceptionDriver(server);
    const sync = scriptedReception(async () => pause(300, CONFIRMED));
    await reception.withWorker({ confirmReception: sync.run }, async () => {
      await reception.send('a');
      await until(async () => sync.attempts[0]);
      await reception.send('a', 'a');
      assert.equal((await reception.handle.result()).passes, 1);
    });
  });

  it('waits for a locked purchase order on the ladder, names it, and goes on when told', async () => {
    const reception = new ReceptionDriver(server);
    const sync = scriptedReception(async (attempt) => (attempt <= 2 ? isLocked() : CONFIRMED));
    await reception.withWorker({ confirmReception: sync.run }, async () => {
      await reception.send();
      const { lastFailure } = await reception.untilWaiting();
      assert.equal(lastFailure?.failureType, 'OmniumConflict');
      assert.equal(await reception.searchAttribute('failureType'), 'OmniumConflict');
      const started = Date.now();
      await reception.send();
      await until(async () => ((await reception.status()).failedAttempts === 2 ? true : undefined));
      assert.match(await reception.handle.executeUpdate<string, []>(RETRY_NOW_UPDATE), /tried again now/);
      const result = await reception.handle.result();
      assert.ok(Date.now() - started < 20_000, 'the minutes on the ladder were not waited for');
      assert.deepEqual([result.syncState, result.failedAttempts], ['Synced', 2]);
    });
    assert.equal(await reception.searchAttribute('failureType'), undefined);
  });

  it('gives up only with a reason, and keeps it; the next event starts anew', async () => {
    const reception = new ReceptionDriver(server);
    const sync = scriptedReception(async (attempt) => (attempt === 1 ? isLocked() : CONFIRMED));
    await reception.withWorker({ confirmReception: sync.run }, async () => {
      await reception.send();
      await reception.untilWaiting();
      const giveUp = (reason: string): Promise<string> =>
        reception.handle.executeUpdate<string, [GiveUpRequest]>(GIVE_UP_UPDATE, { args: [{ reason }] });
      await assert.rejects(giveUp(' '), /Update failed/);
      await giveUp('confirmed by hand');
      const result = await reception.handle.result();
      assert.deepEqual([result.syncState, result.givenUpBecause], ['GivenUp', 'confirmed by hand']);
      await reception.send();
      assert.equal((await reception.handle.result()).syncState, 'Synced');
    });
  });

  it('tells what all passes of a run did, with what the latest one found', async () => {
    const outcomes: GoodsReceptionOutcome[] = [
      { ...CONFIRMED, differences: ['ski: 2 more were received than ordered'] },
      {
        action: 'confirmed',
        storeUid: 'oslocity',
        deliveries: [
          { purchaseOrderId: 'PO-1', deliveryId: '17', lines: 1, quantityHundredths: 50 },
          { purchaseOrderId: 'PO-1', deliveryId: '18', lines: 1, quantityHundredths: 100 },
        ],
        levels: 1,
        calls: 4,
      },
      { action: 'unchanged', storeUid: 'oslocity', reason: 'looked again', calls: 2 },
    ];
    const reception = new ReceptionDriver(server);
    const sync = scriptedReception(async (attempt) => pause(300, outcomes[attempt - 1] ?? CONFIRMED));
    await reception.withWorker({ confirmReception: sync.run }, async () => {
      await reception.send();
      await until(async () => sync.attempts[0]);
      await reception.send();
      await until(async () => sync.attempts[1]);
      await reception.send();
      const { outcome, syncState } = await reception.handle.result();
      assert.equal(syncState, 'Synced');
      assert.deepEqual(outcome, {
        action: 'confirmed',
        storeUid: 'oslocity',
        deliveries: [
          { purchaseOrderId: 'PO-1', deliveryId: '17', lines: 3, quantityHundredths: 1_300 },
          { purchaseOrderId: 'PO-1', deliveryId: '18', lines: 1, quantityHundredths: 100 },
        ],
        levels: 1,
        calls: 12,
      });
    });
  });

  it('reports over-receipts, refusals and goods without business as states', async () => {
    const refused = 'Omnium is the stock master of oslocity: no levels are sent there';
    const outcomes = [
      [{ ...CONFIRMED, differences: ['ski: 2 more were received than ordered'] }, 'Differs'],
      [{ action: 'skipped', reason: refused, differences: [refused] }, 'Differs'],
      [{ action: 'skipped', reason: 'nothing was received in Flow on this purchase order' }, 'Ignored'],
      [{ action: 'unchanged' }, 'Synced'],
      [{ action: 'levels-sent', levels: 3 }, 'Synced'],
      [{ action: 'forwarded', receivements: 2 }, 'Synced'],
    ] as const;
    for (const [outcome, state] of outcomes) {
      const reception = new ReceptionDriver(server, outcome.action === 'forwarded' ? 'purchase-order' : 'receivement');
      await reception.withWorker({ confirmReception: scriptedReception(async () => outcome).run }, async () => {
        await reception.send();
        assert.equal((await reception.handle.result()).syncState, state);
      });
    }
  });
});
