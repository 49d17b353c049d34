import assert from 'node:assert/strict';
import type { DeltaExport, UnresolvedRecord } from '../../../src/activities/delta/stream';
import type { BatchOptions, ExportHeartbeat } from '../../../src/activities/delta/export-run';
import { TenantRegistry, type Tenant } from '../../../src/activities/tenants';
import { VendorHttpError, VendorUnreachableError } from '../../../src/clients/errors';
import type { Partition } from '../../../src/contracts/exports';
import { comparedIn } from '../../../src/contracts/streams';
import { testConfig } from '../../api/test-api';
import { ExportModel, rowNames } from '../../support/export-model';
import { exportContextOf, runBatch, UNRESOLVED, type BatchRun } from '../../support/run-export';

const away = new VendorUnreachableError(
  { vendor: 'omnium', operation: 'POST products scroll', isWrite: false },
  'reset',
);
const window = { to: '2026-03-01T06:30:00.000Z', since: 'first-export' } as const;

describe('a batch with cursors', () => {
  let registry: TenantRegistry;
  let tenant: Tenant;
  let model: ExportModel;
  let heartbeats: ExportHeartbeat[];
  let nowMs: number;

  before(() => {
    registry = new TenantRegistry(testConfig({ address: '127.0.0.1:9' }, 'flow_no').tenants);
    tenant = registry.get('flow_no');
  });

  after(async () => {
    await registry.close();
  });

  beforeEach(() => {
    nowMs = 0;
    model = new ExportModel(['oslo'], () => (nowMs += 1_000));
    heartbeats = [];
  });

  async function run(
    more: BatchOptions & {
      readonly kind?: DeltaExport;
      readonly partitions?: readonly Partition[];
      readonly records?: readonly string[];
    } = {},
  ): Promise<BatchRun> {
    const whole = model.parts.map((name): Partition => ({ name, read: 'everything' }));
    const { kind = model.kind(), partitions = whole, ...options } = more;
    const heartbeat = (progress: ExportHeartbeat): void => void heartbeats.push(progress);
    return await runBatch(kind, exportContextOf(tenant, window, []), partitions, { heartbeat, ...options });
  }

  /** A part with rows that all changed at different times. */
  function fill(count: number): void {
    for (const name of rowNames(count)) model.change('oslo', name);
  }

  it('tells of every page where reading can go on, and how much there is', async () => {
    fill(12);
    await run();
    assert.deepEqual(
      heartbeats.slice(0, 3).map(({ cursor, underWay }) => [cursor?.slice(17, 19), underWay?.records, underWay?.total]),
      [
        ['05', 5, 12],
        ['10', 10, 12],
        ['12', 12, 12],
      ],
    );
    const last = heartbeats.at(-1);
    assert.deepEqual([last?.partitionsDone, last?.cursor, last?.underWay], [1, undefined, undefined]);
  });

  it('goes on at its last cursor after an attempt that died, and counts nothing twice', async () => {
    fill(20);
    model.hooks.beforePage = (page) => {
      if (page === 3) throw away;
    };
    await assert.rejects(run(), VendorUnreachableError);
    assert.equal(model.writes, 10);
    model.hooks = {};
    const result = await run({ earlier: heartbeats.at(-1) });
    assert.deepEqual(
      model.scrolls.map(({ after }) => after?.slice(17, 19)),
      [undefined, '10'],
    );
    assert.deepEqual([result.counts.written, result.counts.unchanged, model.writes], [20, 1, 20]);
    assert.deepEqual(model.missed(), []);
  });

  it('goes on at its last cursor when Omnium has forgotten the scroll, as often as it has come further', async () => {
    fill(60);
    for (const page of [2, 4, 6, 8, 10, 12]) model.forgetsAt.add(page);
    const result = await run();
    assert.deepEqual([model.missed(), model.writes, result.counts.written], [[], 60, 60]);
    assert.equal(model.scrolls.length, 7);
  });

  it('fails when it cannot come further', async () => {
    fill(60);
    for (const page of [2, 3, 4, 5, 6]) model.forgetsAt.add(page);
    await assert.rejects(run(), VendorHttpError);
    assert.equal(model.scrolls.length, 4);
  });

  it('ends in the middle of a part that is long, and the next batch goes on there', async () => {
    fill(33);
    const kind = model.kind({ batch: { records: 10, milliseconds: 60_000 } });
    const ends: (string | undefined)[] = [];
    let after: string | undefined;
    do {
      const partitions = [{ name: 'oslo', read: 'everything' as const, ...(after !== undefined && { after }) }];
      const { partitionsDone, cursor } = await run({ kind, partitions });
      assert.equal(partitionsDone, cursor === undefined ? 1 : 0);
      ends.push((after = cursor)?.slice(17, 19));
    } while (after !== undefined);
    assert.deepEqual(ends, ['10', '19', '28', undefined]);
    assert.deepEqual([model.missed(), model.writes], [[], 33]);
  });

  it('passes no row over at the border of a page whose rows changed at the same moment', async () => {
    for (let group = 0; group < 4; group += 1) model.changeAt(group * 1_000, 'oslo', ...rowNames(7, 1 + group * 7));
    const kind = model.kind({ batch: { records: 8, milliseconds: 60_000 } });
    let after: string | undefined;
    for (let stretch = 0; stretch < 10; stretch += 1) {
      const { cursor } = await run({
        kind,
        partitions: [{ name: 'oslo', read: 'everything', ...(after !== undefined && { after }) }],
      });
      after = cursor;
      if (after === undefined) break;
    }
    assert.deepEqual([after, model.missed(), model.writes], [undefined, [], 28]);
  });

  it('comes to an end when more rows changed at the same moment than a stretch holds', async () => {
    model.changeAt(1_000, 'oslo', ...rowNames(40));
    model.changeAt(2_000, 'oslo', ...rowNames(3, 41));
    const kind = model.kind({ batch: { records: 8, milliseconds: 60_000 } });
    let after: string | undefined;
    let stretches = 0;
    do {
      const partitions = [{ name: 'oslo', read: 'everything' as const, ...(after !== undefined && { after }) }];
      ({ cursor: after } = await run({ kind, partitions }));
      stretches += 1;
    } while (after !== undefined && stretches < 10);
    assert.deepEqual([stretches, model.missed()], [3, []]);
  });

  describe('with records that fail', () => {
    beforeEach(() => {
      fill(20);
      for (const name of ['S-03', 'S-11']) model.bad.add(`${name}@oslo`);
    });

    it('keeps them with their reason, and brings the others', async () => {
      const { unresolved } = await run();
      assert.equal(model.target.size, 18);
      assert.deepEqual(
        unresolved.map(({ failureType, since, ids }) => [failureType, since, ids]),
        [['OmniumUnavailable', window.to, ['S-03@oslo', 'S-11@oslo']]],
      );
    });

    it('says of those of earlier runs which are right now', async () => {
      model.bad.delete('S-03@oslo');
      const since = '2026-02-01T00:00:00.000Z';
      const ids = ['S-03@oslo', 'S-11@oslo', 'gone@oslo'];
      const known = [{ failureType: 'OmniumUnavailable', reason: 'away', since, ids }] as const;
      const { resolved, unresolvedNames } = await run({ partitions: [UNRESOLVED], known });
      assert.deepEqual([resolved, unresolvedNames], [['S-03@oslo', 'gone@oslo'], []]);
      assert.deepEqual([...model.target.keys()], ['S-03@oslo']);
    });
  });

  it('keeps rows for later, with their moments, and does not call them failed', async () => {
    fill(1);
    const page = { partition: 'oslo', unchanged: 1, pending: [] };
    const unresolved: UnresolvedRecord[] = [
      { record: 'A', as: 'deferred', why: 'starts in April', at: '2026-04-01T00:00:00.000Z' },
      { record: 'B', as: 'deferred', why: 'starts some day' },
    ];
    const result = await run({
      kind: model.kind({
        pages: async function* () {
          yield await Promise.resolve({ ...page, unresolved });
        },
      }),
    });
    assert.deepEqual([comparedIn(result.counts), result.unresolvedNames, result.differences], [1, [], []]);
    assert.deepEqual(result.deferred, [
      { record: 'B', at: window.to },
      { record: 'A', at: '2026-04-01T00:00:00.000Z' },
    ]);
  });
});
