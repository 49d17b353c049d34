import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { Attempt } from '../../../src/activities/shared/sync-context';
import type { DueRow, ExportKind, ExportPage } from '../../../src/activities/delta/export-kind';
import { exportStretch, type ExportLimits, type StretchParts } from '../../../src/activities/delta/export-stretch';
import type { ExportHeartbeat } from '../../../src/activities/delta/export-tally';
import { TenantRegistry, type Tenant } from '../../../src/activities/tenants';
import { VendorHttpError, VendorUnreachableError } from '../../../src/clients/errors';
import { comparedRows, type ExportPart, type ExportStretchResult } from '../../../src/contracts/export-messages';
import { testConfig } from '../../api/test-api';

const forgotten = new VendorHttpError({ vendor: 'omnium', operation: 'GET inventory', isWrite: false }, 404);
const away = new VendorUnreachableError({ vendor: 'omnium', operation: 'GET inventory', isWrite: false }, 'refused');
const window = { to: '2026-03-01T06:30:00.000Z', since: 'first-export' } as const;

/** A target that remembers what it was told, and rows for it. */
class Shelves {
  readonly levels = new Map<string, number>();
  writes = 0;

  due(part: string, count: number, from = 0): DueRow[] {
    return Array.from({ length: count }, (_unused, index) => `S-${from + index}@${part}`)
      .filter((row) => !this.levels.has(row))
      .map((row) => ({
        row,
        change: '0 → 1',
        write: async () => {
          await pause(1);
          this.writes += 1;
          this.levels.set(row, 1);
        },
      }));
  }

  /** A page of `count` rows, of which those that are there already need no write. */
  page(part: string, count: number, more: Partial<ExportPage> & { from?: number } = {}): ExportPage {
    const { from = 0, ...rest } = more;
    const due = this.due(part, count, from);
    return { part, unchanged: count - due.length, open: [], due, refused: () => undefined, ...rest };
  }
}

