import { type BenchmarkReport, type BenchmarkSettings, MeasureBook } from '../report/report';
import { CpuMeter } from '../rig/cpu';
import type { ExportTimes, OurExports } from '../rig/export-runs';
import type { PeakMemory, WorkerMemory } from '../rig/probed-worker';
import type { Stops } from '../rig/stops';
import { startBenchTemporal } from '../rig/temporal';
import { VendorPair } from '../vendors/vendor-pair';
import { InventoryRig } from './inventory-rig';
import { Levels, productsFor } from './levels';

/** How many levels change in each part of the benchmark. */
interface Sizes {
  readonly many: number;
  /** Memory is compared with that of so many. */
  readonly few: number;
  /** In each of four blocks. */
  readonly withLatency: number;
  /** Enough that the worker's heap has grown to what V8 lets it grow to before it collects. */
  readonly warmUp: number;
}

const FULL: Sizes = { many: 100_000, few: 10_000, withLatency: 10_000, warmUp: 30_000 };
const QUICK: Sizes = { many: 2_000, few: 200, withLatency: 500, warmUp: 500 };
const LATENCY_MS = 5;

interface Books {
  readonly levels: MeasureBook;
  readonly latency: MeasureBook;
  readonly memory: MeasureBook;
  readonly history: MeasureBook;
  readonly cpu: MeasureBook;
}

/** An inventory delta from Omnium to Flow against a bare loop of the same vendor calls; what the worker holds meanwhile. */
export async function benchInventory({ quick, runs, log }: BenchmarkSettings, stops: Stops): Promise<BenchmarkReport> {
  const sizes = quick ? QUICK : FULL;
  const bench = await InventoryBench.start(stops, { sizes, log });
  for (let run = 0; run < runs; run += 1) {
    log(`inventory, run ${run + 1} of ${runs}`);
    await bench.run(run);
  }
  return {
    name: 'inventory',
    title: '(f) Inventory: changed stock levels from Omnium to Flow',
    method: [
      `${words(sizes.many)} levels change in Omnium, spread over the twelve stores of four tenants; all four tenants’ exports then run at once. Both sides once in each run, their order exchanged in every other run. Afterwards every level is read in Flow and must be Omnium’s.`,
      `Ours: exportWorkflow on a real server, activities in a worker process that is new in each run and has exported ${words(sizes.warmUp)} before. Timed from starting the workflows until all have ended.`,
      'Bare: a loop in a process of its own that reads the same pages of changes, asks Flow the same questions and makes the same writes: same connections, same number of writes and questions at once, next page read meanwhile. It compares nothing, keeps nothing and stops at the first failure.',
      `The vendors answer from their sandboxes within a millisecond, each in a process of its own; the second table repeats it with vendors that wait ${LATENCY_MS} ms before each answer, alternating as ABBA in blocks of ${words(sizes.withLatency)} levels.`,
      `Memory: two new worker processes in each run, each exports ${words(sizes.warmUp)} levels first; then one exports ${words(sizes.few)} and the other ${words(sizes.many)}. The most during the export, looked at ten times a second, and what is left after garbage collection.`,
    ],
    groups: bench.groups(),
  };
}

interface Parts {
  readonly sizes: Sizes;
  readonly log: (line: string) => void;
  readonly vendors: VendorPair;
  readonly rig: InventoryRig;
  readonly temporalPid: number | undefined;
}

interface Measured {
  readonly times: ExportTimes;
  readonly calls: number;
  readonly cpu: Record<string, number>;
}

class InventoryBench {
  private readonly books: Books = {
    levels: new MeasureBook(),
    latency: new MeasureBook(),
    memory: new MeasureBook(),
    history: new MeasureBook(),
    cpu: new MeasureBook(),
  };
  private cpu = new CpuMeter({});

  private constructor(private readonly parts: Parts) {}

