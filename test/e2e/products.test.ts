import assert from 'node:assert/strict';
import {
  GIVE_UP_UPDATE,
  type GiveUpRequest,
  SYNC_STATUS_QUERY,
  type SyncResult,
  type SyncStatus,
} from '../../src/contracts/entity-sync';
import { productKind, type ProductOutcome } from '../../src/contracts/kinds/product';
import { productsExport } from '../../src/activities/catalogue/products-export';
import type { OpenRow } from '../../src/activities/delta/export-kind';
import { TenantRegistry } from '../../src/activities/tenants';
import { Integration, type Json } from '../support/integration';
import { until } from '../support/order-driver';
import { sweptRarely } from '../support/sweep-rig';

describe('products, from Omnium’s events to the tills', function () {
  this.timeout(60_000);
  let integration: Integration;

  before(async function () {
    this.timeout(600_000);
    integration = await Integration.start(sweptRarely);
  });

  after(() => integration.stop());

  const idOf = (productId: string): string => productKind.id({ tenantUid: integration.tenantUid, productId });
  const handle = (productId: string): ReturnType<typeof integration.client.workflow.getHandle> =>
    integration.client.workflow.getHandle(idOf(productId));

  async function put(productId: string, members: Json = {}): Promise<void> {
    const base = {
      productId,
      skuId: productId,
      name: `Lamp ${productId}`,
      isActive: true,
      mainCategoryId: 'equipment',
    };
    await integration.omnium('POST', '/api/Products', { ...base, ...members });
  }

  async function ended(productId: string): Promise<SyncResult<ProductOutcome>> {
    await integration.deliveriesDone();
    return (await handle(productId).result()) as SyncResult<ProductOutcome>;
  }

  async function waiting(productId: string): Promise<SyncStatus<ProductOutcome>> {
    return await until(async () => {
      const status = await handle(productId)
        .query<SyncStatus<ProductOutcome>>(SYNC_STATUS_QUERY)
        .catch(() => undefined);
      return status?.lastFailure ? status : undefined;
    }, 30_000);
  }

  const inFlow = async (productUid: string): Promise<Json> =>
    (await integration.flow('GET', `/products/${productUid}`)).body;

  it('come to the tills when they are made, changed and deleted', async () => {
    await put('lamp-1');
    const made = await ended('lamp-1');
    assert.deepEqual(
      [made.syncState, made.outcome?.action, made.outcome?.productUids],
      ['Synced', 'created', ['lamp1']],
    );
    await integration.omnium('PATCH', '/api/Products/lamp-1', { productId: 'lamp-1', name: 'Lamp for the cabin' });
    assert.deepEqual((await ended('lamp-1')).outcome?.changedFields, ['lamp-1 name']);
    assert.equal((await inFlow('lamp1')).name, 'Lamp for the cabin');
    await integration.omnium('DELETE', '/api/Products/lamp-1');
    assert.equal((await ended('lamp-1')).outcome?.action, 'discontinued');
    assert.equal((await inFlow('lamp1')).allowSale, 'NO');
  });

  it('whose uids collide wait on their own page, and heal when one is renamed', async () => {
    await put('lamp-2');
    await ended('lamp-2');
    await put('lamp2');
    await integration.deliveriesDone();
    const { lastFailure } = await waiting('lamp2');
    assert.equal(lastFailure?.failureType, 'UidCollision');
    assert.match(lastFailure.message, /lamp2 and lamp-2 become the same Flow uid lamp2/);
    await put('lamp2', { skuId: 'lamp-two' });
    const result = await ended('lamp2');
    assert.deepEqual([result.syncState, result.outcome?.productUids], ['Synced', ['lamptwo']]);
    assert.equal((await inFlow('lamp2')).sku, 'lamp-2');
  });

  it('that an export could not bring over get workflows of their own; one that was given up is left in peace', async () => {
    const { client, taskQueue, tenantUid, config } = integration;
    const tenants = new TenantRegistry(config.tenants);
    try {
      const to = { client, taskQueue, tenantUid, marketOrGroup: 'NOR', stream: 'products' } as const;
      const handOver = async (at: string, wereOpen: boolean): Promise<void> => {
        const row: OpenRow = { row: 'lamp2', as: 'failed', why: 'a test' };
        const more = { tenant: tenants.get(tenantUid), retryLadder: config.retryLadder, at, wereOpen };
        await productsExport.handOver?.([row], { ...to, ...more });
      };
      await put('lamp2');
      await waiting('lamp2');
      const { runId } = await handle('lamp2').describe();
      await handOver('2026-11-21T10:00:00.000Z', true);
      assert.equal((await handle('lamp2').describe()).runId, runId);
      const giveUp = { args: [{ reason: 'a test' }] } satisfies { args: [GiveUpRequest] };
      await handle('lamp2').executeUpdate<string, [GiveUpRequest]>(GIVE_UP_UPDATE, giveUp);
      await handle('lamp2').result();
      await handOver('2026-11-21T10:15:00.000Z', true);
      assert.equal((await handle('lamp2').describe()).status.name, 'COMPLETED');
      await handOver('2026-11-21T10:30:00.000Z', false);
      const description = await until(async () => {
        const latest = await handle('lamp2').describe();
        return latest.runId === runId ? undefined : latest;
      });
      assert.equal(description.status.name, 'RUNNING');
      await handle('lamp2').terminate('end of test');
    } finally {
      await tenants.close();
    }
  });
});
