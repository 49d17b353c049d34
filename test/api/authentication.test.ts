import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { type WebhookScheme } from '../../src/config/types';
import { createAuthenticator } from '../../src/api/authenticate';
import { devServer } from '../support/temporal-rig';
import { orderEvent, startTestApi, type TestApi } from './test-api';

const signingKey = randomBytes(32);
const otherKey = randomBytes(32);
const TOLERANCE_SECONDS = 300;

/** One tenant that takes every scheme, with two secrets of each where rotation needs it. */
const SCHEMES: readonly WebhookScheme[] = [
  { type: 'bearer', token: 'new-token-9f2c1a' },
  { type: 'bearer', token: 'old-token-0b7e44' },
  { type: 'basic', username: 'omnium', password: 'pass:word with colon' },
  { type: 'header', name: 'X-Webhook-Key', value: 'header-secret-51d0' },
  { type: 'standard-webhooks', secret: `whsec_${signingKey.toString('base64')}`, toleranceSeconds: TOLERANCE_SECONDS },
];

interface Signing {
  readonly body: string;
  readonly key?: Buffer;
  readonly id?: string;
  readonly timestamp?: number;
}

function signatureHeaders({
  body,
  key = signingKey,
  id = 'msg_1',
  timestamp = now(),
}: Signing): Record<string, string> {
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': `v1,${signature}` };
}

const now = (): number => Math.floor(Date.now() / 1000);
const basic = (credentials: string): string => `Basic ${Buffer.from(credentials).toString('base64')}`;
const NO_SECRET = { authorization: '' };

