import { z } from 'zod';

import { type Actor, referenceTo } from '../events';
import { optionalFlag, optionalText, readBody } from '../fields';
import { priceFor } from '../orders/prices';
import { duplicateUid, type FieldError, notFound, refuseIfAny } from '../problem';
import {
  type OptionProperty,
  optionPropertyCreate,
  type Product,
  productCreate,
  productFields,
  variantCreate,
} from '../store/catalog-documents';
import { type Audited } from '../store/collection';
import { type TenantStore } from '../store/tenant-store';
import { contains, crudRoutes } from './crud';
import { unknownReference, unknownReferences } from './references';
import {
  type Answer,
  type Call,
  created,
  type FlowRoute,
  listAnswer,
  noContent,
  ok,
  type StoreCall,
  storeRoute,
  tenantRoute,
} from './route';
import { warehousesFor } from './stock-routes';

const productUpdate = productFields.partial();
const productSearch = z.strictObject({ exactMatch: optionalFlag, query: optionalText, sku: optionalText });

/** Products, their variants and property values (§3.4). Media and packages: package-routes. */
export function productRoutes(): FlowRoute[] {
  return [
    tenantRoute('POST /products/search', searchProducts),
    ...crudRoutes({
      entity: 'product',
      path: '/products',
      uidField: 'productUid',
      collection: (tenant) => tenant.products,
      create: productCreate,
      update: productUpdate,
      createStatus: 201,
      deletable: true,
      uidOf: (doc) => doc.productUid,
      build: (body, tenant): Product => ({
        productType: 'STOCK',
        allowPurchase: true,
        allowSale: 'YES',
        allowDelivery: 'YES',
        ...body,
        productUid: body.productUid ?? tenant.newUid(),
        optionProperties: [],
      }),
      check: checkProduct,
      filters: { productExternalId: { index: 'externalId' }, productSku: { index: 'sku' } },
      render: (doc, tenant) => productDocument(tenant, doc),
      afterDelete: removeParts,
      tells: { kind: 'product', actions: ['PRODUCT_CREATE', 'PRODUCT_UPDATE', 'PRODUCT_DELETE'] },
    }),
    storeRoute('GET /products/:productUid', storeView),
    ...variantRoutes(),
    ...propertyValueRoutes(),
  ];
}

/** The product of a path. @throws FlowProblem 404 */
export function productOf({ tenant, param }: Call): Audited<Product> {
  const product = tenant.products.get(param('productUid'));
  if (!product) throw notFound('product');
  return product;
}

/** Tells the webhooks that something about a product has changed. */
export function touchProduct({ tenant, events }: Actor, product: Audited<Product>): void {
  tenant.touch(tenant.products, product);
  events.emit(tenant, 'PRODUCT_UPDATE', { product: referenceTo(tenant.products, product.productUid) });
}

function variantRoutes(): FlowRoute[] {
  return [
    // Of a parent its variants, of a variant its siblings and itself.
    tenantRoute('GET /products/:productUid/variants', (call) => {
      const { tenant } = call;
      const { productUid } = productOf(call);
      const parentUid = tenant.variants.find('productUid', productUid)[0]?.parentUid ?? productUid;
      return listAnswer(call, tenant.variants.find('parentUid', parentUid), (variant) => {
        const product = tenant.products.get(variant.productUid);
        const { productVariantUid } = variant;
        return { ...(product ? productDocument(tenant, product) : {}), productVariantUid };
      });
    }),
    tenantRoute('POST /products/:productUid/variants', (call) => {
      const { tenant } = call;
      const parent = productOf(call);
      const body = readBody(variantCreate, call.body);
      refuseIfAny(unknownReference('productUid', body.productUid, tenant.products));
      const productVariantUid = body.productVariantUid ?? tenant.newUid();
      if (tenant.variants.has(productVariantUid)) throw duplicateUid('variant', 'productVariantUid');
      const { productUid } = body;
      tenant.variants.add({ productVariantUid, parentUid: parent.productUid, productUid, ...tenant.audit() });
      touchProduct(call, parent);
      return created({ productVariantUid, productUid, parentProductUid: parent.productUid });
    }),
    tenantRoute('DELETE /products/:productUid/variants/:uid', (call) => {
      const variant = call.tenant.variants.get(call.param('uid'));
      if (!variant) throw notFound('variant');
      call.tenant.variants.remove(variant.productVariantUid);
      return noContent;
    }),
  ];
}

