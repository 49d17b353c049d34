import type { FlowOrder } from '../../clients/flow/orders';
import type { OmniumOrder, OmniumWorkflowResult } from '../../clients/omnium/orders';
import type { OrderOutcome } from '../../contracts/kinds/order';
import { compact } from '../../domain/compact';
import { SyncError } from '../shared/failures';
import { mayWrite, type SyncContext } from '../shared/sync-context';
import type { OmniumChanges } from './mapping/plan-omnium-changes';
import { toOmniumLine, toOmniumPayment, type TillContext } from './mapping/till-to-omnium';

/** What one step of a pass did in one system; `inbound` in Flow, `outbound` in Omnium. */
export type Step = Pick<
  OrderOutcome,
  'direction' | 'action' | 'reason' | 'lines' | 'customer' | 'changedFields' | 'differences'
>;

/**
 * Writes to Omnium what happened to an order in the shop: money first, then lines of the shop's own, then what was handed
 * over or taken out, with the status that follows. Each step is found by its own id, or is an increment over what Omnium
 * said just before; an attempt whose answer was lost begins by reading again.
 *
 * @param flow the order in Flow; only a cancellation goes without it
 * @returns the order as Omnium has it then
 */
export async function writeToOmnium(
  context: SyncContext,
  order: OmniumOrder,
  changes: OmniumChanges,
  flow: FlowOrder | undefined,
): Promise<{ readonly omnium: OmniumOrder; readonly step: Step }> {
  const { payments, linesToAdd, progress, status, changedFields, differences } = changes;
  if (changedFields.length === 0 || !mayWrite(context, () => changes.changes)) {
    return { omnium: order, step: { direction: 'outbound', action: 'unchanged', differences } };
  }
  const { omnium, stores } = context.tenant;
  const { id } = order;
  let current = order;
  if (flow && payments.length > 0) {
    const till = await tillContext(context, await stores.resolveTill(flow.storeUid, context), flow.settlements);
    const bodies = payments.map((settlement) => toOmniumPayment(settlement, till));
    current = await omnium.orders.addPayments(id, bodies, context);
  }
  for (const line of linesToAdd) {
    const deliveredQuantity = line.item.quantityDelivered / 100;
    current = await omnium.orders.addLine(id, { ...toOmniumLine(line), deliveredQuantity }, context);
  }
  let result: OmniumWorkflowResult | undefined;
  if (progress.length > 0) {
    // Increments in pieces.
    const lineItemUpdates = progress.map(({ lineItemId, delivered, cancelled }) => ({
      lineItemId,
      ...(delivered > 0 && { deliveredQuantity: delivered / 100 }),
      ...(cancelled > 0 && { canceledQuantity: cancelled / 100 }),
    }));
    result = await omnium.orders.updateLines(id, compact({ lineItemUpdates, status }), context);
  } else if (status) {
    result = await omnium.orders.updateStatus(id, { status }, context);
  }
  if (result?.isAborted) {
    // A step of Omnium's own workflow stopped it: the write may not have taken place.
    const steps = result.errors.length > 0 ? ` (${result.errors.join(', ')})` : '';
    const what = `status ${status ?? 'of the lines'}${steps}`;
    throw new SyncError('OmniumRejected', `Omnium's workflow stopped at ${what}; mend the order there`);
  }
  if (result) {
    const after = result.order ?? (await omnium.orders.get(id, context));
    if (!after) {
      throw new SyncError('OmniumOrderNotFound', 'The order disappeared from Omnium while it was being written');
    }
    current = after;
  }
  const action = changes.isCancellation ? 'cancelled' : 'updated';
  return { omnium: current, step: { direction: 'outbound', action, changedFields, differences } };
}

/** Everything that documents of a store's tills need to be put into Omnium's words, with the names of these payments. */
export async function tillContext(
  context: SyncContext,
  { storeId, marketId }: Pick<TillContext, 'storeId' | 'marketId'>,
  settlements: readonly { readonly settlementCode?: string | undefined }[],
): Promise<TillContext> {
  const { config, paymentMethods } = context.tenant;
  const { settings, currency } = config;
  const names = new Map<string, string>();
  for (const { settlementCode } of settlements) {
    if (!settlementCode || names.has(settlementCode)) continue;
    names.set(settlementCode, await paymentMethods.omniumNameOf(settlementCode, context));
  }
  return compact({
    storeId,
    marketId,
    currency,
    propertyPrefix: settings.OMNIUM_PROPERTY_PREFIX,
    includeMainPackage: settings.OMNIUM_INCLUDE_MAIN_PACKAGE_IN_ORDER_ITEMS,
    shippingMethodId: settings.OMNIUM_DEFAULT_SHIPPING_METHOD_ID,
    nameOf: (code: string | undefined) => names.get(code ?? '') ?? code ?? 'unknown',
  });
}
