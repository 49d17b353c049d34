import { compareCents, compareQuantities, compareWords, major, shorten } from './differences';
import { addUp, type Quantities } from './summaries';
import { type FlowTillLine, type FlowTillOrder, type OmniumReturn, type OmniumTillOrder } from './till-summaries';
import { issueOf, type TillIssue, type TillKind, type TillVerdict } from './till-verdict';

/** All of Omnium's orders of a day, found by what is known of them. */
export interface OmniumOrders {
  /** Every order that claims to be this Flow order: by its id, or by the uid in its properties. */
  byFlowUid(orderUid: string): readonly OmniumTillOrder[];
  byNumber(orderNumber: string): OmniumTillOrder | undefined;
}

/** Flow's orders by uid: what came back names the order it was sold on. */
export type FlowOrders = ReadonlyMap<string, FlowTillOrder>;

/** Statuses after a return: the sale was complete before it. */
const AFTER_RETURN = new Set(['Returned', 'PartiallyReturned']);
const COMPLETED = 'Completed';
/** The one line of money without goods (Flow's page on invoices). */
export const REMITTANCE = 'REMITTANCE';

/** Compares an order that was born at a till with what Omnium has of it. Pure. */
export function judgeTillOrder(flow: FlowTillOrder, flowOrders: FlowOrders, omnium: OmniumOrders): TillVerdict {
  const back = flow.lines.filter(({ hundredths }) => hundredths < 0);
  if (flow.type !== 'RETURN' && back.length === 0) return judgeSale(flow, omnium);
  const linked = back.filter(({ originalOrderUid }) => originalOrderUid !== undefined);
  if (linked.length === 0) return judgeCopy('blindReturn', flow, omnium);
  return judgeReturn(flow, { linked, flowOrders, omnium });
}

function judgeSale(flow: FlowTillOrder, omnium: OmniumOrders): TillVerdict {
  if (flow.isSettled || flow.orderState === 'COMPLETE') return judgeCopy('sale', flow, omnium);
  const isCancelled = flow.orderState === 'CANCELLED';
  const found = omnium.byFlowUid(flow.orderUid).filter((order) => !order.isCancelled);
  const state = isCancelled ? 'cancelled' : `${flow.orderState} and not paid`;
  return {
    ...verdictOf(isCancelled ? 'cancellation' : 'unfinished', flow),
    ...issueOf(found.length === 0 ? [] : [`is in Omnium, and ${state} in Flow`]),
  };
}

/** A sale, or a return without a sale: an order of its own in Omnium. */
function judgeCopy(kind: TillKind, flow: FlowTillOrder, omnium: OmniumOrders): TillVerdict {
  const base = { ...verdictOf(kind, flow), flowCents: flow.totalCents + flow.roundingCents };
  const [order, ...others] = omnium.byFlowUid(flow.orderUid);
  if (order === undefined) return { ...base, issue: missing };
  const found = { ...base, omniumCents: order.totalCents };
  if (others.length > 0) return { ...found, issue: copies([order, ...others]) };
  return {
    ...found,
    ...issueOf([
      ...compareHeads(flow, order),
      ...compareQuantities(
        quantitiesOf(order.lines),
        flow.type === 'PAYMENT' ? new Map([[REMITTANCE, 100]]) : quantitiesOf(flow.lines),
      ),
      ...compareCents('total', order.totalCents, flow.totalCents + flow.roundingCents),
      ...comparePayments(order, flow.settlements),
    ]),
  };
}

interface LinkedReturn {
  readonly linked: readonly FlowTillLine[];
  readonly flowOrders: FlowOrders;
  readonly omnium: OmniumOrders;
}

