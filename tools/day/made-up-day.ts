import { type Chain } from '../../sandbox/chain/types';
import { closeDay } from './close-day';
import { describeIntake, type IntakeCounts, parseIntake } from './compare/read-intake';
import { type DayContext } from './context';
import { type DayResult } from './day-result';
import { Narrator } from './narrator';
import { OrderWatch } from './order-watch';
import { eachOf } from './pace';
import { reportDay } from './report';
import { MissingProduct } from './shop/missing-product';
import { type Assortment, assortmentsOf } from './shop/assortment';
import { canBeEdited, cancelled, describeEdits, editsOf } from './shop/edits';
import { type MadeUpOrder, madeUpOrders, orderNumberOf } from './shop/made-up-orders';
import { orderDocument, payment } from './shop/order-document';
import { TillDay } from './tills/till-day';
import { tillProgram, type TillProgram } from './tills/till-program';
import { JsonApi } from './vendors/json-api';
import { OmniumShop } from './vendors/omnium-shop';
import { type Fault, SandboxControls } from './vendors/sandbox-controls';

/** How many orders each part of the day brings, and how long it lasts. */
const PARTS = {
  morning: { orders: 110, overMs: 22_000 },
  outage: { orders: 80, overMs: 23_000 },
  lostAnswers: { orders: 80, overMs: 16_000 },
  afternoon: { orders: 60, overMs: 10_000 },
} as const;
const ORDERS = Object.values(PARTS).reduce((sum, { orders }) => sum + orders, 0);
const POS_SALES = 4;
/** Orders that were paid and are cancelled afterwards: the shop has to give the money back. */
const PAID_THEN_CANCELLED = 2;
/** Orders that are cancelled while Flow is down and has never seen them. */
const REGRETTED = 3;
/** Web orders this far into the morning are in their stores before the outage; some of them belong to the tills. */
const IN_STORES_EARLY = 90;
/** Share of all webhooks of both systems that get lost while the vendors lose their answers. */
const LOST_WEBHOOKS = 0.1;
/** The article that Omnium keeps money without goods under, see Flow's page on invoices. */
const REMITTANCE = 'REMITTANCE';
/** An event is on its way within this time. */
const EVENT_LEAVES_MS = 500;
/** Until the deadline of the orders that nobody fetches. */
const DEADLINE_IN_MS = 15_000;
const AT_ONCE = 6;

/** Plays a short made-up day on the sandboxes and compares the vendors afterwards. */
export async function playMadeUpDay(context: DayContext, chain: Chain): Promise<DayResult> {
  const since = new Date();
  const watch = await OrderWatch.open(context, since);
  const day = new MadeUpDay(context, chain, watch);
  try {
    await day.play(since);
    return await reportDay({ context, chain, since, watch, narrator: day.narrator, book: day.tills.book });
  } finally {
    await day.switchEverythingOff();
    await watch.close();
  }
}

/** The chapters of the day, in order. */
class MadeUpDay {
  readonly narrator: Narrator;
  private readonly shop: OmniumShop;
  private readonly omnium: SandboxControls;
  private readonly flow: SandboxControls;
  private readonly assortments: readonly Assortment[];
  private readonly faultIds: { readonly controls: SandboxControls; readonly faultId: string }[] = [];
  private readonly senders: readonly SandboxControls[];
  private orders: MadeUpOrder[] = [];
  private editable: MadeUpOrder[] = [];
  private played: { readonly tills: TillDay; readonly program: TillProgram } | undefined;

  constructor(
    private readonly context: DayContext,
    private readonly chain: Chain,
    private readonly watch: OrderWatch,
  ) {
    const { omniumUrl, flowUrl, signal, log } = context;
    this.narrator = new Narrator(log, context.reportFile);
    this.shop = new OmniumShop(omniumUrl, signal);
    this.omnium = new SandboxControls(omniumUrl, signal);
    // Faults are switched off after a Ctrl-C too: the sandbox's next visitor did not ask for them.
    this.flow = new SandboxControls(flowUrl, signal);
    this.senders = [this.omnium, this.flow];
    this.assortments = assortmentsOf(chain);
  }

  /** The tills of this day. @throws Error before {@link play} */
  get tills(): TillDay {
    return this.today.tills;
  }

