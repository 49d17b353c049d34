import type { OmniumPrice } from '../../clients/omnium/prices';
import { marketIdsOf } from '../../config/connector';
import { EVERY_PARTITION, recordOf } from '../../domain/records';
import { bisect } from '../delta/bisect';
import type { DeltaExport, ExportContext } from '../delta/stream';
import { applyPriceWrite, describePriceWrite, inUnits, isPriceRemoval, type PriceWrite } from './flow-prices';
import { selectPrice } from './mapping/select-price';
import type { Article } from './price-articles';
import { PRICE_BATCH, pricePages, removalPages, unmappable, type DesiredPrice, type PriceStream } from './price-stream';
import { pricePartitions, priceTargets, REMOVALS, type PriceTarget } from './price-targets';

/**
 * Selling prices: the main lists, the stores' own lists and the recommended price of the products, article by article
 * (Flow, prices page). Which price holds: {@link selectPrice}.
 */
export const priceExport: DeltaExport<PriceWrite> = {
  readsTogether: true,
  batch: PRICE_BATCH,
  partitions: pricePartitions,
  pages: (context, partition) =>
    partition.name === REMOVALS && partition.read === 'everything'
      ? removalPages(context, partition)
      : pricePages(context, partition, sellingPrices),
  describe: describePriceWrite,
  isRemoval: isPriceRemoval,
  write: applyPriceWrite,
};

const sellingPrices: PriceStream = {
  targets: priceTargets,
  source: {
    async changedIds(context, lastModified) {
      const { config, omnium } = context.tenant;
      const ids = new Set<string>();
      let unreadable = 0;
      for await (const batch of omnium.prices.changedSkus({ lastModified, marketIds: marketIdsOf(config) }, context)) {
        for (const id of batch.skuIds) ids.add(id);
        unreadable += batch.unreadable;
      }
      return { ids, unreadable };
    },
    productChanges: 'with-price-windows',
  },
  async read(context, articles, targets, at) {
    const read = await bisect(articles, (some) => pricesOf(context, some), {
      idOf: ({ sku }) => recordOf(sku, EVERY_PARTITION),
      givesUpRecords: context.givesUpRecords,
    });
    const prices = read.results.flatMap((some) => [...some]);
    const desired = new Map(
      prices.map(([article, own]) => [article, selectAll(context, article, own, targets, at)] as const),
    );
    return { desired, unresolved: read.unresolved };
  },
  // What Omnium does not say stays: a till falls back to it where no list has a price.
  compareOnProduct(_context, desired, { recommendedRetailPrice: before }) {
    const cents = desired.kind === 'price' ? desired.recommendedRetailPriceCents : undefined;
    if (cents === undefined) return 'nothing';
    if (before === cents) return undefined;
    const from = before === undefined ? undefined : inUnits(before);
    return { update: { recommendedRetailPrice: cents }, field: 'recommended price', from, to: inUnits(cents) };
  },
};

/**
 * The prices of articles and of their products, from the index of prices; where that has none of an article, those of its
 * product's document (a chain may keep prices in either, omnium-api.md §9.2).
 */
