import type { Server } from 'node:http';
import type { IntegrationConfig } from '../config/types';
import type { Logger } from '../observability/logger';
import { createIntakeMetrics } from '../observability/metrics';
import type { Registry } from 'prom-client';
import { openTemporal, type TemporalAddress } from '../temporal/connection';
import { EntityDirectory } from '../temporal/entity-directory';
import { ExportTrigger } from '../temporal/export-trigger';
import { Publisher } from '../temporal/publisher';
import { OverviewCache } from './dashboard';
import { ProductIntake } from './product-intake';
import { createApi, createApiServer } from './server';
import { TemporalReadiness } from './readiness';

/** What a running API needs to know. */
interface StartApiOptions {
  readonly config: IntegrationConfig;
  readonly temporal: TemporalAddress;
  readonly logger: Logger;
  readonly registry: Registry;
  /** Another task queue than the engines' own, for tests that must not meet. */
  readonly taskQueue?: string;
}

/** An API that listens. */
export interface RunningApi {
  readonly port: number;
  readonly url: string;
  /** Takes no more, finishes what is in work within `withinMs`, then closes every connection. */
  stop(withinMs: number): Promise<void>;
}

/** What is left of the answer's time for the way there and back. */
const CALL_SHARE = 0.9;
const OVERVIEW_TIMEOUT_MS = 2_000;

/**
 * Starts the API. It listens at once and answers 503 as long as Temporal cannot be reached.
 *
 * @throws NodeJS.ErrnoException `EADDRINUSE` or `EACCES` when the port cannot be had
 */
export async function startApi(options: StartApiOptions): Promise<RunningApi> {
  const { config, temporal, logger, registry, taskQueue } = options;
  const { api, tenants, retryLadder } = config;
  const opened = openTemporal(temporal);
  const { client, namespace } = opened;
  const metrics = createIntakeMetrics(registry);
  const calls = {
    client,
    retryLadder,
    callTimeoutMs: Math.round(api.answerWithinMs * CALL_SHARE),
    metrics,
    ...(taskQueue === undefined ? {} : { taskQueue }),
  };
  const exports = new ExportTrigger(calls);
  const publisher = new Publisher({ ...calls, client: () => client });
  const products = new ProductIntake(publisher, exports);
  const directory = new EntityDirectory({
    client,
    namespace,
    temporalWebUiUrl: api.temporalWebUiUrl,
    timeoutMs: OVERVIEW_TIMEOUT_MS,
  });
  const readiness = new TemporalReadiness(opened, logger);
  const app = createApi({
    config: api,
    tenants,
    services: { publisher, products },
    overview: new OverviewCache(directory),
    readiness,
    namespace,
    logger,
    registry,
    metrics,
  });
  const server = createApiServer(app, api.answerWithinMs);
  try {
    await listen(server, api);
  } catch (error) {
    await opened.close();
    throw error;
  }
  void readiness.prepare();

  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : api.port;
  return {
    port,
    url: `http://${api.host === '0.0.0.0' ? 'localhost' : api.host}:${port}`,
    stop: async (withinMs) => {
      readiness.stop();
      exports.stop();
      await drain(server, withinMs);
      await opened.close();
    },
  };
}

function listen(server: Server, { host, port }: { readonly host: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
}

const LOOK_FOR_IDLE_MS = 50;

function drain(server: Server, withinMs: number): Promise<void> {
  return new Promise((resolve) => {
    // A kept-alive connection becomes idle when its last answer is out, and nothing else closes it then.
    const closeIdle = setInterval(() => server.closeIdleConnections(), LOOK_FOR_IDLE_MS);
    const closeAll = setTimeout(() => server.closeAllConnections(), withinMs);
    server.close(() => {
      clearInterval(closeIdle);
      clearTimeout(closeAll);
      resolve();
    });
    server.closeIdleConnections();
  });
}
