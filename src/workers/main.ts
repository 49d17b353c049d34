import { NativeConnection, Runtime, type Worker } from '@temporalio/worker';
import { Command, Option } from 'commander';
import { TenantRegistry } from '../activities/tenants';
import { ConfigurationError, loadConfig } from '../config/load';
import { loadServiceEnvironment } from '../config/service-environment';
import type { IntegrationConfig } from '../config/types';
import { ENGINES, type Engine } from '../contracts/task-queues';
import { asTemporalLogger, createLogger, type Logger } from '../observability/logger';
import { openTemporal, temporalAddressOf, type TemporalAddress } from '../temporal/connection';
import { ensureSearchAttributes } from '../temporal/search-attributes';
import { createEngineWorkers } from './create-worker';
import { limitShareOf } from './limit-share';
import { provisionUntilDone } from './provision-schedules';

const CONNECT_AGAIN_AFTER_MS = 3_000;

/**
 * The worker process: `npm run worker [-- --engine order-sync|receivement-sync|exports]`, all engines without one.
 *
 * Drains on SIGINT and SIGTERM (the SDK's runtime listens for both). A worker that dies ends the process with exit code
 * 1, so that whatever supervises it starts another. Exit code 2: the configuration is wrong.
 */
async function main(): Promise<void> {
  const engines = parseEngines();
  const config = loadConfig();
  const environment = loadServiceEnvironment();
  const logger = createLogger({ name: 'worker', level: environment.logLevel });
  installRuntime(logger, environment.metricsAddress);
  const temporal = temporalAddressOf(environment.temporal);
  const share = limitShareOf(engines, config.worker.processes);
  const tenants = new TenantRegistry(config.tenants, share);
  const connection = await connect(temporal, logger);
  try {
    await provision(temporal, logger);
    const workers = await Promise.all(
      engines.map((engine) =>
        createEngineWorkers({
          ...{ engine, connection, namespace: temporal.namespace, tenants },
          ...{ limits: config.worker, retryLadder: config.retryLadder },
        }),
      ),
    );
    logger.info({ engines, tenants: tenantUids(config), shareOfLimits: share }, 'worker started');
    const stopping = new AbortController();
    // The engine that sweeps looks after the Schedules that start it.
    const { signal } = stopping;
    const schedules = engines.includes('exports')
      ? provisionUntilDone(temporal, config, environment.deployment, logger, signal)
      : Promise.resolve();
    try {
      await runAll(workers.flat());
    } finally {
      stopping.abort();
      await schedules;
    }
    logger.info('worker stopped');
  } finally {
    await connection.close();
    await tenants.close();
  }
}

function parseEngines(): readonly Engine[] {
  const program = new Command('worker')
    .description('Runs the workflows and activities of one engine, or of all.')
    .addOption(new Option('--engine <engine>', 'the engine to run').choices(ENGINES))
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse();
  const { engine } = program.opts<{ engine?: Engine }>();
  return engine ? [engine] : ENGINES;
}

/** The SDK's log joins ours; its metrics (tasks by workflow and activity type, never by order) go to Prometheus. */
function installRuntime(logger: Logger, bindAddress: string | undefined): void {
  Runtime.install({
    logger: asTemporalLogger(logger),
    ...(bindAddress && { telemetryOptions: { metrics: { prometheus: { bindAddress } } } }),
  });
}

/** Temporal may start after us, or be away for a while: a worker waits for it instead of dying in a loop. */
async function connect(temporal: TemporalAddress, logger: Logger): Promise<NativeConnection> {
  for (;;) {
    try {
      return await NativeConnection.connect(temporal.connectionOptions);
    } catch (error) {
      logger.warn({ err: error, address: temporal.address }, 'Temporal cannot be reached; trying again');
      await new Promise((resolve) => setTimeout(resolve, CONNECT_AGAIN_AFTER_MS));
    }
  }
}

async function provision(temporal: TemporalAddress, logger: Logger): Promise<void> {
  const client = openTemporal(temporal);
  try {
    const added = await ensureSearchAttributes(client.connection, temporal.namespace);
    if (added.length > 0) logger.info({ added }, 'search attributes added');
  } finally {
    await client.close();
  }
}

/** Runs until the process is told to stop; when one worker dies, the others are drained and the error goes on. */
async function runAll(workers: readonly Worker[]): Promise<void> {
  const runs = workers.map((worker) => worker.run());
  try {
    await Promise.all(runs);
  } catch (error) {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    await Promise.allSettled(runs);
    throw error;
  }
}

function tenantUids(config: IntegrationConfig): string[] {
  return config.tenants.map((tenant) => tenant.tenantUid);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof ConfigurationError ? 2 : 1);
});