async function pricesOf(
  context: ExportContext,
  articles: readonly Article[],
): Promise<ReadonlyMap<Article, readonly OmniumPrice[]>> {
  const { config, omnium } = context.tenant;
  const there = articles.filter(({ isGone }) => !isGone);
  const productCodes = [...new Set(there.flatMap(({ sku, productId }) => [sku, productId]))];
  const byCode = new Map<string, OmniumPrice[]>(productCodes.map((code) => [code, []]));
  const priced = new Set<string>();
  for await (const batch of omnium.prices.search({ productCodes, marketIds: marketIdsOf(config) }, context)) {
    for (const price of batch.prices) byCode.get(price.skuId ?? '')?.push(price);
    for (const skuId of batch.skuIds) priced.add(skuId);
  }
  const prices = new Map<Article, readonly OmniumPrice[]>(articles.map((article) => [article, []]));
  for (const article of there) {
    const codes = new Set([article.sku, article.productId]);
    prices.set(
      article,
      [...codes].flatMap((code) => byCode.get(code) ?? []),
    );
  }
  const without = there.filter(({ sku, productId }) => !priced.has(sku) && !priced.has(productId));
  if (without.length === 0) return prices;
  const productIds = [...new Set(without.map(({ productId }) => productId))];
  // Each language has a document of its own, with the same prices.
  const products = await omnium.products.query({ productIds }, context);
  for (const article of without) {
    const { sku, productId } = article;
    const product = products.find((one) => one.productId === productId);
    const variant = product?.variants.find(({ skuId }) => skuId === sku);
    prices.set(article, [
      ...(variant?.prices ?? []).map((price) => ({ ...price, skuId: price.skuId ?? sku })),
      ...(product?.prices ?? []).map((price) => ({ ...price, skuId: price.skuId ?? productId })),
    ]);
  }
  return prices;
}

/** What holds on each target that is compared. Of a product that is gone nothing does, whoever made its prices. */
function selectAll(
  context: ExportContext,
  article: Article,
  prices: readonly OmniumPrice[],
  targets: readonly PriceTarget[],
  at: Date,
): ReadonlyMap<string, DesiredPrice> {
  const { currency } = context.tenant.config;
  const { sku, productId, isGone } = article;
  const byStore = new Map<string, OmniumPrice[]>();
  for (const price of prices) {
    const key = storeKey(price);
    byStore.set(key, [...(byStore.get(key) ?? []), price]);
  }
  const touched = touchedTargets(article, prices, targets, context.window.from, at);
  // What is wrong with a price is said once, about the list of no store where there is one.
  const hasSharedList = touched.some(({ storeId, isOnProduct }) => storeId === undefined && isOnProduct !== true);
  return new Map(
    touched.map((target): [string, DesiredPrice] => {
      const { name, storeId, markets, isOnProduct } = target;
      if (isGone) return [name, { kind: 'none', hasEnded: true }];
      let selected: DesiredPrice;
      try {
        const own = byStore.get(storeKey(target)) ?? [];
        selected = selectPrice(own, { sku, productId, storeId, markets, currency, at });
      } catch (error) {
        selected = unmappable(error);
      }
      const isWrong = selected.kind === 'failed' || selected.kind === 'refused';
      return [name, isWrong && isOnProduct && hasSharedList ? { kind: 'none', hasEnded: false } : selected];
    }),
  );
}

/** Omnium's ids are compared without regard to case; prices of no store are together. */
function storeKey({ storeId }: { readonly storeId?: string | undefined }): string {
  return storeId?.toLowerCase() ?? '';
}

/**
 * Targets on which another price may hold than at the run before. All of them, unless the article is compared for a price:
 * then those of a store, or of none, of which a price was changed, began or ended since. A SKU that Omnium names although
 * none of its prices was touched has lost one, which may have been on any of them.
 *
 * @param from since when, ISO-8601; undefined or empty = everything
 */
export function touchedTargets(
  { because, isGone }: Article,
  prices: readonly OmniumPrice[],
  targets: readonly PriceTarget[],
  from: string | undefined,
  at: Date,
): readonly PriceTarget[] {
  if (isGone || because === undefined || from === undefined) return targets;
  const isSince = (time: string | undefined, untilMs = Infinity): boolean =>
    Date.parse(time ?? '') >= Date.parse(from) && Date.parse(time ?? '') <= untilMs;
  const touchedPrices = prices.filter(
    ({ modified, validFrom, validUntil }) =>
      modified === undefined ||
      isSince(modified) ||
      isSince(validFrom, at.getTime()) ||
      isSince(validUntil, at.getTime()),
  );
  const touched = new Set(touchedPrices.map(storeKey));
  if (touched.size === 0 && because === 'its-price') return targets;
  return targets.filter((target) => touched.has(storeKey(target)));
}
