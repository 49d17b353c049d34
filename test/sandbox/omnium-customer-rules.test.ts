import assert from 'node:assert/strict';

import {
  type Answer,
  issueFields,
  lineOf,
  type OmniumRig,
  orderOf,
  paymentOf,
  type Receiver,
  startReceiver,
  startRig,
  until,
} from './omnium-rig';

describe('Omnium sandbox rules about customers', () => {
  let rig: OmniumRig;
  before(async () => {
    rig = await startRig({ rateLimits: false, timeScale: 0.01 });
  });
  after(() => rig.stop());
  beforeEach(async () => {
    await rig.control('POST', '/reset');
  });

  const kari = {
    customerId: 'uid_1',
    firstName: 'Kari',
    lastName: 'Lund',
    email: 'Kari@Example.com',
    phone: '+47 900 00 001',
    marketId: 'NOR',
  };
  const rules = (body: unknown): Promise<Answer> => rig.control('POST', '/customer-rules', body);
  const get = (id: string, resource = 'PrivateCustomers'): Promise<Answer> =>
    rig.call('GET', `/api/${resource}/${encodeURIComponent(id)}`);
  const post = (body: unknown): Promise<Answer> => rig.call('POST', '/api/PrivateCustomers', body);
  const upsert = (list: unknown[]): Promise<Answer> => rig.call('PUT', '/api/PrivateCustomers/AddOrUpdateMany', list);

  it('keeps a new customer under its e-mail address or phone when told to, found by search only', async () => {
    assert.equal((await rules({ customerIdField: 'email' })).status, 200);
    assert.equal((await post(kari)).status, 200);
    assert.equal((await get('uid_1')).status, 404);
    assert.equal((await get('kari@example.com')).json.at('email'), 'Kari@Example.com');
    assert.equal((await post({ ...kari, customerId: 'uid_2' })).status, 409);
    await upsert([{ ...kari, customerId: 'uid_2', firstName: 'Karin' }]);
    const found = await rig.call('POST', '/api/PrivateCustomers/Search', { email: 'KARI@example.com' });
    assert.deepEqual(
      found.json.list('result').map((customer) => [customer.at('customerId'), customer.at('firstName')]),
      [['kari@example.com', 'Karin']],
    );
    await upsert([{ customerId: 'uid_3', firstName: 'Ola' }]);
    assert.equal((await get('uid_3')).status, 200, 'without an address, the id that was sent');
    await rules({ customerIdField: 'phone' });
    await upsert([{ ...kari, customerId: 'uid_4', email: 'other@example.com' }]);
    assert.equal((await get('+4790000001')).json.at('email'), 'other@example.com');
    await rules({ customerIdField: 'given' });
    await upsert([{ ...kari, customerId: 'uid_5' }]);
    assert.equal((await get('uid_5')).status, 200);
    assert.equal((await rules({ customerIdField: 'shoe-size' })).status, 400);
  });

  it('keeps the id of a customer that exists, whatever the rule says later', async () => {
    await post(kari);
    await rules({ customerIdField: 'email' });
    await upsert([{ ...kari, firstName: 'Karin' }]);
    assert.equal((await get('uid_1')).json.at('firstName'), 'Karin');
    assert.equal((await get('kari@example.com')).status, 404);
  });

  it('refuses a second customer with one e-mail address or phone when they must be unique', async () => {
    await post(kari);
    const twin = { ...kari, customerId: 'uid_2', phone: '+4790000002' };
    assert.equal((await post(twin)).status, 200);
    await rig.control('POST', '/reset');
    await rules({ uniqueEmail: true });
    await post(kari);
    assert.equal((await post(twin)).status, 409);
    const batch = [
      { ...twin, email: 'new@example.com' },
      { ...twin, customerId: 'uid_3' },
    ];
    assert.deepEqual(issueFields(await upsert(batch)), ['[1].email']);
    assert.equal((await get('uid_2')).status, 404, 'a batch is all or nothing');
    assert.equal((await upsert([{ ...kari, firstName: 'Karin' }])).status, 200, 'the same customer');
    await post({ ...twin, email: 'twin@example.com' });
    const patch = { customerId: 'uid_2', email: kari.email };
    assert.equal((await rig.call('PATCH', '/api/PrivateCustomers/PatchPrivateCustomer', patch)).status, 409);
    await rules({ uniqueEmail: false, uniquePhone: true });
    assert.equal((await post({ ...kari, customerId: 'uid_9', phone: '+4790000001' })).status, 409);
    assert.deepEqual((await rig.control('GET', '/customer-rules')).json.raw, {
      customerIdField: 'given',
      uniqueEmail: false,
      uniquePhone: true,
    });
  });

  const orderOfKari = (id: string, customerId: string): Record<string, unknown> =>
    orderOf(rig, id, {
      customerId,
      customerName: 'Kari Lund',
      customerEmail: 'kari@example.com',
      customerPhone: '+4790000001',
      billingAddress: { name: 'Kari Lund', line1: 'Storgata 1' },
      orderNotes: [{ detail: 'Kari will call' }],
      orderForm: {
        lineItems: [lineOf(rig, { quantity: 2 })],
        payments: [paymentOf({ amount: 200, customerName: 'Kari Lund' })],
        shipments: [{ shipmentId: '1', warehouseCode: 'oslo-city', address: { name: 'Kari Lund' } }],
      },
    });

  it('anonymizes a customer and its orders, and keeps their amounts', async () => {
    await post(kari);
    await rig.call('POST', '/api/Orders', orderOfKari('o-1', 'uid_1'));
    assert.equal((await rig.call('DELETE', '/api/PrivateCustomers/Anonymize?id=uid_1')).status, 200);
    const customer = await get('uid_1');
    const order = await rig.call('GET', '/api/Orders/o-1');
    assert.equal(/kari|lund|storgata|90000001/i.test(customer.text + order.text), false);
    assert.deepEqual(
      ['customerId', 'orderForm.total', 'orderForm.payments.0.amount', 'remainingPayment'].map((name) =>
        order.json.at(name),
      ),
      ['uid_1', 200, 200, 0],
    );
    assert.equal((await rig.call('DELETE', '/api/PrivateCustomers/Anonymize?id=none')).status, 404);
  });

  it('gives an anonymized customer a new id when the id tells who it is', async () => {
    await rules({ customerIdField: 'email' });
    await post(kari);
    await rig.call('POST', '/api/Orders', orderOfKari('o-1', 'kari@example.com'));
    await rig.call('DELETE', '/api/PrivateCustomers/Anonymize?id=kari%40example.com');
    assert.equal((await get('kari@example.com')).status, 404);
    const order = await rig.call('GET', '/api/Orders/o-1');
    assert.equal(/kari/i.test(order.text), false);
    assert.equal((await get(order.json.text('customerId'))).json.at('customerId'), order.json.at('customerId'));
  });

  describe('events', () => {
    let receiver: Receiver;
    beforeEach(async () => {
      receiver = await startReceiver();
      await rig.control('POST', '/subscriptions', {
        url: receiver.url,
        classNames: ['PrivateCustomer', 'BusinessCustomer'],
      });
    });
    afterEach(() => receiver.stop());
    const told = async (count: number): Promise<unknown[]> => {
      await receiver.waitFor(count);
      await until(async () => (await rig.control('GET', '/webhooks/pending')).json.at('pending') === 0, 'deliveries');
      const events = receiver.received
        .splice(0)
        .map(({ body }) => [
          body.at('operationId'),
          body.at('className'),
          body.at('category'),
          body.at('objectId'),
          body.at('userId'),
        ]);
      return events.sort((a, b) => Number(a[0]) - Number(b[0]));
    };

    it('tells of each write of both kinds to who subscribed to their classes', async () => {
      await post(kari);
      assert.deepEqual(await told(2), [
        [130106, 'PrivateCustomer', 'Added', 'uid_1', 'sandbox-client'],
        [330100, 'PrivateCustomer', 'Added', 'uid_1', 'sandbox-client'],
      ]);
      await rig.call('PATCH', '/api/PrivateCustomers/PatchPrivateCustomer', { customerId: 'uid_1', gender: 'F' });
      assert.deepEqual(await told(2), [
        [130107, 'PrivateCustomer', 'Updated', 'uid_1', 'sandbox-client'],
        [330113, 'PrivateCustomer', 'Updated', 'uid_1', 'sandbox-client'],
      ]);
      const company = { customerId: 'b_1', name: 'Lund AS' };
      await rig.call('PUT', '/api/BusinessCustomers/AddOrUpdateMany', [company]);
      await rig.call('POST', '/api/BusinessCustomers/Update', { ...company, taxId: '1' });
      await rig.call('PATCH', '/api/BusinessCustomers/PatchBusinessCustomer', { customerId: 'b_1', taxId: '2' });
      assert.deepEqual(
        (await told(6)).map((event) => (event as unknown[]).slice(0, 3)),
        [
          [130103, 'BusinessCustomer', 'Added'],
          [130104, 'BusinessCustomer', 'Updated'],
          [130104, 'BusinessCustomer', 'Updated'],
          [330200, 'BusinessCustomer', 'Added'],
          [330201, 'BusinessCustomer', 'Updated'],
          [330210, 'BusinessCustomer', 'Updated'],
        ],
      );
      assert.equal((await rig.call('DELETE', '/api/BusinessCustomers/b_1')).status, 200);
      assert.equal((await get('b_1', 'BusinessCustomers')).status, 404);
      assert.deepEqual(await told(1), [[330199, 'BusinessCustomer', 'Deleted', 'b_1', 'sandbox-client']]);
    });

    it('merges a customer into another one, or moves it to a free id, with its orders', async () => {
      await post(kari);
      const change = '/api/CustomerPrivacy/ChangePrivateCustomerId';
      await told(2);
      assert.equal((await rig.call('GET', `${change}?fromCustomerId=uid_1&toCustomerId=uid_2`)).status, 200);
      assert.equal((await get('uid_1')).status, 404);
      assert.equal((await get('uid_2')).json.at('email'), kari.email);
      assert.deepEqual(
        (await told(3)).map((event) => (event as unknown[]).slice(2, 4)),
        [
          ['Added', 'uid_2'],
          ['Updated', 'uid_2'],
          ['Deleted', 'uid_1'],
        ],
      );
      await post({ ...kari, customerId: 'uid_3', email: 'other@example.com' });
      await rig.call('GET', `${change}?fromCustomerId=uid_3&toCustomerId=uid_2`);
      assert.equal((await get('uid_2')).json.at('email'), kari.email);
      assert.equal((await rig.call('GET', `${change}?fromCustomerId=uid_3&toCustomerId=uid_2`)).status, 404);
    });

    it('tells of an anonymized customer', async () => {
      await post(kari);
      await told(2);
      await rig.call('DELETE', '/api/PrivateCustomers/Anonymize?id=uid_1');
      assert.deepEqual(
        (await told(2)).map((event) => (event as unknown[]).slice(0, 4)),
        [
          [130107, 'PrivateCustomer', 'Updated', 'uid_1'],
          [330101, 'PrivateCustomer', 'Updated', 'uid_1'],
        ],
      );
    });
  });
});
