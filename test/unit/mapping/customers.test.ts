import assert from 'node:assert/strict';
import fc from 'fast-check';
import { flowCustomerSchema, type FlowCustomer } from '../../../src/clients/flow/customers';
import { omniumBusinessCustomerSchema, omniumPrivateCustomerSchema } from '../../../src/clients/omnium/customers';
import {
  comparable,
  CUSTOMER_FIELDS,
  fieldsInFlow,
  fieldsInOmnium,
  kindInFlow,
  type CustomerRules,
} from '../../../src/activities/customers/mapping/customer-fields';
import {
  CustomerVersion,
  mergeCustomers,
  type CustomersToMerge,
} from '../../../src/activities/customers/mapping/merge-customers';
import {
  anonymousInFlow,
  isAnonymousInFlow,
  isAnonymousInOmnium,
  mapToFlow,
  mapToOmnium,
  patchForOmnium,
  tieOf,
} from '../../../src/activities/customers/mapping/map-customer';

const RULES: CustomerRules = {
  tenantCountryCode: 'NO',
  loyaltyProvider: 'Voyado',
  marketGroupId: 'nordic',
  marketId: 'NOR',
  tenantUid: 'flow_no',
  propertyPrefix: 'flow',
  versionSecret: 'secret',
};

const KARI = flowCustomerSchema.parse({
  customerUid: 'till1',
  customerType: 'PERSON',
  firstname: 'Kari',
  lastname: 'Berg',
  displayName: 'Kari Berg',
  email: 'kari@example.com',
  mobile: '+4791122333',
  address: 'Storgata 5',
  postalCode: '0155',
  city: 'Oslo',
  countryCode: 'SE',
  loyaltyId: 'card-7',
  createdAt: '2026-11-20T10:00:00.000Z',
  lastModifiedAt: '2026-11-20T11:00:00.000Z',
  lastModifiedBy: 'pos',
});
const FJELL = flowCustomerSchema.parse({
  customerUid: 'till2',
  customerType: 'COMPANY',
  companyName: 'Fjell AS',
  vatNumber: '914778271',
  email: 'post@fjell.example',
  mobile: '+4722334455',
  address: 'Kaia 1',
  postalCode: '5005',
  city: 'Bergen',
  countryCode: 'SE',
  loyaltyId: 'b-1',
});

describe('a till’s customer in Omnium', () => {
  it('has every documented field of a person', () => {
    const { properties, ...written } = mapToOmnium(KARI, RULES);
    assert.deepEqual(written, {
      customerId: 'till1',
      firstName: 'Kari',
      lastName: 'Berg',
      fullName: 'Kari Berg',
      email: 'kari@example.com',
      phone: '+4791122333',
      // The country of the tenant, not of the customer: so the mapping says.
      address: { line1: 'Storgata 5', postalCode: '0155', city: 'Oslo', countryCode: 'NO' },
      customerNumber: 'card-7',
      externalIds: [{ providerName: 'Voyado', id: 'card-7' }],
      marketGroupId: 'nordic',
      marketId: 'NOR',
      created: '2026-11-20T10:00:00.000Z',
      modified: '2026-11-20T11:00:00.000Z',
      modifiedBy: 'pos',
    });
    assert.deepEqual(
      properties?.map(({ key }) => key),
      ['flow.customerUid', 'flow.customerTenantUid', 'flow.customerVersion'],
    );
  });

  it('has every documented field of a business', () => {
    const { properties, ...written } = mapToOmnium(FJELL, RULES);
    assert.deepEqual(written, {
      customerId: 'till2',
      name: 'Fjell AS',
      taxId: '914778271',
      email: 'post@fjell.example',
      phone: '+4722334455',
      address: { name: 'Fjell AS', line1: 'Kaia 1', postalCode: '5005', city: 'Bergen', countryCode: 'SE' },
      customerNumber: 'b-1',
      externalIds: [{ providerName: 'Voyado', id: 'b-1' }],
      marketGroupId: 'nordic',
      marketId: 'NOR',
    });
    assert.equal(properties?.[0]?.value, 'till2');
  });

  it('remembers nothing of a person that can be read', () => {
    const text = JSON.stringify(mapToOmnium(KARI, RULES).properties);
    for (const value of ['Kari', 'Berg', 'kari@', '91122333', 'Storgata', '0155', 'card-7'])
      assert.ok(!text.includes(value));
  });
});

