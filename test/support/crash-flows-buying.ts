import { purchaseOrderKind } from '../../src/contracts/kinds/purchase-order';
import { randomUUID } from 'node:crypto';
import { bought, buy, deliver, known, purchaseOrder, receive, unpack } from './crash-flows-goods';
import { goodsFlows, type GoodsInstance } from './crash-goods-stage';
import { listIn, uidOf, type GoodsWorld } from './crash-goods-world';
import { OTHER_STORE_ID, STORE_ID, TENANT, type Json, type Reconfigure } from './crash-world';

function order(id: string): GoodsInstance {
  return { run: (worker) => purchaseOrder(worker, id), where: 'everything' };
}

/** Replaces the lines that the buyer sees on the screen. */
async function changeLines(world: GoodsWorld, id: string, change: (lines: Json[]) => Json[]): Promise<void> {
  const known = await world.omnium('GET', `/api/PurchaseOrders/${id}`);
  const lineItems = change(listIn(known?.purchaseOrderForm as Json, 'lineItems'));
  await world.omnium('PUT', '/api/PurchaseOrders', { ...known, purchaseOrderForm: { lineItems } });
}

/** Goods that are received in Omnium's own screens. */
async function receiveInOmnium(world: GoodsWorld, deliveryId: string, lineItemId: string): Promise<void> {
  const goodsReceptionId = `${deliveryId}-${lineItemId}-by-hand`;
  await world.omnium('POST', `/api/Deliveries/${deliveryId}/ProcessGoodsReception`, [
    { lineItemId, deliveredQuantity: 10, warehouseCode: STORE_ID, goodsReceptionId },
  ]);
}

/** A customer's order in both systems, for the article of a purchase order's line. */
async function customersOrder(world: GoodsWorld, tag: string): Promise<string> {
  const id = `${tag}-web`;
  const lineItems = [{ lineItemId: 'W1', code: world.sku(0), quantity: 2, placedPrice: 100, taxRate: 25 }];
  const shipment = { shipmentId: '1', warehouseCode: STORE_ID, pickUpWarehouseCode: STORE_ID, lineItems };
  await world.omnium('POST', '/api/Orders', {
    ...{ id, orderNumber: id, marketId: 'NOR', storeId: STORE_ID, orderType: 'ClickAndCollect', status: 'New' },
    ...{ billingCurrency: 'NOK', orderForm: { lineItems, shipments: [shipment] } },
  });
  await world.undisturbed.order(id);
  return id;
}

/** `ExportDeliveryAsPo`: one purchase order in the shop for each delivery. */
const asDeliveries: Reconfigure = (tenant) => ({
  ...tenant,
  markets: tenant.markets.map((market) => ({
    ...market,
    properties: { ...market.properties, ExportDeliveryAsPo: true },
  })),
});

