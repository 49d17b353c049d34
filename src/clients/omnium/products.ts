import { z } from 'zod';

import { VendorResponseInvalidError } from '../errors';
import type { CallContext, HttpRequest } from '../http';
import { listOf, optionalDecimal, optionalFlag, optionalText, optionalTimestamp, requiredText } from '../wire';
import {
  componentOptionSchema,
  MAX_SCROLL_BATCH_BYTES,
  OLDEST_CHANGE_FIRST,
  PRODUCT_PATHS,
  PRODUCT_REF_FIELDS,
} from './assumed';
import type { OmniumConnection } from './connection';
import { omniumPropertySchema } from './members';
import { omniumBatchSchema, readScrollBatches } from './pages';
import { omniumPriceSchema } from './prices';

/** A file of a product, most often an image (Asset). */
export const omniumProductAssetSchema = z.object({
  assetId: optionalText,
  assetType: optionalText,
  contentType: optionalText,
  fileName: optionalText,
  purpose: optionalText,
  /** Where Omnium keeps it. */
  url: optionalText,
  /** Where it came from. */
  externalUrl: optionalText,
  isMainImage: optionalFlag,
  sortOrder: optionalDecimal,
});

/** One part of a package or bundle (ProductComponent). */
export const omniumProductComponentSchema = z.object({
  componentId: optionalText,
  componentName: optionalText,
  skuId: optionalText,
  productId: optionalText,
  /** Pieces in one package. */
  quantity: optionalDecimal,
  isRequired: optionalFlag,
  options: componentOptionSchema,
});

const measures = {
  height: optionalDecimal,
  width: optionalDecimal,
  length: optionalDecimal,
  weight: optionalDecimal,
};

const sharedMembers = {
  /** Sellable things only: a variant, or a product without variants. */
  skuId: optionalText,
  name: optionalText,
  alternativeProductName: optionalText,
  /** May hold HTML, like the short one. */
  description: optionalText,
  shortDescription: optionalText,
  brand: optionalText,
  productType: optionalText,
  status: optionalText,
  language: optionalText,
  isActive: optionalFlag,
  isSku: optionalFlag,
  isVirtual: optionalFlag,
  isPackage: optionalFlag,
  isBundle: optionalFlag,
  isKit: optionalFlag,
  isSerializableProduct: optionalFlag,
  isMainProductVariant: optionalFlag,
  isWriteProtected: optionalFlag,
  mainCategoryId: optionalText,
  mainCategoryName: optionalText,
  categories: listOf(z.object({ categoryId: optionalText, name: optionalText, isMainCategory: optionalFlag })),
  productGroup: z.object({ id: optionalText, name: optionalText }).optional(),
  marketIds: listOf(requiredText),
  marketGroupIds: listOf(requiredText),
  storeIds: listOf(requiredText),
  assortmentCodes: listOf(
    z.object({ assortmentCodeId: optionalText, validFrom: optionalTimestamp, validTo: optionalTimestamp }),
  ),
  /** Major units per piece without tax. Omnium writes 0 where it knows none. */
  cost: optionalDecimal,
  costCurrency: optionalText,
  taxCategory: optionalText,
  color: optionalText,
  supplierColor: optionalText,
  size: optionalText,
  sizeType: optionalText,
  season: optionalText,
  gender: optionalText,
  ean: optionalText,
  gtins: listOf(requiredText),
  unit: optionalText,
  /** Kilograms. */
  weight: optionalDecimal,
  /** What it is sent in; measures are centimetres, weight is grams. */
  colli: listOf(z.object({ ...measures, volume: optionalDecimal })),
  units: listOf(
    z.object({ ...measures, unit: optionalText, isConsumerUnit: optionalFlag, conversionFactor: optionalDecimal }),
  ),
  supplierId: optionalText,
  supplierName: optionalText,
  supplierSkuId: optionalText,
  additionalSuppliers: listOf(
    z.object({ supplierId: optionalText, supplierName: optionalText, supplierSkuId: optionalText }),
  ),
  countryOfOrigin: optionalText,
  customsCode: optionalText,
  discontinued: optionalTimestamp,
  salesStartDate: optionalTimestamp,
  published: optionalTimestamp,
  stopPublished: optionalTimestamp,
  properties: listOf(omniumPropertySchema),
  tags: listOf(requiredText),
  assets: listOf(omniumProductAssetSchema),
  mainImageUrl: optionalText,
  components: listOf(omniumProductComponentSchema),
  prices: listOf(omniumPriceSchema),
  created: optionalTimestamp,
  modified: optionalTimestamp,
};

/** A sellable size or colour of a product (ProductVariant). */
export const omniumProductVariantSchema = z.object({
  ...sharedMembers,
  id: optionalText,
  productId: optionalText,
  skuId: requiredText,
  variantParentId: optionalText,
});

/** A product in one language, with its variants (Product). */
export const omniumProductSchema = z.object({
  ...sharedMembers,
  /** `{productId}_{language}`. */
  id: optionalText,
  productId: requiredText,
  /** Groups products that belong together; may point to nothing. */
  parentId: optionalText,
  variants: listOf(omniumProductVariantSchema),
});

/**
 * A product as a scroll names it: enough to know what to read. Everything but the id is left out where it is odd, so that
 * no product is missed because of a member that nobody asked about.
 */
export const omniumProductRefSchema = z
  .object({
    productId: requiredText,
    skuId: optionalText.catch(undefined),
    modified: optionalTimestamp.catch(undefined),
    status: optionalText.catch(undefined),
    isActive: optionalFlag.catch(undefined),
    variants: listOf(z.object({ skuId: optionalText })).catch([]),
  })
  .transform(({ variants, ...ref }) => ({
    ...ref,
    /** What of it is sold: its variants, else itself. Empty where Omnium did not tell: then its document does. */
    skuIds: [...new Set(variants.length > 0 ? variants.map((variant) => variant.skuId) : [ref.skuId])].filter(
      (skuId) => skuId !== undefined,
    ),
  }));

export type OmniumProductAsset = z.infer<typeof omniumProductAssetSchema>;
export type OmniumProductComponent = z.infer<typeof omniumProductComponentSchema>;
export type OmniumProductVariant = z.infer<typeof omniumProductVariantSchema>;
export type OmniumProduct = z.infer<typeof omniumProductSchema>;
export type OmniumProductRef = z.infer<typeof omniumProductRefSchema>;

/** From and to, both inclusive. */
export interface OmniumTimeWindow {
  readonly from: string;
  readonly to: string;
}

/** Which products are wanted (ProductSearchRequest). */
export interface OmniumProductSearch {
  /** Inclusive. Absent means whenever they were changed. */
  readonly modifiedFrom?: string;
  /** Also products of which a price starts or ends in this time, changed or not. Counts with `modifiedFrom` only. */
  readonly priceWindow?: OmniumTimeWindow;
  readonly marketIds?: readonly string[];
  readonly marketGroupIds?: readonly string[];
  /** Language of the documents; without it each product may come once per language. */
  readonly language?: string;
  /** Those that were deleted, and only those. */
  readonly isDeleted?: boolean;
}

/** Products by their ids. */
export interface OmniumProductQuery {
  /** Any number: they are asked for a hundred at a time. */
  readonly productIds: readonly string[];
  readonly marketId?: string;
  readonly language?: string;
}

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
