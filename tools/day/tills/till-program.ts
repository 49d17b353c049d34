import { flowUidOf } from '../../../sandbox/chain/build-chain';
import { type ChainMarket } from '../../../sandbox/chain/types';
import { type Assortment } from '../shop/assortment';
import { type MadeUpOrder } from '../shop/made-up-orders';
import {
  blindReturn,
  downPayment,
  exchange,
  type ExchangeDifference,
  goodsBack,
  type ParkedEnd,
  parkedSale,
  sale,
} from './counter-visits';
import { forget, knownUids, moveHouse, newCustomer, writeDown } from './customer-visits';
import { hasSeveralLines, hasSeveralPieces, isAny, isPlain } from './fits';
import { madeUpSales, type TillSale } from './made-up-sales';
import { planPickUps } from './pick-up-program';
import { type Visit } from './visit';

/** The parts of the day, in order. */
export type DayPart = 'morning' | 'outage' | 'lostAnswers' | 'afternoon';

/** How many plain sales each part brings. */
const SALES: Readonly<Record<DayPart, number>> = { morning: 160, outage: 120, lostAnswers: 130, afternoon: 100 };
const PARTS: readonly DayPart[] = ['morning', 'outage', 'lostAnswers', 'afternoon'];
const ALL_SALES = Object.values(SALES).reduce((sum, count) => sum + count, 0);
/** Sales with a story of their own, chosen from more than are needed. */
const SPARE_SALES = 240;
/** Returns at the counter, of each kind in turn. */
const COUNTER_RETURNS = 64;
type ReturnKind = 'whole' | 'part' | 'twice' | 'elsewhere' | 'blind' | ExchangeDifference;
const FITS: Readonly<Record<ReturnKind, (sale: TillSale) => boolean>> = {
  whole: isAny,
  part: isAny,
  twice: hasSeveralPieces,
  elsewhere: isAny,
  blind: isAny,
  'to pay': isPlain,
  none: isPlain,
  'to give back': isPlain,
};
const RETURN_KINDS: readonly ReturnKind[] = [
  'whole',
  'to pay',
  'part',
  'none',
  'twice',
  'to give back',
  'elsewhere',
  'blind',
];
const NEW_CUSTOMERS = 28;
const DOWN_PAYMENTS = 8;
/** Visits between a sale and what comes back of it: some at once, others when everything is long in Omnium. */
const GAPS = [3, 25, 60, 110];

const PARKED: readonly (readonly [ParkedEnd, number])[] = [
  ['sold later', 8],
  ['cancelled', 8],
  ['line removed, then sold', 6],
  ['deposit, then sold', 6],
  ['left', 4],
  ['expired', 4],
];

/** What the program is made from. */
export interface ProgramInput {
  readonly assortments: readonly Assortment[];
  readonly prefix: string;
  /** SKU of a service: what a down payment is rung up as. */
  readonly serviceSku: string;
  /** Web orders that are in their stores before the outage. */
  readonly webOrders: readonly MadeUpOrder[];
}

/** Everything that happens at the tills in a day. */
export interface TillProgram {
  readonly visits: Readonly<Record<DayPart, readonly Visit[]>>;
  /** Numbers of the web orders that belong to the tills: nobody changes them in the web shop. */
  readonly reserved: ReadonlySet<string>;
  /** Web orders that nobody fetches: their deadline passes. */
  readonly expiring: readonly MadeUpOrder[];
}

/** Makes the program of a day. The same input gives the same program. */
export function tillProgram(input: ProgramInput): TillProgram {
  const maker = new ProgramMaker(input);
  return maker.make();
}

interface Timed {
  /** Number of plain sales before it. */
  readonly at: number;
  readonly visit: Visit;
}

class ProgramMaker {
  private readonly timed: Timed[] = [];
  private readonly sales: readonly TillSale[];
  private readonly spare: TillSale[];
  private readonly taken = new Set<TillSale>();
  private readonly reserved = new Set<string>();
  private returns = 0;

  constructor(private readonly input: ProgramInput) {
    const sales = madeUpSales(input.assortments, input.prefix, ALL_SALES + SPARE_SALES);
    this.sales = sales.slice(0, ALL_SALES);
    this.spare = sales.slice(ALL_SALES);
  }

  make(): TillProgram {
    for (const [at, each] of this.sales.entries()) this.add(at, sale(each));
    this.planReturns();
    this.planParked();
    this.planDownPayments();
    this.planCustomers();
    const { assortments, webOrders } = this.input;
    const expiring = planPickUps({
      ...{ assortments, webOrders, reserved: this.reserved },
      from: startOf('lostAnswers') + 5,
      until: ALL_SALES,
      add: (at, visit) => this.add(at, visit),
      returnUid: () => this.returnUid(),
    });
    this.timed.sort((a, b) => a.at - b.at);
    return { visits: this.byPart(), reserved: this.reserved, expiring };
  }

  private byPart(): Record<DayPart, Visit[]> {
    const visits: Record<DayPart, Visit[]> = { morning: [], outage: [], lostAnswers: [], afternoon: [] };
    for (const { at, visit } of this.timed) visits[partAt(at)].push(visit);
    return visits;
  }

