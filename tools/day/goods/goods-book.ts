import { type ChainMarket } from '../../../sandbox/chain/types';
import { type ShopPurchase } from '../vendors/flow-goods';

/** Goods that came in without a purchase order of Omnium's, in a store whose stock Omnium keeps. */
export interface RefusedReceipt {
  readonly market: ChainMarket;
  readonly storeUid: string;
  readonly receivementUid: string;
}

/** What was done with goods, as far as the documents of the systems cannot tell it afterwards. */
export class GoodsBook {
  private readonly counts = new Map<string, number>();
  private readonly onPaper = new Map<string, readonly ShopPurchase[]>();
  /** What nobody is told of, by the uid of the receivement: only a sweep finds it. */
  readonly silent = new Map<string, string>();
  /** Refused by rule: the level is left as it is in Omnium. */
  readonly refused: RefusedReceipt[] = [];

  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  /** Notes what the shop has been shown of a purchase order, by Omnium's id: the clerk has printed it. */
  keep(purchaseOrderId: string, orders: readonly ShopPurchase[]): void {
    this.onPaper.set(purchaseOrderId, orders);
  }

  kept(purchaseOrderId: string): readonly ShopPurchase[] | undefined {
    return this.onPaper.get(purchaseOrderId);
  }

  /** What was done so far, and how often, in words; begins anew. */
  takeCounts(): string {
    const often = [...this.counts].sort(([, a], [, b]) => b - a);
    this.counts.clear();
    return often.map(([what, count]) => `${count} × ${what}`).join(', ');
  }
}
