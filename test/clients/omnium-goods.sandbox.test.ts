import assert from 'node:assert/strict';

import { VendorHttpError } from '../../src/clients/errors';
import { PurchasingDesk } from '../sandbox/omnium-purchasing-rig';
import { OmniumOnSandbox } from './vendor-rigs';
import { collect, failureOf } from './vendor-server';

const WAREHOUSE = 'oslo-city';

describe('Omnium client, goods, on the Omnium sandbox', () => {
  const sandbox = new OmniumOnSandbox({ scrollBatchSize: 50 });
  let desk: PurchasingDesk;

  before(() => {
    desk = new PurchasingDesk(sandbox.rig);
  });

  const received = (lineItemId: string, deliveredQuantity: number, goodsReceptionId: string) => ({
    lineItemId,
    deliveredQuantity,
    warehouseCode: WAREHOUSE,
    goodsReceptionId,
  });

  it('reads purchase orders, alone, extended and as a delta', async () => {
    const startedAt = new Date(Date.now() - 1_000).toISOString();
    await desk.create('PO-1');
    const order = await sandbox.omnium.purchaseOrders.get('PO-1');
    assert.deepEqual(
      order?.lineItems.map(({ lineItemId, code, quantity, warehouseCode }) => [
        lineItemId,
        code,
        quantity,
        warehouseCode,
      ]),
      [
        ['l-1', sandbox.rig.skus[0], 10, WAREHOUSE],
        ['l-2', sandbox.rig.skus[1], 4, WAREHOUSE],
      ],
    );
    assert.equal(order.supplierId, sandbox.rig.chain.suppliers[0]?.supplierId);
    assert.equal(Number(order.lineItems[0]?.discountedPriceExclTax), 800);
    assert.equal(await sandbox.omnium.purchaseOrders.get('PO-9'), undefined);
    assert.deepEqual((await sandbox.omnium.purchaseOrders.getExtended('PO-1'))?.customerOrderNumbers, []);
    const page = await sandbox.omnium.purchaseOrders.search({ modifiedFrom: startedAt, page: 0, take: 100 });
    assert.ok(page.result.some(({ id }) => id === 'PO-1'));
    assert.equal(
      (await sandbox.omnium.directory.getSupplier(order.supplierId ?? ''))?.name,
      sandbox.rig.chain.suppliers[0]?.name,
    );
    assert.equal(await sandbox.omnium.directory.getSupplier('nobody'), undefined);
  });

  it('receives goods once, however often it is told to', async () => {
    await desk.create('PO-1');
    await desk.setStock(sandbox.rig.skus[0], 3);
    const lines = [{ lineItemId: 'l-1', code: sandbox.rig.skus[0], quantity: 10 }];
    const delivery = await sandbox.omnium.purchaseOrders.createDelivery('PO-1', { newDeliveryId: 'flow-r1', lines });
    assert.equal(delivery?.id, 'flow-r1');
    assert.equal(
      await sandbox.omnium.purchaseOrders.createDelivery('PO-9', { newDeliveryId: 'flow-r1', lines }),
      undefined,
    );
    assert.equal((await sandbox.omnium.purchaseOrders.getDelivery('flow-r1'))?.id, 'flow-r1');
    assert.equal(await sandbox.omnium.purchaseOrders.getDelivery('flow-r9'), undefined);
    const [line] = (await sandbox.omnium.purchaseOrders.listDeliveryLines('flow-r1')) ?? [];
    assert.deepEqual([line?.lineItemId, line?.purchaseOrderId, line?.deliveryId], ['l-1', 'PO-1', 'flow-r1']);

    const first = received('l-1', 4, 'r1:i1:l-1');
    assert.equal(await sandbox.omnium.purchaseOrders.processGoodsReception('flow-r1', [first]), 'received');
    assert.equal(await sandbox.omnium.purchaseOrders.processGoodsReception('flow-r1', [first]), 'duplicate');
    assert.equal(
      await sandbox.omnium.purchaseOrders.processGoodsReception('flow-r1', [first, received('l-1', 2, 'r2:i1:l-1')]),
      'received',
    );

    assert.equal((await sandbox.omnium.purchaseOrders.listDeliveryLines('flow-r1'))?.[0]?.deliveredQuantity, 6);
    const [item] = await collect(
      sandbox.omnium.inventory.search({ productCodes: [sandbox.rig.skus[0]], warehouseCodes: [WAREHOUSE] }),
    );
    assert.equal(item?.inventory, 9);
    const transactions = await sandbox.omnium.inventory.searchTransactions({ purchaseOrderId: 'PO-1' });
    assert.deepEqual(
      transactions.map(({ goodsReceptionId, inventoryChange, skuId }) => [goodsReceptionId, inventoryChange, skuId]),
      [
        ['r1:i1:l-1', 4, sandbox.rig.skus[0]],
        ['r2:i1:l-1', 2, sandbox.rig.skus[0]],
      ],
    );
    assert.equal(
      (await sandbox.omnium.purchaseOrders.searchDeliveries({ page: 0, take: 10 })).result[0]?.id,
      'flow-r1',
    );
  });

  it('tells a lock and a wrong line from a duplicate', async () => {
    await desk.create('PO-1');
    await desk.deliver('PO-1', [{ lineItemId: 'l-1', quantity: 10 }], '?newDeliveryId=D1');
    const wrong = sandbox.omnium.purchaseOrders.processGoodsReception('D1', [received('l-2', 1, 'r1:i2:l-2')]);
    assert.equal((await failureOf(wrong, VendorHttpError)).status, 400);
    const nowhere = { ...received('l-1', 1, 'r1:i1:l-1'), warehouseCode: 'nowhere' };
    const refused = await failureOf(
      sandbox.omnium.purchaseOrders.processGoodsReception('D1', [nowhere]),
      VendorHttpError,
    );
    assert.equal(refused.status, 400);
    assert.equal((await sandbox.rig.control('POST', '/locks', { purchaseOrderId: 'PO-1', seconds: 60 })).status, 201);
    const locked = sandbox.omnium.purchaseOrders.processGoodsReception('D1', [received('l-1', 1, 'r1:i1:l-1')]);
    assert.equal((await failureOf(locked, VendorHttpError)).status, 409);
    await sandbox.rig.control('DELETE', '/locks/PO-1');
    assert.equal(
      await sandbox.omnium.purchaseOrders.processGoodsReception('D1', [received('l-1', 1, 'r1:i1:l-1')]),
      'received',
    );
  });

  it('sets inventory and reads all of it by a scroll', async () => {
    const skus = sandbox.rig.chain.products.flatMap((product) => product.skus.map(({ sku }) => sku)).slice(0, 120);
    const items = skus.map((sku, index) => ({ sku, warehouseCode: WAREHOUSE, inventory: index + 0.5 }));
    await sandbox.omnium.inventory.update(items);
    const found = await collect(sandbox.omnium.inventory.search({ warehouseCodes: [WAREHOUSE], productCodes: skus }));
    assert.deepEqual(
      new Map(found.map(({ sku, inventory }) => [sku, inventory])),
      new Map(items.map(({ sku, inventory }) => [sku, inventory])),
    );
    assert.equal(found.length, items.length);

    const { modified = '' } = found[0] ?? {};
    await new Promise((resolve) => setTimeout(resolve, 5));
    await sandbox.omnium.inventory.update([{ sku: skus[7] ?? '', warehouseCode: WAREHOUSE, inventory: 70 }]);
    const changed = await collect(
      sandbox.omnium.inventory.search({ lastModified: modified, warehouseCodes: [WAREHOUSE] }),
    );
    assert.ok(changed.some(({ sku, inventory }) => sku === skus[7] && inventory === 70));
    const nowhere = sandbox.omnium.inventory.update([{ sku: skus[0] ?? '', warehouseCode: 'nowhere', inventory: 1 }]);
    assert.equal((await failureOf(nowhere, VendorHttpError)).status, 400);
  });

  it('fails when a scroll was forgotten, after the batches that were read', async () => {
    const batches = sandbox.omnium.inventory.search({ warehouseCodes: [WAREHOUSE] });
    assert.equal((await batches.next()).done, false);
    assert.equal((await sandbox.rig.control('POST', '/clock', { advanceMs: 301_000 })).status, 200);
    const error = await failureOf(batches.next(), VendorHttpError);
    assert.equal(error.status, 404);
  });

  it('finds cost prices, those of stores and markets among them', async () => {
    const other = sandbox.rig.chain.stores.find(({ storeId }) => storeId !== WAREHOUSE)?.storeId;
    const costPrices = [
      { cost: 50.5, currencyCode: 'NOK' },
      { cost: 48, currencyCode: 'NOK', storeId: WAREHOUSE },
      { cost: 47, currencyCode: 'NOK', storeId: other },
    ].map((price) => ({ ...price, skuId: sandbox.rig.skus[0] }));
    const written = await sandbox.rig.call('PUT', '/api/CostPrices/AddMany', [
      { productId: sandbox.rig.skus[0], costPrices },
    ]);
    const found = await sandbox.omnium.prices.searchCostPrices({
      productCodes: [sandbox.rig.skus[0]],
      storeIds: [WAREHOUSE],
    });
    assert.equal(written.status, 200, written.text);
    const own = found.find(({ storeId }) => storeId === WAREHOUSE);
    assert.deepEqual([own?.skuId, own?.cost, own?.currencyCode], [sandbox.rig.skus[0], 48, 'NOK']);
    assert.ok(found.every(({ storeId }) => storeId === undefined || storeId === WAREHOUSE));
  });

  it('reads stores with their opening hours and addresses', async () => {
    const stores = await sandbox.omnium.directory.listStores();
    const store = stores.find(({ id }) => id === 'oslo-city');
    assert.equal(store?.mondayOpeningHours?.isOpen, true);
    assert.match(store.mondayOpeningHours.openFrom ?? '', /^\d{2}:\d{2}(:\d{2})?$/);
    assert.ok(store.address?.streetName);
    assert.ok(store.organizationalNumber);
  });
});
