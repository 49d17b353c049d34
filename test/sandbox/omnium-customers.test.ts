import assert from 'node:assert/strict';

import { type Answer, type OmniumRig, orderOf, startRig } from './omnium-rig';

describe('Omnium sandbox customers', () => {
  let rig: OmniumRig;
  before(async () => {
    rig = await startRig({ rateLimits: false, scrollBatchSize: 150 });
  });
  after(() => rig.stop());
  beforeEach(async () => {
    await rig.control('POST', '/reset');
  });
  const kari = { customerId: 'k-1', firstName: 'Kari', lastName: 'Lund', email: 'kari@example.com', marketId: 'NOR' };
  const get = (id: string, resource = 'PrivateCustomers'): Promise<Answer> => rig.call('GET', `/api/${resource}/${id}`);

  it('holds the chain’s customers of both kinds', async () => {
    const ofKind = (kind: string): string[] =>
      rig.chain.customers.filter((customer) => customer.kind === kind).map(({ customerId }) => customerId);
    const [person = ''] = ofKind('private');
    const [company = ''] = ofKind('business');
    assert.equal((await get(person)).json.at('customerId'), person);
    assert.equal(typeof (await get(company, 'BusinessCustomers')).json.at('taxId'), 'string');
    assert.equal((await get(company)).status, 404);
    const found = await rig.call('POST', '/api/PrivateCustomers/Search', { take: 1 });
    assert.equal(found.json.at('totalHits'), ofKind('private').length);
  });

  it('adds once, calculates the full name and refuses unknown markets', async () => {
    assert.equal((await rig.call('POST', '/api/PrivateCustomers', kari)).status, 200);
    assert.equal((await rig.call('POST', '/api/PrivateCustomers', kari)).status, 409);
    assert.equal((await get('k-1')).json.at('fullName'), 'Kari Lund');
    assert.equal((await get('k-1')).json.at('modifiedBy'), 'sandbox-client');
    const bad = await rig.call('POST', '/api/PrivateCustomers', { firstName: 1, marketId: 'XXX' });
    assert.deepEqual(Object.keys(bad.json.at('errors') as object), ['firstName']);
    const unknown = await rig.call('POST', '/api/PrivateCustomers', {
      ...kari,
      marketId: 'XXX',
      marketGroupId: 'MARS',
    });
    assert.deepEqual(Object.keys(unknown.json.at('errors') as object), ['marketId', 'marketGroupId']);
  });

  it('replaces whole on Update, merges on patch', async () => {
    await rig.call('POST', '/api/PrivateCustomers', { ...kari, tags: ['vip'] });
    const created = (await get('k-1')).json.at('created');
    const patch = { customerId: 'k-1', phone: '+4790000001', externalIds: [{ providerName: 'Voyado', id: 'v-1' }] };
    const patched = await rig.call('PATCH', '/api/PrivateCustomers/PatchPrivateCustomer', patch);
    assert.equal(patched.json.at('updatedCount'), 1);
    assert.equal((await get('k-1')).json.at('firstName'), 'Kari');
    const again = await rig.call('PATCH', '/api/PrivateCustomers/PatchPrivateCustomer', patch);
    assert.equal(again.json.at('unchangedCount'), 1);
    const missing = await rig.call('PATCH', '/api/PrivateCustomers/PatchPrivateCustomer', { customerId: 'nobody' });
    assert.equal(missing.json.at('notFoundCount'), 1);
    const replaced = await rig.call('POST', '/api/PrivateCustomers/Update', { customerId: 'k-1', firstName: 'Kari' });
    assert.deepEqual([replaced.json.at('phone'), replaced.json.at('created')], [undefined, created]);
    assert.equal((await rig.call('POST', '/api/PrivateCustomers/Update', { customerId: 'nobody' })).status, 404);
  });

  it('upserts up to 100 at a time, and AddMany skips those that exist', async () => {
    const upsert = (list: unknown[]): Promise<Answer> => rig.call('PUT', '/api/PrivateCustomers/AddOrUpdateMany', list);
    await upsert([kari, { ...kari, customerId: 'k-2' }]);
    await upsert([{ ...kari, firstName: 'Karin' }]);
    assert.equal((await get('k-1')).json.at('firstName'), 'Karin');
    await rig.call('POST', '/api/PrivateCustomers/AddMany', [
      { ...kari, firstName: 'Other' },
      { ...kari, customerId: 'k-3' },
    ]);
    assert.equal((await get('k-1')).json.at('firstName'), 'Karin');
    assert.equal((await get('k-3')).status, 200);
    assert.equal((await upsert(Array.from({ length: 101 }, (_, i) => ({ customerId: `n-${i}` })))).status, 400);
    const oneBad = await upsert([{ ...kari, customerId: 'k-9' }, { firstName: 'x' }]);
    assert.deepEqual(Object.keys(oneBad.json.at('errors') as object), ['[1].customerId']);
    assert.equal((await get('k-9')).status, 404);
  });

  it('searches by the members the integration uses', async () => {
    await rig.call('POST', '/api/PrivateCustomers', {
      ...kari,
      marketGroupId: 'NORDIC',
      phone: '+4790000001',
      externalIds: [{ providerName: 'Voyado', id: 'v-77' }],
    });
    const hits = async (body: unknown): Promise<unknown> =>
      (await rig.call('POST', '/api/PrivateCustomers/Search', body)).json
        .list('result')
        .map((customer) => customer.at('customerId'));
    assert.deepEqual(await hits({ email: 'KARI@example.com' }), ['k-1']);
    assert.deepEqual(await hits({ phone: '+4790000001' }), ['k-1']);
    assert.deepEqual(await hits({ externalIds: ['v-77'] }), ['k-1']);
    assert.deepEqual(await hits({ query: 'kari lund' }), ['k-1']);
    assert.deepEqual(await hits({ customerId: 'k-1', marketGroupIds: ['NORDIC'], isMarketGroupIdsRequired: true }), [
      'k-1',
    ]);
    assert.deepEqual(await hits({ customerId: 'k-1', marketIds: ['SWE'] }), []);
    const since = (await get('k-1')).json.text('modified');
    assert.deepEqual(await hits({ modifiedFrom: since }), ['k-1']);
  });

  it('scrolls, lists and finds companies by contact', async () => {
    const first = await rig.call('POST', '/api/PrivateCustomers/Scroll', {});
    assert.equal(first.json.list('result').length, 150);
    const second = await rig.call('GET', `/api/PrivateCustomers/Scroll/${first.json.text('scrollId')}`);
    assert.equal(second.json.list('result').length, 150);
    const all = await rig.call('GET', '/api/BusinessCustomers/GetAll?pageSize=5&page=2');
    assert.equal(all.json.list('result').length, 5);
    const company = rig.chain.customers.find(({ kind }) => kind === 'business');
    const phone = encodeURIComponent(company?.phone ?? '');
    const byPhone = await rig.call(
      'GET',
      `/api/BusinessCustomers/GetBusinessCustomerByContactPhone?phoneNumber=${phone}`,
    );
    assert.ok(byPhone.json.list().some((each) => each.at('customerId') === company?.customerId));
    assert.equal((await rig.call('GET', '/api/BusinessCustomers/GetBusinessCustomerByContactPhone')).status, 400);
  });

  it('anonymizes a customer and its orders, and deletes', async () => {
    await rig.call('POST', '/api/PrivateCustomers', kari);
    const order = {
      customerId: 'k-1',
      customerName: 'Kari Lund',
      customerEmail: 'kari@example.com',
      billingAddress: { name: 'Kari Lund' },
    };
    await rig.call('POST', '/api/Orders', orderOf(rig, 'o-1', order));
    assert.equal((await rig.call('DELETE', '/api/PrivateCustomers/Anonymize?id=k-1')).status, 200);
    assert.equal((await get('k-1')).text.includes('Kari'), false);
    assert.equal((await rig.call('GET', '/api/Orders/o-1')).text.includes('Lund'), false);
    assert.equal((await rig.call('DELETE', '/api/PrivateCustomers/k-1')).status, 200);
    assert.equal((await get('k-1')).status, 404);
    assert.equal((await rig.call('DELETE', '/api/PrivateCustomers/k-1')).status, 404);
  });

  it('treats business customers alike', async () => {
    const company = {
      customerId: 'b-1',
      name: 'Lund AS',
      taxId: '999888777',
      contacts: [{ firstName: 'Kari', email: 'k@example.com' }],
    };
    assert.equal((await rig.call('PUT', '/api/BusinessCustomers/AddOrUpdateMany', [company])).status, 200);
    await rig.call('PATCH', '/api/BusinessCustomers/PatchBusinessCustomer', { customerId: 'b-1', paymentTermsNet: 14 });
    const read = (await get('b-1', 'BusinessCustomers')).json;
    assert.deepEqual([read.at('name'), read.at('paymentTermsNet'), read.at('fullName')], ['Lund AS', 14, undefined]);
    const found = await rig.call('POST', '/api/BusinessCustomers/Search', { taxId: '999888777' });
    assert.equal(found.json.at('totalHits'), 1);
  });
});
