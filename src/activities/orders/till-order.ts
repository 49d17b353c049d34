import { VendorHttpError } from '../../clients/errors';
import type { FlowOrder } from '../../clients/flow/orders';
import type { OmniumOrder } from '../../clients/omnium/orders';
import type { FieldChange } from '../../contracts/order-inspection';
import type { OrderOutcome } from '../../contracts/messages';
import { centsToDecimal, sumCents } from '../../domain/money';
import { omniumLineId, tillLines, type TillLine } from './mapping/till-lines';
import { isMadeByReturn, isReturn, partsOfReturn } from './mapping/till-return-to-omnium';
import { isFinishedSale, mapTillSale, tillTotal } from './mapping/till-sale-to-omnium';
import { ensureCustomerInOmnium } from '../customers/customer-of-order';
import { SyncError } from '../shared/failures';
import {
  bringOmniumUpToDate,
  outboundOutcome,
  paymentContext,
  totalDifference,
  writtenFields,
} from './order-in-omnium';
import { mayWrite } from '../shared/sync-context';
import type { SyncRun } from './sync-run';

/** An order born at a till, and what Omnium has of it so far. */
export interface TillOrder {
  readonly flow: FlowOrder;
  readonly omnium: OmniumOrder | undefined;
}

/** What was done, and the order as Omnium has it; undefined where it is none of Omnium's (yet). */
export interface TillOrderResult {
  readonly outcome: OrderOutcome;
  readonly omnium?: OmniumOrder;
}

/**
 * Makes an order that was born at a till the same in Omnium. A sale goes there once it is paid for; goods that are
 * handed over later are told when they are. Of a return only the goods whose sale nobody knows are an order of their own.
 */
export async function syncTillOrder(run: SyncRun, { flow, omnium }: TillOrder): Promise<TillOrderResult> {
  if (omnium) return await update(run, flow, omnium);
  if (flow.orderState === 'CANCELLED') return notSent(flow, 'it was cancelled at the till before it was paid');
  if (!isFinishedSale(flow)) return notSent(flow, 'it is not paid for yet at the till');
  if (isMadeByReturn(flow)) return notSent(flow, 'its goods go to Omnium with the return they were exchanged for');
  const lines = linesOfItsOwn(flow);
  if (lines.length === 0 && flow.type !== 'PAYMENT') return notSent(flow, 'it holds no line');
  return await create(run, flow, lines);
}

/** The lines that an order of this number holds in Omnium: all of a sale; of a return those that no known sale takes back. */
function linesOfItsOwn(flow: FlowOrder): readonly TillLine[] {
  if (!isReturn(flow)) return tillLines(flow);
  const { blind, bought } = partsOfReturn(flow);
  return [...blind, ...bought];
}

function notSent(flow: FlowOrder, reason: string): TillOrderResult {
  return { outcome: { ...outboundOutcome('skipped', { flow }), reason } };
}

async function create(run: SyncRun, flow: FlowOrder, lines: readonly TillLine[]): Promise<TillOrderResult> {
  const { tenant, attempt } = run;
  const { settings, orders, currency } = tenant.config;
  const { storeId, marketId } = await tenant.stores.resolveTill(flow.storeUid, attempt);
  if (!mayWrite(run, () => describeSale(flow, lines))) return { outcome: outboundOutcome('unchanged', { flow }) };
  const customer = flow.customerUid
    ? await ensureCustomerInOmnium({ ...attempt, tenant }, flow.customerUid)
    : ({ how: 'none' } as const);
  const payments = await paymentContext(run, flow);
  const sale = mapTillSale(flow, lines, {
    ...payments,
    storeId,
    marketId,
    currency,
    propertyPrefix: settings.OMNIUM_PROPERTY_PREFIX,
    includeMainPackage: settings.OMNIUM_INCLUDE_MAIN_PACKAGE_IN_ORDER_ITEMS,
    ...(settings.OMNIUM_DEFAULT_SHIPPING_METHOD_ID && {
      shippingMethodId: settings.OMNIUM_DEFAULT_SHIPPING_METHOD_ID,
    }),
    ...(customer.customerId && { customerId: customer.customerId }),
  });
  const isBlindReturn = lines.some(({ quantity }) => quantity < 0);
  const asReturnOrder = isBlindReturn && orders.till.blindReturnsAs === 'return-order';
  const existing = await unlessThere(run, flow.orderUid, () =>
    asReturnOrder
      ? tenant.omnium.orders.create({ ...sale, orderType: 'ReturnOrder', status: 'Completed' }, attempt)
      : tenant.omnium.orders.putPos(sale, attempt),
  );
  // The answer to a POS order holds nothing: what Omnium made of it decides whether the sale is right there.
  const omnium = existing ?? (await mustExist(run, flow.orderUid));
  const differences = [
    ...totalDifference(tillTotal(flow, lines), omnium),
    ...(customer.problem ? [customer.problem] : []),
  ];
  return { omnium, outcome: outboundOutcome('created', { flow, omnium }, { customer: customer.how, differences }) };
}

async function update(run: SyncRun, flow: FlowOrder, omnium: OmniumOrder): Promise<TillOrderResult> {
  const { settings, orders } = run.tenant.config;
  const progress = await bringOmniumUpToDate(
    run,
    { flow, omnium },
    {
      till: orders.till,
      shopOwnsLineChanges: false,
      includeMainPackage: settings.OMNIUM_INCLUDE_MAIN_PACKAGE_IN_ORDER_ITEMS,
    },
  );
  const lines = linesOfItsOwn(flow);
  // Cash rounding of an exchange is on what changed hands in all, and Omnium takes none for its order.
  const total = isMadeByReturn(flow) ? sumCents(lines.map(({ net }) => net)) : tillTotal(flow, lines);
  const differences = [...progress.changes.differences, ...totalDifference(total, progress.omnium)];
  const action = progress.hasWritten ? 'updated' : 'unchanged';
  return {
    omnium: progress.omnium,
    outcome: outboundOutcome(
      action,
      { flow, omnium: progress.omnium },
      { changedFields: writtenFields(progress), differences },
    ),
  };
}

/** Creates; an order that is there already (an earlier attempt lost its answer, or a race) is read instead. */
async function unlessThere(
  { tenant, attempt }: SyncRun,
  orderId: string,
  create: () => Promise<void>,
): Promise<OmniumOrder | undefined> {
  try {
    await create();
    return undefined;
  } catch (error) {
    if (!(error instanceof VendorHttpError) || (error.status !== 400 && error.status !== 409)) throw error;
    const existing = await tenant.omnium.orders.get(orderId, attempt);
    if (!existing) throw error;
    return existing;
  }
}

async function mustExist({ tenant, attempt }: SyncRun, orderId: string): Promise<OmniumOrder> {
  const order = await tenant.omnium.orders.get(orderId, attempt);
  if (!order) throw new SyncError('OmniumOrderNotFound', 'Omnium accepted the sale but does not show it yet');
  return order;
}

function describeSale(flow: FlowOrder, lines: readonly TillLine[]): FieldChange[] {
  return [
    { system: 'Omnium', field: 'orderNumber', to: flow.orderUid },
    ...lines.map(({ item, net }) => ({
      system: 'Omnium' as const,
      field: `orderForm.lineItems[${omniumLineId(item)}].extendedPrice`,
      to: centsToDecimal(net),
    })),
  ];
}
