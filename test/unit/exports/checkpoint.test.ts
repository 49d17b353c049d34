import assert from 'node:assert/strict';
import { NO_CHECKPOINT } from '../../../src/activities/delta/plan-export';
import type { ExportCheckpoint, FinishedRun } from '../../../src/contracts/exports';
import { withBegunRun, withFinishedRun } from '../../../src/domain/export-progress';
import { countUnresolved, MAX_UNRESOLVED } from '../../../src/domain/records';

const at = (clock: string): string => `2026-03-02T${clock}:00.000Z`;

describe('the checkpoint of an export', () => {
  const begin = (checkpoint: ExportCheckpoint, begunAt: string, gone: readonly string[] = []): ExportCheckpoint =>
    withBegunRun(checkpoint, { workflowId: begunAt, begunAt: at(begunAt) }, gone);

  const finish = (checkpoint: ExportCheckpoint, begunAt: string, more: Partial<FinishedRun> = {}): ExportCheckpoint =>
    withFinishedRun(checkpoint, {
      ...{ workflowId: begunAt, to: at(begunAt), covered: ['products'], coveredBefore: ['products'], isWhole: false },
      ...{ rules: 'r', unresolved: [], moreUnresolved: 0, resolved: [], deferred: [] },
      ...more,
    });

  const watermark = ({ watermark: known }: ExportCheckpoint): string | undefined => known?.slice(11, 16);

  it('has no watermark until a run comes to its end', () => {
    assert.equal(watermark(begin(NO_CHECKPOINT, '11:00')), undefined);
    assert.equal(watermark(finish(begin(NO_CHECKPOINT, '11:00'), '11:00')), '11:00');
  });

  it('stays where it was after a run that was cancelled, ended or that hangs', () => {
    const done = finish(begin(NO_CHECKPOINT, '11:00'), '11:00');
    const hanging = begin(done, '11:30');
    assert.equal(watermark(hanging), '11:00');
    assert.equal(watermark(begin(hanging, '12:00', ['11:30'])), '11:00');
  });

  it('is the earliest beginning of all that were at work together, also of one that was cancelled', () => {
    const full = begin(finish(begin(NO_CHECKPOINT, '08:00'), '08:00'), '09:00');
    const delta = finish(begin(full, '11:00'), '11:00');
    assert.equal(watermark(delta), '11:00', 'what the full one still overwrites is seen at its end');
    assert.equal(watermark(finish(delta, '09:00')), '09:00', 'a full export that took long');
    assert.equal(watermark(begin(delta, '12:00', ['09:00'])), '09:00', 'one that was cancelled');
    const both = finish(finish(begin(full, '10:00'), '09:00'), '10:00');
    assert.equal(watermark(both), '09:00', 'one that ended while another went on');
  });

  it('covers what all of them cover, and keeps the unresolved records of all', () => {
    const why = { failureType: 'FlowRejected', reason: 'no', since: at('11:00') } as const;
    let both = begin(begin(NO_CHECKPOINT, '10:50'), '11:00');
    both = finish(both, '10:50', { covered: ['b', 'c'], unresolved: [{ ...why, ids: ['Y', 'X'] }] });
    both = finish(both, '11:00', { covered: ['a', 'b'], unresolved: [{ ...why, ids: ['X', 'Z'] }] });
    assert.deepEqual([both.covered, both.unresolved], [['b'], [{ ...why, ids: ['Y', 'X', 'Z'] }]]);
  });

  it('keeps since when a record is unresolved, forgets it when it is right, and all of them after a whole read', () => {
    const group = (since: string, ...ids: string[]) =>
      ({ failureType: 'FlowRejected', reason: 'no', since: at(since), ids }) as const;
    const first = finish(begin(NO_CHECKPOINT, '10:00'), '10:00', { unresolved: [group('10:00', 'A', 'B')] });
    const second = finish(begin(first, '11:00'), '11:00', { unresolved: [group('11:00', 'A', 'C')], resolved: ['B'] });
    assert.deepEqual(second.unresolved, [group('10:00', 'A'), group('11:00', 'C')]);
    const whole = finish(begin(second, '12:00'), '12:00', { isWhole: true, unresolved: [group('12:00', 'C')] });
    assert.deepEqual(whole.unresolved, [group('12:00', 'C')]);
  });

  it('takes ten thousand unresolved records without standing still, and not one more', () => {
    const why = { failureType: 'FlowRejected', reason: 'no', since: at('10:00') } as const;
    const ids = (count: number, from = 0): string[] =>
      Array.from({ length: count }, (_unused, index) => `SKU-${String(index + from).padStart(6, '0')}@oslo`);
    const full = finish(begin(NO_CHECKPOINT, '10:00'), '10:00', { unresolved: [{ ...why, ids: ids(MAX_UNRESOLVED) }] });
    assert.deepEqual([watermark(full), countUnresolved(full.unresolved)], ['10:00', 10_000]);
    const more = finish(begin(full, '11:00'), '11:00', {
      ...{ covered: ['products', 'new'], coveredBefore: ['products'] },
      unresolved: [{ ...why, ids: ids(5, MAX_UNRESOLVED) }],
    });
    assert.deepEqual(
      [watermark(more), more.covered, countUnresolved(more.unresolved)],
      ['10:00', ['products'], 10_000],
    );
    const healed = finish(begin(more, '12:00'), '12:00', { resolved: ids(100) });
    assert.deepEqual([watermark(healed), countUnresolved(healed.unresolved)], ['12:00', 9_900]);
    assert.ok(JSON.stringify(full).length < 500_000, 'far below what Temporal takes');
  });

  it('keeps deferred records until their moment, and everything again until its own', () => {
    const left = begin(NO_CHECKPOINT, '10:00');
    const deferred = [
      { record: 'A', at: at('10:30') },
      { record: 'B', at: at('13:00') },
    ];
    const first = finish(left, '10:00', { deferred, wholeAgainAt: at('14:00') });
    const second = finish(begin(first, '11:00'), '11:00', { deferred: [{ record: 'C', at: at('12:00') }] });
    assert.deepEqual(
      second.deferred.map(({ record }) => record),
      ['C', 'B'],
    );
    assert.equal(second.wholeAgainAt, at('14:00'));
    const third = finish(begin(second, '15:00'), '15:00');
    assert.deepEqual([third.deferred, third.wholeAgainAt], [[], undefined]);
  });
});
