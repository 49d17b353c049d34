import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { VendorUnreachableError } from '../../src/clients/errors';
import { GIVE_UP_UPDATE, type GiveUpRequest, RETRY_NOW_UPDATE } from '../../src/contracts/entity-sync';
import type { StoresOutcome } from '../../src/contracts/kinds/stores';
import { until, type OrderServer } from '../support/order-driver';
import { EXPORTED, scriptedStores, StoresDriver } from '../support/stores-driver';
import { devServer } from '../support/temporal-rig';

const flowIsDown = (): never => {
  throw new VendorUnreachableError({ vendor: 'flow', operation: 'PUT store', isWrite: true }, 'refused');
};

describe('stores workflow', function () {
  this.timeout(60_000);
  let server: OrderServer;

  before(async function () {
    this.timeout(600_000);
    server = await devServer();
  });

  it('looks at all stores once for any number of events that arrive during a pass', async () => {
    const stores = new StoresDriver(server);
    const sync = scriptedStores(async () => pause(400, EXPORTED));
    await stores.withWorker({ exportStores: sync.run }, async () => {
      await stores.send();
      await until(async () => sync.attempts[0]);
      await Promise.all(Array.from({ length: 20 }, () => stores.send()));
      assert.equal((await stores.handle.result()).passes, 2);
    });
    assert.equal(sync.mostAtOnce, 1);
    assert.equal(await stores.searchAttribute('syncState'), 'Synced');
  });

  it('waits on the ladder, says so, and is tried at once by an event or an operator', async () => {
    const stores = new StoresDriver(server);
    const sync = scriptedStores(async (attempt) => (attempt <= 2 ? flowIsDown() : EXPORTED));
    await stores.withWorker({ exportStores: sync.run }, async () => {
      await stores.send();
      const { lastFailure } = await stores.untilWaiting();
      assert.equal(lastFailure?.failureType, 'FlowUnavailable');
      assert.equal(await stores.searchAttribute('failureType'), 'FlowUnavailable');
      const started = Date.now();
      await stores.send();
      await until(async () => ((await stores.status()).failedAttempts === 2 ? true : undefined));
      await stores.handle.executeUpdate(RETRY_NOW_UPDATE);
      const result = await stores.handle.result();
      assert.ok(Date.now() - started < 20_000, 'the minutes on the ladder were not waited for');
      assert.deepEqual([result.syncState, result.failedAttempts], ['Synced', 2]);
    });
  });

  it('gives up with a reason; the next event starts anew', async () => {
    const stores = new StoresDriver(server);
    const sync = scriptedStores(async (attempt) => (attempt === 1 ? flowIsDown() : EXPORTED));
    await stores.withWorker({ exportStores: sync.run }, async () => {
      await stores.send();
      await stores.untilWaiting();
      const args: [GiveUpRequest] = [{ reason: 'the store is made by hand' }];
      await stores.handle.executeUpdate<string, [GiveUpRequest]>(GIVE_UP_UPDATE, { args });
      assert.equal((await stores.handle.result()).syncState, 'GivenUp');
      await stores.send();
      assert.equal((await stores.handle.result()).syncState, 'Synced');
    });
  });

  it('adds up what all passes wrote and keeps what the latest found', async () => {
    const stores = new StoresDriver(server);
    const unchanged: StoresOutcome = {
      action: 'unchanged',
      stores: { created: 0, updated: 0, unchanged: 4 },
      notes: ['Warehouse web is listed by two'],
      calls: 5,
    };
    const sync = scriptedStores(async (attempt) =>
      attempt === 1 ? pause(300, { ...EXPORTED, differences: ['Store gone'] }) : unchanged,
    );
    await stores.withWorker({ exportStores: sync.run }, async () => {
      await stores.send();
      await until(async () => sync.attempts[0]);
      await stores.send();
      const { outcome, syncState } = await stores.handle.result();
      assert.equal(syncState, 'Synced');
      assert.deepEqual(outcome, {
        ...EXPORTED,
        stores: { created: 1, updated: 1, unchanged: 4 },
        notes: ['Warehouse web is listed by two'],
        calls: 17,
      });
    });
  });

  it('reports differences, ignored and right stores as states', async () => {
    const outcomes = [
      [{ ...EXPORTED, differences: ['Store gone is not among Omnium’s stores'] }, 'Differs'],
      [{ action: 'skipped', reason: 'IStoreExporter is not among the implementations' }, 'Ignored'],
      [{ action: 'unchanged' }, 'Synced'],
    ] as const;
    for (const [outcome, state] of outcomes) {
      const stores = new StoresDriver(server);
      await stores.withWorker({ exportStores: scriptedStores(async () => outcome).run }, async () => {
        await stores.send();
        assert.equal((await stores.handle.result()).syncState, state);
      });
    }
  });
});
