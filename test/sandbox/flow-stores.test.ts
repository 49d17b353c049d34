import assert from 'node:assert/strict';

import { at, fieldsOf, type FlowRig, type Reply, startFlowRig, T } from './flow-rig';

describe("the Flow sandbox's stores", () => {
  let rig: FlowRig;
  beforeEach(async () => {
    rig = await startFlowRig();
  });
  afterEach(() => rig.stop());

  const NEW = `${T}/stores/bodo`;
  const store = {
    storeUid: 'bodo',
    name: 'Nordlys Bodø',
    address: 'Storgata 1',
    countryCode: 'NO',
    latitude: 67.28,
    longitude: 14.4,
    externalId: 'NOR',
    organizationUid: '923456781',
    salesPriceUid: 'main',
    purchaseNumberSeriesUid: 'purchase',
    voucherNumberSeriesUid: 'voucher',
    openingHours: [
      { day: 'MONDAY', open: '09:00', close: '17:30', closed: false },
      { day: 'SUNDAY', closed: true },
    ],
  };
  const make = (fields: object = {}): Promise<Reply> => rig.call(`POST ${T}/stores`, { ...store, ...fields });

  it('are made with their price list and number series, which nobody can change later', async () => {
    assert.equal((await make()).status, 200);
    assert.equal((await make()).status, 409);
    for (const [field, value] of [
      ['salesPriceUid', 'main'],
      ['purchaseNumberSeriesUid', 'purchase'],
      ['voucherNumberSeriesUid', null],
    ] as const) {
      const refused = await rig.call(`PUT ${NEW}`, { name: 'Other', [field]: value });
      assert.deepEqual([refused.status, fieldsOf(refused)], [422, [field]]);
    }
    const unchanged = (await rig.call(`GET ${NEW}`)).body;
    assert.deepEqual([at(unchanged, 'name'), at(unchanged, 'salesPriceUid')], ['Nordlys Bodø', 'main']);
    const changed = await rig.call(`PUT ${NEW}`, { name: 'Bodø', openingHours: [] });
    assert.deepEqual(
      [at(changed.body, 'name'), at(changed.body, 'city'), at(changed.body, 'latitude')],
      [...['Bodø', undefined, 67.28]],
    );
  });

  it('get their default warehouses once they have any: those they may use', async () => {
    const early = await make({ defaultWarehouseUid: 'oslocity', defaultReturnWarehouseUid: 'oslocity' });
    assert.deepEqual(new Set(fieldsOf(early)), new Set(['defaultWarehouseUid', 'defaultReturnWarehouseUid']));
    await make();
    const warehouse = { warehouseUid: 'bodo', name: 'Bodø', externalId: 'bodo' };
    assert.equal((await rig.call(`POST ${NEW}/warehouses`, warehouse)).status, 200);
    assert.equal((await rig.call(`POST ${T}/stores/oslocity/warehouses`, warehouse)).status, 409);
    const both = { defaultWarehouseUid: 'bodo', defaultReturnWarehouseUid: 'bodo' };
    assert.equal((await rig.call(`PUT ${NEW}`, both)).status, 200);
    for (const uid of ['none', 'oslocity', 'webno']) {
      const refused = await rig.call(`PUT ${NEW}`, { defaultWarehouseUid: uid, defaultReturnWarehouseUid: uid });
      assert.deepEqual(fieldsOf(refused), ['defaultWarehouseUid', 'defaultReturnWarehouseUid'], uid);
    }
  });

  it('refuse references that lead nowhere, series of another kind, and what is no place or time', async () => {
    const references = await make({
      organizationUid: 'none',
      salesPriceUid: 'none',
      purchaseNumberSeriesUid: 'voucher',
      voucherNumberSeriesUid: 'purchase',
    });
    assert.deepEqual(fieldsOf(references), [
      ...['organizationUid', 'salesPriceUid', 'purchaseNumberSeriesUid', 'voucherNumberSeriesUid'],
    ]);
    const place = await make({ latitude: 91, longitude: -180.5, countryCode: 'Norway', organizationUid: null });
    assert.deepEqual(new Set(fieldsOf(place)), new Set(['latitude', 'longitude', 'countryCode', 'organizationUid']));
    const hours = [{ day: 'MONDAY', open: '9.00', close: '24:00' }, { day: 'TUESDAY', closed: false }, { day: 'SUN' }];
    assert.deepEqual(fieldsOf(await make({ openingHours: hours })), [
      ...['openingHours[0].open', 'openingHours[0].close', 'openingHours[1].open', 'openingHours[2].day'],
    ]);
    const twice = [
      { day: 'MONDAY', closed: true },
      { day: 'MONDAY', closed: true },
    ];
    assert.deepEqual(fieldsOf(await make({ openingHours: twice })), ['openingHours']);
  });

  it('are listed by name, market and organization', async () => {
    await make();
    const uids = async (query: string): Promise<unknown[]> =>
      (at((await rig.call(`GET ${T}/stores?${query}`)).body, 'items') as unknown[]).map((one) => at(one, 'storeUid'));
    assert.deepEqual(await uids('storeName=bod%C3%B8'), ['bodo']);
    assert.ok((await uids('storeExternalId=NOR')).includes('bodo'));
    assert.ok((await uids('organizationUid=923456781')).includes('bodo'));
    assert.deepEqual(await uids('organizationUid=none'), []);
  });

  describe('have warehouses under them', () => {
    it('that are made, changed in part, read and found only under their own store', async () => {
      await make();
      const warehouse = { warehouseUid: 'bodo-back', name: 'Back room', externalId: 'bodo-back' };
      await rig.call(`POST ${NEW}/warehouses`, warehouse);
      const path = `${NEW}/warehouses/bodo-back`;
      const changed = await rig.call(`PUT ${path}`, { name: 'Cellar' });
      assert.deepEqual([at(changed.body, 'name'), at(changed.body, 'externalId')], ['Cellar', 'bodo-back']);
      assert.equal((await rig.call(`GET ${T}/stores/oslocity/warehouses/bodo-back`)).status, 404);
      assert.equal((await rig.call(`PUT ${T}/stores/oslocity/warehouses/bodo-back`, { name: 'X' })).status, 404);
      const found = await rig.call(`GET ${NEW}/warehouses?warehouseExternalId=bodo-back`);
      assert.equal(at(found.body, 'items[0].warehouseUid'), 'bodo-back');
      const elsewhere = await rig.call(`GET ${T}/stores/oslocity/warehouses?warehouseExternalId=bodo-back`);
      assert.equal(at(elsewhere.body, 'paging.totalCount'), 0);
      assert.deepEqual(fieldsOf(await rig.call(`PUT ${path}`, { storeUid: 'oslocity' })), ['storeUid']);
      assert.equal((await rig.call(`DELETE ${path}`)).status, 204);
      assert.equal((await rig.call(`GET ${path}`)).status, 404);
    });
  });

  it('belong to organizations, which are made, changed in part and found', async () => {
    const organization = { organizationUid: '988777666', name: 'Bodø Handel AS', externalId: '988777666' };
    assert.equal((await rig.call(`POST ${T}/organizations`, organization)).status, 200);
    assert.equal((await rig.call(`POST ${T}/organizations`, organization)).status, 409);
    const path = `${T}/organizations/988777666`;
    const changed = await rig.call(`PUT ${path}`, { city: 'Bodø', bankInfo: { iban: 'NO93' } });
    assert.deepEqual([at(changed.body, 'name'), at(changed.body, 'city')], ['Bodø Handel AS', 'Bodø']);
    assert.equal(at((await rig.call(`GET ${path}`)).body, 'bankInfo.iban'), 'NO93');
    const found = await rig.call(`GET ${T}/organizations?organizationExternalId=988777666`);
    assert.equal(at(found.body, 'paging.totalCount'), 1);
    assert.deepEqual(fieldsOf(await rig.call(`PUT ${path}`, { name: '', organizationUid: 'x' })), [
      ...['name', 'organizationUid'],
    ]);
    assert.equal((await rig.call(`GET ${T}/organizations/none`)).status, 404);
  });

  it('sell from price lists, which are read one by one', async () => {
    const list = { pricelistUid: 'bodo', name: 'Bodø', externalId: 'bodo' };
    assert.equal((await rig.call(`POST ${T}/pricelists`, list)).status, 200);
    const one = await rig.call(`GET ${T}/pricelists/bodo`);
    assert.deepEqual([at(one.body, 'name'), at(one.body, 'externalId')], ['Bodø', 'bodo']);
    assert.equal((await rig.call(`GET ${T}/pricelists/none`)).status, 404);
    assert.equal((await make({ salesPriceUid: 'bodo' })).status, 200);
  });
});
