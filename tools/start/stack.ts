import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { type CatalogueState } from '../../sandbox/flow/store/seed-catalogue';
import { ENGINES, taskQueueOf } from '../../src/contracts/task-queues';
import { type DayContext, type StockMasters } from '../day/context';
import { Undone } from '../day/undone';
import { slowness } from '../servers/machine';
import { DAY_CHAIN } from '../day/day-chain';
import { type Environment, type Log } from '../servers/cache';
import { resolveTemporalCli } from '../servers/temporal-cli';
import { startTemporalServer, type TemporalServer } from '../servers/temporal-server';
import { demoConfig, demoDeliveryMarkets, type DemoEndpoints, demoStorePriceMarkets, demoTenants } from './demo-config';
import { keptStockMasters } from './kept-masters';
import { recordProcesses, stopLeftovers } from './leftovers';
import { type StartOptions } from './options';
import { assertPortsFree, type PortClaim } from '../servers/ports';
import { answersOk, hasPollers, waitUntil } from './readiness';
import { setStockStep } from './stock-step';
import { prepareStateFolder, type StateFolder, stateFolderOf } from './state-folder';
import { registerFlowWebhooks, subscribeToOmnium } from './subscriptions';
import { Supervisor } from './supervisor';

const HOST = '127.0.0.1';
const READY_WITHIN_MS = 60_000;
const MAX_RESTARTS = 3;
/** The tills know the catalogue as it was some seasons ago: the first export has something to do. */
const TILLS_BEGIN_WITH: CatalogueState = 'stale';
/** Together below the 10 s within which Ctrl-C has to be over. */
const STOP_OURS_WITHIN_MS = 5_500;
const STOP_SERVERS_WITHIN_MS = 3_000;

/** Everything that `npm start` runs, as one thing that can be started and stopped. */
export class Stack {
  private readonly state: StateFolder;
  private readonly supervisor: Supervisor;
  private readonly endpoints: Pick<DayContext, 'omniumUrl' | 'flowUrl' | 'apiUrl' | 'webUiUrl'>;
  private readonly isServerOurs: boolean;
  private server: TemporalServer | undefined;
  private isStopping = false;

  constructor(
    private readonly options: StartOptions,
    private readonly env: Environment,
    private readonly log: Log,
  ) {
    this.state = stateFolderOf(options);
    this.isServerOurs = (env.TEMPORAL_ADDRESS ?? '') === '';
    this.supervisor = new Supervisor({
      logFolder: this.state.logs,
      log,
      maxRestarts: MAX_RESTARTS,
      onChildren: (pids) => recordProcesses(this.state.processes, pids),
    });
    const uiHost = this.isServerOurs ? HOST : (env.TEMPORAL_ADDRESS ?? '').replace(/:\d+$/, '');
    this.endpoints = {
      omniumUrl: `http://${HOST}:${options.omniumPort}`,
      flowUrl: `http://${HOST}:${options.flowPort}`,
      apiUrl: `http://${HOST}:${options.port}`,
      webUiUrl: `http://${uiHost}:${options.uiPort}`,
    };
  }

  /** Path of the generated configuration. */
  get configFile(): string {
    return this.state.config;
  }

  /** Folder of the log files. */
  get logFolder(): string {
    return this.state.logs;
  }

  /**
   * Starts everything and waits until it is ready.
   *
   * @param signal - aborted when the person wants to stop; passed on to the trading day
   * @returns what the trading day needs
   * @throws BusyPortError, StateInUseError, NoTemporalServerError, ChildDiedError, NotReadyError
   */
  async start(signal: AbortSignal): Promise<DayContext> {
    await stopLeftovers(this.state.processes, this.log);
    await assertPortsFree(this.portClaims());
    prepareStateFolder(this.state, this.options.fresh);
    const stockMasters = keptStockMasters(this.state.config);
    this.writeConfig(stockMasters);
    const cliPath = this.isServerOurs ? await this.findCli() : undefined;

    this.startSandboxes();
    if (cliPath !== undefined) await this.startServer(cliPath);
    const { address, namespace, connection } = await this.connect();
    try {
      await this.waitFor('The Omnium sandbox', () => answersOk(`${this.endpoints.omniumUrl}/_sandbox/health`));
      // Before the first order is told: what is sold moves the stock that Omnium keeps.
      await setStockStep(this.endpoints.omniumUrl, stockMasters);
      this.startOurs(address, namespace);
      await this.waitForAll(connection, namespace);
    } finally {
      await connection.close();
    }
    const tenants = demoTenants();
    await subscribeToOmnium(this.endpoints, tenants);
    await registerFlowWebhooks(this.demoEndpoints());
    const { trades } = this.options;
    return {
      ...this.endpoints,
      ...{ temporalAddress: address, namespace, tenants, signal, log: this.log, undone: new Undone(signal) },
      reportFile: join(this.state.logs, 'day-report.txt'),
      goods: {
        stockMasters,
        deliveryMarkets: demoDeliveryMarkets(),
        storePriceMarkets: demoStorePriceMarkets(),
        configFile: this.state.config,
        switchMasters: (masters) => this.switchMasters(masters),
      },
      ...(trades === undefined ? {} : { tradesFile: trades }),
    };
  }

