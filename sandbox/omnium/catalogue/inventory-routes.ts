import { type Request, type Response, type Router } from 'express';

import { type OperationName } from '../events/operations';
import { causeOf, sendDocuments } from '../http';
import { type FieldIssue, invalidField, invalidFields } from '../problem';
import { queryFlag, queryValues, searchRange } from '../state/paging';
import { type JsonObject, model, readBody, readList } from '../wire/schema';
import { type World } from '../world';
import { type InventoryFilter, type InventoryInput, type InventoryItem, type LevelWrite } from './inventory-documents';
import { type TransactionSearch } from './transaction-book';

/** One change by a quantity (InventoryUpdate). */
interface InventoryUpdate extends JsonObject {
  readonly skuId?: string;
  readonly warehouseCode?: string;
  readonly inventoryChange?: number;
  readonly adjustReservedInventory?: boolean;
  readonly orderId?: string;
  readonly reason?: string;
}

const searchModel = model<InventoryFilter>('InventorySearchRequest');
const itemModel = model<InventoryInput>('InventoryItem');
const updateModel = model<InventoryUpdate>('InventoryUpdate');
const transactionSearchModel = model<TransactionSearch & { take?: number; page?: number }>(
  'InventoryTransactionSearchRequest',
);
const batchLimit = 1000;

/** Searches of stock and prices that name nothing are refused (contract §6.1, §9.2). @throws OmniumProblem 400. */
export const requireParameter = (search: object): void => {
  const named = Object.values(search).filter((value) => value !== false && value !== undefined);
  if (named.every((value) => Array.isArray(value) && value.length === 0)) {
    throw invalidField('body', 'must name at least one parameter');
  }
};

/** Stock items are many and read once each: their text is not kept. */
const sendItems = (res: Response, batch: { result: unknown[]; totalHits: number; scrollId?: string }): void => {
  res.json(batch);
};

const raiseFor = (
  world: World,
  items: readonly InventoryItem[],
  told: { name: OperationName; req: Request; res: Response },
): void => {
  const cause = causeOf(told.req, told.res);
  for (const { sku, warehouseCode } of items) {
    world.events.raise(told.name, { className: 'Inventory', objectId: sku, storeId: warehouseCode }, cause);
  }
  if (items.length > 0) {
    world.context.markDirty();
  }
};

const addReads = (router: Router, world: World): void => {
  const first = world.settings.scrollBatchSize ?? 1000;
  const next = world.settings.scrollBatchSize ?? 2000;
  router.post('/api/Inventory/Search', (req, res) => {
    const search = readBody(searchModel, req.body ?? {});
    requireParameter({ ...search, isBatchesExcluded: undefined });
    const hits = world.inventory.search(search);
    sendItems(
      res,
      hits.length <= first
        ? { result: hits, totalHits: hits.length }
        : world.scrolls.start('inventory', hits, { first, next }),
    );
  });
  router.get('/api/Inventory/Scroll/:id', (req, res) => {
    sendItems(res, world.scrolls.next('inventory', req.params.id));
  });
  router.post('/api/Inventory/SearchTransactions', (req, res) => {
    const { take, page, ...search } = readBody(transactionSearchModel, req.body ?? {});
    // Counts its pages from 1, unlike other searches (contract §2).
    const paging = { ...(take === undefined ? {} : { take }), ...(page === undefined ? {} : { page }) };
    const [from, to] = searchRange(paging, 1);
    const hits = world.inventory.transactions.search(search);
    sendDocuments(res, hits.slice(from, to), { totalHits: hits.length });
  });
  router.get('/api/Inventory/:id', (req, res) => {
    const items = world.inventory.ofSku(req.params.id, queryValues(req, 'warehouseIds'));
    sendItems(res, { result: items, totalHits: items.length });
  });
};

const addLevels = (router: Router, world: World): void => {
  const write = (req: Request, res: Response, given: Partial<LevelWrite> & { items: InventoryInput[] }): void => {
    const { items, mode = 'upsert', overwriteReserved = mode === 'replace' } = given;
    const { userId } = causeOf(req, res);
    const changed = world.inventory.write(items, { userId, mode, overwriteReserved });
    raiseFor(world, changed, { name: mode === 'upsert' ? 'updateManyInventory' : 'addManyInventory', req, res });
    res.status(200).end();
  };
  router.put('/api/Inventory/UpdateMany', (req, res) => {
    const overwriteReserved = queryFlag(req, 'isReservedInventoryOverwritten') === true;
    write(req, res, { items: readList(itemModel, req.body, batchLimit), overwriteReserved });
  });
  router.put('/api/Inventory/Update', (req, res) => {
    write(req, res, { items: [readBody(itemModel, req.body)] });
  });
  router.post('/api/Inventory', (req, res) => {
    write(req, res, { items: [readBody(itemModel, req.body)], mode: 'replace' });
  });
  router.post('/api/Inventory/AddMany', (req, res) => {
    write(req, res, { items: readList(itemModel, req.body, batchLimit), mode: 'replace' });
  });
};

const addChanges = (router: Router, world: World): void => {
  router.post('/api/Inventory/ProcessInventoryTransactions', (req, res) => {
    const updates = readList(updateModel, req.body, batchLimit);
    const { userId } = causeOf(req, res);
    const issues: FieldIssue[] = [];
    const movements = updates.map((update, index) => {
      const { skuId = '', warehouseCode = '', inventoryChange = 0, orderId, reason } = update;
      world.inventory.checkPlace({ sku: skuId, warehouseCode }, `[${index}]`, issues);
      return {
        sku: skuId,
        warehouseCode,
        change: inventoryChange,
        ...(update.adjustReservedInventory === true ? { reservedChange: inventoryChange } : {}),
        cause: {
          transactionType: 'Adjustment',
          userId,
          ...(orderId === undefined ? {} : { orderId }),
          ...(reason === undefined ? {} : { reason }),
        },
      };
    });
    if (issues.length > 0) {
      throw invalidFields(issues.map(({ field, message }) => ({ field: field.replace('.sku', '.skuId'), message })));
    }
    raiseFor(world, world.inventory.move(movements), { name: 'processingInventory', req, res });
    res.status(200).end();
  });
  router.delete('/api/Inventory/:id', (req, res) => {
    const warehouseCodes = queryValues(req, 'warehouseIds');
    if (warehouseCodes.length === 0) {
      throw invalidField('warehouseIds', 'is required');
    }
    const cause = causeOf(req, res);
    for (const storeId of world.inventory.remove(req.params.id, warehouseCodes)) {
      world.events.raise('deletedInventory', { className: 'Inventory', objectId: req.params.id, storeId }, cause);
    }
    world.context.markDirty();
    res.status(200).end();
  });
};

/** Stock as it is read and written, and the log of its changes (contract §6). */
export const addInventoryRoutes = (router: Router, world: World): void => {
  addReads(router, world);
  addLevels(router, world);
  addChanges(router, world);
};
