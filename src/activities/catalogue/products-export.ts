import { VendorError } from '../../clients/errors';
import type { OmniumProduct, OmniumProductRef } from '../../clients/omnium/products';
import { marketIdsOf } from '../../config/connector';
import type { MarketConfig } from '../../config/types';
import type { Partition } from '../../contracts/exports';
import { compact } from '../../domain/compact';
import { bisect } from '../delta/bisect';
import type { DeltaExport, ExportContext, Page, PendingWrite, UnresolvedRecord } from '../delta/stream';
import { chunksOf, severalAtOnce } from '../shared/concurrency';
import { toApplicationFailure } from '../shared/failures';
import type { SyncContext } from '../shared/sync-context';
import { applyProductPlan } from './apply-product-plan';
import { fieldDifferencesOf } from './field-differences';
import { isDeleted, marketsOf } from './mapping/product-context';
import { isFromOmnium, isSold, planDocument, planRemoval, type ProductPlan } from './plan-product';
import { readDocuments, readWhole, withIndexPrices } from './read-documents';

/** Products that are read, compared and written together. */
const PRODUCTS_PER_PAGE = 100;
/** Products that are compared at the same time; the clients' own limits hold as well. */
const COMPARED_AT_ONCE = 16;
/** Products of Flow that are looked for in Omnium at the same time. */
const ASKED_AT_ONCE = 8;

const PRODUCTS = 'products';
const REMOVALS = 'removals';

/** Cursor of products that were deleted: they are named after those that were changed. */
const DELETED = 'deleted:';

/** Names of changes in a product's text. */
const CHANGES_NAMED = 5;

/** What a page is called whose entries name no product: it cannot be read again. */
const NAMELESS = '(a product without an id)';
const UNREADABLE = "Omnium's search names something that has no product id";

/** A product that is not right in Flow, and what makes it so. */
interface ProductWrite extends PendingWrite {
  readonly plan: ProductPlan;
}

type Pages = AsyncGenerator<Page<ProductWrite>, void, undefined>;
type NamedProduct = Pick<OmniumProductRef, 'productId' | 'skuIds'>;

/**
 * Products with their variants, images and packages (Omnium's Flow page, products). What has changed is found by Omnium's own
 * time of change and by prices that start or end; what was deleted, by a search of its own. All markets are read, so that
 * what leaves a market is noticed; each product belongs to the export of its leading market. An export of everything ends
 * with what Flow still sells and Omnium does not have any more. A record is a product, by Omnium's id.
 */
