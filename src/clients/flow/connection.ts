import { isDeepStrictEqual } from 'node:util';

import { z } from 'zod';

import { VendorResponseInvalidError } from '../errors';
import { HttpCaller, type CallContext, type HttpRequest } from '../http';
import {
  FLOW_FIRST_PAGE_FALLBACK,
  FLOW_NEWEST_CHANGE_FIRST,
  FLOW_PAGE_SIZE,
  flowPagingSchema,
  readErrorFields,
} from './assumed';

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
interface FlowList<T> extends Pick<HttpRequest, 'operation' | 'path' | 'query' | 'body'> {
  readonly item: z.ZodType<T>;
  /** Given for lists that can change while they are read: each item then comes once, whatever moved between the pages. */
  readonly uidOf?: (item: T) => string;
}

/** As Flow answers it (flow-api.md §2); without `paging` it is the whole list. */
interface FlowPage<T> {
  readonly items: T[];
  readonly paging?: z.infer<typeof flowPagingSchema> | undefined;
}

/** Makes calls to one tenant of Flow with its integration token. Paths are below the tenant's. */
export class FlowConnection extends HttpCaller {
  /** One per kind of item: a schema costs more to make than a page to check. */
  private readonly pageSchemas = new WeakMap<z.ZodType, z.ZodType>();

  constructor({ baseUrl, tenantUid, token, ...limits }: FlowConnectionOptions) {
    super({
      ...limits,
      vendor: 'flow',
      baseUrl: `${baseUrl.replace(/\/+$/, '')}/tenants/${encodeURIComponent(tenantUid)}`,
      headers: { authorization: `Bearer ${token}` },
      memberCasing: 'as-is',
      readErrorFields,
    });
  }

  /** A whole list. */
  async list<T>(list: FlowList<T>, context?: CallContext): Promise<T[]> {
    const all: T[] = [];
    for await (const { items } of this.pages(list, context)) all.push(...items);
    return all;
  }

  /**
   * A list page by page, until `totalCount` items are there or, where Flow does not count, a page is empty; each with the number
   * of entries of the whole list where Flow says. The reading stops where the caller stops taking pages.
   *
   * With `uidOf`, a list that gets shorter while it is read (Flow deletes expired orders) is read again from where something
   * may have moved up to a page that was read before. Deletions that new items hide in the count stay unnoticed.
   *
   * @throws VendorResponseInvalidError also when the list comes no further, or ends before all of it has come
   */
  async *pages<T>(
    list: FlowList<T>,
    context?: CallContext,
  ): AsyncGenerator<{ readonly items: T[]; readonly total: number | undefined }, void, undefined> {
    const { uidOf } = list;
    const seen = new Set<string>();
    const counts: number[] = [];
    let read = 0;
    let pageNumber: number | undefined;
    let lastTotal = 0;
    let before: readonly T[] | undefined;
    for (;;) {
      const { items, paging } = await this.page(list, pageNumber, context);
      const total = paging?.totalCount ?? Infinity;
      const pagesBack = uidOf ? Math.min(Math.ceil((lastTotal - total) / (counts[0] ?? 1)), counts.length) : 0;
      lastTotal = total;
      if (pagesBack > 0 && pageNumber !== undefined) {
        read -= counts.splice(-pagesBack).reduce((sum, count) => sum + count, 0);
        pageNumber -= pagesBack;
        continue;
      }
      // The same page again, of a list without a count: for example a page number that Flow ignores.
      if (items.length > 0 && total === Infinity && isDeepStrictEqual(items, before)) break;
      before = items;
      // A Set grows only by what it has not held before.
      const isNew = (item: T): boolean => uidOf === undefined || seen.size < seen.add(uidOf(item)).size;
      yield { items: items.filter(isNew), total: paging?.totalCount };
      counts.push(items.length);
      read += items.length;
      if (paging === undefined || read >= total || (items.length === 0 && total === Infinity)) return;
      if (items.length === 0) throw incomplete(list.operation, read, total);
      pageNumber = (pageNumber ?? paging.pageNumber ?? FLOW_FIRST_PAGE_FALLBACK) + 1;
    }
    throw endless(list.operation);
  }

  /**
   * Of a list, newest change first: what was changed at `modifiedFrom` (ISO-8601) or later, in batches, none of them empty;
   * without it all. The reading stops at the first page that reaches further back. What does not say when it was changed is
   * always given, and a page that is not sorted as asked for stops nothing. Its sorting: flow-api.md §2.
   */
  async *changedSince<T extends { readonly lastModifiedAt?: string | undefined }>(
    list: FlowList<T>,
    modifiedFrom: string | undefined,
    context?: CallContext,
  ): AsyncGenerator<T[], void, undefined> {
    const fromMs = Date.parse(modifiedFrom ?? '');
    const sorted = { ...list, query: { ...FLOW_NEWEST_CHANGE_FIRST, ...list.query } };
    for await (const { items } of this.pages(sorted, context)) {
      const changed = items.filter(({ lastModifiedAt }) => !(Date.parse(lastModifiedAt ?? '') < fromMs));
      if (changed.length > 0) yield changed;
      const times = items
        .map(({ lastModifiedAt }) => Date.parse(lastModifiedAt ?? ''))
        .filter((ms) => !Number.isNaN(ms));
      const isNewestFirst = times.every((ms, index) => ms <= (times[index - 1] ?? Infinity));
      if (changed.length < items.length && isNewestFirst) return;
    }
  }

  /** One page of a list, the first one where no number is given. */
  page<T>(
    { operation, path, query, body, item }: FlowList<T>,
    pageNumber: number | undefined,
    context?: CallContext,
  ): Promise<FlowPage<T>> {
    const paged = { ...query, pageSize: FLOW_PAGE_SIZE, pageNumber };
    return this.read({ operation, path, query: paged, body, readOnly: true }, this.pageSchema(item), context);
  }

  private pageSchema<T>(item: z.ZodType<T>): z.ZodType<FlowPage<T>> {
    const known = this.pageSchemas.get(item);
    // Made below, from the same kind of item.
    if (known) return known as z.ZodType<FlowPage<T>>;
    const envelope = z.object({ items: z.array(item), paging: flowPagingSchema.optional() });
    const schema = z.preprocess((answer) => (Array.isArray(answer) ? { items: answer } : answer), envelope);
    this.pageSchemas.set(item, schema);
    return schema;
  }
}

/** The calls about one kind of things. */
export abstract class FlowResource {
  constructor(protected readonly flow: FlowConnection) {}
}

/** What a list fails with that ends before all of it has come. */
export function incomplete(operation: string, read: number, total: number): VendorResponseInvalidError {
  return new VendorResponseInvalidError({ vendor: 'flow', operation, isWrite: false }, [
    { path: 'paging.totalCount', kind: `incomplete: ${String(read)} of ${String(total)} came` },
  ]);
}

/** What a list that does not come to an end fails with. */
export function endless(operation: string): VendorResponseInvalidError {
  return new VendorResponseInvalidError({ vendor: 'flow', operation, isWrite: false }, [
    { path: 'paging', kind: 'endless' },
  ]);
}
