import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

import { z } from 'zod';

import { compact } from '../../domain/compact';
import { VendorHttpError, VendorResponseInvalidError } from '../errors';
import { HttpCaller, path, type CallContext, type HttpRequest } from '../http';
import { RequestGate } from '../request-gate';
import { listOf, optionalText, requiredInteger } from '../wire';
import { MAX_SCROLL_BATCH_BYTES, readErrorFields, RETRY_AFTER_FALLBACK_MS } from './assumed';
import { type OmniumSession, OmniumSessions, type TokenTiming } from './auth';

/** How to reach Omnium. */
export interface OmniumConnectionOptions extends TokenTiming {
  /** Without `/api`, e.g. `https://api.omnium.no`. */
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly timeoutMs: number;
  /** Longest time Omnium works on one call, its order workflow included (omnium-api.md §3.5). */
  readonly longestCallMs?: number;
  /** Of this process; those of all processes together stay below the vendor's 20 per API user. */
  readonly maxConcurrentRequests: number;
  /** On whose behalf the client calls: clients that share a session get their turns by this name. */
  readonly party?: string;
  /** Shared by all clients of the process; without it the client has a session of its own, and closes it. */
  readonly sessions?: OmniumSessions;
}

/** One page of a search: `totalHits` counts all pages (SearchResult). */
export interface OmniumPage<T> {
  readonly result: T[];
  readonly totalHits: number;
}

/** One batch of a scroll (Result); without `scrollId` there is no next one. An exhausted scroll may come without a list. */
interface OmniumBatch<T> {
  readonly result: T[];
  readonly scrollId?: string | undefined;
  /** Of the whole list, where the answer says. */
  readonly totalHits?: number | undefined;
}

/** A page of a search. */
export interface OmniumPageRequest {
  /** From 0; `page` × `take` must not be over 10,000: beyond that, scroll. */
  readonly page: number;
  /** At most 100. */
  readonly take: number;
}

/** Calls on many things at once: four for an API user; "run them one after another" (omnium-api.md §10). */
const BATCH_PATH = /many\/?$/i;
const CONCURRENT_BATCHES = 4;
/**
 * First calls of a scroll: limited harder than other calls, with a number that Omnium does not say; one at a time of each
 * resource is assumed (omnium-api.md §14). Other processes start scrolls too, coordinated by nothing but Omnium's 429.
 */
const SCROLL_START = /^\/([^/]+)\/scroll(?:search)?\/?$/i;
/** The first call of a scroll is made so often in all when another process was quicker each time. */
const MAX_TIMES = 6;
/** A longer wait is no matter of which process was quicker. */
const LONGEST_WAIT_MS = 5_000;

/** Makes calls to Omnium with a valid token. Each is one request, two after a 401. Paths are below `/api`. */
export class OmniumConnection extends HttpCaller {
  private readonly session: OmniumSession;
  private readonly ownSessions: OmniumSessions | undefined;
  /** One per kind of item: a schema costs more to make than a small batch to check. */
  private readonly batchSchemas = new WeakMap<z.ZodType, z.ZodType>();

  constructor(private readonly access: OmniumConnectionOptions) {
    const { baseUrl, timeoutMs, longestCallMs, maxConcurrentRequests, party, clock, random } = access;
    const sessions = access.sessions ?? new OmniumSessions(compact({ clock, random }));
    const session = sessions.open(access, maxConcurrentRequests);
    super({
      vendor: 'omnium',
      // Omnium's own examples mix the casing; paths are taken as case-insensitive (omnium-api.md §1).
      baseUrl: `${baseUrl.replace(/\/+$/, '')}/api`,
      timeoutMs,
      ...compact({ longestCallMs }),
      maxConcurrentRequests,
      gate: session.gate,
      ...compact({ party }),
      memberCasing: 'first-letter-any-case',
      readErrorFields,
      retryAfterFallbackMs: RETRY_AFTER_FALLBACK_MS,
    });
    this.session = session;
    this.ownSessions = access.sessions === undefined ? sessions : undefined;
  }

  /** As every caller's, through the queue of calls that Omnium limits harder than others. */
  override async call(request: HttpRequest, context: CallContext = {}): Promise<Buffer> {
    const { signal } = context;
    const isBatch = !request.operation.startsWith('GET ') && BATCH_PATH.test(request.path);
    const scrolled = request.operation.startsWith('POST ') ? SCROLL_START.exec(request.path)?.[1] : undefined;
    if (!isBatch && scrolled === undefined) return await this.callSigned(request, context);

    const queue = scrolled === undefined ? 'batches' : `scrolls of ${scrolled.toLowerCase()}`;
    const atOnce = scrolled === undefined ? Math.max(Math.floor(CONCURRENT_BATCHES * this.session.share), 1) : 1;
    const gate = this.session.queues.get(queue) ?? new RequestGate(atOnce);
    this.session.queues.set(queue, gate);
    const leave = await gate.enter(signal, this.access.party);
    try {
      for (let times = 1; ; times += 1) {
        try {
          return await this.callSigned(request, context);
        } catch (error) {
          if (!(error instanceof VendorHttpError) || error.status !== 429) throw error;
          const waitMs = error.retryAfterMs ?? RETRY_AFTER_FALLBACK_MS;
          if (scrolled === undefined || times >= MAX_TIMES || waitMs > LONGEST_WAIT_MS) throw error;
          await pause(waitMs, undefined, signal && { signal }).catch(() => signal?.throwIfAborted());
        }
      }
    } finally {
      leave();
    }
  }

