import assert from 'node:assert/strict';
import { contradictionsOf } from '../../src/activities/orders/mapping/compare-till-order';
import { flowOrderSchema } from '../../src/clients/flow/orders';
import { flowReceiptSchema } from '../../src/clients/flow/receipts';
import { flowOrderJson, flowOrderOf } from '../support/flow-order';
import { Integration, type Json } from '../support/integration';
import { until } from '../support/order-driver';
import { RewritingProxy } from '../support/rewriting-proxy';
import { Tills } from '../support/tills';
import { WebShop } from '../support/web-shop';

const line = { orderItemUid: 'i1', sku: 'A', quantity: 100, itemPrice: 12_500, totalPrice: 12_500 };
const members = {
  ...{ orderUid: 'o1', storeUid: 's1', orderState: 'COMPLETE', settleState: 'SETTLED', type: 'ORDER' },
  items: [line],
  settlements: [{ settlementUid: 'p1', amount: 12_500 }],
  orderTotals: { totalAmount: 12_500 },
};

/** The paths of an order's members that its schema misses or does not understand. */
function missedIn(document: unknown): string[] {
  const { error } = flowOrderSchema.safeParse(document);
  return error?.issues.map(({ path }) => path.join('.')) ?? [];
}

describe('findings: what Flow does not tell', () => {
  describe('finding 37: a member that is not there is not zero', () => {
    const without = (name: string): Json => {
      const { [name]: _left, ...item } = (flowOrderJson(members).items as Json[])[0] ?? {};
      return { ...flowOrderJson(members), items: [item] };
    };
    for (const name of ['quantityDelivered', 'quantitySettled', 'vatRate']) {
      it(`a line without ${name} is not understood, by its name`, () => {
        assert.deepEqual(missedIn(without(name)), [`items.0.${name}`]);
      });
    }

    for (const name of ['settleState', 'deliveryState', 'settlements', 'items', 'orderTotals']) {
      it(`nor is an order without ${name}`, () => {
        const { [name]: _left, ...order } = flowOrderJson(members);
        assert.deepEqual(missedIn(order), [name]);
      });
    }

    it('nor a payment that says nothing of how far it has come', () => {
      const settlements = [{ settlementUid: 'p1', amount: 12_500 }];
      assert.deepEqual(missedIn({ ...flowOrderJson(members), settlements }), ['settlements.0.state']);
    });

    it('nor a line of which neither the discount nor the total is told', () => {
      const [item = {}] = flowOrderJson(members).items as Json[];
      const { totalPrice: _total, ...bare } = item;
      assert.deepEqual(missedIn({ ...flowOrderJson(members), items: [bare] }), ['items.0.itemDiscountAmount']);
    });

    it('nor a line that came back and does not say from which sale; a sold one may', () => {
      const [item = {}] = flowOrderJson(members).items as Json[];
      const { orderLinks: _links, ...bare } = item;
      assert.deepEqual(missedIn({ ...flowOrderJson(members), items: [bare] }), []);
      const back = { ...bare, quantity: -100, totalPrice: -12_500 };
      assert.deepEqual(missedIn({ ...flowOrderJson(members), items: [back] }), ['items.0.orderLinks']);
      assert.deepEqual(missedIn({ ...flowOrderJson({ ...members, type: 'RETURN' }), items: [bare] }), [
        'items.0.orderLinks',
      ]);
    });

    it('an unpaid order may leave its payments out', () => {
      const { settlements: _left, ...order } = flowOrderJson({ ...members, settleState: 'NOT_STARTED' });
      assert.deepEqual(missedIn(order), []);
    });

    for (const name of ['totalVat', 'vatAmount', 'vat', 'totalVatAmount']) {
      it(`VAT in all is known as ${name}`, () => {
        const receipt = { orderReceiptUid: 'r1', storeUid: 's1', orderUid: 'o1', grandTotal: 12_500, items: [] };
        assert.equal(flowReceiptSchema.parse({ ...receipt, settlements: [], [name]: 2_500 }).totalVatAmount, 2_500);
        const orderTotals = { totalAmount: 12_500, [name]: 2_500 };
        assert.equal(flowOrderOf({ ...members, orderTotals }).orderTotals.totalVatAmount, 2_500);
      });
    }

    describe('what can be found twice is', () => {
      const contradictions = (more: Json, item: Json = {}): string[] =>
        contradictionsOf(flowOrderOf({ ...members, items: [{ ...line, ...item }], discounts: [], ...more }));
      const cases: readonly (readonly [string, Json, Json, RegExp])[] = [
        [
          'VAT',
          { orderTotals: { totalAmount: 12_500, totalVatAmount: 1_630 } },
          {},
          /totalVatAmount: .* 1630 cents.* 2500/,
        ],
        [
          'VAT of a sale without any',
          { vatFree: true, orderTotals: { totalAmount: 12_500, totalVatAmount: 2_500 } },
          {},
          /free of VAT/,
        ],
        ['a line', {}, { itemDiscountAmount: 500 }, /items\[i1\]\.totalPrice: .* 12500 cents.* 12000/],
        [
          'the total',
          { orderTotals: { totalAmount: 10_000 }, settlements: [{ settlementUid: 'p1', amount: 10_000 }] },
          {},
          /totalAmount: .* 10000 cents.* 12500/,
        ],
        [
          'what was paid',
          { settlements: [{ settlementUid: 'p1', amount: 14_000 }] },
          {},
          /settlements: .* 14000 cents.* 12500/,
        ],
      ];
      for (const [what, more, item, expected] of cases) {
        it(what, () => assert.match(contradictions(more, item).join(), expected));
      }
      it('and nothing is said where all agree', () => {
        const totals = { totalAmount: 12_500, totalVatAmount: 2_500, cashRounding: 0 };
        assert.deepEqual(contradictions({ orderTotals: totals }), []);
        assert.deepEqual(contradictions({ orderTotals: { ...totals, totalVatAmount: 0 }, vatFree: true }), []);
        const rounded = { ...totals, cashRounding: -20 };
        const paid = [{ settlementUid: 'p1', amount: 12_480 }];
        assert.deepEqual(contradictions({ orderTotals: rounded, settlements: paid }), []);
      });
      it('cash rounding that is not told is what was paid over the total', () => {
        assert.deepEqual(contradictions({ settlements: [{ settlementUid: 'p1', amount: 12_540 }] }), []);
      });
    });
  });

  describe('through both systems', function () {
    this.timeout(120_000);
    let proxy: RewritingProxy;
    let integration: Integration;
    let shop: WebShop;
    let tills: Tills;
    before(async function () {
      this.timeout(600_000);
      proxy = await RewritingProxy.start();
      integration = await Integration.start((config) => ({
        ...config,
        tenants: config.tenants.map((tenant) => ({
          ...tenant,
          flow: { ...tenant.flow, baseUrl: proxy.standFor(tenant.flow.baseUrl) },
        })),
      }));
      shop = new WebShop(integration);
      tills = new Tills(integration);
    });
    afterEach(() => (proxy.rewrite = undefined));
    after(async () => {
      await integration.stop();
      await proxy.stop();
    });

    const isReceipt = (body: Json): boolean => typeof body.grandTotal === 'number';
    const isOrder = (body: Json): boolean => Array.isArray(body.orderhandlings) && Array.isArray(body.items);
    const invoiceOf = async (uid: unknown): Promise<Json> =>
      (await integration.omnium('GET', `/api/Invoices/${String(uid)}`)).body;
    const receiptOf = async (sale: Json): Promise<Json> => {
      const { outcome } = await integration.settled(String(sale.orderUid));
      return { ...outcome?.receipts?.[0], differences: outcome?.differences };
    };

    for (const [member, change] of [
      ['items[0].quantityDelivered', (order: Json) => delete (order.items as Json[])[0]?.quantityDelivered],
      [
        'settlements[0].state',
        (order: Json) =>
          (order.settlements as Json[]).forEach((each) => {
            delete each.state;
            delete each.status;
          }),
      ],
      ['settleState', (order: Json) => delete order.settleState],
    ] as const) {
      it(`finding 37: a sale without ${member} waits and says so, and goes on when it is there`, async () => {
        proxy.rewrite = ({ body }) => isOrder(body) && void change(body);
        const sale = await tills.sell([{ sku: shop.sku(0) }]);
        const { lastFailure } = await integration.waiting(String(sale.orderUid));
        assert.equal(lastFailure?.failureType, 'FlowResponseInvalid');
        assert.ok(lastFailure.message.includes(member), lastFailure.message);
        assert.equal(await integration.orderInOmnium(String(sale.orderUid)), undefined);
        proxy.rewrite = undefined;
        await integration.resync(String(sale.orderUid));
        await integration.orderInOmniumWhen(String(sale.orderUid), ({ status }) => status === 'Completed');
      });
    }

    // The sandbox's articles are without a rate here.
    const withRate = (body: Json): void => {
      if (!isOrder(body) && !isReceipt(body)) return;
      for (const item of body.items as Json[]) item.vatRate = 2_500;
      const totals = isReceipt(body) ? body : (body.orderTotals as Json);
      totals.totalVatAmount = 30_000;
    };

    it('finding 37: the net amount of an invoice is by the rates where the VAT is not told', async () => {
      proxy.rewrite = ({ body }) => {
        withRate(body);
        if (isReceipt(body)) delete body.totalVatAmount;
      };
      const sale = await tills.sell([{ sku: shop.sku(0), itemPrice: 150_000 }]);
      const { orderReceiptUid, differences } = await receiptOf(sale);
      assert.deepEqual([(await invoiceOf(orderReceiptUid)).amountExcludingTax, differences], [1_200, undefined]);
    });

    it('finding 37: and by the rates of the order where the receipt tells none', async () => {
      proxy.rewrite = ({ body }) => {
        withRate(body);
        if (!isReceipt(body)) return;
        delete body.totalVatAmount;
        for (const item of body.items as Json[]) delete item.vatRate;
      };
      const sale = await tills.sell([{ sku: shop.sku(0), itemPrice: 150_000 }]);
      const { orderReceiptUid, differences } = await receiptOf(sale);
      assert.deepEqual([(await invoiceOf(orderReceiptUid)).amountExcludingTax, differences], [1_200, undefined]);
    });

    for (const [what, change, expected] of [
      [
        'whose net amount nobody knows',
        (receipt: Json) => {
          delete receipt.totalVatAmount;
          for (const item of receipt.items as Json[]) {
            delete item.vatRate;
            delete item.orderItemUid;
          }
        },
        /amountExcludingTax is left out/,
      ],
      [
        'whose VAT is told otherwise than by the rates',
        (receipt: Json) => void (receipt.totalVatAmount = 10_000),
        /Flow tells VAT of 10000 cents, the rates .* 30000/,
      ],
    ] as const) {
      it(`finding 37: an invoice ${what} is a difference, and stays one`, async () => {
        proxy.rewrite = ({ body }) => {
          withRate(body);
          if (isReceipt(body)) change(body);
        };
        const sale = await tills.sell([{ sku: shop.sku(0), itemPrice: 150_000 }]);
        const orderUid = String(sale.orderUid);
        const first = await integration.settled(orderUid);
        assert.match(first.outcome?.differences?.join() ?? '', expected);
        const runs = await integration.runsOf(orderUid);
        await integration.resync(orderUid);
        await until(async () => ((await integration.runsOf(orderUid)) > runs ? true : undefined), 10_000);
        const later = await integration.settled(orderUid);
        assert.equal(later.syncState, 'Differs', JSON.stringify(later));
        assert.match(later.outcome?.differences?.join() ?? '', expected);
      });
    }

    for (const [how, change] of [
      [
        'under another name',
        (each: Json) => {
          each.receipt = { Uid: each.orderReceiptUid };
          delete each.orderReceiptUid;
        },
      ],
      [
        'under a known other name',
        (each: Json) => {
          each.receiptUid = each.orderReceiptUid;
          delete each.orderReceiptUid;
        },
      ],
      ['not at all', (each: Json) => delete each.orderReceiptUid],
    ] as const) {
      it(`finding 39: a receipt that the payments name ${how} reaches Omnium`, async () => {
        proxy.rewrite = ({ body }) => isOrder(body) && (body.settlements as Json[]).forEach(change);
        const sale = await tills.sell([{ sku: shop.sku(0) }]);
        const { orderReceiptUid } = await receiptOf(sale);
        assert.equal((await invoiceOf(orderReceiptUid)).amount, Number((sale.orderTotals as Json).totalAmount) / 100);
      });
    }

    it('finding 39: a receipt is due by its own word: an event that names it is enough', async () => {
      // Neither the order nor a search says anything of it.
      proxy.rewrite = ({ path, body }) => {
        if (isOrder(body)) for (const each of body.settlements as Json[]) delete each.orderReceiptUid;
        if (path.includes('/receipts/search'))
          Object.assign(body, { items: [], paging: { pageNumber: 1, totalCount: 0 } });
      };
      const sale = await tills.sell([{ sku: shop.sku(0) }]);
      const { orderReceiptUid } = await receiptOf(sale);
      assert.ok(orderReceiptUid, 'named by ORDER_RECEIPT_SETTLED');
      assert.ok((await invoiceOf(orderReceiptUid)).id);
    });
  });
});
