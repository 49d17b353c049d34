import type { OmniumPrice } from '../../clients/omnium/prices';
import type { OmniumProduct } from '../../clients/omnium/products';
import { marketIdsOf } from '../../config/connector';
import { EVERY_PARTITION, recordOf } from '../../domain/records';
import { selectPrice, type PriceWanted } from './mapping/select-price';
import type { DeltaExport } from '../delta/stream';
import { applyPriceWrite, describePriceWrite, inUnits, type PriceWrite, type ProductChange } from './price-writes';
import type { KnownProduct } from './flow-price-index';
import { bisect } from '../delta/bisect';
import type { Article, ChangedIds, PriceWork } from './price-articles';
import { unmappable } from './price-page';
import { removalPages } from './price-removals';
import { pricePages, type PriceStream, type ReadAbout, type Wanted, type WantedPrices } from './price-stream';
import { partsOfTargets, priceTargetsOf, REMOVALS, type PriceTarget } from './price-targets';
import { pricesByStore, storeKey, touchedTargets } from './touched-targets';

/**
 * A whole read begins each stretch by reading Flow's lists, a call per hundred prices: fourteen thousand for a chain of
 * 100,000 articles and twelve stores. So a stretch does half a million rows, and that costs three calls per hundred rows;
 * the heartbeat's cursor keeps what a long stretch has done when it is cut off.
 */
export const PRICE_BATCH = { records: 500_000, milliseconds: 30 * 60_000 };

/**
 * Selling prices: the main lists, the stores' own lists and the recommended price of the products, article by article
 * (Flow, prices page). Which price holds: `selectPrice`.
 */
export const priceExport: DeltaExport<PriceWrite> = {
  readsTogether: true,
  batch: PRICE_BATCH,
  partitions: partsOfTargets,
  pages: (work, part) =>
    part.name === REMOVALS && part.read === 'everything'
      ? removalPages(part, work)
      : pricePages(part, work, sellingPrices),
  describe: describePriceWrite,
  write: applyPriceWrite,
};

const sellingPrices: PriceStream = {
  targetsOf: priceTargetsOf,
  sourceOf: (targets) => ({
    changedIds: changedPrices,
    productChanges: 'with-price-windows',
    marketIds: [...new Set(targets.flatMap(({ markets }) => markets.map(({ marketId }) => marketId)))],
  }),
  read: readPrices,
  compareOnProduct: compareRecommended,
};

/** What Omnium does not say stays: a till falls back to it where no list has a price. */
function compareRecommended(wanted: Wanted, product: KnownProduct): ProductChange | 'nothing' | undefined {
  const cents = wanted.kind === 'price' ? wanted.recommendedRetailPriceCents : undefined;
  if (cents === undefined) return 'nothing';
  const before = product.recommendedRetailPrice;
  if (before === cents) return undefined;
  const from = before === undefined ? {} : { from: inUnits(before) };
  return { update: { recommendedRetailPrice: cents }, field: 'recommended price', ...from, to: inUnits(cents) };
}

async function changedPrices(context: PriceWork, lastModified: string): Promise<ChangedIds> {
  const { tenant } = context;
  const ids = new Set<string>();
  let unreadable = 0;
  const search = { lastModified, marketIds: marketIdsOf(tenant.config) };
  for await (const batch of tenant.omnium.prices.changedSkus(search, context)) {
    for (const id of batch.skuIds) ids.add(id);
    unreadable += batch.unreadable;
  }
  return { ids, unreadable };
}

async function readPrices(articles: readonly Article[], about: ReadAbout): Promise<WantedPrices> {
  const { work } = about;
  const options = {
    idOf: ({ sku }: Article) => recordOf(sku, EVERY_PARTITION),
    givesUpRecords: work.givesUpRecords,
  };
  const { results, unresolved: open } = await bisect(articles, (some) => pricesOf(some, work), options);
  const prices = new Map(results.flatMap((some) => [...some]));
  const wanted = new Map(Array.from(prices, ([article, own]) => [article, selectAll(article, own, about)] as const));
  return { wanted, open };
}

