import assert from 'node:assert/strict';

import fc from 'fast-check';

import type { OmniumCategory } from '../../../src/clients/omnium/categories';
import { stripToUid } from '../../../src/domain/uid';
import {
  type BranchWrite,
  type CategoryTree,
  categoryTree,
  type FlowBranch,
  planTree,
  treeBelow,
  type TreePlan,
} from '../../../src/activities/catalogue/mapping/category-tree';

const document = (categoryId: string, parentId?: string, more: Partial<OmniumCategory> = {}): OmniumCategory => ({
  categoryId,
  name: `Name of ${categoryId}`,
  language: 'no',
  ...(parentId !== undefined && { parentId }),
  ...more,
});

/** `id` or `id<parent` of each branch, in order. */
const outline = ({ branches }: Pick<CategoryTree, 'branches'>): string[] =>
  branches.map(({ categoryId, parentId }) => (parentId === undefined ? categoryId : `${categoryId}<${parentId}`));

const branch = (uid: string, parentUid?: string, more: Partial<FlowBranch> = {}): FlowBranch => ({
  ...{ uid, name: `Name of ${uid}`, externalId: uid },
  ...(parentUid !== undefined && { parentUid }),
  ...more,
});

const inWords = (write: BranchWrite): string =>
  `${write.kind} ${write.uid}${write.kind === 'update' ? ` ${JSON.stringify(write.members)}` : ''}`;
const writesOf = ({ levels }: TreePlan): string[][] => levels.map(({ writes }) => writes.map(inWords));

describe("the tree of Omnium's categories", () => {
  it('has parents before their children, however Omnium lists them', () => {
    const tree = categoryTree([document('c', 'b'), document('b', 'a'), document('a'), document('d', 'a')], ['no']);
    assert.deepEqual(outline(tree), ['a', 'b<a', 'd<a', 'c<b']);
    assert.deepEqual(
      tree.branches.map(({ depth }) => depth),
      [0, 1, 1, 2],
    );
    assert.deepEqual([tree.unplaced, tree.strays], [[], []]);
  });

  it('names each category once, in the first language it is named in, whatever its case', () => {
    const tree = categoryTree(
      [
        document('a', undefined, { language: 'en', name: 'Shoes' }),
        document('a', undefined, { language: 'NO', name: 'Sko' }),
        document('b', undefined, { language: 'sv', name: 'Skor' }),
        document('b', undefined, { language: 'en', name: 'Boots' }),
        document('c', undefined, { language: 'fi', name: undefined }),
        document('d', undefined, { language: undefined, name: 'Any' }),
      ],
      ['no', 'sv'],
    );
    assert.deepEqual(
      tree.branches.map(({ name }) => name),
      ['Sko', 'Skor', 'c', 'Any'],
    );
  });

  it('keeps hidden categories, and what hangs under them', () => {
    const tree = categoryTree([document('a', undefined, { isHidden: true }), document('b', 'a')], []);
    assert.deepEqual(outline(tree), ['a', 'b<a']);
  });

  it('takes one parent that is no category for the root, and reports any other', () => {
    const all = ['a', 'b', 'c'].map((id) => document(id, 'root'));
    assert.deepEqual(categoryTree(all, []).strays, []);
    const tree = categoryTree([...all, document('d', 'gone'), document('e', 'gone'), document('f', 'd')], []);
    assert.deepEqual(outline(tree), ['a', 'b', 'c', 'd', 'e', 'f<d']);
    assert.deepEqual(tree.strays, [{ parentId: 'gone', children: ['d', 'e'] }]);
  });

  it('has no place for circles, and for what hangs under one', () => {
    const tree = categoryTree(
      [document('a', 'b'), document('b', 'a'), document('c', 'b'), document('self', 'self'), document('fine')],
      [],
    );
    assert.deepEqual(outline(tree), ['fine']);
    assert.deepEqual(
      tree.unplaced.map(({ categoryId, why }) => `${categoryId}: ${why}`),
      [
        'a: it hangs under itself: a under b under a',
        'b: it hangs under itself: b under a under b',
        'c: it hangs under a circle: b under a under b',
        'self: it hangs under itself: self under self',
      ],
    );
  });

  it('has no place for ids that become one in Flow, or none, and for what hangs under them', () => {
    const tree = categoryTree([document('A-1'), document('A1'), document('below', 'A-1'), document('---')], []);
    assert.deepEqual(tree.branches, []);
    assert.deepEqual(tree.unplaced.map(({ categoryId, failureType }) => `${categoryId}: ${failureType}`).sort(), [
      '---: OmniumResponseInvalid',
      'A-1: UidCollision',
      'A1: UidCollision',
      'below: UidCollision',
    ]);
  });

  it('below a category has that one’s children at the top; below one that nobody knows there is none', () => {
    const tree = categoryTree([document('a'), document('b', 'a'), document('c', 'b'), document('d')], []);
    const below = treeBelow(tree, 'a');
    assert.ok(below);
    assert.deepEqual(outline(below), ['b', 'c<b']);
    assert.deepEqual(
      below.branches.map(({ depth }) => depth),
      [0, 1],
    );
    assert.deepEqual(treeBelow(tree, 'd')?.branches, []);
    assert.equal(treeBelow(tree, 'nobody'), undefined);
  });
});

