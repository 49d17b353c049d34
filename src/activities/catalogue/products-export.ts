import { WorkflowNotFoundError } from '@temporalio/client';
import type { CallContext } from '../../clients/http';
import type { OmniumProductRef } from '../../clients/omnium/products';
import type { ExportPart } from '../../contracts/export-messages';
import { productWorkflowId } from '../../contracts/product-messages';
import { searchAttributes } from '../../contracts/search-attributes';
import { taskQueueOf } from '../../contracts/task-queues';
import { CatalogueInbox } from '../../temporal/catalogue-inbox';
import type { FieldDifference } from '../shared/field-difference';
import { planMany, type ManyAbout, type ManyPlans, type NamedProduct } from './plan-many';
import { planRemovals } from './plan-removals';
import type { ProductPlan, ProductRun } from './product-run';
import { chunksOf, severalAtOnce } from '../shared/concurrency';
import type { DueRow, ExportKind, ExportPage, ExportWork, HandOver, OpenRow } from '../delta/export-kind';

/** Products that are read, compared and written together. */
const PRODUCTS_PER_PAGE = 100;

const PRODUCTS = 'products';
const REMOVALS = 'removals';

/** Cursor of products that were deleted: they are named after those that were changed. */
const DELETED = 'deleted:';

const HANDED_OVER_AT_ONCE = 8;
const ASK_SERVER_MS = 10_000;
/** Names of changes in a row's text. */
const CHANGES_NAMED = 5;

interface ProductsWork extends ExportWork {
  readonly window: { readonly from?: string; readonly to: string };
}

/**
 * Products with their variants, images and packages (Omnium's Flow page, products). What has changed is found by Omnium's own
 * time of change and by prices that start or end; what was deleted, by a search of its own. All markets are read, so that
 * what leaves a market is noticed; each product belongs to the export of its leading market. An export of everything ends
 * with what Flow still sells and Omnium does not have any more. A row is a product, by Omnium's id.
 */
export const productsExport: ExportKind = {
  stretch: { rows: 5_000, milliseconds: 4 * 60_000 },
  partsOf: (work) =>
    Promise.resolve({ names: [PRODUCTS], leftOut: [], missing: [], afterWhole: isFirst(work) ? [REMOVALS] : [] }),
  pagesOf: (part, work) => {
    if (part.read === 'rows') return pagesOfRows(part.rows, work);
    return part.name === REMOVALS ? pagesOfRemovals(work) : pagesOfProducts(part, work);
  },
  handOver,
};

/** Whether the tenant's first market is exported here: what belongs to no market is looked after once. */
function isFirst({ tenant, markets }: ExportWork): boolean {
  const [first] = tenant.config.markets;
  return first !== undefined && markets.includes(first);
}

async function* pagesOfProducts(
  part: ExportPart & { readonly read: 'changes' | 'everything' },
  work: ProductsWork,
): AsyncGenerator<ExportPage, void, undefined> {
  const isDelta = part.read === 'changes';
  const after = part.after;
  const deletedAfter = after?.startsWith(DELETED) === true ? after.slice(DELETED.length) : undefined;
  const { from, to } = work.window;
  if (deletedAfter === undefined) {
    const modifiedFrom = after ?? (isDelta ? from : undefined);
    const search = {
      ...(modifiedFrom !== undefined && { modifiedFrom }),
      ...(isDelta && from !== undefined && { priceWindow: { from, to } }),
    };
    yield* pagesOfSearch(search, work, { takesFromSale: isDelta, goneOnly: false, after: modifiedFrom });
  }
  if (!isDelta) return;
  const modifiedFrom = deletedAfter ?? from;
  const search = { isDeleted: true, ...(modifiedFrom !== undefined && { modifiedFrom }) };
  yield* pagesOfSearch(search, work, { takesFromSale: true, goneOnly: true, after: modifiedFrom });
}

interface SearchAbout {
  readonly takesFromSale: boolean;
  /** Whether these are deleted products, whose cursors are told apart. */
  readonly goneOnly: boolean;
  /** Where the search begins: cursors are later than that. */
  readonly after: string | undefined;
}

async function* pagesOfSearch(
  search: Parameters<ExportWork['tenant']['omnium']['products']['scrollRefs']>[0],
  work: ProductsWork,
  { takesFromSale, goneOnly, after }: SearchAbout,
): AsyncGenerator<ExportPage, void, undefined> {
  const cursors = new Cursors(after);
  for await (const { refs, total, unreadable } of work.tenant.omnium.products.scrollRefs(search, work.context)) {
    const products = [...new Map(refs.map((ref) => [ref.productId, ref])).values()];
    for (const some of chunksOf(products, PRODUCTS_PER_PAGE)) {
      const cursor = cursors.at(some);
      const page = await pageOf(some, work, takesFromSale);
      yield {
        ...page,
        ...(cursor !== undefined && { cursor: goneOnly ? `${DELETED}${cursor}` : cursor }),
        ...(total !== undefined && !goneOnly && { total }),
      };
    }
    if (unreadable > 0) yield { ...EMPTY_PAGE, open: [{ row: NAMELESS, as: 'unknown', why: UNREADABLE }] };
  }
}

