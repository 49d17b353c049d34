import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { type Answer, type Json, type OmniumRig, orderOf, startRig, until } from './omnium-rig';

const idsOf = (json: Json): unknown[] => json.list('result').map((order) => order.at('id'));

describe('Omnium sandbox search, lists and scroll', () => {
  let rig: OmniumRig;
  const search = (body: unknown): Promise<Answer> => rig.call('POST', '/api/Orders/Search', body);

  describe('with 25 orders', () => {
    before(async () => {
      rig = await startRig({ scrollBatchSize: 10, rateLimits: false });
      for (let i = 1; i <= 25; i += 1) {
        const store = i % 5 === 0 ? { marketId: 'SWE', storeId: 'stockholm-norr', orderType: 'Online' } : {};
        const lineItems = [{ lineItemId: '1', code: rig.skus[0], quantity: 1, placedPrice: i }];
        await rig.call(
          'POST',
          '/api/Orders',
          orderOf(rig, `o-${i}`, { ...store, orderForm: { lineItems }, customerId: `c-${i}` }),
        );
        await sleep(1);
      }
    });
    after(() => rig.stop());

    it('pages from 0 with take', async () => {
      const first = await search({ take: 10, sortOrder: 'ModifiedAscending' });
      assert.equal(first.json.at('totalHits'), 25);
      assert.equal(idsOf(first.json)[0], 'o-1');
      const third = await search({ take: 10, page: 2, sortOrder: 'ModifiedAscending' });
      assert.deepEqual(idsOf(third.json), ['o-21', 'o-22', 'o-23', 'o-24', 'o-25']);
      assert.equal(idsOf((await search({})).json)[0], 'o-25', 'the latest change first');
      assert.equal('facets' in (first.json.raw as object), false);
    });

    it('refuses what is beyond its limits', async () => {
      const bodies = [
        { take: 101 },
        { take: 100, page: 101 },
        { take: -1 },
        { page: -1 },
        { take: '5' },
        { sortOrder: 'Random' },
      ];
      for (const body of bodies) {
        assert.equal((await search(body)).status, 400, JSON.stringify(body));
      }
      assert.equal((await search({ take: 100, page: 100 })).status, 200);
      assert.equal(
        (await search({ picklistIds: ['1'] })).status,
        400,
        'a filter that is not offered is named, not ignored',
      );
    });

    it('filters', async () => {
      const total = async (body: unknown): Promise<unknown> => (await search(body)).json.at('totalHits');
      assert.equal(await total({ selectedMarkets: ['SWE'] }), 5);
      assert.equal(await total({ SelectedStores: ['oslo-city'] }), 20);
      assert.equal(await total({ orderType: 'online' }), 5);
      assert.equal(await total({ customerId: 'c-7' }), 1);
      assert.equal(await total({ selectedStatuses: ['Completed'] }), 0);
      assert.equal(await total({ excludedStatuses: ['New'] }), 0);
      assert.equal(await total({ searchText: 'o-2' }), 7);
      assert.equal(await total({ productNumbers: [rig.skus[0]] }), 25);
      assert.equal(await total({ productNumbers: [rig.skus[1]] }), 0);
    });

    it('reads a delta from modifiedFrom on, the moment itself included', async () => {
      const middle = (await rig.call('GET', '/api/Orders/o-20')).json.text('modified');
      const delta = await search({ modifiedFrom: middle, sortOrder: 'ModifiedAscending' });
      assert.deepEqual(idsOf(delta.json)[0], 'o-20');
      assert.equal(delta.json.at('totalHits'), 6);
      const window = await search({ modifiedFrom: middle, modifiedTo: middle });
      assert.deepEqual(idsOf(window.json), ['o-20']);
    });

    it('lists from page 1 by query, changedSince excluded', async () => {
      const list = await rig.call('GET', '/api/Orders/GetOrders?storeId=oslo-city&PageSize=15&page=2&status=New');
      assert.deepEqual([list.json.at('totalHits'), list.json.list('result').length], [20, 5]);
      const since = (await rig.call('GET', '/api/Orders/o-20')).json.text('modified');
      const changed = await rig.call('GET', `/api/Orders/GetOrders?changedSince=${since}`);
      assert.equal(changed.json.at('totalHits'), 5);
      for (const query of ['pageSize=101', 'pageSize=0', 'page=0', 'page=x', 'changedSince=never']) {
        assert.equal((await rig.call('GET', `/api/Orders/GetOrders?${query}`)).status, 400, query);
      }
      const byType = await rig.call('GET', '/api/Orders/GetOrders/ByOrderType?orderTypes=Online');
      assert.equal(byType.json.at('totalHits'), 5);
      assert.equal((await rig.call('GET', '/api/Orders/GetOrders/Count?storeId=oslo-city')).json.raw, 20);
      assert.equal((await rig.call('GET', '/api/Orders/GetOrdersForCustomer?customerId=c-3')).json.at('totalHits'), 1);
    });

    it('finds many by id', async () => {
      const byIds = await rig.call('GET', '/api/Orders/GetOrders/ByIds?ids=o-1&ids=o-2&ids=nope');
      assert.equal(byIds.json.list('orders').length, 2);
      assert.deepEqual(byIds.json.at('missingIds'), ['nope']);
      assert.deepEqual((await rig.call('POST', '/api/Orders/ExistMany', ['o-1', 'nope'])).json.raw, ['o-1']);
    });

    it('scrolls a snapshot with changing ids to its end', async () => {
      const first = await rig.call('POST', '/api/Orders/Scroll', { sortOrder: 'ModifiedAscending' });
      assert.deepEqual([first.json.list('result').length, first.json.at('totalHits')], [10, 25]);
      await rig.call('PATCH', '/api/Orders/o-15/PatchOrder', { tags: ['late'] });
      const second = await rig.call('GET', `/api/Orders/Scroll/${first.json.text('scrollId')}`);
      assert.equal(idsOf(second.json)[4], 'o-15');
      assert.equal(second.json.at('result.4.tags'), undefined, 'later changes do not show');
      assert.notEqual(second.json.at('scrollId'), first.json.at('scrollId'));
      assert.equal((await rig.call('GET', `/api/Orders/Scroll/${first.json.text('scrollId')}`)).status, 404);
      const third = await rig.call('GET', `/api/Orders/Scroll/${second.json.text('scrollId')}`);
      assert.equal(third.json.list('result').length, 5);
      const end = await rig.call('GET', `/api/Orders/Scroll/${third.json.text('scrollId')}`);
      assert.deepEqual([end.json.list('result').length, end.json.at('scrollId')], [0, undefined]);
    });

    it('forgets a scroll after five idle minutes', async () => {
      const first = await rig.call('POST', '/api/Orders/Scroll', {});
      await rig.control('POST', '/clock', { advanceMs: 5 * 60_000 + 1 });
      assert.equal((await rig.call('GET', `/api/Orders/Scroll/${first.json.text('scrollId')}`)).status, 404);
      assert.equal((await rig.call('GET', '/api/Products/Scroll/unknown')).status, 404);
    });
  });

  it('shows writes to searches only after the index lag, but at once by id', async () => {
    rig = await startRig({ indexLagMs: 80 });
    await rig.call('POST', '/api/Orders', orderOf(rig, 'o-1'));
    assert.equal((await rig.call('GET', '/api/Orders/o-1')).status, 200);
    assert.equal((await search({})).json.at('totalHits'), 0);
    await until(async () => (await search({})).json.at('totalHits') === 1, 'the index');
    await rig.call('PATCH', '/api/Orders/o-1/PatchOrder', { tags: ['x'] });
    assert.equal((await search({})).json.at('result.0.tags'), undefined);
    await until(async () => (await search({ tags: ['x'] })).json.at('totalHits') === 1, 'the index');
    await rig.stop();
  });
});
