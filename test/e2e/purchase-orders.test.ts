import assert from 'node:assert/strict';
import { Buyer, itemsOf, uidOf } from '../support/buyer';
import { Integration, type Json } from '../support/integration';
import { opsOn } from '../support/ops-on';
import { until } from '../support/order-driver';

describe('purchase orders, from Omnium to Flow', function () {
  this.timeout(60_000);
  let integration: Integration;
  let buyer: Buyer;

  before(async function () {
    this.timeout(600_000);
    integration = await Integration.start();
    buyer = new Buyer(integration);
  });

  after(async () => {
    await integration.stop();
  });

  const members = (document: Json, ...names: string[]): Json =>
    Object.fromEntries(names.map((name) => [name, document[name]]));

  it('are in the shop seconds after they were made, in Flow’s own terms, with their supplier', async () => {
    const supplierId = integration.chain.suppliers.find(({ knownInTills }) => !knownInTills)?.supplierId;
    assert.ok(supplierId);
    const lines = [
      buyer.line('L1', {
        ...{ supplierSkuId: 'X-1', estimatedTimeOfArrival: '2026-12-01T22:30:00Z' },
        ...{ lineItemDiscountAmountExclTax: 50 },
      }),
      buyer.line('L2', {
        code: buyer.sku(1),
        quantity: 2.5,
        warehouseCode: 'oslo-city-back',
        placedPriceExclTax: 39.95,
      }),
    ];
    const id = await buyer.order(lines, {
      ...{
        supplierId,
        billingCurrency: 'EUR',
        referenceNumber: 'REF 7',
        requestedDeliveryDate: '2026-12-24T11:00:00Z',
      },
      purchaseOrderNotes: [{ detail: 'by lorry' }, { detail: 'two pallets' }],
    });
    const { outcome, syncState } = await buyer.settled(id);
    assert.deepEqual([syncState, outcome?.action, outcome?.linesAdded], ['Synced', 'created', 2]);
    assert.deepEqual(outcome?.changedFields, ['supplier']);
    const order = await buyer.oneInFlow(id);
    assert.deepEqual(
      members(
        order,
        'purchaseOrderUid',
        'storeUid',
        'supplierUid',
        'status',
        'currency',
        'supplierReferenceNumber',
        'note',
      ),
      {
        ...{
          purchaseOrderUid: uidOf(id),
          storeUid: 'oslocity',
          supplierUid: uidOf(supplierId),
          status: 'SENT_TO_SUPPLIER',
        },
        ...{ currency: 'EUR', supplierReferenceNumber: 'REF 7', note: 'by lorry, two pallets' },
      },
    );
    const names = ['externalId', 'productUid', 'warehouseUid', 'quantityOrdered', 'quantityReceived', 'unitPrice'];
    assert.deepEqual(
      itemsOf(order).map((item) => members(item, ...names, 'supplierSku', 'expectedDeliveryDate')),
      [
        {
          ...{ externalId: 'L1', productUid: uidOf(buyer.sku()), warehouseUid: 'oslocity', quantityOrdered: 1_000 },
          ...{ quantityReceived: 0, unitPrice: 9_500, supplierSku: 'X-1', expectedDeliveryDate: '2026-12-01' },
        },
        {
          ...{ externalId: 'L2', productUid: uidOf(buyer.sku(1)), warehouseUid: 'oslocityback', quantityOrdered: 250 },
          ...{ quantityReceived: 0, unitPrice: 3_995, supplierSku: null, expectedDeliveryDate: '2026-12-24' },
        },
      ],
    );
    const { body: supplier } = await integration.flow('GET', `/suppliers/${uidOf(supplierId)}`);
    const inOmnium = (await integration.omnium('GET', `/api/Suppliers/${supplierId}`)).body;
    assert.deepEqual([supplier.name, supplier.externalId], [inOmnium.name, supplierId]);
    assert.deepEqual(await buyer.inspect(id), { verdict: 'in-sync', storeUid: 'oslocity' });
  });

  it('are left alone when nothing has changed', async () => {
    const id = await buyer.known();
    await buyer.resync(id);
    assert.equal((await buyer.settled(id)).outcome?.action, 'unchanged');
    assert.deepEqual(await buyer.writes(), []);
  });

  it('send only what has changed, and delete lines that are gone', async () => {
    const id = await buyer.known([
      buyer.line('L1'),
      buyer.line('L2', { code: buyer.sku(1) }),
      buyer.line('L3', { code: buyer.sku(2) }),
    ]);
    await integration.stopWorker();
    await buyer.changeLines(id, ([first, second]) => [
      first ?? {},
      { ...second, quantity: 12 },
      buyer.line('L4', { code: buyer.sku(3) }),
    ]);
    assert.deepEqual(await buyer.inspect(id), { verdict: 'differs', storeUid: 'oslocity' });
    await integration.startWorker();
    const { outcome } = await buyer.settled(id);
    assert.deepEqual([outcome?.linesAdded, outcome?.linesChanged, outcome?.linesRemoved], [1, 1, 1]);
    assert.deepEqual(outcome?.changedFields, ['line quantityOrdered']);
    const uid = uidOf(id);
    assert.deepEqual(await buyer.writes(), [
      `DELETE purchase-orders/${uid}/items/${uid}-L3`,
      `PUT purchase-orders/${uid}/items/${uid}-L2`,
      `POST purchase-orders/${uid}/items`,
    ]);
    assert.deepEqual(
      itemsOf(await buyer.oneInFlow(id)).map(({ externalId, quantityOrdered }) => [externalId, quantityOrdered]),
      [
        ['L1', 1_000],
        ['L2', 1_200],
        ['L4', 1_000],
      ],
    );
  });

  it('replace a line whose product is another one', async () => {
    const id = await buyer.known();
    await buyer.changeLines(id, ([first]) => [{ ...first, code: buyer.sku(4) }]);
    await buyer.settled(id);
    assert.equal(itemsOf(await buyer.oneInFlow(id))[0]?.productUid, uidOf(buyer.sku(4)));
  });

  describe('progress', () => {
    it('of goods received in Omnium is followed, and a line that is added opens the order first', async () => {
      const id = await buyer.known([buyer.line('L1'), buyer.line('L2', { code: buyer.sku(1) })]);
      const deliveryId = await buyer.deliver(id, [{ lineItemId: 'L1' }, { lineItemId: 'L2' }]);
      await buyer.receiveInOmnium(deliveryId, 'L1', 10);
      await buyer.settledAfter(deliveryId, id);
      const some = await buyer.oneInFlow(id);
      assert.deepEqual([some.status, itemsOf(some)[0]?.quantityReceived], ['PARTIALLY_RECEIVED', 1_000]);
      // What never comes is done as well.
      await buyer.cancelLine(id, 'L2');
      await buyer.settled(id);
      assert.equal((await buyer.oneInFlow(id)).status, 'RECEIVED');
      await integration.clearRequests();
      await buyer.changeLines(id, (lines) => [...lines, buyer.line('L3', { code: buyer.sku(2) })]);
      await buyer.settled(id);
      const uid = uidOf(id);
      assert.deepEqual(await buyer.writes(), [`PUT purchase-orders/${uid}`, `POST purchase-orders/${uid}/items`]);
      const opened = await buyer.oneInFlow(id);
      assert.deepEqual([opened.status, itemsOf(opened).length], ['PARTIALLY_RECEIVED', 3]);
    });

    it('of goods received in the shop is never taken back while Omnium does not know', async () => {
      const id = await buyer.known([buyer.line('L1'), buyer.line('L2', { code: buyer.sku(1) })]);
      // Flow tells nobody of a part.
      await buyer.receiveInShop(await buyer.oneInFlow(id), [{ sku: buyer.sku(), quantity: 400 }]);
      await buyer.changeLines(id, ([first, second]) => [first ?? {}, { ...second, quantity: 11 }]);
      const { outcome, syncState } = await buyer.settled(id);
      assert.deepEqual([syncState, outcome?.linesInFlight, outcome?.differences], ['Synced', 1, undefined]);
      const order = await buyer.oneInFlow(id);
      assert.equal(order.status, 'PARTIALLY_RECEIVED');
      assert.deepEqual(
        itemsOf(order).map(({ quantityOrdered, quantityReceived }) => [quantityOrdered, quantityReceived]),
        [
          [1_000, 400],
          [1_100, 0],
        ],
      );
      assert.deepEqual(await buyer.inspect(id), { verdict: 'in-sync', storeUid: 'oslocity' });
    });

    it('comes to the same in both systems when the shop has received all of it', async () => {
      const id = await buyer.known([buyer.line('L1', { warehouseCode: 'bergen-sentrum' })], {
        storeId: 'bergen-sentrum',
      });
      await buyer.receiveInShop(await buyer.oneInFlow(id));
      const [line] = await until(async () => {
        const lines = await buyer.linesInOmnium(id);
        return lines[0]?.deliveredQuantity === 10 ? lines : undefined;
      });
      assert.equal(line?.deliveredQuantity, 10);
      await buyer.resync(id);
      assert.equal((await buyer.settled(id)).outcome?.action, 'unchanged');
      assert.equal((await buyer.oneInFlow(id)).status, 'RECEIVED');
    });
  });

  describe('that will not come', () => {
    it('are closed when cancelled, and opened when they are not any more', async () => {
      const id = await buyer.known();
      await buyer.setStatus(id, 'OrderCanceled');
      const { outcome } = await buyer.settled(id);
      assert.deepEqual([outcome?.action, outcome?.reason], ['removed', 'it was cancelled in Omnium']);
      assert.equal((await buyer.oneInFlow(id)).status, 'CLOSED');
      await buyer.setStatus(id, 'InProgress');
      await buyer.settled(id);
      assert.equal((await buyer.oneInFlow(id)).status, 'SENT_TO_SUPPLIER');
    });

    it('are not made at all when they were cancelled before', async () => {
      const id = await buyer.order(undefined, { status: 'OrderCanceled' });
      const { syncState, outcome } = await buyer.settled(id);
      assert.deepEqual([syncState, outcome?.reason], ['Ignored', 'it was cancelled before it reached Flow']);
      assert.deepEqual(await buyer.inspect(id), { verdict: 'not-ours' });
      assert.deepEqual(await buyer.inFlow(id), []);
    });

    it('are deleted when Omnium has deleted them, or closed where goods came in', async () => {
      const [untouched, received] = [await buyer.known(), await buyer.known()];
      await buyer.receiveInShop(await buyer.oneInFlow(received), [{ sku: buyer.sku(), quantity: 400 }]);
      for (const id of [untouched, received]) {
        await buyer.delete(id);
        assert.equal((await buyer.settled(id)).outcome?.action, 'removed');
      }
      assert.deepEqual(await buyer.inFlow(untouched), []);
      assert.equal((await buyer.oneInFlow(received)).status, 'CLOSED');
      await buyer.resync(untouched);
      assert.equal((await buyer.settled(untouched)).outcome?.reason, 'it is neither in Omnium nor in Flow');
    });
  });

  describe('for several places', () => {
    it('are one order in each shop, and go where the goods go', async () => {
      const id = await buyer.known([
        buyer.line('L1', { warehouseCode: 'bergen-sentrum' }),
        buyer.line('L2', { warehouseCode: 'oslo-city' }),
        buyer.line('L3', { code: buyer.sku(1), warehouseCode: 'oslo-city-back' }),
      ]);
      const uid = uidOf(id);
      const shape = async (): Promise<unknown[]> =>
        (await buyer.inFlow(id)).map((order) => [
          ...[order.purchaseOrderUid, order.storeUid],
          itemsOf(order).map(({ externalId }) => externalId),
        ]);
      assert.deepEqual(await shape(), [
        [uid, 'oslocity', ['L2', 'L3']],
        [`${uid}-bergensentrum`, 'bergensentrum', ['L1']],
      ]);
      await buyer.changeLines(id, (lines) => lines.map((line) => ({ ...line, warehouseCode: 'bergen-sentrum' })));
      const { outcome } = await buyer.settled(id);
      assert.equal(outcome?.action, 'updated');
      assert.deepEqual(await shape(), [[`${uid}-bergensentrum`, 'bergensentrum', ['L1', 'L2', 'L3']]]);
      await buyer.resync(id);
      assert.equal((await buyer.settled(id)).outcome?.action, 'unchanged');
    });

    it('leave out what goes to no shop', async () => {
      await integration.omnium('PUT', '/api/Stores', {
        ...{ id: 'central', name: 'Central warehouse', isWarehouse: true, isPrimaryStore: false },
        availableOnMarkets: ['NOR'],
      });
      const all = await buyer.order([buyer.line('L1', { warehouseCode: 'central' })]);
      assert.deepEqual((await buyer.settled(all)).outcome?.reason, "goods for central go to no shop of Flow's");
      const some = await buyer.order([buyer.line('L1', { warehouseCode: 'central' }), buyer.line('L2')]);
      await buyer.settled(some);
      assert.deepEqual(
        itemsOf(await buyer.oneInFlow(some)).map(({ externalId }) => externalId),
        ['L2'],
      );
    });

    it('belong to the tenant of their market, or of their shop', async () => {
      const id = await buyer.order([buyer.line('L1', { warehouseCode: 'stockholm-norr' })], {
        ...{ marketId: 'SWE', storeId: 'stockholm-norr' },
      });
      await buyer.resync(id);
      const { outcome } = await buyer.settled(id);
      assert.equal(outcome?.reason, 'it belongs to another tenant (market SWE)');
      const unnamed = await buyer.order(undefined, { marketId: undefined });
      await buyer.resync(unnamed);
      await buyer.settled(unnamed);
      assert.equal((await buyer.oneInFlow(unnamed)).storeUid, 'oslocity');
    });
  });

  it('are the components of a package, unless packages are sent', async () => {
    const product = integration.chain.products.find(({ kind }) => kind === 'package');
    const component = product?.components?.[0];
    assert.ok(product && component);
    const lines = [
      buyer.line('P', { code: product.skus[0]?.sku, isPackage: true }),
      buyer.line('C', { code: component.sku, packageLineItemId: 'P', placedPriceExclTax: 0 }),
    ];
    const id = await buyer.known(lines);
    assert.deepEqual(
      itemsOf(await buyer.oneInFlow(id)).map(({ externalId, unitPrice }) => [externalId, unitPrice]),
      [['C', 10_000]],
    );
  });

  it('can be asked for by an operator', async () => {
    const id = await buyer.order();
    await buyer.settled(id);
    const { exitCode, json, error } = await opsOn(integration, 'purchase-order', 'resync', id, '--json');
    assert.equal(exitCode, 0, error);
    const { workflowId } = json.purchaseOrder as Json;
    assert.equal(workflowId, `purchase-order:flow_no:${id}`);
    await integration.client.workflow.getHandle(String(workflowId)).terminate('the test has no worker for it');
    const unknown = await opsOn(integration, 'purchase-order', 'resync', 'nobody-knows');
    assert.deepEqual([unknown.exitCode, /--tenant/.test(unknown.error)], [2, true]);
  });
});
