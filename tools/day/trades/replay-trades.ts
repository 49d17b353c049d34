import { type Chain } from '../../../sandbox/chain/types';
import { type DayContext } from '../context';
import { type DayResult } from '../day-result';
import { Narrator } from '../narrator';
import { OrderWatch } from '../order-watch';
import { eachOf } from '../pace';
import { reportDay } from '../report';
import { settle } from '../settle';
import { orderDocument } from '../shop/order-document';
import { OmniumShop } from '../vendors/omnium-shop';
import { SandboxControls } from '../vendors/sandbox-controls';
import { catalogueOf } from './catalogue';
import { exportCatalogue, type NotInFlow } from './export-catalogue';
import { describeUnmatched, type MatchedCancellation, matchCancellations } from './match-cancellations';
import { QueueGate } from './queue-gate';
import { readTrades } from './read-trades';
import { type CancelStep, planReplay, type ReplayStep } from './replay-plan';
import { type LeftOut, type Sale, sortOut, type SortedLog } from './sales';
import { type TradeLog } from './trade-log';
import { customerDocument, customersOf, marketOfCountry, safeId, tradeOrder, type TradeMarket } from './trade-orders';

const AT_ONCE = 6;
/** Longer than the ladder's first two rungs together. */
const PATIENCE_MS = 200_000;

/**
 * Replays a real trading log: its catalogue and customers are created, each invoice becomes a web order, each
 * cancellation takes back what it matches. Nothing is slept through: the log's time is compressed to its order.
 *
 * @throws TradesFileError when the file is no trading log
 */
export async function replayTrades(
  context: DayContext & { readonly tradesFile: string },
  chain: Chain,
): Promise<DayResult> {
  const narrator = new Narrator(context.log, context.reportFile);
  narrator.chapter(`Reading ${context.tradesFile}`);
  const log = await readTrades(context.tradesFile);
  const since = new Date();
  const watch = await OrderWatch.open(context, since);
  try {
    const replay = new Replay({ context, chain, narrator, watch }, log);
    await replay.play();
    const result = await reportDay({ context, chain, since, watch, narrator, expected: replay.expected });
    replay.nameLeftOut();
    return result;
  } finally {
    await watch.close();
  }
}

interface ReplayParts {
  readonly context: DayContext;
  readonly chain: Chain;
  readonly narrator: Narrator;
  readonly watch: OrderWatch;
}

/** One replay, chapter by chapter. */
class Replay {
  /** Orders that cannot be in Flow: order number → reason. */
  readonly expected = new Map<string, string>();
  private readonly shop: OmniumShop;
  private readonly omnium: SandboxControls;
  private readonly markets: readonly TradeMarket[];
  private readonly sorted: SortedLog;
  private readonly matched: readonly MatchedCancellation[];
  /** What has been asked for each order so far; the next thing waits for it. */
  private readonly pending = new Map<string, Promise<void>>();
  private prefix = '';

  constructor(
    private readonly parts: ReplayParts,
    private readonly log: TradeLog,
  ) {
    const { context, chain } = parts;
    this.shop = new OmniumShop(context.omniumUrl, context.signal);
    this.omnium = new SandboxControls(context.omniumUrl, context.signal);
    this.markets = chain.markets.map((market) => ({
      market,
      stores: chain.stores.filter(({ marketId }) => marketId === market.marketId),
    }));
    this.sorted = sortOut(log.invoices);
    this.matched = matchCancellations(this.sorted.sales, this.sorted.cancellations);
  }

  async play(): Promise<void> {
    const { narrator } = this.parts;
    const { sales, cancellations, noSales } = this.sorted;
    narrator.say(
      `${this.log.rows} rows, ${this.log.invoices.length} invoices: ${sales.length} sales, ${cancellations.length} cancellations, ` +
        `${noSales.length} that are no sale; ${this.log.badRows.length} rows that cannot be used.`,
    );
    this.prefix = await this.freePrefix();
    await this.createMasterData();
    await this.sell();
    narrator.chapter('The log is at its end; waiting until the last order is where it belongs.');
    const { watch, context } = this.parts;
    const { expected } = this;
    const isBeyondHelp = ({ orderNumber }: { orderNumber: string }): boolean => expected.has(orderNumber);
    const { signal } = context;
    const senders = [this.omnium, new SandboxControls(context.flowUrl, signal)];
    const isQuiet = await settle({ watch, senders, narrator, patienceMs: PATIENCE_MS, isBeyondHelp, signal });
    if (!isQuiet) narrator.say('Some orders are still waiting; they are named below.');
    narrator.chapter('Every order of both systems is read through their public APIs and compared.');
  }

  /** What of the log became no order, by name. */
  nameLeftOut(): void {
    const { narrator, context } = this.parts;
    const { sales, noSales, leftOutLines } = this.sorted;
    const whole = this.matched.filter(({ unmatched }) => unmatched.length === 0).length;
    const none = this.matched.filter(({ takenBack }) => takenBack.length === 0).length;
    context.log('');
    narrator.say(
      `Of the log's ${this.log.invoices.length} invoices: ${sales.length} became orders; of ${this.matched.length} cancellations ` +
        `${whole} took back what they name, ${this.matched.length - whole - none} in part, ${none} match nothing; ` +
        `${noSales.length} are no sale.`,
    );
    const words = ({ invoiceNo, lineNumber, reason }: LeftOut): string =>
      `${invoiceNo}${lineNumber === undefined ? '' : ` (line ${lineNumber})`}: ${reason}`;
    narrator.list(
      'Cancellations that match nothing, in whole or in part',
      this.matched.flatMap((each) => describeUnmatched(each) ?? []),
    );
    narrator.list('Invoices that are no sale', noSales.map(words));
    narrator.list('Single lines left out', leftOutLines.map(words));
    narrator.list(
      'Rows that cannot be used',
      this.log.badRows.map(({ lineNumber, reason }) => `line ${lineNumber}: ${reason}`),
    );
  }

