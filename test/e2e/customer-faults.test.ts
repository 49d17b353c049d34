import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { ensureCustomerInOmnium } from '../../src/activities/customers/customer-of-order';
import type { Attempt } from '../../src/activities/shared/sync-context';
import { TenantRegistry } from '../../src/activities/tenants';
import type { IntegrationConfig } from '../../src/config/types';
import { CustomerDesk } from '../support/customer-desk';
import { CallCounter, CuttingProxy, type Cut } from '../support/cutting-proxy';
import { Integration, type Json } from '../support/integration';

const CUTS: readonly Cut[] = ['before', 'after'];

/** One thing that happens to a customer: what it needs, what starts it, and what must be true in the end. */
interface Flow {
  readonly name: string;
  /** Brings about what the flow begins with; answers with the id that its events name. */
  prepare(desk: CustomerDesk): Promise<string>;
  /** Starts the flow; its events name `id`. */
  start(desk: CustomerDesk, id: string): Promise<void>;
  check(desk: CustomerDesk, id: string): Promise<void>;
}

const newUid = (): string => `till${randomUUID().replace(/-/g, '')}`;
const newPerson = (desk: CustomerDesk, id: string): Json =>
  desk.person({ customerUid: id, email: `${id}@example.com` });

async function synced(desk: CustomerDesk): Promise<string> {
  const uid = await desk.createAtTill(newPerson(desk, newUid()));
  await desk.settled(uid);
  return uid;
}

async function assertOnePair(desk: CustomerDesk, email: string): Promise<{ flow: Json; omnium: Json }> {
  const inOmnium = await desk.searchOmnium('PrivateCustomers', { email });
  assert.equal(inOmnium.length, 1, 'one customer in Omnium');
  const [omnium = {}] = inOmnium;
  const inFlow = await desk.inFlowByExternalId(String(omnium.customerId));
  assert.equal(inFlow.length, 1, 'one customer in Flow');
  const [flow = {}] = inFlow;
  assert.equal(flow.email, email);
  assert.deepEqual([omnium.firstName, omnium.lastName, omnium.phone], [flow.firstname, flow.lastname, flow.mobile]);
  return { flow, omnium };
}

const FLOWS: readonly Flow[] = [
  {
    name: 'a new customer of a till',
    prepare: async () => newUid(),
    start: async (desk, id) => void (await desk.createAtTill(newPerson(desk, id))),
    check: async (desk, id) => void (await assertOnePair(desk, `${id}@example.com`)),
  },
  {
    name: 'a change at a till',
    prepare: synced,
    start: (desk, id) => desk.changeAtTill(id, { mobile: '+4791234567', city: 'Bergen' }),
    check: async (desk, id) => {
      const { omnium } = await assertOnePair(desk, `${id}@example.com`);
      assert.deepEqual([omnium.phone, (omnium.address as Json).city], ['+4791234567', 'Bergen']);
    },
  },
  {
    name: 'a till’s customer that the web shop has met',
    prepare: async (desk) => {
      const id = newUid();
      const { firstname: firstName, lastname: lastName } = newPerson(desk, id);
      await desk.createInOmnium('PrivateCustomers', {
        firstName,
        lastName,
        email: `${id}@example.com`,
        marketId: undefined,
      });
      return id;
    },
    start: async (desk, id) => void (await desk.createAtTill(newPerson(desk, id))),
    check: async (desk, id) => void (await assertOnePair(desk, `${id}@example.com`)),
  },
  {
    name: 'a new customer of Omnium',
    prepare: async () => `om-${randomUUID()}`,
    start: async (desk, id) =>
      void (await desk.createInOmnium('PrivateCustomers', {
        customerId: id,
        firstName: 'Nils',
        lastName: 'Dal',
        email: `${id}@example.com`,
        phone: '+4790000001',
      })),
    check: async (desk, id) => void (await assertOnePair(desk, `${id}@example.com`)),
  },
  {
    name: 'a change in Omnium',
    prepare: synced,
    start: (desk, id) => desk.changeInOmnium('PrivateCustomers', id, { phone: '+4797654321' }),
    check: async (desk, id) => {
      assert.equal((await assertOnePair(desk, `${id}@example.com`)).flow.mobile, '+4797654321');
    },
  },
  {
    name: 'a customer deleted in Flow',
    prepare: synced,
    start: (desk, id) => desk.deleteAtTill(id),
    check: async (desk, id) => {
      assert.equal((await desk.omniumCustomer('PrivateCustomers', id))?.email, undefined);
      assert.equal(await desk.flowCustomer(id), undefined);
    },
  },
  {
    name: 'a customer anonymised in Omnium',
    prepare: synced,
    start: (desk, id) => desk.anonymizeInOmnium(id),
    check: async (desk, id) => {
      const flow = await desk.flowCustomer(id);
      assert.deepEqual([flow?.firstname, flow?.email, flow?.mobile, flow?.externalId], ['Anonymized', '', '', id]);
      assert.equal((await desk.omniumCustomer('PrivateCustomers', id))?.email, undefined);
    },
  },
  {
    name: 'a customer deleted in Omnium',
    prepare: async (desk) => {
      const id = await synced(desk);
      await desk.orderInOmnium(id);
      return id;
    },
    start: (desk, id) => desk.deleteInOmnium('PrivateCustomers', id),
    check: async (desk, id) => {
      assert.equal(await desk.flowCustomer(id), undefined);
      assert.equal(await desk.omniumCustomer('PrivateCustomers', id), undefined);
    },
  },
];

