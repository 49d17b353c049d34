import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { IntegrationConfig, TenantConfig } from '../config/types';
import { MAX_ID_LENGTH } from '../contracts/entity-sync';
import type { Logger } from '../observability/logger';
import type { EventOutcome, EventSender, IntakeMetrics } from '../observability/metrics';
import { isTemporalUnreachable } from '../temporal/grpc-errors';
import { type Authenticator, createAuthenticator } from './authenticate';

/**
 * The intake of webhooks, the same for both senders. Each step in this order, and what it answers:
 *
 * 1. a known tenant (404) and room for one more request (503);
 * 2. a valid secret (401), by the headers alone where the scheme allows it;
 * 3. a body within its limit (413) that is JSON (400), signed where the scheme asks for it (401);
 * 4. one event or an array of them, each recorded, ignored or refused by the sender's event table (400 when no part of the
 *    body can ever be an event);
 * 5. 202 when every event is durable or none of ours. When one cannot be recorded the whole is 503: the sender repeats all.
 *
 * The clock runs from the first line of the request: a sender that trickles its body is cut off with 503 like one whose
 * event cannot be recorded in time.
 */

/**
 * A request that is answered with something else than 202, for a reason the sender may know. Each status has one
 * meaning for the senders' retry rules (docs/architecture.md, "Intake"): 4xx is final for them, 503 is sent again.
 */
class RefusedRequest extends Error {
  override readonly name = 'RefusedRequest';

