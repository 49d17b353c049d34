import { VendorHttpError } from '../../clients/errors';
import type { FlowOrder } from '../../clients/flow/orders';
import type { OmniumOrder } from '../../clients/omnium/orders';
import type { ReturnOutcome } from '../../contracts/kinds/order';
import { centsToDecimal, toCents } from '../../domain/money';
import { ensureCustomerInOmnium, type CustomerOfOrder } from '../customers/customer-of-order';
import { SyncError } from '../shared/failures';
import { mayWrite, type SyncContext } from '../shared/sync-context';
import { planOmniumChanges } from './mapping/plan-omnium-changes';
import {
  contradictionsOf,
  creditedCents,
  isFinishedSale,
  mapTillReturn,
  mapTillSale,
  omniumLineId,
  readTillOrder,
  type TillLine,
  type TillReturn,
} from './mapping/till-to-omnium';
import { tillContext, writeToOmnium, type Step } from './order-in-omnium';
import type { SyncedOrder } from './web-order';

/**
 * Makes an order that was born at a till the same in Omnium. A sale goes there once it is paid for, and goods that are
 * handed over later once they are. Of a return only the goods without a known sale are an order of their own.
 */
export async function syncTillOrder(
  context: SyncContext,
  flow: FlowOrder,
  existing: OmniumOrder | undefined,
): Promise<SyncedOrder> {
  context.storeUid = flow.storeUid;
  const { lines, totalCents, whyNotSent } = readTillOrder(flow);
  if (!existing && whyNotSent) {
    return { flow, steps: [{ direction: 'outbound', action: 'skipped', reason: whyNotSent }] };
  }
  const { omnium, step } = existing
    ? await writeToOmnium(context, existing, planOmniumChanges(flow, existing, context.tenant.config), flow)
    : await createSale(context, flow, lines);
  const differences = [...(step.differences ?? []), ...contradictionsOf(flow)];
  if (omnium) {
    // Flow's total is the sum of its lines and the cash rounding.
    const { total } = omnium.orderForm;
    const omniumCents = total === undefined ? totalCents : toCents(total);
    if (omniumCents !== totalCents) differences.push(`total: Flow ${totalCents} cents, Omnium ${omniumCents} cents`);
  }
  return { flow, omnium, steps: [{ ...step, differences }] };
}

async function createSale(
  context: SyncContext,
  flow: FlowOrder,
  lines: readonly TillLine[],
): Promise<{ readonly omnium?: OmniumOrder; readonly step: Step }> {
  const { config, omnium, stores } = context.tenant;
  const store = await stores.resolveTill(flow.storeUid, context);
  const lineChanges = lines.map(({ item, net }) => ({
    system: 'Omnium' as const,
    field: `orderForm.lineItems[${omniumLineId(item)}].extendedPrice`,
    to: centsToDecimal(net),
  }));
  if (!mayWrite(context, () => [{ system: 'Omnium', field: 'orderNumber', to: flow.orderUid }, ...lineChanges])) {
    return { step: { direction: 'outbound', action: 'unchanged' } };
  }
  const customer: CustomerOfOrder = flow.customerUid
    ? await ensureCustomerInOmnium(context, flow.customerUid)
    : { how: 'none' };
  const till = await tillContext(context, store, flow.settlements);
  const sale = mapTillSale(flow, lines, till, customer.customerId);
  const isBlindReturn = lines.some(({ quantity }) => quantity < 0);
  const asReturnOrder = isBlindReturn && config.orders.till.blindReturnsAs === 'return-order';
  let refusal: VendorHttpError | undefined;
  try {
    if (asReturnOrder) await omnium.orders.create({ ...sale, orderType: 'ReturnOrder', status: 'Completed' }, context);
    else await omnium.orders.putPos(sale, context);
  } catch (error) {
    // It may be there already: made by an attempt that lost its answer, or by a race.
    if (!(error instanceof VendorHttpError) || (error.status !== 400 && error.status !== 409)) throw error;
    refusal = error;
  }
  // The answer to a POS order holds nothing: what Omnium made of it decides whether the sale is right there.
  const created = await omnium.orders.get(flow.orderUid, context);
  if (!created) {
    throw refusal ?? new SyncError('OmniumOrderNotFound', 'Omnium accepted the sale but does not show it yet');
  }
  const differences = customer.problem ? [customer.problem] : [];
  return { omnium: created, step: { direction: 'outbound', action: 'created', customer: customer.how, differences } };
}

/**
 * Registers returns in Omnium on the order the goods were sold on. Registering is not repeat-safe there, so each is looked
 * for by its RMA number first: in the order as it was read by this very attempt.
 *
 * @returns what was done about each, and what is not the same in both systems
 */
export async function registerReturns(
  context: SyncContext,
  omnium: OmniumOrder,
  returns: readonly TillReturn[],
): Promise<{ readonly outcomes: readonly ReturnOutcome[]; readonly differences: readonly string[] }> {
  const outcomes: ReturnOutcome[] = [];
  const differences: string[] = [];
  for (const each of returns.filter(({ order }) => isFinishedSale(order))) {
    const { orderUid: rmaNumber, storeUid, settlements } = each.order;
    const credited = creditedCents(each.lines);
    let form = omnium.returnOrderForms.find((candidate) => candidate.rmaNumber === rmaNumber);
    const action = form ? 'unchanged' : 'created';
    if (!form) {
      const field = `returnOrderForms[${rmaNumber}].total`;
      if (!mayWrite(context, () => [{ system: 'Omnium', field, to: centsToDecimal(credited) }])) continue;
      const store = await context.tenant.stores.resolveTill(storeUid, context);
      const body = mapTillReturn(each, await tillContext(context, store, settlements));
      form = await context.tenant.omnium.orders.createReturn(omnium.id, body, context);
    }
    outcomes.push({ flowOrderUid: rmaNumber, action, creditedCents: credited });
    differences.push(...contradictionsOf(each.order).map((what) => `return ${rmaNumber}: ${what}`));
    const times = omnium.returnOrderForms.filter((candidate) => candidate.rmaNumber === rmaNumber).length;
    if (times > 1) differences.push(`return ${rmaNumber}: Omnium has it ${times} times; take the others out there`);
    const total = form.total === undefined ? credited : toCents(form.total);
    if (total !== credited) differences.push(`return ${rmaNumber}: Flow ${credited} cents, Omnium ${total} cents`);
  }
  return { outcomes, differences };
}
