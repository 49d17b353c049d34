import { type ChainStore } from '../../../sandbox/chain/types';
import { type MarketGoods } from './goods-plan';
import { type BoughtArticle } from './goods-articles';
import { type GoodsStory } from './goods-story';
import { type BoughtLine, dayFromNow, lineDocument, type Purchase } from './purchase';
import { piecesOf, PurchaseSteps } from './purchase-steps';

/** Somebody has an order open on the screen for this long. */
const LOCKED_SECONDS = 12;
const LOOK_EVERY_MS = 1_500;
/** A supplier that the shops have never heard of. */
const NEW_SUPPLIER = 'sup-107';
const SUPPLIERS = ['sup-100', 'sup-101', 'sup-102', 'sup-106'];

/** The lives of the purchase orders of one market, from the buyer's screen to the shelf. */
export class PurchaseStories {
  private readonly steps: PurchaseSteps;
  private readonly first: ChainStore;
  private readonly second: ChainStore;
  private readonly third: ChainStore;
  private orders = 0;

  constructor(private readonly goods: MarketGoods) {
    const { chain, market } = goods;
    const [first, second, third] = chain.stores.filter(({ marketId }) => marketId === market.marketId);
    if (!first || !second || !third) throw new Error(`market ${market.marketId} has fewer than three stores`);
    [this.first, this.second, this.third] = [first, second, third];
    this.steps = new PurchaseSteps(goods);
  }

  all(): GoodsStory[] {
    return [
      this.locked(),
      this.receivedWhole(),
      this.split(),
      this.receivedInParts(),
      this.receivedTooMuch(),
      this.receivedTooLittle(),
      this.withSerialNumbers(),
      this.forSeveralStores(),
      this.withPackage(),
      this.changed(),
      this.cancelled(),
    ];
  }

  private receivedWhole(): GoodsStory {
    const { steps, first: store } = this;
    const purchase = this.purchase(store, [12, 6, 20]);
    return [
      ...steps.ordered(purchase),
      steps.seen(purchase, store),
      steps.received({ part: 'outage', what: 'received in full', purchase, store }),
    ];
  }

  /** The lorry brings a part today and the rest another time. */
  private receivedInParts(): GoodsStory {
    const { steps, second: store } = this;
    const purchase = this.purchase(store, [10, 8]);
    const [one, two] = purchase.lines;
    if (!one || !two) return [];
    const of = { purchase, store };
    if (!steps.isByDelivery) {
      const pieces = piecesOf(purchase.lines, ({ pieces }, index) => (index === 0 ? 4 : pieces));
      return [
        ...steps.ordered(purchase),
        steps.received({ ...of, part: 'lostAnswers', what: 'received in part', turn: 1, pieces, isPart: true }),
        steps.received({ ...of, part: 'afternoon', what: 'rest received', turn: 2 }),
      ];
    }
    const today = [{ lineItemId: one.lineItemId, quantity: 4 }, { lineItemId: two.lineItemId }];
    const pieces = new Map([[one.sku, 6]]);
    return [
      ...steps.ordered(purchase, today),
      steps.received({ ...of, part: 'lostAnswers', what: 'delivery received', turn: 1 }),
      steps.step('afternoon', 'second delivery announced', ({ buyer }) =>
        buyer.deliverRest(purchase.id, `${purchase.id}-B`),
      ),
      steps.received({ ...of, part: 'afternoon', what: 'second delivery received', turn: 2, lines: 3, pieces }),
    ];
  }

  private receivedTooMuch(): GoodsStory {
    const { steps, third: store } = this;
    const purchase = this.purchase(store, [5, 7]);
    const pieces = piecesOf(purchase.lines, (line, index) => line.pieces + (index === 0 ? 2 : 0));
    const what = 'more received than ordered';
    return [...steps.ordered(purchase), steps.received({ part: 'lostAnswers', what, purchase, store, pieces })];
  }

