import assert from 'node:assert/strict';

import { issueFields, lineOf, type OmniumRig, orderOf, startReceiver, startRig, until } from './omnium-rig';
import { purchaseLineOf, purchaseOrderOf, PurchasingDesk } from './omnium-purchasing-rig';

describe('Omnium sandbox purchase orders', () => {
  let rig: OmniumRig;
  let desk: PurchasingDesk;
  before(async () => {
    rig = await startRig({ rateLimits: false, scrollBatchSize: 2 });
    desk = new PurchasingDesk(rig);
  });
  after(() => rig.stop());
  beforeEach(async () => {
    await rig.control('POST', '/reset');
  });

  const put = (body: unknown) => rig.call('PUT', '/api/PurchaseOrders', body);
  const patch = (id: string, body: unknown) => rig.call('PATCH', `/api/PurchaseOrders/${id}`, body);

  it('creates with ids of its own when none are given, and refuses a second with the same id', async () => {
    const lineItems = [{ code: rig.skus[0], quantity: 2 }];
    const { json } = await rig.call('POST', '/api/purchaseorders', { PurchaseOrderForm: { LineItems: lineItems } });
    assert.match(json.text('id'), /^\d+$/);
    assert.equal(json.at('purchaseOrderNumber'), json.at('id'));
    assert.equal(json.at('status'), 'New');
    assert.ok(json.text('purchaseOrderForm.lineItems.0.lineItemId').length > 0);
    assert.equal(json.at('purchaseOrderForm.lineItems.0.purchaseOrderId'), json.at('id'));
    assert.equal((await rig.call('GET', `/api/PurchaseOrders/${json.text('id')}`)).status, 200);
    await desk.create('po-1');
    assert.equal((await rig.call('POST', '/api/PurchaseOrders', purchaseOrderOf(rig, 'po-1'))).status, 409);
    assert.equal((await rig.call('GET', '/api/PurchaseOrders/none')).status, 404);
  });

  it('fills in the supplier, the product and the currency of the market', async () => {
    const order = await desk.create('po-1');
    const [supplier] = rig.chain.suppliers;
    assert.deepEqual(
      ['supplierName', 'supplierEmail', 'billingCurrency', 'purchaseOrderForm.lineItems.0.currency'].map((path) =>
        order.at(path),
      ),
      [supplier?.name, supplier?.email, 'NOK', 'NOK'],
    );
    assert.ok(order.text('purchaseOrderForm.lineItems.0.displayName').length > 0);
    const package_ = rig.chain.products.find(({ kind }) => kind === 'package');
    const lineItems = [{ lineItemId: 'p', code: package_?.skus[0]?.sku, quantity: 1 }];
    const packaged = await desk.create('po-2', { purchaseOrderForm: { lineItems } });
    assert.equal(packaged.at('purchaseOrderForm.lineItems.0.isPackage'), true);
    assert.equal(packaged.list('purchaseOrderForm.lineItems.0.components').length, package_?.components?.length);
  });

  it('calculates prices after discount for all that was ordered, and totals without what was cancelled', async () => {
    const lineItems = [
      purchaseLineOf(rig, { quantity: 10, lineItemDiscountAmountExclTax: 50, canceledQuantity: 4, extendedPrice: 1 }),
      purchaseLineOf(rig, { lineItemId: 'l-2', quantity: 3, placedPriceExclTax: 33.335, taxRate: 0 }),
    ];
    const order = await desk.create('po-1', { purchaseOrderForm: { lineItems }, total: 5 });
    const [first, second] = order.list('purchaseOrderForm.lineItems');
    assert.deepEqual(
      [
        'placedPrice',
        'discountedPriceExclTax',
        'discountedPrice',
        'extendedPriceExclTax',
        'extendedPrice',
        'taxTotal',
      ].map((name) => first?.at(name)),
      [100, 750, 937.5, 450, 562.5, 112.5],
    );
    assert.deepEqual([second?.at('discountedPriceExclTax'), second?.at('discountedPrice')], [100.005, 100.005]);
    assert.deepEqual(
      ['totalExclTax', 'total', 'taxTotal', 'subTotal', 'subTotalExclTax', 'purchaseOrderForm.total'].map((path) =>
        order.at(path),
      ),
      [550.01, 662.51, 112.5, 662.51, 550.01, 662.51],
    );
  });

  it('refuses unknown markets, stores, warehouses, products, statuses and deliveries, and wrong quantities', async () => {
    const lineItems = [
      purchaseLineOf(rig, { code: 'none' }),
      purchaseLineOf(rig, { warehouseCode: 'moon', quantity: -1 }),
      purchaseLineOf(rig, { lineItemId: 'l-1', canceledQuantity: 11, deliveryId: 'none' }),
    ];
    const bad = { marketId: 'XX', storeId: 'moon', status: 'Odd', supplierWarehouseCode: 'moon' };
    const answer = await rig.call('POST', '/api/PurchaseOrders', { ...bad, purchaseOrderForm: { lineItems } });
    assert.equal(answer.status, 400);
    const lines = 'purchaseOrderForm.lineItems';
    assert.deepEqual(issueFields(answer), [
      'marketId',
      ...[`${lines}[0].code`, `${lines}[1].quantity`, `${lines}[1].warehouseCode`],
      ...[`${lines}[2].canceledQuantity`, `${lines}[2].deliveryId`, `${lines}[2].lineItemId`],
      ...['status', 'storeId', 'supplierWarehouseCode'],
    ]);
    assert.deepEqual(issueFields(await rig.call('POST', '/api/PurchaseOrders', {})), ['purchaseOrderForm.lineItems']);
    assert.equal((await rig.call('POST', '/api/PurchaseOrders/Search', {})).json.at('totalHits'), 0);
  });

  it('overwrites whole orders, and knows a version that is not the last', async () => {
    const order = await desk.create('po-1');
    const { status, json } = await put({
      ...purchaseOrderOf(rig, 'po-1', { referenceNumber: 'R1' }),
      versionId: order.at('versionId'),
      purchaseOrderForm: { lineItems: [purchaseLineOf(rig, { quantity: 12 })] },
    });
    assert.equal(status, 200);
    assert.deepEqual([json.at('referenceNumber'), json.list('purchaseOrderForm.lineItems').length], ['R1', 1]);
    assert.notEqual(json.at('versionId'), order.at('versionId'));
    assert.equal(json.at('created'), order.at('created'));
    const stale = await put({ ...purchaseOrderOf(rig, 'po-1'), versionId: order.at('versionId') });
    assert.equal(stale.status, 409);
    assert.equal((await patch('po-1', { versionId: order.at('versionId'), name: 'x' })).status, 409);
    assert.equal((await put(purchaseOrderOf(rig, 'none'))).status, 404);
    const same = await put({ ...(json.raw as object) });
    assert.equal(same.json.at('versionId'), json.at('versionId'), 'nothing changed, nothing written');
  });

  it('patches members and lines, keeping or dropping the lines that are not named', async () => {
    await desk.create('po-1', { properties: [{ key: 'a', value: '1' }], tags: ['x'] });
    const lineItems = [
      { lineItemId: 'l-1', placedPriceExclTax: 90 },
      purchaseLineOf(rig, { lineItemId: 'l-3', quantity: 1 }),
    ];
    const kept = await patch('po-1', {
      referenceNumber: 'R2',
      properties: [{ key: 'b', value: '2' }],
      tags: ['y'],
      purchaseOrderForm: { lineItems },
    });
    assert.equal(kept.status, 200);
    assert.deepEqual(kept.json.at('tags'), ['x', 'y']);
    assert.equal(kept.json.list('properties').length, 2);
    assert.deepEqual(
      kept.json.list('purchaseOrderForm.lineItems').map((line) => [line.at('lineItemId'), line.at('placedPrice')]),
      [
        ['l-1', 112.5],
        ['l-2', 100],
        ['l-3', 100],
      ],
    );
    const dropped = await patch('po-1', {
      keepExistingOrderLines: false,
      purchaseOrderForm: { lineItems: [{ lineItemId: 'l-2', quantity: 5 }] },
    });
    assert.deepEqual(
      dropped.json
        .list('purchaseOrderForm.lineItems')
        .map((line) => [line.at('lineItemId'), line.at('quantity'), line.at('code')]),
      [['l-2', 5, rig.skus[1]]],
    );
    assert.equal((await patch('none', {})).status, 404);
  });

  it('updates many, all or none', async () => {
    await desk.create('po-1');
    await desk.create('po-2');
    const many = (...orders: unknown[]) => rig.call('PUT', '/api/PurchaseOrders/UpdateMany', orders);
    const bad = await many(
      purchaseOrderOf(rig, 'po-1', { name: 'new' }),
      { id: 'po-2', storeId: 'moon' },
      { id: 'none' },
    );
    assert.equal(bad.status, 400);
    assert.deepEqual(issueFields(bad), ['[1].purchaseOrderForm.lineItems', '[1].storeId', '[2].id']);
    await rig.control('POST', '/locks', { purchaseOrderId: 'po-2', seconds: 30 });
    const both = [purchaseOrderOf(rig, 'po-1', { name: 'new' }), purchaseOrderOf(rig, 'po-2', { name: 'new' })];
    assert.equal((await many(...both)).status, 409);
    assert.equal((await desk.read('po-1')).at('name'), undefined);
    await rig.control('DELETE', '/locks/po-2');
    assert.equal((await many(...both)).status, 200);
    assert.equal((await desk.read('po-2')).at('name'), 'new');
  });

  it('sets statuses, puts a new date on what is open and takes the status back when the workflow aborts', async () => {
    await desk.create('po-1');
    const update = (body: unknown) => rig.call('POST', '/api/PurchaseOrders/po-1/UpdateStatus', body);
    const done = await update({ status: 'Confirmed', expectedDeliveryDate: '2026-12-01' });
    assert.deepEqual([done.json.at('isAborted'), done.json.at('purchaseOrder.status')], [false, 'Confirmed']);
    assert.equal(
      done.json.at('purchaseOrder.purchaseOrderForm.lineItems.0.estimatedTimeOfArrival'),
      '2026-12-01T00:00:00.0000000Z',
    );
    assert.equal((await update({ status: 'Odd' })).status, 400);
    await rig.control('POST', '/purchase-settings', { abortedStatuses: ['Completed'] });
    const aborted = await update({ status: 'Completed' });
    assert.deepEqual([aborted.status, aborted.json.at('isAborted')], [200, true]);
    assert.equal((await desk.read('po-1')).at('status'), 'Confirmed');
    const ran = await rig.call(
      'POST',
      '/api/PurchaseOrders/UpdateAndRunWorkflow',
      purchaseOrderOf(rig, 'po-1', { name: 'n' }),
    );
    assert.deepEqual([ran.json.at('isAborted'), ran.json.at('purchaseOrder.name')], [false, 'n']);
  });

  it('splits lines with their share of the discount, and cancels what is open', async () => {
    const lineItems = [purchaseLineOf(rig, { lineItemDiscountAmountExclTax: 30, deliveredQuantity: 3 })];
    await desk.create('po-1', { purchaseOrderForm: { lineItems } });
    const split = (...parts: unknown[]) => rig.call('POST', '/api/PurchaseOrders/po-1/OrderLines/Split', parts);
    assert.equal((await split({ lineItemId: 'l-1', quantityToSplit: 8 })).status, 400, 'three have come');
    assert.equal((await split({ lineItemId: 'none', quantityToSplit: 1 })).status, 400);
    assert.equal((await split({ lineItemId: 'l-1', newLineItemId: 'l-1', quantityToSplit: 1 })).status, 400);
    const { json } = await split({ lineItemId: 'l-1', newLineItemId: 'l-9', quantityToSplit: 4 });
    assert.deepEqual(
      json.list('purchaseOrderForm.lineItems').map((line) => [line.at('quantity'), line.at('discountedPriceExclTax')]),
      [
        [6, 462],
        [4, 308],
      ],
    );
    assert.equal((await rig.call('POST', '/api/PurchaseOrders/po-1/OrderLines/l-1/Cancel')).status, 200);
    assert.deepEqual(await desk.quantities('po-1'), [
      ['l-1', 6, 3, 3, undefined],
      ['l-9', 4, 0, 0, undefined],
    ]);
    assert.equal((await rig.call('POST', '/api/PurchaseOrders/po-1/OrderLines/none/Cancel')).status, 404);
  });

  it('refuses every write while an order is locked, until the lock ends', async () => {
    await desk.create('po-1');
    const deliveryId = (await desk.deliver('po-1', [{ lineItemId: 'l-1' }])).text('id');
    assert.equal((await rig.control('POST', '/locks', { purchaseOrderId: 'none', seconds: 1 })).status, 400);
    await rig.control('POST', '/locks', { purchaseOrderId: 'po-1', seconds: 30 });
    const stockBefore = await desk.stock(rig.skus[0]);
    const writes: [string, string, unknown?][] = [
      ['PUT', '/api/PurchaseOrders', purchaseOrderOf(rig, 'po-1', { name: 'x' })],
      ['PATCH', '/api/PurchaseOrders/po-1', { name: 'x' }],
      ['PUT', '/api/PurchaseOrders/UpdateMany', [purchaseOrderOf(rig, 'po-1')]],
      ['POST', '/api/PurchaseOrders/UpdateAndRunWorkflow', purchaseOrderOf(rig, 'po-1')],
      ['POST', '/api/PurchaseOrders/po-1/UpdateStatus', { status: 'OnHold' }],
      ['POST', '/api/PurchaseOrders/po-1/OrderLines/Split', [{ lineItemId: 'l-1', quantityToSplit: 1 }]],
      ['POST', '/api/PurchaseOrders/po-1/OrderLines/l-1/Cancel'],
      ['POST', '/api/Deliveries/CreateDelivery/po-1', [{ lineItemId: 'l-2' }]],
      ['POST', `/api/Deliveries/${deliveryId}/ProcessGoodsReception`, [desk.received('l-1', 1)]],
      ['POST', '/api/Deliveries/ProcessGoodsReception', [desk.received('l-1', 1)]],
      ['DELETE', `/api/Deliveries/${deliveryId}`],
      ['DELETE', '/api/PurchaseOrders/po-1'],
    ];
    for (const [method, path, body] of writes) {
      assert.equal((await rig.call(method, path, body)).status, 409, `${method} ${path}`);
    }
    assert.equal(await desk.stock(rig.skus[0]), stockBefore);
    assert.equal((await rig.call('GET', '/api/PurchaseOrders/po-1')).status, 200);
    assert.equal((await rig.control('GET', '/locks')).json.at('locks.0.purchaseOrderId'), 'po-1');
    await rig.control('POST', '/clock', { advanceMs: 30_000 });
    assert.equal((await patch('po-1', { name: 'x' })).status, 200);
    assert.deepEqual((await rig.control('GET', '/locks')).json.at('locks'), []);
  });

  it('deletes for good', async () => {
    await desk.create('po-1');
    assert.equal((await rig.call('DELETE', '/api/PurchaseOrders/po-1')).status, 200);
    assert.equal((await rig.call('GET', '/api/PurchaseOrders/po-1')).status, 404);
    assert.equal((await rig.call('DELETE', '/api/PurchaseOrders/po-1')).status, 404);
    assert.equal((await rig.call('POST', '/api/PurchaseOrders/Search', {})).json.at('totalHits'), 0);
  });

  it('searches by what was asked, as a delta, and scrolls', async () => {
    await desk.create('po-1', { supplierId: 'other', status: 'Confirmed', requestedDeliveryDate: '2026-12-01' });
    await desk.create('po-2', { storeId: 'stockholm-norr', marketId: 'SWE', purchaseOrderNumber: 'N-2' });
    await desk.create('po-3', { externalIds: [{ providerName: 'Flow', id: 'f-3' }], tags: ['urgent'] });
    const ids = async (search: Record<string, unknown>): Promise<unknown[]> =>
      (await rig.call('POST', '/api/PurchaseOrders/Search', search)).json.list('result').map((order) => order.at('id'));
    assert.deepEqual(await ids({}), ['po-3', 'po-2', 'po-1']);
    assert.deepEqual(await ids({ sortOrder: 'ModifiedAscending', take: 2 }), ['po-1', 'po-2']);
    assert.deepEqual(await ids({ sortOrder: 'ModifiedAscending', take: 2, page: 1 }), ['po-3']);
    assert.deepEqual(await ids({ selectedStatuses: ['Confirmed'] }), ['po-1']);
    assert.deepEqual(await ids({ selectedStores: ['stockholm-norr'] }), ['po-2']);
    assert.deepEqual(await ids({ orderNumber: 'n-2' }), ['po-2']);
    assert.deepEqual(await ids({ externalIds: ['f-3'] }), ['po-3']);
    assert.deepEqual(await ids({ supplierId: 'other' }), ['po-1']);
    assert.deepEqual(await ids({ productNumbers: ['none'] }), []);
    assert.deepEqual(await ids({ requestedDeliveryDateTo: '2026-12-02' }), ['po-1']);
    assert.deepEqual(await ids({ tags: ['urgent'] }), ['po-3']);
    await rig.control('POST', '/clock', { advanceMs: 5000 });
    await patch('po-1', { name: 'later' });
    const modifiedFrom = (await desk.read('po-1')).at('modified');
    assert.deepEqual(await ids({ modifiedFrom }), ['po-1']);
    assert.equal((await rig.call('POST', '/api/PurchaseOrders/Search', { urgent: true })).status, 400);
    assert.equal((await rig.call('POST', '/api/PurchaseOrders/Search', { take: 101 })).status, 400);
    const scroll = await rig.call('POST', '/api/PurchaseOrders/Scroll', { sortOrder: 'DocumentId' });
    const next = await rig.call('GET', `/api/PurchaseOrders/Scroll/${scroll.json.text('scrollId')}`);
    assert.deepEqual(
      [...scroll.json.list('result'), ...next.json.list('result')].map((order) => order.at('id')),
      ['po-1', 'po-2', 'po-3'],
    );
  });

  it('finds a change only after the index lag, but at once by id', async () => {
    const slow = await startRig({ rateLimits: false, indexLagMs: 60_000 });
    try {
      await new PurchasingDesk(slow).create('po-1');
      const hits = async () => (await slow.call('POST', '/api/PurchaseOrders/Search', {})).json.at('totalHits');
      assert.equal(await hits(), 0);
      assert.equal((await slow.call('GET', '/api/PurchaseOrders/po-1')).status, 200);
      await slow.control('POST', '/clock', { advanceMs: 60_000 });
      assert.equal(await hits(), 1);
    } finally {
      await slow.stop();
    }
  });

  it('tells every write as an event of class PurchaseOrder, with the caller and the market', async () => {
    const receiver = await startReceiver();
    await rig.control('POST', '/subscriptions', { url: receiver.url, classNames: ['PurchaseOrder'] });
    await rig.call('POST', '/api/PurchaseOrders?runWorkflow=true', purchaseOrderOf(rig, 'po-1'));
    await put(purchaseOrderOf(rig, 'po-1', { name: 'a' }));
    await patch('po-1', { name: 'b' });
    await patch('po-1', { name: 'b' });
    await rig.call('POST', '/api/PurchaseOrders/po-1/UpdateStatus', { status: 'Confirmed' });
    await rig.call('DELETE', '/api/PurchaseOrders/po-1');
    await until(() => receiver.received.length >= 7, 'seven events');
    const told = receiver.received.map(({ body }) => body);
    assert.deepEqual(
      told.map((event) => event.at('operationId')).sort(),
      [151102, 151102, 351100, 351101, 351102, 351103, 351104],
    );
    for (const event of told) {
      assert.deepEqual(
        ['className', 'objectId', 'market', 'storeId', 'userId'].map((name) => event.at(name)),
        ['PurchaseOrder', 'po-1', 'nor', 'oslo-city', rig.chain.omniumApiUser.clientId],
      );
    }
    const status = told.find((event) => event.at('operationId') === 351103);
    assert.deepEqual([status?.at('status'), status?.at('previousStatus')], ['Confirmed', 'New']);
    await receiver.stop();
  });

  it('opens purchase orders and deliveries to those with the role only', async () => {
    await desk.create('po-1');
    await rig.control('POST', '/api-user', { roles: ['PurchaseOrderRead'] });
    assert.equal((await rig.call('GET', '/api/PurchaseOrders/po-1')).status, 200);
    assert.equal((await rig.call('POST', '/api/Deliveries/Search', {})).status, 200);
    assert.equal((await patch('po-1', { name: 'x' })).status, 403);
    assert.equal((await rig.call('POST', '/api/Deliveries/CreateDelivery/po-1', [{ lineItemId: 'l-1' }])).status, 403);
  });

  describe('reservations', () => {
    const waitingOrder = (id: string) => {
      const lineItems = [
        lineOf(rig, { lineItemId: 'c-1', quantity: 3, isAwaitingPurchaseOrder: true }),
        lineOf(rig, { lineItemId: 'c-2' }),
      ];
      return rig.call('POST', '/api/Orders', orderOf(rig, id, { orderForm: { lineItems } }));
    };
    const reserve = (orderNumber: string, over: Record<string, unknown> = {}) =>
      rig.control('POST', '/reservations', {
        orderNumber,
        lineItemId: 'c-1',
        purchaseOrderId: 'po-1',
        purchaseOrderLineId: 'l-1',
        quantity: 2,
        ...over,
      });
    const waiting = async (id: string): Promise<unknown[]> => {
      const { json } = await rig.call('GET', `/api/Orders/${id}`);
      const members = ['isAwaitingPurchaseOrder', 'reservedInventoryPurchaseOrderId', 'reservedInventoryQuantity'];
      return members.map((name) => json.at(`orderForm.lineItems.0.${name}`));
    };

    beforeEach(async () => {
      await desk.create('po-1');
      await waitingOrder('o-1');
      await waitingOrder('o-2');
    });

    it('have customers’ lines wait for a line of a purchase order, and are shown with the order', async () => {
      const { json } = await reserve('o-1');
      assert.equal(json.at('orderForm.lineItems.0.reservedInventoryPurchaseOrderLineId'), 'l-1');
      await reserve('o-2');
      const extended = (await rig.call('GET', '/api/PurchaseOrders/Extended/po-1')).json;
      assert.deepEqual(extended.at('customerOrderNumbers'), ['o-1', 'o-2']);
      assert.deepEqual(
        ['id', 'store.id', 'supplier.name', 'purchaseOrderForm.lineItems.0.lineItemId'].map((path) =>
          extended.at(path),
        ),
        ['po-1', 'oslo-city', rig.chain.suppliers[0]?.name, 'l-1'],
      );
      assert.equal((await rig.call('GET', '/api/PurchaseOrders/Extended/none')).status, 404);
    });

    it('refuse unknown lines, other products and more than was ordered', async () => {
      assert.equal((await reserve('none')).status, 400);
      assert.equal((await reserve('o-1', { lineItemId: 'none' })).status, 400);
      assert.equal((await reserve('o-1', { purchaseOrderLineId: 'l-2' })).status, 400);
      assert.equal((await reserve('o-1', { quantity: 4 })).status, 400);
      assert.deepEqual(await waiting('o-1'), [true, undefined, undefined]);
    });

    it('outlive a caller that overwrites the order without knowing of them', async () => {
      await reserve('o-1');
      const lineItems = [lineOf(rig, { lineItemId: 'c-1', quantity: 3, isAwaitingPurchaseOrder: true })];
      const overwrite = orderOf(rig, 'o-1', { orderForm: { lineItems }, customerName: 'x' });
      assert.equal((await rig.call('POST', '/api/Orders/Update', overwrite)).status, 200);
      assert.deepEqual(await waiting('o-1'), [true, 'po-1', 2]);
    });

    it('are released by goods that come, the oldest order first, and in parts', async () => {
      await reserve('o-1');
      await reserve('o-2');
      const deliveryId = (await desk.deliver('po-1', [{ lineItemId: 'l-1' }])).text('id');
      await desk.receive(deliveryId, [desk.received('l-1', 3)]);
      assert.deepEqual(await waiting('o-1'), [false, undefined, 0]);
      assert.deepEqual(await waiting('o-2'), [true, 'po-1', 1]);
      const extended = (await rig.call('GET', '/api/PurchaseOrders/Extended/po-1')).json;
      assert.deepEqual(extended.at('customerOrderNumbers'), ['o-2']);
      await desk.receive(deliveryId, [desk.received('l-1', 1)]);
      assert.deepEqual(await waiting('o-2'), [false, undefined, 0]);
    });

    it('stay when stock is raised without a goods reception', async () => {
      await reserve('o-1');
      await desk.setStock(rig.skus[0], 500);
      assert.deepEqual(await waiting('o-1'), [true, 'po-1', 2]);
    });
  });
});
