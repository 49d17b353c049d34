import { type OmniumShop } from '../vendors/omnium-shop';
import { type Assortment } from './assortment';
import { type MadeUpOrder } from './made-up-orders';
import { isCollected, type ShopLine } from './order-document';

/** A change that a customer or the customer service makes to an order. */
export interface Edit {
  readonly what: string;
  apply(shop: OmniumShop): Promise<void>;
}

type EditMaker = (made: MadeUpOrder, assortment: Assortment) => Edit;

const EDITS: readonly EditMaker[] = [
  morePieces,
  addedLine,
  cancelled,
  lowerPrice,
  fewerPieces,
  rewritten,
  furtherStatus,
  orderDiscount,
];

/** Orders whose money has been taken, and types the tills ignore, are left as they are. */
export function canBeEdited({ order, payWith }: MadeUpOrder): boolean {
  return payWith === undefined && order.orderType !== 'ShipFromStore' && order.orderType !== 'PreOrder';
}

/** One edit for each order, of all sorts in turn. */
export function editsOf(orders: readonly MadeUpOrder[], assortments: readonly Assortment[]): Edit[] {
  return orders.map((made, index) => {
    const assortment = assortments.find(({ market }) => market.marketId === made.order.marketId);
    const maker = EDITS[index % EDITS.length];
    if (!assortment || !maker) throw new Error(`no edit for order ${made.order.orderNumber}`);
    return maker(made, assortment);
  });
}

/** `UpdateStatus` to a cancelled status; Omnium knows no other way to cancel a whole order. */
export function cancelled({ order }: MadeUpOrder): Edit {
  const status = Number(order.orderNumber.slice(-1)) % 3 === 0 ? 'OrderCanceledByCustomer' : 'OrderCanceled';
  return { what: 'order cancelled', apply: (shop) => shop.setStatus(order.orderNumber, status) };
}

function morePieces({ order }: MadeUpOrder): Edit {
  const { lineItemId, quantity } = lastGoods(order.lines);
  return {
    what: 'more pieces',
    apply: (shop) => shop.patchLines(order.orderNumber, [{ lineItemId, quantity: quantity + 2 }]),
  };
}

function addedLine({ order }: MadeUpOrder, { articles }: Assortment): Edit {
  const article = articles[order.lines.length % articles.length];
  return {
    what: 'line added',
    apply: async (shop) => {
      if (!article) return;
      const { sku, unitCents } = article;
      await shop.addLine(order.orderNumber, { lineItemId: 'A', code: sku, quantity: 1, placedPrice: unitCents / 100 });
    },
  };
}

function lowerPrice({ order }: MadeUpOrder): Edit {
  const { lineItemId, placedPrice } = lastGoods(order.lines);
  const lower = Math.round(placedPrice * 90) / 100;
  return {
    what: 'price lowered',
    apply: (shop) => shop.patchLines(order.orderNumber, [{ lineItemId, placedPrice: lower }]),
  };
}

/** Some pieces of one line; the only piece of the only line cancels the order with it. */
function fewerPieces({ order }: MadeUpOrder): Edit {
  const { lineItemId, quantity } = lastGoods(order.lines);
  return {
    what: 'pieces cancelled',
    apply: (shop) => shop.cancelPieces(order.orderNumber, [{ lineItemId, quantity: Math.min(1, quantity) }]),
  };
}

/** Read, changed and written back whole: a line less where there are several, and free shipping. */
function rewritten({ order }: MadeUpOrder): Edit {
  const gone = order.lines.filter(isGoods).length > 1 ? lastGoods(order.lines).lineItemId : '';
  return {
    what: 'order rewritten with a line less',
    apply: async (shop) => {
      const current = await shop.getOrder(order.orderNumber);
      const { orderForm } = current;
      const without = <T extends { readonly lineItemId: string }>(lines: readonly T[]): T[] =>
        lines.filter(({ lineItemId }) => lineItemId !== gone);
      const shipments = orderForm.shipments.map((shipment) => ({
        ...shipment,
        lineItems: without(shipment.lineItems),
      }));
      await shop.overwriteOrder({
        ...current,
        orderForm: { ...orderForm, lineItems: without(orderForm.lineItems), shipments },
      });
    },
  };
}

/** The goods are being picked: an event that changes nothing in Flow. */
function furtherStatus({ order }: MadeUpOrder): Edit {
  const status = isCollected(order.orderType) ? 'ReadyForPickup' : 'InProgress';
  return { what: `status ${status}`, apply: (shop) => shop.setStatus(order.orderNumber, status) };
}

function orderDiscount({ order }: MadeUpOrder): Edit {
  const discount = { discountType: 'Order', discountSource: 'Manual', discountName: 'Sorry for the wait' };
  const discounts = [{ ...discount, rewardType: 'Percentage', discountValue: 10 }];
  return {
    what: 'discount on the order',
    apply: (shop) => shop.patchOrder(order.orderNumber, { orderForm: { discounts } }),
  };
}

/** Lines of goods, not of packages, their parts, or gifts. */
function isGoods({ lineItemId }: ShopLine): boolean {
  return /^\d+$/.test(lineItemId);
}

/** The first line may have a discount; the last one has none unless it is the only one. */
function lastGoods(lines: readonly ShopLine[]): ShopLine {
  const line = lines.filter(isGoods).at(-1);
  if (!line) throw new Error('an order without goods');
  return line;
}

/** How often which edit, in words. */
export function describeEdits(edits: readonly Edit[]): string {
  const counts = new Map<string, number>();
  for (const { what } of edits) counts.set(what, (counts.get(what) ?? 0) + 1);
  return [...counts].map(([what, count]) => `${count} × ${what}`).join(', ');
}
