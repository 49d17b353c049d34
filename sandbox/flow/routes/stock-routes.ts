import { z } from 'zod';

import { emitStockChange } from '../events';
import { hundredths, optionalCents, optionalText, optionalTimestamp, readBody, uid } from '../fields';
import { invalidField, notFound, refuseIfAny } from '../problem';
import { type Product } from '../store/catalog-documents';
import { SEEDED_AT, type StockRecord } from '../store/stock-ledger';
import { type TenantStore } from '../store/tenant-store';
import { unknownReferences } from './references';
import {
  type Answer,
  type Call,
  type FlowRoute,
  listAnswer,
  ok,
  type StoreCall,
  storeRoute,
  tenantRoute,
  type WarehouseCall,
  warehouseRoute,
} from './route';

const uidList = z.array(uid).min(1, 'must hold at least one').optional();
const stockQuestion = z.strictObject({
  productUids: uidList,
  productSkus: z.array(z.string('must be a text')).min(1, 'must hold at least one').optional(),
  storeUids: uidList,
  warehouseUids: uidList,
});
const deltaQuestion = z.strictObject({ modifiedAfter: optionalTimestamp, warehouseUids: uidList });
const stockLevel = z.strictObject({ quantityStock: hundredths, costPrice: optionalCents, reason: optionalText });

/** Stock: levels by product, changes since a moment, levels of a warehouse, and setting one (§3.3). */
export function stockRoutes(): FlowRoute[] {
  return [
    tenantRoute('POST /products/stock', (call) => listAnswer(call, answerQuestion(call))),
    storeRoute('POST /stock', listChanges),
    warehouseRoute('GET /stock', (call) =>
      listAnswer(call, stockedProducts(call.tenant), (product) =>
        recordDocument(call.tenant, call.tenant.stock.look(call.warehouse.warehouseUid, product.productUid)),
      ),
    ),
    warehouseRoute('GET /products/:productUid/stock', (call) => {
      const product = productOf(call);
      return ok(recordDocument(call.tenant, call.tenant.stock.look(call.warehouse.warehouseUid, product.productUid)));
    }),
    warehouseRoute('PUT /products/:productUid/stock', setLevel),
  ];
}

function answerQuestion({ tenant, body }: Call): object[] {
  const question = readBody(stockQuestion, body);
  refuseUnlessOne(question, ['productUids', 'productSkus']);
  refuseUnlessOne(question, ['storeUids', 'warehouseUids']);
  refuseIfAny([
    ...unknownReferences('productUids', question.productUids, { known: tenant.products }),
    ...unknownReferences('storeUids', question.storeUids, { known: tenant.stores }),
    ...unknownReferences('warehouseUids', question.warehouseUids, { known: tenant.warehouses }),
  ]);
  const warehouseUids =
    question.warehouseUids ??
    (question.storeUids ?? []).flatMap((storeUid) =>
      tenant.warehouses.find('storeUid', storeUid).map(({ warehouseUid }) => warehouseUid),
    );
  return productsOf(tenant, question).map((product) => productStock(tenant, product, warehouseUids));
}

function productsOf(tenant: TenantStore, question: z.output<typeof stockQuestion>): Product[] {
  if (question.productUids) {
    return question.productUids.flatMap((productUid) => tenant.products.get(productUid) ?? []);
  }
  return (question.productSkus ?? []).flatMap((sku, index) => {
    const products = tenant.products.find('sku', sku);
    if (products.length === 0) throw invalidField(`productSkus[${index}]`, 'names nothing that exists');
    return products;
  });
}

/** Stock of a product over some warehouses. */
export function productStock(tenant: TenantStore, product: Product, warehouseUids: readonly string[]): object {
  const records = warehouseUids.map((warehouseUid) => tenant.stock.look(warehouseUid, product.productUid));
  return {
    productUid: product.productUid,
    productName: product.name,
    productSku: product.sku,
    totalQuantityReserved: records.reduce((sum, record) => sum + record.quantityReserved, 0),
    totalQuantityStock: records.reduce((sum, record) => sum + record.quantityStock, 0),
    warehouseStockDetails: records.map((record) => {
      const warehouse = tenant.warehouses.get(record.warehouseUid);
      const { locationLabel, maxStockLevel, minStockLevel, quantityReserved, quantityStock, warehouseUid } = record;
      return {
        locationLabel,
        maxStockLevel,
        minStockLevel,
        quantityReserved,
        quantityStock,
        storeUid: warehouse?.storeUid ?? null,
        storeName: tenant.stores.get(warehouse?.storeUid ?? '')?.name ?? null,
        warehouseUid,
        warehouseName: warehouse?.name ?? null,
      };
    }),
  };
}

