import { type TillOrder, type TillPayment, type TillReturnBody } from '../vendors/flow-tills';
import { type TillSale } from './made-up-sales';
import { type Visit } from './visit';

const CARD: readonly TillPayment[] = [{ settlementCode: 'CARD' }];
const WHOLE = 100;
const REASONS = ['REGRET', 'DEFECT'];

/** Goods are sold, paid and carried away. */
export function sale({ market, storeUid, body }: TillSale): Visit {
  return {
    what: 'sale',
    run: async ({ book, tillsOf }) => {
      await book.note(body.orderUid, tillsOf(market).sell(storeUid, body));
    },
  };
}

/** Money without goods: somebody pays for something that comes another day. */
export function downPayment({ market, storeUid, body }: TillSale, sku: string): Visit {
  return {
    what: 'down payment',
    run: async ({ book, tillsOf }) => {
      const lines = [{ sku, quantity: WHOLE, itemPrice: 49_900 }];
      const { orderUid } = body;
      await book.note(orderUid, tillsOf(market).sell(storeUid, { orderUid, lines, type: 'PAYMENT', payments: CARD }));
    },
  };
}

/** What comes back of a sale, and where. */
export interface ReturnVisit {
  readonly of: TillSale;
  readonly orderUid: string;
  /** Another store than the one that sold. */
  readonly storeUid?: string;
  readonly isPartOnly?: boolean;
  readonly inCash?: boolean;
}

/** Goods of an earlier sale come back, with the receipt. */
export function goodsBack({ of, orderUid, storeUid, isPartOnly = false, inCash = false }: ReturnVisit): Visit {
  const where = storeUid === undefined ? '' : ' in another store';
  return {
    what: (isPartOnly ? 'return of a part' : 'return of all that is left') + where,
    run: async ({ book, tillsOf }) => {
      await book.change(of.body.orderUid, async (original) => {
        const lines = linesToBringBack(original, isPartOnly);
        const payments: TillPayment[] = [{ settlementCode: inCash ? 'CASH' : 'CARD' }];
        const body: TillReturnBody = { orderUid, originalOrderUid: original.orderUid, lines, payments };
        await tillsOf(of.market).takeBack(storeUid ?? of.storeUid, body);
        return without(original, lines);
      });
    },
  };
}

/** Goods come back without a receipt: nobody knows the sale. */
export function blindReturn({ market, storeUid, body }: TillSale, orderUid: string): Visit {
  return {
    what: 'return without a receipt',
    run: async ({ tillsOf }) => {
      const lines = body.lines
        .slice(0, 2)
        .map(({ sku, quantity }, index) => ({ sku, quantity, reasonCode: reason(index) }));
      await tillsOf(market).takeBack(storeUid, { orderUid, lines });
    },
  };
}

/** Which way the money goes in an exchange. */
export type ExchangeDifference = 'to pay' | 'none' | 'to give back';

/** The first line of a sale comes back and something else goes with the customer. */
export function exchange(of: TillSale, difference: ExchangeDifference): Visit {
  return {
    what: `exchange, ${difference}`,
    run: async ({ book, tillsOf }) => {
      const original = await book.orderOf(of.body.orderUid);
      const [first] = original.items;
      if (!first) throw new Error(`sale ${of.body.orderUid} has no line`);
      const paid = first.itemPrice;
      const itemPrice = { 'to pay': paid + 5_000, none: paid, 'to give back': Math.floor(paid / 2) }[difference];
      await tillsOf(of.market).exchange(of.storeUid, {
        originalOrderUid: original.orderUid,
        returned: [{ orderItemUid: first.orderItemUid, quantity: WHOLE, reasonCode: 'REGRET' }],
        lines: [{ sku: first.sku, quantity: WHOLE, itemPrice }],
        ...(difference === 'to pay' ? { payments: CARD } : {}),
      });
    },
  };
}

/** How a sale goes on that was put aside first. */
export type ParkedEnd =
  'sold later' | 'cancelled' | 'line removed, then sold' | 'deposit, then sold' | 'left' | 'expired';

/** Goods are rung up and put aside; what becomes of them is in `end`. */
export function parkedSale({ market, storeUid, body }: TillSale, end: ParkedEnd): Visit {
  return {
    what: `put aside, ${end}`,
    run: async (desk) => {
      const tills = desk.tillsOf(market);
      const { payments: _payments, ...parked } = body;
      const over = end === 'expired' ? { validUntil: new Date(Date.now() - 60_000).toISOString() } : {};
      const order = await tills.park(storeUid, { ...parked, ...over });
      if (end === 'left' || end === 'expired') return;
      await desk.pause(1_500);
      if (end === 'cancelled') {
        await tills.cancel(order);
        return;
      }
      const [first] = order.items;
      if (end === 'line removed, then sold' && first) await tills.removeLine(order, first.orderItemUid);
      if (end === 'deposit, then sold') {
        desk.book.silent.set(order.orderUid, 'a deposit was paid');
        const amount = Math.max(Math.floor(order.orderTotals.totalAmount / 400) * 100, 100);
        await tills.pay(order, [{ settlementCode: 'CARD', amount }]);
        await desk.pause(1_500);
      }
      await tills.handOver(order, { payments: CARD });
    },
  };
}

/** Of a part return: half of the pieces of the first line, or all of it where there is one piece; else all that is left. */
function linesToBringBack(
  order: TillOrder,
  isPartOnly: boolean,
): { orderItemUid: string; quantity: number; reasonCode: string }[] {
  const left = order.items
    .map(({ orderItemUid, quantityDelivered }) => ({ orderItemUid, quantity: quantityDelivered }))
    .filter(({ quantity }) => quantity > 0);
  const lines = isPartOnly
    ? left.slice(0, 1).map((line) => ({ ...line, quantity: line.quantity >= 2 * WHOLE ? WHOLE : line.quantity }))
    : left;
  return lines.map((line, index) => ({ ...line, reasonCode: reason(index) }));
}

/** What the customer still has of an order. */
function without(order: TillOrder, lines: readonly { orderItemUid: string; quantity: number }[]): TillOrder {
  const items = order.items.map((item) => {
    const back = lines.find(({ orderItemUid }) => orderItemUid === item.orderItemUid)?.quantity ?? 0;
    return { ...item, quantityDelivered: item.quantityDelivered - back };
  });
  return { ...order, items };
}

function reason(index: number): string {
  return REASONS[index % REASONS.length] ?? 'REGRET';
}
