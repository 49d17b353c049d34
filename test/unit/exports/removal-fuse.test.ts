import assert from 'node:assert/strict';
import type { ExportProgress } from '../../../src/contracts/exports';
import { addBatch, afterFuse, finishedRun, progressOf, withFinishedRun } from '../../../src/domain/export-progress';
import { NO_CHECKPOINT } from '../../../src/activities/delta/plan-export';
import { donePartitions, planOf } from '../../support/scripted-export';

/** A run that has compared `records` and would remove `removals` of them. */
function readAll(records: number, removals: number, listSize?: number): ExportProgress {
  const fuse = { count: 200, percent: 2, ...(listSize !== undefined && { listSize }) };
  const ids = Array.from({ length: removals }, (_, index) => `A-${index}`);
  const held = { failureType: 'RemovalHeld', reason: 'gone', since: '2026-03-01T06:30:00.000Z', ids } as const;
  const counts = { written: 0, unchanged: records, unknown: 0, refused: 0, failed: 0, calls: 1 };
  return addBatch(progressOf(planOf(['main'], { fuse })), donePartitions(1, { counts, unresolved: [held] }));
}

describe('the fuse on removals', () => {
  const rows: readonly [what: string, progress: ExportProgress, goes: number][] = [
    ['as many as the count, of a small list', readAll(300, 200), 200],
    ['more than the count and than the share', readAll(10_000, 201), 0],
    ['more than the count, within the share', readAll(10_050, 201), 201],
    ['a delta, which compares little of a long list', readAll(400, 300, 15_000), 300],
    ['a delta of a list that is short', readAll(400, 300, 14_999), 0],
    ['none', readAll(10, 0), 0],
    ['more than can be kept', readAll(2_000_000, 10_001), 0],
  ];
  for (const [what, progress, goes] of rows) {
    it(`${what}: ${goes > 0 ? 'looked at once more' : 'nothing is removed'}`, () => {
      const after = afterFuse(progress);
      assert.equal(after.partitions.flatMap(({ records = [] }) => records).length, goes);
    });
  }

  it('leaves what it holds unresolved and counted as failed, and lets go what was removed', () => {
    const blown = finishedRun('run', afterFuse(readAll(10_000, 201)));
    assert.equal(withFinishedRun(NO_CHECKPOINT, blown).unresolved[0]?.ids.length, 201);
    assert.equal(afterFuse(readAll(10_000, 201)).counts.failed, 201);
    const few = afterFuse(readAll(10_000, 2));
    const done = addBatch(few, donePartitions(1, { resolved: ['A-0', 'A-1'] }));
    assert.deepEqual([done.partitions, done.unresolved, done.counts.failed], [[], [], 0]);
  });

  it('knows the list by the last run that has read everything', () => {
    const { window } = planOf([]);
    const { from: _from, ...everything } = window;
    const whole = finishedRun('run', { ...readAll(5_000, 0), window: everything });
    const checkpoint = withFinishedRun(NO_CHECKPOINT, whole);
    assert.equal(checkpoint.listSize, 5_000);
    assert.equal(withFinishedRun(checkpoint, finishedRun('run', readAll(7, 0))).listSize, 5_000);
  });
});