/** What a page is called whose entries name no product; it is no row, and nobody can look at it again. */
const NAMELESS = '(a product without an id)';
const UNREADABLE = "Omnium's search names something that has no product id";

const NOTHING_REFUSED = (): undefined => undefined;
const EMPTY_PAGE = { part: PRODUCTS, unchanged: 0, open: [], due: [], refused: NOTHING_REFUSED } satisfies ExportPage;

/**
 * Times up to which all products of a search are done. Omnium is asked to begin with the oldest change; where it does not, or
 * does not tell times, there are none, and what breaks off begins again.
 */
class Cursors {
  private isSorted = true;
  private latest: string | undefined;

  constructor(private readonly after: string | undefined) {}

  /** After these, in the order in which they came; undefined when it is no further than before. */
  at(refs: readonly OmniumProductRef[]): string | undefined {
    for (const { modified } of refs) {
      if (modified === undefined || Date.parse(modified) < Date.parse(this.latest ?? '')) this.isSorted = false;
      this.latest = modified ?? this.latest;
    }
    const { latest } = this;
    if (!this.isSorted || latest === undefined) return undefined;
    // Products that are here because of a price were changed long before; and a time alone does not tell equals apart.
    return Date.parse(latest) <= Date.parse(this.after ?? '') ? undefined : latest;
  }
}

async function* pagesOfRows(rows: readonly string[], work: ProductsWork): AsyncGenerator<ExportPage, void, undefined> {
  const products = rows.filter((row) => row !== NAMELESS).map((productId) => ({ productId, skuIds: [] }));
  for (const some of chunksOf(products, PRODUCTS_PER_PAGE)) yield await pageOf(some, work, true);
}

async function pageOf(
  products: readonly NamedProduct[],
  work: ProductsWork,
  takesFromSale: boolean,
): Promise<ExportPage> {
  const about: ManyAbout = { markets: work.markets, takesFromSale, givesUpRows: work.givesUpRows };
  return pageOfPlans(PRODUCTS, await planMany(runOf(work), products, about), runOf(work));
}

async function* pagesOfRemovals(work: ProductsWork): AsyncGenerator<ExportPage, void, undefined> {
  const run = runOf(work);
  for await (const { looked, plans, total } of planRemovals(run)) {
    const page = pageOfPlans(REMOVALS, { plans, open: [] }, run);
    yield { ...page, unchanged: looked - plans.length, ...(total !== undefined && { total }) };
  }
}

function runOf({ tenant, context }: ExportWork): ProductRun {
  return { tenant, context, at: new Date() };
}

function pageOfPlans(part: string, { plans, open }: ManyPlans, run: ProductRun): ExportPage {
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
    due: due.sort(mostChangesFirst).map((plan) => new DueProduct(plan, run)),
    refused: NOTHING_REFUSED,
  };
}

/** A style may take a hundred writes, and a page is done when its last row is: the long ones do not begin last. */
function mostChangesFirst(one: ProductPlan, other: ProductPlan): number {
  return other.changes.length - one.changes.length;
}

class DueProduct implements DueRow {
  constructor(
    private readonly plan: ProductPlan,
    private readonly run: ProductRun,
  ) {}

  get row(): string {
    return this.plan.productId;
  }

  get change(): string {
    const { changes } = this.plan;
    const more = changes.length - CHANGES_NAMED;
    return `${changes.slice(0, CHANGES_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  }

  get fields(): readonly FieldDifference[] {
    return this.plan.fields();
  }

  write(context: CallContext): Promise<void> {
    return this.plan.carryOut({ ...this.run.context, ...context });
  }
}

/**
 * Products that could not be brought over go on in workflows of their own. One that was open before has had its chance: it is
 * told again only when it has none, and never when somebody has given it up.
 */
async function handOver(rows: readonly OpenRow[], to: HandOver): Promise<void> {
  const { client, tenantUid, retryLadder, taskQueue, at, wereOpen } = to;
  const inbox = new CatalogueInbox({
    ...{ client, retryLadder, callTimeoutMs: ASK_SERVER_MS },
    ...(taskQueue !== taskQueueOf('exports') && { taskQueue }),
  });
  await severalAtOnce(rows, HANDED_OVER_AT_ONCE, async ({ row: productId }) => {
    const key = { tenantUid, productId };
    if (wereOpen && (await isLookedAfter(to, productWorkflowId(key)))) return;
    await inbox.recordProduct(key, { eventId: `export:${at}`, source: 'sweep', what: 'Could not be exported' });
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
