import { VendorHttpError } from '../../clients/errors';
import type { FlowOrder } from '../../clients/flow/orders';
import type { OmniumOrder } from '../../clients/omnium/orders';
import type { ReturnOutcome } from '../../contracts/kinds/order';
import { centsToDecimal, toCents } from '../../domain/money';
import { ensureCustomerInOmnium, type CustomerOfOrder } from '../customers/customer-of-order';
import { SyncError } from '../shared/failures';
import { mayWrite, type SyncContext } from '../shared/sync-context';
import { contradictionsOf, editedLines, vatDifferences } from './mapping/compare-till-order';
import { notedUidOf, planOmniumChanges } from './mapping/plan-omnium-changes';
import {
  creditedCents,
  isFinishedSale,
  isReturn,
  mapTillReturn,
  mapTillSale,
  NO_SKU,
  omniumLineId,
  propertiesOf,
  readTillOrder,
  tillSettlements,
  withoutMainPackages,
  type TillReturn,
} from './mapping/till-to-omnium';
import { tillContext, writeToOmnium, type Step } from './order-in-omnium';
import { isQueued, statusClassOf } from './order-statuses';
import type { SyncedOrder } from './web-order';

type TillOrder = ReturnType<typeof readTillOrder>;

/** What was done about an order of a till; without `omnium` a run that only compares. */
interface SentSale {
  readonly omnium?: OmniumOrder | undefined;
  readonly step: Step;
}

/**
 * Makes an order that was born at a till the same in Omnium, from the moment on that the configuration says: the till alone
 * changes it, until it is handed over and paid for. Of a return only the goods without a known sale are an order of their own.
 */
export async function syncTillOrder(
  context: SyncContext,
  flow: FlowOrder,
  existing: OmniumOrder | undefined,
): Promise<SyncedOrder> {
  context.storeUid = flow.storeUid;
  const { settings, orders } = context.tenant.config;
  const sale = readTillOrder(flow, orders.till.visibleFrom);
  if (!existing && sale.whyNotSent) {
    return { flow, steps: [{ direction: 'outbound', action: 'skipped', reason: sale.whyNotSent }] };
  }
  const { omnium, step } = existing
    ? await updateSale(context, flow, existing, sale)
    : await createSale(context, flow, sale);
  const differences = [...(step.differences ?? []), ...contradictionsOf(flow)];
  const customer = existing && (await attachCustomer(context, existing, flow));
  if (customer?.problem) differences.push(customer.problem);
  for (const { item } of sale.lines) {
    if (!item.sku)
      differences.push(`items[${item.orderItemUid}]: it has no article in Flow and is ${NO_SKU} in Omnium`);
  }
  if (omnium && flow.orderState !== 'CANCELLED') {
    // Flow's total is the sum of its lines and the cash rounding.
    const { totalCents } = sale;
    const { total } = omnium.orderForm;
    const omniumCents = total === undefined ? totalCents : toCents(total);
    if (omniumCents !== totalCents) differences.push(`total: Flow ${totalCents} cents, Omnium ${omniumCents} cents`);
    const isWithPackages = settings.OMNIUM_INCLUDE_MAIN_PACKAGE_IN_ORDER_ITEMS;
    if (flow.type !== 'PAYMENT' && sale.lines.length > 0) {
      differences.push(...vatDifferences(isWithPackages ? sale.lines : withoutMainPackages(sale.lines), omnium));
    }
  }
  return { flow, omnium, steps: [{ ...step, differences }] };
}

/** A sale that went to Omnium without its customer, who could not be brought over then, gets the customer later. */
async function attachCustomer(
  context: SyncContext,
  { id, customerId: attached }: OmniumOrder,
  { customerUid }: FlowOrder,
): Promise<CustomerOfOrder> {
  // Finding a customer may write to one; a run that only compares leaves the customer out.
  if (attached || !customerUid || context.dryRun) return { how: 'none' };
  const customer = await ensureCustomerInOmnium(context, customerUid);
  const { customerId } = customer;
  if (customerId) await context.tenant.omnium.orders.patch(id, { customerId }, context);
  return customer;
}

/** Brings what has happened at the till since to an order that Omnium has. */
async function updateSale(
  context: SyncContext,
  flow: FlowOrder,
  existing: OmniumOrder,
  sale: TillOrder,
): Promise<SentSale> {
  const { config } = context.tenant;
  const { handedOverStatus, cancelledStatus } = config.orders.till;
  const statusClass = await statusClassOf(context, existing);
  const isOver = statusClass === 'finished' || statusClass === 'cancelled';
  if (flow.orderState === 'CANCELLED') {
    const plan = planOmniumChanges(flow, existing, config, false, isOver ? undefined : cancelledStatus);
    const left = tillSettlements(flow).reduce((sum, { amount }) => sum + amount, 0);
    const differences = [
      ...plan.differences,
      ...(left === 0
        ? []
        : [`settlements: ${left} cents were paid and not given back, on an order cancelled at the till`]),
      ...(statusClass === 'finished' ? [`orderState: cancelled in Flow, but Omnium has it as ${existing.status}`] : []),
    ];
    return await write(context, existing, { ...plan, differences, isCancellation: !isOver }, flow);
  }
  if (isOver || isReturn(flow)) return await write(context, existing, planOmniumChanges(flow, existing, config), flow);
  const edit = await editSale(context, flow, existing, sale);
  const isDone = flow.orderState === 'COMPLETE' || (flow.type === 'PAYMENT' && isFinishedSale(flow));
  const plan = planOmniumChanges(flow, edit.omnium, config, false, isDone ? handedOverStatus : existing.status);
  const { omnium, step } = await write(context, edit.omnium, plan, flow);
  if (edit.changedFields.length === 0) return { omnium, step };
  const changedFields = [...edit.changedFields, ...(step.changedFields ?? [])];
  return { omnium, step: { ...step, action: 'updated', changedFields } };
}

