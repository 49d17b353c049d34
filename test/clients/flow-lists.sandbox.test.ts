import assert from 'node:assert/strict';

import { buildChain } from '../../sandbox/chain/build-chain';
import { VendorHttpError } from '../../src/clients/errors';
import { flowOrderSchema, type FlowOrder } from '../../src/clients/flow/orders';
import { tidyJson } from '../../src/clients/wire';
import { FlowOnSandbox } from './vendor-rigs';
import { collect, failureOf, pause } from './vendor-server';

const TENANT = 'flow_no';
const STORE = 'oslocity';

describe('Flow client on the Flow sandbox, what happens at the tills', () => {
  const chain = buildChain({ seed: 7, products: 150, stores: 4 });
  const skus = chain.products.filter(({ kind }) => kind === 'single').flatMap((product) => product.skus);
  const sku = skus[0]?.sku ?? '';
  const sandbox = new FlowOnSandbox({ chain });

  async function till(path: string, body: unknown = {}): Promise<FlowOrder> {
    const answer = await sandbox.rig.till(`/${path}`, body);
    assert.ok(answer.status < 300, JSON.stringify(answer.body));
    return flowOrderSchema.parse(tidyJson(answer.body, 'as-is'));
  }

  const sell = (): Promise<FlowOrder> => till('sales', { lines: [{ sku, quantity: 100, itemPrice: 12345 }] });

  it('reads a sale with its rates, payment and receipt', async () => {
    const { orderUid } = await sell();
    const order = await sandbox.flow.orders.get(orderUid);
    assert.equal(order?.orderState, 'COMPLETE');
    assert.equal(order.items[0]?.vatRate, 2500);
    assert.deepEqual(order.items[0].orderLinks, []);
    assert.ok(order.voucherNumber);
    assert.ok(order.settledAt);
    const receiptUid = order.settlements[0]?.orderReceiptUid ?? '';
    const receipt = await sandbox.flow.receipts.get(STORE, receiptUid);
    assert.equal(receipt?.orderUid, orderUid);
    assert.equal(receipt.voucherNumber, order.voucherNumber);
    assert.equal(receipt.grandTotal, 12345);
    assert.equal(receipt.items[0]?.totalPrice, 12345);
    assert.equal(receipt.settlements[0]?.settlementUid, order.settlements[0]?.settlementUid);
    const pdf = await sandbox.flow.receipts.downloadPdf(STORE, receiptUid);
    assert.equal(
      Buffer.from(pdf ?? [])
        .subarray(0, 5)
        .toString(),
      '%PDF-',
    );
    assert.equal(await sandbox.flow.receipts.get(STORE, 'nowhere'), undefined);
    assert.equal(await sandbox.flow.receipts.downloadPdf(STORE, 'nowhere'), undefined);
  });

  it('reads a return with the line it belongs to', async () => {
    const sold = await sell();
    const [line] = sold.items;
    const returned = await till('returns', {
      originalOrderUid: sold.orderUid,
      lines: [{ orderItemUid: line?.orderItemUid, quantity: 100 }],
    });
    const order = await sandbox.flow.orders.get(returned.orderUid);
    assert.equal(order?.type, 'RETURN');
    assert.deepEqual(order.items[0]?.orderLinks, [{ orderUid: sold.orderUid, orderItemUid: line?.orderItemUid }]);
    const receipt = await sandbox.flow.receipts.get(STORE, order.settlements[0]?.orderReceiptUid ?? '');
    assert.equal(receipt?.type, 'RETURN');
  });

  it('lists what was changed since, through several pages', async () => {
    const early = await sell();
    await pause(5);
    const since = new Date().toISOString();
    const sold = await sell();
    const later = new Set([sold.orderUid]);
    for (let count = 0; count < 104; count += 1) {
      later.add((await sandbox.flow.orders.create(STORE, { type: 'ORDER' })).orderUid);
    }
    let calls = 0;
    const context = { onCall: () => (calls += 1) };
    const found = await collect(sandbox.flow.orders.list(STORE, { modifiedFrom: since }, context));
    assert.deepEqual(new Set(found.map(({ orderUid }) => orderUid)), later);
    assert.equal(found.length, 105);
    assert.equal(calls, 2);
    const receipts = await collect(sandbox.flow.receipts.search({ settledAtFrom: since }));
    assert.deepEqual(
      receipts.map(({ orderUid }) => orderUid),
      [sold.orderUid],
    );
    const all = await collect(sandbox.flow.orders.list(STORE, {}));
    assert.ok(all.some(({ orderUid }) => orderUid === early.orderUid));
  });

  it('lists orders by their external number', async () => {
    await sandbox.flow.orders.create(STORE, { orderUid: 'w1', externalOrderNumber: 'W-1', type: 'ORDER' });
    await sell();
    const found = await sandbox.flow.orders.findByExternalNumber(STORE, 'W-1');
    assert.deepEqual(
      found.map(({ orderUid, type }) => [orderUid, type]),
      [['w1', 'ORDER']],
    );
  });

  it('lists changed customers, and deletes one', async () => {
    await pause(5);
    const since = new Date().toISOString();
    const person = { customerType: 'PERSON', firstname: 'Kari', lastname: 'Nordmann', countryCode: 'NO' } as const;
    await sandbox.flow.customers.create({ ...person, customerUid: 'k1' });
    await sandbox.flow.customers.create({ ...person, customerUid: 'k2' });
    await pause(2);
    await sandbox.flow.customers.update('k1', { loyaltyId: 'V1' });
    const found = await collect(sandbox.flow.customers.listModifiedSince(since));
    assert.deepEqual(
      found.map(({ customerUid }) => customerUid),
      ['k1', 'k2'],
    );
    assert.ok(found[0]?.lastModifiedAt);
    assert.equal(await sandbox.flow.customers.delete('k2'), true);
    assert.equal(await sandbox.flow.customers.delete('k2'), false);
    assert.equal(await sandbox.flow.customers.get('k2'), undefined);
  });

  it('writes the internal note of a waiting order without opening it', async () => {
    const ref = { storeUid: STORE, orderUid: 'w1' };
    await sandbox.flow.orders.create(STORE, { orderUid: 'w1', type: 'ORDER', items: [{ sku, quantity: 100 }] });
    await sandbox.flow.orders.update(ref, { orderState: 'PARKED' });
    const noted = await sandbox.flow.orders.update(ref, { internalNote: 'from the web [omnium 1234abcd]' });
    assert.equal(noted.internalNote, 'from the web [omnium 1234abcd]');
    assert.equal(noted.orderState, 'PARKED');
  });

  it('sets webhooks up once, changes and removes them', async () => {
    const transport = {
      httpTransportUid: 't1',
      name: 'Omnium',
      url: 'http://127.0.0.1:9/webhooks',
      securityType: 'BEARER',
      token: 'hush-hush',
      headers: [{ key: 'x-tenant', value: TENANT }],
    } as const;
    const created = await sandbox.flow.webhooks.createTransport(transport);
    assert.equal(created.httpTransportUid, 't1');
    assert.equal((await failureOf(sandbox.flow.webhooks.createTransport(transport), VendorHttpError)).status, 409);
    await sandbox.flow.webhooks.updateTransport('t1', { url: 'http://127.0.0.1:9/elsewhere' });
    const [kept] = (await sandbox.flow.webhooks.listTransports()).filter(
      ({ httpTransportUid }) => httpTransportUid === 't1',
    );
    assert.equal(kept?.url, 'http://127.0.0.1:9/elsewhere');
    assert.deepEqual(kept.headers, transport.headers);
    assert.ok(!JSON.stringify(kept).includes('hush-hush'));

    const webhook = { webhookUid: 'w1', action: 'ORDER_RECEIPT_SETTLED', httpTransportUid: 't1' };
    assert.equal((await sandbox.flow.webhooks.create(webhook)).action, 'ORDER_RECEIPT_SETTLED');
    assert.equal((await failureOf(sandbox.flow.webhooks.create(webhook), VendorHttpError)).status, 409);
    await sandbox.flow.webhooks.update('w1', { active: false });
    assert.equal((await sandbox.flow.webhooks.list()).find(({ webhookUid }) => webhookUid === 'w1')?.active, false);
    assert.equal(await sandbox.flow.webhooks.delete('w1'), true);
    assert.equal(await sandbox.flow.webhooks.delete('w1'), false);
  });
});