  static async start(stops: Stops, { sizes, log }: Pick<Parts, 'sizes' | 'log'>): Promise<InventoryBench> {
    const temporal = await startBenchTemporal(stops, log);
    const products = productsFor(sizes.many);
    const vendors = await VendorPair.start(stops, { omnium: { products }, flow: { products } });
    const levels = new Levels(stops, { vendors: vendors.urls, products });
    const rig = await InventoryRig.start(stops, { temporal, vendors: vendors.urls, levels });
    log('inventory, first export of everything');
    await rig.startFreshWorker();
    await rig.catchUp();
    await rig.afterChange(sizes.warmUp, (since) => rig.throughBareLoop(since));
    await rig.catchUp();
    return new InventoryBench({ sizes, log, vendors, rig, temporalPid: temporal.pid });
  }

  groups(): BenchmarkReport['groups'] {
    const { levels, latency, memory, history, cpu } = this.books;
    return [
      { title: 'Levels', measures: levels.list() },
      { title: `Levels, vendors that take ${LATENCY_MS} ms`, measures: latency.list() },
      { title: 'Memory of the worker process', measures: memory.list() },
      { title: 'History', measures: history.list() },
      { title: 'CPU time per 1,000 levels, by process', measures: cpu.list() },
    ];
  }

  /** Everything once; the bare loop before ours in every other run. */
  async run(run: number): Promise<void> {
    const { sizes } = this.parts;
    await this.startWorker();
    const little = await this.memoryDuring(() => this.ours(sizes.few));
    const bareFirst = run % 2 === 1 ? await this.bare(sizes.many) : undefined;
    await this.startWorker();
    const much = await this.memoryDuring(() => this.ours(sizes.many));
    const bare = bareFirst ?? (await this.bare(sizes.many));
    this.noteLevels(much.result, bare);
    this.noteMemory(little, much);
    await this.parts.vendors.withLatency(LATENCY_MS, () => this.runWithLatency());
  }

  private async runWithLatency(): Promise<void> {
    const count = this.parts.sizes.withLatency;
    const first = await this.ours(count);
    const bare = [await this.bare(count), await this.bare(count)];
    const ours = [first, await this.ours(count)];
    compare(this.books.latency, together(ours), together(bare));
  }

  /** A new worker that knows its stores, has a token, and has run the code for a while. */
  private async startWorker(): Promise<void> {
    const { rig, sizes, vendors, temporalPid } = this.parts;
    const worker = await rig.startFreshWorker();
    this.cpu = new CpuMeter({
      'Temporal server': temporalPid,
      worker: worker.process.pid,
      'bare loop': rig.bare.process.pid,
      'Flow sandbox': vendors.pids.flow,
      'Omnium sandbox': vendors.pids.omnium,
      'benchmark itself': process.pid,
    });
    await rig.afterChange(sizes.warmUp, () => rig.throughUs());
  }

  private async ours(count: number): Promise<Measured & { readonly times: OurExports }> {
    const { rig } = this.parts;
    const measured = await this.measure(count, () => rig.throughUs());
    this.parts.log(`  ${words(count)} levels, ours: ${rate(measured.times)}`);
    return measured;
  }

  private async bare(count: number): Promise<Measured> {
    const { rig } = this.parts;
    const measured = await this.measure(count, (since) => rig.throughBareLoop(since));
    this.parts.log(`  ${words(count)} levels, bare: ${rate(measured.times)}`);
    // What the loop has written is right for us; the next export is not to find it.
    const { written, unchanged } = await rig.catchUp();
    if (written > 0 || unchanged < count) throw new Error(`the bare loop left ${written} levels to write`);
    return measured;
  }

  private async measure<T extends ExportTimes>(
    count: number,
    work: (since: string) => Promise<T>,
  ): Promise<Measured & { readonly times: T }> {
    const { rig, vendors } = this.parts;
    const cpu: Record<string, number> = {};
    let calls = 0;
    const times = await rig.afterChange(count, async (since) => {
      const before = await vendors.countCalls();
      const done = await this.cpu.during(cpu, () => work(since));
      calls = (await vendors.countCalls()) - before;
      return done;
    });
    return { times, calls, cpu };
  }

