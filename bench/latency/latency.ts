import { setTimeout as sleep } from 'node:timers/promises';
import { type BenchmarkReport, type BenchmarkSettings, MeasureBook } from '../report/report';
import { percentile } from '../report/statistics';
import { startApiProcess, startWorkerProcess, writeConfig } from '../rig/services';
import type { Stops } from '../rig/stops';
import { type BenchTemporal, startBenchTemporal } from '../rig/temporal';
import { type WebhookSender, webhookSender } from '../rig/webhook-sender';
import { BareCaller, callsPerOrder, recordCalls } from '../vendors/bare-calls';
import { announce, untilSynced } from '../vendors/our-orders';
import { Sandboxes, type SeenCall } from '../vendors/sandboxes';
import { ORDER_KINDS, type PlacedOrder, TENANT_UID, WebShop } from '../vendors/web-shop';

/** Between orders: the system is idle again, and its pollers wait. */
const PAUSE_MS = 150;
const WARM_UP = 2 * ORDER_KINDS.length;

/** Where the time of one order went. */
interface OrderTimes {
  /** From sending the event to the answer 202. */
  readonly acknowledgedMs: number;
  /** … to the first call at a vendor. */
  readonly firstCallMs: number;
  /** … to the answer to the last write, usually Flow's: the order is in Flow, and Omnium knows its pick-up deadline. */
  readonly inFlowMs: number;
}

/** Time from the webhook to the order in Flow, one order at a time, against the same vendor calls without anything around. */
export async function benchLatency(settings: BenchmarkSettings, stops: Stops): Promise<BenchmarkReport> {
  const samples = settings.quick ? 2 * ORDER_KINDS.length : 24;
  const rig = await LatencyRig.start(stops, settings);
  for (const order of await rig.shop.place(WARM_UP)) await rig.timeOrder(order);
  for (const order of await rig.shop.place(WARM_UP)) await rig.timeBareCalls(order);
  const book = new MeasureBook();
  for (let run = 0; run < settings.runs; run += 1) {
    settings.log(`latency, run ${run + 1} of ${settings.runs}`);
    await rig.measure(samples, book);
  }
  return {
    name: 'latency',
    title: '(d) Time from the webhook to the order in Flow, on an idle system',
    method: [
      `${samples} orders in each run, one at a time, three kinds in rotation, ${rig.calls.toFixed(1)} vendor calls on average; after each of ours the same calls bare, for another order.`,
      'Ours: from sending the event until the last write is answered (Flow’s, or of a pick-up order the deadline that Omnium is told after it). Bare: the recorded calls one after the other on kept-alive connections, answers read.',
      'Figures are medians of a run unless they say otherwise.',
    ],
    groups: [{ title: 'One order', measures: book.list() }],
  };
}

class LatencyRig {
  private constructor(
    private readonly temporal: BenchTemporal,
    private readonly sandboxes: Sandboxes,
    private readonly parts: {
      readonly shop: WebShop;
      readonly sender: WebhookSender;
      readonly caller: BareCaller;
      readonly calls: number;
    },
  ) {}

  get shop(): WebShop {
    return this.parts.shop;
  }

  /** Vendor calls of one order on average. */
  get calls(): number {
    return this.parts.calls;
  }

  static async start(stops: Stops, { log }: BenchmarkSettings): Promise<LatencyRig> {
    const temporal = await startBenchTemporal(stops, log);
    const sandboxes = await Sandboxes.start(stops);
    const vendors = sandboxes.urls;
    const shop = new WebShop(vendors);
    const scripts = await recordCalls(stops, vendors, shop);
    const caller = new BareCaller(vendors, scripts);
    stops.add(() => caller.close());
    const configFile = await writeConfig(stops, vendors);
    await startWorkerProcess(stops, { configFile, temporal });
    const { url } = await startApiProcess(stops, { configFile, temporal });
    const sender = webhookSender(stops, { url, tenantUid: TENANT_UID, connections: 1 });
    return new LatencyRig(temporal, sandboxes, { shop, sender, caller, calls: callsPerOrder(scripts) });
  }

  async measure(count: number, book: MeasureBook): Promise<void> {
    const [ourOrders, bareOrders] = [await this.shop.place(count), await this.shop.place(count)];
    const ours: OrderTimes[] = [];
    const bare: number[] = [];
    for (let index = 0; index < count; index += 1) {
      const [ourOrder, bareOrder] = [ourOrders[index], bareOrders[index]];
      if (!ourOrder || !bareOrder) break;
      await sleep(PAUSE_MS);
      ours.push(await this.timeOrder(ourOrder));
      await sleep(PAUSE_MS);
      bare.push(await this.timeBareCalls(bareOrder));
    }
    const inFlow = ours.map(({ inFlowMs }) => inFlowMs);
    const [ourMedian, bareMedian] = [percentile(inFlow, 0.5), percentile(bare, 0.5)];
    const median = (pick: (times: OrderTimes) => number): number => percentile(ours.map(pick), 0.5);
    book.add('webhook to Flow ÷ bare calls', ourMedian / bareMedian, { unit: '×' });
    book.add('webhook to Flow − bare calls', ourMedian - bareMedian, { unit: 'ms' });
    book.add('webhook to Flow', ourMedian, { unit: 'ms' });
    book.add('bare calls', bareMedian, { unit: 'ms' });
    book.add('webhook to Flow, slowest', Math.max(...inFlow), { unit: 'ms' });
    book.add('bare calls, slowest', Math.max(...bare), { unit: 'ms' });
    book.add(
      'webhook to 202',
      median((times) => times.acknowledgedMs),
      { unit: 'ms' },
    );
    book.add(
      'webhook to first vendor call',
      median((times) => times.firstCallMs),
      { unit: 'ms' },
    );
    book.add(
      'first vendor call to Flow',
      median((times) => times.inFlowMs - times.firstCallMs),
      { unit: 'ms' },
    );
  }

  async timeOrder(order: PlacedOrder): Promise<OrderTimes> {
    await this.sandboxes.clearCalls();
    const startedAt = wallClock();
    await announce(this.parts.sender, order);
    const acknowledgedMs = wallClock() - startedAt;
    await untilSynced(this.temporal, order);
    const calls = await this.sandboxes.calls();
    const arrivals = calls.map(arrivedAt);
    const ends = calls.map((call) => arrivedAt(call) + call.durationMs);
    return {
      acknowledgedMs,
      firstCallMs: Math.min(...arrivals) - startedAt,
      inFlowMs: Math.max(...ends) - startedAt,
    };
  }

  async timeBareCalls(order: PlacedOrder): Promise<number> {
    const startedAt = performance.now();
    await this.parts.caller.makeCalls(order);
    return performance.now() - startedAt;
  }
}

/** Milliseconds since the epoch with fractions: the sandboxes' clock is the same machine's. */
function wallClock(): number {
  return performance.timeOrigin + performance.now();
}

/** The sandbox writes whole milliseconds; half of one is added, so that the error is even on average. */
function arrivedAt({ at }: SeenCall): number {
  return Date.parse(at) + 0.5;
}
