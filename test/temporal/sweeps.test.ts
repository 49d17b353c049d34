import assert from 'node:assert/strict';
import type { IntegrationConfig } from '../../src/config/types';
import { SWEEP_STREAMS } from '../../src/contracts/streams';
import { sweepSettings } from '../../src/temporal/sweeps';
import { testConfig } from '../api/test-api';
import { sweptRarely } from '../support/sweep-rig';

describe('what a configuration says about sweeps', () => {
  const config = sweptRarely(
    testConfig(
      {
        address: '127.0.0.1:9',
        implementations: ['IPurchaseOrderSynchronousExporter'],
        flowStockMasters: ['trondheim'],
      },
      'flow_no',
    ),
  );

  function settings(changed: IntegrationConfig = config, receipts = true): ReturnType<typeof sweepSettings> {
    const [tenant] = changed.tenants;
    assert.ok(tenant);
    const wanted = { ...tenant.settings, OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM: receipts };
    return sweepSettings({ ...tenant, settings: wanted }, changed, 'first');
  }

  it('is the interval of every stream, and the masters of the stores that it names', () => {
    const { every, stockMasters, deployment } = settings();
    assert.deepEqual(Object.keys(every).sort(), [...SWEEP_STREAMS].sort());
    assert.equal(every['flow-orders'], 86_400);
    assert.deepEqual(stockMasters, { oslocity: 'omnium', trondheim: 'flow' });
    assert.equal(deployment, 'first');
  });

  it('is no stream that is switched off, nor receipts or purchase orders that nobody wants', () => {
    const off = settings(sweptRarely(config, { flowCustomersEverySeconds: 0 }), false);
    const tenants = config.tenants.map((tenant) => ({
      ...tenant,
      connector: { ...tenant.connector, implementations: [] },
    }));
    assert.equal(off.every['flow-customers'], undefined);
    assert.equal(off.every['flow-receipts'], undefined);
    assert.equal(settings({ ...config, tenants }).every['omnium-purchase-orders'], undefined);
  });

  it('tells of no secret', () => {
    for (const tenant of config.tenants)
      assert.ok(!JSON.stringify(settings()).includes(tenant.settings.OMNIUM_CLIENT_SECRET));
  });
});
