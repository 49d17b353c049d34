import { setTimeout as sleep } from 'node:timers/promises';
import { parseConfig } from '../../src/config/load';
import type { IntegrationConfig } from '../../src/config/types';
import { MeasureBook, type MeasureGroup } from '../report/report';
import { percentile } from '../report/statistics';
import { CpuMeter } from '../rig/cpu';
import { startOurExports } from '../rig/export-runs';
import { startApiProcess, startWorkerProcess, writeConfigText } from '../rig/services';
import type { Stops } from '../rig/stops';
import { type BenchTemporal, startBenchTemporal } from '../rig/temporal';
import { type WebhookSender, webhookSender } from '../rig/webhook-sender';
import { announce, untilSynced } from '../vendors/our-orders';
import { ORDER_KINDS, type OrderKind, TENANT_UID, WebShop } from '../vendors/web-shop';
import { catalogueConfig } from './catalogue-config';
import type { CatalogueSizes } from './catalogue-sizes';
import { STORES } from './places';
import { productsWork } from './products-work';
import { type Site, startSite } from './site';
import { words } from './stream-books';

/** SKUs that the tills know beforehand: those of the orders are among them. */
const KNOWN_IN_TILLS = 200;
const CONNECTIONS = 20;
/** Sweeps look around now and then. */
const [QUIET_CALLS, QUIET_MS] = [50, 3_000];

/** An order, from sending its event until its workflow has ended. */
interface SyncedOrder {
  readonly latencyMs: number;
  /** Of the process's own clock. */
  readonly endedAt: number;
}

interface Scene {
  readonly temporal: BenchTemporal;
  readonly config: IntegrationConfig;
  readonly site: Site;
  readonly shop: WebShop;
  readonly sender: WebhookSender;
  readonly cpu: CpuMeter;
  readonly perSecond: number;
}

/** Orders that come one after the other while the whole catalogue goes to the same tills, against orders alone. */
export class OrderLatencyBench {
  private readonly book = new MeasureBook();
  private readonly cpuBook = new MeasureBook();

  constructor(
    private readonly sizes: CatalogueSizes,
    private readonly log: (line: string) => void,
  ) {}

  groups(): MeasureGroup[] {
    return [
      { title: 'Orders while everything is exported', measures: this.book.list() },
      { title: 'CPU time per second while everything is exported, by process', measures: this.cpuBook.list() },
    ];
  }

  /** Everything once, with vendors and processes that are new. */
  async run(stops: Stops): Promise<void> {
    const { orders } = this.sizes;
    const scene = await this.start(stops);
    await pacedOrders(scene, orders.warmUp);
    const before = await pacedOrders(scene, orders.alone);
    const during = await this.duringExport(scene);
    const after = await pacedOrders(scene, orders.alone);
    this.note(before, during, after);
  }

  private async start(stops: Stops): Promise<Scene> {
    const { perSecond } = this.sizes.orders;
    const temporal = await startBenchTemporal(stops, this.log);
    const site = await startSite(stops, {
      omnium: { products: this.sizes.products, stores: STORES },
      flow: { products: KNOWN_IN_TILLS, stores: STORES },
    });
    await productsWork.prepare(site);
    const text = catalogueConfig({ [TENANT_UID]: site.pair.urls });
    const options = { configFile: await writeConfigText(stops, text), temporal };
    const orderWorker = await startWorkerProcess(stops, options, 'order-sync');
    const goodsWorker = await startWorkerProcess(stops, options, 'receivement-sync');
    const exportWorker = await startWorkerProcess(stops, options, 'exports');
    const api = await startApiProcess(stops, options);
    const sender = webhookSender(stops, { url: api.url, tenantUid: TENANT_UID, connections: CONNECTIONS });
    const cpu = new CpuMeter({
      'Temporal server': temporal.pid,
      'worker order-sync': orderWorker.pid,
      'worker receivement-sync': goodsWorker.pid,
      'worker exports': exportWorker.pid,
      API: api.pid,
      'Flow sandbox': site.pair.pids.flow,
      'Omnium sandbox': site.pair.pids.omnium,
      'benchmark itself': process.pid,
    });
    return { temporal, config: parseConfig(text, {}), site, shop: new WebShop(site.pair.urls), sender, cpu, perSecond };
  }

