import assert from 'node:assert/strict';

import { VendorHttpError } from '../../src/clients/errors';
import type { FlowStockRecord } from '../../src/clients/flow/stock';
import { at } from '../sandbox/flow-rig';
import { FlowOnSandbox } from './vendor-rigs';
import { collect, failureOf } from './vendor-server';

const STORE = 'oslocity';

describe('Flow client, goods and stores, on the Flow sandbox', () => {
  const sandbox = new FlowOnSandbox();
  let productUids: string[];

  beforeEach(async () => {
    const { rig, flow } = sandbox;
    const articles = rig.chain.products.filter(({ kind, hasSerialNumbers }) => kind === 'single' && !hasSerialNumbers);
    const bySku = new Map<string | undefined, string>();
    for await (const { products } of flow.products.list()) {
      for (const { sku, productUid } of products) bySku.set(sku, productUid);
    }
    productUids = articles.slice(0, 8).flatMap(({ skus }) => bySku.get(skus[0]?.sku) ?? []);
    assert.equal(productUids.length, 8);
  });

  const uid = (index: number): string => productUids[index] ?? '';
  const recordOf = async (wanted: string): Promise<FlowStockRecord | undefined> =>
    (await collect(sandbox.flow.stock.listOfWarehouse(STORE, STORE))).find(({ productUid }) => productUid === wanted);

  it('takes a purchase order from its supplier to the shelf', async () => {
    assert.equal(await sandbox.flow.directory.getSupplier('mill'), undefined);
    await sandbox.flow.directory.createSupplier({
      supplierUid: 'mill',
      name: 'The mill',
      currency: 'NOK',
      countryCode: 'NO',
    });
    await sandbox.flow.directory.updateSupplier('mill', { name: 'The old mill' });
    assert.equal((await sandbox.flow.directory.getSupplier('mill'))?.name, 'The old mill');
    assert.equal(
      (await failureOf(sandbox.flow.directory.createSupplier({ supplierUid: 'mill', name: 'x' }), VendorHttpError))
        .status,
      409,
    );

    const line = { productUid: uid(0), warehouseUid: STORE, unitPrice: 7990, supplierSku: 'M-1' };
    const made = await sandbox.flow.purchaseOrders.create(STORE, {
      purchaseOrderUid: 'PO1',
      externalId: 'PO-1',
      supplierUid: 'mill',
      status: 'SENT_TO_SUPPLIER',
      note: 'careful, fragile',
      items: [
        { ...line, purchaseOrderItemUid: 'i1', externalId: '1', quantityOrdered: 1000 },
        { ...line, purchaseOrderItemUid: 'i2', externalId: '2', quantityOrdered: 100, productUid: uid(1) },
      ],
    });
    assert.equal(made.storeUid, STORE);
    await sandbox.flow.purchaseOrders.update(STORE, 'PO1', { supplierReferenceNumber: 'R-9' });
    await sandbox.flow.purchaseOrders.addItem(STORE, 'PO1', {
      ...line,
      purchaseOrderItemUid: 'i3',
      productUid: uid(2),
      quantityOrdered: 300,
    });
    await sandbox.flow.purchaseOrders.updateItem(STORE, 'PO1', 'i1', {
      quantityOrdered: 1200,
      expectedDeliveryDate: '2026-12-01',
    });
    assert.equal(await sandbox.flow.purchaseOrders.deleteItem(STORE, 'PO1', 'i2'), true);
    assert.equal(await sandbox.flow.purchaseOrders.deleteItem(STORE, 'PO1', 'i2'), false);

    const before = await recordOf(uid(0));
    const lines = [{ purchaseOrderItemUid: 'i1', quantity: 500 }];
    const reply = await sandbox.rig.till('/receive-goods', { receivementUid: 'R1', purchaseOrderUid: 'PO1', lines });
    assert.equal(reply.status, 201);

    const order = await sandbox.flow.purchaseOrders.get(STORE, 'PO1');
    assert.equal(order?.status, 'PARTIALLY_RECEIVED');
    assert.equal(order.supplierReferenceNumber, 'R-9');
    assert.deepEqual(
      order.items.map((item) => [item.purchaseOrderItemUid, item.quantityOrdered, item.quantityReceived]),
      [
        ['i1', 1200, 500],
        ['i3', 300, 0],
      ],
    );
    assert.equal(order.items[0]?.expectedDeliveryDate, '2026-12-01');
    assert.equal(order.items[0].receivementItems[0]?.receivementUid, 'R1');
    const after = await recordOf(uid(0));
    assert.equal((after?.quantityStock ?? 0) - (before?.quantityStock ?? 0), 500);

    assert.deepEqual(
      (await sandbox.flow.purchaseOrders.list(STORE, { externalId: 'PO-1' })).map(
        ({ purchaseOrderUid }) => purchaseOrderUid,
      ),
      ['PO1'],
    );
    assert.equal((await failureOf(sandbox.flow.purchaseOrders.delete(STORE, 'PO1'), VendorHttpError)).status, 409);
    assert.equal(await sandbox.flow.purchaseOrders.delete(STORE, 'PO2'), false);
  });

  it('reads receivements newest first, of a purchase order or since a time', async () => {
    for (const name of ['R1', 'R2', 'R3']) {
      const lines = [{ productUid: uid(0), quantity: 100, unitCost: 4990 }];
      assert.equal((await sandbox.rig.till('/receive-goods', { receivementUid: name, lines })).status, 201);
    }
    const all = await collect(sandbox.flow.receivements.list(STORE));
    assert.deepEqual(
      all.slice(0, 3).map(({ receivementUid }) => receivementUid),
      ['R3', 'R2', 'R1'],
    );
    const [newest] = all;
    assert.equal(newest?.items[0]?.product.productUid, uid(0));
    assert.equal(newest.items[0].quantity, 100);
    assert.equal(newest.purchaseOrderUid, undefined);
    assert.deepEqual(await sandbox.flow.receivements.get(STORE, 'R3'), newest);
    assert.equal(await sandbox.flow.receivements.get(STORE, 'R9'), undefined);
    assert.deepEqual(await collect(sandbox.flow.receivements.list(STORE, { purchaseOrderUid: 'PO9' })), []);
    assert.ok((await collect(sandbox.flow.receivements.list(STORE, { productUid: uid(0) }))).length >= 3);
    const { lastModifiedAt = '' } = newest;
    const since = await collect(sandbox.flow.receivements.list(STORE, { modifiedFrom: lastModifiedAt }));
    assert.equal(since[0]?.receivementUid, 'R3');
  });

  it('makes a store with its organisation, price list and warehouses', async () => {
    await sandbox.flow.stores.createOrganization({
      organizationUid: 'shops',
      name: 'Shops AS',
      vatNumber: '999888777',
      city: 'Oslo',
    });
    const organization = await sandbox.flow.stores.getOrganization('shops');
    assert.deepEqual([organization?.name, organization?.city], ['Shops AS', 'Oslo']);
    await sandbox.flow.stores.createPricelist({ pricelistUid: 'newtown', name: 'New town', externalId: 'new-town' });
    assert.equal((await sandbox.flow.stores.getPricelist('newtown'))?.externalId, 'new-town');

    const openingHours = [
      { day: 'MONDAY', open: '09:00', close: '17:00', closed: false },
      { day: 'SUNDAY', closed: true },
    ];
    const store = {
      name: 'New town',
      city: 'Oslo',
      countryCode: 'NO',
      latitude: 59.91,
      longitude: 10.75,
      openingHours,
    };
    const links = { organizationUid: 'shops', salesPriceUid: 'newtown' };
    await sandbox.flow.stores.create({ storeUid: 'newtown', externalId: 'NOR', ...store, ...links });
    await sandbox.flow.stores.createWarehouse('newtown', {
      warehouseUid: 'newtown_back',
      name: 'Back',
      externalId: 'new-town-back',
    });
    await sandbox.flow.stores.updateWarehouse('newtown', 'newtown_back', { name: 'Back room' });
    await sandbox.flow.stores.update('newtown', {
      defaultWarehouseUid: 'newtown_back',
      defaultReturnWarehouseUid: 'newtown_back',
    });

    const read = await sandbox.flow.stores.get('newtown');
    assert.equal(read?.defaultReturnWarehouseUid, 'newtown_back');
    assert.deepEqual([read.latitude, read.longitude, read.salesPriceUid], [59.91, 10.75, 'newtown']);
    assert.equal(read.openingHours?.find(({ day }) => day === 'MONDAY')?.close, '17:00');
    assert.equal(read.openingHours.find(({ day }) => day === 'SUNDAY')?.closed, true);
    assert.ok((await sandbox.flow.stores.list()).some(({ storeUid }) => storeUid === 'newtown'));
    const warehouses = await sandbox.flow.stores.listWarehouses('newtown');
    assert.deepEqual(
      warehouses.map(({ warehouseUid, name, externalId }) => [warehouseUid, name, externalId]),
      [['newtown_back', 'Back room', 'new-town-back']],
    );
    assert.equal(await sandbox.flow.stores.get('oldtown'), undefined);
  });

  it('sets and reads stock, also of products that Flow does not know', async () => {
    await Promise.all(
      productUids.map((productUid, index) =>
        sandbox.flow.stock.set(STORE, STORE, productUid, { quantityStock: index * 100 + 50, costPrice: 4990 }),
      ),
    );
    const asked = productUids.flatMap((productUid) => [`unknown_${productUid}`, productUid]);
    const stock = await sandbox.flow.stock.get({ productUids: asked, warehouseUids: [STORE] });
    assert.deepEqual(
      stock.map(({ productUid, warehouseStockDetails }) => [productUid, warehouseStockDetails[0]?.quantityStock]),
      productUids.map((productUid, index) => [productUid, index * 100 + 50]),
    );
    assert.equal((await recordOf(uid(3)))?.costPrice, 4990);
    assert.equal((await sandbox.flow.products.get(uid(3)))?.productUid, uid(3));
    assert.equal(await sandbox.flow.products.get('unknown'), undefined);
    const wrong = sandbox.flow.stock.get({ productUids: [uid(0)], warehouseUids: ['nowhere'] });
    assert.equal((await failureOf(wrong, VendorHttpError)).status, 422);
    const missing = sandbox.flow.stock.set(STORE, STORE, 'unknown', { quantityStock: 100 });
    assert.equal((await failureOf(missing, VendorHttpError)).status, 404);
    const third = sandbox.flow.stock.set(STORE, STORE, uid(0), { quantityStock: 0.5 });
    assert.deepEqual((await failureOf(third, VendorHttpError)).fields, [{ field: 'quantityStock' }]);
  });

  it('reads every level of a warehouse, each once', async () => {
    const all = await collect(sandbox.flow.stock.listOfWarehouse(STORE, STORE));
    assert.ok(all.length > 100, `${String(all.length)} levels`);
    assert.equal(new Set(all.map(({ productUid }) => productUid)).size, all.length);
    assert.ok(all.every(({ warehouseUid }) => warehouseUid === STORE));
    const reply = await sandbox.rig.call(`GET /tenants/flow_no/stores/${STORE}/warehouses/${STORE}/stock?pageSize=1`);
    assert.equal(all.length, at(reply.body, 'paging.totalCount'));
  });

  it('reads what changed since a time, and all of it while it goes on changing', async () => {
    const warehouse = await collect(sandbox.flow.stock.listOfWarehouse(STORE, STORE));
    const { lastModifiedAt: modifiedAfter = '' } = await sandbox.flow.stock
      .set(STORE, STORE, uid(0), { quantityStock: 1 })
      .then(async () => (await recordOf(uid(0))) ?? assert.fail('no record'));
    await new Promise((resolve) => setTimeout(resolve, 5));
    const changed = warehouse.slice(0, 120).map(({ productUid }) => productUid);
    for (const productUid of changed) await sandbox.flow.stock.set(STORE, STORE, productUid, { quantityStock: 700 });

    const levels = new Map<string, number>();
    let batches = 0;
    for await (const batch of sandbox.flow.stock.listChanges(STORE, { modifiedAfter })) {
      for (const { productUid, quantityStock } of batch) levels.set(productUid, quantityStock);
      batches += 1;
      // The first ones sell again while the rest is still unread: they move to the end, the rest moves up.
      if (batches === 1) {
        for (const productUid of changed.slice(0, 30))
          await sandbox.flow.stock.set(STORE, STORE, productUid, { quantityStock: 600 });
      }
    }
    assert.deepEqual([...levels.keys()].sort(), [...changed].sort());
    assert.deepEqual(
      changed.map((productUid) => levels.get(productUid)),
      changed.map((_uid, index) => (index < 30 ? 600 : 700)),
    );
  });

  it('reads everything as changed since before the beginning, each level in its last state', async () => {
    await sandbox.flow.stock.set(STORE, STORE, uid(0), { quantityStock: 12_300 });
    const levels = new Map<string, number>();
    for await (const batch of sandbox.flow.stock.listChanges(STORE, { modifiedAfter: '2000-01-01T00:00:00.000Z' })) {
      for (const { productUid, warehouseUid, quantityStock } of batch) {
        levels.set(`${productUid}@${warehouseUid}`, quantityStock);
      }
    }
    const warehouse = await collect(sandbox.flow.stock.listOfWarehouse(STORE, STORE));
    for (const { productUid, quantityStock } of warehouse) {
      assert.equal(levels.get(`${productUid}@${STORE}`), quantityStock, productUid);
    }
    assert.equal(levels.get(`${uid(0)}@${STORE}`), 12_300);
  });
});
