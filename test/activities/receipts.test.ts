import assert from 'node:assert/strict';
import { ApplicationFailure } from '@temporalio/common';
import { prepaymentUid } from '../../src/activities/orders/mapping/till-to-omnium';
import { assertNothingPersonal, onlyInvoice, PERSON, typeOf } from './receipt-assertions';
import { ReceiptRig, STORE, type Json } from './receipt-rig';

describe('receipts → invoices in Omnium', function () {
  this.timeout(120_000);
  let rig: ReceiptRig;
  let personUid: string;

  before(async () => {
    rig = await ReceiptRig.start();
    personUid = await rig.createCustomer(PERSON);
  });
  after(() => rig.stop());
  beforeEach(async () => {
    rig.pdfInstead = undefined;
    await rig.fresh();
    await rig.clear();
  });

  it('makes the invoice with its PDF in seven calls for a sale to a customer, and in one call knows it is there', async () => {
    const receipt = await rig.sale({ customerUid: personUid });
    const { voucherNumber, grandTotal, totalVatAmount = 0 } = await rig.receipt(receipt);
    // Stores and payment methods are read once per process.
    await rig.attempt(await rig.sale());
    await rig.clear();
    const created = await rig.attempt(receipt);
    assert.deepEqual(created, {
      orderReceiptUid: receipt.orderReceiptUid,
      voucherNumber,
      action: 'created',
      amountCents: 38_990,
      calls: 7,
    });
    const invoice = await onlyInvoice(rig, receipt);
    assert.equal(invoice['amount'], 389.9);
    assert.equal(invoice['amountExcludingTax'], (grandTotal - totalVatAmount) / 100);
    assert.equal(invoice['invoiceNumber'], voucherNumber);
    assert.equal(invoice['currency'], 'NOK');
    assert.equal(invoice['storeId'], 'oslo-city');
    assert.equal(invoice['marketId'], 'NOR');
    assert.equal(invoice['customerName'], 'Solveig Hemmelig');
    assert.equal(invoice['customerEmail'], PERSON.email);
    assert.equal(invoice['customerId'], personUid);
    assert.equal(invoice['customerType'], 'Private');
    const [payment] = invoice['payments'] as Json[];
    const mapping = await rig.tenant.paymentMethods.omniumNameOf('CASH', {});
    assert.equal(payment?.['paymentMethodName'], mapping);
    assertNothingPersonal(created);

    const again = await rig.attempt(receipt);
    assert.deepEqual(again, { ...created, action: 'unchanged', calls: 1 });
  });

  it('puts the invoice before the file and the PDF before both', async () => {
    const receipt = await rig.sale();
    await rig.clear();
    await rig.attempt(receipt);
    const writes = (await rig.seen('omnium')).filter(({ method, path }) => method !== 'GET' && !/token/i.test(path));
    assert.deepEqual(
      writes.map(({ method, path }) => `${method} ${path.split('?')[0] ?? ''}`),
      [`PUT /api/Invoices/UpdateInvoice`, `POST /api/Invoices/${receipt.orderReceiptUid}/AddAsset`],
    );
  });

  it('names a business customer by the contact person', async () => {
    const customerUid = await rig.createCustomer({
      customerType: 'COMPANY',
      companyName: 'Fjord AS',
      email: 'post@fjord.example',
      countryCode: 'NO',
      externalId: 'B-4711',
      contacts: [{ firstname: 'Ola', lastname: 'Innkjøper', email: 'ola@fjord.example' }],
    });
    const receipt = await rig.sale({ customerUid });
    await rig.attempt(receipt);
    const invoice = await onlyInvoice(rig, receipt);
    assert.deepEqual(
      ['customerId', 'customerName', 'customerEmail', 'customerType'].map((name) => invoice[name]),
      ['B-4711', 'Ola Innkjøper', 'ola@fjord.example', 'Business'],
    );
  });

  it('makes a credit note of a return', async () => {
    const sold = await rig.sale();
    const lines = [{ sku: rig.sku, quantity: 100 }];
    const [back] = await rig.till('returns', { originalOrderUid: sold.orderUid, lines });
    assert.ok(back);
    const outcome = await rig.attempt(back);
    assert.equal(outcome.amountCents, -19_495);
    const invoice = await onlyInvoice(rig, back);
    assert.equal(invoice['isCreditNote'], true);
    assert.equal(invoice['amount'], -194.95);
    const [payment] = invoice['payments'] as Json[];
    assert.equal(invoice['amountRoundoff'], -0.05);
    assert.deepEqual([payment?.['transactionType'], payment?.['amount']], ['Credit', 195]);
  });

  it('is an invoice or a credit note for an exchange, by its total', async () => {
    const sold = await rig.sale();
    const returned = [{ sku: rig.sku, quantity: 100 }];
    const exchange = async (itemPrice: number): Promise<Json> => {
      const lines = [{ sku: rig.feeSku, quantity: 100, itemPrice }];
      const [receipt] = await rig.till('exchanges', { originalOrderUid: sold.orderUid, returned, lines });
      assert.ok(receipt);
      await rig.attempt(receipt);
      return await onlyInvoice(rig, receipt);
    };
    const dearer = await exchange(30_000);
    assert.deepEqual([dearer['amount'], dearer['isCreditNote']], [105.05, false]);
    const cheaper = await exchange(10_000);
    assert.deepEqual([cheaper['amount'], cheaper['isCreditNote']], [-94.95, true]);
  });

  it('gives cash rounding apart, and adds up', async () => {
    const receipt = await rig.sale({ lines: [{ sku: rig.feeSku, quantity: 100, itemPrice: 19_940 }] });
    const { cashRounding = 0, totalSettlement } = await rig.receipt(receipt);
    assert.notEqual(cashRounding, 0);
    await rig.attempt(receipt);
    const invoice = await onlyInvoice(rig, receipt);
    assert.deepEqual([invoice['amount'], invoice['amountRoundoff']], [199.4, cashRounding / 100]);
    const [payment] = invoice['payments'] as Json[];
    assert.equal(payment?.['amount'], (totalSettlement ?? 0) / 100);
  });

  it('is over a deposit as REMITTANCE, and over the goods when the rest is paid', async () => {
    const lines = [{ sku: rig.sku, quantity: 100, itemPrice: 50_000 }];
    assert.deepEqual(await rig.till('parked-orders', { lines, orderUid: 'DEPOSIT_1' }), []);
    const payments = [{ settlementCode: 'CARD', amount: 20_000 }];
    const [deposit] = await rig.till('orders/DEPOSIT_1/pay', { payments });
    assert.ok(deposit);
    await rig.attempt(deposit);
    const { voucherNumber = '', orderNumber = '' } = await rig.receipt(deposit);
    const [remittance = {}] = await rig.invoicesOf(deposit);
    assert.equal(remittance['amount'], 200);
    assert.deepEqual(
      (remittance['lineItems'] as Json[]).map(({ code, displayName, quantity, placedPrice }) => [
        code,
        displayName,
        quantity,
        placedPrice,
      ]),
      [['REMITTANCE', `Payment for invoice ${voucherNumber} (order #${orderNumber})`, 1, 200]],
    );
    const all = await rig.till('orders/DEPOSIT_1/hand-over', {});
    assert.equal(all.length, 2);
    for (const receipt of all) await rig.attempt(receipt);
    const invoices = await rig.invoicesOf(deposit);
    assert.deepEqual(invoices.map(({ amount, amountOutstanding }) => [amount, amountOutstanding]).sort(), [
      [200, 0],
      [500, 0],
    ]);
  });

  it('is one for two attempts at the same time', async () => {
    const receipt = await rig.sale();
    const outcomes = await Promise.all([rig.attempt(receipt), rig.attempt(receipt)]);
    assert.equal(outcomes.length, 2);
    await onlyInvoice(rig, receipt);
  });

  it('skips a receipt of nothing but a pre-payment that came from Omnium', async () => {
    const orderUid = 'WEB_PREPAID_1';
    const order = await rig.tenant.flow.orders.create(STORE, {
      orderUid,
      externalOrderNumber: orderUid,
      type: 'ORDER',
      items: [{ sku: rig.sku, quantity: 100, itemPrice: 10_000 }],
    });
    await rig.tenant.flow.orders.addPrePayment(
      { storeUid: STORE, orderUid },
      {
        settlementUid: prepaymentUid(orderUid, 'klarna-1'),
        externalId: 'klarna-1',
        settlementCode: 'EXTERNAL_KLARNA',
        amount: order.orderTotals.totalAmount,
      },
    );
    await rig.till(`orders/${orderUid}/hand-over`, {});
    assert.deepEqual(await rig.due(orderUid), []);
    const paid = await rig.tenant.flow.orders.get(orderUid);
    const orderReceiptUid = paid?.settlements[0]?.orderReceiptUid ?? '';
    assert.notEqual(orderReceiptUid, '');
    const outcome = await rig.attempt({ orderUid, orderReceiptUid });
    assert.equal(outcome.action, 'skipped');
    assert.match(outcome.reason ?? '', /came from Omnium/);
    assert.deepEqual(await rig.invoicesOf({ orderUid, orderReceiptUid }), []);
  });

  it('does nothing at all while OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM is off', async () => {
    const receipt = await rig.sale();
    await rig.fresh({ OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM: false });
    await rig.clear();
    const outcome = await rig.attempt(receipt);
    assert.deepEqual([outcome.action, outcome.calls], ['skipped', 0]);
    assert.deepEqual([...(await rig.seen('omnium')), ...(await rig.seen('flow'))], []);
  });

  describe('without a usable PDF there is no invoice', () => {
    const CASES = [
      ['is not there', { status: 404, body: Buffer.from('') }],
      ['is no PDF', { status: 200, body: Buffer.from('') }],
      ['is no PDF', { status: 200, body: Buffer.from('<html>Hemmelig</html>') }],
      ['is not whole', { status: 200, body: Buffer.from('%PDF-1.7\n1 0 obj') }],
      ['is larger', { status: 200, body: Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(10 * 1024 * 1024)]) }],
    ] as const;
    for (const [problem, instead] of CASES) {
      it(`and Flow's ${problem} (${instead.body.length} bytes); it is sent once there is one`, async () => {
        const receipt = await rig.sale({ customerUid: personUid });
        const { voucherNumber = '' } = await rig.receipt(receipt);
        rig.pdfInstead = instead;
        await assert.rejects(rig.attempt(receipt), (error: unknown) => {
          assert.ok(error instanceof ApplicationFailure);
          assert.equal(error.type, 'ReceiptWithoutPdf');
          assert.match(error.message, new RegExp(`${voucherNumber} ${problem}`));
          assert.equal(error.nonRetryable ?? false, false);
          assertNothingPersonal(error);
          return true;
        });
        assert.deepEqual(await rig.invoicesOf(receipt), []);
        rig.pdfInstead = undefined;
        assert.equal((await rig.attempt(receipt)).action, 'created');
        await onlyInvoice(rig, receipt);
      });
    }
  });

  describe('an invoice that lacks something is completed', () => {
    it('with its file only, when a crash came between the two', async () => {
      const receipt = await rig.sale();
      await rig.fault('omnium', { kind: 'reset', path: '/AddAsset', times: 1 });
      await assert.rejects(rig.attempt(receipt));
      const [half] = await rig.invoicesOf(receipt);
      assert.deepEqual(half?.['assets'] ?? [], []);
      await rig.clear();
      assert.equal((await rig.attempt(receipt)).action, 'completed');
      const puts = (await rig.seen('omnium')).filter(({ method }) => method === 'PUT');
      assert.deepEqual(puts, [], 'an invoice that is right is not written again');
      await onlyInvoice(rig, receipt);
    });

    it('and is written again when it differs', async () => {
      const receipt = await rig.sale();
      const { orderUid, orderReceiptUid } = receipt;
      await rig.tenant.omnium.invoices.put({
        id: orderReceiptUid,
        orderId: orderUid,
        isCreditNote: false,
        invoiceDate: '2026-01-01T00:00:00Z',
        amount: 1,
        amountExcludingTax: 1,
        currency: 'NOK',
        lineItems: [],
        payments: [],
      });
      assert.equal((await rig.attempt(receipt)).action, 'completed');
      assert.equal((await onlyInvoice(rig, receipt))['amount'], 389.9);
    });
  });

  it('says what is wrong when Flow does not know the receipt', async () => {
    const receipt = await rig.sale();
    await assert.rejects(rig.attempt({ ...receipt, orderReceiptUid: 'unknown' }), (error: unknown) => {
      assert.equal(typeOf(error), 'FlowResponseInvalid');
      return true;
    });
  });
});
