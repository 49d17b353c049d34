import { type Router } from 'express';
import { z } from 'zod';

import { formatDateTime } from '../wire/schema';
import { type World } from '../world';
import { changePrices, choose, deleteProducts, editProducts, touchProducts } from './bulk-changes';
import { priceCodesOf } from './product-view';

const time = z.iso.datetime({ offset: true }).transform((text) => formatDateTime(Date.parse(text)));

const chosen = {
  codes: z.array(z.string()).optional(),
  share: z.number().min(0).max(1).optional(),
  seed: z.int().optional(),
};
const quiet = z.boolean().default(false);
const members = z.record(z.string(), z.unknown());

const touchSchema = z.strictObject({ ...chosen, at: time.optional(), quiet });
const editSchema = z.strictObject({ ...chosen, sku: z.string().optional(), set: members, quiet });
const deleteSchema = z.strictObject({ ...chosen, permanently: z.boolean().default(false), quiet });
const priceSchema = z.strictObject({
  ...chosen,
  where: members.default({}),
  factor: z.number().min(0).optional(),
  set: members.default({}),
  unmodified: z.boolean().default(false),
  quiet,
});
const windowSchema = z.strictObject({
  code: z.string(),
  where: members.default({}),
  validFrom: time.nullable().optional(),
  validUntil: time.nullable().optional(),
  unmodified: z.boolean().default(true),
  quiet: z.boolean().default(true),
});
const brokenSchema = z.strictObject({ codes: z.array(z.string()).min(1), members });
const failingSchema = z.strictObject({
  codes: z.array(z.string()).min(1),
  status: z.int().min(400).max(599).default(500),
  reads: z.array(z.enum(['get', 'query', 'scroll', 'prices'])).default(['get', 'query', 'scroll', 'prices']),
});
const homeSchema = z.strictObject({ home: z.enum(['both', 'product', 'index']) });
const categorySchema = z.strictObject({
  categoryId: z.string().min(1),
  /** Which documents change; default all there are, or the default language for a new one. */
  language: z.string().optional(),
  name: z.string().optional(),
  parentId: z.string().nullable().optional(),
  sortIndex: z.int().optional(),
  isHidden: z.boolean().optional(),
});

const addProductControls = (router: Router, world: World): void => {
  const shown = (productIds: readonly string[]): { count: number; productIds: readonly string[] } => ({
    count: productIds.length,
    productIds,
  });
  router.post('/catalogue/touch', (req, res) => {
    const { at, quiet: isQuiet, ...which } = touchSchema.parse(req.body);
    const productIds = choose(world, which);
    touchProducts(world, productIds, { at: at ?? world.now(), quiet: isQuiet });
    res.json(shown(productIds));
  });
  router.post('/catalogue/products', (req, res) => {
    const { sku, set, quiet: isQuiet, ...which } = editSchema.parse(req.body);
    const productIds = choose(world, {
      ...which,
      codes: [...(which.codes ?? []), ...(sku === undefined ? [] : [sku])],
    });
    editProducts(world, productIds, { set, sku, quiet: isQuiet });
    res.json(shown(productIds));
  });
  router.post('/catalogue/deletions', (req, res) => {
    const { permanently, quiet: isQuiet, ...which } = deleteSchema.parse(req.body);
    const productIds = choose(world, which);
    deleteProducts(world, productIds, { permanently, quiet: isQuiet });
    res.json(shown(productIds));
  });
};

