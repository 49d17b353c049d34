import assert from 'node:assert/strict';
import { Integration, type Json } from '../support/integration';
import { opsOn } from '../support/ops-on';
import { until } from '../support/order-driver';
import { SweepRig, sweptRarely } from '../support/sweep-rig';
import { Tills } from '../support/tills';
import { WebShop } from '../support/web-shop';
import { assertReadable, type Run } from './run-ops';

describe('the operator’s tool, about gaps', function () {
  this.timeout(120_000);
  let integration: Integration;
  let shop: WebShop;
  let tills: Tills;

  before(async function () {
    this.timeout(600_000);
    integration = await Integration.start(sweptRarely);
    shop = new WebShop(integration);
    tills = new Tills(integration);
  });

  after(async () => {
    await integration.stop();
  });

  const ops = (...args: string[]): Promise<Run> => opsOn(integration, ...args);

  async function untold<T>(work: () => Promise<T>): Promise<T> {
    for (const vendor of ['omnium', 'flow'] as const) await integration.fault(vendor, { kind: 'webhook-lost' });
    try {
      return await work();
    } finally {
      for (const vendor of ['omnium', 'flow'] as const) await integration.control(vendor, 'DELETE /faults');
    }
  }

  const writes = async (): Promise<string[]> => {
    const seen = [...(await integration.requests('omnium')), ...(await integration.requests('flow'))];
    return seen
      .filter(({ method, path, status }) => method !== 'GET' && status < 400 && !/[Ss]earch|[Tt]oken|Scroll/.test(path))
      .map(({ method, path }) => `${method} ${path}`);
  };

  describe('diff', () => {
    it('says field by field what would be written for an order that Flow does not have, and writes nothing', async () => {
      const order = await untold(() => shop.place());
      await integration.clearRequests();
      const text = await ops('diff', order, '--tenant', 'flow_no');
      assert.equal(text.exitCode, 4, text.error);
      assert.match(text.out, new RegExp(`Order ${order} \\(flow_no\\): a sync would write`));
      assert.match(text.out, /SYSTEM +FIELD +FROM +TO/);
      const { json, exitCode } = await ops('diff', order, '--json');
      assert.equal(exitCode, 4);
      assert.equal(json.inSync, false);
      const [found] = json.orders as { verdict: string; changes: { system: string }[] }[];
      assert.equal(found?.verdict, 'would-write');
      assert.ok(found.changes.every(({ system }) => system === 'Flow'));
      assert.deepEqual(await writes(), []);
      assert.equal(await integration.orderInFlow(order), undefined);
    });

    it('says that nothing would be written for one that was synced, by its number and by Flow’s uid', async () => {
      const order = await shop.place();
      const { outcome } = await integration.settled(order);
      for (const name of [order, String(outcome?.flowOrderUid)]) {
        const run = await ops('diff', name, '--tenant', 'flow_no');
        assert.equal(run.exitCode, 0, run.out + run.error);
        assert.match(run.out, new RegExp(`Order ${order} \\(flow_no\\): a sync would write nothing`));
      }
    });

    it('knows a sale by its uid, synced or not', async () => {
      const sale = await untold(() => tills.sell([{ sku: shop.sku(0) }]));
      const uid = String(sale.orderUid);
      const before = await ops('diff', uid, '--json');
      assert.equal(before.exitCode, 4);
      await integration.resync(uid);
      await integration.settled(uid);
      assert.equal((await ops('diff', uid, '--json')).exitCode, 0);
    });

    it('refuses an order that nobody knows', async () => {
      const run = await ops('diff', 'NO-nobody-knows', '--json');
      assert.equal(run.exitCode, 1);
      assert.equal(run.json.found, false);
    });

    it('says that a vendor cannot be reached', async () => {
      await integration.fault('omnium', { kind: 'error', status: 503, path: '/api/Orders' });
      try {
        const run = await ops('diff', 'NO-1', '--tenant', 'flow_no');
        assert.equal(run.exitCode, 3);
      } finally {
        await integration.control('omnium', 'DELETE /faults');
      }
    });
  });

  describe('reconcile', () => {
    it('counts by store what is missing, differing, extra and in progress, names it, and writes nothing', async () => {
      const since = new Date().toISOString();
      const fine = await shop.place();
      await integration.settled(fine);
      const missing = await untold(() => shop.place());
      const sale = await untold(() => tills.sell([{ sku: shop.sku(1) }]));
      const differing = await shop.place();
      await integration.settled(differing);
      await untold(async () => {
        await integration.omnium('POST', `/api/Orders/${differing}/UpdateStatus`, { status: 'OrderCanceled' });
      });
      await integration.fault('flow', { kind: 'error', status: 503, method: 'POST', path: '/orders' });
      const waiting = await shop.place();
      await integration.waiting(waiting);
      await integration.clearRequests();
      const { json, exitCode } = await ops('reconcile', '--since', since, '--tenant', 'flow_no', '--json');
      assert.equal(exitCode, 4);
      const [tenant] = json.tenants as {
        names: { name: string; is: string; kind: string }[];
        stores: { storeUid: string; orders: Record<string, number> }[];
      }[];
      const stands = new Map(tenant?.names.filter(({ kind }) => kind === 'orders').map(({ name, is }) => [name, is]));
      assert.deepEqual(Object.fromEntries(stands), {
        [missing]: 'missing',
        [String(sale.orderUid)]: 'missing',
        [differing]: 'differing',
      });
      const oslo = tenant?.stores.find(({ storeUid }) => storeUid === shop.storeUid);
      assert.equal(oslo?.orders.inProgress, 1);
      assert.ok((oslo?.orders.inSync ?? 0) >= 1);
      assert.deepEqual(await writes(), []);
      const text = await ops('reconcile', '--since', '1h', '--tenant', 'flow_no', '--store', shop.storeUid);
      assert.equal(text.exitCode, 4);
      assertReadable(text.out);
      assert.match(text.out, /STORE +IN STEP +MISSING +LATE +DIFFERING +EXTRA +IN PROGRESS/);
      await integration.control('flow', 'DELETE /faults');
      for (const name of [missing, String(sale.orderUid), differing, waiting]) {
        await integration.resync(name);
        await integration.settled(name);
      }
      const after = await ops('reconcile', '--since', since, '--tenant', 'flow_no', '--json');
      assert.equal(after.exitCode, 0, after.out);
    });

    it('tells an order of Flow that came from an order Omnium does not have', async () => {
      const since = new Date().toISOString();
      await untold(() =>
        integration.flow('POST', `/stores/${shop.storeUid}/orders`, {
          orderUid: 'GONE1',
          externalOrderNumber: 'GONE-1',
          type: 'ORDER',
        }),
      );
      const { json } = await ops('reconcile', '--since', since, '--tenant', 'flow_no', '--json');
      const [tenant] = json.tenants as { names: { name: string; is: string }[] }[];
      assert.deepEqual(
        tenant?.names.map(({ name, is }) => [name, is]),
        [['GONE-1', 'extra']],
      );
    });

    it('refuses a time it does not understand, and one to come', async () => {
      for (const since of ['yesterday', '2999-01-01', '12', '5y']) {
        assert.equal((await ops('reconcile', '--since', since)).exitCode, 2, since);
      }
    });
  });

  describe('sweep and schedules', () => {
    it('says that no worker sweeps', async () => {
      const run = await ops('sweep', 'flow-orders', '--json');
      assert.equal(run.exitCode, 1);
      assert.match(String(run.json.error), /No worker of the exports engine/);
    });

    it('says what is not there: a worker for the sweeps, and Schedules', async () => {
      const run = await ops('schedules', '--tenant', 'flow_no');
      assert.equal(run.exitCode, 0);
      assert.match(run.out, /No worker of the exports engine is running, so no sweep can say what it does/);
      assert.match(run.out, /export:flow_no:NOR:inventory is not there yet/);
    });

    it('sweeps now, waits for the report, and shows it among the Schedules', async () => {
      const { config, tenantUid, taskQueue } = integration;
      const rig = await SweepRig.create({ config, tenantUid, ownersTaskQueue: taskQueue, taskQueue: 'exports' });
      try {
        await rig.provision();
        await rig.startWorker();
        const lost = await untold(() => shop.place());
        const run = await ops('sweep', 'omnium-orders', '--tenant', 'flow_no', '--wait');
        assert.equal(run.exitCode, 0, run.error);
        assert.match(run.out, /Sweep omnium-orders \(flow_no\): \d+ missed, now on the way\./);
        assert.match(run.out, new RegExp(lost));
        assertReadable(run.out);
        await integration.settled(lost);
        const again = await ops('sweep', 'omnium-orders', '--tenant', 'flow_no', '--wait', '--json');
        const [report] = again.json.sweeps as { report: { found: number; since: string } }[];
        assert.equal(report?.report.found, 0);
        assert.equal(report.report.since, 'last-sweep');
        const shown = await until(async () => {
          const table = await ops('schedules', '--tenant', 'flow_no');
          return /flow_no omnium-orders +active +.* ago/.test(table.out) ? table : undefined;
        });
        assertReadable(shown.out);
        const { json } = await ops('schedules', '--json', '--tenant', 'flow_no');
        const omniumOrders = (json.schedules as Json[]).find(({ stream }) => stream === 'omnium-orders');
        assert.equal(omniumOrders?.state, 'active');
      } finally {
        await rig.stop();
      }
    });
  });
});
