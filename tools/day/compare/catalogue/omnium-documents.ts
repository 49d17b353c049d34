import { z } from 'zod';

/*
 * Omnium's documents of the catalogue as the comparison reads them: what it says of a product, and nothing about how
 * anybody carries it over.
 */

const text = z.string().optional();
const texts = z.array(z.string()).default([]);
const flag = z.boolean().optional();
const number = z.number().optional();

const priceSchema = z.object({
  code: text,
  skuId: text,
  productId: text,
  marketId: text,
  marketGroupId: text,
  storeId: text,
  storeGroupId: text,
  customerId: text,
  customerGroup: text,
  isCustomerClubSpecificPrice: flag,
  minQuantity: number,
  unit: text,
  currencyCode: text,
  unitPrice: number,
  recommendedRetailPrice: number,
  isTaxExcluded: flag,
  taxRate: number,
  validFrom: text,
  validUntil: text,
});

const assetSchema = z.object({
  assetId: text,
  assetType: text,
  contentType: text,
  fileName: text,
  url: text,
  externalUrl: text,
  isMainImage: flag,
  sortOrder: number,
});

const articleMembers = {
  productId: z.string(),
  skuId: text,
  name: text,
  brand: text,
  description: text,
  shortDescription: text,
  supplierSkuId: text,
  mainCategoryId: text,
  categories: z.array(z.object({ categoryId: z.string() })).default([]),
  supplierId: text,
  additionalSuppliers: z.array(z.object({ supplierId: z.string() })).default([]),
  isActive: flag,
  status: text,
  isVirtual: flag,
  isPackage: flag,
  isBundle: flag,
  isSerializableProduct: flag,
  marketIds: texts,
  marketGroupIds: texts,
  discontinued: text,
  salesStartDate: text,
  ean: text,
  gtins: texts,
  color: text,
  size: text,
  weight: number,
  colli: z.array(z.object({ height: number, width: number, length: number, weight: number })).default([]),
  cost: number,
  costCurrency: text,
  mainImageUrl: text,
  assets: z.array(assetSchema).default([]),
  components: z.array(z.object({ skuId: text, productId: text, quantity: number, isRequired: flag })).default([]),
  prices: z.array(priceSchema).default([]),
};
const articleSchema = z.object(articleMembers);
const productSchema = z.object({ ...articleMembers, variants: z.array(articleSchema).default([]) });

const costSchema = z.object({
  skuId: text,
  productId: text,
  marketId: text,
  marketGroupId: text,
  storeId: text,
  storeGroupId: text,
  supplier: text,
  type: text,
  cost: number,
  currencyCode: text,
  validFrom: text,
  validUntil: text,
});

const categorySchema = z.object({ categoryId: z.string(), language: text, name: text, parentId: text });

/** A price of Omnium's, in major units. */
export type OmniumPriceDocument = z.infer<typeof priceSchema>;
/** A file of a product. */
export type OmniumAssetDocument = z.infer<typeof assetSchema>;
/** Something with a name: a product alone, a style, or a variant. */
export type OmniumArticleDocument = z.infer<typeof articleSchema>;
/** A product with its variants, if it has any. */
export type OmniumProductDocument = z.infer<typeof productSchema>;
/** What something costs to buy, in major units without VAT. */
export type OmniumCostDocument = z.infer<typeof costSchema>;
/** A category in one language. */
export type OmniumCategoryDocument = z.infer<typeof categorySchema>;

export function parseOmniumProduct(document: unknown): OmniumProductDocument {
  return productSchema.parse(withoutNulls(document));
}

export function parseOmniumCost(document: unknown): OmniumCostDocument {
  return costSchema.parse(withoutNulls(document));
}

export function parseOmniumCategory(document: unknown): OmniumCategoryDocument {
  return categorySchema.parse(withoutNulls(document));
}

/** Null and nothing are the same in either vendor's documents. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutNulls(member)]));
}
