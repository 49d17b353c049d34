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
    const created = await sandbox.flow.createOrder(STORE, {
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

    await sandbox.flow.addItem(ref, {
      orderItemUid: 'l2',
      sku: second,
      quantity: 100,
      itemPrice: 5000,
      itemDiscountAmount: 500,
      discountReasonCode: 'WEB',
      externalId: '2',
    });
    await sandbox.flow.updateItem({ ...ref, orderItemUid: 'l1' }, { quantity: 100 });
    const changed = await sandbox.flow.getOrder('w1');
    assert.equal(changed?.orderTotals.totalAmount, 19950 + 4500);
    assert.equal(changed.orderTotals.totalDiscountAmount, 500);
    await sandbox.flow.deleteItem({ ...ref, orderItemUid: 'l1' });

    const handling = await sandbox.flow.addHandling(ref, 'click_collect');
    assert.equal(handling.handlingUid, 'click_collect');
    assert.equal((await sandbox.flow.updateOrder(ref, { orderState: 'PARKED' })).orderState, 'PARKED');
    const parked = await sandbox.flow.getOrder('w1');
    assert.deepEqual(
      parked?.items.map(({ externalId }) => externalId),
      ['2'],
    );
    assert.equal(parked.orderhandlings[0]?.handlingUid, 'click_collect');

    const methods = await sandbox.flow.listStorePaymentMethods(STORE);
    const klarna = methods.find(({ settlementCode }) => settlementCode === 'EXTERNAL_KLARNA');
    assert.ok(klarna);
    const { storePaymentMethodUid } = klarna;
    const payment = { settlementUid: 'p1', amount: 4500, storePaymentMethodUid, externalId: 'pay-1' };
    assert.equal((await sandbox.flow.addSettlement(ref, payment)).externalId, 'pay-1');
    assert.equal((await failureOf(sandbox.flow.addSettlement(ref, payment), VendorHttpError)).status, 409);
    const settled = await sandbox.flow.getOrder('w1');
    assert.equal(settled?.settleState, 'SETTLED');
    assert.equal(settled.settlements[0]?.settlementCode, 'EXTERNAL_KLARNA');
  });

  it('finds an order by its number in its store only', async () => {
    await sandbox.flow.createOrder(STORE, { orderUid: 'w2', externalOrderNumber: 'W-2', type: 'ORDER' });
    const found = await sandbox.flow.findOrdersByExternalNumber(STORE, 'W-2');
    assert.deepEqual(
      found.map(({ orderUid, orderState }) => [orderUid, orderState]),
      [['w2', 'OPEN']],
    );
    assert.deepEqual(await sandbox.flow.findOrdersByExternalNumber(STORE, 'W-20'), []);
  });

  it('is told about a taken uid, an unknown product and a forbidden state change', async () => {
    const order = { orderUid: 'w3', type: 'ORDER' } as const;
    await sandbox.flow.createOrder(STORE, order);
    assert.equal((await failureOf(sandbox.flow.createOrder(STORE, order), VendorHttpError)).status, 409);
    const unknown = {
      type: 'ORDER',
      items: [
        { sku: first, quantity: 100 },
        { sku: 'no such', quantity: 100 },
      ],
    } as const;
    const refused = await failureOf(sandbox.flow.createOrder(STORE, unknown), VendorHttpError);
    assert.equal(refused.status, 422);
    assert.deepEqual(refused.fields, [{ field: 'items[1].sku' }]);
    await sandbox.flow.updateOrder({ storeUid: STORE, orderUid: 'w3' }, { orderState: 'CANCELLED' });
    const again = sandbox.flow.updateOrder({ storeUid: STORE, orderUid: 'w3' }, { orderState: 'OPEN' });
    assert.ok((await failureOf(again, VendorHttpError)).status >= 400);
    assert.equal(await sandbox.flow.getOrder('nowhere'), undefined);
  });

  it('finds customers by every key', async () => {
    const known = someone(({ kind, loyalty }) => kind === 'private' && loyalty !== undefined);
    const [byId] = await sandbox.flow.findCustomersByExternalId(known.customerId);
    assert.equal(byId?.externalId, known.customerId);
    const { customerUid } = byId;
    assert.equal((await sandbox.flow.getCustomer(customerUid))?.mobile, known.phone);
    assert.ok(
      (await sandbox.flow.searchCustomers({ email: known.email })).some((found) => found.customerUid === customerUid),
    );
    assert.ok(
      (await sandbox.flow.searchCustomers({ mobile: known.phone })).some((found) => found.customerUid === customerUid),
    );
    assert.equal((await sandbox.flow.searchLoyalty(known.phone))[0]?.customerUid, customerUid);
    assert.deepEqual(await sandbox.flow.searchCustomers({ email: 'nobody@example.com' }), []);
    assert.equal(await sandbox.flow.getCustomer('nobody'), undefined);
  });

  it('makes and changes a customer of each kind', async () => {
    const person = { customerType: 'PERSON', firstname: 'Kari', lastname: 'Nordmann', countryCode: 'NO' } as const;
    const created = await sandbox.flow.createCustomer({ ...person, customerUid: 'k1', externalId: 'kari-1' });
    assert.equal(created.customerType, 'PERSON');
    assert.equal(
      (await failureOf(sandbox.flow.createCustomer({ ...person, customerUid: 'k1' }), VendorHttpError)).status,
      409,
    );
    await sandbox.flow.updateCustomer('k1', { email: 'kari@example.com', loyaltyId: 'V1' });
    assert.equal((await sandbox.flow.getCustomer('k1'))?.loyaltyId, 'V1');
    const company = {
      customerType: 'COMPANY',
      companyName: 'Fjord AS',
      vatNumber: '999888777',
      countryCode: 'NO',
    } as const;
    assert.equal((await sandbox.flow.createCustomer(company)).companyName, 'Fjord AS');
    const nameless = await failureOf(sandbox.flow.createCustomer({ customerType: 'PERSON' }), VendorHttpError);
    assert.ok(nameless.fields.some(({ field }) => field === 'lastname'));
  });

  it('reads payment methods, stores and a product', async () => {
    const klarna = (await sandbox.flow.listPaymentMethods()).find(
      ({ settlementCode }) => settlementCode === 'EXTERNAL_KLARNA',
    );
    assert.deepEqual(klarna?.externalSystemMappings, [{ systemCode: 'OMNIUM', externalId: 'Klarna' }]);
    assert.equal((await sandbox.flow.listStores()).find(({ storeUid }) => storeUid === STORE)?.externalId, 'NOR');
    assert.equal((await sandbox.flow.findProductBySku(first))?.sku, first);
    assert.equal(await sandbox.flow.findProductBySku(`${first} `), undefined);
  });

  it('reads a list of several pages whole', async () => {
    for (let index = 0; index < 103; index += 1) {
      await sandbox.flow.createOrder(STORE, { externalOrderNumber: 'many', type: 'ORDER' });
    }
    let calls = 0;
    const found = await sandbox.flow.findOrdersByExternalNumber(STORE, 'many', { onCall: () => (calls += 1) });
    assert.equal(new Set(found.map(({ orderUid }) => orderUid)).size, 103);
    assert.equal(calls, 2);
  });

  it('tells a wrong token from a tenant that is not its own', async () => {
    const stranger = sandbox.clientWith({ token: 'nonsense' });
    const neighbour = sandbox.clientWith({ token: 'sandbox-token-flow_se' });
    assert.equal((await failureOf(stranger.listStores(), VendorHttpError)).status, 401);
    assert.equal((await failureOf(neighbour.listStores(), VendorHttpError)).status, 403);
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
      const create = sandbox.flow.createOrder(STORE, { orderUid: 'f1', type: 'ORDER' });
      check(await failureOf(create, Error));
      const wasWritten = (await sandbox.flow.getOrder('f1')) !== undefined;
      assert.equal(wasWritten, ['lost-answer', 'truncated-json'].includes(String(fault['kind'])));
    });
  }
});
