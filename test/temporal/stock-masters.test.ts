import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { IntegrationConfig } from '../../src/config/types';
import { stockKind } from '../../src/contracts/kinds/stock';
import { sweepScheduleId } from '../../src/contracts/sweep-messages';
import { recordMasterSwitches } from '../../src/temporal/stock-masters';
import { provisionSweepSchedules } from '../../src/temporal/sweep-schedules';
import { testConfig } from '../api/test-api';
import { sweptRarely } from '../support/sweep-rig';
import { devServer } from '../support/temporal-rig';

describe('stores whose stock has another master than before', function () {
  this.timeout(60_000);
  let client: Client;
  let tenantUid: string;
  let config: IntegrationConfig;
  let taskQueue: string;

  beforeEach(async function () {
    this.timeout(600_000);
    const server = await devServer();
    ({ client } = server);
    tenantUid = `t${randomUUID().slice(0, 8)}`;
    taskQueue = `masters-${tenantUid}`;
    config = sweptRarely(testConfig({ address: server.address, flowStockMasters: ['trondheim'] }, tenantUid));
  });

  afterEach(async () => {
    await provisionSweepSchedules({ client, config: sweptRarely(config, NO_SWEEPS), taskQueue });
    for (const storeUid of ['oslocity', 'trondheim', 'bergen']) {
      await handle(storeUid)
        .terminate('end of test')
        .catch(() => undefined);
    }
  });

  const handle = (storeUid: string): ReturnType<Client['workflow']['getHandle']> =>
    client.workflow.getHandle(stockKind.id({ tenantUid, storeUid }));

  /** As a worker does at its start. */
  async function start(changed: IntegrationConfig): Promise<string[]> {
    const switched = await recordMasterSwitches({ client, config: changed, taskQueue });
    await provisionSweepSchedules({ client, config: changed, taskQueue });
    return switched.map(({ storeUid, master }) => `${storeUid} ${master}`);
  }

  async function eventsOf(storeUid: string): Promise<string[]> {
    const { events } = await handle(storeUid).fetchHistory();
    return (events ?? [])
      .flatMap(({ workflowExecutionSignaledEventAttributes: signal }) => signal?.input?.payloads ?? [])
      .map(({ data }) => Buffer.from(data ?? []).toString());
  }

  function withMasters(masters: Readonly<Record<string, boolean>>): IntegrationConfig {
    const tenants = config.tenants.map((tenant) => ({
      ...tenant,
      stores: Object.entries(masters).map(([storeUid, isFlow]) => ({
        ...{ storeId: `${storeUid}-id`, storeUid, settings: { OMNIUM_FLOW_STOCK_MASTER: isFlow } },
      })),
    }));
    return { ...config, tenants };
  }

  it('are all that are configured at the first start, and none at the next', async () => {
    assert.deepEqual(await start(config), ['oslocity omnium', 'trondheim flow']);
    assert.deepEqual(await start(config), []);
    const [event] = await eventsOf('trondheim');
    assert.match(event ?? '', /"subject":\{"kind":"all"\}/, 'nobody was right before');
    const { action } = await client.schedule.getHandle(sweepScheduleId({ tenantUid, stream: 'flow-stock' })).describe();
    const [input] = action.args as { stockMasters?: unknown }[];
    assert.deepEqual(input?.stockMasters, { oslocity: 'omnium', trondheim: 'flow' });
  });

  it('are those that changed, also one that the configuration no longer names', async () => {
    await start(withMasters({ oslocity: false, trondheim: true }));
    const names = await start(withMasters({ oslocity: true, bergen: false }));
    assert.deepEqual(names, ['oslocity flow', 'trondheim omnium']);
    const [, switched, ...more] = await eventsOf('oslocity');
    assert.match(switched ?? '', /"subject":\{"kind":"switch","master":"flow","alignAgainAfterSeconds":600\}/);
    assert.deepEqual(more, []);
    await assert.rejects(handle('bergen').describe(), 'Omnium is the master of a new store, too');
  });

  it('are told the same again when the process died before it was kept, and something new when they switch back', async () => {
    await start(withMasters({ oslocity: false }));
    const toFlow = withMasters({ oslocity: true });
    await recordMasterSwitches({ client, config: toFlow, taskQueue });
    await start(toFlow);
    const idOf = (event: string): string => /"eventId":"([^"]+)"/.exec(event)?.[1] ?? '';
    const [, died, again] = (await eventsOf('oslocity')).map(idOf);
    assert.equal(died, again);
    await start(withMasters({ oslocity: false }));
    await start(toFlow);
    const ids = (await eventsOf('oslocity')).map(idOf);
    assert.equal(new Set(ids).size, 4, ids.join(' '));
  });

  it('are all that are configured at every start when nothing keeps who was the master', async () => {
    const unkept = sweptRarely(config, { flowStockEverySeconds: 0 });
    assert.equal((await start(unkept)).length, 2);
    assert.equal((await start(unkept)).length, 2);
    const ids = (await eventsOf('trondheim')).map((event) => /"eventId":"([^"]+)"/.exec(event)?.[1]);
    assert.equal(new Set(ids).size, 1, 'which their owners know to be one event');
  });
});

const NO_SWEEPS = {
  omniumOrdersEverySeconds: 0,
  omniumCustomersEverySeconds: 0,
  flowOrdersEverySeconds: 0,
  flowReceiptsEverySeconds: 0,
  flowCustomersEverySeconds: 0,
  flowReceivementsEverySeconds: 0,
  flowStockEverySeconds: 0,
  omniumPurchaseOrdersEverySeconds: 0,
};
