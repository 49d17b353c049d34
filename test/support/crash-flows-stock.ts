import { goodsReceptionKind } from '../../src/contracts/kinds/goods-reception';
import { stockKind } from '../../src/contracts/kinds/stock';
import { randomUUID } from 'node:crypto';
import type { StockMaster, StockSubject } from '../../src/contracts/kinds/stock';
import { bought, known, unpack } from './crash-flows-goods';
import type { Outcome } from './crash-flow';
import { goodsFlows, type GoodsInstance } from './crash-goods-stage';
import type { GoodsWorker } from './crash-goods-worker';
import { uidOf, type GoodsWorld } from './crash-goods-world';
import { OTHER_STORE, OTHER_STORE_ID, STORE_ID, TENANT, type Json, type Reconfigure } from './crash-world';

/** The store whose stock is looked at; its master is another one in each flow. */
const SHOP = { tenantUid: TENANT, storeUid: OTHER_STORE };

/** What an event of stock leads to. */
async function look(worker: GoodsWorker, subject: StockSubject): Promise<Outcome[]> {
  const event = { eventId: randomUUID(), source: 'operator', what: 'Look', subject } as const;
  return await worker.tell((inbox) => inbox.publish(stockKind, SHOP, event));
}

function stock(subject: StockSubject): GoodsInstance {
  return { run: (worker) => look(worker, subject), where: 'everything' };
}

/** The shop has this master, and the other shop Omnium. */
function mastered(master: StockMaster): Reconfigure {
  return (tenant) => ({
    ...tenant,
    stores: tenant.stores.map((store) => ({
      ...store,
      settings: { ...store.settings, OMNIUM_FLOW_STOCK_MASTER: store.storeUid === OTHER_STORE && master === 'flow' },
    })),
  });
}

/** Goods that went over the till, or came back, and that nobody has told of yet. */
async function sell(world: GoodsWorld, orderUid: string, lines: readonly Json[]): Promise<void> {
  await world.till('sales', { orderUid, lines, payments: [{ settlementCode: 'CARD' }] }, OTHER_STORE);
}

/** Omnium's order workflow moves the stock of the shop, as it should where Omnium is the master. */
async function withStockStep(world: GoodsWorld): Promise<void> {
  await world.control('POST', '/stock-step', { storeIds: [OTHER_STORE_ID] });
}

/** Stock that both systems agree on before anything happens. */
async function agreed(world: GoodsWorld, master: StockMaster): Promise<void> {
  await world.steadily(mastered(master), (worker) => look(worker, { kind: 'all' }));
}

/** A reception on a purchase order, of which the webhook has come and nobody has looked at yet. */
async function receptionUnderWay(world: GoodsWorld, tag: string): Promise<void> {
  const lines = [bought(world, 2, { warehouseCode: OTHER_STORE_ID })];
  const id = await known(world, tag, { lines, deliveries: [['L3']], members: { storeId: OTHER_STORE_ID } });
  const about = { storeUid: OTHER_STORE, purchaseOrderUid: uidOf(id) };
  const receivementUid = await unpack(world, `${tag}r`, about);
  const reception = { ...SHOP, receivementUid, subject: 'receivement' } as const;
  const event = { eventId: randomUUID(), source: 'flow', what: 'PURCHASE_RECEIVED' } as const;
  await world.inbox.publish(goodsReceptionKind, reception, event);
}

/** A switch, with a sale and a reception on their way that are both told afterwards; then the second alignment. */
function switched(tag: string, master: StockMaster): GoodsInstance {
  return {
    run: async (worker) => [
      ...(await look(worker, { kind: 'switch', master, alignAgainAfterSeconds: 600 })),
      ...(await worker.flowOrder(`${tag}sale`)),
      ...(await look(worker, { kind: 'all' })),
    ],
    where: 'everything',
  };
}

