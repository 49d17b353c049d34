import { type Request, type Response, type Router } from 'express';

import { type Price, type Product } from '../documents';
import { type EventCause } from '../events/event-stream';
import { type OperationName } from '../events/operations';
import { causeOf, patchResult } from '../http';
import { applyPatch, differs, forceNull, type PatchOptions } from '../orders/merge';
import { invalidFields, notFound } from '../problem';
import { type JsonObject, model, readBody, readList } from '../wire/schema';
import { type World } from '../world';
import { type StoredEntry } from './product-entry';

type ProductPatch = Partial<Product> & PatchOptions & { fieldsToForceNull?: string[] };

const productModel = model<Partial<Product>>('Product');
const patchModel = model<ProductPatch>('ProductPatch');
const batchLimit = 1000;

/** A document with all its prices, as writes go on from it. */
export const wholeDocument = (world: World, entry: StoredEntry): Product =>
  world.views.wholeOf(entry, world.views.rowsOf(entry, { asSearched: false }));

/** A product as it is stored: numbers, times and defaults filled in. */
const stampProduct = (world: World, input: Partial<Product>): Product => {
  const productId = input.productId ?? '';
  const before = world.products.get(productId)?.document();
  const now = world.now();
  const language: unknown = input['language'] ?? before?.['language'] ?? 'no';
  const stampPrices = (prices: readonly Price[]): Price[] =>
    prices.map((price) => ({ ...price, modified: price.modified ?? now }));
  return {
    ...input,
    id: input.id ?? before?.id ?? `${productId}_${String(language)}`,
    productId,
    language,
    ...(input.prices === undefined ? {} : { prices: stampPrices(input.prices) }),
    isActive: input['isActive'] ?? true,
    status: input['status'] ?? 'Published',
    created: before?.created ?? now,
    modified: now,
  };
};

const requireIds = (inputs: readonly Partial<Product>[]): void => {
  const missing = inputs.flatMap(({ productId = '' }, index) =>
    productId === '' ? [{ field: `[${index}].productId`, message: 'is required' }] : [],
  );
  if (missing.length > 0) {
    throw invalidFields(missing);
  }
};

const raise = (world: World, told: { operation: OperationName; productId: string; cause: EventCause }): void => {
  world.events.raise(told.operation, { className: 'Product', objectId: told.productId }, told.cause);
};

const writeOne = (
  world: World,
  input: Partial<Product>,
  told: { operation: OperationName; cause: EventCause },
): void => {
  world.putProduct(stampProduct(world, input));
  raise(world, { ...told, productId: input.productId ?? '' });
};

/** Whether the patch changed anything. */
const patchOne = (world: World, entry: StoredEntry, patch: ProductPatch): boolean => {
  const before = wholeDocument(world, entry);
  const patched = applyPatch<Product>(before, { ...patch, productId: entry.productId });
  const next = stampProduct(world, forceNull(patched, patch.fieldsToForceNull ?? []));
  const changed = differs(before, next);
  if (changed) {
    world.putProduct(next);
  }
  return changed;
};

const addPatches = (router: Router, world: World): void => {
  router.patch('/api/Products/PatchMany', (req, res) => {
    const patches = readList(patchModel, req.body, batchLimit);
    requireIds(patches);
    const counts = { updatedCount: 0, unchangedCount: 0 };
    const notFoundIds: string[] = [];
    for (const patch of patches) {
      const entry = world.products.get(patch.productId ?? '');
      if (entry === undefined) {
        notFoundIds.push(patch.productId ?? '');
      } else if (patchOne(world, entry, patch)) {
        counts.updatedCount += 1;
        raise(world, { operation: 'patchProduct', productId: entry.productId, cause: causeOf(req, res) });
      } else {
        counts.unchangedCount += 1;
      }
    }
    const notFoundCount = notFoundIds.length;
    const result: JsonObject = { totalCount: patches.length, ...counts, notFoundCount, notFoundIds };
    res.json({ ...result, errorCount: 0, isModified: counts.updatedCount > 0 });
  });
  router.patch('/api/Products/:productId', (req, res) => {
    const entry = world.products.get(req.params.productId);
    if (entry === undefined) {
      throw notFound('The product');
    }
    const changed = patchOne(world, entry, readBody(patchModel, req.body));
    if (changed) {
      raise(world, { operation: 'patchProduct', productId: entry.productId, cause: causeOf(req, res) });
    }
    res.json(patchResult(changed));
  });
};

const addRemovals = (router: Router, world: World): void => {
  const remove = (productId: string, req: Request, res: Response): boolean => {
    const removed = world.removeProduct(productId);
    if (removed) {
      raise(world, { operation: 'deletedProduct', productId, cause: causeOf(req, res) });
    }
    return removed;
  };
  router.delete('/api/Products/DeleteMany', (req, res) => {
    const ids: unknown = req.body;
    for (const id of Array.isArray(ids) ? ids.filter((each): each is string => typeof each === 'string') : []) {
      remove(id, req, res);
    }
    res.status(200).end();
  });
  router.delete('/api/Products/:productId', (req, res) => {
    if (!remove(req.params.productId, req, res)) {
      throw notFound('The product');
    }
    res.status(200).end();
  });
};

/** Writes of products, each with its event (contract §4, §9.1). */
export const addProductWrites = (router: Router, world: World): void => {
  const writeWhole = (req: Request, res: Response): void => {
    const input = readBody(productModel, req.body);
    requireIds([input]);
    writeOne(world, input, { operation: 'addProduct', cause: causeOf(req, res) });
    res.status(200).end();
  };
  router.post('/api/Products', writeWhole);
  router.put('/api/Products', writeWhole);
  const writeMany =
    (operation: OperationName) =>
    (req: Request, res: Response): void => {
      const inputs = readList(productModel, req.body, batchLimit);
      requireIds(inputs);
      for (const input of inputs) {
        const before = world.products.find(input.productId ?? '');
        const whole = before === undefined ? {} : wholeDocument(world, before);
        writeOne(world, { ...whole, ...input }, { operation, cause: causeOf(req, res) });
      }
      res.status(200).end();
    };
  router.post('/api/Products/AddMany', writeMany('addManyProducts'));
  router.post('/api/Products/UpdateMany', writeMany('updateManyProducts'));
  addPatches(router, world);
  addRemovals(router, world);
};
