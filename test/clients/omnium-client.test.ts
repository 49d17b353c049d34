import assert from 'node:assert/strict';

import { VendorHttpError, VendorResponseInvalidError, VendorUnreachableError } from '../../src/clients/errors';
import { OmniumSessions } from '../../src/clients/omnium/auth';
import { OmniumClient } from '../../src/clients/omnium/client';
import type { OmniumConnectionOptions } from '../../src/clients/omnium/connection';
import { assertKeepsSecret, failureOf, json, pause, text, VendorServer, type Answer } from './vendor-server';

const order = {
  id: '104233',
  orderForm: { lineItems: [{ lineItemId: '1', code: 'A', quantity: 1, placedPrice: 10 }] },
};
const CREDENTIALS = { clientId: 'client', clientSecret: 'hush-hush' };
const LIFETIME_S = 1_000;

function jwt(claims: Record<string, unknown>): string {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${encode({ alg: 'HS256' })}.${encode(claims)}.c2lnbmF0dXJl`;
}

describe('Omnium client', () => {
  let vendor: VendorServer;
  let now = 0;
  let tokensGiven = 0;
  let api: Answer;
  let token: Answer;
  let sessions: OmniumSessions;
  const clients: OmniumClient[] = [];

  function client(options: Partial<OmniumConnectionOptions> = {}): OmniumClient {
    const made = new OmniumClient({
      baseUrl: vendor.url,
      ...CREDENTIALS,
      timeoutMs: 2_000,
      maxConcurrentRequests: 20,
      sessions,
      ...options,
    });
    clients.push(made);
    return made;
  }

  const tokenRequests = (): number => vendor.requests.filter(({ path }) => path === '/api/Token').length;
  const apiRequests = (): number => vendor.requests.length - tokenRequests();
  const bearers = (): (string | undefined)[] =>
    vendor.requests.filter(({ path }) => path !== '/api/Token').map(({ headers }) => headers.authorization);
  const givesToken: Answer = (request, response) =>
    json(200, {
      accessToken: `token-${String((tokensGiven += 1))}`,
      tokenType: 'Bearer',
      expiresIn: LIFETIME_S,
    })(request, response);

  beforeEach(async () => {
    now = Date.parse('2026-11-20T10:00:00Z');
    tokensGiven = 0;
    api = json(200, order);
    token = givesToken;
    sessions = new OmniumSessions({ clock: () => now, random: () => 0 });
    vendor = await VendorServer.start((request, response) =>
      (request.path === '/api/Token' ? token : api)(request, response),
    );
  });

  afterEach(async () => {
    await vendor.stop();
    await Promise.all([...clients.splice(0), sessions].map((open) => open.close()));
  });

  describe('token', () => {
    it('is asked for as documented and sent with every call', async () => {
      const omnium = client();
      await omnium.orders.get('1');
      await omnium.orders.get('2');
      const [first] = vendor.requests;
      assert.equal(first?.method, 'POST');
      assert.equal(first.query.toString(), 'clientId=client&clientSecret=hush-hush&returnAsJson=true');
      assert.equal(first.body, undefined);
      assert.deepEqual(bearers(), ['Bearer token-1', 'Bearer token-1']);
      assert.equal(tokenRequests(), 1);
    });

    it('is asked for once by 500 calls at the same time, from several clients, also at expiry', async () => {
      const [one, other] = [client(), client()];
      const burst = (): Promise<unknown> =>
        Promise.all(
          Array.from({ length: 500 }, (_, index) => (index % 2 === 0 ? one : other).orders.get(String(index))),
        );
      await burst();
      assert.equal(tokenRequests(), 1);
      now += LIFETIME_S * 1_000;
      await burst();
      assert.equal(tokenRequests(), 2);
      assert.equal(apiRequests(), 1_000);
      assert.ok(
        bearers()
          .slice(500)
          .every((bearer) => bearer === 'Bearer token-2'),
      );
    });

    it('is not shared between different credentials', async () => {
      await client().orders.get('1');
      await client({ clientSecret: 'another' }).orders.get('1');
      await client({ clientId: 'another' }).orders.get('1');
      assert.equal(tokenRequests(), 3);
    });

    it('is renewed in the background at 90 % of its life, while the old one still serves', async () => {
      const omnium = client();
      await omnium.orders.get('1');
      now += LIFETIME_S * 890;
      await omnium.orders.get('2');
      assert.equal(tokenRequests(), 1);
      now += LIFETIME_S * 20;
      token = async (request, response) => {
        await pause(30);
        await givesToken(request, response);
      };
      await Promise.all(Array.from({ length: 20 }, () => omnium.orders.get('3')));
      assert.equal(bearers().at(-1), 'Bearer token-1');
      await pause(80);
      await omnium.orders.get('4');
      assert.equal(bearers().at(-1), 'Bearer token-2');
      assert.equal(tokenRequests(), 2);
    });

    it('keeps serving when a background renewal fails, and tries again later', async () => {
      const omnium = client();
      await omnium.orders.get('1');
      now += LIFETIME_S * 910;
      token = json(503, {});
      await omnium.orders.get('2');
      await pause(30);
      await omnium.orders.get('3');
      assert.equal(tokenRequests(), 2);
      token = givesToken;
      now += 31_000;
      await omnium.orders.get('4');
      await pause(30);
      await omnium.orders.get('5');
      assert.equal(bearers().at(-1), 'Bearer token-2');
    });

    it('is never used in the last moments of its life', async () => {
      const omnium = client();
      await omnium.orders.get('1');
      now += LIFETIME_S * 990;
      await omnium.orders.get('2');
      assert.deepEqual(bearers(), ['Bearer token-1', 'Bearer token-2']);
    });

    it('is renewed once after a 401, also when 50 calls are refused together', async () => {
      const omnium = client();
      await omnium.orders.get('1');
      api = (request, response) =>
        (request.headers.authorization === 'Bearer token-1' ? text(401, 'expired') : json(200, order))(
          request,
          response,
        );
      await Promise.all(Array.from({ length: 50 }, () => omnium.orders.get('2')));
      assert.equal(tokenRequests(), 2);
      let calls = 0;
      api = json(401, {});
      const error = await failureOf(omnium.orders.get('3', { onCall: () => (calls += 1) }), VendorHttpError);
      assert.equal(error.status, 401);
      assert.equal(error.operation, 'GET order');
      assert.equal(calls, 2);
      assert.equal(tokenRequests(), 3);
    });

    it('is not renewed after a 403', async () => {
      api = json(403, {});
      assert.equal((await failureOf(client().orders.get('1'), VendorHttpError)).status, 403);
      assert.equal(tokenRequests(), 1);
    });

    const lifetime = 16 * 3_600;
    const seconds = Date.parse('2026-11-20T10:00:00Z') / 1_000;
    const forms: [name: string, answer: Answer, livesSeconds: number][] = [
      ['a JWT alone', text(200, `${jwt({ exp: seconds + lifetime })}\n`), lifetime],
      ['a JWT as a JSON string', text(200, JSON.stringify(jwt({ exp: seconds + lifetime }))), lifetime],
      ['a JWT by another clock', text(200, jwt({ iat: seconds - 9_000, exp: seconds - 9_000 + lifetime })), lifetime],
      ['JSON with upper-case members', json(200, { AccessToken: 'opaque', ExpiresIn: '7200' }), 7_200],
      ['JSON without a lifetime but a JWT', json(200, { accessToken: jwt({ exp: seconds + lifetime }) }), lifetime],
      ['an opaque token without a lifetime', json(200, { accessToken: 'opaque' }), 3_600],
    ];
    for (const [name, answer, livesSeconds] of forms) {
      it(`is understood as ${name}`, async () => {
        token = answer;
        const omnium = client();
        await omnium.orders.get('1');
        now += livesSeconds * 890;
        await omnium.orders.get('2');
        await pause(20);
        assert.equal(tokenRequests(), 1);
        now += livesSeconds * 105;
        await omnium.orders.get('3');
        assert.equal(tokenRequests(), 2);
      });
    }

    it('reports refused credentials without showing them, and asks anew the next time', async () => {
      token = text(401, 'hush-hush is wrong');
      const omnium = client();
      const error = await failureOf(omnium.orders.get('1'), VendorHttpError);
      assert.equal(error.operation, 'POST token');
      assert.equal(error.status, 401);
      assertKeepsSecret(error, ['hush-hush', 'client=', 'clientId']);
      token = givesToken;
      assert.ok(await omnium.orders.get('1'));
    });

    it('reports an answer that is no token, and an unreachable token endpoint', async () => {
      const omnium = client();
      token = text(200, '<html>hush-hush</html>');
      assertKeepsSecret(await failureOf(omnium.orders.get('1'), VendorResponseInvalidError), ['hush-hush']);
      token = (_request, response) => void response.destroy();
      const error = await failureOf(omnium.orders.get('1'), VendorUnreachableError);
      assert.equal(error.outcomeUnknown, false);
      assertKeepsSecret(error, ['hush-hush']);
    });

    it('does not keep a cancelled caller waiting, and serves the others', async () => {
      const omnium = client();
      token = async (request, response) => {
        await pause(100);
        await givesToken(request, response);
      };
      const controller = new AbortController();
      const reason = new Error('cancelled');
      const cancelled = failureOf(omnium.orders.get('1', { signal: controller.signal }), Error);
      const patient = omnium.orders.get('2');
      await pause(20);
      controller.abort(reason);
      assert.equal(await cancelled, reason);
      assert.ok(await patient);
      assert.equal(tokenRequests(), 1);
    });

    it('belongs to the client when no sessions are given', async () => {
      const alone = new OmniumClient({
        baseUrl: vendor.url,
        ...CREDENTIALS,
        timeoutMs: 1_000,
        maxConcurrentRequests: 2,
      });
      assert.ok(await alone.orders.get('1'));
      await alone.close();
    });
  });

  describe('methods', () => {
    it('reads an order by its id or number, encoded', async () => {
      assert.equal((await client().orders.get('A/1 ø'))?.id, '104233');
      assert.equal(vendor.requests.at(-1)?.path, '/api/Orders/A%2F1%20%C3%B8');
    });

    it('reads customers of both kinds', async () => {
      api = json(200, { customerId: 'c1', firstName: 'Kari', externalIds: [{ providerName: 'Voyado', id: 'v1' }] });
      assert.equal((await client().privateCustomers.get('c1'))?.externalIds[0]?.id, 'v1');
      assert.equal(vendor.requests.at(-1)?.path, '/api/PrivateCustomers/c1');
      api = json(200, { customerId: 'b1', name: 'Fjord AS', taxId: '999888777' });
      assert.equal((await client().businessCustomers.get('b1'))?.taxId, '999888777');
      assert.equal(vendor.requests.at(-1)?.path, '/api/BusinessCustomers/b1');
    });

    it('answers undefined for what Omnium does not know', async () => {
      api = json(404, {});
      assert.equal(await client().orders.get('x'), undefined);
      assert.equal(await client().privateCustomers.get('x'), undefined);
      assert.equal(await client().businessCustomers.get('x'), undefined);
      await failureOf(client().directory.listStores(), VendorHttpError);
      await failureOf(client().directory.getMarkets(), VendorHttpError);
    });

    it('lists stores and markets', async () => {
      api = json(200, {
        totalHits: 1,
        result: [{ id: 'oslo-city', isPrimaryStore: true, availableOnMarkets: ['NOR'] }],
      });
      const [store] = await client().directory.listStores();
      assert.deepEqual(store?.availableOnMarkets, ['NOR']);
      api = json(200, [{ marketId: 'NOR', countryCode: 'NO', currency: 'NOK' }]);
      assert.equal((await client().directory.getMarkets())[0]?.currency, 'NOK');
    });

    it('waits 2 s after a 429 that does not say how long, and names the fields of a problem', async () => {
      api = json(429, {});
      assert.equal((await failureOf(client().orders.get('1'), VendorHttpError)).retryAfterMs, 2_000);
      api = json(400, { title: 'Kari', errors: { 'orderForm.lineItems[0].code': ['Kari Nordmann'] } });
      const error = await failureOf(client().orders.get('1'), VendorHttpError);
      assert.deepEqual(error.fields, [{ field: 'orderForm.lineItems[0].code' }]);
      assertKeepsSecret(error, ['Kari']);
    });
  });
});