  /** Stops what was started, intake and workers first, then what they use; within 10 s. Safe to call twice. */
  async stop(): Promise<void> {
    if (this.isStopping) return;
    this.isStopping = true;
    this.supervisor.beginStop();
    await this.supervisor.stop(['api', 'worker'], STOP_OURS_WITHIN_MS);
    await Promise.all([this.supervisor.stop(['sandbox'], STOP_SERVERS_WITHIN_MS), this.server?.stop()]);
    await this.supervisor.close();
  }

  /**
   * A switch of stock masters as it is done in earnest: the configuration is changed, and the API and the workers are
   * started anew. Omnium's stock step follows while no worker is at work.
   */
  private async switchMasters(masters: StockMasters): Promise<void> {
    this.writeConfig(masters);
    await this.supervisor.restart('worker', STOP_OURS_WITHIN_MS, () => setStockStep(this.endpoints.omniumUrl, masters));
    await this.supervisor.restart('api', STOP_OURS_WITHIN_MS);
    await this.waitFor('The API', () => answersOk(`${this.endpoints.apiUrl}/health/ready`));
  }

  private writeConfig(masters: StockMasters): void {
    writeFileSync(this.state.config, demoConfig(this.demoEndpoints(), masters));
  }

  private demoEndpoints(): DemoEndpoints {
    return { ...this.endpoints, apiHost: HOST, apiPort: this.options.port };
  }

  private portClaims(): PortClaim[] {
    const { port, temporalPort, uiPort, omniumPort, flowPort } = this.options;
    const claims = [
      { port, what: 'the API', option: '--port' },
      { port: omniumPort, what: 'the Omnium sandbox', option: '--omnium-port' },
      { port: flowPort, what: 'the Flow sandbox', option: '--flow-port' },
    ];
    if (!this.isServerOurs) return claims;
    return [
      ...claims,
      { port: temporalPort, what: 'the Temporal server', option: '--temporal-port' },
      { port: uiPort, what: 'the Temporal Web UI', option: '--ui-port' },
    ];
  }

  private async findCli(): Promise<string> {
    const { path, source } = await resolveTemporalCli({ log: this.log, env: this.env });
    this.log(`Temporal CLI: ${path} (${source})`);
    return path;
  }

  private startSandboxes(): void {
    const { omniumPort, flowPort, trades, manners } = this.options;
    const args = [
      ...['--omnium-port', String(omniumPort), '--flow-port', String(flowPort), '--state', this.state.sandbox],
      ...['--seed', String(DAY_CHAIN.seed), '--products', String(DAY_CHAIN.products)],
      // A replay brings a catalogue of its own.
      ...['--flow-catalogue', trades === undefined ? TILLS_BEGIN_WITH : 'seeded'],
      ...(manners.length > 0 ? ['--manners', manners.join(',')] : []),
    ];
    this.supervisor.start({ name: 'sandbox', entry: 'dist/sandbox/main.js', args, env: this.env });
  }

  private async startServer(cliPath: string): Promise<void> {
    this.server = await startTemporalServer({
      cliPath,
      port: this.options.temporalPort,
      uiPort: this.options.uiPort,
      dbFile: this.state.temporalDb,
      detached: true,
      log: (line) => this.supervisor.writeLog('temporal', line),
    });
    this.supervisor.adopt(this.server.process);
    this.server.process.once('exit', (code, signal) => {
      if (this.isStopping) return;
      const how = signal ?? `exit code ${String(code)}`;
      this.log(`The Temporal server stopped by itself (${how}). Its log: ${this.supervisor.logFileOf('temporal')}`);
      this.log('Nothing is lost; start again to go on.');
    });
  }

  /** Our own server by its address, an existing one by the standard `TEMPORAL_*` settings. */
  private async connect(): Promise<{ address: string; namespace: string; connection: Connection }> {
    if (this.server !== undefined) {
      const { address, namespace } = this.server;
      return { address, namespace, connection: await Connection.connect({ address }) };
    }
    const { connectionOptions, namespace } = loadClientConnectConfig();
    const address = connectionOptions.address ?? this.env.TEMPORAL_ADDRESS ?? '';
    this.log(`Temporal: ${address} (TEMPORAL_ADDRESS)`);
    return { address, namespace: namespace ?? 'default', connection: await Connection.connect(connectionOptions) };
  }

  private startOurs(address: string, namespace: string): void {
    const env = {
      ...this.env,
      CONFIG_FILE: this.state.config,
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: namespace,
    };
    this.supervisor.start({ name: 'api', entry: 'dist/src/api/main.js', args: [], env });
    this.supervisor.start({ name: 'worker', entry: 'dist/src/workers/main.js', args: [], env });
  }

  private async waitForAll(connection: Connection, namespace: string): Promise<void> {
    const wait = this.waitFor;
    await Promise.all([
      wait('The Flow sandbox', () => answersOk(`${this.endpoints.flowUrl}/_sandbox/health`)),
      wait('The API', () => answersOk(`${this.endpoints.apiUrl}/health/ready`)),
      ...ENGINES.map((engine) =>
        wait(`The ${engine} worker`, () => hasPollers(connection, namespace, taskQueueOf(engine))),
      ),
    ]);
  }

  private readonly waitFor = (what: string, isReady: () => Promise<boolean>): Promise<void> =>
    waitUntil(
      { what, withinMs: READY_WITHIN_MS * slowness(), assertAlive: () => this.supervisor.assertAlive() },
      isReady,
    );
}
