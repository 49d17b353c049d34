import { type DayContext } from '../context';
import { eachOf } from '../pace';
import { type OmniumShop } from '../vendors/omnium-shop';
import { type Assortment } from './assortment';
import { canBeEdited, cancelled, describeEdits, editsOf } from './edits';
import { type MadeUpOrder, orderNumberOf } from './made-up-orders';
import { orderDocument, payment } from './order-document';

const AT_ONCE = 6;
/** Until the deadline of the orders that nobody fetches. */
const DEADLINE_IN_MS = 10_000;

/** What the web shop's day is played with. */
export interface WebDayParts {
  readonly context: Pick<DayContext, 'signal' | 'undone'>;
  readonly shop: OmniumShop;
  readonly assortments: readonly Assortment[];
  readonly orders: readonly MadeUpOrder[];
  /** Numbers of the orders that belong to the tills. */
  readonly reserved: ReadonlySet<string>;
  /** Nobody will come for them. */
  readonly expiring: readonly MadeUpOrder[];
}

/** A web shop through the day: orders come, are paid, changed and cancelled. */
export class WebDay {
  private readonly editable: MadeUpOrder[] = [];
  private taken = 0;

  constructor(private readonly parts: WebDayParts) {}

  /** Takes the next orders as a web shop does: create, then take the money where it is a pre-payment. */
  async take(count: number, overMs: number): Promise<void> {
    const { shop, context, reserved } = this.parts;
    const orders = this.parts.orders.slice(this.taken, this.taken + count);
    this.taken += count;
    const { signal, undone } = context;
    await eachOf(orders, { atOnce: AT_ONCE, overMs, signal }, async ({ order, payWith }) => {
      await undone.attempt(`In the web shop: order ${order.orderNumber}`, async () => {
        await shop.createOrder(orderDocument(order));
        if (payWith !== undefined) await this.takeMoney(order.orderNumber, payWith);
      });
    });
    this.editable.push(...orders.filter((made) => canBeEdited(made) && !reserved.has(made.order.orderNumber)));
  }

  /** Changes orders, each in another way. @returns what was done, in words */
  async edit(count: number, overMs: number): Promise<string> {
    const { shop, context, assortments } = this.parts;
    const edits = editsOf(this.editable.splice(0, count), assortments);
    const { signal, undone } = context;
    await eachOf(edits, { atOnce: AT_ONCE, overMs, signal }, async (edit) => {
      await undone.attempt(`In the web shop: ${edit.what}`, () => edit.apply(shop));
    });
    return `${edits.length} orders changed: ${describeEdits(edits)}.`;
  }

  /** The latest customers do not want it any more. */
  async cancelLatest(count: number): Promise<void> {
    for (const made of this.editable.splice(-count)) await cancelled(made).apply(this.parts.shop);
  }

  /** Orders are cancelled that were paid beforehand: the shop has to give the money back. */
  async cancelPaid(count: number): Promise<void> {
    const { shop, orders, reserved } = this.parts;
    const paid = orders.filter(
      ({ payWith, order }) => payWith !== undefined && order.orderType === 'Bopis' && !reserved.has(order.orderNumber),
    );
    for (const made of paid.slice(0, count)) await cancelled(made).apply(shop);
  }

  /** The time of the orders that nobody fetches is nearly over: of each as soon as its store has it. */
  async shortenDeadlines(hasCome: (made: MadeUpOrder) => Promise<unknown>): Promise<void> {
    const { shop, expiring, context } = this.parts;
    for (const made of expiring) {
      const { orderNumber } = made.order;
      await context.undone.attempt(`Shorten the deadline of ${orderNumber}`, async () => {
        await hasCome(made);
        const customerPickupDeadline = new Date(Date.now() + DEADLINE_IN_MS).toISOString();
        await shop.patchOrder(orderNumber, { customerPickupDeadline });
      });
    }
  }

  /** Sold over Omnium's own counter, not over Flow's. */
  async sellOverTheCounter(prefix: string, count: number): Promise<void> {
    const { shop, assortments } = this.parts;
    for (let index = 0; index < count; index += 1) {
      const assortment = assortments[index % assortments.length];
      const article = assortment?.articles[0];
      const store = assortment?.stores[0];
      if (!assortment || !article || !store) continue;
      const orderNumber = orderNumberOf(prefix, 8_000 + index);
      const { sku: code, taxRate, unitCents } = article;
      const lineItems = [{ lineItemId: '1', code, quantity: 1, placedPrice: unitCents / 100, taxRate }];
      const { marketId } = assortment.market;
      await shop.createPosOrder({ orderNumber, marketId, storeId: store.storeId, orderForm: { lineItems } });
    }
  }

  private async takeMoney(orderNumber: string, method: string): Promise<void> {
    const { shop } = this.parts;
    const amount = (await shop.getOrder(orderNumber)).orderForm.total;
    if (amount <= 0) return;
    const transactionType = method === 'Vipps' ? 'Sale' : 'Capture';
    await shop.addPayments(orderNumber, [payment(orderNumber, transactionType, { method, amount })]);
  }
}
