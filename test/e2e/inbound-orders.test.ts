import assert from 'node:assert/strict';
import type { SyncResult } from '../../src/contracts/entity-sync';
import type { OrderOutcome } from '../../src/contracts/kinds/order';
import { until } from '../support/order-driver';
import { Integration, type Json } from '../support/integration';
import { Tills } from '../support/tills';
import { WebShop, type WebOrder } from '../support/web-shop';

const items = (order: Json | undefined): Json[] => (order?.items ?? []) as Json[];
const total = (order: Json | undefined): unknown => (order?.orderTotals as Json | undefined)?.totalAmount;
const payment = (members: Json = {}): Json => ({
  id: 'pay-1',
  amount: 100,
  transactionType: 'Sale',
  transactionId: 'tx-1',
  status: 'Processed',
  paymentMethodName: 'Klarna',
  ...members,
});

describe('web orders reach the tills', function () {
  this.timeout(60_000);
  let integration: Integration;
  let shop: WebShop;

  before(async function () {
    this.timeout(600_000);
    integration = await Integration.start();
    shop = new WebShop(integration);
  });

  after(async () => {
    await integration.stop();
  });

  /** Places an order and waits until it is through. */
  async function sync(order: WebOrder = {}): Promise<{ id: string; result: SyncResult<OrderOutcome>; flow: Json }> {
    const id = await shop.place(order);
    const result = await integration.settled(id);
    const flow = await integration.orderInFlow(id);
    assert.ok(flow, `${id} is not in Flow: ${JSON.stringify(result)}`);
    return { id, result, flow };
  }

  async function change(id: string, call: `${'POST' | 'PATCH'} ${string}`, body: unknown): Promise<Json | undefined> {
    const [method, path] = call.split(' ') as ['POST' | 'PATCH', string];
    await integration.omnium(method, `/api/Orders/${id}/${path}`, body);
    await integration.settled(id);
    return await integration.orderInFlow(id);
  }

  describe('a new order', () => {
    it('to be fetched is parked in its pick-up store, with handling, deadline and reservation', async () => {
      const { id, flow, result } = await sync({ lines: [{ code: shop.sku(0), quantity: 2, placedPrice: 199.5 }] });
      assert.equal(result.syncState, 'Synced');
      assert.deepEqual(
        [flow.orderState, flow.storeUid, flow.externalOrderNumber, total(flow)],
        ['PARKED', 'oslocity', id, 39_900],
      );
      assert.deepEqual(
        (flow.orderhandlings as Json[]).map((handling) => handling.handlingUid),
        ['click_collect'],
      );
      assert.ok(Date.parse(String(flow.validUntil)) > Date.now() + 2 * 24 * 3600_000, 'three working days');
      const [item] = items(flow);
      assert.deepEqual(
        [item?.sku, item?.quantity, item?.quantityReserved, item?.externalId],
        [shop.sku(0), 200, 200, '1'],
      );
    });

    it('paid on the web (Bopis) is parked with one pre-payment, by the mapped method', async () => {
      const { flow, result } = await sync({ orderType: 'Bopis', form: { payments: [payment(), payment()] } });
      assert.equal(result.syncState, 'Synced');
      assert.equal(flow.orderState, 'PARKED');
      assert.deepEqual(
        (flow.settlements as Json[]).map((s) => [s.settlementCode, s.amount, s.externalId]),
        [['EXTERNAL_KLARNA', 10_000, 'pay-1']],
      );
      assert.equal(flow.settleState, 'NOT_STARTED');
      assert.equal((flow.settlementTotals as Json).totalRemaining, 0);
    });

    it('overpaid, since a line was cancelled, is reserved up to its total and the rest is told', async () => {
      const { flow, result } = await sync({ orderType: 'Bopis', form: { payments: [payment({ amount: 120 })] } });
      assert.deepEqual(
        (flow.settlements as Json[]).map((settlement) => settlement.amount),
        [10_000],
      );
      assert.equal(result.syncState, 'Differs');
      assert.match(result.outcome?.differences?.join() ?? '', /paid or promised 12000 cents, Flow has 10000/);
    });

    for (const orderType of ['Online', 'OnlineOrder']) {
      it(`to be sent (${orderType}) is confirmed with the online handling, address and shipping line`, async () => {
        const address = {
          firstName: 'Kari',
          lastName: 'Berg',
          line1: 'Storgata 5',
          postalCode: '0155',
          city: 'Oslo',
          countryCode: 'NO',
          phone: '+47 900 00 000',
        };
        const { flow } = await sync({
          orderType,
          shipment: { address, shippingMethodName: 'Home delivery', shippingSubTotal: 49 },
          billingAddress: { ...address, line1: 'Torget 1' },
        });
        assert.deepEqual([flow.orderState, total(flow)], ['CONFIRMED', 14_900]);
        assert.deepEqual(
          (flow.orderhandlings as Json[]).map((handling) => handling.handlingUid),
          ['online_order'],
        );
        assert.equal((flow.customerAddress as Json).address, 'Storgata 5');
        assert.equal((flow.customerAddress as Json).mobile, '+4790000000');
        assert.equal((flow.invoiceAddress as Json).address, 'Torget 1');
        assert.deepEqual(
          items(flow).map((item) => [item.sku, item.totalPrice]),
          [
            [shop.sku(), 10_000],
            ['SHIPPING', 4_900],
          ],
        );
      });
    }

    it('of another type is ignored with the reason', async () => {
      const id = await shop.place({ orderType: 'ShipFromStore' });
      const result = await integration.settled(id);
      assert.equal(result.syncState, 'Ignored');
      assert.match(result.outcome?.reason ?? '', /ShipFromStore/);
      assert.equal(await integration.orderInFlow(id), undefined);
    });

    it('keeps every discount, to the cent', async () => {
      const { flow } = await sync({
        lines: [
          { code: shop.sku(0), quantity: 3, placedPrice: 33.33, discounted: 10 },
          { code: shop.sku(1), quantity: 1, placedPrice: 99.9 },
          { code: shop.sku(2), quantity: 7, placedPrice: 0.165 },
          { code: shop.sku(3), quantity: 1, placedPrice: 0 },
        ],
        form: {
          discounts: [
            {
              discountId: 'd1',
              discountType: 'Order',
              rewardType: 'Percentage',
              discountValue: 12.5,
              discountName: 'Autumn',
            },
          ],
        },
      });
      const omnium = (await integration.omnium('GET', `/api/Orders/${String(flow.externalOrderNumber)}`)).body;
      assert.equal(total(flow), Math.round(Number((omnium.orderForm as Json).total) * 100));
      assert.equal(items(flow).length, 4);
    });

    for (const kind of ['private', 'business'] as const) {
      it(`brings an unknown ${kind} customer along, and finds the same one for the next order`, async () => {
        const customerId = await shop.newCustomer(kind);
        const customerType = kind === 'business' ? 'B2B' : 'B2C';
        const first = await sync({ customerId, customerType });
        assert.equal(first.result.outcome?.differences, undefined);
        const { body: customer } = await integration.flow('GET', `/customers/${String(first.flow.customerUid)}`);
        assert.equal(customer.externalId, customerId);
        assert.equal(customer.loyaltyId, `loyalty-${customerId}`);
        assert.equal(customer.customerType, kind === 'business' ? 'COMPANY' : 'PERSON');
        const second = await sync({ customerId, customerType });
        assert.equal(second.flow.customerUid, first.flow.customerUid);
        const { body: list } = await integration.flow('GET', `/customers?customerExternalId=${customerId}`);
        assert.equal((list.items as Json[]).length, 1);
      });
    }

    it('of a guest goes to the shop without the id of a customer whom Omnium does not have, and is equal', async () => {
      const { flow, result } = await sync({ customerId: 'nobody-1' });
      assert.equal(flow.customerUid ?? null, null);
      assert.deepEqual([result.syncState, result.outcome?.differences], ['Synced', undefined]);
    });

    it('with a package: its components carry the price, its own line is left out', async () => {
      const pack = integration.chain.products.find((product) => product.kind === 'package');
      assert.ok(pack?.components && pack.skus[0]);
      const parts = pack.components.map((part, index) => ({
        lineItemId: `c${index}`,
        code: part.sku,
        quantity: part.quantity,
        placedPrice: 0,
        packageLineItemId: 'p',
      }));
      const { flow } = await sync({
        lines: [{ lineItemId: 'p', code: pack.skus[0].sku, placedPrice: 250, isPackageProduct: true }, ...parts],
      });
      assert.equal(total(flow), 25_000);
      assert.deepEqual(
        items(flow).map((item) => item.externalId),
        parts.map((part) => part.lineItemId),
      );
    });

    it('with hundreds of lines goes through in one create', async () => {
      await integration.clearRequests();
      const lines = Array.from({ length: 600 }, (_, index) => ({
        lineItemId: String(index),
        code: shop.sku(index % 20),
        quantity: 1 + (index % 5),
        placedPrice: 10 + index / 100,
      }));
      const { flow } = await sync({ lines });
      assert.equal(items(flow).length, 600);
      const writes = (await integration.requests('flow')).filter(({ method }) => method !== 'GET');
      assert.equal(writes.length, 3, 'order, handling, state');
    });

    it('with an unknown SKU makes no half order, names the SKU, and heals when the product is there', async () => {
      const id = await shop.place({ lines: [{ code: shop.sku(0) }] });
      await integration.settled(id);
      await integration.flow('PUT', `/products/${shop.sku(5).replace(/\W/g, '')}`, { sku: 'renamed-in-flow' });
      const broken = await shop.place({ lines: [{ code: shop.sku(5) }] });
      const { lastFailure } = await integration.waiting(broken);
      assert.equal(lastFailure?.failureType, 'FlowProductMissing');
      assert.match(lastFailure?.message ?? '', new RegExp(shop.sku(5)));
      assert.equal(await integration.orderInFlow(broken), undefined);
      await integration.flow('PUT', `/products/${shop.sku(5).replace(/\W/g, '')}`, { sku: shop.sku(5) });
      const handle = integration.handle(broken);
      // A late copy of its event may be at work just now, and fail still.
      await until(async () => {
        await handle.executeUpdate('retryNow').catch(() => undefined);
        return (await handle.describe()).status.name === 'RUNNING' ? undefined : true;
      });
      assert.equal((await integration.settled(broken)).syncState, 'Synced');
    });
  });

  describe('a changed order', () => {
    it('gets new, changed and removed lines, and its state back', async () => {
      const { id } = await sync({ orderType: 'Online', lines: [{ code: shop.sku(0) }, { code: shop.sku(1) }] });
      await change(id, 'PATCH PatchUpdateOrderLines', [{ lineItemId: '1', quantity: 4 }]);
      await change(id, 'POST OrderLines/2/Cancel', undefined);
      const line = { lineItemId: '3', code: shop.sku(2), quantity: 1, placedPrice: 55.5, taxRate: 25 };
      const flow = await change(id, 'POST OrderLines', line);
      assert.deepEqual(
        items(flow).map((item) => [item.externalId, item.quantity, item.itemPrice]),
        [
          ['1', 400, 10_000],
          ['3', 100, 5_550],
        ],
      );
      assert.deepEqual([flow?.orderState, total(flow)], ['CONFIRMED', 45_550]);
    });

    it('keeps its prices when a customer is attached later', async () => {
      const { id } = await sync({ orderType: 'Online', lines: [{ code: shop.sku(0), placedPrice: 77.77 }] });
      const flow = await change(id, 'PATCH PatchOrder', { customerId: shop.knownCustomerId() });
      assert.ok(flow?.customerUid);
      assert.deepEqual([total(flow), flow.orderState], [7_777, 'CONFIRMED']);
    });

    it('keeps the deadline it was given first', async () => {
      const { id, flow: before } = await sync();
      const after = await change(id, 'PATCH PatchUpdateOrderLines', [{ lineItemId: '1', quantity: 2 }]);
      assert.equal(after?.validUntil, before.validUntil);
    });

    it('that is right already costs two reads and no write', async () => {
      const { id } = await sync();
      await integration.clearRequests();
      await integration.post({ id: 'again', className: 'Order', objectId: id, objectNumber: id, category: 'Updated' });
      const result = await integration.settled(id);
      assert.equal(result.outcome?.action, 'unchanged');
      assert.equal(result.outcome.calls, 2);
      assert.deepEqual(
        (await integration.requests('flow')).map(({ method }) => method),
        ['GET'],
      );
    });

    it('keeps the state the shop gave it, and gets another when its type changes', async () => {
      const { id } = await sync();
      const path = `/stores/oslocity/orders/${String((await integration.orderInFlow(id))?.orderUid)}`;
      for (const orderState of ['OPEN', 'CONFIRMED']) await integration.flow('PUT', path, { orderState });
      const changed = await change(id, 'PATCH PatchUpdateOrderLines', [{ lineItemId: '1', quantity: 2 }]);
      assert.deepEqual([changed?.orderState, total(changed)], ['CONFIRMED', 20_000]);
      const { id: parked } = await sync();
      const online = await change(parked, 'PATCH PatchOrder', { orderType: 'Online' });
      assert.equal(online?.orderState, 'CONFIRMED');
    });

    it('that the shop has cancelled is not made again: the cancellation wins and goes to Omnium', async () => {
      const { id } = await sync();
      await integration.till('oslocity', `orders/${id.replace(/\W/g, '')}/cancel`, {});
      assert.equal((await integration.orderInFlow(id))?.orderState, 'CANCELLED');
      await integration.omnium('PATCH', `/api/Orders/${id}/PatchUpdateOrderLines`, [{ lineItemId: '1', quantity: 2 }]);
      const result = await integration.settled(id);
      assert.deepEqual([result.syncState, result.outcome?.action], ['Synced', 'cancelled']);
      assert.equal((await integration.orderInOmnium(id))?.status, 'OrderCanceled');
      assert.equal((await integration.orderInFlow(id))?.orderState, 'CANCELLED');
    });

    it('moves to the store it is now fetched in', async () => {
      const { id } = await sync();
      const other = integration.chain.stores.find(
        (store) => store.marketId === 'NOR' && store.storeId !== shop.storeId,
      );
      assert.ok(other);
      const current = (await integration.omnium('GET', `/api/Orders/${id}`)).body;
      const form = current.orderForm as Json;
      const shipments = (form.shipments as Json[]).map((shipment) => ({
        ...shipment,
        pickUpWarehouseCode: other.storeId,
        warehouseCode: other.storeId,
      }));
      await integration.omnium('POST', '/api/Orders/Update', { ...current, orderForm: { ...form, shipments } });
      const result = await integration.settled(id);
      assert.equal(result.outcome?.storeUid, other.storeId.replace(/\W/g, ''));
      assert.equal((await integration.orderInFlow(id))?.orderState, 'CANCELLED');
    });
  });

  describe('a cancelled order', () => {
    it('is cancelled in Flow and frees its stock', async () => {
      const { id } = await sync({ lines: [{ code: shop.sku(6), quantity: 2 }] });
      const flow = await change(id, 'POST UpdateStatus', { status: 'OrderCanceled' });
      assert.equal(flow?.orderState, 'CANCELLED');
      assert.equal(items(flow)[0]?.quantityReserved ?? 0, 0);
    });

    it('is never made when it was cancelled before it arrived', async () => {
      const id = await shop.place({ status: 'OrderCanceled' });
      assert.equal((await integration.settled(id)).syncState, 'Ignored');
      assert.equal(await integration.orderInFlow(id), undefined);
    });

    it('is left to the shop when it is paid already, and the difference is shown', async () => {
      const { id, flow } = await sync({});
      const deposit = { payments: [{ settlementCode: 'CARD', amount: 5_000 }] };
      await new Tills(integration).onOrder(String(flow.orderUid), 'pay', deposit);
      await integration.omnium('POST', `/api/Orders/${id}/UpdateStatus`, { status: 'OrderCanceled' });
      const result = await integration.settled(id);
      assert.equal(result.syncState, 'Differs');
      assert.match(result.outcome?.differences?.join() ?? '', /already paid or handed over/);
      assert.notEqual((await integration.orderInFlow(id))?.orderState, 'CANCELLED');
    });
  });
});
