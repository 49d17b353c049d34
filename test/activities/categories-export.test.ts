import assert from 'node:assert/strict';
import { categoriesExport } from '../../src/activities/catalogue/categories-export';
import { TenantRegistry } from '../../src/activities/tenants';
import { parseConfig } from '../../src/config/load';
import type { ConnectorProperties, TenantConfig } from '../../src/config/types';
import type { Partition } from '../../src/contracts/exports';
import { demoConfig } from '../../tools/start/demo-config';
import { at, startFlowRig, T, type FlowRig } from '../sandbox/flow-rig';
import { startRig, type OmniumRig } from '../sandbox/omnium-rig';
import { exportContextOf, runBatch, UNRESOLVED, type BatchRun } from '../support/run-export';

interface Shown {
  readonly name?: string;
  readonly parent?: string | undefined;
}

describe('the export of categories, through both sandboxes', function () {
  this.timeout(60_000);
  let omnium: OmniumRig;
  let flow: FlowRig;
  let registry: TenantRegistry;
  let config: TenantConfig;

  before(async () => {
    [omnium, flow] = await Promise.all([startRig(), startFlowRig()]);
    const endpoints = { omniumUrl: omnium.url, flowUrl: flow.url, webUiUrl: 'http://127.0.0.1:9' };
    const [first] = parseConfig(demoConfig({ ...endpoints, apiHost: '127.0.0.1', apiPort: 0 }), {}).tenants;
    assert.ok(first);
    config = first;
    registry = new TenantRegistry([config]);
  });

  after(async () => {
    await registry.close();
    await Promise.all([omnium.stop(), flow.stop()]);
  });

  interface Run extends BatchRun {
    readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
  }

  /** One run of the export; `rows` are those that an earlier run has left open. */
  async function exported(rows: readonly string[] = [], changes: Partial<ConnectorProperties> = {}): Promise<Run> {
    const tenant = registry.get(config.tenantUid);
    const markets = config.markets.map((market) => ({ ...market, properties: { ...market.properties, ...changes } }));
    const window = { to: new Date().toISOString(), since: 'last-export' } as const;
    const context = exportContextOf(tenant, window, markets);
    const { names, leftOut } = await categoriesExport.partitions(context);
    const partitions: Partition[] = [
      ...(rows.length > 0 ? [UNRESOLVED] : []),
      ...names.map((name) => ({ name, read: 'changes' }) as const),
    ];
    const result = await runBatch(categoriesExport, context, partitions, { records: rows });
    return { ...result, leftOut };
  }

  const setInOmnium = async (categoryId: string, members: object = {}): Promise<void> => {
    const { status, text } = await omnium.control('POST', '/catalogue/categories', { categoryId, ...members });
    assert.equal(status, 200, text);
  };
  const removeInOmnium = (categoryId: string): Promise<unknown> =>
    omnium.control('DELETE', `/catalogue/categories/${categoryId}`);

  /** Flow's categories by uid, as a person sees them. */
  async function categories(): Promise<Map<string, Shown>> {
    const { body } = await flow.call(`GET ${T}/categories?pageSize=100`);
    const shown = new Map<string, Shown>();
    const walk = (list: unknown, parent?: string): void => {
      for (const each of list as unknown[]) {
        const uid = String(at(each, 'categoryUid'));
        shown.set(uid, { name: String(at(each, 'name')), parent });
        walk(at(each, 'categories'), uid);
      }
    };
    walk(at(body, 'items'));
    return shown;
  }

  async function groups(): Promise<Map<string, Shown>> {
    const { body } = await flow.call(`GET ${T}/product-groups?pageSize=100`);
    return new Map(
      (at(body, 'items') as unknown[]).map((each) => {
        const parent = at(each, 'parentUid');
        return [
          String(at(each, 'productGroupUid')),
          { name: String(at(each, 'name')), parent: typeof parent === 'string' ? parent : undefined },
        ];
      }),
    );
  }

  const counts = ({ counts: { written, failed } }: Run): number[] => [written, failed];

  it('brings both trees, and then finds nothing more to write', async () => {
    await setInOmnium('all', { name: 'Alt' });
    const first = await exported();
    assert.equal(first.counts.failed, 0);
    assert.deepEqual([(await categories()).get('all')?.name, (await groups()).get('all')?.name], ['Alt', 'Alt']);
    const wanted = omnium.chain.categories.map(({ categoryId, parentId }) => [categoryId, parentId]);
    for (const tree of [await categories(), await groups()]) {
      assert.deepEqual(
        wanted.map(([id]) => [id, tree.get(id ?? '')?.parent]),
        wanted,
      );
    }
    const second = await exported();
    assert.deepEqual(counts(second), [0, 0]);
    assert.equal(second.counts.unchanged, 2 * omnium.chain.categories.length);
  });

  it('makes what is new parents first, follows renames and moves, and removes what is gone', async () => {
    await setInOmnium('outlet', { name: 'Outlet', parentId: 'all' });
    await setInOmnium('outlet-deep', { name: 'Deep', parentId: 'outlet', isHidden: true });
    await setInOmnium('outlet.deeper', { name: 'Deeper', parentId: 'outlet-deep' });
    assert.deepEqual(counts(await exported()), [6, 0]);
    assert.deepEqual((await groups()).get('outletdeeper'), { name: 'Deeper', parent: 'outletdeep' });

    // Upside down: the lowest becomes the parent of all.
    await setInOmnium('outlet.deeper', { name: 'Top', parentId: 'all' });
    await setInOmnium('outlet-deep', { parentId: 'outlet.deeper' });
    await setInOmnium('outlet', { parentId: 'outlet-deep' });
    assert.deepEqual(counts(await exported()), [6, 0]);
    const turned = await categories();
    assert.deepEqual(turned.get('outletdeeper'), { name: 'Top', parent: 'all' });
    assert.deepEqual(turned.get('outlet')?.parent, 'outletdeep');

    for (const id of ['outlet', 'outlet-deep', 'outlet.deeper']) await removeInOmnium(id);
    assert.deepEqual(counts(await exported()), [6, 0]);
    assert.deepEqual([(await categories()).has('outletdeep'), (await groups()).has('outlet')], [false, false]);
  });

  it('leaves what the shop has made, and shows a removal that Flow refuses until it can be done', async () => {
    await setInOmnium('seasonal', { name: 'Seasonal', parentId: 'all' });
    await exported();
    const own = { categoryUid: 'shops_own', name: 'Our shelf', parentUid: 'seasonal' };
    assert.ok((await flow.call(`POST ${T}/categories`, own)).status < 300);
    await removeInOmnium('seasonal');
    const first = await exported();
    assert.deepEqual(first.unresolvedNames, ['seasonal@categories']);
    assert.match(first.differences.join(), /seasonal@categories: .*DELETE category/);
    assert.equal((await groups()).has('seasonal'), false);

    const again = await exported(first.unresolvedNames);
    assert.deepEqual(again.unresolvedNames, ['seasonal@categories']);
    assert.equal(again.counts.failed, 1, 'a row is shown once, though its tree is looked at again as well');

    await flow.call(`PUT ${T}/categories/shops_own`, { parentUid: 'all' });
    const done = await exported(again.unresolvedNames);
    assert.deepEqual([done.unresolvedNames, done.counts.written], [[], 1]);
    const left = await categories();
    assert.deepEqual([left.has('seasonal'), left.get('shops_own')?.name], [false, 'Our shelf']);
    await flow.call(`DELETE ${T}/categories/shops_own`);
  });

  it('takes an open row with the parents that it still lacks', async () => {
    await setInOmnium('winter', { parentId: 'all' });
    await setInOmnium('skiing', { parentId: 'winter' });
    const tenant = registry.get(config.tenantUid);
    const context = { ...exportContextOf(tenant), givesUpRecords: false };
    const result = await runBatch(categoriesExport, context, [UNRESOLVED], { records: ['skiing@categories'] });
    assert.deepEqual([result.counts.written, result.counts.unchanged], [2, 1]);
    assert.equal((await categories()).get('skiing')?.parent, 'winter');
    assert.equal((await groups()).has('skiing'), false);
    for (const id of ['skiing', 'winter']) await removeInOmnium(id);
    assert.equal((await exported()).counts.failed, 0);
  });

  it('reports circles, strays and ids that become one, and brings all others', async () => {
    await setInOmnium('hen', { parentId: 'egg' });
    await setInOmnium('egg', { parentId: 'hen' });
    await setInOmnium('T-1', { parentId: 'all' });
    await setInOmnium('T1', { parentId: 'all' });
    await setInOmnium('fine', { parentId: 'root' });
    await setInOmnium('also-fine', { parentId: 'root' });
    await setInOmnium('stray', { parentId: 'gone' });
    const run = await exported();
    assert.equal(run.counts.written, 6);
    assert.deepEqual(
      run.unresolvedNames.filter((row) => row.endsWith('@categories')),
      ['T-1@categories', 'T1@categories', 'egg@categories', 'hen@categories', 'gone@categories'],
    );
    assert.match(run.differences.join('\n'), /hen@categories: it hangs under itself: hen under egg under hen/);
    assert.match(run.differences.join('\n'), /gone@categories: .* parent of stray: they stand at the top/);
    assert.ok((await categories()).has('stray') && !(await categories()).has('T1'));
    for (const id of ['hen', 'egg', 'T-1', 'T1', 'fine', 'also-fine', 'stray']) await removeInOmnium(id);
    const after = await exported(run.unresolvedNames);
    assert.deepEqual([after.unresolvedNames, after.counts.written], [[], 6]);
  });

  it('has only what hangs under ProductGroupRootId for product groups, and the whole tree for categories', async () => {
    const run = await exported([], { ProductGroupRootId: 'clothing' });
    const under = omnium.chain.categories.filter(({ parentId }) => parentId === 'clothing');
    const now = await groups();
    for (const { categoryId } of under) assert.deepEqual(now.get(categoryId)?.parent, undefined);
    assert.ok(under.every(({ categoryId }) => now.has(categoryId)));
    assert.equal((await categories()).size, omnium.chain.categories.length);
    // Groups with products in them stay until the products have moved.
    assert.ok(run.unresolvedNames.length > 0 && run.unresolvedNames.every((row) => row.endsWith('@product-groups')));
    assert.equal((await exported()).counts.failed, 0, 'the whole tree again');

    const typo = await exported([], { ProductGroupRootId: 'clothes' });
    assert.deepEqual(typo.leftOut, [
      { name: 'product-groups', reason: "ProductGroupRootId names clothes, which is no category of Omnium's" },
    ]);
    assert.deepEqual(counts(typo), [0, 0]);
    const off = await exported([], { SyncCategoriesToFlow: false });
    assert.deepEqual([off.leftOut.length, off.counts.calls], [2, 0]);
  });

  it('removes nothing when Omnium lists no categories at all', async () => {
    const saved = omnium.chain.categories;
    for (const { categoryId } of saved) await removeInOmnium(categoryId);
    const run = await exported();
    assert.equal(run.counts.written, 0);
    assert.equal(run.counts.failed, 2 * saved.length);
    assert.match(run.differences.join(), /all@categories: not removed: Omnium lists no categories at all/);
    assert.equal((await categories()).size, saved.length);
  });
});
