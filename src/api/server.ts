import { createServer, type Server } from 'node:http';
import { type Socket } from 'node:net';
import express, { type Express } from 'express';
import { type Registry } from 'prom-client';
import type { IntegrationConfig, TenantConfig } from '../config/types';
import { type Logger } from '../observability/logger';
import { type IntakeMetrics } from '../observability/metrics';
import { type Publisher } from '../temporal/publisher';
import { notFound, onlyMethod, unexpected } from './middleware/errors';
import { receiveWebhook, type WebhookHandler } from './middleware/receive-webhook';
import { type EventSender } from '../observability/metrics';
import { type OverviewCache } from './overview';
import { type ProductIntake } from './product-intake';
import { getDashboard } from './routes/get-dashboard';
import { getLiveness, getReadiness, type Readiness } from './routes/get-health';
import { getMetrics } from './routes/get-metrics';
import { postFlowEvent } from './routes/post-flow-event';
import { postOmniumEvent } from './routes/post-omnium-event';

/** Everything the API works with; `main.ts` makes the real ones. */
export interface ApiDependencies {
  readonly config: IntegrationConfig['api'];
  readonly tenants: readonly TenantConfig[];
  readonly publisher: Publisher;
  readonly products: ProductIntake;
  readonly overview: OverviewCache;
  readonly readiness: Readiness;
  /** Temporal namespace, for links. */
  readonly namespace: string;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly metrics: IntakeMetrics;
}

/** The HTTP application. Makes no connection and opens no port. */
export function createApi(dependencies: ApiDependencies): Express {
  const { config, tenants, overview, readiness, namespace, logger, registry, metrics } = dependencies;
  const { temporalWebUiUrl } = config;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');

  const inFlight = { count: 0 };
  const webhook = (sender: EventSender, handler: WebhookHandler): void => {
    const receive = receiveWebhook({ ...config, sender, tenants, logger, metrics, inFlight }, handler);
    app.route(`/webhooks/${sender}/:tenantUid`).post(receive).all(onlyMethod('POST'));
  };
  webhook('omnium', postOmniumEvent(dependencies));
  webhook('flow', postFlowEvent(dependencies));

  app.route('/health/live').get(getLiveness).all(onlyMethod('GET'));
  app.route('/health/ready').get(getReadiness(readiness)).all(onlyMethod('GET'));
  app.route('/metrics').get(getMetrics(registry)).all(onlyMethod('GET'));
  app.route('/').get(getDashboard({ tenants, overview, temporalWebUiUrl, namespace })).all(onlyMethod('GET'));
  app.use(notFound);
  app.use(unexpected(logger));
  return app;
}

/** Longer than any load balancer's idle time (60 s is usual), so that it never sends on a connection we just closed. */
const KEEP_ALIVE_MS = 65_000;
const CHECK_CONNECTIONS_MS = 250;

/**
 * An HTTP server around the application whose connections cannot be held open by a sender that dawdles: headers that do
 * not arrive in time end like a body that does not, with 503 and a closed connection.
 */
export function createApiServer(
  app: Express,
  { answerWithinMs }: Pick<IntegrationConfig['api'], 'answerWithinMs'>,
): Server {
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
    socket.end(`HTTP/1.1 ${statusLineFor(error.code)}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });
  return server;
}

function statusLineFor(code: string | undefined): string {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return '503 Service Unavailable';
  if (code === 'HPE_HEADER_OVERFLOW') return '431 Request Header Fields Too Large';
  return '400 Bad Request';
}
