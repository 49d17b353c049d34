import { companyNumber, flows, type ShopInstance } from './crash-stage';
import { OTHER_STORE, OTHER_STORE_ID, STORE, STORE_ID, type CrashWorld, type Json } from './crash-world';

const HOUR_MS = 3_600_000;

const line = (world: CrashWorld, lineItemId: string, more: Json = {}): Json => ({
  lineItemId,
  code: world.sku(Number(lineItemId) - 1),
  quantity: 1,
  placedPrice: 100,
  taxRate: 25,
  ...more,
});

/** A person that only Omnium knows. */
async function newPerson(world: CrashWorld, tag: string): Promise<string> {
  const customerId = `${tag}-person`;
  await world.omnium('POST', '/api/PrivateCustomers', {
    customerId,
    email: `${tag}@example.com`,
    phone: `+4790${tag.slice(1)}`,
    marketId: 'NOR',
    firstName: 'Kari',
    lastName: 'Berg',
    address: { line1: 'Storgata', streetNumber: '5', postalCode: '0155', city: 'Oslo', countryCode: 'NO' },
    externalIds: [{ providerName: 'Voyado', id: `loyalty-${tag}` }],
  });
  return customerId;
}

/** Two lines of which one has two pieces, paid in part in the web shop, by a customer whom Flow has never seen. */
async function placeRich(world: CrashWorld, tag: string, members: Json = {}): Promise<string> {
  const id = `${tag}-web`;
  const { form, ...others } = members;
  const lineItems = [line(world, '1', { quantity: 2 }), line(world, '2')];
  await world.omnium('POST', '/api/Orders', {
    id,
    orderNumber: id,
    marketId: 'NOR',
    storeId: STORE_ID,
    orderType: 'Bopis',
    status: 'New',
    billingCurrency: 'NOK',
    customerId: await newPerson(world, tag),
    ...others,
    orderForm: {
      lineItems,
      shipments: [{ shipmentId: '1', warehouseCode: STORE_ID, pickUpWarehouseCode: STORE_ID, lineItems }],
      payments: [
        {
          id: `pay-${tag}`,
          amount: 50,
          transactionType: 'Sale',
          transactionId: 'tx',
          status: 'Processed',
          paymentMethodName: 'Vipps',
        },
      ],
      ...(form as Json | undefined),
    },
  });
  return id;
}

/** Nothing paid in advance. */
const UNPAID = { orderType: 'ClickAndCollect', form: { payments: [] } };

/** A web order that is in both systems by now, and its instance with what is still to come. */
async function placed(world: CrashWorld, tag: string, members: Json = {}): Promise<PlacedOrder> {
  const id = await placeRich(world, tag, members);
  await world.undisturbed.order(id);
  return { id, uid: id.replace(/\W/g, ''), world, tag };
}

interface PlacedOrder {
  readonly id: string;
  readonly uid: string;
  readonly world: CrashWorld;
  readonly tag: string;
}

function webOrder({ id, uid, tag }: PlacedOrder, more: { readonly otherUids?: readonly string[] } = {}): ShopInstance {
  return {
    run: (worker) => worker.order(id, [uid]),
    where: {
      flowOrders: [uid, ...(more.otherUids ?? [])],
      omniumOrders: [id],
      flowCustomers: [`${tag}person`],
      privateCustomers: [`${tag}-person`],
    },
  };
}

async function items({ world, uid }: PlacedOrder): Promise<readonly Json[]> {
  return ((await world.flow('GET', `/orders/${uid}`))?.items ?? []) as Json[];
}

async function patchLines({ world, id }: PlacedOrder, lines: readonly Json[]): Promise<void> {
  await world.omnium('PATCH', `/api/Orders/${id}/PatchUpdateOrderLines`, lines);
}

async function addLine({ world, id }: PlacedOrder, lineItemId: string): Promise<void> {
  await world.omnium('POST', `/api/Orders/${id}/OrderLines`, line(world, lineItemId, { placedPrice: 40 }));
}

