import { type MadeUpOrder } from '../shop/made-up-orders';
import { type TillSale } from './made-up-sales';

/** Which sales and web orders a story can be told of. */

export function isAny(): boolean {
  return true;
}

/** Whole pieces at their own price, which is high enough to be halved or paid in parts. */
export function isPlain({ body }: TillSale): boolean {
  const [first] = body.lines;
  return (
    body.orderDiscountAmount === undefined &&
    first !== undefined &&
    first.itemDiscountAmount === undefined &&
    first.quantity % 100 === 0 &&
    (first.itemPrice ?? 0) >= 2_000
  );
}

/** A line can be taken off. */
export function hasSeveralLines(sale: TillSale): boolean {
  return isPlain(sale) && sale.body.lines.length >= 2;
}

/** Something is left after a part has come back. */
export function hasSeveralPieces({ body }: TillSale): boolean {
  return body.lines.length >= 2 || (body.lines[0]?.quantity ?? 0) >= 200;
}

/** Two lines of goods at least: each of them can be handed over, or taken off, by itself. */
export function hasTwoLines({ order }: MadeUpOrder): boolean {
  return order.lines.filter(({ lineItemId }) => /^\d+$/.test(lineItemId)).length >= 2;
}

/** No discount on the whole order: what is left of it would be another amount in each system. */
export function canBeShortened(made: MadeUpOrder): boolean {
  return hasTwoLines(made) && made.order.discounts.length === 0;
}
