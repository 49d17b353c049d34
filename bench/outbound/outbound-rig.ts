import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchmarkSettings, CallRow, MeasureBook } from '../report/report';
import { percentile, spreadOf } from '../report/statistics';
import { alternate, closedLoop, type LoopTimes, pool } from '../rig/closed-loop';
import { CpuMeter } from '../rig/cpu';
import { Peer } from '../rig/peer';
import { startApiProcess, startWorkerProcess, writeConfigText } from '../rig/services';
import type { Stops } from '../rig/stops';
import { type BenchTemporal, startBenchTemporal } from '../rig/temporal';
import { type CallScripts, recordCalls } from '../vendors/bare-calls';
import { CallPlayer } from '../vendors/call-player';
import { Sandboxes } from '../vendors/sandboxes';
import { WebShop } from '../vendors/web-shop';
import type { BareLoop } from './bare-loop';
import { outboundConfig } from './outbound-config';
import { type Recording, recordTrades } from './record';
import { Telling } from './telling';
import { type Carrier, isInOmnium, type Trade, type TradeKind, Trades } from './trade';

export const CONCURRENCY = 20;
const PAUSE_MS = 500;
/** Between single orders: the system is idle again, and its pollers wait. */
const SINGLE_PAUSE_MS = 100;
/** Trades prepared, and read back, at once. */
const HANDS = 8;
/** Histories looked at, of each kind in each run. */
const HISTORIES = 3;

/** Kinds that are measured, in rotation. */
export const MEASURED_KINDS = ['sale', 'sale-with-customer', 'sale-with-receipt', 'hand-over', 'return'] as const;

interface Books {
  readonly book: MeasureBook;
  readonly history: MeasureBook;
  readonly cpu: MeasureBook;
}

interface Parts {
  readonly temporal: BenchTemporal;
  readonly sandboxes: Sandboxes;
  readonly shop: WebShop;
  readonly trades: Trades;
  readonly telling: Telling;
  readonly bare: Peer<BareLoop>;
  readonly cpu: CpuMeter;
  readonly recording: Recording;
}

/** Everything that runs during the benchmark. */
export class OutboundRig {
  private constructor(private readonly parts: Parts) {}

  /** Vendor calls of all cases. */
  get rows(): readonly CallRow[] {
    return this.parts.recording.rows;
  }

  /** Vendor calls of one measured order on average. */
  get calls(): number {
    const counts = MEASURED_KINDS.map((kind) => this.parts.recording.scripts.get(kind)?.calls.length ?? 0);
    return counts.reduce((total, count) => total + count, 0) / counts.length;
  }

  static async start(stops: Stops, { log }: BenchmarkSettings): Promise<OutboundRig> {
    const temporal = await startBenchTemporal(stops, log);
    const sandboxes = await Sandboxes.start(stops);
    const vendors = sandboxes.urls;
    const shop = new WebShop(vendors);
    const inbound = await recordCalls(stops, vendors, shop);
    const configFile = await writeConfigText(stops, outboundConfig(vendors));
    const api = await startApiProcess(stops, { configFile, temporal });
    const telling = new Telling(stops, temporal, { url: api.url, connections: CONCURRENCY });
    log('outbound, recording vendor calls');
    const slowly = new Trades(vendors, shop, telling);
    await slowly.stockUp();
    const recording = await recordTrades(stops, { temporal, vendors, trades: slowly, telling });
    const { scripts } = recording;
    const bare = Peer.start<BareLoop>(require.resolve('./bare-loop'), stops);
    await bare.ask('start', { vendors, scripts });
    const player = new CallPlayer(vendors);
    stops.add(() => player.close());
    const trades = new Trades(vendors, shop, bareCarrier(player, inbound, recording));
    const worker = await startWorkerProcess(stops, { configFile, temporal });
    const cpu = new CpuMeter({
      'Temporal server': temporal.pid,
      worker: worker.pid,
      'bare loop': bare.process.pid,
      API: api.pid,
      sandboxes: sandboxes.pid,
      'sender and waiter': process.pid,
    });
    return new OutboundRig({ temporal, sandboxes, shop, trades, telling, bare, cpu, recording });
  }

  async warmUp(count: number): Promise<void> {
    await this.throughUs(await this.prepare(count));
    await this.throughBareLoop(await this.prepare(count));
  }

  async measure(run: number, count: number, { book, history, cpu: cpuBook }: Books): Promise<void> {
    const cpu = { ours: {}, bare: {} };
    const calls = { ours: 0, bare: 0 };
    const done: { ours: Trade[]; bare: Trade[] } = { ours: [], bare: [] };
    const side =
      (name: 'ours' | 'bare', through: (trades: readonly Trade[]) => Promise<LoopTimes>) =>
      async (): Promise<LoopTimes> => {
        const trades = await this.prepare(count);
        await sleep(PAUSE_MS);
        await this.parts.sandboxes.clearCalls();
        const times = await this.parts.cpu.during(cpu[name], () => through(trades));
        calls[name] += await this.parts.sandboxes.countCalls();
        await this.mustBeInOmnium(trades);
        done[name].push(...trades);
        return times;
      };
    const [ours, bare] = await alternate(
      run,
      side('ours', (trades) => this.throughUs(trades)),
      side('bare', (trades) => this.throughBareLoop(trades)),
    );
    compare(book, pool(ours), pool(bare));
    book.add('vendor calls per order', calls.ours / done.ours.length, { unit: 'calls' });
    book.add('bare: vendor calls per order', calls.bare / done.bare.length, { unit: 'calls' });
    CpuMeter.compare(
      cpuBook,
      { name: 'bare', total: cpu.bare, count: done.bare.length },
      { name: 'ours', total: cpu.ours, count: done.ours.length },
    );
    await this.addHistories(history, done.ours);
  }

