import type { FlowOrder } from '../../clients/flow/orders';
import type { OmniumOrder } from '../../clients/omnium/orders';
import { stripToUid } from '../../domain/uid';
import { SyncError } from '../shared/failures';
import type { SyncContext } from '../shared/sync-context';
import { mapOmniumOrderToFlow, type WebOrderRoute } from './mapping/omnium-order-to-flow';
import {
  isHandedOver,
  isPastDeadline,
  isUntouchedInOmnium,
  mayExpire,
  notedUidOf,
  planShopChanges,
} from './mapping/plan-omnium-changes';
import { bringFlowUpToDate, cancelInFlow, findInFlow, isTouched } from './order-in-flow';
import { writeToOmnium, type Step } from './order-in-omnium';
import { isQueued, statusClassOf } from './order-statuses';

/** What a pass did to an order, and both documents as it leaves them; without `omnium` the order is none of Omnium's. */
export interface SyncedOrder {
  readonly steps: readonly Step[];
  readonly omnium?: OmniumOrder | undefined;
  readonly flow?: FlowOrder | undefined;
}

/**
 * Makes a web order the same in both systems. Who wins where both changed at once: docs/architecture.md.
 *
 * Only an order whose status is for the shops is brought to them. One that is held, or of a status that nothing is known
 * about, waits outside; one that is finished in Omnium is never made in Flow, and never cancelled by what Flow lacks.
 *
 * @param known the order in Flow where this pass has read it already
 */
export async function syncWebOrder(
  context: SyncContext,
  order: OmniumOrder,
  known: FlowOrder | undefined,
  route: WebOrderRoute,
): Promise<SyncedOrder> {
  const { config, stores, flow: flowClient } = context.tenant;
  const { status, isCancelled, isFinished, isHeld, whyOutside } = await standingOf(context, order);
  const skipped = (reason: string): SyncedOrder => ({
    omnium: order,
    steps: [{ direction: 'inbound', action: 'skipped', reason }],
  });
  const firstUid = stripToUid(order.id);
  const first = known?.orderUid === firstUid ? known : await flowClient.orders.get(firstUid, context);
  const propertyPrefix = config.settings.OMNIUM_PROPERTY_PREFIX;
  const isKnownInFlow = first ?? known ?? notedUidOf(order, propertyPrefix);
  if (!isKnownInFlow && whyOutside) return skipped(whyOutside);

  // Both sides: the order as its store has to have it, and as Flow has it.
  const store = await stores.resolve(route.storeId, context);
  context.storeUid = store.storeUid;
  const desired = mapOmniumOrderToFlow(order, route, config, isCancelled);
  const isNeeded = !desired.isCancelled && !isFinished && !isHeld;
  const web = { omnium: order, desired, store };
  const { orderUid, flow, listed } = await findInFlow(context, web, isNeeded, first, known);

  // What happened in the shop goes to Omnium. One answer "not found" may be a gateway's: the shop's list has the last word.
  const isMissingPastDeadline = !flow && route.kind === 'click-and-collect' && isPastDeadline(order, Date.now());
  const isExpired =
    isMissingPastDeadline &&
    !desired.isCancelled &&
    mayExpire(order, propertyPrefix) &&
    (listed ?? (await flowClient.orders.findByExternalNumber(store.storeUid, order.orderNumber, context))).length === 0;
  const shop = planShopChanges(flow, order, desired, config, { isFinished, isExpired });
  if (shop.changedFields.length > 0 && isQueued(order)) {
    throw new SyncError('OmniumConflict', 'Omnium works on the order (Queued) and takes no change to it meanwhile');
  }
  const { omnium, step: inOmnium } = await writeToOmnium(context, order, shop, flow);
  const hasWritten = inOmnium.action !== 'unchanged';
  // A run that only compares has written nothing to Omnium, so what would go to the shop after that is not known.
  const isWithheld = !hasWritten && shop.changes.length > 0;
  // While a till has the order open, and Omnium has nothing new for it, the order is the till's.
  const isOpenAtTill = flow?.orderState === 'OPEN' && isUntouchedInOmnium(flow, omnium);
  if (shop.isCancellation || isWithheld || isOpenAtTill) return { omnium, flow, steps: [inOmnium] };
  const differing = (difference: string): SyncedOrder => {
    const differences = [...(inOmnium.differences ?? []), difference];
    return { omnium, flow, steps: [{ ...inOmnium, differences }] };
  };
  if (!flow && whyOutside) return skipped(whyOutside);
  if (isHeld) return differing(`status: Omnium holds the order back (${status}): do not hand it over`);
  if (isMissingPastDeadline && !desired.isCancelled) {
    return differing('customerPickupDeadline: it has passed and the shop does not have the order: extend or cancel it');
  }
  if (flow && isFinished && !isTouched(flow)) {
    if (flow.orderState === 'CANCELLED') return { omnium, flow, steps: [inOmnium] };
    // Omnium has delivered it by itself: in the shop it would be handed over, and paid for, a second time.
    const cancelled = await cancelInFlow(context, flow);
    const reason = `it was finished in Omnium (${status})`;
    const step = { direction: 'inbound', action: 'cancelled', reason, changedFields: ['orderState'] } as const;
    return { omnium, flow: cancelled, steps: [inOmnium, step] };
  }

  // What changed in Omnium goes to the shop.
  const after = hasWritten ? mapOmniumOrderToFlow(omnium, route, config, isCancelled) : desired;
  const inFlow = await bringFlowUpToDate(context, { omnium, store, desired: after }, orderUid, flow);
  const isNews = hasWritten || shop.differences.length > 0;
  return { omnium, flow: inFlow.flow, steps: isNews ? [inOmnium, inFlow.step] : [inFlow.step] };
}

/** What an order's status and its lines say of it; either of them can say that it is finished. */
async function standingOf(
  context: SyncContext,
  order: OmniumOrder,
): Promise<{
  /** For people; one of which nothing is known says so. */
  readonly status: string;
  readonly isCancelled: boolean;
  readonly isFinished: boolean;
  readonly isHeld: boolean;
  /** Why it is not for the shops, where it has not reached them. */
  readonly whyOutside: string | undefined;
}> {
  const statusClass = await statusClassOf(context, order);
  const isFinished = statusClass === 'finished' || isHandedOver(order);
  // Amounts of one currency are never those of another one.
  const { currency } = context.tenant.config;
  const { billingCurrency } = order;
  const isForeign = billingCurrency !== undefined && billingCurrency.toUpperCase() !== currency.toUpperCase();
  const unknown = statusClass === undefined ? ', a status of no known class (orders.statusClasses)' : '';
  const status = `${order.status ?? 'none'}${unknown}${isForeign ? `, in ${billingCurrency} and not in ${currency}` : ''}`;
  const isHeld = !isFinished && (isForeign || statusClass !== 'bring') && statusClass !== 'cancelled';
  const before = `it was finished in Omnium (${status}) before it reached Flow`;
  const whyOutside = isFinished ? before : isHeld ? `Omnium holds it back: status ${status}` : undefined;
  return { status, isCancelled: statusClass === 'cancelled', isFinished, isHeld, whyOutside };
}