const word = fc.stringMatching(/^[A-Za-zÆØÅæøåäö0-9][A-Za-zÆØÅæøåäö0-9 .-]{0,20}[A-Za-z0-9]$/);
const flowCustomers = fc
  .record(
    {
      customerUid: fc.stringMatching(/^[A-Za-z0-9_]{1,20}$/),
      customerType: fc.constantFrom('PERSON', 'COMPANY', 'B2B'),
      firstname: word,
      lastname: word,
      companyName: word,
      vatNumber: word,
      email: fc.emailAddress(),
      mobile: fc.stringMatching(/^\+?[0-9]{5,15}$/),
      address: word,
      postalCode: fc.stringMatching(/^[0-9]{4,5}$/),
      city: word,
      countryCode: fc.constantFrom('NO', 'SE', 'DK', 'FI'),
      loyaltyId: word,
    },
    { requiredKeys: ['customerUid', 'customerType'] },
  )
  .map((customer): FlowCustomer => flowCustomerSchema.parse(customer));

/** The customer as Omnium would answer it after our create. */
function readBack(customer: FlowCustomer, rules: CustomerRules): ReturnType<typeof inOmnium> {
  return inOmnium(mapToOmnium(customer, rules), customer);
}
function inOmnium(json: object, customer: FlowCustomer) {
  const schema = kindInFlow(customer) === 'business' ? omniumBusinessCustomerSchema : omniumPrivateCustomerSchema;
  return schema.parse({ addresses: [], externalIds: [], properties: [], ...json });
}

/** A patch as Omnium applies it: members present replace, properties merge by key. */
function patched(
  document: ReturnType<typeof inOmnium>,
  patch: object,
  customer: FlowCustomer,
): ReturnType<typeof inOmnium> {
  const properties = new Map(document.properties.map((property) => [property.key, property]));
  for (const property of (patch as { properties?: { key: string }[] }).properties ?? [])
    properties.set(property.key, { ...property, keyGroup: undefined, value: (property as { value?: string }).value });
  return inOmnium({ ...document, ...patch, properties: [...properties.values()] }, customer);
}

describe('customers that go round', () => {
  it('keep what both systems know: Flow → Omnium → Flow', () => {
    fc.assert(
      fc.property(flowCustomers, fc.boolean(), (customer, hasProvider) => {
        const { loyaltyProvider: _provider, ...plain } = RULES;
        const rules = hasProvider ? RULES : plain;
        const kind = kindInFlow(customer);
        const omnium = readBack(customer, rules);
        const [sent, kept] = [fieldsInFlow(customer, rules), fieldsInOmnium(kind, omnium, rules)];
        for (const field of CUSTOMER_FIELDS)
          assert.equal(comparable(field, kept[field]), comparable(field, sent[field]), field);
        const back = flowCustomerSchema.parse(mapToFlow(kind, omnium, rules));
        const again = fieldsInFlow(back, rules);
        for (const field of CUSTOMER_FIELDS)
          assert.equal(comparable(field, again[field]), comparable(field, sent[field]), field);
        assert.equal(back.customerUid, customer.customerUid);
      }),
    );
  });

  it('need no write once they were created', () => {
    fc.assert(
      fc.property(flowCustomers, (customer) => {
        const omnium = readBack(customer, RULES);
        const sides = {
          flow: fieldsInFlow(customer, RULES),
          omnium: fieldsInOmnium(kindInFlow(customer), omnium, RULES),
        };
        assert.deepEqual(mergeCustomers({ ...sides, version: tieOf(omnium, RULES).version }), {
          toFlow: {},
          toOmnium: {},
        });
      }),
    );
  });

  it('are the same after one merge, whoever changed what, and the next merge writes nothing', () => {
    fc.assert(
      fc.property(flowCustomers, flowCustomers, fc.boolean(), (before, change, hasVersion) => {
        const after: FlowCustomer = {
          ...before,
          ...change,
          customerUid: before.customerUid,
          customerType: before.customerType,
        };
        const kind = kindInFlow(before);
        const created = readBack(before, RULES);
        const omnium = hasVersion ? created : { ...created, properties: [] };
        const merge = (flow: FlowCustomer, found: typeof omnium): ReturnType<typeof mergeCustomers> =>
          mergeCustomers({
            flow: fieldsInFlow(flow, RULES),
            omnium: fieldsInOmnium(kind, found, RULES),
            version: tieOf(found, RULES).version,
            flowModified: '2026-11-20T12:00:00Z',
            omniumModified: '2026-11-20T11:00:00Z',
          });
        const { toFlow, toOmnium } = merge(after, omnium);
        const flow = flowCustomerSchema.parse({ ...after, ...toFlow });
        const version = tieOf(omnium, RULES).version.after(fieldsInFlow(flow, RULES), {
          ...fieldsInOmnium(kind, omnium, RULES),
          ...toOmnium,
        });
        const patch = patchForOmnium(after, omnium, toOmnium, version, RULES);
        const next = patched(omnium, patch, before);
        assert.deepEqual(merge(flow, next), { toFlow: {}, toOmnium: {} });
      }),
    );
  });
});