export const productsExport: DeltaExport<ProductWrite> = {
  batch: { records: 5_000, milliseconds: 4 * 60_000 },
  partitions: ({ tenant, markets }) => {
    const isFirst = isForFirstMarket(tenant.config.markets, markets);
    return Promise.resolve({ names: [PRODUCTS], leftOut: [], missing: [], afterWhole: isFirst ? [REMOVALS] : [] });
  },
  pages: (context, partition) => {
    if (partition.read === 'unresolved') return pagesOfRecords(partition.records ?? [], context);
    return partition.name === REMOVALS ? pagesOfRemovals(context) : pagesOfProducts(partition, context);
  },
  describe: ({ plan }) => {
    const { changes } = plan;
    const more = changes.length - CHANGES_NAMED;
    const change = `${changes.slice(0, CHANGES_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
    return { change, fields: fieldDifferencesOf(plan) };
  },
  isRemoval: ({ plan: { discontinued, comparison } }) =>
    discontinued.length > 0 || comparison?.others.some((other) => other.discontinued !== undefined) === true,
  write: (context, { plan }) => applyProductPlan(context, plan),
};

/** What belongs to no market belongs to the export of the tenant's first one. */
function isForFirstMarket([first]: readonly MarketConfig[], exported: readonly MarketConfig[]): boolean {
  return first !== undefined && exported.includes(first);
}

async function* pagesOfProducts({ read, after }: Partition, context: ExportContext): Pages {
  const isDelta = read === 'changes';
  const { from, to } = context.window;
  const deletedAfter = after?.startsWith(DELETED) === true ? after.slice(DELETED.length) : undefined;
  if (deletedAfter === undefined) {
    const modifiedFrom = after ?? (isDelta ? from : undefined);
    const priceWindow = isDelta && from !== undefined ? { from, to } : undefined;
    yield* pagesOfSearch(compact({ modifiedFrom, priceWindow }), context, isDelta);
  }
  if (!isDelta) return;
  const modifiedFrom = deletedAfter ?? from;
  yield* pagesOfSearch({ isDeleted: true, ...compact({ modifiedFrom }) }, context, isDelta);
}

/**
 * Products of a search. Each page's cursor is the time up to which all products are done: Omnium is asked to begin with the
 * oldest change. Where it does not, or gives no times, there is none, and what breaks off begins again.
 *
 * @param discontinues also takes products that no market of the tenant has
 */
async function* pagesOfSearch(
  search: Parameters<ExportContext['tenant']['omnium']['products']['scrollRefs']>[0],
  context: ExportContext,
  discontinues: boolean,
): Pages {
  const isOfDeleted = search.isDeleted === true;
  let isSorted = true;
  let latest: string | undefined;
  for await (const { refs, total, unreadable } of context.tenant.omnium.products.scrollRefs(search, context)) {
    const products = [...new Map(refs.map((ref) => [ref.productId, ref])).values()];
    for (const some of chunksOf(products, PRODUCTS_PER_PAGE)) {
      for (const { modified } of some) {
        if (modified === undefined || Date.parse(modified) < Date.parse(latest ?? '')) isSorted = false;
        latest = modified ?? latest;
      }
      // Products that are here because of a price were changed long before; and a time alone does not tell equals apart.
      const isFurther = !(Date.parse(latest ?? '') <= Date.parse(search.modifiedFrom ?? ''));
      const cursor = isSorted && isFurther && latest !== undefined ? latest : undefined;
      yield {
        ...(await pageOf(some, context, discontinues)),
        ...(cursor !== undefined && { cursor: isOfDeleted ? `${DELETED}${cursor}` : cursor }),
        ...(total !== undefined && !isOfDeleted && { total }),
      };
    }
    if (unreadable > 0) {
      yield pageOfPlans(PRODUCTS, [], [{ record: NAMELESS, as: 'unknown', why: UNREADABLE }]);
    }
  }
}

async function* pagesOfRecords(records: readonly string[], context: ExportContext): Pages {
  const products = records.filter((record) => record !== NAMELESS).map((productId) => ({ productId, skuIds: [] }));
  for (const some of chunksOf(products, PRODUCTS_PER_PAGE)) yield await pageOf(some, context, true);
}

/** Reads and compares some products, at most a hundred; one that cannot be read or carried over is left unresolved. */
async function pageOf(
  products: readonly NamedProduct[],
  context: ExportContext,
  discontinues: boolean,
): Promise<Page<ProductWrite>> {
  const { tenant, markets, givesUpRecords } = context;
  const documents = await bisect(
    products,
    (some) =>
      readDocuments(
        context,
        some.map(({ productId }) => productId),
      ),
    {
      idOf: ({ productId }) => productId,
      givesUpRecords,
    },
  );
  const unread = new Set(documents.unresolved.map(({ record }) => record));
  const byId = new Map(documents.results.flat().map((document) => [document.productId, document]));
  // A product belongs to the export of its leading market; one of no market is the first market's to discontinue.
  const ofTheseMarkets = products.filter(({ productId }) => {
    if (unread.has(productId)) return false;
    const document = byId.get(productId);
    const offered = document && !isDeleted(document) ? marketsOf(document, tenant.config.markets) : undefined;
    if (offered) return markets.includes(offered.leading);
    return discontinues && isForFirstMarket(tenant.config.markets, markets);
  });

  const planned = await bisect(
    ofTheseMarkets,
    async (some) => {
      const plans: ProductPlan[] = [];
      const failed: UnresolvedRecord[] = [];
      await severalAtOnce(some, COMPARED_AT_ONCE, async (named) => {
        try {
          plans.push(await planNamed(context, named, byId.get(named.productId)));
        } catch (error) {
          // A vendor may fail for one product or for all; whatever else is wrong is the product's own.
          if (error instanceof VendorError || context.signal.aborted) throw error;
          const { failureType, message } = toApplicationFailure(error, () => 0);
          failed.push({ record: named.productId, as: 'failed', why: message, failureType });
        }
      });
      return { plans, failed };
    },
    { idOf: ({ productId }) => productId, givesUpRecords },
  );
  const failed = planned.results.flatMap((result) => result.failed);
  return pageOfPlans(
    PRODUCTS,
    planned.results.flatMap(({ plans }) => plans),
    [...documents.unresolved, ...planned.unresolved, ...failed],
  );
}

async function planNamed(
  context: SyncContext,
  { productId, skuIds }: NamedProduct,
  document: OmniumProduct | undefined,
): Promise<ProductPlan> {
  if (document) return await planDocument(context, document);
  // A search may lag behind; only the document itself says that it is gone.
  const read = await readWhole(context, productId);
  if (!read) return await planRemoval(context, productId, skuIds, 'it was deleted in Omnium');
  const [priced = read] = await withIndexPrices(context, [read]);
  return await planDocument(context, priced);
}

/**
 * Products of Flow that came from Omnium and that Omnium does not have any more, page by page of Flow's list: what no event
 * and no search named. A product that Omnium's list does not name is asked for before it is discontinued, as lists may leave
 * something out.
 */
async function* pagesOfRemovals(context: ExportContext): Pages {
  const { omnium, flow, config } = context.tenant;
  const listed = new Set<string>();
  for await (const { refs } of omnium.products.scrollRefs({ marketIds: marketIdsOf(config) }, context)) {
    for (const { productId, skuIds } of refs) for (const id of [productId, ...skuIds]) listed.add(id);
  }
  for await (const { products } of flow.products.list(context)) {
    const plans: ProductPlan[] = [];
    const candidates = products.filter((product) => {
      const { externalId = '', allowSale, allowPurchase, discontinuedFrom } = product;
      const isSoldNoMore = allowSale === 'NO' && allowPurchase === false && discontinuedFrom !== undefined;
      const isDone = isSoldNoMore && config.catalogue.onDeletedInOmnium === 'discontinue';
      return isFromOmnium(product) && !listed.has(externalId) && !isDone;
    });
    await severalAtOnce(candidates, ASKED_AT_ONCE, async ({ externalId = '' }) => {
      if (isSold(context, await omnium.products.get(externalId, context), externalId)) return;
      const plan = await planRemoval(context, externalId, [], 'Omnium does not offer it any more');
      if (plan.changes.length > 0) plans.push(plan);
    });
    // What is sold has been compared by then: counted once, it is what removals are a share of.
    yield pageOfPlans(REMOVALS, plans, []);
  }
}

function pageOfPlans(
  partition: string,
  plans: readonly ProductPlan[],
  unresolved: readonly UnresolvedRecord[],
): Page<ProductWrite> {
  const differing = plans.filter(({ changes }) => changes.length > 0);
  const deferred = plans.flatMap(({ productId, changesAt }): UnresolvedRecord[] =>
    changesAt === undefined
      ? []
      : [{ record: productId, as: 'deferred', at: changesAt, why: 'what the shops may purchase changes then' }],
  );
  return {
    partition,
    unchanged: plans.length - differing.length,
    unresolved: [...unresolved, ...deferred],
    // A style may take a hundred writes, and a page is done when its last product is: the long ones do not begin last.
    pending: differing
      .sort((one, other) => other.changes.length - one.changes.length)
      .map((plan) => ({ record: plan.productId, plan })),
  };
}
