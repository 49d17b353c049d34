import { randomUUID } from 'node:crypto';
import { type IncomingMessage } from 'node:http';
import { type Request, type RequestHandler, type Response } from 'express';
import { type TenantConfig } from '../../config/types';
import { type Logger } from '../../observability/logger';
import { type EventSender, type IntakeMetrics } from '../../observability/metrics';
import { createAuthenticator, type Authenticator } from './authenticate';
import { readBody } from './read-body';
import { RefusedRequest } from './refused-request';

/** What a route makes of a body that came from a sender we trust. */
export interface WebhookAnswer {
  readonly outcome: string;
  readonly [member: string]: unknown;
}

/** A route's own part: from the parsed body to the answer's body (status 202), or a thrown {@link RefusedRequest}. */
export type WebhookHandler = (
  tenant: TenantConfig,
  body: unknown,
  progress: WebhookProgress,
) => Promise<WebhookAnswer> | WebhookAnswer;

/** Lets a handler with much to do see that its answer is no longer waited for. */
export interface WebhookProgress {
  isAnswered(): boolean;
}

/** What receiving needs beside the handler. */
export interface WebhookReceiverOptions {
  readonly sender: EventSender;
  readonly tenants: readonly TenantConfig[];
  readonly maxBodyBytes: number;
  readonly maxInFlight: number;
  readonly answerWithinMs: number;
  readonly logger: Logger;
  readonly metrics: IntakeMetrics;
  /** Requests in work, counted over all routes that share it. */
  readonly inFlight: { count: number };
}

interface KnownTenant {
  readonly tenant: TenantConfig;
  readonly authenticator: Authenticator;
}

/** Parameters of a webhook's path. */
interface TenantPath {
  readonly tenantUid: string;
  readonly [name: string]: string;
}

/**
 * Everything that comes before a webhook's meaning, in this order: a known tenant (404), room for one more request
 * (503), a valid secret (401), a body within its limit (413) that is JSON (400), and an answer in time (503). The clock
 * runs from the first line of the request, so a sender that trickles its body is cut off by the same clock.
 */
export function receiveWebhook(options: WebhookReceiverOptions, handle: WebhookHandler): RequestHandler<TenantPath> {
  const { sender, maxInFlight, answerWithinMs, inFlight, metrics } = options;
  const tenants = new Map<string, KnownTenant>(
    options.tenants.map((tenant) => [
      tenant.tenantUid,
      { tenant, authenticator: createAuthenticator(tenant.webhooks[sender].schemes) },
    ]),
  );

  return (request, response) => {
    const stopTimer = metrics.answers.startTimer({ sender });
    const known = tenants.get(request.params.tenantUid);
    if (known === undefined) {
      send(request, response, { status: 404, body: { outcome: 'refused', reason: 'no such tenant is configured' } });
      stopTimer({ status: 404 });
      return;
    }
    if (inFlight.count >= maxInFlight) {
      send(request, response, { status: 503, body: { outcome: 'unavailable', reason: 'over capacity' } });
      stopTimer({ status: 503 });
      return;
    }

    inFlight.count += 1;
    metrics.inFlight.inc();
    let answered = false;
    const answer = (status: number, body: WebhookAnswer): void => {
      if (answered) return;
      answered = true;
      clearTimeout(timer);
      inFlight.count -= 1;
      metrics.inFlight.dec();
      send(request, response, { status, body });
      stopTimer({ status });
    };
    const timer = setTimeout(() => {
      const reason = request.complete ? 'not recorded in time' : 'the request did not arrive in time';
      answer(503, failure(options, { reason, tenantUid: known.tenant.tenantUid }));
    }, answerWithinMs);

    receive(request, known, options)
      .then((body) => handle(known.tenant, body, { isAnswered: () => answered }))
      .then((body) => answer(202, body))
      .catch((error: unknown) => {
        if (answered) return;
        if (error instanceof RefusedRequest && error.status !== 503) {
          logRefusal(options, known.tenant, error);
          answer(error.status, { outcome: 'refused', reason: error.reason });
        } else {
          const reason = error instanceof RefusedRequest ? error.reason : undefined;
          answer(503, failure(options, { reason, error, tenantUid: known.tenant.tenantUid }));
        }
      });
  };
}

async function receive(request: IncomingMessage, known: KnownTenant, limits: WebhookReceiverOptions): Promise<unknown> {
  const verdict = known.authenticator.checkHeaders(request.headers);
  if (verdict === 'refused') throw new RefusedRequest(401, 'the secret is not valid');
  const body = await readBody(request, limits.maxBodyBytes);
  if (verdict === 'signed' && !known.authenticator.checkSignature(request.headers, body, Date.now())) {
    throw new RefusedRequest(401, 'the signature is not valid');
  }
  return parseJson(body);
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8').replace(/^\uFEFF/, '')) as unknown;
  } catch {
    // The parser's own message quotes the body.
    throw new RefusedRequest(400, 'the body is not JSON');
  }
}

interface Answer {
  readonly status: number;
  readonly body: WebhookAnswer;
}

function send(request: Request<TenantPath>, response: Response, { status, body }: Answer): void {
  // What is left of the body will not be read: the connection cannot be used again.
  if (!request.complete) response.set('Connection', 'close');
  if (status === 401) response.set('WWW-Authenticate', 'Bearer');
  response.status(status).json(body);
}

interface Failure {
  readonly reason: string | undefined;
  readonly error?: unknown;
  readonly tenantUid: string;
}

/** A 503's body: what the sender may know, and the number under which the log knows the rest. */
function failure(
  { logger, sender, metrics }: WebhookReceiverOptions,
  { reason, error, tenantUid }: Failure,
): WebhookAnswer {
  const correlationId = randomUUID();
  metrics.events.inc({ tenant: tenantUid, sender, outcome: 'failed' });
  logger.error(
    { correlationId, tenantUid, sender, reason, err: error },
    'A webhook was answered 503; the sender repeats it',
  );
  return { outcome: 'unavailable', ...(reason === undefined ? {} : { reason }), correlationId };
}

function logRefusal(
  { logger, sender, metrics }: WebhookReceiverOptions,
  tenant: TenantConfig,
  refused: RefusedRequest,
): void {
  const { tenantUid } = tenant;
  metrics.events.inc({ tenant: tenantUid, sender, outcome: 'refused' });
  logger.warn({ tenantUid, sender, status: refused.status, reason: refused.reason }, 'A webhook was refused for good');
}
