import type { FlowOpeningHours, FlowStore } from '../../../clients/flow/stores';
import type { OmniumStore } from '../../../clients/omnium/directory';

/** Weekdays in the order of Flow's list, each with the member of Omnium's store that holds it. */
const WEEK = [
  ['MONDAY', 'mondayOpeningHours'],
  ['TUESDAY', 'tuesdayOpeningHours'],
  ['WEDNESDAY', 'wednesdayOpeningHours'],
  ['THURSDAY', 'thursdayOpeningHours'],
  ['FRIDAY', 'fridayOpeningHours'],
  ['SATURDAY', 'saturdayOpeningHours'],
  ['SUNDAY', 'sundayOpeningHours'],
] as const;

type Day = (typeof WEEK)[number][0];
type HoursInFlow = NonNullable<FlowStore['openingHours']>[number];

/** What Omnium says of a week. */
export interface MappedWeek {
  /** Days that Omnium tells of, in order. */
  readonly days: readonly FlowOpeningHours[];
  /** Members of Omnium's store that cannot be read. */
  readonly invalid: readonly string[];
}

/** Omnium's opening hours per day (`openFrom` and `openTo` as `hh:mm:ss`) in Flow's form. Days without any are left out. */
export function mapOpeningHours(store: Pick<OmniumStore, (typeof WEEK)[number][1]>): MappedWeek {
  const days: FlowOpeningHours[] = [];
  const invalid: string[] = [];
  for (const [day, member] of WEEK) {
    const hours = store[member];
    if (!hours) continue;
    if (hours.isOpen !== true) {
      days.push({ day, closed: true });
      continue;
    }
    const [open, close] = [timeOfDay(hours.openFrom), timeOfDay(hours.openTo)];
    if (open === undefined || close === undefined) invalid.push(member);
    else days.push({ day, open, close, closed: false });
  }
  return { days, invalid };
}

/**
 * The week to write when Flow's differs, undefined when Flow is right. Flow's list is replaced as a whole, so days that
 * Omnium does not tell of keep what Flow has.
 */
export function changedOpeningHours(
  wanted: readonly FlowOpeningHours[],
  inFlow: FlowStore['openingHours'],
): readonly FlowOpeningHours[] | undefined {
  const known = new Map((inFlow ?? []).map((hours) => [hours.day.toUpperCase(), hours]));
  if (wanted.every((hours) => isSameDay(hours, known.get(hours.day)))) return undefined;
  const told = new Map(wanted.map((hours) => [hours.day, hours]));
  return WEEK.flatMap(([day]) => {
    const hours = told.get(day) ?? asWritten(day, known.get(day));
    return hours ? [hours] : [];
  });
}

function isSameDay(wanted: FlowOpeningHours, inFlow: HoursInFlow | undefined): boolean {
  if (!inFlow) return false;
  if (wanted.closed || inFlow.closed === true) return wanted.closed === (inFlow.closed === true);
  return wanted.open === timeOfDay(inFlow.open) && wanted.close === timeOfDay(inFlow.close);
}

function asWritten(day: Day, inFlow: HoursInFlow | undefined): FlowOpeningHours | undefined {
  if (!inFlow) return undefined;
  const { open, close, closed } = inFlow;
  return { day, ...(open !== undefined && { open }), ...(close !== undefined && { close }), closed: closed === true };
}

/** `HH:MM` of a time of day; midnight at the end of a day, .NET's `1.00:00:00`, is `24:00`. */
function timeOfDay(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (/^(1\.00|24):00(:00(\.0+)?)?$/.test(text.trim())) return '24:00';
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?$/.exec(text.trim()) ?? [];
  if (hours === undefined || minutes === undefined || Number(hours) > 23 || Number(minutes) > 59) return undefined;
  return `${hours.padStart(2, '0')}:${minutes}`;
}
