import assert from 'node:assert/strict';
import type { SyncResult } from '../../src/contracts/entity-sync';
import type { OrderOutcome } from '../../src/contracts/kinds/order';
import { Integration, type Json } from '../support/integration';
import { until } from '../support/order-driver';
import { Tills } from '../support/tills';
import { WebShop } from '../support/web-shop';

const form = (order: Json): Json => order.orderForm as Json;
const list = (value: unknown): Json[] => (value ?? []) as Json[];
const uidOf = (id: string): string => id.replace(/\W/g, '');

describe('rules of orders that both sides touch', function () {
  this.timeout(60_000);
  let integration: Integration;
  let shop: WebShop;
  let tills: Tills;

  before(async function () {
    this.timeout(600_000);
    integration = await Integration.start();
    shop = new WebShop(integration);
    tills = new Tills(integration);
  });

  after(async () => {
    await integration.stop();
  });

  const inOmnium = (orderId: string, isReached?: (order: Json) => boolean): Promise<Json> =>
    integration.orderInOmniumWhen(orderId, isReached);

  async function resync(orderNumber: string): Promise<SyncResult<OrderOutcome>> {
    await integration.resync(orderNumber);
    return await integration.settled(orderNumber);
  }

  describe('amounts', () => {
    it('spreads a discount on the whole order and keeps cash rounding apart, to the cent', async () => {
      const sale = await tills.sell(
        [
          { sku: shop.sku(0), quantity: 300, itemPrice: 3_333 },
          { sku: shop.sku(1), itemPrice: 1_001 },
        ],
        { orderDiscountAmount: 777, payments: [{ settlementCode: 'CASH' }] },
      );
      const totals = sale.orderTotals as { totalAmount: number; cashRounding: number };
      assert.notEqual(totals.cashRounding, 0, 'the sale is one that cash is rounded for');
      const order = await inOmnium(String(sale.orderUid));
      assert.equal(form(order).total, (totals.totalAmount + totals.cashRounding) / 100);
      assert.equal(form(order).grossRoundoff, totals.cashRounding / 100);
      const result = await integration.settled(String(sale.orderUid));
      assert.equal(result.syncState, 'Synced', JSON.stringify(result.outcome));
    });

    it('sends a sale of nothing but free goods as well', async () => {
      const sale = await tills.sell([{ sku: shop.sku(0), itemPrice: 0 }]);
      const order = await inOmnium(String(sale.orderUid));
      assert.equal(form(order).total, 0);
    });

    it('puts a deposit and the rest into Omnium as two receipts of one order', async () => {
      const parked = await tills.park([{ sku: shop.sku(0), itemPrice: 40_000 }]);
      const uid = String(parked.orderUid);
      await tills.onOrder(uid, 'pay', { payments: [{ settlementCode: 'CARD', amount: 10_000 }] });
      await integration.deliveriesDone();
      assert.equal(await integration.orderInOmnium(uid), undefined, 'it is not paid for yet');
      await tills.onOrder(uid, 'hand-over', { payments: [{ settlementCode: 'CARD', amount: 30_000 }] });
      const order = await inOmnium(uid);
      assert.deepEqual(
        list(form(order).payments).map(({ amount }) => amount),
        [100, 300],
      );
      const result = await integration.settled(uid);
      assert.equal(result.syncState, 'Synced', JSON.stringify(result.outcome));
      const { body } = await integration.omnium('GET', `/api/Invoices/Orders/${uid}`);
      assert.equal(list(body.result).length, 2);
    });
  });

  describe('properties', () => {
    it('of a web order survive its whole way, on the order and on its lines', async () => {
      const properties = [{ key: 'flow.giftWrap', value: 'yes' }];
      const id = await shop.place({
        properties,
        lines: [{ code: shop.sku(0), properties }, { code: shop.sku(1) }],
      });
      await integration.settled(id);
      await tills.onOrder(uidOf(id), 'hand-over');
      const order = await inOmnium(id, ({ status }) => status === 'Completed');
      assert.deepEqual(
        list(order.properties).map(({ key, value }) => [key, value]),
        [
          ['flow.giftWrap', 'yes'],
          ['flow.orderUid', uidOf(id)],
        ],
      );
      const [first] = list(form(order).lineItems);
      assert.deepEqual(
        list(first?.properties).map(({ key, value }) => [key, value]),
        [['flow.giftWrap', 'yes']],
      );
    });
  });

  describe('returns', () => {
    it('of a web order that was handed over are returns of that order', async () => {
      const id = await shop.place({ lines: [{ code: shop.sku(0), quantity: 2 }] });
      await integration.settled(id);
      await tills.onOrder(uidOf(id), 'hand-over');
      await inOmnium(id, ({ status }) => status === 'Completed');
      const back = await tills.takeBack([{ sku: shop.sku(0) }], { originalOrderUid: uidOf(id) });
      const order = await inOmnium(id, ({ returnOrderForms }) => list(returnOrderForms).length > 0);
      const [returned] = list(order.returnOrderForms);
      assert.deepEqual([returned?.rmaNumber, returned?.total, returned?.creditPayment], [back.orderUid, 100, false]);
      assert.equal(order.status, 'PartiallyReturned');
      await integration.settled(id);
      const result = await resync(id);
      assert.equal(result.outcome?.action, 'unchanged', JSON.stringify(result.outcome));
      assert.equal((await inOmnium(id)).status, 'PartiallyReturned', 'no later pass completes it again');
    });

    it('of goods that were bought in an exchange are returns of the exchange’s order', async () => {
      const sale = await tills.sell([{ sku: shop.sku(0), itemPrice: 10_000 }]);
      await inOmnium(String(sale.orderUid));
      const exchange = await tills.exchange([{ sku: shop.sku(0) }], [{ sku: shop.sku(1), itemPrice: 10_000 }], {
        originalOrderUid: sale.orderUid,
      });
      const exchangeUid = String(exchange.orderUid);
      assert.equal(form(await inOmnium(exchangeUid)).total, 100);
      await tills.takeBack([{ sku: shop.sku(1) }], { originalOrderUid: exchangeUid });
      const order = await inOmnium(exchangeUid, ({ returnOrderForms }) => list(returnOrderForms).length > 0);
      assert.equal(list(order.returnOrderForms)[0]?.total, 100);
      const result = await resync(exchangeUid);
      assert.deepEqual(result.outcome?.differences ?? [], []);
    });
  });

  describe('both sides at once', () => {
    it('a cancellation in Omnium of what was handed over meanwhile is forced on nobody, and shown', async () => {
      const id = await shop.place();
      await integration.settled(id);
      await integration.stopWorker();
      await tills.onOrder(uidOf(id), 'hand-over');
      await integration.omnium('POST', `/api/Orders/${id}/UpdateStatus`, { status: 'OrderCanceled' });
      await integration.startWorker();
      const result = await integration.settled(id);
      assert.equal(result.syncState, 'Differs');
      assert.match(result.outcome?.differences?.join() ?? '', /cancelled in Omnium, but already paid or handed over/);
      assert.equal((await inOmnium(id)).status, 'OrderCanceled');
      assert.equal((await integration.orderInFlow(id))?.orderState, 'COMPLETE');
    });

    it('a cancellation in the shop wins over a change in Omnium', async () => {
      const id = await shop.place();
      await integration.settled(id);
      await integration.stopWorker();
      await tills.onOrder(uidOf(id), 'cancel');
      await integration.omnium('PATCH', `/api/Orders/${id}/PatchUpdateOrderLines`, [{ lineItemId: '1', quantity: 3 }]);
      await integration.startWorker();
      await integration.settled(id);
      assert.equal((await inOmnium(id)).status, 'OrderCanceled');
    });

    it('a line changed in Omnium after it was handed over is told, and the rest goes through', async () => {
      const id = await shop.place({ lines: [{ code: shop.sku(0), quantity: 2 }] });
      await integration.settled(id);
      await integration.stopWorker();
      await tills.onOrder(uidOf(id), 'hand-over');
      await integration.omnium('PATCH', `/api/Orders/${id}/PatchUpdateOrderLines`, [{ lineItemId: '1', quantity: 3 }]);
      await integration.startWorker();
      const result = await integration.settled(id);
      assert.equal(result.syncState, 'Differs');
      assert.match(result.outcome?.differences?.join() ?? '', /quantity/);
      const [line] = list(form(await inOmnium(id)).lineItems);
      assert.equal(line?.deliveredQuantity, 2, 'what was handed over is a fact');
    });

    it('an order that is open at a till is left alone until it is put aside', async () => {
      const id = await shop.place({ lines: [{ code: shop.sku(0) }, { code: shop.sku(1) }] });
      await integration.settled(id);
      const [, second] = list((await integration.orderInFlow(id))?.items);
      await tills.onOrder(uidOf(id), 'open');
      await integration.flow('DELETE', `/stores/oslocity/orders/${uidOf(id)}/items/${String(second?.orderItemUid)}`);
      const meanwhile = await resync(id);
      assert.equal(meanwhile.outcome?.action, 'unchanged');
      assert.equal((await integration.orderInFlow(id))?.orderState, 'OPEN');
      await tills.onOrder(uidOf(id), 'park');
      await resync(id);
      const lines = list(form(await inOmnium(id)).lineItems);
      assert.deepEqual(
        lines.map(({ canceledQuantity }) => canceledQuantity),
        [0, 1],
      );
    });

    it('a line that the shop added goes to Omnium, and is there once', async () => {
      const id = await shop.place();
      await integration.settled(id);
      await tills.onOrder(uidOf(id), 'open');
      await integration.flow('POST', `/stores/oslocity/orders/${uidOf(id)}/items`, {
        ...{ sku: shop.sku(1), quantity: 100, itemPrice: 5_000, itemDiscountAmount: 0 },
      });
      await tills.onOrder(uidOf(id), 'hand-over');
      const order = await inOmnium(id, ({ status }) => status === 'Completed');
      assert.equal(form(order).total, 150);
      assert.deepEqual(
        list(form(order).lineItems).map(({ deliveredQuantity }) => deliveredQuantity),
        [1, 1],
      );
      await integration.settled(id);
      const result = await resync(id);
      assert.deepEqual([result.syncState, result.outcome?.action], ['Synced', 'unchanged'], JSON.stringify(result));
    });
  });

  describe('expiry', () => {
    it('cancels in Omnium what nobody fetched and Flow has deleted', async () => {
      const id = await shop.place();
      await integration.settled(id);
      const counted = (await integration.orderInFlow(id))?.validUntil;
      const known = (await inOmnium(id)).customerPickupDeadline;
      assert.equal(Date.parse(String(known)), Date.parse(String(counted)), 'the deadline is known in Omnium as well');
      const soon = new Date(Date.now() + 1_500).toISOString();
      await integration.omnium('PATCH', `/api/Orders/${id}/PatchOrder`, { customerPickupDeadline: soon });
      await integration.settled(id);
      assert.equal(Date.parse(String((await integration.orderInFlow(id))?.validUntil)), Date.parse(soon));
      await until(async () => (Date.now() > Date.parse(soon) ? true : undefined));
      const { body } = await integration.tillOffice('expire');
      assert.deepEqual(body.orderUids, [uidOf(id)]);
      const result = await resync(id);
      assert.deepEqual([result.outcome?.action, result.outcome?.direction], ['cancelled', 'outbound']);
      assert.equal((await inOmnium(id)).status, 'NotCollected');
      assert.equal(await integration.orderInFlow(id), undefined, 'it is not made again');
    });
  });

  describe('orders that are no more', () => {
    it('are waited for by nobody when Flow has cleared them up before they were paid', async () => {
      const validUntil = new Date(Date.now() + 200).toISOString();
      const uid = String((await tills.park([{ sku: shop.sku(0) }], { validUntil })).orderUid);
      await until(async () => (Date.now() > Date.parse(validUntil) ? true : undefined));
      await integration.tillOffice('expire');
      await integration.resync(uid, uid);
      const result = await integration.settled(uid);
      assert.deepEqual([result.syncState, result.failedAttempts], ['Ignored', 0]);
      assert.match(result.outcome?.reason ?? '', /never in Omnium/);
    });
  });

  describe('receipts', () => {
    it('never hold the order back, are shown on its page, and go when the PDF is there', async () => {
      const path = '/receipts/[^/]+/download$';
      await integration.fault('flow', { kind: 'error', status: 404, method: 'GET', path });
      const sale = await tills.sell([{ sku: shop.sku(0), itemPrice: 12_300 }]);
      const uid = String(sale.orderUid);
      await inOmnium(uid);
      const waiting = await integration.waiting(uid);
      assert.equal(waiting.syncState, 'Retrying');
      assert.equal(waiting.lastFailure?.failureType, 'ReceiptWithoutPdf');
      assert.ok(waiting.lastFailure.orderReceiptUid);
      const none = await integration.omnium('GET', `/api/Invoices/Orders/${uid}`);
      assert.deepEqual(list(none.body.result), [], 'without a PDF there is no invoice');
      await integration.control('flow', 'DELETE /faults');
      // A further event of the sale may be faster than the operator.
      await integration
        .handle(uid)
        .executeUpdate('retryNow')
        .catch(() => undefined);
      const result = await integration.settled(uid);
      assert.equal(result.syncState, 'Synced');
      const { body } = await integration.omnium('GET', `/api/Invoices/Orders/${uid}`);
      const [invoice, ...others] = list(body.result);
      assert.deepEqual(others, []);
      assert.deepEqual([invoice?.amount, list(invoice?.assets).length], [123, 1]);
    });

    it('of nothing but web pre-payments stay in Flow', async () => {
      const id = await shop.place({
        orderType: 'Bopis',
        form: {
          payments: [
            {
              ...{ id: 'pay-1', amount: 100, transactionType: 'Sale', transactionId: 'tx', status: 'Processed' },
              paymentMethodName: 'Vipps',
            },
          ],
        },
      });
      await integration.settled(id);
      await tills.onOrder(uidOf(id), 'hand-over');
      await inOmnium(id, ({ status }) => status === 'Completed');
      await integration.settled(id);
      const { body } = await integration.omnium('GET', `/api/Invoices/Orders/${id}`);
      assert.deepEqual(list(body.result), []);
    });
  });
});

