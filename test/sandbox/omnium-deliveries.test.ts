import assert from 'node:assert/strict';

import { type Answer, issueFields, type OmniumRig, startReceiver, startRig } from './omnium-rig';
import { purchaseLineOf, PurchasingDesk } from './omnium-purchasing-rig';

describe('Omnium sandbox deliveries', () => {
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
  });

  const attempt = (lines: unknown[], query = ''): Promise<Answer> =>
    rig.call('POST', `/api/Deliveries/CreateDelivery/po-1${query}`, lines);
  const status = async (id: string): Promise<unknown> => (await desk.delivery(id)).at('deliveryStatus');

  it('numbers itself from 1, with a prefix when the tenant has one', async () => {
    const first = await desk.deliver('po-1', [{ lineItemId: 'l-1', quantity: 1 }]);
    const second = await desk.deliver('po-1', [{ lineItemId: 'l-2', quantity: 1 }]);
    await rig.control('POST', '/purchase-settings', { deliveryIdPrefix: 'D-' });
    const third = await desk.deliver('po-1', [{ code: rig.skus[0], quantity: 1 }]);
    assert.deepEqual([first.at('id'), second.at('id'), third.at('id')], ['1', '2', 'D-3']);
    assert.deepEqual(
      ['deliveryStatus', 'warehouseCode', 'supplierIds.0', 'suppliers.0'].map((path) => first.at(path)),
      ['New', 'oslo-city', rig.chain.suppliers[0]?.supplierId, rig.chain.suppliers[0]?.name],
    );
  });

  it('takes the id that is asked for, once', async () => {
    const { json } = await attempt([{ lineItemId: 'l-1' }], '?newDeliveryId=flow-r1&expectedDeliveryDate=2026-12-01');
    assert.deepEqual([json.at('id'), json.at('estimatedTimeOfArrival')], ['flow-r1', '2026-12-01T00:00:00.0000000Z']);
    assert.equal((await desk.lines('po-1'))[0]?.at('estimatedTimeOfArrival'), '2026-12-01T00:00:00.0000000Z');
    assert.equal((await attempt([{ lineItemId: 'l-2' }], '?newDeliveryId=flow-r1')).status, 409);
    assert.equal((await attempt([{ lineItemId: 'l-2' }], '?newDeliveryId=a&existingDeliveryId=flow-r1')).status, 400);
  });

  it('splits a line of which only a part comes: the line keeps its id, the rest is a new line', async () => {
    await desk.deliver('po-1', [{ lineItemId: 'l-1', quantity: 6 }]);
    const [first, rest, second] = await desk.quantities('po-1');
    assert.deepEqual(first, ['l-1', 6, 0, 0, '1']);
    assert.deepEqual(rest?.slice(1), [4, 0, 0, undefined]);
    assert.deepEqual(second, ['l-2', 4, 0, 0, undefined]);
    const lines = (await rig.call('GET', '/api/Deliveries/1/PurchaseOrderLines')).json.list();
    assert.deepEqual(
      lines.map((line) => [line.at('lineItemId'), line.at('purchaseOrderId'), line.at('deliveredQuantity')]),
      [['l-1', 'po-1', 0]],
    );
    const totals = await desk.read('po-1');
    assert.equal(totals.at('totalExclTax'), 1120, 'a split changes no amount');
  });

  it('refuses lines it does not know, more than is open, nothing at all, and unknown orders and deliveries', async () => {
    const bad = await attempt([
      { lineItemId: 'none' },
      { lineItemId: 'l-1', quantity: 11 },
      { lineItemId: 'l-1' },
      { lineItemId: 'l-2', quantity: 0 },
    ]);
    assert.equal(bad.status, 400);
    assert.deepEqual(issueFields(bad), ['[0].lineItemId', '[1].quantity', '[2].lineItemId', '[3].quantity']);
    assert.equal((await attempt([])).status, 400);
    assert.equal((await attempt([{ lineItemId: 'l-1' }], '?existingDeliveryId=none')).status, 404);
    assert.equal((await rig.call('POST', '/api/Deliveries/CreateDelivery/none', [{ lineItemId: 'l-1' }])).status, 404);
    assert.equal((await rig.call('GET', '/api/Deliveries/1')).status, 404);
    assert.equal((await rig.call('GET', '/api/Deliveries/1/PurchaseOrderLines')).status, 404);
    assert.equal((await desk.quantities('po-1')).length, 2);
  });

  it('refuses lines that are on a delivery when told so, and moves what is open of them when not', async () => {
    await desk.deliver('po-1', [{ lineItemId: 'l-1' }]);
    await desk.receive('1', [desk.received('l-1', 2)]);
    const refused = await attempt([{ lineItemId: 'l-1', quantity: 3 }], '?preventDuplicateLineItems=true');
    assert.deepEqual([refused.status, issueFields(refused)], [400, ['[0].lineItemId']]);
    await desk.deliver('po-1', [{ lineItemId: 'l-1', quantity: 3 }]);
    const [first, moved] = await desk.quantities('po-1');
    assert.deepEqual(first, ['l-1', 7, 2, 0, '1']);
    assert.deepEqual(moved?.slice(1), [3, 0, 0, '2']);
  });

  it('adds to a delivery that is there, of other orders too', async () => {
    await desk.create('po-2');
    await desk.deliver('po-1', [{ lineItemId: 'l-1' }]);
    await desk.deliver('po-2', [{ lineItemId: 'l-2' }], '?existingDeliveryId=1');
    const lines = (await rig.call('GET', '/api/Deliveries/1/PurchaseOrderLines')).json.list();
    assert.deepEqual(
      lines.map((line) => [line.at('purchaseOrderId'), line.at('lineItemId')]),
      [
        ['po-1', 'l-1'],
        ['po-2', 'l-2'],
      ],
    );
  });

  it('cancels what does not come when told so', async () => {
    await desk.deliver('po-1', [{ lineItemId: 'l-1', quantity: 7 }], '?cancelRemainingLineItems=true');
    assert.deepEqual(await desk.quantities('po-1'), [
      ['l-1', 10, 0, 3, '1'],
      ['l-2', 4, 0, 4, undefined],
    ]);
  });

  it('comes with the order when that is a delivery itself', async () => {
    const order = await desk.create('po-2', { isDelivery: true });
    const id = order.text('deliveryId');
    assert.equal((await rig.call('GET', `/api/Deliveries/${id}/PurchaseOrderLines`)).json.list().length, 2);
  });

  it('takes an internal transfer out of the sending warehouse', async () => {
    await desk.setStock(rig.skus[0], 50, 'web-no');
    await desk.create('po-2', { supplierWarehouseCode: 'web-no' });
    await desk.deliver('po-2', [{ lineItemId: 'l-1', quantity: 6 }]);
    assert.equal(await desk.stock(rig.skus[0], 'web-no'), 44);
    const [transfer] = await desk.transactions('po-2');
    assert.deepEqual([transfer?.at('inventoryChange'), transfer?.at('warehouseCode')], [-6, 'web-no']);
    await desk.receive('1', [desk.received('l-1', 6)]);
    assert.equal(await desk.stock(rig.skus[0], 'web-no'), 44);
  });

  it('follows the quantities with its status, unless that is switched off', async () => {
    await desk.deliver('po-1', [{ lineItemId: 'l-1' }, { lineItemId: 'l-2' }]);
    await rig.call('PATCH', '/api/Deliveries/1', { deliveryStatus: 'Confirmed' });
    assert.equal(await status('1'), 'Confirmed');
    await desk.receive('1', [desk.received('l-1', 10)]);
    assert.equal(await status('1'), 'InProgress');
    await rig.call('POST', '/api/PurchaseOrders/po-1/OrderLines/l-2/Cancel');
    assert.equal(await status('1'), 'Completed');
    await desk.create('po-2');
    await desk.deliver('po-2', [{ lineItemId: 'l-1' }]);
    await rig.call('POST', '/api/PurchaseOrders/po-2/OrderLines/l-1/Cancel');
    assert.equal(await status('2'), 'Cancelled');
    await desk.create('po-3');
    await desk.deliver('po-3', [{ lineItemId: 'l-1' }]);
    await rig.call('PATCH', '/api/Deliveries/3', { isAutoDeliveryStatusDisabled: true, deliveryStatus: 'OnHold' });
    await desk.receive('3', [desk.received('l-1', 10)]);
    assert.equal(await status('3'), 'OnHold');
  });

  it('is overwritten, patched and updated in bulk', async () => {
    await desk.deliver('po-1', [{ lineItemId: 'l-1' }]);
    const put = await rig.call('PUT', '/api/Deliveries', { id: '1', deliveryTrackingNumber: 'T1', tags: ['a'] });
    assert.deepEqual([put.json.at('deliveryTrackingNumber'), put.json.at('warehouseCode')], ['T1', undefined]);
    const patched = await rig.call('PATCH', '/api/Deliveries/1', { invoiceNumber: 'I1', tags: ['b'] });
    assert.deepEqual([patched.json.at('deliveryTrackingNumber'), patched.json.at('tags')], ['T1', ['a', 'b']]);
    assert.equal((await rig.call('PUT', '/api/Deliveries', { id: 'none' })).status, 404);
    assert.equal((await rig.call('PATCH', '/api/Deliveries/none', {})).status, 404);
    const many = (body: unknown[]) => rig.call('PUT', '/api/Deliveries/UpdateMany', body);
    const bad = await many([{ id: '1', deliveryStatus: 'Odd' }, { id: 'none' }]);
    assert.deepEqual(issueFields(bad), ['[0].deliveryStatus', '[1].id']);
    assert.equal((await many([{ id: '1', invoiceNumber: 'I2' }])).status, 200);
    assert.equal((await desk.delivery('1')).at('invoiceNumber'), 'I2');
  });

  it('gives its lines back when it is deleted, but not once goods have come', async () => {
    await desk.deliver('po-1', [{ lineItemId: 'l-1' }]);
    await desk.deliver('po-1', [{ lineItemId: 'l-2' }]);
    await desk.receive('2', [desk.received('l-2', 1)]);
    assert.equal((await rig.call('DELETE', '/api/Deliveries/1')).status, 200);
    assert.equal((await rig.call('DELETE', '/api/Deliveries/2')).status, 409);
    assert.equal((await rig.call('DELETE', '/api/Deliveries/none')).status, 404);
    assert.deepEqual(
      (await desk.quantities('po-1')).map((line) => line[4]),
      [undefined, '2'],
    );
  });

  it('is found by what was asked, the latest change first, and by no moment of change', async () => {
    await desk.create('po-2', {
      purchaseOrderForm: { lineItems: [purchaseLineOf(rig, { warehouseCode: 'stockholm-norr' })] },
    });
    await desk.deliver('po-1', [{ lineItemId: 'l-1' }]);
    await desk.deliver('po-2', [{ lineItemId: 'l-1' }], '?expectedDeliveryDate=2027-01-01');
    const ids = async (search: Record<string, unknown>): Promise<unknown[]> =>
      (await rig.call('POST', '/api/Deliveries/Search', search)).json.list('result').map((each) => each.at('id'));
    assert.deepEqual(await ids({ sortOrder: 'ModifiedDescending' }), ['2', '1']);
    await rig.control('POST', '/clock', { advanceMs: 1000 });
    await desk.receive('1', [desk.received('l-1', 1)]);
    assert.deepEqual(await ids({}), ['1', '2']);
    assert.deepEqual(await ids({ take: 1, page: 1 }), ['2']);
    assert.deepEqual(await ids({ selectedStatuses: ['InProgress'] }), ['1']);
    assert.deepEqual(await ids({ selectedStores: ['stockholm-norr'] }), ['2']);
    assert.deepEqual(await ids({ purchaseOrderNumber: 'po-2' }), ['2']);
    assert.deepEqual(await ids({ estimatedTimeOfArrivalFrom: '2026-12-31' }), ['2']);
    assert.deepEqual(await ids({ selectedDeliveries: ['2'] }), ['2']);
    assert.deepEqual(await ids({ modifiedFrom: '2999-01-01' }), ['1', '2'], 'Omnium has no such filter');
    assert.equal((await rig.call('POST', '/api/Deliveries/Search', { email: 'x' })).status, 400);
  });

  it('tells what is done to it as events of class Delivery', async () => {
    const receiver = await startReceiver();
    await rig.control('POST', '/subscriptions', { url: receiver.url, classNames: ['Delivery'] });
    await desk.deliver('po-1', [{ lineItemId: 'l-1' }]);
    await receiver.waitFor(1);
    await rig.call('PATCH', '/api/Deliveries/1', { invoiceNumber: 'I1' });
    await receiver.waitFor(2);
    await desk.receive('1', [desk.received('l-1', 10)]);
    const told = (await receiver.waitFor(3)).map(({ body }) => body);
    assert.deepEqual(
      told.map((event) => [event.at('operationId'), event.at('objectId'), event.at('status'), event.at('market')]),
      [
        [352116, '1', 'New', 'nor'],
        [352115, '1', 'New', 'nor'],
        [352112, '1', 'Completed', 'nor'],
      ],
    );
    await receiver.stop();
  });
});