describe('what makes the tree of Flow the tree of Omnium', () => {
  const tree = categoryTree([document('a'), document('b', 'a'), document('c', 'b')], []);

  it('is made level by level, parents first', () => {
    assert.deepEqual(writesOf(planTree(tree, [])), [['create a'], ['create b'], ['create c']]);
    const [first] = planTree(tree, []).levels;
    assert.deepEqual(first?.writes[0], {
      ...{ kind: 'create', categoryId: 'a', uid: 'a' },
      members: { name: 'Name of a', parentUid: null, externalId: 'a' },
    });
  });

  it('is nothing where it is the same already', () => {
    const same = [branch('a'), branch('b', 'a'), branch('c', 'b')];
    const plan = planTree(tree, same);
    assert.deepEqual(writesOf(plan), [[], [], []]);
    assert.deepEqual(
      plan.levels.flatMap(({ unchanged }) => unchanged),
      ['a', 'b', 'c'],
    );
  });

  it('changes only members that differ: names, places, and the id of one that has none', () => {
    const there = [branch('a', undefined, { name: 'Old' }), branch('b', 'c', { externalId: undefined }), branch('c')];
    assert.deepEqual(writesOf(planTree(tree, there)), [
      ['update a {"name":"Name of a"}'],
      ['update b {"parentUid":"a","externalId":"b"}'],
      ['update c {"parentUid":"b"}'],
    ]);
    const top = categoryTree([document('b')], []);
    assert.deepEqual(writesOf(planTree(top, [branch('a', undefined, { externalId: undefined }), branch('b', 'a')])), [
      ['update b {"parentUid":null}'],
    ]);
  });

  it('removes what we have made and Omnium has no more, children first, and nothing that the shop has made', () => {
    const there = [
      ...[branch('a'), branch('b', 'a'), branch('c', 'b')],
      ...[branch('old'), branch('older', 'old'), branch('oldest', 'older')],
      branch('shops_own', undefined, { externalId: undefined }),
      branch('another', undefined, { externalId: 'of-another-system' }),
    ];
    assert.deepEqual(writesOf(planTree(tree, there)).slice(3), [['delete oldest'], ['delete older'], ['delete old']]);
  });

  it('never takes another category’s uid, and writes nothing under it', () => {
    const plan = planTree(tree, [branch('a'), branch('b', 'a', { externalId: 'erp 77' })]);
    assert.deepEqual(writesOf(plan), [[]]);
    assert.deepEqual(
      plan.unplaced.map(({ categoryId, why }) => `${categoryId}: ${why}`),
      [
        'b: the categories erp 77, b become the same Flow uid b: none of them is written',
        'c: its parent b cannot be brought to Flow',
      ],
    );
  });

  it('goes on with what had another id in Omnium before', () => {
    const renamed = categoryTree([document('a-1')], []);
    assert.deepEqual(
      writesOf(planTree(renamed, [branch('a1', undefined, { externalId: 'a.1', name: 'Name of a-1' })])),
      [['update a1 {"externalId":"a-1"}']],
    );
  });

  it('leaves what has no place as it is', () => {
    const circle = categoryTree([document('a', 'b'), document('b', 'a'), document('c')], []);
    assert.deepEqual(writesOf(planTree(circle, [branch('a'), branch('b', 'a')])), [['create c']]);
  });
});

/** Flow's tree, which refuses what Flow refuses. */
class FlowTree {
  private readonly branches: Map<string, FlowBranch>;

  constructor(branches: readonly FlowBranch[]) {
    this.branches = new Map(branches.map((one) => [one.uid, one]));
  }

