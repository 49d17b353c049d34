import { type Chain } from '../../sandbox/chain/types';
import { Arrivals } from './arrivals';
import { sweepNow } from './closing-sweeps';
import { CatalogueDay } from './catalogue/catalogue-day';
import { planCatalogue } from './catalogue/catalogue-plan';
import { openCatalogue } from './catalogue/open-catalogue';
import { closeDay } from './close-day';
import { REMITTANCE } from './compare/judge-till-order';
import { type DayContext, type DayGoods, type StockMasters } from './context';
import { DayFaults } from './day-faults';
import { type DayResult } from './day-result';
import { CATALOGUE, Exports, INVENTORY, TOLD_BY_NOBODY } from './exports';
import { GoodsDay } from './goods/goods-day';
import { planGoods, switchedMasters } from './goods/goods-plan';
import { IntakeCounter } from './intake-counter';
import { Narrator } from './narrator';
import { OrderWatch } from './order-watch';
import { reportDay } from './report';
import { ScheduledRuns } from './scheduled-runs';
import { type Assortment, assortmentsOf } from './shop/assortment';
import { type MadeUpOrder, madeUpOrders, orderNumberOf } from './shop/made-up-orders';
import { MissingProduct } from './shop/missing-product';
import { WebDay } from './shop/web-day';
import { waitForOrder } from './tills/pick-up-visits';
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
  const narrator = new Narrator(context.log, context.reportFile);
  const runs = await ScheduledRuns.open(context, since, narrator);
  const day = new MadeUpDay({ context, chain, watch, runs, goods, narrator });
  try {
    await day.play(since);
    const { tills, goods: played } = day.today;
    const { deliveryMarkets, storePriceMarkets, configFile } = goods;
    const result = await reportDay({
      ...{ context, chain, since, watch, narrator, book: tills.book, storePriceMarkets },
      goods: { book: played.book, masters: day.masters.after, deliveryMarkets, configFile },
    });
    return { ...result, example: day.today.missing.example(watch) };
  } finally {
    // Faults are switched off after a Ctrl-C too: the sandbox's next visitor did not ask for them.
    if (!context.signal.aborted) await context.undone.attempt('Faults off', () => day.faults.switchEverythingOff());
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
  readonly narrator: Narrator;
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
  readonly faults = new DayFaults();
  /** Who keeps the stock of each store, before and after the switch. */
  readonly masters: { readonly before: StockMasters; readonly after: StockMasters };
  private readonly shop: OmniumShop;
  private readonly omnium: SandboxControls;
  private readonly flow: SandboxControls;
  private readonly intake: IntakeCounter;
  private readonly exports: Exports;
  private readonly catalogueExports: Exports;
  private readonly assortments: readonly Assortment[];
  private cast: Cast | undefined;

  constructor(private readonly parts: DayParts) {
    const { context, chain, goods, runs } = parts;
    const { omniumUrl, flowUrl, signal } = context;
    this.shop = new OmniumShop(omniumUrl, signal);
    this.omnium = new SandboxControls(omniumUrl, signal);
    this.flow = new SandboxControls(flowUrl, signal);
    this.intake = new IntakeCounter(context);
    this.exports = new Exports(context, runs, INVENTORY);
    this.catalogueExports = new Exports(context, runs, CATALOGUE);
    this.assortments = assortmentsOf(chain);
    this.masters = { before: goods.stockMasters, after: switchedMasters(chain, goods.stockMasters) };
  }

  /** Everybody who has a part in this day. @throws Error before {@link play} */
  get today(): Cast {
    if (!this.cast) throw new Error('the day has not begun');
    return this.cast;
  }

  async play(since: Date): Promise<void> {
    const { context, watch, narrator } = this.parts;
    await this.beforeTheDoorsOpen();
    const chapters = [
      ['The morning', () => this.morning()],
      ['Noon', () => this.outage()],
      ['The hours after noon', () => this.lostAnswers()],
      ['The afternoon', () => this.afternoon()],
    ] as const;
    for (const [what, work] of chapters) {
      await this.try(what, work);
      // One that could not be done must not leave a vendor down for the others.
      await this.try('Switch the faults off', () => this.faults.switchEverythingOff());
    }
    const { tills, goods } = this.today;
    const senders = [this.omnium, this.flow];
    const books = { book: tills.book, goods: goods.book };
    await context.undone.attempt('The evening', () => closeDay({ context, watch, narrator, since, senders, ...books }));
    await this.try('Count the events', async () => {
      for (const line of await this.intake.describe()) narrator.say(line);
    });
  }

  /** Does something that the rest of the day can go on without, and says so while it lasts. */
  private async try<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    const { context, narrator } = this.parts;
    return await context.undone.attempt(what, () => narrator.during(what, work));
  }

  private async beforeTheDoorsOpen(): Promise<void> {
    const { context, chain, goods, narrator, watch } = this.parts;
    const { assortments, masters } = this;
    const prefix = await this.freePrefix();
    const orders = madeUpOrders(assortments, prefix, ORDERS);
    const webOrders = orders.slice(0, IN_STORES_EARLY);
    const program = tillProgram({ assortments, prefix, serviceSku: chain.shippingSku, webOrders });
    const { reserved, expiring } = program;
    const { deliveryMarkets, storePriceMarkets } = goods;
    const sold = soldSkus(assortments, orders);
    const stories = planGoods({ chain, prefix, masters, deliveryMarkets, soldSkus: sold });
    const changes = planCatalogue({ chain, prefix, soldSkus: sold, storePriceMarkets });
    const { signal } = context;
    const arrivals = new Arrivals({ watch, senders: [this.omnium, this.flow], signal });
    this.cast = {
      ...{ prefix, program },
      web: new WebDay({ context, shop: this.shop, assortments, orders, reserved, expiring }),
      tills: new TillDay(context, program, arrivals),
      goods: new GoodsDay(context, stories, arrivals),
      catalogue: new CatalogueDay(context, changes),
      missing: new MissingProduct(context, chain, `${prefix}-9001`),
    };
    const visits = Object.values(program.visits).reduce((sum, each) => sum + each.length, 0);
    await this.try('Count the events', () => this.intake.begin());
    narrator.chapter(
      `A trading day of about three minutes: ${ORDERS + POS_SALES + 1} web orders, numbers ${prefix}-…, ${visits} visits ` +
        `to the tills of ${chain.stores.length} shops, goods for them, in ${stories.length} stories, and ${changes.length} changes of the catalogue.`,
    );
    // Money without goods: nothing of it lies in stock.
    const payment = { productId: REMITTANCE, skuId: REMITTANCE, isSku: true, isVirtual: true, name: 'Payment' };
    await this.try('The product of payments', () => this.shop.addProducts([payment]));
    const { catalogue: day } = this.today;
    const exports = this.catalogueExports;
    await this.try('The first export of the catalogue', () =>
      openCatalogue({ ...{ context, chain, narrator, day, exports }, masters: masters.before }),
    );
    await this.try('Count the shelves', () =>
      fillShelves({ context, assortments, webOrders, masters: masters.before }),
    );
    narrator.say('The shelves were counted, each store’s by its stock master. Now the inventory goes to the shops.');
    await this.try('The first export of the inventory', async () =>
      narrator.list('Exports that did not end', await this.exports.run()),
    );
  }

  /** `W1`, `W2` …: one for each day that was played on this state. */
  private async freePrefix(): Promise<string> {
    for (let day = 1; ; day += 1) {
      if (!(await this.shop.hasOrder(orderNumberOf(`W${day}`, 0)))) return `W${day}`;
    }
  }

  private async morning(): Promise<void> {
    const { web, prefix } = this.today;
    this.parts.narrator.chapter(
      'Morning. Orders come in; Omnium sends every third event twice and some in the wrong order.',
    );
    await this.faults.switchOn(this.omnium, { kind: 'webhook-duplicate', share: 0.3 });
    await this.faults.switchOn(this.omnium, { kind: 'webhook-reorder', share: 0.2 });
    await this.playPart('morning');
    await this.try('Sales over Omnium’s counter', () => web.sellOverTheCounter(prefix, POS_SALES));
    await web.shortenDeadlines(this.hasCome);
    const [edits] = await Promise.all([
      web.edit(24, 4_000),
      this.try('The switch of stock masters', () => this.switchMasters()),
    ]);
    this.parts.narrator.say(edits);
  }

  private async outage(): Promise<void> {
    const { web } = this.today;
    const { narrator } = this.parts;
    narrator.chapter('Noon. Flow is down for 25 seconds: every connection is cut. Orders keep coming.');
    const faultId = await this.faults.switchOn(this.flow, { kind: 'outage', path: '^/v2/' });
    // It ends with the orders: whoever is at a till may be waiting for Flow to come back.
    await this.playPart('outage', async () => {
      await this.try('Cancel orders that Flow has not seen', () => web.cancelLatest(REGRETTED));
      narrator.say(await web.edit(6, 2_000));
      const hits = await this.flow.switchOff(faultId);
      narrator.say(`${REGRETTED} customers cancelled orders that Flow had not even seen.`);
      narrator.say(
        `Flow is back. ${hits} calls found it down; the documents behind them wait on the retry ladder (1 minute).`,
      );
    });
  }

  private async lostAnswers(): Promise<void> {
    const { missing, tills, web } = this.today;
    const { faults, flow, omnium } = this;
    const { narrator } = this.parts;
    narrator.chapter(
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
    await this.try('The order of a new product', () => missing.order(this.shop));
    // Whoever did not hear of it before noon hears of it now.
    await web.shortenDeadlines(this.hasCome);
    await tills.pause(EVENT_LEAVES_MS);
    const lostEvents = await faults.loseWebhooks([omnium, flow], LOST_WEBHOOKS);
    await this.exports.trigger();
    await this.catalogueExports.trigger(TOLD_BY_NOBODY);
    await this.playPart('lostAnswers');
    const gone = await lostEvents();
    const lostAnswers = (await flow.switchOff(lost)) + (await flow.switchOff(lostState));
    const lostReceptions = await omnium.switchOff(lostReception);
    const refused = (await omnium.switchOff(busy)) + (await omnium.switchOff(limited));
    narrator.say(
      `${lostAnswers} answers of Flow and ${lostReceptions} of Omnium were lost after the work was done; Omnium refused ` +
        `${refused} calls; ${gone} webhooks were lost for good.`,
    );
  }

  private async afternoon(): Promise<void> {
    const { missing, web } = this.today;
    const { narrator, context, runs, watch } = this.parts;
    narrator.chapter('Afternoon. The vendors are well again; orders, changes and cancellations.');
    narrator.say('Part receipts, of which Flow tells nobody, are swept now and not only in the evening.');
    for (const { tenantUid } of context.tenants)
      await this.try(`Sweep the receptions of ${tenantUid}`, () =>
        sweepNow(runs.client, tenantUid, ['flow-receivements']),
      );
    await this.playPart('afternoon');
    narrator.say(await web.edit(40, 7_000));
    await this.exports.trigger();
    await this.try('Cancel paid orders', () => web.cancelPaid(PAID_THEN_CANCELLED));
    narrator.say(missing.describe(watch));
    await this.try('Mend the new product', () => missing.mend());
    narrator.say('The product is mended and saved. Nobody touches the order: its next try finds it.');
  }

  /**
   * The configuration changes while everybody is at work; the API and the workers are started anew. Early in the day: for
   * a minute after a worker has gone, the server may still hand it a task, which is then tried again a rung later.
   */
  private async switchMasters(): Promise<void> {
    const { before, after } = this.masters;
    const changed = Object.keys(after).filter((storeId) => before[storeId] !== after[storeId]);
    const words = changed.map((storeId) => `${after[storeId] === 'flow' ? 'Flow' : 'Omnium'} keeps that of ${storeId}`);
    this.parts.narrator.say(`Stock changes hands: ${words.join(', ')}. The API and the workers start anew meanwhile.`);
    await this.intake.keep();
    await this.parts.goods.switchMasters(after);
  }

  private readonly hasCome = async (made: MadeUpOrder): Promise<void> => {
    const market = this.parts.chain.markets.find(({ marketId }) => marketId === made.order.marketId);
    if (market) await waitForOrder({ made, market }, this.today.tills);
  };

  /** Web shop, tills, goods and catalogue, side by side. `onOrders` follows the last order, whatever the others do. */
  private async playPart(part: keyof typeof PARTS, onOrders?: () => Promise<void>): Promise<void> {
    const { web, tills, goods, catalogue } = this.today;
    const { narrator } = this.parts;
    const { orders, overMs } = PARTS[part];
    const takeOrders = async (): Promise<void> => {
      await web.take(orders, overMs);
      narrator.say(`${orders} orders taken.`);
      await onOrders?.();
    };
    const play = () =>
      Promise.all([takeOrders(), tills.play(part, overMs), goods.play(part, overMs), catalogue.play(part, overMs)]);
    const [, atTills, withGoods, inCatalogue] = await narrator.during(
      () => tills.arrivals.describe() ?? 'orders, visits and goods',
      play,
    );
    narrator.say(`At the tills: ${atTills}.`);
    narrator.say(`Goods: ${withGoods}.`);
    if (inCatalogue !== '') narrator.say(`In the catalogue: ${inCatalogue}.`);
  }
}
