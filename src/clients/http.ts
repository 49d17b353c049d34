import { setTimeout as sleep } from 'node:timers/promises';
import { Pool, type Dispatcher } from 'undici';
import type { z } from 'zod';

import { compact } from '../domain/compact';
import {
  parseRetryAfterMs,
  VendorError,
  VendorHttpError,
  VendorResponseInvalidError,
  VendorUnreachableError,
  type RejectedField,
  type Vendor,
  type VendorCall,
} from './errors';
import { exchange, type Answer } from './exchange';
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
  /**
   * Longest time the vendor works on a call, also after we have gone, in milliseconds. Calls that are not repeat-safe are
   * given so long, and their failure is told no sooner. Default: `timeoutMs`.
   */
  readonly longestCallMs?: number;
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

/** One request. */
export interface HttpRequest {
  /** The method, and a name for errors. It must not hold anything of the request itself. */
  readonly operation: `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} ${string}`;
  /** Below the base URL; made with {@link path} where it has variable parts. */
  readonly path: string;
  /** A list is sent as the same name several times. */
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, with its media type; then there is no `body`. */
  readonly file?: { readonly type: string; readonly bytes: Uint8Array };
  /** For an answer that may be bigger, or must be smaller, than the caller's answers usually are. */
  readonly maxResponseBytes?: number;
  /** A POST or PUT that only asks (search, token). */
  readonly readOnly?: boolean;
  /**
   * A second one would do it twice. It is never cut short by its caller; when nobody can say whether it was carried out, the
   * vendor is waited out, so that whoever looks next sees what came of it.
   */
  readonly notRepeatSafe?: boolean;
  /** Says of a status beyond 2xx and its text whether it is an answer that the caller can use. */
  readonly acceptsRefusal?: (status: number, text: string) => boolean;
}