  private add(at: number, visit: Visit): void {
    this.timed.push({ at, visit });
  }

  private returnUid(): string {
    this.returns += 1;
    return `${this.input.prefix}R${String(this.returns).padStart(3, '0')}`;
  }

  /** A plain sale at or after a position that fits and of which nothing comes back yet. */
  private saleFrom(from: number, fits: (sale: TillSale) => boolean): { of: TillSale; at: number } {
    for (let step = 0; step < this.sales.length; step += 1) {
      const at = (from + step) % this.sales.length;
      const of = this.sales[at];
      if (of && !this.taken.has(of) && fits(of)) {
        this.taken.add(of);
        return { of, at };
      }
    }
    throw new Error('no sale is left that fits');
  }

  private planReturns(): void {
    const step = Math.floor((ALL_SALES - 60) / COUNTER_RETURNS);
    for (let index = 0; index < COUNTER_RETURNS; index += 1) {
      const kind = RETURN_KINDS[(index + Math.floor(index / RETURN_KINDS.length)) % RETURN_KINDS.length] ?? 'whole';
      const { of, at } = this.saleFrom(index * step, FITS[kind]);
      const gap = GAPS[index % GAPS.length] ?? 3;
      // Not after the doors have closed.
      const later = Math.min(at + gap, ALL_SALES + at / 1_000);
      for (const [turn, visit] of this.returnVisits(kind, of, index % 3 === 0).entries())
        this.add(later + turn * 15, visit);
    }
  }

  private returnVisits(kind: ReturnKind, of: TillSale, inCash: boolean): Visit[] {
    switch (kind) {
      case 'whole':
        return [goodsBack({ of, orderUid: this.returnUid(), inCash })];
      case 'part':
        return [goodsBack({ of, orderUid: this.returnUid(), isPartOnly: true, inCash })];
      case 'twice':
        return [
          goodsBack({ of, orderUid: this.returnUid(), isPartOnly: true }),
          goodsBack({ of, orderUid: this.returnUid(), inCash }),
        ];
      case 'elsewhere':
        return [goodsBack({ of, orderUid: this.returnUid(), storeUid: this.otherStore(of), inCash })];
      case 'blind':
        return [blindReturn(of, this.returnUid())];
      default:
        return [exchange(of, kind)];
    }
  }

  private otherStore({ market, storeUid }: TillSale): string {
    const stores = this.assortmentOf(market).stores.map(({ storeId }) => flowUidOf(storeId));
    return stores.find((uid) => uid !== storeUid) ?? storeUid;
  }

  private planParked(): void {
    const ends = PARKED.flatMap(([end, count]) => Array.from({ length: count }, () => end));
    for (const [index, end] of ends.entries()) {
      // 36 and 7 have no divisor in common: each kind of end is spread over the day.
      const at = 15 + ((index * 7) % ends.length) * 12;
      this.add(at, parkedSale(this.spareSale(end.startsWith('line') ? hasSeveralLines : isPlain), end));
    }
  }

  private planDownPayments(): void {
    for (let index = 0; index < DOWN_PAYMENTS; index += 1)
      this.add(40 + index * 45, downPayment(this.spareSale(isAny), this.input.serviceSku));
  }

  private spareSale(fits: (sale: TillSale) => boolean): TillSale {
    const index = this.spare.findIndex(fits);
    const [found] = index < 0 ? [] : this.spare.splice(index, 1);
    if (!found) throw new Error('no spare sale fits');
    return found;
  }

  private planCustomers(): void {
    const { assortments, prefix } = this.input;
    for (let index = 0; index < NEW_CUSTOMERS; index += 1) {
      const assortment = assortments[index % assortments.length];
      const store = assortment?.stores[index % assortment.stores.length];
      if (!assortment || !store) continue;
      const at = { market: assortment.market, storeUid: flowUidOf(store.storeId) };
      const customer = newCustomer(at, prefix, index);
      const { customerUid } = customer.body;
      this.add(5 + index * 5, writeDown(customer));
      if (index % 2 === 0) this.add(200 + index * 3, this.saleTo(customerUid, at.market));
      if (index >= 8 && index < 12) this.add(310 + index, moveHouse(at, customerUid, index));
      if (index < 4) this.add(430 + index * 5, forget(customer));
      const known = knownUids(index % 3 === 2 ? assortment.businessCustomers : assortment.privateCustomers);
      const uid = known[index % known.length];
      if (index < 12 && uid !== undefined) this.add(170 + index * 12, moveHouse(at, uid, 100 + index));
    }
  }

  private saleTo(customerUid: string, market: ChainMarket): Visit {
    const found = this.spareSale((each) => each.market === market && isPlain(each));
    return sale({ ...found, body: { ...found.body, customerUid } });
  }

  private assortmentOf(market: ChainMarket): Assortment {
    const assortment = this.input.assortments.find((each) => each.market === market);
    if (!assortment) throw new Error(`no market ${market.marketId}`);
    return assortment;
  }
}

function startOf(part: DayPart): number {
  return PARTS.slice(0, PARTS.indexOf(part)).reduce((sum, each) => sum + SALES[each], 0);
}

function partAt(at: number): DayPart {
  return PARTS.findLast((part) => at >= startOf(part)) ?? 'morning';
}
