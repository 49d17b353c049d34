import assert from 'node:assert/strict';
import { narrowed } from '../../src/ops/tables';

const TERMINAL = 100;
const HEADER = ['ORDER', 'TENANT', 'STORE', 'FAILURE', 'FAILED', 'NEXT', 'SINCE'];
const LONG_ID = '3f0e6c1a-8d52-4b7e-9c11-5a2d7e0f4b66';

function widthOf(rows: readonly (readonly string[])[]): number {
  const widths = HEADER.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return widths.reduce((sum, width) => sum + width + 2, -2);
}

describe('tables of the commands', () => {
  const cut = ['STORE', 'TENANT', 'FAILURE'];

  it('are left as they are while they fit', () => {
    const rows = [HEADER, ['104233', 'flow_no', '1', 'FlowUnavailable', '3', 'in 10 min', '2 h']];
    assert.deepEqual(narrowed(rows, cut), rows);
  });

  it('are cut in the order of the named columns, and never in what is copied', () => {
    const row = [LONG_ID, 'flow_no', 'store-of-the-old-town', 'FlowUnavailable', '12', 'in 10 min', '2 h'];
    const [, shown = []] = narrowed([HEADER, row], cut);
    assert.ok(widthOf([HEADER, shown]) <= TERMINAL, shown.join('|'));
    assert.equal(shown[0], LONG_ID);
    assert.equal(shown[1], 'flow_no');
    assert.match(shown[2] ?? '', /^store-.*…$/);
    assert.equal(shown[3], 'FlowUnavailable');
  });

  it('cut the next column when the first has no more to give', () => {
    const row = [
      LONG_ID,
      'a-tenant-of-a-very-long-name',
      'store-of-the-old-town',
      'FlowUnavailable',
      '12',
      'now',
      '2 h',
    ];
    const [, shown = []] = narrowed([HEADER, row], cut);
    assert.ok(widthOf([HEADER, shown]) <= TERMINAL, shown.join('|'));
    assert.match(shown[1] ?? '', /^a-ten.*…$/);
    assert.equal(shown[3], 'FlowUnavailable');
  });
});