describe('who wins when a customer differs', () => {
  const version = CustomerVersion.parse(undefined, 'secret').after(
    { email: 'old@example.com', mobile: '+4790000000', address: 'Old street 1', city: 'Oslo' },
    { email: 'old@example.com', mobile: '+4790000000', address: 'Old street 1', city: 'Oslo' },
  );
  const old = { email: 'old@example.com', mobile: '+4790000000', address: 'Old street 1', city: 'Oslo' };
  const cases: readonly (readonly [string, CustomersToMerge, ReturnType<typeof mergeCustomers>])[] = [
    [
      'the side that alone has changed a group, though the other was modified later',
      {
        flow: { ...old, email: 'new@example.com' },
        omnium: old,
        version,
        flowModified: '2026-11-20T10:00:00Z',
        omniumModified: '2026-11-20T11:00:00Z',
      },
      { toFlow: {}, toOmnium: { email: 'new@example.com' } },
    ],
    [
      'each side in the groups that it alone has changed',
      {
        flow: { ...old, email: 'new@example.com' },
        omnium: { ...old, mobile: '+4791111111' },
        version,
        flowModified: '2026-11-20T10:00:00Z',
      },
      { toFlow: { mobile: '+4791111111' }, toOmnium: { email: 'new@example.com' } },
    ],
    [
      'the later one where both have changed the same group, with the whole group',
      {
        flow: { ...old, address: 'Till street 2' },
        omnium: { ...old, city: 'Bergen' },
        version,
        flowModified: '2026-11-20T12:00:00Z',
        omniumModified: '2026-11-20T11:00:00Z',
      },
      { toFlow: {}, toOmnium: { address: 'Till street 2', city: 'Oslo' } },
    ],
    [
      'Omnium where both have changed a group and nobody knows when',
      { flow: { ...old, email: 'a@example.com' }, omnium: { ...old, email: 'b@example.com' }, version },
      { toFlow: { email: 'b@example.com' }, toOmnium: {} },
    ],
    [
      'the side that has emptied a field on purpose',
      { flow: { ...old, mobile: undefined }, omnium: old, version, omniumModified: '2026-11-20T11:00:00Z' },
      { toFlow: {}, toOmnium: { mobile: '' } },
    ],
    [
      'the side that has something, when the two were never seen the same',
      { flow: { mobile: '+4790000000' }, omnium: { email: 'a@example.com' }, omniumModified: '2026-11-20T11:00:00Z' },
      { toFlow: { email: 'a@example.com' }, toOmnium: { mobile: '+4790000000' } },
    ],
    [
      'nobody with an empty name',
      {
        flow: { firstname: 'Kari', lastname: 'Berg' },
        omnium: { lastname: 'Berg' },
        omniumModified: '2026-11-20T11:00:00Z',
      },
      { toFlow: {}, toOmnium: {} },
    ],
    [
      'nobody where only blanks, capitals of an e-mail or signs in a number differ',
      {
        flow: { email: 'Kari@Example.com', mobile: '+4790000000', city: ' Oslo' },
        omnium: { email: 'kari@example.com', mobile: '+47 900 00 000', city: 'Oslo' },
      },
      { toFlow: {}, toOmnium: {} },
    ],
  ];
  for (const [name, sides, expected] of cases) it(name, () => assert.deepEqual(mergeCustomers(sides), expected));

  it('a new secret makes everything that differs count as changed on both sides', () => {
    const renewed = CustomerVersion.parse(version.text, 'new secret');
    const sides = { flow: { ...old, email: 'new@example.com' }, omnium: old, version: renewed };
    assert.deepEqual(mergeCustomers({ ...sides, omniumModified: '2026-11-20T11:00:00Z' }).toFlow, {
      email: 'old@example.com',
    });
    assert.deepEqual(
      mergeCustomers({ ...sides, flowModified: '2026-11-20T12:00:00Z', omniumModified: '2026-11-20T11:00:00Z' })
        .toOmnium,
      { email: 'new@example.com' },
    );
  });

  it('a group that was left different is not remembered as the same', () => {
    const after = version.after({ ...old, email: 'a@example.com' }, { ...old, email: 'b@example.com' });
    assert.equal(after.hashes.get('email'), version.hashes.get('email'));
  });
});

