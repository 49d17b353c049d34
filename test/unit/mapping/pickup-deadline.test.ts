import assert from 'node:assert/strict';

import { pickupDeadline } from '../../../src/domain/pickup-deadline';

const ZONES = { NO: 'Europe/Oslo', SE: 'Europe/Stockholm', DK: 'Europe/Copenhagen', FI: 'Europe/Helsinki' } as const;

describe('pickupDeadline', () => {
  for (const { title, from, days, country, deadline } of [
    {
      title: 'an ordinary week',
      from: '2026-11-02T09:00Z',
      days: 3,
      country: 'NO',
      deadline: '2026-11-05T22:59:59.999Z',
    },
    {
      title: 'over a weekend',
      from: '2026-11-06T09:00Z',
      days: 1,
      country: 'NO',
      deadline: '2026-11-09T22:59:59.999Z',
    },
    {
      title: 'Norwegian Easter: Thursday to Monday',
      from: '2025-04-16T10:00Z',
      days: 1,
      country: 'NO',
      deadline: '2025-04-22T21:59:59.999Z',
    },
    {
      title: 'Swedish Easter: Maundy Thursday is a working day',
      from: '2025-04-16T10:00Z',
      days: 1,
      country: 'SE',
      deadline: '2025-04-17T21:59:59.999Z',
    },
    {
      title: '1 May in Norway',
      from: '2026-04-30T10:00Z',
      days: 1,
      country: 'NO',
      deadline: '2026-05-04T21:59:59.999Z',
    },
    {
      title: '1 May is no holiday in Denmark',
      from: '2026-04-30T10:00Z',
      days: 1,
      country: 'DK',
      deadline: '2026-05-01T21:59:59.999Z',
    },
    {
      title: '17 May on a Monday',
      from: '2027-05-14T10:00Z',
      days: 1,
      country: 'NO',
      deadline: '2027-05-18T21:59:59.999Z',
    },
    {
      title: '17 May on a Sunday moves nothing',
      from: '2026-05-15T10:00Z',
      days: 1,
      country: 'NO',
      deadline: '2026-05-18T21:59:59.999Z',
    },
    { title: 'Christmas', from: '2025-12-23T10:00Z', days: 2, country: 'NO', deadline: '2025-12-30T22:59:59.999Z' },
    { title: 'over New Year', from: '2025-12-30T10:00Z', days: 2, country: 'NO', deadline: '2026-01-05T22:59:59.999Z' },
    {
      title: 'Epiphany is Swedish',
      from: '2026-01-05T10:00Z',
      days: 1,
      country: 'SE',
      deadline: '2026-01-07T22:59:59.999Z',
    },
    {
      title: 'Epiphany is not Norwegian',
      from: '2026-01-05T10:00Z',
      days: 1,
      country: 'NO',
      deadline: '2026-01-06T22:59:59.999Z',
    },
    // Midsummer Eve (Friday) is a bank holiday, not a public one; Midsummer Day is always a Saturday.
    {
      title: 'Swedish midsummer',
      from: '2025-06-19T10:00Z',
      days: 2,
      country: 'SE',
      deadline: '2025-06-24T21:59:59.999Z',
    },
    {
      title: 'Swedish national day',
      from: '2025-06-05T10:00Z',
      days: 1,
      country: 'SE',
      deadline: '2025-06-09T21:59:59.999Z',
    },
    {
      title: 'Finnish independence day',
      from: '2027-12-03T10:00Z',
      days: 1,
      country: 'FI',
      deadline: '2027-12-07T21:59:59.999Z',
    },
    {
      title: 'over the change to summer time',
      from: '2026-03-27T10:00Z',
      days: 1,
      country: 'NO',
      deadline: '2026-03-30T21:59:59.999Z',
    },
    {
      title: 'over the change to winter time',
      from: '2026-10-23T10:00Z',
      days: 1,
      country: 'NO',
      deadline: '2026-10-26T22:59:59.999Z',
    },
    {
      title: 'late in the evening it is still today',
      from: '2026-11-02T22:30Z',
      days: 1,
      country: 'NO',
      deadline: '2026-11-03T22:59:59.999Z',
    },
    {
      title: 'after local midnight it is tomorrow',
      from: '2026-11-02T23:30Z',
      days: 1,
      country: 'NO',
      deadline: '2026-11-04T22:59:59.999Z',
    },
    {
      title: '0 days: the end of today',
      from: '2026-11-02T09:00Z',
      days: 0,
      country: 'NO',
      deadline: '2026-11-02T22:59:59.999Z',
    },
  ] as const) {
    it(`knows ${title}`, () => {
      const rule = { from: new Date(from), workingDays: days, countryCode: country, timezone: ZONES[country] };
      assert.equal(pickupDeadline(rule), deadline);
    });
  }

  it('takes the country in any case', () => {
    const rule = { from: new Date('2026-05-15T10:00Z'), workingDays: 1, timezone: ZONES.NO };
    assert.equal(pickupDeadline({ ...rule, countryCode: ' no' }), pickupDeadline({ ...rule, countryCode: 'NO' }));
  });

  it('refuses a country without known holidays, a time zone that does not exist and an impossible date', () => {
    const rule = { from: new Date('2026-05-15T10:00Z'), workingDays: 1, countryCode: 'NO', timezone: ZONES.NO };
    assert.throws(() => pickupDeadline({ ...rule, countryCode: 'XX' }), { name: 'CalendarUnknownError' });
    assert.throws(() => pickupDeadline({ ...rule, timezone: 'Europe/Olso' }), { name: 'CalendarUnknownError' });
    assert.throws(() => pickupDeadline({ ...rule, from: new Date(NaN) }), { name: 'CalendarUnknownError' });
    assert.throws(() => pickupDeadline({ ...rule, workingDays: -1 }), RangeError);
  });
});
