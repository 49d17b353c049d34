import { type Audited } from '../store/collection';
import { type Product } from '../store/catalog-documents';
import { type TenantStore } from '../store/tenant-store';
import { notFound } from '../problem';
import { referenceTo, referenceToUser } from '../events';
import { productDocument, removeParts } from './product-routes';
import { type Answer, type Call, flowItselfRoute, type FlowRoute, noContent, ok, queryList } from './route';

/** Documents of the catalogue, kind by kind, as lines. */
const KINDS: Readonly<Record<string, (tenant: TenantStore) => Iterable<object>>> = {
  products: (tenant) => productLines(tenant, tenant.products.all()),
  brands: (tenant) => tenant.brands.all(),
  suppliers: (tenant) => tenant.suppliers.all(),
  'product-groups': (tenant) => tenant.productGroups.all(),
  categories: (tenant) => tenant.categories.all(),
  properties: propertyLines,
  pricelists: pricelistLines,
};

/**
 * What is in the tills, for whoever compares it, below `/_sim/tenants/{tenantUid}/catalogue`: whole kinds as one
 * document per line (`application/x-ndjson`), however many there are, in the order they were made.
 */
export function catalogueRoutes(): FlowRoute[] {
  return [
    flowItselfRoute('GET /catalogue', ({ tenant }) => ok(catalogueSizes(tenant))),
    // One list, or all of them one after the other.
    flowItselfRoute('GET /catalogue/prices', ({ tenant }) => lines(allPrices(tenant))),
    flowItselfRoute('GET /catalogue/prices/:pricelistUid', ({ tenant, param }) => {
      const pricelistUid = param('pricelistUid');
      if (!tenant.pricelists.has(pricelistUid)) throw notFound('price list');
      return lines(tenant.prices.each(pricelistUid));
    }),
    flowItselfRoute('GET /catalogue/:kind', (call) => {
      const of = KINDS[call.param('kind')];
      if (!of) throw notFound('kind of document');
      const productUids = queryList(call, 'productUid');
      if (call.param('kind') !== 'products' || productUids.length === 0) return lines(of(call.tenant));
      return lines(
        productLines(
          call.tenant,
          productUids.flatMap((uid) => call.tenant.products.get(uid) ?? []),
        ),
      );
    }),
    flowItselfRoute('POST /products/:productUid/remove', removeProduct),
  ];
}

function lines(documents: Iterable<object>): Answer {
  return { status: 200, lines: documents };
}

function catalogueSizes(tenant: TenantStore): object {
  return {
    products: tenant.products.size,
    variants: tenant.variants.size,
    media: tenant.media.size,
    packageSlots: tenant.packageSlots.size,
    brands: tenant.brands.size,
    suppliers: tenant.suppliers.size,
    productGroups: tenant.productGroups.size,
    categories: tenant.categories.size,
    properties: tenant.properties.size,
    propertyOptions: tenant.propertyOptions.size,
    prices: tenant.prices.size,
    pricelists: [...pricelistLines(tenant)],
  };
}

/** Products as the API answers them, with everything that the API keeps beside them. */
function* productLines(tenant: TenantStore, products: Iterable<Audited<Product>>): Generator<object> {
  for (const product of products) {
    const { productUid } = product;
    yield {
      ...productDocument(tenant, product),
      parentUid: tenant.variants.find('productUid', productUid)[0]?.parentUid ?? null,
      variants: tenant.variants
        .find('parentUid', productUid)
        .map((variant) => ({ productVariantUid: variant.productVariantUid, productUid: variant.productUid })),
      media: tenant.media.find('productUid', productUid),
      packageSlots: tenant.packageSlots.find('productUid', productUid),
    };
  }
}

function* propertyLines(tenant: TenantStore): Generator<object> {
  for (const property of tenant.properties.all()) {
    yield { ...property, options: tenant.propertyOptions.find('propertyUid', property.propertyUid) };
  }
}

function* pricelistLines(tenant: TenantStore): Generator<object> {
  for (const pricelist of tenant.pricelists.all()) {
    yield { ...pricelist, priceCount: tenant.prices.countIn(pricelist.pricelistUid) };
  }
}

function* allPrices(tenant: TenantStore): Generator<object> {
  for (const { pricelistUid } of tenant.pricelists.all()) yield* tenant.prices.each(pricelistUid);
}

/** Somebody clears out an article by hand, with its stock and whatever else would keep the API from deleting it. */
function removeProduct(call: Call): Answer {
  const { tenant, events, param } = call;
  const productUid = param('productUid');
  if (!tenant.products.has(productUid)) throw notFound('product');
  const about = { product: referenceTo(tenant.products, productUid), tenantUser: referenceToUser(call) };
  events.emit(tenant, 'PRODUCT_DELETE', about);
  for (const { warehouseUid } of tenant.warehouses.all()) {
    if (!tenant.stock.isTouched(warehouseUid, productUid)) continue;
    tenant.stock.change({ warehouseUid, productUid, now: tenant.now() }, (record) => {
      record.quantityStock = 0;
      record.quantityReserved = 0;
    });
  }
  tenant.products.remove(productUid);
  removeParts(tenant, productUid);
  return noContent;
}
