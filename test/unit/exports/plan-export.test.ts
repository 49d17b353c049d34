import assert from 'node:assert/strict';
import { NO_CHECKPOINT, planExport, type PlanOptions } from '../../../src/activities/delta/plan-export';
import type { Partitions } from '../../../src/activities/delta/stream';
import type { ExportCheckpoint, ExportPlan, Partition } from '../../../src/contracts/exports';
import { addBatch, finishedRun, progressOf } from '../../../src/domain/export-progress';
import { donePartitions } from '../../support/scripted-export';

const NOW = new Date('2026-03-02T06:00:00.000Z');

describe('what a run is going to read', () => {
  const checkpoint: ExportCheckpoint = {
    ...NO_CHECKPOINT,
    ...{ watermark: '2026-03-02T05:00:00.000Z', covered: ['main', 'oslo'], rules: 'the same' },
  };
  const unresolved = [{ failureType: 'FlowRejected', reason: 'no', since: NOW.toISOString(), ids: ['X'] }] as const;

  function plan(
    about: Partial<PlanOptions> & Partial<Partitions> & { readonly left?: ExportCheckpoint } = {},
    ask?: PlanOptions['ask'],
  ): ExportPlan {
    const { names = ['main', 'oslo'], afterWhole, left = checkpoint, ...more } = about;
    const partitions = { names, leftOut: [], missing: [], ...(afterWhole && { afterWhole }) };
    return planExport(left, partitions, {
      ...{ overlapSeconds: 120, ask, inHand: new Set(), now: NOW, rules: 'the same', readsTogether: false },
      fuse: { count: 200, percent: 2 },
      ...more,
    });
  }

  const brief = (partitions: readonly Partition[]): string[] =>
    partitions.map(({ name, read, members }) => `${name}: ${read}${members ? ` [${members.join(' ')}]` : ''}`);

  it('is everything at first, and then what changed since the watermark less the overlap', () => {
    const first = plan({ left: NO_CHECKPOINT });
    assert.deepEqual(brief(first.partitions), ['main: everything', 'oslo: everything']);
    assert.deepEqual(first.window, { to: NOW.toISOString(), since: 'first-export' });
    const next = plan();
    assert.deepEqual(brief(next.partitions), ['main: changes', 'oslo: changes']);
    assert.equal(next.window.from, '2026-03-02T04:58:00.000Z');
  });

  it('is everything once when the rules have changed by which it was written', () => {
    const changed = plan({ rules: 'others' });
    assert.deepEqual(brief(changed.partitions), ['main: everything', 'oslo: everything']);
    assert.deepEqual([changed.window.since, changed.window.from, changed.rules], ['new-rules', undefined, 'others']);
  });

  it('is everything when the watermark is in the future, by a clock that was wrong', () => {
    const left = { ...checkpoint, watermark: '2026-03-02T07:00:00.000Z' };
    assert.deepEqual(plan({ left }).window, { to: NOW.toISOString(), since: 'first-export' });
  });

  it('puts partitions together that are read the same way, when the stream asks for it', () => {
    const names = ['main', 'oslo', 'bergen', 'alta'];
    assert.deepEqual(brief(plan({ readsTogether: true, names }).partitions), [
      'what changed: changes [main oslo]',
      'everything: everything [bergen alta]',
    ]);
    assert.deepEqual(brief(plan({ readsTogether: true }).partitions), ['what changed: changes [main oslo]']);
  });

  it('ends with what comes after a whole read, and only after one', () => {
    const afterWhole = ['removals'];
    assert.deepEqual(brief(plan({ afterWhole }).partitions), ['main: changes', 'oslo: changes']);
    const whole = plan({ afterWhole, readsTogether: true, names: ['main', 'oslo', 'alta'] });
    assert.deepEqual(brief(whole.partitions), [
      'what changed: changes [main oslo]',
      'everything: everything [alta]',
      'removals: everything [alta]',
    ]);
    assert.deepEqual(whole.partial, ['removals']);
  });

  it('leaves a partition to its own workflow that is putting it in order', () => {
    const { partitions, leftOut } = plan({ names: ['main', 'alta'], inHand: new Set(['alta']) });
    assert.deepEqual([brief(partitions), leftOut.map(({ name }) => name)], [['main: changes'], ['alta']]);
  });

  it('covers the members of its partitions, and not what comes after them', () => {
    const everything = plan({ left: NO_CHECKPOINT, readsTogether: true, afterWhole: ['removals'] });
    const done = addBatch(progressOf(everything), donePartitions(everything.partitions.length));
    assert.deepEqual(finishedRun('run', done).covered, ['main', 'oslo']);
    const refused = addBatch(progressOf(everything), donePartitions(2, { refusedPartitions: ['oslo'] }));
    assert.deepEqual(finishedRun('run', refused).covered, ['main']);
  });

  it('goes on at the cursor of a partition that was not read to its end', () => {
    const begun = progressOf(plan());
    const once = addBatch(begun, donePartitions(0, { cursor: 'c1', underWay: { records: 10, total: 40 } }));
    assert.deepEqual(once.partitions[0], { name: 'main', read: 'changes', after: 'c1' });
    assert.deepEqual([once.done, once.underWay], [[], { records: 10, total: 40 }]);
    const twice = addBatch(once, donePartitions(0, { cursor: 'c2', underWay: { records: 5, total: 30 } }));
    assert.deepEqual(twice.underWay, { records: 15, total: 40 });
    const next = addBatch(twice, donePartitions(1, { cursor: 'c3', underWay: { records: 2 } }));
    assert.deepEqual(next.done, [{ name: 'main', read: 'changes' }]);
    assert.deepEqual(
      [next.partitions, next.underWay],
      [[{ name: 'oslo', read: 'changes', after: 'c3' }], { records: 2 }],
    );
    const last = addBatch(next, donePartitions(1));
    assert.deepEqual([last.partitions, 'underWay' in last], [[], false]);
  });

  describe('of records left by earlier runs', () => {
    const deferred = [
      { record: 'A', at: '2026-03-02T05:59:00.000Z' },
      { record: 'B', at: '2026-03-02T06:01:00.000Z' },
    ];

    it('is first what is unresolved, and what starts or ends by now', () => {
      const first = 'unresolved records of earlier runs: unresolved';
      assert.equal(brief(plan({ left: { ...checkpoint, unresolved } }).partitions)[0], first);
      assert.equal(brief(plan({ left: { ...checkpoint, deferred } }).partitions)[0], first);
      assert.equal(
        brief(plan({ left: { ...checkpoint, deferred: deferred.slice(1) } }).partitions)[0],
        'main: changes',
      );
    });

    it('is not asked for by a run that reads everything', () => {
      const asked = plan({ left: { ...checkpoint, unresolved, deferred } }, { kind: 'everything' });
      assert.deepEqual(brief(asked.partitions), ['main: everything', 'oslo: everything']);
      assert.equal(asked.isWhole, true);
    });

    it('is everything once the moment comes of a record that could not be remembered', () => {
      const before = plan({ left: { ...checkpoint, deferred, wholeAgainAt: '2026-03-02T07:00:00.000Z' } });
      assert.deepEqual(brief(before.partitions).slice(1), ['main: changes', 'oslo: changes']);
      const whole = plan({ left: { ...checkpoint, wholeAgainAt: '2026-03-02T05:59:59.000Z' } });
      assert.deepEqual(brief(whole.partitions), ['main: everything', 'oslo: everything']);
    });
  });
});
