import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { issueFields, type OmniumRig, startReceiver, startRig } from './omnium-rig';
import { PurchasingDesk } from './omnium-purchasing-rig';

describe('Omnium sandbox goods reception', () => {
  let rig: OmniumRig;
  let desk: PurchasingDesk;
  before(async () => {
    rig = await startRig({ rateLimits: false });
    desk = new PurchasingDesk(rig);
  });
  after(() => rig.stop());
  beforeEach(async () => {
    await rig.control('POST', '/reset');
    await desk.create('po-1');
    await desk.deliver('po-1', [{ lineItemId: 'l-1' }, { lineItemId: 'l-2' }]);
    await desk.setStock(rig.skus[0], 5);
  });

  it('adds what came to the line and to the stock, and notes it with its id', async () => {
    const answer = await desk.receive('1', [desk.received('l-1', 3, { goodsReceptionId: 'r-1' })]);
    assert.deepEqual([answer.status, answer.text], [200, '']);
    await desk.receive('1', [desk.received('l-1', 2.5, { goodsReceptionId: 'r-2' })]);
    assert.equal((await desk.lines('po-1'))[0]?.at('deliveredQuantity'), 5.5);
    assert.equal(await desk.stock(rig.skus[0]), 10.5);
    const members = [
      'goodsReceptionId',
      'purchaseOrderId',
      'variant',
      'warehouseCode',
      'inventoryChange',
      'newInventory',
    ];
    assert.deepEqual(
      (await desk.transactions('po-1')).map((each) => members.map((name) => each.at(name))),
      [
        ['r-1', 'po-1', rig.skus[0], 'oslo-city', 3, 8],
        ['r-2', 'po-1', rig.skus[0], 'oslo-city', 2.5, 10.5],
      ],
    );
  });

  it('refuses ids it has processed, lists them, and does nothing of that call', async () => {
    await desk.receive('1', [desk.received('l-1', 3, { goodsReceptionId: 'r-1' })]);
    const answer = await desk.receive('1', [
      desk.received('l-1', 3, { goodsReceptionId: 'r-1' }),
      desk.received('l-2', 1, { goodsReceptionId: 'r-2' }),
    ]);
    assert.equal(answer.status, 400);
    assert.deepEqual(answer.json.at('errors'), { goodsReceptionId: ['r-1'] });
    const twice = desk.received('l-2', 1, { goodsReceptionId: 'r-3' });
    assert.deepEqual((await desk.receive('1', [twice, twice])).json.at('errors'), { goodsReceptionId: ['r-3'] });
    assert.deepEqual(
      (await desk.quantities('po-1')).map((line) => line[2]),
      [3, 0],
    );
    assert.equal(await desk.stock(rig.skus[0]), 8);
    assert.equal((await desk.receive('1', [desk.received('l-2', 1, { goodsReceptionId: 'r-2' })])).status, 200);
  });

  it('knows an id at once, though searches find its transaction only after the index lag', async () => {
    const slow = await startRig({ rateLimits: false, indexLagMs: 60_000 });
    try {
      const late = new PurchasingDesk(slow);
      await late.create('po-1');
      await late.deliver('po-1', [{ lineItemId: 'l-1' }]);
      await late.receive('1', [late.received('l-1', 1, { goodsReceptionId: 'r-1' })]);
      assert.equal((await late.transactions('po-1')).length, 0);
      const again = await late.receive('1', [late.received('l-1', 1, { goodsReceptionId: 'r-1' })]);
      assert.equal(again.status, 400);
      await slow.control('POST', '/clock', { advanceMs: 60_000 });
      assert.equal((await late.transactions('po-1')).length, 1);
    } finally {
      await slow.stop();
    }
  });

  it('takes a line twice in one call, and the same again without an id', async () => {
    const lines = [
      desk.received('l-1', 1, { goodsReceptionId: 'r-1' }),
      desk.received('l-1', 2, { goodsReceptionId: 'r-2', warehouseCode: 'oslo-city-back' }),
    ];
    await desk.receive('1', lines);
    await desk.receive('1', [desk.received('l-1', 1)]);
    await desk.receive('1', [desk.received('l-1', 1)]);
    assert.equal((await desk.lines('po-1'))[0]?.at('deliveredQuantity'), 5);
    assert.equal(await desk.stock(rig.skus[0]), 8);
  });

  it('takes more than was ordered', async () => {
    await desk.receive('1', [desk.received('l-1', 13)]);
    const [line] = await desk.lines('po-1');
    assert.deepEqual([line?.at('quantity'), line?.at('deliveredQuantity')], [10, 13]);
    assert.equal(await desk.stock(rig.skus[0]), 18);
  });

  it('refuses an empty call, missing members, negative quantities, and places that are no real warehouse', async () => {
    await rig.call('PUT', '/api/Stores', { id: 'virtual', isWarehouse: true, isVirtual: true });
    await rig.call('PUT', '/api/Stores', { id: 'office', isWarehouse: false });
    const answer = await desk.receive('1', [
      { deliveredQuantity: 1, warehouseCode: 'oslo-city' },
      desk.received('l-1', -1),
      { lineItemId: 'l-1', warehouseCode: 'oslo-city' },
      { lineItemId: 'l-1', deliveredQuantity: 1 },
      desk.received('l-1', 1, { warehouseCode: 'virtual' }),
      desk.received('l-1', 1, { warehouseCode: 'office' }),
      desk.received('l-1', 1, { warehouseCode: 'moon' }),
      desk.received('l-1', 1, { costPrice: -1 }),
    ]);
    assert.equal(answer.status, 400);
    assert.deepEqual(issueFields(answer), [
      ...['[0].lineItemId', '[1].deliveredQuantity', '[2].deliveredQuantity', '[3].warehouseCode'],
      ...['[4].warehouseCode', '[5].warehouseCode', '[6].warehouseCode', '[7].costPrice'],
    ]);
    assert.equal((await desk.receive('1', [])).status, 400);
    assert.equal(await desk.stock(rig.skus[0]), 5);
  });

  it('refuses lines of other deliveries and of none, and unknown deliveries', async () => {
    await desk.create('po-2', {
      purchaseOrderForm: { lineItems: [{ lineItemId: 'x-1', code: rig.skus[0], quantity: 1 }] },
    });
    assert.equal((await desk.receive('1', [desk.received('x-1', 1)])).status, 400, 'on no delivery yet');
    await desk.deliver('po-2', [{ lineItemId: 'x-1' }]);
    const other = await desk.receive('1', [desk.received('l-1', 1), desk.received('x-1', 1)]);
    assert.deepEqual([other.status, issueFields(other)], [400, ['[1].lineItemId']]);
    assert.equal((await desk.receive('none', [desk.received('l-1', 1)])).status, 404);
    assert.equal(await desk.stock(rig.skus[0]), 5);
  });

  it('goes on with a line that was split meanwhile', async () => {
    const parts = [{ lineItemId: 'l-1', newLineItemId: 'l-1b', quantityToSplit: 4 }];
    await rig.call('POST', '/api/PurchaseOrders/po-1/OrderLines/Split', parts);
    await desk.receive('1', [desk.received('l-1', 6), desk.received('l-1b', 4)]);
    assert.deepEqual(await desk.quantities('po-1'), [
      ['l-1', 6, 6, 0, '1'],
      ['l-1b', 4, 4, 0, '1'],
      ['l-2', 4, 0, 0, '1'],
    ]);
  });

  it('completes the delivery and gives the order the tenant’s status once everything is in', async () => {
    await desk.receive('1', [desk.received('l-1', 10)]);
    assert.equal((await desk.read('po-1')).at('status'), 'New');
    assert.equal((await desk.delivery('1')).at('deliveryStatus'), 'InProgress');
    await desk.receive('1', [desk.received('l-2', 4)]);
    assert.equal((await desk.read('po-1')).at('status'), 'Completed');
    assert.equal((await desk.delivery('1')).at('deliveryStatus'), 'Completed');
  });

  it('leaves the order’s status alone when the tenant has set none', async () => {
    await rig.control('POST', '/purchase-settings', { goodsReceptionCompletedStatus: null });
    await desk.receive('1', [desk.received('l-1', 10), desk.received('l-2', 4)]);
    assert.equal((await desk.read('po-1')).at('status'), 'New');
  });

  it('changes versions, so that a writer with an older one must read again', async () => {
    const { raw } = await desk.read('po-1');
    await desk.receive('1', [desk.received('l-1', 1)]);
    assert.equal((await rig.call('PUT', '/api/PurchaseOrders', raw)).status, 409);
    assert.equal((await desk.lines('po-1'))[0]?.at('deliveredQuantity'), 1);
  });

  it('notes what was paid, and on the item and the product when told', async () => {
    await desk.receive('1', [desk.received('l-1', 2, { costPrice: 75 })]);
    const item = async () => (await rig.call('GET', `/api/Inventory/${rig.skus[0]}?warehouseIds=oslo-city`)).json;
    assert.deepEqual(
      [(await item()).at('result.0.cost'), (await item()).at('result.0.batches.0.costPrice')],
      [undefined, 75],
    );
    await desk.receive('1', [desk.received('l-1', 2, { costPrice: 70, updateProductCostPrice: true })]);
    assert.equal((await item()).at('result.0.cost'), 70);
    assert.equal((await rig.call('GET', `/api/Products/${rig.skus[0]}`)).json.at('cost'), 70);
    const search = { productCodes: [rig.skus[0]], warehouseCodes: ['oslo-city'] };
    const bare = await rig.call('POST', '/api/Inventory/Search', { ...search, isBatchesExcluded: true });
    assert.equal(bare.json.at('result.0.batches'), undefined);
    const full = await rig.call('POST', '/api/Inventory/Search', search);
    assert.equal(full.json.list('result.0.batches').length, 2);
  });

  it('leaves the stock of lines alone that are not to update it', async () => {
    const lineItems = [{ lineItemId: 'n-1', code: rig.skus[0], quantity: 2, updateStock: false }];
    await desk.create('po-2', { purchaseOrderForm: { lineItems } });
    await desk.deliver('po-2', [{ lineItemId: 'n-1' }]);
    await desk.receive('2', [desk.received('n-1', 2)]);
    assert.equal(await desk.stock(rig.skus[0]), 5);
    assert.equal((await desk.lines('po-2'))[0]?.at('deliveredQuantity'), 2);
  });

  it('takes lines of several deliveries on the general path, and refuses ids that are ambiguous', async () => {
    await desk.create('po-2', {
      purchaseOrderForm: { lineItems: [{ lineItemId: 'x-1', code: rig.skus[1], quantity: 1 }] },
    });
    await desk.deliver('po-2', [{ lineItemId: 'x-1' }]);
    const general = (lines: unknown[]) => rig.call('POST', '/api/Deliveries/ProcessGoodsReception', lines);
    assert.equal((await general([desk.received('l-1', 1), desk.received('x-1', 1)])).status, 200);
    assert.equal((await desk.delivery('2')).at('deliveryStatus'), 'Completed');
    await desk.create('po-3');
    await desk.deliver('po-3', [{ lineItemId: 'l-1' }]);
    assert.equal((await general([desk.received('l-1', 1)])).status, 400);
    assert.equal((await general([desk.received('none', 1)])).status, 400);
  });

  it('tells the delivery and each item of stock', async () => {
    const receiver = await startReceiver();
    await rig.control('POST', '/subscriptions', { url: receiver.url, operationIds: [352112, 150102, 151102] });
    await desk.receive('1', [desk.received('l-1', 10), desk.received('l-2', 4)]);
    const told = (await receiver.waitFor(4)).map(({ body }) =>
      ['operationId', 'className', 'objectId', 'userId'].map((name) => body.at(name)),
    );
    const user = rig.chain.omniumApiUser.clientId;
    assert.deepEqual(
      told.sort(),
      [
        [150102, 'Inventory', rig.skus[0], user],
        [150102, 'Inventory', rig.skus[1], user],
        [151102, 'PurchaseOrder', 'po-1', user],
        [352112, 'Delivery', '1', user],
      ].sort(),
    );
    await receiver.stop();
  });

  it('is in the delta of stock', async () => {
    await rig.control('POST', '/clock', { advanceMs: 60_000 });
    const lastModified = (await rig.control('POST', '/clock', { advanceMs: 0 })).json.text('now');
    await rig.control('POST', '/clock', { advanceMs: 1000 });
    await desk.receive('1', [desk.received('l-2', 4)]);
    const delta = await rig.call('POST', '/api/Inventory/Search', { lastModified });
    assert.deepEqual(
      delta.json.list('result').map((item) => [item.at('sku'), item.at('warehouseCode')]),
      [[rig.skus[1], 'oslo-city']],
    );
  });

  it('goes on from its state file with orders, deliveries, series, locks, ids of receptions and settings', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'omnium-state-'));
    const stateFile = join(directory, 'omnium.json');
    const first = await startRig({ stateFile });
    const before = new PurchasingDesk(first);
    await before.create('po-1');
    await before.create('po-2');
    await before.deliver('po-1', [{ lineItemId: 'l-1', quantity: 6 }]);
    await before.receive('1', [before.received('l-1', 2, { goodsReceptionId: 'r-1' })]);
    await first.control('POST', '/locks', { purchaseOrderId: 'po-2', seconds: 3600 });
    await first.control('POST', '/purchase-settings', { deliveryIdPrefix: 'D-' });
    await first.control('POST', '/stock-step', { storeIds: ['oslo-city'] });
    await first.call('PUT', '/api/Stores', { id: 'new-store', name: 'New', isWarehouse: true });
    await first.call('PUT', '/api/Suppliers', { id: 'new-supplier', name: 'New' });
    await first.call('PUT', '/api/CostPrices/AddMany', [{ costPrices: [{ skuId: first.skus[0], cost: 1.5 }] }]);
    await first.call('DELETE', `/api/Inventory/${first.skus[1]}?warehouseIds=oslo-city`);
    const { raw } = await before.read('po-1');
    await first.stop();

    const second = await startRig({ stateFile });
    const after = new PurchasingDesk(second);
    assert.deepEqual((await after.read('po-1')).raw, raw);
    assert.equal((await second.call('GET', '/api/Deliveries/1/PurchaseOrderLines')).json.list().length, 1);
    assert.equal((await second.call('PATCH', '/api/PurchaseOrders/po-2', { name: 'x' })).status, 409);
    const again = await after.receive('1', [after.received('l-1', 2, { goodsReceptionId: 'r-1' })]);
    assert.deepEqual(again.json.at('errors'), { goodsReceptionId: ['r-1'] });
    assert.equal((await after.deliver('po-1', [{ lineItemId: 'l-2' }])).at('id'), 'D-2');
    assert.equal((await after.transactions('po-1')).length, 1);
    assert.deepEqual((await second.control('GET', '/stock-step')).json.raw, { storeIds: ['oslo-city'] });
    assert.equal((await second.call('GET', '/api/Stores/new-store')).json.at('name'), 'New');
    assert.equal((await second.call('GET', '/api/Suppliers/new-supplier')).json.at('name'), 'New');
    const costs = await second.call('POST', '/api/CostPrices/Search', { productCodes: [second.skus[0]] });
    assert.ok(costs.json.list('result').some((price) => price.at('cost') === 1.5));
    assert.equal(await after.stock(second.skus[1]), 0);
    const level = [{ sku: 'any', warehouseCode: 'new-store', inventory: 1 }];
    assert.equal((await second.call('PUT', '/api/Inventory/UpdateMany', level)).status, 200);
    await second.stop();
    await rm(directory, { recursive: true });
  });
});
