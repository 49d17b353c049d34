import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { alternate, closedLoop, type LoopTimes, pool } from '../rig/closed-loop';
import { CpuMeter } from '../rig/cpu';
import { Peer } from '../rig/peer';
import { NO_VENDORS, startApiProcess, writeConfig } from '../rig/services';
import type { Stops } from '../rig/stops';
import { startBenchTemporal } from '../rig/temporal';
import { orderEvent, type WebhookSender, webhookSender } from '../rig/webhook-sender';
import { type BenchmarkReport, type BenchmarkSettings, MeasureBook } from '../report/report';
import { percentile } from '../report/statistics';
import type { BareSignals } from './bare-signals';
import type { EchoServer } from './echo-server';

const CONCURRENCY = 20;
const TENANT_UID = 'flow_no';
const STORE_ID = 'oslo-city';
/** The server goes on with a block's transfer tasks for a moment; the next block must not pay for them. */
const PAUSE_MS = 1_500;

interface Sizes {
  readonly distinct: number;
  readonly hot: number;
  readonly echo: number;
  readonly warmUp: number;
}

/** Figures of distinct orders. */
interface Books {
  readonly distinct: MeasureBook;
  readonly cpu: MeasureBook;
}

const FULL: Sizes = { distinct: 500, hot: 500, echo: 5_000, warmUp: 1_000 };
const QUICK: Sizes = { distinct: 100, hot: 150, echo: 1_000, warmUp: 200 };

/**
 * Accepted events per second of our webhook, against a bare `signalWithStart` loop and a bare Express echo.
 * No worker runs: what is measured is the way from the sender to "recorded".
 */
export async function benchIntake(settings: BenchmarkSettings, stops: Stops): Promise<BenchmarkReport> {
  const sizes = settings.quick ? QUICK : FULL;
  const rig = await IntakeRig.start(stops, settings);
  await rig.warmUp(sizes.warmUp);
  const [distinct, cpu, hot, echo] = [new MeasureBook(), new MeasureBook(), new MeasureBook(), new MeasureBook()];
  for (let run = 0; run < settings.runs; run += 1) {
    settings.log(`intake, run ${run + 1} of ${settings.runs}`);
    const perSecond = await rig.measureDistinct(run, sizes.distinct, { distinct, cpu });
    await rig.measureHot(run, sizes.hot, hot);
    await rig.measureEcho(sizes.echo, { book: echo, ours: perSecond });
  }
  return {
    name: 'intake',
    title: '(a) Intake: events that are recorded when they are acknowledged',
    method: [
      `${CONCURRENCY} senders at once; each run alternates API and bare loop as ABBABAAB in blocks of ${sizes.distinct} (distinct orders) and ${sizes.hot} (one order) events.`,
      'API: our production process. Bare loop: the SDK’s signalWithStart in a process of its own, same workflow type, input, search attributes and signal.',
      'Both talk to the same Temporal server (tuned development server, SQLite file); no worker runs. The sender is a third process.',
    ],
    groups: [
      { title: 'Distinct orders', measures: distinct.list() },
      { title: 'Distinct orders: CPU time per event, by process', measures: cpu.list() },
      { title: 'Burst on one order', measures: hot.list() },
      { title: 'Bare Express echo (same body, JSON parsed, 202)', measures: echo.list() },
    ],
  };
}

class IntakeRig {
  private readonly cpu: CpuMeter;
  private readonly bare: Peer<BareSignals>;
  private readonly toApi: WebhookSender;
  private readonly toEcho: WebhookSender;

  private constructor(sides: { cpu: CpuMeter; bare: Peer<BareSignals>; toApi: WebhookSender; toEcho: WebhookSender }) {
    this.cpu = sides.cpu;
    this.bare = sides.bare;
    this.toApi = sides.toApi;
    this.toEcho = sides.toEcho;
  }

  static async start(stops: Stops, { log }: BenchmarkSettings): Promise<IntakeRig> {
    const temporal = await startBenchTemporal(stops, log);
    const configFile = await writeConfig(stops, NO_VENDORS);
    const api = await startApiProcess(stops, { configFile, temporal });
    const bare = Peer.start<BareSignals>(require.resolve('./bare-signals'), stops);
    await bare.ask('connect', { address: temporal.address, namespace: temporal.namespace });
    const echo = Peer.start<EchoServer>(require.resolve('./echo-server'), stops);
    const sender = (url: string): WebhookSender =>
      webhookSender(stops, { url, tenantUid: TENANT_UID, connections: CONCURRENCY });
    const toEcho = sender(await echo.ask('listen', undefined));
    const cpu = new CpuMeter({
      'Temporal server': temporal.pid,
      API: api.pid,
      'bare loop': bare.process.pid,
      sender: process.pid,
    });
    return new IntakeRig({ cpu, bare, toApi: sender(api.url), toEcho });
  }

