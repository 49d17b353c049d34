import assert from 'node:assert/strict';
import { Buyer, itemsOf, uidOf } from '../support/buyer';
import { Integration, type Json } from '../support/integration';
import { Tills } from '../support/tills';
import { WebShop } from '../support/web-shop';

describe('purchase orders and what they depend on', function () {
  this.timeout(60_000);
  let integration: Integration;
  let buyer: Buyer;

  before(async function () {
    this.timeout(600_000);
    integration = await Integration.start();
    buyer = new Buyer(integration);
  });

  after(async () => {
    await integration.stop();
  });

  it('bring changes of their supplier along, and overwrite no other one', async () => {
    const supplierId = `Ski & Co ${uidOf(await buyer.order())}`;
    const supplier = { id: supplierId, name: 'Ski & Co', address: { line1: 'Havna 1', city: 'Bergen' } };
    await integration.omnium('PUT', '/api/Suppliers', supplier);
    const id = await buyer.known(undefined, { supplierId });
    await integration.omnium('PUT', '/api/Suppliers', { ...supplier, address: { line1: 'Havna 2', city: 'Bergen' } });
    await buyer.resync(id);
    assert.deepEqual((await buyer.settled(id)).outcome?.changedFields, ['supplier address']);
    const path = `/suppliers/${uidOf(supplierId)}`;
    assert.equal((await integration.flow('GET', path)).body.address, 'Havna 2');
    const same = supplierId.replace('&', '+');
    await integration.omnium('PUT', '/api/Suppliers', { id: same, name: 'Other' });
    const other = await buyer.order(undefined, { supplierId: same });
    assert.equal((await buyer.waiting(other)).lastFailure?.failureType, 'UidCollision');
    assert.equal((await integration.flow('GET', path)).body.name, 'Ski & Co');
    await buyer.giveUp(other);
  });

  it('do not wait for what Flow does not take of a supplier', async () => {
    const id = await buyer.known();
    await integration.omnium('PUT', '/api/Suppliers', {
      ...(await integration.omnium('GET', `/api/Suppliers/${buyer.supplierId}`)).body,
      name: 'Another name',
    });
    await integration.fault('flow', { kind: 'error', status: 422, method: 'PUT', path: '/suppliers/', times: 1 });
    await buyer.changeLines(id, ([first]) => [{ ...first, quantity: 11 }]);
    const { outcome, syncState } = await buyer.settled(id);
    assert.deepEqual([syncState, outcome?.action], ['Differs', 'updated']);
    assert.deepEqual(outcome?.differences, ['supplier sup100: Flow did not take the change of name']);
  });

  describe('that cannot be made', () => {
    it('wait for their products, and are never half made', async () => {
      const missing = buyer.sku(20);
      const { body: product } = await integration.flow('GET', `/products/${uidOf(missing)}`);
      await integration.tillOffice(`products/${uidOf(missing)}/remove`);
      const id = await buyer.order([buyer.line('L1'), buyer.line('L2', { code: missing })]);
      const { lastFailure } = await buyer.waiting(id);
      assert.equal(lastFailure?.failureType, 'FlowProductMissing');
      assert.ok(lastFailure?.message.includes(missing));
      assert.deepEqual(await buyer.inFlow(id), []);
      assert.deepEqual((await buyer.inspect(id)).verdict, 'differs');
      const { name, sku, vatCodeUid } = product;
      const made = await integration.flow('POST', '/products', { productUid: uidOf(missing), name, sku, vatCodeUid });
      assert.ok(made.status < 300, JSON.stringify(made));
      await buyer.healed(id);
      assert.equal(itemsOf(await buyer.oneInFlow(id)).length, 2);
    });

    it('name the currency that Flow does not have', async () => {
      const id = await buyer.order(undefined, { billingCurrency: 'JPY' });
      const { lastFailure } = await buyer.waiting(id);
      assert.equal(lastFailure?.failureType, 'ConfigurationIncomplete');
      assert.match(lastFailure?.message ?? '', /foreign currency JPY/);
      await buyer.change(id, () => ({ billingCurrency: 'USD' }));
      await buyer.settled(id);
      assert.equal((await buyer.oneInFlow(id)).currency, 'USD');
    });

    it('overwrite nobody else’s', async () => {
      const first = await buyer.known();
      const same = first.replace('-', '.');
      await integration.omnium('POST', '/api/PurchaseOrders', {
        ...{ id: same, marketId: 'NOR', storeId: 'oslo-city', supplierId: buyer.supplierId },
        purchaseOrderForm: { lineItems: [buyer.line('L1')] },
      });
      const { lastFailure } = await buyer.waiting(same);
      assert.equal(lastFailure?.failureType, 'UidCollision');
      assert.ok(lastFailure?.message.includes(first) && lastFailure.message.includes(same));
      assert.equal((await buyer.oneInFlow(first)).externalId, first);
      await buyer.giveUp(same);
    });
  });

  describe('that customers wait for', () => {
    it('link the customers’ lines, as far as their orders are in Flow', async () => {
      const shop = new WebShop(integration);
      const code = buyer.sku(5);
      const line = { lineItemId: 'W1', code, quantity: 2 };
      const orderNumber = await shop.place({ orderType: 'Bopis', lines: [line] });
      await integration.settled(orderNumber);
      const id = await buyer.known([buyer.line('L1', { code })]);
      const reserve = (quantity: number): Promise<Json> =>
        integration.control('omnium', 'POST /reservations', {
          ...{ orderNumber, lineItemId: 'W1', quantity },
          ...{ purchaseOrderId: id, purchaseOrderLineId: 'L1' },
        });
      await reserve(2);
      await buyer.resync(id);
      assert.deepEqual((await buyer.settled(id)).outcome?.changedFields, ['line reservations']);
      const links = async (): Promise<Json[]> => itemsOf(await buyer.oneInFlow(id))[0]?.reservations as Json[];
      const inFlow = await integration.orderInFlow(orderNumber);
      assert.deepEqual(
        (await links()).map(({ orderUid, orderItemUid, quantity }) => ({ orderUid, orderItemUid, quantity })),
        [{ orderUid: inFlow?.orderUid, orderItemUid: itemsOf(inFlow ?? {})[0]?.orderItemUid, quantity: 200 }],
      );
      await buyer.resync(id);
      assert.equal((await buyer.settled(id)).outcome?.action, 'unchanged');
      // Goods that have come are nobody's to wait for: Omnium releases the link, and Flow's line is over.
      const deliveryId = await buyer.deliver(id, [{ lineItemId: 'L1' }]);
      await buyer.receiveInOmnium(deliveryId, 'L1', 10);
      await buyer.settledAfter(deliveryId, id);
      assert.equal((await buyer.oneInFlow(id)).status, 'RECEIVED');
      await buyer.resync(id);
      assert.equal((await buyer.settled(id)).outcome?.action, 'unchanged');
    });

    it('release the links that Omnium has released, and keep those of the shop', async () => {
      const shop = new WebShop(integration);
      const code = buyer.sku(6);
      const orderNumber = await shop.place({ orderType: 'Bopis', lines: [{ lineItemId: 'W1', code, quantity: 2 }] });
      await integration.settled(orderNumber);
      const inFlow = (await integration.orderInFlow(orderNumber)) ?? {};
      const parked = await new Tills(integration).park([{ sku: code }]);
      const id = await buyer.known([buyer.line('L1', { code })]);
      const link = (order: Json, quantity: number): Json => ({
        ...{ orderUid: order.orderUid, orderItemUid: itemsOf(order)[0]?.orderItemUid, quantity },
      });
      const [ofOmnium, ofTheShop] = [link(inFlow, 200), link(parked, 100)];
      const uid = uidOf(id);
      const { status } = await integration.flow('PUT', `/stores/oslocity/purchase-orders/${uid}/items/${uid}-L1`, {
        reservations: [ofOmnium, ofTheShop],
      });
      assert.equal(status, 200);
      await buyer.resync(id);
      await buyer.settled(id);
      const left = itemsOf(await buyer.oneInFlow(id))[0]?.reservations as Json[];
      assert.deepEqual(
        left.map(({ orderUid }) => orderUid),
        [parked.orderUid],
      );
    });
  });

  describe('calls that fail before or after they did their work', () => {
    const writes = [
      ['a new order', 'POST', '/purchase-orders$'],
      ['a new line', 'POST', '/items$'],
      ['a changed line', 'PUT', '/items/[^/]+$'],
      ['a removed line', 'DELETE', '/items/[^/]+$'],
      ['the status', 'PUT', '/purchase-orders/[^/]+$'],
      ['a removed order', 'DELETE', '/purchase-orders/[^/]+$'],
    ] as const;
    for (const kind of ['reset', 'lost-answer'] as const) {
      for (const [what, method, path] of writes) {
        it(`${what}: ${kind}`, async () => {
          const fault = { kind, method, path, times: 1 };
          if (what === 'a new order') await integration.fault('flow', fault);
          const id = await buyer.order([buyer.line('L1'), buyer.line('L2', { code: buyer.sku(1) })]);
          await buyer.healed(id);
          if (what !== 'a new order') await integration.fault('flow', fault);
          if (what === 'a removed order') await buyer.delete(id);
          else {
            await buyer.changeLines(id, ([first]) => [
              { ...first, quantity: 8, canceledQuantity: 4, deliveredQuantity: 4 },
              buyer.line('L3', { code: buyer.sku(2), canceledQuantity: 10 }),
            ]);
          }
          await buyer.healed(id);
          const hit = (await integration.requests('flow')).filter((request) => request.fault === kind);
          assert.ok(hit.length >= 1, 'the fault has happened');
          await integration.clearRequests();
          if (what === 'a removed order') return assert.deepEqual(await buyer.inFlow(id), []);
          const order = await buyer.oneInFlow(id);
          assert.equal(order.status, 'RECEIVED');
          assert.deepEqual(
            itemsOf(order).map((item) => [item.externalId, item.quantityOrdered, item.quantityReceived]),
            [
              ['L1', 800, 400],
              ['L3', 1_000, 0],
            ],
          );
        });
      }
    }
  });
});
