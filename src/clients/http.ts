import { Pool, type Dispatcher } from 'undici';
import type { z } from 'zod';

import {
  parseRetryAfterMs,
  VendorHttpError,
  VendorResponseInvalidError,
  VendorUnreachableError,
  type RejectedField,
  type Vendor,
  type VendorCall,
} from './errors';
import { exchange, type RawAnswer } from './exchange';
import { RequestGate } from './request-gate';
import { jsonOrUndefined, parseDocument, type MemberCasing } from './wire';

/** What the caller of a client method can pass along: cancellation, and a counter of the calls made. */
export interface CallContext {
  /** Cancels waiting and the call itself; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called once for each request that is sent to the vendor's API, token requests not included. */
  readonly onCall?: () => void;
}

/** How one vendor is spoken to. */
export interface HttpCallerOptions {
  readonly vendor: Vendor;
  /** Origin and, where the vendor has one, a path prefix. */
  readonly baseUrl: string;
  /** For one call, from sending to the last byte of the body; waiting for a place at the gate is not counted. */
  readonly timeoutMs: number;
  readonly maxConcurrentRequests: number;
  /** Given when several callers share one account at the vendor; else the caller has its own. */
  readonly gate?: RequestGate;
  /** On whose behalf this caller waits at a gate that it shares: each gets its turn. */
  readonly party?: string;
  readonly maxResponseBytes?: number;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly memberCasing: MemberCasing;
  /** Field names in the vendor's error body. */
  readonly readErrorFields: (body: unknown) => RejectedField[];
  /** Wait that a 429 without `Retry-After` means. */
  readonly retryAfterFallbackMs?: number;
}

/** Several values are sent as the same name several times. */
export type QueryValue = string | number | boolean | readonly string[] | undefined;

/** One request. `operation` names it in errors and must not hold anything of the request itself. */
export interface HttpRequest {
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path below the base URL, its parts already encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, QueryValue>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is; then there is no `body`. */
  readonly file?: FileContent;
  /** For an answer that may be bigger, or must be smaller, than the caller's answers usually are. */
  readonly maxResponseBytes?: number;
  /** A POST or PUT that only asks (search, token). */
  readonly readOnly?: boolean;
  /** Says of a status beyond 2xx and its text whether it is an answer that the caller can use. It is not called again later. */
  readonly acceptsRefusal?: (status: number, text: string) => boolean;
}

/** A file to be sent. */
export interface FileContent {
  /** Media type, e.g. `application/pdf`. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** A whole 2xx answer as text. */
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/** Far above the biggest order (several hundred lines make about 1 MB), far below what would hurt a worker. */
const MAX_RESPONSE_BYTES = 32 * 1024 * 1024;

const MAX_CONNECT_MS = 10_000;

/**
 * Makes single HTTP calls to one vendor on kept-alive connections. It never retries and never follows a redirect: both would
 * hide what happened from the one place that decides about it (Temporal), and a redirect would carry the token elsewhere.
 *
 * Every failure is a `VendorUnreachableError`, `VendorHttpError` or `VendorResponseInvalidError`, except cancellation
 * by the caller, which is the caller's own reason.
 */
export class HttpCaller {
  private readonly options: HttpCallerOptions;
  private readonly pool: Pool;
  private readonly gate: RequestGate;
  private readonly pathPrefix: string;
  private readonly headers: Readonly<Record<string, string>>;

