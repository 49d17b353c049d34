import { z } from 'zod';

import { VendorResponseInvalidError } from '../errors';
import type { CallContext, HttpRequest } from '../http';
import { listOf, optionalText, requiredInteger } from '../wire';
import { MAX_SCROLL_BATCH_BYTES } from './assumed';
import type { OmniumConnection } from './connection';

/** One page of a search: `totalHits` counts all pages. */
export interface OmniumPage<T> {
  readonly result: T[];
  readonly totalHits: number;
}

/** The answer to a search (SearchResult). */
export function omniumPageSchema<T>(item: z.ZodType<T>): z.ZodType<OmniumPage<T>> {
  return z.object({ result: z.array(item), totalHits: requiredInteger });
}

/** One batch of a scroll; without `scrollId` there is no next one. */
export interface OmniumBatch<T> {
  readonly result: T[];
  readonly scrollId?: string | undefined;
  /** Of the whole list, where the answer tells. */
  readonly totalHits?: number | undefined;
}

/** The answer to a scroll (Result). An exhausted scroll may come without a list. */
export function omniumBatchSchema<T>(item: z.ZodType<T>): z.ZodType<OmniumBatch<T>> {
  return z.object({
    result: listOf(item),
    scrollId: optionalText,
    totalHits: requiredInteger.optional().catch(undefined),
  });
}

/** A list that is read by a scroll: how to begin, and how to go on. */
export interface OmniumScroll<T> {
  /** Names it in errors, e.g. `orders scroll`. */
  readonly name: string;
  readonly start: Pick<HttpRequest, 'path' | 'body'>;
  readonly pathOn: (scrollId: string) => string;
  readonly item: z.ZodType<T>;
}

/** A million entries of the smallest batches. Beyond this a scroll does not end. */
const MAX_BATCHES = 1_000;

/** Entries of one batch. */
export interface OmniumScrollBatch<T> {
  readonly result: T[];
  /** Of the whole list, where Omnium tells. */
  readonly totalHits?: number | undefined;
}

/**
 * Reads a list as it is at the first call, in batches of the vendor's size, none of them empty. Read it to its end and
 * without long pauses: Omnium forgets a scroll after five minutes, which then fails with 404. Each batch is asked for with the
 * id that came with the last one (omnium-api.md §2).
 *
 * @throws VendorResponseInvalidError also when the scroll has no end
 */
export async function* readScrollBatches<T>(
  omnium: OmniumConnection,
  { name, start, pathOn, item }: OmniumScroll<T>,
  context: CallContext | undefined,
): AsyncGenerator<OmniumScrollBatch<T>, void, undefined> {
  const schema = batchSchemaOf(item);
  const operation = `GET ${name}`;
  let request: HttpRequest = { ...start, operation: `POST ${name}`, method: 'POST', readOnly: true };
  for (let count = 0; count < MAX_BATCHES; count += 1) {
    const bounded = { ...request, maxResponseBytes: MAX_SCROLL_BATCH_BYTES };
    const { result, scrollId, totalHits } = await omnium.read(bounded, schema, context);
    if (result.length === 0) return;
    yield { result, totalHits };
    if (scrollId === undefined) return;
    request = { operation, method: 'GET', path: pathOn(scrollId) };
  }
  const call = { vendor: 'omnium', operation, isWrite: false } as const;
  throw new VendorResponseInvalidError(call, [{ path: 'scrollId', kind: 'endless' }]);
}

/** As {@link readScrollBatches}, the entries alone. */
export async function* readScroll<T>(
  omnium: OmniumConnection,
  scroll: OmniumScroll<T>,
  context: CallContext | undefined,
): AsyncGenerator<T[], void, undefined> {
  for await (const { result } of readScrollBatches(omnium, scroll, context)) yield result;
}

/** One per kind of item: a schema costs more to make than a small batch to check. */
const batchSchemas = new WeakMap<z.ZodType, ReturnType<typeof omniumBatchSchema>>();

function batchSchemaOf<T>(item: z.ZodType<T>): ReturnType<typeof omniumBatchSchema<T>> {
  const known = batchSchemas.get(item);
  // Made below, from the same kind of item.
  if (known) return known as ReturnType<typeof omniumBatchSchema<T>>;
  const schema = omniumBatchSchema(item);
  batchSchemas.set(item, schema);
  return schema;
}

/** One page of a search. */
export interface OmniumPageRequest {
  /** From 0; `page` × `take` must not be over 10,000: beyond that, scroll. */
  readonly page: number;
  /** At most 100. */
  readonly take: number;
}
