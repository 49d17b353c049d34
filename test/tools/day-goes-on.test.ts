import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildChain } from '../../sandbox/chain/build-chain';
import { startFlowSandbox } from '../../sandbox/flow/server';
import { startOmniumSandbox } from '../../sandbox/omnium/server';
import { sweepWorkflowId } from '../../src/contracts/sweeps';
import { Arrivals } from '../../tools/day/arrivals';
import { runClosingSweeps, sweepNow } from '../../tools/day/closing-sweeps';
import { type DayContext } from '../../tools/day/context';
import { Narrator } from '../../tools/day/narrator';
import { ScheduledRuns } from '../../tools/day/scheduled-runs';
import { settle } from '../../tools/day/settle';
import { assortmentsOf } from '../../tools/day/shop/assortment';
import { madeUpOrders } from '../../tools/day/shop/made-up-orders';
import { WebDay } from '../../tools/day/shop/web-day';
import { sale } from '../../tools/day/tills/counter-visits';
import { madeUpSales } from '../../tools/day/tills/made-up-sales';
import { restPickUp, wholePickUp } from '../../tools/day/tills/pick-up-visits';
import { TillDay } from '../../tools/day/tills/till-day';
import { type TillProgram } from '../../tools/day/tills/till-program';
import { SCREEN_WIDTH, Undone } from '../../tools/day/undone';
import { OmniumShop } from '../../tools/day/vendors/omnium-shop';
import { devServer } from '../support/temporal-rig';

const chain = buildChain({ seed: 1 });
const assortments = assortmentsOf(chain);

interface Signals {
  readonly stop: AbortController;
  readonly signal: AbortSignal;
  readonly undone: Undone;
}

function signals(): Signals {
  const stop = new AbortController();
  return { stop, signal: stop.signal, undone: new Undone(stop.signal) };
}

/** News of a workflow that is as `isUnderWay` says. */
function watchOf(isUnderWay: () => boolean) {
  return {
    isUnderWay: () => Promise.resolve(isUnderWay()),
    explainWorkflow: () => Promise.resolve('no event about it has arrived'),
  };
}

describe('a day in which something cannot be done', () => {
  it('goes on at the tills, and names each visit with its reason', async () => {
    const flow = await startFlowSandbox({ chain, seed: 1 });
    try {
      const { signal, undone } = signals();
      const [made] = madeUpOrders(assortments, 'W1', 1);
      const [first, second] = madeUpSales(assortments, 'W1', 2);
      assert.ok(made && first && second);
      const market = chain.markets.find(({ marketId }) => marketId === made.order.marketId);
      assert.ok(market);
      // Nobody has told Flow of the web order: it never comes, and the second visit needs the first.
      const pickUp = { made, market };
      const unknownSku = { ...second, body: { ...second.body, lines: [{ sku: 'no-such-article', quantity: 100 }] } };
      const morning = [wholePickUp(pickUp, 'card'), restPickUp(pickUp), sale(unknownSku), sale(first)];
      const visits = { morning, outage: [], lostAnswers: [], afternoon: [] };
      const program: TillProgram = { visits, reserved: new Set(), expiring: [] };
      const arrivals = new Arrivals({ watch: watchOf(() => false), senders: [], signal }, 1);
      const day = new TillDay({ flowUrl: flow.url, signal, undone }, program, arrivals);
      assert.equal(await day.play('morning', 0), '1 × sale');
      const reason = `web order ${made.order.orderNumber} has not come: no event about it has arrived`;
      const [unknown, ...rest] = undone.items;
      assert.deepEqual(unknown?.what, 'At the tills: sale');
      assert.match(unknown.reason, /names no product/);
      assert.deepEqual(rest, [
        { what: 'At the tills: web order handed over, paid by card', reason },
        { what: 'At the tills: rest of a web order handed over', reason },
      ]);
    } finally {
      await flow.stop();
    }
  });

  it('goes on in the web shop, and brings the orders that can be taken', async () => {
    const omnium = await startOmniumSandbox({ chain, seed: 1 });
    try {
      const { signal, undone } = signals();
      const orders = madeUpOrders(assortments, 'W1', 4);
      const [broken, ...good] = orders;
      assert.ok(broken);
      const nowhere = { ...broken, order: { ...broken.order, marketId: 'XXX' } };
      const shop = new OmniumShop(omnium.url, signal);
      const parts = { assortments, reserved: new Set<string>(), expiring: [], context: { signal, undone }, shop };
      await new WebDay({ ...parts, orders: [nowhere, ...good] }).take(4, 0);
      assert.deepEqual(
        undone.items.map(({ what }) => what),
        [`In the web shop: order ${broken.order.orderNumber}`],
      );
      for (const { order } of good) assert.equal(await shop.hasOrder(order.orderNumber), true);
    } finally {
      await omnium.stop();
    }
  });

  it('says what could not be done in a table as wide as a terminal', () => {
    const { undone } = signals();
    assert.equal(undone.draw(), undefined);
    undone.note(
      'At the tills: line of a web order removed, then handed over',
      `web order W1-0041 ${'never '.repeat(30)}`,
    );
    const drawn = undone.draw() ?? '';
    assert.match(drawn, /Could not be done \(1\)/);
    assert.ok(drawn.split('\n').every((line) => line.length <= SCREEN_WIDTH));
  });

  it('ends at once when the person stops it', async () => {
    const { stop, undone } = signals();
    const work = undone.attempt('something', () => sleep(60_000, undefined, { signal: stop.signal }));
    stop.abort();
    await assert.rejects(work, /abort/i);
    assert.deepEqual(undone.items, []);
  });
});

