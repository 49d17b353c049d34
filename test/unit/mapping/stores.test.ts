import assert from 'node:assert/strict';
import { flowStoreSchema, flowWarehouseSchema, type FlowStore } from '../../../src/clients/flow/stores';
import { omniumStoreSchema, type OmniumStore } from '../../../src/clients/omnium/directory';
import {
  changedOpeningHours,
  changedStoreFields,
  mapOpeningHours,
  mapStore,
  parseDegrees,
} from '../../../src/activities/stores/mapping/store-fields';
import { planStores, storesLeftInFlow, type StoreRules } from '../../../src/activities/stores/mapping/store-plan';
import {
  planWarehouses,
  type OwnedWarehouse,
  type WarehousePlan,
} from '../../../src/activities/stores/mapping/warehouse-plan';
import { load, put, validDocument } from '../config/valid-config';

/** A store as Omnium's client gives it. */
function omniumStore(id: string, members: object = {}): OmniumStore {
  return omniumStoreSchema.parse({ id, name: id, isPrimaryStore: true, availableOnMarkets: ['NOR'], ...members });
}

function warehouse(id: string, members: object = {}): OmniumStore {
  return omniumStore(id, { isPrimaryStore: false, isWarehouse: true, ...members });
}

function listing(...ids: string[]): object {
  return { availableWarehouses: ids.map((warehouseCode, index) => ({ warehouseCode, priority: index + 1 })) };
}

function flowStore(storeUid: string, members: object = {}): FlowStore {
  return flowStoreSchema.parse({ storeUid, name: storeUid, ...members });
}

/** The rules of a tenant with one market, and the stores named in its configuration. */
function rules(stores: object[] = [], properties: object[] = []): StoreRules {
  const document = put(
    put(validDocument(), 'tenants[0].stores', stores),
    'tenants[0].markets[0].properties',
    properties,
  );
  const [tenant] = load(document).tenants;
  assert.ok(tenant);
  return tenant;
}

describe('coordinates', () => {
  it('reads plain decimals and refuses everything else', () => {
    const cases: readonly [string, number | undefined][] = [
      ['59.9127', 59.9127],
      [' -10.5 ', -10.5],
      ['59,9127', 59.9127],
      ['0', 0],
      ['90', 90],
      ['90.1', undefined],
      ['59.9127N', undefined],
      ['59° 54′', undefined],
      ['1.234,5', undefined],
      ['', undefined],
      ['1e2', undefined],
    ];
    for (const [text, degrees] of cases) assert.equal(parseDegrees(text, 'latitude'), degrees, text);
    assert.equal(parseDegrees('179.5', 'longitude'), 179.5);
    assert.equal(parseDegrees('180.5', 'longitude'), undefined);
  });
});

describe('opening hours', () => {
  const day = (openFrom: string, openTo: string, isOpen = true): object => ({ isOpen, openFrom, openTo });

  it('come day by day as hours and minutes; a closed day has none', () => {
    const store = omniumStore('oslo', {
      mondayOpeningHours: day('09:00:00', '17:30:00'),
      tuesdayOpeningHours: day('9:05', '1.00:00:00'),
      sundayOpeningHours: day('00:00:00', '00:00:00', false),
    });
    assert.deepEqual(mapOpeningHours(store), {
      days: [
        { day: 'MONDAY', open: '09:00', close: '17:30', closed: false },
        { day: 'TUESDAY', open: '09:05', close: '24:00', closed: false },
        { day: 'SUNDAY', closed: true },
      ],
      invalid: [],
    });
  });

  it('leave out and name what cannot be read', () => {
    const store = omniumStore('oslo', {
      fridayOpeningHours: day('late', '17:00:00'),
      mondayOpeningHours: day('25:00:00', '17:00'),
    });
    assert.deepEqual(mapOpeningHours(store), { days: [], invalid: ['mondayOpeningHours', 'fridayOpeningHours'] });
  });

  it('are the same whatever times a closed day has, and keep the days Omnium does not tell of', () => {
    const monday = { day: 'MONDAY', open: '09:00', close: '17:00', closed: false };
    const sunday = { day: 'SUNDAY', closed: true };
    const inFlow = [
      monday,
      { day: 'SATURDAY', open: '11:00', close: '15:00', closed: false },
      { ...sunday, open: '00:00', close: '00:00' },
    ];
    assert.equal(changedOpeningHours([monday, sunday], inFlow), undefined);
    assert.deepEqual(changedOpeningHours([{ ...monday, close: '18:00' }], inFlow), [
      { ...monday, close: '18:00' },
      { day: 'SATURDAY', open: '11:00', close: '15:00', closed: false },
      { day: 'SUNDAY', open: '00:00', close: '00:00', closed: true },
    ]);
    assert.deepEqual(changedOpeningHours([sunday], undefined), [sunday]);
  });
});