/** Orders of the web shop, on their way to the shop and in it. */
export const WEB_FLOWS = flows([
  {
    title: 'web order with a new customer, pre-payment and handling',
    prepare: async (world, tag) => {
      const id = await placeRich(world, tag);
      return webOrder({ id, uid: id.replace(/\W/g, ''), world, tag });
    },
  },
  {
    title: 'web order to be sent, of a new company, not paid',
    prepare: async (world, tag) => {
      const customerId = `${tag}-firm`;
      await world.omnium('POST', '/api/BusinessCustomers', {
        customerId,
        name: 'Fjell AS',
        taxId: companyNumber(tag),
        email: `firm-${tag}@example.com`,
        marketId: 'NOR',
        address: { line1: 'Storgata', streetNumber: '5', postalCode: '0155', city: 'Oslo', countryCode: 'NO' },
      });
      const id = await placeRich(world, tag, { ...UNPAID, orderType: 'Online', customerId });
      const instance = webOrder({ id, uid: id.replace(/\W/g, ''), world, tag });
      const where = { ...instance.where, flowCustomers: [`${tag}firm`], businessCustomers: [customerId] };
      return { ...instance, where };
    },
  },
  {
    title: 'web order changed: a line more, one less, one with more pieces',
    prepare: async (world, tag) => {
      const order = await placed(world, tag);
      await patchLines(order, [{ lineItemId: '1', quantity: 3 }]);
      await world.omnium('POST', `/api/Orders/${order.id}/OrderLines/2/Cancel`);
      await addLine(order, '3');
      await addLine(order, '4');
      return webOrder(order);
    },
  },
  {
    title: 'web order changed: a price only',
    prepare: async (world, tag) => {
      const order = await placed(world, tag);
      await patchLines(order, [{ lineItemId: '1', placedPrice: 90 }]);
      return webOrder(order);
    },
  },
  {
    title: 'web order changed: to be sent instead of fetched',
    prepare: async (world, tag) => {
      const order = await placed(world, tag);
      await world.omnium('PATCH', `/api/Orders/${order.id}/PatchOrder`, { orderType: 'Online' });
      return webOrder(order);
    },
  },
  {
    title: 'web order moved to another store',
    prepare: async (world, tag) => {
      const order = await placed(world, tag, UNPAID);
      const inOmnium = await world.omnium('GET', `/api/Orders/${order.id}`);
      const form = inOmnium?.orderForm as Json;
      const shipments = (form.shipments as Json[]).map((shipment) => ({
        ...shipment,
        warehouseCode: OTHER_STORE_ID,
        pickUpWarehouseCode: OTHER_STORE_ID,
      }));
      await world.omnium('PUT', '/api/Orders/Update', {
        ...inOmnium,
        storeId: OTHER_STORE_ID,
        orderForm: { ...form, shipments },
      });
      return webOrder(order, { otherUids: [`${order.uid}-${OTHER_STORE}`] });
    },
  },
  {
    title: 'web order cancelled in Omnium',
    prepare: async (world, tag) => {
      const order = await placed(world, tag, UNPAID);
      await world.omnium('POST', `/api/Orders/${order.id}/UpdateStatus`, { status: 'OrderCanceled' });
      return webOrder(order);
    },
  },
  {
    title: 'web order handed over in part',
    prepare: async (world, tag) => {
      const order = await placed(world, tag);
      const [first] = await items(order);
      const lines = [{ orderItemUid: first?.orderItemUid, quantity: 100 }];
      await world.till(`orders/${order.uid}/hand-over`, {
        lines,
        payments: [{ settlementCode: 'CARD', amount: 5_000 }],
      });
      return webOrder(order);
    },
  },
  {
    title: 'web order handed over, the rest of the money paid in the shop, a line left there',
    prepare: async (world, tag) => {
      const order = await placed(world, tag);
      const [, second] = await items(order);
      await world.till(`orders/${order.uid}/lines/${String(second?.orderItemUid)}/remove`);
      const payments = [{ settlementCode: 'CARD', amount: 10_000 }, { settlementCode: 'CASH' }];
      await world.till(`orders/${order.uid}/hand-over`, { payments });
      return webOrder(order);
    },
  },
  {
    title: 'web order of which the shop took a line out and added two',
    prepare: async (world, tag) => {
      const order = await placed(world, tag, UNPAID);
      const [, second] = await items(order);
      const path = `/stores/${STORE}/orders/${order.uid}`;
      await world.till(`orders/${order.uid}/open`);
      await world.flow('DELETE', `${path}/items/${String(second?.orderItemUid)}`);
      for (const index of [2, 3]) {
        const orderItemUid = `added${index}`;
        await world.flow('POST', `${path}/items`, {
          orderItemUid,
          sku: world.sku(index),
          quantity: 100,
          itemPrice: 7_000,
        });
      }
      await world.till(`orders/${order.uid}/park`);
      return webOrder(order);
    },
  },
  {
    title: 'web order cancelled in the shop',
    prepare: async (world, tag) => {
      const order = await placed(world, tag, UNPAID);
      await world.till(`orders/${order.uid}/cancel`);
      return webOrder(order);
    },
  },
  {
    title: 'web order that nobody fetched: Flow deleted it',
    prepare: async (world, tag) => {
      const order = await placed(world, tag, {
        ...UNPAID,
        customerPickupDeadline: new Date(Date.now() + HOUR_MS).toISOString(),
      });
      const past = new Date(Date.now() - HOUR_MS).toISOString();
      await world.omnium('PATCH', `/api/Orders/${order.id}/PatchOrder`, { customerPickupDeadline: past });
      await world.flow('PUT', `/stores/${STORE}/orders/${order.uid}`, { validUntil: past });
      await world.expire();
      return webOrder(order);
    },
  },
  {
    title: 'goods of a web order brought back',
    prepare: async (world, tag) => {
      const order = await placed(world, tag, UNPAID);
      await world.till(`orders/${order.uid}/hand-over`);
      await world.undisturbed.order(order.id, [order.uid]);
      const back = `${tag}back`;
      await world.till('returns', {
        orderUid: back,
        originalOrderUid: order.uid,
        lines: [{ sku: world.sku(0), quantity: 100 }],
      });
      const { where } = webOrder(order, { otherUids: [back] });
      return { run: (worker) => worker.flowOrder(back), where };
    },
  },
]);
