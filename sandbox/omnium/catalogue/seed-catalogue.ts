import { type Chain, type ChainMarket, type ChainProduct, type ChainSku } from '../../chain/types';
import { type Customer, type Price, type Product } from '../documents';
import { seededAt } from '../settings/seed-settings';
import { type JsonObject } from '../wire/schema';

const major = (cents: number): number => cents / 100;

const pricesOf = (product: ChainProduct, sku: ChainSku, markets: readonly ChainMarket[]): Price[] =>
  markets.map((market) => {
    const { unitCents, recommendedCents, costCents } = sku.prices[market.marketId];
    return {
      code: sku.sku,
      marketId: market.marketId,
      currencyCode: market.currency,
      unitPrice: major(unitCents),
      originalUnitPrice: major(recommendedCents),
      recommendedRetailPrice: major(recommendedCents),
      cost: major(costCents),
      taxRate: market.vatPercent[product.vatClass],
      isTaxExcluded: false,
      minQuantity: 0,
      priceType: 'Default',
      validFrom: seededAt,
      modified: seededAt,
    };
  });

const detailsOf = (product: ChainProduct, sku: ChainSku, chain: Chain): JsonObject => ({
  skuId: sku.sku,
  isSku: true,
  name: sku.name,
  ...(sku.ean === undefined ? {} : { ean: sku.ean, gtins: [sku.ean] }),
  ...(sku.size === undefined ? {} : { size: sku.size }),
  ...(sku.colour === undefined ? {} : { color: sku.colour }),
  ...(sku.weightKg === undefined ? {} : { weight: sku.weightKg }),
  prices: pricesOf(product, sku, chain.markets),
});

const sharedOf = (product: ChainProduct, chain: Chain): JsonObject => {
  const supplier = chain.suppliers.find(({ supplierId }) => supplierId === product.supplierId);
  const category = chain.categories.find(({ categoryId }) => categoryId === product.categoryId);
  return {
    productId: product.productId,
    name: product.name,
    description: product.description,
    brand: product.brandId,
    mainCategoryId: product.categoryId,
    ...(category === undefined ? {} : { mainCategoryName: category.name }),
    categories: [{ categoryId: product.categoryId, isMainCategory: true }],
    supplierId: product.supplierId,
    ...(supplier === undefined ? {} : { supplierName: supplier.name }),
    ...(product.imageUrl === undefined ? {} : { mainImageUrl: product.imageUrl }),
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
    modified: seededAt,
    unit: 'pcs',
  };
};

/** A product document; the variants of a style sit in its `variants`. */
const productOf = (product: ChainProduct, chain: Chain): Product => {
  const shared = sharedOf(product, chain);
  const [only] = product.skus;
  const id = `${product.productId}_no`;
  const base = { ...shared, id, productId: product.productId, language: 'no' };
  if (product.kind === 'style' || only === undefined) {
    const variants = product.skus.map((sku) => ({
      ...shared,
      ...detailsOf(product, sku, chain),
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
  return { ...base, ...detailsOf(product, only, chain), ...(components.length > 0 ? { components } : {}) };
};

/** All products of the chain. */
export const buildProductDocuments = (chain: Chain): Product[] =>
  chain.products.map((product) => productOf(product, chain));

/** All customers of one kind. */
export const buildCustomerDocuments = (chain: Chain, kind: 'private' | 'business'): Customer[] => {
  const groups = new Map(chain.markets.map(({ marketId, marketGroupId }) => [marketId, marketGroupId]));
  return chain.customers
    .filter((customer) => customer.kind === kind)
    .map((customer) => {
      const group = groups.get(customer.marketId);
      const address = {
        name: customer.companyName ?? `${customer.firstName} ${customer.lastName}`,
        line1: `${customer.address.street} ${customer.address.streetNumber}`,
        postalCode: customer.address.postalCode,
        city: customer.address.city,
        countryCode: customer.address.countryCode,
      };
      const person = {
        firstName: customer.firstName,
        lastName: customer.lastName,
        email: customer.email,
        phone: customer.phone,
      };
      return {
        customerId: customer.customerId,
        customerNumber: customer.customerId,
        email: customer.email,
        phone: customer.phone,
        marketId: customer.marketId,
        ...(group === undefined ? {} : { marketGroupId: group }),
        address,
        addresses: [address],
        externalIds:
          customer.loyalty === undefined
            ? []
            : [{ providerName: customer.loyalty.provider, id: customer.loyalty.externalId }],
        properties: [],
        tags: [],
        created: seededAt,
        modified: seededAt,
        ...(kind === 'private'
          ? {
              ...person,
              fullName: `${person.firstName} ${person.lastName}`,
              isCustomerClubMember: customer.loyalty !== undefined,
            }
          : {
              name: customer.companyName ?? customer.customerId,
              ...(customer.organizationNumber === undefined ? {} : { taxId: customer.organizationNumber }),
              contacts: [{ id: `${customer.customerId}-1`, ...person, isPrimaryContact: true, notify: true }],
            }),
      };
    });
};
