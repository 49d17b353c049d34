import { flowUidOf } from '../../../sandbox/chain/build-chain';
import { type ChainStore } from '../../../sandbox/chain/types';
import { type DayPart } from '../tills/till-program';
import { type ShopPurchase } from '../vendors/flow-goods';
import { type DeliveredLine } from '../vendors/omnium-buyer';
import { type MarketGoods } from './goods-plan';
import { type GoodsDesk, type GoodsStep, type ShopLook } from './goods-story';
import { type BoughtLine, type Purchase, purchaseDocument } from './purchase';

/** Pieces are counted in hundredths in the shops. */
export const PIECE = 100;

/** What a clerk unpacks of a purchase order. */
export interface Reception {
  readonly part: DayPart;
  readonly what: string;
  readonly purchase: Purchase;
  readonly store: ChainStore;
  /** Lines that the shop must see first; all that are for the store without them. */
  readonly lines?: number;
  /** Pieces by SKU; everything that is left without them. */
  readonly pieces?: ReadonlyMap<string, number>;
  /** Every piece has a number. */
  readonly isNumbered?: boolean;
  /** Omnium's id of where it is put. */
  readonly warehouseId?: string;
  /** Which of the shop's several receptions it is. */
  readonly turn?: number;
  /** More is to come: Flow tells nobody. */
  readonly isPart?: boolean;
}

/** The steps that the lives of purchase orders are made of, in one market. */
export class PurchaseSteps {
  constructor(private readonly goods: MarketGoods) {}

  /** Whether each delivery is an order of its own in the shops. */
  get isByDelivery(): boolean {
    return this.goods.deliveryMarkets.includes(this.goods.market.marketId);
  }

  step(part: DayPart, what: string, run: (desk: GoodsDesk) => Promise<void>): GoodsStep {
    return { part, what, run };
  }

  /** The buyer orders in the morning; where deliveries count, the supplier announces one at once. */
  ordered(
    purchase: Purchase,
    delivered: readonly DeliveredLine[] = purchase.lines.map(({ lineItemId }) => ({ lineItemId })),
  ): GoodsStep[] {
    const order = this.step('morning', 'purchase order', ({ buyer }) => buyer.createOrder(purchaseDocument(purchase)));
    if (!this.isByDelivery) return [order];
    const { id } = purchase;
    return [order, this.step('morning', 'delivery announced', ({ buyer }) => buyer.deliver(id, `${id}-A`, delivered))];
  }

  /** The shop has it before the morning is over. */
  seen(purchase: Purchase, store: ChainStore): GoodsStep {
    return this.step('morning', 'seen in the shop', async (desk) => {
      desk.book.keep(purchase.id, await desk.shown(this.lookOf(purchase, store)));
    });
  }

  received(reception: Reception): GoodsStep {
    const { part, what, purchase, store, isPart } = reception;
    return this.step(part, what, async (desk) => {
      const look = this.lookOf(purchase, store);
      const shown =
        desk.book.kept(purchase.id) ?? (await desk.shown({ ...look, lines: reception.lines ?? look.lines }));
      const bodies = unpacked(reception, shown);
      if (bodies.length === 0) throw new Error(`nothing of ${purchase.id} is left to unpack`);
      for (const body of bodies) {
        if (isPart) desk.book.silent.set(body.receivementUid, 'a part was received');
        await desk.flowOf(this.goods.market).unpack(look.storeUid, body);
      }
    });
  }

  lookOf({ id, market, lines }: Purchase, store: ChainStore): ShopLook {
    const own = new Set(store.warehouses.map(({ warehouseId }) => warehouseId));
    const packages = new Set(lines.flatMap(({ partOf }) => partOf?.lineItemId ?? []));
    const shown = lines.filter(({ warehouseId, lineItemId }) => own.has(warehouseId) && !packages.has(lineItemId));
    return { market, storeUid: flowUidOf(store.storeId), purchaseOrderId: id, lines: shown.length };
  }
}

/** Pieces by SKU, as they come. */
export function piecesOf(
  lines: readonly BoughtLine[],
  count: (line: BoughtLine, index: number) => number = ({ pieces }) => pieces,
): Map<string, number> {
  return new Map(lines.map((line, index) => [line.sku, count(line, index)]));
}

type Unpacked = Parameters<ReturnType<GoodsDesk['flowOf']>['unpack']>[1];

/** One reception on each of the shop's orders that the goods are on. */
function unpacked(reception: Reception, orders: readonly ShopPurchase[]): Unpacked[] {
  const { purchase, store, pieces, warehouseId, turn } = reception;
  const open = orders.filter((order) => order.items.some((item) => isWanted(item, reception)));
  return open.map(({ purchaseOrderUid, items }, index) => {
    const name = [flowUidOf(purchase.id), flowUidOf(store.storeId), turn ?? 1, ...(index > 0 ? [index + 1] : [])];
    const skus = new Set(items.map(({ productSku }) => productSku));
    const own = [...(pieces ?? [])].filter(([sku]) => skus.has(sku));
    return {
      ...{ receivementUid: name.join('-'), purchaseOrderUid },
      ...(warehouseId === undefined ? {} : { warehouseUid: flowUidOf(warehouseId) }),
      ...(pieces ? { lines: own.flatMap(([sku, count]) => linesOf(purchase, sku, { count, ...reception })) } : {}),
    };
  });
}

function isWanted(
  { productSku, quantityOrdered, quantityReceived }: ShopPurchase['items'][number],
  { pieces }: Reception,
): boolean {
  return pieces ? pieces.has(productSku) && quantityReceived < quantityOrdered : quantityReceived < quantityOrdered;
}

function linesOf(
  { id }: Purchase,
  sku: string,
  { count, isNumbered }: { readonly count: number; readonly isNumbered?: boolean },
): { sku: string; quantity: number; serialnumber?: string }[] {
  if (!isNumbered) return [{ sku, quantity: count * PIECE }];
  return Array.from({ length: count }, (_, index) => ({ sku, quantity: PIECE, serialnumber: `${id}-${index + 1}` }));
}
