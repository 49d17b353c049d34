import { Decimal } from 'decimal.js';
import { type ChainMarket, type ChainStore } from '../../../sandbox/chain/types';
import { payment, type ShopCustomer, type ShopLine, type ShopOrder, type ShopOrderType } from '../shop/order-document';
import { type OmniumDocument } from '../vendors/omnium-shop';
import { countryCodeOf } from './countries';
import { type Sale } from './sales';

/** The kinds that belong into the tills, dealt to the invoices in turn. */
const TYPES: readonly ShopOrderType[] = ['ClickAndCollect', 'Online', 'Bopis', 'OnlineOrder'];
/** Every so many customers, one is a business. */
const BUSINESS_EVERY = 5;
const GUEST = { isBusiness: false, firstName: 'Guest', lastName: 'Shopper', email: 'guest@example.com' };

/** A market with its stores, as the replay sells there. */
export interface TradeMarket {
  readonly market: ChainMarket;
  readonly stores: readonly ChainStore[];
}

/** The market of a country: its own for the four of the chain, the first one (Norway) for all others. */
export function marketOfCountry<T extends TradeMarket>(markets: readonly T[], country: string): T {
  const market = markets.find((each) => each.market.name === country) ?? markets[0];
  if (!market) throw new Error('the chain has no market');
  return market;
}

/** Customers of the log by their number, in the order of their first sale: every fifth is a business. */
export function customersOf(sales: readonly Sale[]): Map<string, ShopCustomer> {
  const customers = new Map<string, ShopCustomer>();
  for (const { invoice } of sales) {
    const { customerId, country } = invoice;
    if (customerId === undefined || customers.has(customerId)) continue;
    const isBusiness = customers.size % BUSINESS_EVERY === BUSINESS_EVERY - 1;
    customers.set(customerId, { ...customerOf(customerId, isBusiness), ...addressIn(country) });
  }
  return customers;
}

/** The log has numbers only; everything else about a customer is made up from them. */
function customerOf(number: string, isBusiness: boolean): ShopCustomer {
  const customerId = `customer-${safeId(number)}`;
  return {
    customerId,
    isBusiness,
    firstName: 'Customer',
    lastName: `No. ${number}`,
    ...(isBusiness ? { companyName: `Company No. ${number}` } : {}),
    email: `${customerId}@example.com`,
  };
}

/** An address in a country of the log; none where the log's country is none (`Unspecified`). */
function addressIn(country: string): Pick<ShopCustomer, 'address'> {
  const countryCode = countryCodeOf(country);
  if (countryCode === undefined) return {};
  return { address: { street: 'Main Street', streetNumber: '1', postalCode: '1000', city: country, countryCode } };
}

/** A customer as Omnium takes it. */
export function customerDocument(customer: ShopCustomer, market: ChainMarket): OmniumDocument {
  const { customerId, isBusiness, firstName, lastName, companyName, email } = customer;
  const name = isBusiness ? { name: companyName } : { firstName, lastName };
  const group = market.marketGroupId === undefined ? {} : { marketGroupId: market.marketGroupId };
  return { customerId, ...name, email, marketId: market.marketId, ...group };
}

/** What an order is made from. */
export interface TradeOrderInput {
  readonly sale: Sale;
  /** Position among all sales, from 0: decides the kind of order and the store. */
  readonly turn: number;
  readonly orderNumber: string;
  readonly tradeMarket: TradeMarket;
  /** Absent for guests. */
  readonly customer?: ShopCustomer;
}

/** An invoice as a web order. Lines keep their order; each line of the log is a line, also where codes repeat. */
export function tradeOrder({ sale, turn, orderNumber, tradeMarket, customer }: TradeOrderInput): ShopOrder {
  const { market, stores } = tradeMarket;
  const store = stores[Math.floor(turn / TYPES.length) % stores.length];
  const orderType = TYPES[turn % TYPES.length];
  if (!store || !orderType) throw new Error(`market ${market.marketId} has no store`);
  const lines = sale.lines.map(({ stockCode, quantity, unitPrice }, index): ShopLine => ({
    lineItemId: lineIdOf(index),
    code: stockCode,
    quantity,
    placedPrice: unitPrice,
  }));
  const amount = totalOf(sale);
  return {
    orderNumber,
    orderType,
    marketId: market.marketId,
    store,
    warehouseId: market.webWarehouse.warehouseId,
    customer: customer ?? { ...GUEST, ...addressIn(sale.invoice.country) },
    lines,
    discounts: [],
    shippingPrice: 0,
    payments:
      orderType === 'Bopis' && amount > 0 ? [payment(orderNumber, 'Capture', { method: 'Klarna', amount })] : [],
    tags: ['trading-log'],
  };
}

/** Id of a line, by its position in the sale. */
export function lineIdOf(index: number): string {
  return String(index + 1);
}

/** What the customer pays: the lines are added up exactly and rounded once. */
export function totalOf({ lines }: Sale): number {
  const total = lines.reduce((sum, line) => sum.plus(new Decimal(line.quantity).times(line.unitPrice)), new Decimal(0));
  return total.toDecimalPlaces(2, Decimal.ROUND_HALF_UP).toNumber();
}

/** Ids with nothing but letters, digits and underscores, still different for different texts. */
export function safeId(text: string): string {
  return text.replace(/[^A-Za-z0-9]/gu, (character) => `_${(character.codePointAt(0) ?? 0).toString(16)}_`);
}
