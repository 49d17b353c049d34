import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseConfig } from '../../src/config/load';
import type { IntegrationConfig } from '../../src/config/types';
import type { ExportStream } from '../../src/contracts/streams';
import { limitShareOf } from '../../src/workers/limit-share';
import { BETWEEN_ROUNDS_MS, type OurExports, runOurExports } from '../rig/export-runs';
import { Peer } from '../rig/peer';
import { type PeakMemory, type ProbedWorker, startProbedWorker, type WorkerMemory } from '../rig/probed-worker';
import { writeConfigText } from '../rig/services';
import type { Stops } from '../rig/stops';
import { type BenchTemporal, startBenchTemporal, temporaryFolder } from '../rig/temporal';
import type { BareLoop, BareParts } from './bare-loop';
import type { BareScript } from './bare-script';
import { catalogueConfig, type TenantVendors } from './catalogue-config';

/** Some work, and what the worker held meanwhile and afterwards. */
export interface Held<T> {
  readonly result: T;
  readonly peak: PeakMemory;
  readonly settled: WorkerMemory;
}

/** A Temporal server with nothing in it and a worker process of the export engine that has done nothing yet. */
export class Stage {
  private constructor(
    readonly temporal: BenchTemporal,
    private readonly config: IntegrationConfig,
    readonly worker: Peer<ProbedWorker>,
  ) {}

  static async start(stops: Stops, tenants: TenantVendors, log: (line: string) => void): Promise<Stage> {
    const temporal = await startBenchTemporal(stops, log);
    const text = catalogueConfig(tenants);
    const configFile = await writeConfigText(stops, text);
    const worker = await startProbedWorker(stops, { engine: 'exports', temporal, configFile });
    return new Stage(temporal, parseConfig(text, {}), worker);
  }

  /** How many calls at once the worker makes to each vendor: the engine's share of all. */
  get connections(): BareParts['connections'] {
    const { tenants, worker } = this.config;
    const share = limitShareOf(['exports'], worker.processes);
    const ofTotal = (total = 1): number => Math.max(Math.floor(total * share + ROUNDING), 1);
    const [tenant] = tenants;
    return {
      omnium: ofTotal(tenant?.omnium.maxConcurrentRequests),
      flow: ofTotal(tenant?.flow.maxConcurrentRequests),
    };
  }

  /** One tenant's export, from starting its workflow until it has ended. */
  async run(stream: ExportStream, tenantUid: string): Promise<OurExports> {
    return await runOurExports(this.temporal, { config: this.config, stream, tenantUids: [tenantUid] });
  }

  /** Looks at the worker's memory from now on. */
  async watch(): Promise<void> {
    await this.worker.ask('watch', undefined);
  }

  /** What the worker held since {@link watch}, and what it still holds. */
  async held<T>(result: T): Promise<Held<T>> {
    const peak = await this.worker.ask('peak', undefined);
    return { result, peak, settled: await this.worker.ask('memory', undefined) };
  }
}

/** Waits until changes that have just been made are found, and those before them are not read again. */
export async function betweenRounds(): Promise<void> {
  await sleep(BETWEEN_ROUNDS_MS);
}

/** A share of 0.3 of ten is three, whatever comes out in the last digit. */
const ROUNDING = 1e-9;
/** As in src/activities/exports: rows of a page that are written at once. */
const ROWS_AT_ONCE = 16;

/** The bare loop, and the folder where its scripts lie. */
export class BareSide {
  private constructor(
    readonly peer: Peer<BareLoop>,
    private readonly folder: string,
  ) {}

  static async start(stops: Stops): Promise<BareSide> {
    return new BareSide(Peer.start<BareLoop>(require.resolve('./bare-loop'), stops), await temporaryFolder(stops));
  }

  /** Gets ready to make a script's calls; reading the script is no part of the measured time. */
  async load(script: BareScript, { vendors, connections }: Pick<BareParts, 'vendors' | 'connections'>): Promise<void> {
    const file = join(this.folder, 'script.json');
    await writeFile(file, JSON.stringify(script));
    await this.peer.ask('load', { file, parts: { vendors, connections, rowsAtOnce: ROWS_AT_ONCE } });
  }

  /** Makes the calls, so often. @returns how long it took */
  async run(times = 1): Promise<number> {
    return (await this.peer.ask('run', times)).elapsedMs;
  }
}
