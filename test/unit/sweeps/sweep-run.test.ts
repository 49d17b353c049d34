import assert from 'node:assert/strict';
import { VendorHttpError, VendorUnreachableError } from '../../../src/clients/errors';
import type { Comparison, DeltaSweep, SweepDocument } from '../../../src/activities/delta/stream';
import { lookThrough, type LookLimits, type OwnerState } from '../../../src/activities/delta/sweep-run';
import type { SyncContext } from '../../../src/activities/shared/sync-context';
import {
  NO_SWEEP_COUNTS,
  type SweepCursor,
  type SweepLookResult,
  type SweepTarget,
} from '../../../src/contracts/sweeps';

const READ = { vendor: 'flow', operation: 'GET order', isWrite: false } as const;
const target = (orderNumber: string): SweepTarget => ({ kind: 'order', orderNumber });

type Compare = (count: number) => Comparison['verdict'];

function document(orderNumber: string, compare: Compare, modifiedAt?: string): SweepDocument<Compare> {
  let count = 0;
  return { target: target(orderNumber), modifiedAt, data: () => compare((count += 1)) };
}

const inSync = (name: string): SweepDocument<Compare> => document(name, () => 'inSync');
const differing = (name: string, modifiedAt?: string): SweepDocument<Compare> =>
  document(name, () => 'differs', modifiedAt);
const failing = (name: string, error: Error): SweepDocument<Compare> =>
  document(name, () => {
    throw error;
  });

interface Scene {
  readonly pages: readonly (readonly SweepDocument<Compare>[])[];
  readonly owner?: (orderNumber: string) => OwnerState;
  readonly isOverWithItsWorkflow?: true;
  readonly cursor?: SweepCursor | undefined;
  readonly earlier?: SweepLookResult;
  readonly heartbeat?: (progress: SweepLookResult) => void;
  readonly limits?: Partial<LookLimits>;
}

async function stretch({ pages, owner, isOverWithItsWorkflow, cursor, ...more }: Scene): Promise<SweepLookResult> {
  const sweep: DeltaSweep<Compare> = {
    ...(isOverWithItsWorkflow && { isOverWithItsWorkflow }),
    async *pages({ cursor: place }) {
      await Promise.resolve();
      const begin = Number(place?.page ?? -1) + 1;
      for (const [page, documents] of pages.entries()) if (page >= begin) yield { documents, cursor: { page } };
    },
    compare: async (_context, { data }) => await Promise.resolve({ verdict: data?.(0) ?? 'notOurs' }),
  };
  const context = { signal: new AbortController().signal, onCall: () => undefined, calls: 0 } as unknown as SyncContext;
  const window = { watermark: FROM, from: FROM, to: FROM, since: 'last-sweep' } as const;
  return await lookThrough(
    sweep,
    context,
    { stream: 'flow-orders', window, ...(cursor && { cursor }) },
    {
      ownerOf: (about) =>
        Promise.resolve(owner?.(about.kind === 'order' ? about.orderNumber : '') ?? { is: 'unknown' }),
      limits: { settleMs: 0 },
      ...more,
    },
  );
}

const FROM = '2026-03-01T06:00:00.000Z';

const named = ({ findings }: SweepLookResult): string[] =>
  findings
    .map(({ target: about, standing }) => `${about.kind === 'order' ? about.orderNumber : ''} ${standing}`)
    .sort();