describe('a stretch of an export', () => {
  let registry: TenantRegistry;
  let tenant: Tenant;
  let shelves: Shelves;
  let heartbeats: ExportHeartbeat[];

  before(() => {
    const config = testConfig({ address: '127.0.0.1:9' }, 'flow_no');
    registry = new TenantRegistry(config.tenants);
    tenant = registry.get('flow_no');
  });

  after(async () => {
    await registry.close();
  });

  beforeEach(() => {
    shelves = new Shelves();
    heartbeats = [];
  });

  const parts = (...names: string[]): ExportPart[] => names.map((name) => ({ name, read: 'everything' }));

  type Pages = (part: ExportPart, signal: AbortSignal | undefined) => AsyncIterable<ExportPage>;

  async function run(
    pagesOf: Pages,
    more: Partial<StretchParts> & { readonly limits?: Partial<ExportLimits> } = {},
  ): Promise<ExportStretchResult> {
    const kind: ExportKind = {
      partsOf: () => Promise.resolve({ names: [], leftOut: [], missing: [] }),
      pagesOf: (part, { context }) => pagesOf(part, context.signal),
    };
    const attempt: Attempt = {
      signal: new AbortController().signal,
      calls: 0,
      onCall: () => (attempt.calls += 1),
    };
    return await exportStretch({
      ...{ kind, attempt, work: { tenant, markets: [], window }, parts: parts('bergen', 'oslo') },
      heartbeat: (progress) => void heartbeats.push(progress),
      givesUpRows: true,
      ...more,
    });
  }

  it('goes through its parts page by page, and counts what became of the rows', async () => {
    const result = await run(async function* ({ name }) {
      yield shelves.page(name, 5);
      yield shelves.page(name, 4, {
        from: 5,
        open: [
          { row: `X@*`, as: 'unknown', why: 'Flow has no such product' },
          { row: `Y@${name}`, as: 'failed', why: 'too many decimals' },
        ],
      });
    });
    assert.equal(result.partsDone, 2);
    assert.deepEqual(
      [result.counts.written, result.counts.unknown, result.counts.failed, comparedRows(result.counts)],
      [18, 2, 2, 22],
    );
    assert.deepEqual(result.openRows, ['X@*', 'Y@bergen', 'Y@oslo']);
    assert.match(result.differences.join('\n'), /Y@oslo: too many decimals/);
    assert.equal(shelves.levels.size, 18);
  });

  it('reads the next page while one is written, also over the border of a part', async () => {
    const log: string[] = [];
    await run(async function* ({ name }) {
      log.push(`read ${name}`);
      const page = shelves.page(name, 3);
      await pause(0);
      yield {
        ...page,
        due: page.due.map((row) => ({
          ...row,
          write: async () => {
            await pause(5);
            log.push(`written ${name}`);
          },
        })),
      };
    });
    assert.ok(log.indexOf('read oslo') < log.indexOf('written bergen'), log.join(', '));
  });

  it('asks the guard just before it writes a page: a part with refused rows is named', async () => {
    const refused = (): string | undefined =>
      shelves.levels.size === 5 ? 'Flow is the stock master of oslo' : undefined;
    const result = await run(
      async function* ({ name }) {
        yield shelves.page(name, 5, { refused });
        yield shelves.page(name, 5, { from: 5, refused });
      },
      { parts: parts('oslo') },
    );
    assert.deepEqual([result.counts.written, result.counts.refused], [5, 5]);
    assert.deepEqual([result.refusedParts, result.differences], [['oslo'], ['Flow is the stock master of oslo']]);
    assert.equal(shelves.levels.size, 5);
  });

  it('ends with the part in which it has come to enough rows', async () => {
    const result = await run(
      async function* ({ name }) {
        yield shelves.page(name, 10);
        yield shelves.page(name, 10, { from: 10 });
      },
      { parts: parts('a', 'b', 'c', 'd'), limits: { rows: 30 } },
    );
    assert.equal(result.partsDone, 2);
    assert.equal(comparedRows(result.counts), 40);
  });

  it('ends with the part in which its time is up, and does at least one', async () => {
    const result = await run(
      async function* ({ name }) {
        await pause(10);
        yield shelves.page(name, 1);
      },
      { parts: parts('a', 'b', 'c'), limits: { milliseconds: 0 } },
    );
    assert.equal(result.partsDone, 1);
  });

  it('begins a part again whose scroll Omnium has forgotten, and counts nothing twice', async () => {
    let reads = 0;
    const result = await run(
      async function* ({ name }) {
        yield shelves.page(name, 10);
        reads += 1;
        if (name === 'oslo' && reads === 2) {
          await pause(30);
          throw forgotten;
        }
        yield shelves.page(name, 10, { from: 10 });
      },
      { parts: parts('bergen', 'oslo') },
    );
    assert.deepEqual([result.counts.written, result.counts.unchanged], [40, 0]);
    assert.equal(shelves.writes, 40);
  });

  it('fails when Omnium forgets every scroll', async () => {
    let reads = 0;
    const pages = async function* (): AsyncGenerator<ExportPage> {
      reads += 1;
      await pause(0);
      throw forgotten;
    };
    await assert.rejects(run(pages), VendorHttpError);
    assert.equal(reads, 4);
  });

  it('goes on from its heartbeat: parts that were done are not read again, and counts add up', async () => {
    let isAway = true;
    const read: string[] = [];
    const pages: Pages = async function* ({ name }) {
      read.push(name);
      yield shelves.page(name, 10);
      await pause(30);
      if (name === 'oslo' && isAway) throw away;
      yield shelves.page(name, 10, { from: 10, open: [{ row: `Z@${name}`, as: 'failed', why: 'no' }] });
    };
    await assert.rejects(run(pages), VendorUnreachableError);
    isAway = false;
    const earlier = heartbeats.at(-1);
    assert.deepEqual([earlier?.partsDone, earlier?.writtenInPart], [1, 10]);
    const result = await run(pages, { earlier });
    assert.deepEqual(read, ['bergen', 'oslo', 'oslo']);
    assert.deepEqual([result.partsDone, result.counts.written, result.counts.unchanged], [2, 40, 0]);
    assert.deepEqual(result.openRows, ['Z@bergen', 'Z@oslo']);
    assert.equal(shelves.writes, 40);
  });

  it('ends the read under way when a write fails', async () => {
    let readEnded = false;
    const pages: Pages = async function* ({ name }, signal) {
      yield {
        ...shelves.page(name, 1),
        due: [{ row: 'A@oslo', change: '', write: () => Promise.reject(new TypeError('a defect')) }],
      };
      await pause(60_000, undefined, { ...(signal && { signal }) }).catch(() => (readEnded = true));
    };
    await assert.rejects(run(pages), TypeError);
    assert.ok(readEnded);
  });

  it('writes nothing in a dry run, and names what it would', async () => {
    const named: string[] = [];
    const result = await run(
      async function* ({ name }) {
        yield shelves.page(name, 80);
      },
      { parts: parts('oslo'), onlyName: (row, change) => void named.push(`${row} ${change}`) },
    );
    assert.equal(result.counts.written, 80);
    assert.equal(shelves.writes, 0);
    assert.equal(named.length, 50);
    assert.equal(named[0], 'S-0@oslo 0 → 1');
  });

  it('names a row that was left open before and has changed once, in a dry run', async () => {
    const named: string[] = [];
    const result = await run(
      async function* () {
        yield shelves.page('oslo', 3);
      },
      {
        parts: [{ name: 'rows left open before', read: 'rows', rows: ['S-0@oslo'] }, ...parts('oslo')],
        onlyName: (row) => void named.push(row),
      },
    );
    assert.deepEqual(named, ['S-0@oslo', 'S-1@oslo', 'S-2@oslo']);
    assert.equal(result.counts.written, 3);
  });

  it('keeps five hundred rows open, and says how many more there are', async () => {
    const result = await run(
      async function* ({ name }) {
        const open = Array.from({ length: 300 }, (_unused, index) => ({
          row: `O-${index}@${name}`,
          as: 'failed' as const,
          why: 'no',
        }));
        yield shelves.page(name, 0, { open });
      },
      { parts: parts('bergen', 'oslo') },
    );
    assert.deepEqual([result.openRows.length, result.moreOpenRows, result.counts.failed], [500, 100, 600]);
    assert.equal(result.differences.length, 20);
  });
});
