import { z } from 'zod';

import { type Actor, referenceTo } from '../events';
import { optionalFlag, optionalText, readBody } from '../fields';
import { priceFor } from '../orders/prices';
import { conflict, type FieldError, notFound } from '../problem';
import { type Product, productCreate, productFields } from '../store/catalog-documents';
import { type Audited } from '../store/collection';
import { optionKey, type TenantStore } from '../store/tenant-store';
import { contains, crudRoutes } from './crud';
import { unknownReference, unknownReferences } from './references';
import {
  type Answer,
  type Call,
  type FlowRoute,
  listAnswer,
  ok,
  type StoreCall,
  storeRoute,
  tenantRoute,
} from './route';
import { warehousesFor } from './stock-routes';

const productUpdate = productFields.partial();
const productSearch = z.strictObject({ exactMatch: optionalFlag, query: optionalText, sku: optionalText });

/** Products themselves (§3.4); their parts have routes of their own. */
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
      refuseDelete: refuseWhileNeeded,
      afterDelete: removeParts,
      tells: { kind: 'product', actions: ['PRODUCT_CREATE', 'PRODUCT_UPDATE', 'PRODUCT_DELETE'] },
    }),
    storeRoute('GET /products/:productUid', storeView),
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

/** A product as it is answered, with the names of what it refers to. */
export function productDocument(tenant: TenantStore, product: Audited<Product>): object {
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
    optionProperties: product.optionProperties.map((value) => {
      const { propertyUid, propertyOptionUid } = value;
      const property = tenant.properties.get(propertyUid);
      const option = propertyOptionUid
        ? tenant.propertyOptions.get(optionKey(propertyUid, propertyOptionUid))
        : undefined;
      return {
        ...value,
        propertyName: property?.propertyName ?? null,
        propertyType: property?.type ?? null,
        propertyOptionName: option?.propertyOptionName ?? null,
      };
    }),
  };
}

type ProductBody = z.output<typeof productCreate | typeof productUpdate>;

function checkProduct(tenant: TenantStore, body: ProductBody, uid: string): FieldError[] {
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
    ...typeErrors(tenant, body.productType, uid),
  ];
  const vatCode = tenant.vatCode(body.vatCodeUid ?? '');
  if (body.vatCodeUid && vatCode?.countryCode !== tenant.market.countryCode) {
    errors.push({ field: 'vatCodeUid', message: "names no VAT code of the tenant's country" });
  }
  const product = { ...tenant.products.get(uid), ...body };
  for (const field of ['allowSale', 'allowDelivery'] as const) {
    if (product[field] === 'NOT_BEFORE_DATE' && !product[`${field}Date`]) {
      errors.push({ field: `${field}Date`, message: 'is missing' });
    }
  }
  return errors;
}

/** What a product has decides what it can become. */
function typeErrors(tenant: TenantStore, productType: Product['productType'], uid: string): FieldError[] {
  if (!productType) return [];
  const field = 'productType';
  if (productType !== 'CONFIGURABLE' && tenant.variants.count('parentUid', uid) > 0) {
    return [{ field, message: 'must be CONFIGURABLE as long as the product has variants' }];
  }
  if (productType !== 'PACKAGE' && tenant.packageSlots.count('productUid', uid) > 0) {
    return [{ field, message: 'must be PACKAGE as long as the product has slots' }];
  }
  if (productType === 'CONFIGURABLE' && tenant.variants.count('productUid', uid) > 0) {
    return [{ field, message: 'must not be CONFIGURABLE: the product is a variant itself' }];
  }
  return [];
}

/** Which of the states of an order are its last. */
const FINAL_STATES: ReadonlySet<string> = new Set(['COMPLETE', 'CANCELLED']);

/** @throws FlowProblem 409 when there is stock of it, or an open order or a package has it (assumed) */
function refuseWhileNeeded(tenant: TenantStore, { productUid }: Product): void {
  for (const { warehouseUid } of tenant.warehouses.all()) {
    const { quantityStock, quantityReserved } = tenant.stock.look(warehouseUid, productUid);
    if (quantityStock !== 0 || quantityReserved !== 0) {
      throw conflict('PRODUCT_HAS_STOCK', 'The product has stock.');
    }
  }
  const has = ({ items }: { items: readonly { productUid: string }[] }): boolean =>
    items.some((item) => item.productUid === productUid);
  for (const order of tenant.orders.all()) {
    if (!FINAL_STATES.has(order.orderState) && has(order)) {
      throw conflict('PRODUCT_HAS_OPEN_ORDERS', 'The product is on an open order.');
    }
  }
  for (const slot of tenant.packageSlots.all()) {
    if (has({ items: slot.components })) throw conflict('PRODUCT_IN_PACKAGE', 'The product is part of a package.');
  }
}

/** Removes what belongs to a product that is gone. */
export function removeParts(tenant: TenantStore, productUid: string): void {
  tenant.prices.removeProduct(productUid);
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