describe('a look through a stream', () => {
  it('counts what is in step, and names what is not', async () => {
    const result = await stretch({
      pages: [
        [inSync('a'), differing('b')],
        [document('c', () => 'notOurs'), differing('d')],
      ],
      owner: (name) => (name === 'd' ? { is: 'running' } : { is: 'unknown' }),
    });
    assert.deepEqual(named(result), ['b found', 'd inProgress']);
    assert.deepEqual(result.counts, { ...NO_SWEEP_COUNTS, inSync: 1, notOurs: 1, found: 1, inProgress: 1 });
    assert.equal(result.cursor, undefined, 'it is at its end');
  });

  it('looks again when the owner came to its end between the look and the question', async () => {
    const result = await stretch({
      pages: [[document('a', (count) => (count === 1 ? 'differs' : 'inSync'))]],
      owner: () => ({ is: 'over', closedAtMs: Date.now() }),
    });
    assert.deepEqual(named(result), []);
    assert.equal(result.counts.inSync, 1);
  });

  it('asks only the workflow of what never changes and is over, unless somebody gave up on it', async () => {
    let looks = 0;
    const once = (name: string, modifiedAt?: string): SweepDocument<Compare> =>
      document(
        name,
        () => {
          looks += 1;
          return 'differs';
        },
        modifiedAt,
      );
    const long = { closedAtMs: Date.now() - 60_000 };
    const standings: Readonly<Record<string, OwnerState>> = {
      done: { is: 'over', ...long },
      givenUp: { is: 'givenUp', atMs: long.closedAtMs },
      atWork: { is: 'running' },
    };
    const before = new Date(Date.now() - 120_000).toISOString();
    const result = await stretch({
      pages: [[once('done'), once('givenUp', before), once('atWork'), once('lost')]],
      owner: (name) => standings[name] ?? { is: 'unknown' },
      isOverWithItsWorkflow: true,
    });
    assert.deepEqual(named(result), ['atWork inProgress', 'lost found']);
    assert.deepEqual(result.counts, { ...NO_SWEEP_COUNTS, inSync: 1, givenUp: 1, found: 1, inProgress: 1 });
    assert.equal(looks, 3, 'neither vendor was asked about the one that is over');
  });

  it('gives a webhook that may still be on its way a moment', async () => {
    const modifiedAt = new Date().toISOString();
    const startedAtMs = Date.now();
    const result = await stretch({
      pages: [[document('a', (count) => (count === 1 ? 'differs' : 'inSync'), modifiedAt), differing('b', modifiedAt)]],
      limits: { settleMs: 200 },
    });
    assert.deepEqual(named(result), ['b found']);
    assert.ok(Date.now() - startedAtMs >= 150, 'it waited');
  });

  it('leaves alone what an operator gave up on, until it changes again', async () => {
    const givenUpAtMs = Date.parse('2026-03-01T12:00:00Z');
    const result = await stretch({
      pages: [[differing('before', '2026-03-01T11:00:00Z'), differing('after', '2026-03-01T13:00:00Z')]],
      owner: () => ({ is: 'givenUp', atMs: givenUpAtMs }),
    });
    assert.deepEqual(named(result), ['after found']);
    assert.equal(result.counts.givenUp, 1);
  });

  it('is not stopped by one document that cannot be looked at: that one is told all the same', async () => {
    const result = await stretch({
      pages: [[failing('a', new VendorHttpError(READ, 500)), inSync('b'), failing('c', new TypeError('a defect'))]],
    });
    assert.deepEqual(named(result), ['a failedToLook', 'c failedToLook']);
    assert.equal(result.counts.failedToLook, 2);
    assert.equal(result.counts.inSync, 1);
  });

  it('ends with an outage, and goes on where it was', async () => {
    const down = Array.from({ length: 12 }, (_, index) =>
      failing(`o${index}`, new VendorUnreachableError(READ, 'refused')),
    );
    const { failure, findings, cursor, counts } = await stretch({ pages: [[inSync('a')], down] });
    assert.deepEqual([failure?.failureType, cursor, counts.inSync], ['FlowUnavailable', { page: 0 }, 1]);
    assert.ok(findings.length < down.length, 'most were not looked at');
  });

  it('is an outage no more as soon as one answer comes', async () => {
    const flaky = Array.from({ length: 12 }, (_, index) =>
      index % 4 === 3 ? inSync(`o${index}`) : failing(`o${index}`, new VendorHttpError(READ, 503)),
    );
    const { counts } = await stretch({ pages: [flaky], limits: { settleMs: 0, atOnce: 1 } });
    assert.equal(counts.failedToLook, 9);
  });

  it('counts an order once whose return differs as well', async () => {
    const result = await stretch({ pages: [[differing('a'), differing('a')]] });
    assert.equal(result.counts.found, 1);
    assert.equal(result.findings.length, 2, 'each is an event of its own');
  });

  it('stops at the end of a page when it has done enough, and goes on there', async () => {
    const pages = [[inSync('a'), differing('b')], [inSync('c')], [inSync('d')]];
    const first = await stretch({ pages, limits: { settleMs: 0, documents: 2 } });
    assert.deepEqual(first.cursor, { page: 0 });
    const second = await stretch({ pages, cursor: first.cursor });
    assert.equal(second.counts.inSync, 2);
    assert.equal(second.cursor, undefined);
  });

  it('takes up what an attempt that died had told in its heartbeat', async () => {
    const pages = [[inSync('a'), differing('b')], [failing('c', new Error('the worker dies'))], [differing('d')]];
    const heartbeats: SweepLookResult[] = [];
    await stretch({ pages, heartbeat: (progress) => heartbeats.push(progress) });
    const told = JSON.parse(JSON.stringify(heartbeats[0])) as SweepLookResult;
    const result = await stretch({ pages, earlier: told });
    assert.deepEqual(named(result), ['b found', 'c failedToLook', 'd found']);
    assert.deepEqual(result.counts, { ...NO_SWEEP_COUNTS, inSync: 1, found: 2, failedToLook: 1 });
  });
});
