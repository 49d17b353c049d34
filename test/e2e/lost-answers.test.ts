import assert from 'node:assert/strict';
import { Integration, type Json } from '../support/integration';
import { until } from '../support/order-driver';
import { WebShop, type WebOrder } from '../support/web-shop';

/** Every write that a rich order needs, by the path it goes to. */
const WRITES: readonly (readonly [string, string, string])[] = [
  ['the customer', 'POST', '/customers$'],
  ['the order', 'POST', '/orders$'],
  ['its handling', 'POST', '/handlings$'],
  ['its state', 'PUT', '/orders/[^/]+$'],
  ['its pre-payment', 'POST', '/pre-payments$'],
];
const CHANGES: readonly (readonly [string, string, string])[] = [
  ['reopening', 'PUT', '/orders/[^/]+$'],
  ['a new line', 'POST', '/items$'],
  ['a changed line', 'PUT', '/items/[^/]+$'],
  ['a removed line', 'DELETE', '/items/[^/]+$'],
];
/** How a call can go wrong: before it did anything, or after it did everything. */
const FAULTS = ['reset', 'lost-answer'] as const;

describe('calls that fail before or after they did their work', function () {
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

  async function richOrder(): Promise<WebOrder> {
    return {
      orderType: 'Bopis',
      customerId: await shop.newCustomer('private'),
      lines: [{ code: shop.sku(0), quantity: 2 }, { code: shop.sku(1) }],
      form: {
        payments: [
          {
            id: 'pay-1',
            amount: 50,
            transactionType: 'Sale',
            transactionId: 'tx',
            status: 'Processed',
            paymentMethodName: 'Vipps',
          },
        ],
      },
    };
  }

  /** Ends every wait on the ladder, as an operator would; Omnium's own further events may do it first. */
  async function healed(id: string): Promise<Json> {
    const handle = integration.handle(id);
    await until(async () => {
      const description = await handle.describe().catch(() => undefined);
      if (description?.status.name === 'COMPLETED') return true;
      await handle.executeUpdate('retryNow').catch(() => undefined);
      return undefined;
    }, 20_000);
    await integration.settled(id);
    const order = await integration.orderInFlow(id);
    assert.ok(order);
    return order;
  }

  /** The fault has really happened, or the test would prove nothing. */
  async function assertHit(kind: string): Promise<void> {
    const hit = (await integration.requests('flow')).filter(({ fault }) => fault === kind);
    assert.equal(hit.length, 1);
  }

  /** One order, its lines, one settlement, one handling, one customer: nothing twice, nothing missing. */
  async function assertOnce(id: string, order: Json, customerId: unknown): Promise<void> {
    const { body: list } = await integration.flow('GET', `/stores/oslocity/orders?orderExternalOrderNumber=${id}`);
    assert.equal((list.items as Json[]).length, 1);
    const items = order.items as Json[];
    assert.equal(new Set(items.map((item) => item.externalId)).size, items.length);
    assert.deepEqual(
      (order.settlements as Json[]).map((settlement) => settlement.amount),
      [5_000],
    );
    assert.equal((order.orderhandlings as Json[]).length, 1);
    assert.equal(order.orderState, 'PARKED');
    const { body: customers } = await integration.flow('GET', `/customers?customerExternalId=${String(customerId)}`);
    assert.equal((customers.items as Json[]).length, 1);
  }

  for (const kind of FAULTS) {
    for (const [what, method, path] of WRITES) {
      it(`${kind} while writing ${what}: one of everything in the end`, async () => {
        const order = await richOrder();
        await integration.clearRequests();
        await integration.fault('flow', { kind, method, path, times: 1 });
        const id = await shop.place(order);
        const inFlow = await healed(id);
        await assertHit(kind);
        await assertOnce(id, inFlow, order['customerId']);
        assert.equal((inFlow.orderTotals as Json).totalAmount, 30_000);
      });
    }

    for (const [what, method, path] of CHANGES) {
      it(`${kind} while writing ${what}: the change is made once`, async () => {
        const order = await richOrder();
        const id = await shop.place(order);
        await integration.settled(id);
        await integration.stopWorker();
        await integration.omnium('PATCH', `/api/Orders/${id}/PatchUpdateOrderLines`, [
          { lineItemId: '1', quantity: 3 },
        ]);
        await integration.omnium('POST', `/api/Orders/${id}/OrderLines/2/Cancel`);
        await integration.omnium('POST', `/api/Orders/${id}/OrderLines`, {
          lineItemId: '3',
          code: shop.sku(2),
          quantity: 1,
          placedPrice: 40,
          taxRate: 25,
        });
        await integration.deliveriesDone();
        await integration.fault('flow', { kind, method, path, times: 1 });
        await integration.clearRequests();
        await integration.startWorker();
        const inFlow = await healed(id);
        await assertHit(kind);
        await assertOnce(id, inFlow, order['customerId']);
        assert.deepEqual(
          (inFlow.items as Json[]).map((item) => [item.externalId, item.quantity]),
          [
            ['1', 300],
            ['3', 100],
          ],
        );
      });
    }
  }

  for (const kind of FAULTS) {
    it(`${kind} in a change of prices only: the order is not left open, as if at a till`, async () => {
      const order = await richOrder();
      const id = await shop.place(order);
      await integration.settled(id);
      await integration.stopWorker();
      const lines = ['1', '2'].map((lineItemId) => ({ lineItemId, placedPrice: 90 }));
      await integration.omnium('PATCH', `/api/Orders/${id}/PatchUpdateOrderLines`, lines);
      await integration.deliveriesDone();
      await integration.fault('flow', { kind, method: 'PUT', path: '/items/[^/]+$', times: 1 });
      await integration.clearRequests();
      await integration.startWorker();
      const inFlow = await healed(id);
      await assertHit(kind);
      await assertOnce(id, inFlow, order['customerId']);
      assert.deepEqual(
        (inFlow.items as Json[]).map(({ itemPrice }) => itemPrice),
        [9_000, 9_000],
      );
    });
  }

  it('keeps personal data out of everything Temporal stores, also when a vendor quotes it', async () => {
    const customerId = await shop.newCustomer('private');
    await integration.clearRequests();
    await integration.fault('flow', { kind: 'error', status: 500, method: 'POST', path: '/customers$', times: 1 });
    const id = await shop.place({
      orderType: 'Online',
      customerId,
      customerName: 'Kari Berg',
      customerEmail: 'kari@example.com',
      billingAddress: { firstName: 'Kari', lastName: 'Berg', line1: 'Hemmeligveien 7' },
    });
    await healed(id);
    assert.equal((await integration.requests('flow')).filter(({ status }) => status === 500).length, 1);
    const { workflowExecutionInfo } = (await integration.handle(id).describe()).raw;
    const stored = JSON.stringify(
      [await integration.handle(id).fetchHistory(), workflowExecutionInfo],
      (_key, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value),
    );
    for (const secret of ['Kari', 'Berg', 'kari@example.com', 'Hemmeligveien', customerId, '91122333', '911 22 333']) {
      assert.ok(!stored.includes(secret), `"${secret}" is in the history`);
    }
  });
});
