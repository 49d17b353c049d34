import assert from 'node:assert/strict';
import type { SweepReport } from '../../src/contracts/sweep-messages';
import { Integration } from '../support/integration';
import { until } from '../support/order-driver';
import { SweepRig, sweptRarely } from '../support/sweep-rig';
import { Tills } from '../support/tills';
import { WebShop } from '../support/web-shop';

/** How many articles the chain of the tests has in its shops, at least. */
const ARTICLES = 30;

describe('sweeps, against both systems', function () {
  this.timeout(120_000);
  let integration: Integration;
  let shop: WebShop;
  let tills: Tills;
  let rig: SweepRig;

  before(async function () {
    this.timeout(600_000);
    integration = await Integration.start(sweptRarely);
    shop = new WebShop(integration);
    tills = new Tills(integration);
    const { config, tenantUid, taskQueue } = integration;
    rig = await SweepRig.create({ config, tenantUid, ownersTaskQueue: taskQueue });
    await rig.provision();
    await rig.startWorker();
    // From here on each test's sweep begins where the last one ended.
    for (const stream of ['omnium-orders', 'flow-orders', 'flow-receipts'] as const) await rig.sweep(stream);
  });

  after(async () => {
    await rig.stop();
    await integration.stop();
  });

  /** What happens in here is told to nobody. */
  async function untold<T>(work: () => Promise<T>): Promise<T> {
    for (const vendor of ['omnium', 'flow'] as const) await integration.fault(vendor, { kind: 'webhook-lost' });
    try {
      return await work();
    } finally {
      for (const vendor of ['omnium', 'flow'] as const) await integration.control(vendor, 'DELETE /faults');
    }
  }

  const named = ({ names }: SweepReport): string[] => [...names].sort();

  it('finds a web order whose events were lost, names it, and has it synced', async () => {
    const lost = await untold(() => shop.place());
    const told = await shop.place();
    await integration.settled(told);
    const report = await rig.sweep('omnium-orders');
    assert.deepEqual(report.names, [lost]);
    assert.equal(report.found, 1);
    assert.equal(report.failedToLook, 0);
    assert.equal(report.since, 'last-sweep');
    await integration.settled(lost);
    assert.ok(await integration.orderInFlow(lost));
    const next = await rig.sweep('omnium-orders');
    assert.deepEqual(next.names, []);
  });

  it('finds a sale that no webhook told of, in the orders and in the receipts', async () => {
    const sale = await untold(() => tills.sell([{ sku: shop.sku(0) }]));
    const orderUid = String(sale.orderUid);
    const report = await rig.sweep('flow-orders');
    assert.deepEqual(report.names, [orderUid]);
    await integration.settled(orderUid);
    assert.ok(await integration.orderInOmnium(orderUid));
    const receipts = await rig.sweep('flow-receipts');
    assert.deepEqual(receipts.names, []);
    assert.ok(receipts.looked > 0, 'the receipt was looked at');
  });

  it('counts apart what its own workflow is working on', async () => {
    await integration.fault('flow', { kind: 'error', status: 503, method: 'POST' });
    const orderNumber = await shop.place();
    await integration.waiting(orderNumber);
    await integration.control('flow', 'DELETE /faults');
    const report = await rig.sweep('omnium-orders');
    assert.deepEqual(report.names, []);
    assert.deepEqual(report.inProgressNames, [orderNumber]);
    await integration.settled(orderNumber);
  });

  it('leaves nothing missing after webhooks were lost at random and one side was down, and names exactly the lost', async function () {
    this.timeout(600_000);
    // Two or three webhooks tell of each order; so many must be lost for one order in ten to be told of by none.
    for (const vendor of ['omnium', 'flow'] as const) {
      await integration.fault(vendor, { kind: 'webhook-lost', share: 0.35 });
    }
    const placed: string[] = [];
    const sold: string[] = [];
    for (let count = 0; count < 40; count += 1) {
      placed.push(await shop.place());
      sold.push(await sellSomething());
    }
    // Flow goes down; what is ordered on the web meanwhile waits on the ladder, or was lost.
    await integration.deliveriesDone();
    assert.deepEqual(await quiet([...placed, ...sold]), []);
    await integration.fault('flow', { kind: 'outage', forMs: 600_000 });
    for (let count = 0; count < 20; count += 1) placed.push(await shop.place());
    await integration.deliveriesDone();
    for (const vendor of ['omnium', 'flow'] as const) await integration.control(vendor, 'DELETE /faults');
    const waiting = await quiet([...placed, ...sold]);
    const lost = await missing(placed, sold);
    const expected = [...lost.web, ...lost.till].filter((name) => !waiting.includes(name));
    assert.ok(expected.length > 0, 'some were lost');
    assert.ok(waiting.length > 0, 'some wait');

    const reports = [await rig.sweep('omnium-orders'), await rig.sweep('flow-orders')];
    const found = reports.flatMap(named);
    assert.deepEqual(
      {
        tooMany: found.filter((name) => !expected.includes(name)),
        tooFew: expected.filter((name) => !found.includes(name)),
      },
      { tooMany: [], tooFew: [] },
      JSON.stringify(reports),
    );
    assert.deepEqual([...(reports[0]?.inProgressNames ?? [])].sort(), waiting.sort());
    for (const name of [...expected, ...waiting]) await integration.settled(name);
    assert.deepEqual(await missing(placed, sold), { web: [], till: [] });
  });

  let article = 0;
  /** Sells one piece of the next article that the shop has on its shelves. */
  async function sellSomething(): Promise<string> {
    for (let tries = 0; tries < ARTICLES; tries += 1) {
      article = (article + 1) % ARTICLES;
      const sale = await tills.sell([{ sku: shop.sku(article) }]).catch(() => undefined);
      if (sale) return String(sale.orderUid);
    }
    throw new Error('the shop is sold out');
  }

  /** Orders whose workflows wait on the ladder, once all others have come to their end. */
  async function quiet(names: readonly string[]): Promise<string[]> {
    const waiting: string[] = [];
    for (const name of names) {
      const state = await until(async () => {
        const description = await integration
          .handle(name)
          .describe()
          .catch(() => undefined);
        if (!description) return 'untold';
        if (description.status.name !== 'RUNNING') return 'over';
        return (await integration.handle(name).query<{ lastFailure?: unknown }>('syncStatus')).lastFailure
          ? 'waiting'
          : undefined;
      }, 60_000);
      if (state === 'waiting') waiting.push(name);
    }
    return waiting;
  }

  async function missing(
    placed: readonly string[],
    sold: readonly string[],
  ): Promise<{ web: string[]; till: string[] }> {
    const web: string[] = [];
    const till: string[] = [];
    for (const orderNumber of placed) if (!(await integration.orderInFlow(orderNumber))) web.push(orderNumber);
    for (const orderUid of sold) if (!(await integration.orderInOmnium(orderUid))) till.push(orderUid);
    return { web, till };
  }
});
