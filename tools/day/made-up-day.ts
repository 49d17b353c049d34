import { type Chain } from '../../sandbox/chain/types';
import { sweepNow } from './closing-sweeps';
import { CatalogueDay } from './catalogue/catalogue-day';
import { CatalogueExports } from './catalogue/catalogue-exports';
import { planCatalogue } from './catalogue/catalogue-plan';
import { openCatalogue } from './catalogue/open-catalogue';
import { closeDay } from './close-day';
import { REMITTANCE } from './compare/judge-till-order';
import { type DayContext, type DayGoods, type StockMasters } from './context';
import { DayFaults } from './day-faults';
import { type DayResult } from './day-result';
import { GoodsDay } from './goods/goods-day';
import { planGoods, switchedMasters } from './goods/goods-plan';
import { InventoryExports } from './goods/inventory-exports';
import { IntakeCounter } from './intake-counter';
import { Narrator } from './narrator';
import { OrderWatch } from './order-watch';
import { reportDay } from './report';
import { ScheduledRuns } from './scheduled-runs';
import { type Assortment, assortmentsOf } from './shop/assortment';
import { madeUpOrders, orderNumberOf } from './shop/made-up-orders';
import { MissingProduct } from './shop/missing-product';
import { WebDay } from './shop/web-day';
import { fillShelves, soldSkus } from './tills/shelves';
import { TillDay } from './tills/till-day';
import { tillProgram, type TillProgram } from './tills/till-program';
import { OmniumShop } from './vendors/omnium-shop';
import { SandboxControls } from './vendors/sandbox-controls';

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
/** An event is on its way within this time. */
const EVENT_LEAVES_MS = 500;

/**
 * Plays a short made-up day on the sandboxes and compares the vendors afterwards.
 *
 * @throws Error when the integration is not ours to restart (`context.goods`)
 */
export async function playMadeUpDay(context: DayContext, chain: Chain): Promise<DayResult> {
  const { goods } = context;
  if (!goods) throw new Error('The made-up day restarts the integration, so it must be started with it: npm start');
  const since = new Date();
  const watch = await OrderWatch.open(context, since);
  const runs = await ScheduledRuns.open(context, since);
  const day = new MadeUpDay({ context, chain, watch, runs, goods });
  try {
    await day.play(since);
    const { tills, goods: played } = day.today;
    const { deliveryMarkets, storePriceMarkets, configFile } = goods;
    return await reportDay({
      ...{ context, chain, since, watch, narrator: day.narrator, book: tills.book, storePriceMarkets },
      goods: { book: played.book, masters: day.masters.after, deliveryMarkets, configFile },
    });
  } finally {
    // Faults are switched off after a Ctrl-C too: the sandbox's next visitor did not ask for them.
    if (!context.signal.aborted) await day.faults.switchEverythingOff();
    await runs.close();
    await watch.close();
  }
}

interface DayParts {
  readonly context: DayContext;
  readonly chain: Chain;
  readonly watch: OrderWatch;
  readonly runs: ScheduledRuns;
  readonly goods: DayGoods;
}

/** Everybody who has a part in the day. */
interface Cast {
  readonly prefix: string;
  readonly web: WebDay;
  readonly tills: TillDay;
  readonly program: TillProgram;
  readonly goods: GoodsDay;
  readonly catalogue: CatalogueDay;
  readonly missing: MissingProduct;
}

/** The chapters of the day, in order. */
class MadeUpDay {
  readonly narrator: Narrator;
  readonly faults = new DayFaults();
  /** Who keeps the stock of each store, before and after the switch. */
  readonly masters: { readonly before: StockMasters; readonly after: StockMasters };
  private readonly shop: OmniumShop;
  private readonly omnium: SandboxControls;
  private readonly flow: SandboxControls;
  private readonly intake: IntakeCounter;
  private readonly exports: InventoryExports;
  private readonly catalogueExports: CatalogueExports;
  private readonly assortments: readonly Assortment[];
  private cast: Cast | undefined;

  constructor(private readonly parts: DayParts) {
    const { context, chain, goods, runs } = parts;
    const { omniumUrl, flowUrl, signal, log } = context;
    this.narrator = new Narrator(log, context.reportFile);
    this.shop = new OmniumShop(omniumUrl, signal);
    this.omnium = new SandboxControls(omniumUrl, signal);
    this.flow = new SandboxControls(flowUrl, signal);
    this.intake = new IntakeCounter(context);
    this.exports = new InventoryExports(context, runs);
    this.catalogueExports = new CatalogueExports(context, runs);
    this.assortments = assortmentsOf(chain);
    this.masters = { before: goods.stockMasters, after: switchedMasters(chain, goods.stockMasters) };
  }

