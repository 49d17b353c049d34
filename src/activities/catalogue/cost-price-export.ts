import type { OmniumCostPrice } from '../../clients/omnium/prices';
import { compact } from '../../domain/compact';
import { EVERY_PARTITION, recordOf } from '../../domain/records';
import { isSameId } from '../../domain/uid';
import { bisect } from '../delta/bisect';
import type { DeltaExport, ExportContext, UnresolvedRecord } from '../delta/stream';
import { createOrGet } from '../shared/create-or-get';
import {
  applyPriceWrite,
  describePriceWrite,
  inUnits,
  isPriceRemoval,
  type PriceWrite,
  type WrittenList,
} from './flow-prices';
import {
  nextCostChange,
  productCost,
  purchasePriceChange,
  selectChainCost,
  selectOnAccount,
} from './mapping/select-cost';
import type { Article, ArticleSource } from './price-articles';
import { PRICE_BATCH, pricePages, removalPages, unmappable, type DesiredPrice, type PriceStream } from './price-stream';
import { onAccountTargets, REMOVALS } from './price-targets';

/** The one partition of cost prices: what a product costs the chain. */
const COST = 'cost';

/**
 * Cost prices: what each product costs the whole chain, to the product itself (Flow, prices page). From Omnium's cost
 * prices, else from the product. What a product costs a store goes with the stock levels where that is configured.
 */
export const costPriceExport: DeltaExport<PriceWrite> = {
  readsTogether: true,
  batch: PRICE_BATCH,
  partitions: (context) => {
    if (isOurs(context)) return Promise.resolve({ names: [COST], leftOut: [], missing: [] });
    const first = context.tenant.config.markets[0]?.marketId ?? '';
    const reason = `it is brought by the export of market ${first}, for all markets`;
    return Promise.resolve({ names: [], leftOut: [{ name: COST, reason }], missing: [] });
  },
  pages: (context, partition) => pricePages(context, partition, costPrices),
  describe: describePriceWrite,
  isRemoval: isPriceRemoval,
  write: applyPriceWrite,
};

/** A product has one cost, whatever the markets: the export of the tenant's first market brings it. */
function isOurs({ tenant, markets }: ExportContext): boolean {
  return markets.some(({ marketId }) => marketId === tenant.config.markets[0]?.marketId);
}

const changedIds: ArticleSource['changedIds'] = async (context, lastModified) => {
  const changed = await context.tenant.omnium.prices.changedCostSkus({ lastModified }, context);
  return changed && { ids: changed.skuIds, unreadable: changed.unreadable };
};

const costPrices: PriceStream = {
  targets: (context) => {
    const target = { name: COST, isOnProduct: true as const, markets: context.tenant.config.markets };
    return Promise.resolve(isOurs(context) ? [target] : []);
  },
  source: { changedIds, productChanges: 'modified' },
  async read(context, articles, targets, at) {
    const { givesUpRecords, tenant } = context;
    const { markets, currency } = tenant.config;
    const read = await readCostPrices(context, articles, COST);
    const prices = read.results.flatMap((some) => [...some]);
    /** A cost price that cannot be carried over is one, all the same. */
    const chainCostOf = (sku: string, own: readonly OmniumCostPrice[]): DesiredPrice | undefined => {
      try {
        const cost = selectChainCost(own, { markets, currency, sku, at });
        return cost && { kind: 'cost', cost };
      } catch (error) {
        return unmappable(error);
      }
    };
    const costs = new Map(prices.map(([article, own]) => [article, chainCostOf(article.sku, own)]));
    const without = [...costs.keys()].filter((article) => !costs.get(article) && !article.isGone);
    const documents = await bisect(
      without,
      (some) => tenant.omnium.products.query({ productIds: some.map(({ productId }) => productId) }, context),
      { idOf: ({ sku }) => recordOf(sku, EVERY_PARTITION), givesUpRecords },
    );
    const products = documents.results.flat();
    const unresolved: UnresolvedRecord[] = [...read.unresolved, ...documents.unresolved];
    const desired = new Map<Article, ReadonlyMap<string, DesiredPrice>>();
    for (const [article, own] of prices) {
      const { sku, productId } = article;
      const next = nextCostChange(own, { markets, currency, sku, at }, [], false);
      if (next) unresolved.push(deferred(recordOf(sku, COST), next));
      let cost = costs.get(article);
      if (!cost) {
        // A variant's own cost before its product's.
        const product = products.find((one) => one.productId === productId);
        const variant = product?.variants.find(({ skuId }) => skuId === sku);
        cost = { kind: 'none', hasEnded: false };
        try {
          const found = (variant && productCost(variant, currency)) ?? (product && productCost(product, currency));
          if (found) cost = { kind: 'cost', cost: found };
        } catch (error) {
          cost = unmappable(error);
        }
      }
      const onProduct = cost;
      desired.set(article, new Map(targets.map(({ name }) => [name, onProduct])));
    }
    return { desired, unresolved };
  },
  // A cost that Omnium does not know any more stays: a till needs one for its margins.
  compareOnProduct({ tenant }, desired, product) {
    if (desired.kind !== 'cost') return 'nothing';
    const { cost } = desired;
    const update = purchasePriceChange(cost, tenant.config.currency, product);
    const from = product.purchasePrice === undefined ? undefined : inUnits(product.purchasePrice);
    return update && { update, field: 'cost', from, to: `${inUnits(cost.costCents)} ${cost.currency}` };
  },
};

