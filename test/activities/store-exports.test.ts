import assert from 'node:assert/strict';
import { VendorHttpError, VendorUnreachableError } from '../../src/clients/errors';
import { SyncError } from '../../src/activities/shared/failures';
import { StoreRig, type Json } from './store-rig';

describe('export of stores', function () {
  this.timeout(30_000);
  let rig: StoreRig;

  before(async () => {
    rig = await StoreRig.start();
  });

  beforeEach(async () => {
    await rig.reset();
    await rig.clearRequests();
  });

  after(async () => {
    await rig.stop();
  });

  /** A store in Flow; it must be there. */
  async function storeInFlow(storeUid: string): Promise<Json> {
    const store = await rig.inFlow(`/stores/${storeUid}`);
    assert.ok(store, `Flow has no store ${storeUid}`);
    return store;
  }

  it('writes nothing where Flow is right, and says whose the shared web warehouse is', async () => {
    const outcome = await rig.export();
    assert.deepEqual(await rig.writes(), []);
    assert.equal(outcome.action, 'unchanged');
    assert.equal(outcome.differences, undefined);
    assert.deepEqual(outcome.stores, { created: 0, updated: 0, unchanged: 3 });
    assert.equal(outcome.warehouses?.unchanged, 6);
    assert.match(outcome.notes?.join() ?? '', /web-no is listed by .*; in Flow it belongs to oslocity/);
  });

  it('sends only the fields that have changed', async () => {
    await rig.setStore('oslo-city', {
      name: 'Oslo City, 2nd floor',
      latitude: '59.9130',
      saturdayOpeningHours: { isOpen: true, openFrom: '11:00:00', openTo: '16:00:00' },
      isInactive: true,
    });
    const before = await storeInFlow('oslocity');
    const outcome = await rig.export();
    assert.deepEqual(await rig.writes(), [
      'PUT /stores/oslocity',
      // The store's own warehouse is called like it.
      'PUT /stores/oslocity/warehouses/oslocity',
    ]);
    assert.deepEqual(outcome.stores, { created: 0, updated: 1, unchanged: 2 });
    assert.deepEqual([...(outcome.changedFields ?? [])].sort(), [
      'oslocity isActive',
      'oslocity latitude',
      'oslocity name',
      'oslocity name',
      'oslocity openingHours',
    ]);
    const after = await storeInFlow('oslocity');
    assert.deepEqual([after.name, after.latitude, after.isActive], ['Oslo City, 2nd floor', 59.913, false]);
    const week = after.openingHours as Json[];
    assert.deepEqual(
      week.find(({ day }) => day === 'SATURDAY'),
      { day: 'SATURDAY', open: '11:00', close: '16:00', closed: false },
    );
    assert.equal(week.length, 7);
    for (const kept of ['email', 'phone', 'salesPriceUid', 'voucherNumberSeriesUid', 'defaultWarehouseUid'])
      assert.deepEqual(after[kept], before[kept], kept);
    await rig.clearRequests();
    assert.equal((await rig.export()).action, 'unchanged');
    assert.deepEqual(await rig.writes(), []);
  });

  it('leaves out what cannot be read, and names it', async () => {
    const before = await storeInFlow('oslocity');
    await rig.setStore('oslo-city', {
      latitude: '59° 54′ N',
      mondayOpeningHours: { isOpen: true, openFrom: '09:00:00', openTo: '1.10:00:00' },
    });
    const outcome = await rig.export();
    assert.deepEqual(await rig.writes(), []);
    assert.deepEqual(outcome.differences, [
      "Store oslo-city: Omnium's latitude cannot be read and is left out",
      "Store oslo-city: Omnium's mondayOpeningHours cannot be read and is left out",
    ]);
    assert.deepEqual(await storeInFlow('oslocity'), before);
  });

  describe('of a new store', () => {
    async function newStore(members: Json = {}): Promise<void> {
      await rig.setStore('hamar-1-back', { name: 'Hamar back room', isPrimaryStore: false });
      await rig.setStore('hamar-1', {
        name: 'Hamar',
        address: { streetName: 'Strandgata', streetNumber: '3', zipcode: '2317', city: 'Hamar', countryCode: 'NO' },
        email: 'hamar@nordlys-no.example',
        latitude: '60.7945',
        longitude: '11.0680',
        organizationalNumber: '911 222 333',
        mondayOpeningHours: { isOpen: true, openFrom: '09:00:00', openTo: '17:00:00' },
        sundayOpeningHours: { isOpen: false, openFrom: '00:00:00', openTo: '00:00:00' },
        availableWarehouses: [
          { warehouseCode: 'hamar-1-back', priority: 1 },
          { warehouseCode: 'web-no', priority: 2 },
        ],
        ...members,
      });
    }

    it('makes its company, the store, its warehouses and then names the first as default', async () => {
      await newStore();
      const outcome = await rig.export();
      assert.deepEqual(await rig.writes(), [
        'POST /organizations',
        'POST /stores',
        'POST /stores/hamar1/warehouses',
        'POST /stores/hamar1/warehouses',
        'PUT /stores/hamar1',
      ]);
      const store = await storeInFlow('hamar1');
      const wanted = {
        name: 'Hamar',
        address: 'Strandgata 3',
        city: 'Hamar',
        postalCode: '2317',
        countryCode: 'NO',
        email: 'hamar@nordlys-no.example',
        latitude: 60.7945,
        longitude: 11.068,
        isActive: true,
        externalId: 'NOR',
        vatNumber: '911 222 333',
        organizationUid: '911222333',
        salesPriceUid: 'main',
        purchaseNumberSeriesUid: 'purchase',
        voucherNumberSeriesUid: 'voucher',
        defaultWarehouseUid: 'hamar1',
        defaultReturnWarehouseUid: 'hamar1',
      };
      assert.deepEqual(Object.fromEntries(Object.keys(wanted).map((field) => [field, store[field]])), wanted);
      const organization = await rig.inFlow('/organizations/911222333');
      assert.deepEqual([organization?.name, organization?.vatNumber], ['Hamar', '911 222 333']);
      const { items } = (await rig.inFlow('/stores/hamar1/warehouses')) as { items: Json[] };
      assert.deepEqual(items.map(({ warehouseUid, name, externalId }) => [warehouseUid, name, externalId]).sort(), [
        ['hamar1', 'Hamar', 'hamar-1'],
        ['hamar1back', 'Hamar back room', 'hamar-1-back'],
      ]);
      assert.deepEqual(outcome.stores, { created: 1, updated: 0, unchanged: 3 });
      assert.deepEqual(outcome.warehouses, { created: 2, updated: 0, unchanged: 6 });
      await rig.clearRequests();
      assert.equal((await rig.export()).action, 'unchanged');
      assert.deepEqual(await rig.writes(), []);
    });

    it('makes its price list only where stores have their own', async () => {
      await newStore();
      await rig.export();
      assert.equal(await rig.inFlow('/pricelists/hamar1'), undefined);
      const outcome = await rig.export({ properties: { StorePriceListsInFlow: true } });
      assert.deepEqual(outcome.priceLists, { created: 4, updated: 0, unchanged: 0 });
      const list = await rig.inFlow('/pricelists/hamar1');
      assert.deepEqual([list?.name, list?.externalId], ['Hamar', 'hamar-1']);
      assert.equal((await rig.export({ properties: { StorePriceListsInFlow: true } })).action, 'unchanged');
    });

    it('cannot do without its number series, and does all else first', async () => {
      await newStore();
      await rig.setStore('trondheim-torg', { name: 'Trondheim' });
      await rig.setStore('bergen-sentrum', { phoneNumber: '+4755000000' });
      const stores = [{ storeId: 'hamar-1', storeUid: 'hamar1', settings: { OMNIUM_FLOW_STOCK_MASTER: false } }];
      for (const setting of ['PurchaseNumberSeriesUid', 'VoucherNumberSeriesUid'] as const) {
        await assert.rejects(rig.export({ stores, without: [setting] }), (error) => {
          assert.ok(error instanceof SyncError);
          assert.equal(error.failureType, 'ConfigurationIncomplete');
          assert.match(error.message, new RegExp(`hamar-1 .* ${setting}`));
          return true;
        });
      }
      assert.equal((await storeInFlow('bergensentrum')).phone, '+4755000000');
      assert.equal(await rig.inFlow('/stores/hamar1'), undefined);
      assert.equal(await rig.inFlow('/organizations/911222333'), undefined);
    });

    it('needs no number series where all stores are there already', async () => {
      await rig.setStore('oslo-city', { phoneNumber: '+4722999999' });
      await rig.export({ without: ['PurchaseNumberSeriesUid', 'VoucherNumberSeriesUid'] });
      assert.equal((await storeInFlow('oslocity')).phone, '+4722999999');
    });

    it('takes the uid that the configuration names', async () => {
      await newStore();
      const settings = { OMNIUM_FLOW_STOCK_MASTER: false };
      await rig.export({ stores: [{ storeId: 'hamar-1', storeUid: 'hamar_centre', settings }] });
      assert.equal((await storeInFlow('hamar_centre')).name, 'Hamar');
      assert.equal((await storeInFlow('hamar_centre')).defaultWarehouseUid, 'hamar_centre');
      assert.equal(await rig.inFlow('/stores/hamar1'), undefined);
    });

    it('has the company of the setting when it names none, made when Flow does not have it', async () => {
      await newStore({ organizationalNumber: null });
      await rig.export({ properties: { OrganizationUid: 'nordlys_group' } });
      assert.equal((await storeInFlow('hamar1')).organizationUid, 'nordlys_group');
      assert.ok(await rig.inFlow('/organizations/nordlys_group'));
    });

    it('is known to who asks for its warehouses right afterwards', async () => {
      await rig.withTenant({}, async (tenant) => {
        assert.equal((await tenant.warehouses.all({})).length, 6);
        await newStore();
        await rig.exportFor(tenant);
        const { storeUid, warehouseUid } = await tenant.warehouses.resolve('hamar-1-back', {});
        assert.deepEqual([storeUid, warehouseUid], ['hamar1', 'hamar1back']);
      });
    });
  });

  it('never merges stores whose ids become one uid', async () => {
    await rig.setStore('oslo.city', { name: 'An outlet' });
    const outcome = await rig.export();
    assert.deepEqual(await rig.writes(), []);
    assert.match(outcome.differences?.join('\n') ?? '', /oslo-city and oslo\.city become the same Flow uid oslocity/);
    const settings = { OMNIUM_FLOW_STOCK_MASTER: false };
    await rig.export({ stores: [{ storeId: 'oslo.city', storeUid: 'oslocity_outlet', settings }] });
    assert.equal((await storeInFlow('oslocity_outlet')).name, 'An outlet');
    assert.equal((await storeInFlow('oslocity')).name, 'Nordlys Oslo City');
  });

  it('leaves in Flow what Omnium does not have any more, and names it', async () => {
    await rig.flow('POST', '/stores', {
      storeUid: 'gone',
      name: 'Gone',
      externalId: 'NOR',
      organizationUid: '923456781',
    });
    await rig.flow('POST', '/stores', { storeUid: 'flows_own', name: 'Pop-up', organizationUid: '923456781' });
    await rig.flow('POST', '/stores/oslocity/warehouses', { warehouseUid: 'old', name: 'Old', externalId: 'o-l-d' });
    await rig.setStore('trondheim-torg', { isPrimaryStore: false });
    await rig.clearRequests();
    const outcome = await rig.export();
    assert.deepEqual(await rig.writes(), []);
    const all = outcome.differences?.join('\n') ?? '';
    assert.match(all, /Store gone is not among Omnium's stores: left in Flow/);
    assert.match(all, /Store trondheimtorg is no primary store in Omnium: left in Flow/);
    assert.match(all, /Warehouse old of oslocity is gone from Omnium: left in Flow/);
    assert.doesNotMatch(all, /flows_own/);
  });

  it('goes on with the other stores when Flow refuses one, and fails in the end', async () => {
    await rig.setStore('bergen-sentrum', { phoneNumber: '+4755000000' });
    await rig.setStore('oslo-city', { address: { countryCode: 'Norway', city: 'Oslo' } });
    await assert.rejects(rig.export(), (error) => error instanceof VendorHttpError && error.status === 422);
    assert.equal((await storeInFlow('bergensentrum')).phone, '+4755000000');
  });

  it('stops at once when Flow cannot be reached, and goes on from there', async () => {
    await rig.setStore('oslo-city', { phoneNumber: '+4722000001' });
    await rig.setStore('bergen-sentrum', { phoneNumber: '+4755000001' });
    await rig.flowFails({ kind: 'error', status: 503, method: 'PUT', path: '/stores', times: 1 });
    await assert.rejects(
      rig.export(),
      (error) => error instanceof VendorUnreachableError || (error instanceof VendorHttpError && error.status === 503),
    );
    assert.equal((await rig.writes()).length, 1);
    const { stores } = await rig.export();
    assert.equal(stores?.updated, 2);
  });

  it('does nothing without IStoreExporter', async () => {
    await rig.setStore('oslo-city', { name: 'Changed' });
    const outcome = await rig.export({ implementations: ['IProductExporter'] });
    assert.deepEqual([outcome.action, outcome.calls], ['skipped', 0]);
    assert.match(outcome.reason ?? '', /IStoreExporter/);
  });
});
