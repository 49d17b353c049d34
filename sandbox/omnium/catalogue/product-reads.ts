import { type Router } from 'express';

import { type Price, type Product } from '../documents';
import { sendFreshDocuments } from '../http';
import { notFound } from '../problem';
import { refuseUnoffered } from '../state/filters';
import { searchRange } from '../state/paging';
import { type ScrollSource } from '../state/scrolls';
import { formatDateTime, model, readBody } from '../wire/schema';
import { type World } from '../world';
import { holdsIn, isCurrent } from './price-rules';
import { type StoredEntry } from './product-entry';
import { type FoundProduct, isInMarkets, offeredFilters, type ProductSearch } from './product-search';
import { type FailingRead, FieldTrimmer, type ProductHit } from './product-view';

const searchModel = model<ProductSearch>('ProductSearchRequest');
const queryModel = model<ProductSearch>('ProductQueryRequest');

const requireProduct = (world: World, productIdOrSku: string): StoredEntry => {
  const entry = world.products.find(productIdOrSku);
  if (entry === undefined) {
    throw notFound('The product');
  }
  world.views.refuseFailing(entry.productId, 'get');
  return entry;
};

/** Documents of hits, made when they are asked for; what they show was settled when the search was made. */
const documentsOf = (
  world: World,
  search: ProductSearch,
  read: FailingRead,
): { snapshot: (found: readonly FoundProduct[]) => ProductHit[]; make: (hit: ProductHit) => Product } => {
  const trimmer = new FieldTrimmer(search);
  const keeps = world.finder.keepsPrice(search);
  return {
    snapshot: (found) =>
      trimmer.wantsPrices
        ? found.map((hit) => ({ ...hit, rows: world.views.rowsOf(hit.entry, { asSearched: true }) }))
        : [...found],
    make: (hit) => {
      if (trimmer.isWhole) {
        world.views.refuseFailing(hit.entry.productId, read);
      }
      return trimmer.apply(hit, (each) => world.views.documentOf(each, keeps));
    },
  };
};

/** The document that a number names: the product, or the variant whose SKU it is. */
const viewOf = (
  world: World,
  entry: StoredEntry,
  wanted: { code: string; language?: string; keeps?: (price: Price) => boolean },
): Product => {
  const rows = world.views.rowsOf(entry, { asSearched: false });
  const document = world.views.documentOf({ entry, language: wanted.language, rows }, wanted.keeps);
  const variants: unknown = document.variants;
  return wanted.code === entry.productId || !Array.isArray(variants)
    ? document
    : (document.variants?.find(({ skuId }) => skuId === wanted.code) ?? document);
};

const addSearches = (router: Router, world: World): void => {
  const size = world.settings.scrollBatchSize ?? 1000;
  router.post('/api/Products/SearchProducts', (req, res) => {
    const search = readBody(searchModel, req.body ?? {});
    refuseUnoffered(search, offeredFilters);
    const range = searchRange(search);
    const found = world.finder.find(search);
    const { snapshot, make } = documentsOf(world, search, 'query');
    sendFreshDocuments(res, snapshot(found.slice(...range)).map(make), { totalHits: found.length });
  });
  router.post('/api/Products/Query', (req, res) => {
    const search = readBody(queryModel, req.body ?? {});
    refuseUnoffered(search, offeredFilters);
    const range = searchRange(search);
    const found = world.finder.find(search);
    const { snapshot, make } = documentsOf(world, search, 'query');
    sendFreshDocuments(res, snapshot(found.slice(...range)).map(make), { totalHits: found.length });
  });
  router.post('/api/Products/Scroll', (req, res) => {
    const search = readBody(searchModel, req.body ?? {});
    refuseUnoffered(search, offeredFilters);
    const { snapshot, make } = documentsOf(world, search, 'scroll');
    const hits = snapshot(world.finder.find(search));
    let position = 0;
    const source: ScrollSource = {
      totalHits: hits.length,
      take: (count) => {
        const documents = hits.slice(position, position + count).map(make);
        position += documents.length;
        return documents;
      },
    };
    const { result, ...rest } = world.scrolls.start('products', source, { first: size, next: size });
    sendFreshDocuments(res, result as Product[], rest);
  });
  router.get('/api/Products/Scroll/:id', (req, res) => {
    const { result, ...rest } = world.scrolls.next('products', req.params.id);
    sendFreshDocuments(res, result as Product[], rest);
  });
};

const addSingleReads = (router: Router, world: World): void => {
  const now = (): string => formatDateTime(world.context.clock.nowMs());
  router.get('/api/Products/:productId/Variants', (req, res) => {
    const entry = requireProduct(world, req.params.productId);
    const { variants = [] } = viewOf(world, entry, { code: entry.productId });
    sendFreshDocuments(res, variants, { totalHits: variants.length });
  });
  router.get('/api/Products/:id/raw', (req, res) => {
    const { id } = req.params;
    const [, productId = id, language] = /^(.+)_([^_]+)$/.exec(id) ?? [];
    const entry = world.products.find(productId) ?? world.products.find(id);
    if (
      entry === undefined ||
      (language !== undefined && !entry.languages.includes(language) && entry.productId !== id)
    ) {
      throw notFound('The product');
    }
    world.views.refuseFailing(entry.productId, 'get');
    const known = language !== undefined && entry.languages.includes(language) ? { language } : {};
    res.json(viewOf(world, entry, { code: world.products.get(id) === undefined ? productId : id, ...known }));
  });
  router.get('/api/Products/:productId/ByMarket/:marketId', (req, res) => {
    const { productId, marketId } = req.params;
    const entry = requireProduct(world, productId);
    const market = world.directory.markets.get(marketId);
    const groups = new Set(market?.marketGroupId === undefined ? [] : [market.marketGroupId]);
    const where = { markets: new Set([marketId]), groups };
    if (market === undefined || !isInMarkets(entry, where)) {
      throw notFound('The product');
    }
    const at = now();
    const language = world.finder.languageOf(marketId);
    const known = entry.languages.includes(language) ? { language } : {};
    const keeps = (price: Price): boolean => holdsIn(price, where.markets, groups) && isCurrent(price, at);
    res.json(viewOf(world, entry, { code: productId, keeps, ...known }));
  });
  router.get('/api/Products/:productId', (req, res) => {
    const { productId } = req.params;
    const at = now();
    // Valid prices of all markets and stores, none of single customers; all of them are at `…/raw`.
    const keeps = (price: Price): boolean => price.customerId === undefined && isCurrent(price, at);
    res.json(viewOf(world, requireProduct(world, productId), { code: productId, keeps }));
  });
};

/** Searches, scrolls and single products (contract §9.1). */
export const addProductReads = (router: Router, world: World): void => {
  addSearches(router, world);
  addSingleReads(router, world);
};
