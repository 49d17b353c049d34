import type { OmniumProduct, OmniumProductVariant } from '../../../clients/omnium/products';

/** Something that is one product in Flow: a product without variants, a style, or a variant with what it has of its style. */
export type Article = Omit<OmniumProduct, 'variants'>;

/**
 * A variant as an article of its own: what Omnium does not say of the variant holds for its style. Images, GTINs, the
 * supplier's number and what is in a package are nobody's but its own; assortment codes and prices of both count; neither may
 * be inactive.
 */
export function articleOf(product: OmniumProduct, variant: OmniumProductVariant): Article {
  const { properties } = variant;
  const own = new Set(properties.map(({ key }) => key));
  return {
    ...product,
    ...told(variant),
    productId: product.productId,
    parentId: product.parentId,
    ean: variant.ean,
    gtins: variant.gtins,
    supplierSkuId: variant.supplierSkuId,
    color: variant.color,
    size: variant.size,
    assets: variant.assets,
    mainImageUrl: variant.mainImageUrl,
    components: variant.components,
    isActive: product.isActive !== false && variant.isActive !== false,
    cost: isCost(variant.cost) ? variant.cost : product.cost,
    costCurrency: isCost(variant.cost) ? variant.costCurrency : product.costCurrency,
    assortmentCodes: [...product.assortmentCodes, ...variant.assortmentCodes],
    properties: [...product.properties.filter(({ key }) => !own.has(key)), ...properties],
    prices: [...pricesOf(variant, variant.skuId), ...pricesOf(product, product.productId)],
  };
}

/** Prices that do not say what they are a price of are their owner's. */
function pricesOf({ prices }: Pick<Article, 'prices'>, owner: string): Article['prices'] {
  return prices.map((price) => ({ ...price, skuId: price.skuId ?? owner }));
}

/** Members that say something: an empty list says that the variant has none of its own. */
function told(variant: OmniumProductVariant): Partial<Article> {
  const { variantParentId: _, ...members } = variant;
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0)),
  );
}

/** Omnium writes 0 where it knows no cost. */
function isCost(cost: number | string | undefined): boolean {
  return cost !== undefined && Number(cost) !== 0;
}
