import { flowUidOf } from '../../../sandbox/chain/build-chain';
import { type SeededRandom, seededRandom } from '../../../sandbox/chain/seeded-random';
import { type ChainCustomer, type ChainMarket, type ChainStore } from '../../../sandbox/chain/types';
import { type Assortment, type ShopArticle } from '../shop/assortment';
import { type RungUpLine, type TillPayment, type TillSaleBody } from '../vendors/flow-tills';

/** A sale at a till, and where it takes place. */
export interface TillSale {
  readonly market: ChainMarket;
  readonly storeUid: string;
  readonly body: TillSaleBody;
  /** In cents, before cash rounding. */
  readonly totalCents: number;
}

/** Articles on the shop floor: few enough that one delivery in the morning lasts the day. */
const FLOOR_ARTICLES = 40;

const LINE_COUNTS = [1, 1, 1, 2, 2, 3, 4];
const MANY_LINES = 18;
/** Hundredths of a piece: cloth by the metre, nuts by weight. */
const PART_QUANTITIES = [50, 125, 275, 333];
const WHOLE = 100;

/** The articles of a market that its shops sell over the counter. */
export function floorArticles({ articles }: Pick<Assortment, 'articles'>): readonly ShopArticle[] {
  // Spread over the whole catalogue, so that all VAT rates are among them.
  const step = Math.max(1, Math.floor(articles.length / FLOOR_ARTICLES));
  return articles.filter((_, index) => index % step === 0).slice(0, FLOOR_ARTICLES);
}

/** Flow's uid of the n-th till order (from 0) of a day. */
function tillOrderUid(prefix: string, index: number): string {
  return `${prefix}T${String(index + 1).padStart(4, '0')}`;
}

/** Makes the sales of a day, market by market and store by store in turn. The same arguments give the same sales. */
export function madeUpSales(assortments: readonly Assortment[], prefix: string, count: number): TillSale[] {
  const random = seededRandom([...prefix].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 11));
  const floors = assortments.map(floorArticles);
  return Array.from({ length: count }, (_, index) => {
    const assortment = assortments[index % assortments.length];
    const floor = floors[index % assortments.length];
    if (!assortment || !floor) throw new Error('the chain has no market');
    const turn = Math.floor(index / assortments.length);
    return new SaleMaker({ assortment, floor, turn, random }).make(tillOrderUid(prefix, index));
  });
}

interface SaleInput {
  readonly assortment: Assortment;
  readonly floor: readonly ShopArticle[];
  /** Counts the sales of one market; decides which features a sale has. */
  readonly turn: number;
  readonly random: SeededRandom;
}

class SaleMaker {
  constructor(private readonly input: SaleInput) {}

  make(orderUid: string): TillSale {
    const { assortment, turn } = this.input;
    const lines = [...this.goods(), ...this.package(), ...this.gift()];
    const linesCents = lines.reduce((sum, line) => sum + lineCents(line), 0);
    const orderDiscountAmount = turn % 6 === 4 ? Math.floor(linesCents * 0.07) : 0;
    const totalCents = linesCents - orderDiscountAmount;
    const customerUid = this.customerUid();
    const body: TillSaleBody = {
      orderUid,
      lines,
      ...(orderDiscountAmount > 0 ? { orderDiscountAmount } : {}),
      ...(customerUid === undefined ? {} : { customerUid }),
      payments: this.payments(totalCents),
    };
    return { market: assortment.market, storeUid: flowUidOf(this.store().storeId), body, totalCents };
  }

  private store(): ChainStore {
    const { assortment, turn } = this.input;
    const store = assortment.stores[turn % assortment.stores.length];
    if (!store) throw new Error(`market ${assortment.market.marketId} has no store`);
    return store;
  }

  private goods(): RungUpLine[] {
    const { turn, random, floor } = this.input;
    const count = turn % 40 === 39 ? MANY_LINES : random.pick(LINE_COUNTS);
    const articles = new Map<string, ShopArticle>();
    while (articles.size < Math.min(count, floor.length)) {
      const article = random.pick(floor);
      articles.set(article.sku, article);
    }
    return [...articles.values()].map((article, position) => this.goodsLine(article, position === 0));
  }

  private goodsLine(article: ShopArticle, isFirst: boolean): RungUpLine {
    const { turn, random } = this.input;
    const quantity = isFirst && turn % 9 === 3 ? random.pick(PART_QUANTITIES) : random.int(1, 3) * WHOLE;
    const line = { sku: article.sku, quantity, itemPrice: article.unitCents };
    if (!isFirst || turn % 5 !== 1) return line;
    const itemDiscountAmount = Math.floor(lineCents(line) * 0.15);
    return itemDiscountAmount > 0 ? { ...line, itemDiscountAmount, discountReasonCode: 'STAFF' } : line;
  }

  private package(): RungUpLine[] {
    const { assortment, turn, random } = this.input;
    if (turn % 7 !== 2 || assortment.packages.length === 0) return [];
    const { sku, unitCents } = random.pick(assortment.packages);
    return [{ sku, quantity: WHOLE, itemPrice: unitCents }];
  }

  /** Rung up for nothing, as gifts and bags are. */
  private gift(): RungUpLine[] {
    const { turn, random, floor } = this.input;
    return turn % 11 === 5 ? [{ sku: random.pick(floor).sku, quantity: WHOLE, itemPrice: 0 }] : [];
  }

  private customerUid(): string | undefined {
    const { assortment, turn, random } = this.input;
    if (turn % 3 !== 0) return undefined;
    const isKnown = ({ knownInTills }: ChainCustomer): boolean => knownInTills;
    const companies = turn % 9 === 0 ? assortment.businessCustomers.filter(isKnown) : [];
    const known = companies.length > 0 ? companies : assortment.privateCustomers.filter(isKnown);
    return known.length === 0 ? undefined : flowUidOf(random.pick(known).customerId);
  }

  /** Cash (which the country rounds), card, a card and then cash, two cards. */
  private payments(totalCents: number): TillPayment[] {
    const { turn } = this.input;
    const firstPart = Math.floor(totalCents / 200) * 100;
    if (turn % 4 === 0 || firstPart <= 0) return [{ settlementCode: turn % 4 === 1 ? 'CARD' : 'CASH' }];
    if (turn % 4 === 1) return [{ settlementCode: 'CARD' }];
    const first: TillPayment = { settlementCode: 'CARD', amount: firstPart };
    const rest = totalCents - firstPart;
    return turn % 4 === 2 ? [first, { settlementCode: 'CASH' }] : [first, { settlementCode: 'CARD', amount: rest }];
  }
}

/** What a line costs after its discount, rounded half away from zero as tills do. */
export function lineCents({ itemPrice = 0, quantity, itemDiscountAmount = 0 }: RungUpLine): number {
  return Math.floor((itemPrice * quantity * 2 + 100) / 200) - itemDiscountAmount;
}
