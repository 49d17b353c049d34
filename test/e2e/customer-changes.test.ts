import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { CustomerDesk } from '../support/customer-desk';
import { Integration, type Json } from '../support/integration';
import { webCustomer } from '../support/web-customer';

describe('customers that change on either side, or go', function () {
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

  describe('Omnium → Flow', () => {
    it('brings a new person and a new company to the tills', async () => {
      const web = webCustomer();
      const id = await desk.createInOmnium('PrivateCustomers', web);
      const { outcome } = await desk.settled(id);
      assert.deepEqual([outcome?.action, outcome?.direction], ['created', 'inbound']);
      const flow = await desk.flowCustomer(id.replace(/\W/g, ''));
      const {
        customerType,
        firstname,
        lastname,
        email,
        mobile,
        address,
        postalCode,
        city,
        countryCode,
        externalId,
        loyaltyId,
      } = flow ?? {};
      assert.deepEqual(
        {
          customerType,
          firstname,
          lastname,
          email,
          mobile,
          address,
          postalCode,
          city,
          countryCode,
          externalId,
          loyaltyId,
        },
        {
          customerType: 'PERSON',
          firstname: web.firstName,
          lastname: web.lastName,
          email: web.email,
          mobile: String(web.phone).replace(/ /g, ''),
          address: 'Kaia 7',
          postalCode: '5005',
          city: 'Bergen',
          countryCode: 'NO',
          externalId: id,
          loyaltyId: ((web.externalIds as Json[])[0] ?? {}).id,
        },
      );
      const business = await desk.createInOmnium('BusinessCustomers', {
        name: 'Dal AS',
        taxId: `9${randomUUID().slice(0, 8)}`,
        email: `${randomUUID()}@example.com`,
      });
      await desk.settled(business);
      assert.equal((await desk.flowCustomer(business.replace(/\W/g, '')))?.companyName, 'Dal AS');
    });

    it('writes to Flow only what Omnium changed, and nothing for its own echo', async () => {
      const id = await desk.createInOmnium('PrivateCustomers', webCustomer());
      await desk.settled(id);
      await integration.clearRequests();
      await desk.changeInOmnium('PrivateCustomers', id, { phone: '+47 911 11 111' });
      const { outcome } = await desk.settled(id);
      assert.deepEqual(outcome?.changedFields, ['Flow mobile']);
      const puts = (await integration.requests('flow', 'PUT')).length;
      assert.equal(puts, 1);
      assert.equal((await desk.flowCustomer(id.replace(/\W/g, '')))?.mobile, '+4791111111');
      await integration.clearRequests();
      // Our own patch, as if the echo had not been recognised.
      await integration.control('omnium', 'POST /events', {
        id: randomUUID(),
        className: 'PrivateCustomer',
        objectId: id,
        category: 'Updated',
        market: 'NOR',
        userId: 'somebody',
      });
      await desk.settled(id);
      assert.deepEqual(
        (await desk.writes()).filter((write) => !write.startsWith('omnium POST')),
        [],
      );
    });

    it('says which name Flow asks for and Omnium does not have', async () => {
      const id = await desk.createInOmnium('PrivateCustomers', webCustomer({ lastName: undefined }));
      const { syncState, outcome } = await desk.settled(id);
      assert.deepEqual(
        [syncState, outcome?.differences],
        ['Differs', ['customer: Flow asks for lastname, which Omnium does not have']],
      );
      await desk.changeInOmnium('PrivateCustomers', id, { lastName: 'Dal' });
      assert.equal((await desk.settled(id)).outcome?.action, 'created');
    });
  });

  describe('both sides changed while nobody listened', () => {
    async function pair(): Promise<string> {
      const uid = await desk.createAtTill(desk.person());
      await desk.settled(uid);
      await integration.stopWorker();
      return uid;
    }

    it('keeps both changes when they are about different things', async () => {
      const uid = await pair();
      await desk.changeInOmnium('PrivateCustomers', uid, { phone: '+4792222222' });
      await desk.changeAtTill(uid, { email: `till.${uid}@example.com` });
      await integration.startWorker();
      await desk.settled(uid);
      const [flow, omnium] = [await desk.flowCustomer(uid), await desk.omniumCustomer('PrivateCustomers', uid)];
      assert.deepEqual([flow?.email, flow?.mobile], [`till.${uid}@example.com`, '+4792222222']);
      assert.deepEqual([omnium?.email, omnium?.phone], [`till.${uid}@example.com`, '+4792222222']);
    });

    for (const last of ['Flow', 'Omnium'] as const) {
      it(`lets the later one win about the same thing: ${last}`, async () => {
        const uid = await pair();
        const inFlow = (): Promise<void> => desk.changeAtTill(uid, { city: 'Tromsø' });
        const inOmnium = (): Promise<void> =>
          desk.changeInOmnium('PrivateCustomers', uid, {
            address: { line1: 'Kaia 1', postalCode: '5005', city: 'Bergen', countryCode: 'NO' },
          });
        await (last === 'Flow' ? inOmnium() : inFlow());
        await new Promise((resolve) => setTimeout(resolve, 20));
        await (last === 'Flow' ? inFlow() : inOmnium());
        // Both events are there, whichever comes first.
        await desk.flowTells(uid, 'CUSTOMER_UPDATE');
        await integration.startWorker();
        await desk.settled(uid);
        const [flow, omnium] = [await desk.flowCustomer(uid), await desk.omniumCustomer('PrivateCustomers', uid)];
        assert.equal(flow?.city, last === 'Flow' ? 'Tromsø' : 'Bergen');
        assert.equal((omnium?.address as Json).city, flow?.city);
        assert.equal((omnium?.address as Json).line1, flow?.address);
      });
    }
  });

  describe('gone', () => {
    it('a person deleted in Flow is anonymous in Omnium', async () => {
      const uid = await desk.createAtTill(desk.person());
      await desk.settled(uid);
      await desk.deleteAtTill(uid);
      const { outcome } = await desk.settled(uid);
      assert.deepEqual([outcome?.action, outcome?.direction], ['anonymized', 'outbound']);
      const omnium = await desk.omniumCustomer('PrivateCustomers', uid);
      assert.ok(omnium);
      for (const member of ['firstName', 'lastName', 'email', 'phone', 'address', 'externalIds'])
        assert.equal(omnium[member], undefined, member);
    });

    it('also one that Omnium knows by another id, once a sync has tied the two', async () => {
      const known = integration.chain.customers.find(
        ({ marketId, kind, knownInTills }) => marketId === 'NOR' && kind === 'private' && knownInTills,
      );
      assert.ok(known);
      const uid = known.customerId.replace(/\W/g, '');
      await desk.flowTells(uid, 'CUSTOMER_UPDATE');
      await desk.settled(uid);
      await desk.deleteAtTill(uid);
      assert.equal((await desk.settled(uid)).outcome?.action, 'anonymized');
      assert.equal((await desk.omniumCustomer('PrivateCustomers', known.customerId))?.email, undefined);
    });

    it('a company deleted in Flow is deleted in Omnium', async () => {
      const uid = await desk.createAtTill(desk.company());
      await desk.settled(uid);
      await desk.deleteAtTill(uid);
      assert.equal((await desk.settled(uid)).outcome?.action, 'deleted');
      assert.equal(await desk.omniumCustomer('BusinessCustomers', uid), undefined);
    });

    it('but not while another customer in Flow is the same one', async () => {
      const id = await desk.createInOmnium('PrivateCustomers', webCustomer());
      await desk.settled(id);
      const second = await desk.createAtTill(desk.person({ externalId: id }));
      await desk.settled(second);
      const uid = id.replace(/\W/g, '');
      await desk.deleteAtTill(uid);
      const { syncState, outcome } = await desk.settled(uid);
      assert.deepEqual([syncState, outcome?.action], ['Differs', 'unchanged']);
      assert.ok((await desk.omniumCustomer('PrivateCustomers', id))?.email);
    });

    it('a customer anonymised in Omnium keeps nothing personal in Flow but its externalId, and no later event brings it back', async () => {
      const person = desk.person({
        loyaltyId: `card-${randomUUID()}`,
        internalNote: 'likes skis',
        addresses: [{ firstname: 'Kari', address: 'Hytta 1' }],
      });
      const uid = await desk.createAtTill(person);
      await desk.settled(uid);
      await desk.anonymizeInOmnium(uid);
      const { outcome } = await desk.settled(uid);
      assert.deepEqual([outcome?.action, outcome?.direction], ['anonymized', 'inbound']);
      const flow = await desk.flowCustomer(uid);
      assert.equal(flow?.externalId, uid);
      const text = JSON.stringify(flow);
      for (const [field, value] of Object.entries({ ...person, addresses: 'Hytta' })) {
        if (field !== 'customerType' && field !== 'countryCode') assert.ok(!text.includes(String(value)), field);
      }
      await desk.flowTells(uid, 'CUSTOMER_UPDATE');
      assert.equal((await desk.settled(uid)).outcome?.action, 'unchanged');
      assert.equal((await desk.omniumCustomer('PrivateCustomers', uid))?.email, undefined);
    });

    it('a customer deleted in Omnium is deleted in Flow, or overwritten where Flow does not let it go', async () => {
      const ids = [
        await desk.createInOmnium('PrivateCustomers', webCustomer()),
        await desk.createInOmnium('PrivateCustomers', webCustomer()),
      ];
      for (const id of ids) {
        await desk.settled(id);
        await desk.orderInOmnium(id);
      }
      const [first = '', second = ''] = ids;
      await desk.deleteInOmnium('PrivateCustomers', first);
      assert.equal((await desk.settled(first)).outcome?.action, 'deleted');
      assert.equal(await desk.flowCustomer(first.replace(/\W/g, '')), undefined);
      await integration.fault('flow', { kind: 'error', status: 409, method: 'DELETE', path: '/customers/', times: 1 });
      await desk.deleteInOmnium('PrivateCustomers', second);
      assert.equal((await desk.settled(second)).outcome?.action, 'anonymized');
      const flow = await desk.flowCustomer(second.replace(/\W/g, ''));
      assert.deepEqual([flow?.firstname, flow?.email, flow?.externalId], ['Anonymized', '', second]);
    });
  });
});
