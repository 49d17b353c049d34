import assert from 'node:assert/strict';

import { fetchToken, orderOf, type OmniumRig, startRig } from './omnium-rig';

describe('Omnium sandbox access', () => {
  let rig: OmniumRig;
  const tokenCall = (query: string, body?: URLSearchParams): Promise<Response> =>
    fetch(`${rig.url}/api/Token${query}`, { method: 'POST', ...(body === undefined ? {} : { body }) });
  const credentials = 'clientId=sandbox-client&clientSecret=sandbox-secret';

  beforeEach(async () => {
    rig = await startRig({ tokenLifetimeSeconds: 100 });
  });
  afterEach(() => rig.stop());

  it('issues tokens in three forms', async () => {
    const asJson = (await (await tokenCall(`?${credentials}&returnAsJson=true`)).json()) as Record<string, unknown>;
    assert.equal(asJson['tokenType'], 'Bearer');
    assert.equal(asJson['expiresIn'], 100);
    const byQuery = await tokenCall(`?${credentials}`);
    assert.match(byQuery.headers.get('content-type') ?? '', /^text\/plain/);
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      clientId: 'sandbox-client',
      clientSecret: 'sandbox-secret',
    });
    for (const token of [
      String(asJson['accessToken']),
      await byQuery.text(),
      await (await tokenCall('', form)).text(),
    ]) {
      assert.match(token, /^[\w-]+\.[\w-]+\.[\w-]+$/);
      rig.token = token;
      assert.equal((await rig.call('GET', '/api/Markets')).status, 200);
    }
  });

  it('refuses wrong credentials, and the parameter names of RFC 6749', async () => {
    const wrong = await tokenCall('?clientId=sandbox-client&clientSecret=wrong');
    assert.equal(wrong.status, 401);
    assert.match(wrong.headers.get('content-type') ?? '', /^text\/plain/);
    assert.equal((await tokenCall('')).status, 401);
    const rfc = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'sandbox-client',
      client_secret: 'sandbox-secret',
    });
    assert.equal((await tokenCall('', rfc)).status, 401);
  });

  it('answers 401 without a token, with a forged one and after expiry', async () => {
    const good = rig.token;
    for (const token of ['', 'x.y.z', `${good}x`]) {
      rig.token = token;
      const refused = await rig.call('GET', '/api/Markets');
      assert.equal(refused.status, 401);
      assert.match(refused.headers.get('content-type') ?? '', /^application\/problem\+json/);
    }
    rig.token = good;
    await rig.control('POST', '/clock', { advanceMs: 90_000 });
    assert.equal((await rig.call('GET', '/api/Markets')).status, 200);
    await rig.control('POST', '/clock', { advanceMs: 20_000 });
    assert.equal((await rig.call('GET', '/api/Markets')).status, 401);
    rig.token = await fetchToken(rig.url, 'sandbox-client', 'sandbox-secret');
    assert.equal((await rig.call('GET', '/api/Markets')).status, 200);
  });

  it('kills live tokens when the API user is deactivated', async () => {
    await rig.control('POST', '/api-user', { active: false });
    assert.equal((await rig.call('GET', '/api/Markets')).status, 401);
    assert.equal((await tokenCall(`?${credentials}`)).status, 401);
    await rig.control('POST', '/api-user', { active: true });
    assert.equal((await rig.call('GET', '/api/Markets')).status, 200);
  });

  it('answers 403 when the role does not open the call', async () => {
    await rig.control('POST', '/api-user', { roles: ['OrderRead', 'StoreRead'] });
    assert.equal((await rig.call('POST', '/api/Orders/Search', {})).status, 200);
    assert.equal((await rig.call('GET', '/api/Stores')).status, 200);
    assert.equal((await rig.call('POST', '/api/Orders', orderOf(rig, 'o-1'))).status, 403);
    assert.equal((await rig.call('GET', '/api/Inventory/x')).status, 403);
    await rig.control('POST', '/api-user', { roles: ['OrderAdmin'] });
    assert.equal((await rig.call('POST', '/api/Orders', orderOf(rig, 'o-1'))).status, 200);
  });

  it('answers health without a token and problems for unknown paths and broken JSON', async () => {
    assert.equal((await fetch(`${rig.url}/api/Health`)).status, 200);
    const unknown = await rig.call('GET', '/api/PurchaseOrders/1');
    assert.equal(unknown.status, 404);
    assert.equal(unknown.json.at('status'), 404);
    const broken = await fetch(`${rig.url}/api/Orders`, {
      method: 'POST',
      body: '{"id":',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${rig.token}` },
    });
    assert.equal(broken.status, 400);
  });
});

describe('Omnium sandbox rate limits', () => {
  let rig: OmniumRig;
  afterEach(() => rig.stop());

  it('lets 20 calls of a user run at once and answers 429 with Retry-After beyond', async () => {
    rig = await startRig();
    await rig.control('POST', '/faults', { kind: 'latency', delayMs: 150, path: '^/api/Markets' });
    const answers = await Promise.all(Array.from({ length: 25 }, () => rig.call('GET', '/api/Markets')));
    const limited = answers.filter(({ status }) => status === 429);
    assert.equal(limited.length, 5);
    assert.equal(limited[0]?.headers.get('retry-after'), '2');
    assert.equal((await rig.call('GET', '/api/Markets')).status, 200);
  });

  it('lets four batch operations run at once, and one scroll start per resource', async () => {
    rig = await startRig();
    await rig.control('POST', '/faults', { kind: 'latency', delayMs: 100, path: 'Many|Scroll' });
    const batches = await Promise.all(
      Array.from({ length: 6 }, () => rig.call('PUT', '/api/Inventory/UpdateMany', [])),
    );
    assert.equal(batches.filter(({ status }) => status === 429).length, 2);
    const scrolls = await Promise.all(Array.from({ length: 3 }, () => rig.call('POST', '/api/Orders/Scroll', {})));
    assert.equal(scrolls.filter(({ status }) => status === 429).length, 2);
  });

  it('empties a token bucket that fills again', async () => {
    rig = await startRig({ rateLimits: { bucketCapacity: 5, refillPerTenSeconds: 200 } });
    const statuses: number[] = [];
    for (let i = 0; i < 8; i += 1) {
      statuses.push((await rig.call('GET', '/api/Markets')).status);
    }
    assert.ok(statuses.filter((status) => status === 429).length >= 1, statuses.join());
    await new Promise((resolve) => setTimeout(resolve, 120));
    assert.equal((await rig.call('GET', '/api/Markets')).status, 200);
    // The token call is outside all limits.
    await fetchToken(rig.url, 'sandbox-client', 'sandbox-secret');
  });

  it('can be switched off', async () => {
    rig = await startRig({ rateLimits: false });
    await rig.control('POST', '/faults', { kind: 'latency', delayMs: 50, path: '^/api/Markets' });
    const answers = await Promise.all(Array.from({ length: 60 }, () => rig.call('GET', '/api/Markets')));
    assert.ok(answers.every(({ status }) => status === 200));
  });
});
