import type { FlowOrder } from '../../clients/flow/orders';
import type { OmniumOrder } from '../../clients/omnium/orders';
import type { SyncContext } from '../shared/sync-context';
import { mapOmniumOrderToFlow, type WebOrderRoute } from './mapping/omnium-order-to-flow';
import { isHandedOver, isUntouchedInOmnium, planShopChanges } from './mapping/plan-omnium-changes';
import { bringFlowUpToDate, findInFlow } from './order-in-flow';
import { writeToOmnium, type Step } from './order-in-omnium';

/** What a pass did to an order, and both documents as it leaves them; without `omnium` the order is none of Omnium's. */
export interface SyncedOrder {
  readonly steps: readonly Step[];
  readonly omnium?: OmniumOrder | undefined;
  readonly flow?: FlowOrder | undefined;
}

/**
 * Makes a web order the same in both systems. Who wins where both changed at once: docs/architecture.md.
 *
 * @param known the order in Flow where this pass has read it already
 */
export async function syncWebOrder(
  context: SyncContext,
  order: OmniumOrder,
  known: FlowOrder | undefined,
  route: WebOrderRoute,
): Promise<SyncedOrder> {
  const { config, stores } = context.tenant;
  // Both sides: the order as its store has to have it, and as Flow has it.
  const store = await stores.resolve(route.storeId, context);
  context.storeUid = store.storeUid;
  const desired = mapOmniumOrderToFlow(order, route, config);
  const { orderUid, flow } = await findInFlow(context, desired, store.storeUid, known);

  // What happened in the shop goes to Omnium.
  const shop = planShopChanges(flow, order, desired, config, Date.now());
  const { omnium, step: inOmnium } = await writeToOmnium(context, order, shop, flow);
  const hasWritten = inOmnium.action !== 'unchanged';
  // A run that only compares has written nothing to Omnium, so what would go to the shop after that is not known.
  const isWithheld = !hasWritten && shop.changes.length > 0;
  // While a till has the order open, and Omnium has nothing new for it, the order is the till's.
  const isOpenAtTill = flow?.orderState === 'OPEN' && isUntouchedInOmnium(flow, omnium);
  if (shop.isCancellation || isWithheld || isOpenAtTill) return { omnium, flow, steps: [inOmnium] };
  if (!flow && isHandedOver(omnium)) {
    const reason = 'everything was delivered before it reached Flow';
    return { omnium, steps: [{ direction: 'inbound', action: 'skipped', reason }] };
  }

  // What changed in Omnium goes to the shop.
  const web = { omnium, store, desired: hasWritten ? mapOmniumOrderToFlow(omnium, route, config) : desired };
  const inFlow = await bringFlowUpToDate(context, web, orderUid, flow);
  const isNews = hasWritten || shop.differences.length > 0;
  return { omnium, flow: inFlow.flow, steps: isNews ? [inOmnium, inFlow.step] : [inFlow.step] };
}
