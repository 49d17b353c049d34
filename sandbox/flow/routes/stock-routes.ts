import { z } from 'zod';

import { type Actor, emitStockChange } from '../events';
import { hundredths, optionalCents, optionalText, optionalTimestamp, optionalUid, readBody, uid } from '../fields';
import { type FieldError, invalidField, notFound, refuseIfAny } from '../problem';
import { type Product } from '../store/catalog-documents';
import { SEEDED_AT, type StockRecord } from '../store/stock-ledger';
import { isStocked, type TenantStore } from '../store/tenant-store';
import { unknownReferences } from './references';
import {
  type Answer,
  type Call,
  type FlowRoute,
  lazyListAnswer,
  listAnswer,
  ok,
  type StoreCall,
  storeRoute,
  tenantRoute,
  tillRoute,
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
const levelFields = { quantityStock: hundredths, costPrice: optionalCents };
const stockLevel = z.strictObject({ ...levelFields, reason: optionalText });
const countBody = z.strictObject({
  warehouseUid: optionalUid,
  lines: z
    .array(z.strictObject({ sku: optionalText, productUid: optionalUid, ...levelFields }))
    .min(1, 'must hold at least one line'),
});

/**
 * Stock: levels by product, changes since a moment, levels of a warehouse, and setting one (§3.3). Beside the API, a
 * clerk counts what lies on the shelf.
 */
export function stockRoutes(): FlowRoute[] {
  return [
    tenantRoute('POST /products/stock', answerQuestion),
    storeRoute('POST /stock', listChanges),
    warehouseRoute('GET /stock', (call) =>
      lazyListAnswer(call, call.tenant.stockedProducts(), (product) =>
        recordDocument(call.tenant, call.tenant.stock.look(call.warehouse.warehouseUid, product.productUid)),
      ),
    ),
    warehouseRoute('GET /products/:productUid/stock', (call) => {
      const product = productOf(call);
      if (!hasRecord(call.tenant, call.warehouse.warehouseUid, product.productUid)) throw notFound('stock');
      return ok(recordDocument(call.tenant, call.tenant.stock.look(call.warehouse.warehouseUid, product.productUid)));
    }),
    warehouseRoute('PUT /products/:productUid/stock', setLevel),
    tillRoute('POST /count-stock', countStock),
  ];
}

/** In the manner `no-stock-record` a product of which there is and was nothing in a warehouse has none there. */
function hasRecord({ manners, stock }: TenantStore, warehouseUid: string, productUid: string): boolean {
  if (!manners.has('no-stock-record') || stock.isTouched(warehouseUid, productUid)) return true;
  const { quantityStock, quantityReserved } = stock.look(warehouseUid, productUid);
  return quantityStock !== 0 || quantityReserved !== 0;
}

function answerQuestion(call: Call): Answer {
  const { tenant, body } = call;
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
  return lazyListAnswer(call, productsOf(tenant, question), (product) => productStock(tenant, product, warehouseUids));
}

function productsOf(tenant: TenantStore, question: z.output<typeof stockQuestion>): Product[] {
  if (question.productUids) {
    return question.productUids.flatMap((productUid) => tenant.products.get(productUid) ?? []);
  }
  const errors: FieldError[] = [];
  const found = (question.productSkus ?? []).flatMap((sku, index) => {
    const products = tenant.products.find('sku', sku);
    if (products.length === 0) errors.push({ field: `productSkus[${index}]`, message: 'names nothing that exists' });
    return products;
  });
  refuseIfAny(errors);
  return found;
}

/** Stock of a product over some warehouses. */
function productStock(tenant: TenantStore, product: Product, warehouseUids: readonly string[]): object {
  const records = warehouseUids
    .filter((warehouseUid) => hasRecord(tenant, warehouseUid, product.productUid))
    .map((warehouseUid) => tenant.stock.look(warehouseUid, product.productUid));
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
  const render = (record: Readonly<StockRecord>): object => recordDocument(tenant, record);
  // Before the beginning of time everything has changed since.
  if (afterMs < Date.parse(SEEDED_AT)) {
    return lazyListAnswer(call, allPlaces(tenant, wanted), ([warehouseUid, productUid]) =>
      render(tenant.stock.look(warehouseUid, productUid)),
    );
  }
  // Oldest change first. What changes while somebody turns the pages moves to the end, and all behind it one place up.
  return listAnswer(call, tenant.stock.changedAfter(afterMs, wanted), render);
}

type Place = readonly [warehouseUid: string, productUid: string];

/** Every product in every warehouse: first those that nothing ever happened to, then by their last change. */
function allPlaces(tenant: TenantStore, warehouseUids: ReadonlySet<string>): Place[] {
  const { stock } = tenant;
  const places: Place[] = [];
  for (const warehouseUid of warehouseUids) {
    for (const { productUid } of tenant.stockedProducts()) {
      if (!stock.isTouched(warehouseUid, productUid)) places.push([warehouseUid, productUid]);
    }
  }
  const changes = stock.changedAfter(Date.parse(SEEDED_AT), warehouseUids);
  for (const { warehouseUid, productUid } of changes.page(0, changes.size, 'ASC')) {
    const product = tenant.products.get(productUid);
    if (product && isStocked(product)) places.push([warehouseUid, productUid]);
  }
  return places;
}

function setLevel(call: WarehouseCall): Answer {
  const { productUid } = stockedOr(productOf(call), 'productUid');
  const level = readBody(stockLevel, call.body);
  return ok(writeLevel(call, { warehouseUid: call.warehouse.warehouseUid, productUid }, level));
}

/** What a clerk counted is the level from now on. */
function countStock(call: StoreCall): Answer {
  const { tenant, store } = call;
  const { lines, warehouseUid = store.defaultWarehouseUid } = readBody(countBody, call.body);
  const own = new Set(tenant.warehouses.find('storeUid', store.storeUid).map((warehouse) => warehouse.warehouseUid));
  if (!warehouseUid || !own.has(warehouseUid)) throw invalidField('warehouseUid', 'is not a warehouse of the store');
  const counted = lines.map(({ sku, productUid, ...level }, index) => {
    const product = tenant.products.get(productUid ?? '') ?? tenant.products.find('sku', sku ?? '')[0];
    if (!product) throw invalidField(`lines[${index}].sku`, 'names no product');
    return { productUid: stockedOr(product, `lines[${index}].sku`).productUid, level };
  });
  return ok({
    items: counted.map(({ productUid, level }) => writeLevel(call, { warehouseUid, productUid }, level)),
  });
}

interface Level {
  readonly quantityStock: number;
  readonly costPrice?: number | null | undefined;
}

/** Sets a level, tells it, and gives the record. */
function writeLevel(actor: Actor, place: { warehouseUid: string; productUid: string }, level: Level): object {
  const { tenant } = actor;
  const record = tenant.stock.change({ ...place, now: tenant.now() }, (stock) => {
    stock.quantityStock = level.quantityStock;
    if (level.costPrice !== undefined) stock.costPrice = level.costPrice;
  });
  emitStockChange(actor, record.warehouseUid, record.productUid);
  return recordDocument(tenant, record);
}

function stockedOr(product: Product, field: string): Product {
  if (!isStocked(product)) throw invalidField(field, 'is not stock-controlled');
  return product;
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