describe('Authentication of webhooks', function () {
  this.timeout(60_000);
  let api: TestApi;
  const body = JSON.stringify(orderEvent('ORD-AUTH', { id: 'auth-event' }));

  before(async () => {
    api = await startTestApi({ address: (await devServer()).address, omniumSchemes: SCHEMES });
  });

  after(() => api.stop());

  const accepted: readonly (readonly [string, () => Record<string, string>])[] = [
    ['the new bearer token', () => ({ authorization: 'Bearer new-token-9f2c1a' })],
    ['the old bearer token, while both are valid', () => ({ authorization: 'Bearer old-token-0b7e44' })],
    ['the scheme’s name in lower case', () => ({ authorization: 'bearer new-token-9f2c1a' })],
    ['basic credentials with a colon in the password', () => ({ authorization: basic('omnium:pass:word with colon') })],
    ['a custom header', () => ({ ...NO_SECRET, 'x-webhook-key': 'header-secret-51d0' })],
    ['a signature', () => ({ ...NO_SECRET, ...signatureHeaders({ body }) })],
    [
      'one right signature among several',
      () => {
        const headers = signatureHeaders({ body });
        const wrong = Buffer.alloc(32).toString('base64');
        return { ...NO_SECRET, ...headers, 'webhook-signature': `v1,${wrong} v1a,abc ${headers['webhook-signature']}` };
      },
    ],
    [
      'a signature made just within the tolerance',
      () => ({ ...NO_SECRET, ...signatureHeaders({ body, timestamp: now() - TOLERANCE_SECONDS + 5 }) }),
    ],
  ];
  for (const [name, headers] of accepted) {
    it(`accepts ${name}`, async () => {
      const answer = await api.post(body, { headers: headers() });
      assert.equal(answer.status, 202, answer.text);
    });
  }

  const refused: readonly (readonly [string, () => Record<string, string>])[] = [
    ['no secret at all', () => NO_SECRET],
    ['a wrong bearer token', () => ({ authorization: 'Bearer new-token-9f2c1b' })],
    ['a bearer token that only begins right', () => ({ authorization: 'Bearer new-token-9f2c1a-and-more' })],
    ['a prefix of the bearer token', () => ({ authorization: 'Bearer new-token' })],
    ['an empty bearer token', () => ({ authorization: 'Bearer ' })],
    ['the token without its scheme', () => ({ authorization: 'new-token-9f2c1a' })],
    ['the right token under another scheme', () => ({ authorization: 'Basic new-token-9f2c1a' })],
    ['basic credentials with a wrong password', () => ({ authorization: basic('omnium:wrong') })],
    ['basic credentials with a wrong user', () => ({ authorization: basic('flow:pass:word with colon') })],
    ['a wrong custom header', () => ({ ...NO_SECRET, 'x-webhook-key': 'header-secret-51d1' })],
    ['the header’s secret as bearer token', () => ({ authorization: 'Bearer header-secret-51d0' })],
    ['a signature over another body', () => ({ ...NO_SECRET, ...signatureHeaders({ body: `${body} ` }) })],
    ['a signature by another key', () => ({ ...NO_SECRET, ...signatureHeaders({ body, key: otherKey }) })],
    ['a signature for another id', () => ({ ...NO_SECRET, ...signatureHeaders({ body }), 'webhook-id': 'msg_2' })],
    [
      'a signature that is too old',
      () => ({ ...NO_SECRET, ...signatureHeaders({ body, timestamp: now() - TOLERANCE_SECONDS - 5 }) }),
    ],
    [
      'a signature from the future',
      () => ({ ...NO_SECRET, ...signatureHeaders({ body, timestamp: now() + TOLERANCE_SECONDS + 5 }) }),
    ],
    [
      'a signature without a readable time',
      () => ({ ...NO_SECRET, ...signatureHeaders({ body }), 'webhook-timestamp': 'yesterday' }),
    ],
    [
      'a signature of another version',
      () => ({ ...NO_SECRET, ...signatureHeaders({ body }), 'webhook-signature': 'v2,x' }),
    ],
  ];
  for (const [name, headers] of refused) {
    it(`refuses ${name} with 401`, async () => {
      const answer = await api.post(body, { headers: headers() });
      assert.equal(answer.status, 401);
      assert.equal(answer.json.outcome, 'refused');
      assert.doesNotMatch(answer.text, /9f2c1a|0b7e44|51d0/, 'no secret in the answer');
    });
  }

  it('asks for the secret before it looks at the body, and says nothing about the body without one', async () => {
    const answer = await api.post('not JSON', { headers: NO_SECRET });
    assert.equal(answer.status, 401);
  });

  it('applies to Flow’s webhooks too, with secrets of their own', async () => {
    const path = `/webhooks/flow/${api.tenantUid}`;
    assert.equal((await api.post({ action: 'X' }, { path })).status, 202);
    const wrong = await api.post({ action: 'X' }, { path, headers: { authorization: 'Bearer new-token-9f2c1a' } });
    assert.equal(wrong.status, 401, 'Omnium’s secret is none of Flow’s');
  });

  it('keeps secrets out of the log', () => {
    assert.doesNotMatch(api.logLines.join('\n'), /9f2c1|0b7e44|51d0|pass:word/);
  });

  it('refuses everything while no scheme is configured', () => {
    const authenticator = createAuthenticator([]);
    assert.equal(authenticator.checkHeaders({}), 'refused');
    assert.equal(authenticator.checkHeaders({ authorization: 'Bearer ' }), 'refused');
    assert.equal(authenticator.checkHeaders({ authorization: 'Bearer undefined' }), 'refused');
  });

  it('takes as long for a secret that is nearly right as for one that is all wrong', () => {
    // Medians of many interleaved checks: the two differ by chance only, where a plain comparison of such long secrets
    // would differ by a factor.
    const secret = 'x'.repeat(16_384);
    const authenticator = createAuthenticator([{ type: 'header', name: 'x-key', value: secret }]);
    const nearlyRight = { 'x-key': `${'x'.repeat(16_383)}y` };
    const allWrong = { 'x-key': 'y'.repeat(16_384) };
    const timed = (headers: Record<string, string>): number => {
      const startedAt = process.hrtime.bigint();
      assert.equal(authenticator.checkHeaders(headers), 'refused');
      return Number(process.hrtime.bigint() - startedAt);
    };
    const median = (times: number[]): number => times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
    const nearly: number[] = [];
    const wrong: number[] = [];
    for (let round = 0; round < 2_000; round += 1) {
      nearly.push(timed(nearlyRight));
      wrong.push(timed(allWrong));
    }
    const ratio = median(nearly) / median(wrong);
    assert.ok(ratio > 0.67 && ratio < 1.5, `nearly right takes ${ratio.toFixed(2)} times as long as all wrong`);
  });
});
