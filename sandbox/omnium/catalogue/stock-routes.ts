import { type Router } from 'express';

import { type Price } from '../documents';
import { causeOf, sendDocuments } from '../http';
import { invalidField, notFound } from '../problem';
import { queryFlag, queryValues } from '../state/paging';
import { model, readBody, readList } from '../wire/schema';
import { type World } from '../world';
import { type InventoryFilter, type InventoryInput, type InventoryItem } from './inventory-book';

interface PriceSearch {
  readonly productCodes?: readonly string[];
  readonly marketId?: string;
  readonly lastModified?: string;
  readonly scrollSize?: number;
}

interface TransactionSearch {
  readonly skuId?: string;
  readonly warehouseCodes?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly userId?: string;
  readonly take?: number;
  readonly page?: number;
}

const inventorySearchModel = model<InventoryFilter>('InventorySearchRequest');
const itemModel = model<InventoryInput>('InventoryItem');
const transactionSearchModel = model<TransactionSearch>('InventoryTransactionSearchRequest');
const priceSearchModel = model<PriceSearch>('PriceSearchRequest');

/** Searches of stock and prices that name nothing are refused (contract §6.1, §9.2). */
const requireParameter = (search: object): void => {
  if (Object.values(search).filter((value) => value !== false && value !== undefined).length === 0) {
    throw invalidField('body', 'must name at least one parameter');
  }
};

const addInventory = (router: Router, world: World): void => {
  const first = world.settings.scrollBatchSize ?? 1000;
  const next = world.settings.scrollBatchSize ?? 2000;
  router.post('/api/Inventory/Search', (req, res) => {
    const search = readBody(inventorySearchModel, req.body ?? {});
    requireParameter(search);
    const hits = world.inventory.search(search);
    if (hits.length <= first) {
      sendDocuments(res, hits, { totalHits: hits.length });
      return;
    }
    const { result, ...rest } = world.scrolls.start('inventory', hits, { first, next });
    sendDocuments(res, result as InventoryItem[], rest);
  });
  router.get('/api/Inventory/Scroll/:id', (req, res) => {
    const { result, ...rest } = world.scrolls.next('inventory', req.params.id);
    sendDocuments(res, result as InventoryItem[], rest);
  });
  router.put('/api/Inventory/UpdateMany', (req, res) => {
    const cause = causeOf(req, res);
    const overwriteReserved = queryFlag(req, 'isReservedInventoryOverwritten') === true;
    const inputs = readList(itemModel, req.body, 1000);
    const changed = world.inventory.update(inputs, { userId: cause.userId, overwriteReserved });
    for (const { sku, warehouseCode } of changed) {
      world.events.raise(
        'updateManyInventory',
        { className: 'Inventory', objectId: sku, storeId: warehouseCode },
        cause,
      );
    }
    if (changed.length > 0) {
      world.context.markDirty();
    }
    res.status(200).end();
  });
  router.post('/api/Inventory/SearchTransactions', (req, res) => {
    const { take = 100, page = 1, ...search } = readBody(transactionSearchModel, req.body ?? {});
    if (take < 1 || take > 1000 || page < 1) {
      throw invalidField(page < 1 ? 'page' : 'take', 'is out of range');
    }
    const hits = world.inventory
      .transactions()
      .filter(
        (each) =>
          (search.skuId === undefined || each.variant === search.skuId) &&
          (search.userId === undefined || each.userId === search.userId) &&
          (search.from === undefined || each.transactionDate >= search.from) &&
          (search.to === undefined || each.transactionDate <= search.to) &&
          (search.warehouseCodes === undefined || search.warehouseCodes.includes(each.warehouseCode)),
      );
    sendDocuments(res, hits.slice((page - 1) * take, page * take), { totalHits: hits.length });
  });
  router.get('/api/Inventory/:id', (req, res) => {
    const items = world.inventory.ofSku(req.params.id, queryValues(req, 'warehouseIds'));
    sendDocuments(res, items, { totalHits: items.length });
  });
};

const addPrices = (router: Router, world: World): void => {
  const batch = world.settings.scrollBatchSize ?? 1000;
  router.post('/api/Prices/Search', (req, res) => {
    const search = readBody(priceSearchModel, req.body ?? {});
    requireParameter(search);
    const size = search.scrollSize ?? batch;
    if (size < 1 || size > 20_000) {
      throw invalidField('scrollSize', 'must be from 1 to 20000');
    }
    const skus = search.productCodes ?? [...world.directory.skus()];
    const hits = skus
      .flatMap((sku): Price[] => [...(world.directory.product(sku)?.prices.values() ?? [])])
      .filter(
        ({ marketId, modified = '' }) =>
          (search.marketId === undefined || marketId === search.marketId) &&
          (search.lastModified === undefined || modified > search.lastModified),
      );
    if (hits.length <= size) {
      res.json({ result: hits, totalHits: hits.length });
      return;
    }
    res.json(world.scrolls.start('prices', hits, { first: size, next: size }));
  });
  router.get('/api/Prices/Scroll/:id', (req, res) => {
    res.json(world.scrolls.next('prices', req.params.id));
  });
};

const addSuppliers = (router: Router, world: World): void => {
  router.get('/api/Suppliers/:supplierId', (req, res) => {
    const supplier = world.suppliers.get(req.params.supplierId);
    if (supplier === undefined) {
      throw notFound('The supplier');
    }
    res.json(supplier);
  });
};

/** Stock, prices and suppliers (contract §6, §7.1, §9.2). */
export const addStockRoutes = (router: Router, world: World): void => {
  addInventory(router, world);
  addPrices(router, world);
  addSuppliers(router, world);
};
