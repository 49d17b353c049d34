import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { VendorUnreachableError } from '../../src/clients/errors';
import { RETRY_NOW_UPDATE } from '../../src/contracts/entity-sync';
import { until, type OrderServer } from '../support/order-driver';
import { ALIGNED, levelOf, scriptedStock, StockDriver } from '../support/stock-driver';
import { devServer } from '../support/temporal-rig';

const omniumIsDown = (): never => {
  throw new VendorUnreachableError({ vendor: 'omnium', operation: 'PUT inventory', isWrite: true }, 'refused');
};

describe('stock workflow', function () {
  this.timeout(60_000);
  let server: OrderServer;

  before(async function () {
    this.timeout(600_000);
    server = await devServer();
  });

  it('looks at all levels that events have named in one pass, each once', async () => {
    const stock = new StockDriver(server);
    const sync = scriptedStock(async () => pause(300, ALIGNED));
    await stock.withWorker({ syncStock: sync.run }, async () => {
      await stock.send('a');
      await until(async () => sync.attempts[0]);
      await stock.send('b', 'c', 'b');
      const result = await stock.handle.result();
      assert.equal(result.passes, 2);
      assert.equal(result.outcome?.written, 4);
    });
    const named = sync.attempts.map(({ subjects }) =>
      subjects.map((subject) => (subject.kind === 'level' ? subject.productUid : subject.kind)).sort(),
    );
    assert.deepEqual(named, [['a'], ['b', 'c']]);
    assert.equal(sync.mostAtOnce, 1);
    assert.equal(await stock.searchAttribute('syncState'), 'Synced');
  });

  it('waits on the ladder, says so, and goes on when an operator asks', async () => {
    const stock = new StockDriver(server);
    const sync = scriptedStock(async (attempt) => (attempt === 1 ? omniumIsDown() : ALIGNED));
    await stock.withWorker({ syncStock: sync.run }, async () => {
      await stock.send('a');
      const { lastFailure } = await stock.untilWaiting();
      assert.equal(lastFailure?.failureType, 'OmniumUnavailable');
      assert.equal(await stock.searchAttribute('failureType'), 'OmniumUnavailable');
      await stock.handle.executeUpdate(RETRY_NOW_UPDATE);
      const result = await stock.handle.result();
      assert.equal(result.failedAttempts, 1);
    });
    assert.deepEqual(sync.attempts[1]?.subjects, sync.attempts[0]?.subjects, 'nothing that was named is forgotten');
  });

  it('aligns everything at once when the master has changed, and once more later', async () => {
    const stock = new StockDriver(server, () => ({ kind: 'switch', master: 'flow', alignAgainAfterSeconds: 2 }));
    const sync = scriptedStock();
    await stock.withWorker({ syncStock: sync.run }, async () => {
      await stock.send('switch');
      await until(async () => sync.attempts[0]);
      assert.equal((await stock.handle.describe()).status.name, 'RUNNING');
      const result = await stock.handle.result();
      assert.equal(result.passes, 2);
    });
    assert.deepEqual(
      sync.attempts.map(({ subjects }) => subjects.map(({ kind }) => kind)),
      [['switch'], ['all']],
    );
  });

  it('answers what changes while it waits for the second alignment, and still aligns', async () => {
    const stock = new StockDriver(server, (eventId) =>
      eventId === 'switch' ? { kind: 'switch', master: 'omnium', alignAgainAfterSeconds: 2 } : levelOf(eventId),
    );
    const sync = scriptedStock();
    await stock.withWorker({ syncStock: sync.run }, async () => {
      await stock.send('switch');
      await until(async () => sync.attempts[0]);
      await stock.send('sold');
      await until(async () => sync.attempts[1]);
      await stock.handle.result();
    });
    assert.deepEqual(
      sync.attempts.map(({ subjects }) => subjects.map(({ kind }) => kind)),
      [['switch'], ['level'], ['all']],
    );
  });

  for (const { then, left, state } of [
    { then: 'a level', left: ['of the whole store', 'of a level'], state: 'Differs' },
    { then: 'the whole store', left: undefined, state: 'Synced' },
  ]) {
    it(`keeps what a look at the whole store has left different until the next one: then ${then}`, async () => {
      const stock = new StockDriver(server, (eventId) =>
        eventId.startsWith('all') ? { kind: 'all' } : levelOf(eventId),
      );
      const leftBy = [['of the whole store'], ['of a level']];
      const sync = scriptedStock(async (attempt) => {
        const differences = leftBy[attempt - 1];
        return { ...(await pause(300, ALIGNED)), ...(differences && { differences }) };
      });
      await stock.withWorker({ syncStock: sync.run }, async () => {
        await stock.send('all');
        await until(async () => sync.attempts[0]);
        await stock.send('b');
        await until(async () => sync.attempts[1]);
        await stock.send(then === 'a level' ? 'c' : 'all-again');
        const { passes, outcome } = await stock.handle.result();
        assert.deepEqual([passes, outcome?.differences], [3, left]);
      });
      assert.equal(await stock.searchAttribute('syncState'), state);
    });
  }
});
