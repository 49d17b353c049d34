import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { CustomerDesk } from '../support/customer-desk';
import { Integration, type Json } from '../support/integration';
import { webCustomer } from '../support/web-customer';

/** One value of a customer's property list. */
function property(customer: Json | undefined, key: string): unknown {
  return ((customer?.properties ?? []) as Json[]).find((each) => each.key === key)?.value;
}

describe('customers, both ways', function () {
  this.timeout(60_000);
  let integration: Integration;
  let desk: CustomerDesk;

  before(async function () {
    this.timeout(600_000);
    integration = await Integration.start();
    desk = new CustomerDesk(integration);
  });

  after(async () => {
    await desk.close();
    await integration.stop();
  });

  afterEach(async () => {
    await integration.control('omnium', 'POST /customer-rules', {
      customerIdField: 'given',
      uniqueEmail: false,
      uniquePhone: false,
    });
  });

  describe('Flow → Omnium', () => {
    it('makes a till’s person known in Omnium with every field, and writes Omnium’s id back', async () => {
      const person = desk.person({ loyaltyId: `card-${randomUUID().slice(0, 8)}` });
      const uid = await desk.createAtTill(person);
      const { syncState, outcome } = await desk.settled(uid);
      assert.deepEqual(
        [syncState, outcome?.action, outcome?.direction, outcome?.customerType],
        ['Synced', 'created', 'outbound', 'private'],
      );
      const omnium = await desk.omniumCustomer('PrivateCustomers', uid);
      assert.ok(omnium);
      const { customerId, firstName, lastName, fullName, email, phone, address, customerNumber, externalIds } = omnium;
      assert.deepEqual(
        { customerId, firstName, lastName, fullName, email, phone, address, customerNumber, externalIds },
        {
          customerId: uid,
          firstName: person.firstname,
          lastName: person.lastname,
          fullName: `${String(person.firstname)} ${String(person.lastname)}`,
          email: person.email,
          phone: person.mobile,
          address: { line1: person.address, postalCode: '0155', city: 'Oslo', countryCode: 'NO' },
          customerNumber: person.loyaltyId,
          externalIds: [{ providerName: 'Voyado', id: person.loyaltyId }],
        },
      );
      const group = integration.config.tenants.find(({ tenantUid }) => tenantUid === 'flow_no')?.settings
        .OMNIUM_CUSTOMER_MARKET_GROUP_ID;
      assert.ok(group);
      assert.deepEqual([omnium.marketGroupId, omnium.marketId], [group, 'NOR']);
      assert.equal((await desk.flowCustomer(uid))?.externalId, uid);
    });

    it('makes a till’s company known with its own country', async () => {
      const company = desk.company({ countryCode: 'SE' });
      const uid = await desk.createAtTill(company);
      assert.equal((await desk.settled(uid)).outcome?.customerType, 'business');
      const omnium = await desk.omniumCustomer('BusinessCustomers', uid);
      assert.deepEqual([omnium?.name, omnium?.taxId], [company.companyName, company.vatNumber]);
      const address = {
        name: company.companyName,
        line1: company.address,
        postalCode: '0155',
        city: 'Oslo',
        countryCode: 'SE',
      };
      assert.deepEqual(omnium?.address, address);
      assert.equal((await desk.flowCustomer(uid))?.externalId, uid);
    });

    it('patches only what a till changed, and leaves what it does not know', async () => {
      const uid = await desk.createAtTill(desk.person());
      await desk.settled(uid);
      const theirs = {
        tags: ['vip'],
        birthDate: '1980-05-17T00:00:00Z',
        properties: [{ key: 'shoe', value: '42' }],
        externalIds: [{ providerName: 'Erp', id: '17' }],
        isCustomerClubMember: true,
      };
      await desk.changeInOmnium('PrivateCustomers', uid, theirs);
      await desk.settled(uid);
      const before = await desk.omniumCustomer('PrivateCustomers', uid);
      await integration.clearRequests();
      await desk.changeAtTill(uid, { email: `new.${uid}@example.com`, city: 'Bergen', postalCode: '5005' });
      const { outcome } = await desk.settled(uid);
      assert.deepEqual(outcome?.changedFields, ['Omnium email', 'Omnium postalCode', 'Omnium city']);
      assert.deepEqual(await desk.writes(), ['omnium PATCH', 'flow PUT']);
      const after = await desk.omniumCustomer('PrivateCustomers', uid);
      for (const member of [
        'tags',
        'birthDate',
        'externalIds',
        'isCustomerClubMember',
        'firstName',
        'phone',
        'customerId',
        'created',
      ]) {
        assert.deepEqual(after?.[member], before?.[member], member);
      }
      assert.equal(property(after, 'shoe'), '42');
      assert.equal(after?.email, `new.${uid}@example.com`);
    });

    it('writes nothing for an event that changed nothing', async () => {
      const uid = await desk.createAtTill(desk.person());
      await desk.settled(uid);
      await integration.clearRequests();
      await desk.flowTells(uid, 'CUSTOMER_UPDATE');
      assert.equal((await desk.settled(uid)).outcome?.action, 'unchanged');
      assert.deepEqual(await desk.writes(), []);
    });

    for (const customerIdField of ['email', 'phone'] as const) {
      it(`takes the ${customerIdField} for the id where Omnium keeps that`, async () => {
        await integration.control('omnium', 'POST /customer-rules', { customerIdField });
        const person = desk.person();
        const uid = await desk.createAtTill(person);
        await desk.settled(uid);
        const kept = customerIdField === 'email' ? person.email : person.mobile;
        assert.equal((await desk.flowCustomer(uid))?.externalId, kept);
        await desk.changeAtTill(uid, { city: 'Bergen' });
        await desk.settled(uid);
        const omnium = await desk.omniumCustomer('PrivateCustomers', kept);
        assert.equal((omnium?.address as Json).city, 'Bergen');
        assert.equal(await desk.omniumCustomer('PrivateCustomers', uid), undefined);
        const stored = await desk.storedByTemporal(uid);
        assert.ok(!stored.includes(String(kept)));
      });
    }

    it('never overwrites another customer where Omnium keeps one per e-mail address', async () => {
      await integration.control('omnium', 'POST /customer-rules', { customerIdField: 'email' });
      const first = desk.person();
      const firstUid = await desk.createAtTill(first);
      await desk.settled(firstUid);
      const secondUid = await desk.createAtTill(desk.person({ email: first.email }));
      const { syncState, outcome } = await desk.settled(secondUid);
      assert.equal(syncState, 'Differs');
      assert.match(outcome?.differences?.[0] ?? '', /^email: /);
      assert.equal((await desk.omniumCustomer('PrivateCustomers', first.email))?.firstName, first.firstname);
      assert.equal((await desk.flowCustomer(secondUid))?.externalId ?? undefined, undefined);
    });
  });

  describe('who is who', () => {
    it('takes a customer of Omnium with the same e-mail for the same, and merges field by field', async () => {
      const web = webCustomer({ address: undefined, externalIds: [] });
      const id = await desk.createInOmnium('PrivateCustomers', { ...web, marketId: undefined });
      const uid = await desk.createAtTill(desk.person({ email: web.email.toUpperCase(), mobile: '' }));
      const { outcome } = await desk.settled(uid);
      assert.equal(outcome?.action, 'updated');
      const [flow, omnium] = [await desk.flowCustomer(uid), await desk.omniumCustomer('PrivateCustomers', id)];
      assert.equal(flow?.externalId, id);
      assert.equal(flow?.mobile, String(web.phone).replace(/ /g, ''));
      assert.equal((omnium?.address as Json).city, 'Oslo');
      assert.equal(await desk.omniumCustomer('PrivateCustomers', uid), undefined);
    });

    it('never takes somebody for the same by name', async () => {
      const web = webCustomer();
      await desk.createInOmnium('PrivateCustomers', { ...web, marketId: undefined });
      const uid = await desk.createAtTill(desk.person({ firstname: web.firstName, lastname: web.lastName }));
      assert.equal((await desk.settled(uid)).outcome?.action, 'created');
      assert.ok(await desk.omniumCustomer('PrivateCustomers', uid));
    });

    it('tells of two candidates and merges none', async () => {
      const web = webCustomer({ marketId: undefined });
      const ids = [
        await desk.createInOmnium('PrivateCustomers', web),
        await desk.createInOmnium('PrivateCustomers', web),
      ];
      const uid = await desk.createAtTill(desk.person({ email: web.email }));
      const { syncState, outcome } = await desk.settled(uid);
      assert.deepEqual(
        [syncState, outcome?.differences],
        ['Differs', ['email: 2 customers in Omnium have the same; say there which one it is']],
      );
      assert.equal((await desk.flowCustomer(uid))?.externalId ?? undefined, undefined);
      for (const id of ids) assert.equal((await desk.omniumCustomer('PrivateCustomers', id))?.firstName, web.firstName);
    });

    it('makes a second customer with a known e-mail its own, and says so', async () => {
      const first = desk.person();
      const firstUid = await desk.createAtTill(first);
      await desk.settled(firstUid);
      const secondUid = await desk.createAtTill(desk.person({ email: first.email }));
      const { syncState, outcome } = await desk.settled(secondUid);
      assert.deepEqual([syncState, outcome?.action], ['Differs', 'created']);
      assert.deepEqual(outcome?.differences, [
        'email: another customer in Omnium, linked to somebody else, has the same',
      ]);
      assert.equal((await desk.searchOmnium('PrivateCustomers', { email: first.email })).length, 2);
    });

    it('does not make a company of a person', async () => {
      const id = await desk.createInOmnium('BusinessCustomers', {
        name: 'Fjell AS',
        email: `${randomUUID()}@example.com`,
        marketId: undefined,
      });
      const uid = await desk.createAtTill(desk.person({ externalId: id }));
      assert.deepEqual((await desk.settled(uid)).outcome?.differences, [
        'customer: a person in Flow and a business in Omnium',
      ]);
    });

    it('holds a customer back whose id becomes another one’s uid', async () => {
      const mark = randomUUID().slice(0, 6);
      const first = await desk.createInOmnium('PrivateCustomers', webCustomer({ customerId: `A-${mark}` }));
      await desk.settled(first);
      await desk.createInOmnium('PrivateCustomers', webCustomer({ customerId: `A${mark}` }));
      const { lastFailure } = await desk.waiting(`A${mark}`);
      assert.equal(lastFailure?.failureType, 'UidCollision');
      assert.ok(!lastFailure?.message.includes(mark));
      await desk.handle(`A${mark}`).terminate();
    });

    it('says that Omnium has no customer with Flow’s externalId, and makes none', async () => {
      const uid = await desk.createAtTill(desk.person({ externalId: `erp-${randomUUID()}` }));
      const { syncState, outcome } = await desk.settled(uid);
      assert.deepEqual([syncState, outcome?.action], ['Differs', 'unchanged']);
      assert.equal(await desk.omniumCustomer('PrivateCustomers', uid), undefined);
    });
  });

  it('keeps every field of a customer out of Temporal, whatever happens and whoever quotes it', async () => {
    const person = desk.person({
      loyaltyId: `card-${randomUUID()}`,
      customerUid: `secret${randomUUID().replace(/-/g, '')}`,
    });
    await integration.fault('omnium', { kind: 'error', status: 400, method: 'PUT', path: 'AddOrUpdateMany', times: 1 });
    const uid = await desk.createAtTill(person);
    await desk.healed(uid);
    await desk.changeAtTill(uid, { city: 'Bergen' });
    await desk.settled(uid);
    await desk.changeInOmnium('PrivateCustomers', uid, { phone: '+4793333333' });
    await desk.settled(uid);
    const stored = await desk.storedByTemporal(uid);
    for (const [field, value] of Object.entries(person)) {
      if (['customerType', 'countryCode', 'postalCode'].includes(field)) continue;
      assert.ok(!stored.includes(String(value)), `${field} is in the history`);
    }
    for (const value of ['93333333', uid]) assert.ok(!stored.includes(value));
  });
});