describe('a patch of an Omnium customer', () => {
  const omnium = omniumPrivateCustomerSchema.parse({
    customerId: 'c-1',
    firstName: 'Kari',
    marketGroupId: 'other',
    marketId: 'SWE',
    address: {
      line1: 'Storgata',
      streetNumber: '5',
      line2: '2. etg',
      postalCode: '0155',
      city: 'Oslo',
      countryCode: 'NO',
      purposes: ['home'],
      externalId: 'x',
    },
    addresses: [],
    externalIds: [
      { providerName: 'Erp', id: '17' },
      { providerName: 'Voyado', id: 'old' },
    ],
    properties: [{ key: 'theirs', value: '1' }],
  });
  const version = tieOf(omnium, RULES).version;
  const patch = (writes: Parameters<typeof patchForOmnium>[2]): ReturnType<typeof patchForOmnium> =>
    patchForOmnium(KARI, omnium, writes, version, RULES);

  it('holds nothing but what differs and the tie', () => {
    const { properties, ...rest } = patch({ email: 'new@example.com' });
    assert.deepEqual(rest, { customerId: 'c-1', email: 'new@example.com' });
    assert.deepEqual(
      properties?.map(({ key }) => key),
      ['flow.customerUid', 'flow.customerTenantUid', 'flow.customerVersion'],
    );
  });

  it('sends an address whole, with members that nobody here knows', () => {
    assert.deepEqual(patch({ city: 'Bergen' }).address, { ...omnium.address, city: 'Bergen' });
    assert.deepEqual(patch({ address: 'Kaia 1' }).address, {
      ...omnium.address,
      line1: 'Kaia 1',
      line2: '',
      streetNumber: '',
    });
  });

  it('keeps the ids of other systems beside the loyalty id', () => {
    const { externalIds, customerNumber } = patch({ loyaltyId: 'new' });
    assert.deepEqual(externalIds, [
      { providerName: 'Erp', id: '17' },
      { providerName: 'Voyado', id: 'new' },
    ]);
    assert.equal(customerNumber, 'new');
  });

  it('leaves a market group as it is, and gives one to a customer without', () => {
    const kept = patch({ email: 'x@example.com' });
    assert.deepEqual([kept.marketGroupId, kept.marketId], [undefined, undefined]);
    const { marketGroupId: _group, marketId: _market, ...without } = omnium;
    assert.equal(patchForOmnium(KARI, without, {}, version, RULES).marketGroupId, 'nordic');
  });
});

describe('anonymous customers', () => {
  it('hold nothing of the person in Flow, and are known again', () => {
    for (const customer of [KARI, FJELL]) {
      const update = anonymousInFlow(customer);
      const anonymous = flowCustomerSchema.parse({ ...customer, ...update, displayName: undefined });
      assert.ok(isAnonymousInFlow(anonymous));
      assert.ok(!isAnonymousInFlow(customer));
      const text = JSON.stringify({ ...anonymous, customerUid: '', createdAt: '', lastModifiedAt: '' });
      for (const field of CUSTOMER_FIELDS) {
        const value = customer[field];
        if (value && field !== 'countryCode') assert.ok(!text.includes(value), field);
      }
    }
  });

  it('lose an externalId that is the e-mail address or phone number, and keep any other', () => {
    assert.equal(anonymousInFlow({ ...KARI, externalId: 'kari@example.com' }).externalId, '');
    assert.equal(anonymousInFlow({ ...KARI, externalId: '47 911 22 333' }).externalId, undefined);
    assert.equal(anonymousInFlow({ ...KARI, externalId: '+47 911 22 333' }).externalId, '');
    assert.equal(anonymousInFlow({ ...KARI, externalId: 'c-1', mobile: undefined }).externalId, undefined);
  });

  it('are told in Omnium by having nothing left', () => {
    const parse = (json: object): ReturnType<typeof omniumPrivateCustomerSchema.parse> =>
      omniumPrivateCustomerSchema.parse({ customerId: 'c-1', ...json });
    for (const json of [{}, { customerNumber: '7', marketId: 'NOR' }, { fullName: 'Anonymized', firstName: '***' }]) {
      assert.ok(isAnonymousInOmnium(parse(json)), JSON.stringify(json));
    }
    for (const json of [
      { firstName: 'Kari' },
      { email: 'a@example.com' },
      { phone: '1' },
      { address: { line1: 'Storgata' } },
    ]) {
      assert.ok(!isAnonymousInOmnium(parse(json)), JSON.stringify(json));
    }
  });
});
