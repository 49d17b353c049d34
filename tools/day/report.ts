import { setTimeout as sleep } from 'node:timers/promises';
import { orderKind } from '../../src/contracts/kinds/order';
import { wrap } from '../../src/ops/tables';
import { type Chain } from '../../sandbox/chain/types';
import { readOmniumCatalogue, skusOf } from './compare/catalogue/read-catalogues';
import { judgeOrder, type Verdict, withKnownReason } from './compare/judge-order';
import { readFlowOrders } from './compare/read-flow';
import { type OmniumOrder, readOmniumOrders } from './compare/read-omnium';
import { type FlowSummary } from './compare/summaries';
import { countByMarket, drawTable } from './compare/table';
import { type FlowTillOrder } from './compare/till-summaries';
import { reportCatalogue } from './catalogue-report';
import { type DayContext } from './context';
import { type DayResult } from './day-result';
import { type PlayedGoods, reportGoods } from './goods-report';
import { nameExceptions } from './exceptions';
import { type Narrator } from './narrator';
import { type OrderWatch } from './order-watch';
import { reportTills } from './till-report';
import { type TillBook } from './tills/till-book';
import { SCREEN_WIDTH } from './undone';

/** Omnium's lists are a moment behind its orders. */
const INDEX_LAG_MS = 1_500;

const CAPTION = 'Counted: the orders of this day, read from both vendors’ public APIs. Those of earlier days are not.';

/** What the end of the day looks at. */
export interface ReportInput {
  readonly context: DayContext;
  readonly chain: Chain;
  readonly since: Date;
  readonly watch: OrderWatch;
  readonly narrator: Narrator;
  /** Orders that cannot be in Flow for a reason that was named before: order number → reason. Not defects. */
  readonly expected?: ReadonlyMap<string, string>;
  /** What was done with goods; without it, goods and stock are not compared. */
  readonly goods?: PlayedGoods;
  /** Omnium's ids of the markets whose stores have price lists of their own; without it, the catalogue is not compared. */
  readonly storePriceMarkets?: readonly string[];
  /** What was done at the tills; without it, the tills are not compared. */
  readonly book?: TillBook;
}

/** Everything that both systems have of the day. */
interface DayOrders {
  readonly omnium: readonly OmniumOrder[];
  readonly web: ReadonlyMap<string, FlowSummary[]>;
  readonly tills: readonly FlowTillOrder[];
}

