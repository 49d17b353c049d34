import assert from 'node:assert/strict';

import { buildChain } from '../../sandbox/chain/build-chain';
import { type Chain, type ChainCustomer } from '../../sandbox/chain/types';
import { VendorHttpError, VendorUnreachableError } from '../../src/clients/errors';
import { FlowOnSandbox } from './vendor-rigs';
import { failureOf } from './vendor-server';

const STORE = 'oslocity';

describe('Flow client on the Flow sandbox', () => {
  const chain: Chain = buildChain({ seed: 7, products: 150, stores: 4 });
  const skus = chain.products.filter(({ kind }) => kind === 'single').flatMap((product) => product.skus);
  const [first, second] = [skus[0]?.sku ?? '', skus[1]?.sku ?? ''];
  const sandbox = new FlowOnSandbox({ chain });

  const someone = (test: (customer: ChainCustomer) => boolean): ChainCustomer => {
    const found = chain.customers.find(
      (customer) => customer.marketId === 'NOR' && customer.knownInTills && test(customer),
    );
    assert.ok(found);
    return found;
  };

  it('takes an order through its whole life', async () => {
    const ref = { storeUid: STORE, orderUid: 'w1' };
    const created = await sandbox.flow.orders.create(STORE, {
      orderUid: 'w1',
      externalOrderNumber: 'W-1',
      type: 'ORDER',
      customerAddress: { firstname: 'Kari', lastname: 'Nordmann', countryCode: 'NO', mobile: '+4791234567' },
      validUntil: '2027-01-31T15:00:00.000Z',
      note: 'first floor',
      items: [{ orderItemUid: 'l1', sku: first, quantity: 200, itemPrice: 19950, externalId: '1' }],
    });
    assert.equal(created.orderState, 'OPEN');
    assert.equal(created.orderTotals.totalAmount, 39900);
    assert.equal(created.items[0]?.sku, first);
    assert.equal(created.customerAddress?.mobile, '+4791234567');

    await sandbox.flow.orders.addItem(ref, {
      orderItemUid: 'l2',
      sku: second,
      quantity: 100,
      itemPrice: 5000,
      itemDiscountAmount: 500,
      discountReasonCode: 'WEB',
      externalId: '2',
    });
    await sandbox.flow.orders.updateItem({ ...ref, orderItemUid: 'l1' }, { quantity: 100 });
    const changed = await sandbox.flow.orders.get('w1');
    assert.equal(changed?.orderTotals.totalAmount, 19950 + 4500);
    assert.equal(changed.items[1]?.itemDiscountAmount, 500);
    await sandbox.flow.orders.deleteItem({ ...ref, orderItemUid: 'l1' });

    const handling = await sandbox.flow.orders.addHandling(ref, 'click_collect');
    assert.equal(handling.handlingUid, 'click_collect');
    assert.equal((await sandbox.flow.orders.update(ref, { orderState: 'PARKED' })).orderState, 'PARKED');
    const parked = await sandbox.flow.orders.get('w1');
    assert.deepEqual(
      parked?.items.map(({ externalId }) => externalId),
      ['2'],
    );
    assert.equal(parked.orderhandlings[0]?.handlingUid, 'click_collect');

    const payment = { settlementUid: 'p1', amount: 4500, settlementCode: 'EXTERNAL_KLARNA', externalId: 'pay-1' };
    assert.equal((await sandbox.flow.orders.addPrePayment(ref, payment)).externalId, 'pay-1');
    assert.equal((await failureOf(sandbox.flow.orders.addPrePayment(ref, payment), VendorHttpError)).status, 409);
    const prepaid = await sandbox.flow.orders.get('w1');
    assert.equal(prepaid?.settleState, 'NOT_STARTED');
    assert.equal(prepaid.settlements[0]?.settlementCode, 'EXTERNAL_KLARNA');
    await sandbox.flow.orders.removePrePayment({ ...ref, settlementUid: 'p1' });
    assert.deepEqual((await sandbox.flow.orders.get('w1'))?.settlements, []);
  });

  it('finds an order by its number in its store only', async () => {
    await sandbox.flow.orders.create(STORE, { orderUid: 'w2', externalOrderNumber: 'W-2', type: 'ORDER' });
    const found = await sandbox.flow.orders.findByExternalNumber(STORE, 'W-2');
    assert.deepEqual(
      found.map(({ orderUid, orderState }) => [orderUid, orderState]),
      [['w2', 'OPEN']],
    );
    assert.deepEqual(await sandbox.flow.orders.findByExternalNumber(STORE, 'W-20'), []);
  });

  it('is told about a taken uid, an unknown product and a forbidden state change', async () => {
    const order = { orderUid: 'w3', type: 'ORDER' } as const;
    await sandbox.flow.orders.create(STORE, order);
    assert.equal((await failureOf(sandbox.flow.orders.create(STORE, order), VendorHttpError)).status, 409);
    const unknown = {
      type: 'ORDER',
      items: [
        { sku: first, quantity: 100 },
        { sku: 'no such', quantity: 100 },
      ],
    } as const;
    const refused = await failureOf(sandbox.flow.orders.create(STORE, unknown), VendorHttpError);
    assert.equal(refused.status, 422);
    assert.deepEqual(refused.fields, [{ field: 'items[1].sku' }]);
    await sandbox.flow.orders.update({ storeUid: STORE, orderUid: 'w3' }, { orderState: 'CANCELLED' });
    const again = sandbox.flow.orders.update({ storeUid: STORE, orderUid: 'w3' }, { orderState: 'OPEN' });
    assert.ok((await failureOf(again, VendorHttpError)).status >= 400);
    assert.equal(await sandbox.flow.orders.get('nowhere'), undefined);
  });

  it('finds customers by every key', async () => {
    const known = someone(({ kind, loyalty }) => kind === 'private' && loyalty !== undefined);
    const [byId] = await sandbox.flow.customers.findByExternalId(known.customerId);
    assert.equal(byId?.externalId, known.customerId);
    const { customerUid } = byId;
    assert.equal((await sandbox.flow.customers.get(customerUid))?.mobile, known.phone);
    assert.ok(
      (await sandbox.flow.customers.search({ email: known.email })).some((found) => found.customerUid === customerUid),
    );
    assert.ok(
      (await sandbox.flow.customers.search({ mobile: known.phone })).some((found) => found.customerUid === customerUid),
    );
    assert.equal((await sandbox.flow.customers.searchLoyalty(known.phone))[0]?.customerUid, customerUid);
    assert.deepEqual(await sandbox.flow.customers.search({ email: 'nobody@example.com' }), []);
    assert.equal(await sandbox.flow.customers.get('nobody'), undefined);
  });

  it('makes and changes a customer of each kind', async () => {
    const person = { customerType: 'PERSON', firstname: 'Kari', lastname: 'Nordmann', countryCode: 'NO' } as const;
    const created = await sandbox.flow.customers.create({ ...person, customerUid: 'k1', externalId: 'kari-1' });
    assert.equal(created.customerType, 'PERSON');
    assert.equal(
      (await failureOf(sandbox.flow.customers.create({ ...person, customerUid: 'k1' }), VendorHttpError)).status,
      409,
    );
    await sandbox.flow.customers.update('k1', { email: 'kari@example.com', loyaltyId: 'V1' });
    assert.equal((await sandbox.flow.customers.get('k1'))?.loyaltyId, 'V1');
    const company = {
      customerType: 'COMPANY',
      companyName: 'Fjord AS',
      vatNumber: '999888777',
      countryCode: 'NO',
    } as const;
    assert.equal((await sandbox.flow.customers.create(company)).companyName, 'Fjord AS');
    const nameless = await failureOf(sandbox.flow.customers.create({ customerType: 'PERSON' }), VendorHttpError);
    assert.ok(nameless.fields.some(({ field }) => field === 'lastname'));
  });

  it('reads payment methods and stores', async () => {
    const klarna = (await sandbox.flow.directory.listPaymentMethods()).find(
      ({ settlementCode }) => settlementCode === 'EXTERNAL_KLARNA',
    );
    assert.deepEqual(klarna?.externalSystemMappings, [{ systemCode: 'OMNIUM', externalId: 'Klarna' }]);
    assert.equal((await sandbox.flow.stores.list()).find(({ storeUid }) => storeUid === STORE)?.externalId, 'NOR');
  });

  it('reads a list of several pages whole', async () => {
    for (let index = 0; index < 103; index += 1) {
      await sandbox.flow.orders.create(STORE, { externalOrderNumber: 'many', type: 'ORDER' });
    }
    let calls = 0;
    const found = await sandbox.flow.orders.findByExternalNumber(STORE, 'many', { onCall: () => (calls += 1) });
    assert.equal(new Set(found.map(({ orderUid }) => orderUid)).size, 103);
    assert.equal(calls, 2);
  });

  it('tells a wrong token from a tenant that is not its own', async () => {
    const stranger = sandbox.clientWith({ token: 'nonsense' });
    const neighbour = sandbox.clientWith({ token: 'sandbox-token-flow_se' });
    assert.equal((await failureOf(stranger.stores.list(), VendorHttpError)).status, 401);
    assert.equal((await failureOf(neighbour.stores.list(), VendorHttpError)).status, 403);
    await stranger.close();
    await neighbour.close();
  });

  const faults: [fault: Record<string, unknown>, check: (error: Error) => void][] = [
    [{ kind: 'error', status: 503 }, (error) => assert.equal(error instanceof VendorHttpError && error.status, 503)],
    [
      { kind: 'rate-limit', retryAfter: 7 },
      (error) => assert.equal(error instanceof VendorHttpError && error.retryAfterMs, 7_000),
    ],
    [{ kind: 'reset' }, (error) => assert.equal(error instanceof VendorUnreachableError && error.reason, 'reset')],
    [
      { kind: 'truncated-json' },
      (error) => assert.equal(error instanceof VendorUnreachableError && error.reason, 'truncated'),
    ],
    [
      { kind: 'lost-answer' },
      (error) => assert.equal(error instanceof VendorUnreachableError && error.outcomeUnknown, true),
    ],
    [{ kind: 'unauthorized' }, (error) => assert.equal(error instanceof VendorHttpError && error.status, 401)],
    [{ kind: 'outage' }, (error) => assert.ok(error instanceof VendorUnreachableError)],
  ];
  for (const [fault, check] of faults) {
    it(`meets the fault ${String(fault['kind'])} and works again after it`, async () => {
      const switched = await sandbox.rig.control('POST /faults', { ...fault, times: 1 });
      assert.equal(switched.status, 201);
      const create = sandbox.flow.orders.create(STORE, { orderUid: 'f1', type: 'ORDER' });
      check(await failureOf(create, Error));
      const wasWritten = (await sandbox.flow.orders.get('f1')) !== undefined;
      assert.equal(wasWritten, ['lost-answer', 'truncated-json'].includes(String(fault['kind'])));
    });
  }
});
