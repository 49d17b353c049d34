import type { FlowOrder } from '../../clients/flow/orders';
import type { OmniumOrder } from '../../clients/omnium/orders';
import type { OrderOutcome } from '../../contracts/messages';
import { isCancelled, mapOmniumOrderToFlow } from './mapping/omnium-order-to-flow';
import type { OrderRouting } from './mapping/order-routing';
import { readMarker, stateOfLines } from './mapping/sync-marker';
import { quantitiesOf } from './mapping/plan-omnium-changes';
import { isFinal, OrderInFlow, skippedInbound, type WebOrderDocuments } from './order-in-flow';
import { bringOmniumUpToDate, cancelInOmnium, outboundOutcome, writtenFields } from './order-in-omnium';
import { addStep, type SyncRun } from './sync-run';

/** How a web order is handled in the shop. */
export type WebOrderRoute = Exclude<OrderRouting, { readonly skip: string }>;

/** What was done, and both documents as they are now. */
export interface WebOrderResult {
  readonly outcome: OrderOutcome;
  readonly omnium: OmniumOrder;
  readonly flow?: FlowOrder;
}

/**
 * Makes a web order the same in both systems: first Omnium is told what happened in the shop, then the shop gets what
 * changed in Omnium. Who wins where both changed at once: docs/architecture.md.
 */
export async function syncWebOrder(
  run: SyncRun,
  { order, flow: known }: { readonly order: OmniumOrder; readonly flow: FlowOrder | undefined },
  route: WebOrderRoute,
): Promise<WebOrderResult> {
  const store = await run.tenant.stores.resolve(route.storeId, run.attempt);
  run.attempt.storeUid = store.storeUid;
  const documents = documentsOf(run, order, { route, store });
  const inFlow = new OrderInFlow(run, documents);
  const existing = await inFlow.find(known);
  const fromShop = existing ? await tellOmnium(run, existing, order) : await tellOmniumOfExpiry(run, documents);
  const omnium = fromShop?.omnium ?? order;
  const flow = existing && { flow: existing };
  if (fromShop?.isOver) return { omnium, ...flow, outcome: fromShop.outcome };
  if (existing && isOpenAtTill(existing, omnium)) {
    return { omnium, flow: existing, outcome: outboundOutcome('unchanged', { flow: existing, omnium }) };
  }
  if (!existing && isHandedOver(omnium)) {
    return { omnium, outcome: skippedInbound(omnium, 'everything was delivered before it reached Flow') };
  }
  const toFlow = fromShop?.hasWritten ? new OrderInFlow(run, documentsOf(run, omnium, { route, store })) : inFlow;
  const outcome = addStep(fromShop?.outcome, await toFlow.bringUpToDateWith(existing));
  return { omnium, ...flow, outcome: { ...outcome, ...(omnium.status && { omniumStatus: omnium.status }) } };
}

/** What the shop's side has led to. */
interface ShopStep {
  readonly omnium: OmniumOrder;
  readonly outcome: OrderOutcome;
  readonly hasWritten: boolean;
  /** Nothing is left for Flow to be told. */
  readonly isOver: boolean;
}

async function tellOmnium(run: SyncRun, flow: FlowOrder, omnium: OmniumOrder): Promise<ShopStep | undefined> {
  const { orders, settings } = run.tenant.config;
  // A cancellation in Omnium is told to the shop, or told to be too late there.
  if (isCancelled(omnium, orders)) return undefined;
  const marker = readMarker(flow.internalNote);
  if (flow.orderState === 'CANCELLED') {
    if (marker?.kind === 'cancelled') return undefined;
    return await tellCancellation(run, flow, omnium);
  }
  const shopOwnsLineChanges = isUntouchedInOmnium(flow, omnium);
  if (flow.orderState === 'OPEN' && !isFinal(flow) && !hasHandedOver(flow)) return undefined;
  const progress = await bringOmniumUpToDate(
    run,
    { flow, omnium },
    {
      till: orders.till,
      shopOwnsLineChanges,
      includeMainPackage: settings.OMNIUM_INCLUDE_MAIN_PACKAGE_IN_ORDER_ITEMS,
    },
  );
  const { differences } = progress.changes;
  if (!progress.hasWritten && differences.length === 0 && !run.dryRun?.length) return undefined;
  const outcome = outboundOutcome(
    progress.hasWritten ? 'updated' : 'unchanged',
    { flow, omnium: progress.omnium },
    { changedFields: writtenFields(progress), differences },
  );
  // A run that only looks has told nothing, so what the shop would be told next is not known.
  const isOver = run.dryRun !== undefined && run.dryRun.length > 0;
  return { omnium: progress.omnium, outcome, hasWritten: progress.hasWritten, isOver };
}