  /** Orders until there are enough of them or the export is over; those that ended before it did. */
  private async duringExport(scene: Scene): Promise<SyncedOrder[]> {
    const { temporal, config, site, cpu } = scene;
    const { orders } = this.sizes;
    const [handle] = await startOurExports(temporal, { config, stream: 'products', tenantUids: [TENANT_UID] });
    if (!handle) throw new Error('no export was started');
    let endedAt = Infinity;
    const over = handle.result().then(
      () => (endedAt = performance.now()),
      () => undefined,
    );
    const cpuOf = {};
    const callsBefore = await site.pair.countCalls();
    const startedAt = performance.now();
    const synced = await cpu.during(cpuOf, () => pacedOrders(scene, orders.during, () => endedAt !== Infinity));
    const seconds = (Math.min(endedAt, performance.now()) - startedAt) / 1_000;
    const calls = (await site.pair.countCalls()) - callsBefore;
    if (endedAt === Infinity) await handle.terminate('enough orders have been seen');
    await over;
    await untilQuiet(site);
    const counted = synced.filter((order) => order.endedAt < endedAt);
    this.book.add('vendor calls per second, during', calls / seconds, { unit: '/s' });
    for (const [name, cpuMs] of Object.entries(cpuOf)) {
      this.cpuBook.add(name, Number(cpuMs) / seconds, { unit: 'ms' });
    }
    this.log(`  ${words(counted.length)} orders in ${words(seconds)} s of the export`);
    return counted;
  }

  private note(before: readonly SyncedOrder[], during: readonly SyncedOrder[], after: readonly SyncedOrder[]): void {
    const alone = latencies([...before, ...after]);
    const together = latencies(during);
    const ratio = percentile(together, 0.99) / percentile(alone, 0.99);
    this.book.add('p99, during ÷ alone', ratio, { unit: '×', aim: { atMost: 1.5 } });
    for (const [name, share] of [['p50', 0.5] as const, ['p99', 0.99] as const]) {
      this.book.add(`${name} alone`, percentile(alone, share), { unit: 'ms' });
      this.book.add(`${name} alone, before the export`, percentile(latencies(before), share), { unit: 'ms' });
      this.book.add(`${name} alone, after the export`, percentile(latencies(after), share), { unit: 'ms' });
      this.book.add(`${name} during the export`, percentile(together, share), { unit: 'ms' });
    }
    this.book.add('orders alone', alone.length, { unit: '' });
    this.book.add('orders during the export', together.length, { unit: '' });
  }
}

/** Orders at a steady pace, whether or not the ones before are done, until there are enough of them. */
async function pacedOrders(scene: Scene, count: number, isEnough: () => boolean = () => false): Promise<SyncedOrder[]> {
  const startedAt = performance.now();
  const synced: Promise<SyncedOrder>[] = [];
  for (let index = 0; index < count && !isEnough(); index += 1) {
    const one = syncOne(scene, ORDER_KINDS[index % ORDER_KINDS.length]);
    // Looked at below, with all others.
    one.catch(() => undefined);
    synced.push(one);
    await sleep(Math.max(startedAt + ((index + 1) * 1_000) / scene.perSecond - performance.now(), 0));
  }
  return await Promise.all(synced);
}

/** An order is placed when it is told of: the sweeps, which run as in production, have no time to find it before. */
async function syncOne({ temporal, shop, sender }: Scene, kind: OrderKind | undefined): Promise<SyncedOrder> {
  const [order] = await shop.place(1, kind);
  if (!order) throw new Error('no order was placed');
  const sentAt = performance.now();
  await announce(sender, order);
  await untilSynced(temporal, order);
  const endedAt = performance.now();
  return { latencyMs: endedAt - sentAt, endedAt };
}

/** An export that was ended goes on until its worker hears of it. */
async function untilQuiet({ pair }: Site): Promise<void> {
  for (let before = -1, now = await pair.countCalls(); now - before > QUIET_CALLS;) {
    await sleep(QUIET_MS);
    [before, now] = [now, await pair.countCalls()];
  }
}

function latencies(orders: readonly SyncedOrder[]): number[] {
  return orders.map(({ latencyMs }) => latencyMs);
}
