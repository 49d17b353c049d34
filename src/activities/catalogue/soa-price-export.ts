import { VendorHttpError } from '../../clients/errors';
import type { CallContext } from '../../clients/http';
import type { OmniumCostPrice } from '../../clients/omnium/prices';
import { EVERY_PARTITION, recordOf } from '../../domain/records';
import { nextCostChange, selectOnAccount } from './mapping/select-cost';
import type { Tenant } from '../tenants';
import { changedCosts, costPricesOf, deferredRecord } from './cost-price-export';
import type { DeltaExport, UnresolvedRecord } from '../delta/stream';
import { bisect } from '../delta/bisect';
import type { Article } from './price-articles';
import { applyPriceWrite, describePriceWrite, type PriceWrite } from './price-writes';
import { PRICE_BATCH } from './price-export';
import { unmappable } from './price-page';
import { removalPages } from './price-removals';
import { pricePages, type PriceStream, type ReadAbout, type Wanted, type WantedPrices } from './price-stream';
import { onAccountTargetsOf, REMOVALS, type PriceTarget } from './price-targets';

/**
 * Amounts of stock on account (SOA), store by store, each to a price list of its own (Flow, prices page; the list and
 * Omnium's source are assumed). A list is made when there is something to be written to it.
 */
export const soaPriceExport: DeltaExport<PriceWrite> = {
  readsTogether: true,
  batch: PRICE_BATCH,
  partitions: async (work) => {
    const targets = await onAccountTargetsOf(work);
    return { names: targets.map(({ member }) => member), leftOut: [], missing: [], afterWhole: [REMOVALS] };
  },
  pages: (work, part) =>
    part.name === REMOVALS && part.read === 'everything'
      ? removalPages(part, work)
      : pricePages(part, work, amountsOnAccount),
  describe: describePriceWrite,
  write: applyPriceWrite,
};

const amountsOnAccount: PriceStream = {
  targetsOf: onAccountTargetsOf,
  sourceOf: (targets) => ({
    changedIds: changedCosts,
    productChanges: 'none',
    marketIds: [...new Set(targets.flatMap(({ markets }) => markets.map(({ marketId }) => marketId)))],
  }),
  read: readAmounts,
  compareOnProduct: () => 'nothing',
  makeList: (target, tenant) => listMaker(target, tenant),
};

/** Makes the list before the first price is written to it, once; somebody else may have been quicker. */
function listMaker({ member, storeId }: PriceTarget, { flow }: Tenant): (context: CallContext) => Promise<void> {
  let made: Promise<void> | undefined;
  const make = async (context: CallContext): Promise<void> => {
    if (await flow.stores.getPricelist(member, context)) return;
    const name = `${storeId ?? member} SOA`;
    try {
      await flow.stores.createPricelist(
        { pricelistUid: member, name, ...(storeId !== undefined && { externalId: storeId }) },
        context,
      );
    } catch (error) {
      if (!(error instanceof VendorHttpError && error.status === 409)) throw error;
    }
  };
  return async (context) => {
    made ??= make(context);
    try {
      await made;
    } catch (error) {
      made = undefined;
      throw error;
    }
  };
}

async function readAmounts(articles: readonly Article[], about: ReadAbout): Promise<WantedPrices> {
  const { work } = about;
  const options = { idOf: ({ sku }: Article) => recordOf(sku, EVERY_PARTITION), givesUpRecords: work.givesUpRecords };
  const read = await bisect(articles, (some) => costPricesOf(some, work), options);
  const wanted = new Map<Article, ReadonlyMap<string, Wanted>>();
  const open: UnresolvedRecord[] = [...read.unresolved];
  for (const [article, prices] of read.results.flatMap((some) => [...some])) {
    const byMember = new Map<string, Wanted>();
    for (const target of about.targets) {
      const amount = amountOf(article, prices, { ...about, target });
      byMember.set(target.member, amount.wanted);
      if (amount.next) open.push(deferredRecord(recordOf(article.sku, target.member), amount.next));
    }
    wanted.set(article, byMember);
  }
  return { wanted, open };
}

function amountOf(
  { sku, isGone }: Article,
  prices: readonly OmniumCostPrice[],
  { target, work, at }: ReadAbout & { readonly target: PriceTarget },
): { readonly wanted: Wanted; readonly next?: Date | undefined } {
  const { storeId = '', markets } = target;
  if (isGone) return { wanted: { kind: 'none', hasEnded: true } };
  const about = { sku, markets, storeId, currency: work.tenant.config.currency, at };
  const ofStore = prices.filter((price) => price.storeId?.toLowerCase() === storeId.toLowerCase());
  if (ofStore.length === 0) return { wanted: { kind: 'none', hasEnded: false } };
  const next = nextCostChange(ofStore, about, [storeId], true);
  try {
    return { wanted: selectOnAccount(ofStore, about), next };
  } catch (error) {
    return { wanted: { kind: 'failed', ...unmappable(error) }, next };
  }
}