  /** The shop waits no longer, and the buyer cancels what did not come. */
  private receivedTooLittle(): GoodsStory {
    const { steps, second: store } = this;
    const purchase = this.purchase(store, [9, 5]);
    const pieces = piecesOf(purchase.lines, (line, index) => line.pieces - (index === 1 ? 2 : 0));
    const of = { purchase, store, pieces, isPart: true };
    const closed = steps.step('afternoon', 'closed by the shop', async (desk) => {
      const look = steps.lookOf(purchase, store);
      for (const { purchaseOrderUid } of await desk.shown(look))
        await desk.flowOf(purchase.market).setStatus(look.storeUid, purchaseOrderUid, 'CLOSED');
    });
    return [
      ...steps.ordered(purchase),
      steps.received({ ...of, part: 'lostAnswers', what: 'less received than ordered' }),
      // A delivery is always on its way, whatever the shop calls it (Omnium's page of Flow).
      ...(steps.isByDelivery ? [] : [closed]),
      steps.step('afternoon', 'rest cancelled by the buyer', async ({ buyer, pause }) => {
        // What was received in part is told by a sweep; the buyer looks until it is there.
        while ((await buyer.deliveredOn(purchase.id, 'L2')) === 0) await pause(LOOK_EVERY_MS);
        await buyer.cancelLine(purchase.id, 'L2');
      }),
    ];
  }

  private withSerialNumbers(): GoodsStory {
    const { steps, first: store } = this;
    const at = (pieces: number): LineAt => ({ pieces, warehouseId: store.storeId });
    const purchase = this.purchaseOf(store, [boughtLine('L1', this.goods.articles.nextNumbered(), at(3))]);
    const of = { purchase, store, pieces: piecesOf(purchase.lines), isNumbered: true };
    return [
      ...steps.ordered(purchase),
      steps.received({ ...of, part: 'afternoon', what: 'received with serial numbers' }),
    ];
  }

  /** One order for three shops and a back room: one order in each shop. */
  private forSeveralStores(): GoodsStory {
    const { steps, first, second, third, goods } = this;
    const behind = third.warehouses.find(({ isPrimaryStore }) => !isPrimaryStore)?.warehouseId ?? third.storeId;
    const places = [first.storeId, second.storeId, third.storeId, behind];
    const lines = places.map((warehouseId, index) =>
      boughtLine(`L${index + 1}`, goods.articles.next(), { pieces: 4 + index, warehouseId }),
    );
    const purchase = this.purchaseOf(first, lines);
    const of = { purchase, part: 'lostAnswers', what: 'received in one of several shops' } as const;
    const here = { ...of, store: third, warehouseId: third.storeId, what: 'received in the shop', isPart: true };
    const there = { ...of, store: third, warehouseId: behind, what: 'received in the back room' };
    return [
      ...steps.ordered(purchase),
      steps.received({ ...of, store: first }),
      steps.received({ ...of, store: second }),
      steps.received({ ...here, turn: 1 }),
      steps.received({ ...there, turn: 2, part: 'afternoon' }),
    ];
  }

  private withPackage(): GoodsStory {
    const { steps, second: store } = this;
    const box = this.goods.articles.nextPackage();
    const boxes = 2;
    const at = (pieces: number): LineAt => ({ pieces, warehouseId: store.storeId });
    const partOf = { lineItemId: 'P', sku: box.sku };
    const parts = box.components.map(({ sku, quantity }, index) => ({
      ...boughtLine(`P-${index + 1}`, { sku, costCents: 0 }, at(quantity * boxes)),
      partOf,
    }));
    const whole = { ...boughtLine('P', box, at(boxes)), isPackage: true };
    const purchase = this.purchaseOf(store, [whole, ...parts]);
    const reception = { part: 'lostAnswers', what: 'package received', purchase, store } as const;
    return [...steps.ordered(purchase), steps.received(reception)];
  }

