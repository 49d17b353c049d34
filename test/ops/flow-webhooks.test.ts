import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { FlowClient } from '../../src/clients/flow/client';
import { type WebhookScheme } from '../../src/config/types';
import { registerWebhooks, WEBHOOK_ACTIONS } from '../../src/ops/flow-webhooks';
import { runOps } from '../../src/ops/program';
import { demoConfig } from '../../tools/start/demo-config';
import { at, type FlowRig, startFlowRig, T } from '../sandbox/flow-rig';
import { withTemporaryFolder } from '../support/temporary-folder';
import { assertReadable, type Run } from './run-ops';

const PUBLIC_URL = 'https://integration.example.com';
const TRANSPORT = 'omnium-integration';

type ConfigDocument = Record<string, unknown> & { tenants: Record<string, unknown>[]; api: Record<string, unknown> };

describe('ops flow webhooks', function () {
  this.timeout(30_000);
  let rig: FlowRig;

  beforeEach(async () => {
    rig = await startFlowRig();
  });

  afterEach(() => rig.stop());

  /** Runs the tool with the demonstration's configuration for the sandbox, the first two tenants of it. */
  async function ops(args: readonly string[], change: (document: ConfigDocument) => void = () => {}): Promise<Run> {
    const endpoints = { apiHost: '127.0.0.1', apiPort: 4000, omniumUrl: 'http://127.0.0.1:9', webUiUrl: 'http://ui' };
    const document = parse(demoConfig({ ...endpoints, apiUrl: PUBLIC_URL, flowUrl: rig.url })) as ConfigDocument;
    document.tenants = document.tenants.slice(0, 2);
    change(document);
    return await withTemporaryFolder(async (folder) => {
      const file = join(folder, 'config.yaml');
      await writeFile(file, stringify(document));
      let out = '';
      let error = '';
      const exitCode = await runOps(['flow', 'webhooks', ...args], {
        environment: { CONFIG_FILE: file },
        write: (text) => void (out += text),
        writeError: (text) => void (error += text),
      });
      const json = args.includes('--json') ? (JSON.parse(out) as Record<string, unknown>) : {};
      return { exitCode, out, error, json };
    });
  }

  const withSchemes =
    (...schemes: readonly WebhookScheme[]) =>
    (document: ConfigDocument): void => {
      for (const tenant of document.tenants) tenant.webhooks = { omnium: { schemes }, flow: { schemes } };
    };

  const webhooks = async (): Promise<{ action: unknown; transport: unknown; active: unknown }[]> => {
    const { body } = await rig.call(`GET ${T}/webhooks`);
    const items = at(body, 'items');
    assert.ok(Array.isArray(items));
    return items.map((item: unknown) => ({
      action: at(item, 'action'),
      transport: at(item, 'httpTransportUid'),
      active: at(item, 'active'),
    }));
  };
  const ours = async (): Promise<unknown[]> =>
    (await webhooks()).filter(({ transport }) => transport === TRANSPORT).map(({ action }) => action);
  const transport = async (): Promise<unknown> => (await rig.call(`GET ${T}/httptransports/${TRANSPORT}`)).body;

  describe('register', () => {
    it('sets up one transport per tenant and one webhook per action', async () => {
      const { exitCode, out, error } = await ops(['register']);
      assert.equal(exitCode, 0, error);
      assert.deepEqual((await ours()).sort(), [...WEBHOOK_ACTIONS].sort());
      assert.equal(at(await transport(), 'url'), `${PUBLIC_URL}/webhooks/flow/flow_no`);
      assert.equal(at(await transport(), 'securityType'), 'BEARER');
      assert.match(
        out,
        /^TENANT +TRANSPORT +CREATED +UPDATED +UNCHANGED +REMOVED\nflow_no +created +9 +0 +0 +0\nflow_se/,
      );
      assert.doesNotMatch(out, /sandbox-webhook-token|sandbox-token/);
      assertReadable(out);
    });

    it('done again changes nothing but rewrites the secret, which Flow does not show', async () => {
      await ops(['register']);
      const { exitCode, json } = await ops(['register', '--json']);
      assert.equal(exitCode, 0);
      const [tenant] = json.tenants as Record<string, unknown>[];
      assert.deepEqual([tenant?.transport, tenant?.created, tenant?.updated, tenant?.removed], ['updated', [], [], []]);
      assert.equal((tenant?.unchanged as unknown[]).length, WEBHOOK_ACTIONS.length);
      assert.equal((await ours()).length, WEBHOOK_ACTIONS.length);
    });

    it('by two at once makes each webhook once', async () => {
      const flow = new FlowClient({
        baseUrl: `${rig.url}/v2`,
        tenantUid: 'flow_no',
        token: 'sandbox-token-flow_no',
        timeoutMs: 5_000,
        maxConcurrentRequests: 4,
      });
      const security = { securityType: 'NONE', headers: [] } as const;
      const wanted = { url: `${PUBLIC_URL}/x`, security, actions: WEBHOOK_ACTIONS };
      try {
        await Promise.all([registerWebhooks(flow, wanted), registerWebhooks(flow, wanted)]);
      } finally {
        await flow.close();
      }
      assert.deepEqual((await ours()).sort(), [...WEBHOOK_ACTIONS].sort());
    });

    it('mends what others have bent, removes leftovers of ours, and leaves those of others alone', async () => {
      await ops(['register']);
      await rig.call(`POST ${T}/httptransports`, { httpTransportUid: 'theirs', name: 'theirs', url: 'http://theirs' });
      await rig.call(`POST ${T}/webhooks`, { webhookUid: 'theirs', action: 'TILL_OPEN', httpTransportUid: 'theirs' });
      await rig.call(`POST ${T}/webhooks`, { webhookUid: 'old', action: 'PRICE_UPDATE', httpTransportUid: TRANSPORT });
      await rig.call(`POST ${T}/webhooks`, {
        webhookUid: 'twice',
        action: 'ORDER_SETTLED',
        httpTransportUid: TRANSPORT,
      });
      await rig.call(`PUT ${T}/webhooks/${TRANSPORT}-ORDER_DELIVERED`, { active: false });
      await rig.call(`DELETE ${T}/webhooks/${TRANSPORT}-CUSTOMER_DELETE`);
      const { json } = await ops(['register', '--json', '--tenant', 'flow_no', '--url', 'https://moved.example/']);
      const [tenant, ...others] = json.tenants as Record<string, unknown>[];
      assert.equal(others.length, 0);
      assert.deepEqual(tenant?.created, ['CUSTOMER_DELETE']);
      assert.deepEqual(tenant.updated, ['ORDER_DELIVERED']);
      assert.deepEqual([...(tenant.removed as string[])].sort(), ['ORDER_SETTLED', 'PRICE_UPDATE']);
      assert.deepEqual((await ours()).sort(), [...WEBHOOK_ACTIONS].sort());
      assert.ok((await webhooks()).every(({ active }) => active === true));
      assert.ok((await webhooks()).some(({ transport: uid }) => uid === 'theirs'));
      assert.equal(at(await transport(), 'url'), 'https://moved.example/webhooks/flow/flow_no');
    });

    it('asks for changes of stock only where Flow is the stock master of a store', async () => {
      const omniumOnly = (document: ConfigDocument): void => {
        for (const tenant of document.tenants) tenant.stores = [];
      };
      const others = WEBHOOK_ACTIONS.filter((action) => action !== 'STOCK_CHANGE').sort();
      const onlyNorway = ['--tenant', 'flow_no'];
      assert.equal((await ops(['register', ...onlyNorway], omniumOnly)).exitCode, 0);
      assert.deepEqual((await ours()).sort(), others);
      assert.equal((await ops(['check', ...onlyNorway], omniumOnly)).exitCode, 0);

      const afterSwitch = await ops(['check', ...onlyNorway]);
      assert.equal(afterSwitch.exitCode, 1, 'a store has Flow as its master now');
      assert.match(afterSwitch.error, /flow_no \(1 of 9 webhooks\)/);
      await ops(['register', ...onlyNorway]);
      assert.deepEqual((await ours()).sort(), [...WEBHOOK_ACTIONS].sort());

      const back = await ops(['check', ...onlyNorway], omniumOnly);
      assert.match(back.out, /Not asked for, and removed by register: STOCK_CHANGE/);
      await ops(['register', ...onlyNorway], omniumOnly);
      assert.deepEqual((await ours()).sort(), others);
    });

    it('takes back a webhook of our name that was bound to another transport', async () => {
      await rig.call(`POST ${T}/httptransports`, { httpTransportUid: 'theirs', name: 'theirs', url: 'http://theirs' });
      const webhookUid = `${TRANSPORT}-ORDER_SETTLED`;
      await rig.call(`POST ${T}/webhooks`, { webhookUid, action: 'ORDER_SETTLED', httpTransportUid: 'theirs' });
      assert.equal((await ops(['register', '--tenant', 'flow_no'])).exitCode, 0);
      assert.deepEqual((await ours()).sort(), [...WEBHOOK_ACTIONS].sort());
    });
  });

  describe('authentication', () => {
    it('is basic where the first scheme is', async () => {
      await ops(['register'], withSchemes({ type: 'basic', username: 'flow', password: 'SECRET' }));
      assert.equal(at(await transport(), 'securityType'), 'BASIC_AUTH');
      assert.equal(at(await transport(), 'username'), 'flow');
    });

    it('is a header where the first scheme is, and no header of before', async () => {
      const header = { type: 'header', name: 'X-Webhook-Key', value: 'SECRET' } as const;
      await ops(['register'], withSchemes(header, { type: 'bearer', token: 'other' }));
      assert.equal(at(await transport(), 'securityType'), 'NONE');
      assert.deepEqual(at(await transport(), 'headers'), [{ key: 'x-webhook-key', value: 'SECRET' }]);
      const { exitCode } = await ops(['check'], withSchemes(header));
      assert.equal(exitCode, 0);
      await ops(['register'], withSchemes({ type: 'bearer', token: 'new' }));
      assert.deepEqual(at(await transport(), 'headers'), []);
      assert.equal(at(await transport(), 'securityType'), 'BEARER');
    });

    it('by signature is beyond Flow, and nothing is written', async () => {
      const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
      const signed = { type: 'standard-webhooks', secret, toleranceSeconds: 300 } as const;
      const { exitCode, error } = await ops(['register'], withSchemes(signed));
      assert.equal(exitCode, 2);
      assert.match(error, /Flow cannot sign webhooks, so the first of webhooks\.flow\.schemes must be bearer/);
      assert.equal((await webhooks()).length, 0);
    });

    it('that is not configured is asked for', async () => {
      const { exitCode, error } = await ops(['register'], (document) => {
        for (const tenant of document.tenants) (tenant.webhooks as Record<string, unknown>).flow = { schemes: [] };
      });
      assert.equal(exitCode, 2);
      assert.match(error, /flow_no has no webhooks\.flow\.schemes/);
    });
  });

  describe('check', () => {
    it('finds everything right after register, and tells no secret', async () => {
      await ops(['register']);
      const { exitCode, out, error } = await ops(['check']);
      assert.equal(exitCode, 0, error);
      assert.match(out, /^Tenant flow_no\nACTION +REGISTERED +ACTIVE +URL RIGHT\nORDER_SETTLED +yes +yes +yes\n/);
      assert.match(out, /Authentication as configured: yes/);
      assert.doesNotMatch(out, /sandbox-webhook-token/);
      assertReadable(out);
    });

    it('exits with 1 when something is missing, and says what', async () => {
      const nothing = await ops(['check']);
      assert.equal(nothing.exitCode, 1);
      assert.match(nothing.out, /ORDER_SETTLED +no +no +no\n/);
      assert.match(nothing.error, /flow_no \(9 of 9 webhooks\), flow_se \(9 of 9 webhooks\).*flow webhooks register/);

      await ops(['register']);
      await rig.call(`DELETE ${T}/webhooks/${TRANSPORT}-CUSTOMER_UPDATE`);
      await rig.call(`PUT ${T}/webhooks/${TRANSPORT}-ORDER_DELIVERED`, { active: false });
      await rig.call(`POST ${T}/webhooks`, { webhookUid: 'old', action: 'PRICE_UPDATE', httpTransportUid: TRANSPORT });
      const { exitCode, json } = await ops(['check', '--json']);
      assert.equal(exitCode, 1);
      assert.equal(json.complete, false);
      assert.match(String(json.error), /flow_no \(2 of 9 webhooks\)\./);
      const [tenant] = json.tenants as {
        actions: { action: string; registered: boolean; active: boolean }[];
        extra: string[];
      }[];
      const state = new Map(tenant?.actions.map(({ action, registered, active }) => [action, [registered, active]]));
      assert.deepEqual(state.get('CUSTOMER_UPDATE'), [false, false]);
      assert.deepEqual(state.get('ORDER_DELIVERED'), [true, false]);
      assert.deepEqual(state.get('ORDER_SETTLED'), [true, true]);
      assert.deepEqual(tenant?.extra, ['PRICE_UPDATE']);
    });

    it('finds another address or kind of authentication wrong', async () => {
      await ops(['register']);
      const moved = await ops(['check', '--url', 'https://elsewhere.example']);
      assert.equal(moved.exitCode, 1);
      assert.match(moved.out, /ORDER_SETTLED +yes +yes +no\n/);
      const other = await ops(['check'], withSchemes({ type: 'basic', username: 'flow', password: 'x' }));
      assert.equal(other.exitCode, 1);
      assert.match(other.out, /Authentication as configured: no/);
      assert.match(other.error, /flow_no \(authentication\)/);
    });

    it('changes nothing', async () => {
      await ops(['check']);
      assert.equal((await webhooks()).length, 0);
      assert.equal((await rig.call(`GET ${T}/httptransports/${TRANSPORT}`)).status, 404);
    });
  });

  it('remove takes ours away, and only ours; done again it finds nothing', async () => {
    await ops(['register']);
    await rig.call(`POST ${T}/httptransports`, { httpTransportUid: 'theirs', name: 'theirs', url: 'http://theirs' });
    await rig.call(`POST ${T}/webhooks`, { webhookUid: 'theirs', action: 'TILL_OPEN', httpTransportUid: 'theirs' });
    const { exitCode, out } = await ops(['remove']);
    assert.equal(exitCode, 0);
    assert.match(out, /flow_no +kept +0 +0 +0 +9\n/);
    assert.deepEqual(await ours(), []);
    assert.deepEqual(
      (await webhooks()).map(({ action }) => action),
      ['TILL_OPEN'],
    );
    const again = await ops(['remove', '--json', '--tenant', 'flow_no']);
    assert.deepEqual((again.json.tenants as { removed: unknown[] }[])[0]?.removed, []);
  });

  it('asks where Flow is to send to when nobody says so, and refuses what is no address', async () => {
    const unset = (document: ConfigDocument): void => void delete document.api.publicUrl;
    const { exitCode, error } = await ops(['register'], unset);
    assert.equal(exitCode, 2);
    assert.match(error, /Set api\.publicUrl, or say it with --url/);
    const wrong = await ops(['check', '--url', 'integration.example.com'], unset);
    assert.equal(wrong.exitCode, 2);
    assert.match(wrong.error, /--url must be an http\(s\) address/);
    assert.equal((await ops(['register', '--tenant', 'nobody'])).exitCode, 2);
  });

  it('says which tenant Flow refused, in words', async () => {
    const { exitCode, error } = await ops(['register'], (document) => {
      for (const tenant of document.tenants) (tenant.flow as Record<string, unknown>).token = 'SECRET-wrong';
    });
    assert.equal(exitCode, 1);
    assert.match(error, /^Tenant flow_no: .*401/);
    assert.doesNotMatch(error, /SECRET/);
  });
});
