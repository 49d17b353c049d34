import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { DeltaExport, Page, PendingWrite } from '../../../src/activities/delta/stream';
import { type BatchOptions, type ExportHeartbeat } from '../../../src/activities/delta/export-run';
import { TenantRegistry, type Tenant } from '../../../src/activities/tenants';
import { VendorHttpError, VendorUnreachableError } from '../../../src/clients/errors';
import type { Partition } from '../../../src/contracts/exports';
import { comparedIn } from '../../../src/contracts/streams';
import { MAX_UNRESOLVED } from '../../../src/domain/records';
import { testConfig } from '../../api/test-api';
import { exportContextOf, runBatch, UNRESOLVED, type BatchRun } from '../../support/run-export';

const forgotten = new VendorHttpError({ vendor: 'omnium', operation: 'GET inventory', isWrite: false }, 404);
const away = new VendorUnreachableError({ vendor: 'omnium', operation: 'GET inventory', isWrite: false }, 'refused');
const window = { to: '2026-03-01T06:30:00.000Z', since: 'first-export' } as const;

/** A write that does as the test says. */
interface Scripted extends PendingWrite {
  write(): Promise<void>;
}

/** A target that remembers what was written to it, and records for it. */
class Shelves {
  readonly levels = new Map<string, number>();
  writes = 0;

  pending(partition: string, count: number, from = 0): Scripted[] {
    return Array.from({ length: count }, (_unused, index) => `S-${from + index}@${partition}`)
      .filter((record) => !this.levels.has(record))
      .map((record) => ({
        record,
        write: async () => {
          await pause(1);
          this.writes += 1;
          this.levels.set(record, 1);
        },
      }));
  }

  /** A page of `count` records, of which those that are there already need no write. */
  page(partition: string, count: number, more: Partial<Page<Scripted>> & { from?: number } = {}): Page<Scripted> {
    const { from = 0, ...rest } = more;
    const pending = this.pending(partition, count, from);
    return { partition, unchanged: count - pending.length, unresolved: [], pending, ...rest };
  }
}

