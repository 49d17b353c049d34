import type { FlowPrice } from '../../clients/flow/prices';
import { marketIdsOf } from '../../config/connector';
import type { Partition } from '../../contracts/exports';
import type { FailureType } from '../../contracts/failure-types';
import { compact } from '../../domain/compact';
import { DocumentUnmappableError } from '../../domain/document-unmappable';
import { AmountInvalidError } from '../../domain/money';
import { EVERY_PARTITION, parseRecord, recordOf } from '../../domain/records';
import { stripToUid, UidInvalidError, uidOf } from '../../domain/uid';
import { readAhead } from '../delta/read-ahead';
import type { ExportContext, Page, UnresolvedRecord } from '../delta/stream';
import { chunksOf, severalAtOnce } from '../shared/concurrency';
import {
  flowPriceIndex,
  flowProductIndex,
  type KnownProduct,
  type PriceWrite,
  type ProductChange,
  type WrittenList,
} from './flow-prices';
import { compareListPrice, priceUidOf } from './mapping/list-price';
import type { Cost } from './mapping/select-cost';
import type { SelectedPrice } from './mapping/select-price';
import { ARTICLES_PER_QUESTION, articlesNamed, articlesOf, type Article, type ArticleSource } from './price-articles';
import type { PriceTarget } from './price-targets';

/**
 * A whole read begins each batch by reading Flow's lists, a call per hundred prices: fourteen thousand for a chain of
 * 100,000 articles and twelve stores. So a batch does half a million records, and that costs three calls per hundred of
 * them; the heartbeat's cursor keeps what a long batch has done when it is cut off.
 */
export const PRICE_BATCH = { records: 500_000, milliseconds: 30 * 60_000 };

/** What Omnium says about a SKU on a target, or why that cannot be carried over. */
export type DesiredPrice =
  | SelectedPrice
  | { readonly kind: 'cost'; readonly cost: Cost }
  | { readonly kind: 'failed'; readonly why: string; readonly failureType: FailureType };

/** What Omnium says about some articles. */
interface DesiredPrices {
  /** By article, then by the target's name; none of targets that are not compared. */
  readonly desired: ReadonlyMap<Article, ReadonlyMap<string, DesiredPrice>>;
  /** What could not be read, and what is to be compared again later. */
  readonly unresolved: readonly UnresolvedRecord[];
}

/** What differs between streams of prices. */
export interface PriceStream {
  targets(context: ExportContext): Promise<readonly PriceTarget[]>;
  readonly source: Omit<ArticleSource, 'marketIds'>;
  /** Reads what Omnium says about at most a hundred articles. */
  read(
    context: ExportContext,
    articles: readonly Article[],
    targets: readonly PriceTarget[],
    at: Date,
  ): Promise<DesiredPrices>;
  /** What is to be written to a product, of a target that is no list; undefined where it is right, 'nothing' where Omnium does not say. */
  compareOnProduct(
    context: ExportContext,
    desired: DesiredPrice,
    product: KnownProduct,
  ): ProductChange | 'nothing' | undefined;
}

/**
 * Compares prices article by article, a hundred at a time, with all the lists that are read together: what Omnium says is
 * asked for once. The cursor is the last SKU that is done.
 */
export async function* pricePages(
  context: ExportContext,
  partition: Partition,
  stream: PriceStream,
): AsyncGenerator<Page<PriceWrite>, void, undefined> {
  const all = await stream.targets(context);
  const names = all.map(({ name }) => name);
  const isNamed = partition.read === 'unresolved';
  const records = (partition.records ?? []).flatMap((record) => parseRecord(record, names) ?? []);
  const chosen = new Set(
    isNamed
      ? records.flatMap((record) => (record.partition === EVERY_PARTITION ? names : [record.partition]))
      : partition.members,
  );
  const targets = all.filter(({ name }) => chosen.has(name));
  if (targets.length === 0) return;
  const marketIds = [...new Set(targets.flatMap(({ markets }) => markets.map(({ marketId }) => marketId)))];
  const { articles, unresolved } = isNamed
    ? await articlesNamed(context, new Set(records.map(({ sku }) => sku)))
    : await articlesOf(context, partition, { ...stream.source, marketIds });
  if (unresolved.length > 0) yield { partition: partition.name, unchanged: 0, unresolved, pending: [] };
  const at = timeOf(context);
  /** What Omnium says, a hundred articles at a time: the next are read while these are compared. */
  async function* read(): AsyncGenerator<{ chunk: readonly Article[]; prices: DesiredPrices }, void, undefined> {
    for (const chunk of chunksOf(articles, ARTICLES_PER_QUESTION))
      yield { chunk, prices: await stream.read(context, chunk, targets, at) };
  }
  let inFlow: ReturnType<typeof openFlow> | undefined;
  let total: number | undefined;
  for await (const { chunk, prices } of readAhead(read())) {
    // How much of Flow will be asked for, and how many records there are, is estimated from the first hundred articles.
    const share = partition.read === 'everything' ? Infinity : articles.length / chunk.length;
    inFlow ??= openFlow(context, targets, prices, share, at);
    const page = await compareChunk(context, stream, prices, inFlow);
    const compared = page.unchanged + page.unresolved.length + page.pending.length;
    total ??= Math.round((compared * articles.length) / chunk.length);
    const cursor = isNamed ? undefined : chunk.at(-1)?.sku;
    yield { partition: partition.name, ...page, total, ...(cursor !== undefined && { cursor }) };
  }
}

