import { purchaseOrderKind } from '../../src/contracts/kinds/purchase-order';
import { goodsReceptionKind } from '../../src/contracts/kinds/goods-reception';
import { randomUUID } from 'node:crypto';
import type { ReceptionSubject } from '../../src/contracts/kinds/goods-reception';
import { goodsFlows, type GoodsInstance } from './crash-goods-stage';
import type { GoodsWorker } from './crash-goods-worker';
import { uidOf, type GoodsWorld } from './crash-goods-world';
import { OTHER_STORE, OTHER_STORE_ID, STORE, STORE_ID, TENANT, type Json } from './crash-world';

/** A line of a purchase order as a buyer enters it: ten pieces at 100.00 for the shop, unless said otherwise. */
export function bought(world: GoodsWorld, index: number, more: Json = {}): Json {
  return {
    ...{ lineItemId: `L${index + 1}`, code: world.sku(index), quantity: 10, placedPriceExclTax: 100 },
    ...{ warehouseCode: STORE_ID, ...more },
  };
}

/** Makes a purchase order in Omnium, with deliveries of the lines that are named together; returns its id. */
export async function buy(
  world: GoodsWorld,
  tag: string,
  {
    lines,
    deliveries = [],
    members = {},
  }: { readonly lines: readonly Json[]; readonly deliveries?: readonly (readonly string[])[]; readonly members?: Json },
): Promise<string> {
  const id = `${tag}-PO`;
  await world.omnium('POST', '/api/PurchaseOrders', {
    ...{ id, marketId: 'NOR', storeId: STORE_ID, supplierId: world.supplier(1), billingCurrency: 'NOK' },
    ...{ status: 'Confirmed', purchaseOrderForm: { lineItems: lines } },
    ...members,
  });
  for (const [index, lineItemIds] of deliveries.entries()) {
    const parts = lines.filter(({ lineItemId }) => lineItemIds.includes(String(lineItemId)));
    await deliver(world, { id, deliveryId: `${tag}-D${index + 1}`, lines: parts });
  }
  return id;
}

/** Puts lines into a delivery. */
export async function deliver(
  world: GoodsWorld,
  { id, deliveryId, lines }: { readonly id: string; readonly deliveryId: string; readonly lines: readonly Json[] },
): Promise<void> {
  const references = lines.map(({ lineItemId, code, quantity }) => ({ lineItemId, code, quantity }));
  await world.omnium('POST', `/api/Deliveries/CreateDelivery/${id}?newDeliveryId=${deliveryId}`, references);
}

/** What an event of a purchase order leads to. */
export async function purchaseOrder(worker: GoodsWorker, id: string): ReturnType<GoodsWorker['tell']> {
  const subject = { tenantUid: TENANT, purchaseOrderId: id };
  const event = { eventId: randomUUID(), source: 'omnium', what: 'Updated' } as const;
  return await worker.tell((inbox) => inbox.publish(purchaseOrderKind, subject, event));
}

/** A purchase order that the shop has by now. */
export async function known(...given: Parameters<typeof buy>): Promise<string> {
  const [world] = given;
  const id = await buy(...given);
  await purchaseOrder(world.steady, id);
  return id;
}

/** Unpacks goods in a shop; returns the receivement's uid. Without lines: all that is left of the order. */
export async function unpack(
  world: GoodsWorld,
  receivementUid: string,
  { storeUid = STORE, ...body }: { readonly storeUid?: string } & Json,
): Promise<string> {
  await world.till('receive-goods', { receivementUid, ...body }, storeUid);
  return receivementUid;
}

/** What a webhook of a goods reception leads to. */
export async function receive(
  worker: GoodsWorker,
  receivementUid: string,
  about: { readonly storeUid?: string; readonly subject?: ReceptionSubject } = {},
): ReturnType<GoodsWorker['tell']> {
  const { storeUid = STORE, subject = 'receivement' } = about;
  const reception = { tenantUid: TENANT, receivementUid, storeUid, subject };
  const event = { eventId: randomUUID(), source: 'flow', what: 'PURCHASE_RECEIVED' } as const;
  return await worker.tell((inbox) => inbox.publish(goodsReceptionKind, reception, event));
}

function reception(receivementUid: string, storeUid = STORE): GoodsInstance {
  return { run: (worker) => receive(worker, receivementUid, { storeUid }), where: 'everything' };
}

const inBergen = { members: { storeId: OTHER_STORE_ID } };
const toBergen = { warehouseCode: OTHER_STORE_ID };

