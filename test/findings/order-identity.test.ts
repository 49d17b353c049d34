import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Integration, type Json } from '../support/integration';
import { Tills } from '../support/tills';
import { WebShop } from '../support/web-shop';

/** Which order is which, whoever speaks first, and how many copies of it a shop could sell (findings 3, 4, 14, 38). */
describe('findings: identity of orders', function () {
  this.timeout(120_000);
  let integration: Integration;
  let shop: WebShop;
  let tills: Tills;

  before(async function () {
    this.timeout(600_000);
    integration = await Integration.start();
    shop = new WebShop(integration);
    tills = new Tills(integration);
  });
  afterEach(() => integration.manners('omnium'));
  after(() => integration.stop());

  const uidOf = (id: string): string => id.replace(/\W/g, '');
  const orderInOmnium = async (id: string): Promise<Json> =>
    (await integration.omnium('GET', `/api/Orders/${id}`)).body;
  const paymentsOf = (order: Json): unknown[] => ((order.orderForm as Json).payments ?? []) as unknown[];
  const newNumber = (): string => String(Math.floor(Math.random() * 1e9));
  /** Copies of an order in all of the tenant's shops that could be sold. */
  const sellable = async (orderNumber: string): Promise<string[]> => {
    const stores = integration.chain.stores.filter(({ marketId }) => marketId === 'NOR');
    const lists = await Promise.all(
      stores.map(async ({ storeId }) => {
        const { body } = await integration.flow(
          'GET',
          `/stores/${uidOf(storeId)}/orders?orderExternalOrderNumber=${orderNumber}`,
        );
        const orders = (Array.isArray(body) ? body : Object.values(body).find(Array.isArray)) as Json[];
        return orders.filter(
          ({ orderState }) => orderState === 'PARKED' || orderState === 'CONFIRMED' || orderState === 'OPEN',
        );
      }),
    );
    return lists.flat().map(({ orderUid }) => String(orderUid));
  };
  /** A copy that another connector has made: with the number, and without anything of ours. */
  const madeBefore = async (orderNumber: string, more: Json = {}): Promise<string> => {
    const orderUid = `old${randomUUID().slice(0, 8)}`;
    const items = [{ sku: shop.sku(), quantity: 100, itemPrice: 10_000 }];
    const body = { orderUid, externalOrderNumber: orderNumber, type: 'ORDER', items, ...more };
    const { status } = await integration.flow('POST', `/stores/${shop.storeUid}/orders`, body);
    assert.equal(status, 201);
    await integration.flow('PUT', `/stores/${shop.storeUid}/orders/${orderUid}`, { orderState: 'PARKED' });
    return orderUid;
  };

  describe('finding 38: an id that is not the number', () => {
    beforeEach(() => integration.manners('omnium', 'found-by-id-alone'));
    const placed = async (): Promise<{ id: string; orderNumber: string }> => {
      const orderNumber = newNumber();
      const id = await shop.place({ id: `W-${orderNumber}`, orderNumber });
      await integration.settled(orderNumber);
      return { id, orderNumber };
    };

    it('hears what the shop has handed over and been paid', async () => {
      const { id, orderNumber } = await placed();
      await tills.onOrder(uidOf(id), 'hand-over');
      const order = await integration.orderInOmniumWhen(id, ({ status }) => status === 'Completed');
      assert.equal(paymentsOf(order).length, 1);
      assert.equal((await integration.settled(orderNumber)).syncState, 'Synced');
    });

    it('hears what the shop has refused, and an operator who knows the number only', async () => {
      const { id, orderNumber } = await placed();
      await tills.onOrder(uidOf(id), 'cancel');
      // Flow tells of no cancellation; a sweep and an operator name the order by what they know.
      await integration.resync(orderNumber);
      await integration.orderInOmniumWhen(id, ({ status }) => status === 'OrderCanceled');
    });

    it('hears of goods that came back', async () => {
      const { id } = await placed();
      await tills.onOrder(uidOf(id), 'hand-over');
      await integration.orderInOmniumWhen(id, ({ status }) => status === 'Completed');
      await tills.takeBack([{ sku: shop.sku() }], { originalOrderUid: uidOf(id) });
      await integration.orderInOmniumWhen(id, (order) => ((order.returnOrderForms ?? []) as Json[]).length === 1);
    });

    it('tells two orders with one number apart by their copies', async () => {
      await integration.manners('omnium', 'found-by-id-alone', 'numbers-occur-twice');
      const { id, orderNumber } = await placed();
      await integration.omnium(
        'POST',
        '/api/Orders',
        shop.order({ id: `X-${orderNumber}`, orderNumber, status: 'OnHold' }),
      );
      await integration.deliveriesDone();
      await tills.onOrder(uidOf(id), 'hand-over');
      const order = await integration.orderInOmniumWhen(id, ({ status }) => status === 'Completed');
      assert.equal(paymentsOf(order).length, 1);
      assert.equal((await orderInOmnium(`X-${orderNumber}`)).status, 'OnHold');
    });
  });

  describe('finding 32: an event that tells no number', () => {
    for (const first of ['before', 'after'] as const) {
      it(`has the same owner as those that do, ${first} them`, async () => {
        const orderNumber = newNumber();
        const id = `W-${orderNumber}`;
        const tell = async (): Promise<void> => {
          await integration.post({
            id: randomUUID(),
            className: 'Order',
            objectId: id,
            category: 'Updated',
            market: 'NOR',
          });
          assert.deepEqual((await integration.settled(id)).outcome?.forwardedTo, [orderNumber]);
        };
        if (first === 'before') await integration.unsubscribe();
        await shop.place({ id, orderNumber });
        if (first === 'before') {
          await tell();
          await integration.subscribe();
        }
        await integration.settled(orderNumber);
        if (first === 'after') await tell();
        await integration.settled(orderNumber);
        assert.equal((await sellable(orderNumber)).length, 1);
        await tills.onOrder(uidOf(id), 'hand-over');
        await integration.orderInOmniumWhen(id, ({ status }) => status === 'Completed');
      });
    }
  });

  describe('finding 14: a till sale with a number of another system', () => {
    for (const number of ['SHOPIFY-77', 'WOO_12', '4711-A']) {
      it(`reaches Omnium once as the sale it is: ${number}`, async () => {
        const orderUid = await madeBefore(`${number}-${newNumber()}`);
        await tills.onOrder(orderUid, 'hand-over');
        const order = await integration.orderInOmniumWhen(orderUid, ({ status }) => status === 'Completed');
        assert.deepEqual([order.orderType, paymentsOf(order).length], ['Pos', 1]);
      });
    }
  });

  describe('finding 3: a copy that another connector has made', () => {
    it('is adopted, not made again, and its sale reaches Omnium', async () => {
      const orderNumber = newNumber();
      const orderUid = await madeBefore(orderNumber);
      await shop.place({ id: `M-${orderNumber}`, orderNumber });
      assert.equal((await integration.settled(orderNumber)).outcome?.flowOrderUid, orderUid);
      assert.deepEqual(await sellable(orderNumber), [orderUid]);
      await tills.onOrder(orderUid, 'hand-over');
      const order = await integration.orderInOmniumWhen(`M-${orderNumber}`, ({ status }) => status === 'Completed');
      assert.equal(paymentsOf(order).length, 1);
    });

    for (const status of ['OnHold', 'Completed']) {
      it(`is known while its order is ${status}: what the shop does with it reaches Omnium or is shown`, async () => {
        await integration.manners('omnium', 'finished-without-delivered');
        const orderNumber = newNumber();
        const orderUid = await madeBefore(orderNumber);
        await shop.place({ id: `M-${orderNumber}`, orderNumber });
        await integration.settled(orderNumber);
        await integration.omnium('POST', `/api/Orders/M-${orderNumber}/UpdateStatus`, { status });
        const { outcome, syncState } = await integration.settled(orderNumber);
        const inFlow = (await integration.orderInFlow(orderUid))?.orderState;
        if (status === 'Completed') assert.equal(inFlow, 'CANCELLED');
        else assert.deepEqual([inFlow, syncState, outcome?.flowOrderUid], ['PARKED', 'Differs', orderUid]);
      });
    }

    it('is cancelled with the order', async () => {
      const orderNumber = newNumber();
      const orderUid = await madeBefore(orderNumber);
      await shop.place({ id: `M-${orderNumber}`, orderNumber });
      await integration.settled(orderNumber);
      await integration.omnium('POST', `/api/Orders/M-${orderNumber}/UpdateStatus`, { status: 'OrderCanceled' });
      await integration.settled(orderNumber);
      assert.deepEqual(await sellable(orderNumber), []);
      assert.equal((await integration.orderInFlow(orderUid))?.orderState, 'CANCELLED');
    });
  });

  it('finding 4: an order that moves on and back again is for sale in one shop, and its sale reaches Omnium', async () => {
    const orderNumber = await shop.place();
    await integration.settled(orderNumber);
    const others = integration.chain.stores.filter(
      ({ marketId, storeId }) => marketId === 'NOR' && storeId !== shop.storeId,
    );
    const [second, third] = others.map(({ storeId }) => storeId);
    let storeUid = '';
    for (const storeId of [second, third, shop.storeId, second, shop.storeId]) {
      const current = await orderInOmnium(orderNumber);
      const form = current.orderForm as Json;
      const shipments = (form.shipments as Json[]).map((shipment) => ({
        ...{ ...shipment, pickUpWarehouseCode: storeId, warehouseCode: storeId },
      }));
      await integration.omnium('POST', '/api/Orders/Update', { ...current, orderForm: { ...form, shipments } });
      const { outcome } = await integration.settled(orderNumber);
      storeUid = uidOf(String(storeId));
      assert.equal(outcome?.storeUid, storeUid);
      assert.deepEqual(await sellable(orderNumber), [outcome?.flowOrderUid]);
    }
    const [orderUid] = await sellable(orderNumber);
    await new Tills(integration, storeUid).onOrder(String(orderUid), 'hand-over');
    await integration.orderInOmniumWhen(orderNumber, ({ status }) => status === 'Completed');
  });

  it('an order that is cancelled in Omnium and taken up again is for sale once more, once', async () => {
    const orderNumber = await shop.place();
    for (const [status, count] of [
      ['OrderCanceled', 0],
      ['New', 1],
      ['OrderCanceled', 0],
      ['InProgress', 1],
    ] as const) {
      await integration.settled(orderNumber);
      await integration.omnium('POST', `/api/Orders/${orderNumber}/UpdateStatus`, { status });
      await integration.settled(orderNumber);
      assert.equal((await sellable(orderNumber)).length, count, status);
    }
  });

  for (const customerId of ['ÆØÅ', 'Ærø Bjørn', '漢字']) {
    it(`finding 31: an order of the customer ${customerId} is synced in every pass, and names nobody`, async () => {
      const orderNumber = await shop.place({ customerId });
      await integration.settled(orderNumber);
      await integration.resync(orderNumber);
      const result = await integration.settled(orderNumber);
      assert.ok(result.syncState === 'Synced' || result.syncState === 'Differs');
      const history = await integration.handle(orderNumber).fetchHistory();
      const stored = JSON.stringify([result, history], (_key, value: unknown) =>
        value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value,
      );
      assert.ok(stored.includes(orderNumber), 'what is stored can be read');
      assert.ok(!stored.includes(customerId));
    });
  }
});
