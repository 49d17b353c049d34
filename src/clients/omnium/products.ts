import { z } from 'zod';

import { compact } from '../../domain/compact';
import { path, type CallContext } from '../http';
import { listOf, optionalDecimal, optionalFlag, optionalText, optionalTimestamp, requiredText } from '../wire';
import { componentOptionSchema, MAX_SCROLL_BATCH_BYTES, OLDEST_CHANGE_FIRST, PRODUCT_REF_FIELDS } from './assumed';
import { OmniumResource } from './connection';
import { omniumPropertySchema } from './members';
import { omniumPriceSchema } from './prices';

/** Products of Omnium as we read them (omnium-api.md §9.1). Weights are kilograms, measures of a colli are centimetres. */

/** A file of a product, most often an image (Asset). */
const omniumProductAssetSchema = z.object({
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
const omniumProductComponentSchema = z.object({
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
  isVirtual: optionalFlag,
  isPackage: optionalFlag,
  isBundle: optionalFlag,
  isSerializableProduct: optionalFlag,
  mainCategoryId: optionalText,
  categories: listOf(z.object({ categoryId: optionalText, name: optionalText })),
  marketIds: listOf(requiredText),
  marketGroupIds: listOf(requiredText),
  storeIds: listOf(requiredText),
  assortmentCodes: listOf(
    z.object({ assortmentCodeId: optionalText, validFrom: optionalTimestamp, validTo: optionalTimestamp }),
  ),
  /** Major units per piece without tax. Omnium writes 0 where it knows none. */
  cost: optionalDecimal,
  costCurrency: optionalText,
  color: optionalText,
  size: optionalText,
  ean: optionalText,
  gtins: listOf(requiredText),
  unit: optionalText,
  /** Kilograms. */
  weight: optionalDecimal,
  /** What it is sent in; measures are centimetres, weight is grams. */
  colli: listOf(z.object({ ...measures })),
  units: listOf(z.object({ ...measures, unit: optionalText })),
  supplierId: optionalText,
  supplierName: optionalText,
  supplierSkuId: optionalText,
  additionalSuppliers: listOf(
    z.object({ supplierId: optionalText, supplierName: optionalText, supplierSkuId: optionalText }),
  ),
  discontinued: optionalTimestamp,
  salesStartDate: optionalTimestamp,
  published: optionalTimestamp,
  properties: listOf(omniumPropertySchema),
  assets: listOf(omniumProductAssetSchema),
  mainImageUrl: optionalText,
  components: listOf(omniumProductComponentSchema),
  prices: listOf(omniumPriceSchema),
  created: optionalTimestamp,
  modified: optionalTimestamp,
};

/** A sellable size or colour of a product (ProductVariant). */
const omniumProductVariantSchema = z.object({
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
 * no product is missed because of a member that was not asked for.
 */
const omniumProductRefSchema = z
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

/** Filter of products (ProductSearchRequest). */
export interface OmniumProductSearch {
  /** Inclusive. Absent means whenever they were changed. */
  readonly modifiedFrom?: string;
  /** Also products of which a price starts or ends in this time, changed or not. Counts with `modifiedFrom` only. */
  readonly priceWindow?: { readonly from: string; readonly to: string };
  readonly marketIds?: readonly string[];
  readonly marketGroupIds?: readonly string[];
  /** Language of the documents; without it each product may come once per language. */
  readonly language?: string;
  /** Those that were deleted, and only those. */
  readonly isDeleted?: boolean;
}

/** What a query gives at once (omnium-api.md §2). */
const QUERY_SIZE = 100;
/** A product in a few languages and more; beyond it a query does not end. That it is paged as a search is assumed. */
const PAGING = { first: 0, size: QUERY_SIZE, most: 50 };

const refItemSchema = omniumProductRefSchema.optional().catch(undefined);

/** Products of Omnium (omnium-api.md §9.1; https://docs.omnium.no/docs/Product/api-reference/product-search). */
export class OmniumProducts extends OmniumResource {
  /**
   * Names products as they are at the first call, oldest change first, without what they are: read them with
   * {@link query}. An entry that cannot be read does not keep its neighbours away: `unreadable` counts those that do not even name
   * a product; `total` is that of the whole search, where Omnium says. Read as every scroll (`OmniumConnection.scroll`).
   * `POST /api/Products/Scroll`, `GET /api/Products/Scroll/{id}` (omnium-api.md §2, §9.1); sorting and the fields of variants are
   * assumed.
   */
  async *scrollRefs(
    search: OmniumProductSearch,
    context?: CallContext,
  ): AsyncGenerator<{ refs: OmniumProductRef[]; total?: number; unreadable: number }, void, undefined> {
    const { marketIds, marketGroupIds, language, modifiedFrom, priceWindow, isDeleted } = search;
    const body = {
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
    const start = { path: '/Products/Scroll', body };
    const batches = this.omnium.scroll('products scroll', 'Products', start, refItemSchema, context);
    for await (const { result, totalHits: total } of batches) {
      const refs = result.filter((ref) => ref !== undefined);
      yield { refs, ...compact({ total }), unreadable: result.length - refs.length };
    }
  }

  /**
   * Whole products, in no order, any number: they are asked for a hundred at a time. Those that Omnium does not know are left
   * out, deleted ones too. One that is not as documented fails the whole call: ask for half of them. `POST /api/products/Query`:
   * https://docs.omnium.no/docs/Integrations/product-query (omnium-api.md §9.1).
   */
  async query(
    query: { readonly productIds: readonly string[]; readonly marketId?: string; readonly language?: string },
    context?: CallContext,
  ): Promise<OmniumProduct[]> {
    const productIds = [...new Set(query.productIds)];
    const filters = {
      marketId: query.marketId,
      productLanguage: query.language,
      isFacetsDisabled: true,
      take: QUERY_SIZE,
    };
    const found: OmniumProduct[] = [];
    for (let from = 0; from < productIds.length; from += QUERY_SIZE) {
      const some = productIds.slice(from, from + QUERY_SIZE);
      const pages = this.omnium.allPages(
        (page) => ({
          operation: 'POST products query',
          path: '/products/Query',
          body: { productIds: some, ...filters, page },
          maxResponseBytes: MAX_SCROLL_BATCH_BYTES,
        }),
        omniumProductSchema,
        PAGING,
        context,
      );
      found.push(...(await pages));
    }
    return found;
  }

  /** The product with this id or SKU, with the prices that hold now. `GET /api/Products/{productId}` (omnium-api.md §9.1). */
  get(productIdOrSku: string, context?: CallContext): Promise<OmniumProduct | undefined> {
    const request = { operation: 'GET product', path: path`/Products/${productIdOrSku}` } as const;
    return this.omnium.readIfFound(request, omniumProductSchema, context);
  }

  /**
   * The product as one market has it: in its language, with the prices that hold there now. Undefined also where the product
   * is not in that market. `GET /api/Products/{productId}/ByMarket/{marketId}` (omnium-api.md §9.1).
   */
  getInMarket(productIdOrSku: string, marketId: string, context?: CallContext): Promise<OmniumProduct | undefined> {
    const inMarket = path`/Products/${productIdOrSku}/ByMarket/${marketId}`;
    return this.omnium.readIfFound(
      { operation: 'GET product in market', path: inMarket },
      omniumProductSchema,
      context,
    );
  }
}
