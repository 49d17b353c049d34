import { type Router } from 'express';

import { invalidField, invalidFields } from '../problem';
import { model, readBody, readList } from '../wire/schema';
import { type World } from '../world';
import { type CostPriceSearch, type CostPriceUpdate } from './cost-price-book';
import { requireParameter } from './inventory-routes';
import { type PriceUpdate } from './price-book';
import { type PriceSearch } from './price-rules';

const priceSearchModel = model<PriceSearch>('PriceSearchRequest');
const priceUpdateModel = model<PriceUpdate>('PriceUpdateRequest');
const priceDeleteModel = model<PriceUpdate>('PriceDeleteRequest');
const costPriceSearchModel = model<CostPriceSearch>('CostPriceSearchRequest');
const costPriceUpdateModel = model<CostPriceUpdate>('CostPriceUpdateRequest');
const costPriceDeleteModel = model<CostPriceUpdate>('CostPriceDeleteRequest');
const batchLimit = 1000;
const widest = 20_000;

/** Every price names its code or its product, a market and a store that exist, and an amount. @throws OmniumProblem 400. */
const checkPrices = (world: World, updates: readonly PriceUpdate[]): void => {
  const { markets, marketGroupIds, stores } = world.directory;
  const issues = updates.flatMap(({ productId, prices = [] }, index) =>
    prices.flatMap((price, at) => {
      const field = `[${index}].prices[${at}]`;
      const wrong: (readonly [boolean, string, string])[] = [
        [(price.code ?? price.skuId ?? productId ?? '') === '', 'code', 'is required'],
        [(price.unitPrice as number | undefined) === undefined, 'unitPrice', 'is required'],
        [price.unitPrice < 0, 'unitPrice', 'must not be negative'],
        [price.marketId !== undefined && !markets.has(price.marketId), 'marketId', 'is not a market'],
        [
          price.marketGroupId !== undefined && !marketGroupIds.has(price.marketGroupId),
          'marketGroupId',
          'is not a market group',
        ],
        [price.storeId !== undefined && !stores.has(price.storeId), 'storeId', 'is not a store'],
      ];
      return wrong.filter(([is]) => is).map(([, name, message]) => ({ field: `${field}.${name}`, message }));
    }),
  );
  if (issues.length > 0) {
    throw invalidFields(issues);
  }
};

const addSearch = (router: Router, world: World): void => {
  const batch = world.settings.scrollBatchSize ?? 1000;
  router.post('/api/Prices/Search', (req, res) => {
    const search = readBody(priceSearchModel, req.body ?? {});
    requireParameter(search);
    const size = search.scrollSize ?? batch;
    if (size < 1 || size > widest) {
      throw invalidField('scrollSize', `must be from 1 to ${widest}`);
    }
    for (const code of search.productCodes ?? []) {
      world.views.refuseFailing(world.products.productIdOf(code) ?? code, 'prices');
    }
    if (world.views.priceHome === 'product') {
      res.json({ result: [], totalHits: 0 });
      return;
    }
    const source = world.prices.search(search, {
      leavesOutEnded: world.context.manners.has('ended-prices-left-out'),
    });
    const { totalHits } = source;
    if (totalHits <= size) {
      res.json({ result: source.take(size), totalHits });
      return;
    }
    res.json(world.scrolls.start('prices', source, { first: size, next: size }));
  });
  router.get('/api/Prices/Scroll/:id', (req, res) => {
    res.json(world.scrolls.next('prices', req.params.id));
  });
};

const addWrites = (router: Router, world: World): void => {
  const settle = (codes: readonly string[]): void => {
    // A product shows its prices, so it changes with them (contract §9.1).
    world.touchProductsOf(codes);
    if (codes.length > 0) {
      world.context.markDirty();
    }
  };
  router.put('/api/Prices/AddMany', (req, res) => {
    const updates = readList(priceUpdateModel, req.body, batchLimit);
    checkPrices(world, updates);
    settle(world.prices.addMany(updates));
    res.status(200).end();
  });
  router.delete('/api/Prices', (req, res) => {
    settle(world.prices.removeMany(readList(priceDeleteModel, req.body, batchLimit)));
    res.status(200).end();
  });
};

const addCostPrices = (router: Router, world: World): void => {
  const settle = (skus: readonly string[]): void => {
    if (skus.length > 0) {
      world.context.markDirty();
    }
  };
  router.put('/api/CostPrices/AddMany', (req, res) => {
    settle(world.costPrices.addMany(readList(costPriceUpdateModel, req.body, batchLimit)));
    res.status(200).end();
  });
  router.delete('/api/CostPrices', (req, res) => {
    settle(world.costPrices.removeMany(readList(costPriceDeleteModel, req.body, batchLimit)));
    res.status(200).end();
  });
  router.post('/api/CostPrices/Search', (req, res) => {
    const search = readBody(costPriceSearchModel, req.body ?? {});
    requireParameter(search);
    const result = world.costPrices.search(search);
    res.json({ result, totalHits: result.length });
  });
};

/** Selling prices and cost prices (contract §9.2). Cost prices have no scroll: a search gives all its hits. */
export const addPriceRoutes = (router: Router, world: World): void => {
  addSearch(router, world);
  addWrites(router, world);
  addCostPrices(router, world);
};
