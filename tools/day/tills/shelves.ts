import { flowUidOf } from '../../../sandbox/chain/build-chain';
import { type ChainStore } from '../../../sandbox/chain/types';
import { type DayContext, type StockMasters } from '../context';
import { type Assortment } from '../shop/assortment';
import { type MadeUpOrder } from '../shop/made-up-orders';
import { FlowGoods } from '../vendors/flow-goods';
import { OmniumBuyer } from '../vendors/omnium-buyer';
import { floorArticles } from './made-up-sales';

/** Pieces of each article that are counted: more than a day sells. */
const PIECES = 640;
const HUNDREDTHS = 100;

/** What lies on the shelves before the doors open, and for whom. */
export interface ShelvesInput {
  readonly context: Pick<DayContext, 'omniumUrl' | 'flowUrl' | 'signal'>;
  readonly assortments: readonly Assortment[];
  /** Their goods lie ready in their stores. */
  readonly webOrders: readonly MadeUpOrder[];
  /** Without them, both systems are told of each level. */
  readonly masters?: StockMasters;
}

/**
 * Stock is counted before the doors open, and each count is told to the store's stock master: the other system learns of
 * it from the integration.
 */
export async function fillShelves(input: ShelvesInput): Promise<void> {
  const { context, assortments, masters } = input;
  const { omniumUrl, flowUrl, signal } = context;
  const buyer = new OmniumBuyer(omniumUrl, signal);
  for (const assortment of assortments) {
    const flow = new FlowGoods(flowUrl, assortment.market, signal);
    for (const store of assortment.stores) {
      const skus = shelfSkus(store, input, assortment);
      const master = masters?.[store.storeId];
      if (master !== 'flow')
        await buyer.count(skus.map((sku) => ({ sku, warehouseCode: store.storeId, inventory: PIECES })));
      if (master !== 'omnium')
        await flow.count(
          flowUidOf(store.storeId),
          skus.map((sku) => ({ sku, quantityStock: PIECES * HUNDREDTHS })),
        );
    }
  }
}

/** What customers buy today, of what the shops keep in stock. */
export function soldSkus(assortments: readonly Assortment[], webOrders: readonly MadeUpOrder[]): Set<string> {
  const onFloors = assortments.flatMap((assortment) => floorArticles(assortment).map(({ sku }) => sku));
  return new Set([...onFloors, ...webOrders.flatMap(({ order }) => order.lines.map(({ code }) => code))]);
}

function shelfSkus(store: ChainStore, { webOrders }: ShelvesInput, assortment: Assortment): string[] {
  const stocked = new Set(assortment.articles.map(({ sku }) => sku));
  const ofStore = webOrders.filter(({ order }) => order.store.storeId === store.storeId);
  return [...soldSkus([assortment], ofStore)].filter((sku) => stocked.has(sku));
}
