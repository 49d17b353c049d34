import assert from 'node:assert/strict';
import { VendorUnreachableError } from '../../src/clients/errors';
import { GIVE_UP_UPDATE, type GiveUpRequest } from '../../src/contracts/entity-sync';
import { OrderDriver, until, type OrderServer } from '../support/order-driver';
import { CREATED, ScriptedReceipts, ScriptedSync, withReceipts } from '../support/scripted-sync';
import { devServer } from '../support/temporal-rig';

const isDown = (): never => {
  throw new VendorUnreachableError({ vendor: 'omnium', operation: 'PUT invoice', isWrite: true }, 'refused');
};

/** What was answered 202 is followed by a pass that starts after it, whatever is given up meanwhile (finding 24). */
describe('findings: nets, giving up', function () {
  this.timeout(60_000);
  let server: OrderServer;

  before(async function () {
    this.timeout(600_000);
    server = await devServer();
  });

  const giveUp = async (order: OrderDriver): Promise<void> => {
    const args: [GiveUpRequest] = [{ reason: 'a test' }];
    await order.handle.executeUpdate<string, [GiveUpRequest]>(GIVE_UP_UPDATE, { args });
  };
  const isOver = async (order: OrderDriver): Promise<unknown> =>
    await until(async () => ((await order.handle.describe()).status.name === 'COMPLETED' ? true : undefined));
  /** An order whose first pass names a receipt that Omnium never takes, and whose second pass takes until it is let go. */
  function stuck(): { order: OrderDriver; sync: ScriptedSync; receipts: ScriptedReceipts; letGo: () => void } {
    let letGo = (): void => undefined;
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    const order = new OrderDriver(server);
    const sync = new ScriptedSync(async (_input, attempt) => {
      if (attempt === 1) return withReceipts('R1');
      if (attempt === 2) await gate;
      return CREATED;
    });
    return { order, sync, receipts: new ScriptedReceipts(isDown), letGo: () => letGo() };
  }

  for (const waiting of [1, 3]) {
    it(`finding 24: a receipt that is given up takes none of ${waiting} waiting events with it`, async () => {
      const { order, sync, receipts, letGo } = stuck();
      await order.withWorker({ ...sync.activities(), ...receipts.activities() }, async () => {
        await order.send();
        await until(async () => receipts.attempts[0]);
        await order.send();
        await until(async () => sync.attempts[1]);
        for (let count = 0; count < waiting; count += 1) await order.send();
        await until(async () => (await order.status()).receipts?.some(({ lastFailure }) => lastFailure) || undefined);
        await giveUp(order);
        letGo();
        await isOver(order);
        // The pass at work was not cut, and one more began after the events that waited.
        assert.equal(sync.attempts.length, 3);
        assert.equal((await order.handle.result()).syncState, 'Synced');
      });
    });
  }

  it('finding 24: a pass that is given up takes no event with it that came while it failed', async () => {
    const order = new OrderDriver(server);
    const sync = new ScriptedSync(async (_input, attempt) => (attempt === 1 ? isDown() : CREATED));
    await order.withWorker(sync.activities(), async () => {
      await order.send();
      await order.untilWaiting();
      // Where the event is first there is nothing to give up any more.
      await Promise.allSettled([giveUp(order), order.send()]);
      await until(async () => sync.attempts[1]);
      await isOver(order);
      assert.equal(sync.attempts.length, 2);
    });
  });
});
