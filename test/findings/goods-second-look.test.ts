import assert from 'node:assert/strict';
import { SYNC_STATUS_QUERY, type SyncResult, type SyncStatus } from '../../src/contracts/entity-sync';
import { productKind, type ProductOutcome } from '../../src/contracts/kinds/product';
import { Buyer } from '../support/buyer';
import { Integration, type Json } from '../support/integration';
import { until } from '../support/order-driver';
import { sweptRarely } from '../support/sweep-rig';

/** One 404 is no deletion: it has to stay so for some time (security-and-faults 3, findings A2). */
describe('findings: a single removal is looked at twice', function () {
  this.timeout(200_000);
  let integration: Integration;
  let buyer: Buyer;

  before(async function () {
    this.timeout(600_000);
    integration = await Integration.start((config) => {
      const swept = sweptRarely(config);
      // The next attempt comes a minute later.
      const tenants = swept.tenants.map((tenant) => ({
        ...tenant,
        exports: { ...tenant.exports, secondLookSeconds: 20 },
      }));
      return { ...swept, tenants };
    });
    buyer = new Buyer(integration);
  });
  after(() => integration.stop());

  const handle = (productId: string): ReturnType<typeof integration.client.workflow.getHandle> =>
    integration.client.workflow.getHandle(productKind.id({ tenantUid: integration.tenantUid, productId }));
  const ended = async (productId: string): Promise<SyncResult<ProductOutcome>> => {
    await integration.deliveriesDone();
    return (await handle(productId).result()) as SyncResult<ProductOutcome>;
  };
  const held = async (productId: string): Promise<void> => {
    const failureType = await until(async () => {
      const status = await handle(productId)
        .query<SyncStatus<ProductOutcome>>(SYNC_STATUS_QUERY)
        .catch(() => undefined);
      return status?.lastFailure?.failureType;
    }, 30_000);
    assert.equal(failureType, 'RemovalHeld');
  };
  const isSold = async (productUid: string): Promise<boolean> => {
    const { body } = await integration.flow('GET', `/products/${productUid}`);
    return body.allowSale !== 'NO';
  };

  it('a 404 that does not last removes nothing; one that lasts does, of products and of purchase orders', async () => {
    for (const productId of ['lamp-1', 'lamp-2']) {
      const document: Json = {
        productId,
        skuId: productId,
        name: productId,
        isActive: true,
        mainCategoryId: 'equipment',
      };
      await integration.omnium('POST', '/api/Products', document);
      await ended(productId);
      assert.ok(await isSold(productId.replace('-', '')));
    }
    const order = await buyer.known();

    await integration.fault('omnium', { kind: 'error', status: 404, path: '/api/Products/lamp-1' });
    await integration.omnium('PATCH', '/api/Products/lamp-2', { productId: 'lamp-2', name: 'Lamp' });
    await integration.control('omnium', 'POST /catalogue/touch', { codes: ['lamp-1'] });
    await integration.omnium('DELETE', '/api/Products/lamp-2');
    await buyer.delete(order);
    await Promise.all([held('lamp-1'), held('lamp-2')]);
    assert.deepEqual(
      await Promise.all([isSold('lamp1'), isSold('lamp2')]),
      [true, true],
      'nothing was removed at once',
    );
    assert.equal((await buyer.inFlow(order)).length, 1);

    await integration.control('omnium', 'DELETE /faults');
    const [there, gone] = await Promise.all([ended('lamp-1'), ended('lamp-2')]);
    await until(async () => ((await buyer.inFlow(order)).length === 0 ? true : undefined), 90_000);
    const removed = await buyer.settled(order);
    assert.notEqual(there.outcome?.action, 'discontinued');
    assert.equal(gone.outcome?.action, 'discontinued');
    assert.equal(removed.outcome?.action, 'removed');
    assert.deepEqual(await Promise.all([isSold('lamp1'), isSold('lamp2')]), [true, false]);
    assert.deepEqual(await buyer.inFlow(order), []);
  });
});
