import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { Registry } from 'prom-client';
import type { IntegrationConfig, TenantConfig } from '../config/types';
import type { Logger } from '../observability/logger';
import type { IntakeMetrics } from '../observability/metrics';
import { getDashboard, type OverviewCache } from './dashboard';
import { flowEvents } from './flow-events';
import { receiveWebhook } from './intake';
import { type EventServices, omniumEvents } from './omnium-events';
import type { TemporalReadiness } from './readiness';

/** Everything the API works with; `start-api.ts` makes the real ones. */
export interface ApiDependencies {
  readonly config: IntegrationConfig['api'];
  readonly tenants: readonly TenantConfig[];
  readonly services: EventServices;
  readonly overview: OverviewCache;
  readonly readiness: TemporalReadiness;
  /** Temporal namespace, for links. */
  readonly namespace: string;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly metrics: IntakeMetrics;
}

/** The HTTP application. Makes no connection and opens no port. */
export function createApi(dependencies: ApiDependencies): Express {
  const { config, tenants, services, overview, readiness, namespace, logger, registry, metrics } = dependencies;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');

  const intake = { config, tenants, logger, metrics, inFlight: { count: 0 } };
  app
    .route('/webhooks/omnium/:tenantUid')
    .post(receiveWebhook('omnium', omniumEvents(services), intake))
    .all(onlyMethod('POST'));
  app
    .route('/webhooks/flow/:tenantUid')
    .post(receiveWebhook('flow', flowEvents(services), intake))
    .all(onlyMethod('POST'));

  // Live as long as the process answers at all; ready unless Temporal cannot be reached or the process is stopping.
  const live: RequestHandler = (_request, response) => void response.json({ status: 'live' });
  const ready: RequestHandler = async (_request, response) => {
    const reason = await readiness.check();
    if (reason === undefined) response.json({ status: 'ready' });
    else response.status(503).json({ status: 'not ready', reason });
  };
  const figures: RequestHandler = async (_request, response) => {
    const text = await registry.metrics();
    response.type(registry.contentType).send(text);
  };
  app.route('/health/live').get(live).all(onlyMethod('GET'));
  app.route('/health/ready').get(ready).all(onlyMethod('GET'));
  app.route('/metrics').get(figures).all(onlyMethod('GET'));
  const { temporalWebUiUrl } = config;
  app.route('/').get(getDashboard({ tenants, overview, temporalWebUiUrl, namespace })).all(onlyMethod('GET'));
  app.use((_request, response) => void response.status(404).json({ outcome: 'refused', reason: 'no such path' }));
  app.use(unexpected(logger));
  return app;
}

/** A path that exists, asked in a way that does not: 405 with the way that does. */
function onlyMethod(method: 'GET' | 'POST'): RequestHandler {
  return (_request, response) => {
    const reason = `only ${method} is understood here`;
    response.status(405).set('Allow', method).json({ outcome: 'refused', reason });
  };
}

/** For an error that no route expects: the sender learns a number and repeats (503), the log learns the rest. */
function unexpected(logger: Logger): ErrorRequestHandler {
  // Four parameters are how Express tells an error handler from others.
  return (error: unknown, _request, response, next) => {
    const correlationId = randomUUID();
    logger.error({ correlationId, err: error }, 'A request failed unexpectedly');
    if (response.headersSent) {
      next(error);
      return;
    }
    // A malformed path (bad percent-encoding) is the sender's, everything else is ours.
    const status = error instanceof URIError ? 400 : 503;
    response.status(status).json({ outcome: 'unavailable', correlationId });
  };
}

/** Longer than any load balancer's idle time (60 s is usual), so that it never sends on a connection we just closed. */
const KEEP_ALIVE_MS = 65_000;
const CHECK_CONNECTIONS_MS = 250;

/**
 * An HTTP server around the application whose connections cannot be held open by a sender that dawdles: headers that do
 * not arrive in time end like a body that does not, with 503 and a closed connection.
 */
export function createApiServer(app: Express, answerWithinMs: number): Server {
  const server = createServer(
    {
      headersTimeout: answerWithinMs,
      // The application's own clock is faster; this is for bodies of requests it never gets to see.
      requestTimeout: answerWithinMs + 1_000,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: CHECK_CONNECTIONS_MS,
    },
    // Express handles its own errors; nothing to wait for.
    (request, response) => void app(request, response),
  );
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const status =
      error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '503 Service Unavailable'
        : error.code === 'HPE_HEADER_OVERFLOW'
          ? '431 Request Header Fields Too Large'
          : '400 Bad Request';
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });
  return server;
}