/** Uids of the warehouses a store may use in a way. */
export function warehousesFor(tenant: TenantStore, storeUid: string, role: string): Set<string> {
  const access = tenant.warehouseAccess.find('storeUid', storeUid).filter((entry) => entry.role === role);
  return new Set(access.map(({ warehouseUid }) => warehouseUid));
}

function listChanges(call: StoreCall): Answer {
  const { tenant, store } = call;
  const { modifiedAfter, warehouseUids } = readBody(deltaQuestion, call.body);
  const visible = warehousesFor(tenant, store.storeUid, 'VIEW');
  refuseIfAny(unknownReferences('warehouseUids', warehouseUids, { known: visible }));
  const wanted = warehouseUids ? new Set(warehouseUids) : visible;
  const afterMs = modifiedAfter ? Date.parse(modifiedAfter) : 0;
  // Before the beginning of time everything has changed since.
  const records =
    afterMs < Date.parse(SEEDED_AT) ? allRecords(tenant, wanted) : tenant.stock.changedAfter(afterMs, wanted);
  return listAnswer(call, records, (record) => recordDocument(tenant, record));
}

function* allRecords(tenant: TenantStore, warehouseUids: ReadonlySet<string>): IterableIterator<Readonly<StockRecord>> {
  for (const warehouseUid of warehouseUids) {
    for (const product of stockedProducts(tenant)) yield tenant.stock.look(warehouseUid, product.productUid);
  }
}

function* stockedProducts(tenant: TenantStore): IterableIterator<Product> {
  for (const product of tenant.products.all()) {
    if ((product.productType ?? 'STOCK') === 'STOCK') yield product;
  }
}

function setLevel(call: WarehouseCall): Answer {
  const { tenant, warehouse } = call;
  const product = productOf(call);
  const { quantityStock, costPrice } = readBody(stockLevel, call.body);
  if ((product.productType ?? 'STOCK') !== 'STOCK') throw invalidField('productUid', 'is not stock-controlled');
  const place = { warehouseUid: warehouse.warehouseUid, productUid: product.productUid, now: tenant.now() };
  const record = tenant.stock.change(place, (stock) => {
    stock.quantityStock = quantityStock;
    if (costPrice !== undefined) stock.costPrice = costPrice;
  });
  emitStockChange(call, record.warehouseUid, record.productUid);
  return ok(recordDocument(tenant, record));
}

function productOf({ tenant, param }: Call): Product {
  const product = tenant.products.get(param('productUid'));
  if (!product) throw notFound('product');
  return product;
}

function recordDocument(tenant: TenantStore, record: Readonly<StockRecord>): object {
  const product = tenant.products.get(record.productUid);
  const warehouse = tenant.warehouses.get(record.warehouseUid);
  return {
    productUid: record.productUid,
    productName: product?.name ?? null,
    productSku: product?.sku ?? null,
    storeUid: warehouse?.storeUid ?? null,
    warehouseUid: record.warehouseUid,
    warehouseName: warehouse?.name ?? null,
    quantityStock: record.quantityStock,
    quantityReserved: record.quantityReserved,
    minStockLevel: record.minStockLevel,
    maxStockLevel: record.maxStockLevel,
    locationLabel: record.locationLabel,
    costPrice: record.costPrice,
    lastModifiedAt: record.lastModifiedAt,
  };
}

function refuseUnlessOne(question: Readonly<Record<string, unknown>>, pair: readonly [string, string]): void {
  const [first, second] = pair;
  if (question[first] !== undefined && question[second] !== undefined) {
    throw invalidField(second, `cannot stand beside ${first}`);
  }
  if (question[first] === undefined && question[second] === undefined) {
    throw invalidField(first, `is missing: ${first} or ${second} is needed`);
  }
}
