import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type CustomerEvent, customerKind } from '../../src/contracts/kinds/customer';
import { searchAttributes } from '../../src/contracts/search-attributes';
import { customerKeyOf } from '../../src/temporal/sealed-reference';
import { openReference } from '../../src/temporal/sealed-reference';
import { devServer, type DevServer } from '../support/temporal-rig';
import { everythingKept, recordedSignals, startInput } from './recorded';
import { type Answer, startTestApi, taskQueueOfTests, type TestApi } from './test-api';

/** An id as shops have them; whoever finds it in Temporal has found the customer. */
const newId = (): string => `kari.${randomUUID().slice(0, 8)}@nordmann.example`;

describe('customer events', function () {
  this.timeout(60_000);
  let server: DevServer;
  let api: TestApi;

  before(async () => {
    server = await devServer();
    api = await startTestApi({
      address: server.address,
      integrationUserUid: 'integration',
      implementations: ['IPrivateCustomerExporter', 'IBusinessCustomerExporter'],
    });
  });

  after(() => api.stop());

  const workflowIdOf = (id: string): string =>
    customerKind.id({ tenantUid: api.tenantUid, customerKey: customerKeyOf(id, 'client-secret') });
  const fromFlow = (body: unknown): Promise<Answer> => api.post(body, { path: `/webhooks/flow/${api.tenantUid}` });
  const flowHook = (action: string, customerUid: string): object => ({
    action,
    tenant: { Id: 1, Uid: api.tenantUid },
    customer: { Id: 12, Uid: customerUid },
    tenantUser: { Id: 2, Uid: 'pos' },
  });
  const omniumEvent = (customerId: string, members: object = {}): object => ({
    id: randomUUID(),
    operationId: 130107,
    timestamp: '2026-02-17T07:23:07.6380001Z',
    message: 'Private customer updated: Kari Nordmann',
    className: 'PrivateCustomer',
    objectId: customerId,
    objectNumber: customerId,
    category: 'Updated',
    user: 'kari.nordmann@example.com',
    userId: 'somebody',
    ...members,
  });
  const eventsOf = async (id: string): Promise<CustomerEvent[]> =>
    (await recordedSignals<readonly CustomerEvent[]>(server, workflowIdOf(id))).flat();
  const secret = (): string => api.config.tenants[0]?.settings.OMNIUM_CLIENT_SECRET ?? '';

  for (const [action, kind] of [
    ['CUSTOMER_CREATE', 'changed'],
    ['CUSTOMER_UPDATE', 'changed'],
    ['CUSTOMER_DELETE', 'deleted'],
  ] as const) {
    it(`of Flow: ${action} is recorded as ${kind}, the id sealed`, async () => {
      const id = newId();
      const answer = await fromFlow(flowHook(action, id));
      assert.equal(answer.status, 202);
      assert.deepEqual(answer.json, { outcome: 'recorded' });
      const [event, ...others] = await eventsOf(id);
      assert.ok(event && others.length === 0);
      const { reference, eventId, ...rest } = event;
      assert.match(eventId, /^flow:/);
      assert.deepEqual(rest, { source: 'flow', what: action, kind });
      assert.deepEqual(openReference(reference, secret()), { side: 'flow', id });
    });
  }

  for (const [className, kind] of [
    ['PrivateCustomer', 'private'],
    ['businessCustomer', 'business'],
  ] as const) {
    it(`of Omnium: class ${className} is recorded, with the kind of customer`, async () => {
      const id = newId();
      const answer = await api.post(omniumEvent(id, { id: 'event-1', className }));
      assert.deepEqual(answer.json, { outcome: 'recorded' });
      const [event] = await eventsOf(id);
      assert.ok(event);
      const { reference, ...rest } = event;
      assert.deepEqual(rest, { eventId: 'event-1', source: 'omnium', what: 'Updated (130107)', kind: 'changed' });
      assert.deepEqual(openReference(reference, secret()), { side: 'omnium', kind, id });
    });
  }

  it('of Omnium: a deleted customer is told apart, an anonymised one has changed', async () => {
    const id = newId();
    await api.post(omniumEvent(id, { category: 'Deleted' }));
    await api.post(omniumEvent(id, { origin: 'DELETE /api/PrivateCustomers/Anonymize' }));
    assert.deepEqual(
      (await eventsOf(id)).map(({ kind }) => kind),
      ['deleted', 'changed'],
    );
  });

  it('of Omnium are known again by their ids, those of Flow have none', async () => {
    const id = newId();
    const event = omniumEvent(id);
    assert.equal((await api.post(event)).json.outcome, 'recorded');
    assert.equal((await api.post(event)).json.outcome, 'duplicate');
    for (let delivery = 0; delivery < 2; delivery += 1) {
      assert.equal((await fromFlow(flowHook('CUSTOMER_UPDATE', id))).json.outcome, 'recorded');
    }
    assert.equal((await eventsOf(id)).length, 3);
  });

  it('of both sides meet in one workflow, though Flow’s uid is the stripped id', async () => {
    const id = newId();
    await api.post(omniumEvent(id));
    await fromFlow(flowHook('CUSTOMER_UPDATE', id.replace(/[^A-Za-z0-9_]/g, '')));
    assert.deepEqual(
      (await eventsOf(id)).map(({ source }) => source),
      ['omnium', 'flow'],
    );
  });

  it('start the workflow with what can be searched for, and an input without the id', async () => {
    for (const [send, direction, summary] of [
      [(id: string) => api.post(omniumEvent(id)), 'inbound', 'Omnium → Flow'],
      [(id: string) => fromFlow(flowHook('CUSTOMER_CREATE', id)), 'outbound', 'Flow → Omnium'],
    ] as const) {
      const id = newId();
      await send(id);
      const description = await server.client.workflow.getHandle(workflowIdOf(id)).describe();
      const customerKey = customerKeyOf(id, 'client-secret');
      assert.equal(description.type, 'customerWorkflow');
      assert.equal(description.taskQueue, taskQueueOfTests(api.tenantUid));
      assert.equal(await description.staticSummary(), `Customer ${customerKey.slice(0, 8)} · ${summary}`);
      const attributes = description.typedSearchAttributes;
      assert.equal(attributes.get(searchAttributes.tenantUid), api.tenantUid);
      assert.equal(attributes.get(searchAttributes.direction), direction);
      assert.equal(attributes.get(searchAttributes.syncState), 'Syncing');
      assert.deepEqual(await startInput(server, workflowIdOf(id)), {
        tenantUid: api.tenantUid,
        customerKey,
        retryLadder: 'one-minute',
      });
    }
  });

  it('that come back from our own writes are ignored', async () => {
    const own = { outcome: 'ignored', reason: 'our own write' };
    const ofOmnium = omniumEvent(newId(), { userId: `client-of-${api.tenantUid}` });
    assert.deepEqual((await api.post(ofOmnium)).json, own);
    const ofFlow = { ...flowHook('CUSTOMER_UPDATE', newId()), tenantUser: { Id: 1, Uid: 'integration' } };
    assert.deepEqual((await fromFlow(ofFlow)).json, own);
  });

  it('of Omnium are ignored, each kind by itself, unless the connector exports them; Flow’s are not', async () => {
    const one = await startTestApi({ address: server.address, implementations: ['IBusinessCustomerExporter'] });
    try {
      const answer = await one.post(omniumEvent(newId()));
      assert.equal(answer.status, 202);
      assert.deepEqual(answer.json, {
        outcome: 'ignored',
        reason: 'private customers are not exported: IPrivateCustomerExporter is not among the implementations',
      });
      const business = await one.post(omniumEvent(newId(), { className: 'BusinessCustomer' }));
      assert.equal(business.json.outcome, 'recorded');
      const ofFlow = { action: 'CUSTOMER_CREATE', customer: { Id: 1, Uid: newId() } };
      const { json } = await one.post(ofFlow, { path: `/webhooks/flow/${one.tenantUid}` });
      assert.equal(json.outcome, 'recorded');
    } finally {
      await one.stop();
    }
  });

  it('with an id that cannot be are refused, without repeating it', async () => {
    const unusable = `nordmann${'9'.repeat(200)}`;
    for (const answer of [
      await api.post(omniumEvent(unusable)),
      await fromFlow(flowHook('CUSTOMER_UPDATE', unusable)),
    ]) {
      assert.equal(answer.status, 400);
      assert.doesNotMatch(answer.text, /nordmann/);
    }
  });

  it('leave no id of a customer in workflow ids, histories, answers, logs and metrics', async () => {
    const id = newId();
    const answers = [await api.post(omniumEvent(id)), await fromFlow(flowHook('CUSTOMER_UPDATE', id))];
    const everything = [
      await everythingKept(server, workflowIdOf(id)),
      ...answers.map(({ text }) => text),
      ...api.logLines,
      await api.registry.metrics(),
    ].join('\n');
    assert.doesNotMatch(everything, /nordmann/i);
    assert.ok(!everything.includes(Buffer.from(id).toString('base64').slice(0, 20)), 'not in a payload either');
  });
});
