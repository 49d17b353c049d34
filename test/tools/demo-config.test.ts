import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { parseConfig } from '../../src/config/load';
import { demoConfig, demoTenants, demoWebhookToken } from '../../tools/start/demo-config';

const COMMITTED = 'deploy/sandbox.yaml';

const endpoints = {
  apiHost: '0.0.0.0',
  apiPort: 4000,
  apiUrl: 'http://api:4000',
  omniumUrl: 'http://sandbox:4010',
  flowUrl: 'http://sandbox:4020',
  webUiUrl: 'http://localhost:8080',
};

describe('the configuration of the demonstration', () => {
  it('passes every check, with one tenant for each market of the sandboxes', () => {
    const { tenants } = parseConfig(demoConfig(endpoints), {});
    assert.deepEqual(
      tenants.map(({ tenantUid, markets }) => [tenantUid, markets.map(({ marketId }) => marketId)]),
      [
        ['flow_no', ['NOR']],
        ['flow_se', ['SWE']],
        ['flow_dk', ['DNK']],
        ['flow_fi', ['FIN']],
      ],
    );
    assert.deepEqual(
      demoTenants().map(({ tenantUid, currency }) => [tenantUid, currency]),
      tenants.map(({ tenantUid, currency }) => [tenantUid, currency]),
    );
  });

  it('accepts the secret that the subscriptions send', () => {
    const [tenant] = parseConfig(demoConfig(endpoints), {}).tenants;
    assert.deepEqual(tenant?.webhooks.omnium.schemes, [{ type: 'bearer', token: demoWebhookToken('flow_no') }]);
  });

  it('is the one committed for docker-compose.yml (UPDATE_GENERATED=1 writes it)', async () => {
    const text = demoConfig(endpoints);
    if (process.env.UPDATE_GENERATED === '1') await writeFile(COMMITTED, text);
    assert.equal(await readFile(COMMITTED, 'utf8'), text);
  });
});
