import assert from 'node:assert/strict';
import { VendorHttpError, VendorUnreachableError } from '../../../src/clients/errors';
import { earlierProgress, sweepStretch, type StretchParts } from '../../../src/activities/delta/sweep-stretch';
import type { Look, StreamDocument, StreamPage } from '../../../src/activities/delta/sweep-stream';
import type { Standing } from '../../../src/activities/delta/standings';
import { NO_COUNTS, type SweepStretchResult, type SweepTarget } from '../../../src/contracts/sweep-messages';

const READ = { vendor: 'flow', operation: 'GET order', isWrite: false } as const;
const target = (orderNumber: string): SweepTarget => ({ kind: 'order', orderNumber });

function document(orderNumber: string, look: (count: number) => Look['verdict'], modifiedAt?: string): StreamDocument {
  let count = 0;
  return {
    target: target(orderNumber),
    modifiedAt,
    look: () => {
      count += 1;
      const verdict = look(count);
      return Promise.resolve(verdict === 'differs' ? { verdict, target: target(orderNumber) } : { verdict });
    },
  };
}

const inSync = (name: string): StreamDocument => document(name, () => 'inSync');
const differing = (name: string, modifiedAt?: string): StreamDocument => document(name, () => 'differs', modifiedAt);
const failing = (name: string, error: Error): StreamDocument =>
  document(name, () => {
    throw error;
  });

interface Scene {
  readonly pages: readonly (readonly StreamDocument[])[];
  readonly standing?: (orderNumber: string) => Standing;
  readonly more?: Partial<StretchParts>;
}

async function stretch({ pages, standing, more }: Scene): Promise<SweepStretchResult> {
  const parts: StretchParts = {
    pages: async function* (cursor): AsyncGenerator<StreamPage> {
      const begin = Number(cursor?.page ?? -1) + 1;
      for (const [page, documents] of pages.entries()) if (page >= begin) yield { documents, cursor: { page } };
    },
    standings: {
      of: (about) => Promise.resolve(standing?.(about.kind === 'order' ? about.orderNumber : '') ?? { is: 'unknown' }),
    },
    attempt: { signal: new AbortController().signal, onCall: () => undefined, calls: 0 },
    earlier: earlierProgress(undefined, undefined),
    heartbeat: () => undefined,
    limits: { settleMs: 0 },
    ...more,
  };
  return await sweepStretch(parts);
}

const named = ({ findings }: SweepStretchResult): string[] =>
  findings
    .map(({ target: about, standing }) => `${about.kind === 'order' ? about.orderNumber : ''} ${standing}`)
    .sort();

