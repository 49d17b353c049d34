import type { OmniumProduct } from '../../clients/omnium/products';
import type { ProductEvent, ProductInspection, ProductKey, ProductOutcome } from '../../contracts/product-messages';
import { isDeleted, marketsOf } from './mapping/product-context';
import type { Attempt } from '../shared/sync-context';
import type { Tenant } from '../tenants';
import { toApplicationFailure } from '../shared/failures';
import { planProduct } from './plan-product';
import { planRemoval } from './plan-removal';
import { withIndexPrices } from './prices-of-index';
import { readDocument } from './product-document';
import type { ProductPlan, ProductRun } from './product-run';

/** Names are shown on the product's page; so many are enough. */
const NAMES_SHOWN = 20;
const CHANGES_SHOWN = 50;

const IS_GONE = 'it was deleted in Omnium';
const IS_ELSEWHERE = "none of the tenant's markets has it";

/** Tells another product's workflow that there is something to look at. */
export type TellProduct = (key: ProductKey, event: ProductEvent) => Promise<void>;

/** What a document comes to in Flow: brought there, or taken from sale. Reads only. */
export async function planDocument(run: ProductRun, document: OmniumProduct): Promise<ProductPlan> {
  const { productId } = document;
  if (isDeleted(document)) return await planRemoval(run, { productId, document, because: IS_GONE });
  const markets = marketsOf(document, run.tenant.config.markets);
  if (!markets) return await planRemoval(run, { productId, document, because: IS_ELSEWHERE });
  return await planProduct(run, document, markets);
}

/** What to do about a product by its id in Omnium, read now; another product's id when the id is only a name of that one. */
export async function planById(
  run: ProductRun,
  productId: string,
): Promise<ProductPlan | { readonly forwardTo: string }> {
  const document = await readDocument(run, productId);
  if (!document) return await planRemoval(run, { productId, because: IS_GONE });
  if (document.productId !== productId) return { forwardTo: document.productId };
  const [priced = document] = await withIndexPrices(run, [document]);
  return await planDocument(run, priced);
}

/**
 * One pass: makes one product, with its variants, the same in Flow, and says what was done. Reads both sides, the source
 * first, and writes only what differs; it may run any number of times.
 */
export async function syncProduct(
  { tenant, attempt }: { readonly tenant: Tenant; readonly attempt: Attempt },
  { productId, eventId }: { readonly productId: string; readonly eventId: string },
  tell: TellProduct,
): Promise<ProductOutcome> {
  const { tenantUid } = tenant.config;
  const plan = await planById({ tenant, context: attempt, at: new Date() }, productId);
  if ('forwardTo' in plan) {
    const event = { eventId, source: 'omnium', what: `Named as ${productId}`.slice(0, 200) } as const;
    await tell({ tenantUid, productId: plan.forwardTo }, event);
    return { action: 'forwarded', forwardedTo: plan.forwardTo, calls: attempt.calls };
  }
  if (plan.changes.length > 0) await plan.carryOut(attempt);
  return outcomeOf(plan, { calls: attempt.calls, action: actionOf(plan, tenant) });
}

/**
 * What a sync of a product would do now, found by the sync's own code without its writes.
 *
 * @throws what the vendors' clients throw while a vendor cannot be reached; what is wrong with the product itself is told as
 *   `differs`
 */
export async function inspectProduct(
  { tenant, attempt }: { readonly tenant: Tenant; readonly attempt: Attempt },
  productId: string,
): Promise<ProductInspection> {
  try {
    const plan = await planById({ tenant, context: attempt, at: new Date() }, productId);
    if ('forwardTo' in plan) return await inspectProduct({ tenant, attempt }, plan.forwardTo);
    const changes = plan.changes.slice(0, CHANGES_SHOWN);
    if (changes.length > 0) return { verdict: 'differs', changes };
    return { verdict: plan.productUids.length === 0 ? 'not-ours' : 'in-sync', changes };
  } catch (error) {
    const { failureType, message } = toApplicationFailure(error, () => 0);
    if (CANNOT_LOOK.test(failureType)) throw error;
    return { verdict: 'differs', changes: [message] };
  }
}

/** Failure types that say nothing about the product: a vendor could not be asked, or we are at fault. */
export const CANNOT_LOOK = /(Unavailable|RateLimited|Unauthorized|Forbidden|Unexpected)$/;

function actionOf({ because, changes, productUids, counts }: ProductPlan, tenant: Tenant): ProductOutcome['action'] {
  if (because !== undefined) {
    if (changes.length === 0) return productUids.length === 0 ? 'skipped' : 'unchanged';
    return tenant.config.catalogue.onDeletedInOmnium === 'delete' ? 'deleted' : 'discontinued';
  }
  if (changes.length === 0) return 'unchanged';
  return counts.created > 0 && counts.created === productUids.length ? 'created' : 'updated';
}

function outcomeOf(
  { because, changes, problems, productUids, counts }: ProductPlan,
  about: { readonly action: ProductOutcome['action']; readonly calls: number },
): ProductOutcome {
  return {
    action: about.action,
    ...(because !== undefined && { reason: because }),
    ...(productUids.length > 0 && { productUids: productUids.slice(0, NAMES_SHOWN), products: productUids.length }),
    ...(counts.created > 0 && { productsCreated: counts.created }),
    ...(counts.updated > 0 && { productsUpdated: counts.updated }),
    ...(counts.images > 0 && { images: counts.images }),
    ...(changes.length > 0 && { changedFields: changes.slice(0, NAMES_SHOWN) }),
    ...(problems.length > 0 && { differences: problems.slice(0, NAMES_SHOWN) }),
    calls: about.calls,
  };
}
