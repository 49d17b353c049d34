import assert from 'node:assert/strict';
import { comparable } from './crash-documents';
import type { CrashDoor } from './crash-door';
import type { CrashFlow, CrashStage, FlowInstance } from './crash-flow';
import type { GoodsWorker } from './crash-goods-worker';
import { listIn, type GoodsWorld } from './crash-goods-world';
import type { Json, Reconfigure } from './crash-world';

/** A flow of goods, purchase orders, stores or stock. All that both systems hold is compared, so it names nothing. */
export type GoodsFlow = CrashFlow<GoodsWorld, GoodsWorker, 'everything'>;
export type GoodsInstance = FlowInstance<GoodsWorker, 'everything'>;

/** Gives the flows of a list their type. */
export function goodsFlows(list: readonly GoodsFlow[]): readonly GoodsFlow[] {
  return list;
}

/** Goods: each instance begins in a new world, and everything that the world holds at its end is its evidence. */
export class GoodsStage implements CrashStage<GoodsWorld, GoodsWorker, 'everything'> {
  constructor(readonly world: GoodsWorld) {}

  get door(): CrashDoor {
    return this.world.door;
  }

  worker(reconfigure?: Reconfigure): GoodsWorker {
    return this.world.goodsWorker(reconfigure);
  }

  async beginFlow(): Promise<void> {
    // Nothing outlives an instance.
  }

  async beginInstance(): Promise<void> {
    await this.world.begin();
  }

  async documents(_where: 'everything', tag: string): Promise<unknown> {
    const [inFlow, inOmnium] = await Promise.all([everythingInFlow(this.world), everythingInOmnium(this.world)]);
    return comparable({ inFlow, inOmnium }, tag);
  }
}

/** Documents of one page; a small world has fewer. */
const MOST = 100;

/** Stores with what is theirs; suppliers, organisations and price lists. */
async function everythingInFlow(world: GoodsWorld): Promise<Json> {
  const list = async (path: string): Promise<Json[]> =>
    listIn(await world.flow('GET', `${path}?pageSize=${MOST}`), 'items');
  const stores = await Promise.all(
    (await list('/stores')).map(async (store) => {
      const path = `/stores/${String(store.storeUid)}`;
      const warehouses = await list(`${path}/warehouses`);
      const orders = await list(`${path}/purchase-orders`);
      return {
        store,
        warehouses,
        stock: await Promise.all(
          warehouses.map(async ({ warehouseUid }) => list(`${path}/warehouses/${String(warehouseUid)}/stock`)),
        ),
        purchaseOrders: await Promise.all(
          orders.map(({ purchaseOrderUid }) =>
            world.flow('GET', `${path}/purchase-orders/${String(purchaseOrderUid)}`),
          ),
        ),
        receivements: await list(`${path}/receivements`),
        orders: await list(`${path}/orders`),
      };
    }),
  );
  const [suppliers, organizations, pricelists] = await Promise.all(
    ['/suppliers', '/organizations', '/pricelists'].map(list),
  );
  return { stores, suppliers, organizations, pricelists };
}

/** Purchase orders, deliveries, levels with every movement, stores and orders. */
async function everythingInOmnium(world: GoodsWorld): Promise<Json> {
  const found = async (path: string, body: Json): Promise<Json[]> => {
    const answer = await world.omnium('POST', path, { take: MOST, ...body });
    assert.ok(Number(answer?.totalHits) <= MOST, `${path} tells of more than ${MOST}`);
    return listIn(answer, 'result');
  };
  const skus = world.chain.products.flatMap((product) => product.skus.map(({ sku }) => sku));
  const movements = await found('/api/Inventory/SearchTransactions', { page: 1 });
  return {
    purchaseOrders: await found('/api/PurchaseOrders/Search', { page: 0 }),
    deliveries: (await found('/api/Deliveries/Search', { page: 0 })).sort(byText),
    orders: await found('/api/Orders/Search', { page: 0 }),
    // A purchase order is confirmed delivery by delivery, and what comes first is nobody's concern.
    movements: movements.map(withoutIds).sort(byText),
    levels: await Promise.all(
      skus.map(async (sku) => listIn(await world.omnium('GET', `/api/Inventory/${sku}`), 'result')),
    ),
    stores: await world.omnium('GET', '/api/Stores'),
  };
}

/** A movement's own id is the vendor's. */
function withoutIds({ id: _id, transactionDate: _date, ...movement }: Json): Json {
  return movement;
}

function byText(a: Json, b: Json): number {
  const [one, other] = [JSON.stringify(a), JSON.stringify(b)];
  return one < other ? -1 : one > other ? 1 : 0;
}
