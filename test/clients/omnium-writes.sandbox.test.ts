import assert from 'node:assert/strict';

import { buildChain } from '../../sandbox/chain/build-chain';
import { VendorHttpError, VendorUnreachableError } from '../../src/clients/errors';
import type { OmniumLineWrite, OmniumPaymentWrite } from '../../src/clients/omnium/members';
import type { OmniumPosOrderWrite } from '../../src/clients/omnium/orders';
import { OmniumOnSandbox } from './vendor-rigs';
import { failureOf } from './vendor-server';

describe('Omnium client, writing to the Omnium sandbox', () => {
  const chain = buildChain({ seed: 7, products: 150, stores: 8 });
  const skus = chain.products.filter(({ kind }) => kind === 'single').flatMap((product) => product.skus);
  const sandbox = new OmniumOnSandbox({ chain, scrollBatchSize: 10 });

  const line = (lineItemId: string, change: Partial<OmniumLineWrite> = {}): OmniumLineWrite => ({
    lineItemId,
    code: skus[Number(lineItemId)]?.sku ?? '',
    quantity: 2,
    placedPrice: 100,
    discounted: 0,
    taxRate: 25,
    ...change,
  });
  const payment = (id: string, amount: number): OmniumPaymentWrite => ({
    id,
    amount,
    transactionType: 'Sale',
    status: 'Processed',
    paymentMethodName: 'Cash',
    transactionId: id,
    storeId: 'oslo-city',
  });
  const sale = (id: string, change: Partial<OmniumPosOrderWrite> = {}): OmniumPosOrderWrite => ({
    id,
    orderNumber: id,
    marketId: 'NOR',
    storeId: 'oslo-city',
    billingCurrency: 'NOK',
    orderForm: {
      lineItems: [line('1'), line('2', { discounted: 10.5 })],
      payments: [payment('s1', 390)],
      grossRoundoff: 0.5,
    },
    properties: [{ key: 'flow.orderUid', value: id }],
    ...change,
  });

  /** An order of the web shop, waiting in a store. */
  const waiting = async (id: string): Promise<void> => {
    const { orderForm, ...fields } = sale(id);
    await sandbox.omnium.orders.create({
      ...fields,
      orderType: 'ClickAndCollect',
      status: 'New',
      orderForm: { lineItems: orderForm.lineItems, payments: [] },
    });
  };

  it('makes a till sale that adds up, and only once', async () => {
    await sandbox.omnium.orders.putPos(sale('o1'));
    const order = await sandbox.omnium.orders.get('o1');
    assert.equal(order?.orderType, 'Pos');
    assert.equal(order.status, 'Completed');
    assert.equal(Number(order.orderForm.total), 390);
    assert.deepEqual(order.returnOrderForms, []);
    assert.deepEqual(
      order.orderForm.payments.map(({ id, amount }) => [id, Number(amount)]),
      [['s1', 390]],
    );
    assert.ok(order.properties.some(({ key, value }) => key === 'flow.orderUid' && value === 'o1'));
    assert.equal((await failureOf(sandbox.omnium.orders.putPos(sale('o1')), VendorHttpError)).status, 400);
  });

  it('finds a sale whose answer was lost', async () => {
    await sandbox.rig.control('POST', '/faults', { kind: 'lost-answer', path: '/api/Orders/PosOrders', times: 1 });
    const error = await failureOf(sandbox.omnium.orders.putPos(sale('o1')), VendorUnreachableError);
    assert.equal(error.outcomeUnknown, true);
    assert.equal((await sandbox.omnium.orders.get('o1'))?.id, 'o1');
  });

  it('completes a waiting order: payment once, quantities, status', async () => {
    await waiting('w1');
    await sandbox.omnium.orders.addPayments('w1', [payment('s1', 100)]);
    const paid = await sandbox.omnium.orders.addPayments('w1', [payment('s1', 389.5)]);
    assert.deepEqual(
      paid.orderForm.payments.map(({ amount }) => Number(amount)),
      [389.5],
    );
    const lineItemUpdates = [
      { lineItemId: '1', deliveredQuantity: 2 },
      { lineItemId: '2', deliveredQuantity: 1, canceledQuantity: 1 },
    ];
    const result = await sandbox.omnium.orders.updateLines('w1', { status: 'Completed', lineItemUpdates });
    assert.equal(result.isAborted, false);
    assert.deepEqual(result.errors, []);
    assert.equal(result.order?.status, 'Completed');
    assert.deepEqual(
      result.order.orderForm.lineItems.map(({ deliveredQuantity, canceledQuantity }) => [
        Number(deliveredQuantity),
        Number(canceledQuantity ?? 0),
      ]),
      [
        [2, 0],
        [1, 1],
      ],
    );
    const again = await failureOf(sandbox.omnium.orders.updateLines('w1', { lineItemUpdates }), VendorHttpError);
    assert.equal(again.status, 400);
  });

  it('adds lines, patches, and cancels the order', async () => {
    await waiting('w2');
    assert.equal((await sandbox.omnium.orders.addLine('w2', line('3'))).orderForm.lineItems.length, 3);
    const patch = { properties: [{ key: 'flow.voucherNumber', value: '1001' }], customerName: 'Kari Nordmann' };
    assert.equal((await sandbox.omnium.orders.patch('w2', patch)).updatedCount, 1);
    const order = await sandbox.omnium.orders.get('w2');
    assert.ok(order);
    assert.ok(order.properties.some(({ key }) => key === 'flow.orderUid'));
    assert.ok(order.properties.some(({ key }) => key === 'flow.voucherNumber'));
    assert.equal((await sandbox.omnium.orders.patch('w2', patch)).updatedCount, 0);
    assert.equal(
      (await sandbox.omnium.orders.updateStatus('w2', { status: 'OrderCanceled' })).order?.status,
      'OrderCanceled',
    );
    const unknown = await failureOf(sandbox.omnium.orders.updateStatus('w2', { status: 'Sleeping' }), VendorHttpError);
    assert.equal(unknown.status, 400);
    assert.equal(
      (await failureOf(sandbox.omnium.orders.updateStatus('nowhere', { status: 'New' }), VendorHttpError)).status,
      404,
    );
  });

  it('takes goods back and exchanges them, found by the RMA number', async () => {
    await sandbox.omnium.orders.putPos(sale('o1'));
    const form = await sandbox.omnium.orders.createReturn('o1', {
      rmaNumber: 'r1',
      creditPayment: false,
      creditAmount: 100,
      storeId: 'oslo-city',
      returns: [{ lineItemId: '1', returnQuantity: 1, creditAmount: 100, returnReason: 'SIZE' }],
    });
    assert.equal(form.rmaNumber, 'r1');
    assert.equal(Number(form.total), 100);
    await sandbox.omnium.orders.createReturn('o1', {
      rmaNumber: 'r2',
      creditPayment: false,
      returns: [{ lineItemId: '1', returnQuantity: 1 }],
      omniumExchangeOrderOptions: {
        exchangeOrderId: 'r2',
        orderType: 'Pos',
        orderStatus: 'Completed',
        storeId: 'oslo-city',
        exchangeOrderLines: [line('5', { quantity: 1 })],
      },
    });
    const order = await sandbox.omnium.orders.get('o1');
    assert.equal(order?.status, 'PartiallyReturned');
    assert.deepEqual(
      order.returnOrderForms.map(({ rmaNumber, lineItems }) => [rmaNumber, Number(lineItems[0]?.returnQuantity)]),
      [
        ['r1', 1],
        ['r2', 1],
      ],
    );
    assert.equal(order.returnOrderForms[0]?.storeId, 'oslo-city');
    assert.deepEqual(order.returnOrderForms[1]?.replacementOrderIds, ['r2']);
    assert.equal(Number(order.orderForm.lineItems[0]?.returnQuantity), 2);
    assert.equal(Number((await sandbox.omnium.orders.get('r2'))?.orderForm.total), 100);
    const tooMany = { rmaNumber: 'r3', creditPayment: false, returns: [{ lineItemId: '1', returnQuantity: 1 }] };
    assert.equal((await failureOf(sandbox.omnium.orders.createReturn('o1', tooMany), VendorHttpError)).status, 400);
  });

  it('finds changed orders page by page and in a scroll', async () => {
    const ids = Array.from({ length: 25 }, (_, index) => `o${String(index)}`);
    for (const id of ids) await sandbox.omnium.orders.putPos(sale(id));
    const swedish = chain.stores.find(({ marketId }) => marketId === 'SWE');
    assert.ok(swedish);
    await sandbox.omnium.orders.putPos(
      sale('swedish', { marketId: 'SWE', storeId: swedish.storeId, billingCurrency: 'SEK' }),
    );
    const search = { modifiedFrom: '2020-01-01T00:00:00Z', selectedMarkets: ['NOR'] };
    const pages = await Promise.all(
      [0, 1, 2].map((page) => sandbox.omnium.orders.search({ ...search, page, take: 10 })),
    );
    assert.deepEqual(
      pages.map(({ result, totalHits }) => [result.length, totalHits]),
      [
        [10, 25],
        [10, 25],
        [5, 25],
      ],
    );
    const found = pages.flatMap(({ result }) => result);
    assert.deepEqual(found.map(({ id }) => id).toSorted(), ids.toSorted());
    const times = found.map(({ modified }) => modified ?? '');
    assert.deepEqual(times, times.toSorted());
  });

  it('makes, changes, finds and anonymises a private customer', async () => {
    const kari = {
      customerId: 'k1',
      firstName: 'Kari',
      lastName: 'Nordmann',
      email: 'kari.h3@example.com',
      phone: '+4791234567',
      externalIds: [{ providerName: 'Voyado', id: 'v1' }],
    };
    await sandbox.omnium.privateCustomers.save({ ...kari, lastName: 'Hansen' });
    await sandbox.omnium.privateCustomers.save({ ...kari, lastName: 'Hansen' });
    assert.equal(
      (await sandbox.omnium.privateCustomers.patch({ customerId: 'k1', customerNumber: '77' })).updatedCount,
      1,
    );
    assert.equal((await sandbox.omnium.privateCustomers.patch({ customerId: 'nobody' })).notFoundCount, 1);
    const found = await sandbox.omnium.privateCustomers.search({ email: 'kari.h3@example.com' });
    assert.equal(found.totalHits, 1);
    assert.equal(found.result[0]?.lastName, 'Hansen');
    assert.equal(found.result[0].customerNumber, '77');
    assert.equal(found.result[0].externalIds[0]?.id, 'v1');
    assert.equal(await sandbox.omnium.privateCustomers.anonymize('k1'), true);
    assert.notEqual((await sandbox.omnium.privateCustomers.get('k1'))?.firstName, 'Kari');
    assert.equal(await sandbox.omnium.privateCustomers.anonymize('nobody'), false);
  });

  it('makes, changes, finds and deletes a business customer', async () => {
    const fjord = { customerId: 'b1', name: 'Fjord AS', taxId: '999888777', email: 'post@fjord.example' };
    await sandbox.omnium.businessCustomers.save(fjord);
    await sandbox.omnium.businessCustomers.save({ ...fjord, name: 'Fjord Handel AS' });
    assert.equal(
      (await sandbox.omnium.businessCustomers.patch({ customerId: 'b1', phone: '+4722334455' })).updatedCount,
      1,
    );
    const found = await sandbox.omnium.businessCustomers.search({ taxId: '999888777' });
    assert.equal(found.result[0]?.name, 'Fjord Handel AS');
    assert.equal(await sandbox.omnium.businessCustomers.delete('b1'), true);
    assert.equal(await sandbox.omnium.businessCustomers.delete('b1'), false);
    assert.equal(await sandbox.omnium.businessCustomers.get('b1'), undefined);
  });

  it('keeps one invoice with one file, however often both are sent', async () => {
    await sandbox.omnium.orders.putPos(sale('o1'));
    const invoice = {
      id: 'r1',
      orderId: 'o1',
      invoiceNumber: '1001',
      isCreditNote: false,
      invoiceDate: '2026-11-20T10:00:00Z',
      amount: 390,
      amountExcludingTax: 312,
      currency: 'NOK',
      lineItems: [line('1'), line('2', { discounted: 10.5 })],
      payments: [payment('s1', 390)],
    };
    const file = { fileName: 'receipt-1001.pdf', assetId: 'r1', content: Buffer.from('%PDF-1.4\n\u00ff') };
    assert.equal(await sandbox.omnium.invoices.get('r1'), undefined);
    for (let round = 0; round < 2; round += 1) {
      assert.equal(Number((await sandbox.omnium.invoices.put(invoice)).amount), 390);
      await sandbox.omnium.invoices.addAsset('r1', file);
    }
    const kept = await sandbox.omnium.invoices.get('r1');
    assert.equal(kept?.orderId, 'o1');
    assert.equal(kept.lineItems.length, 2);
    assert.deepEqual(
      kept.assets.map(({ assetId, fileName, length }) => [assetId, fileName, Number(length)]),
      [['r1', 'receipt-1001.pdf', file.content.length]],
    );
    assert.equal((await failureOf(sandbox.omnium.invoices.addAsset('nowhere', file), VendorHttpError)).status, 404);
  });
});
