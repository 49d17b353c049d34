import { type Assortment } from '../shop/assortment';
import { type MadeUpOrder } from '../shop/made-up-orders';
import { canBeShortened, hasTwoLines, isAny } from './fits';
import {
  clearUp,
  depositPickUp,
  partPickUp,
  type PickUp,
  refusedPickUp,
  restPickUp,
  shortenedPickUp,
  webGoodsBack,
  wholePickUp,
} from './pick-up-visits';
import { type Visit } from './visit';

const WEB_RETURNS = 8;
/** Plain sales between the first part of an order and the rest of it. */
const REST_AFTER = 80;

/** Where the visits of the web shop's customers go. */
export interface PickUpPlan {
  readonly assortments: readonly Assortment[];
  /** Web orders that may be fetched. */
  readonly webOrders: readonly MadeUpOrder[];
  /** Gets the numbers of those that are. */
  readonly reserved: Set<string>;
  /** Positions between which they are fetched: numbers of plain sales. */
  readonly from: number;
  readonly until: number;
  readonly add: (at: number, visit: Visit) => void;
  readonly returnUid: () => string;
}

/** Plans what happens to web orders in the shops. @returns those that nobody fetches */
export function planPickUps(plan: PickUpPlan): readonly MadeUpOrder[] {
  return new PickUpPlanner(plan).make();
}

class PickUpPlanner {
  constructor(private readonly plan: PickUpPlan) {}

  make(): readonly MadeUpOrder[] {
    const collect = this.pickUps('ClickAndCollect');
    const prepaid = this.pickUps('Bopis').slice(2);
    const { from, until } = this.plan;
    const next = spread(from, until - 10, collect.length + prepaid.length);
    for (const pickUp of this.take(collect, 3, canBeShortened)) this.plan.add(next(), shortenedPickUp(pickUp));
    for (const pickUp of this.take(collect, 4, hasTwoLines)) this.addPartAndRest(next(), pickUp, 'card');
    for (const pickUp of this.take(prepaid, 3, hasTwoLines)) this.addPartAndRest(next(), pickUp, 'paid');
    for (const pickUp of this.take(prepaid, 2, hasTwoLines)) this.plan.add(next(), partPickUp(pickUp, 'paid'));
    const whole: PickUp[] = [];
    for (const [index, pickUp] of this.take(collect, 10, isAny).entries()) {
      this.plan.add(next(), wholePickUp(pickUp, index % 2 === 0 ? 'cash' : 'card'));
      whole.push(pickUp);
    }
    for (const pickUp of this.take(prepaid, 8, isAny)) {
      this.plan.add(next(), wholePickUp(pickUp, 'paid'));
      whole.push(pickUp);
    }
    for (const pickUp of this.take(collect, 3, isAny)) this.plan.add(next(), refusedPickUp(pickUp));
    for (const pickUp of this.take(collect, 3, isAny)) this.plan.add(next(), depositPickUp(pickUp));
    const expiring = this.take(collect, 3, isAny).map(({ made }) => made);
    this.plan.add(until - 20, clearUp(this.plan.assortments.map(({ market }) => market)));
    for (const [index, pickUp] of whole.slice(0, WEB_RETURNS).entries()) {
      this.plan.add(until - 5 + index, webGoodsBack(pickUp, this.plan.returnUid()));
    }
    return expiring;
  }

  private addPartAndRest(at: number, pickUp: PickUp, money: 'card' | 'paid'): void {
    this.plan.add(at, partPickUp(pickUp, money));
    this.plan.add(at + REST_AFTER, restPickUp(pickUp));
  }

  private pickUps(orderType: string): PickUp[] {
    return this.plan.webOrders
      .filter(({ order }) => order.orderType === orderType)
      .map((made) => {
        const assortment = this.plan.assortments.find(({ market }) => market.marketId === made.order.marketId);
        if (!assortment) throw new Error(`no market ${made.order.marketId}`);
        return { made, market: assortment.market };
      });
  }

  /** Takes the first ones that fit off the list; they belong to the tills from now on. */
  private take(from: PickUp[], count: number, fits: (made: MadeUpOrder) => boolean): PickUp[] {
    const found = from.filter(({ made }) => fits(made)).slice(0, count);
    if (found.length < count) throw new Error(`only ${found.length} of ${count} web orders fit`);
    for (const pickUp of found) {
      from.splice(from.indexOf(pickUp), 1);
      this.plan.reserved.add(pickUp.made.order.orderNumber);
    }
    return found;
  }
}

/** Gives one position after the other, evenly. */
function spread(from: number, until: number, count: number): () => number {
  let index = 0;
  return () => from + ((until - from) * index++) / count;
}
