import { z } from 'zod';

import { listOf, optionalDecimal, optionalFlag, optionalText, optionalTimestamp, requiredText } from '../wire';
import { componentOptionSchema, priceSkuMembers } from './assumed';
import { omniumPropertySchema } from './shared-schemas';

/**
 * Omnium's products, prices and categories as we read them (omnium-api.md §9.1–§9.3): only members the integration uses.
 * Amounts are decimals in major units, weights are kilograms, measures of a colli are centimetres, all as received.
 */

/** A selling price (Price). What it is a price of comes as `skuId`, whichever member held it. */
export const omniumPriceSchema = z
  .object({
    ...priceSkuMembers,
    /** Per piece after discount. Without it the price says nothing. */
    unitPrice: optionalDecimal,
    originalUnitPrice: optionalDecimal,
    recommendedRetailPrice: optionalDecimal,
    /** ISO 4217. */
    currencyCode: optionalText,
    /** Percent; absent means the market's default. */
    taxRate: optionalDecimal,
    isTaxExcluded: optionalFlag,
    marketId: optionalText,
    marketGroupId: optionalText,
    storeId: optionalText,
    /** Not documented for prices, as it is for cost prices: such a price is not for everybody. */
    storeGroupId: optionalText,
    customerId: optionalText,
    customerGroup: optionalText,
    isCustomerClubSpecificPrice: optionalFlag,
    promotionId: optionalText,
    priceListId: optionalText,
    priceType: optionalText,
    /** Pieces from which on it holds. */
    minQuantity: optionalDecimal,
    unit: optionalText,
    validFrom: optionalTimestamp,
    validUntil: optionalTimestamp,
    modified: optionalTimestamp,
  })
  .transform((price) => {
    // In place: a copy of a million prices costs more than all the rest.
    price.skuId = price.code ?? price.skuId ?? price.productId;
    return price;
  });

/** What a price is the price of, and where. */
const pricePlaceSchema = z.object({ ...priceSkuMembers, marketId: optionalText }).transform((price) => ({
  skuId: price.code ?? price.skuId ?? price.productId,
  marketId: price.marketId,
}));

/** Of a price: what it is of; and the price itself, unless it names a market that nobody asked about. */
export interface OmniumPriceOfMarkets {
  readonly skuId?: string | undefined;
  readonly price?: OmniumPrice;
}

/**
 * A price of one of these markets, of a market group or of all. Of others only what they are prices of is read: a chain in
 * four countries has three prices of others for each of its own.
 */
export function omniumPriceOfMarketsSchema(marketIds: readonly string[]): z.ZodType<OmniumPriceOfMarkets> {
  const isOther = isOfOtherMarket(marketIds);
  return z.unknown().transform((entry, context): OmniumPriceOfMarkets => {
    const place = pricePlaceSchema.safeParse(entry);
    if (place.success && isOther(place.data.marketId)) return { skuId: place.data.skuId };
    const { data: price, error } = omniumPriceSchema.safeParse(entry);
    if (price) return { skuId: price.skuId, price };
    // Found by the price's own schema, so they need no second look; the path goes on from the entry's.
    for (const issue of error.issues) context.issues.push({ ...issue, input: entry } as z.core.$ZodRawIssue);
    return z.NEVER;
  });
}

/** As {@link pricePlaceSchema}, of a price that may be anything at all. */
export const changedPriceSchema = pricePlaceSchema.catch({ skuId: undefined, marketId: undefined });

/** Whether a price's market is none of these; Omnium's ids are compared without regard to case. */
export function isOfOtherMarket(marketIds: readonly string[]): (marketId: string | undefined) => boolean {
  const known = new Set(marketIds.map((marketId) => marketId.toLowerCase()));
  return (marketId) => marketId !== undefined && !known.has(marketId.toLowerCase());
}

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

/** A category in one language (ProductCategory). */
export const omniumCategorySchema = z.object({
  /** `{categoryId}_{language}`. */
  id: optionalText,
  categoryId: requiredText,
  /** Another category's `categoryId`, or a root that need not be a category. */
  parentId: optionalText,
  name: optionalText,
  language: optionalText,
  isHidden: optionalFlag,
  isMainCategory: optionalFlag,
  sortIndex: optionalDecimal,
});

export type OmniumPrice = z.infer<typeof omniumPriceSchema>;
export type OmniumProductAsset = z.infer<typeof omniumProductAssetSchema>;
export type OmniumProductComponent = z.infer<typeof omniumProductComponentSchema>;
export type OmniumProductVariant = z.infer<typeof omniumProductVariantSchema>;
export type OmniumProduct = z.infer<typeof omniumProductSchema>;
export type OmniumProductRef = z.infer<typeof omniumProductRefSchema>;
export type OmniumCategory = z.infer<typeof omniumCategorySchema>;
