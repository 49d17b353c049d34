import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Answer, issueFields, lineOf, type OmniumRig, orderOf, paymentOf, startRig } from './omnium-rig';

const pdf = (text = 'one receipt'): Buffer => Buffer.from(`%PDF-1.4\n${text}\n%%EOF`);
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe('Omnium sandbox invoices', () => {
  let rig: OmniumRig;
  before(async () => {
    rig = await startRig({ rateLimits: false });
  });
  after(() => rig.stop());
  beforeEach(async () => {
    await rig.control('POST', '/reset');
    await rig.call('POST', '/api/Orders', orderOf(rig, 'web-1'));
  });

  const invoiceOf = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
    id: 'receipt_1',
    orderId: 'web-1',
    invoiceNumber: 'V-1',
    invoiceDate: '2026-11-20T10:00:00Z',
    invoiceDueDate: '2026-11-20T10:00:00Z',
    deliveryDate: '2026-11-20T10:00:00Z',
    amount: 100,
    amountExcludingTax: 80,
    currency: 'NOK',
    marketId: 'NOR',
    storeId: 'oslo-city',
    customerId: 'c-1',
    customerType: 'Private',
    lineItems: [lineOf(rig)],
    payments: [paymentOf()],
    ...over,
  });
  const put = (over: Record<string, unknown> = {}): Promise<Answer> =>
    rig.call('PUT', '/api/Invoices/UpdateInvoice', invoiceOf(over));
  const get = (id = 'receipt_1'): Promise<Answer> => rig.call('GET', `/api/Invoices/${id}`);
  const told = async (id: string): Promise<unknown[]> => {
    const log = await rig.call('POST', '/api/EventLog/Search', { objectId: id, take: 100 });
    return log.json
      .list('result')
      .map((event) => event.at('eventLogType'))
      .reverse();
  };

  it('adds an invoice once, calculates its lines and changes it by its id', async () => {
    const added = await put();
    assert.equal(added.status, 200, added.text);
    assert.deepEqual(
      ['id', 'invoiceNumber', 'amount', 'isCreditNote', 'amountOutstanding', 'lineItems.0.taxTotal'].map((name) =>
        added.json.at(name),
      ),
      ['receipt_1', 'V-1', 100, false, 0, 20],
    );
    const again = await put();
    assert.equal(again.json.at('modified'), added.json.at('modified'), 'the same again changes nothing');
    const changed = await put({ comment: 'checked' });
    assert.equal(changed.json.at('comment'), 'checked');
    assert.equal(changed.json.at('created'), added.json.at('created'));
    assert.deepEqual((await get()).json.raw, changed.json.raw);
    assert.deepEqual(await told('receipt_1'), ['Added', 'Updated']);
  });

  it('names unknown references and wrong values', async () => {
    const unknown = await put({
      orderId: 'none',
      storeId: 'none',
      marketId: 'XXX',
      currency: 'DOP',
      customerType: 'B2C',
    });
    assert.equal(unknown.status, 400);
    assert.deepEqual(issueFields(unknown), ['currency', 'customerType', 'marketId', 'orderId', 'storeId']);
    assert.deepEqual(issueFields(await put({ currency: 'SEK' })), ['currency'], 'another market’s');
    assert.deepEqual(
      issueFields(await put({ amount: '100', invoiceDate: 'today', isCreditNote: 'no', lineItems: {} })),
      ['amount', 'invoiceDate', 'isCreditNote', 'lineItems'],
    );
    const lines = [lineOf(rig), { lineItemId: '1', quantity: 1 }, lineOf(rig, { lineItemId: '3', taxRate: 2500 })];
    assert.deepEqual(issueFields(await put({ lineItems: lines, payments: [{ amount: 1 }] })), [
      'lineItems[1].code',
      'lineItems[1].lineItemId',
      'lineItems[1].placedPrice',
      'lineItems[2].taxRate',
      'payments[0].paymentMethodName',
      'payments[0].status',
      'payments[0].transactionId',
      'payments[0].transactionType',
    ]);
    assert.deepEqual(issueFields(await put({ id: 'a/b' })), ['id']);
    assert.equal((await get()).status, 404);
  });

  it('takes lines that are no product, and credit notes', async () => {
    const remittance = { lineItemId: '1', code: 'REMITTANCE', quantity: 1, placedPrice: 100, taxRate: 0 };
    const paid = await put({ lineItems: [remittance] });
    assert.equal(paid.json.at('lineItems.0.extendedPrice'), 100);
    const credit = await put({
      id: 'receipt_2',
      isCreditNote: true,
      amount: -100,
      lineItems: [lineOf(rig, { quantity: -1 })],
      payments: [paymentOf({ transactionType: 'Credit' })],
    });
    assert.deepEqual([credit.status, credit.json.at('lineItems.0.extendedPrice')], [200, -100]);
  });

  it('attaches a file under an asset id, once, and gives it out again', async () => {
    await put();
    const path = '/api/Invoices/receipt_1/AddAsset?fileName=receipt-V-1.pdf&assetId=receipt_1';
    const first = await rig.upload(path, pdf());
    assert.equal(first.status, 200, first.text);
    const second = await rig.upload(path, pdf());
    assert.equal(second.json.at('modified'), first.json.at('modified'));
    const third = await rig.upload(path, pdf('another'));
    assert.deepEqual(
      ['assetId', 'fileName', 'contentType', 'length'].map((name) => third.json.at(`assets.0.${name}`)),
      ['receipt_1', 'receipt-V-1.pdf', 'application/pdf', pdf('another').length],
    );
    assert.equal(third.json.list('assets').length, 1);
    const { json } = await rig.control('GET', '/invoices/receipt_1/files');
    assert.equal(json.at('files.0.sha256'), sha256(pdf('another')));
    assert.deepEqual(await rig.download(third.json.text('assets.0.url')), pdf('another'));
    const asPdf = await rig.call('GET', '/api/Invoices/GetAsPdf/receipt_1');
    assert.equal(asPdf.headers.get('content-type'), 'application/pdf');
    assert.equal(asPdf.text, pdf('another').toString());
    await put({ comment: 'a change without assets' });
    assert.equal((await get()).json.list('assets').length, 1, 'files stay');
    assert.deepEqual(await told('receipt_1'), ['Added', 'Updated', 'Updated', 'Updated']);
  });

  it('adds one more file, or one more invoice, with every call that names none', async () => {
    await put();
    const file = '/api/Invoices/receipt_1/AddFileToInvoice?fileName=a.pdf';
    await rig.upload(file, pdf());
    assert.equal((await rig.upload(file, pdf())).json.list('assets').length, 2);
    const made = [];
    for (const text of ['one', 'two']) {
      made.push(await rig.upload('/api/Invoices/AddInvoice?fileName=a.pdf&orderId=web-1', pdf(text)));
    }
    assert.notEqual(made[0]?.json.at('id'), made[1]?.json.at('id'));
    assert.equal(made[0]?.json.at('assets.0.length'), pdf('one').length);
    const ofOrder = await rig.call('GET', '/api/Invoices/Orders/web-1');
    assert.equal(ofOrder.json.at('totalHits'), 3);
  });

  it('refuses empty, wrong, large and nameless files', async () => {
    await put();
    const path = '/api/Invoices/receipt_1/AddAsset';
    const statusOf = async (answer: Promise<Answer>): Promise<number> => (await answer).status;
    assert.deepEqual(issueFields(await rig.upload(`${path}?fileName=a.pdf`, Buffer.alloc(0))), ['body']);
    assert.deepEqual(issueFields(await rig.upload(`${path}?fileName=a.pdf`, Buffer.from('{"code":1}'))), ['body']);
    assert.deepEqual(issueFields(await rig.upload(path, pdf())), ['fileName']);
    assert.deepEqual(issueFields(await rig.upload(`${path}?fileName=receipt`, pdf())), ['fileName']);
    const large = Buffer.concat([pdf(), Buffer.alloc(10 * 1024 * 1024)]);
    assert.deepEqual(issueFields(await rig.upload(`${path}?fileName=a.pdf`, large)), ['body']);
    const fits = large.subarray(0, 10 * 1024 * 1024);
    assert.equal(await statusOf(rig.upload(`${path}?fileName=a.pdf`, fits, 'application/octet-stream')), 200);
    assert.equal(await statusOf(rig.upload(`${path}?fileName=a.pdf`, pdf(), 'multipart/form-data; boundary=x')), 415);
    assert.equal(await statusOf(rig.call('POST', `${path}?fileName=a.pdf`, { file: 'x' })), 415);
    assert.equal(await statusOf(rig.upload('/api/Invoices/none/AddAsset?fileName=a.pdf', pdf())), 404);
    assert.equal(await statusOf(rig.call('GET', '/api/Invoices/GetAsPdf/none')), 404);
    assert.equal((await get()).json.list('assets').length, 1);
  });

  it('reads by id, order, customer and search', async () => {
    assert.equal((await rig.call('GET', '/api/Invoices')).status, 404, 'none at all');
    await put();
    await put({ id: 'receipt_2', customerId: 'c-2', amount: 50.1, amountOutstanding: 10, orderId: undefined });
    assert.equal((await rig.call('GET', '/api/Invoices/%20')).status, 400);
    assert.equal((await get('none')).status, 404);
    const ids = async (answer: Promise<Answer>): Promise<unknown[]> =>
      (await answer).json.list('result').map((invoice) => invoice.at('id'));
    const search = (body: unknown): Promise<Answer> => rig.call('POST', '/api/Invoices/Search', body);
    assert.deepEqual(await ids(rig.call('GET', '/api/Invoices?pageSize=1&page=2')), ['receipt_1']);
    assert.deepEqual(await ids(rig.call('GET', '/api/Invoices/Orders/web-1')), ['receipt_1']);
    assert.deepEqual(await ids(rig.call('GET', '/api/Invoices/Orders/none')), []);
    assert.deepEqual(await ids(rig.call('GET', '/api/Invoices/Customers/c-2')), ['receipt_2']);
    assert.equal((await rig.call('GET', '/api/Invoices/Customers/none')).status, 404);
    assert.deepEqual(await ids(rig.call('GET', '/api/Invoices?isPaid=false')), ['receipt_2']);
    assert.deepEqual(await ids(search({ orderId: 'web-1' })), ['receipt_1']);
    assert.deepEqual(await ids(search({ query: 'receipt_2', storeIds: ['oslo-city'] })), ['receipt_2']);
    const totals = await search({ includeTotals: true });
    assert.deepEqual(totals.json.at('totals'), { amount: 150.1, amountExcludingTax: 160, amountOutstanding: 10 });
    assert.equal((await search({ take: 101 })).status, 400);
  });

  it('deletes an invoice with its files', async () => {
    await put();
    const added = await rig.upload('/api/Invoices/receipt_1/AddAsset?fileName=a.pdf&assetId=a', pdf());
    assert.equal((await rig.call('DELETE', '/api/Invoices/receipt_1')).status, 200);
    assert.equal((await get()).status, 404);
    assert.match((await rig.download(added.json.text('assets.0.url'))).toString(), /no such file/);
    assert.equal((await rig.call('DELETE', '/api/Invoices/receipt_1')).status, 404);
  });

  it('keeps invoices and files over a restart', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'omnium-invoices-'));
    try {
      const stateFile = join(directory, 'state.json');
      let kept = await startRig({ stateFile });
      await kept.call('POST', '/api/Orders', orderOf(kept, 'web-1'));
      await kept.call('PUT', '/api/Invoices/UpdateInvoice', invoiceOf());
      await kept.upload('/api/Invoices/receipt_1/AddAsset?fileName=a.pdf&assetId=a', pdf());
      await kept.upload('/api/Invoices/receipt_1/AddAsset?fileName=b.pdf&assetId=b', pdf());
      await kept.stop();
      kept = await startRig({ stateFile });
      const invoice = await kept.call('GET', '/api/Invoices/receipt_1');
      assert.deepEqual(await kept.download(invoice.json.text('assets.1.url')), pdf());
      const again = await kept.upload('/api/Invoices/receipt_1/AddAsset?fileName=a.pdf&assetId=a', pdf());
      assert.equal(again.json.at('modified'), invoice.json.at('modified'));
      await kept.upload('/api/Invoices/receipt_1/AddAsset?fileName=a.pdf&assetId=a', pdf('new'));
      assert.deepEqual(await kept.download(invoice.json.text('assets.1.url')), pdf(), 'the twin file is untouched');
      await kept.stop();
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});
