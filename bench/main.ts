import { Command, InvalidArgumentError } from 'commander';
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
  'ladder-memory': benchLadderMemory,
  latency: benchLatency,
};

interface Options {
  readonly only: readonly BenchmarkName[];
  readonly json: boolean;
  readonly quick: boolean;
  readonly runs?: number;
}

async function main(): Promise<void> {
  const { only, json, quick, runs = quick ? 1 : 3 } = parseOptions();
  const log = (line: string): void => void process.stderr.write(`${line}\n`);
  const stops = new Stops();
  stopOnSignals(stops, log);
  const facts = machineFacts();
  const temporalServer = await stops.within(async (inner) => serverVersionOf(await startBenchTemporal(inner, log)));
  const machine = { ...facts, temporalServer };
  if (!json) console.log(`${machineText(machine)}\n`);
  const reports: BenchmarkReport[] = [];
  for (const name of only) {
    const report = await stops.within((inner) => programs[name]({ runs, quick, log }, inner));
    reports.push(report);
    if (!json) console.log(`${reportText(report)}\n`);
  }
  if (json) console.log(JSON.stringify({ machine, quick, runs, benchmarks: reports }, undefined, 2));
}

function parseOptions(): Options {
  return new Command('npm run bench --')
    .description(
      'Measures intake, both directions, inventory, worker memory and latency against the least that could do the same.',
    )
    .option('--only <names>', `some of: ${BENCHMARKS.join(', ')}`, toNames, BENCHMARKS)
    .option('--runs <number>', 'runs of each benchmark (default: 3, of quick ones 1)', toRuns)
    .option('--quick', 'small sizes: for trying the benchmark itself', false)
    .option('--json', 'print the figures as JSON', false)
    .allowExcessArguments(false)
    .parse()
    .opts<Options>();
}

function toNames(text: string): readonly BenchmarkName[] {
  const wanted = text.split(',').map((name) => name.trim());
  const unknown = wanted.filter((name) => !BENCHMARKS.some((known) => known === name));
  if (unknown.length > 0) throw new InvalidArgumentError(`There is no ${unknown.join(', ')}.`);
  return BENCHMARKS.filter((name) => wanted.includes(name));
}

function toRuns(text: string): number {
  const runs = Number(text);
  if (!Number.isInteger(runs) || runs < 1) throw new InvalidArgumentError('A whole number from 1.');
  return runs;
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