/** The configuration with both vendors behind the proxies. */
function behind(omnium: CuttingProxy, flow: CuttingProxy): (config: IntegrationConfig) => IntegrationConfig {
  return (config) => ({
    ...config,
    tenants: config.tenants.map((tenant) => ({
      ...tenant,
      omnium: { ...tenant.omnium, baseUrl: omnium.standFor(tenant.omnium.baseUrl) },
      flow: { ...tenant.flow, baseUrl: flow.standFor(tenant.flow.baseUrl) },
    })),
  });
}

describe('customers: every call of every flow fails once, before and after it did its work', function () {
  this.timeout(120_000);
  const counter = new CallCounter();
  let proxies: CuttingProxy[];
  let integration: Integration;
  let desk: CustomerDesk;
  let tenants: TenantRegistry;

  before(async function () {
    this.timeout(600_000);
    const [omnium, flow] = [await CuttingProxy.start(counter), await CuttingProxy.start(counter)];
    proxies = [omnium, flow];
    integration = await Integration.start(behind(omnium, flow));
    desk = new CustomerDesk(integration);
    tenants = new TenantRegistry(integration.config.tenants);
  });

  after(async () => {
    await tenants.close();
    await desk.close();
    await integration.stop();
    await Promise.all(proxies.map((proxy) => proxy.stop()));
  });

  /** Plays the flow with one call cut; false when the flow was over before that call came. */
  async function play(flow: Flow, cutAt: { readonly call: number; readonly cut: Cut }): Promise<boolean> {
    const id = await flow.prepare(desk);
    await integration.deliveriesDone();
    counter.restart(cutAt);
    await flow.start(desk, id);
    await desk.healed(id);
    const wasCut = counter.hasCut;
    counter.restart();
    await flow.check(desk, id);
    return wasCut;
  }

  for (const flow of FLOWS) {
    it(flow.name, async () => {
      let points = 0;
      for (const cut of CUTS) {
        for (let call = 1; await play(flow, { call, cut }); call += 1) points += 1;
      }
      // Two cuts of at least one look and one write.
      assert.ok(points >= 4, `${points} points`);
    });
  }

  it('the customer of a till sale: found or made once, whatever call fails', async () => {
    const attempt = (): Attempt => ({ signal: new AbortController().signal, onCall: () => undefined, calls: 0 });
    const ensure = (uid: string): ReturnType<typeof ensureCustomerInOmnium> =>
      ensureCustomerInOmnium({ ...attempt(), tenant: tenants.get('flow_no') }, uid);
    const make = async (): Promise<string> => {
      const uid = newUid();
      const { status } = await integration.flow('POST', '/customers', newPerson(desk, uid));
      assert.equal(status, 201);
      return uid;
    };
    const first = await make();
    counter.restart();
    assert.deepEqual(await ensure(first), { how: 'created', customerId: first });
    const calls = counter.calls.length;
    counter.restart();
    assert.deepEqual(await ensure(first), { how: 'found', customerId: first });
    assert.equal(counter.calls.length, 1, 'one call for a customer that Flow knows the id of');
    for (let call = 1; call <= calls; call += 1) {
      for (const cut of CUTS) {
        const uid = await make();
        counter.restart({ call, cut });
        await assert.rejects(ensure(uid));
        counter.restart();
        assert.equal((await ensure(uid)).customerId, uid);
        await assertOnePair(desk, `${uid}@example.com`);
      }
    }
  });

  it('the customer of a till sale that cannot be told keeps nothing back', async () => {
    const attempt: Attempt = { signal: new AbortController().signal, onCall: () => undefined, calls: 0 };
    const gone = await ensureCustomerInOmnium({ ...attempt, tenant: tenants.get('flow_no') }, 'nobody');
    assert.equal(gone.how, 'none');
    assert.match(gone.problem ?? '', /Flow does not have/);
  });
});

