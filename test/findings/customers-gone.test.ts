import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { CustomerDesk } from '../support/customer-desk';
import { Integration, type Json } from '../support/integration';
import { webCustomer } from '../support/web-customer';
import { WebShop } from '../support/web-shop';

/** An id that is gone is not a person who is gone (finding 25). */
describe('findings: customers that were merged, moved or deleted', function () {
  this.timeout(120_000);
  let integration: Integration;
  let desk: CustomerDesk;
  let shop: WebShop;

  before(async function () {
    this.timeout(600_000);
    integration = await Integration.start();
    desk = new CustomerDesk(integration);
    shop = new WebShop(integration);
  });
  after(async () => {
    await desk.close();
    await integration.stop();
  });

  const uidOf = (id: string): string => id.replace(/\W/g, '');
  /** A customer of Omnium that the tills know, too. */
  const known = async (members: Json = {}): Promise<string> => {
    const id = await desk.createInOmnium('PrivateCustomers', webCustomer(members));
    await desk.settled(id);
    return id;
  };
  /** One that the tills do not know: nothing has told of it. */
  const unknown = async (members: Json): Promise<string> => {
    await integration.unsubscribe();
    const id = await desk.createInOmnium('PrivateCustomers', members);
    await integration.subscribe();
    return id;
  };
  const linkedTo = async (id: string): Promise<unknown[]> =>
    (await desk.inFlowByExternalId(id)).map(({ customerUid }) => customerUid);

  it('finding 25: a merged customer with an order is linked to the one that is left', async () => {
    const id = await known({ externalIds: [{ providerName: 'Voyado', id: `card-${randomUUID()}` }] });
    const orderNumber = await shop.place({ customerId: id });
    await integration.settled(orderNumber);
    const left = await unknown(webCustomer());
    await desk.mergeInOmnium(id, left);
    await desk.settled(id);
    await integration.settled(orderNumber);
    const linked = await linkedTo(left);
    const attached = (await integration.orderInFlow(orderNumber))?.customerUid;
    assert.ok(await desk.flowCustomer(uidOf(id)), 'the till’s customer is still there');
    assert.ok(linked.includes(attached), 'the order’s customer is the one that is left');
  });

  it('finding 25: without an order, by the e-mail address that both have', async () => {
    const web = webCustomer();
    const id = await known(web);
    const left = await unknown({ ...webCustomer(), email: web.email });
    await desk.mergeInOmnium(id, left);
    await desk.settled(id);
    assert.deepEqual(await linkedTo(left), [uidOf(id)]);
  });

  it('finding 25: an id that has moved is followed, whoever is heard first', async () => {
    for (const first of ['the new id', 'the old id']) {
      const id = await known();
      const next = `moved-${randomUUID()}`;
      if (first === 'the new id') await integration.unsubscribe();
      await desk.mergeInOmnium(id, next);
      await integration.subscribe();
      await desk.changeInOmnium('PrivateCustomers', next, { lastName: 'Moe' });
      await desk.settled(next);
      assert.deepEqual(await linkedTo(next), [uidOf(id)], first);
      assert.equal((await desk.flowCustomer(uidOf(id)))?.lastname, 'Moe', first);
    }
  });

  it('finding 25: merged with one that the tills know as well: shown, and nobody is deleted', async () => {
    const [id, left] = [await known(), await known()];
    const orderNumber = await shop.place({ customerId: id });
    await integration.settled(orderNumber);
    await integration.unsubscribe();
    await desk.mergeInOmnium(id, left);
    await integration.subscribe();
    await integration.post({
      id: randomUUID(),
      className: 'PrivateCustomer',
      objectId: id,
      category: 'Deleted',
      market: 'NOR',
    });
    const { syncState, outcome } = await desk.settled(id);
    assert.equal(syncState, 'Differs');
    assert.match(String(outcome?.differences), /merge them in Flow/);
    assert.ok((await desk.flowCustomer(uidOf(id)))?.email);
    assert.ok((await desk.flowCustomer(uidOf(left)))?.email);
  });

  it('finding 25: merged with a stranger, and no order to prove it: shown, and nobody is deleted', async () => {
    const id = await known();
    const left = await unknown(webCustomer());
    await desk.mergeInOmnium(id, left);
    const { syncState } = await desk.settled(id);
    assert.equal(syncState, 'Differs');
    assert.ok((await desk.flowCustomer(uidOf(id)))?.email);
  });

  it('a customer whose orders still name it was deleted, and is deleted in Flow', async () => {
    const id = await known();
    await desk.orderInOmnium(id);
    await desk.deleteInOmnium('PrivateCustomers', id);
    assert.equal((await desk.settled(id)).outcome?.action, 'deleted');
    assert.equal(await desk.flowCustomer(uidOf(id)), undefined);
  });

  it('finding 25: a customer deleted in Flow is not taken for one whose id only looks alike', async () => {
    const mark = randomUUID().slice(0, 8);
    const alike = await unknown({ ...webCustomer(), customerId: `A-${mark}` });
    const uid = await desk.createAtTill(desk.person({ customerUid: `A${mark}`, externalId: `gone-${mark}` }));
    await desk.settled(uid);
    await desk.deleteAtTill(uid);
    const { syncState, outcome } = await desk.settled(uid);
    assert.equal(syncState, 'Differs');
    assert.match(String(outcome?.differences), /has an id like its uid/);
    assert.ok((await desk.omniumCustomer('PrivateCustomers', alike))?.email);
  });

  it('finding 25: a list that is shorter than it says proves nothing', async () => {
    const mark = randomUUID().slice(0, 8);
    const uid = await desk.createAtTill(desk.person({ externalId: `gone-${mark}` }));
    await desk.settled(uid);
    await integration.manners('omnium', 'short-pages');
    await desk.deleteAtTill(uid);
    // It is not known yet that there is nobody, so the pass waits.
    await desk.waiting(uid);
    await integration.manners('omnium');
    assert.equal((await desk.healed(uid)).outcome?.reason, 'Omnium does not have the customer either');
  });
});