const addPriceControls = (router: Router, world: World): void => {
  const codesOf = (productIds: readonly string[]): string[] =>
    productIds.flatMap((productId) => {
      const entry = world.products.get(productId);
      return entry === undefined ? [] : priceCodesOf(entry);
    });
  router.post('/catalogue/prices', (req, res) => {
    const { codes = [], share, seed, ...change } = priceSchema.parse(req.body);
    // A SKU means its own prices; a product's number means those of all its SKUs.
    const named = codes.flatMap((code) => world.products.codesOf(code));
    const drawn = codesOf(choose(world, { share, seed }));
    const count = changePrices(world, [...new Set([...named, ...drawn])], change);
    res.json({ count });
  });
  router.post('/catalogue/price-windows', (req, res) => {
    const { code, where, validFrom, validUntil, unmodified, quiet: isQuiet } = windowSchema.parse(req.body);
    const set = {
      ...(validFrom === undefined ? {} : { validFrom }),
      ...(validUntil === undefined ? {} : { validUntil }),
    };
    res.json({ count: changePrices(world, [code], { where, set, unmodified, quiet: isQuiet }) });
  });
  router.post('/catalogue/price-home', (req, res) => {
    world.views.priceHome = homeSchema.parse(req.body).home;
    res.json({ home: world.views.priceHome });
  });
};

const addMishaps = (router: Router, { views, products }: World): void => {
  const idsOf = (codes: readonly string[]): string[] => codes.map((code) => products.find(code)?.productId ?? code);
  router.post('/catalogue/broken', (req, res) => {
    const given = brokenSchema.parse(req.body);
    for (const productId of idsOf(given.codes)) {
      views.broken.set(productId, given.members);
    }
    res.status(204).end();
  });
  router.post('/catalogue/failing', (req, res) => {
    const { codes, status, reads } = failingSchema.parse(req.body);
    for (const productId of idsOf(codes)) {
      views.failing.set(productId, { status, reads });
    }
    res.status(204).end();
  });
  router.delete('/catalogue/broken', (_req, res) => {
    views.broken.clear();
    res.status(204).end();
  });
  router.delete('/catalogue/failing', (_req, res) => {
    views.failing.clear();
    res.status(204).end();
  });
};

const addCategoryControls = (router: Router, world: World): void => {
  const { categories, events } = world;
  const tell = (operation: 'guiAddCategory' | 'guiUpdateCategory' | 'guiDeleteCategory', id: string): void => {
    events.raise(operation, { className: 'ProductCategory', objectId: id }, { origin: 'GUI', userId: 'gui-user' });
  };
  router.post('/catalogue/categories', (req, res) => {
    const { categoryId, language, parentId, ...rest } = categorySchema.parse(req.body);
    const known = categories
      .versions(categoryId)
      .filter((each) => language === undefined || each.language === language);
    const from =
      known.length > 0 ? known : [{ categoryId, name: categoryId, ...(language === undefined ? {} : { language }) }];
    const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
    const put = categories.putAll(
      from.map((before) => {
        const { parentId: oldParent, ...others } = { parentId: undefined, ...before };
        const parent = parentId === undefined ? oldParent : (parentId ?? undefined);
        return { ...others, ...given, ...(parent === undefined ? {} : { parentId: parent }) };
      }),
    );
    for (const { id } of put) {
      tell(known.length > 0 ? 'guiUpdateCategory' : 'guiAddCategory', id);
    }
    world.context.markDirty();
    res.json({ categories: put });
  });
  router.delete('/catalogue/categories/:categoryId', (req, res) => {
    const found = categories.versions(req.params.categoryId);
    for (const { id } of found) {
      categories.remove(id);
      tell('guiDeleteCategory', id);
    }
    world.context.markDirty();
    res.status(found.length > 0 ? 204 : 404).end();
  });
};

/**
 * `/_sandbox/catalogue`: what people do to the catalogue in Omnium's own interface, to one product or to a share of all,
 * and mishaps that only a test makes: documents with wrong members, products whose reads fail.
 */
export const addCatalogueControlRoutes = (router: Router, world: World): void => {
  router.get('/catalogue', (_req, res) => {
    const { products, categories, views } = world;
    res.json({
      products: products.size,
      skus: [...products.skus()].length,
      categories: categories.all().length,
      priceHome: views.priceHome,
      broken: [...views.broken.keys()],
      failing: [...views.failing.keys()],
    });
  });
  addProductControls(router, world);
  addPriceControls(router, world);
  addMishaps(router, world);
  addCategoryControls(router, world);
};
