import assert from 'node:assert/strict';

import { cronProblem } from '../../../src/config/cron';

describe('cronProblem', () => {
  for (const schedule of [
    '*/30 * * * *',
    '0 2 * * *',
    '  15   *  * * *  ',
    '0,30 8-18 * * 1-5',
    '0 8-18/2 1,15 * *',
    '5/10 * * jan-MAR mon,Fri',
    '59 23 31 12 7',
    '0 0 * * 0',
  ]) {
    it(`accepts ${schedule}`, () => assert.equal(cronProblem(schedule), undefined));
  }

  for (const [schedule, problem] of [
    ['', /five fields/],
    ['* * * *', /five fields/],
    ['0 * * * * *', /five fields/],
    ['@daily', /five fields/],
    ['60 * * * *', /minute .* 0-59/],
    ['* 24 * * *', /hour .* 0-23/],
    ['* * 0 * *', /day of month .* 1-31/],
    ['* * 32 * *', /day of month/],
    ['* * * 13 *', /month .* 1-12/],
    ['* * * foo *', /month/],
    ['* * * * 8', /day of week .* 0-7/],
    ['*/0 * * * *', /minute/],
    ['*/x * * * *', /minute/],
    ['*/5/5 * * * *', /minute/],
    ['30-10 * * * *', /minute/],
    ['1-2-3 * * * *', /minute/],
    ['1,,2 * * * *', /minute/],
    ['-5 * * * *', /minute/],
    ['1.5 * * * *', /minute/],
  ] as const) {
    it(`refuses "${schedule}"`, () => assert.match(cronProblem(schedule) ?? '', problem));
  }
});
