import assert from 'node:assert/strict';
import { SYNC_STATUS_QUERY, type SyncResult, type SyncStatus } from '../../src/contracts/entity-sync';
import { productKind, type ProductOutcome } from '../../src/contracts/kinds/product';
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
});
