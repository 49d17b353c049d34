import { flows, type ShopFlow } from './crash-stage';
import { OTHER_STORE, type CrashWorld, type Json } from './crash-world';

/** Two lines with discounts, so that cents have to be shared out. */
const lines = (world: CrashWorld): Json[] => [
  { sku: world.sku(0), quantity: 300, itemPrice: 19_990, itemDiscountAmount: 1_000 },
  { sku: world.sku(1), quantity: 100, itemPrice: 4_955 },
];

/** A person whom a till has written down. */
async function newPerson(world: CrashWorld, tag: string): Promise<string> {
  const customerUid = `${tag}person`;
  await world.till('customers', {
    customerUid,
    customerType: 'PERSON',
    firstname: 'Kari',
    lastname: 'Berg',
    email: `${tag}@example.com`,
    mobile: `+4790${tag.slice(1)}`,
    address: 'Storgata 1',
    postalCode: '0155',
    city: 'Oslo',
    countryCode: 'NO',
  });
  return customerUid;
}

/** A sale that is in Omnium with its invoice by now. */
async function sold(world: CrashWorld, tag: string, more: Json = {}): Promise<string> {
  const orderUid = `${tag}sale`;
  await world.till('sales', { orderUid, lines: lines(world), ...more });
  await world.undisturbed.flowOrder(orderUid);
  return orderUid;
}

/** A sale in both systems, and what came back of it later. */
function afterSale(title: string, act: (world: CrashWorld, tag: string, saleUid: string) => Promise<void>): ShopFlow {
  return {
    title,
    prepare: async (world, tag) => {
      const saleUid = await sold(world, tag);
      const backUid = `${tag}back`;
      await act(world, tag, saleUid);
      const first = `${tag}first`;
      return {
        run: (worker) => worker.flowOrder(backUid),
        where: { flowOrders: [saleUid, first, backUid], omniumOrders: [saleUid, first, backUid] },
      };
    },
  };
}

/** Something rung up at a till of which Omnium knows nothing yet. */
function atTill(
  title: string,
  act: (world: CrashWorld, tag: string, orderUid: string) => Promise<void>,
  more: Pick<ShopFlow, 'reconfigure'> = {},
): ShopFlow {
  return {
    title,
    ...more,
    prepare: async (world, tag) => {
      const orderUid = `${tag}sale`;
      await act(world, tag, orderUid);
      return {
        run: (worker) => worker.flowOrder(orderUid),
        where: {
          flowOrders: [orderUid],
          omniumOrders: [orderUid],
          flowCustomers: [`${tag}person`],
          privateCustomers: [`${tag}person`],
        },
      };
    },
  };
}

/** Orders born at a till. */
export const TILL_FLOWS = flows([
  atTill(
    'sale to a customer whom Omnium does not know, two payments, rounding, receipt',
    async (world, tag, orderUid) => {
      const customerUid = await newPerson(world, tag);
      const payments = [{ settlementCode: 'CARD', amount: 20_000 }, { settlementCode: 'CASH' }];
      await world.till('sales', { orderUid, customerUid, lines: lines(world), orderDiscountAmount: 500, payments });
    },
  ),
  atTill('sale with its receipt', async (world, _tag, orderUid) => {
    await world.till('sales', { orderUid, lines: lines(world) });
  }),
  atTill('down payment', async (world, _tag, orderUid) => {
    const { shippingSku: sku } = world.chain;
    await world.till('sales', { orderUid, type: 'PAYMENT', lines: [{ sku, quantity: 100, itemPrice: 50_000 }] });
  }),
  atTill('sale that was parked, paid in two parts and then handed over', async (world, tag, orderUid) => {
    await world.till('parked-orders', { orderUid, customerUid: await newPerson(world, tag), lines: lines(world) });
    await world.till(`orders/${orderUid}/pay`, { payments: [{ settlementCode: 'CARD', amount: 10_000 }] });
    await world.till(`orders/${orderUid}/hand-over`, { payments: [{ settlementCode: 'CARD' }] });
  }),
  afterSale('return of a known sale', async (world, tag, originalOrderUid) => {
    const back = lines(world).map(({ sku, quantity }) => ({ sku, quantity }));
    await world.till('returns', { orderUid: `${tag}back`, originalOrderUid, lines: back });
  }),
  afterSale('second part return of a sale', async (world, tag, originalOrderUid) => {
    const first = `${tag}first`;
    await world.till('returns', { orderUid: first, originalOrderUid, lines: [{ sku: world.sku(0), quantity: 100 }] });
    await world.undisturbed.flowOrder(first);
    const second = { orderUid: `${tag}back`, originalOrderUid };
    await world.till('returns', {
      ...second,
      lines: [
        { sku: world.sku(0), quantity: 100 },
        { sku: world.sku(1), quantity: 100 },
      ],
    });
  }),
  afterSale('return in another store than the sale', async (world, tag, originalOrderUid) => {
    const back = [{ sku: world.sku(0), quantity: 100 }];
    await world.till('returns', { orderUid: `${tag}back`, originalOrderUid, lines: back }, OTHER_STORE);
  }),
  {
    title: 'sale that was paid first and handed over later',
    prepare: async (world, tag) => {
      const orderUid = `${tag}sale`;
      await world.till('parked-orders', { orderUid, lines: lines(world) });
      await world.till(`orders/${orderUid}/pay`, { payments: [{ settlementCode: 'CARD', amount: 63_925 }] });
      await world.undisturbed.flowOrder(orderUid);
      await world.till(`orders/${orderUid}/hand-over`);
      return {
        run: (worker) => worker.flowOrder(orderUid),
        where: { flowOrders: [orderUid], omniumOrders: [orderUid] },
      };
    },
  },
  afterSale('exchange with money to give back', async (world, tag, originalOrderUid) => {
    await world.till('exchanges', {
      orderUid: `${tag}back`,
      originalOrderUid,
      returned: [{ sku: world.sku(0), quantity: 100 }],
      lines: [{ sku: world.sku(2), quantity: 100, itemPrice: 5_000 }],
    });
  }),
  afterSale('exchange with money to pay', async (world, tag, originalOrderUid) => {
    await world.till('exchanges', {
      orderUid: `${tag}back`,
      originalOrderUid,
      returned: [{ sku: world.sku(0), quantity: 100 }],
      lines: [{ sku: world.sku(2), quantity: 100, itemPrice: 35_000 }],
    });
  }),
  atTill('blind return as a POS order', async (world, _tag, orderUid) => {
    await world.till('returns', { orderUid, lines: [{ sku: world.sku(2), quantity: 200, itemPrice: 5_000 }] });
  }),
  atTill(
    'blind return as an order of type ReturnOrder',
    async (world, _tag, orderUid) => {
      await world.till('returns', { orderUid, lines: [{ sku: world.sku(2), quantity: 200, itemPrice: 5_000 }] });
    },
    {
      reconfigure: (tenant) => ({
        ...tenant,
        orders: { ...tenant.orders, till: { ...tenant.orders.till, blindReturnsAs: 'return-order' } },
      }),
    },
  ),
]);