  /** One order after the other on an idle system. */
  async measureSingles(count: number, book: MeasureBook): Promise<void> {
    const inOmnium: number[] = [];
    const over: number[] = [];
    for (const trade of await this.prepare(count)) {
      await sleep(SINGLE_PAUSE_MS);
      await this.parts.sandboxes.clearCalls();
      const sentAt = performance.timeOrigin + performance.now();
      await this.parts.telling.once(trade);
      await this.parts.telling.untilDone(trade);
      over.push(performance.timeOrigin + performance.now() - sentAt);
      inOmnium.push((await this.lastWriteAt()) - sentAt);
    }
    for (const [name, share] of [
      ['p50', 0.5],
      ['p99', 0.99],
    ] as const) {
      book.add(`webhook to Omnium: ${name}`, percentile(inOmnium, share), { unit: 'ms' });
      book.add(`webhook to the end of the workflow: ${name}`, percentile(over, share), { unit: 'ms' });
    }
  }

  /** When Omnium had answered the last write; the sandbox writes whole milliseconds of arrival. */
  private async lastWriteAt(): Promise<number> {
    const calls = await this.parts.sandboxes.calls();
    const writes = calls.filter(
      ({ method, path }) => method !== 'GET' && path.startsWith('/api/') && !/Token/i.test(path),
    );
    return Math.max(...writes.map(({ at, durationMs }) => Date.parse(at) + 0.5 + durationMs));
  }

  private async prepare(count: number): Promise<Trade[]> {
    const trades: Trade[] = [];
    await closedLoop({ concurrency: HANDS, count }, async (index) => {
      trades[index] = await this.parts.trades.make(MEASURED_KINDS[index % MEASURED_KINDS.length] ?? 'sale');
    });
    return trades;
  }

  private throughUs(trades: readonly Trade[]): Promise<LoopTimes> {
    const { telling } = this.parts;
    return closedLoop({ concurrency: CONCURRENCY, count: trades.length }, async (index) => {
      const trade = trades[index];
      if (!trade) return;
      await telling.once(trade);
      await telling.untilDone(trade);
    });
  }

  private throughBareLoop(trades: readonly Trade[]): Promise<LoopTimes> {
    return this.parts.bare.ask('run', {
      concurrency: CONCURRENCY,
      trades: trades.map(({ kind, names }) => ({ kind, names })),
    });
  }

  private async mustBeInOmnium(trades: readonly Trade[]): Promise<void> {
    await closedLoop({ concurrency: HANDS, count: trades.length }, async (index) => {
      const trade = trades[index];
      if (!trade) return;
      const order = await this.parts.shop.read(trade.orderNumber);
      if (!isInOmnium(trade, order))
        throw new Error(`Omnium does not have the ${trade.kind}: ${JSON.stringify(order)}`);
    });
  }

  private async addHistories(book: MeasureBook, trades: readonly Trade[]): Promise<void> {
    const { temporal, telling } = this.parts;
    for (const kind of MEASURED_KINDS) {
      const some = trades.filter((trade) => trade.kind === kind).slice(-HISTORIES);
      const lengths = await Promise.all(
        some.map(async (trade) => {
          const ids = await telling.untilDone(trade);
          const runs = ids.map((id) => temporal.client.workflow.getHandle(id).describe());
          return (await Promise.all(runs)).reduce((total, { historyLength }) => total + historyLength, 0);
        }),
      );
      book.add(kind, spreadOf(lengths).max, { unit: 'events' });
    }
  }
}

/** Brings over what comes before a trade by the calls that the integration itself would make. */
export function bareCarrier(player: CallPlayer, inbound: CallScripts, { scripts }: Recording): Carrier {
  const scriptOf = (kind: TradeKind): CallScripts['Online'] => {
    const script = scripts.get(kind);
    if (!script) throw new Error(`no calls were recorded of a ${kind}`);
    return script;
  };
  return {
    carrySale: ({ names }) => player.play(scriptOf('sale'), names),
    carryWebOrder: ({ kind, orderNumber }) => player.play(inbound[kind], [orderNumber]),
  };
}

function compare(book: MeasureBook, ours: ReturnType<typeof pool>, bare: ReturnType<typeof pool>): void {
  book.add('throughput, ours ÷ bare loop', ours.perSecond / bare.perSecond, { unit: '×' });
  book.add('ours: orders per second', ours.perSecond, { unit: '/s' });
  book.add('bare: orders per second', bare.perSecond, { unit: '/s' });
  book.add('ours: p50', percentile(ours.latenciesMs, 0.5), { unit: 'ms' });
  book.add('bare: p50', percentile(bare.latenciesMs, 0.5), { unit: 'ms' });
  book.add('ours: p99', percentile(ours.latenciesMs, 0.99), { unit: 'ms' });
  book.add('bare: p99', percentile(bare.latenciesMs, 0.99), { unit: 'ms' });
}