describe('customers: what the settings switch off', function () {
  this.timeout(60_000);
  let integration: Integration;
  let desk: CustomerDesk;

  before(async function () {
    this.timeout(600_000);
    integration = await Integration.start((config) => ({
      ...config,
      tenants: config.tenants.map((tenant) => ({
        ...tenant,
        connector: { ...tenant.connector, implementations: ['IBusinessCustomerExporter'] },
        customers: { onDeletedInFlow: 'keep', onAnonymizedInOmnium: 'keep' },
      })),
    }));
    desk = new CustomerDesk(integration);
  });

  after(async () => {
    await desk.close();
    await integration.stop();
  });

  it('keeps persons out of Flow whose exporter the connector does not name, and takes companies', async () => {
    const [email, business] = [`${randomUUID()}@example.com`, `${randomUUID()}@example.com`];
    const id = await desk.createInOmnium('PrivateCustomers', { firstName: 'Nils', lastName: 'Dal', email });
    const company = await desk.createInOmnium('BusinessCustomers', { name: 'Dal AS', email: business });
    assert.equal((await desk.settled(company)).outcome?.action, 'created');
    await desk.flowTells(id, 'CUSTOMER_UPDATE');
    await desk.settled(id);
    assert.deepEqual(await desk.inFlowByExternalId(id), []);
  });

  it('still tells Omnium what the tills change, and leaves Omnium’s own changes there', async () => {
    const uid = await desk.createAtTill(desk.person());
    await desk.settled(uid);
    await desk.changeInOmnium('PrivateCustomers', uid, { phone: '+4791111111' });
    await desk.changeAtTill(uid, { city: 'Bergen' });
    const { syncState, outcome } = await desk.settled(uid);
    assert.equal(syncState, 'Differs');
    assert.match(outcome?.differences?.[0] ?? '', /^mobile: .*IPrivateCustomerExporter/);
    const omnium = await desk.omniumCustomer('PrivateCustomers', uid);
    assert.deepEqual([omnium?.phone, (omnium?.address as Json).city], ['+4791111111', 'Bergen']);
    assert.notEqual((await desk.flowCustomer(uid))?.mobile, '+4791111111');
  });

  it('keeps what the other side deleted or anonymised', async () => {
    const [deleted, anonymous] = [await desk.createAtTill(desk.person()), await desk.createAtTill(desk.person())];
    await desk.settled(deleted);
    await desk.settled(anonymous);
    await desk.deleteAtTill(deleted);
    const { syncState, outcome } = await desk.settled(deleted);
    assert.deepEqual([syncState, outcome?.action], ['Ignored', 'skipped']);
    assert.ok((await desk.omniumCustomer('PrivateCustomers', deleted))?.email);
    await desk.anonymizeInOmnium(anonymous);
    await desk.flowTells(anonymous, 'CUSTOMER_UPDATE');
    assert.equal((await desk.settled(anonymous)).outcome?.action, 'skipped');
    assert.ok((await desk.flowCustomer(anonymous))?.email);
    assert.equal((await desk.omniumCustomer('PrivateCustomers', anonymous))?.email, undefined);
  });
});