async function write(...about: Parameters<typeof writeToOmnium>): Promise<SentSale> {
  const [, order, { changedFields }] = about;
  if (changedFields.length > 0) refuseIfQueued(order);
  return await writeToOmnium(...about);
}

/** @throws SyncError `OmniumConflict` */
function refuseIfQueued(order: OmniumOrder): void {
  if (!isQueued(order)) return;
  throw new SyncError('OmniumConflict', 'Omnium works on the order (Queued) and takes no change to it meanwhile');
}

/** Lines that the till has changed, and a customer it has added, go to Omnium with the whole order: it is the till's alone. */
async function editSale(
  context: SyncContext,
  flow: FlowOrder,
  existing: OmniumOrder,
  sale: TillOrder,
): Promise<{ readonly omnium: OmniumOrder; readonly changedFields: readonly string[] }> {
  const { omnium, stores, config } = context.tenant;
  const isCustomerNew = flow.customerUid !== undefined && existing.customerId === undefined;
  const store = await stores.resolveTill(flow.storeUid, context);
  const till = await tillContext(context, store, flow.settlements);
  const lines = editedLines(mapTillSale(flow, sale.lines, till, existing.customerId), existing);
  const changedFields = [...lines.map((id) => `lineItems[${id}]`), ...(isCustomerNew ? ['customerId'] : [])];
  const changes = changedFields.map((name) => ({
    system: 'Omnium' as const,
    field: name.startsWith('line') ? `orderForm.${name}` : name,
    to: '(as at the till)',
  }));
  if (changedFields.length === 0 || !mayWrite(context, () => changes)) return { omnium: existing, changedFields: [] };
  refuseIfQueued(existing);
  const { customerId } = isCustomerNew ? await customerOf(context, flow) : existing;
  if (lines.length === 0 && customerId === undefined) return { omnium: existing, changedFields: [] };
  const { status = config.orders.till.openStatus, orderType = 'Pos' } = existing;
  await omnium.orders.overwrite({ ...mapTillSale(flow, sale.lines, till, customerId), orderType, status }, context);
  const after = await omnium.orders.get(existing.id, context);
  if (!after)
    throw new SyncError('OmniumOrderNotFound', 'The order disappeared from Omnium while it was being written');
  return { omnium: after, changedFields };
}

async function customerOf(context: SyncContext, { customerUid }: FlowOrder): Promise<CustomerOfOrder> {
  return customerUid ? await ensureCustomerInOmnium(context, customerUid) : { how: 'none' };
}

async function createSale(context: SyncContext, flow: FlowOrder, { lines }: TillOrder): Promise<SentSale> {
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
  const customer = await customerOf(context, flow);
  const till = await tillContext(context, store, flow.settlements);
  const sale = mapTillSale(flow, lines, till, customer.customerId);
  const { openStatus } = config.orders.till;
  const isBlindReturn = lines.some(({ quantity }) => quantity < 0);
  const asReturnOrder = isBlindReturn && config.orders.till.blindReturnsAs === 'return-order';
  let refusal: VendorHttpError | undefined;
  try {
    if (asReturnOrder) await omnium.orders.create({ ...sale, orderType: 'ReturnOrder', status: 'Completed' }, context);
    else if (!isFinishedSale(flow))
      await omnium.orders.create({ ...sale, orderType: 'Pos', status: openStatus }, context);
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

/** The order of an exchange is made by its return, which takes no properties for it: they are written once it is there. */
async function noteOnExchange(context: SyncContext, order: FlowOrder): Promise<void> {
  const { omnium, config } = context.tenant;
  const exchange = await omnium.orders.get(order.orderUid, context);
  const propertyPrefix = config.settings.OMNIUM_PROPERTY_PREFIX;
  if (!exchange || notedUidOf(exchange, propertyPrefix) !== undefined) return;
  const properties = propertiesOf(order, { propertyPrefix });
  const changes = properties.map(({ key, value }) => ({
    system: 'Omnium' as const,
    field: `properties[${key}]`,
    to: value,
  }));
  if (mayWrite(context, () => changes))
    await omnium.orders.patch(exchange.id, { properties, keepExistingCustomProperties: true }, context);
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
    if (each.bought.length > 0) await noteOnExchange(context, each.order);
    differences.push(...contradictionsOf(each.order).map((what) => `return ${rmaNumber}: ${what}`));
    const times = omnium.returnOrderForms.filter((candidate) => candidate.rmaNumber === rmaNumber).length;
    if (times > 1) differences.push(`return ${rmaNumber}: Omnium has it ${times} times; take the others out there`);
    const total = form.total === undefined ? credited : toCents(form.total);
    if (total !== credited) differences.push(`return ${rmaNumber}: Flow ${credited} cents, Omnium ${total} cents`);
  }
  return { outcomes, differences };
}