/**
 * The prices of articles and of their products, from the index of prices; where that has none of an article, those of its
 * product's document (a chain may keep prices in either, omnium-api.md §9.2).
 */
async function pricesOf(
  articles: readonly Article[],
  context: PriceWork,
): Promise<ReadonlyMap<Article, readonly OmniumPrice[]>> {
  const { tenant } = context;
  const there = articles.filter(({ isGone }) => isGone !== true);
  const productCodes = [...new Set(there.flatMap(({ sku, productId }) => [sku, productId]))];
  const marketIds = marketIdsOf(tenant.config);
  const byCode = new Map<string, OmniumPrice[]>();
  const priced = new Set<string>();
  for await (const batch of tenant.omnium.prices.search({ productCodes, marketIds }, context)) {
    for (const price of batch.prices) addTo(byCode, price.skuId, price);
    for (const skuId of batch.skuIds) priced.add(skuId);
  }
  const prices = new Map<Article, readonly OmniumPrice[]>(articles.map((article) => [article, []]));
  const without: Article[] = [];
  for (const article of there) {
    const own = byCode.get(article.sku) ?? [];
    const product = article.productId === article.sku ? [] : (byCode.get(article.productId) ?? []);
    prices.set(article, [...own, ...product]);
    if (!priced.has(article.sku) && !priced.has(article.productId)) without.push(article);
  }
  if (without.length === 0) return prices;
  const productIds = [...new Set(without.map(({ productId }) => productId))];
  const products = await tenant.omnium.products.query({ productIds }, context);
  for (const article of without) prices.set(article, pricesInDocuments(article, products));
  return prices;
}

/** Each language has a document of its own, with the same prices. */
function pricesInDocuments({ sku, productId }: Article, products: readonly OmniumProduct[]): readonly OmniumPrice[] {
  const product = products.find((one) => one.productId === productId);
  if (!product) return [];
  const variant = product.variants.find((one) => one.skuId === sku);
  return [
    ...(variant?.prices ?? []).map((price) => ({ ...price, skuId: price.skuId ?? sku })),
    ...product.prices.map((price) => ({ ...price, skuId: price.skuId ?? productId })),
  ];
}

function addTo(byCode: Map<string, OmniumPrice[]>, code: string | undefined, price: OmniumPrice): void {
  if (code === undefined) return;
  const known = byCode.get(code);
  if (known) known.push(price);
  else byCode.set(code, [price]);
}

/** What holds on each target that is looked at. Of a product that is gone nothing does, whoever made its prices. */
function selectAll(article: Article, prices: readonly OmniumPrice[], about: ReadAbout): ReadonlyMap<string, Wanted> {
  const { work, at } = about;
  const { currency } = work.tenant.config;
  const { sku, productId, isGone } = article;
  const byStore = pricesByStore(prices);
  const targets = touchedTargets(article, byStore, about);
  return new Map(
    targets.map(({ member, storeId, markets, isOnProduct }: PriceTarget): [string, Wanted] => {
      if (isGone) return [member, { kind: 'none', hasEnded: true }];
      const wanted: PriceWanted = { sku, productId, storeId, markets, currency, at };
      const selected = select(byStore.get(storeKey(storeId)) ?? [], wanted);
      // What is wrong with a price is said once, about the list.
      const isSaid = isOnProduct === true && isWrong(selected) && targets.some((other) => isSharedList(other));
      return [member, isSaid ? { kind: 'none', hasEnded: false } : selected];
    }),
  );
}

function isWrong({ kind }: Wanted): boolean {
  return kind === 'failed' || kind === 'refused';
}

/** A list of no store. */
function isSharedList({ storeId, isOnProduct }: PriceTarget): boolean {
  return storeId === undefined && isOnProduct !== true;
}

function select(prices: readonly OmniumPrice[], wanted: PriceWanted): Wanted {
  try {
    return selectPrice(prices, wanted);
  } catch (error) {
    return { kind: 'failed', ...unmappable(error) };
  }
}