describe('one stretch of a sweep', () => {
  it('counts what is in step, and names what is not', async () => {
    const result = await stretch({
      pages: [
        [inSync('a'), differing('b')],
        [document('c', () => 'notOurs'), differing('d')],
      ],
      standing: (name) => (name === 'd' ? { is: 'running' } : { is: 'unknown' }),
    });
    assert.deepEqual(named(result), ['b found', 'd inProgress']);
    assert.deepEqual(result.counts, { ...NO_COUNTS, inSync: 1, notOurs: 1, found: 1, inProgress: 1 });
    assert.equal(result.cursor, undefined, 'it is at its end');
  });

  it('looks again when the owner came to its end between the look and the question', async () => {
    const result = await stretch({
      pages: [[document('a', (count) => (count === 1 ? 'differs' : 'inSync'))]],
      standing: () => ({ is: 'over', closedAtMs: Date.now(), givenUp: false }),
    });
    assert.deepEqual(named(result), []);
    assert.equal(result.counts.inSync, 1);
  });

  it('asks only the workflow of what never changes and is over, unless somebody gave up on it', async () => {
    let looks = 0;
    const once = (name: string, modifiedAt?: string): StreamDocument => ({
      ...document(
        name,
        () => {
          looks += 1;
          return 'differs';
        },
        modifiedAt,
      ),
      isOverWithItsWorkflow: true,
    });
    const long = { closedAtMs: Date.now() - 60_000 };
    const standings: Readonly<Record<string, Standing>> = {
      done: { is: 'over', ...long, givenUp: false },
      givenUp: { is: 'over', ...long, givenUp: true },
      atWork: { is: 'running' },
    };
    const before = new Date(Date.now() - 120_000).toISOString();
    const result = await stretch({
      pages: [[once('done'), once('givenUp', before), once('atWork'), once('lost')]],
      standing: (name) => standings[name] ?? { is: 'unknown' },
    });
    assert.deepEqual(named(result), ['atWork inProgress', 'lost found']);
    assert.deepEqual(result.counts, { ...NO_COUNTS, inSync: 1, givenUp: 1, found: 1, inProgress: 1 });
    assert.equal(looks, 3, 'neither vendor was asked about the one that is over');
  });

  it('gives a webhook that may still be on its way a moment', async () => {
    const modifiedAt = new Date().toISOString();
    const startedAtMs = Date.now();
    const result = await stretch({
      pages: [[document('a', (count) => (count === 1 ? 'differs' : 'inSync'), modifiedAt), differing('b', modifiedAt)]],
      more: { limits: { settleMs: 200 } },
    });
    assert.deepEqual(named(result), ['b found']);
    assert.ok(Date.now() - startedAtMs >= 150, 'it waited');
  });

  it('leaves alone what an operator gave up on, until it changes again', async () => {
    const givenUpAtMs = Date.parse('2026-03-01T12:00:00Z');
    const result = await stretch({
      pages: [[differing('before', '2026-03-01T11:00:00Z'), differing('after', '2026-03-01T13:00:00Z')]],
      standing: () => ({ is: 'over', closedAtMs: givenUpAtMs, givenUp: true }),
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

  it('ends with an outage, and tells nobody of it', async () => {
    const down = Array.from({ length: 12 }, (_, index) =>
      failing(`o${index}`, new VendorUnreachableError(READ, 'refused')),
    );
    await assert.rejects(stretch({ pages: [[inSync('a')], down] }), VendorUnreachableError);
  });

  it('is an outage no more as soon as one answer comes', async () => {
    const flaky = Array.from({ length: 12 }, (_, index) =>
      index % 4 === 3 ? inSync(`o${index}`) : failing(`o${index}`, new VendorHttpError(READ, 503)),
    );
    const { counts } = await stretch({ pages: [flaky], more: { limits: { settleMs: 0, looksAtOnce: 1 } } });
    assert.equal(counts.failedToLook, 9);
  });

  it('counts an order once whose return differs as well', async () => {
    const result = await stretch({ pages: [[differing('a'), differing('a')]] });
    assert.equal(result.counts.found, 1);
    assert.equal(result.findings.length, 2, 'each is an event of its own');
  });

  it('stops at the end of a page when it has done enough, and goes on there', async () => {
    const pages = [[inSync('a'), differing('b')], [inSync('c')], [inSync('d')]];
    const first = await stretch({ pages, more: { limits: { settleMs: 0, documents: 2 } } });
    assert.deepEqual(first.cursor, { page: 0 });
    const second = await stretch({ pages, more: { earlier: earlierProgress(undefined, first.cursor) } });
    assert.equal(second.counts.inSync, 2);
    assert.equal(second.cursor, undefined);
  });

  it('takes up what an attempt that died had told in its heartbeat', async () => {
    const pages = [[inSync('a'), differing('b')], [failing('c', new Error('the worker dies'))], [differing('d')]];
    const heartbeats: SweepStretchResult[] = [];
    await stretch({ pages, more: { heartbeat: (progress) => heartbeats.push(progress) } });
    const told = JSON.parse(JSON.stringify(heartbeats[0])) as unknown;
    const result = await stretch({ pages, more: { earlier: earlierProgress(told, undefined) } });
    assert.deepEqual(named(result), ['b found', 'c failedToLook', 'd found']);
    assert.deepEqual(result.counts, { ...NO_COUNTS, inSync: 1, found: 2, failedToLook: 1 });
  });
});
