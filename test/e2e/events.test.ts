import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { Integration, type Json } from '../support/integration';
import { until } from '../support/order-driver';
import { WebShop } from '../support/web-shop';

describe('events about one order', function () {
  this.timeout(120_000);
  let integration: Integration;
  let shop: WebShop;

  before(async function () {
    this.timeout(600_000);
    integration = await Integration.start();
    shop = new WebShop(integration);
    // These tests send the events themselves.
    await integration.unsubscribe();
  });

  after(async () => {
    await integration.stop();
  });

  const event = (id: string, eventId: string): Json => ({
    id: eventId,
    className: 'Order',
    subClassName: 'ClickAndCollect',
    objectId: id,
    objectNumber: id,
    category: 'Updated',
    market: 'nor',
  });
  /** Tells the integration as Omnium does: what was not accepted is told again. */
  const tell = async (told: Json): Promise<void> => {
    await until(async () => ((await integration.post(told)).status === 202 ? true : undefined), 30_000);
  };
  const writes = async (): Promise<number> =>
    (await integration.requests('flow')).filter(({ method, path }) => method !== 'GET' && path.includes('/orders'))
      .length;

  it('a thousand copies of one make one run and one write of each part', async () => {
    const id = await shop.place();
    await integration.clearRequests();
    await Promise.all(Array.from({ length: 1_000 }, () => tell(event(id, 'same'))));
    const result = await integration.settled(id);
    assert.equal(result.passes, 1);
    assert.equal(await writes(), 3, 'order, handling, state');
    assert.equal(await integration.runsOf(id), 1);
  });

  it('a thousand different ones within 5 s make one run, never two passes at once, no more writes than contents', async () => {
    const id = await shop.place();
    await integration.clearRequests();
    const contents = 5;
    const told: Promise<void>[] = [];
    for (let content = 0; content < contents; content += 1) {
      if (content > 0) {
        const lines = [{ lineItemId: '1', quantity: content + 1 }];
        await integration.omnium('PATCH', `/api/Orders/${id}/PatchUpdateOrderLines`, lines);
      }
      for (let burst = 0; burst < 40; burst += 1) {
        told.push(...Array.from({ length: 5 }, (_, index) => tell(event(id, `${content}-${burst}-${index}`))));
        await pause(15);
      }
    }
    await Promise.all(told);
    const { passes } = await integration.settled(id);
    assert.equal(await integration.runsOf(id), 1);
    assert.ok(passes < 300, `${passes} passes for 1,000 events`);
    const flow = await integration.orderInFlow(id);
    assert.equal((flow?.items as Json[])[0]?.quantity, contents * 100, 'the last content is the one that stays');
    const creates = (await integration.requests('flow', 'POST')).filter(({ path }) => path.endsWith('/orders'));
    const changes = (await integration.requests('flow', 'PUT')).filter(({ path }) => path.includes('/items/'));
    assert.equal(creates.length, 1);
    assert.ok(changes.length <= contents - 1, `${changes.length} line writes for ${contents} contents`);
  });

  it('one that arrives during a pass makes exactly one more', async () => {
    const id = await shop.place();
    await integration.fault('omnium', {
      kind: 'latency',
      method: 'GET',
      path: `/Orders/${id}`,
      delayMs: 800,
      times: 1,
    });
    await integration.post(event(id, 'first'));
    await pause(300);
    await Promise.all(['a', 'b', 'c'].map((eventId) => integration.post(event(id, eventId))));
    assert.equal((await integration.settled(id)).passes, 2);
  });

  it('one after completion starts a run that writes nothing when nothing changed', async () => {
    const id = await shop.place();
    await integration.post(event(id, 'first'));
    await integration.settled(id);
    await integration.clearRequests();
    await integration.post(event(id, 'late'));
    const result = await integration.settled(id);
    assert.equal(result.outcome?.action, 'unchanged');
    assert.equal(await writes(), 0);
    assert.equal(await integration.runsOf(id), 2);
  });

  it('in any order, doubled and without ids, end in the order as it is', async () => {
    await integration.subscribe();
    for (const kind of ['webhook-duplicate', 'webhook-reorder'])
      await integration.fault('omnium', { kind, share: 0.7 });
    const id = await shop.place({ orderType: 'Online', lines: [{ code: shop.sku(0) }, { code: shop.sku(1) }] });
    for (const quantity of [2, 3, 4]) {
      await integration.omnium('PATCH', `/api/Orders/${id}/PatchUpdateOrderLines`, [{ lineItemId: '2', quantity }]);
    }
    const { id: _id, ...withoutId } = event(id, '');
    await integration.post([withoutId, withoutId]);
    await integration.settled(id);
    const flow = await integration.orderInFlow(id);
    assert.deepEqual(
      (flow?.items as Json[]).map((item) => item.quantity),
      [100, 400],
    );
    assert.equal(flow?.orderState, 'CONFIRMED');
  });
});
