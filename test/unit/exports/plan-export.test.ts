import assert from 'node:assert/strict';
import { coveredBy, planExport, type PlanAbout, type PlanWanted } from '../../../src/activities/delta/plan-export';
import type { ExportPart, ExportPlan } from '../../../src/contracts/export-messages';
import { addStretch, startOf, summaryOf } from '../../../src/domain/export-progress';
import { doneParts } from '../../support/scripted-export';

const KEY = { tenantUid: 'flow_no', marketOrGroup: 'NOR', stream: 'prices' } as const;
const NOW = new Date('2026-03-02T06:00:00.000Z');
const WATERMARK = new Date('2026-03-02T05:00:00.000Z');

describe('what a run is going to read', () => {
  const standing = { watermark: WATERMARK, covered: ['main', 'oslo'], openRows: [], later: [] };

  function plan(
    about: Partial<PlanAbout> & { readonly names?: readonly string[]; readonly afterWhole?: readonly string[] } = {},
    ask?: PlanWanted['ask'],
  ): ExportPlan {
    const { names = ['main', 'oslo'], afterWhole, ...more } = about;
    const parts = { names, leftOut: [], missing: [], ...(afterWhole && { afterWhole }) };
    return planExport(
      { ...KEY, overlapSeconds: 120, ...(ask && { ask }) },
      { standing, kind: {}, parts, inHand: new Set(), now: NOW, ...more },
    );
  }

  const brief = (parts: readonly ExportPart[]): string[] =>
    parts.map((part) => {
      const inside = part.read === 'rows' ? part.rows : part.members;
      return `${part.name}: ${part.read}${inside ? ` [${inside.join(' ')}]` : ''}`;
    });

  const together = { readsPartsTogether: true };

  it('is everything at first, and then what changed since the watermark less the overlap', () => {
    const first = plan({ standing: undefined });
    assert.deepEqual(brief(first.parts), ['main: everything', 'oslo: everything']);
    assert.deepEqual(first.window, { to: NOW.toISOString(), since: 'first-export' });
    const next = plan();
    assert.deepEqual(brief(next.parts), ['main: changes', 'oslo: changes']);
    assert.equal(next.window.from, '2026-03-02T04:58:00.000Z');
  });

  it('puts parts together that are read the same way, when the kind asks for it', () => {
    const names = ['main', 'oslo', 'bergen', 'alta'];
    assert.deepEqual(brief(plan({ kind: together, names }).parts), [
      'what changed: changes [main oslo]',
      'everything: everything [bergen alta]',
    ]);
    assert.deepEqual(brief(plan({ kind: together }).parts), ['what changed: changes [main oslo]']);
  });

  it('ends with what comes after a whole read, and only after one', () => {
    const afterWhole = ['removals'];
    assert.deepEqual(brief(plan({ afterWhole }).parts), ['main: changes', 'oslo: changes']);
    const whole = plan({ afterWhole, kind: together, names: ['main', 'oslo', 'alta'] });
    assert.deepEqual(brief(whole.parts), [
      'what changed: changes [main oslo]',
      'everything: everything [alta]',
      'removals: everything [alta]',
    ]);
    assert.deepEqual(whole.partial, ['removals']);
  });

  it('covers the members of its parts, and not what comes after them', () => {
    const everything = plan({ standing: undefined, kind: together, afterWhole: ['removals'] });
    const done = addStretch(startOf(everything), doneParts(everything.parts.length));
    assert.deepEqual(summaryOf(KEY, done).covered, ['main', 'oslo']);
    const refused = addStretch(startOf(everything), doneParts(2, { refusedParts: ['oslo'] }));
    assert.deepEqual(summaryOf(KEY, refused).covered, ['main']);
  });

  it('goes on at the cursor of a part that was not read to its end', () => {
    const begun = startOf(plan());
    const once = addStretch(begun, doneParts(0, { cursor: 'c1', underWay: { rows: 10, total: 40 } }));
    assert.deepEqual(once.parts[0], { name: 'main', read: 'changes', after: 'c1' });
    assert.deepEqual([once.done, once.underWay], [[], { rows: 10, total: 40 }]);
    const twice = addStretch(once, doneParts(0, { cursor: 'c2', underWay: { rows: 5, total: 30 } }));
    assert.deepEqual(twice.underWay, { rows: 15, total: 40 });
    const next = addStretch(twice, doneParts(1, { cursor: 'c3', underWay: { rows: 2 } }));
    assert.deepEqual(next.done, [{ name: 'main', read: 'changes' }]);
    assert.deepEqual([next.parts, next.underWay], [[{ name: 'oslo', read: 'changes', after: 'c3' }], { rows: 2 }]);
    const last = addStretch(next, doneParts(1));
    assert.deepEqual([last.parts, 'underWay' in last], [[], false]);
  });

  describe('of rows left by earlier runs', () => {
    const later = [
      { row: 'A', at: '2026-03-02T05:59:00.000Z' },
      { row: 'B', at: '2026-03-02T06:01:00.000Z' },
    ];

    it('is first what is open, and what starts or ends by now', () => {
      const { parts, later: kept } = plan({ standing: { ...standing, openRows: ['X', 'A'], later } });
      assert.equal(brief(parts)[0], 'rows left open before: rows [X A]');
      assert.deepEqual(kept, [later[1]]);
      assert.equal('later' in plan(), false);
    });

    it('is not asked for by a run that reads everything', () => {
      const asked = plan({ standing: { ...standing, openRows: ['X'], later } }, { kind: 'everything' });
      assert.deepEqual(brief(asked.parts), ['main: everything', 'oslo: everything']);
      assert.equal(asked.later, undefined);
    });

    it('is everything once the moment comes of a row that could not be remembered', () => {
      const before = plan({ standing: { ...standing, later, wholeAgainAt: '2026-03-02T07:00:00.000Z' } });
      assert.deepEqual(
        [brief(before.parts).slice(1), before.wholeAgainAt],
        [['main: changes', 'oslo: changes'], '2026-03-02T07:00:00.000Z'],
      );
      const due = { ...standing, wholeAgainAt: '2026-03-02T05:59:59.000Z' };
      assert.equal(coveredBy(due, NOW).size, 0);
      const whole = plan({ standing: due });
      assert.deepEqual([brief(whole.parts), whole.wholeAgainAt], [['main: everything', 'oslo: everything'], undefined]);
    });

    it('is carried over to the next run', () => {
      const progress = startOf(plan({ standing: { ...standing, later } }));
      const more = [
        { row: 'C', at: '2026-05-01T00:00:00.000Z' },
        { row: 'B', at: '2026-04-01T00:00:00.000Z' },
      ];
      const { later: kept } = summaryOf(KEY, addStretch(progress, doneParts(3, { later: more })));
      assert.deepEqual(
        kept?.map(({ row, at }) => `${row} ${at.slice(0, 10)}`),
        ['B 2026-03-02', 'C 2026-05-01'],
      );
    });
  });
});