  constructor(options: HttpCallerOptions) {
    const base = new URL(options.baseUrl);
    this.options = options;
    this.pathPrefix = base.pathname.replace(/\/+$/, '');
    this.headers = { accept: 'application/json', 'user-agent': 'flow-retail-omnium-integration', ...options.headers };
    this.gate = options.gate ?? new RequestGate({ maxConcurrent: options.maxConcurrentRequests });
    this.pool = new Pool(base.origin, {
      connections: options.maxConcurrentRequests,
      pipelining: 1,
      connect: { timeout: Math.min(options.timeoutMs, MAX_CONNECT_MS) },
      // One deadline over the whole call replaces the client's two partial ones.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /** Sends the request, whose answer is received but not looked at. */
  async execute(request: HttpRequest, context: CallContext = {}): Promise<void> {
    await this.call(request, context);
  }

  /** Sends the request and returns the answer's text when its status is 2xx. */
  async send(request: HttpRequest, context: CallContext = {}): Promise<HttpAnswer> {
    const { status, bytes } = await this.call(request, context);
    return { status, text: bytes.toString('utf8') };
  }

  /** As {@link send}, and tells whether there was something to do it with: a 404 is false. */
  async sendIfFound(request: HttpRequest, context: CallContext = {}): Promise<boolean> {
    return (await undefinedIfNotFound(() => this.call(request, context))) !== undefined;
  }

  /** Sends the request and returns the answer's bytes, at most `maxResponseBytes`; a 404 becomes undefined. */
  async downloadIfFound(request: HttpRequest, context: CallContext = {}): Promise<Uint8Array | undefined> {
    return undefinedIfNotFound(async () => (await this.call(request, context)).bytes);
  }

  /** Sends the request and returns the answer as the schema's document. */
  async read<T>(request: HttpRequest, schema: z.ZodType<T>, context: CallContext = {}): Promise<T> {
    const { text } = await this.send(request, context);
    return parseDocument(text, { call: this.describe(request), schema, casing: this.options.memberCasing });
  }

  /** As {@link read}, but a 404 is the answer "there is none" and becomes undefined. */
  async readIfFound<T>(request: HttpRequest, schema: z.ZodType<T>, context: CallContext = {}): Promise<T | undefined> {
    return undefinedIfNotFound(() => this.read(request, schema, context));
  }

  /** Finishes running calls and closes all connections. */
  async close(): Promise<void> {
    await this.pool.close();
  }

  private async call(request: HttpRequest, context: CallContext): Promise<RawAnswer> {
    const leave = await this.gate.enter(context.signal, this.options.party);
    try {
      context.signal?.throwIfAborted();
      context.onCall?.();
      return await this.exchange(request, context.signal);
    } finally {
      leave();
    }
  }

  private async exchange(request: HttpRequest, signal: AbortSignal | undefined): Promise<RawAnswer> {
    const { timeoutMs, maxResponseBytes } = this.options;
    const limit = request.maxResponseBytes ?? maxResponseBytes ?? MAX_RESPONSE_BYTES;
    const limits = { timeoutMs, maxResponseBytes: limit, signal };
    const end = await exchange(this.pool, this.toDispatch(request), limits);
    if (end.kind === 'answered') return this.accept(request, end.answer);
    if (end.kind === 'too-big') {
      throw new VendorResponseInvalidError(this.describe(request), [{ path: '', kind: 'too_big' }]);
    }
    signal?.throwIfAborted();
    throw new VendorUnreachableError(this.describe(request), end.kind === 'cancelled' ? 'reset' : end.reason);
  }

  private toDispatch(request: HttpRequest): Dispatcher.DispatchOptions {
    const { method, path, query, headers } = request;
    const content = contentOf(request);
    return {
      method,
      path: `${this.pathPrefix}${path}${query === undefined ? '' : searchOf(query)}`,
      headers: { ...this.headers, ...(content && { 'content-type': content.type }), ...headers },
      body: content?.bytes ?? null,
    };
  }

  private accept(request: HttpRequest, answer: RawAnswer): RawAnswer {
    const { status, bytes } = answer;
    if (status >= 200 && status <= 299) return answer;
    if (request.acceptsRefusal?.(status, bytes.toString('utf8')) === true) return answer;
    const asked = parseRetryAfterMs(headerOf(answer, 'retry-after'), Date.now());
    const retryAfterMs = asked ?? (status === 429 ? this.options.retryAfterFallbackMs : undefined);
    throw new VendorHttpError(this.describe(request), status, {
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      fields: this.options.readErrorFields(jsonOrUndefined(bytes.toString('utf8'))),
    });
  }

  private describe(request: HttpRequest): VendorCall {
    const isWrite = request.method !== 'GET' && request.readOnly !== true;
    return { vendor: this.options.vendor, operation: request.operation, isWrite };
  }
}

function contentOf({
  body,
  file,
}: HttpRequest): { readonly type: string; readonly bytes: string | Uint8Array } | undefined {
  if (file !== undefined) return file;
  return body === undefined ? undefined : { type: 'application/json', bytes: JSON.stringify(body) };
}

function searchOf(query: NonNullable<HttpRequest['query']>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one));
  }
  return search.size > 0 ? `?${search.toString()}` : '';
}

/** The first value of a header. */
function headerOf({ headers }: RawAnswer, wanted: string): string | undefined {
  const at = headers.findIndex((name, index) => index % 2 === 0 && name.toString('latin1').toLowerCase() === wanted);
  return at < 0 ? undefined : headers[at + 1]?.toString('latin1');
}

async function undefinedIfNotFound<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof VendorHttpError && error.status === 404) return undefined;
    throw error;
  }
}
