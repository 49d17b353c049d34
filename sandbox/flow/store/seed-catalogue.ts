import { flowUidOf } from '../../chain/build-chain';
import { type Chain, type ChainMarket, type ChainProduct, type ChainSku } from '../../chain/types';
import { type Product, type ProductType } from './catalog-documents';
import { SEEDED } from './seeded-audit';
import { type TenantStore } from './tenant-store';

/** Fills a tenant with the chain's brands, groups, suppliers, products and prices. */
export function seedCatalogue(tenant: TenantStore, chain: Chain, market: ChainMarket): void {
  for (const brand of chain.brands) {
    const brandUid = brandUidOf(brand.name);
    tenant.brands.add({ brandUid, name: brand.name, externalId: brand.brandId, ...SEEDED });
  }
  for (const { categoryId, name, parentId } of chain.categories) {
    const parentUid = parentId ?? null;
    const externalId = categoryId;
    tenant.productGroups.add({
      productGroupUid: categoryId,
      name,
      parentUid,
      externalId,
      scope: 'SALE',
      ...SEEDED,
    });
    tenant.categories.add({ categoryUid: categoryId, name, parentUid, externalId, ...SEEDED });
  }
  for (const { supplierId, name, address, email, phone, vatNumber, currency, knownInTills } of chain.suppliers) {
    if (!knownInTills) continue;
    tenant.suppliers.add({
      supplierUid: flowUidOf(supplierId),
      name,
      address: `${address.street} ${address.streetNumber}`,
      city: address.city,
      postalCode: address.postalCode,
      countryCode: address.countryCode,
      email,
      phone,
      externalId: supplierId,
      vatNumber,
      active: true,
      currency,
      ...SEEDED,
    });
  }
  for (const product of chain.products) seedProduct(tenant, market, product);
  linkPackages(tenant, chain);
}

function knownSupplier(tenant: TenantStore, supplierId: string): { supplierUid: string }[] {
  const supplierUid = flowUidOf(supplierId);
  return tenant.suppliers.has(supplierUid) ? [{ supplierUid }] : [];
}

const PRODUCT_TYPES: Record<ChainProduct['kind'], ProductType> = {
  single: 'STOCK',
  style: 'STOCK',
  package: 'PACKAGE',
  service: 'NON_PHYSICAL',
};

function seedProduct(tenant: TenantStore, market: ChainMarket, product: ChainProduct): void {
  const parentUid = product.kind === 'style' ? freeProductUid(tenant, product.productId) : undefined;
  const shared = {
    description: product.description.replace(/<[^>]*>/g, ''),
    productGroupUid: product.categoryId,
    brandUid: brandUidOf(product.brandId),
    categoryUids: [product.categoryId],
    vatCodeUid: market.vatCodeUids[product.vatClass],
    allowPurchase: product.kind !== 'service',
    allowSale: 'YES',
    allowDelivery: 'YES',
    serialNoRequired: product.hasSerialNumbers ? 'ON_RECEIVE' : 'NO',
    suppliers: knownSupplier(tenant, product.supplierId),
    optionProperties: [],
  } as const satisfies Partial<Product>;
  const copy = () => ({
    ...shared,
    categoryUids: [...shared.categoryUids],
    suppliers: [...shared.suppliers],
    optionProperties: [],
  });
  if (parentUid) {
    // A style is no article: it has no SKU of its own (O-PRD).
    const { productId, name } = product;
    tenant.products.add({
      ...copy(),
      productUid: parentUid,
      name,
      sku: 'NoSku',
      externalId: productId,
      productType: 'CONFIGURABLE',
      ...SEEDED,
    });
  }
  for (const sku of product.skus) {
    const productUid = freeProductUid(tenant, sku.sku);
    const productType = PRODUCT_TYPES[product.kind];
    tenant.products.add({ ...copy(), ...skuFields(sku, market), productUid, productType, ...SEEDED });
    seedPrices(tenant, productUid, { sku, market });
    if (parentUid) {
      tenant.variants.add({ productVariantUid: `v-${productUid}`, parentUid, productUid, ...SEEDED });
    }
  }
}

function skuFields(sku: ChainSku, market: ChainMarket) {
  const price = sku.prices[market.marketId];
  return {
    name: sku.name,
    sku: sku.sku,
    externalId: sku.sku,
    gtins: sku.ean ? [{ gtin: sku.ean, primary: true, type: 'EAN13' }] : [],
    recommendedRetailPrice: price.recommendedCents,
    purchasePrice: price.costCents,
    weight: sku.weightKg === undefined ? null : Math.round(sku.weightKg * 1000),
  };
}

function seedPrices(tenant: TenantStore, productUid: string, of: { sku: ChainSku; market: ChainMarket }): void {
  const { unitCents } = of.sku.prices[of.market.marketId];
  tenant.prices.add({ priceUid: `main-${productUid}`, pricelistUid: 'main', productUid, price: unitCents, ...SEEDED });
  // Businesses pay 8 % less, to the whole krone.
  const price = Math.max(Math.round((unitCents * 0.92) / 100) * 100, 0);
  tenant.prices.add({ priceUid: `b2b-${productUid}`, pricelistUid: 'b2b', productUid, price, ...SEEDED });
}

function linkPackages(tenant: TenantStore, chain: Chain): void {
  for (const product of chain.products) {
    const sku = product.skus[0]?.sku;
    const parent = sku === undefined ? undefined : tenant.products.find('sku', sku)[0];
    if (product.kind !== 'package' || !parent) continue;
    for (const [index, { sku: componentSku, quantity }] of (product.components ?? []).entries()) {
      const component = tenant.products.find('sku', componentSku)[0];
      if (!component) continue;
      const uid = `${parent.productUid}-${index + 1}`;
      tenant.packageSlots.add({
        productPackageSlotUid: uid,
        productUid: parent.productUid,
        name: component.name,
        position: index + 1,
        minComponentsAllowed: 1,
        maxComponentsAllowed: 1,
        components: [
          {
            productPackageComponentUid: uid,
            productUid: component.productUid,
            position: 1,
            quantity: quantity * 100,
            required: true,
          },
        ],
        ...SEEDED,
      });
    }
  }
}

/** As the integration spells a brand: lower case, blanks to underscores, the rest stripped (F-PRD). */
function brandUidOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/\s+/g, '_')
    .replace(/[^a-z0-9_]/g, '');
}

/** Flow's own uid for an article; two numbers that become the same after stripping get a number at the end. */
function freeProductUid(tenant: TenantStore, id: string): string {
  const base = flowUidOf(id) || 'product';
  let uid = base;
  for (let n = 2; tenant.products.has(uid); n++) uid = `${base}_${n}`;
  return uid;
}