describe('fields of a store', () => {
  const full = omniumStore('oslo-city', {
    name: 'Oslo City',
    address: { streetName: 'Stenersgata', streetNumber: '1', zipcode: '0050', city: 'Oslo', countryCode: 'no' },
    email: 'oslo@chain.example',
    phoneNumber: '+4722000000',
    latitude: '59.9127',
    longitude: '10.7527',
    organizationalNumber: '923 456 781',
    isInactive: false,
    mondayOpeningHours: { isOpen: true, openFrom: '10:00:00', openTo: '20:00:00' },
  });
  const surroundings = ['NOR', '923456781'] as const;

  it('are all that the vendors’ pages name', () => {
    assert.deepEqual(mapStore(full, ...surroundings), {
      fields: {
        name: 'Oslo City',
        address: 'Stenersgata 1',
        city: 'Oslo',
        postalCode: '0050',
        countryCode: 'NO',
        email: 'oslo@chain.example',
        phone: '+4722000000',
        latitude: 59.9127,
        longitude: 10.7527,
        isActive: true,
        externalId: 'NOR',
        vatNumber: '923 456 781',
        organizationUid: '923456781',
        openingHours: [{ day: 'MONDAY', open: '10:00', close: '20:00', closed: false }],
      },
      invalid: [],
    });
  });

  it('of a bare store are few, and what cannot be read is named', () => {
    const bare = omniumStore('bare', { name: ' ', latitude: 'north', longitude: '181', isInactive: true });
    assert.deepEqual(mapStore(bare, ...surroundings), {
      fields: { name: 'bare', isActive: false, externalId: 'NOR', organizationUid: '923456781' },
      invalid: ['latitude', 'longitude'],
    });
  });

  it('are only those that Flow does not have', () => {
    const { fields } = mapStore(full, ...surroundings);
    const inFlow = flowStore('oslocity', {
      ...fields,
      latitude: 59.91270000001,
      longitude: '10.7527',
      defaultWarehouseUid: 'x',
    });
    assert.deepEqual(changedStoreFields(fields, inFlow), {});
    const { name, email, ...rest } = fields;
    const other = flowStore('oslocity', { ...rest, name: `${name}!`, latitude: 59.91, isActive: false });
    assert.deepEqual(changedStoreFields(fields, other), { name, email, latitude: 59.9127, isActive: true });
  });

  it('that Omnium does not tell are left alone in Flow', () => {
    const { fields } = mapStore(omniumStore('bare'), ...surroundings);
    const inFlow = flowStore('bare', {
      ...fields,
      email: 'kept@chain.example',
      openingHours: [{ day: 'MONDAY', closed: true }],
    });
    assert.deepEqual(changedStoreFields(fields, inFlow), {});
  });
});