describe('waiting for a document', () => {
  const arrival = { what: 'web order W1-0041', workflowId: 'order:flow_no:W1-0041', lookEveryMs: 1 };

  it('goes on while its workflow runs or an event is on its way, however long it is not there', async () => {
    const { signal } = signals();
    let looks = 0;
    const senders = [{ pendingWebhooks: () => Promise.resolve(looks < 20 ? 1 : 0) }];
    const arrivals = new Arrivals({ watch: watchOf(() => looks >= 20), senders, signal }, 1);
    const found = await arrivals.until(arrival, () => {
      looks += 1;
      // The shop's screen is down now and then.
      if (looks % 3 === 0) return Promise.reject(new Error('503'));
      return Promise.resolve(looks >= 40 ? 'there' : undefined);
    });
    assert.equal(found, 'there');
  });

  it('ends with the word of its workflow when nothing of it is under way, also after it was', async () => {
    const { signal } = signals();
    let asks = 0;
    const arrivals = new Arrivals({ watch: watchOf(() => (asks += 1) < 10), senders: [], signal }, 1);
    const nothing = (): Promise<undefined> => Promise.resolve(undefined);
    await assert.rejects(arrivals.until(arrival, nothing), /^Error: web order W1-0041 has not come: no event about it/);
    assert.ok(asks >= 13 && asks < 30, `${asks} asks`);
  });

  it('goes on over questions that are not answered, until nothing has changed for long', async () => {
    const { signal } = signals();
    let asks = 0;
    const said: string[] = [];
    const watch = {
      queueLength: () =>
        (asks += 1) < 3 ? Promise.reject(new Error('UNAVAILABLE')) : Promise.resolve({ running: 0, waiting: 0 }),
      waitingOrders: () => Promise.resolve([]),
    };
    const narrator = new Narrator((text) => said.push(text));
    assert.equal(await settle({ watch, senders: [], narrator, patienceMs: 10_000, signal }), true);
    const down = { ...watch, queueLength: () => Promise.reject(new Error('UNAVAILABLE')) };
    assert.equal(await settle({ watch: down, senders: [], narrator, patienceMs: 10, signal }), false);
  });
});

describe('a sweep that does not answer', () => {
  it('is one line, and the sweeps of the other tenants are waited for', async function () {
    this.timeout(60_000);
    const { address, namespace, client } = await devServer();
    const { signal, undone } = signals();
    // A sweep whose worker is gone, and one that is not there at all.
    const [gone, absent] = ['tenant_without_worker', 'tenant_without_sweep'];
    const workflowId = sweepWorkflowId(gone);
    const handle = await client.workflow.start('sweepWorkflow', {
      workflowId,
      taskQueue: 'nobody',
    });
    const urls = { omniumUrl: '', flowUrl: '', apiUrl: '', webUiUrl: '' };
    const tenants = [gone, absent].map((tenantUid) => ({ tenantUid, marketId: 'NOR', currency: 'NOK' }));
    const context: DayContext = {
      ...{ ...urls, temporalAddress: address, namespace, tenants, signal, undone, log: () => undefined },
    };
    const runs = await ScheduledRuns.open(context, new Date(), new Narrator(context.log));
    try {
      await assert.rejects(sweepNow(runs.client, gone, [], 1_000), /deadline|DEADLINE|cancel/i);
      const one = { tenants: tenants.slice(1), undone };
      const { unfinished, tallies } = await runClosingSweeps(runs, one);
      assert.deepEqual(unfinished, []);
      assert.ok(tallies.every(({ runs: count }) => count === 0));
      assert.deepEqual(
        undone.items.map(({ what }) => what),
        [`Closing sweep of ${absent}`],
      );
    } finally {
      await runs.close();
      await handle.terminate('the test is over');
    }
  });
});
