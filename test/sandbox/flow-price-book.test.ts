import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';

import fc from 'fast-check';

import { Collection } from '../../sandbox/flow/store/collection';
import { PriceBook } from '../../sandbox/flow/store/price-book';

const AUDIT = {
  createdAt: '2026-01-01T00:00:00.000Z',
  createdBy: 'seed',
  lastModifiedAt: '2026-01-01T00:00:00.000Z',
  lastModifiedBy: 'seed',
};
const STAMP = { now: '2026-02-01T10:00:00.000Z', by: 'integration' };

type Kept = ReturnType<PriceBook['of']>[number];

const step = fc.record({
  act: fc.constantFrom('add', 'change', 'remove', 'removeList', 'removeProduct', 'restart'),
  list: fc.integer({ min: 0, max: 2 }),
  product: fc.integer({ min: 0, max: 3 }),
  uid: fc.integer({ min: 0, max: 9 }),
  price: fc.integer({ min: 0, max: 9 }),
  fromDate: fc.constantFrom(undefined, null, '2026-03-01'),
});

/** A seeded price that is removed and made again stands behind the others, after a restart too. */
const REMADE = (['removeProduct', 'add', 'restart'] as const).map((act) => ({
  ...{ act, list: 0, product: 0, uid: 0, price: 0, fromDate: undefined },
}));

describe("the Flow sandbox's price book", () => {
  it('holds the same as a plain list of prices, whatever is done to it, over restarts as well', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const seeded = (): PriceBook => {
          const made = new PriceBook();
          const shared = { pricelistUid: 'l0', price: 1, ...AUDIT };
          made.add({ ...shared, priceUid: 'u0', productUid: 'p0' });
          made.add({ ...shared, priceUid: 'u1', productUid: 'p1' });
          made.markSeeded();
          return made;
        };
        let book = seeded();
        let expected: Kept[] = ['u0', 'u1'].flatMap((uid) => book.get(uid) ?? []);
        for (const { act, list, product, uid, price, fromDate } of steps) {
          const [pricelistUid, productUid, priceUid] = [`l${list}`, `p${product}`, `u${uid}`];
          const given = { price, ...(fromDate === undefined ? {} : { fromDate }) };
          const known = expected.find((one) => one.priceUid === priceUid);
          if (act === 'add' && !known) {
            const made = { priceUid, pricelistUid, productUid, ...given, ...AUDIT };
            book.add(made);
            expected.push(made);
          } else if (act === 'change' && known) {
            book.change(priceUid, given, STAMP);
            Object.assign(known, given, { lastModifiedAt: STAMP.now, lastModifiedBy: STAMP.by });
          } else if (act === 'remove') {
            book.remove(priceUid);
            expected = expected.filter((one) => one.priceUid !== priceUid);
          } else if (act === 'removeList') {
            book.removeList(pricelistUid);
            expected = expected.filter((one) => one.pricelistUid !== pricelistUid);
          } else if (act === 'removeProduct') {
            book.removeProduct(productUid);
            expected = expected.filter((one) => one.productUid !== productUid);
          } else if (act === 'restart') {
            const saved = book.capture();
            book = seeded();
            book.restore(saved);
          }
        }
        assert.equal(book.size, expected.length);
        for (const pricelistUid of ['l0', 'l1', 'l2']) {
          const listed = expected.filter((one) => one.pricelistUid === pricelistUid);
          assert.deepEqual(book.in(pricelistUid).page(0, 100, 'ASC'), listed);
          assert.deepEqual(book.in(pricelistUid).page(1, 2, 'ASC'), listed.slice(1, 3));
          assert.deepEqual([...book.each(pricelistUid)], listed);
          assert.equal(book.countIn(pricelistUid), listed.length);
          for (const productUid of ['p0', 'p1', 'p2', 'p3']) {
            const wanted = listed.filter((one) => one.productUid === productUid);
            assert.deepEqual(book.of(pricelistUid, productUid), wanted);
          }
        }
        assert.equal(new Set(expected.map(({ priceUid }) => book.idOf(priceUid))).size, expected.length);
      }),
      { examples: [[REMADE]] },
    );
  });

  it('pages, finds, changes and removes among 13 × 10,000 prices without looking at all of them', () => {
    const book = new PriceBook();
    for (let list = 0; list < 13; list += 1) {
      for (let product = 0; product < 10_000; product += 1) {
        const productUid = `p${product}`;
        book.add({
          priceUid: `${productUid}_l${list}`,
          pricelistUid: `l${list}`,
          productUid,
          price: product,
          ...AUDIT,
        });
      }
    }
    const startedAt = performance.now();
    for (let product = 0; product < 10_000; product += 1) {
      assert.equal(book.of('l7', `p${product}`)[0]?.price, product);
      book.change(`p${product}_l7`, { price: 1 }, STAMP);
    }
    for (let start = 0; start < 10_000; start += 100) {
      assert.equal(book.in('l12').page(start, 100, 'ASC').length, 100);
      book.remove(`p${start}_l3`);
      assert.equal(book.in('l3').page(start / 2, 100, 'ASC').length, 100);
    }
    assert.equal(book.countIn('l3'), 9_900);
    const elapsedMs = performance.now() - startedAt;
    // 10,000 searches through a list would take minutes; this takes some 100 ms.
    assert.ok(elapsedMs < 5_000, `${elapsedMs} ms`);
  });

  it('stands beside collections that page in the order their documents were made', () => {
    const docs = new Collection<{ uid: string; group: string }>({
      uidOf: ({ uid }) => uid,
      indexes: { group: ({ group }) => group },
    });
    for (let index = 0; index < 50_000; index += 1) docs.add({ uid: String(index), group: `g${index % 3}`, ...AUDIT });
    const startedAt = performance.now();
    for (let start = 0; start < 50_000; start += 100) {
      assert.equal(docs.inOrder().page(start, 100, 'ASC')[0]?.uid, String(start));
      const doc = docs.get(String(start));
      assert.ok(doc);
      docs.changed(doc);
    }
    docs.remove('1');
    docs.add({ uid: 'new', group: 'g1', ...AUDIT });
    assert.deepEqual(
      [docs.inOrder().page(1, 1, 'ASC'), docs.inOrder().page(49_999, 5, 'ASC')].flat().map(({ uid }) => uid),
      ['2', 'new'],
    );
    assert.deepEqual([docs.count('group', 'g1'), docs.find('group', 'g1').length], [16_667, 16_667]);
    assert.equal(docs.count('group', 'none'), 0);
    const elapsedMs = performance.now() - startedAt;
    assert.ok(elapsedMs < 3_000, `${elapsedMs} ms`);
  });
});
