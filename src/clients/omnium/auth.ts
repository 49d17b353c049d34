import { z } from 'zod';

import { VendorResponseInvalidError } from '../errors';
import { onAbort } from '../exchange';
import { HttpCaller } from '../http';
import { RequestGate } from '../request-gate';
import { jsonOrUndefined, optionalDecimal, requiredText, tidyJson } from '../wire';
import { OMNIUM_RATE_BUDGET, OMNIUM_TOKEN_PATH, readErrorFields, TOKEN_LIFETIME_FALLBACK_MS } from './assumed';

/** One API user of one Omnium environment. */
interface OmniumCredentials {
  /** Without `/api`. */
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly timeoutMs: number;
}

/** Sources of time and chance; tests give their own. */
export interface TokenTiming {
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
  /** From 0 up to 1. */
  readonly random?: () => number;
}

/** Renewal starts at 85 to 90 % of the lifetime, spread so that many workers do not renew in the same second. */
const RENEW_AFTER_SHARE = 0.9;
const RENEW_JITTER_SHARE = 0.05;

/** The last part of a lifetime is not used: a call could still be on its way when the token ends. */
const UNUSED_SHARE = 0.02;
const MAX_UNUSED_MS = 30_000;

/** Pause after a background renewal that failed. */
const RENEWAL_PAUSE_MS = 30_000;

/**
 * What all clients of one API user share: the requests it is allowed, and its access token, fetched when needed.
 *
 * 1. Any number of callers that need a token at the same time cause one token request.
 * 2. A token is renewed in the background while the old one is still valid, so no call waits for it.
 * 3. A failed background renewal is not an error as long as the old token is valid; the next try comes half a minute later.
 */
export class OmniumSession {
  readonly gate: RequestGate;
  /** Of calls that are limited harder than others, by kind. */
  readonly queues = new Map<string, RequestGate>();
  private readonly clock: () => number;
  private readonly random: () => number;
  private readonly http: HttpCaller;
  /** Renewed in the background from `renewAtMs` on, not used any more from `expiresAtMs` on. */
  private current: { readonly value: string; readonly renewAtMs: number; readonly expiresAtMs: number } | undefined;
  private inFlight: Promise<string> | undefined;
  private pausedUntilMs = 0;

  /** @param share the part of the API user's limits that this process may use, from 0 to 1 */
  constructor(
    private readonly credentials: OmniumCredentials,
    maxConcurrentRequests: number,
    readonly share: number,
    timing: TokenTiming,
  ) {
    const { capacity, refillPerSecond } = OMNIUM_RATE_BUDGET;
    const budget = { capacity: Math.max(capacity * share, 1), refillPerSecond: refillPerSecond * share };
    this.gate = new RequestGate(maxConcurrentRequests, budget);
    this.clock = timing.clock ?? Date.now;
    this.random = timing.random ?? Math.random;
    this.http = new HttpCaller({
      vendor: 'omnium',
      baseUrl: credentials.baseUrl,
      timeoutMs: credentials.timeoutMs,
      maxConcurrentRequests: 1,
      memberCasing: 'first-letter-any-case',
      readErrorFields,
    });
  }

  /**
   * A token that is valid now.
   *
   * @param signal ends the wait of this caller only; the shared request goes on for the others
   * @throws VendorHttpError, VendorUnreachableError or VendorResponseInvalidError of the operation `POST token`
   */
  async token(signal?: AbortSignal): Promise<string> {
    signal?.throwIfAborted();
    const now = this.clock();
    const token = this.current;
    if (token === undefined || now >= token.expiresAtMs) return untilAborted(this.renew(), signal);
    if (now >= token.renewAtMs && now >= this.pausedUntilMs) {
      this.renew().catch(() => {
        this.pausedUntilMs = this.clock() + RENEWAL_PAUSE_MS;
      });
    }
    return token.value;
  }

  /** Says that Omnium refused this token. A newer one that was fetched meanwhile stays. */
  discard(refused: string): void {
    if (this.current?.value === refused) this.current = undefined;
  }

  async close(): Promise<void> {
    await this.http.close();
  }

  private renew(): Promise<string> {
    this.inFlight ??= this.request().finally(() => {
      this.inFlight = undefined;
    });
    return this.inFlight;
  }