  async play(since: Date): Promise<void> {
    const prefix = await this.freePrefix();
    this.orders = madeUpOrders(this.assortments, prefix, ORDERS);
    const webOrders = this.orders.slice(0, IN_STORES_EARLY);
    const program = tillProgram({
      assortments: this.assortments,
      prefix,
      serviceSku: this.chain.shippingSku,
      webOrders,
    });
    this.played = { program, tills: new TillDay(this.context, this.assortments, program) };
    const visits = Object.values(program.visits).reduce((sum, each) => sum + each.length, 0);
    const missing = new MissingProduct(this.context, this.chain, `${prefix}-9001`);
    const before = await this.intake();
    this.narrator.chapter(
      `A trading day of about three minutes: ${ORDERS + POS_SALES + 1} web orders, numbers ${prefix}-…, ` +
        `and ${visits} visits to the tills of ${this.chain.stores.length} shops.`,
    );
    await this.shop.addProducts([{ productId: REMITTANCE, skuId: REMITTANCE, isSku: true, name: 'Payment' }]);
    await this.tills.unpack();
    await this.morning(prefix);
    await this.outage();
    await this.lostAnswers(missing);
    await this.afternoon(missing);
    await closeDay({
      context: this.context,
      watch: this.watch,
      senders: this.senders,
      narrator: this.narrator,
      book: this.tills.book,
      since,
    });
    for (const line of describeIntake(await this.intake(), before)) this.narrator.say(line);
  }

  /** Switches off what this day has switched on, whatever became of the day. */
  async switchEverythingOff(): Promise<void> {
    if (this.context.signal.aborted) return;
    for (const { controls, faultId } of this.faultIds.splice(0)) await controls.switchOff(faultId);
  }

  /** `W1`, `W2` …: one for each day that was played on this state. */
  private async freePrefix(): Promise<string> {
    for (let day = 1; ; day += 1) {
      if (!(await this.shop.hasOrder(orderNumberOf(`W${day}`, 0)))) return `W${day}`;
    }
  }

  private async morning(prefix: string): Promise<void> {
    this.narrator.chapter('Morning. Orders come in; Omnium sends every third event twice and some in the wrong order.');
    await this.switchOn(this.omnium, { kind: 'webhook-duplicate', share: 0.3 });
    await this.switchOn(this.omnium, { kind: 'webhook-reorder', share: 0.2 });
    await Promise.all([this.take('morning'), this.serve('morning')]);
    for (const { order } of this.today.program.expiring) await this.shorten(order.orderNumber);
    for (let index = 0; index < POS_SALES; index += 1)
      await this.sellOverTheCounter(orderNumberOf(prefix, 8_000 + index));
    await this.edit(24, 4_000);
    await this.switchEverythingOff();
  }

  private async outage(): Promise<void> {
    this.narrator.chapter('Noon. Flow is down for 25 seconds: every connection is cut. Orders keep coming.');
    const faultId = await this.switchOn(this.flow, { kind: 'outage', path: '^/v2/' });
    await Promise.all([this.take('outage'), this.serve('outage')]);
    const regretted = this.editable.splice(-REGRETTED);
    for (const made of regretted) await cancelled(made).apply(this.shop);
    await this.edit(6, 2_000);
    const hits = await this.flow.switchOff(faultId);
    this.narrator.say(`${regretted.length} customers cancelled orders that Flow had not even seen.`);
    this.narrator.say(
      `Flow is back. ${hits} calls found it down; the orders behind them wait on the retry ladder (1 minute).`,
    );
  }

  private async lostAnswers(missing: MissingProduct): Promise<void> {
    this.narrator.chapter(
      'Flow does what it is told and then loses the answer; Omnium is busy (503, and 429 with Retry-After).',
    );
    // The integration's calls only: a clerk would ring a sale up again.
    const path = '^/v2/.*/orders';
    const lost = await this.switchOn(this.flow, { kind: 'lost-answer', method: 'POST', path, share: 0.25 });
    const lostState = await this.switchOn(this.flow, { kind: 'lost-answer', method: 'PUT', path, share: 0.1 });
    const read = { method: 'GET', path: '^/api/Orders/' };
    const busy = await this.switchOn(this.omnium, { kind: 'error', status: 503, share: 0.06, ...read });
    const limited = await this.switchOn(this.omnium, { kind: 'rate-limit', retryAfter: 2, share: 0.06, ...read });
    await missing.order(this.shop);
    await this.tills.pause(EVENT_LEAVES_MS);
    const lostEvents = await this.loseWebhooks();
    await Promise.all([this.take('lostAnswers'), this.serve('lostAnswers')]);
    const gone = await lostEvents();
    const lostAnswers = (await this.flow.switchOff(lost)) + (await this.flow.switchOff(lostState));
    const refused = (await this.omnium.switchOff(busy)) + (await this.omnium.switchOff(limited));
    this.narrator.say(
      `${lostAnswers} answers of Flow were lost after the work was done; Omnium refused ${refused} calls; ` +
        `${gone} webhooks were lost for good.`,
    );
  }