async function tellCancellation(run: SyncRun, flow: FlowOrder, omnium: OmniumOrder): Promise<ShopStep> {
  if (isHandedOver(omnium)) {
    const differences = ['orderState: cancelled in Flow, but Omnium has everything as delivered'];
    return {
      omnium,
      hasWritten: false,
      isOver: true,
      outcome: outboundOutcome('unchanged', { flow, omnium }, { differences }),
    };
  }
  const { till } = run.tenant.config.orders;
  const isExpired = flow.validUntil !== undefined && Date.parse(flow.validUntil) < Date.now();
  const cancelled = await cancelInOmnium(run, omnium, isExpired ? till.expiredStatus : till.cancelledStatus);
  const outcome = outboundOutcome('cancelled', { flow, omnium: cancelled }, { changedFields: ['status'] });
  return { omnium: cancelled, outcome, hasWritten: true, isOver: true };
}

/** A pick-up order past its deadline that is not in Flow: Flow deletes what has expired, and nobody will fetch it. */
async function tellOmniumOfExpiry(run: SyncRun, { order, desired }: WebOrderDocuments): Promise<ShopStep | undefined> {
  const { orders } = run.tenant.config;
  const deadline = desired.kind === 'click-and-collect' ? desired.validUntil : undefined;
  const isExpired = deadline !== undefined && Date.parse(deadline) < Date.now();
  if (!isExpired || isCancelled(order, orders) || isHandedOver(order)) return undefined;
  const omnium = await cancelInOmnium(run, order, orders.till.expiredStatus);
  const outcome: OrderOutcome = {
    direction: 'outbound',
    action: 'cancelled',
    ...(omnium.status && { omniumStatus: omnium.status }),
    changedFields: ['status'],
  };
  return { omnium, outcome, hasWritten: true, isOver: true };
}

/** Somebody has the order open at a till, and Omnium has nothing new for it: it is left to them until they are done. */
function isOpenAtTill(flow: FlowOrder, omnium: OmniumOrder): boolean {
  return flow.orderState === 'OPEN' && isUntouchedInOmnium(flow, omnium);
}

/**
 * Whether Omnium's lines are as they were when both sides agreed last. Lines of the shop's own that are in Omnium
 * already were brought there by an attempt that broke off, and are no change of Omnium's.
 */
function isUntouchedInOmnium(flow: FlowOrder, omnium: OmniumOrder): boolean {
  const marker = readMarker(flow.internalNote);
  if (marker?.kind !== 'lines') return false;
  const own = new Set(flow.items.flatMap(({ externalId, orderItemUid }) => (externalId ? [] : [orderItemUid])));
  return marker.state === stateOfLines(omnium) || marker.state === stateOfLines(omnium, own);
}

function hasHandedOver(flow: FlowOrder): boolean {
  return (flow.deliveryState ?? 'NOT_STARTED') !== 'NOT_STARTED';
}

/** Whether Omnium has every line as delivered. */
function isHandedOver({ orderForm }: OmniumOrder): boolean {
  const open = orderForm.lineItems.some((line) => {
    const { ordered, cancelled, delivered } = quantitiesOf(line);
    return ordered - cancelled - delivered > 0;
  });
  return !open && orderForm.lineItems.some((line) => quantitiesOf(line).delivered > 0);
}

function documentsOf(
  { tenant }: SyncRun,
  order: OmniumOrder,
  { route, store }: { readonly route: WebOrderRoute; readonly store: WebOrderDocuments['store'] },
): WebOrderDocuments {
  const desired = mapOmniumOrderToFlow(order, {
    ...route,
    includeMainPackage: tenant.config.settings.OMNIUM_INCLUDE_MAIN_PACKAGE_IN_ORDER_ITEMS,
    rules: tenant.config.orders,
  });
  return { order, desired, store };
}