describe('rules that a chain can set otherwise', function () {
  this.timeout(60_000);
  let integration: Integration;

  before(async function () {
    this.timeout(600_000);
    integration = await Integration.start((config) => ({
      ...config,
      tenants: config.tenants.map((tenant) => ({
        ...tenant,
        // Nothing is known to be an echo, so the content has to tell.
        omnium: { ...tenant.omnium, apiUserId: 'somebody-else' },
        settings: {
          ...tenant.settings,
          OMNIUM_PROPERTY_PREFIX: 'till',
          OMNIUM_DEFAULT_SHIPPING_METHOD_ID: 'over-the-counter',
          OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM: false,
        },
        orders: { ...tenant.orders, till: { ...tenant.orders.till, blindReturnsAs: 'return-order' } },
      })),
    }));
  });

  after(async () => {
    await integration.stop();
  });

  it('sends a blind return as an order of type ReturnOrder', async () => {
    const shop = new WebShop(integration);
    const back = await new Tills(integration).takeBack([{ sku: shop.sku(0), itemPrice: 5_000 }]);
    const result = await integration.settled(String(back.orderUid));
    assert.equal(result.syncState, 'Synced', JSON.stringify(result.outcome));
    const order = await integration.orderInOmnium(String(back.orderUid));
    assert.equal(order?.orderType, 'ReturnOrder');
    assert.equal(form(order).total, -50);
  });

  it('names its shipping method and its own properties, and sends no receipt', async () => {
    const shop = new WebShop(integration);
    const sale = await new Tills(integration).sell([{ sku: shop.sku(0), itemPrice: 5_000 }]);
    await integration.settled(String(sale.orderUid));
    const order = await integration.orderInOmnium(String(sale.orderUid));
    assert.ok(order);
    assert.ok(list(order.properties).some(({ key, value }) => key === 'till.orderUid' && value === sale.orderUid));
    assert.equal(list(form(order).shipments)[0]?.shippingMethodId, 'over-the-counter');
    const { body } = await integration.omnium('GET', `/api/Invoices/Orders/${String(sale.orderUid)}`);
    assert.deepEqual(list(body.result), []);
  });

  it('writes nothing for an echo that nobody recognised', async () => {
    const shop = new WebShop(integration);
    const sale = await new Tills(integration).sell([{ sku: shop.sku(0), itemPrice: 5_000 }]);
    const uid = String(sale.orderUid);
    await integration.settled(uid);
    await integration.deliveriesDone();
    await integration.clearRequests();
    await integration.resync(uid);
    await integration.settled(uid);
    const writes = [...(await integration.requests('omnium')), ...(await integration.requests('flow'))].filter(
      ({ method }) => method !== 'GET',
    );
    assert.deepEqual(writes, []);
  });
});