  private async memoryDuring<T>(work: () => Promise<T>): Promise<Held<T>> {
    const { rig } = this.parts;
    const worker = rig.currentWorker();
    await worker.ask('watch', undefined);
    const result = await work();
    const peak = await worker.ask('peak', undefined);
    return { result, peak, settled: await worker.ask('memory', undefined) };
  }

  private noteLevels(ours: Measured & { readonly times: OurExports }, bare: Measured): void {
    const { levels, history, cpu } = this.books;
    const { many } = this.parts.sizes;
    compare(levels, ours.times, bare.times, { atLeast: 0.9 });
    levels.add('ours: vendor calls per level', ours.calls / many, { unit: 'calls' });
    levels.add('bare: vendor calls per level', bare.calls / many, { unit: 'calls' });
    const { historyBytes, historyEvents } = ours.times;
    history.add('bytes per 1,000 levels', (historyBytes / many) * 1_000, { unit: 'bytes' });
    history.add('bytes, four exports together', historyBytes, { unit: 'bytes' });
    history.add('events, four exports together', historyEvents, { unit: 'events' });
    CpuMeter.compare(
      cpu,
      { name: 'bare', total: bare.cpu, count: many / 1_000 },
      { name: 'ours', total: ours.cpu, count: many / 1_000 },
    );
  }

  private noteMemory(little: Held<unknown>, much: Held<unknown>): void {
    const { memory } = this.books;
    const { few, many } = this.parts.sizes;
    const ratio = `${words(many)} ÷ ${words(few)} levels`;
    const aim = { atMost: 1.2 };
    memory.add(`most RSS, ${ratio}`, much.peak.rssMb / little.peak.rssMb, { unit: '×', aim });
    memory.add(`most heap, ${ratio}`, much.peak.mainHeapMb / little.peak.mainHeapMb, { unit: '×' });
    const [kept, keptOfMany] = [little.settled.mainHeapMb, much.settled.mainHeapMb];
    memory.add(`heap after garbage collection, ${ratio}`, keptOfMany / kept, { unit: '×', aim });
    for (const [count, { peak, settled }] of [[few, little] as const, [many, much] as const]) {
      memory.add(`${words(count)}: most RSS`, peak.rssMb, { unit: 'MB' });
      memory.add(`${words(count)}: most heap`, peak.mainHeapMb, { unit: 'MB' });
      memory.add(`${words(count)}: RSS afterwards`, settled.rssMb, { unit: 'MB' });
      memory.add(`${words(count)}: heap after garbage collection`, settled.mainHeapMb, { unit: 'MB' });
    }
  }
}

/** Some work, and what the worker held. */
interface Held<T> {
  readonly result: T;
  readonly peak: PeakMemory;
  readonly settled: WorkerMemory;
}

function compare(book: MeasureBook, ours: ExportTimes, bare: ExportTimes, aim?: { readonly atLeast: number }): void {
  const [own, least] = [perSecond(ours), perSecond(bare)];
  book.add('throughput, ours ÷ bare loop', own / least, { unit: '×', ...(aim && { aim }) });
  book.add('ours: levels per second', own, { unit: '/s' });
  book.add('bare: levels per second', least, { unit: '/s' });
}

function together(blocks: readonly Measured[]): ExportTimes {
  const sum = (of: (times: ExportTimes) => number): number => blocks.reduce((total, { times }) => total + of(times), 0);
  return { written: sum(({ written }) => written), elapsedMs: sum(({ elapsedMs }) => elapsedMs) };
}

function perSecond({ written, elapsedMs }: ExportTimes): number {
  return (written / elapsedMs) * 1_000;
}

function rate(times: ExportTimes): string {
  return `${Math.round(perSecond(times))} per second`;
}

function words(count: number): string {
  return count.toLocaleString('en');
}
