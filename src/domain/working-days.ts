/** A calendar day without a time, `YYYY-MM-DD`. */
export type IsoDate = string;

const MS_PER_DAY = 86_400_000;
const SATURDAY = 6;
const SUNDAY = 0;

/** Beyond this the setting is a mistake, and a holiday rule that never ends would loop for ever. */
const LONGEST_WAY_DAYS = 10_000;

/**
 * The day that lies `workingDays` working days after `startDate` (Monday to Friday, no public holiday).
 * The start day itself does not count. 0 gives the start day, or the next working day when that is none: a pick-up
 * deadline on a closed day would be no use to anybody.
 *
 * @param startDate `YYYY-MM-DD` in the store's time zone
 * @param isHoliday whether a weekday is a public holiday
 * @throws RangeError for a date that does not exist, a negative or broken number, or no working day in sight
 */
export function addWorkingDays(
  startDate: IsoDate,
  workingDays: number,
  isHoliday: (date: IsoDate) => boolean,
): IsoDate {
  if (!Number.isInteger(workingDays) || workingDays < 0)
    throw new RangeError('working days must be 0 or a positive integer');
  let day = parseIsoDate(startDate);
  let left = workingDays;
  // Dates are counted in UTC, where every day has 24 hours; the time zone has been settled by whoever gave the date.
  for (let steps = 0; steps < LONGEST_WAY_DAYS; steps += 1) {
    const isOpen = isWorkingDay(day, isHoliday);
    if (steps > 0 && isOpen) left -= 1;
    if (left <= 0 && isOpen) return toIsoDate(day);
    day += MS_PER_DAY;
  }
  throw new RangeError(`no such working day within ${LONGEST_WAY_DAYS} days`);
}

function isWorkingDay(dayMs: number, isHoliday: (date: IsoDate) => boolean): boolean {
  const weekday = new Date(dayMs).getUTCDay();
  return weekday !== SATURDAY && weekday !== SUNDAY && !isHoliday(toIsoDate(dayMs));
}

function parseIsoDate(date: IsoDate): number {
  const dayMs = Date.parse(`${date}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || Number.isNaN(dayMs) || toIsoDate(dayMs) !== date) {
    throw new RangeError('a date must be written YYYY-MM-DD and exist');
  }
  return dayMs;
}

function toIsoDate(dayMs: number): IsoDate {
  return new Date(dayMs).toISOString().slice(0, 10);
}
