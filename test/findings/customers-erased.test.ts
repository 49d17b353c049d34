import assert from 'node:assert/strict';
import { CustomerDesk } from '../support/customer-desk';
import { Integration, type Json } from '../support/integration';
import { until } from '../support/order-driver';
import { SweepRig, sweptRarely } from '../support/sweep-rig';
import { webCustomer } from '../support/web-customer';
import { WebShop } from '../support/web-shop';

const DAY_SECONDS = 86_400;

/** A deletion in Flow that told nobody (orders.md §3: “Customers deleted in Flow told by webhook only”). */
describe('findings: erasures in Flow whose webhook was lost', function () {
  this.timeout(120_000);
  let integration: Integration;
  let desk: CustomerDesk;
  let rig: SweepRig;

  before(async function () {
    this.timeout(600_000);
    integration = await Integration.start((config) =>
      sweptRarely(config, { omniumOrdersEverySeconds: 0, flowErasuresEverySeconds: DAY_SECONDS }),
    );
    desk = new CustomerDesk(integration);
    const { config, tenantUid, taskQueue } = integration;
    rig = await SweepRig.create({ config, tenantUid, ownersTaskQueue: taskQueue });
  });
  after(async () => {
    await rig.stop();
    await desk.close();
    await integration.stop();
  });

  const deleteUntold = async (customerUid: string): Promise<void> => {
    await integration.fault('flow', { kind: 'webhook-lost' });
    await integration.flow('DELETE', `/customers/${customerUid}`);
    await integration.control('flow', 'DELETE /faults');
  };
  const emailInOmnium = async (id: string): Promise<unknown> =>
    (await desk.omniumCustomer('PrivateCustomers', id))?.email;

  it('takes no list at its word that lacks them all, until somebody asks', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 12; count += 1) {
      const uid = await desk.createAtTill(desk.person());
      await desk.settled(uid);
      ids.push(uid);
    }
    for (const uid of ids) await deleteUntold(uid);
    await rig.provision();
    await rig.startWorker();
    const failure = await until(async () => (await rig.state()).streams['flow-erasures']?.failure, 30_000);
    assert.equal(failure.failureType, 'FlowResponseInvalid');
    assert.match(failure.message, /too many to be taken for erasures/);
    for (const id of ids) assert.ok(await emailInOmnium(id));
    const report = await rig.sweep('flow-erasures');
    assert.equal(report.published, 12);
    for (const id of ids) {
      await desk.settled(id);
      assert.equal(await emailInOmnium(id), undefined);
    }
    assert.equal((await rig.sweep('flow-erasures')).found, 0);
  });

  it('finds a customer that an order has brought, a person and a company of the tills', async () => {
    const shop = new WebShop(integration);
    const brought = await desk.createInOmnium('PrivateCustomers', webCustomer());
    await integration.settled(await shop.place({ customerId: brought }));
    const broughtUid = brought.replace(/\W/g, '');
    const company = await desk.createAtTill(desk.company());
    const kept = await desk.createAtTill(desk.person());
    for (const uid of [company, kept]) await desk.settled(uid);
    for (const uid of [broughtUid, company]) await deleteUntold(uid);
    const report = await rig.sweep('flow-erasures');
    assert.deepEqual([report.published, report.failedToLook], [2, 0]);
    for (const uid of [broughtUid, company]) await desk.settled(uid);
    const [person, business] = [
      await desk.omniumCustomer('PrivateCustomers', brought),
      await desk.omniumCustomer('BusinessCustomers', company),
    ];
    assert.deepEqual([(person as Json).email, business], [undefined, undefined]);
    assert.ok(await emailInOmnium(kept));
  });

  it('leaves the customers of another tenant of the same Omnium alone, also when it is asked', async () => {
    // Swedish customers, tied to people whom the Swedish tenant of Flow knows and the Norwegian one does not.
    const elsewhere = await Promise.all(
      [1, 2, 3].map((count) =>
        desk.createInOmnium(
          'PrivateCustomers',
          webCustomer({ marketId: 'SWE', properties: [{ key: 'flow.customerUid', value: `swede${count}` }] }),
        ),
      ),
    );
    // Omnium's searches find them a moment later.
    const listed = () => desk.searchOmnium('PrivateCustomers', { customerIds: elsewhere });
    await until(async () => ((await listed()).length === elsewhere.length ? true : undefined), 10_000);
    assert.equal((await rig.sweep('flow-erasures')).found, 0);
    for (const id of elsewhere) assert.ok(await emailInOmnium(id));
  });

  it('never takes another tenant’s customer, or one whose tenant is not told, for an erased one', async () => {
    for (const tenant of [[{ key: 'flow.customerTenantUid', value: 'flow_se' }], []]) {
      const properties = [{ key: 'flow.customerUid', value: `sold${tenant.length}` }, ...tenant];
      const id = await desk.createInOmnium('PrivateCustomers', { ...webCustomer(), properties });
      assert.equal((await rig.sweep('flow-erasures')).found, 0);
      assert.ok(await emailInOmnium(id));
    }
  });

  it('says of a tie that is not clear that it differs', async () => {
    const uid = await desk.createAtTill(desk.person({ externalId: `nobody-${Date.now()}` }));
    await desk.settled(uid);
    await integration.fault('flow', { kind: 'webhook-lost' });
    await integration.flow('PUT', `/customers/${uid}`, { city: 'Molde' });
    await integration.control('flow', 'DELETE /faults');
    assert.equal((await rig.sweep('flow-customers')).published, 1);
  });
});