/**
 * Amounts of stock on account (SOA), store by store, each to a price list of its own (Flow, prices page; the list and
 * Omnium's source are assumed). A list is made when there is something to be written to it.
 */
export const soaPriceExport: DeltaExport<PriceWrite> = {
  readsTogether: true,
  batch: PRICE_BATCH,
  partitions: async (context) => {
    const targets = await onAccountTargets(context);
    return { names: targets.map(({ name }) => name), leftOut: [], missing: [], afterWhole: [REMOVALS] };
  },
  pages: (context, partition) =>
    partition.name === REMOVALS && partition.read === 'everything'
      ? removalPages(context, partition)
      : pricePages(context, partition, amountsOnAccount),
  describe: describePriceWrite,
  isRemoval: isPriceRemoval,
  write: async (context, write) => {
    if ('list' in write && write.verdict.do === 'write') await ensureList(context, write.list);
    await applyPriceWrite(context, write);
  },
};

const amountsOnAccount: PriceStream = {
  targets: onAccountTargets,
  source: { changedIds, productChanges: 'none' },
  async read(context, articles, targets, at) {
    const { currency } = context.tenant.config;
    const read = await readCostPrices(context, articles, EVERY_PARTITION);
    const unresolved: UnresolvedRecord[] = [...read.unresolved];
    const desired = new Map<Article, ReadonlyMap<string, DesiredPrice>>();
    for (const [article, prices] of read.results.flatMap((some) => [...some])) {
      const { sku, isGone = false } = article;
      const byTarget = new Map<string, DesiredPrice>();
      for (const { name, storeId = '', markets } of targets) {
        const ofStore = prices.filter((price) => isSameId(price.storeId, storeId));
        byTarget.set(name, { kind: 'none', hasEnded: isGone });
        if (isGone || ofStore.length === 0) continue;
        const wanted = { sku, markets, storeId, currency, at };
        const next = nextCostChange(ofStore, wanted, [storeId], true);
        if (next) unresolved.push(deferred(recordOf(sku, name), next));
        try {
          byTarget.set(name, selectOnAccount(ofStore, wanted));
        } catch (error) {
          byTarget.set(name, unmappable(error));
        }
      }
      desired.set(article, byTarget);
    }
    return { desired, unresolved };
  },
  compareOnProduct: () => 'nothing',
};

/** Makes a list before the first price is written to it, once in a batch. */
async function ensureList(context: ExportContext, list: WrittenList): Promise<void> {
  const { stores } = context.tenant.flow;
  const { pricelistUid, storeId } = list;
  list.isMade ??= (async () => {
    if (await stores.getPricelist(pricelistUid, context)) return;
    const desired = compact({ pricelistUid, name: `${storeId ?? pricelistUid} SOA`, externalId: storeId });
    await createOrGet<unknown>(
      () => stores.createPricelist(desired, context),
      () => stores.getPricelist(pricelistUid, context),
    );
  })();
  try {
    await list.isMade;
  } catch (error) {
    list.isMade = undefined;
    throw error;
  }
}

/** Cost prices of articles, by article. @param partition which the records of articles that cannot be read are of */
async function readCostPrices(
  context: ExportContext,
  articles: readonly Article[],
  partition: string,
): ReturnType<typeof bisect<Article, ReadonlyMap<Article, readonly OmniumCostPrice[]>>> {
  return await bisect(
    articles,
    async (some) => {
      const bySku = new Map(some.map(({ sku }) => [sku, [] as OmniumCostPrice[]]));
      const productCodes = some.filter(({ isGone }) => !isGone).map(({ sku }) => sku);
      for (const price of await context.tenant.omnium.prices.searchCostPrices({ productCodes }, context)) {
        bySku.get(price.skuId ?? price.productId ?? '')?.push(price);
      }
      return new Map(some.map((article) => [article, bySku.get(article.sku) ?? []]));
    },
    { idOf: ({ sku }) => recordOf(sku, partition), givesUpRecords: context.givesUpRecords },
  );
}

/** A record that changes by itself one day. */
function deferred(record: string, at: Date): UnresolvedRecord {
  return { record, as: 'deferred', why: 'its cost price begins or ends later', at: at.toISOString() };
}