/** What comes back of known sales is a return on each of them; what goes with the customer is an order of its own. */
function judgeReturn(flow: FlowTillOrder, { linked, flowOrders, omnium }: LinkedReturn): TillVerdict {
  const bought = flow.lines.filter(({ hundredths }) => hundredths > 0);
  const credited = -sumCents(linked);
  const kind = bought.length > 0 ? 'exchange' : 'return';
  const issues: TillIssue[] = [];
  let omniumCents = 0;
  const numbers: string[] = [];
  for (const [originalUid, lines] of groupByOriginal(linked)) {
    const original = flowOrders.get(originalUid);
    const number = original?.externalOrderNumber ?? originalUid;
    numbers.push(number);
    const order =
      original?.externalOrderNumber === undefined ? omnium.byFlowUid(originalUid)[0] : omnium.byNumber(number);
    const forms = order?.returns.filter(({ rmaNumber }) => rmaNumber === flow.orderUid) ?? [];
    omniumCents += forms.reduce((sum, { totalCents }) => sum + totalCents, 0);
    const issue = issueOfReturn(flow, { lines, number, forms });
    if (issue) issues.push(issue);
  }
  const boughtCents = sumCents(bought);
  const base: TillVerdict = { ...verdictOf(kind, flow, numbers), flowCents: credited, omniumCents };
  if (issues.length === 0) issues.push(...compareCents('credited', omniumCents, credited).map(differing));
  if (bought.length > 0) issues.push(...judgeBought(flow, { bought, boughtCents, omnium }));
  const [first, ...rest] = issues;
  if (!first) return base;
  return { ...base, issue: { kind: first.kind, why: [first, ...rest].map(({ why }) => why).join('; ') } };
}

function issueOfReturn(
  flow: FlowTillOrder,
  { lines, number, forms }: { lines: readonly FlowTillLine[]; number: string; forms: readonly OmniumReturn[] },
): TillIssue | undefined {
  const [form, ...others] = forms;
  if (form === undefined) return { kind: 'missing', why: `is not among the returns of ${number} in Omnium` };
  if (others.length > 0) return { kind: 'duplicated', why: `is ${forms.length} times among the returns of ${number}` };
  const wanted = addUp(lines.map(({ sku, hundredths }) => ({ sku, hundredths: -hundredths })));
  const { issue } = issueOf([
    ...compareQuantities(form.quantities, wanted, 'returned quantity'),
    ...compareWords('store', form.storeId, flow.storeId),
  ]);
  return issue;
}

/** The new goods of an exchange. What they cost is on their own order; the difference is what was paid at the till. */
function judgeBought(
  flow: FlowTillOrder,
  { bought, boughtCents, omnium }: { bought: readonly FlowTillLine[]; boughtCents: number; omnium: OmniumOrders },
): TillIssue[] {
  const [order, ...others] = omnium.byFlowUid(flow.orderUid);
  if (order === undefined) return [{ kind: 'missing', why: 'its new goods are not in Omnium' }];
  if (others.length > 0) return [copies([order, ...others])];
  const paid = new Map([...flow.settlements].filter(([, cents]) => cents > 0));
  return [
    ...compareHeads(flow, order),
    ...compareQuantities(quantitiesOf(order.lines), quantitiesOf(bought)),
    ...(order.totalCents === boughtCents + flow.roundingCents
      ? []
      : compareCents('new goods', order.totalCents, boughtCents)),
    ...comparePayments(order, paid),
  ].map(differing);
}

/** Compares a web order that the tills had to do with: what was handed over, and the money that was taken. */
export function judgeHandOver(flow: FlowTillOrder, omnium: OmniumTillOrder | undefined): TillVerdict | undefined {
  const goods = flow.lines.filter(({ hundredths }) => hundredths !== 0);
  const isTouched = goods.some(({ deliveredHundredths }) => deliveredHundredths !== 0) || flow.settlements.size > 0;
  if (!isTouched) return undefined;
  const isWhole = flow.orderState === 'COMPLETE';
  const number = flow.externalOrderNumber ?? flow.orderUid;
  const base = {
    ...verdictOf(isWhole ? 'handOver' : 'partHandOver', flow, [number]),
    flowCents: sumOf(flow.settlements),
  };
  if (!omnium) return { ...base, issue: missing };
  const delivered = (lines: readonly { deliveredHundredths: number }[], skuOf: (index: number) => string): Quantities =>
    addUp(lines.map(({ deliveredHundredths }, index) => ({ sku: skuOf(index), hundredths: deliveredHundredths })));
  const taken = omnium.payments.filter(({ paymentId }) => flow.settlements.has(paymentId));
  const isCompleted = omnium.status === COMPLETED || AFTER_RETURN.has(omnium.status);
  return {
    ...base,
    omniumCents: taken.reduce((sum, { cents }) => sum + cents, 0),
    ...issueOf([
      ...compareQuantities(
        delivered(omnium.lines, (index) => omnium.lines[index]?.code ?? ''),
        delivered(goods, (index) => goods[index]?.sku ?? ''),
        'delivered quantity',
      ),
      ...(isWhole === isCompleted ? [] : [`status ${omnium.status} in Omnium, ${flow.orderState} in Flow`]),
      ...comparePayments({ payments: taken }, flow.settlements),
    ]),
  };
}

