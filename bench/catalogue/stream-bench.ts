import type { MarketId } from '../../sandbox/chain/types';
import type { MeasureGroup } from '../report/report';
import { CpuMeter } from '../rig/cpu';
import type { OurExports } from '../rig/export-runs';
import type { Stops } from '../rig/stops';
import { startRecordingProxies } from '../vendors/recording-proxy';
import { bareScript, type BareScript, callsOf, retargeted } from './bare-script';
import type { CatalogueSizes } from './catalogue-sizes';
import { marketOf, otherMarket, rootsOf } from './places';
import { type Site, startSite, type StreamWork } from './site';
import { BareSide, betweenRounds, type Held, Stage } from './stage';
import { type Export, rate, StreamBooks, type Times, together, words } from './stream-books';

/** Each market has a part of its own: none finds what was made for another's sake. */
const OURS = 'NOR';
const RECORDED = 'SWE';
const [BARE_WARM_UP, BARE_BEFORE, BARE_AFTER] = ['FIN', 'SWE', 'DNK'] as const;
/** Exported first by a new worker, so that it has run the code for a while. */
const [WARM_FOR_FEW, WARM_FOR_ALL] = ['DNK', 'FIN'] as const;

/** The bare loop makes a recorded delta so often that it comes to about as many calls. */
const BARE_DELTA_CALLS = 10_000;

interface Recorded {
  readonly full: BareScript;
  readonly delta: BareScript;
  /** What the delta has written. */
  readonly deltaRows: number;
}

/** Everything that is at hand while the whole catalogue is exported. */
interface Scene {
  readonly sample: Site;
  readonly all: Site;
  readonly stage: Stage;
  readonly bare: BareSide;
  readonly recorded: Recorded;
}

/** One stream of the catalogue: everything and then one in a hundred, against the bare loop; memory; the cost of a delta. */
export class StreamBench {
  private readonly books: StreamBooks;

  constructor(
    private readonly work: StreamWork,
    private readonly sizes: CatalogueSizes,
    private readonly log: (line: string) => void,
  ) {
    this.books = new StreamBooks(work, sizes);
  }

  groups(): MeasureGroup[] {
    return this.books.groups();
  }

  /** Everything once, with vendors that are new. */
  async run(stops: Stops): Promise<void> {
    const sample = await this.start(stops, this.work.sampleOf(this.sizes.products));
    const recorded = await stops.within((inner) => this.record(inner, sample));
    const little = await stops.within((inner) => this.exportFew(inner, sample));
    const much = await stops.within((inner) => this.exportAll(inner, sample, recorded));
    this.books.noteMemory(little, much);
  }

  private async start(stops: Stops, products: number): Promise<Site> {
    const site = await startSite(stops, this.work.chains(products));
    await this.work.prepare(site);
    return site;
  }

  /** The calls that our exports of the sample make: all of it, and then of as many changed rows as later in all. */
  private async record(stops: Stops, sample: Site): Promise<Recorded> {
    const { work, sizes } = this;
    const { tenantUid } = marketOf(sample.chain, RECORDED);
    const proxies = await startRecordingProxies(stops, sample.pair.urls);
    const stage = await Stage.start(stops, { [tenantUid]: proxies.urls }, this.log);
    const roots = rootsOf(sample.chain);
    const record = async (): Promise<BareScript> => {
      proxies.calls.length = 0;
      await stage.run(work.stream, tenantUid);
      return bareScript(proxies.calls, roots);
    };
    const full = await record();
    this.say(`${words(callsOf(full))} calls of ${words(work.rowsOf(sample.chain))} ${work.rows} recorded`);
    const skus = Math.min(sizes.changed, work.recordedChange(work.sampleOf(sizes.products)));
    const { rows } = await work.patterns[0].change(sample, RECORDED, skus);
    await betweenRounds();
    return { full, delta: await record(), deltaRows: rows };
  }

  /** A tenth of the catalogue, for what the worker holds. */
  private async exportFew(stops: Stops, sample: Site): Promise<Held<OurExports>> {
    const { work, sizes } = this;
    const few = await this.start(stops, sizes.few);
    const [warm, ours] = [marketOf(few.chain, WARM_FOR_FEW).tenantUid, marketOf(few.chain, OURS).tenantUid];
    const stage = await Stage.start(stops, { [warm]: sample.pair.urls, [ours]: few.pair.urls }, this.log);
    await stage.run(work.stream, warm);
    await stage.watch();
    const held = await stage.held(await stage.run(work.stream, ours));
    await work.mustBeInFlow(few, OURS);
    const rows = work.rowsOf(few.chain);
    this.say(`${words(rows)} ${work.rows}, ours: ${words(rate({ ...held.result, rows }))} per second`);
    return held;
  }

