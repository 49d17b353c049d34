import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mapReceiptToInvoice } from '../../src/activities/orders/mapping/receipt-to-invoice';
import {
  mapTillReturn,
  partsOfReturn,
  tillSettlements,
  unclearSettlements,
} from '../../src/activities/orders/mapping/till-to-omnium';
import type { FlowOrder } from '../../src/clients/flow/orders';
import { flowReceipt, orderOf, receiptLine, TILL } from '../support/flow-receipt';
import { Integration, type Json } from '../support/integration';
import { Tills } from '../support/tills';
import { WebShop } from '../support/web-shop';
import { flowOrderOf } from '../support/flow-order';

const flowOrder = (items: readonly Json[], more: Json = {}): FlowOrder =>
  flowOrderOf({
    ...{ orderUid: 'sold-1', storeUid: 'oslocity', type: 'ORDER', orderState: 'COMPLETE', items },
    ...{ orderTotals: { totalAmount: items.reduce((sum, { totalPrice }) => sum + Number(totalPrice), 0) } },
    ...more,
  });

describe('findings: amounts', () => {
  describe('finding 10: only a settlement that is done is money', () => {
    const settlements = (...words: readonly Json[]): FlowOrder =>
      flowOrder([], {
        settlements: words.map((word, index) => ({ settlementUid: `s${index}`, amount: 100, ...word })),
      });

    for (const word of [
      { state: 'NOT_STARTED', status: 'NEW' },
      { state: 'FAILED', status: 'CANCELLED' },
      { state: 'SETTLED', status: 'FAILED' },
      { status: 'pending' },
    ]) {
      it(`not ${JSON.stringify(word)}`, () => {
        assert.deepEqual(tillSettlements(settlements(word)), []);
        assert.deepEqual(unclearSettlements(settlements(word)), []);
      });
    }

    it('one that is settled and done is, in either word', () => {
      assert.equal(tillSettlements(settlements({ state: 'SETTLED', status: 'DONE' }, { status: 'DONE' })).length, 2);
    });

    it('an unknown word is no money, and is shown', () => {
      const order = settlements({ state: 'PARTLY_CLEARED', status: 'DONE' });
      assert.deepEqual(tillSettlements(order), []);
      assert.match(
        unclearSettlements(order).join(),
        /^settlements\[s0\]: "PARTLY_CLEARED" says not whether it was paid/,
      );
    });
  });

  describe('finding 12: returns that Omnium can take', () => {
    const sold = flowOrder([
      { orderItemUid: 'i1', externalId: '1', sku: 'A', quantity: 100, itemPrice: 40_000, totalPrice: 40_000 },
      {
        orderItemUid: 'i2',
        externalId: 'omnium:shipping',
        sku: 'SHIPPING',
        quantity: 100,
        itemPrice: 4_900,
        totalPrice: 4_900,
      },
      { orderItemUid: 'p', externalId: '2', sku: 'SET', quantity: 200, itemPrice: 30_000, totalPrice: 60_000 },
      {
        orderItemUid: 'c1',
        externalId: '3',
        sku: 'C1',
        quantity: 200,
        itemPrice: 20_000,
        totalPrice: 0,
        parentOrderItemUid: 'p',
      },
      {
        orderItemUid: 'c2',
        externalId: '4',
        sku: 'C2',
        quantity: 400,
        itemPrice: 5_000,
        totalPrice: 0,
        parentOrderItemUid: 'p',
      },
    ]);
    const back = (uid: string, quantity: number, cents: number): Json => ({
      ...{ orderItemUid: `r-${uid}`, sku: uid, quantity: -quantity, itemPrice: cents, totalPrice: -cents },
      orderLinks: [{ orderUid: 'sold-1', orderItemUid: uid }],
    });
    const request = (includeMainPackage: boolean, ...items: readonly Json[]): ReturnType<typeof mapTillReturn> => {
      const order = flowOrder(items, { orderUid: 'return-1', type: 'RETURN' });
      const lines = partsOfReturn(order).byOriginal.get('sold-1') ?? [];
      return mapTillReturn({ order, original: sold, lines, bought: [] }, { ...TILL, includeMainPackage });
    };

    it('freight is credited as freight, and is no line', () => {
      const { returns, creditAmount, creditShipment, creditShipmentAmount } = request(
        false,
        back('i1', 100, 40_000),
        back('i2', 100, 4_900),
      );
      assert.deepEqual(
        returns.map(({ lineItemId }) => lineItemId),
        ['1'],
      );
      assert.deepEqual([creditAmount, creditShipment, creditShipmentAmount], [449, true, 49]);
    });

    it('a package comes back as its components, as it went to Omnium', () => {
      const { returns, creditAmount } = request(false, back('p', 100, 30_000));
      assert.deepEqual(
        returns.map(({ lineItemId, returnQuantity }) => [lineItemId, returnQuantity]),
        [
          ['3', 1],
          ['4', 2],
        ],
      );
      assert.equal(creditAmount, 300);
      const credited = returns.reduce((sum, line) => sum + line.returnQuantity * (line.creditAmount ?? 0), 0);
      assert.equal(Math.round(credited * 100), 30_000);
    });

    it('a package stays one where its own line went to Omnium', () => {
      assert.deepEqual(
        request(true, back('p', 100, 30_000)).returns.map(({ lineItemId }) => lineItemId),
        ['2'],
      );
    });
  });

  describe('finding 37: what nobody told is not zero', () => {
    const net = (line: Json, { isRateUntold = false }: { isRateUntold?: boolean } = {}): number | undefined => {
      const receipt = flowReceipt({ lines: [receiptLine({ quantity: 100, itemPrice: 150_000, ...line })] });
      const { totalVatAmount: _total, ...told } = receipt;
      const items = receipt.items.map(({ vatRate: _rate, ...item }) => item);
      const untold = isRateUntold ? { ...told, items } : told;
      const order = orderOf(receipt, { items: [] });
      return mapReceiptToInvoice(untold, order, 'order-1', TILL).amountExcludingTax;
    };
    it('VAT is taken from the rates of the lines', () => {
      assert.equal(net({ vatRate: 2500 }), 1_200);
      assert.equal(net({ vatRate: 0 }), 1_500);
      assert.equal(net({ vatRate: 1500 }), 1_304.35);
    });
    it('and left out where they do not tell it either', () => {
      assert.equal(net({}, { isRateUntold: true }), undefined);
    });
  });

  describe('through both systems', function () {
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
    after(() => integration.stop());
    const payment = (members: Json): Json => ({
      ...{ transactionId: 't1', status: 'Processed', paymentMethodName: 'Klarna', ...members },
    });

    for (const [what, payments, paid] of [
      [
        'a sale and what was given back of it',
        [
          payment({ id: 'p1', amount: 500, transactionType: 'Sale' }),
          payment({ id: 'c1', amount: 100, transactionType: 'Credit' }),
        ],
        40_000,
      ],
      [
        'two captures of one transaction without ids',
        [payment({ amount: 150, transactionType: 'Captured' }), payment({ amount: 250, transactionType: 'Captured' })],
        40_000,
      ],
      [
        'a capture and a credit of another transaction',
        [
          payment({ id: 'p1', amount: 450, transactionType: 'Capture' }),
          payment({ id: 'c1', transactionId: 't2', amount: 50, transactionType: 'Credit' }),
        ],
        40_000,
      ],
    ] as const) {
      it(`finding 8: ${what} is the money that is left`, async () => {
        const lines = [{ code: shop.sku(0), placedPrice: 400 }];
        const id = await shop.place({ orderType: 'Bopis', lines, form: { payments } });
        const { syncState, outcome } = await integration.settled(id);
        assert.deepEqual([syncState, outcome?.differences], ['Synced', undefined]);
        const settlements = (await integration.orderInFlow(id))?.settlements as Json[];
        assert.equal(
          settlements.reduce((sum, { amount }) => sum + Number(amount), 0),
          paid,
        );
      });
    }

    for (const billingCurrency of ['EUR', 'SEK']) {
      it(`finding 9: an order in ${billingCurrency} never becomes the same number of kroner`, async () => {
        const id = await shop.place({ billingCurrency });
        const { syncState, outcome } = await integration.settled(id);
        assert.equal(syncState, 'Ignored');
        assert.match(outcome?.reason ?? '', new RegExp(`in ${billingCurrency} and not in NOK`));
        assert.equal(await integration.orderInFlow(id), undefined);
      });
    }

    for (const items of [[0], [0, 0], [15_000]]) {
      it(`finding 39: a receipt over nothing reaches Omnium: ${items.join(', ')}`, async () => {
        const lines = items.map((itemPrice, index) => ({
          ...{ sku: shop.sku(index), itemPrice, itemDiscountAmount: itemPrice },
        }));
        const sale = await tills.sell(lines);
        await integration.orderInOmniumWhen(String(sale.orderUid), ({ status }) => status === 'Completed');
        const { outcome } = await integration.settled(String(sale.orderUid));
        const [receipt] = outcome?.receipts ?? [];
        assert.ok(receipt, 'its receipt is named');
        const invoice = await integration.omnium('GET', `/api/Invoices/${receipt.orderReceiptUid}`);
        assert.equal(invoice.body.amount, 0);
      });
    }

    it('finding 13: a customer that Omnium refuses keeps no sale back, and is shown', async () => {
      await integration.control('omnium', 'POST /customer-rules', { uniqueEmail: true });
      const email = `${randomUUID().slice(0, 8)}@example.com`;
      const seen: unknown[] = [];
      for (const firstname of ['Kari', 'Ola']) {
        const { body } = await integration.flow('POST', '/customers', {
          ...{
            customerType: 'PRIVATE',
            firstname,
            lastname: 'Berg',
            email,
            mobile: `9${Math.floor(1e7 * Math.random() + 1e6)}`,
          },
        });
        const sale = await tills.sell([{ sku: shop.sku(0) }], { customerUid: body.customerUid });
        await integration.orderInOmniumWhen(String(sale.orderUid), ({ status }) => status === 'Completed');
        seen.push((await integration.settled(String(sale.orderUid))).syncState);
      }
      await integration.control('omnium', 'POST /customer-rules', { uniqueEmail: false });
      assert.ok(seen.every((state) => state === 'Synced' || state === 'Differs'));
    });
  });
});