  private async afternoon(missing: MissingProduct): Promise<void> {
    this.narrator.chapter('Afternoon. The vendors are well again; orders, changes and cancellations.');
    await Promise.all([this.take('afternoon').then(() => this.edit(40, 7_000)), this.serve('afternoon')]);
    const { reserved } = this.today.program;
    const paid = this.orders.filter(
      ({ payWith, order }) => payWith !== undefined && order.orderType === 'Bopis' && !reserved.has(order.orderNumber),
    );
    for (const made of paid.slice(0, PAID_THEN_CANCELLED)) await cancelled(made).apply(this.shop);
    this.narrator.say(
      `Order ${missing.orderNumber} has a product that Flow does not know (sku ${missing.sku}). It waits, and says so:\n` +
        this.watch.pageOf(missing.tenantUid, missing.orderNumber),
    );
    await missing.mend();
    this.narrator.say('Somebody has created the product in Flow. Nobody touches the order: its next try finds it.');
  }

  private get today(): { readonly tills: TillDay; readonly program: TillProgram } {
    if (!this.played) throw new Error('the day has not begun');
    return this.played;
  }

  private async serve(part: keyof typeof PARTS): Promise<void> {
    const words = await this.tills.play(part, PARTS[part].overMs);
    this.narrator.say(`At the tills: ${words}.`);
  }

  /** Nobody will come for it, and its time is nearly over. */
  private async shorten(orderNumber: string): Promise<void> {
    const customerPickupDeadline = new Date(Date.now() + DEADLINE_IN_MS).toISOString();
    await this.shop.patchOrder(orderNumber, { customerPickupDeadline });
  }

  /** @returns switches it off again and tells how many were lost */
  private async loseWebhooks(): Promise<() => Promise<number>> {
    const faults = await Promise.all(
      this.senders.map(async (controls) => ({
        controls,
        faultId: await this.switchOn(controls, { kind: 'webhook-lost', share: LOST_WEBHOOKS }),
      })),
    );
    return async () => {
      let hits = 0;
      for (const { controls, faultId } of faults) hits += await controls.switchOff(faultId);
      return hits;
    };
  }

  private async intake(): Promise<IntakeCounts> {
    const api = new JsonApi({ baseUrl: this.context.apiUrl, signal: this.context.signal });
    return parseIntake(String((await api.send({ method: 'GET', path: '/metrics' })).body));
  }

  /** Takes the next orders as a web shop does: create, then take the money where it is a pre-payment. */
  private async take(part: keyof typeof PARTS): Promise<void> {
    const { overMs } = PARTS[part];
    const names = Object.keys(PARTS);
    const start = Object.values(PARTS)
      .slice(0, names.indexOf(part))
      .reduce((sum, { orders }) => sum + orders, 0);
    const orders = this.orders.slice(start, start + PARTS[part].orders);
    const { signal } = this.context;
    await eachOf(orders, { atOnce: AT_ONCE, overMs, signal }, async ({ order, payWith }) => {
      await this.shop.createOrder(orderDocument(order));
      if (payWith !== undefined) await this.takeMoney(order.orderNumber, payWith);
    });
    const { reserved } = this.today.program;
    this.editable.push(...orders.filter((made) => canBeEdited(made) && !reserved.has(made.order.orderNumber)));
    this.narrator.say(`${orders.length} orders taken.`);
  }

  private async takeMoney(orderNumber: string, method: string): Promise<void> {
    const amount = (await this.shop.getOrder(orderNumber)).orderForm.total;
    if (amount <= 0) return;
    const transactionType = method === 'Vipps' ? 'Sale' : 'Capture';
    await this.shop.addPayments(orderNumber, [payment(orderNumber, transactionType, { method, amount })]);
  }

  private async edit(count: number, overMs: number): Promise<void> {
    const orders = this.editable.splice(0, count);
    const edits = editsOf(orders, this.assortments);
    const { signal } = this.context;
    await eachOf(edits, { atOnce: AT_ONCE, overMs, signal }, (edit) => edit.apply(this.shop));
    this.narrator.say(`${edits.length} orders changed: ${describeEdits(edits)}.`);
  }

  private async sellOverTheCounter(orderNumber: string): Promise<void> {
    const assortment = this.assortments[Number(orderNumber.slice(-1)) % this.assortments.length];
    const article = assortment?.articles[0];
    const store = assortment?.stores[0];
    if (!assortment || !article || !store) return;
    const lineItems = [
      {
        lineItemId: '1',
        code: article.sku,
        quantity: 1,
        placedPrice: article.unitCents / 100,
        taxRate: article.taxRate,
      },
    ];
    const { marketId } = assortment.market;
    await this.shop.createPosOrder({ orderNumber, marketId, storeId: store.storeId, orderForm: { lineItems } });
  }

  private async switchOn(controls: SandboxControls, fault: Fault): Promise<string> {
    const faultId = await controls.switchOn(fault);
    this.faultIds.push({ controls, faultId });
    return faultId;
  }
}
