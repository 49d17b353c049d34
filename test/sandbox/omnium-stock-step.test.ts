import assert from 'node:assert/strict';

import { type Answer, lineOf, type OmniumRig, orderOf, paymentOf, startRig } from './omnium-rig';

describe('Omnium sandbox stock step', () => {
  let rig: OmniumRig;
  before(async () => {
    rig = await startRig({ rateLimits: false, stockStepStoreIds: ['oslo-city'] });
  });
  after(() => rig.stop());
  beforeEach(async () => {
    await rig.control('POST', '/reset');
    const levels = ['oslo-city', 'oslo-city-back', 'stockholm-norr'].flatMap((warehouseCode) =>
      rig.skus.map((sku) => ({ sku, warehouseCode, inventory: 100 })),
    );
    await rig.call('PUT', '/api/Inventory/UpdateMany', levels);
  });

  const stock = async (warehouseCode = 'oslo-city', sku: string = rig.skus[0]): Promise<unknown> =>
    (await rig.call('GET', `/api/Inventory/${sku}?warehouseIds=${warehouseCode}`)).json.at('result.0.inventory');
  const sell = (id: string, lines: unknown[], over: Record<string, unknown> = {}): Promise<Answer> =>
    rig.call('PUT', '/api/Orders/PosOrders', {
      orderNumber: id,
      marketId: 'NOR',
      storeId: 'oslo-city',
      orderForm: { lineItems: lines },
      ...over,
    });

  it('lowers the stock by what a till sells, and raises it by negative lines', async () => {
    await sell('p-1', [
      lineOf(rig, { quantity: 3 }),
      lineOf(rig, { lineItemId: '2', code: rig.skus[1], quantity: -2 }),
    ]);
    assert.deepEqual([await stock(), await stock('oslo-city', rig.skus[1])], [97, 102]);
    const moves = await rig.call('POST', '/api/Inventory/SearchTransactions', { orderId: 'p-1' });
    assert.deepEqual(
      moves.json.list('result').map((move) => move.at('inventoryChange')),
      [-3, 2],
    );
    await sell('p-1', [lineOf(rig, { quantity: 3 })]);
    assert.equal(await stock(), 97, 'a second one with the number is refused');
  });

  it('takes from the warehouse that sends', async () => {
    const lineItems = [lineOf(rig, { quantity: 2 })];
    const shipments = [{ shipmentId: '1', warehouseCode: 'oslo-city-back', lineItems }];
    await rig.call('POST', '/api/Orders', orderOf(rig, 'o-1', { orderForm: { lineItems, shipments } }));
    await rig.call('POST', '/api/Orders/o-1/UpdateStatus', { status: 'Completed' });
    assert.deepEqual([await stock(), await stock('oslo-city-back')], [100, 98]);
  });

  it('counts only what is delivered beyond what was, whatever else changes', async () => {
    const lineItems = [lineOf(rig, { quantity: 5 })];
    await rig.call('POST', '/api/Orders', orderOf(rig, 'o-1', { orderForm: { lineItems } }));
    assert.equal(await stock(), 100);
    const deliver = (deliveredQuantity: number) =>
      rig.call('POST', '/api/Orders/o-1/OrderLinesUpdate', {
        lineItemUpdates: [{ lineItemId: '1', deliveredQuantity }],
      });
    await deliver(2);
    assert.equal(await stock(), 98);
    await rig.call('PATCH', '/api/Orders/o-1/PatchOrder', { tags: ['x'] });
    await rig.call('POST', '/api/Orders/o-1/AddPayments', [paymentOf()]);
    assert.equal(await stock(), 98);
    await deliver(3);
    await rig.call('POST', '/api/Orders/o-1/UpdateStatus', { status: 'Completed' });
    assert.equal(await stock(), 95);
  });

  it('raises the stock where a return is taken in, unless told not to', async () => {
    await sell('p-1', [lineOf(rig, { quantity: 5 })]);
    const back = (over: Record<string, unknown>, line: Record<string, unknown> = {}) =>
      rig.call('POST', '/api/Returns/p-1/Return', {
        returns: [{ lineItemId: '1', returnQuantity: 1, ...line }],
        ...over,
      });
    await back({});
    assert.equal(await stock(), 96);
    await back({ storeId: 'stockholm-norr' });
    // Whether goods move there is up to the store that takes them back.
    assert.deepEqual([await stock(), await stock('stockholm-norr')], [96, 100]);
    await back({}, { isStockUpdated: false });
    assert.equal(await stock(), 96);
  });

  it('leaves services, imported history and lines alone that are not to update stock', async () => {
    const shipping = lineOf(rig, { lineItemId: '2', code: rig.chain.shippingSku });
    await sell('p-1', [lineOf(rig, { updateStock: false }), shipping]);
    await rig.call('POST', '/api/Orders/ImportMany', [
      orderOf(rig, 'o-1', { status: 'Completed', orderForm: { lineItems: [lineOf(rig, { deliveredQuantity: 1 })] } }),
    ]);
    assert.equal(await stock(), 100);
  });

  it('works in the stores that are named only', async () => {
    await sell('p-1', [lineOf(rig)], { storeId: 'stockholm-norr', marketId: 'SWE' });
    assert.equal(await stock('stockholm-norr'), 100);
    assert.deepEqual((await rig.control('GET', '/stock-step')).json.raw, { storeIds: ['oslo-city'] });
    await rig.control('POST', '/stock-step', { storeIds: ['stockholm-norr'] });
    await sell('p-2', [lineOf(rig)], { storeId: 'stockholm-norr', marketId: 'SWE' });
    await sell('p-3', [lineOf(rig)]);
    assert.deepEqual([await stock('stockholm-norr'), await stock()], [99, 100]);
  });

  it('works nowhere unless a store is named', async () => {
    const plain = await startRig({ rateLimits: false });
    try {
      await plain.call('PUT', '/api/Inventory/Update', { sku: rig.skus[0], warehouseCode: 'oslo-city', inventory: 9 });
      const lineItems = [lineOf(plain)];
      const sale = { orderNumber: 'p-1', marketId: 'NOR', storeId: 'oslo-city', orderForm: { lineItems } };
      assert.equal((await plain.call('PUT', '/api/Orders/PosOrders', sale)).status, 201);
      const { json } = await plain.call('GET', `/api/Inventory/${rig.skus[0]}?warehouseIds=oslo-city`);
      assert.equal(json.at('result.0.inventory'), 9);
    } finally {
      await plain.stop();
    }
  });
});
