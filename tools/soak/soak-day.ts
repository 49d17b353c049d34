import { type Chain } from '../../sandbox/chain/types';
import { Arrivals } from '../day/arrivals';
import { closeDay } from '../day/close-day';
import { REMITTANCE } from '../day/compare/judge-till-order';
import { type DayContext } from '../day/context';
import { type DayResult } from '../day/day-result';
import { Narrator } from '../day/narrator';
import { OrderWatch } from '../day/order-watch';
import { eachOf } from '../day/pace';
import { reportDay } from '../day/report';
import { settle } from '../day/settle';
import { assortmentsOf, type Assortment } from '../day/shop/assortment';
import { canBeEdited, editsOf } from '../day/shop/edits';
import { type MadeUpOrder, madeUpOrders } from '../day/shop/made-up-orders';
import { orderDocument, payment } from '../day/shop/order-document';
import { TillDay } from '../day/tills/till-day';
import { fillShelves } from '../day/tills/shelves';
import { tillProgram, type DayPart, type TillProgram } from '../day/tills/till-program';
import { OmniumShop } from '../day/vendors/omnium-shop';
import { SandboxControls } from '../day/vendors/sandbox-controls';

const PARTS: readonly DayPart[] = ['morning', 'outage', 'lostAnswers', 'afternoon'];
/** Web orders that are in their stores early; some of them belong to the tills. */
const IN_STORES_EARLY = 90;
const WEB_ORDERS_AT_LEAST = 250;
const EDITED_SHARE = 0.25;
const AT_ONCE = 6;
/** A crashed attempt is noticed after 30 s and tried again after the rung of its attempt: four crashes in a row fit in. */
const PATIENCE_MS = 8 * 60_000;

/** How a soak is played. */
export interface SoakInput {
  readonly context: DayContext;
  readonly chain: Chain;
  /** Orders to be played in one round; web orders are added to what the tills do. */
  readonly orders: number;
  readonly overMs: number;
  /** Called when everything has been played and nobody is to be killed any more. */
  readonly onPlayed: () => Promise<void>;
}

/** What was played, and how it ended. */
export interface SoakResult {
  readonly webOrders: number;
  readonly tillVisits: number;
  readonly changes: number;
  readonly result: DayResult;
}

/** Plays one round of mixed orders, waits until nothing is pending, and compares both systems document by document. */
export async function playSoak(input: SoakInput): Promise<SoakResult> {
  const since = new Date();
  const watch = await OrderWatch.open(input.context, since);
  try {
    return await new SoakDay(input, watch, since).play();
  } finally {
    await watch.close();
  }
}

class SoakDay {
  private readonly narrator: Narrator;
  private readonly shop: OmniumShop;
  private readonly senders: readonly SandboxControls[];
  private readonly assortments: readonly Assortment[];
  private readonly program: TillProgram;
  private readonly tills: TillDay;
  private readonly webOrders: readonly MadeUpOrder[];
  private changes = 0;

  constructor(
    private readonly input: SoakInput,
    private readonly watch: OrderWatch,
    private readonly since: Date,
  ) {
    const { context, chain, orders } = input;
    const { omniumUrl, flowUrl, signal, log } = context;
    this.narrator = new Narrator(log);
    this.shop = new OmniumShop(omniumUrl, signal);
    this.senders = [new SandboxControls(omniumUrl, signal), new SandboxControls(flowUrl, signal)];
    this.assortments = assortmentsOf(chain);
    // Which web orders the tills take is decided by the first of them, so the program comes first.
    const early = madeUpOrders(this.assortments, 'W1', IN_STORES_EARLY);
    const serviceSku = chain.shippingSku;
    this.program = tillProgram({ assortments: this.assortments, prefix: 'W1', serviceSku, webOrders: early });
    const count = Math.max(orders - this.visits, WEB_ORDERS_AT_LEAST);
    this.webOrders = madeUpOrders(this.assortments, 'W1', count);
    const arrivals = new Arrivals({ watch: this.watch, senders: this.senders, signal });
    this.tills = new TillDay(context, this.program, arrivals);
  }

