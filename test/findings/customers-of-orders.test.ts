import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { CustomerDesk } from '../support/customer-desk';
import { Integration } from '../support/integration';
import { Tills } from '../support/tills';
import { webCustomer } from '../support/web-customer';
import { WebShop } from '../support/web-shop';

/** The sale or order goes on without waiting for its customer (findings 13 and 29; rule 10). */
describe('findings: customers of orders', function () {
  this.timeout(120_000);
  let integration: Integration;
  let desk: CustomerDesk;
  let shop: WebShop;
  let tills: Tills;

  before(async function () {
    this.timeout(600_000);
    integration = await Integration.start();
    desk = new CustomerDesk(integration);
    shop = new WebShop(integration);
    tills = new Tills(integration);
  });
  afterEach(async () => {
    for (const vendor of ['omnium', 'flow'] as const) await integration.control(vendor, 'DELETE /faults');
  });
  after(async () => {
    await desk.close();
    await integration.stop();
  });

  for (const customerId of ['guest-4711', 'kari@guests.example', '0']) {
    it(`finding 29: a guest’s order that names ${customerId}, who is no customer, is synced`, async () => {
      const guest = { customerName: 'Kari Berg', customerEmail: 'kari@guests.example' };
      const orderNumber = await shop.place({ customerId, ...guest });
      const { syncState, outcome } = await integration.settled(orderNumber);
      assert.deepEqual([syncState, outcome?.differences ?? []], ['Synced', []]);
      assert.ok(await integration.orderInFlow(orderNumber));
    });
  }

  it('finding 13: a web order does not wait for Flow to take its customer’s new id', async () => {
    const web = webCustomer();
    const uid = await desk.createAtTill({
      ...{ customerType: 'PERSON', firstname: web.firstName, lastname: web.lastName, countryCode: 'NO' },
      email: web.email,
      customerUid: `t${randomUUID().slice(0, 8)}`,
    });
    await desk.settled(uid);
    await integration.flow('PUT', `/customers/${uid}`, { externalId: '' });
    await integration.unsubscribe();
    const id = await desk.createInOmnium('PrivateCustomers', { ...web, email: `other.${web.email}` });
    await integration.subscribe();
    await integration.flow('PUT', `/customers/${uid}`, { email: `other.${web.email}` });
    await integration.fault('flow', { kind: 'error', status: 422, method: 'PUT', path: `/customers/${uid}` });
    const orderNumber = await shop.place({ customerId: id });
    await integration.settled(orderNumber);
    assert.equal((await integration.orderInFlow(orderNumber))?.customerUid, uid);
  });

  it('finding 13: a till’s sale does not wait for a customer whom Omnium refuses', async () => {
    await integration.fault('omnium', { kind: 'error', status: 400, method: 'PUT', path: '/api/PrivateCustomers' });
    await integration.unsubscribe();
    const { body } = await integration.flow('POST', '/customers', desk.person());
    await integration.subscribe();
    const sale = await tills.sell([{ sku: shop.sku() }], { customerUid: body.customerUid });
    const order = await integration.orderInOmniumWhen(String(sale.orderUid));
    assert.equal(order.orderType, 'Pos');
    const { syncState, outcome } = await integration.settled(String(sale.orderUid));
    assert.equal(syncState, 'Differs');
    assert.match(String(outcome?.differences), /Omnium refused the customer/);
    // Once Omnium takes the customer, the sale has it.
    await integration.control('omnium', 'DELETE /faults');
    await integration.resync(String(sale.orderUid), String(sale.orderUid));
    await integration.settled(String(sale.orderUid));
    const attached = await integration.orderInOmniumWhen(String(sale.orderUid));
    assert.equal(attached.customerId, body.customerUid);
  });

  it('of two in Omnium with the e-mail address of a till’s buyer none is taken, and the sale goes on', async () => {
    const web = webCustomer({ externalIds: [] });
    await integration.unsubscribe();
    for (const lastName of ['Dal', 'Moe']) {
      await desk.createInOmnium('PrivateCustomers', { ...web, phone: undefined, lastName });
    }
    await integration.subscribe();
    const uid = await desk.createAtTill(desk.person({ email: web.email }));
    await desk.settled(uid);
    const sale = await tills.sell([{ sku: shop.sku() }], { customerUid: uid });
    await integration.orderInOmniumWhen(String(sale.orderUid));
    const { syncState, outcome } = await integration.settled(String(sale.orderUid));
    assert.equal(syncState, 'Differs');
    assert.match(String(outcome?.differences), /email: 2 customers/);
  });

  for (const [spelling, other] of [
    ['914778271', 'NO 914 778 271 MVA'],
    ['SE556036079301', '556036-0793 01'],
  ] as const) {
    it(`a company is found by its organisation number: ${spelling}, ${other}`, async () => {
      await integration.unsubscribe();
      const members = { name: `Fjell ${spelling} AS`, email: `${randomUUID()}@example.com`, taxId: spelling };
      const id = await desk.createInOmnium('BusinessCustomers', members);
      await integration.subscribe();
      const uid = await desk.createAtTill(desk.company({ vatNumber: spelling === '914778271' ? other : spelling }));
      await desk.settled(uid);
      assert.equal((await desk.flowCustomer(uid))?.externalId, id);
    });
  }

  it('two companies that share an e-mail address are two', async () => {
    const email = `${randomUUID()}@example.com`;
    await integration.unsubscribe();
    await desk.createInOmnium('BusinessCustomers', { name: 'Fjell AS', email, taxId: '911111111' });
    await integration.subscribe();
    const uid = await desk.createAtTill(desk.company({ vatNumber: '922222222', email: undefined }));
    await desk.settled(uid);
    const second = await desk.createAtTill({ ...desk.company({ vatNumber: '933333333' }), email });
    await desk.settled(second);
    assert.equal((await desk.flowCustomer(second))?.externalId, second);
  });
});
