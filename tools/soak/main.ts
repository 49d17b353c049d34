import Table from 'cli-table3';
import { startApiProcess, writeConfig } from '../../bench/rig/services';
import { Stops } from '../../bench/rig/stops';
import { startBenchTemporal } from '../../bench/rig/temporal';
import { buildChain } from '../../sandbox/chain/build-chain';
import { startFlowSandbox } from '../../sandbox/flow/server';
import { startOmniumSandbox } from '../../sandbox/omnium/server';
import { type DayContext } from '../day/context';
import { Undone } from '../day/undone';
import { demoTenants } from '../start/demo-config';
import { registerFlowWebhooks, subscribeToOmnium } from '../start/subscriptions';
import { KilledWorkers } from './killed-workers';
import { countLostAttempts, type LostAttempts } from './lost-attempts';
import { parseSoakOptions, type SoakOptions } from './options';
import { playSoak, type SoakResult } from './soak-day';

/** What the sandboxes are seeded with. */
const SEED = 1;
const log = (text: string): void => console.log(text);

/** One round, from an empty server to the table. */
interface Round {
  readonly played: SoakResult;
  readonly kills: number;
  readonly lost: LostAttempts;
}

/**
 * `npm run soak`: mixed orders while worker processes are killed with SIGKILL in turn, and afterwards both systems
 * compared document by document. Ends with exit code 1 when a document is lost, doubled or differing.
 */
async function main(): Promise<void> {
  const options = parseSoakOptions(process.argv.slice(2));
  const stops = new Stops();
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      stopping.abort();
      void stops.stopAll().finally(() => process.exit(1));
    });
  }
  let done = 0;
  while (done < options.orders) {
    const round = await stops.within((inner) => playRound(options, inner, stopping.signal));
    log(`\n${tableOf(round, options)}`);
    if (!round.played.result.isGood) process.exitCode = 1;
    done += round.played.webOrders + round.played.tillVisits;
  }
}

async function playRound(options: SoakOptions, stops: Stops, signal: AbortSignal): Promise<Round> {
  const since = new Date();
  const chain = buildChain({ seed: SEED });
  const temporal = await startBenchTemporal(stops, log);
  const omnium = await startOmniumSandbox({ chain, seed: SEED });
  stops.add(() => omnium.stop());
  const flow = await startFlowSandbox({ chain, seed: SEED });
  stops.add(() => flow.stop());
  const vendors = { omniumUrl: omnium.url, flowUrl: flow.url };
  const configFile = await writeConfig(stops, vendors);
  const api = await startApiProcess(stops, { configFile, temporal });
  const { address, namespace } = temporal;
  const env = { ...process.env, CONFIG_FILE: configFile, TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace };
  const workers = new KilledWorkers(options.workers, env);
  stops.add(() => workers.stop());
  await subscribeToOmnium({ omniumUrl: omnium.url, apiUrl: api.url }, demoTenants());
  await registerFlowWebhooks({ apiHost: '127.0.0.1', apiPort: 0, webUiUrl: api.url, ...vendors, apiUrl: api.url });
  const context: DayContext = {
    ...vendors,
    ...{ apiUrl: api.url, temporalAddress: address, namespace, webUiUrl: '', tenants: demoTenants() },
    ...{ signal, log, undone: new Undone(signal) },
  };
  const played = new AbortController();
  stops.add(() => played.abort());
  const killing = workers.killEvery(options.killEvery * 1_000, AbortSignal.any([signal, played.signal]));
  const result = await playSoak({
    ...{ context, chain, orders: options.orders, overMs: options.over * 1_000 },
    onPlayed: async () => {
      played.abort();
      await killing;
    },
  });
  return { played: result, kills: workers.kills, lost: await countLostAttempts(temporal.client, since) };
}

/** What the soak has shown. */
function tableOf({ played, kills, lost }: Round, options: SoakOptions): string {
  const { issues } = played.result.total;
  const tills = played.result.tills?.total.issues ?? { missing: 0, duplicated: 0, differing: 0, late: 0 };
  const chars = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };
  const table = new Table({ chars, style: { head: [], border: [] }, colAligns: ['left', 'right'] });
  table.push(
    ['Web orders', played.webOrders],
    ['  of which changed or cancelled', played.changes],
    ['Visits to the tills', played.tillVisits],
    [`Workers killed with -9 (${options.workers} processes, one every ${options.killEvery} s)`, kills],
    ['Activities that lost an attempt with their worker', lost.activities],
    ['Workflow tasks that were done anew', lost.workflowTasks],
    ['Workflow runs', lost.runs],
    ['LOST', issues.missing + tills.missing + tills.late],
    ['DOUBLED', issues.duplicated + tills.duplicated],
    ['DIFFERING', issues.differing + tills.differing],
  );
  return table.toString();
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(1);
});