  all(): FlowBranch[] {
    return [...this.branches.values()];
  }

  carryOut({ levels }: TreePlan): void {
    for (const { writes } of levels) for (const write of writes) this.write(write);
  }

  private write(write: BranchWrite): void {
    const { uid } = write;
    if (write.kind === 'delete') {
      assert.ok(!this.all().some(({ parentUid }) => parentUid === uid), `${uid} is removed before its children`);
      assert.ok(this.branches.delete(uid));
      return;
    }
    assert.equal(this.branches.has(uid), write.kind === 'update');
    const { parentUid, ...members } = { ...this.branches.get(uid), ...write.members };
    for (let at = parentUid; at; at = this.branches.get(at)?.parentUid) {
      assert.ok(this.branches.has(at), `${uid} is written before its parent ${at}`);
      assert.notEqual(at, uid, `${uid} is put under itself`);
    }
    this.branches.set(uid, { ...members, uid, ...(parentUid && { parentUid }) });
  }
}

describe('trees of any kind', () => {
  const ID = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'a-b', 'ab', 'ro ot', '-');
  const DOCUMENTS = fc.array(
    fc.record({ id: ID, parent: fc.option(fc.oneof(ID, fc.constantFrom('gone', 'root')), { nil: undefined }) }),
    { maxLength: 12 },
  );
  const wantedOf = (drawn: readonly { id: string; parent: string | undefined }[]): CategoryTree =>
    categoryTree(
      drawn.map(({ id, parent }) => document(id, parent)),
      ['no'],
    );

  it('have each category once, in its place or with a reason', () => {
    fc.assert(
      fc.property(DOCUMENTS, (drawn) => {
        const { branches, unplaced } = wantedOf(drawn);
        const ids = [...branches, ...unplaced].map(({ categoryId }) => categoryId);
        assert.deepEqual(ids.sort(), [...new Set(drawn.map(({ id }) => id))].sort());
        const placed = new Set<string>();
        for (const { categoryId, parentId, uid } of branches) {
          assert.ok(parentId === undefined || placed.has(parentId));
          assert.equal(uid, stripToUid(categoryId));
          placed.add(categoryId);
        }
      }),
    );
  });

  it('are made the same whatever Flow had before, without one write that Flow refuses; and then nothing is left', () => {
    fc.assert(
      fc.property(DOCUMENTS, DOCUMENTS, fc.array(ID), (before, after, shops) => {
        const flow = new FlowTree([]);
        flow.carryOut(planTree(wantedOf(before), []));
        const own = [...new Set(shops.map((id) => `shop${id.replace(/\W/g, '')}`))];
        const shopsOwn = own.map((uid) => branch(uid, undefined, { externalId: undefined }));
        const shop = new FlowTree([...flow.all(), ...shopsOwn]);

        const wanted = wantedOf(after);
        const first = planTree(wanted, shop.all());
        shop.carryOut(first);
        const again = planTree(wanted, shop.all());
        assert.deepEqual(writesOf(again).flat(), []);
        assert.deepEqual(again.unplaced, first.unplaced);
        const kept = new Set(shop.all().map(({ uid }) => uid));
        assert.ok(own.every((uid) => kept.has(uid)));
        const unplacedHere = new Set(first.unplaced.map(({ categoryId }) => categoryId));
        for (const { uid, categoryId, parentId, name } of wanted.branches) {
          if (unplacedHere.has(categoryId)) continue;
          const there = shop.all().find((one) => one.uid === uid);
          const parentUid = parentId === undefined ? undefined : stripToUid(parentId);
          assert.deepEqual([there?.name, there?.parentUid, there?.externalId], [name, parentUid, categoryId]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('below any category hold exactly what hangs under it', () => {
    fc.assert(
      fc.property(DOCUMENTS, ID, (drawn, rootId) => {
        const tree = wantedOf(drawn);
        const below = treeBelow(tree, rootId);
        const parents = new Map(tree.branches.map(({ categoryId, parentId }) => [categoryId, parentId]));
        const isBelow = (id: string): boolean => {
          const parent = parents.get(id);
          return parent !== undefined && (parent === rootId || isBelow(parent));
        };
        const expected = tree.branches.map(({ categoryId }) => categoryId).filter(isBelow);
        assert.deepEqual((below?.branches ?? []).map(({ categoryId }) => categoryId).sort(), expected.sort());
      }),
    );
  });
});
