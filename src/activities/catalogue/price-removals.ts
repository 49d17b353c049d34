import type { FlowPrice } from '../../clients/flow/prices';
import { marketIdsOf } from '../../config/connector';
import type { Partition } from '../../contracts/exports';
import { EVERY_PARTITION, recordOf } from '../../domain/records';
import { uidOf } from '../../domain/uid';
import { priceUidOf } from './mapping/list-price';
import type { PriceWrite } from './price-writes';
import { chunksOf, severalAtOnce } from '../shared/concurrency';
import type { Page } from '../delta/stream';
import { flowPriceIndex } from './flow-price-index';
import { articlesOf, type PriceWork } from './price-articles';
import { PricePage } from './price-page';
import { timeOf } from './price-stream';

/** Prices of one page. */
const PAGE = 1_000;
const LISTS_AT_ONCE = 4;

/**
 * Takes out of Flow's lists our prices of articles that Omnium has no more. What Omnium has was looked at article by article
 * before; this finds what is left. Nothing is removed when Omnium names no article at all, or some that cannot be read: they
 * would look as if they were gone.
 */
export async function* removalPages(
  part: Partition,
  work: PriceWork,
): AsyncGenerator<Page<PriceWrite>, void, undefined> {
  const members = part.members ?? [];
  const everything = { name: part.name, read: 'everything' } as const;
  const source = { changedIds: nothing, productChanges: 'none', marketIds: marketIdsOf(work.tenant.config) } as const;
  const { articles, open } = await articlesOf(everything, work, source);
  if (articles.length === 0 || open.length > 0) {
    const why = 'prices of articles that are gone were not looked for: Omnium’s list of products could not be read';
    const record = recordOf('removals', EVERY_PARTITION);
    const failed = { record, as: 'failed', why, failureType: 'OmniumResponseInvalid' } as const;
    yield { partition: part.name, unchanged: 0, unresolved: [failed], pending: [] };
    return;
  }
  const inOmnium = new Set<string>(articles.flatMap(({ sku }) => uidOf(sku) ?? []));
  const gone = new Map<string, readonly FlowPrice[]>();
  await severalAtOnce(members, LISTS_AT_ONCE, async (pricelistUid) => {
    gone.set(pricelistUid, await goneFrom(pricelistUid, work, inOmnium));
  });
  for (const [pricelistUid, prices] of gone) yield* pagesOfGone(prices, { pricelistUid, part, work });
}

function nothing(): Promise<{ readonly ids: readonly string[]; readonly unreadable: number }> {
  return Promise.resolve({ ids: [], unreadable: 0 });
}

/** Removing moves the pages of a list, so it is read to its end first. What is kept on products is no list. */
async function goneFrom(
  pricelistUid: string,
  context: PriceWork,
  inOmnium: ReadonlySet<string>,
): Promise<readonly FlowPrice[]> {
  const { tenant } = context;
  const gone: FlowPrice[] = [];
  if (!(await tenant.flow.stores.getPricelist(pricelistUid, context))) return gone;
  for await (const { prices } of tenant.flow.prices.list(pricelistUid, context)) {
    gone.push(...prices.filter((price) => isOurs(price, pricelistUid) && !inOmnium.has(price.productUid)));
  }
  return gone;
}

function* pagesOfGone(
  gone: readonly FlowPrice[],
  { pricelistUid, part, work }: { readonly pricelistUid: string; readonly part: Partition; readonly work: PriceWork },
): Generator<Page<PriceWrite>, void, undefined> {
  const index = flowPriceIndex(pricelistUid, work.tenant, work, 0, timeOf(work));
  for (const some of chunksOf(gone, PAGE)) {
    const page = new PricePage(part.name);
    for (const { productUid, price } of some) {
      const known = { priceCents: price, isOurs: true };
      const record = recordOf(productUid, pricelistUid);
      const list = { pricelistUid, index };
      page.due.push({ record, sku: productUid, productUid, verdict: { do: 'remove' }, known, list });
    }
    yield page.toPage({});
  }
}

function isOurs({ priceUid, productUid }: FlowPrice, pricelistUid: string): boolean {
  return priceUid === priceUidOf(productUid, pricelistUid);
}
