import { type CallContext, type HttpRequest } from '../http';
import { VendorResponseInvalidError } from '../errors';
import { MAX_SCROLL_BATCH_BYTES, OLDEST_CHANGE_FIRST, PRODUCT_PATHS, PRODUCT_REF_FIELDS } from './assumed';
import {
  omniumProductRefSchema,
  omniumProductSchema,
  type OmniumProduct,
  type OmniumProductRef,
} from './catalogue-schemas';
import { type OmniumProductQuery, type OmniumProductSearch } from './catalogue-searches';
import { type OmniumConnection } from './connection';
import { omniumBatchSchema } from './schemas';
import { readScrollBatches } from './scroll';

/** Products of one batch of a scroll. */
export interface OmniumProductRefs {
  readonly refs: OmniumProductRef[];
  /** Of the whole search, where Omnium tells. */
  readonly total?: number;
  /** Entries of the batch that do not even name a product. */
  readonly unreadable: number;
}

/** What a query gives at once (omnium-api.md §2). */
const QUERY_SIZE = 100;
/** A product in a few languages and more; beyond it a query does not end. */
const MAX_QUERY_PAGES = 50;

const refItemSchema = omniumProductRefSchema.optional().catch(undefined);
const productBatchSchema = omniumBatchSchema(omniumProductSchema);

/** Products of Omnium (omnium-api.md §9.1; https://docs.omnium.no/docs/Product/api-reference/product-search). */
export class OmniumProducts {
  constructor(private readonly omnium: OmniumConnection) {}

  /**
   * Names products as they are at the first call, oldest change first, without what they are: read them with
   * {@link query}. Read it to its end and without long pauses: Omnium forgets it after five minutes, which then fails with
   * 404. An entry that cannot be read does not keep its neighbours away. `POST /api/Products/Scroll`,
   * `GET /api/Products/Scroll/{id}` (omnium-api.md §2, §9.1); sorting and the fields of variants are assumed.
   */
  async *scrollRefs(
    search: OmniumProductSearch,
    context?: CallContext,
  ): AsyncGenerator<OmniumProductRefs, void, undefined> {
    const scroll = {
      name: 'products scroll',
      start: { path: PRODUCT_PATHS.scroll, body: refsBody(search) },
      pathOn: PRODUCT_PATHS.scrollOn,
      item: refItemSchema,
    };
    for await (const { result, totalHits } of readScrollBatches(this.omnium, scroll, context)) {
      const refs = result.filter((ref) => ref !== undefined);
      yield { refs, ...(totalHits !== undefined && { total: totalHits }), unreadable: result.length - refs.length };
    }
  }

  /**
   * Whole products, in no order; those that Omnium does not know are left out, deleted ones too. One that is not as
   * documented fails the whole call: ask for half of them. `POST /api/products/Query`:
   * https://docs.omnium.no/docs/Integrations/product-query (omnium-api.md §9.1); its paging is assumed to be the search's.
   */
  async query({ productIds, ...where }: OmniumProductQuery, context?: CallContext): Promise<OmniumProduct[]> {
    const wanted = [...new Set(productIds)];
    const found: OmniumProduct[] = [];
    for (let from = 0; from < wanted.length; from += QUERY_SIZE) {
      const some = { ...where, productIds: wanted.slice(from, from + QUERY_SIZE) };
      found.push(...(await this.querySome(some, context)));
    }
    return found;
  }

  /** The product with this id or SKU, with the prices that hold now. `GET /api/Products/{productId}` (omnium-api.md §9.1). */
  get(productIdOrSku: string, context?: CallContext): Promise<OmniumProduct | undefined> {
    const request = { operation: 'GET product', method: 'GET', path: PRODUCT_PATHS.one(productIdOrSku) } as const;
    return this.omnium.readIfFound(request, omniumProductSchema, context);
  }

  /**
   * The product as one market has it: in its language, with the prices that hold there now. Undefined also where the product
   * is not in that market. `GET /api/Products/{productId}/ByMarket/{marketId}` (omnium-api.md §9.1).
   */
  getInMarket(productIdOrSku: string, marketId: string, context?: CallContext): Promise<OmniumProduct | undefined> {
    const path = PRODUCT_PATHS.inMarket(productIdOrSku, marketId);
    const request = { operation: 'GET product in market', method: 'GET', path } as const;
    return this.omnium.readIfFound(request, omniumProductSchema, context);
  }

  private async querySome(
    { productIds, marketId, language }: OmniumProductQuery,
    context: CallContext | undefined,
  ): Promise<OmniumProduct[]> {
    const all: OmniumProduct[] = [];
    const wanted = { productIds, marketId, productLanguage: language, isFacetsDisabled: true, take: QUERY_SIZE };
    const operation = 'POST products query';
    for (let page = 0; page < MAX_QUERY_PAGES; page += 1) {
      const { result, totalHits } = await this.omnium.read(
        ask(operation, { ...wanted, page }),
        productBatchSchema,
        context,
      );
      all.push(...result);
      const isLast = totalHits === undefined ? result.length < QUERY_SIZE : all.length >= totalHits;
      if (isLast || result.length === 0) return all;
    }
    throw new VendorResponseInvalidError({ vendor: 'omnium', operation, isWrite: false }, [
      { path: 'totalHits', kind: 'endless' },
    ]);
  }
}

function ask(operation: string, body: unknown): HttpRequest {
  const maxResponseBytes = MAX_SCROLL_BATCH_BYTES;
  return { operation, method: 'POST', path: PRODUCT_PATHS.query, body, readOnly: true, maxResponseBytes };
}

function refsBody({ modifiedFrom, priceWindow, language, ...search }: OmniumProductSearch): Record<string, unknown> {
  const { marketIds, marketGroupIds, isDeleted } = search;
  return {
    marketIds,
    marketGroupIds,
    productLanguage: language,
    modifiedFrom,
    ...(priceWindow && {
      priceActivatedFrom: priceWindow.from,
      priceActivatedTo: priceWindow.to,
      priceDeactivatedFrom: priceWindow.from,
      priceDeactivatedTo: priceWindow.to,
      isUnionDeltaQuery: true,
    }),
    isDeleted,
    isFacetsDisabled: true,
    isPricesExcluded: true,
    includedFields: { specificFields: PRODUCT_REF_FIELDS },
    sortOrder: OLDEST_CHANGE_FIRST,
  };
}
