import { type Actor } from '../events';
import { type FieldError, invalidField, refuseIfAny } from '../problem';
import { type Audited } from '../store/collection';
import { type Store } from '../store/setup-documents';
import { type ItemBody } from './order-bodies';
import { type Order, type OrderItem } from './order-model';
import { divideRounded } from './order-rules';
import { completeOrForget, make } from './till';
import { type ExchangeBody, type ReturnBody, type ReturnLine } from './till-bodies';

/** Takes goods back: linked to the lines of an earlier order of any store, or blind. Stock goes up, money goes out. */
export function takeBack(actor: Actor, store: Audited<Store>, body: ReturnBody): Audited<Order> {
  const back = goodsBack(actor, body, { lines: body.lines, field: 'lines' });
  const { orderUid } = body;
  const order = make(actor, store, {
    order: { orderUid, customerUid: back.customerUid, type: 'RETURN', items: back.items },
  });
  back.link(order);
  return completeOrForget(actor, order, { payments: body.payments });
}

/**
 * Takes goods back and lets others go, on one order of type RETURN: what comes back first, with negative quantities and
 * linked as on a return, then the new goods. The difference is paid either way, or nothing is.
 */
export function exchange(actor: Actor, store: Audited<Store>, body: ExchangeBody): Audited<Order> {
  const back = goodsBack(actor, body, { lines: body.returned, field: 'returned' });
  const items = [...back.items, ...body.lines];
  const { orderUid } = body;
  const { customerUid } = back;
  const placeOf = (index: number): string => {
    const ofNew = index - back.items.length;
    return ofNew < 0 ? `returned[${index}]` : `lines[${ofNew}]`;
  };
  const order = make(actor, store, {
    order: { orderUid, customerUid, type: 'RETURN', isExchange: true, items },
    placeOf,
  });
  back.link(order);
  return completeOrForget(actor, order, { payments: body.payments, placeOf });
}

interface GoodsBack {
  readonly items: ItemBody[];
  readonly customerUid: string | null | undefined;
  /** Links the first lines of the new order to those that were sold, and gives them their reasons. */
  link(order: Order): void;
}

interface Returned {
  readonly lines: readonly ReturnLine[];
  /** What the request calls them. */
  readonly field: string;
}

function goodsBack(actor: Actor, body: ReturnBody | ExchangeBody, returned: Returned): GoodsBack {
  const { tenant } = actor;
  const { lines } = returned;
  checkReasons(actor, returned);
  const original = body.originalOrderUid ? tenant.orders.get(body.originalOrderUid) : undefined;
  if (body.originalOrderUid && !original) throw invalidField('originalOrderUid', 'names no order');
  const sold = original ? linesToReturn(actor, original, returned) : undefined;
  // A customer who was deleted since is no reason not to take the goods back.
  const buyer = original?.customerUid && tenant.customers.has(original.customerUid) ? original.customerUid : undefined;
  return {
    items: lines.map((line, index) => returnedItem(line, sold?.[index])),
    customerUid: body.customerUid ?? buyer,
    link: (order) => {
      for (const [index, line] of lines.entries()) {
        const item = order.items[index];
        const link = sold?.[index];
        if (!item) continue;
        item.returnReasonCode = line.reasonCode ?? null;
        if (original && link) {
          item.orderLinks = [{ orderUid: original.orderUid, orderItemUid: link.item.orderItemUid }];
        }
      }
    },
  };
}

function checkReasons({ tenant }: Actor, { lines, field }: Returned): void {
  const errors: FieldError[] = [];
  for (const [index, { reasonCode }] of lines.entries()) {
    if (reasonCode && tenant.reasons.find('code', `RETURN/${reasonCode}`).length === 0) {
      errors.push({ field: `${field}[${index}].reasonCode`, message: 'names no RETURN reason' });
    }
  }
  refuseIfAny(errors);
}

/** A line that was sold, and how much of it was back before. */
interface SoldLine {
  readonly item: OrderItem;
  readonly backBefore: number;
}

/** Finds the sold line behind each returned one, and refuses more than was handed over and is not back yet. */
function linesToReturn({ tenant }: Actor, original: Order, { lines, field }: Returned): SoldLine[] {
  const back = new Map<string, number>();
  for (const earlier of tenant.orders.find('returnOf', original.orderUid)) {
    for (const { orderLinks, quantity } of earlier.items) {
      const link = orderLinks[0];
      if (link) back.set(link.orderItemUid, (back.get(link.orderItemUid) ?? 0) - quantity);
    }
  }
  const errors: FieldError[] = [];
  const found: SoldLine[] = [];
  for (const [index, line] of lines.entries()) {
    const candidates = original.items.filter((item) => item.quantity > 0 && isOf(line, item));
    const backOf = (item: OrderItem): number => back.get(item.orderItemUid) ?? 0;
    // Of several lines with the same article, the first that has enough left.
    const hasEnough = (item: OrderItem): boolean => backOf(item) + line.quantity <= item.quantityDelivered;
    const item = candidates.find(hasEnough) ?? candidates[0];
    if (!item) {
      const name = line.orderItemUid ? 'orderItemUid' : 'sku';
      errors.push({ field: `${field}[${index}].${name}`, message: 'was not sold' });
      continue;
    }
    if (!hasEnough(item)) {
      const message = 'is more than was handed over and is not back yet';
      errors.push({ field: `${field}[${index}].quantity`, message });
    }
    found.push({ item, backBefore: backOf(item) });
    back.set(item.orderItemUid, backOf(item) + line.quantity);
  }
  refuseIfAny(errors);
  return found;
}

function isOf(line: ReturnLine, item: OrderItem): boolean {
  if (line.orderItemUid) return item.orderItemUid === line.orderItemUid;
  return line.productUid ? item.productUid === line.productUid : item.sku === line.sku;
}

/** A line with negative quantity: at the price and discount it was sold for, or at today's price when blind. */
function returnedItem(line: ReturnLine, sold: SoldLine | undefined): ItemBody {
  const { reasonCode: _reason, orderItemUid: _uid, ...rest } = line;
  const quantity = -line.quantity;
  if (!sold) {
    const itemDiscountAmount = line.itemDiscountAmount ? -line.itemDiscountAmount : 0;
    return { ...rest, quantity, itemDiscountAmount };
  }
  const { item, backBefore } = sold;
  const discount = item.itemDiscountAmount + item.orderDiscountShare;
  // Counted from the whole, so that all part returns together give back exactly the discount.
  const backTo = (pieces: number): number => divideRounded(discount * pieces, item.quantity);
  return {
    productUid: item.productUid,
    quantity,
    itemPrice: item.itemPrice,
    itemDiscountAmount: backTo(backBefore) - backTo(backBefore + line.quantity),
    discountReasonCode: item.discountReasonCode,
    name: item.name,
    note: line.note,
  };
}
