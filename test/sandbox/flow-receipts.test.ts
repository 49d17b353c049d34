import assert from 'node:assert/strict';
import { inflateSync } from 'node:zlib';

import { at, type FlowRig, S, skuNumber, startFlowRig, T } from './flow-rig';

/** Text that a PDF shows, in order: inflates its streams and reads the strings of the text operators. */
function textOf(pdf: Buffer): string {
  const source = pdf.toString('latin1');
  let text = '';
  for (const match of source.matchAll(/stream\r?\n([\s\S]*?)\r?\nendstream/g)) {
    let content: string;
    try {
      content = inflateSync(Buffer.from(match[1] ?? '', 'latin1')).toString('latin1');
    } catch {
      continue;
    }
    for (const shown of content.matchAll(/\[([^\]]*)\] TJ/g)) {
      for (const hex of (shown[1] ?? '').matchAll(/<([0-9a-f]*)>/gi)) {
        text += Buffer.from(hex[1] ?? '', 'hex').toString('latin1');
      }
      text += '\n';
    }
  }
  return text;
}

describe("the Flow sandbox's receipts", () => {
  let rig: FlowRig;
  let orderUid: string;
  let receipt: unknown;
  before(async () => {
    rig = await startFlowRig();
    const sale = await rig.till('/sales', {
      lines: [
        { sku: skuNumber(rig, 0), quantity: 200, itemPrice: 12_345, itemDiscountAmount: 45, discountReasonCode: 'WEB' },
        { sku: 'SHIPPING', quantity: 100, itemPrice: 9_900 },
      ],
    });
    assert.equal(sale.status, 201, JSON.stringify(sale.body));
    orderUid = String(at(sale.body, 'orderUid'));
    const found = await rig.call(`POST ${T}/receipts/search`, { orderNumber: String(at(sale.body, 'orderNumber')) });
    assert.equal(at(found.body, 'paging.totalCount'), 1);
    receipt = at(found.body, 'items[0]');
  });
  after(() => rig.stop());

  it('holds what was bought, the VAT and what was paid', () => {
    assert.equal(at(receipt, 'orderUid'), orderUid);
    assert.equal(at(receipt, 'grandTotal'), 34_545);
    // Cash is paid in whole kroner.
    assert.deepEqual([at(receipt, 'totalSettlement'), at(receipt, 'cashRounding')], [34_500, -45]);
    assert.equal(at(receipt, 'totalDiscountAmount'), 45);
    const vatTotals = at(receipt, 'vatTotals') as unknown[];
    assert.equal(
      vatTotals.reduce((sum: number, total) => sum + Number(at(total, 'amount')), 0),
      34_545,
    );
    assert.equal(at(receipt, 'settlements[0].settlementCode'), 'CASH');
  });

  it('takes the next number of the voucher series each time', async () => {
    const first = Number(at(receipt, 'voucherNumber'));
    const sale = await rig.till('/sales', { lines: [{ sku: skuNumber(rig, 1), quantity: 100 }] });
    assert.equal(Number(at(sale.body, 'voucherNumber')), first + 1);
    const series = await rig.call(`GET ${T}/number-series/voucher`);
    assert.equal(at(series.body, 'currentValue'), first + 2);
  });

  it('is found by voucher number, customer, SKU, time and state', async () => {
    const count = async (search: object): Promise<unknown> =>
      at((await rig.call(`POST ${T}/receipts/search`, search)).body, 'paging.totalCount');
    assert.equal(await count({ voucherNumbers: [at(receipt, 'voucherNumber')] }), 1);
    assert.equal(await count({ voucherNumber: at(receipt, 'voucherNumber'), orderNumber: '' }), 1);
    assert.equal(await count({ productSkus: ['SHIPPING'] }), 1);
    assert.equal(await count({ productSkus: ['none'] }), 0);
    assert.equal(await count({ settledAtTo: '2020-01-01T00:00:00Z' }), 0);
    assert.equal(await count({ storeUids: ['bergensentrum'] }), 0);
    assert.equal(await count({ orderStates: ['COMPLETE'], deliveryStates: ['DELIVERED'] }), 2);
    assert.equal((await rig.call(`POST ${T}/receipts/search`, { nothing: 1 })).status, 422);
  });

  it('is downloaded as a real PDF, in JSON or as bytes', async () => {
    const path = `${S}/receipts/${String(at(receipt, 'orderReceiptUid'))}/download`;
    const json = await rig.call(`GET ${path}`);
    const voucherNumber = String(at(receipt, 'voucherNumber'));
    assert.equal(at(json.body, 'contentType'), 'application/pdf');
    assert.equal(at(json.body, 'filename'), `receipt-${voucherNumber}.pdf`);
    const fromJson = Buffer.from(String(at(json.body, 'content')), 'base64');
    const response = await fetch(`${rig.url}/v2${path}`, {
      headers: { authorization: 'Bearer sandbox-token-flow_no', accept: 'application/octet-stream' },
    });
    assert.equal(response.headers.get('content-type'), 'application/pdf');
    const bytes = Buffer.from(await response.arrayBuffer());
    for (const pdf of [fromJson, bytes]) {
      assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');
      assert.match(pdf.subarray(-8).toString(), /%%EOF/);
      const text = textOf(pdf);
      for (const shown of [
        voucherNumber,
        skuNumber(rig, 0),
        '246.45',
        '345.45',
        '345.00',
        'Cash rounding',
        '-0.45',
        'NOK',
        'VAT',
        'Paid: Cash',
      ]) {
        assert.ok(text.includes(shown), `the PDF does not show ${shown}:\n${text}`);
      }
    }
  });

  it('has no PDF for as long as a fault says so', async () => {
    const uid = String(at(receipt, 'orderReceiptUid'));
    await rig.control('POST /faults', { kind: 'error', status: 404, path: '/download$', times: 1 });
    const missing = await rig.call(`GET ${S}/receipts/${uid}/download`);
    assert.deepEqual([missing.status, at(missing.body, 'code')], [404, 'NOT_FOUND']);
    assert.equal((await rig.call(`GET ${S}/receipts/${uid}/download`)).status, 200);
    for (const status of [400, 409, 422, 451]) {
      await rig.control('POST /faults', { kind: 'error', status, path: '/download$', times: 1 });
      assert.equal((await rig.call(`GET ${S}/receipts/${uid}/download`)).status, status);
    }
  });

  it('answers 404 for receipts of other stores', async () => {
    const uid = String(at(receipt, 'orderReceiptUid'));
    assert.equal((await rig.call(`GET ${T}/stores/bergensentrum/receipts/${uid}`)).status, 404);
    assert.equal((await rig.call(`GET ${S}/receipts/${uid}`)).status, 200);
  });

  it('puts hundreds of lines on as many pages as they need', async () => {
    const lines = Array.from({ length: 300 }, (_, index) => ({
      sku: 'SHIPPING',
      quantity: 100,
      itemPrice: 100 + index,
    }));
    const sale = await rig.till('/sales', { lines });
    const found = await rig.call(`POST ${T}/receipts/search`, { orderNumber: String(at(sale.body, 'orderNumber')) });
    const path = `${S}/receipts/${String(at(found.body, 'items[0].orderReceiptUid'))}/download`;
    const content = at((await rig.call(`GET ${path}`)).body, 'content');
    const pdf = Buffer.from(String(content), 'base64');
    assert.ok((pdf.toString('latin1').match(/\/Type \/Page\b(?!s)/g) ?? []).length >= 5);
    assert.ok(textOf(pdf).includes('3.99'));
  });
});
