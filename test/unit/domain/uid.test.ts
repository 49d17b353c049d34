import assert from 'node:assert/strict';

import fc from 'fast-check';

import {
  asFlowUid,
  asOmniumId,
  brandUid,
  findUidCollisions,
  type FlowUid,
  type OmniumId,
  stripToUid,
} from '../../../src/domain/uid';

describe('stripToUid', () => {
  for (const [id, uid] of [
    ['oslo-city', 'oslocity'],
    ['104233-M', '104233M'],
    ['a_b', 'a_b'],
    ['PO 12/34', 'PO1234'],
    ['Blåbær', 'Blbr'],
    ['  x  ', 'x'],
  ] as const) {
    it(`makes ${id} ${uid}`, () => assert.equal(stripToUid(id), uid));
  }

  for (const id of ['', '-', '   ', 'øæå', '日本']) {
    it(`refuses ${JSON.stringify(id)}, of which nothing is left`, () => {
      assert.throws(() => stripToUid(id), { name: 'UidInvalidError', id });
    });
  }

  it('leaves only allowed characters, in their order, and changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (id) => {
        fc.pre(/[A-Za-z0-9_]/.test(id));
        const uid = stripToUid(id);
        assert.match(uid, /^[A-Za-z0-9_]+$/);
        assert.equal(uid, [...id].filter((character) => /^[A-Za-z0-9_]$/.test(character)).join(''));
        assert.equal(stripToUid(uid), uid);
      }),
    );
  });
});

describe('brandUid', () => {
  for (const [name, uid] of [
    ['Nike Air', 'nike_air'],
    ['  Nike   Air ', 'nike_air'],
    ['Nike\tAir', 'nike_air'],
    ['H&M', 'hm'],
    ['Ærlig Øl', 'rlig_l'],
    ['7 For All', '7_for_all'],
  ] as const) {
    it(`makes ${JSON.stringify(name)} ${uid}`, () => assert.equal(brandUid(name), uid));
  }
  for (const name of ['', '  ', '日本', '日 本', '_']) {
    it(`refuses ${JSON.stringify(name)}`, () => assert.throws(() => brandUid(name), { name: 'UidInvalidError' }));
  }
});

describe('findUidCollisions', () => {
  it('names the ids that become one, in their order', () => {
    assert.deepEqual(findUidCollisions(['A-1', 'B', 'A1', 'A.1', 'C-2', 'C2']), [
      { uid: 'A1', ids: ['A-1', 'A1', 'A.1'] },
      { uid: 'C2', ids: ['C-2', 'C2'] },
    ]);
  });
  it('takes the same id twice for one, tells case apart, and leaves out what cannot be a uid', () => {
    assert.deepEqual(findUidCollisions(['A-1', 'A-1', 'a1', '-', '--']), []);
  });
  it('works by another rule', () => {
    assert.deepEqual(findUidCollisions(['Nike Air', 'nike air'], brandUid), [
      { uid: 'nike_air', ids: ['Nike Air', 'nike air'] },
    ]);
  });
  it('finds a collision exactly when there are fewer uids than ids', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[ab-]{0,4}a[ab-]{0,3}$/)), (ids) => {
        const merged = findUidCollisions(ids).reduce((count, collision) => count + collision.ids.length - 1, 0);
        assert.equal(ids.length - merged, new Set(ids.map(stripToUid)).size);
      }),
    );
  });
});

describe('asFlowUid', () => {
  it('takes uids that Flow made itself, hyphens included', () => {
    assert.equal(asFlowUid('0f8fad5b-d9cb-469f'), '0f8fad5b-d9cb-469f');
  });
  for (const text of ['', 'a b', 'a/b', 'å', 'a\n']) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => asFlowUid(text), { name: 'UidInvalidError' }));
  }
});

describe('the types of ids', () => {
  it("keep Flow's uids and Omnium's ids apart", () => {
    const compiles = (uid: FlowUid, id: OmniumId): void => {
      // @ts-expect-error an Omnium id is not a Flow uid
      uid = id;
      // @ts-expect-error plain text is not a Flow uid
      uid = 'oslocity';
      // @ts-expect-error a Flow uid is not an Omnium id: it is never turned back
      id = uid;
      uid = stripToUid(id);
    };
    assert.equal(typeof compiles, 'function');
    assert.equal(asOmniumId('oslo-city'), 'oslo-city');
  });
});
