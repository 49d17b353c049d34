import assert from 'node:assert/strict';
import { SYNC_STATUS_QUERY, type SyncResult, type SyncStatus } from '../../src/contracts/entity-sync';
import { storesKind, type StoresOutcome } from '../../src/contracts/kinds/stores';
import { searchAttributes } from '../../src/contracts/search-attributes';
import { TenantRegistry } from '../../src/activities/tenants';
import { createEngineWorker } from '../../src/workers/create-worker';
import { assertReadable } from '../ops/run-ops';
import { Integration, type Json } from '../support/integration';
import { opsOn } from '../support/ops-on';
import { until } from '../support/order-driver';
import { devServer } from '../support/temporal-rig';
import { workerIsThere } from '../support/worker-is-there';

describe('stores, from Omnium to Flow', function () {
  this.timeout(120_000);
  let integration: Integration;

  before(async function () {
    this.timeout(600_000);
    integration = await Integration.start();
    // What an earlier test file left running would take this one's events.
    await handle()
      .terminate('before the test')
      .catch(() => undefined);
  });

  after(async () => {
    await integration.stop();
  });

  const handle = (): ReturnType<typeof integration.client.workflow.getHandle> =>
    integration.client.workflow.getHandle(storesKind.id({ tenantUid: integration.tenantUid }));

  /** A store in Omnium, changed by its people. */
  async function change(storeId: string, members: Json): Promise<void> {
    const { body } = await integration.omnium('GET', `/api/Stores/${storeId}`);
    await integration.omnium('PUT', '/api/Stores', { ...body, ...members });
  }

  async function storeInFlow(storeUid: string): Promise<Json> {
    return (await integration.flow('GET', `/stores/${storeUid}`)).body;
  }

  /** Waits until no event is under way and no run is open. */
  async function settled(): Promise<SyncResult<StoresOutcome>> {
    await integration.deliveriesDone();
    await until(async () => {
      const description = await handle()
        .describe()
        .catch(() => undefined);
      return description?.status.name === 'COMPLETED' ? true : undefined;
    }, 30_000);
    return (await handle().result()) as SyncResult<StoresOutcome>;
  }

  const writesToFlow = async (): Promise<string[]> =>
    [...(await integration.requests('flow'))]
      .filter(({ method, path }) => method !== 'GET' && path.startsWith(`/v2/tenants/${integration.tenantUid}/`))
      .map(({ method, path }) => `${method} ${path.split(integration.tenantUid)[1] ?? path}`);

  it('follow an event within seconds, and a second one writes nothing', async () => {
    await integration.clearRequests();
    await change('oslo-city', { phoneNumber: '+4722110011' });
    const { outcome, syncState } = await settled();
    assert.equal(syncState, 'Synced');
    assert.deepEqual([outcome?.action, outcome?.changedFields], ['exported', ['oslocity phone']]);
    assert.equal((await storeInFlow('oslocity')).phone, '+4722110011');
    assert.deepEqual(await writesToFlow(), ['PUT /stores/oslocity']);
    await integration.clearRequests();
    await change('oslo-city', { comment: 'nothing that Flow has' });
    assert.equal((await settled()).outcome?.action, 'unchanged');
    assert.deepEqual(await writesToFlow(), []);
  });

  it('are written once for many events, and a new store arrives whole', async () => {
    await integration.clearRequests();
    await integration.omnium('PUT', '/api/Stores', {
      ...{ id: 'hamar-1', name: 'Hamar', isPrimaryStore: true, isWarehouse: true, availableOnMarkets: ['NOR'] },
      ...{
        address: { streetName: 'Strandgata', streetNumber: '3', city: 'Hamar', zipcode: '2317', countryCode: 'NO' },
      },
    });
    for (const storeId of ['oslo-city', 'bergen-sentrum', 'trondheim-torg'])
      await change(storeId, { email: `${storeId}@new.example` });
    await settled();
    assert.deepEqual((await writesToFlow()).sort(), [
      'POST /stores',
      'POST /stores/hamar1/warehouses',
      'PUT /stores/bergensentrum',
      'PUT /stores/hamar1',
      'PUT /stores/oslocity',
      'PUT /stores/trondheimtorg',
    ]);
    const hamar = await storeInFlow('hamar1');
    assert.deepEqual([hamar.name, hamar.defaultWarehouseUid], ['Hamar', 'hamar1']);
    assert.equal((await storeInFlow('trondheimtorg')).email, 'trondheim-torg@new.example');
  });

  it('wait while Flow is away, say so, and lose nothing', async () => {
    await integration.fault('flow', { kind: 'error', status: 503, path: '/stores' });
    await change('oslo-city', { phoneNumber: '+4722110012' });
    const status = await until(async () => {
      const now = await handle()
        .query<SyncStatus<StoresOutcome>>(SYNC_STATUS_QUERY)
        .catch(() => undefined);
      return now?.lastFailure ? now : undefined;
    }, 30_000);
    assert.equal(status.lastFailure?.failureType, 'FlowUnavailable');
    await integration.control('flow', 'DELETE /faults');
    await change('bergen-sentrum', { phoneNumber: '+4755110012' });
    const result = await settled();
    assert.ok(result.failedAttempts >= 1);
    assert.equal((await storeInFlow('oslocity')).phone, '+4722110012');
    assert.equal((await storeInFlow('bergensentrum')).phone, '+4755110012');
  });

  it('end as Differs when somebody has to look, and say at what', async () => {
    await integration.omnium('PUT', '/api/Stores', {
      ...{ id: 'oslo.city', name: 'Outlet', isPrimaryStore: true, isWarehouse: false, availableOnMarkets: ['NOR'] },
    });
    const { outcome, syncState } = await settled();
    assert.equal(syncState, 'Differs');
    assert.match(outcome?.differences?.join() ?? '', /oslo\.city become the same Flow uid oslocity/);
    const { typedSearchAttributes } = await handle().describe();
    assert.equal(typedSearchAttributes.get(searchAttributes.syncState), 'Differs');
    await integration.omnium('PUT', '/api/Stores', {
      ...{ id: 'oslo.city', name: 'Outlet', isPrimaryStore: false, isWarehouse: false, availableOnMarkets: ['NOR'] },
    });
    assert.equal((await settled()).syncState, 'Synced');
  });

  describe('by command', () => {
    let stopWorker: (() => Promise<void>) | undefined;

    before(async () => {
      await settled();
      const { nativeConnection: connection, namespace } = await devServer();
      const tenants = new TenantRegistry(integration.config.tenants);
      const worker = await createEngineWorker({
        ...{ engine: 'exports', connection, namespace, limits: integration.config.worker, tenants },
        retryLadder: 'one-minute',
      });
      const run = worker.run();
      stopWorker = async () => {
        worker.shutdown();
        await run;
        await tenants.close();
      };
      await workerIsThere('exports');
    });

    after(async () => {
      await stopWorker?.();
    });

    it('says what was done, tenant by tenant', async () => {
      await integration.unsubscribe();
      await change('oslo-city', { phoneNumber: '+4722110013' });
      const run = await opsOn(integration, 'stores', 'export', '--tenant', 'flow_no', '--wait');
      assert.equal(run.exitCode, 0, run.error);
      assert.match(run.out, /Stores of flow_no: brought up to date in Flow\./);
      assert.match(run.out, /Stores +0 created, 1 changed, 3 right already/);
      assert.match(run.out, /Written +oslocity phone/);
      assert.match(run.out, /Good to know +Warehouse web-no is listed by/);
      assertReadable(run.out);
      assert.equal((await storeInFlow('oslocity')).phone, '+4722110013');
      const again = await opsOn(integration, 'stores', 'export', '--wait', '--json');
      const exports = again.json.exports as { tenantUid: string; outcome: { action: string } }[];
      assert.equal(exports.length, integration.config.tenants.length);
      assert.equal(exports.find(({ tenantUid }) => tenantUid === 'flow_no')?.outcome.action, 'unchanged');
    });

    it('says what fails instead of waiting for hours', async () => {
      await integration.fault('flow', { kind: 'error', status: 503, path: '/stores' });
      const run = await opsOn(integration, 'stores', 'export', '--tenant', 'flow_no', '--wait');
      assert.match(run.out, /failing, and waiting to be tried again/);
      assert.match(run.out, /FlowUnavailable/);
      await integration.control('flow', 'DELETE /faults');
      const again = await opsOn(integration, 'stores', 'export', '--tenant', 'flow_no', '--wait');
      assert.match(again.out, /already right in Flow/);
    });
  });
});
