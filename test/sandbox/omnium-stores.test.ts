import assert from 'node:assert/strict';

import { issueFields, lineOf, type OmniumRig, orderOf, startReceiver, startRig } from './omnium-rig';

describe('Omnium sandbox stores and suppliers', () => {
  let rig: OmniumRig;
  before(async () => {
    rig = await startRig({ rateLimits: false });
  });
  after(() => rig.stop());
  beforeEach(async () => {
    await rig.control('POST', '/reset');
  });

  const read = async (id: string) => (await rig.call('GET', `/api/Stores/${id}`)).json;
  const shop = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
    id: 'stavanger',
    name: 'Nordlys Stavanger',
    isPrimaryStore: true,
    isWarehouse: true,
    availableOnMarkets: ['NOR'],
    availableWarehouses: [{ warehouseCode: 'stavanger', priority: 1 }],
    mondayOpeningHours: { isOpen: true, openFrom: '10:00:00', openTo: '18:00:00' },
    ...over,
  });

  it('adds a store once, with the defaults of what is not sent', async () => {
    assert.equal((await rig.call('POST', '/api/Stores', shop())).status, 200);
    assert.equal((await rig.call('POST', '/api/Stores', shop())).status, 409);
    const store = await read('stavanger');
    assert.deepEqual(
      ['name', 'isWebWarehouse', 'isInactive', 'isPublicVisible', 'availableWarehouses.0.warehouseCode'].map((path) =>
        store.at(path),
      ),
      ['Nordlys Stavanger', false, false, false, 'stavanger'],
    );
    const all = (await rig.call('GET', '/api/Stores')).json.list('result').map((each) => each.at('id'));
    assert.equal(all.at(-1), 'stavanger');
  });

  it('is at once a place for stock and orders', async () => {
    await rig.call('PUT', '/api/Stores', shop());
    const level = [{ sku: rig.skus[0], warehouseCode: 'stavanger', inventory: 3 }];
    assert.equal((await rig.call('PUT', '/api/Inventory/UpdateMany', level)).status, 200);
    const lineItems = [lineOf(rig)];
    const order = orderOf(rig, 'o-1', { storeId: 'stavanger', orderForm: { lineItems } });
    assert.equal((await rig.call('POST', '/api/Orders', order)).status, 200);
    await rig.call('PATCH', '/api/Stores/PatchStore', { id: 'stavanger', isWarehouse: false });
    assert.equal((await rig.call('PUT', '/api/Inventory/UpdateMany', level)).status, 400);
  });

  it('is overwritten whole by PUT and Update, and enriched by Enrich', async () => {
    await rig.call('PUT', '/api/Stores', shop({ email: 'a@example.com' }));
    await rig.call('PUT', '/api/Stores', shop({ name: 'Other' }));
    assert.deepEqual(
      [(await read('stavanger')).at('name'), (await read('stavanger')).at('email')],
      ['Other', undefined],
    );
    const updated = await rig.call('POST', '/api/Stores/Update', shop({ email: 'b@example.com' }));
    assert.equal(updated.json.at('email'), 'b@example.com');
    assert.equal((await rig.call('POST', '/api/Stores/Update', shop({ id: 'none' }))).status, 404);
    assert.equal((await rig.call('POST', '/api/Stores/Enrich', { id: 'stavanger', isInactive: true })).status, 200);
    const enriched = await read('stavanger');
    assert.deepEqual([enriched.at('email'), enriched.at('isInactive')], ['b@example.com', true]);
    assert.equal((await rig.call('POST', '/api/Stores/Enrich', { id: 'fresh', name: 'Fresh' })).status, 201);
  });

  it('is patched: members replaced, lists and properties merged unless told otherwise', async () => {
    await rig.call('PUT', '/api/Stores', shop({ externalIds: ['a'], properties: [{ key: 'x', value: '1' }] }));
    const patch = (body: unknown) => rig.call('PATCH', '/api/Stores/PatchStore', body);
    const more = { id: 'stavanger', externalIds: ['b'], properties: [{ key: 'y', value: '2' }], phoneNumber: '+4722' };
    assert.deepEqual((await patch(more)).json.at('updatedCount'), 1);
    assert.deepEqual((await patch(more)).json.at('unchangedCount'), 1);
    const merged = await read('stavanger');
    assert.deepEqual([merged.at('externalIds'), merged.list('properties').length], [['a', 'b'], 2]);
    assert.equal(merged.at('name'), 'Nordlys Stavanger');
    await patch({ ...more, keepExistingListItems: false, keepExistingCustomProperties: false });
    const replaced = await read('stavanger');
    assert.deepEqual([replaced.at('externalIds'), replaced.list('properties').length], [['b'], 1]);
    const unknown = await patch({ id: 'none', name: 'x' });
    assert.deepEqual([unknown.status, unknown.json.at('notFoundIds')], [200, ['none']]);
  });

  it('refuses unusable ids, unknown markets and hours that are no time spans; many are taken whole or not at all', async () => {
    const bad = shop({
      id: 'a b',
      availableOnMarkets: ['NOR', 'XX'],
      mondayOpeningHours: { isOpen: true, openFrom: '10:00', openTo: '18:00:00' },
    });
    const answer = await rig.call('POST', '/api/Stores/AddMany', [shop(), bad]);
    assert.deepEqual(issueFields(answer), ['[1].availableOnMarkets[1]', '[1].id', '[1].mondayOpeningHours.openFrom']);
    assert.equal((await rig.call('GET', '/api/Stores/stavanger')).status, 404);
    assert.equal((await rig.call('POST', '/api/Stores', { name: 'no id' })).status, 400);
    assert.equal((await rig.call('POST', '/api/Stores/AddMany', [shop(), shop({ id: 'bodo' })])).status, 200);
    assert.equal((await read('bodo')).at('isPrimaryStore'), true);
  });

  it('is found by its change', async () => {
    await rig.control('POST', '/clock', { advanceMs: 1000 });
    await rig.call('PATCH', '/api/Stores/PatchStore', { id: 'oslo-city', isInactive: true });
    const modifiedFrom = (await read('oslo-city')).at('modified');
    const search = async (body: Record<string, unknown>) =>
      (await rig.call('POST', '/api/Stores/SearchStores', { modifiedFrom, ...body })).json.at('totalHits');
    assert.deepEqual([await search({}), await search({ includeInactive: true })], [0, 1]);
  });

  it('tells each write as an event of class Store', async () => {
    const receiver = await startReceiver();
    await rig.control('POST', '/subscriptions', { url: receiver.url, classNames: ['Store'] });
    const writes: [string, string, unknown, number][] = [
      ['POST', '/api/Stores', shop(), 370100],
      ['PUT', '/api/Stores', shop({ name: 'b' }), 370101],
      ['POST', '/api/Stores/Update', shop({ name: 'c' }), 370101],
      ['POST', '/api/Stores/Enrich', { id: 'stavanger', name: 'd' }, 370102],
      ['PATCH', '/api/Stores/PatchStore', { id: 'stavanger', name: 'e' }, 370103],
      ['POST', '/api/Stores/AddMany', [shop({ name: 'f' })], 370104],
    ];
    for (const [index, [method, path, body]] of writes.entries()) {
      await rig.call(method, path, body);
      await receiver.waitFor(index + 1);
    }
    const told = receiver.received.map(({ body }) => body);
    assert.deepEqual(
      told.map((event) => event.at('operationId')),
      writes.map(([, , , operation]) => operation),
    );
    for (const event of told) {
      assert.deepEqual(
        [event.at('objectId'), event.at('storeId'), event.at('market')],
        ['stavanger', 'stavanger', 'nor'],
      );
    }
    await receiver.stop();
  });

  it('writes suppliers: put one, update many, with a new version each', async () => {
    const supplier = { id: 'new', name: 'New', preferredCurrency: 'EUR', storeIds: ['oslo-city'] };
    const first = (await rig.call('PUT', '/api/Suppliers', supplier)).json;
    const same = (await rig.call('PUT', '/api/Suppliers', supplier)).json;
    assert.equal(same.at('versionId'), first.at('versionId'));
    const bad = await rig.call('PUT', '/api/Suppliers/UpdateMany', [{ ...supplier, name: 'x' }, { name: 'no id' }]);
    assert.deepEqual(issueFields(bad), ['[1].id']);
    await rig.call('PUT', '/api/Suppliers/UpdateMany', [{ ...supplier, name: 'Newer' }]);
    const second = (await rig.call('GET', '/api/Suppliers/new')).json;
    assert.deepEqual(
      [second.at('name'), second.at('previousVersionId'), second.at('created')],
      ['Newer', first.at('versionId'), first.at('created')],
    );
    const found = await rig.call('POST', '/api/Suppliers/Search', { storeIds: ['oslo-city'] });
    assert.equal(found.json.at('totalHits'), 1);
    assert.equal((await rig.call('PUT', '/api/Suppliers', {})).status, 400);
    assert.equal((await rig.call('GET', '/api/Suppliers/none')).status, 404);
  });
});
