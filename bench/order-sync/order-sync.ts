import { setTimeout as sleep } from 'node:timers/promises';
import { parseConfig } from '../../src/config/load';
import { type BenchmarkReport, type BenchmarkSettings, MeasureBook } from '../report/report';
import { percentile, spreadOf } from '../report/statistics';
import { alternate, closedLoop, type LoopTimes, pool } from '../rig/closed-loop';
import { CpuMeter } from '../rig/cpu';
import { Peer } from '../rig/peer';
import { configText, startApiProcess, startWorkerProcess, untilPolled, writeConfig } from '../rig/services';
import type { Stops } from '../rig/stops';
import { type BenchTemporal, startBenchTemporal } from '../rig/temporal';
import { type WebhookSender, webhookSender } from '../rig/webhook-sender';
import { callsPerOrder, recordCalls } from '../vendors/bare-calls';
import { announce, untilSynced, workflowIdOf } from '../vendors/our-orders';
import { Sandboxes } from '../vendors/sandboxes';
import { type PlacedOrder, TENANT_UID, WebShop } from '../vendors/web-shop';
import { MINIMAL_QUEUE, MINIMAL_WORKFLOW, type MinimalWorker } from './minimal-worker';
import type { minimalWorkflow } from './minimal-workflow';

const CONCURRENCY = 20;
const PAUSE_MS = 1_000;
/** Histories looked at in each run. */
const HISTORIES = 15;

/**
 * Orders per second from the webhook to Flow, against the smallest workflow with one activity that makes the same HTTP calls.
 */
export async function benchOrderSync(settings: BenchmarkSettings, stops: Stops): Promise<BenchmarkReport> {
  const blockSize = settings.quick ? 40 : 120;
  const rig = await OrderSyncRig.start(stops, settings);
  await rig.warmUp(settings.quick ? 60 : 400);
  const books: Books = { book: new MeasureBook(), cpuBook: new MeasureBook() };
  for (let run = 0; run < settings.runs; run += 1) {
    settings.log(`order sync, run ${run + 1} of ${settings.runs}`);
    await rig.measure(run, blockSize, books);
  }
  return {
    name: 'order-sync',
    title: '(b) Order sync: from the webhook to the order in Flow',
    method: [
      `${CONCURRENCY} orders under way at once, three kinds in rotation (pick-up; sent and prepaid; pick-up and prepaid), three lines each, ${rig.calls.toFixed(1)} vendor calls on average.`,
      `Each run alternates our side and the minimal one as ABBABAAB in blocks of ${blockSize} orders; an order ends when its workflow has.`,
      'Ours: event posted to the API process, production worker process. Minimal: a workflow started directly, whose one activity makes the same calls (recorded from the real sync: methods, paths, bodies) and reads the answers.',
      'The same sandboxes, connection settings and worker limits on both sides; one Temporal server (tuned development server, SQLite file).',
    ],
    groups: [
      { title: 'Orders', measures: books.book.list() },
      { title: 'CPU time per order, by process', measures: books.cpuBook.list() },
    ],
  };
}

interface Books {
  readonly book: MeasureBook;
  readonly cpuBook: MeasureBook;
}

interface Parts {
  readonly shop: WebShop;
  readonly sender: WebhookSender;
  readonly cpu: CpuMeter;
  /** Vendor calls of one order on average. */
  readonly calls: number;
}

class OrderSyncRig {
  private constructor(
    private readonly temporal: BenchTemporal,
    private readonly sandboxes: Sandboxes,
    private readonly parts: Parts,
  ) {}

  /** Vendor calls of one order on average. */
  get calls(): number {
    return this.parts.calls;
  }

  static async start(stops: Stops, { log }: BenchmarkSettings): Promise<OrderSyncRig> {
    const temporal = await startBenchTemporal(stops, log);
    const { address, namespace } = temporal;
    const sandboxes = await Sandboxes.start(stops);
    const vendors = sandboxes.urls;
    const shop = new WebShop(vendors);
    const scripts = await recordCalls(stops, vendors, shop);
    const minimal = Peer.start<MinimalWorker>(require.resolve('./minimal-worker'), stops);
    const { worker: limits } = parseConfig(configText(vendors), {});
    await minimal.ask('start', { address, namespace, vendors, scripts, limits });
    await untilPolled(temporal, MINIMAL_QUEUE);
    const configFile = await writeConfig(stops, vendors);
    const worker = await startWorkerProcess(stops, { configFile, temporal });
    const api = await startApiProcess(stops, { configFile, temporal });
    const sender = webhookSender(stops, { url: api.url, tenantUid: TENANT_UID, connections: CONCURRENCY });
    const cpu = new CpuMeter({
      'Temporal server': temporal.pid,
      worker: worker.pid,
      'minimal worker': minimal.process.pid,
      API: api.pid,
      sandboxes: sandboxes.pid,
      'sender and waiter': process.pid,
    });
    return new OrderSyncRig(temporal, sandboxes, { shop, sender, cpu, calls: callsPerOrder(scripts) });
  }