describe('plan of stores', () => {
  it('takes primary stores of the tenant’s markets, each with its first market and its company', () => {
    const plan = planStores(rules(), [
      omniumStore('oslo-city', { organizationalNumber: '923456781' }),
      omniumStore('malmo', { availableOnMarkets: ['SWE'] }),
      omniumStore('border', { availableOnMarkets: ['SWE', 'nor'] }),
      warehouse('oslo-city-back'),
    ]);
    assert.deepEqual(
      plan.stores.map(({ storeId, storeUid, fields, organizationNumber }) => [
        storeId,
        storeUid,
        fields.externalId,
        fields.organizationUid,
        organizationNumber,
      ]),
      [
        ['oslo-city', 'oslocity', 'NOR', '923456781', '923456781'],
        ['border', 'border', 'NOR', 'chain', undefined],
      ],
    );
    assert.deepEqual(plan.differences, []);
  });

  it('never merges two ids that become one uid', () => {
    const plan = planStores(rules(), [omniumStore('A-1'), omniumStore('A1'), omniumStore('B'), omniumStore('--')]);
    assert.deepEqual(
      plan.stores.map(({ storeUid }) => storeUid),
      ['B'],
    );
    assert.equal(plan.differences.length, 2);
    assert.match(plan.differences[1] ?? '', /A-1 and A1 become the same Flow uid A1: neither is exported/);
    assert.match(plan.differences[0] ?? '', /"--" holds none/);
  });

  it('takes the configuration’s uid, and its word on which of two is meant', () => {
    const inOmnium = [omniumStore('A-1'), omniumStore('A1')];
    const both = planStores(rules([{ storeId: 'A1', storeUid: 'A1_outlet' }]), inOmnium);
    assert.deepEqual(
      both.stores.map(({ storeId, storeUid }) => [storeId, storeUid]),
      [
        ['A1', 'A1_outlet'],
        ['A-1', 'A1'],
      ],
    );
    const one = planStores(rules([{ storeId: 'A1', storeUid: 'A1' }]), inOmnium);
    assert.deepEqual(
      one.stores.map(({ storeId }) => storeId),
      ['A1'],
    );
    assert.match(one.differences.join(), /only A1, which the configuration names, is exported/);
  });

  it('names what the configuration names in vain and what cannot be read', () => {
    const plan = planStores(rules([{ storeId: 'gone' }, { storeId: 'back' }, { storeId: 'malmo' }]), [
      omniumStore('malmo', { availableOnMarkets: ['SWE'] }),
      warehouse('back'),
      omniumStore('oslo', { latitude: 'north', organizationalNumber: '–' }),
    ]);
    const all = plan.differences.join('\n');
    assert.match(all, /gone of the configuration is not among Omnium's stores/);
    assert.match(all, /back of the configuration is no primary store/);
    assert.match(all, /malmo of the configuration is not exported/);
    assert.match(all, /oslo: Omnium's latitude cannot be read/);
    assert.match(all, /oslo: its organizationalNumber leaves nothing/);
    assert.equal(plan.stores[0]?.fields.organizationUid, 'chain');
  });
});

describe('plan of warehouses', () => {
  function planOf(
    inOmnium: readonly OmniumStore[],
    { inFlow = [], stores, properties }: { inFlow?: OwnedWarehouse[]; stores?: object[]; properties?: object[] } = {},
  ): WarehousePlan {
    const given = rules(stores, properties);
    return planWarehouses(given, planStores(given, inOmnium).stores, inOmnium, inFlow);
  }
  const uids = ({ byStore }: WarehousePlan): Record<string, string[]> =>
    Object.fromEntries(
      [...byStore].map(([storeUid, ones]) => [storeUid, ones.map(({ warehouseUid }) => warehouseUid)]),
    );
  const owned = (storeUid: string, warehouseUid: string, externalId?: string): OwnedWarehouse => ({
    ...flowWarehouseSchema.parse({ warehouseUid, name: warehouseUid, externalId }),
    storeUid,
  });

  it('has the store itself first, then what it lists by priority, and nobody else’s store', () => {
    const availableWarehouses = [
      { warehouseCode: 'web', priority: 3 },
      { warehouseCode: 'bergen' },
      { warehouseCode: 'oslo-back', priority: 1 },
      { warehouseCode: 'oslo-shed' },
    ];
    const plan = planOf([
      omniumStore('oslo', { isWarehouse: true, availableWarehouses }),
      omniumStore('bergen', { isWarehouse: true }),
      warehouse('web'),
      warehouse('oslo-back'),
      warehouse('oslo-shed'),
    ]);
    assert.deepEqual(uids(plan), { oslo: ['oslo', 'osloback', 'web', 'osloshed'], bergen: ['bergen'] });
    assert.deepEqual([plan.differences, plan.shared], [[], []]);
    assert.deepEqual(plan.byStore.get('oslo')?.[1], {
      warehouseId: 'oslo-back',
      warehouseUid: 'osloback',
      name: 'oslo-back',
    });
  });

  it('gives a shared one to its owner in Flow, else to the configuration’s, else to the first, and says so', () => {
    const inOmnium = [omniumStore('oslo', listing('web')), omniumStore('bergen', listing('web')), warehouse('web')];
    const first = planOf(inOmnium);
    assert.deepEqual(uids(first), { oslo: ['web'] });
    assert.match(first.shared.join(), /web is listed by oslo, bergen; in Flow it belongs to oslo/);
    assert.deepEqual(first.differences, []);
    assert.deepEqual(uids(planOf(inOmnium, { stores: [{ storeId: 'bergen' }] })), { bergen: ['web'] });
    assert.deepEqual(uids(planOf(inOmnium, { stores: [{ storeId: 'web', storeUid: 'bergen' }] })), { bergen: ['web'] });
    assert.deepEqual(uids(planOf(inOmnium, { inFlow: [owned('bergen', 'web', 'web')] })), { bergen: ['web'] });
  });

  it('cannot move one that another store of Flow’s owns', () => {
    const plan = planOf([omniumStore('oslo', listing('back')), omniumStore('bergen'), warehouse('back')], {
      inFlow: [owned('bergen', 'back', 'back')],
    });
    assert.deepEqual(uids(plan), {});
    assert.match(plan.differences.join(), /back belongs to bergen in Flow, but Omnium lists it for oslo/);
  });

  it('never merges two that become one uid, nor one with what Flow has under it', () => {
    const plan = planOf(
      [omniumStore('oslo', listing('b-1', 'b1', 'c1')), warehouse('b-1'), warehouse('b1'), warehouse('c1')],
      {
        inFlow: [owned('oslo', 'c1', 'c-1')],
      },
    );
    assert.deepEqual(uids(plan), {});
    assert.match(plan.differences.join('\n'), /b-1 and b1 become the same Flow uid b1: neither is exported/);
    assert.match(plan.differences.join('\n'), /c1 becomes the Flow uid c1, which is that of c-1: not exported/);
    assert.equal(plan.differences.length, 2);
  });

  it('names what is listed and is none, what nobody lists, and what its store no longer lists', () => {
    const plan = planOf(
      [
        omniumStore('oslo', listing('office', 'unknown')),
        omniumStore('office', { isPrimaryStore: false }),
        warehouse('alone'),
        warehouse('swedish', { availableOnMarkets: ['SWE'] }),
      ],
      {
        inFlow: [
          owned('oslo', 'old', 'o-l-d'),
          owned('oslo', 'alone', 'alone'),
          owned('oslo', 'own_of_flow'),
          owned('elsewhere', 'other', 'other'),
        ],
      },
    );
    assert.deepEqual(plan.differences, [
      'Warehouse office, which oslo lists, is no warehouse in Omnium',
      'Warehouse unknown, which oslo lists, is not among Omnium’s stores',
      'Warehouse alone is listed by no primary store: not exported',
      'Warehouse old of oslo is gone from Omnium: left in Flow',
      'Warehouse alone of oslo is not listed by it any more: left in Flow',
    ]);
  });

  it('knows the web warehouse by the setting', () => {
    const properties = [{ key: 'FlowWebWarehouse', value: 'web_no' }];
    const web = warehouse('web-no', { isWebWarehouse: true });
    const listed = planOf([omniumStore('oslo', listing('web-no')), web], { properties });
    assert.deepEqual(uids(listed), { oslo: ['web_no'] });
    const unlisted = planOf([omniumStore('oslo'), web], { properties, inFlow: [owned('oslo', 'web_no')] });
    assert.deepEqual([uids(unlisted), unlisted.differences], [{}, []]);
  });

  it('gives a store with a uid of its own a warehouse of that uid', () => {
    const plan = planOf([omniumStore('A-1', { isWarehouse: true }), omniumStore('A1', { isWarehouse: true })], {
      stores: [{ storeId: 'A1', storeUid: 'A1_outlet' }],
    });
    assert.deepEqual(uids(plan), { A1_outlet: ['A1_outlet'], A1: ['A1'] });
  });
});

describe('stores left in Flow', () => {
  it('are named when Omnium does not want them there any more, and only then', () => {
    const inOmnium = [
      omniumStore('oslo'),
      omniumStore('now-a-warehouse', { isPrimaryStore: false, isWarehouse: true }),
      omniumStore('moved', { availableOnMarkets: ['SWE'] }),
    ];
    const given = rules();
    const left = storesLeftInFlow(given, planStores(given, inOmnium).stores, inOmnium, [
      flowStore('oslo', { externalId: 'NOR' }),
      flowStore('gone', { externalId: 'nor' }),
      flowStore('closed', { externalId: 'NOR', isActive: false }),
      flowStore('flows_own'),
      flowStore('nowawarehouse', { externalId: 'NOR' }),
      flowStore('moved', { externalId: 'NOR' }),
    ]);
    assert.deepEqual(left, [
      "Store gone is not among Omnium's stores: left in Flow",
      'Store nowawarehouse is no primary store in Omnium: left in Flow',
      "Store moved is on none of the tenant's markets in Omnium: left in Flow",
    ]);
  });
});
