import { stripToUid } from '../../src/domain/uid';
import type { VendorUrls } from '../rig/services';
import { type OrderInFlow, type RungUpLine, type TillPlace, Tills } from '../vendors/tills';
import { type OrderInOmnium, type PlacedOrder, TENANT_UID, type WebShop } from '../vendors/web-shop';

/** Flow tenant whose receipts go to Omnium, and its store; those of {@link TENANT_UID} do not. */
export const RECEIPT_TENANT_UID = 'flow_se';
const PLACE: TillPlace = { tenantUid: TENANT_UID, storeUid: 'oslocity' };
const RECEIPT_PLACE: TillPlace = { tenantUid: RECEIPT_TENANT_UID, storeUid: 'stockholmnorr' };

/** What can happen at a till, each another way to Omnium. */
export type TradeKind =
  | 'sale'
  | 'sale-with-customer'
  | 'sale-with-new-customer'
  | 'sale-with-receipt'
  | 'hand-over'
  | 'hand-over-of-other-number'
  | 'part-hand-over'
  | 'cancellation'
  | 'return'
  | 'exchange'
  | 'blind-return';

/** Something that has happened at a till and that nobody has told the integration of. */
export interface Trade {
  readonly kind: TradeKind;
  readonly place: TillPlace;
  /** The order of Flow that changed: what a webhook names. */
  readonly orderUid: string;
  /** Number of the order in Omnium that has to change. */
  readonly orderNumber: string;
  /** Order and receipt, line and payment uids, in an order that is the same for all trades of the kind. */
  readonly names: readonly string[];
  readonly receiptUid: string | undefined;
  /** What the order has to be worth in Omnium, or the return on it, in cents; undefined where nothing is sold or given back. */
  readonly cents: number | undefined;
}

/** Brings over to the other system what comes before a trade: the sale of what is returned, the web order that is fetched. */
export interface Carrier {
  carrySale(sale: Trade): Promise<void>;
  carryWebOrder(order: PlacedOrder): Promise<void>;
}

/** Makes trades, with everything that has to come before them. */
export class Trades {
  private readonly tills: Tills;
  private readonly receiptTills: Tills;

  constructor(
    vendors: VendorUrls,
    private readonly shop: WebShop,
    private readonly carrier: Carrier,
  ) {
    this.tills = new Tills(vendors, PLACE);
    this.receiptTills = new Tills(vendors, RECEIPT_PLACE);
  }

  /** Fills the shelves of both shops. */
  async stockUp(): Promise<void> {
    const skus = [0, 1, 2, 3].map((index) => this.line(index).sku);
    await Promise.all([this.tills, this.receiptTills].map((tills) => tills.stockUp(skus)));
  }

  async make(kind: TradeKind): Promise<Trade> {
    const { tills, lines } = this;
    switch (kind) {
      case 'sale':
        return ofTill(kind, tills, await tills.sell(lines));
      case 'sale-with-customer':
        return ofTill(kind, tills, await tills.sell(lines, stripToUid(this.shop.customerId)));
      case 'sale-with-new-customer':
        return ofTill(kind, tills, await tills.sell(lines, await tills.newCustomer()));
      case 'sale-with-receipt':
        return ofTill(kind, this.receiptTills, await this.receiptTills.sell(lines));
      case 'blind-return':
        return ofTill(kind, tills, await tills.takeBack(this.line(0)));
      case 'return':
      case 'exchange':
        return await this.goodsBack(kind);
      default:
        return await this.webOrder(kind);
    }
  }

  private async goodsBack(kind: 'return' | 'exchange'): Promise<Trade> {
    const { tills } = this;
    const sale = await tills.sell(this.lines);
    await this.carrier.carrySale(ofTill('sale', tills, sale));
    const first = this.line(0);
    const back =
      kind === 'return' ? await tills.takeBack(first, sale) : await tills.exchange(sale, first, this.line(3));
    const names = [...namesOf(sale), ...namesOf(back)];
    return { ...ofTill(kind, tills, back), orderNumber: sale.orderUid, names, cents: first.itemPrice };
  }

  private async webOrder(
    kind: 'hand-over' | 'hand-over-of-other-number' | 'part-hand-over' | 'cancellation',
  ): Promise<Trade> {
    const ending = kind === 'hand-over-of-other-number' ? 'N-' : 'N';
    const [placed] = await this.shop.place(1, 'ClickAndCollect', ending);
    if (!placed) throw new Error('no order was placed');
    await this.carrier.carryWebOrder(placed);
    const { tills } = this;
    const about = { orderUid: stripToUid(placed.orderNumber) };
    const order =
      kind === 'cancellation' ? await tills.cancel(about) : await tills.handOver(about, kind === 'part-hand-over');
    return { ...ofTill(kind, tills, order), orderNumber: placed.orderNumber, cents: undefined };
  }

  /** Three lines, one of them discounted, as the web orders have. */
  private get lines(): RungUpLine[] {
    return [0, 1, 2].map((index) => this.line(index));
  }

  private line(index: number): RungUpLine {
    const itemPrice = 9_950 + 100 * index;
    const sku = this.shop.sku((index + 1) * 7);
    return { sku, quantity: 100 * (index + 1), itemPrice, ...(index === 1 && { itemDiscountAmount: 2_000 }) };
  }
}

/** Whether Omnium has what happened. A sale's worth and a refund must be equal to the cent. */
export function isInOmnium({ kind, orderUid, cents }: Trade, order: OrderInOmnium): boolean {
  const isWorth = (amount: number | undefined): boolean => amount !== undefined && Math.round(amount * 100) === cents;
  if (kind === 'cancellation') return order.status === 'OrderCanceled';
  if (kind === 'hand-over' || kind === 'hand-over-of-other-number') return order.status === 'Completed';
  if (kind === 'part-hand-over') return order.status !== 'Completed';
  if (kind === 'return' || kind === 'exchange') {
    return order.returnOrderForms?.some(({ rmaNumber, total }) => rmaNumber === orderUid && isWorth(total)) === true;
  }
  return isWorth(order.orderForm.total);
}

function ofTill(kind: TradeKind, { place }: Tills, order: OrderInFlow): Trade {
  const { orderUid, orderTotals } = order;
  const receiptUid = order.settlements[0]?.orderReceiptUid ?? undefined;
  return {
    kind,
    place,
    orderUid,
    orderNumber: orderUid,
    names: namesOf(order),
    receiptUid,
    cents: orderTotals.totalAmount,
  };
}

function namesOf({ orderUid, items, settlements }: OrderInFlow): string[] {
  return [
    orderUid,
    ...items.map(({ orderItemUid }) => orderItemUid),
    ...settlements
      .flatMap(({ settlementUid, orderReceiptUid }) => [settlementUid, orderReceiptUid ?? ''])
      .filter(Boolean),
  ];
}
