import { type SeededRandom, seededRandom } from '../../../sandbox/chain/seeded-random';
import { type ChainCustomer } from '../../../sandbox/chain/types';
import { type OmniumDocument } from '../vendors/omnium-shop';
import { type Assortment, type ShopArticle } from './assortment';
import {
  isCollected,
  payment,
  type ShopCustomer,
  type ShopLine,
  type ShopOrder,
  type ShopOrderType,
} from './order-document';

/** An order of the made-up day, and what the shop does with it right after the check-out. */
export interface MadeUpOrder {
  readonly order: ShopOrder;
  /** Takes the money as soon as Omnium has the order: the payment method's name. */
  readonly payWith?: string;
}

/** Dealt in turn, so that each market gets each type; every fiftieth order is of a type the tills do not know. */
const TYPES: readonly ShopOrderType[] = [
  'ClickAndCollect',
  'Online',
  'Bopis',
  'OnlineOrder',
  'ClickAndCollect',
  'Online',
];
const FOREIGN_TYPES: readonly ShopOrderType[] = ['ShipFromStore', 'PreOrder'];
/** Two that Flow knows by their Omnium name, and one that it does not. */
const PAYMENT_METHODS = ['Klarna', 'Vipps', 'Gift card'];
const LINE_COUNTS = [1, 1, 2, 2, 3, 3, 4, 5, 7, 12];
const FRACTIONS = [0.5, 1.25, 2.5, 3.75];

/** Makes the orders of a day. The same assortments, prefix and count give the same orders. */
export function madeUpOrders(assortments: readonly Assortment[], prefix: string, count: number): MadeUpOrder[] {
  const random = seededRandom([...prefix].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7));
  return Array.from({ length: count }, (_, index) => {
    const assortment = assortments[index % assortments.length];
    if (!assortment) throw new Error('the chain has no market');
    return new OrderMaker(assortment, index, random).make(orderNumberOf(prefix, index));
  });
}

/** Number of the n-th order (from 0) of a day. */
export function orderNumberOf(prefix: string, index: number): string {
  return `${prefix}-${String(index + 1).padStart(4, '0')}`;
}

/** One order; `index` decides which features it has, so that every feature meets every type and market. */
class OrderMaker {
  /** Counts the orders of one market. */
  private readonly turn: number;

  constructor(
    private readonly assortment: Assortment,
    private readonly index: number,
    private readonly random: SeededRandom,
  ) {
    this.turn = Math.floor(index / 4);
  }

  make(orderNumber: string): MadeUpOrder {
    const orderType = this.orderType();
    const lines = [...this.goods(), ...this.package(), ...this.gift()];
    const { market, stores, shippingCents } = this.assortment;
    const collected = isCollected(orderType);
    const method = PAYMENT_METHODS[this.turn % PAYMENT_METHODS.length] ?? 'Klarna';
    const isPrepaid = orderType === 'Bopis' || (!collected && this.index % 3 === 0);
    const promise = payment(orderNumber, 'Authorization', { method, amount: priceOf(lines) });
    const order: ShopOrder = {
      orderNumber,
      orderType,
      marketId: market.marketId,
      store: this.random.pick(stores),
      warehouseId: market.webWarehouse.warehouseId,
      customer: this.customer(),
      lines,
      discounts: [...this.orderDiscounts(), ...(collected ? [] : this.shippingDiscounts())],
      shippingPrice: collected ? 0 : shippingCents / 100,
      payments: !collected && !isPrepaid ? [promise] : [],
      tags: ['trading-day'],
    };
    return { order, ...(isPrepaid ? { payWith: method } : {}) };
  }

  private orderType(): ShopOrderType {
    const foreign = FOREIGN_TYPES[Math.floor(this.index / 50) % FOREIGN_TYPES.length];
    if (this.index % 50 === 49 && foreign) return foreign;
    return TYPES[this.turn % TYPES.length] ?? 'Online';
  }

  private goods(): ShopLine[] {
    const count = this.index % 29 === 17 ? 30 : this.random.pick(LINE_COUNTS);
    const articles = new Map<string, ShopArticle>();
    while (articles.size < Math.min(count, this.assortment.articles.length)) {
      const article = this.random.pick(this.assortment.articles);
      articles.set(article.sku, article);
    }
    return [...articles.values()].map((article, position) => this.goodsLine(article, position));
  }