/** A path whose variable parts are encoded: path`/orders/${orderUid}`. */
export function path(texts: TemplateStringsArray, ...parts: readonly string[]): string {
  return String.raw({ raw: texts }, ...parts.map((part) => encodeURIComponent(part)));
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
  private readonly pool: Pool;
  private readonly gate: RequestGate;
  private readonly pathPrefix: string;
  private readonly headers: Readonly<Record<string, string>>;

  constructor(private readonly options: HttpCallerOptions) {
    const base = new URL(options.baseUrl);
    this.pathPrefix = base.pathname.replace(/\/+$/, '');
    this.headers = { accept: 'application/json', 'user-agent': 'flow-retail-omnium-integration', ...options.headers };
    this.gate = options.gate ?? new RequestGate(options.maxConcurrentRequests);
    this.pool = new Pool(base.origin, {
      connections: options.maxConcurrentRequests,
      pipelining: 1,
      connect: { timeout: Math.min(options.timeoutMs, MAX_CONNECT_MS) },
      // One deadline over the whole call replaces the client's two partial ones.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /** The answer as the schema's document. */
  async read<T>(request: HttpRequest, schema: z.ZodType<T>, context?: CallContext): Promise<T> {
    return this.parse(request, await this.call(request, context), schema);
  }

  /** As {@link read}, but a 404 is the answer "there is none" and becomes undefined. */
  async readIfFound<T>(request: HttpRequest, schema: z.ZodType<T>, context?: CallContext): Promise<T | undefined> {
    const answer = await this.callIfFound(request, context);
    return answer && this.parse(request, answer, schema);
  }

  /** For calls whose answer is not documented or not needed: it is received but not looked at. */
  async send(request: HttpRequest, context?: CallContext): Promise<void> {
    await this.call(request, context);
  }

  /** As {@link send}, and says whether there was something to do it with: a 404 is false. */
  async sendIfFound(request: HttpRequest, context?: CallContext): Promise<boolean> {
    return (await this.callIfFound(request, context)) !== undefined;
  }

  /** The bytes of a 2xx answer, at most `maxResponseBytes`; a 404 becomes undefined. */
  async callIfFound(request: HttpRequest, context?: CallContext): Promise<Buffer | undefined> {
    try {
      return await this.call(request, context);
    } catch (error) {
      const isMissing = error instanceof VendorHttpError && error.status === 404;
      if (isMissing && error.operation === request.operation) return undefined;
      throw error;
    }
  }

  /** The bytes of a 2xx answer, or of a refusal that the request accepts. */
  async call(request: HttpRequest, context: CallContext = {}): Promise<Buffer> {
    const { longestCallMs = this.options.timeoutMs } = this.options;
    if (request.notRepeatSafe !== true) return await this.callOnce(request, context, this.options.timeoutMs);
    let endsAtMs = 0;
    const onCall = (): void => {
      endsAtMs = Date.now() + longestCallMs;
      context.onCall?.();
    };
    try {
      const timeoutMs = Math.max(longestCallMs, this.options.timeoutMs);
      return await this.callOnce(request, { ...context, onCall }, timeoutMs, false);
    } catch (error) {
      if (error instanceof VendorError && error.outcomeUnknown) await sleep(Math.max(endsAtMs - Date.now(), 0));
      throw error;
    }
  }

  private async callOnce(
    request: HttpRequest,
    context: CallContext,
    timeoutMs: number,
    canBeCut = true,
  ): Promise<Buffer> {
    const { signal } = context;
    const { maxResponseBytes = MAX_RESPONSE_BYTES } = this.options;
    const leave = await this.gate.enter(signal, this.options.party);
    try {
      signal?.throwIfAborted();
      context.onCall?.();
      const most = request.maxResponseBytes ?? maxResponseBytes;
      const cut = canBeCut ? signal : undefined;
      const answer = await exchange(this.pool, this.toDispatch(request), timeoutMs, most, cut);
      if (typeof answer === 'object') return this.accept(request, answer);
      if (answer === 'too-big') {
        throw new VendorResponseInvalidError(this.describe(request), [{ path: '', kind: 'too_big' }]);
      }
      cut?.throwIfAborted();
      throw new VendorUnreachableError(this.describe(request), answer === 'cancelled' ? 'reset' : answer);
    } finally {
      leave();
    }
  }

  /** Finishes running calls and closes all connections. */
  async close(): Promise<void> {
    await this.pool.close();
  }

  private toDispatch({ operation, path, query, headers, body, file }: HttpRequest): Dispatcher.DispatchOptions {
    let search = '';
    if (query !== undefined) {
      const members = new URLSearchParams();
      for (const [name, value] of Object.entries(query)) {
        if (value === undefined) continue;
        for (const one of Array.isArray(value) ? value : [value]) members.append(name, String(one));
      }
      if (members.size > 0) search = `?${members.toString()}`;
    }
    const type = file?.type ?? (body === undefined ? undefined : 'application/json');
    return {
      // The type of an operation says which methods it can begin with.
      method: operation.slice(0, operation.indexOf(' ')) as Dispatcher.HttpMethod,
      path: `${this.pathPrefix}${path}${search}`,
      headers: { ...this.headers, ...(type !== undefined && { 'content-type': type }), ...headers },
      body: file?.bytes ?? (body === undefined ? null : JSON.stringify(body)),
    };
  }

  private accept(request: HttpRequest, { status, headers, bytes }: Answer): Buffer {
    if (status >= 200 && status <= 299) return bytes;
    const text = bytes.toString('utf8');
    if (request.acceptsRefusal?.(status, text) === true) return bytes;
    const at = headers.findIndex((name, index) => index % 2 === 0 && /^retry-after$/i.test(name.toString('latin1')));
    const asked = at < 0 ? undefined : parseRetryAfterMs(headers[at + 1]?.toString('latin1'), Date.now());
    const retryAfterMs = asked ?? (status === 429 ? this.options.retryAfterFallbackMs : undefined);
    const fields = this.options.readErrorFields(jsonOrUndefined(text));
    throw new VendorHttpError(this.describe(request), status, compact({ retryAfterMs, fields }));
  }

  private parse<T>(request: HttpRequest, bytes: Buffer, schema: z.ZodType<T>): T {
    return parseDocument(bytes.toString('utf8'), schema, this.options.memberCasing, this.describe(request));
  }

  private describe({ operation, readOnly = false }: HttpRequest): VendorCall {
    return { vendor: this.options.vendor, operation, isWrite: !operation.startsWith('GET ') && !readOnly };
  }
}
