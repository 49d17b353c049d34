import { type Chain, type ChainMarket } from '../../sandbox/chain/types';
import { orderKind } from '../../src/contracts/kinds/order';
import { judgeCustomer } from './compare/judge-customer';
import { judgeReceipt } from './compare/judge-receipt';
import { judgeEnded, judgeHandOver, judgeTillOrder, type OmniumOrders } from './compare/judge-till-order';
import { openFlow } from './compare/read-flow';
import { readFlowCustomer, readReceipts } from './compare/read-flow-tills';
import { openOmnium } from './compare/read-omnium';
import { findCustomers, readInvoices } from './compare/read-omnium-tills';
import {
  type CustomerPair,
  type FlowTillOrder,
  type InvoiceSummary,
  type OmniumTillOrder,
  type ReceiptSummary,
} from './compare/till-summaries';
import { countByTenant, drawTillTable, type TillCounts } from './compare/till-table';
import { type TillVerdict, withLateness } from './compare/till-verdict';
import { type DayContext } from './context';
import { nameExceptions } from './exceptions';
import { type Narrator } from './narrator';
import { type OrderWatch } from './order-watch';
import { type TillBook, type TouchedCustomer } from './tills/till-book';
import { type JsonApi } from './vendors/json-api';

/** What the tills' part of the report looks at. */
export interface TillReportInput {
  readonly context: DayContext;
  readonly chain: Chain;
  readonly since: Date;
  readonly watch: OrderWatch;
  readonly narrator: Narrator;
  readonly book: TillBook;
  /** All orders of the day, the web shop's too. */
  readonly flow: readonly FlowTillOrder[];
  readonly omnium: readonly OmniumTillOrder[];
}

/** How the tills' day ended. */
export interface TillResult {
  readonly isGood: boolean;
  readonly counts: TillCounts;
  /** Half a sentence for the last line on the screen. */
  readonly summary: string;
}

/** Compares everything that the tills made with Omnium, document by document, prints the table and every exception. */
export async function reportTills(input: TillReportInput): Promise<TillResult> {
  const { context, chain, watch, narrator } = input;
  const { verdicts, onlyInOmnium } = await judgeAll(input);
  const underWay = await watch.underWay();
  const judged = verdicts.map((verdict) => withLateness(verdict, underWay));
  const tenants = chain.markets.map(({ tenantUid, name, currency }) => ({ tenantUid, name: `${name}\n${currency}` }));
  const counts = countByTenant(judged, tenants);
  context.log(`\n${drawTillTable(counts)}`);
  const exceptions = judged.flatMap(({ kind, tenantUid, document, orderNumbers: [orderNumber], issue }) => {
    if (!issue) return [];
    const workflowId = orderNumber === undefined ? undefined : orderKind.id({ tenantUid, orderNumber });
    return [{ kind: issue.kind, text: `${tenantUid} ${kind} ${document}: ${issue.why}`, workflowId }];
  });
  await nameExceptions(input, TITLES, exceptions);
  narrator.list('Only in Omnium', onlyInOmnium);
  const { missing, duplicated, differing, late } = counts.total.issues;
  const isGood = missing + duplicated + differing + late === 0 && onlyInOmnium.length === 0;
  const summary = isGood
    ? `all ${judged.length} documents of the tills are in Omnium once and to the cent`
    : `of ${judged.length} documents of the tills ${missing} missing, ${duplicated} duplicated, ${differing} differing, ` +
      `${late} late, ${onlyInOmnium.length} only in Omnium`;
  return { isGood, counts, summary };
}

async function judgeAll(input: TillReportInput): Promise<{ verdicts: TillVerdict[]; onlyInOmnium: string[] }> {
  const { chain, since, book } = input;
  const { omniumUrl, flowUrl, signal } = input.context;
  const omniumApi = await openOmnium({ omniumUrl, signal });
  const receipts: ReceiptSummary[] = [];
  const pairs: CustomerPair[] = [];
  for (const market of chain.markets) {
    const flowApi = openFlow({ flowUrl, market, signal });
    receipts.push(...(await readReceipts(flowApi, market.tenantUid, since)));
    for (const touched of book.touchedCustomers().filter((each) => each.market === market))
      pairs.push(await pairOf(touched, { flowApi, omniumApi, market }));
  }
  const invoices = await readInvoices(omniumApi, since);
  return {
    verdicts: [
      ...judgeOrders(input),
      ...receipts.flatMap((receipt) => judgeReceipt(receipt, invoicesOf(receipt, invoices)) ?? []),
      ...pairs.map(judgeCustomer),
    ],
    onlyInOmnium: [
      ...nameOrphans(input),
      ...invoices
        .filter(({ invoiceId }) => !receipts.some(({ orderReceiptUid }) => orderReceiptUid === invoiceId))
        .map(({ invoiceId }) => `invoice ${invoiceId}`),
    ],
  };
}