/** Prices are as of now; where the run's window reaches further, as of its end. */
function timeOf({ window }: ExportContext): Date {
  return new Date(Math.max(Date.now(), Date.parse(window.to)));
}

/**
 * Flow's products, and the lists of targets by name.
 *
 * @param share how many times as many articles there are as in `first`
 */
function openFlow(
  context: ExportContext,
  targets: readonly PriceTarget[],
  first: DesiredPrices,
  share: number,
  at: Date,
): { readonly products: ReturnType<typeof flowProductIndex>; readonly lists: ReadonlyMap<string, WrittenList> } {
  const prices = [...first.desired.values()];
  const expected = (articles: number): number => (share === Infinity ? Infinity : Math.ceil(articles * share));
  const lists = new Map<string, WrittenList>();
  for (const { name, storeId, isOnProduct } of targets) {
    if (isOnProduct) continue;
    const articles = prices.filter((own) => own.has(name)).length;
    const index = flowPriceIndex(context, name, expected(articles), at);
    lists.set(name, { pricelistUid: name, storeId, index });
  }
  return { products: flowProductIndex(context, expected(prices.filter(({ size }) => size > 0).length)), lists };
}

/**
 * Compares what Omnium says about some articles with Flow. An article that Flow does not have is unresolved as unknown; one
 * whose uid belongs to another article is a collision, and nothing is written to it (`externalId` says so, else the SKU).
 * Neither counts where there is nothing to be written.
 */
async function compareChunk(
  context: ExportContext,
  stream: PriceStream,
  { desired, unresolved: unread }: DesiredPrices,
  { products, lists }: ReturnType<typeof openFlow>,
): Promise<Pick<Page<PriceWrite>, 'unchanged' | 'unresolved' | 'pending'>> {
  const unresolved = [...unread];
  const pending: PriceWrite[] = [];
  let unchanged = 0;
  const fail = (record: string, why: string, failureType: FailureType): void =>
    void unresolved.push({ record, as: 'failed', why, failureType });
  const isAnyWanted = (prices: ReadonlyMap<string, DesiredPrice>): boolean =>
    [...prices.values()].some(({ kind }) => kind === 'price' || kind === 'cost');

  const named: { sku: string; productUid: string; isGone?: boolean; prices: ReadonlyMap<string, DesiredPrice> }[] = [];
  for (const [{ sku, isGone }, prices] of desired) {
    try {
      if (prices.size > 0) named.push({ sku, productUid: stripToUid(sku), prices, ...compact({ isGone }) });
    } catch (error) {
      if (!(error instanceof UidInvalidError)) throw error;
      if (isAnyWanted(prices)) fail(recordOf(sku, EVERY_PARTITION), error.message, 'OmniumResponseInvalid');
    }
  }
  const uidsOn = (name?: string): string[] => {
    const asked = name === undefined ? named : named.filter(({ prices }) => prices.has(name));
    return [...new Set(asked.map(({ productUid }) => productUid))];
  };
  const [known, onLists] = await Promise.all([
    products.factsOf(uidsOn()),
    Promise.all(Array.from(lists, async ([name, { index }]) => [name, await index.factsOf(uidsOn(name))] as const)),
  ]);
  const knownOn = new Map(onLists);

  for (const { sku, productUid, isGone, prices } of named) {
    const product = known.get(productUid);
    if (product?.articleSku !== sku) {
      if (!isAnyWanted(prices)) continue;
      const record = recordOf(sku, EVERY_PARTITION);
      if (!product) unresolved.push({ record, as: 'unknown', why: 'Flow has no such product' });
      else fail(record, 'another product has the same uid in Flow; rename one in Omnium', 'UidCollision');
      continue;
    }
    for (const [name, price] of prices) {
      const record = recordOf(sku, name);
      const list = lists.get(name);
      if (price.kind === 'failed') fail(record, price.why, price.failureType);
      else if (price.kind === 'refused') fail(record, price.why, 'OmniumResponseInvalid');
      else if (!list) {
        const change = stream.compareOnProduct(context, price, product);
        if (change === undefined) unchanged += 1;
        else if (change !== 'nothing') pending.push({ record, sku, productUid, ...change });
      } else if (price.kind !== 'cost') {
        const before = knownOn.get(name)?.get(productUid);
        const verdict = compareListPrice(price, before);
        const isAbsent = isGone === true || (price.kind === 'none' && !price.hasEnded);
        if (verdict.do !== 'nothing') pending.push({ record, sku, productUid, verdict, known: before, list, isAbsent });
        else if (price.kind === 'price' || before?.isOurs) unchanged += 1;
      }
    }
  }
  return { unchanged, unresolved, pending };
}

