import { z } from 'zod';

import { VendorResponseInvalidError } from '../errors';
import { type CallContext, type HttpCaller, type HttpRequest } from '../http';
import { FLOW_FIRST_PAGE_FALLBACK, FLOW_PAGE_SIZE, flowPagingSchema } from './assumed';

/** Beyond this a list does not end: a page number that Flow ignores, for example. */
const MAX_PAGES = 1_000;

/**
 * Reads a list to its end: until `totalCount` items are there, or a page is empty.
 * Envelope: `{ items, paging: { pageNumber, pageSize, totalCount } }` (flow-api.md §2).
 *
 * @throws VendorResponseInvalidError also when the list has no end
 */
export async function readAllPages<T>(
  http: HttpCaller,
  list: { readonly request: HttpRequest; readonly item: z.ZodType<T> },
  context: CallContext,
): Promise<T[]> {
  const page = pageSchema(list.item);
  const all: T[] = [];
  let pageNumber: number | undefined;
  for (let count = 0; count < MAX_PAGES; count += 1) {
    const query = { ...list.request.query, pageSize: FLOW_PAGE_SIZE, pageNumber };
    const { items, paging } = await http.read({ ...list.request, query }, page, context);
    all.push(...items);
    const isLast = items.length === 0 || paging === undefined || all.length >= (paging.totalCount ?? Infinity);
    if (isLast) return all;
    pageNumber = (pageNumber ?? paging.pageNumber ?? FLOW_FIRST_PAGE_FALLBACK) + 1;
  }
  const call = { vendor: 'flow', operation: list.request.operation, isWrite: false } as const;
  throw new VendorResponseInvalidError(call, [{ path: 'paging', kind: 'endless' }]);
}

interface Page<T> {
  readonly items: T[];
  readonly paging?: z.infer<typeof flowPagingSchema> | undefined;
}

function pageSchema<T>(item: z.ZodType<T>): z.ZodType<Page<T>> {
  const envelope = z.object({ items: z.array(item), paging: flowPagingSchema.optional() });
  return z.preprocess((answer) => (Array.isArray(answer) ? { items: answer } : answer), envelope);
}