  async warmUp(count: number): Promise<void> {
    await this.throughApi(count);
    await this.throughBareLoop(count);
    await this.post(this.toEcho, count);
  }

  /** Answers the events that the API took per second. */
  async measureDistinct(run: number, count: number, books: Books): Promise<number> {
    const { distinct: book, cpu: cpuBook } = books;
    const total = { ours: {}, bare: {} };
    const [ours, bare] = await alternate(
      run,
      () => this.cpu.during(total.ours, () => this.throughApi(count)),
      () => this.cpu.during(total.bare, () => this.throughBareLoop(count)),
    );
    compare(book, ours, bare);
    CpuMeter.compare(
      cpuBook,
      { name: 'bare', total: total.bare, count: count * bare.length },
      { name: 'API', total: total.ours, count: count * ours.length },
    );
    return pool(ours).perSecond;
  }

  async measureHot(run: number, count: number, book: MeasureBook): Promise<void> {
    const [ours, bare] = await alternate(
      run,
      () => this.throughApi(count, freshName()),
      () => this.throughBareLoop(count, freshName()),
    );
    compare(book, ours, bare);
  }

  /** @param to.ours what the API took in the same run */
  async measureEcho(count: number, to: { readonly book: MeasureBook; readonly ours: number }): Promise<void> {
    const { book, ours } = to;
    const { perSecond, latenciesMs } = pool([await this.post(this.toEcho, count)]);
    book.add('throughput, API (distinct orders) ÷ echo', ours / perSecond, { unit: '×' });
    book.add('echo: answers per second', perSecond, { unit: '/s' });
    book.add('echo: p50', percentile(latenciesMs, 0.5), { unit: 'ms' });
    book.add('echo: p99', percentile(latenciesMs, 0.99), { unit: 'ms' });
  }

  private async throughApi(count: number, hotOrder?: string): Promise<LoopTimes> {
    await sleep(PAUSE_MS);
    return await this.post(this.toApi, count, hotOrder);
  }

  private async throughBareLoop(count: number, hotOrder?: string): Promise<LoopTimes> {
    await sleep(PAUSE_MS);
    const block = { concurrency: CONCURRENCY, count, prefix: freshName() };
    return await this.bare.ask('signal', { ...block, ...(hotOrder !== undefined && { hotOrder }) });
  }

  private async post(to: WebhookSender, count: number, hotOrder?: string): Promise<LoopTimes> {
    const prefix = freshName();
    return await closedLoop({ concurrency: CONCURRENCY, count }, async (index) => {
      const orderNumber = hotOrder ?? `${prefix}${index}`;
      await to.send(orderEvent({ orderNumber, orderType: 'ClickAndCollect', storeId: STORE_ID }));
    });
  }
}

function compare(book: MeasureBook, ours: readonly LoopTimes[], bare: readonly LoopTimes[]): void {
  const [api, loop] = [pool(ours), pool(bare)];
  const p99 = { api: percentile(api.latenciesMs, 0.99), loop: percentile(loop.latenciesMs, 0.99) };
  book.add('throughput, API ÷ bare loop', api.perSecond / loop.perSecond, { unit: '×', aim: { atLeast: 0.9 } });
  book.add('p99, API ÷ bare loop', p99.api / p99.loop, { unit: '×', aim: { atMost: 1.3 } });
  book.add('API: events per second', api.perSecond, { unit: '/s' });
  book.add('bare: events per second', loop.perSecond, { unit: '/s' });
  book.add('API: p50', percentile(api.latenciesMs, 0.5), { unit: 'ms' });
  book.add('bare: p50', percentile(loop.latenciesMs, 0.5), { unit: 'ms' });
  book.add('API: p99', p99.api, { unit: 'ms' });
  book.add('bare: p99', p99.loop, { unit: 'ms' });
}

/** Order numbers are never used twice. */
function freshName(): string {
  return `B${randomBytes(5).toString('hex').toUpperCase()}N`;
}
