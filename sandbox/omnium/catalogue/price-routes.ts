import { type Router } from 'express';

import { type Price } from '../documents';
import { invalidField } from '../problem';
import { model, readBody, readList } from '../wire/schema';
import { type World } from '../world';
import { type CostPriceSearch, type CostPriceUpdate } from './cost-price-book';
import { requireParameter } from './inventory-routes';

interface PriceSearch {
  readonly productCodes?: readonly string[];
  readonly marketId?: string;
  readonly lastModified?: string;
  readonly scrollSize?: number;
}

const priceSearchModel = model<PriceSearch>('PriceSearchRequest');
const costPriceSearchModel = model<CostPriceSearch>('CostPriceSearchRequest');
const costPriceUpdateModel = model<CostPriceUpdate>('CostPriceUpdateRequest');

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

/** Selling prices and cost prices (contract §9.2). Cost prices have no scroll: a search gives all its hits. */
export const addPriceRoutes = (router: Router, world: World): void => {
  addPrices(router, world);
  router.put('/api/CostPrices/AddMany', (req, res) => {
    const skus = world.costPrices.addMany(readList(costPriceUpdateModel, req.body, 1000));
    if (skus.length > 0) {
      world.context.markDirty();
    }
    res.status(200).end();
  });
  router.post('/api/CostPrices/Search', (req, res) => {
    const search = readBody(costPriceSearchModel, req.body ?? {});
    requireParameter(search);
    const result = world.costPrices.search(search);
    res.json({ result, totalHits: result.length });
  });
};
