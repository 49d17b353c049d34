import assert from 'node:assert/strict';

import { buildChain } from '../../sandbox/chain/build-chain';
import { type ChainCustomer } from '../../sandbox/chain/types';
import { startOmniumSandbox } from '../../sandbox/omnium/server';
import { VendorHttpError, VendorUnreachableError } from '../../src/clients/errors';
import { OmniumSessions } from '../../src/clients/omnium/auth';
import { OmniumClient } from '../../src/clients/omnium/client';
import { failureOf } from './vendor-server';

const DAY_MS = 24 * 3_600_000;

describe('Omnium client on the Omnium sandbox', () => {
  const chain = buildChain({ seed: 7, products: 150, stores: 8 });
  const articles = chain.products.filter(({ kind }) => kind === 'single').flatMap((product) => product.skus);
  const [article] = articles;
  let sandbox: { url: string; stop(): Promise<void> };
  let sessions: OmniumSessions;
  let omnium: OmniumClient;
  let aheadMs = 0;

  function client(clientSecret = 'sandbox-secret'): OmniumClient {
    return new OmniumClient({
      baseUrl: sandbox.url,
      clientId: 'sandbox-client',
      clientSecret,
      timeoutMs: 5_000,
      maxConcurrentRequests: 18,
      sessions,
    });
  }

  async function control(path: string, body?: unknown): Promise<Response> {
    return fetch(`${sandbox.url}/_sandbox/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** Makes an order the way a web shop does. */
  async function placeOrder(order: Record<string, unknown>): Promise<void> {
    const query = 'clientId=webshop-client&clientSecret=webshop-secret';
    const token = await (await fetch(`${sandbox.url}/api/token?${query}`, { method: 'POST' })).text();
    const answer = await fetch(`${sandbox.url}/api/Orders`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(order),
    });
    assert.ok(answer.ok, await answer.text());
  }

  async function tokenRequests(): Promise<number> {
    const answer = await fetch(`${sandbox.url}/_sandbox/requests/count?path=/api/token`);
    return ((await answer.json()) as { count: number }).count;
  }

  const someone = (kind: ChainCustomer['kind']): ChainCustomer => {
    const found = chain.customers.find(
      (customer) => customer.kind === kind && (kind === 'business' || customer.loyalty),
    );
    assert.ok(found);
    return found;
  };

  before(async () => {
    sandbox = await startOmniumSandbox({ chain, seed: 7 });
  });

  beforeEach(async () => {
    await control('reset');
    aheadMs = 0;
    sessions = new OmniumSessions({ clock: () => Date.now() + aheadMs });
    omnium = client();
  });

  afterEach(async () => {
    await omnium.close();
    await sessions.close();
  });

  after(async () => {
    await sandbox.stop();
  });

  it('reads an order with everything the sync needs', async () => {
    const lines = [
      { lineItemId: '1', code: article?.sku, quantity: 2, placedPrice: 500, taxRate: 25 },
      { lineItemId: '2', code: articles[1]?.sku, quantity: 1, placedPrice: 99.5, taxRate: 25, discounted: 9.5 },
    ];
    await placeOrder({
      id: 'W-1',
      marketId: 'NOR',
      storeId: 'oslo-city',
      orderType: 'ClickAndCollect',
      status: 'New',
      billingCurrency: 'NOK',
      customerName: 'Kari Nordmann',
      customerPhone: '+4791234567',
      billingAddress: {
        firstName: 'Kari',
        lastName: 'Nordmann',
        line1: 'Storgata 1',
        postalCode: '0155',
        city: 'Oslo',
      },
      orderForm: {
        lineItems: lines,
        payments: [
          {
            id: 'pay-1',
            amount: 1090,
            transactionType: 'Capture',
            status: 'Processed',
            paymentMethodName: 'Klarna',
            transactionId: 't-1',
          },
        ],
        shipments: [
          { shipmentId: 's-1', warehouseCode: 'oslo-city', pickUpWarehouseCode: 'oslo-city', lineItems: lines },
        ],
      },
    });
    const order = await omnium.orders.get('W-1');
    assert.ok(order);
    assert.equal(order.orderNumber, 'W-1');
    assert.equal(order.orderType, 'ClickAndCollect');
    assert.equal(order.storeId, 'oslo-city');
    assert.equal(order.billingAddress?.lastName, 'Nordmann');
    assert.deepEqual(
      order.orderForm.lineItems.map(({ lineItemId, code, quantity, placedPrice }) => [
        lineItemId,
        code,
        Number(quantity),
        Number(placedPrice),
      ]),
      [
        ['1', article?.sku, 2, 500],
        ['2', articles[1]?.sku, 1, 99.5],
      ],
    );
    assert.equal(Number(order.orderForm.lineItems[1]?.discountedPrice), 90);
    assert.equal(Number(order.orderForm.total), 1090);
    assert.equal(order.orderForm.payments[0]?.transactionType, 'Capture');
    assert.equal(order.orderForm.shipments[0]?.pickUpWarehouseCode, 'oslo-city');
    assert.match(order.modified ?? '', /Z$/);
  });

  it('answers undefined for an order and customers that do not exist', async () => {
    assert.equal(await omnium.orders.get('nowhere'), undefined);
    assert.equal(await omnium.privateCustomers.get('nobody'), undefined);
    assert.equal(await omnium.businessCustomers.get('nobody'), undefined);
  });

  it('reads customers of both kinds', async () => {
    const person = someone('private');
    const read = await omnium.privateCustomers.get(person.customerId);
    assert.equal(read?.lastName, person.lastName);
    assert.equal(read.address?.postalCode, person.address.postalCode);
    const { provider, externalId } = person.loyalty ?? {};
    assert.deepEqual(read.externalIds.find(({ providerName }) => providerName === provider)?.id, externalId);
    const company = someone('business');
    const readCompany = await omnium.businessCustomers.get(company.customerId);
    assert.equal(readCompany?.name, company.companyName);
    assert.equal(readCompany?.taxId, company.organizationNumber);
  });

  it('lists stores with their warehouses, and markets with their group', async () => {
    const stores = await omnium.directory.listStores();
    const store = stores.find(({ id }) => id === 'oslo-city');
    assert.equal(store?.isPrimaryStore, true);
    assert.ok(store.availableWarehouses.some(({ warehouseCode }) => warehouseCode === 'oslo-city'));
    assert.equal(stores.filter(({ isPrimaryStore }) => isPrimaryStore).length, 8);
    const markets = await omnium.directory.getMarkets();
    const groups = Object.fromEntries(markets.map(({ marketId, marketGroupId }) => [marketId, marketGroupId]));
    assert.deepEqual(groups, { NOR: 'NORDIC', SWE: 'NORDIC', DNK: 'NORDIC', FIN: undefined });
  });

  it('makes 500 calls at once with one token and without breaking the vendor’s limits', async () => {
    const second = client();
    const calls = Array.from({ length: 500 }, (_, index) =>
      (index % 2 ? omnium : second).orders.get(`none-${String(index)}`),
    );
    assert.ok((await Promise.all(calls)).every((order) => order === undefined));
    assert.equal(await tokenRequests(), 1);
    await second.close();
  });

  it('gets a new token when the old one has expired, and before it does', async () => {
    await omnium.directory.getMarkets();
    assert.equal(await tokenRequests(), 1);
    aheadMs += 9.5 * DAY_MS;
    await control('clock', { advanceMs: 9.5 * DAY_MS });
    await omnium.directory.getMarkets();
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(await tokenRequests(), 2);
    // Omnium's clock alone moves on: the client learns it from a 401.
    await control('clock', { advanceMs: 11 * DAY_MS });
    assert.equal((await omnium.directory.getMarkets()).length, 4);
    assert.equal(await tokenRequests(), 3);
  });

  it('stays refused after deactivation, asking once for a new token, and recovers afterwards', async () => {
    await omnium.directory.getMarkets();
    await control('api-user', { active: false });
    const error = await failureOf(omnium.directory.getMarkets(), VendorHttpError);
    assert.equal(error.status, 401);
    assert.equal(error.operation, 'POST token');
    assert.equal(await tokenRequests(), 2);
    await control('api-user', { active: true });
    assert.equal((await omnium.directory.getMarkets()).length, 4);
  });

  it('lives through the rotation of the secret: the old token serves, a client with the new secret too', async () => {
    await omnium.directory.getMarkets();
    await control('api-user', { clientSecret: 'rotated' });
    assert.equal((await omnium.directory.getMarkets()).length, 4);
    const rotated = client('rotated');
    assert.equal((await rotated.directory.getMarkets()).length, 4);
    await rotated.close();
    const outdated = client('never valid');
    assert.equal((await failureOf(outdated.directory.getMarkets(), VendorHttpError)).status, 401);
    await outdated.close();
  });

  it('is told about missing roles', async () => {
    await control('api-user', { roles: ['OrderRead'] });
    assert.equal(await omnium.orders.get('nowhere'), undefined);
    assert.equal((await failureOf(omnium.directory.listStores(), VendorHttpError)).status, 403);
  });

  const faults: [fault: Record<string, unknown>, check: (error: Error) => void][] = [
    [{ kind: 'error', status: 500 }, (error) => assert.equal(error instanceof VendorHttpError && error.status, 500)],
    [{ kind: 'rate-limit' }, (error) => assert.equal(error instanceof VendorHttpError && error.retryAfterMs, 2_000)],
    [
      { kind: 'rate-limit', retryAfter: 5 },
      (error) => assert.equal(error instanceof VendorHttpError && error.retryAfterMs, 5_000),
    ],
    [{ kind: 'reset' }, (error) => assert.equal(error instanceof VendorUnreachableError && error.reason, 'reset')],
    [
      { kind: 'truncated-json' },
      (error) => assert.equal(error instanceof VendorUnreachableError && error.reason, 'truncated'),
    ],
    [{ kind: 'outage' }, (error) => assert.ok(error instanceof VendorUnreachableError && !error.outcomeUnknown)],
  ];
  for (const [fault, check] of faults) {
    it(`meets the fault ${JSON.stringify(fault)} and works again after it`, async () => {
      await omnium.directory.getMarkets();
      assert.equal((await control('faults', { ...fault, times: 1 })).status, 201);
      check(await failureOf(omnium.directory.getMarkets(), Error));
      assert.equal((await omnium.directory.getMarkets()).length, 4);
    });
  }

  it('gets over one refused token by itself', async () => {
    await omnium.directory.getMarkets();
    await control('faults', { kind: 'unauthorized', path: '/api/Markets', times: 1 });
    let calls = 0;
    assert.equal((await omnium.directory.getMarkets({ onCall: () => (calls += 1) })).length, 4);
    assert.equal(calls, 2);
  });
});