  private goodsLine(article: ShopArticle, position: number): ShopLine {
    const isFirst = position === 0;
    const quantity = isFirst && this.index % 11 === 3 ? this.random.pick(FRACTIONS) : this.random.int(1, 4);
    const grossCents = Math.round(article.unitCents * quantity);
    const percent = {
      discountName: '20 % off',
      discountSource: 'Campaign',
      rewardType: 'Percentage',
      discountValue: 20,
    };
    return {
      ...line(String(position + 1), article, quantity),
      ...(isFirst && this.index % 5 === 1 ? { discounted: Math.round(grossCents * 0.15) / 100 } : {}),
      ...(isFirst && this.index % 10 === 4 ? { orderLineDiscounts: [percent] } : {}),
    };
  }

  /** A package as the shop sells it: its own line with the price, and one line for each part. */
  private package(): ShopLine[] {
    if (this.index % 6 !== 2 || this.assortment.packages.length === 0) return [];
    const article = this.random.pick(this.assortment.packages);
    const pieces = this.random.int(1, 2);
    const parts = article.components.map(({ sku, quantity }, position) => ({
      lineItemId: `P-${position + 1}`,
      code: sku,
      quantity: quantity * pieces,
      placedPrice: 0,
      packageLineItemId: 'P',
      packageSkuId: article.sku,
    }));
    return [line('P', article, pieces), ...parts];
  }

  private gift(): ShopLine[] {
    if (this.index % 13 !== 5) return [];
    const article = this.random.pick(this.assortment.articles);
    return [{ ...line('G', article, 1), placedPrice: 0 }];
  }

  private orderDiscounts(): OmniumDocument[] {
    const discount = { discountType: 'Order', discountSource: 'Campaign' };
    if (this.index % 7 === 2)
      return [{ ...discount, discountName: 'Voucher', rewardType: 'Money', discountValue: 3.33 }];
    if (this.index % 7 === 5)
      return [{ ...discount, discountName: 'Club price', rewardType: 'Percentage', discountValue: 12.5 }];
    return [];
  }

  private shippingDiscounts(): OmniumDocument[] {
    const discount = { discountType: 'Shipping', discountSource: 'Campaign' };
    if (this.index % 9 === 4) return [{ ...discount, discountName: 'Free shipping', rewardType: 'Free' }];
    if (this.index % 9 === 7)
      return [{ ...discount, discountName: 'Cheap shipping', rewardType: 'Money', discountValue: 2.5 }];
    return [];
  }

  private customer(): ShopCustomer {
    const { privateCustomers, businessCustomers, market } = this.assortment;
    if (this.turn % 4 === 3) {
      const guest = { firstName: 'Gjest', lastName: `Nr${this.index}`, email: `guest${this.index}@example.net` };
      return { ...guest, isBusiness: false, address: market.organization.address };
    }
    const isBusiness = this.turn % 7 === 6 && businessCustomers.length > 0;
    return shopCustomerOf(this.random.pick(isBusiness ? businessCustomers : privateCustomers));
  }
}

/** A customer of the chain as an order names them. */
function shopCustomerOf(customer: ChainCustomer): ShopCustomer {
  const { customerId, kind, firstName, lastName, companyName, email, phone, address } = customer;
  const company = companyName === undefined ? {} : { companyName };
  return { customerId, isBusiness: kind === 'business', firstName, lastName, ...company, email, phone, address };
}

function line(lineItemId: string, { sku, unitCents, taxRate }: ShopArticle, quantity: number): ShopLine {
  return { lineItemId, code: sku, quantity, placedPrice: unitCents / 100, taxRate };
}

/** Price of the lines before order discounts: what a shop asks the bank to promise. */
function priceOf(lines: readonly ShopLine[]): number {
  const cents = lines.reduce(
    (sum, { quantity, placedPrice, discounted = 0 }) => sum + Math.round((quantity * placedPrice - discounted) * 100),
    0,
  );
  return cents / 100;
}
