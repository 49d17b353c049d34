import assert from 'node:assert/strict';
import { inventoryConfig } from '../../bench/inventory/inventory-config';
import { InventoryRig } from '../../bench/inventory/inventory-rig';
import { Levels, productsFor, STORES } from '../../bench/inventory/levels';
import { Stops } from '../../bench/rig/stops';
import { startBenchTemporal } from '../../bench/rig/temporal';
import { type RecordedCall, startRecordingProxies } from '../../bench/vendors/recording-proxy';
import { CHAIN_SEED } from '../../bench/vendors/vendor-process';
import { buildChain } from '../../sandbox/chain/build-chain';
import { startFlowSandbox } from '../../sandbox/flow/server';
import { startOmniumSandbox } from '../../sandbox/omnium/server';
import { parseConfig } from '../../src/config/load';

/** What the sandbox brings at once here, instead of a thousand and more. */
const SCROLL_BATCH = 150;
/** More than that in each store, so that a scroll goes on. */
const LEVELS = (SCROLL_BATCH + 20) * STORES;
const FEW = 20 * STORES;

describe('the bare calls that the inventory export is measured against', function () {
  this.timeout(180_000);
  const stops = new Stops();
  let rig: InventoryRig;
  let calls: RecordedCall[];

  before(async () => {
    const products = productsFor(LEVELS);
    const chain = buildChain({ seed: CHAIN_SEED, products });
    const omnium = await startOmniumSandbox({ chain, seed: CHAIN_SEED, scrollBatchSize: SCROLL_BATCH });
    stops.add(() => omnium.stop());
    const flow = await startFlowSandbox({ chain, seed: CHAIN_SEED });
    stops.add(() => flow.stop());
    const direct = { omniumUrl: omnium.url, flowUrl: flow.url };
    const proxies = await startRecordingProxies(stops, direct);
    calls = proxies.calls;
    const temporal = await startBenchTemporal(stops, () => undefined);
    const levels = new Levels(stops, { vendors: direct, products });
    rig = await InventoryRig.start(stops, { temporal, vendors: proxies.urls, levels });
    await rig.startFreshWorker();
    // From here on our exports know where they were, the warehouses, and have a token.
    await rig.catchUp();
  });

  after(() => stops.stopAll());

  async function callsOf(work: () => Promise<unknown>): Promise<RecordedCall[]> {
    calls.length = 0;
    await work();
    return [...calls];
  }

  const throughUs = (count: number): Promise<RecordedCall[]> =>
    callsOf(() => rig.afterChange(count, () => rig.throughUs()));
  const throughBareLoop = (count: number): Promise<RecordedCall[]> =>
    callsOf(() => rig.afterChange(count, (since) => rig.throughBareLoop(since)));

  it('are those of our exports, call by call, and leave the same levels in Flow', async () => {
    const ours = await throughUs(LEVELS);
    const bare = await throughBareLoop(LEVELS);
    assert.deepEqual(listOf(bare), listOf(ours));
    assert.equal(ours.filter(({ path }) => path.includes('/Scroll/')).length, 2 * STORES, 'every scroll has gone on');
    assert.ok(ours.every(({ status }) => status === 200));
    const { written, unchanged } = await rig.catchUp();
    assert.deepEqual([written, unchanged], [0, LEVELS], 'what the bare loop has written is right for us');
  });

  it('are one write for each level and one question for a hundred, on both sides', async () => {
    for (const made of [await throughUs(LEVELS), await throughBareLoop(LEVELS)]) {
      assert.equal(made.filter(({ method }) => method === 'PUT').length, LEVELS);
      const questions = made.filter(({ path }) => path.includes('/products/stock'));
      assert.equal(questions.length, 3 * STORES, 'of 150 levels two, of 20 one');
      assert.ok(made.length / LEVELS < 1.05, `${made.length} calls`);
      await rig.catchUp();
    }
  });

  it('are as few when little has changed: a search for each warehouse, and one list of stores', async () => {
    const made = await throughUs(FEW);
    const warehouses = 24;
    const tenants = 4;
    assert.equal(made.length, FEW + STORES + warehouses + tenants);
  });

  it('need no cost prices, in no tenant, and write nothing where Flow is the master, for there is no such store', () => {
    const { tenants } = parseConfig(
      inventoryConfig({ omniumUrl: 'http://127.0.0.1:9', flowUrl: 'http://127.0.0.1:9' }),
      {},
    );
    for (const { connector, stores } of tenants) {
      assert.equal(connector.properties.UseCostPriceListInInventoryExport, false);
      assert.ok(stores.every(({ settings }) => !settings.OMNIUM_FLOW_STOCK_MASTER));
    }
  });
});

/** What was called and with which members, sorted: both sides make several calls at once. */
function listOf(calls: readonly RecordedCall[]): string[] {
  return calls
    .map(({ vendor, method, path, headers, body }) => {
      const target = path.replace(/\/Scroll\/.*/, '/Scroll/…');
      const { accept, 'content-type': type = 'no body', 'user-agent': agent } = headers;
      const auth = headers.authorization?.split(' ')[0];
      return [vendor, method, target, accept, type, agent, auth, essentials(body)].join(' ');
    })
    .sort();
}

/** A body without what differs from one round to the next: quantities, and since when. */
function essentials(body: string | undefined): string {
  if (body === undefined) return '';
  const members = JSON.parse(body) as Record<string, unknown>;
  return JSON.stringify(members, (name, value: unknown) =>
    name === 'lastModified' || name === 'quantityStock' ? typeof value : value,
  );
}
