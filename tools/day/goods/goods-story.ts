import { type ChainMarket } from '../../../sandbox/chain/types';
import { type DayPart } from '../tills/till-program';
import { type FlowGoods, type ShopPurchase } from '../vendors/flow-goods';
import { type OmniumBuyer } from '../vendors/omnium-buyer';
import { type GoodsBook } from './goods-book';

/** Where to look for a purchase order in a shop. */
export interface ShopLook {
  readonly market: ChainMarket;
  readonly storeUid: string;
  /** Omnium's id. */
  readonly purchaseOrderId: string;
  /** So many lines it has there, together with its sisters; more than 0. */
  readonly lines: number;
}

/** What steps are taken with. */
export interface GoodsDesk {
  readonly buyer: OmniumBuyer;
  readonly book: GoodsBook;
  readonly flowOf: (market: ChainMarket) => FlowGoods;
  /** Waits until the shop's screen shows a purchase order. */
  readonly shown: (look: ShopLook) => Promise<readonly ShopPurchase[]>;
  /** Milliseconds; ends early with an error when the person stops the day. */
  readonly pause: (ms: number) => Promise<void>;
}

/** Something that somebody does with goods, in Omnium or in a shop. */
export interface GoodsStep {
  readonly part: DayPart;
  /** As it is counted on the screen. */
  readonly what: string;
  readonly run: (desk: GoodsDesk) => Promise<void>;
}

/** Steps that come one after the other: the life of a purchase order, most often. */
export type GoodsStory = readonly GoodsStep[];
