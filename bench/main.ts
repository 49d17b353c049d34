import { Command, InvalidArgumentError } from 'commander';
import { benchCatalogue } from './catalogue/catalogue';
import { CATALOGUE_PARTS, type CataloguePart } from './catalogue/catalogue-sizes';
import { benchIntake } from './intake/intake';
import { benchInventory } from './inventory/inventory';
import { benchLadderMemory } from './ladder-memory/ladder-memory';
import { benchLatency } from './latency/latency';
import { benchOrderSync } from './order-sync/order-sync';
import { benchOutbound } from './outbound/outbound';
import { machineFacts } from './report/machine';
import { machineText, reportText } from './report/print';
import { BENCHMARKS, type BenchmarkName, type BenchmarkReport, type BenchmarkSettings } from './report/report';
import { Stops } from './rig/stops';
import { serverVersionOf, startBenchTemporal } from './rig/temporal';

/**
 * `npm run bench`: what the integration costs, each time against the least that could do the same work, on the same
 * machine, in the same run. It prints figures and never fails because of one. Results and how to read them:
 * docs/benchmarks.md.
 */

type Benchmark = (settings: BenchmarkSettings, stops: Stops) => Promise<BenchmarkReport>;

const programs: Readonly<Record<BenchmarkName, Benchmark>> = {
  intake: benchIntake,
  'order-sync': benchOrderSync,
  outbound: benchOutbound,
  inventory: benchInventory,
  catalogue: benchCatalogue,
  'ladder-memory': benchLadderMemory,
  latency: benchLatency,
};

interface Options {
  readonly only: readonly BenchmarkName[];
  readonly json: boolean;
  readonly quick: boolean;
  readonly runs?: number;
  readonly parts?: readonly CataloguePart[];
  readonly products?: number;
}

/** Runs of each, unless said otherwise. One of the catalogue takes as long as three of the others together. */
const DEFAULT_RUNS: Partial<Record<BenchmarkName, number>> = { catalogue: 1 };

async function main(): Promise<void> {
  const { only, json, quick, runs, parts, products } = parseOptions();
  const catalogue = { ...(parts && { parts }), ...(products !== undefined && { products }) };
  const runsOf = (name: BenchmarkName): number => runs ?? (quick ? 1 : (DEFAULT_RUNS[name] ?? 3));
  const log = (line: string): void => void process.stderr.write(`${line}\n`);
  const stops = new Stops();
  stopOnSignals(stops, log);
  const facts = machineFacts();
  const temporalServer = await stops.within(async (inner) => serverVersionOf(await startBenchTemporal(inner, log)));
  const machine = { ...facts, temporalServer };
  if (!json) console.log(`${machineText(machine)}\n`);
  const reports: BenchmarkReport[] = [];
  for (const name of only) {
    const report = await stops.within((inner) => programs[name]({ runs: runsOf(name), quick, log, catalogue }, inner));
    reports.push(report);
    if (!json) console.log(`${reportText(report)}\n`);
  }
  if (json) console.log(JSON.stringify({ machine, quick, benchmarks: reports }, undefined, 2));
}

function parseOptions(): Options {
  const program = new Command('npm run bench --')
    .description(
      'Measures intake, both directions, inventory, catalogue, worker memory and latency against the least that could do the same.',
    )
    .argument('[names...]', `some of: ${BENCHMARKS.join(', ')} (default: all)`, addNames)
    .option('--only <names>', 'the same as one text, with commas between', listOf(BENCHMARKS))
    .option('--runs <number>', 'runs of each benchmark (default: 3, of the catalogue and of quick ones 1)', toCount)
    .option('--quick', 'small sizes: for trying the benchmark itself', false)
    .option('--parts <names>', `of the catalogue: some of ${CATALOGUE_PARTS.join(', ')}`, listOf(CATALOGUE_PARTS))
    .option('--products <number>', 'of the catalogue: SKUs (default: 100,000, of a quick run 2,000)', toCount)
    .option('--json', 'print the figures as JSON', false)
    .parse();
  const { only, ...rest } = program.opts<Omit<Options, 'only'> & Partial<Pick<Options, 'only'>>>();
  // Commander does not know what `addNames` makes.
  const named = program.processedArgs[0] as readonly BenchmarkName[] | undefined;
  return { ...rest, only: named?.length ? BENCHMARKS.filter((name) => named.includes(name)) : (only ?? BENCHMARKS) };
}

function addNames(text: string, before: readonly BenchmarkName[] = []): readonly BenchmarkName[] {
  return [...before, ...listOf(BENCHMARKS)(text)];
}

/** Some of the names, in the order in which they are known. */
function listOf<T extends string>(known: readonly T[]): (text: string) => readonly T[] {
  return (text) => {
    const wanted = text.split(',').map((name) => name.trim());
    const unknown = wanted.filter((name) => !known.some((one) => one === name));
    if (unknown.length > 0) throw new InvalidArgumentError(`There is no ${unknown.join(', ')}.`);
    return known.filter((name) => wanted.includes(name));
  };
}

function toCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('A whole number from 1.');
  return count;
}

function stopOnSignals(stops: Stops, log: (line: string) => void): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      log('Stopping …');
      void stops.stopAll().finally(() => process.exit(1));
    });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
