import { setTimeout as sleep } from 'node:timers/promises';
import { TenantRegistry } from '../../src/activities/tenants';
import { parseConfig } from '../../src/config/load';
import type { IntegrationConfig } from '../../src/config/types';
import { BETWEEN_ROUNDS_MS, type ExportTimes, type OurExports, runOurExports } from '../rig/export-runs';
import { Peer } from '../rig/peer';
import { type ProbedWorker, startProbedWorker } from '../rig/probed-worker';
import { type VendorUrls, writeConfigText } from '../rig/services';
import { Stops } from '../rig/stops';
import type { BenchTemporal } from '../rig/temporal';
import type { BareLoop, BareTenant } from './bare-loop';
import { inventoryConfig } from './inventory-config';
import type { Levels } from './levels';

/** What both sides work with. */
export interface InventoryParts {
  readonly temporal: BenchTemporal;
  /** Where both sides find the vendors. */
  readonly vendors: VendorUrls;
  readonly levels: Levels;
}

/** Both sides: our exports with a worker process, and the bare loop. */
export class InventoryRig {
  private workerStops: Stops | undefined;
  private worker: Peer<ProbedWorker> | undefined;

  private constructor(
    private readonly parts: InventoryParts & { readonly config: IntegrationConfig; readonly configFile: string },
    private readonly stops: Stops,
    readonly bare: Peer<BareLoop>,
  ) {}

  static async start(stops: Stops, parts: InventoryParts): Promise<InventoryRig> {
    const { vendors, levels } = parts;
    const text = inventoryConfig(vendors);
    const config = parseConfig(text, {});
    const configFile = await writeConfigText(stops, text);
    const bare = Peer.start<BareLoop>(require.resolve('./bare-loop'), stops);
    await bare.ask('start', { vendors, account: levels.account, tenants: await bareTenants(config, levels) });
    return new InventoryRig({ ...parts, config, configFile }, stops, bare);
  }

  /** A worker process that has done nothing yet, instead of the one before. */
  async startFreshWorker(): Promise<Peer<ProbedWorker>> {
    await this.workerStops?.stopAll();
    const { temporal, configFile } = this.parts;
    this.workerStops = new Stops();
    this.stops.add(() => this.workerStops?.stopAll());
    this.worker = await startProbedWorker(this.workerStops, { engine: 'exports', temporal, configFile });
    return this.worker;
  }

  /** @throws Error when none has been started */
  currentWorker(): Peer<ProbedWorker> {
    if (!this.worker) throw new Error('there is no worker');
    return this.worker;
  }

  /** Our exports of whatever there is to export: after this they know where to go on. Not measured. */
  async catchUp(): Promise<OurExports> {
    return await this.throughUs();
  }

  /** So many levels change in Omnium; the work that then begins exports them all, and Flow has them afterwards. */
  async afterChange<T extends ExportTimes>(count: number, work: (since: string) => Promise<T>): Promise<T> {
    const since = await this.parts.levels.change(count);
    await sleep(BETWEEN_ROUNDS_MS);
    const times = await work(since);
    if (times.written !== count) throw new Error(`${times.written} of ${count} levels were written`);
    await this.parts.levels.mustBeInFlow(count);
    return times;
  }

  throughUs(): Promise<OurExports> {
    const { temporal, config } = this.parts;
    return runOurExports(temporal, { config, stream: 'inventory' });
  }

  throughBareLoop(since: string): Promise<ExportTimes> {
    return this.bare.ask('run', since);
  }
}

/** The warehouses that our exports read, in their order. */
async function bareTenants(config: IntegrationConfig, levels: Levels): Promise<BareTenant[]> {
  const registry = new TenantRegistry(config.tenants);
  try {
    return await Promise.all(
      config.tenants.map(async ({ tenantUid }): Promise<BareTenant> => {
        const warehouses = await registry.get(tenantUid).warehouses.all({});
        const inOrder = warehouses
          .filter(({ isInOmnium }) => isInOmnium)
          .map(({ warehouseCode, warehouseUid, storeUid }) => ({ warehouseCode, warehouseUid, storeUid }))
          .sort((one, other) => (one.warehouseCode < other.warehouseCode ? -1 : 1));
        return { tenantUid, token: levels.tokens.get(tenantUid) ?? '', warehouses: inOrder };
      }),
    );
  } finally {
    await registry.close();
  }
}
