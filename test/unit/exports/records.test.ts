import assert from 'node:assert/strict';
import {
  addDeferred,
  countUnresolved,
  MAX_DEFERRED,
  parseRecord,
  recordOf,
  UnresolvedRecords,
} from '../../../src/domain/records';

describe('records that are left to later runs', () => {
  const at = (day: number): string => new Date(Date.UTC(2026, 2, day)).toISOString();

  it('are kept once each, with their earliest moment, the earliest first', () => {
    const known = { deferred: [{ record: 'A', at: at(9) }] };
    const more = {
      deferred: [
        { record: 'B', at: at(5) },
        { record: 'A', at: at(7) },
        { record: 'B', at: at(8) },
      ],
    };
    assert.deepEqual(addDeferred(known, more), {
      deferred: [
        { record: 'B', at: at(5) },
        { record: 'A', at: at(7) },
      ],
    });
  });

  it('are read again with everything, when they are too many, at the moment of the first that is not kept', () => {
    const later = Array.from({ length: MAX_DEFERRED + 20 }, (_unused, index) => ({
      record: `R${index}`,
      at: at(index),
    }));
    const all = addDeferred({ deferred: [] }, { deferred: later.reverse() });
    assert.equal(all.deferred.length, MAX_DEFERRED);
    assert.equal(all.deferred[0]?.record, 'R0');
    assert.equal(all.wholeAgainAt, at(MAX_DEFERRED));
    assert.equal(addDeferred(all, { deferred: [], wholeAgainAt: at(3) }).wholeAgainAt, at(3));
  });

  it('are named as people write them, whatever an @ is part of', () => {
    assert.deepEqual(parseRecord(recordOf('A@1', 'oslo'), ['oslo', '1@oslo']), { sku: 'A', partition: '1@oslo' });
    assert.deepEqual(parseRecord('A-1@*', ['oslo']), { sku: 'A-1', partition: '*' });
    assert.equal(parseRecord('A-1@gone', ['oslo']), undefined);
  });

  it('are kept with their reason, by failure type, and since when', () => {
    const records = new UnresolvedRecords();
    records.add('A', { failureType: 'FlowRejected', reason: 'no price', since: at(1) });
    records.add('B', { failureType: 'FlowRejected', reason: 'no price', since: at(1) });
    records.add('C', { reason: 'Flow has no such product', since: at(2) });
    records.add('A', { failureType: 'FlowRejected', reason: 'still no price', since: at(3) });
    assert.deepEqual(records.groups(), [
      { failureType: 'FlowRejected', reason: 'no price', since: at(1), ids: ['A', 'B'] },
      { reason: 'Flow has no such product', since: at(2), ids: ['C'] },
    ]);
    records.add('A', { failureType: 'AmountInvalid', reason: 'too much', since: at(3) });
    records.delete(['B']);
    assert.deepEqual(
      records.groups().map(({ failureType, since, ids }) => [failureType, since, ids]),
      [
        ['AmountInvalid', at(3), ['A']],
        [undefined, at(2), ['C']],
      ],
    );
  });

  it('fit ten thousand, whatever their reasons are, below half a megabyte', () => {
    const records = new UnresolvedRecords();
    for (let index = 0; index < 10_050; index += 1) {
      const why = {
        failureType: 'OmniumResponseInvalid',
        reason: `${'long '.repeat(60)}${index}`,
        since: at(1),
      } as const;
      records.add(`SKU-${String(index).padStart(8, '0')}-XL@bergen-sentrum`, why);
    }
    const groups = records.groups();
    assert.deepEqual([countUnresolved(groups), records.more], [10_000, 50]);
    assert.ok(JSON.stringify(groups).length < 500_000, `${JSON.stringify(groups).length}`);
  });
});