  async warmUp(count: number): Promise<void> {
    await this.throughUs(await this.parts.shop.place(count));
    await this.throughMinimal(await this.parts.shop.place(count));
  }

  async measure(run: number, count: number, { book, cpuBook }: Books): Promise<void> {
    const cpu = { ours: {}, minimal: {} };
    const samples: { ours: PlacedOrder[]; minimal: PlacedOrder[] } = { ours: [], minimal: [] };
    const calls = { ours: 0, minimal: 0 };
    const side =
      (name: 'ours' | 'minimal', through: (orders: PlacedOrder[]) => Promise<LoopTimes>) =>
      async (): Promise<LoopTimes> => {
        const orders = await this.parts.shop.place(count);
        await sleep(PAUSE_MS);
        await this.sandboxes.clearCalls();
        const times = await this.parts.cpu.during(cpu[name], () => through(orders));
        calls[name] += await this.sandboxes.countCalls();
        samples[name] = orders.slice(0, HISTORIES);
        return times;
      };
    const [ours, minimal] = await alternate(
      run,
      side('ours', (orders) => this.throughUs(orders)),
      side('minimal', (orders) => this.throughMinimal(orders)),
    );
    compare(book, ours, minimal);
    CpuMeter.compare(
      cpuBook,
      { name: 'minimal', total: cpu.minimal, count: count * minimal.length },
      { name: 'ours', total: cpu.ours, count: count * ours.length },
    );
    const events = await this.historyLengths(samples.ours.map(workflowIdOf));
    book.add('history events per order (most)', spreadOf(events).max, { unit: 'events', aim: { atMost: 13 } });
    const fewest = await this.historyLengths(samples.minimal.map(minimalIdOf));
    book.add('minimal: history events', spreadOf(fewest).max, { unit: 'events' });
    book.add('vendor calls per order', calls.ours / (count * ours.length), { unit: 'calls' });
    book.add('minimal: vendor calls per order', calls.minimal / (count * minimal.length), { unit: 'calls' });
  }

  private throughUs(orders: readonly PlacedOrder[]): Promise<LoopTimes> {
    return forEachOrder(orders, async (order) => {
      await announce(this.parts.sender, order);
      await untilSynced(this.temporal, order);
    });
  }

  private throughMinimal(orders: readonly PlacedOrder[]): Promise<LoopTimes> {
    return forEachOrder(orders, (order) =>
      this.temporal.client.workflow.execute<typeof minimalWorkflow>(MINIMAL_WORKFLOW, {
        workflowId: minimalIdOf(order),
        taskQueue: MINIMAL_QUEUE,
        args: [order],
      }),
    );
  }

  private historyLengths(workflowIds: readonly string[]): Promise<number[]> {
    const { workflow } = this.temporal.client;
    return Promise.all(workflowIds.map(async (id) => (await workflow.getHandle(id).describe()).historyLength));
  }
}

function minimalIdOf({ orderNumber }: PlacedOrder): string {
  return `minimal:${orderNumber}`;
}

function forEachOrder(orders: readonly PlacedOrder[], work: (order: PlacedOrder) => Promise<void>): Promise<LoopTimes> {
  return closedLoop({ concurrency: CONCURRENCY, count: orders.length }, async (index) => {
    const order = orders[index];
    if (order) await work(order);
  });
}

function compare(book: MeasureBook, ourBlocks: readonly LoopTimes[], minimalBlocks: readonly LoopTimes[]): void {
  const [ours, minimal] = [pool(ourBlocks), pool(minimalBlocks)];
  book.add('throughput, ours ÷ minimal', ours.perSecond / minimal.perSecond, { unit: '×', aim: { atLeast: 0.85 } });
  book.add('ours: orders per second', ours.perSecond, { unit: '/s' });
  book.add('minimal: orders per second', minimal.perSecond, { unit: '/s' });
  book.add('ours: p50', percentile(ours.latenciesMs, 0.5), { unit: 'ms' });
  book.add('minimal: p50', percentile(minimal.latenciesMs, 0.5), { unit: 'ms' });
  book.add('ours: p99', percentile(ours.latenciesMs, 0.99), { unit: 'ms' });
  book.add('minimal: p99', percentile(minimal.latenciesMs, 0.99), { unit: 'ms' });
}
