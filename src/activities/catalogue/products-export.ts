import { WorkflowNotFoundError } from '@temporalio/client';
import type { OmniumProduct, OmniumProductRef } from '../../clients/omnium/products';
import { marketIdsOf } from '../../config/connector';
import type { MarketConfig } from '../../config/types';
import type { ExportPart } from '../../contracts/export-messages';
import { productKind } from '../../contracts/kinds/product';
import { searchAttributes } from '../../contracts/search-attributes';
import { taskQueueOf } from '../../contracts/task-queues';
import { compact } from '../../domain/compact';
import { Publisher } from '../../temporal/publisher';
import type { DueRow, ExportKind, ExportPage, ExportWork, HandOver, OpenRow } from '../delta/export-kind';
import { halve } from '../delta/halve';
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

const HANDED_OVER_AT_ONCE = 8;
const ASK_SERVER_MS = 10_000;
/** Names of changes in a row's text. */
const CHANGES_NAMED = 5;

/** What a page is called whose entries name no product: it cannot be read again. */
const NAMELESS = '(a product without an id)';
const UNREADABLE = "Omnium's search names something that has no product id";

/** What is wrong with the product itself; the rest is about a vendor, who may fail for one product or for all. */
const IS_OF_PRODUCT: ReadonlySet<string> = new Set(['UidCollision', 'AmountInvalid', 'ConfigurationIncomplete']);

type ProductsWork = Parameters<ExportKind['pagesOf']>[1];
type Pages = AsyncGenerator<ExportPage, void, undefined>;
type NamedProduct = Pick<OmniumProductRef, 'productId' | 'skuIds'>;

/**
 * Products with their variants, images and packages (Omnium's Flow page, products). What has changed is found by Omnium's own
 * time of change and by prices that start or end; what was deleted, by a search of its own. All markets are read, so that
 * what leaves a market is noticed; each product belongs to the export of its leading market. An export of everything ends
 * with what Flow still sells and Omnium does not have any more. A row is a product, by Omnium's id.
 */
export const productsExport: ExportKind = {
  stretch: { rows: 5_000, milliseconds: 4 * 60_000 },
  partsOf: ({ tenant, markets }) => {
    const isFirst = isForFirstMarket(tenant.config.markets, markets);
    return Promise.resolve({ names: [PRODUCTS], leftOut: [], missing: [], afterWhole: isFirst ? [REMOVALS] : [] });
  },
  pagesOf: (part, work) => {
    if (part.read === 'rows') return pagesOfRows(part.rows, work);
    return part.name === REMOVALS ? pagesOfRemovals(work) : pagesOfProducts(part, work);
  },
  handOver,
};

/** What belongs to no market belongs to the export of the tenant's first one. */
function isForFirstMarket([first]: readonly MarketConfig[], exported: readonly MarketConfig[]): boolean {
  return first !== undefined && exported.includes(first);
}

async function* pagesOfProducts(
  { read, after }: ExportPart & { readonly read: 'changes' | 'everything' },
  work: ProductsWork,
): Pages {
  const isDelta = read === 'changes';
  const { from, to } = work.window;
  const deletedAfter = after?.startsWith(DELETED) === true ? after.slice(DELETED.length) : undefined;
  if (deletedAfter === undefined) {
    const modifiedFrom = after ?? (isDelta ? from : undefined);
    const priceWindow = isDelta && from !== undefined ? { from, to } : undefined;
    yield* pagesOfSearch(compact({ modifiedFrom, priceWindow }), work, isDelta);
  }
  if (!isDelta) return;
  const modifiedFrom = deletedAfter ?? from;
  yield* pagesOfSearch({ isDeleted: true, ...compact({ modifiedFrom }) }, work, isDelta);
}

/**
 * Products of a search. Each page's cursor is the time up to which all products are done: Omnium is asked to begin with the
 * oldest change. Where it does not, or gives no times, there is none, and what breaks off begins again.
 *
 * @param discontinues also takes products that no market of the tenant has
 */
async function* pagesOfSearch(
  search: Parameters<ExportWork['tenant']['omnium']['products']['scrollRefs']>[0],
  work: ProductsWork,
  discontinues: boolean,
): Pages {
  const isOfDeleted = search.isDeleted === true;
  let isSorted = true;
  let latest: string | undefined;
  for await (const { refs, total, unreadable } of work.tenant.omnium.products.scrollRefs(search, work.context)) {
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
        ...(await pageOf(some, work, discontinues)),
        ...(cursor !== undefined && { cursor: isOfDeleted ? `${DELETED}${cursor}` : cursor }),
        ...(total !== undefined && !isOfDeleted && { total }),
      };
    }
    if (unreadable > 0) {
      yield pageOfPlans(PRODUCTS, [], [{ row: NAMELESS, as: 'unknown', why: UNREADABLE }], contextOf(work));
    }
  }
}

async function* pagesOfRows(rows: readonly string[], work: ProductsWork): Pages {
  const products = rows.filter((row) => row !== NAMELESS).map((productId) => ({ productId, skuIds: [] }));
  for (const some of chunksOf(products, PRODUCTS_PER_PAGE)) yield await pageOf(some, work, true);
}

