import assert from 'node:assert/strict';
import { ApplicationFailure } from '@temporalio/common';
import { prepaymentUid } from '../../src/mapping/till/till-payments';
import { ReceiptRig, STORE, type DueReceipt, type Json } from './receipt-rig';

const PERSON = {
  customerType: 'PERSON',
  firstname: 'Solveig',
  lastname: 'Hemmelig',
  email: 'solveig.hemmelig@example.com',
  mobile: '+4791234567',
  countryCode: 'NO',
};

/** Nothing that names the customer, at any depth. */
function assertNothingPersonal(told: unknown): void {
  const seen = new Set<unknown>();
  const texts: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value === 'string') texts.push(value);
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    for (const name of Object.getOwnPropertyNames(value)) visit(Reflect.get(value, name));
  };
  visit(told);
  const text = texts.join('\n');
  for (const secret of [...Object.values(PERSON).slice(1, 5), '%PDF']) {
    assert.ok(!text.toLowerCase().includes(secret.toLowerCase()), `${secret} is in: ${text}`);
  }
}

const typeOf = (error: unknown): unknown => (error instanceof ApplicationFailure ? error.type : error);

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

  async function onlyInvoice(receipt: DueReceipt): Promise<Json> {
    const invoices = await rig.invoicesOf(receipt);
    assert.equal(invoices.length, 1, 'one invoice');
    const [invoice = {}] = invoices;
    assert.equal(invoice['id'], receipt.orderReceiptUid);
    const assets = invoice['assets'] as Json[];
    assert.deepEqual(
      assets.map(({ assetId }) => assetId),
      [receipt.orderReceiptUid],
    );
    const pdf = await rig.tenant.flow.downloadReceiptPdf(STORE, receipt.orderReceiptUid);
    const file = await rig.fileOf(receipt);
    assert.equal(file.subarray(0, 5).toString('latin1'), '%PDF-');
    assert.ok(Math.abs(file.length - (pdf?.length ?? 0)) < 100, 'the whole file');
    return invoice;
  }

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
    const invoice = await onlyInvoice(receipt);
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
    const invoice = await onlyInvoice(receipt);
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
    const invoice = await onlyInvoice(back);
    assert.equal(invoice['isCreditNote'], true);
    assert.equal(invoice['amount'], -194.95);
    const [payment] = invoice['payments'] as Json[];
    assert.deepEqual([payment?.['transactionType'], payment?.['amount']], ['Credit', 194.95]);
  });

  it('skips a receipt of nothing but a pre-payment that came from Omnium', async () => {
    const orderUid = 'WEB_PREPAID_1';
    const [method] = await rig.tenant.flow.listStorePaymentMethods(STORE);
    assert.ok(method);
    const order = await rig.tenant.flow.createOrder(STORE, {
      orderUid,
      externalOrderNumber: orderUid,
      type: 'ORDER',
      items: [{ sku: rig.sku, quantity: 100, itemPrice: 10_000 }],
    });
    await rig.tenant.flow.addSettlement(
      { storeUid: STORE, orderUid },
      {
        settlementUid: prepaymentUid(orderUid, 'klarna-1'),
        externalId: 'klarna-1',
        storePaymentMethodUid: method.storePaymentMethodUid,
        amount: order.orderTotals.totalAmount,
      },
    );
    assert.deepEqual(await rig.due(orderUid), []);
    const paid = await rig.tenant.flow.getOrder(orderUid);
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
        await onlyInvoice(receipt);
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
      await onlyInvoice(receipt);
    });

    it('and is written again when it differs', async () => {
      const receipt = await rig.sale();
      const { orderUid, orderReceiptUid } = receipt;
      await rig.tenant.omnium.putInvoice({
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
      assert.equal((await onlyInvoice(receipt))['amount'], 389.9);
    });
  });

  it('says what is wrong when Flow does not know the receipt', async () => {
    const receipt = await rig.sale();
    await assert.rejects(rig.attempt({ ...receipt, orderReceiptUid: 'unknown' }), (error: unknown) => {
      assert.equal(typeOf(error), 'FlowResponseInvalid');
      return true;
    });
  });

  describe('converges to one invoice with one file when any single call fails', () => {
    const KINDS = ['reset', 'lost-answer', 'error', 'truncated-json', 'rate-limit'] as const;

    it('before it is done, after it is done, by an error, half an answer or a refusal', async () => {
      const points = await callsOfOneReceipt();
      assert.ok(points.length >= 9, JSON.stringify(points));
      for (const { vendor, method, path } of points) {
        for (const kind of KINDS) {
          const receipt = await rig.sale({ customerUid: personUid }, rig.feeSku);
          await rig.fresh();
          await rig.clear();
          await rig.fault(vendor, { kind, method, path, times: 1 });
          const { outcome, failures } = await rig.untilSent(receipt);
          const at = `${kind} at ${method} ${path}`;
          assert.equal(failures.length, isHarmless(kind, `${method} ${path}`) ? 0 : 1, at);
          assert.notEqual(outcome.action, 'skipped', at);
          assert.equal((await onlyInvoice(receipt))['amount'], 389.9, at);
          assertNothingPersonal([outcome, failures]);
          for (const failure of failures) assert.match(String(typeOf(failure)), /^(Omnium|Flow|Receipt)[A-Z]/, at);
        }
      }
    });

    /** The invoice is not there yet: half of a 404 is a 404. */
    const isHarmless = (kind: string, at: string): boolean =>
      kind === 'truncated-json' && at.startsWith('GET /api/Invoices');

    /** Each kind of call that a first receipt needs, as patterns. */
    async function callsOfOneReceipt(): Promise<{ vendor: 'omnium' | 'flow'; method: string; path: string }[]> {
      const receipt = await rig.sale({ customerUid: personUid }, rig.feeSku);
      await rig.fresh();
      await rig.clear();
      await rig.attempt(receipt);
      const { orderUid, orderReceiptUid } = receipt;
      const points = new Map<string, { vendor: 'omnium' | 'flow'; method: string; path: string }>();
      for (const vendor of ['omnium', 'flow'] as const) {
        for (const { method, path } of await rig.seen(vendor)) {
          const pattern = (path.split('?')[0] ?? '')
            .replace(orderReceiptUid, '[^/]+')
            .replace(orderUid, '[^/]+')
            .replace(personUid, '[^/]+');
          points.set(`${vendor} ${method} ${pattern}`, { vendor, method, path: `${pattern}(\\?|$)` });
        }
      }
      return [...points.values()];
    }
  });
});
