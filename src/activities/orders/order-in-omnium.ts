import type { FlowOrder } from '../../clients/flow/orders';
import type { OmniumOrder, OmniumWorkflowResult } from '../../clients/omnium/orders';
import type { FieldChange } from '../../contracts/order-inspection';
import type { OrderOutcome } from '../../contracts/messages';
import { asCents, centsToDecimal, toCents } from '../../domain/money';
import {
  changesOmnium,
  namesOfOmniumChanges,
  planOmniumChanges,
  quantitiesOf,
  toLineUpdates,
  type OmniumChanges,
  type OmniumPlanRules,
} from './mapping/plan-omnium-changes';
import { omniumLineId, toOmniumLine } from './mapping/till-lines';
import { toOmniumPayment } from './mapping/till-payments';
import { SyncError } from '../shared/failures';
import { mayWrite } from '../shared/sync-context';
import { shorten, type SyncRun } from './sync-run';

/** The two sides of one order. */
export interface OrderPair {
  readonly flow: FlowOrder;
  readonly omnium: OmniumOrder;
}

/** What was written, and the order as Omnium has it now. */
export interface OmniumProgress {
  readonly omnium: OmniumOrder;
  readonly changes: OmniumChanges;
  readonly hasWritten: boolean;
}

/**
 * Tells Omnium what happened to an order in the shop: money first, then lines of the shop's own, then what was handed
 * over or taken out, with the status that follows. Each step is found by its own id, or is an increment over what Omnium
 * said just before; an attempt whose answer was lost begins by reading again.
 */
export async function bringOmniumUpToDate(
  run: SyncRun,
  { flow, omnium }: OrderPair,
  rules: OmniumPlanRules,
): Promise<OmniumProgress> {
  const changes = planOmniumChanges(flow, omnium, rules);
  if (!changesOmnium(changes)) return { omnium, changes, hasWritten: false };
  if (!mayWrite(run, () => describe(changes, omnium))) return { omnium, changes, hasWritten: false };
  const { tenant, attempt } = run;
  let current = omnium;
  if (changes.payments.length > 0) {
    const context = await paymentContext(run, flow);
    const payments = changes.payments.map((settlement) => toOmniumPayment(settlement, context));
    current = await tenant.omnium.orders.addPayments(omnium.id, payments, attempt);
  }
  for (const line of changes.linesToAdd) {
    const { quantityDelivered } = line.item;
    const delivered = quantityDelivered === undefined ? {} : { deliveredQuantity: quantityDelivered / 100 };
    current = await tenant.omnium.orders.addLine(omnium.id, { ...toOmniumLine(line), ...delivered }, attempt);
  }
  if (changes.progress.length > 0) {
    const update = {
      lineItemUpdates: toLineUpdates(changes.progress),
      ...(changes.status && { status: changes.status }),
    };
    const result = await tenant.omnium.orders.updateLines(omnium.id, update, attempt);
    refuseAborted(result, `status ${changes.status ?? 'of the lines'}`);
    current = result.order ?? (await readAgain(run, omnium.id));
  }
  return { omnium: current, changes, hasWritten: true };
}

/** Cancels a web order in Omnium because the shop did, or because nobody fetched it. */
export async function cancelInOmnium(run: SyncRun, omnium: OmniumOrder, status: string): Promise<OmniumOrder> {
  const change = {
    system: 'Omnium',
    field: 'status',
    ...(omnium.status && { from: omnium.status }),
    to: status,
  } as const;
  if (!mayWrite(run, () => [change])) return omnium;
  const result = await run.tenant.omnium.orders.updateStatus(omnium.id, { status }, run.attempt);
  refuseAborted(result, `status ${status}`);
  return result.order ?? (await readAgain(run, omnium.id));
}

/** Names of payment methods and the store, for payments of one Flow order. */
export async function paymentContext(
  { tenant, attempt }: SyncRun,
  flow: FlowOrder,
): Promise<{ readonly storeId: string; readonly nameOf: (settlementCode: string | undefined) => string }> {
  const { storeId } = await tenant.stores.resolveTill(flow.storeUid, attempt);
  const names = new Map<string, string>();
  for (const { settlementCode } of flow.settlements) {
    if (!settlementCode || names.has(settlementCode)) continue;
    names.set(settlementCode, await tenant.paymentMethods.omniumNameOf(settlementCode, attempt));
  }
  return { storeId, nameOf: (code) => names.get(code ?? '') ?? code ?? 'unknown' };
}