  /** Everything, between two rounds of the bare loop, and then the changes. */
  private async exportAll(stops: Stops, sample: Site, recorded: Recorded): Promise<Held<OurExports>> {
    const { work, sizes } = this;
    const all = await this.start(stops, sizes.products);
    const [warm, ours] = [marketOf(all.chain, WARM_FOR_ALL).tenantUid, marketOf(all.chain, OURS).tenantUid];
    const stage = await Stage.start(stops, { [warm]: sample.pair.urls, [ours]: all.pair.urls }, this.log);
    await stage.run(work.stream, warm);
    const scene: Scene = { sample, all, stage, recorded, bare: await BareSide.start(stops) };
    const { held, full } = await this.compareAll(scene);
    await this.compareDeltas(scene, full);
    return held;
  }

  private async compareAll(scene: Scene): Promise<{ held: Held<OurExports>; full: Export }> {
    const { work, books } = this;
    const { all, sample, stage, recorded } = scene;
    const meter = meterOf(scene);
    const cpu = { ours: {}, bare: {} };
    const script = { script: recorded.full, rows: work.rowsOf(sample.chain) };
    await bareRound(scene, { ...script, marketId: BARE_WARM_UP });
    const before = await bareRound(scene, { ...script, marketId: BARE_BEFORE }, (run) => meter.during(cpu.bare, run));
    await stage.watch();
    const { result, ...full } = await this.ourExport(scene, work.rowsOf(all.chain), (run) =>
      meter.during(cpu.ours, run),
    );
    const held = await stage.held(result);
    await work.mustBeInFlow(all, OURS);
    const after = await bareRound(scene, { ...script, marketId: BARE_AFTER }, (run) => meter.during(cpu.bare, run));
    books.noteFull(full, [before, after], callsOf(recorded.full));
    books.noteCpu({ cpu: cpu.ours, rows: full.rows }, { cpu: cpu.bare, rows: before.rows + after.rows });
    const bareRates = `${words(rate(before))} before and ${words(rate(after))} after`;
    this.say(`${words(full.rows)} ${work.rows}: ours ${words(rate(full))} per second, bare ${bareRates}`);
    return { held, full };
  }

  private async compareDeltas(scene: Scene, full: Export): Promise<void> {
    const { work, books, sizes } = this;
    const { delta: script, deltaRows: rows } = scene.recorded;
    const times = Math.ceil(BARE_DELTA_CALLS / callsOf(script));
    const before = await bareRound(scene, { script, rows, marketId: BARE_BEFORE, times });
    for (const pattern of work.patterns) {
      const changed = await pattern.change(scene.all, OURS, sizes.changed);
      await betweenRounds();
      const ours = await this.ourExport(scene, changed.rows);
      const { written } = ours.result;
      if (written < changed.written) throw new Error(`${written} of ${changed.written} were written`);
      await changed.mustBeInFlow();
      const isFirst = pattern === work.patterns[0];
      const after = isFirst ? await bareRound(scene, { script, rows, marketId: BARE_AFTER, times }) : undefined;
      books.noteDelta(pattern.name, { ours, full, ...(after && { bare: together([before, after]) }) });
      this.say(`delta of ${words(changed.rows)} ${work.rows}, ours: ${words(rate(ours))} per second`);
    }
  }

  private async ourExport(
    { all, stage }: Scene,
    rows: number,
    around: Around<OurExports> = (run) => run(),
  ): Promise<Export & { readonly result: OurExports }> {
    const before = await all.pair.countCalls();
    const result = await around(() => stage.run(this.work.stream, marketOf(all.chain, OURS).tenantUid));
    const calls = (await all.pair.countCalls()) - before;
    const { elapsedMs, historyBytes, historyEvents } = result;
    return { rows, elapsedMs, calls, historyBytes, historyEvents, result };
  }

  private say(line: string): void {
    this.log(`  ${line}`);
  }
}

type Around<T> = (run: () => Promise<T>) => Promise<T>;

interface BareRound {
  readonly script: BareScript;
  readonly rows: number;
  readonly marketId: MarketId;
  /** How often; once, unless said otherwise. */
  readonly times?: number;
}

/** One round of the bare loop: what it reads comes from the sample's Omnium, what it writes goes to the whole Flow. */
async function bareRound(
  { sample, all, stage, bare }: Scene,
  { script, rows, marketId, times = 1 }: BareRound,
  around: Around<number> = (run) => run(),
): Promise<Times> {
  const names = marketId === RECORDED ? [] : otherMarket(all.chain, RECORDED, marketId);
  const vendors = { omniumUrl: sample.pair.urls.omniumUrl, flowUrl: all.pair.urls.flowUrl };
  await bare.load(retargeted(script, names), { vendors, connections: stage.connections });
  return { rows: rows * times, elapsedMs: await around(() => bare.run(times)) };
}

function meterOf({ sample, all, stage, bare }: Scene): CpuMeter {
  return new CpuMeter({
    'Temporal server': stage.temporal.pid,
    worker: stage.worker.process.pid,
    'bare loop': bare.peer.process.pid,
    'Flow sandbox': all.pair.pids.flow,
    'Omnium sandbox': all.pair.pids.omnium,
    'Omnium sandbox of the sample': sample.pair.pids.omnium,
    'benchmark itself': process.pid,
  });
}