describe('a batch of an export', () => {
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

  const parts = (...names: string[]): Partition[] => names.map((name) => ({ name, read: 'everything' }));

  type Pages = (partition: Partition, signal: AbortSignal) => AsyncIterable<Page<Scripted>>;

  async function run(
    pages: Pages,
    {
      partitions = parts('bergen', 'oslo'),
      refusal,
      ...more
    }: BatchOptions & {
      readonly partitions?: readonly Partition[];
      readonly records?: readonly string[];
      readonly refusal?: () => string | undefined;
    } = {},
  ): Promise<BatchRun> {
    const stream: DeltaExport<Scripted> = {
      partitions: () => Promise.resolve({ names: [], leftOut: [], missing: [] }),
      pages: (context, partition) => pages(partition, context.signal),
      describe: () => ({ change: '0 → 1' }),
      write: (_context, scripted) => scripted.write(),
      ...(refusal && { refusal }),
    };
    const heartbeat = (progress: ExportHeartbeat): void => void heartbeats.push(progress);
    return await runBatch(stream, exportContextOf(tenant, window, []), partitions, { heartbeat, ...more });
  }

  it('goes through its parts page by page, and counts what became of the rows', async () => {
    const result = await run(async function* ({ name }) {
      yield shelves.page(name, 5);
      yield shelves.page(name, 4, {
        from: 5,
        unresolved: [
          { record: `X@*`, as: 'unknown', why: 'Flow has no such product' },
          { record: `Y@${name}`, as: 'failed', why: 'too many decimals' },
        ],
      });
    });
    assert.equal(result.partitionsDone, 2);
    assert.deepEqual(
      [result.counts.written, result.counts.unknown, result.counts.failed, comparedIn(result.counts)],
      [18, 2, 2, 22],
    );
    assert.deepEqual(result.unresolvedNames, ['X@*', 'Y@bergen', 'Y@oslo']);
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
        pending: page.pending.map((scripted) => ({
          ...scripted,
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
    const refusal = (): string | undefined =>
      shelves.levels.size === 5 ? 'Flow is the stock master of oslo' : undefined;
    const result = await run(
      async function* ({ name }) {
        yield shelves.page(name, 5);
        yield shelves.page(name, 5, { from: 5 });
      },
      { partitions: parts('oslo'), refusal },
    );
    assert.deepEqual([result.counts.written, result.counts.refused], [5, 5]);
    assert.deepEqual([result.refusedPartitions, result.differences], [['oslo'], ['Flow is the stock master of oslo']]);
    assert.equal(shelves.levels.size, 5);
  });

  it('ends with the part in which it has come to enough rows', async () => {
    const result = await run(
      async function* ({ name }) {
        yield shelves.page(name, 10);
        yield shelves.page(name, 10, { from: 10 });
      },
      { partitions: parts('a', 'b', 'c', 'd'), limits: { records: 30 } },
    );
    assert.equal(result.partitionsDone, 2);
    assert.equal(comparedIn(result.counts), 40);
  });

  it('ends with the part in which its time is up, and does at least one', async () => {
    const result = await run(
      async function* ({ name }) {
        await pause(10);
        yield shelves.page(name, 1);
      },
      { partitions: parts('a', 'b', 'c'), limits: { milliseconds: 0 } },
    );
    assert.equal(result.partitionsDone, 1);
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
      { partitions: parts('bergen', 'oslo') },
    );
    assert.deepEqual([result.counts.written, result.counts.unchanged], [40, 0]);
    assert.equal(shelves.writes, 40);
  });

  it('fails when Omnium forgets every scroll', async () => {
    let reads = 0;
    const pages = async function* (): AsyncGenerator<Page<Scripted>> {
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
      yield shelves.page(name, 10, { from: 10, unresolved: [{ record: `Z@${name}`, as: 'failed', why: 'no' }] });
    };
    await assert.rejects(run(pages), VendorUnreachableError);
    isAway = false;
    const earlier = heartbeats.at(-1);
    assert.deepEqual([earlier?.partitionsDone, earlier?.writtenSince], [1, 10]);
    const result = await run(pages, { earlier });
    assert.deepEqual(read, ['bergen', 'oslo', 'oslo']);
    assert.deepEqual([result.partitionsDone, result.counts.written, result.counts.unchanged], [2, 40, 0]);
    assert.deepEqual(result.unresolvedNames, ['Z@bergen', 'Z@oslo']);
    assert.equal(shelves.writes, 40);
  });

  it('ends the read under way when a write fails', async () => {
    const refused = new VendorHttpError({ vendor: 'flow', operation: 'PUT stock', isWrite: true }, 403);
    let readEnded = false;
    const pages: Pages = async function* ({ name }, signal) {
      yield {
        ...shelves.page(name, 1),
        pending: [{ record: 'A@oslo', write: () => Promise.reject(refused) }],
      };
      await pause(60_000, undefined, { signal }).catch(() => (readEnded = true));
    };
    await assert.rejects(run(pages), VendorHttpError);
    assert.ok(readEnded);
  });

  it('writes nothing in a dry run, and names what it would', async () => {
    const named: string[] = [];
    const result = await run(
      async function* ({ name }) {
        yield shelves.page(name, 80);
      },
      { partitions: parts('oslo'), onPending: (record, change) => void named.push(`${record} ${change}`) },
    );
    assert.equal(result.counts.written, 80);
    assert.equal(shelves.writes, 0);
    assert.equal(named.length, 80);
    assert.equal(named[0], 'S-0@oslo 0 → 1');
  });

  it('names a row that was left open before and has changed once, in a dry run', async () => {
    const named: string[] = [];
    const result = await run(
      async function* () {
        yield shelves.page('oslo', 3);
      },
      {
        partitions: [UNRESOLVED, ...parts('oslo')],
        records: ['S-0@oslo'],
        onPending: (record) => void named.push(record),
      },
    );
    assert.deepEqual(named, ['S-0@oslo', 'S-1@oslo', 'S-2@oslo']);
    assert.equal(result.counts.written, 3);
  });

  it('keeps ten thousand records unresolved, and says how many more there are', async () => {
    const result = await run(
      async function* ({ name }) {
        const unresolved = Array.from({ length: MAX_UNRESOLVED - 2_000 }, (_unused, index) => ({
          record: `O-${index}@${name}`,
          as: 'failed' as const,
          why: `no ${index}`,
          failureType: 'FlowRejected' as const,
        }));
        yield shelves.page(name, 0, { unresolved });
      },
      { partitions: parts('bergen', 'oslo') },
    );
    assert.equal(MAX_UNRESOLVED, 10_000);
    assert.deepEqual(
      [result.unresolvedNames.length, result.moreUnresolved, result.counts.failed],
      [10_000, 6_000, 16_000],
    );
    assert.equal(result.differences.length, 20);
    assert.ok(JSON.stringify(result).length < 500_000, 'far below what Temporal takes');
  });

  it('says of records that were unresolved which are right now, and names the others no more', async () => {
    const known = [
      { failureType: 'FlowRejected', reason: 'no', since: '2026-02-01T00:00:00.000Z', ids: ['S-0@oslo', 'S-1@oslo'] },
    ] as const;
    const result = await run(
      async function* ({ records = [] }) {
        const unresolved = [{ record: 'S-1@oslo', as: 'failed', why: 'no', failureType: 'FlowRejected' }] as const;
        yield shelves.page('oslo', records.length - 1, { unresolved });
      },
      { partitions: [UNRESOLVED], known },
    );
    assert.deepEqual([result.resolved, result.unresolvedNames, result.counts.failed], [['S-0@oslo'], [], 1]);
  });

  it('goes on between chunks of unresolved records', async () => {
    const records = Array.from({ length: 2_500 }, (_unused, index) => `R-${String(index).padStart(4, '0')}`);
    const read: number[] = [];
    const pages: Pages = async function* ({ records: chunk = [] }) {
      read.push(chunk.length);
      yield shelves.page('oslo', chunk.length);
    };
    const first = await run(pages, { partitions: [UNRESOLVED], records, limits: { records: 1_000 } });
    assert.deepEqual([first.partitionsDone, first.cursor, read], [0, 'R-0999', [1_000]]);
    const second = await run(pages, { partitions: [{ ...UNRESOLVED, after: 'R-0999' }], records });
    assert.deepEqual([second.partitionsDone, read.slice(1)], [1, [1_000, 500]]);
  });
});
