import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseConfig } from '../../src/config/load';
import { stockMasterOf } from '../../src/config/stock-master';
import {
  demoConfig,
  demoDeliveryMarkets,
  demoStockMasters,
  demoTenants,
  demoWebhookToken,
} from '../../tools/start/demo-config';
import { keptStockMasters } from '../../tools/start/kept-masters';
import { withTemporaryFolder } from '../support/temporary-folder';

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

  it('has stores of both stock masters in every tenant, and one of each way of the goods', () => {
    const { tenants } = parseConfig(demoConfig(endpoints), {});
    assert.deepEqual(
      tenants.map((tenant) => tenant.stores.map(({ storeUid }) => `${storeUid}: ${stockMasterOf(tenant, storeUid)}`)),
      [
        ['oslocity: omnium', 'bergensentrum: flow', 'trondheimtorg: omnium'],
        ['stockholmnorr: omnium', 'goteborgnordstan: flow', 'malmotriangeln: omnium'],
        ['kobenhavnstroget: omnium', 'aarhusmidt: flow', 'odensecentrum: omnium'],
        ['helsinkikeskus: omnium', 'tamperekoski: flow', 'turkuhansa: omnium'],
      ],
    );
    const having = (
      name: 'ExportDeliveryAsPo' | 'UseCostPriceListInInventoryExport' | 'StorePriceListsInFlow',
    ): string[] => tenants.filter(({ connector }) => connector.properties[name]).map(({ tenantUid }) => tenantUid);
    assert.deepEqual(having('ExportDeliveryAsPo'), ['flow_se']);
    assert.deepEqual(having('UseCostPriceListInInventoryExport'), ['flow_dk']);
    assert.deepEqual(having('StorePriceListsInFlow'), ['flow_fi']);
    assert.deepEqual(
      tenants.map(({ connector }) => connector.properties.FlowWebWarehouse),
      ['webno', 'webse', 'webdk', 'webfi'],
    );
    assert.ok(tenants.every(({ connector }) => connector.properties.OmniumIsMasterForStock));
  });

  it('keeps the stock masters of an earlier start, and begins with its own where there was none', () =>
    withTemporaryFolder(async (folder) => {
      const file = join(folder, 'config.yaml');
      assert.deepEqual(keptStockMasters(file), demoStockMasters());
      const changed = { ...demoStockMasters(), 'bergen-sentrum': 'omnium', 'trondheim-torg': 'flow' } as const;
      await writeFile(file, demoConfig(endpoints, changed));
      assert.deepEqual(keptStockMasters(file), changed);
      await writeFile(file, 'tenants: of another version');
      assert.deepEqual(keptStockMasters(file), demoStockMasters());
      assert.deepEqual(demoDeliveryMarkets(), ['SWE']);
    }));

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
