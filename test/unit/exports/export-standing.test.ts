import assert from 'node:assert/strict';
import type { ExportSummary } from '../../../src/contracts/export-messages';
import { NO_EXPORT_COUNTS } from '../../../src/contracts/export-messages';
import { areEnoughRuns, standingOf, type ExportRun } from '../../../src/temporal/export-standing';

const KEY = { tenantUid: 'flow_no', marketOrGroup: 'NOR', stream: 'products' } as const;
const at = (clock: string): Date => new Date(`2026-03-02T${clock}:00.000Z`);
const NOW = at('12:00');

describe('what earlier runs have left behind', () => {
  const summary = (to: string, more: Partial<ExportSummary> = {}): ExportSummary => ({
    ...KEY,
    ...NO_EXPORT_COUNTS,
    ...{ compared: 0, to: at(to).toISOString(), watermark: at(to).toISOString() },
    ...{ covered: ['products'], openRows: [], moreOpenRows: 0 },
    ...more,
  });

  function run(startedAt: string, closedAt: string | undefined, more: Partial<ExportRun> = {}): ExportRun {
    const closed = closedAt === undefined ? {} : { closedAt: at(closedAt) };
    const execution = closedAt === undefined ? 'RUNNING' : 'COMPLETED';
    return { workflowId: startedAt, runId: startedAt, execution, startedAt: at(startedAt), ...closed, ...more };
  }

  const done = (startedAt: string, closedAt: string, more: Partial<ExportSummary> = {}): ExportRun =>
    run(startedAt, closedAt, { summary: summary(startedAt, more) });

  const watermark = (...runs: ExportRun[]): string | undefined =>
    standingOf(runs, NOW)?.watermark?.toISOString().slice(11, 16);

  it('is nothing when no run was ever completed', () => {
    assert.equal(standingOf([run('11:00', undefined), run('10:00', '10:30', { execution: 'FAILED' })], NOW), undefined);
  });

  it('is the beginning of the one that was completed last', () => {
    assert.equal(watermark(done('11:00', '11:05'), done('10:00', '10:05')), '11:00');
  });

  it('stays where it was after a run that was cancelled, ended or that hangs', () => {
    for (const execution of ['CANCELED', 'TERMINATED', 'FAILED', 'TIMED_OUT']) {
      assert.equal(watermark(run('11:30', '11:40', { execution }), done('11:00', '11:05')), '11:00', execution);
    }
    assert.equal(watermark(run('11:30', undefined), done('11:00', '11:05')), '11:00');
  });

  it('is the earliest beginning of all that were at work together, also of one that was cancelled', () => {
    const delta = done('11:00', '11:05');
    assert.equal(watermark(run('09:00', '11:01', { execution: 'CANCELED' }), delta), '09:00');
    assert.equal(watermark(delta, run('09:00', '10:59', { execution: 'CANCELED' }), done('08:00', '08:05')), '09:00');
    assert.equal(watermark(delta, run('09:00', '10:58', { execution: 'CANCELED' }), done('08:00', '08:05')), '11:00');
    assert.equal(watermark(done('09:00', '11:10'), delta), '09:00', 'a full export that took long');
  });

  it('goes by when a run in parts began, and not by when its last part did', () => {
    const begunAt = at('07:00');
    assert.equal(
      watermark(run('10:00', '11:02', { execution: 'TERMINATED', begunAt }), done('11:00', '11:05')),
      '07:00',
    );
  });

  it('covers what all of them cover, and keeps the open rows of all', () => {
    const standing = standingOf(
      [
        done('11:00', '11:05', { covered: ['a', 'b'], openRows: ['X'], later: [{ row: 'L', at: '2026-04-01' }] }),
        done('10:50', '11:02', { covered: ['b', 'c'], openRows: ['Y', 'X'], wholeAgainAt: '2026-05-01' }),
      ],
      NOW,
    );
    assert.deepEqual([standing?.covered, standing?.openRows], [['b'], ['X', 'Y']]);
    assert.deepEqual([standing?.later, standing?.wholeAgainAt], [[{ row: 'L', at: '2026-04-01' }], '2026-05-01']);
  });

  it('is no watermark in the future, by a clock that was wrong, nor one of a run that had none', () => {
    const ahead = standingOf([done('12:30', '11:05')], NOW);
    assert.deepEqual([ahead?.watermark, ahead?.covered], [undefined, []]);
    const { watermark: _none, ...without } = summary('11:00');
    assert.equal(standingOf([run('11:00', '11:05', { summary: without })], NOW)?.watermark, undefined);
  });

  it('needs runs as far back as something may have been at work with the latest', () => {
    const latest = done('11:00', '11:05');
    assert.equal(areEnoughRuns([], latest), false);
    assert.equal(areEnoughRuns([latest], run('10:00', '10:59')), false);
    assert.equal(areEnoughRuns([latest], run('10:00', '10:58')), true);
    const hanging = Array.from({ length: 200 }, () => run('10:00', undefined));
    assert.equal(areEnoughRuns(hanging, latest), true);
  });
});
