import { Context } from '@temporalio/activity';
import {
  productKind,
  type ProductEvent,
  type ProductKey,
  type ProductOutcome,
  type SyncProductInput,
} from '../../contracts/kinds/product';
import type { Publisher } from '../../temporal/publisher';
import { mustStayAbsent, runSync, type SyncContext } from '../shared/sync-context';
import type { TenantRegistry } from '../tenants';
import { applyProductPlan } from './apply-product-plan';
import { planById, type ProductPlan } from './plan-product';

/** Names are shown on the product's page; so many are enough. */
const NAMES_SHOWN = 20;

/** The activities of products. */
export interface ProductActivities {
  /** Brings one product of Omnium's, with its variants, to Flow. Converges: it may run any number of times. */
  syncProduct(input: SyncProductInput): Promise<ProductOutcome>;
}

export function createProductActivities(tenants: TenantRegistry, publisher: Publisher): ProductActivities {
  return {
    syncProduct: (input) =>
      runSync(tenants, input, (context) => {
        const { runId = '' } = Context.current().info.workflowExecution ?? {};
        const eventId = `product:${runId}:${input.pass}`;
        return syncProduct(context, input.productId, eventId, (key, event) =>
          publisher.publish(productKind, key, event),
        );
      }),
  };
}

/**
 * One pass: makes one product, with its variants, the same in Flow, and says what was done. Reads both sides, the source
 * first, and writes only what differs; it may run any number of times.
 *
 * @param eventId id of the event with which `notify` hands over to the product whose SKU or document `productId` is
 */
export async function syncProduct(
  context: SyncContext,
  productId: string,
  eventId: string,
  notify: (key: ProductKey, event: ProductEvent) => Promise<unknown>,
): Promise<ProductOutcome> {
  const { tenantUid, catalogue } = context.tenant.config;
  const plan = await planById(context, productId);
  if ('forwardTo' in plan) {
    const { forwardTo } = plan;
    const event = { eventId, source: 'omnium', what: `Named as ${productId}`.slice(0, 200) } as const;
    await notify({ tenantUid, productId: forwardTo }, event);
    return { action: 'forwarded', forwardedTo: forwardTo, calls: context.calls };
  }
  const { because, isAbsent, changes, problems, productUids, counts } = plan;
  if (isAbsent && changes.length > 0) mustStayAbsent(context, 'this product');
  if (changes.length > 0) await applyProductPlan(context, plan);
  return {
    action: actionOf(plan, catalogue.onDeletedInOmnium),
    ...(because !== undefined && { reason: because }),
    ...(productUids.length > 0 && { productUids: productUids.slice(0, NAMES_SHOWN), products: productUids.length }),
    ...(counts.created > 0 && { productsCreated: counts.created }),
    ...(counts.updated > 0 && { productsUpdated: counts.updated }),
    ...(counts.images > 0 && { images: counts.images }),
    ...(changes.length > 0 && { changedFields: changes.slice(0, NAMES_SHOWN) }),
    ...(problems.length > 0 && { differences: problems.slice(0, NAMES_SHOWN) }),
    calls: context.calls,
  };
}

function actionOf(
  { because, changes, productUids, counts }: ProductPlan,
  onDeletedInOmnium: 'discontinue' | 'delete',
): ProductOutcome['action'] {
  if (changes.length === 0) return because !== undefined && productUids.length === 0 ? 'skipped' : 'unchanged';
  if (because !== undefined) return onDeletedInOmnium === 'delete' ? 'deleted' : 'discontinued';
  return counts.created > 0 && counts.created === productUids.length ? 'created' : 'updated';
}
