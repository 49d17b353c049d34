import { type Router } from 'express';

import { causeOf, notFoundResult, patchResult, sendDocument, sendDocuments } from '../http';
import { applyPatch, differs, forceNull } from '../orders/merge';
import { invalidField, notFound } from '../problem';
import { queryValue } from '../state/paging';
import { model, readBody, readList } from '../wire/schema';
import { type World } from '../world';
import { type CategoryInput } from './category-book';
import { type Category } from './seed-categories';

interface CategorySearch {
  readonly language?: string;
  readonly parentIds?: readonly string[];
  readonly productCategoryId?: string;
  readonly productCategoryIds?: readonly string[];
  readonly searchText?: string;
  readonly take?: number;
}

type CategoryPatch = CategoryInput & { keepExistingProperties?: boolean; fieldsToForceNull?: string[] };

const categoryModel = model<CategoryInput>('ProductCategory');
const patchModel = model<CategoryPatch>('ProductCategoryPatch');
const searchModel = model<CategorySearch>('ProductCategorySearchRequest');
const widestPage = 1000;
const deepest = 20_000;
const defaultTake = 5000;
const widestTake = 10_000;
const batchLimit = 1000;

/** Who asks below here is told that a category changed; events name the document's id. */
const className = 'ProductCategory';

const wholeNumber = (text: string | undefined, or: number): number => (text === undefined ? or : Number(text));

const isHit = (category: Category, search: CategorySearch): boolean => {
  const { language, parentIds = [], productCategoryId, productCategoryIds = [], searchText = '' } = search;
  return (
    (language === undefined || category.language === language) &&
    (parentIds.length === 0 || parentIds.includes(category.parentId ?? '')) &&
    (productCategoryId === undefined || [category.categoryId, category.id].includes(productCategoryId)) &&
    (productCategoryIds.length === 0 || productCategoryIds.includes(category.categoryId)) &&
    category.name.toLowerCase().includes(searchText.toLowerCase())
  );
};

const addReads = (router: Router, world: World): void => {
  const { categories } = world;
  router.get('/api/ProductCategories', (req, res) => {
    const pageSize = wholeNumber(queryValue(req, 'pageSize'), widestPage);
    const page = wholeNumber(queryValue(req, 'page'), 1);
    if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > widestPage) {
      throw invalidField('pageSize', `must be from 1 to ${widestPage}`);
    }
    if (!Number.isInteger(page) || page < 1 || page * pageSize > deepest) {
      throw invalidField('page', `must be at least 1, and nothing lies beyond item ${deepest}`);
    }
    const all = categories.all();
    sendDocuments(res, all.slice((page - 1) * pageSize, page * pageSize), { totalHits: all.length });
  });
  router.get('/api/ProductCategories/GetCategoryTree', (_req, res) => {
    const counts = new Map<string, number>();
    for (const { facts } of world.products.visible()) {
      for (const categoryId of facts.categoryIds) {
        counts.set(categoryId, (counts.get(categoryId) ?? 0) + 1);
      }
    }
    res.json(categories.tree((categoryId) => counts.get(categoryId) ?? 0));
  });
  router.get('/api/ProductCategories/Scroll/:id', (req, res) => {
    const { result, ...rest } = world.scrolls.next('categories', req.params.id);
    sendDocuments(res, result as Category[], rest);
  });
  router.get('/api/ProductCategories/:parentId/SubCategories', (req, res) => {
    res.json(categories.subCategories(req.params.parentId, queryValue(req, 'language')));
  });
  router.get('/api/ProductCategories/:categoryId', (req, res) => {
    const found = categories.find(req.params.categoryId, queryValue(req, 'language'));
    if (found === undefined) {
      throw notFound('The category');
    }
    sendDocument(res, found);
  });
  router.post('/api/ProductCategories/ScrollSearch', (req, res) => {
    const search = readBody(searchModel, req.body ?? {});
    const { take = 0 } = search;
    const asked = take >= 1 && take <= widestTake ? take : defaultTake;
    const size = world.settings.scrollBatchSize ?? asked;
    const hits = categories.all().filter((category) => isHit(category, search));
    const { result, ...rest } = world.scrolls.start('categories', hits, { first: size, next: size });
    sendDocuments(res, result as Category[], rest);
  });
};

const addWrites = (router: Router, world: World): void => {
  const { categories, events } = world;
  router.post('/api/ProductCategories/AddMany', (req, res) => {
    for (const { id } of categories.putAll(readList(categoryModel, req.body, batchLimit))) {
      events.raise('apiAddManyCategories', { className, objectId: id }, causeOf(req, res));
    }
    world.context.markDirty();
    res.status(200).end();
  });
  router.post('/api/ProductCategories', (req, res) => {
    for (const { id } of categories.putAll([readBody(categoryModel, req.body)])) {
      events.raise('apiAddCategory', { className, objectId: id }, causeOf(req, res));
    }
    world.context.markDirty();
    res.status(200).end();
  });
  router.put('/api/ProductCategories', (req, res) => {
    for (const { id } of categories.putAll([readBody(categoryModel, req.body)])) {
      events.raise('apiUpdateCategory', { className, objectId: id }, causeOf(req, res));
    }
    world.context.markDirty();
    res.status(200).end();
  });
  router.patch('/api/ProductCategories/:categoryId', (req, res) => {
    const { fieldsToForceNull = [], keepExistingProperties, ...patch } = readBody(patchModel, req.body);
    const before = categories.find(req.params.categoryId);
    if (before === undefined) {
      res.json(notFoundResult(req.params.categoryId));
      return;
    }
    const keep = keepExistingProperties === undefined ? {} : { keepExistingCustomProperties: keepExistingProperties };
    const { categoryId, language } = before;
    const next = forceNull(
      { ...applyPatch<Category>(before, { ...patch, ...keep }), categoryId, language },
      fieldsToForceNull,
    );
    const changed = differs(before, next);
    if (changed) {
      categories.putAll([next]);
      events.raise('apiUpdateCategory', { className, objectId: before.id }, causeOf(req, res));
      world.context.markDirty();
    }
    res.json(patchResult(changed));
  });
  router.delete('/api/ProductCategories/:categoryId', (req, res) => {
    const found = categories.find(req.params.categoryId);
    if (found === undefined || !categories.remove(found.id)) {
      throw notFound('The category');
    }
    events.raise('apiDeleteCategory', { className, objectId: found.id }, causeOf(req, res));
    world.context.markDirty();
    res.status(200).end();
  });
};

/** Categories (contract §9.3), one document per language. */
export const addCategoryRoutes = (router: Router, world: World): void => {
  addReads(router, world);
  addWrites(router, world);
};
