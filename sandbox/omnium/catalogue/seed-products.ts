import { type Chain, type ChainProduct, type ChainSku } from '../../chain/types';
import { type Product } from '../documents';
import { seededAt } from '../settings/seed-settings';
import { type JsonObject } from '../wire/schema';
import { contentLanguages, type ContentLanguage, detailsOfProduct, detailsOfSku } from './seed-details';

/** Languages the chain's products exist in: with variety also Swedish. */
export const languagesOf = (chain: Chain): readonly ContentLanguage[] => (chain.variety ? contentLanguages : ['no']);

const skuDetails = (product: ChainProduct, sku: ChainSku): JsonObject => ({
  skuId: sku.sku,
  isSku: true,
  name: sku.name,
  ...(sku.ean === undefined ? {} : { ean: sku.ean, gtins: [sku.ean] }),
  ...(sku.size === undefined ? {} : { size: sku.size }),
  ...(sku.colour === undefined ? {} : { color: sku.colour }),
  ...(sku.weightKg === undefined ? {} : { weight: sku.weightKg }),
  ...detailsOfSku(product, sku),
});

const sharedOf = (product: ChainProduct, chain: Chain, language: ContentLanguage): JsonObject => {
  const supplier = chain.suppliers.find(({ supplierId }) => supplierId === product.supplierId);
  const category = chain.categories.find(({ categoryId }) => categoryId === product.categoryId);
  return {
    productId: product.productId,
    name: product.name,
    brand: product.brandId,
    mainCategoryId: product.categoryId,
    ...(category === undefined ? {} : { mainCategoryName: category.name }),
    categories: [{ categoryId: product.categoryId, isMainCategory: true }],
    supplierId: product.supplierId,
    ...(supplier === undefined ? {} : { supplierName: supplier.name }),
    taxCategory: product.vatClass,
    isActive: true,
    status: 'Published',
    isVirtual: product.kind === 'service',
    isPackage: product.kind === 'package',
    isBundle: false,
    isKit: false,
    marketIds: chain.markets.map(({ marketId }) => marketId),
    published: seededAt,
    created: seededAt,
    unit: 'pcs',
    ...detailsOfProduct(product, chain, language),
  };
};

/** The document of a chain's product in one language, without prices; the variants of a style sit in its `variants`. */
export const seedDocument = (
  product: ChainProduct,
  chain: Chain,
  { language, modified }: { language: ContentLanguage; modified: string },
): Product => {
  const shared = { ...sharedOf(product, chain, language), modified };
  const [only] = product.skus;
  const base = { ...shared, id: `${product.productId}_${language}`, productId: product.productId, language };
  if (product.kind === 'style' || only === undefined) {
    const variants = product.skus.map((sku) => ({
      ...shared,
      ...skuDetails(product, sku),
      id: sku.sku,
      productId: product.productId,
      variantParentId: product.productId,
    }));
    return { ...base, isSku: false, variants };
  }
  const components = (product.components ?? []).map(({ sku, quantity }, index) => ({
    componentId: `${product.productId}-${index + 1}`,
    skuId: sku,
    quantity,
    isRequired: true,
  }));
  return { ...base, ...skuDetails(product, only), ...(components.length > 0 ? { components } : {}) };
};