  /** Everybody who has a part in this day. @throws Error before {@link play} */
  get today(): Cast {
    if (!this.cast) throw new Error('the day has not begun');
    return this.cast;
  }

  async play(since: Date): Promise<void> {
    const { context, watch } = this.parts;
    await this.beforeTheDoorsOpen();
    await this.morning();
    await this.outage();
    await this.lostAnswers();
    await this.afternoon();
    const { tills, goods } = this.today;
    const { narrator } = this;
    await closeDay({
      ...{ context, watch, narrator, since },
      senders: [this.omnium, this.flow],
      book: tills.book,
      goods: goods.book,
    });
    for (const line of await this.intake.describe()) narrator.say(line);
  }

  private async beforeTheDoorsOpen(): Promise<void> {
    const { context, chain, goods } = this.parts;
    const { assortments, masters, narrator } = this;
    const prefix = await this.freePrefix();
    const orders = madeUpOrders(assortments, prefix, ORDERS);
    const webOrders = orders.slice(0, IN_STORES_EARLY);
    const program = tillProgram({ assortments, prefix, serviceSku: chain.shippingSku, webOrders });
    const { reserved, expiring } = program;
    const { deliveryMarkets, storePriceMarkets } = goods;
    const sold = soldSkus(assortments, orders);
    const stories = planGoods({ chain, prefix, masters, deliveryMarkets, soldSkus: sold });
    const changes = planCatalogue({ chain, prefix, soldSkus: sold, storePriceMarkets });
    this.cast = {
      ...{ prefix, program },
      web: new WebDay({ context, shop: this.shop, assortments, orders, reserved, expiring }),
      tills: new TillDay(context, program),
      goods: new GoodsDay(context, stories),
      catalogue: new CatalogueDay(context, changes),
      missing: new MissingProduct(context, chain, `${prefix}-9001`),
    };
    const visits = Object.values(program.visits).reduce((sum, each) => sum + each.length, 0);
    await this.intake.begin();
    narrator.chapter(
      `A trading day of about three minutes: ${ORDERS + POS_SALES + 1} web orders, numbers ${prefix}-…, ${visits} visits ` +
        `to the tills of ${chain.stores.length} shops, goods for them, in ${stories.length} stories, and ${changes.length} changes of the catalogue.`,
    );
    // Money without goods: nothing of it lies in stock.
    const payment = { productId: REMITTANCE, skuId: REMITTANCE, isSku: true, isVirtual: true, name: 'Payment' };
    await this.shop.addProducts([payment]);
    const { catalogue: day } = this.today;
    await openCatalogue({
      ...{ context, chain, narrator, day },
      masters: masters.before,
      exports: this.catalogueExports,
    });
    await fillShelves({ context, assortments, webOrders, masters: masters.before });
    narrator.say('The shelves were counted, each store’s by its stock master. Now the inventory goes to the shops.');
    narrator.list('Exports that did not end', await this.exports.run());
  }

  /** `W1`, `W2` …: one for each day that was played on this state. */
  private async freePrefix(): Promise<string> {
    for (let day = 1; ; day += 1) {
      if (!(await this.shop.hasOrder(orderNumberOf(`W${day}`, 0)))) return `W${day}`;
    }
  }

  private async morning(): Promise<void> {
    const { web, prefix } = this.today;
    this.narrator.chapter('Morning. Orders come in; Omnium sends every third event twice and some in the wrong order.');
    await this.faults.switchOn(this.omnium, { kind: 'webhook-duplicate', share: 0.3 });
    await this.faults.switchOn(this.omnium, { kind: 'webhook-reorder', share: 0.2 });
    await this.playPart('morning');
    await web.sellOverTheCounter(prefix, POS_SALES);
    await web.shortenDeadlines();
    const [edits] = await Promise.all([web.edit(24, 4_000), this.switchMasters()]);
    this.narrator.say(edits);
    await this.faults.switchEverythingOff();
  }

  private async outage(): Promise<void> {
    const { web } = this.today;
    this.narrator.chapter('Noon. Flow is down for 25 seconds: every connection is cut. Orders keep coming.');
    const faultId = await this.faults.switchOn(this.flow, { kind: 'outage', path: '^/v2/' });
    await this.playPart('outage');
    await web.cancelLatest(REGRETTED);
    this.narrator.say(await web.edit(6, 2_000));
    const hits = await this.flow.switchOff(faultId);
    this.narrator.say(`${REGRETTED} customers cancelled orders that Flow had not even seen.`);
    this.narrator.say(
      `Flow is back. ${hits} calls found it down; the documents behind them wait on the retry ladder (1 minute).`,
    );
  }

