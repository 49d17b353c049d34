import { flowUidOf } from '../../chain/build-chain';
import { type Chain, type ChainMarket, type ChainProduct, type ChainSku } from '../../chain/types';
import { type Product, type ProductType } from './catalog-documents';
import { type Audited } from './collection';
import { SEEDED } from './seeded-audit';
import { staleCatalogue, type SeededCatalogue } from './stale-catalogue';
import { type TenantStore } from './tenant-store';

/**
 * How much of the chain's catalogue the tills have from the start:
 * - `seeded`: all of it, as Omnium has it today
 * - `stale`: an old state of it, with what has changed since still to come; an article and a category that Omnium has no
 *   more (`OLD-4711`, `outlet`), and ones that are the shops' own (`GIFTWRAP`, `counter`)
 * - `empty`: no brands, groups, categories, suppliers, products and prices; the empty price lists are there
 */
export const CATALOGUE_STATES = ['seeded', 'stale', 'empty'] as const;
export type CatalogueState = (typeof CATALOGUE_STATES)[number];

/** What a state of the tills' catalogue is made of; the same for all tenants. */
export function catalogueOf(chain: Chain, state: CatalogueState): SeededCatalogue {
  const { brands, categories, suppliers, products } = chain;
  const always = (): boolean => true;
  const all = { hasExternalId: always, hasPrice: always, isLinked: always };
  if (state === 'stale') return staleCatalogue(chain);
  if (state === 'empty') return { brands: [], categories: [], suppliers: [], products: [], ...all };
  return { brands, categories, suppliers, products, ...all };
}

/** What a tenant's products are made of. */
interface Seed {
  readonly catalogue: SeededCatalogue;
  readonly market: ChainMarket;
}

/** Fills a tenant with a catalogue's brands, groups, suppliers, products and prices. */
export function seedCatalogue(tenant: TenantStore, catalogue: SeededCatalogue, market: ChainMarket): void {
  const { hasExternalId } = catalogue;
  for (const { brandId, name } of catalogue.brands) {
    const externalId = hasExternalId('brand', brandId) ? brandId : null;
    tenant.brands.add({ brandUid: brandUidOf(brandId), name, externalId, ...SEEDED });
  }
  for (const { categoryId, name, parentId } of catalogue.categories) {
    const parentUid = parentId ?? null;
    const externalId = hasExternalId('category', categoryId) ? categoryId : null;
    tenant.productGroups.add({ productGroupUid: categoryId, name, parentUid, externalId, scope: 'SALE', ...SEEDED });
    tenant.categories.add({ categoryUid: categoryId, name, parentUid, externalId, ...SEEDED });
  }
  seedSuppliers(tenant, catalogue);
  for (const product of catalogue.products) seedProduct(tenant, product, { catalogue, market });
  linkPackages(tenant, catalogue);
}

/** What `stale` has beyond the chain: what Omnium has no more, and what it never had. */
export function seedLeftovers(tenant: TenantStore, market: ChainMarket): void {
  const [group] = tenant.productGroups.all();
  for (const [uid, name, externalId] of [
    ['outlet', 'Outlet', 'outlet'],
    ['counter', 'At the counter', null],
  ] as const) {
    const shared = { name, externalId, parentUid: group?.productGroupUid ?? null };
    tenant.productGroups.add({ ...shared, productGroupUid: uid, scope: 'SALE', ...SEEDED });
    tenant.categories.add({ ...shared, categoryUid: uid, ...SEEDED });
  }
  const shared = {
    productType: 'STOCK',
    productGroupUid: group?.productGroupUid ?? null,
    vatCodeUid: market.vatCodeUids.standard,
    allowPurchase: true,
    allowSale: 'YES',
    allowDelivery: 'YES',
  } as const satisfies Partial<Product>;
  for (const [sku, name, externalId] of [
    ['OLD-4711', 'Storm lantern (discontinued)', 'OLD-4711'],
    ['GIFTWRAP', 'Gift wrapping', null],
  ] as const) {
    const productUid = flowUidOf(sku);
    tenant.products.add({ ...shared, productUid, sku, name, externalId, optionProperties: [], ...SEEDED });
    const priceUid = `main-${productUid}`;
    tenant.prices.add({ priceUid, pricelistUid: 'main', productUid, price: 4_900, ...SEEDED });
  }
}