function propertyValueRoutes(): FlowRoute[] {
  return [
    tenantRoute('POST /products/:productUid/properties', (call) => {
      const product = productOf(call);
      const body = readBody(optionPropertyCreate, call.body);
      refuseIfAny(unknownReference('propertyUid', body.propertyUid, call.tenant.properties));
      const value: OptionProperty = { ...body, productPropertyUid: body.productPropertyUid ?? call.tenant.newUid() };
      const at = product.optionProperties.findIndex(({ propertyUid }) => propertyUid === body.propertyUid);
      if (at >= 0) product.optionProperties[at] = value;
      else product.optionProperties.push(value);
      touchProduct(call, product);
      return created(value);
    }),
    tenantRoute('DELETE /products/:productUid/properties/:uid', (call) => {
      const product = productOf(call);
      const uid = call.param('uid');
      const at = product.optionProperties.findIndex(({ productPropertyUid }) => productPropertyUid === uid);
      if (at < 0) throw notFound('product property');
      product.optionProperties.splice(at, 1);
      touchProduct(call, product);
      return noContent;
    }),
  ];
}

function searchProducts(call: Call): Answer {
  const { query, sku, exactMatch } = readBody(productSearch, call.body);
  const { products } = call.tenant;
  if (sku) return listAnswer(call, products.find('sku', sku), (product) => productDocument(call.tenant, product));
  const text = query ?? '';
  const found = exactMatch
    ? [...new Set([...products.find('sku', text), ...products.find('externalId', text)])]
    : [...products.all()].filter((product) => contains(product.name, text) || contains(product.sku, text));
  return listAnswer(call, found, (product) => productDocument(call.tenant, product));
}

function storeView(call: StoreCall): Answer {
  const { tenant, store } = call;
  const product = productOf(call);
  const price = priceFor(tenant, { storeUid: store.storeUid, customerUid: null, product });
  const records = [...warehousesFor(tenant, store.storeUid, 'VIEW')].map((warehouseUid) =>
    tenant.stock.look(warehouseUid, product.productUid),
  );
  const costPrice = product.purchasePrice ?? null;
  return ok({
    ...productDocument(tenant, product),
    storeProductDetails: {
      costPrice,
      price,
      campaignPrice: null,
      campaignName: null,
      quantityReserved: records.reduce((sum, record) => sum + record.quantityReserved, 0),
      quantityStock: records.reduce((sum, record) => sum + record.quantityStock, 0),
      quantityOrdered: 0,
    },
  });
}

function productDocument(tenant: TenantStore, product: Audited<Product>): object {
  const path: { productGroupUid: string; name: string }[] = [];
  let group = tenant.productGroups.get(product.productGroupUid ?? '');
  while (group && path.length < 20) {
    path.unshift({ productGroupUid: group.productGroupUid, name: group.name });
    group = tenant.productGroups.get(group.parentUid ?? '');
  }
  const suppliers = (product.suppliers ?? []).map(({ supplierUid }) => ({
    supplierUid,
    name: tenant.suppliers.get(supplierUid)?.name ?? null,
  }));
  return {
    ...product,
    brandName: tenant.brands.get(product.brandUid ?? '')?.name ?? null,
    productGroupPath: path,
    suppliers,
  };
}

function checkProduct(tenant: TenantStore, body: z.output<typeof productCreate | typeof productUpdate>): FieldError[] {
  const errors = [
    ...unknownReference('productGroupUid', body.productGroupUid, tenant.productGroups),
    ...unknownReference('brandUid', body.brandUid, tenant.brands),
    ...unknownReferences('categoryUids', body.categoryUids, { known: tenant.categories }),
    ...unknownReferences(
      'suppliers',
      body.suppliers?.map(({ supplierUid }) => supplierUid),
      { known: tenant.suppliers, member: 'supplierUid' },
    ),
    ...unknownReferences('requiredVariantPropertyUids', body.requiredVariantPropertyUids, {
      known: tenant.properties,
    }),
  ];
  const vatCode = tenant.vatCode(body.vatCodeUid ?? '');
  if (body.vatCodeUid && vatCode?.countryCode !== tenant.market.countryCode) {
    errors.push({ field: 'vatCodeUid', message: "names no VAT code of the tenant's country" });
  }
  return errors;
}

function removeParts(tenant: TenantStore, productUid: string): void {
  for (const media of tenant.media.find('productUid', productUid)) tenant.media.remove(media.productMediaUid);
  for (const slot of tenant.packageSlots.find('productUid', productUid)) {
    tenant.packageSlots.remove(slot.productPackageSlotUid);
  }
  for (const variant of [
    ...tenant.variants.find('productUid', productUid),
    ...tenant.variants.find('parentUid', productUid),
  ]) {
    tenant.variants.remove(variant.productVariantUid);
  }
}
