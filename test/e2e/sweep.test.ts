import assert from 'node:assert/strict';
import { DELTA_SWEEPS } from '../../src/activities/delta/streams';
import { TenantRegistry } from '../../src/activities/tenants';
import { customerKind } from '../../src/contracts/kinds/customer';
import type { SweepStream } from '../../src/contracts/streams';
import { nameOfTarget, type SweepReport } from '../../src/contracts/sweeps';
import { customerKeyOf } from '../../src/temporal/sealed-reference';
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

  const keyOf = (customerId: string): string => {
    const [tenant] = integration.config.tenants.filter(({ tenantUid }) => tenantUid === integration.tenantUid);
    return customerKeyOf(customerId, tenant?.settings.OMNIUM_CLIENT_SECRET ?? '');
  };

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
    const report = await rig.sweep('omnium-orders');
    assert.deepEqual(report.names, []);
    assert.deepEqual(report.inProgressNames, [orderNumber]);
    await integration.control('flow', 'DELETE /faults');
    await integration.resync(orderNumber);
    await integration.settled(orderNumber);
  });

  it('finds customers whose events were lost, and names nobody', async () => {
    for (const stream of ['omnium-customers', 'flow-customers'] as const) await rig.sweep(stream);
    const customerId = await untold(() => shop.newCustomer('private'));
    const report = await rig.sweep('omnium-customers');
    assert.deepEqual(report.names, [keyOf(customerId)]);
    const handle = integration.client.workflow.getHandle(
      customerKind.id({ tenantUid: integration.tenantUid, customerKey: keyOf(customerId) }),
    );
    await handle.result();
    assert.equal((await integration.flow('GET', `/customers/${customerId.replace(/\W/g, '')}`)).status, 200);
    await untold(() =>
      integration.flow('PUT', `/customers/${customerId.replace(/\W/g, '')}`, { mobile: '+4790011223' }),
    );
    const back = await rig.sweep('flow-customers');
    assert.deepEqual(back.names, [keyOf(customerId)]);
    const { events } = await rig.handle().fetchHistory();
    const history = Buffer.from(JSON.stringify(events)).toString();
    const hidden = Buffer.from(customerId).toString('base64').slice(0, 10);
    assert.ok(!history.includes(customerId) && !history.includes(hidden), 'the id of a customer is nowhere to be read');
  });

  it('goes on where it was when its worker is stopped in the middle, and names each order once', async () => {
    const lost = await untold(async () => {
      const placed: string[] = [];
      for (let count = 0; count < 130; count += 1) placed.push(await shop.place());
      return placed;
    });
    await integration.clearRequests();
    await integration.fault('flow', { kind: 'latency', delayMs: 60, method: 'GET' });
    const askedAt = await rig.askFor('omnium-orders');
    // By then the first page of a hundred is behind it, and the second is being looked at.
    const looks = async (): Promise<number> =>
      (await integration.requests('omnium', 'GET')).filter(({ path }) => path.startsWith('/api/Orders/NO-')).length;
    await until(async () => ((await looks()) > 105 ? true : undefined), 30_000);
    await rig.stopWorker();
    await integration.control('flow', 'DELETE /faults');
    const looksBefore = await looks();
    await rig.startWorker();
    const report = await rig.report('omnium-orders', askedAt);
    assert.deepEqual(named(report), [...lost].sort());
    assert.equal(report.found, 130);
    assert.ok((await looks()) - looksBefore < 100, 'the first page was not looked at again');
    for (const orderNumber of lost) await integration.settled(orderNumber);
    assert.deepEqual(await missing(lost, []), { web: [], till: [] });
  });

  it('finds a pick-up order that Flow has deleted because nobody fetched it', async () => {
    const orderNumber = await shop.place();
    await integration.settled(orderNumber);
    const deadline = new Date(Date.now() + 2_000).toISOString();
    await integration.omnium('PATCH', `/api/Orders/${orderNumber}/PatchOrder`, { customerPickupDeadline: deadline });
    await until(async () => {
      const validUntil = String((await integration.orderInFlow(orderNumber))?.validUntil);
      return Date.parse(validUntil) === Date.parse(deadline) ? true : undefined;
    });
    await integration.settled(orderNumber);
    await until(async () => (Date.parse(deadline) < Date.now() ? true : undefined));
    await integration.tillOffice('expire');
    const left = await integration.orderInFlow(orderNumber);
    assert.equal(
      left,
      undefined,
      `still in Flow: ${String(left?.orderState)}, valid until ${String(left?.validUntil)}`,
    );
    // Neither side tells of it, and nothing about it has changed since: once an hour the sweep looks for such orders,
    // and in every look that somebody asks for.
    assert.deepEqual(await differingIn('omnium-orders', { lastSweptMinutesAgo: 0 }), []);
    assert.deepEqual(await differingIn('omnium-orders', { lastSweptMinutesAgo: 61 }), [orderNumber]);
    assert.deepEqual((await rig.sweep('omnium-orders')).names, [orderNumber]);
    await integration.settled(orderNumber);
    assert.equal((await integration.orderInOmnium(orderNumber))?.status, 'NotCollected');
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
    const waiting = await quiet([...placed, ...sold]);
    for (const vendor of ['omnium', 'flow'] as const) await integration.control(vendor, 'DELETE /faults');
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

  /** Names of what a stream reads and finds different, without telling anybody. */
  async function differingIn(
    stream: SweepStream,
    { lastSweptMinutesAgo }: { readonly lastSweptMinutesAgo: number },
  ): Promise<string[]> {
    const tenants = new TenantRegistry(integration.config.tenants);
    try {
      const attempt = { signal: new AbortController().signal, onCall: () => undefined, calls: 0 };
      const now = new Date();
      // What has changed is not the matter here, so the window itself is empty.
      const watermark = new Date(now.getTime() - lastSweptMinutesAgo * 60_000).toISOString();
      const window = { watermark, from: now.toISOString(), to: now.toISOString(), since: 'last-sweep' as const };
      const tenant = tenants.get(integration.tenantUid);
      const names: string[] = [];
      const context = { ...attempt, tenant, window, cursor: undefined, found: new Set<string>() };
      for await (const { documents } of DELTA_SWEEPS[stream].pages(context)) {
        for (const document of documents) {
          if (document.data === undefined) continue;
          const { verdict, target = document.target } = await DELTA_SWEEPS[stream].compare({ ...context }, document);
          if (verdict === 'differs') names.push(nameOfTarget(target));
        }
      }
      return names;
    } finally {
      await tenants.close();
    }
  }

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
