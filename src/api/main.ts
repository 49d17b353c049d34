import { ConfigurationError, loadConfig } from '../config/load';
import { loadServiceEnvironment } from '../config/service-environment';
import { createLogger } from '../observability/logger';
import { createProcessRegistry } from '../observability/metrics';
import { temporalAddressOf } from '../temporal/connection';
import { type RunningApi, startApi } from './start-api';

/**
 * The intake process: configuration → Temporal (not waited for) → HTTP → drain on SIGTERM or SIGINT.
 * Exit codes: 0 stopped as asked, 2 the configuration cannot be used, 3 the port cannot be had, 1 anything else.
 */

const EXIT_CONFIGURATION = 2;
const EXIT_PORT = 3;

/** Time that requests in work get to finish; a second longer than any of them may take. */
const DRAIN_GRACE_MS = 1_000;

const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function main(): Promise<void> {
  const environment = loadServiceEnvironment();
  const config = loadConfig();
  const logger = createLogger({ name: 'api', level: environment.logLevel });
  const temporal = temporalAddressOf(environment.temporal);
  const api = await startApi({ config, temporal, logger, registry: createProcessRegistry() });
  logger.info(
    { url: api.url, temporal: temporal.address, namespace: temporal.namespace, tenants: config.tenants.length },
    'The API listens',
  );

  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'Stopping: finishing what is in work');
    void drain(api, config.api.answerWithinMs + DRAIN_GRACE_MS).then(() => {
      logger.info('Stopped');
      process.exitCode = 0;
    });
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

async function drain(api: RunningApi, withinMs: number): Promise<void> {
  // Whatever else keeps the process alive does so no longer than this.
  setTimeout(() => process.exit(0), withinMs + DRAIN_GRACE_MS).unref();
  await api.stop(withinMs);
}

main().catch((error: unknown) => {
  if (error instanceof ConfigurationError) {
    say(`The API does not start: ${error.message}`);
    process.exit(EXIT_CONFIGURATION);
  }
  const { code, port } = error as NodeJS.ErrnoException & { readonly port?: number };
  if (code === 'EADDRINUSE' || code === 'EACCES') {
    const why = code === 'EADDRINUSE' ? 'is in use by another program' : 'may not be opened by this user';
    say(`The API does not start: port ${port ?? ''} ${why}. Set another one as api.port in the configuration.`);
    process.exit(EXIT_PORT);
  }
  say(`The API does not start: ${error instanceof Error ? error.message : 'unknown error'}`);
  process.exit(1);
});
