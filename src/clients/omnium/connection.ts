import { setTimeout as pause } from 'node:timers/promises';

import { type z } from 'zod';

import { VendorHttpError } from '../errors';
import { HttpCaller, type CallContext, type HttpRequest } from '../http';
import { readErrorFields, RETRY_AFTER_FALLBACK_MS } from './assumed';
import { type OmniumSession, OmniumSessions, type TokenTiming } from './auth';

/** How to reach Omnium. */
export interface OmniumConnectionOptions extends TokenTiming {
  /** Without `/api`, e.g. `https://api.omnium.no`. */
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly timeoutMs: number;
  /** Of this process; those of all processes together stay below the vendor's 20 per API user. */
  readonly maxConcurrentRequests: number;
  /** On whose behalf the client calls: clients that share a session get their turns by this name. */
  readonly party?: string;
  /** Shared by all clients of the process; without it the client has a session of its own, and closes it. */
  readonly sessions?: OmniumSessions;
}

/** Makes calls to Omnium with a valid token. Each is one request, two after a 401. */
export class OmniumConnection {
  private readonly http: HttpCaller;
  private readonly session: OmniumSession;
  private readonly ownSessions: OmniumSessions | undefined;
  private readonly party: string | undefined;

  constructor(options: OmniumConnectionOptions) {
    const { clock, random } = options;
    const sessions = options.sessions ?? new OmniumSessions({ ...(clock && { clock }), ...(random && { random }) });
    this.ownSessions = options.sessions === undefined ? sessions : undefined;
    this.party = options.party;
    this.session = sessions.open(options, options.maxConcurrentRequests);
    this.http = new HttpCaller({
      vendor: 'omnium',
      baseUrl: options.baseUrl,
      timeoutMs: options.timeoutMs,
      maxConcurrentRequests: options.maxConcurrentRequests,
      gate: this.session.gate,
      ...(options.party === undefined ? {} : { party: options.party }),
      memberCasing: 'first-letter-any-case',
      readErrorFields,
      retryAfterFallbackMs: RETRY_AFTER_FALLBACK_MS,
    });
  }

  /** The answer as the schema's document. */
  read<T>(request: HttpRequest, schema: z.ZodType<T>, context: CallContext = {}): Promise<T> {
    return this.authorized(request, (signed) => this.http.read(signed, schema, context), context);
  }

  /** As {@link read}; a 404 is the answer "there is none". */
  readIfFound<T>(request: HttpRequest, schema: z.ZodType<T>, context: CallContext = {}): Promise<T | undefined> {
    return this.authorized(request, (signed) => this.http.readIfFound(signed, schema, context), context);
  }

  /** The answer's text, of calls whose answer is not documented. */
  async send(request: HttpRequest, context: CallContext = {}): Promise<string> {
    return (await this.authorized(request, (signed) => this.http.send(signed, context), context)).text;
  }

  /** As {@link send}, and tells whether there was something to do it with: a 404 is false. */
  sendIfFound(request: HttpRequest, context: CallContext = {}): Promise<boolean> {
    return this.authorized(request, (signed) => this.http.sendIfFound(signed, context), context);
  }

  async close(): Promise<void> {
    await this.http.close();
    await this.ownSessions?.close();
  }

  /**
   * Signs the request with the token. After a 401 once more with a fresh one, and then no more: a user that was
   * deactivated, or a wrong secret, stays refused (omnium-api.md §1).
   */
  private async authorized<T>(
    request: HttpRequest,
    call: (signed: HttpRequest) => Promise<T>,
    { signal }: CallContext,
  ): Promise<T> {
    const lane = this.session.lanes.of(request);
    if (!lane) return await this.signed(request, call, signal);
    const leave = await lane.gate.enter(signal, this.party);
    try {
      for (let times = 1; ; times += 1) {
        try {
          return await this.signed(request, call, signal);
        } catch (error) {
          const waitMs = lane.isAskedAgain && times < MAX_TIMES ? shortWaitOf(error) : undefined;
          if (waitMs === undefined) throw error;
          await pause(waitMs, undefined, signal && { signal }).catch(() => signal?.throwIfAborted());
        }
      }
    } finally {
      leave();
    }
  }

  private async signed<T>(
    request: HttpRequest,
    call: (signed: HttpRequest) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const token = await this.session.tokens.get(signal);
    try {
      return await call(sign(request, token));
    } catch (error) {
      if (!(error instanceof VendorHttpError) || error.status !== 401) throw error;
      this.session.tokens.discard(token);
    }
    return call(sign(request, await this.session.tokens.get(signal)));
  }
}

/** The first call of a scroll is made so often in all when another process was quicker each time. */
const MAX_TIMES = 6;
/** A longer wait is no matter of who was quicker. */
const LONGEST_WAIT_MS = 5_000;

/** How long a 429 asks to wait, when that is short. */
function shortWaitOf(error: unknown): number | undefined {
  if (!(error instanceof VendorHttpError) || error.status !== 429) return undefined;
  const waitMs = error.retryAfterMs ?? RETRY_AFTER_FALLBACK_MS;
  return waitMs <= LONGEST_WAIT_MS ? waitMs : undefined;
}

function sign(request: HttpRequest, token: string): HttpRequest {
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } };
}