  async play(): Promise<SoakResult> {
    const { context, chain, onPlayed, overMs } = this.input;
    const { narrator, watch, senders, since, visits } = this;
    const { book } = this.tills;
    narrator.chapter(`${this.webOrders.length} web orders, ${visits} visits to the tills, over ${overMs / 1_000} s.`);
    // Money without goods is a line all the same, and Omnium asks for its product.
    await this.shop.addProducts([
      { productId: REMITTANCE, skuId: REMITTANCE, isSku: true, isVirtual: true, name: 'Payment' },
    ]);
    await fillShelves({ context, assortments: this.assortments, webOrders: this.webOrders });
    for (const [index, part] of PARTS.entries()) {
      const partMs = overMs / PARTS.length;
      const [words] = await Promise.all([this.tills.play(part, partMs), this.take(index, partMs)]);
      narrator.say(words);
    }
    await this.edit();
    await onPlayed();
    narrator.chapter('Everything is played, and nobody is killed any more; waiting until nothing is pending.');
    const { signal } = context;
    await settle({ watch, senders, narrator, patienceMs: PATIENCE_MS, signal });
    // A deadline that reached its store late is over by now as well.
    for (const { market } of this.assortments) await this.tills.tillsOf(market).expire();
    await closeDay({ context, watch, senders, narrator, book, since });
    const result = await reportDay({ context, chain, since, watch, narrator, book });
    return { webOrders: this.webOrders.length, tillVisits: visits, changes: this.changes, result };
  }

  private get visits(): number {
    return Object.values(this.program.visits).reduce((sum, each) => sum + each.length, 0);
  }

  /** A part's web orders: the first part's are in the stores before the tills ask for them. */
  private async take(part: number, partMs: number): Promise<void> {
    const share = Math.ceil(this.webOrders.length / PARTS.length);
    const orders = this.webOrders.slice(part * share, (part + 1) * share);
    const { context } = this.input;
    const pace = { atOnce: AT_ONCE, overMs: partMs / 2, signal: context.signal };
    await eachOf(orders, pace, async ({ order, payWith }) => {
      await context.undone.attempt(`In the web shop: order ${order.orderNumber}`, async () => {
        await this.shop.createOrder(orderDocument(order));
        if (payWith !== undefined) await this.takeMoney(order.orderNumber, payWith);
      });
    });
    if (part !== 1) return;
    for (const { order } of this.program.expiring) {
      const customerPickupDeadline = new Date(Date.now() + partMs).toISOString();
      await this.shop.patchOrder(order.orderNumber, { customerPickupDeadline });
    }
  }

  private async takeMoney(orderNumber: string, method: string): Promise<void> {
    const amount = (await this.shop.getOrder(orderNumber)).orderForm.total;
    if (amount <= 0) return;
    const transactionType = method === 'Vipps' ? 'Sale' : 'Capture';
    await this.shop.addPayments(orderNumber, [payment(orderNumber, transactionType, { method, amount })]);
  }

  private async edit(): Promise<void> {
    const { reserved } = this.program;
    const editable = this.webOrders.filter((made) => canBeEdited(made) && !reserved.has(made.order.orderNumber));
    const edits = editsOf(editable.slice(0, Math.ceil(this.webOrders.length * EDITED_SHARE)), this.assortments);
    const { overMs, context } = this.input;
    const pace = { atOnce: AT_ONCE, overMs: overMs / PARTS.length, signal: context.signal };
    await eachOf(edits, pace, async (edit) => {
      await context.undone.attempt(`In the web shop: ${edit.what}`, () => edit.apply(this.shop));
    });
    this.changes = edits.length;
    this.narrator.say(`${edits.length} web orders changed or cancelled.`);
  }
}
