import { DateTime } from 'luxon';

/**
 * The day that a moment belongs to in a time zone (IANA), `YYYY-MM-DD`. A date without a time is a day already; a time
 * without a zone is in UTC.
 */
export function dayIn(timezone: string, moment: string): string | undefined {
  if (/^\d{4}-\d{2}-\d{2}$/.test(moment)) return moment;
  return DateTime.fromISO(moment, { zone: 'utc' }).setZone(timezone).toISODate() ?? undefined;
}
