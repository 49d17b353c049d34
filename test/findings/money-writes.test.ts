import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { Integration, type Json } from '../support/integration';
import { Tills } from '../support/tills';
import { WebShop } from '../support/web-shop';

/** Longest time a call of Omnium's takes here, and what a client would wait for any other answer. */
const LONGEST_CALL_MS = 3_000;
const TIMEOUT_MS = 800;

/** Nothing is delivered, returned or paid twice, whatever becomes of an answer (finding 5). */
describe('findings: writes of unknown outcome', function () {
  this.timeout(120_000);
  let integration: Integration;
  let shop: WebShop;
  let tills: Tills;

  before(async function () {
    this.timeout(600_000);
    integration = await Integration.start((config) => ({
      ...config,
      worker: { ...config.worker, shutdownGraceMs: LONGEST_CALL_MS + 2_000 },
      tenants: config.tenants.map((tenant) => ({
        ...tenant,
        omnium: { ...tenant.omnium, timeoutMs: TIMEOUT_MS, longestCallMs: LONGEST_CALL_MS },
      })),
    }));
    shop = new WebShop(integration);
    tills = new Tills(integration);
  });
  afterEach(() => integration.control('omnium', 'DELETE /faults'));
  after(() => integration.stop());

  const uidOf = (id: string): string => id.replace(/\W/g, '');
  const delivered = (order: Json): unknown[] =>
    ((order.orderForm as Json).lineItems as Json[]).map(({ deliveredQuantity }) => deliveredQuantity);
  const calls = async (path: string): Promise<number> =>
    (await integration.requests('omnium', 'POST')).filter((request) => request.path.includes(path)).length;
  const handOverOne = async (id: string): Promise<void> => {
    const [item] = (await integration.orderInFlow(id))?.items as Json[];
    await tills.onOrder(uidOf(id), 'hand-over', { lines: [{ orderItemUid: item?.orderItemUid, quantity: 100 }] });
    // Flow tells nobody of a part: a sweep finds it.
    await integration.resync(id);
  };
  const placed = async (): Promise<string> => {
    const id = await shop.place({ lines: [{ code: shop.sku(0), quantity: 3 }] });
    await integration.settled(id);
    await integration.clearRequests();
    return id;
  };

  for (const [what, disturb] of [
    ['another event', (id: string) => handOverOne(id)],
    ['an operator', (id: string) => integration.resync(id)],
    [
      'a deploy',
      async () => {
        await integration.stopWorker();
        await integration.startWorker();
      },
    ],
  ] as const) {
    it(`a hand-over that Omnium works on for longer than its timeout is told once: ${what} meanwhile`, async () => {
      const id = await placed();
      await integration.fault('omnium', { kind: 'latency', path: 'OrderLinesUpdate', delayMs: 2_000, times: 1 });
      await handOverOne(id);
      await pause(1_200);
      await disturb(id);
      const pieces = what === 'another event' ? 2 : 1;
      const order = await integration.orderInOmniumWhen(id, (each) => delivered(each)[0] === pieces);
      await integration.settled(id);
      await pause(1_000);
      assert.deepEqual(delivered((await integration.omnium('GET', `/api/Orders/${id}`)).body), delivered(order));
      assert.equal(await calls('OrderLinesUpdate'), pieces);
    });
  }

  for (const [what, kind, times] of [
    ['is lost', 'lost-answer', 1],
    ['never came, as nothing was done', 'reset', 2],
  ] as const) {
    it(`a return whose answer ${what} is looked for before it is told again, and never before the vendor is done`, async () => {
      const id = await placed();
      await tills.onOrder(uidOf(id), 'hand-over');
      await integration.orderInOmniumWhen(id, ({ status }) => status === 'Completed');
      await integration.settled(id);
      await integration.fault('omnium', { kind, path: '/Return$', times: 1 });
      const from = Date.now();
      await tills.takeBack([{ sku: shop.sku(0) }], { originalOrderUid: uidOf(id) });
      await pause(500);
      await integration.resync(id);
      await integration.settled(id);
      assert.ok(Date.now() - from >= LONGEST_CALL_MS - 200, 'the next look came after the longest call');
      const forms = (await integration.omnium('GET', `/api/Orders/${id}`)).body.returnOrderForms as Json[];
      assert.equal(forms.length, 1);
      assert.equal(await calls('/Return'), times);
    });
  }

  it('shows that Omnium has more delivered than the shop has handed over', async () => {
    const id = await placed();
    await handOverOne(id);
    await integration.orderInOmniumWhen(id, (each) => delivered(each)[0] === 1);
    await integration.settled(id);
    const lineItemUpdates = [{ lineItemId: '1', deliveredQuantity: 1 }];
    await integration.omnium('POST', `/api/Orders/${id}/OrderLinesUpdate`, { lineItemUpdates });
    const { syncState, outcome } = await integration.settled(id);
    assert.equal(syncState, 'Differs');
    assert.ok(outcome?.differences?.includes('lineItems[1].deliveredQuantity: Omnium 2, the shop 1'));
  });

  it('finding 6: the piece that the customer has just added is not taken for the shop’s doing', async () => {
    const id = await shop.place({ lines: [{ code: shop.sku(0), quantity: 2 }] });
    await integration.settled(id);
    await handOverOne(id);
    await integration.orderInOmniumWhen(id, (each) => delivered(each)[0] === 1);
    await integration.settled(id);
    await integration.omnium('PATCH', `/api/Orders/${id}/PatchUpdateOrderLines`, [{ lineItemId: '1', quantity: 3 }]);
    for (let pass = 0; pass < 3; pass += 1) {
      await integration.settled(id);
      await integration.resync(id);
    }
    const { syncState } = await integration.settled(id);
    const [line] = ((await integration.omnium('GET', `/api/Orders/${id}`)).body.orderForm as Json).lineItems as Json[];
    assert.deepEqual([line?.quantity, line?.canceledQuantity ?? 0, syncState], [3, 0, 'Differs']);
  });
});