/** Purchase orders on their way from Omnium to the shops. */
export const BUYING_FLOWS = goodsFlows([
  {
    title: 'purchase order with a supplier whom Flow does not know',
    prepare: async (world, tag) => {
      const supplierId = `${tag}-supplier`;
      await world.omnium('PUT', '/api/Suppliers', {
        id: supplierId,
        supplierId,
        name: 'Fjellsport AS',
        email: 'post@fjell.example',
      });
      return order(await buy(world, tag, { lines: [bought(world, 0), bought(world, 1)], members: { supplierId } }));
    },
  },
  {
    title: 'purchase order changed: a line more, one less, one with fewer pieces',
    prepare: async (world, tag) => {
      const id = await known(world, tag, { lines: [bought(world, 0), bought(world, 1)] });
      await changeLines(world, id, ([first]) => [{ ...first, quantity: 7 }, bought(world, 2), bought(world, 3)]);
      return order(id);
    },
  },
  {
    title: 'purchase order received in Omnium: the shop waits for nothing any more',
    prepare: async (world, tag) => {
      const id = await known(world, tag, { lines: [bought(world, 0), bought(world, 1)], deliveries: [['L1', 'L2']] });
      for (const lineItemId of ['L1', 'L2']) await receiveInOmnium(world, `${tag}-D1`, lineItemId);
      return order(id);
    },
  },
  {
    title: 'purchase order that the shop had received, ordered more of',
    prepare: async (world, tag) => {
      const id = await known(world, tag, { lines: [bought(world, 0)], deliveries: [['L1']] });
      await receive(world.steady, await unpack(world, `${tag}r`, { purchaseOrderUid: uidOf(id) }));
      await purchaseOrder(world.steady, id);
      await changeLines(world, id, (lines) => [...lines, bought(world, 1)]);
      return order(id);
    },
  },
  {
    title: 'purchase order for two shops',
    prepare: async (world, tag) => {
      const lines = [bought(world, 0), bought(world, 1, { warehouseCode: OTHER_STORE_ID })];
      return order(await buy(world, tag, { lines }));
    },
  },
  {
    title: 'purchase order whose goods go to another shop now',
    prepare: async (world, tag) => {
      const id = await known(world, tag, { lines: [bought(world, 0)] });
      await changeLines(world, id, (lines) => lines.map((line) => ({ ...line, warehouseCode: OTHER_STORE_ID })));
      return order(id);
    },
  },
  {
    title: 'purchase order cancelled',
    prepare: async (world, tag) => {
      const id = await known(world, tag, { lines: [bought(world, 0)] });
      await world.omnium('POST', `/api/PurchaseOrders/${id}/UpdateStatus`, { status: 'OrderCanceled' });
      return order(id);
    },
  },
  {
    title: 'purchase order deleted',
    prepare: async (world, tag) => {
      const lines = [bought(world, 0), bought(world, 1, { warehouseCode: OTHER_STORE_ID })];
      const id = await known(world, tag, { lines });
      await world.omnium('DELETE', `/api/PurchaseOrders/${id}`);
      return order(id);
    },
  },
  {
    title: 'purchase order that a customer waits for',
    prepare: async (world, tag) => {
      const orderNumber = await customersOrder(world, tag);
      const id = await known(world, tag, { lines: [bought(world, 0), bought(world, 1)] });
      await world.control('POST', '/reservations', {
        ...{ orderNumber, lineItemId: 'W1', quantity: 2, purchaseOrderId: id, purchaseOrderLineId: 'L1' },
      });
      return order(id);
    },
  },
  {
    title: 'two deliveries, of one of which an event tells',
    reconfigure: asDeliveries,
    prepare: async (world, tag) => {
      const lines = [bought(world, 0), bought(world, 1), bought(world, 2)];
      await buy(world, tag, { lines, deliveries: [['L1'], ['L2', 'L3']] });
      const subject = { tenantUid: TENANT, deliveryId: `${tag}-D2` };
      return {
        run: (worker) => {
          const event = { eventId: randomUUID(), source: 'omnium', what: 'Created' } as const;
          return worker.tell((inbox) => inbox.publish(purchaseOrderKind, subject, event));
        },
        where: 'everything',
      };
    },
  },
  {
    title: 'delivery that got a line of another one',
    reconfigure: asDeliveries,
    prepare: async (world, tag) => {
      const id = await buy(world, tag, { lines: [bought(world, 0), bought(world, 1)], deliveries: [['L1', 'L2']] });
      await world.steadily(asDeliveries, (worker) => purchaseOrder(worker, id));
      await deliver(world, { id, deliveryId: `${tag}-D2`, lines: [bought(world, 1)] });
      return order(id);
    },
  },
  {
    title: 'purchase order that was whole in the shop, before ExportDeliveryAsPo was switched on',
    reconfigure: asDeliveries,
    prepare: async (world, tag) => {
      const lines = [bought(world, 0), bought(world, 1)];
      return order(await known(world, tag, { lines, deliveries: [['L1'], ['L2']] }));
    },
  },
]);
