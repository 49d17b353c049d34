import { type z } from 'zod';

import { HttpCaller, type CallContext, type HttpRequest } from '../http';
import { readErrorFields } from './assumed';
import {
  readAllPages,
  readCountedPages,
  readPage,
  readPages,
  type CountedPage,
  type FlowList,
  type FlowPage,
} from './pages';
import { FlowPaths } from './paths';

/** How to reach one tenant of Flow. */
export interface FlowConnectionOptions {
  /** Including the version, e.g. `https://api.flowretail.com/v2`. */
  readonly baseUrl: string;
  readonly tenantUid: string;
  /** The tenant's integration token: long-lived, never renewed by us. */
  readonly token: string;
  readonly timeoutMs: number;
  readonly maxConcurrentRequests: number;
}

/** A list to be read: a GET, or with a body a POST that only asks. */
export interface FlowListRequest<T> extends Pick<FlowList<T>, 'item' | 'uidOf'> {
  readonly operation: string;
  readonly path: string;
  readonly query?: HttpRequest['query'];
  readonly body?: unknown;
}

/** Makes calls to one tenant of Flow with its integration token. */
export class FlowConnection {
  readonly paths: FlowPaths;
  private readonly http: HttpCaller;

  constructor(options: FlowConnectionOptions) {
    this.paths = new FlowPaths(options.tenantUid);
    this.http = new HttpCaller({
      vendor: 'flow',
      baseUrl: options.baseUrl,
      timeoutMs: options.timeoutMs,
      maxConcurrentRequests: options.maxConcurrentRequests,
      headers: { authorization: `Bearer ${options.token}` },
      memberCasing: 'as-is',
      readErrorFields,
    });
  }

  /** The answer as the schema's document. */
  read<T>(request: HttpRequest, schema: z.ZodType<T>, context: CallContext = {}): Promise<T> {
    return this.http.read(request, schema, context);
  }

  /** As {@link read}; a 404 is the answer "there is none". */
  readIfFound<T>(request: HttpRequest, schema: z.ZodType<T>, context: CallContext = {}): Promise<T | undefined> {
    return this.http.readIfFound(request, schema, context);
  }

  /** For calls whose answer is not documented or not needed. */
  async send(request: HttpRequest, context: CallContext = {}): Promise<void> {
    await this.http.execute(request, context);
  }

  /** As {@link send}, and tells whether there was something to do it with: a 404 is false. */
  sendIfFound(request: HttpRequest, context: CallContext = {}): Promise<boolean> {
    return this.http.sendIfFound(request, context);
  }

  /** The answer's bytes, or undefined after a 404. */
  downloadIfFound(request: HttpRequest, context: CallContext = {}): Promise<Uint8Array | undefined> {
    return this.http.downloadIfFound(request, context);
  }

  /** A whole list. */
  list<T>(list: FlowListRequest<T>, context: CallContext = {}): Promise<T[]> {
    return readAllPages(this.http, this.toList(list), context);
  }

  /** A list page by page. */
  pages<T>(list: FlowListRequest<T>, context: CallContext = {}): AsyncGenerator<T[], void, undefined> {
    return readPages(this.http, this.toList(list), context);
  }

  /** A list page by page, each with the number of entries of the whole list. */
  countedPages<T>(
    list: FlowListRequest<T>,
    context: CallContext = {},
  ): AsyncGenerator<CountedPage<T>, void, undefined> {
    return readCountedPages(this.http, this.toList(list), context);
  }

  /** One page of a list, the first one where no number is given. */
  page<T>(list: FlowListRequest<T>, pageNumber: number | undefined, context: CallContext = {}): Promise<FlowPage<T>> {
    return readPage(this.http, { ...this.toList(list), pageNumber }, context);
  }

  async close(): Promise<void> {
    await this.http.close();
  }

  private toList<T>({ operation, path, query, body, ...list }: FlowListRequest<T>): FlowList<T> {
    const method = body === undefined ? 'GET' : 'POST';
    return { ...list, request: { operation, method, path, body, readOnly: true, ...(query && { query }) } };
  }
}
