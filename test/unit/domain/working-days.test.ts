import assert from 'node:assert/strict';

import fc from 'fast-check';

import { addWorkingDays } from '../../../src/domain/working-days';

const never = (): boolean => false;

describe('addWorkingDays', () => {
  for (const [start, days, end] of [
    ['2026-11-02', 1, '2026-11-03'], // Monday
    ['2026-11-02', 5, '2026-11-09'],
    ['2026-11-06', 1, '2026-11-09'], // Friday
    ['2026-11-07', 1, '2026-11-09'], // Saturday
    ['2026-11-08', 1, '2026-11-09'], // Sunday
    ['2026-11-02', 0, '2026-11-02'],
    ['2026-11-07', 0, '2026-11-09'],
    ['2026-12-31', 1, '2027-01-01'],
    ['2028-02-28', 1, '2028-02-29'],
    ['2026-03-27', 1, '2026-03-30'], // over the change to summer time
  ] as const) {
    it(`is ${end} for ${days} from ${start}`, () => assert.equal(addWorkingDays(start, days, never), end));
  }

  it('leaves out holidays, and asks about weekdays only', () => {
    const asked: string[] = [];
    const isHoliday = (date: string): boolean => {
      asked.push(date);
      return date === '2026-12-25';
    };
    assert.equal(addWorkingDays('2026-12-24', 1, isHoliday), '2026-12-28');
    assert.deepEqual(asked, ['2026-12-24', '2026-12-25', '2026-12-28']);
  });

  for (const [date, days] of [
    ['2026-02-29', 1],
    ['2026-1-1', 1],
    ['yesterday', 1],
    ['2026-01-01', -1],
    ['2026-01-01', 1.5],
    ['2026-01-01', NaN],
  ] as const) {
    it(`refuses ${days} from ${date}`, () => assert.throws(() => addWorkingDays(date, days, never), RangeError));
  }

  it('gives up when every day is a holiday', () => {
    assert.throws(() => addWorkingDays('2026-01-01', 1, () => true), RangeError);
  });

  it('always ends on a working day, with as many working days after the start as asked', () => {
    const dates = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(dates, fc.integer({ min: 1, max: 60 }), (start, days) => {
        const from = start.toISOString().slice(0, 10);
        const isHoliday = (date: string): boolean => date.endsWith('3');
        const isOpen = (date: Date): boolean =>
          date.getUTCDay() % 6 !== 0 && !isHoliday(date.toISOString().slice(0, 10));
        const end = new Date(addWorkingDays(from, days, isHoliday));
        assert.ok(isOpen(end));
        let counted = 0;
        for (const day = new Date(from); day < end;) {
          day.setUTCDate(day.getUTCDate() + 1);
          if (isOpen(day)) counted += 1;
        }
        assert.equal(counted, days);
      }),
    );
  });
});