  constructor(
    readonly status: 400 | 401 | 413 | 503,
    /** For the sender: no secrets, nothing of the body. */
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}

/** What became of one event, with the reason where it was not recorded. */
export interface EventResult {
  readonly outcome: Exclude<EventOutcome, 'failed'>;
  readonly reason?: string;
  /** Of events about orders; never of those about customers. */
  readonly orderNumber?: string;
  /** Of recorded events about goods, stock and stores, e.g. `purchase-order:flow_no:PO-1`. */
  readonly workflowId?: string;
}

/** A sender's event table: from one element of a body to what became of it. Never throws because of what the element is. */
export type EventHandler = (tenant: TenantConfig, value: unknown) => Promise<EventResult>;

/** What all webhook routes of a process share. */
export interface IntakeContext {
  readonly config: Pick<IntegrationConfig['api'], 'maxBodyBytes' | 'maxInFlight' | 'answerWithinMs'>;
  readonly tenants: readonly TenantConfig[];
  readonly logger: Logger;
  readonly metrics: IntakeMetrics;
  /** Requests in work, over all routes. */
  readonly inFlight: { count: number };
}

/** The route `POST /webhooks/{sender}/{tenantUid}`. */
export function receiveWebhook(
  sender: EventSender,
  handle: EventHandler,
  context: IntakeContext,
): RequestHandler<{ tenantUid: string }> {
  const { tenants, metrics, inFlight } = context;
  const { maxInFlight, answerWithinMs, maxBodyBytes } = context.config;
  const known = new Map(
    tenants.map((tenant) => {
      const authenticator = createAuthenticator(tenant.webhooks[sender].schemes);
      return [tenant.tenantUid, { tenant, authenticator }];
    }),
  );

  return (request, response) => {
    const stopTimer = metrics.answers.startTimer({ sender });
    const send = (status: number, body: object): void => {
      // What is left of the body will not be read: the connection cannot be used again.
      if (!request.complete) response.set('Connection', 'close');
      if (status === 401) response.set('WWW-Authenticate', 'Bearer');
      response.status(status).json(body);
      stopTimer({ status });
    };
    const addressee = known.get(request.params.tenantUid);
    if (!addressee) return send(404, { outcome: 'refused', reason: 'no such tenant is configured' });
    if (inFlight.count >= maxInFlight) return send(503, { outcome: 'unavailable', reason: 'over capacity' });

    const { tenant, authenticator } = addressee;
    const { tenantUid } = tenant;
    const count = (outcome: EventOutcome): void => metrics.events.inc({ tenant: tenantUid, sender, outcome });
    let answered = false;
    inFlight.count += 1;
    metrics.inFlight.inc();
    const answer = (status: number, body: object): void => {
      if (answered) return;
      answered = true;
      clearTimeout(timer);
      inFlight.count -= 1;
      metrics.inFlight.dec();
      send(status, body);
    };
    const refuse = (error: unknown): void => {
      if (answered) return;
      answer(...refusalOf(error, tenantUid, sender, context));
    };
    const timer = setTimeout(() => {
      const reason = request.complete ? 'not recorded in time' : 'the request did not arrive in time';
      refuse(new RefusedRequest(503, reason));
    }, answerWithinMs);
    readTrustedBody(request, authenticator, maxBodyBytes)
      .then((body) =>
        handleEvents(
          body,
          (value) => handle(tenant, value),
          count,
          () => answered,
        ),
      )
      .then((body) => answer(202, body))
      .catch(refuse);
  };
}

/** Logs and counts a webhook that is not taken, and gives the answer's status and body. */
function refusalOf(
  error: unknown,
  tenantUid: string,
  sender: EventSender,
  { logger, metrics }: IntakeContext,
): [status: number, body: object] {
  const { status = 503, reason } = error instanceof RefusedRequest ? error : {};
  metrics.events.inc({ tenant: tenantUid, sender, outcome: status === 503 ? 'failed' : 'refused' });
  if (status !== 503) {
    logger.warn({ tenantUid, sender, status, reason }, 'A webhook was refused for good');
    return [status, { outcome: 'refused', reason }];
  }
  // The sender learns a number, the log the rest under that number.
  const correlationId = randomUUID();
  const details = { correlationId, tenantUid, sender, reason, err: error };
  logger.error(details, 'A webhook was answered 503; the sender repeats it');
  return [503, { outcome: 'unavailable', ...(reason !== undefined && { reason }), correlationId }];
}

/** The JSON of a body that came from a sender we trust. */
async function readTrustedBody(
  request: IncomingMessage,
  authenticator: Authenticator,
  maxBytes: number,
): Promise<unknown> {
  const verdict = authenticator.checkHeaders(request.headers);
  if (verdict === 'refused') throw new RefusedRequest(401, 'the secret is not valid');
  const body = await readBody(request, maxBytes);
  if (verdict === 'signed' && !authenticator.checkSignature(request.headers, body, Date.now()))
    throw new RefusedRequest(401, 'the signature is not valid');
  try {
    return JSON.parse(body.toString('utf8').replace(/^\uFEFF/, '')) as unknown;
  } catch {
    // The parser's own message quotes the body.
    throw new RefusedRequest(400, 'the body is not JSON');
  }
}

const decoders = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
} as const;

/**
 * Reads a request's body whole, as bytes, because a signature is made over the bytes. `maxBytes` holds for the body as sent
 * and, when it is compressed, as unpacked. A body that is too long is refused at once and not read to its end.
 */
async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = new RefusedRequest(413, `the body is longer than ${maxBytes} bytes`);
  // No Content-Length when the body is chunked; then the count below decides.
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge;
  const body = await new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = [];
    let received = 0;
    request.on('data', (chunk: Buffer) => {
      received += chunk.length;
      chunks.push(chunk);
      if (received <= maxBytes) return;
      request.removeAllListeners('data');
      reject(tooLarge);
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', () => reject(new RefusedRequest(503, 'the body ended early')));
  });
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() || 'identity';
  if (encoding === 'identity') return body;
  if (encoding !== 'gzip' && encoding !== 'deflate' && encoding !== 'br')
    throw new RefusedRequest(400, 'the body is compressed in an unknown way');
  try {
    return await decoders[encoding](body, { maxOutputLength: maxBytes });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge;
    throw new RefusedRequest(400, 'the body is not what its Content-Encoding says');
  }
}

