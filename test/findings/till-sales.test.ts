import assert from 'node:assert/strict';
import { editedLines, vatDifferences } from '../../src/activities/orders/mapping/compare-till-order';
import { mapTillSale, tillLines } from '../../src/activities/orders/mapping/till-to-omnium';
import { omniumOrderSchema } from '../../src/clients/omnium/orders';
import type { TillOrdersFrom } from '../../src/config/till-schema';
import { flowOrderOf } from '../support/flow-order';
import { TILL } from '../support/flow-receipt';
import { Integration, type Json } from '../support/integration';
import { RewritingProxy } from '../support/rewriting-proxy';
import { Tills } from '../support/tills';
import { WebShop } from '../support/web-shop';

const form = (order: Json): Json => order.orderForm as Json;
const lines = (order: Json): Json[] => form(order).lineItems as Json[];
const paid = (order: Json): number[] => (form(order).payments as Json[]).map(({ amount }) => Number(amount));
const isOrder = (body: Json): boolean => Array.isArray(body.orderhandlings) && Array.isArray(body.items);

/** Both systems, with a tenant that wants orders of the tills from this moment on. */
class Rig {
  proxy!: RewritingProxy;
  integration!: Integration;
  tills!: Tills;
  shop!: WebShop;

  static async start(visibleFrom: TillOrdersFrom): Promise<Rig> {
    const rig = new Rig();
    rig.proxy = await RewritingProxy.start();
    rig.integration = await Integration.start((config) => ({
      ...config,
      tenants: config.tenants.map((tenant) => ({
        ...tenant,
        flow: { ...tenant.flow, baseUrl: rig.proxy.standFor(tenant.flow.baseUrl) },
        orders: { ...tenant.orders, till: { ...tenant.orders.till, visibleFrom } },
      })),
    }));
    rig.shop = new WebShop(rig.integration);
    rig.tills = new Tills(rig.integration);
    return rig;
  }

  async stop(): Promise<void> {
    await this.integration.stop();
    await this.proxy.stop();
  }