/** Reads and compares some products, at most a hundred; one that cannot be read or carried over is left open. */
async function pageOf(
  products: readonly NamedProduct[],
  work: ProductsWork,
  discontinues: boolean,
): Promise<ExportPage> {
  const context = contextOf(work);
  const { tenant, markets, givesUpRows } = work;
  const documents = await halve(
    products,
    (some) =>
      readDocuments(
        context,
        some.map(({ productId }) => productId),
      ),
    {
      rowOf: ({ productId }) => productId,
      givesUpRows,
    },
  );
  const open = [...documents.open];
  const unread = new Set(open.map(({ row }) => row));
  const byId = new Map(documents.results.flat().map((document) => [document.productId, document]));
  // A product belongs to the export of its leading market; one of no market is the first market's to discontinue.
  const ofTheseMarkets = products.filter(({ productId }) => {
    if (unread.has(productId)) return false;
    const document = byId.get(productId);
    const offered = document && !isDeleted(document) ? marketsOf(document, tenant.config.markets) : undefined;
    if (offered) return markets.includes(offered.leading);
    return discontinues && isForFirstMarket(tenant.config.markets, markets);
  });

  const planned = await halve(
    ofTheseMarkets,
    async (some) => {
      const plans: ProductPlan[] = [];
      const failed: OpenRow[] = [];
      await severalAtOnce(some, COMPARED_AT_ONCE, async (named) => {
        try {
          plans.push(await planNamed(context, named, byId.get(named.productId)));
        } catch (error) {
          const { failureType, message } = toApplicationFailure(error, () => 0);
          if (!IS_OF_PRODUCT.has(failureType)) throw error;
          failed.push({ row: named.productId, as: 'failed', why: message, failureType });
        }
      });
      return { plans, failed };
    },
    { rowOf: ({ productId }) => productId, givesUpRows },
  );
  open.push(...planned.open, ...planned.results.flatMap(({ failed }) => failed));
  return pageOfPlans(
    PRODUCTS,
    planned.results.flatMap(({ plans }) => plans),
    open,
    context,
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
async function* pagesOfRemovals(work: ProductsWork): Pages {
  const context = contextOf(work);
  const { omnium, flow, config } = context.tenant;
  const listed = new Set<string>();
  for await (const { refs } of omnium.products.scrollRefs({ marketIds: marketIdsOf(config) }, context)) {
    for (const { productId, skuIds } of refs) for (const id of [productId, ...skuIds]) listed.add(id);
  }
  for await (const { products, total } of flow.products.list(context)) {
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
    const page = pageOfPlans(REMOVALS, plans, [], context);
    yield { ...page, unchanged: products.length - plans.length, ...compact({ total }) };
  }
}

function pageOfPlans(
  part: string,
  plans: readonly ProductPlan[],
  open: readonly OpenRow[],
  context: SyncContext,
): ExportPage {
  const due = plans.filter(({ changes }) => changes.length > 0);
  const later = plans.flatMap(({ productId, changesAt }): OpenRow[] =>
    changesAt === undefined
      ? []
      : [{ row: productId, as: 'later', at: changesAt, why: 'what the shops may purchase changes then' }],
  );
  return {
    part,
    unchanged: plans.length - due.length,
    open: [...open, ...later],
    // A style may take a hundred writes, and a page is done when its last row is: the long ones do not begin last.
    due: due.sort((one, other) => other.changes.length - one.changes.length).map((plan) => dueRowOf(plan, context)),
    refused: () => undefined,
  };
}

function dueRowOf(plan: ProductPlan, context: SyncContext): DueRow {
  const { productId, changes } = plan;
  const more = changes.length - CHANGES_NAMED;
  return {
    row: productId,
    change: `${changes.slice(0, CHANGES_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
    get fields() {
      return fieldDifferencesOf(plan);
    },
    write: (writing) => applyProductPlan({ ...context, ...writing }, plan),
  };
}

function contextOf({ tenant, context }: ExportWork): SyncContext {
  const { signal = new AbortController().signal, onCall = () => undefined } = context;
  return { tenant, signal, onCall, calls: 0 };
}

/**
 * Products that could not be brought over go on in workflows of their own. One that was open before has had its chance: it is
 * notified again only when it has none, and never when it was given up.
 */
async function handOver(rows: readonly OpenRow[], to: HandOver): Promise<void> {
  const { client, tenantUid, retryLadder, taskQueue, at, wereOpen } = to;
  const publisher = new Publisher({
    ...{ client: () => client, retryLadder, callTimeoutMs: ASK_SERVER_MS },
    ...(taskQueue !== taskQueueOf('exports') && { taskQueue }),
  });
  await severalAtOnce(rows, HANDED_OVER_AT_ONCE, async ({ row: productId }) => {
    const key = { tenantUid, productId };
    if (wereOpen && (await isLookedAfter(to, productKind.id(key)))) return;
    await publisher.publish(productKind, key, {
      eventId: `export:${at}`,
      source: 'sweep',
      what: 'Could not be exported',
    });
  });
}

/** Whether a product's workflow is at work, or was given up. */
async function isLookedAfter({ client }: HandOver, workflowId: string): Promise<boolean> {
  try {
    const { status, typedSearchAttributes } = await client.connection.withDeadline(Date.now() + ASK_SERVER_MS, () =>
      client.workflow.getHandle(workflowId).describe(),
    );
    return status.name === 'RUNNING' || typedSearchAttributes.get(searchAttributes.syncState) === 'GivenUp';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