/** Goods that come in over the shops' back doors, on the way to Omnium. */
export const RECEPTION_FLOWS = goodsFlows([
  {
    title: 'delivery received in full',
    prepare: async (world, tag) => {
      const lines = [bought(world, 0), bought(world, 1, { quantity: 2.5 })];
      const id = await known(world, tag, { lines, deliveries: [['L1', 'L2']] });
      return reception(await unpack(world, `${tag}r`, { purchaseOrderUid: uidOf(id) }));
    },
  },
  {
    title: 'part of a delivery, of which another part was told before',
    prepare: async (world, tag) => {
      const id = await known(world, tag, { lines: [bought(world, 0)], deliveries: [['L1']] });
      const part = { purchaseOrderUid: uidOf(id), lines: [{ sku: world.sku(0), quantity: 300 }] };
      await receive(world.steady, await unpack(world, `${tag}first`, part));
      return reception(await unpack(world, `${tag}rest`, { purchaseOrderUid: uidOf(id) }));
    },
  },
  {
    title: 'lines that are in no delivery',
    prepare: async (world, tag) => {
      const id = await known(world, tag, { lines: [bought(world, 0), bought(world, 1)] });
      const lines = [
        { sku: world.sku(0), quantity: 300 },
        { sku: world.sku(1), quantity: 1_000 },
      ];
      return reception(await unpack(world, `${tag}r`, { purchaseOrderUid: uidOf(id), lines }));
    },
  },
  {
    title: 'line that was split in Omnium meanwhile, its part in another delivery',
    prepare: async (world, tag) => {
      const id = await known(world, tag, { lines: [bought(world, 0)], deliveries: [['L1']] });
      await unpack(world, `${tag}r`, { purchaseOrderUid: uidOf(id) });
      const part = { lineItemId: 'L1', newLineItemId: 'L1b', quantityToSplit: 4 };
      await world.omnium('POST', `/api/PurchaseOrders/${id}/OrderLines/Split`, [part]);
      await deliver(world, { id, deliveryId: `${tag}-D2`, lines: [{ lineItemId: 'L1b', quantity: 4 }] });
      return reception(`${tag}r`);
    },
  },
  {
    title: 'two deliveries and a line in none, received together',
    prepare: async (world, tag) => {
      const lines = [bought(world, 0), bought(world, 1), bought(world, 2)];
      const id = await known(world, tag, { lines, deliveries: [['L1'], ['L2']] });
      return reception(await unpack(world, `${tag}r`, { purchaseOrderUid: uidOf(id) }));
    },
  },
  {
    title: 'purchase order received in two warehouses, of which only the order is named',
    prepare: async (world, tag) => {
      const back = `${STORE_ID}-back`;
      const lines = [bought(world, 0), bought(world, 0, { lineItemId: 'L2', warehouseCode: back })];
      const id = await known(world, tag, { lines, deliveries: [['L1'], ['L2']] });
      const purchaseOrderUid = uidOf(id);
      await unpack(world, `${tag}back`, { purchaseOrderUid, warehouseUid: uidOf(back) });
      await unpack(world, `${tag}front`, { purchaseOrderUid, warehouseUid: STORE });
      const run = (worker: GoodsWorker): ReturnType<typeof receive> =>
        receive(worker, purchaseOrderUid, { subject: 'purchase-order' });
      return { run, where: 'everything' };
    },
  },
  {
    title: 'delivery received where Flow is the stock master, with an article that nobody ordered',
    prepare: async (world, tag) => {
      const lines = [bought(world, 0, toBergen)];
      const id = await known(world, tag, { lines, deliveries: [['L1']], ...inBergen });
      const unpacked = [0, 1].map((index) => ({ sku: world.sku(index), quantity: 400 }));
      const about = { storeUid: OTHER_STORE, purchaseOrderUid: uidOf(id), lines: unpacked };
      return reception(await unpack(world, `${tag}r`, about), OTHER_STORE);
    },
  },
  {
    title: 'goods without a purchase order, where Flow is the stock master',
    prepare: async (world, tag) => {
      const lines = [0, 1].map((index) => ({ sku: world.sku(index), quantity: 400 }));
      return reception(await unpack(world, `${tag}r`, { storeUid: OTHER_STORE, lines }), OTHER_STORE);
    },
  },
  {
    title: 'package received where Flow is the stock master',
    prepare: async (world, tag) => {
      const { sku } = world.package;
      const lines = [bought(world, 0, { ...toBergen, code: sku, quantity: 3 })];
      const id = await known(world, tag, { lines, deliveries: [['L1']], ...inBergen });
      const about = { storeUid: OTHER_STORE, purchaseOrderUid: uidOf(id), lines: [{ sku, quantity: 200 }] };
      return reception(await unpack(world, `${tag}r`, about), OTHER_STORE);
    },
  },
]);