function judgeOrders({ chain, flow, omnium, book }: TillReportInput): TillVerdict[] {
  const byUid = new Map(flow.map((order) => [order.orderUid, order]));
  const orders = indexOrders(omnium);
  const verdicts: TillVerdict[] = [];
  const deleted = new Set(book.touchedCustomers().flatMap((each) => (each.isDeleted ? each.customerUid : [])));
  for (const order of flow) {
    const number = order.externalOrderNumber;
    if (number === undefined) verdicts.push(judgeTillOrder(withoutDeleted(order, deleted), byUid, orders));
    else if (!book.endedOrders.has(number)) verdicts.push(...optional(judgeHandOver(order, orders.byNumber(number))));
  }
  for (const [orderNumber, end] of book.endedOrders) {
    const order = orders.byNumber(orderNumber);
    const tenantUid = chain.markets.find(({ marketId }) => marketId === order?.marketId)?.tenantUid ?? '';
    const inFlow = flow.filter(({ externalOrderNumber }) => externalOrderNumber === orderNumber);
    verdicts.push(judgeEnded({ tenantUid, orderNumber, end }, inFlow, order));
  }
  return verdicts;
}

/** Whoever is deleted need not be on an order any more. */
function withoutDeleted(order: FlowTillOrder, deleted: ReadonlySet<string>): FlowTillOrder {
  if (order.customerUid === undefined || !deleted.has(order.customerUid)) return order;
  const { customerUid: _customerUid, ...rest } = order;
  return rest;
}

function indexOrders(omnium: readonly OmniumTillOrder[]): OmniumOrders {
  const byUid = new Map<string, OmniumTillOrder[]>();
  const byNumber = new Map<string, OmniumTillOrder>();
  for (const order of omnium) {
    byNumber.set(order.orderNumber, order);
    const uids = new Set([order.orderId, ...(order.flowOrderUid === undefined ? [] : [order.flowOrderUid])]);
    for (const uid of uids) byUid.set(uid, [...(byUid.get(uid) ?? []), order]);
  }
  return { byFlowUid: (uid) => byUid.get(uid) ?? [], byNumber: (number) => byNumber.get(number) };
}

/**
 * What Omnium has from a till that no till knows of. A web order past its deadline goes on naming its copy that Flow has
 * removed: `judgeEnded` has looked at it.
 */
function nameOrphans({ flow, omnium, book }: TillReportInput): string[] {
  const uids = new Set(flow.map(({ orderUid }) => orderUid));
  const isOrphan = (orderNumber: string, uid?: string): boolean =>
    uid !== undefined && !uids.has(uid) && !book.endedOrders.has(orderNumber);
  return omnium.flatMap(({ orderId, orderNumber, flowOrderUid, returns }) => [
    ...(isOrphan(orderNumber, flowOrderUid) ? [`order ${orderId} of ${flowOrderUid}`] : []),
    ...returns
      .filter(({ rmaNumber }) => !uids.has(rmaNumber))
      .map(({ rmaNumber }) => `return ${rmaNumber} of ${orderId}`),
  ]);
}

function invoicesOf(receipt: ReceiptSummary, invoices: readonly InvoiceSummary[]): InvoiceSummary[] {
  const { orderReceiptUid, orderUid, voucherNumber } = receipt;
  return invoices.filter(
    ({ invoiceId, invoiceNumber, orderId }) =>
      // Each store counts its vouchers by itself: the number alone says nothing.
      invoiceId === orderReceiptUid || (invoiceNumber === voucherNumber && orderId === orderUid),
  );
}

async function pairOf(
  { customerUid, omniumId }: TouchedCustomer,
  { flowApi, omniumApi, market }: { flowApi: JsonApi; omniumApi: JsonApi; market: ChainMarket },
): Promise<CustomerPair> {
  const inFlow = await readFlowCustomer(flowApi, customerUid, market);
  const externalId = inFlow?.externalId ?? omniumId;
  const customerIds = externalId === undefined ? [customerUid] : [externalId, customerUid];
  const question = { customerIds, ...(inFlow?.email === undefined ? {} : { email: inFlow.email }) };
  const { tenantUid } = market;
  return { tenantUid, customerUid, ...(inFlow && { inFlow }), inOmnium: await findCustomers(omniumApi, question) };
}

const TITLES = {
  missing: 'Missing in Omnium',
  duplicated: 'Duplicated in Omnium',
  differing: 'Differing',
  late: 'Late',
} as const;

function optional<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}