  /** From a supplier that is new to the shops, in a foreign currency, and never the same for long. */
  private changed(): GoodsStory {
    const { steps, first: store } = this;
    const { market, articles } = this.goods;
    const currency = market.currency === 'EUR' ? 'USD' : 'EUR';
    const purchase = { ...this.purchase(store, [10, 10, 10, 10]), currency, supplierId: NEW_SUPPLIER };
    const { id } = purchase;
    const added = lineDocument(boughtLine('L5', articles.next(), { pieces: 7, warehouseId: store.storeId }));
    const changes = (...lineItems: object[]): Record<string, unknown> => ({ purchaseOrderForm: { lineItems } });
    const later = { lineItemId: 'L1', estimatedTimeOfArrival: dayFromNow(20) };
    const dearer = { lineItemId: 'L2', quantity: 12, placedPriceExclTax: 99.5 };
    const left = ['L1', 'L2', 'L4', 'L5'].map((lineItemId) => ({ lineItemId }));
    return [
      ...steps.ordered(purchase),
      steps.step('morning', 'expected later', ({ buyer }) => buyer.patchOrder(id, changes(later))),
      steps.step('outage', 'quantity and price changed', ({ buyer }) => buyer.patchOrder(id, changes(dearer))),
      steps.step('outage', 'line added', async ({ buyer }) => {
        await buyer.patchOrder(id, changes(added));
        if (steps.isByDelivery) await buyer.deliver(id, `${id}-B`, [{ lineItemId: 'L5' }]);
      }),
      steps.step('lostAnswers', 'line cancelled', ({ buyer }) => buyer.cancelLine(id, 'L4')),
      steps.step('afternoon', 'line taken out', ({ buyer }) => buyer.keepLines(id, left)),
    ];
  }

  private cancelled(): GoodsStory {
    const { steps } = this;
    const purchase = this.purchase(this.third, [3, 3]);
    return [
      ...steps.ordered(purchase),
      steps.step('outage', 'order cancelled', ({ buyer }) => buyer.setStatus(purchase.id, 'OrderCanceled')),
    ];
  }

  /** Split in Omnium while Flow is down: the shop unpacks what it knows of. */
  private split(): GoodsStory {
    const { steps, third: store } = this;
    const purchase = this.purchase(store, [10, 4]);
    const split = { lineItemId: 'L1', newLineItemId: 'L1b', quantityToSplit: 4 };
    const of = { purchase, store, pieces: piecesOf(purchase.lines) };
    return [
      ...steps.ordered(purchase),
      steps.seen(purchase, store),
      steps.step('outage', 'line split', ({ buyer }) => buyer.splitLine(purchase.id, split)),
      steps.received({ ...of, part: 'afternoon', what: 'received after a split' }),
    ];
  }

  /** Somebody in Omnium works at the order while the shop unpacks it. */
  private locked(): GoodsStory {
    const { steps, second: store } = this;
    const purchase = this.purchase(store, [6, 6]);
    return [
      ...steps.ordered(purchase),
      steps.seen(purchase, store),
      steps.step('lostAnswers', 'opened in Omnium', ({ buyer }) => buyer.lock(purchase.id, LOCKED_SECONDS)),
      steps.received({ part: 'lostAnswers', what: 'received while locked', purchase, store }),
    ];
  }

  private purchase(store: ChainStore, pieces: readonly number[]): Purchase {
    const { articles } = this.goods;
    const lines = pieces.map((count, index) =>
      boughtLine(`L${index + 1}`, articles.next(), { pieces: count, warehouseId: store.storeId }),
    );
    return this.purchaseOf(store, lines);
  }

  private purchaseOf({ storeId }: ChainStore, lines: readonly BoughtLine[]): Purchase {
    const { market, prefix } = this.goods;
    this.orders += 1;
    const id = `${prefix}-PO-${market.marketId}-${String(this.orders).padStart(2, '0')}`;
    const supplierId = SUPPLIERS[this.orders % SUPPLIERS.length] ?? NEW_SUPPLIER;
    return { id, market, storeId, supplierId, currency: market.currency, lines };
  }
}

type LineAt = Pick<BoughtLine, 'pieces' | 'warehouseId'>;

function boughtLine(lineItemId: string, { sku, costCents }: BoughtArticle, at: LineAt): BoughtLine {
  return { lineItemId, sku, costCents, ...at };
}