  /** The invoice numbers themselves; a second replay on the same state puts `R2` before them, and so on. */
  private async freePrefix(): Promise<string> {
    const [first] = this.sorted.sales;
    for (let run = 1; ; run += 1) {
      const prefix = run === 1 ? '' : `R${run}-`;
      if (!first || !(await this.shop.hasOrder(prefix + safeId(first.invoice.invoiceNo)))) return prefix;
    }
  }

  private async createMasterData(): Promise<void> {
    const { narrator, context } = this.parts;
    const { shop, markets } = this;
    const catalogue = catalogueOf(this.sorted.sales, (sale) => this.marketOf(sale).market.marketId);
    const customers = customersOf(this.sorted.sales);
    narrator.chapter(
      `Creating ${catalogue.products.length} products in both systems and ${customers.size} customers in Omnium.`,
    );
    const { flowUrl, signal } = context;
    const notInFlow = await exportCatalogue(catalogue, { shop, flowUrl, markets, signal });
    narrator.list(
      'Products that Flow cannot have; orders of them cannot be synced',
      notInFlow.map(({ stockCode, marketId, reason }) => `${JSON.stringify(stockCode)} (${marketId}): ${reason}`),
    );
    this.expectUnsyncable(notInFlow);
    for (const kind of ['private', 'business'] as const) {
      const documents = this.sorted.sales.flatMap((sale) => {
        const customer = customers.get(sale.invoice.customerId ?? '');
        // Each customer with the market of the first sale.
        if (!customer || customer.isBusiness !== (kind === 'business') || !this.isFirstOf(sale)) return [];
        return [customerDocument(customer, this.marketOf(sale).market)];
      });
      await shop.addCustomers(kind, documents);
    }
  }

  private expectUnsyncable(notInFlow: readonly NotInFlow[]): void {
    const reasons = new Map(notInFlow.map((each) => [`${each.marketId}/${each.stockCode}`, each.reason]));
    if (reasons.size === 0) return;
    for (const sale of this.sorted.sales) {
      const { marketId } = this.marketOf(sale).market;
      const found = sale.lines.flatMap(({ stockCode }) => reasons.get(`${marketId}/${stockCode}`) ?? []);
      if (found[0] !== undefined) this.expected.set(this.orderNumberOf(sale.invoice.invoiceNo), found[0]);
    }
  }

  private readonly firstSales = new Map<string, Sale>();

  private isFirstOf(sale: Sale): boolean {
    const { customerId = '' } = sale.invoice;
    if (!this.firstSales.has(customerId)) this.firstSales.set(customerId, sale);
    return this.firstSales.get(customerId) === sale;
  }

  private async sell(): Promise<void> {
    const { narrator, watch, context } = this.parts;
    const { signal } = context;
    const steps = planReplay(this.sorted.sales, this.matched);
    const customers = customersOf(this.sorted.sales);
    narrator.chapter(
      `Replaying ${this.sorted.sales.length} invoices as web orders (click & collect, online, pre-paid click & collect, online order in turn).`,
    );
    const gate = new QueueGate(watch, signal);
    let done = 0;
    await eachOf(steps, { atOnce: AT_ONCE, signal }, async (step) => {
      const invoice = step.kind === 'cancel' ? `cancellation of ${step.ofInvoiceNo}` : step.sale.invoice.invoiceNo;
      await this.inTurn(step, async () => {
        await context.undone.attempt(`Invoice ${invoice}`, async () => {
          await gate.pass();
          await (step.kind === 'cancel' ? this.cancel(step) : this.order(step, customers));
        });
      });
      done += 1;
      narrator.progress(`${done} of ${steps.length} invoices and cancellations`);
    });
    const cancels = steps.filter(({ kind }) => kind === 'cancel').length;
    narrator.say(`${steps.length - cancels} orders taken, ${cancels} cancelled in whole or in part.`);
  }

  /** Things that happen to one order happen one after another. */
  private inTurn(step: ReplayStep, work: () => Promise<void>): Promise<void> {
    const invoiceNo = step.kind === 'cancel' ? step.ofInvoiceNo : step.sale.invoice.invoiceNo;
    const next = (this.pending.get(invoiceNo) ?? Promise.resolve()).then(work);
    this.pending.set(invoiceNo, next);
    return next;
  }

  private async order(
    step: Extract<ReplayStep, { kind: 'order' }>,
    customers: ReturnType<typeof customersOf>,
  ): Promise<void> {
    const { sale, turn } = step;
    const customer = customers.get(sale.invoice.customerId ?? '');
    const orderNumber = this.orderNumberOf(sale.invoice.invoiceNo);
    const tradeMarket = this.marketOf(sale);
    const order = tradeOrder({ sale, turn, orderNumber, tradeMarket, ...(customer && { customer }) });
    await this.shop.createOrder(orderDocument(order));
  }

  private async cancel({ ofInvoiceNo, pieces, isWholeOrder }: CancelStep): Promise<void> {
    const orderNumber = this.orderNumberOf(ofInvoiceNo);
    if (isWholeOrder) await this.shop.setStatus(orderNumber, 'OrderCanceled');
    else await this.shop.cancelPieces(orderNumber, pieces);
  }

  private orderNumberOf(invoiceNo: string): string {
    return this.prefix + safeId(invoiceNo);
  }

  private marketOf(sale: Sale): TradeMarket {
    return marketOfCountry(this.markets, sale.invoice.country);
  }
}
