import type { OmniumCostPrice } from '../../clients/omnium/prices';
import type { OmniumProduct } from '../../clients/omnium/products';
import { EVERY_PARTITION, recordOf } from '../../domain/records';
import { nextCostChange, productCost, purchasePriceChange, selectChainCost, type Cost } from './mapping/select-cost';
import { applyPriceWrite, describePriceWrite, inUnits, type PriceWrite, type ProductChange } from './price-writes';
import type { DeltaExport, ExportContext, UnresolvedRecord } from '../delta/stream';
import type { KnownProduct } from './flow-price-index';
import { bisect } from '../delta/bisect';
import type { Article, ChangedIds, PriceWork } from './price-articles';
import { PRICE_BATCH } from './price-export';
import { unmappable } from './price-page';
import { pricePages, type PriceStream, type ReadAbout, type Wanted, type WantedPrices } from './price-stream';
import type { PriceTarget } from './price-targets';

/** The one part: what a product costs the chain. */
const COST = 'cost';

/**
 * Cost prices: what each product costs the whole chain, to the product itself (Flow, prices page). From Omnium's cost
 * prices, else from the product. What a product costs a store goes with the stock levels where that is configured.
 */
export const costPriceExport: DeltaExport<PriceWrite> = {
  readsTogether: true,
  batch: PRICE_BATCH,
  partitions: (work) => Promise.resolve({ names: isOurs(work) ? [COST] : [], leftOut: leftOut(work), missing: [] }),
  pages: (work, part) => pricePages(part, work, costPrices),
  describe: describePriceWrite,
  write: applyPriceWrite,
};

const costPrices: PriceStream = {
  targetsOf: (work) => Promise.resolve(isOurs(work) ? [targetOf(work)] : []),
  sourceOf: ([target]) => ({
    changedIds: changedCosts,
    productChanges: 'modified',
    marketIds: (target?.markets ?? []).map(({ marketId }) => marketId),
  }),
  read: readCosts,
  compareOnProduct: compareCost,
};

/** A product has one cost, whatever the markets: the export of the tenant's first market brings it. */
function isOurs({ tenant, markets }: Pick<ExportContext, 'tenant' | 'markets'>): boolean {
  return markets.some(({ marketId }) => marketId === tenant.config.markets[0]?.marketId);
}

function leftOut(work: ExportContext): { readonly name: string; readonly reason: string }[] {
  const first = work.tenant.config.markets[0]?.marketId ?? '';
  return isOurs(work)
    ? []
    : [{ name: COST, reason: `it is brought by the export of market ${first}, for all markets` }];
}

function targetOf({ tenant }: ExportContext): PriceTarget {
  return { member: COST, isOnProduct: true, markets: tenant.config.markets };
}

/** Cost prices that changed, of whatever store or type. */
export async function changedCosts(context: PriceWork, lastModified: string): Promise<ChangedIds> {
  const { tenant } = context;
  const { skuIds, unreadable } = await tenant.omnium.prices.changedCostSkus({ lastModified }, context);
  return { ids: skuIds, unreadable };
}

/** Cost prices of articles, by article. */
export async function costPricesOf(
  articles: readonly Article[],
  context: PriceWork,
): Promise<ReadonlyMap<Article, OmniumCostPrice[]>> {
  const { tenant } = context;
  const bySku = new Map(articles.map((article) => [article.sku, [] as OmniumCostPrice[]]));
  const productCodes = articles.filter(({ isGone }) => isGone !== true).map(({ sku }) => sku);
  for (const price of await tenant.omnium.prices.searchCostPrices({ productCodes }, context)) {
    bySku.get(price.skuId ?? price.productId ?? '')?.push(price);
  }
  return new Map(articles.map((article) => [article, bySku.get(article.sku) ?? []]));
}

/** What is known of an article's cost. */
interface KnownCosts {
  readonly prices: readonly OmniumCostPrice[];
  readonly products: readonly OmniumProduct[];
}

async function readCosts(articles: readonly Article[], about: ReadAbout): Promise<WantedPrices> {
  const { work, targets } = about;
  const idOf = ({ sku }: Article): string => recordOf(sku, COST);
  const { givesUpRecords } = work;
  const read = await bisect(articles, (some) => costPricesOf(some, work), { idOf, givesUpRecords });
  const prices = new Map(read.results.flatMap((some) => [...some]));
  const wantedAt = (article: Article) => ({ ...costAbout(work), sku: article.sku, at: about.at });
  const without = [...prices].filter(([article, own]) => !hasChainCost(own, wantedAt(article))).map(([one]) => one);
  const documents = await bisect(
    without.filter(({ isGone }) => isGone !== true),
    (some) => work.tenant.omnium.products.query({ productIds: some.map(({ productId }) => productId) }, work),
    { idOf: ({ sku }) => recordOf(sku, EVERY_PARTITION), givesUpRecords },
  );
  const products = documents.results.flat();
  const wanted = new Map<Article, ReadonlyMap<string, Wanted>>();
  const open: UnresolvedRecord[] = [...read.unresolved, ...documents.unresolved];
  for (const [article, own] of prices) {
    const next = nextCostChange(own, wantedAt(article), [], false);
    if (next) open.push(deferredRecord(idOf(article), next));
    const cost = costOf(article, { prices: own, products }, wantedAt(article));
    wanted.set(article, new Map(targets.map(({ member }) => [member, cost])));
  }
  return { wanted, open };
}

/** A row that changes by itself one day. */
export function deferredRecord(record: string, at: Date): UnresolvedRecord {
  return { record, as: 'deferred', why: 'its cost price begins or ends later', at: at.toISOString() };
}

type CostAbout = Parameters<typeof selectChainCost>[1];

function costAbout({ tenant }: PriceWork): Pick<CostAbout, 'markets' | 'currency'> {
  const { markets, currency } = tenant.config;
  return { markets, currency };
}

/** A cost price that cannot be carried over is one, all the same. */
function hasChainCost(prices: readonly OmniumCostPrice[], wanted: CostAbout): boolean {
  try {
    return selectChainCost(prices, wanted) !== undefined;
  } catch {
    return true;
  }
}

function costOf(article: Article, { prices, products }: KnownCosts, wanted: CostAbout): Wanted {
  try {
    const cost = selectChainCost(prices, wanted) ?? costInDocuments(article, products, wanted.currency);
    return cost ? { kind: 'cost', cost } : { kind: 'none', hasEnded: false };
  } catch (error) {
    return { kind: 'failed', ...unmappable(error) };
  }
}

/** A variant's own cost before its product's. */
function costInDocuments(
  { sku, productId }: Article,
  products: readonly OmniumProduct[],
  currency: string,
): Cost | undefined {
  const product = products.find((one) => one.productId === productId);
  if (!product) return undefined;
  const variant = product.variants.find(({ skuId }) => skuId === sku);
  return (variant && productCost(variant, currency)) ?? productCost(product, currency);
}

/** A cost that Omnium does not know any more stays: a till needs one for its margins. */
function compareCost(
  wanted: Wanted,
  product: KnownProduct,
  { tenant }: PriceWork,
): ProductChange | 'nothing' | undefined {
  if (wanted.kind !== 'cost') return 'nothing';
  const { cost } = wanted;
  const update = purchasePriceChange(cost, tenant.config.currency, product);
  const from = product.purchasePrice === undefined ? {} : { from: inUnits(product.purchasePrice) };
  return update && { update, field: 'cost', ...from, to: `${inUnits(cost.costCents)} ${cost.currency}` };
}