  /** Has an order looked at as the sweep over Flow's orders would: no webhook tells of part payments. */
  async swept(orderUid: string): Promise<Awaited<ReturnType<Integration['settled']>>> {
    await this.integration.deliveriesDone();
    const runs = await this.integration.runsOf(orderUid);
    await this.integration.resync(orderUid, orderUid);
    for (let tries = 0; (await this.integration.runsOf(orderUid)) === runs && tries < 100; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return await this.integration.settled(orderUid);
  }

  async inOmnium(orderUid: string): Promise<Json> {
    const order = await this.integration.orderInOmnium(orderUid);
    assert.ok(order, 'the order is in Omnium');
    return order;
  }

  async invoices(references: readonly { readonly orderReceiptUid: string }[] = []): Promise<Json[]> {
    return await Promise.all(
      references.map(
        async ({ orderReceiptUid }) => (await this.integration.omnium('GET', `/api/Invoices/${orderReceiptUid}`)).body,
      ),
    );
  }
}

describe('findings: sales of the tills', function () {
  this.timeout(120_000);

  describe('from the first payment on', () => {
    let rig: Rig;
    before(async function () {
      this.timeout(600_000);
      rig = await Rig.start('first-payment');
    });
    afterEach(() => (rig.proxy.rewrite = undefined));
    after(() => rig.stop());

    const deposit = async (cents: number, items = [0]): Promise<string> => {
      const order = await rig.tills.park(items.map((index) => ({ sku: rig.shop.sku(index), itemPrice: 50_000 })));
      const orderUid = String(order.orderUid);
      await rig.tills.onOrder(orderUid, 'pay', { payments: [{ settlementCode: 'CARD', amount: cents }] });
      return orderUid;
    };

    it('finding 15: a deposit reaches Omnium when it is paid, with its invoice over REMITTANCE', async () => {
      const orderUid = await deposit(20_000);
      const { syncState, outcome } = await rig.swept(orderUid);
      assert.deepEqual([syncState, outcome?.differences], ['Synced', undefined]);
      const order = await rig.inOmnium(orderUid);
      assert.deepEqual([order.orderType, order.status, form(order).total], ['Pos', 'New', 500]);
      assert.deepEqual(paid(order), [200]);
      assert.equal(lines(order)[0]?.deliveredQuantity, 0);
      const [invoice] = await rig.invoices(outcome?.receipts);
      assert.deepEqual([invoice?.amount, (invoice?.lineItems as Json[])[0]?.code], [200, 'REMITTANCE']);
      assert.equal(invoice?.orderId, orderUid);
    });

    it('finding 15: one that is never paid in full stays as it is, and a second look writes nothing', async () => {
      const orderUid = await deposit(10_000);
      await rig.swept(orderUid);
      await rig.integration.clearRequests();
      const { syncState, outcome } = await rig.swept(orderUid);
      assert.deepEqual([syncState, outcome?.action], ['Synced', 'unchanged']);
      const writes = (await rig.integration.requests('omnium')).filter(({ method }) => method !== 'GET');
      assert.deepEqual(writes, []);
    });

    it('finding 15: with the rest it is completed, to the cent', async () => {
      const orderUid = await deposit(20_000, [0, 1]);
      await rig.swept(orderUid);
      await rig.tills.onOrder(orderUid, 'hand-over');
      const order = await rig.integration.orderInOmniumWhen(orderUid, ({ status }) => status === 'Completed');
      assert.deepEqual([form(order).total, paid(order).sort()], [1_000, [200, 800].sort()]);
      assert.deepEqual(
        lines(order).map(({ deliveredQuantity }) => deliveredQuantity),
        [1, 1],
      );
      const { syncState, outcome } = await rig.integration.settled(orderUid);
      assert.deepEqual([syncState, outcome?.differences], ['Synced', undefined]);
      const invoices = await rig.invoices(outcome?.receipts);
      assert.deepEqual(invoices.map(({ amount }) => amount).sort(), [1_000, 200].sort());
    });

    it('rule 12: lines that the till changes afterwards are changed in Omnium', async () => {
      const orderUid = await deposit(20_000);
      await rig.swept(orderUid);
      const flow = async (method: 'PUT' | 'POST', path: string, body: Json): Promise<void> => {
        const { status } = await rig.integration.flow(method, `/stores/oslocity/orders/${orderUid}${path}`, body);
        assert.ok(status < 300, `${method} ${path}: ${status}`);
      };
      const there = (await rig.integration.flow('GET', `/orders/${orderUid}`)).body.items as Json[];
      await flow('PUT', '', { orderState: 'OPEN' });
      await flow('PUT', `/items/${String(there[0]?.orderItemUid)}`, { quantity: 200, itemDiscountAmount: 5_000 });
      await flow('POST', '/items', { sku: rig.shop.sku(1), quantity: 100, itemPrice: 10_000 });
      await flow('PUT', '', { orderState: 'PARKED' });
      const { syncState, outcome } = await rig.swept(orderUid);
      assert.deepEqual([syncState, outcome?.action, outcome?.differences], ['Synced', 'updated', undefined]);
      const order = await rig.inOmnium(orderUid);
      assert.deepEqual([form(order).total, paid(order), order.status], [1_050, [200], 'New']);
      await rig.tills.onOrder(orderUid, 'hand-over');
      await rig.integration.orderInOmniumWhen(orderUid, ({ status }) => status === 'Completed');
      assert.equal((await rig.integration.settled(orderUid)).syncState, 'Synced');
    });

    it('rule 12: goods that go before all is paid are delivered, and the order stays open', async () => {
      const orderUid = await deposit(20_000, [0, 1]);
      const items = (await rig.integration.flow('GET', `/orders/${orderUid}`)).body.items as Json[];
      await rig.tills.onOrder(orderUid, 'hand-over', {
        lines: [{ orderItemUid: items[0]?.orderItemUid, quantity: 100 }],
      });
      await rig.swept(orderUid);
      const order = await rig.inOmnium(orderUid);
      assert.deepEqual([lines(order).map(({ deliveredQuantity }) => deliveredQuantity), order.status], [[1, 0], 'New']);
    });

    it('rule 12: a cancellation is told, with what was given back', async () => {
      const orderUid = await deposit(20_000);
      await rig.swept(orderUid);
      rig.proxy.rewrite = ({ body }) => {
        if (!isOrder(body) || body.orderUid !== orderUid) return;
        const [first] = body.settlements as Json[];
        body.orderState = 'CANCELLED';
        body.settlements = [first, { ...first, settlementUid: `${orderUid}-back`, amount: -20_000 }];
      };
      const { syncState, outcome } = await rig.swept(orderUid);
      assert.deepEqual([syncState, outcome?.action], ['Synced', 'cancelled'], JSON.stringify(outcome));
      const order = await rig.inOmnium(orderUid);
      assert.deepEqual([order.status, paid(order)], ['OrderCanceled', [200, 200]]);
      assert.equal((form(order).payments as Json[])[1]?.transactionType, 'Credit');
    });

    it('rule 12: money that was not given back on a cancelled order is shown', async () => {
      const orderUid = await deposit(20_000);
      await rig.swept(orderUid);
      rig.proxy.rewrite = ({ body }) => {
        if (isOrder(body) && body.orderUid === orderUid) body.orderState = 'CANCELLED';
      };
      for (const pass of [1, 2]) {
        const { syncState, outcome } = await rig.swept(orderUid);
        assert.equal(syncState, 'Differs', `pass ${pass}`);
        assert.match(outcome?.differences?.join() ?? '', /20000 cents were paid and not given back/);
      }
      assert.equal((await rig.inOmnium(orderUid)).status, 'OrderCanceled');
    });

    it('rule 12: what is parked and unpaid is the shop’s alone', async () => {
      const order = await rig.tills.park([{ sku: rig.shop.sku(0) }]);
      const { syncState, outcome } = await rig.swept(String(order.orderUid));
      assert.deepEqual([syncState, outcome?.reason], ['Ignored', 'it is not paid for yet at the till']);
    });

    for (const [what, type, change] of [
      ['a deposit of type PAYMENT', 'PAYMENT', (): void => undefined],
      [
        'one without a total',
        'PAYMENT',
        (order: Json): void => void (order.orderTotals = { totalAmount: 0, cashRounding: 0 }),
      ],
      ['an order that has no line yet', 'ORDER', (): void => undefined],
    ] as const) {
      it(`case 10: ${what} reaches Omnium without any line`, async () => {
        rig.proxy.rewrite = ({ body }) => {
          if (!isOrder(body)) return;
          body.items = [];
          body.type = type;
          change(body);
        };
        const sale = await rig.tills.sell([{ sku: 'SHIPPING', itemPrice: 20_000 }], {
          payments: [{ settlementCode: 'CARD' }],
        });
        await rig.integration.orderInOmniumWhen(String(sale.orderUid));
        const order = await rig.inOmnium(String(sale.orderUid));
        assert.deepEqual([lines(order).map(({ code }) => code), form(order).total], [['REMITTANCE'], 200]);
      });
    }

    for (const [what, change, total] of [
      [
        'case 17: a line without an article',
        (item: Json): void => {
          delete item.sku;
          delete item.productUid;
        },
        125,
      ],
      [
        'case 20: a voucher as a line below zero',
        (item: Json, order: Json): void => {
          Object.assign(item, { itemPrice: -2_500, totalPrice: -2_500, itemVatAmount: 0 });
          (order.orderTotals as Json).totalAmount = 7_500;
          for (const each of order.settlements as Json[]) each.amount = 7_500;
        },
        75,
      ],
      [
        'case 20: goods that came back on a sale, below zero by their quantity',
        (item: Json, order: Json): void => {
          Object.assign(item, { quantity: -100, quantityDelivered: -100, totalPrice: -2_500, itemVatAmount: 0 });
          (order.orderTotals as Json).totalAmount = 7_500;
          for (const each of order.settlements as Json[]) each.amount = 7_500;
        },
        75,
      ],
    ] as const) {
      it(`${what} comes across, with the total right`, async () => {
        rig.proxy.rewrite = ({ body }) => {
          const item = isOrder(body) && (body.items as Json[]).find(({ name }) => name === 'Diverse');
          if (item) change(item, body);
        };
        const sale = await rig.tills.sell(
          [
            { sku: rig.shop.sku(0), itemPrice: 10_000 },
            { sku: rig.shop.sku(1), itemPrice: 2_500, ...{ name: 'Diverse' } },
          ],
          { payments: [{ settlementCode: 'CARD' }] },
        );
        await rig.integration.orderInOmniumWhen(String(sale.orderUid));
        assert.equal(form(await rig.inOmnium(String(sale.orderUid))).total, total);
      });
    }

    it('case 17: and the order says which line it is', async () => {
      rig.proxy.rewrite = ({ body }) => {
        if (isOrder(body)) delete (body.items as Json[])[0]?.sku;
      };
      const sale = await rig.tills.sell([{ sku: rig.shop.sku(0) }]);
      const { outcome } = await rig.integration.settled(String(sale.orderUid));
      assert.match(outcome?.differences?.join() ?? '', /it has no article in Flow and is NoSku in Omnium/);
      const [invoice] = await rig.invoices(outcome?.receipts);
      assert.ok(invoice?.id, 'its receipt is there');
    });

    it('finding 11: a sale without VAT has none in Omnium, on its lines and on its invoice', async () => {
      rig.proxy.rewrite = ({ body }) => {
        if (!isOrder(body)) return;
        body.vatFree = true;
        for (const item of body.items as Json[]) item.vatRate = 2_500;
        (body.orderTotals as Json).totalVatAmount = 0;
      };
      const sale = await rig.tills.sell([{ sku: rig.shop.sku(0), itemPrice: 8_000 }]);
      const { syncState, outcome } = await rig.integration.settled(String(sale.orderUid));
      assert.deepEqual([syncState, outcome?.differences], ['Synced', undefined]);
      const order = await rig.inOmnium(String(sale.orderUid));
      assert.deepEqual([lines(order)[0]?.taxRate, form(order).taxTotal, form(order).total], [0, 0, 80]);
      const [invoice] = await rig.invoices(outcome?.receipts);
      assert.deepEqual([invoice?.amountExcludingTax, (invoice?.lineItems as Json[])[0]?.taxRate], [80, 0]);
    });
  });

  describe('as soon as they are made, where the tenant wants it', () => {
    let rig: Rig;
    before(async function () {
      this.timeout(600_000);
      rig = await Rig.start('made');
    });
    after(() => rig.stop());

    it('rule 12: a parked order is there, and its cancellation is told', async () => {
      const parked = await rig.tills.park([{ sku: rig.shop.sku(0), itemPrice: 12_000 }]);
      const orderUid = String(parked.orderUid);
      await rig.swept(orderUid);
      const order = await rig.inOmnium(orderUid);
      assert.deepEqual([order.status, form(order).total, paid(order)], ['New', 120, []]);
      await rig.tills.onOrder(orderUid, 'cancel');
      const { syncState, outcome } = await rig.swept(orderUid);
      assert.deepEqual([syncState, outcome?.action], ['Synced', 'cancelled']);
      assert.equal((await rig.inOmnium(orderUid)).status, 'OrderCanceled');
      const again = await rig.swept(orderUid);
      assert.deepEqual([again.syncState, again.outcome?.action], ['Synced', 'unchanged']);
    });

    it('rule 12: one that is sold later is completed', async () => {
      const parked = await rig.tills.park([{ sku: rig.shop.sku(0), itemPrice: 12_000 }]);
      const orderUid = String(parked.orderUid);
      await rig.swept(orderUid);
      await rig.tills.onOrder(orderUid, 'hand-over');
      await rig.integration.orderInOmniumWhen(orderUid, ({ status }) => status === 'Completed');
      const { syncState, outcome } = await rig.integration.settled(orderUid);
      assert.deepEqual([syncState, outcome?.differences], ['Synced', undefined]);
    });
  });

  describe('once they are paid for, where the tenant wants it', () => {
    let rig: Rig;
    before(async function () {
      this.timeout(600_000);
      rig = await Rig.start('paid');
    });
    after(() => rig.stop());

    it('finding 15: the receipt of a deposit goes to Omnium with its order', async () => {
      const parked = await rig.tills.park([{ sku: rig.shop.sku(0), itemPrice: 50_000 }]);
      const orderUid = String(parked.orderUid);
      await rig.tills.onOrder(orderUid, 'pay', { payments: [{ settlementCode: 'CARD', amount: 20_000 }] });
      const { outcome } = await rig.swept(orderUid);
      assert.equal(outcome?.action, 'skipped');
      assert.equal(await rig.integration.orderInOmnium(orderUid), undefined);
      await rig.tills.onOrder(orderUid, 'hand-over');
      await rig.integration.orderInOmniumWhen(orderUid, ({ status }) => status === 'Completed');
      const later = await rig.integration.settled(orderUid);
      const invoices = await rig.invoices(later.outcome?.receipts);
      assert.deepEqual(invoices.map(({ amount }) => amount).sort(), [200, 500].sort());
    });
  });

  describe('compared', () => {
    const item = { orderItemUid: 'i1', sku: 'A', quantity: 100, quantityDelivered: 100, itemPrice: 11_500 };
    const order = flowOrderOf({
      ...{ orderUid: 'o1', storeUid: 's1', orderState: 'COMPLETE', settleState: 'SETTLED' },
      items: [{ ...item, totalPrice: 11_500 }],
      orderTotals: { totalAmount: 11_500 },
    });
    const omnium = (line: Json, more: Json = {}): ReturnType<typeof omniumOrderSchema.parse> =>
      omniumOrderSchema.parse({
        id: 'o1',
        orderForm: {
          lineItems: [{ lineItemId: 'i1', code: 'A', quantity: 1, placedPrice: 115, discounted: 0, ...line }],
          ...more,
        },
      });

    it('finding 11: another rate in Omnium is a difference of the line', () => {
      assert.deepEqual(vatDifferences(tillLines(order), omnium({ taxRate: 15 })), [
        'lineItems[i1].taxRate: Flow 25 %, Omnium 15 %',
      ]);
    });
    it('finding 11: another sum is a difference of the order', () => {
      assert.deepEqual(vatDifferences(tillLines(order), omnium({ taxRate: 25 }, { taxTotal: 15 })), [
        'taxTotal: Flow 2300 cents, Omnium 1500 cents',
      ]);
    });
    it('finding 11: equal rates and sums are none', () => {
      assert.deepEqual(vatDifferences(tillLines(order), omnium({ taxRate: '25' }, { taxTotal: 23 })), []);
    });
    it('rule 12: lines are as they are at the till when code, pieces and cents are', () => {
      const sale = mapTillSale(order, tillLines(order), TILL);
      assert.deepEqual(editedLines(sale, omnium({})), []);
      assert.deepEqual(editedLines(sale, omnium({ placedPrice: 120, discounted: 5 })), []);
      for (const other of [
        { code: 'B' },
        { quantity: 2, placedPrice: 57.5 },
        { discounted: 1 },
        { lineItemId: 'i2' },
      ]) {
        assert.ok(editedLines(sale, omnium(other)).length > 0, JSON.stringify(other));
      }
    });
  });
});