/** How a web order ended that nobody took, in both systems. */
export interface EndedOrder {
  readonly tenantUid: string;
  readonly orderNumber: string;
  readonly end: 'refused' | 'expired';
}

/** Compares a web order that was refused at the till, or that nobody came for. Pure. */
export function judgeEnded(
  { tenantUid, orderNumber, end }: EndedOrder,
  flow: readonly FlowTillOrder[],
  omnium: OmniumTillOrder | undefined,
): TillVerdict {
  const live = flow.filter(({ orderState }) => orderState !== 'CANCELLED');
  const isAsWanted = end === 'refused' ? omnium?.isCancelled === true : omnium?.status === 'NotCollected';
  return {
    ...{ kind: end, tenantUid, document: orderNumber, orderNumbers: [orderNumber] },
    ...issueOf([
      ...live.map(({ orderState }) => `${end}, and ${orderState} in Flow`),
      ...(isAsWanted ? [] : [`${end}, and ${omnium?.status ?? 'nowhere'} in Omnium`]),
    ]),
  };
}

function compareHeads(flow: FlowTillOrder, order: OmniumTillOrder): string[] {
  const isAfterReturn = order.returns.length > 0 && AFTER_RETURN.has(order.status);
  return [
    ...compareWords('market', order.marketId, flow.marketId),
    ...compareWords('store', order.storeId, flow.storeId),
    ...compareWords('type', order.orderType, 'Pos'),
    ...(isAfterReturn ? [] : compareWords('status', order.status, COMPLETED)),
    ...(flow.customerUid !== undefined && order.customerId === undefined
      ? ['its customer is not on it in Omnium']
      : []),
  ];
}

/** Each settlement once, under its own id and with its own amount, and nothing else. */
function comparePayments(
  { payments }: Pick<OmniumTillOrder, 'payments'>,
  settlements: ReadonlyMap<string, number>,
): string[] {
  const wrong: string[] = [];
  for (const [uid, cents] of settlements) {
    const found = payments.filter(({ paymentId }) => paymentId === uid);
    const [first] = found;
    if (!first) wrong.push(`${uid} of ${major(cents)} is not in Omnium`);
    else if (found.length > 1) wrong.push(`${uid} is there ${found.length} times`);
    else if (first.cents !== cents) wrong.push(`${uid} is ${major(first.cents)} in Omnium, ${major(cents)} in Flow`);
  }
  const extra = payments.filter(({ paymentId }) => !settlements.has(paymentId)).map(({ paymentId }) => paymentId);
  if (extra.length > 0) wrong.push(`${shorten(extra)} only in Omnium`);
  return wrong.length === 0 ? [] : [`payments: ${shorten(wrong)}`];
}

function groupByOriginal(lines: readonly FlowTillLine[]): Map<string, FlowTillLine[]> {
  const groups = new Map<string, FlowTillLine[]>();
  for (const line of lines) {
    const uid = line.originalOrderUid ?? '';
    groups.set(uid, [...(groups.get(uid) ?? []), line]);
  }
  return groups;
}

function quantitiesOf(
  lines: readonly ({ hundredths: number; code: string } | { hundredths: number; sku: string })[],
): Quantities {
  return addUp(lines.map((line) => ({ sku: 'code' in line ? line.code : line.sku, hundredths: line.hundredths })));
}

function verdictOf(kind: TillKind, flow: FlowTillOrder, numbers: readonly string[] = []): TillVerdict {
  const orderNumbers = [...numbers, flow.externalOrderNumber ?? flow.orderUid];
  return { kind, tenantUid: flow.tenantUid, document: flow.orderUid, orderNumbers: [...new Set(orderNumbers)] };
}

function copies(orders: readonly OmniumTillOrder[]): TillIssue {
  const names = shorten(orders.map(({ orderId }) => orderId));
  return { kind: 'duplicated', why: `is in Omnium ${orders.length} times: ${names}` };
}

const missing: TillIssue = { kind: 'missing', why: 'is not in Omnium' };

function differing(why: string): TillIssue {
  return { kind: 'differing', why };
}

function sumCents(lines: readonly FlowTillLine[]): number {
  return lines.reduce((sum, { cents }) => sum + cents, 0);
}

function sumOf(settlements: ReadonlyMap<string, number>): number {
  return [...settlements.values()].reduce((sum, cents) => sum + cents, 0);
}