  /** Form A of https://docs.omnium.no/docs/GettingStartedWithAPI/api-developer-guide (omnium-api.md §1); reads form B's plain JWT too. */
  private async request(): Promise<string> {
    const { clientId, clientSecret } = this.credentials;
    const bytes = await this.http.call({
      operation: 'POST token',
      path: OMNIUM_TOKEN_PATH,
      query: { clientId, clientSecret, returnAsJson: true },
      headers: { accept: 'application/json, text/plain' },
      readOnly: true,
    });
    const answer = readTokenAnswer(bytes.toString('utf8'));
    const lifetimeMs = answer.lifetimeMs ?? lifetimeOfJwtMs(answer.value, this.clock()) ?? TOKEN_LIFETIME_FALLBACK_MS;
    const now = this.clock();
    this.current = {
      value: answer.value,
      renewAtMs: now + lifetimeMs * (RENEW_AFTER_SHARE - this.random() * RENEW_JITTER_SHARE),
      expiresAtMs: now + lifetimeMs - Math.min(lifetimeMs * UNUSED_SHARE, MAX_UNUSED_MS),
    };
    this.pausedUntilMs = 0;
    return answer.value;
  }
}

/**
 * The sessions of one process, one per environment, client id and secret. Made once by the composition root and given to
 * every client, because Omnium counts requests and tokens per API user and not per Flow tenant.
 */
export class OmniumSessions {
  private readonly sessions = new Map<string, OmniumSession>();

  /**
   * @param options.share the part of each API user's limits that this process may use, from 0 to 1: other processes use the rest.
   *   It holds for the vendor's own limits; `maxConcurrentRequests` is given to each client as this process's already.
   */
  constructor(private readonly options: TokenTiming & { readonly share?: number } = {}) {}

  /** The session of these credentials; where clients ask for different limits, the lowest one holds for all. */
  open(credentials: OmniumCredentials, maxConcurrentRequests: number): OmniumSession {
    const { baseUrl, clientId, clientSecret } = credentials;
    const key = JSON.stringify([new URL(baseUrl).href, clientId, clientSecret]);
    const known = this.sessions.get(key);
    if (known !== undefined) {
      known.gate.lowerLimitTo(maxConcurrentRequests);
      return known;
    }
    const session = new OmniumSession(credentials, maxConcurrentRequests, this.options.share ?? 1, this.options);
    this.sessions.set(key, session);
    return session;
  }

  async close(): Promise<void> {
    await Promise.all([...this.sessions.values()].map((session) => session.close()));
  }
}

const tokenAnswerSchema = z.object({ accessToken: requiredText, expiresIn: optionalDecimal });

const JWT = /^[\w-]+\.[\w-]+\.[\w-]*$/;

const TOKEN_CALL = { vendor: 'omnium', operation: 'POST token', isWrite: false } as const;

function readTokenAnswer(text: string): { value: string; lifetimeMs?: number } {
  const plain = text.trim();
  if (JWT.test(plain)) return { value: plain };
  const json = jsonOrUndefined(plain);
  if (typeof json === 'string' && JWT.test(json)) return { value: json };
  const answer = tokenAnswerSchema.safeParse(tidyJson(json, 'first-letter-any-case'));
  if (!answer.success) throw new VendorResponseInvalidError(TOKEN_CALL, [{ path: 'accessToken', kind: 'not_a_token' }]);
  const seconds = Number(answer.data.expiresIn);
  const value = answer.data.accessToken;
  return seconds > 0 && Number.isFinite(seconds) ? { value, lifetimeMs: seconds * 1000 } : { value };
}

const jwtClaimsSchema = z.object({ exp: z.number(), iat: z.number().optional(), nbf: z.number().optional() });

/** How long a JWT is valid, by the issuer's own clock where it says when it was made. */
function lifetimeOfJwtMs(jwt: string, nowMs: number): number | undefined {
  const payload = Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8');
  const claims = jwtClaimsSchema.safeParse(jsonOrUndefined(payload));
  if (!claims.success) return undefined;
  const { exp, iat, nbf } = claims.data;
  const lifetimeMs = exp * 1000 - (iat ?? nbf ?? nowMs / 1000) * 1000;
  return lifetimeMs > 0 ? lifetimeMs : undefined;
}

async function untilAborted<T>(shared: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return shared;
  return new Promise<T>((resolve, reject) => {
    const forgetSignal = onAbort(signal, () => reject(signal.reason as Error));
    shared.then(resolve, reject).finally(forgetSignal);
  });
}