/** The totals of both sides, when they are not the same. Flow's is the sum of its lines and the cash rounding. */
export function totalDifference(flowCents: number, omnium: OmniumOrder): string[] {
  const { total } = omnium.orderForm;
  if (total === undefined) return [];
  const omniumCents = toCents(total);
  return omniumCents === flowCents ? [] : [`total: Flow ${flowCents} cents, Omnium ${omniumCents} cents`];
}

/** What every outcome about the Omnium side says. */
export function outboundOutcome(
  action: OrderOutcome['action'],
  { flow, omnium }: { readonly flow: FlowOrder; readonly omnium?: OmniumOrder },
  more: Pick<OrderOutcome, 'changedFields' | 'differences' | 'customer'> = {},
): OrderOutcome {
  const { changedFields, differences, customer } = more;
  return {
    direction: 'outbound',
    action,
    ...(omnium?.status && { omniumStatus: omnium.status }),
    flowOrderUid: flow.orderUid,
    ...(flow.orderNumber && { flowOrderNumber: flow.orderNumber }),
    storeUid: flow.storeUid,
    orderState: flow.orderState,
    lines: flow.items.length,
    totalCents: flow.orderTotals.totalAmount,
    ...(customer && { customer }),
    ...(changedFields?.length && { changedFields: shorten(changedFields) }),
    ...(differences?.length && { differences: shorten(differences) }),
  };
}

/** Names of what {@link bringOmniumUpToDate} wrote. */
export function writtenFields({ changes, hasWritten }: OmniumProgress): string[] {
  return hasWritten ? namesOfOmniumChanges(changes) : [];
}

async function readAgain({ tenant, attempt }: SyncRun, orderId: string): Promise<OmniumOrder> {
  const order = await tenant.omnium.orders.get(orderId, attempt);
  if (!order)
    throw new SyncError('OmniumOrderNotFound', 'The order disappeared from Omnium while it was being written');
  return order;
}

/** A step of Omnium's own workflow stopped it: the write may not have taken place. */
function refuseAborted({ isAborted, errors }: OmniumWorkflowResult, what: string): void {
  if (!isAborted) return;
  const steps = errors.length > 0 ? ` (${errors.join(', ')})` : '';
  throw new SyncError('OmniumRejected', `Omnium's workflow stopped at ${what}${steps}; mend the order there`);
}

function describe(changes: OmniumChanges, omnium: OmniumOrder): FieldChange[] {
  const lines = new Map(omnium.orderForm.lineItems.map((line) => [line.lineItemId, quantitiesOf(line)]));
  const system = 'Omnium' as const;
  return [
    ...changes.payments.map(({ settlementUid, amount }) => ({
      system,
      field: `orderForm.payments[${settlementUid}].amount`,
      to: centsToDecimal(asCents(amount)),
    })),
    ...changes.linesToAdd.map(({ item, quantity }) => ({
      system,
      field: `orderForm.lineItems[${omniumLineId(item)}].quantity`,
      to: quantity / 100,
    })),
    ...changes.progress.flatMap(({ lineItemId, delivered, cancelled }) => {
      const now = lines.get(lineItemId);
      const field = `orderForm.lineItems[${lineItemId}]`;
      const from = { delivered: (now?.delivered ?? 0) / 100, cancelled: (now?.cancelled ?? 0) / 100 };
      return [
        ...(delivered > 0
          ? [
              {
                system,
                field: `${field}.deliveredQuantity`,
                from: from.delivered,
                to: from.delivered + delivered / 100,
              },
            ]
          : []),
        ...(cancelled > 0
          ? [{ system, field: `${field}.canceledQuantity`, from: from.cancelled, to: from.cancelled + cancelled / 100 }]
          : []),
      ];
    }),
    ...(changes.status
      ? [{ system, field: 'status', ...(omnium.status && { from: omnium.status }), to: changes.status }]
      : []),
  ];
}