/** Stock of a shop, towards whoever is not its master. */
export const STOCK_FLOWS = goodsFlows([
  {
    title: 'level of one article where Flow is the master',
    reconfigure: mastered('flow'),
    prepare: async (world) => {
      await agreed(world, 'flow');
      await world.setInFlow(OTHER_STORE, { [world.sku(0)]: 77 }, OTHER_STORE);
      return stock({ kind: 'level', warehouseUid: OTHER_STORE, productUid: uidOf(world.sku(0)) });
    },
  },
  {
    title: 'sale over the till where Flow is the master',
    reconfigure: mastered('flow'),
    prepare: async (world, tag) => {
      await agreed(world, 'flow');
      await sell(world, `${tag}sale`, [{ sku: world.sku(0), quantity: 200 }]);
      return { run: (worker) => worker.flowOrder(`${tag}sale`), where: 'everything' };
    },
  },
  {
    title: 'alignment towards Omnium',
    reconfigure: mastered('flow'),
    prepare: async (world) => {
      await world.setInFlow(OTHER_STORE, { [world.sku(0)]: 77, [world.sku(1)]: 0 }, OTHER_STORE);
      await world.setInOmnium(OTHER_STORE_ID, { [world.sku(2)]: 33 });
      return stock({ kind: 'all' });
    },
  },
  {
    title: 'alignment towards Flow',
    reconfigure: mastered('omnium'),
    prepare: async (world) => {
      await agreed(world, 'omnium');
      await world.setInOmnium(OTHER_STORE_ID, { [world.sku(0)]: 77, [world.sku(1)]: 0, [world.sku(2)]: 1.25 });
      return stock({ kind: 'all' });
    },
  },
  {
    title: 'Flow becomes the master while a sale and a reception are on their way',
    reconfigure: mastered('flow'),
    prepare: async (world, tag) => {
      await withStockStep(world);
      await agreed(world, 'omnium');
      await world.setInOmnium(OTHER_STORE_ID, { [world.sku(1)]: 77 });
      await receptionUnderWay(world, tag);
      await sell(world, `${tag}sale`, [{ sku: world.sku(0), quantity: 200 }]);
      return switched(tag, 'flow');
    },
  },
  {
    title: 'Omnium becomes the master while a sale and a reception are on their way',
    reconfigure: mastered('omnium'),
    prepare: async (world, tag) => {
      await agreed(world, 'flow');
      await withStockStep(world);
      await world.setInFlow(OTHER_STORE, { [world.sku(1)]: 77 }, OTHER_STORE);
      await receptionUnderWay(world, tag);
      await sell(world, `${tag}sale`, [{ sku: world.sku(0), quantity: 200 }]);
      return switched(tag, 'omnium');
    },
  },
]);

const exported: GoodsInstance = { run: (worker) => worker.exportInventory(), where: 'everything' };

const withCostPrices: Reconfigure = (tenant) => ({
  ...tenant,
  markets: tenant.markets.map((market) => ({
    ...market,
    properties: { ...market.properties, UseCostPriceListInInventoryExport: true },
  })),
});

/** Something that Omnium has and Flow does not, yet. */
async function addToFlow(world: GoodsWorld, sku: string): Promise<void> {
  const [like] = ((await world.flow('GET', '/products?pageSize=1'))?.items ?? []) as Json[];
  const { vatCodeUid, productGroupUid } = like ?? {};
  await world.flow('POST', '/products', {
    ...{ productUid: uidOf(sku), sku, name: sku, productType: 'STOCK', vatCodeUid },
    ...(productGroupUid !== undefined && productGroupUid !== null && { productGroupUid }),
  });
}

/** The inventory export, from Omnium to the shops whose master it is. */
export const EXPORT_FLOWS = goodsFlows([
  {
    title: 'first export, of everything',
    prepare: async (world) => {
      await world.setInOmnium(STORE_ID, { [world.sku(0)]: 77, [world.sku(1)]: 0 });
      await world.setInOmnium(`${STORE_ID}-back`, { [world.sku(0)]: 7 });
      await world.setInOmnium(OTHER_STORE_ID, { [world.sku(0)]: 99 });
      return exported;
    },
  },
  {
    title: 'changes since the last export, on two pages, with cost prices',
    reconfigure: withCostPrices,
    prepare: async (world) => {
      await world.steadily(withCostPrices, (worker) => worker.exportInventory());
      const articles = [0, 1, 2, 3, 4, 5].map((index) => world.sku(index));
      await world.setInOmnium(STORE_ID, Object.fromEntries(articles.map((sku, index) => [sku, 50 + index])));
      const priced = articles.slice(0, 2).map((sku) => ({
        productId: sku,
        costPrices: [{ skuId: sku, cost: 12.5, currencyCode: 'NOK', storeId: STORE_ID }],
      }));
      await world.omnium('PUT', '/api/CostPrices/AddMany', priced);
      return exported;
    },
  },
  {
    title: 'row that was open since the last export',
    prepare: async (world) => {
      // Levels that nobody has set depend on the name.
      const sku = 'NEW-4711';
      await world.addProduct(sku);
      await world.setInOmnium(STORE_ID, { [sku]: 3 });
      await world.steady.exportInventory();
      await addToFlow(world, sku);
      return exported;
    },
  },
]);
