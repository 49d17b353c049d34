import { Publisher } from '../../src/temporal/publisher';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { IntegrationConfig } from '../../src/config/types';
import { RETRY_NOW_UPDATE, type SyncResult } from '../../src/contracts/entity-sync';
import { stockKind, type StockOutcome, type StockSubject } from '../../src/contracts/kinds/stock';
import { initialStockOf } from '../../sandbox/chain/build-chain';
import { TenantRegistry } from '../../src/activities/tenants';
import { searchAttributes } from '../../src/contracts/search-attributes';
import { createEngineWorker } from '../../src/workers/create-worker';
import { Integration, type Json } from '../support/integration';
import { opsOn } from '../support/ops-on';
import { until } from '../support/order-driver';
import { devServer } from '../support/temporal-rig';
import { Tills } from '../support/tills';
import { workerIsThere } from '../support/worker-is-there';

const FLOW_MASTER = { storeUid: 'bergensentrum', storeId: 'bergen-sentrum' } as const;
const OMNIUM_MASTER = { storeUid: 'oslocity', storeId: 'oslo-city' } as const;

describe('the stock of stores, in both systems', function () {
  this.timeout(120_000);
  let integration: Integration;

  before(async function () {
    this.timeout(600_000);
    integration = await Integration.start(alignedAgainSoon);
    // Omnium's order workflow moves stock in every store, as a chain would have it: where Flow is the master, too.
    const storeIds = [OMNIUM_MASTER.storeId, FLOW_MASTER.storeId];
    await integration.control('omnium', 'POST /stock-step', { storeIds });
  });

  after(async () => {
    await integration.stop();
  });

  const tills = ({ storeUid }: { readonly storeUid: string }): Tills => new Tills(integration, storeUid);

  /** Number `index` among the articles that both stores have some of. */
  function sku(index: number): string {
    const articles = integration.chain.products.filter(({ kind }) => kind === 'single').flatMap(({ skus }) => skus);
    const found = articles[index]?.sku;
    assert.ok(found);
    return found;
  }

  const uidOf = (id: string): string => id.replace(/\W/g, '');

  async function inFlow({ storeUid }: { readonly storeUid: string }, article: string): Promise<number> {
    const path = `/stores/${storeUid}/warehouses/${storeUid}/products/${uidOf(article)}/stock`;
    return Number((await integration.flow('GET', path)).body.quantityStock) / 100;
  }

  async function setInFlow(store: { readonly storeUid: string }, article: string, pieces: number): Promise<void> {
    const { storeUid } = store;
    const path = `/stores/${storeUid}/warehouses/${storeUid}/products/${uidOf(article)}/stock`;
    const { status } = await integration.flow('PUT', path, { quantityStock: pieces * 100 });
    assert.equal(status, 200);
    // The sandbox knows only our own user at its API, whose writes are echoes: a clerk's count is told by the test.
    const named = (uid: string): Json => ({ Id: 1, Uid: uid });
    const { body } = await integration.post(
      {
        action: 'STOCK_CHANGE',
        tenant: named(integration.tenantUid),
        store: named(storeUid),
        warehouse: named(storeUid),
        product: named(uidOf(article)),
        tenantUser: named('clerk'),
      },
      'flow',
    );
    assert.ok(body.outcome);
  }

  async function inOmnium({ storeId }: { readonly storeId: string }, article: string): Promise<number> {
    const { body } = await integration.omnium('GET', `/api/Inventory/${article}?warehouseIds=${storeId}`);
    const [item] = (body.result ?? []) as Json[];
    return Number(item?.inventory ?? 0);
  }

  async function setInOmnium(store: { readonly storeId: string }, article: string, pieces: number): Promise<void> {
    const item = { sku: article, warehouseCode: store.storeId, inventory: pieces };
    await integration.omnium('PUT', '/api/Inventory/UpdateMany', [item]);
  }

  /** Has a store's stock looked at, as an operator, a sweep or a new configuration would. */
  async function look(store: { readonly storeUid: string }, subject: StockSubject): Promise<StockOutcome> {
    await tell(store, subject);
    const { outcome } = await over(store.storeUid);
    assert.ok(outcome);
    return outcome;
  }

  async function tell({ storeUid }: { readonly storeUid: string }, subject: StockSubject): Promise<void> {
    const { tenantUid, client, taskQueue } = integration;
    const inbox = new Publisher({
      ...{ client: () => client, taskQueue, retryLadder: 'one-minute', callTimeoutMs: 10_000 },
    });
    const event = { eventId: randomUUID(), source: 'operator', what: 'Look', subject } as const;
    await inbox.publish(stockKind, { tenantUid, storeUid }, event);
  }

  async function over(storeUid: string): Promise<SyncResult<StockOutcome>> {
    const workflowId = stockKind.id({ tenantUid: integration.tenantUid, storeUid });
    return await integration.client.workflow.getHandle<() => Promise<SyncResult<StockOutcome>>>(workflowId).result();
  }

  const levelOf = ({ storeUid }: { readonly storeUid: string }, article: string): StockSubject => ({
    ...{ kind: 'level', warehouseUid: storeUid, productUid: uidOf(article) },
  });

  async function restartWith(config: IntegrationConfig): Promise<void> {
    await integration.stopWorker();
    await integration.startWorker(config);
  }

  /** The configuration with other stock masters in Norway. */
  function mastered(storeUids: readonly string[]): IntegrationConfig {
    const { config } = integration;
    return {
      ...config,
      tenants: config.tenants.map((tenant) => ({
        ...tenant,
        stores: [OMNIUM_MASTER, FLOW_MASTER].map((store) => ({
          ...store,
          settings: { OMNIUM_FLOW_STOCK_MASTER: storeUids.includes(store.storeUid) },
        })),
      })),
    };
  }

  it('tells Omnium what is left after a sale where Flow is the master', async () => {
    const article = sku(0);
    await setInFlow(FLOW_MASTER, article, 12);
    await until(async () => ((await inOmnium(FLOW_MASTER, article)) === 12 ? true : undefined), 15_000);
    await tills(FLOW_MASTER).sell([{ sku: article, quantity: 300 }]);
    await until(async () => ((await inOmnium(FLOW_MASTER, article)) === 9 ? true : undefined), 15_000);
    assert.equal(await inFlow(FLOW_MASTER, article), 9);
  });

  it('sends nothing where Omnium is the master: refused, and recorded', async () => {
    const article = sku(1);
    const before = await inOmnium(OMNIUM_MASTER, article);
    await setInFlow(OMNIUM_MASTER, article, before + 7);
    await integration.deliveriesDone();
    const outcome = await look(OMNIUM_MASTER, levelOf(OMNIUM_MASTER, article));
    assert.equal(outcome.action, 'skipped');
    assert.equal(outcome.reason, 'Omnium is the stock master of oslocity: no levels are sent there');
    assert.equal(await inOmnium(OMNIUM_MASTER, article), before);
    assert.equal(await inFlow(OMNIUM_MASTER, article), before + 7, 'and nothing is overwritten behind its back');
  });

  it('does not take what a system does not list for zero', async () => {
    const article = sku(2);
    await setInFlow(FLOW_MASTER, article, 0);
    await look(FLOW_MASTER, { kind: 'all' });
    await integration.clearRequests();
    const outcome = await look(FLOW_MASTER, levelOf(FLOW_MASTER, article));
    assert.deepEqual([outcome.compared, outcome.written], [1, 0]);
    const writes = (await integration.requests('omnium', 'PUT')).filter(({ path }) => path.includes('Inventory'));
    assert.deepEqual(writes, []);
  });

  it('aligns a whole store towards its master, whichever that is', async () => {
    const [up, down] = [sku(3), sku(4)];
    await setInOmnium(OMNIUM_MASTER, up, 31);
    await setInOmnium(OMNIUM_MASTER, down, 2);
    const towardsFlow = await look(OMNIUM_MASTER, { kind: 'all' });
    assert.equal(towardsFlow.master, 'omnium');
    assert.deepEqual([await inFlow(OMNIUM_MASTER, up), await inFlow(OMNIUM_MASTER, down)], [31, 2]);
    await setInOmnium(FLOW_MASTER, up, 99);
    const wanted = await inFlow(FLOW_MASTER, up);
    const towardsOmnium = await look(FLOW_MASTER, { kind: 'all' });
    assert.equal(towardsOmnium.master, 'flow');
    assert.equal(await inOmnium(FLOW_MASTER, up), wanted);
    const again = await look(FLOW_MASTER, { kind: 'all' });
    assert.deepEqual([again.action, again.written], ['unchanged', 0]);
  });

  it('waits for Omnium on the ladder, and then writes what is in stock by then', async () => {
    const article = sku(5);
    await integration.fault('omnium', { kind: 'error', status: 503, method: 'PUT', path: '/api/Inventory' });
    await setInFlow(FLOW_MASTER, article, 40);
    const workflowId = stockKind.id({ tenantUid: integration.tenantUid, storeUid: FLOW_MASTER.storeUid });
    const handle = integration.client.workflow.getHandle(workflowId);
    await until(async () => {
      const description = await handle.describe().catch(() => undefined);
      return description?.status.name === 'RUNNING' &&
        description.typedSearchAttributes.get(searchAttributes.failureType)
        ? true
        : undefined;
    }, 15_000);
    await integration.control('omnium', 'DELETE /faults');
    await setInFlow(FLOW_MASTER, article, 38);
    await until(async () => ((await inOmnium(FLOW_MASTER, article)) === 38 ? true : undefined), 15_000);
    await over(FLOW_MASTER.storeUid);
  });

  it('names a warehouse that only Flow has, and writes the rest of the store', async () => {
    const article = sku(11);
    const repairs = { warehouseUid: 'repairs', name: 'Repairs' };
    await integration.flow('POST', `/stores/${FLOW_MASTER.storeUid}/warehouses`, repairs);
    const path = `/stores/${FLOW_MASTER.storeUid}/warehouses/repairs/products/${uidOf(article)}/stock`;
    await integration.flow('PUT', path, { quantityStock: 300 });
    await setInOmnium(FLOW_MASTER, article, 77);
    await restartWith(integration.config);
    const outcome = await look(FLOW_MASTER, { kind: 'all' });
    assert.match(String(outcome.differences), /Omnium has no warehouse for Flow's repairs/);
    assert.equal(await inOmnium(FLOW_MASTER, article), await inFlow(FLOW_MASTER, article));
    await integration.flow('PUT', path, { quantityStock: 0 });
    await integration.flow('DELETE', `/stores/${FLOW_MASTER.storeUid}/warehouses/repairs`);
    await restartWith(integration.config);
  });

  describe('a switch of masters while work is under way', () => {
    it('from Omnium to Flow: a sale on its way is counted once, and Omnium’s last word is kept', async () => {
      const [sold, counted] = [sku(6), sku(7)];
      for (const article of [sold, counted]) {
        await setInOmnium(OMNIUM_MASTER, article, 20);
      }
      await look(OMNIUM_MASTER, { kind: 'all' });
      await integration.stopWorker();
      await tills(OMNIUM_MASTER).sell([{ sku: sold, quantity: 400 }]);
      await setInOmnium(OMNIUM_MASTER, counted, 25);
      const outcome = look(OMNIUM_MASTER, { kind: 'switch', master: 'flow', alignAgainAfterSeconds: 1 });
      await restartWith(mastered([FLOW_MASTER.storeUid, OMNIUM_MASTER.storeUid]));
      assert.equal((await outcome).master, 'flow');
      await until(async () => ((await inOmnium(OMNIUM_MASTER, sold)) === 16 ? true : undefined), 15_000);
      assert.equal(await inFlow(OMNIUM_MASTER, sold), 16);
      assert.deepEqual([await inFlow(OMNIUM_MASTER, counted), await inOmnium(OMNIUM_MASTER, counted)], [25, 25]);
    });

    it('from Flow to Omnium: what Flow had not told yet is told, and an order on its way is counted once', async () => {
      const [sold, counted] = [sku(8), sku(9)];
      await integration.stopWorker();
      await integration.startWorker();
      for (const article of [sold, counted]) await setInFlow(FLOW_MASTER, article, 20);
      await until(async () => ((await inOmnium(FLOW_MASTER, counted)) === 20 ? true : undefined), 15_000);
      await over(FLOW_MASTER.storeUid);
      await integration.stopWorker();
      await setInFlow(FLOW_MASTER, counted, 26);
      await tills(FLOW_MASTER).sell([{ sku: sold, quantity: 500 }]);
      const outcome = look(FLOW_MASTER, { kind: 'switch', master: 'omnium', alignAgainAfterSeconds: 1 });
      await integration.startWorker(mastered([]));
      assert.equal((await outcome).master, 'omnium');
      await until(async () => ((await inOmnium(FLOW_MASTER, sold)) === 15 ? true : undefined), 15_000);
      await look(FLOW_MASTER, { kind: 'all' });
      assert.deepEqual([await inFlow(FLOW_MASTER, sold), await inOmnium(FLOW_MASTER, sold)], [15, 15]);
      assert.deepEqual([await inFlow(FLOW_MASTER, counted), await inOmnium(FLOW_MASTER, counted)], [26, 26]);
      await restartWith(integration.config);
    });
  });

  describe('a switch of masters that is not plain', () => {
    it('is taken back by another one before the store was aligned', async () => {
      const article = sku(12);
      await setInOmnium(OMNIUM_MASTER, article, 50);
      await setInFlow(OMNIUM_MASTER, article, 10);
      await integration.stopWorker();
      await tell(OMNIUM_MASTER, { kind: 'switch', master: 'flow', alignAgainAfterSeconds: 1 });
      await tell(OMNIUM_MASTER, { kind: 'switch', master: 'omnium', alignAgainAfterSeconds: 1 });
      await integration.startWorker();
      assert.equal((await over(OMNIUM_MASTER.storeUid)).outcome?.master, 'omnium');
      assert.deepEqual([await inFlow(OMNIUM_MASTER, article), await inOmnium(OMNIUM_MASTER, article)], [50, 50]);
    });

    it('waits for a worker that knows of it', async () => {
      const article = sku(13);
      await setInOmnium(OMNIUM_MASTER, article, 50);
      await setInFlow(OMNIUM_MASTER, article, 10);
      await tell(OMNIUM_MASTER, { kind: 'switch', master: 'flow', alignAgainAfterSeconds: 1 });
      const workflowId = stockKind.id({ tenantUid: integration.tenantUid, storeUid: OMNIUM_MASTER.storeUid });
      const handle = integration.client.workflow.getHandle(workflowId);
      await until(async () => {
        const { typedSearchAttributes } = await handle.describe();
        return typedSearchAttributes.get(searchAttributes.failureType) === 'ConfigurationIncomplete' ? true : undefined;
      }, 15_000);
      assert.deepEqual([await inFlow(OMNIUM_MASTER, article), await inOmnium(OMNIUM_MASTER, article)], [10, 50]);
      await restartWith(mastered([FLOW_MASTER.storeUid, OMNIUM_MASTER.storeUid]));
      await handle.executeUpdate(RETRY_NOW_UPDATE);
      assert.equal((await over(OMNIUM_MASTER.storeUid)).outcome?.master, 'flow');
      assert.deepEqual([await inFlow(OMNIUM_MASTER, article), await inOmnium(OMNIUM_MASTER, article)], [50, 50]);
      await restartWith(integration.config);
    });
  });

  describe('stock diff', () => {
    /** With a worker on the engine's own task queue, where an operator's commands expect it. */
    async function withEngine(work: () => Promise<void>): Promise<void> {
      const { nativeConnection: connection, namespace } = await devServer();
      const tenants = new TenantRegistry(integration.config.tenants);
      const limits = integration.config.worker;
      const worker = await createEngineWorker({
        ...{ engine: 'receivement-sync', connection, namespace, limits, tenants, retryLadder: 'one-minute' },
      });
      await worker.runUntil(async () => {
        await workerIsThere('receivement-sync');
        await work();
      });
      await tenants.close();
    }

    it('says which levels differ and why, and writes nothing', async () => {
      const article = sku(10);
      await look(FLOW_MASTER, { kind: 'all' });
      const same = await opsOn(integration, 'stock', 'diff', '--tenant', 'flow_no', '--store', FLOW_MASTER.storeUid);
      assert.equal(same.exitCode, 0, same.error + same.out);
      assert.match(same.out, /Stock of bergensentrum \(flow_no\), master Flow: \d+ levels compared, the same/);
      await setInOmnium(FLOW_MASTER, article, 1_234);
      await integration.clearRequests();
      const text = await opsOn(integration, 'stock', 'diff', '--tenant', 'flow_no', '--store', FLOW_MASTER.storeUid);
      assert.equal(text.exitCode, 4, text.error);
      assert.match(
        text.out,
        new RegExp(`${article} +bergen-sentrum +\\d+ +1234 +changed in Omnium at .*, against the master`),
      );
      assert.match(text.out, /--repair/);
      const writes = (await integration.requests('omnium', 'PUT')).concat(await integration.requests('flow', 'PUT'));
      assert.deepEqual(writes, []);
    });

    it('repairs towards the master when told, through the owner of the store’s stock', async () => {
      await withEngine(async () => {
        const args = ['stock', 'diff', '--tenant', 'flow_no', '--store', FLOW_MASTER.storeUid, '--repair'];
        const repaired = await opsOn(integration, ...args, '--json');
        assert.equal(repaired.exitCode, 0, repaired.out + repaired.error);
        const [store] = repaired.json.stores as { repair?: { written: number }; differing: number }[];
        assert.deepEqual([store?.differing, store?.repair?.written], [1, 1]);
      });
      assert.equal(await inOmnium(FLOW_MASTER, sku(10)), await inFlow(FLOW_MASTER, sku(10)));
    });

    it('says what a repair leaves: a level that Omnium, the master, does not list is not zero', async () => {
      const { chain } = integration;
      const unlisted = chain.products
        .filter(({ kind }) => kind === 'single')
        .flatMap(({ skus }) => skus.map((each) => each.sku))
        .filter((article) => initialStockOf(chain, 'oslo-city', article) === 0)
        .at(-1);
      assert.ok(unlisted);
      await setInFlow(OMNIUM_MASTER, unlisted, 7);
      await withEngine(async () => {
        const args = ['stock', 'diff', '--tenant', 'flow_no', '--store', OMNIUM_MASTER.storeUid, '--repair'];
        const repaired = await opsOn(integration, ...args);
        assert.equal(repaired.exitCode, 4, repaired.out + repaired.error);
        assert.match(repaired.out, new RegExp(`Still different: Omnium does not list ${unlisted} in oslo-city\\.`));
      });
      assert.equal(await inFlow(OMNIUM_MASTER, unlisted), 7);
    });
  });
});

/** The second alignment after a switch comes at once. */
function alignedAgainSoon(config: IntegrationConfig): IntegrationConfig {
  const tenants = config.tenants.map((tenant) => ({
    ...tenant,
    goods: { ...tenant.goods, alignAgainAfterSeconds: 1 },
  }));
  return { ...config, tenants };
}