function seedSuppliers(tenant: TenantStore, { suppliers }: SeededCatalogue): void {
  for (const { supplierId, name, address, email, phone, vatNumber, currency, knownInTills } of suppliers) {
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

function seedProduct(tenant: TenantStore, product: ChainProduct, seed: Seed): void {
  const { catalogue, market } = seed;
  const documentOf = documentsOf(tenant, product, seed);
  let parentUid: string | undefined;
  if (product.kind === 'style') {
    parentUid = freeProductUid(tenant, product.productId);
    tenant.products.add(documentOf(parentUid));
  }
  for (const sku of product.skus) {
    const productUid = freeProductUid(tenant, sku.sku);
    tenant.products.add(documentOf(productUid, sku));
    if (catalogue.hasPrice(sku.sku)) seedPrices(tenant, productUid, { sku, market });
    if (parentUid && catalogue.isLinked(sku.sku)) {
      tenant.variants.add({ productVariantUid: `v-${productUid}`, parentUid, productUid, ...SEEDED });
    }
  }
}

/**
 * Gives the documents of a product: of an article, or without one of the style itself. Written out field by field, as
 * there are half a million of them. Articles share their lists, which are never changed in place.
 */
function documentsOf(tenant: TenantStore, product: ChainProduct, { catalogue, market }: Seed) {
  const { productId, kind, categoryId } = product;
  const description = product.description.replace(/<[^>]*>/g, '');
  const ownBrandUid = brandUidOf(product.brandId);
  const brandUid = tenant.brands.has(ownBrandUid) ? ownBrandUid : null;
  const categoryUids = [categoryId];
  const suppliers = knownSupplier(tenant, product.supplierId);
  return (productUid: string, sku?: ChainSku): Audited<Product> => {
    const price = sku?.prices[market.marketId];
    const id = sku?.sku ?? productId;
    return {
      productUid,
      name: sku?.name ?? product.name,
      // A style is no article: it has no SKU of its own (O-PRD).
      sku: sku?.sku ?? 'NoSku',
      externalId: catalogue.hasExternalId('product', id) ? id : null,
      productType: sku ? PRODUCT_TYPES[kind] : 'CONFIGURABLE',
      description,
      productGroupUid: categoryId,
      brandUid,
      categoryUids,
      gtins: sku?.ean ? [{ gtin: sku.ean, primary: true, type: 'EAN13' }] : [],
      vatCodeUid: market.vatCodeUids[product.vatClass],
      recommendedRetailPrice: price?.recommendedCents ?? null,
      purchasePrice: price?.costCents ?? null,
      allowPurchase: kind !== 'service',
      allowSale: 'YES',
      allowDelivery: 'YES',
      serialNoRequired: product.hasSerialNumbers ? 'ON_RECEIVE' : 'NO',
      suppliers,
      weight: sku?.weightKg === undefined ? null : Math.round(sku.weightKg * 1000),
      optionProperties: [],
      createdAt: SEEDED.createdAt,
      createdBy: SEEDED.createdBy,
      lastModifiedAt: SEEDED.lastModifiedAt,
      lastModifiedBy: SEEDED.lastModifiedBy,
    };
  };
}

function seedPrices(tenant: TenantStore, productUid: string, of: { sku: ChainSku; market: ChainMarket }): void {
  const { unitCents } = of.sku.prices[of.market.marketId];
  tenant.prices.add({ priceUid: `main-${productUid}`, pricelistUid: 'main', productUid, price: unitCents, ...SEEDED });
  // Businesses pay 8 % less, to the whole krone.
  const price = Math.max(Math.round((unitCents * 0.92) / 100) * 100, 0);
  tenant.prices.add({ priceUid: `b2b-${productUid}`, pricelistUid: 'b2b', productUid, price, ...SEEDED });
}

function linkPackages(tenant: TenantStore, { products }: SeededCatalogue): void {
  for (const product of products) {
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
