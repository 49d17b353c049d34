import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';

import fc from 'fast-check';

import { ChangeLog, mergedView } from '../../sandbox/flow/store/change-log';
import { Collection } from '../../sandbox/flow/store/collection';
import { at, fieldsOf, type FlowRig, S, skuNumber, startFlowRig, T } from './flow-rig';

const timeOf = (seconds: number): string => new Date(Date.UTC(2026, 0, 1) + seconds * 1_000).toISOString();

describe("the Flow sandbox's lists", () => {
  describe('by last change', () => {
    it('hold the same as a sort, after any changes and removals', () => {
      const step = fc.record({
        uid: fc.integer({ min: 0, max: 12 }),
        at: fc.integer({ min: 0, max: 50 }),
        gone: fc.boolean(),
      });
      fc.assert(
        fc.property(fc.array(step, { maxLength: 80 }), fc.integer({ min: 0, max: 50 }), (steps, from) => {
          const log = new ChangeLog<{ uid: string; lastModifiedAt: string }>();
          let expected: { uid: string; lastModifiedAt: string }[] = [];
          for (const { uid, at: seconds, gone } of steps) {
            const doc = { uid: String(uid), lastModifiedAt: timeOf(seconds) };
            expected = expected.filter((other) => other.uid !== doc.uid);
            if (gone) {
              log.remove(doc.uid);
            } else {
              log.put(doc.uid, doc);
              expected.push(doc);
            }
          }
          expected.sort((a, b) => Date.parse(a.lastModifiedAt) - Date.parse(b.lastModifiedAt));
          assert.equal(log.size, expected.length);
          assert.deepEqual(log.page(0, 100, 'ASC'), expected);
          assert.deepEqual(log.page(1, 3, 'DESC'), [...expected].reverse().slice(1, 4));
          const later = expected.filter(({ lastModifiedAt }) => lastModifiedAt >= timeOf(from));
          const view = log.since(timeOf(from));
          assert.equal(view.size, later.length);
          assert.deepEqual(view.page(0, 100, 'ASC'), later);
          assert.deepEqual(view.page(0, 2, 'DESC'), [...later].reverse().slice(0, 2));
        }),
      );
    });

    it('of several kinds are one list, near and far, in both directions', () => {
      const changes = fc.array(
        fc.record({ log: fc.integer({ min: 0, max: 2 }), at: fc.integer({ min: 0, max: 30 }) }),
        {
          maxLength: 60,
        },
      );
      fc.assert(
        fc.property(changes, fc.integer({ min: 0, max: 70 }), (steps, start) => {
          const logs = [0, 1, 2].map(() => new ChangeLog<{ uid: string; lastModifiedAt: string }>());
          for (const [index, step] of steps.entries()) {
            logs[step.log]?.put(String(index), { uid: String(index), lastModifiedAt: timeOf(step.at) });
          }
          const whole = mergedView(logs).page(0, 1_000_000, 'ASC');
          assert.equal(whole.length, steps.length);
          const times = whole.map(({ lastModifiedAt }) => lastModifiedAt);
          assert.deepEqual(times, [...times].sort());
          const view = mergedView(logs);
          assert.equal(view.size, steps.length);
          for (const far of [false, true]) {
            // A far page puts the whole list together, which the pages after it are cut from.
            if (far) assert.deepEqual(view.page(2_000, 10, 'DESC'), []);
            assert.deepEqual(view.page(start, 7, 'ASC'), whole.slice(start, start + 7));
            assert.deepEqual(view.page(start, 7, 'DESC'), [...whole].reverse().slice(start, start + 7));
          }
        }),
      );
    });

    it('page through 100,000 documents without sorting them, while they change', () => {
      interface Doc {
        readonly uid: string;
        readonly storeUid: string;
      }
      const docs = new Collection<Doc>({
        uidOf: ({ uid }) => uid,
        changeLogs: { storeUid: ({ storeUid }) => storeUid },
      });
      const audit = { createdBy: 'x', lastModifiedBy: 'x', createdAt: timeOf(0) };
      for (let index = 0; index < 100_000; index += 1) {
        docs.add({ uid: String(index), storeUid: `s${index % 2}`, ...audit, lastModifiedAt: timeOf(index) });
      }
      const startedAt = performance.now();
      for (let round = 0; round < 300; round += 1) {
        const doc = docs.get(String((round * 2 * 97) % 100_000));
        assert.ok(doc);
        doc.lastModifiedAt = timeOf(100_000 + round);
        docs.changed(doc);
        const [newest] = docs.byLastChange('storeUid', doc.storeUid)?.page(0, 100, 'DESC') ?? [];
        assert.equal(newest, doc);
      }
      const view = docs.byLastChange('storeUid', 's1');
      for (let start = 0; start < 50_000; start += 100) assert.equal(view?.page(start, 100, 'DESC').length, 100);
      const elapsedMs = performance.now() - startedAt;
      // 800 sorts of 50,000 would take half a minute; this takes some 20 ms.
      assert.ok(elapsedMs < 3_000, `${elapsedMs} ms`);
    });
  });

  describe('over HTTP', () => {
    let rig: FlowRig;
    const uids: string[] = [];
    before(async () => {
      rig = await startFlowRig();
      for (let index = 0; index < 7; index += 1) {
        const lines = [{ sku: skuNumber(rig, index), quantity: 100, itemPrice: 1_000 }];
        uids.push(String(at((await rig.till('/parked-orders', { lines })).body, 'orderUid')));
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    });
    after(() => rig.stop());

    const newestFirst = 'sortBy=lastModifiedAt&sortDirection=DESC';
    const listed = async (path: string, field: string): Promise<unknown[]> => {
      const found: unknown[] = [];
      for (let page = 1; ; page += 1) {
        const { status, body } = await rig.call(`GET ${path}&pageSize=3&pageNumber=${page}`);
        assert.equal(status, 200, JSON.stringify(body));
        const items = at(body, 'items') as unknown[];
        found.push(...items.map((item) => at(item, field)));
        if (items.length === 0) {
          assert.equal(found.length, at(body, 'paging.totalCount'));
          return found;
        }
      }
    };
    const modifiedAt = async (uid: string): Promise<number> =>
      Date.parse(String(at((await rig.call(`GET ${T}/orders/${uid}`)).body, 'lastModifiedAt')));

    it("show a store's orders, newest change first, on pages that fit together", async () => {
      assert.deepEqual(await listed(`${S}/orders?${newestFirst}`, 'orderUid'), [...uids].reverse());
      assert.deepEqual(await listed(`${S}/orders?sortBy=lastModifiedAt`, 'orderUid'), uids);
      assert.deepEqual(await listed(`${T}/stores/bergensentrum/orders?${newestFirst}`, 'orderUid'), []);
      assert.deepEqual(fieldsOf(await rig.call(`GET ${S}/orders?sortBy=lastModifiedAt&sortDirection=DOWN`)), [
        'sortDirection',
      ]);
    });

    it('move an order to the front with every kind of change', async () => {
      const [uid = ''] = uids;
      const changes: readonly (() => Promise<{ status: number }>)[] = [
        () => rig.call(`POST ${S}/orders/${uid}/handlings`, { handlingUid: 'click_collect', orderHandlingUid: 'h' }),
        () => rig.call(`PUT ${S}/orders/${uid}/handlings/h`, { state: 'IN_PROGRESS' }),
        () => rig.till(`/orders/${uid}/handlings/h`, { state: 'COMPLETE' }),
        () => rig.call(`PUT ${S}/orders/${uid}`, { internalNote: 'seen' }),
        () => rig.till(`/orders/${uid}/open`),
        () => rig.till(`/orders/${uid}/park`),
        () => rig.till(`/orders/${uid}/pay`, { payments: [{ settlementCode: 'CARD', amount: 100 }] }),
        () => rig.till(`/orders/${uid}/hand-over`),
      ];
      for (const [index, change] of changes.entries()) {
        const before = await modifiedAt(uid);
        await new Promise((resolve) => setTimeout(resolve, 3));
        const { status } = await change();
        assert.ok(status < 300, `change ${index}: ${status}`);
        assert.ok((await modifiedAt(uid)) > before, `change ${index}`);
        const first = await rig.call(`GET ${S}/orders?${newestFirst}&pageSize=1`);
        assert.equal(at(first.body, 'items[0].orderUid'), uid);
        // Something else comes before it again.
        await rig.call(`PUT ${S}/orders/${uids[1] ?? ''}`, { note: String(index) });
      }
    });

    it('filter by when orders were made and settled, in both orders', async () => {
      const order = await rig.call(`GET ${T}/orders/${uids[3] ?? ''}`);
      const createdAt = String(at(order.body, 'createdAt'));
      const [date, time] = [encodeURIComponent(createdAt), Date.parse(createdAt)];
      const later = encodeURIComponent(new Date(time + 1).toISOString());
      for (const sorting of [newestFirst, 'sortBy=createdAt']) {
        const from = await listed(`${S}/orders?${sorting}&orderCreatedAtFrom=${date}`, 'orderUid');
        assert.deepEqual(new Set(from), new Set(uids.slice(3)));
        const to = await listed(`${S}/orders?${sorting}&orderCreatedAtTo=${date}`, 'orderUid');
        assert.deepEqual(new Set(to), new Set(uids.slice(0, 4)));
        const both = `orderCreatedAtFrom=${date}&orderCreatedAtTo=${date}`;
        assert.deepEqual(await listed(`${S}/orders?${sorting}&${both}`, 'orderUid'), [uids[3]]);
        const settled = await listed(`${S}/orders?${sorting}&orderSettledAtFrom=${later}`, 'orderUid');
        assert.deepEqual(settled, [uids[0]]);
        assert.deepEqual(await listed(`${S}/orders?${sorting}&orderSettledAtTo=${date}`, 'orderUid'), []);
      }
      const zoned = encodeURIComponent(createdAt.replace('Z', '+00:00'));
      assert.equal((await listed(`${S}/orders?${newestFirst}&orderCreatedAtFrom=${zoned}`, 'orderUid')).length, 4);
      assert.deepEqual(fieldsOf(await rig.call(`GET ${S}/orders?orderCreatedAtFrom=today`)), ['orderCreatedAtFrom']);
    });

    it('show customers, newest change first', async () => {
      const customer = { customerType: 'PERSON', firstname: 'A', lastname: 'B', countryCode: 'NO' };
      await rig.till('/customers', { ...customer, customerUid: 'c1' });
      await rig.till('/customers', { ...customer, customerUid: 'c2', externalId: 'x2' });
      await new Promise((resolve) => setTimeout(resolve, 2));
      await rig.till('/customers/c1', { city: 'Oslo' });
      const { body } = await rig.call(`GET ${T}/customers?${newestFirst}&pageSize=2`);
      assert.deepEqual(
        [0, 1].map((index) => at(body, `items[${index}].customerUid`)),
        ['c1', 'c2'],
      );
      assert.ok(Number(at(body, 'paging.totalCount')) > 2, 'the seeded ones come after them');
      await rig.till('/customers/c1/delete');
      const later = await rig.call(`GET ${T}/customers?${newestFirst}&pageSize=1`);
      assert.equal(at(later.body, 'items[0].customerUid'), 'c2');
      const found = await rig.call(`GET ${T}/customers?${newestFirst}&customerExternalId=x2`);
      assert.equal(at(found.body, 'paging.totalCount'), 1);
    });

    it('show receipts from a time on, oldest or newest first', async () => {
      const vouchers: unknown[] = [];
      for (let index = 0; index < 4; index += 1) {
        await new Promise((resolve) => setTimeout(resolve, 2));
        const lines = [{ sku: skuNumber(rig, 8), quantity: 100 }];
        vouchers.push(at((await rig.till('/sales', { lines })).body, 'voucherNumber'));
      }
      const search = async (query: string, body: object): Promise<unknown[]> => {
        const answer = await rig.call(`POST ${T}/receipts/search?pageSize=100&${query}`, body);
        assert.equal(answer.status, 200);
        return at(answer.body, 'items') as unknown[];
      };
      const all = await search('sortBy=settledAt', {});
      const fromThird = String(at(all.at(-3), 'settledAt'));
      const numbers = (items: unknown[]): unknown[] => items.map((item) => at(item, 'voucherNumber'));
      assert.deepEqual(numbers(all.slice(-4)), vouchers);
      assert.deepEqual(numbers(await search('sortBy=settledAt', { settledAtFrom: fromThird })), vouchers.slice(1));
      for (const sortBy of ['settledAt', 'lastModifiedAt']) {
        const newest = await search(`sortBy=${sortBy}&sortDirection=DESC`, { settledAtFrom: fromThird, storeUids: [] });
        assert.deepEqual(numbers(newest), vouchers.slice(1).reverse());
      }
      const ofStore = await search('sortBy=settledAt', { settledAtFrom: fromThird, storeUids: ['bergensentrum'] });
      assert.deepEqual(ofStore, []);
      const inStore = await rig.call(`GET ${S}/receipts?${newestFirst}&pageSize=1`);
      assert.equal(at(inStore.body, 'items[0].voucherNumber'), vouchers.at(-1));
    });
  });

  it('are in the same order after a restart from saved state', () => {
    const saved = new Collection<{ readonly uid: string }>({ uidOf: ({ uid }) => uid, changeLogs: { all: () => '' } });
    const audit = { createdBy: 'x', lastModifiedBy: 'x', createdAt: timeOf(0) };
    for (const [index, uid] of ['a', 'b', 'c'].entries()) {
      saved.add({ uid, ...audit, lastModifiedAt: timeOf(index) });
    }
    const first = saved.get('a');
    assert.ok(first);
    first.lastModifiedAt = timeOf(9);
    saved.changed(first);
    const restored = new Collection<{ readonly uid: string }>({
      uidOf: ({ uid }) => uid,
      changeLogs: { all: () => '' },
    });
    restored.restore(JSON.parse(JSON.stringify(saved.capture())) as ReturnType<typeof saved.capture>);
    assert.deepEqual(
      restored
        .byLastChange('all', '')
        ?.page(0, 9, 'DESC')
        .map(({ uid }) => uid),
      ['a', 'c', 'b'],
    );
  });
});