  /**
   * One page of a search.
   *
   * @throws VendorResponseInvalidError also for fewer hits than there have to be on it: a search can answer with a part
   *   (omnium-api.md, additions)
   */
  async page<T>(
    request: HttpRequest,
    item: z.ZodType<T>,
    { page, take }: OmniumPageRequest,
    context?: CallContext,
  ): Promise<OmniumPage<T>> {
    const schema = z.object({ result: z.array(item), totalHits: requiredInteger });
    const answer = await this.read({ ...request, readOnly: true }, schema, context);
    const due = Math.min(take, answer.totalHits - page * take);
    if (answer.result.length < due) throw incomplete(request.operation, answer.result.length, due);
    return answer;
  }

  /** What comes at once of a list that may be longer. */
  batch<T>(request: HttpRequest, item: z.ZodType<T>, context?: CallContext): Promise<OmniumBatch<T>> {
    return this.read({ ...request, readOnly: true }, this.batchSchema(item), context);
  }

  /**
   * A whole list that is read page by page.
   *
   * @param most pages; `first` is the number of the first one, `size` what a page holds
   * @throws VendorResponseInvalidError also when there are more, or fewer came than Omnium says there are: never a part of
   *   the list
   */
  async allPages<T>(
    requestOf: (page: number) => HttpRequest,
    item: z.ZodType<T>,
    { first, size, most }: { readonly first: number; readonly size: number; readonly most: number },
    context?: CallContext,
  ): Promise<T[]> {
    const all: T[] = [];
    let total: number | undefined;
    for (let page = first; page < first + most; page += 1) {
      const { result, totalHits } = await this.batch(requestOf(page), item, context);
      all.push(...result);
      total = totalHits;
      if (totalHits === undefined ? result.length < size : all.length >= totalHits) return all;
      if (result.length === 0) break;
    }
    throw incomplete(requestOf(first).operation, all.length, total);
  }

  /**
   * A list as it is at the first call, in batches of the vendor's size, none of them empty. Read it to its end and
   * without long pauses: Omnium forgets a scroll after five minutes, which then fails with 404. Each batch is asked for with
   * the id that came with the last one (omnium-api.md §2).
   *
   * @param name for errors, e.g. `products scroll` of the resource `Products`
   * @throws VendorResponseInvalidError also when the scroll comes no further, or ends before all have come that Omnium said there
   *   are: what a search has not read says nothing about what there is
   */
  async *scroll<T>(
    name: string,
    resource: string,
    start: Pick<HttpRequest, 'path' | 'body'>,
    item: z.ZodType<T>,
    context?: CallContext,
  ): AsyncGenerator<OmniumBatch<T>, void, undefined> {
    let request: HttpRequest = { ...start, operation: `POST ${name}` };
    let before: readonly T[] | undefined;
    let read = 0;
    let total = 0;
    for (;;) {
      const batch = await this.batch({ ...request, maxResponseBytes: MAX_SCROLL_BATCH_BYTES }, item, context);
      const { result, scrollId, totalHits = 0 } = batch;
      // What the first answer says counts: the list is as it was then.
      total ||= totalHits;
      read += result.length;
      // The number of batches says nothing: a list may be long. One that comes again, beyond what there is, is no progress.
      if (result.length > 0 && read > total && isDeepStrictEqual(result, before)) {
        const call = { vendor: 'omnium', operation: `GET ${name}`, isWrite: false } as const;
        throw new VendorResponseInvalidError(call, [{ path: 'scrollId', kind: 'endless' }]);
      }
      if (result.length > 0) yield batch;
      if (result.length === 0 || scrollId === undefined) break;
      before = result;
      request = { operation: `GET ${name}`, path: path`/${resource}/Scroll/${scrollId}` };
    }
    if (read < total) throw incomplete(request.operation, read, total);
  }

  /** Finishes running calls and closes all connections. Sessions given from outside are left open. */
  override async close(): Promise<void> {
    await super.close();
    await this.ownSessions?.close();
  }

  /**
   * Signs the request with the token. After a 401 once more with a fresh one, and then no more: a user that was
   * deactivated, or a wrong secret, stays refused (omnium-api.md §1).
   */
  private async callSigned(request: HttpRequest, context: CallContext): Promise<Buffer> {
    const sign = (token: string): HttpRequest => ({
      ...request,
      headers: { ...request.headers, authorization: `Bearer ${token}` },
    });
    const token = await this.session.token(context.signal);
    try {
      return await super.call(sign(token), context);
    } catch (error) {
      if (!(error instanceof VendorHttpError) || error.status !== 401) throw error;
      this.session.discard(token);
    }
    return super.call(sign(await this.session.token(context.signal)), context);
  }

  private batchSchema<T>(item: z.ZodType<T>): z.ZodType<OmniumBatch<T>> {
    const known = this.batchSchemas.get(item);
    // Made below, from the same kind of item.
    if (known) return known as z.ZodType<OmniumBatch<T>>;
    const totalHits = requiredInteger.optional().catch(undefined);
    const schema = z.object({ result: listOf(item), scrollId: optionalText, totalHits });
    this.batchSchemas.set(item, schema);
    return schema;
  }
}

/** The calls about one kind of things. */
export abstract class OmniumResource {
  constructor(protected readonly omnium: OmniumConnection) {}
}

/** What a list fails with of which only a part came: an answer like any other that cannot be read, so it is asked for again. */
export function incomplete(operation: string, read: number, total?: number): VendorResponseInvalidError {
  return new VendorResponseInvalidError({ vendor: 'omnium', operation, isWrite: false }, [
    { path: 'totalHits', kind: `incomplete: ${String(read)} of ${total === undefined ? 'more' : String(total)} came` },
  ]);
}
