import assert from 'node:assert/strict';
import { addLaterRows, MAX_LATER_ROWS, openRowOf, parseOpenRow } from '../../../src/contracts/export-rows';

describe('rows that are left to later runs', () => {
  const at = (day: number): string => new Date(Date.UTC(2026, 2, day)).toISOString();

  it('are kept once each, with their earliest moment, the earliest first', () => {
    const known = { later: [{ row: 'A', at: at(9) }] };
    const more = {
      later: [
        { row: 'B', at: at(5) },
        { row: 'A', at: at(7) },
        { row: 'B', at: at(8) },
      ],
    };
    assert.deepEqual(addLaterRows(known, more), {
      later: [
        { row: 'B', at: at(5) },
        { row: 'A', at: at(7) },
      ],
    });
  });

  it('are read again with everything, when they are too many, at the moment of the first that is not kept', () => {
    const later = Array.from({ length: MAX_LATER_ROWS + 20 }, (_unused, index) => ({
      row: `R${index}`,
      at: at(index),
    }));
    const all = addLaterRows({ later: [] }, { later: later.reverse() });
    assert.equal(all.later.length, MAX_LATER_ROWS);
    assert.equal(all.later[0]?.row, 'R0');
    assert.equal(all.wholeAgainAt, at(MAX_LATER_ROWS));
    assert.equal(addLaterRows(all, { later: [], wholeAgainAt: at(3) }).wholeAgainAt, at(3));
  });

  it('are named as people write them, whatever an @ is part of', () => {
    assert.deepEqual(parseOpenRow(openRowOf('A@1', 'oslo'), ['oslo', '1@oslo']), { sku: 'A', part: '1@oslo' });
    assert.deepEqual(parseOpenRow('A-1@*', ['oslo']), { sku: 'A-1', part: '*' });
    assert.equal(parseOpenRow('A-1@gone', ['oslo']), undefined);
  });
});
