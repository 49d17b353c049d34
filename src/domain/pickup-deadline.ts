import Holidays from 'date-holidays';
import { DateTime } from 'luxon';

import { addWorkingDays, type IsoDate } from './working-days';

/** What a pick-up deadline is made of. */
export interface PickupDeadlineRule {
  /** The moment the days are counted from, usually now. */
  readonly from: Date;
  /** Setting `OMNIUM_CLICK_COLLECT_EXPIRY_DAYS`. */
  readonly workingDays: number;
  /** Country of the store, ISO 3166 alpha-2: its public holidays are no working days. */
  readonly countryCode: string;
  /** IANA time zone in which days begin and end, e.g. `Europe/Oslo`. */
  readonly timezone: string;
}

/** A country or time zone for which no deadline can be told. */
export class CalendarUnknownError extends Error {
  override readonly name = 'CalendarUnknownError';
}

/** Public holidays by country, once per process: they are facts and never change, and the rules are slow to parse. */
const calendars = new Map<string, PublicHolidays>();

/**
 * Until when a click & collect order waits in the shop: the end of the day that lies so many working days ahead
 * (Flow, orders page; Monday to Friday without public holidays and eves, docs/assumptions.md), as ISO-8601 in UTC.
 *
 * @throws CalendarUnknownError for a country without known holidays or a time zone that does not exist
 * @throws RangeError for a number of days that is negative or not whole
 */
export function pickupDeadline({ from, workingDays, countryCode, timezone }: PickupDeadlineRule): string {
  const today = DateTime.fromJSDate(from, { zone: timezone }).toISODate();
  if (today === null)
    throw new CalendarUnknownError(`the time zone ${JSON.stringify(timezone)} or the date is not valid`);

  const holidays = publicHolidaysOf(countryCode.trim().toUpperCase());
  const lastDay = addWorkingDays(today, workingDays, (date) => holidays.has(date));

  const deadline = DateTime.fromISO(lastDay, { zone: timezone }).endOf('day').toUTC().toISO();
  if (deadline === null) throw new CalendarUnknownError(`the day ${lastDay} has no end in ${JSON.stringify(timezone)}`);
  return deadline;
}

function publicHolidaysOf(countryCode: string): PublicHolidays {
  const known = calendars.get(countryCode);
  if (known) return known;
  const calendar = new PublicHolidays(countryCode);
  calendars.set(countryCode, calendar);
  return calendar;
}

/**
 * One country's public holidays, worked out a year at a time, with the eves on which shops are shut or close at noon
 * (`bank`: Midsummer Eve, Christmas Eve, New Year's Eve). A deadline on one of them would be no use to anybody.
 */
class PublicHolidays {
  private readonly rules: Holidays;
  private readonly datesByYear = new Map<number, ReadonlySet<IsoDate>>();

  constructor(countryCode: string) {
    this.rules = new Holidays(countryCode, { types: ['public', 'bank'] });
    if (!new Holidays().getCountries()[countryCode]) {
      throw new CalendarUnknownError(
        `no public holidays are known for the country ${JSON.stringify(countryCode.slice(0, 20))}`,
      );
    }
  }

  has(date: IsoDate): boolean {
    const year = Number(date.slice(0, 4));
    let dates = this.datesByYear.get(year);
    if (!dates) {
      // `date` is local to the country: `2026-05-17 00:00:00`.
      dates = new Set(this.rules.getHolidays(year).map((holiday) => holiday.date.slice(0, 10)));
      this.datesByYear.set(year, dates);
    }
    return dates.has(date);
  }
}
