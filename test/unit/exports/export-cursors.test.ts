import assert from 'node:assert/strict';
import type { Attempt } from '../../../src/activities/shared/sync-context';
import { exportOneRow } from '../../../src/activities/delta/export-one-row';
import type { OpenRow } from '../../../src/activities/delta/export-kind';
import { exportStretch, type RowOwners, type StretchParts } from '../../../src/activities/delta/export-stretch';
import type { ExportHeartbeat } from '../../../src/activities/delta/export-tally';
import { TenantRegistry, type Tenant } from '../../../src/activities/tenants';
import { VendorHttpError, VendorUnreachableError } from '../../../src/clients/errors';
import { comparedRows, type ExportStretchResult } from '../../../src/contracts/export-messages';
import { testConfig } from '../../api/test-api';
import { ExportModel, rowNames } from '../../support/export-model';

const away = new VendorUnreachableError(
  { vendor: 'omnium', operation: 'POST products scroll', isWrite: false },
  'reset',
);
const window = { to: '2026-03-01T06:30:00.000Z', since: 'first-export' } as const;

describe('a stretch with cursors', () => {
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

  const attempt = (): Attempt => {
    const one: Attempt = { signal: new AbortController().signal, calls: 0, onCall: () => (one.calls += 1) };
    return one;
  };

  async function run(more: Partial<StretchParts> = {}): Promise<ExportStretchResult> {
    return await exportStretch({
      ...{ kind: model.kind(), attempt: attempt(), work: { tenant, markets: [], window } },
      parts: model.parts.map((name) => ({ name, read: 'everything' })),
      heartbeat: (progress) => void heartbeats.push(progress),
      givesUpRows: true,
      ...more,
    });
  }

  /** A part with rows that all changed at different times. */
  function fill(count: number): void {
    for (const name of rowNames(count)) model.change('oslo', name);
  }

  it('tells of every page where reading can go on, and how much there is', async () => {
    fill(12);
    await run();
    assert.deepEqual(
      heartbeats.slice(0, 3).map(({ cursor, underWay }) => [cursor?.slice(17, 19), underWay?.rows, underWay?.total]),
      [
        ['05', 5, 12],
        ['10', 10, 12],
        ['12', 12, 12],
      ],
    );
    const last = heartbeats.at(-1);
    assert.deepEqual([last?.partsDone, last?.cursor, last?.underWay], [1, undefined, undefined]);
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

  it('ends in the middle of a part that is long, and the next stretch goes on there', async () => {
    fill(33);
    const kind = model.kind({ stretch: { rows: 10, milliseconds: 60_000 } });
    const ends: (string | undefined)[] = [];
    let after: string | undefined;
    do {
      const parts = [{ name: 'oslo', read: 'everything' as const, ...(after !== undefined && { after }) }];
      const { partsDone, cursor } = await run({ kind, parts });
      assert.equal(partsDone, cursor === undefined ? 1 : 0);
      ends.push((after = cursor)?.slice(17, 19));
    } while (after !== undefined);
    assert.deepEqual(ends, ['10', '19', '28', undefined]);
    assert.deepEqual([model.missed(), model.writes], [[], 33]);
  });

  it('passes no row over at the border of a page whose rows changed at the same moment', async () => {
    for (let group = 0; group < 4; group += 1) model.changeAt(group * 1_000, 'oslo', ...rowNames(7, 1 + group * 7));
    const kind = model.kind({ stretch: { rows: 8, milliseconds: 60_000 } });
    let after: string | undefined;
    for (let stretch = 0; stretch < 10; stretch += 1) {
      const { cursor } = await run({
        kind,
        parts: [{ name: 'oslo', read: 'everything', ...(after !== undefined && { after }) }],
      });
      after = cursor;
      if (after === undefined) break;
    }
    assert.deepEqual([after, model.missed(), model.writes], [undefined, [], 28]);
  });

  it('comes to an end when more rows changed at the same moment than a stretch holds', async () => {
    model.changeAt(1_000, 'oslo', ...rowNames(40));
    model.changeAt(2_000, 'oslo', ...rowNames(3, 41));
    const kind = model.kind({ stretch: { rows: 8, milliseconds: 60_000 } });
    let after: string | undefined;
    let stretches = 0;
    do {
      const parts = [{ name: 'oslo', read: 'everything' as const, ...(after !== undefined && { after }) }];
      ({ cursor: after } = await run({ kind, parts }));
      stretches += 1;
    } while (after !== undefined && stretches < 10);
    assert.deepEqual([stretches, model.missed()], [3, []]);
  });

  describe('with rows that fail', () => {
    let handed: { readonly rows: readonly OpenRow[]; readonly wereOpen: boolean }[];
    let right: string[];

    const owners = (most = 500): RowOwners => ({
      most,
      handOver: (rows, { wereOpen }) => {
        handed.push({ rows, wereOpen });
        return Promise.resolve();
      },
      tellRight: (rows) => {
        right.push(...rows);
        return Promise.resolve();
      },
    });

    beforeEach(() => {
      handed = [];
      right = [];
      fill(20);
      for (const name of ['S-03', 'S-11']) model.bad.add(`${name}@oslo`);
    });

    it('hands them over, and brings the others', async () => {
      const result = await run({ owners: owners() });
      assert.deepEqual([model.target.size, result.openRows, result.handedOver], [18, ['S-03@oslo', 'S-11@oslo'], 2]);
      const [first] = handed;
      assert.deepEqual([first?.wereOpen, first?.rows[0]?.failureType], [false, 'OmniumUnavailable']);
    });

    it('hands over as many as may be, and forgets none', async () => {
      const result = await run({ owners: owners(1) });
      assert.deepEqual([handed.flatMap(({ rows }) => rows).length, result.openRows.length], [1, 2]);
    });

    it('hands nothing over in a dry run', async () => {
      const result = await run({ owners: owners(), onlyName: () => undefined });
      assert.deepEqual([handed, result.openRows.length, model.writes], [[], 2, 0]);
    });

    it('says of rows that were open which of them are right now', async () => {
      model.bad.delete('S-03@oslo');
      const rows = ['S-03@oslo', 'S-11@oslo', 'gone@oslo'];
      await run({ owners: owners(), parts: [{ name: 'open', read: 'rows', rows }] });
      assert.deepEqual(right, ['S-03@oslo', 'gone@oslo']);
      assert.deepEqual(
        handed.map(({ wereOpen }) => wereOpen),
        [true],
      );
    });

    it('exports one of them by itself, and fails with its own failure while it cannot be read', async () => {
      const key = { tenantUid: 'flow_no', marketOrGroup: 'NOR', stream: 'products', row: 'S-03@oslo' } as const;
      const input = { ...key, retryLadder: 'one-minute', pass: 1 } as const;
      const one = { kind: model.kind(), work: { tenant, markets: [] } };
      await assert.rejects(exportOneRow(input, { ...one, attempt: attempt() }), /answered 500/);
      model.bad.clear();
      assert.equal((await exportOneRow(input, { ...one, attempt: attempt() })).action, 'written');
      assert.equal((await exportOneRow(input, { ...one, attempt: attempt() })).action, 'right');
    });
  });

  it('keeps rows for later, with their moments, and does not call them failed', async () => {
    fill(1);
    const page = { part: 'oslo', unchanged: 1, due: [], refused: () => undefined };
    const open: OpenRow[] = [
      { row: 'A', as: 'later', why: 'starts in April', at: '2026-04-01T00:00:00.000Z' },
      { row: 'B', as: 'later', why: 'starts some day' },
    ];
    const result = await run({
      kind: model.kind({
        pagesOf: async function* () {
          yield await Promise.resolve({ ...page, open });
        },
      }),
    });
    assert.deepEqual([comparedRows(result.counts), result.openRows, result.differences], [1, [], []]);
    assert.deepEqual(result.later, [
      { row: 'B', at: window.to },
      { row: 'A', at: '2026-04-01T00:00:00.000Z' },
    ]);
  });
});