/** What of a document cannot be carried over, in words; anything else is thrown. */
export function unmappable(error: unknown): Extract<DesiredPrice, { readonly kind: 'failed' }> {
  if (error instanceof AmountInvalidError) return { kind: 'failed', why: error.message, failureType: 'AmountInvalid' };
  if (error instanceof DocumentUnmappableError)
    return { kind: 'failed', why: error.message, failureType: 'OmniumResponseInvalid' };
  throw error;
}

/** Prices of one page. */
const REMOVALS_PER_PAGE = 1_000;
const LISTS_AT_ONCE = 4;

/**
 * Takes out of Flow's lists our prices of articles that Omnium has no more. What Omnium has was compared article by article
 * before; this finds what is left. Nothing is removed when Omnium names no article at all, or some that cannot be read: they
 * would look as if they were gone.
 */
export async function* removalPages(
  context: ExportContext,
  { name: partition, members = [] }: Partition,
): AsyncGenerator<Page<PriceWrite>, void, undefined> {
  const { flow, config } = context.tenant;
  const { articles, unresolved } = await articlesOf(
    context,
    { read: 'everything' },
    {
      changedIds: () => Promise.resolve({ ids: [], unreadable: 0 }),
      productChanges: 'none',
      marketIds: marketIdsOf(config),
    },
  );
  if (articles.length === 0 || unresolved.length > 0) {
    const why = 'prices of articles that are gone were not looked for: Omnium’s list of products could not be read';
    const record = recordOf('removals', EVERY_PARTITION);
    const failed = { record, as: 'failed', why, failureType: 'OmniumResponseInvalid' } as const;
    yield { partition, unchanged: 0, unresolved: [failed], pending: [] };
    return;
  }
  const inOmnium = new Set<string>(articles.flatMap(({ sku }) => uidOf(sku) ?? []));
  const gone = new Map<string, FlowPrice[]>();
  // Removing moves the pages of a list, so each is read to its end first. What is kept on products is no list.
  await severalAtOnce(members, LISTS_AT_ONCE, async (pricelistUid) => {
    const found: FlowPrice[] = [];
    gone.set(pricelistUid, found);
    if (!(await flow.stores.getPricelist(pricelistUid, context))) return;
    for await (const { prices } of flow.prices.list(pricelistUid, context)) {
      for (const price of prices) {
        const isOurs = price.priceUid === priceUidOf(price.productUid, pricelistUid);
        if (isOurs && !inOmnium.has(price.productUid)) found.push(price);
      }
    }
  });
  // By Omnium's id, by which each is asked for once more. Nothing is sold by a price of what Flow does not know.
  const uids = [...new Set([...gone.values()].flat().map(({ productUid }) => productUid))];
  const known = await flowProductIndex(context, uids.length).factsOf(uids);
  for (const [pricelistUid, prices] of gone) {
    const list = { pricelistUid, index: flowPriceIndex(context, pricelistUid, 0, timeOf(context)) };
    for (const some of chunksOf(prices, REMOVALS_PER_PAGE)) {
      const pending = some.flatMap(({ productUid, price }): PriceWrite[] => {
        const sku = known.get(productUid)?.articleSku;
        if (sku === undefined) return [];
        const there = { priceCents: price, isOurs: true };
        const record = recordOf(sku, pricelistUid);
        return [{ record, sku, productUid, verdict: { do: 'remove' }, known: there, list, isAbsent: true }];
      });
      yield { partition, unchanged: 0, unresolved: [], pending };
    }
  }
}
