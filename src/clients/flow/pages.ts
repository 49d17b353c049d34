import { z } from 'zod';

import { VendorResponseInvalidError } from '../errors';
import { type CallContext, type HttpCaller, type HttpRequest } from '../http';
import { FLOW_FIRST_PAGE_FALLBACK, FLOW_PAGE_SIZE, flowPagingSchema } from './assumed';

/** Beyond this a list does not end: a page number that Flow ignores, for example. */
const MAX_PAGES = 1_000;
/** A million entries, where Flow tells how many there are. */
const MAX_COUNTED_PAGES = 10_000;

/** A list of Flow's: how to ask for it, and what it holds. */
export interface FlowList<T> {
  readonly request: HttpRequest;
  readonly item: z.ZodType<T>;
  /** Given for lists that can change while they are read: each item then comes once, whatever moved between the pages. */
  readonly uidOf?: (item: T) => string;
}

/** Entries of one page. */
export interface CountedPage<T> {
  readonly items: T[];
  /** Of the whole list, where Flow tells. */
  readonly total?: number | undefined;
}

/**
 * Reads a list page by page: until `totalCount` items are there, or a page is empty. Whoever stops taking pages stops the
 * reading. Envelope: `{ items, paging: { pageNumber, pageSize, totalCount } }` (flow-api.md §2).
 *
 * With `uidOf`, a list that gets shorter while it is read (Flow deletes expired orders) is read again from where something
 * may have moved up to a page that was read before. Deletions that new items hide in the count stay unnoticed.
 *
 * @throws VendorResponseInvalidError also when the list has no end
 */
export async function* readCountedPages<T>(
  http: HttpCaller,
  list: FlowList<T>,
  context: CallContext,
): AsyncGenerator<CountedPage<T>, void, undefined> {
  const isNew = onlyNew(list.uidOf);
  const counts: number[] = [];
  let read = 0;
  let pageNumber: number | undefined;
  let lastTotal = 0;
  for (let requests = 0; requests < (lastTotal === Infinity ? MAX_PAGES : MAX_COUNTED_PAGES); requests += 1) {
    const { items, paging } = await readPage(http, { ...list, pageNumber }, context);
    const total = paging?.totalCount ?? Infinity;
    const pagesBack = list.uidOf ? Math.min(Math.ceil((lastTotal - total) / (counts[0] ?? 1)), counts.length) : 0;
    lastTotal = total;
    if (pagesBack > 0 && pageNumber !== undefined) {
      read -= sum(counts.splice(-pagesBack));
      pageNumber -= pagesBack;
      continue;
    }
    yield { items: items.filter(isNew), total: paging?.totalCount };
    counts.push(items.length);
    read += items.length;
    if (items.length === 0 || paging === undefined || read >= total) return;
    pageNumber = (pageNumber ?? paging.pageNumber ?? FLOW_FIRST_PAGE_FALLBACK) + 1;
  }
  const call = { vendor: 'flow', operation: list.request.operation, isWrite: false } as const;
  throw new VendorResponseInvalidError(call, [{ path: 'paging', kind: 'endless' }]);
}

/** As {@link readCountedPages}, the entries alone. */
export async function* readPages<T>(
  http: HttpCaller,
  list: FlowList<T>,
  context: CallContext,
): AsyncGenerator<T[], void, undefined> {
  for await (const { items } of readCountedPages(http, list, context)) yield items;
}

/** Reads a list to its end, as {@link readPages} does. */
export async function readAllPages<T>(http: HttpCaller, list: FlowList<T>, context: CallContext): Promise<T[]> {
  const all: T[] = [];
  for await (const items of readPages(http, list, context)) all.push(...items);
  return all;
}

/** Something that says when it was changed last. */
interface Changeable {
  readonly lastModifiedAt?: string | undefined;
}

/**
 * Of a list sorted by newest change first: what was changed at `modifiedFrom` or later, none of the batches empty. The
 * reading stops at the first page that reaches further back. What does not say when it was changed is always given, and a
 * page that is not sorted as asked for stops nothing.
 */
export async function* changedSince<T extends Changeable>(
  pages: AsyncIterable<T[]>,
  modifiedFrom: string | undefined,
): AsyncGenerator<T[], void, undefined> {
  const fromMs = Date.parse(modifiedFrom ?? '');
  const isOlder = ({ lastModifiedAt }: T): boolean => Date.parse(lastModifiedAt ?? '') < fromMs;
  for await (const items of pages) {
    const changed = items.filter((item) => !isOlder(item));
    if (changed.length > 0) yield changed;
    if (changed.length < items.length && isNewestFirst(items)) return;
  }
}

function isNewestFirst(items: readonly Changeable[]): boolean {
  const times = items.map(({ lastModifiedAt }) => Date.parse(lastModifiedAt ?? '')).filter((ms) => !Number.isNaN(ms));
  return times.every((ms, index) => ms <= (times[index - 1] ?? Infinity));
}

/** Lets each item through once. */
function onlyNew<T>(uidOf: ((item: T) => string) | undefined): (item: T) => boolean {
  const seen = new Set<string>();
  return (item) => {
    if (!uidOf) return true;
    const isNew = !seen.has(uidOf(item));
    seen.add(uidOf(item));
    return isNew;
  };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

/** A page of a list, the first one where no number is given. */
export async function readPage<T>(
  http: HttpCaller,
  list: FlowList<T> & { readonly pageNumber?: number | undefined },
  context: CallContext,
): Promise<FlowPage<T>> {
  const query = { ...list.request.query, pageSize: FLOW_PAGE_SIZE, pageNumber: list.pageNumber };
  return http.read({ ...list.request, query }, pageSchema(list.item), context);
}

/** As Flow answers it; without `paging` it is the whole list. */
export interface FlowPage<T> {
  readonly items: T[];
  readonly paging?: z.infer<typeof flowPagingSchema> | undefined;
}

/** One per kind of item: a schema costs more to make than a page to check. */
const pageSchemas = new WeakMap<z.ZodType, z.ZodType>();

function pageSchema<T>(item: z.ZodType<T>): z.ZodType<FlowPage<T>> {
  const known = pageSchemas.get(item);
  // Made below, from the same kind of item.
  if (known) return known as z.ZodType<FlowPage<T>>;
  const envelope = z.object({ items: z.array(item), paging: flowPagingSchema.optional() });
  const schema = z.preprocess((answer) => (Array.isArray(answer) ? { items: answer } : answer), envelope);
  pageSchemas.set(item, schema);
  return schema;
}