/** Events of one body that are on their way to Temporal at the same time. */
const PARALLEL_EVENTS = 20;
/** Reasons are words of ours, few in kind; the limit is for the reader. */
const MAX_REASONS = 10;

/** The answer to a body: of a single event what became of it, of an array the counts per outcome. */
async function handleEvents(
  body: unknown,
  handle: (value: unknown) => Promise<EventResult>,
  count: (outcome: EventOutcome) => void,
  isAnswered: () => boolean,
): Promise<object> {
  const handleOne = async (value: unknown): Promise<EventResult> => {
    const result = await handle(value);
    count(result.outcome);
    return result;
  };
  if (!Array.isArray(body)) {
    const result = await handleOne(body);
    if (result.outcome === 'refused') throw new RefusedRequest(400, result.reason ?? 'not an event');
    return result;
  }
  const results: EventResult[] = [];
  const remaining = (body as readonly unknown[]).entries();
  // A failure, or an answer given meanwhile, stops what has not begun.
  let failed = false;
  const work = async (): Promise<void> => {
    for (const [index, value] of remaining) {
      if (failed || isAnswered()) return;
      try {
        results[index] = await handleOne(value);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL_EVENTS, body.length) }, work));

  if (results.length === 0) return { outcome: 'ignored', reason: 'the list holds no event' };
  const events = { recorded: 0, duplicate: 0, ignored: 0, refused: 0 };
  for (const { outcome } of results) events[outcome] += 1;
  const reasons = [...new Set(results.flatMap(({ reason }) => reason ?? []))].slice(0, MAX_REASONS);
  if (events.refused === results.length) throw new RefusedRequest(400, reasons.join('; '));
  // Those that are refused among others are named and left: repeating the list would not mend them.
  const outcome = events.recorded > 0 ? 'recorded' : events.duplicate > 0 ? 'duplicate' : 'ignored';
  return { outcome, events, ...(reasons.length > 0 && { reasons }) };
}

/**
 * Waits for an event to be durable.
 *
 * @throws RefusedRequest 503 when Temporal cannot be reached; other errors as they are
 */
export async function durable<Outcome>(recording: Promise<Outcome>): Promise<Outcome> {
  try {
    return await recording;
  } catch (error) {
    if (!isTemporalUnreachable(error)) throw error;
    throw new RefusedRequest(503, 'Temporal cannot be reached', { cause: error });
  }
}

/** An event that is none of ours, and why. */
export const ignored = (reason: string): EventResult => ({ outcome: 'ignored', reason });

/** An element that can never become an event, and why. */
export const refused = (reason: string): EventResult => ({ outcome: 'refused', reason });

/** An event that we caused ourselves is not recorded: the pass that wrote has read what it wrote. */
export const OWN_WRITE = ignored('our own write');

/** Members by their name in lower case; the first of several that differ only in case. Undefined for what is no object. */
export function membersOf(value: unknown): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const members = new Map<string, unknown>();
  for (const [name, member] of Object.entries(value)) {
    const lowerCase = name.toLowerCase();
    if (members.get(lowerCase) === undefined) members.set(lowerCase, member);
  }
  return Object.fromEntries(members);
}

/** Text of an event: senders' ids have been seen as numbers, and anything that is not text counts as not there. */
export const plainText = z
  .union([z.string(), z.int().transform(String)])
  .transform((value) => value.trim())
  .optional()
  .catch(undefined);

/** Whether something can be the id of an order or a customer, and hence part of a workflow's name. */
export function isUsableId(id: string): boolean {
  // Control characters, lone surrogates and line separators: none of them is part of an id.
  return id !== '' && id.length <= MAX_ID_LENGTH && !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(id);
}

/** What is wrong with an id that is not usable, to follow the words for what it is the id of. */
export const UNUSABLE_ID = `has at most ${MAX_ID_LENGTH} printable characters`;

/** A word of the sender that may be repeated in answers and histories: short and plain. */
export function isPlainWord(word: string | undefined): word is string {
  return word !== undefined && /^[\w .-]{1,40}$/.test(word);
}