  private async lostAnswers(): Promise<void> {
    const { missing, tills, web } = this.today;
    const { faults, flow, omnium } = this;
    this.narrator.chapter(
      'Flow does what it is told and then loses the answer; Omnium is busy (503, and 429 with Retry-After).',
    );
    // The integration's calls only: a clerk would ring a sale up again.
    const path = '^/v2/.*/orders';
    const lost = await faults.switchOn(flow, { kind: 'lost-answer', method: 'POST', path, share: 0.25 });
    const lostState = await faults.switchOn(flow, { kind: 'lost-answer', method: 'PUT', path, share: 0.1 });
    const received = { method: 'POST', path: '^/api/Deliveries/.*/ProcessGoodsReception' };
    const lostReception = await faults.switchOn(omnium, { kind: 'lost-answer', share: 0.4, ...received });
    const read = { method: 'GET', path: '^/api/Orders/' };
    const busy = await faults.switchOn(omnium, { kind: 'error', status: 503, share: 0.06, ...read });
    const limited = await faults.switchOn(omnium, { kind: 'rate-limit', retryAfter: 2, share: 0.06, ...read });
    await missing.order(this.shop);
    // Whoever did not hear of it before noon hears of it now.
    await web.shortenDeadlines();
    await tills.pause(EVENT_LEAVES_MS);
    const lostEvents = await faults.loseWebhooks([omnium, flow], LOST_WEBHOOKS);
    await this.exports.trigger();
    await this.catalogueExports.trigger();
    await this.playPart('lostAnswers');
    const gone = await lostEvents();
    const lostAnswers = (await flow.switchOff(lost)) + (await flow.switchOff(lostState));
    const lostReceptions = await omnium.switchOff(lostReception);
    const refused = (await omnium.switchOff(busy)) + (await omnium.switchOff(limited));
    this.narrator.say(
      `${lostAnswers} answers of Flow and ${lostReceptions} of Omnium were lost after the work was done; Omnium refused ` +
        `${refused} calls; ${gone} webhooks were lost for good.`,
    );
  }

  private async afternoon(): Promise<void> {
    const { missing, web } = this.today;
    const { narrator } = this;
    narrator.chapter('Afternoon. The vendors are well again; orders, changes and cancellations.');
    narrator.say('Part receipts, of which Flow tells nobody, are swept now and not only in the evening.');
    for (const { tenantUid } of this.parts.context.tenants)
      await sweepNow(this.parts.runs.client, tenantUid, ['flow-receivements']);
    await this.playPart('afternoon');
    narrator.say(await web.edit(40, 7_000));
    await this.exports.trigger();
    await web.cancelPaid(PAID_THEN_CANCELLED);
    narrator.say(missing.describe(this.parts.watch));
    await missing.mend();
    narrator.say('Somebody has mended the product and saved it. Nobody touches the order: its next try finds it.');
  }

  /**
   * The configuration changes while everybody is at work; the API and the workers are started anew. Early in the day: for
   * a minute after a worker has gone, the server may still hand it a task, which is then tried again a rung later.
   */
  private async switchMasters(): Promise<void> {
    const { before, after } = this.masters;
    const changed = Object.keys(after).filter((storeId) => before[storeId] !== after[storeId]);
    const words = changed.map((storeId) => `${after[storeId] === 'flow' ? 'Flow' : 'Omnium'} keeps that of ${storeId}`);
    this.narrator.say(`Stock changes hands: ${words.join(', ')}. The API and the workers start anew meanwhile.`);
    await this.intake.keep();
    await this.parts.goods.switchMasters(after);
  }

  /** Web shop, tills, goods and catalogue, side by side. */
  private async playPart(part: keyof typeof PARTS): Promise<void> {
    const { web, tills, goods, catalogue } = this.today;
    const { orders, overMs } = PARTS[part];
    const [, atTills, withGoods, inCatalogue] = await Promise.all([
      web.take(orders, overMs),
      tills.play(part, overMs),
      goods.play(part, overMs),
      catalogue.play(part, overMs),
    ]);
    this.narrator.say(`${orders} orders taken.`);
    this.narrator.say(`At the tills: ${atTills}.`);
    this.narrator.say(`Goods: ${withGoods}.`);
    if (inCatalogue !== '') this.narrator.say(`In the catalogue: ${inCatalogue}.`);
  }
}