/** Reads all orders of the day from both vendors, compares them one by one, prints the table and every exception. */
export async function reportDay(input: ReportInput): Promise<DayResult> {
  const { context, chain, watch, narrator } = input;
  await sleep(INDEX_LAG_MS, undefined, { signal: context.signal });
  const { undone } = context;
  const read = await undone.attempt('Compare the orders', () => narrator.during('reading', () => readAll(input)));
  const orders = read ?? { omnium: [], web: new Map(), tills: [] };
  const { verdicts, unknown } = judgeAll(input, orders);
  const markets = chain.markets.map(({ marketId, name, currency }) => ({ marketId, name: `${name}\n${currency}` }));
  const retried = await undone.attempt('Count the retries', () => watch.retriedOrders());
  const counts = countByMarket({ verdicts, retried: retried ?? new Set(), markets });
  context.log(`\n${drawTable(counts)}\n${CAPTION}`);
  const exceptions = verdicts.flatMap(({ orderNumber, marketId, issue }) => {
    const tenantUid = chain.markets.find((market) => market.marketId === marketId)?.tenantUid ?? '';
    const workflowId = orderKind.id({ tenantUid, orderNumber });
    return issue ? [{ kind: issue.kind, text: `${orderNumber} ${issue.why}`, workflowId }] : [];
  });
  await nameExceptions(input, TITLES, exceptions);
  narrator.list('In Flow under a number that this day’s Omnium does not have', unknown);
  const { book } = input;
  const ofTills = orders.omnium.flatMap(({ till }) => till ?? []);
  const compare = <T>(what: string, work: () => Promise<T>): Promise<T | undefined> =>
    undone.attempt(`Compare ${what}`, () => narrator.during(`comparing ${what}`, work));
  const tills =
    book &&
    read &&
    (await compare('the tills', () => reportTills({ ...input, book, flow: read.tills, omnium: ofTills })));
  const { storePriceMarkets, goods: played } = input;
  const omnium = storePriceMarkets && (await compare('the SKUs', () => readOmniumCatalogue(context)));
  const knownSkus = omnium && { knownSkus: skusOf(omnium) };
  const goods = played && (await compare('the goods', () => reportGoods({ ...input, goods: played, ...knownSkus })));
  const catalogue =
    omnium && (await compare('the catalogue', () => reportCatalogue({ ...input, storePriceMarkets, omnium })));

  const { missing, duplicated, differing, leftToShop, impossible } = counts.total.issues;
  const isWebGood = missing + duplicated + differing === 0 && unknown.length === 0;
  const parts = [tills, goods, catalogue].filter((part) => part !== undefined);
  const isGood = isWebGood && parts.every((part) => part.isGood) && undone.items.length === 0;
  const web = isWebGood
    ? `All ${counts.total.inOmnium} orders are accounted for: missing ${missing}, duplicated ${duplicated}, differing ${differing}` +
      (impossible > 0 ? `; ${impossible} cannot be synced, for the reason named above` : '') +
      (leftToShop > 0 ? `; ${leftToShop} paid and then cancelled, left to the shop` : '')
    : `missing ${missing}, duplicated ${duplicated}, differing ${differing}, unknown in Omnium ${unknown.length}`;
  const notDone = undone.draw();
  if (notDone !== undefined) context.log(`\n${notDone}`);
  const parted = notDone === undefined ? [] : [`${undone.items.length} things could not be done, named above`];
  const said = [web, ...parts.map((part) => part.summary), ...parted].join('; ');
  const summary = `${isGood ? '' : 'NOT ALL WELL: '}${said}.`;
  context.log(`\n${wrap(summary, SCREEN_WIDTH).join('\n')}`);
  return { isGood, total: counts.total, ...(tills && { tills: tills.counts }), summary };
}

async function readAll({ context, chain, since, book }: ReportInput): Promise<DayOrders> {
  const { omniumUrl, flowUrl, signal } = context;
  const withTills = book !== undefined;
  const { shippingSku } = chain;
  const omnium = await readOmniumOrders({ omniumUrl, createdFrom: since, shippingSku, signal, withTills });
  const web = new Map<string, FlowSummary[]>();
  const tills: FlowTillOrder[] = [];
  for (const market of chain.markets) {
    const stores = withTills ? { stores: chain.stores } : {};
    const found = await readFlowOrders({ flowUrl, market, createdFrom: since, signal, ...stores });
    for (const order of found.web) web.set(order.orderNumber, [...(web.get(order.orderNumber) ?? []), order]);
    tills.push(...found.tills);
  }
  return { omnium, web, tills };
}

/** Judges the orders of the web shop; what was born at a till is another table's. */
function judgeAll(
  { expected }: ReportInput,
  { omnium, web, tills }: DayOrders,
): { verdicts: Verdict[]; unknown: string[] } {
  const left = new Map(web);
  const atTills = new Set(
    tills.flatMap(({ orderUid, externalOrderNumber }) => (externalOrderNumber === undefined ? orderUid : [])),
  );
  const ofShop = omnium.filter(
    ({ till }) => till === undefined || !(atTills.has(till.orderId) || atTills.has(till.flowOrderUid ?? '')),
  );
  const verdicts = ofShop.map(({ summary }) => {
    const found = left.get(summary.orderNumber) ?? [];
    left.delete(summary.orderNumber);
    return withKnownReason(judgeOrder(summary, found), expected ?? new Map());
  });
  const unknown = [...left].map(([orderNumber, orders]) => `${orderNumber} (tenant ${orders[0]?.tenantUid ?? '?'})`);
  return { verdicts, unknown };
}

const TITLES = {
  missing: 'Missing',
  duplicated: 'Duplicated',
  differing: 'Differing',
  leftToShop: 'Left to the shop',
  impossible: 'Cannot be synced',
} as const;
