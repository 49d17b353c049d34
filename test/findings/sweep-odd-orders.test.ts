import assert from 'node:assert/strict';
import { Integration } from '../support/integration';
import { SweepRig, sweptRarely } from '../support/sweep-rig';
import { WebShop } from '../support/web-shop';

/** One order that is not the documented document costs itself, and no other one (finding 23). */
describe('findings: odd documents in the sweep of orders', function () {
  this.timeout(120_000);
  let integration: Integration;
  let shop: WebShop;
  let rig: SweepRig;

  before(async function () {
    this.timeout(600_000);
    integration = await Integration.start(sweptRarely);
    shop = new WebShop(integration);
    const { config, tenantUid, taskQueue } = integration;
    rig = await SweepRig.create({ config, tenantUid, ownersTaskQueue: taskQueue });
    await rig.provision();
    await rig.startWorker();
    await rig.sweep('omnium-orders');
    await integration.manners('omnium', 'order-without-form');
    for (const vendor of ['omnium', 'flow'] as const) await integration.fault(vendor, { kind: 'webhook-lost' });
  });
  after(async () => {
    await rig.stop();
    await integration.stop();
  });

  for (const odd of [0, 1, 2]) {
    it(`finding 23: the others of its page are found and synced, with ${odd} odd ones among them`, async () => {
      const good: string[] = [];
      const bad: string[] = [];
      for (let count = 0; count < 4; count += 1) {
        if (count < odd) bad.push(await shop.place({ tags: ['odd'] }));
        good.push(await shop.place());
      }
      const report = await rig.sweep('omnium-orders');
      assert.deepEqual([...report.names].sort(), [...good, ...bad].sort());
      for (const orderNumber of good) {
        assert.equal((await integration.settled(orderNumber)).syncState, 'Synced');
      }
      for (const orderNumber of bad) {
        assert.equal((await integration.waiting(orderNumber)).lastFailure?.failureType, 'OmniumResponseInvalid');
      }
      assert.deepEqual((await rig.sweep('omnium-orders')).names, [], 'the watermark has moved on');
    });
  }
});
