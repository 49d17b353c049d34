/** The five fields of a cron schedule, with what each may hold. */
const FIELDS = [
  { name: 'minute', from: 0, to: 59, names: [] },
  { name: 'hour', from: 0, to: 23, names: [] },
  { name: 'day of month', from: 1, to: 31, names: [] },
  { name: 'month', from: 1, to: 12, names: 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ') },
  { name: 'day of week', from: 0, to: 7, names: 'sun mon tue wed thu fri sat'.split(' ') },
] as const satisfies readonly CronField[];

interface CronField {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Names that stand for numbers, the first for `from`. */
  readonly names: readonly string[];
}

/**
 * What is wrong with a cron schedule, in words; `undefined` when it is good. Five fields as Omnium's scheduled tasks
 * have them: lists, ranges, steps and English short names; no seconds, no `@daily`.
 */
export function cronProblem(schedule: string): string | undefined {
  const parts = schedule.trim().split(/\s+/);
  if (parts.length !== FIELDS.length) return 'must be a cron schedule of five fields, e.g. */30 * * * *';
  const wrong = FIELDS.find((field, index) => !isFieldValid(parts[index] ?? '', field));
  return wrong && `the ${wrong.name} of the cron schedule must lie within ${wrong.from}-${wrong.to}`;
}

function isFieldValid(text: string, field: CronField): boolean {
  return text.split(',').every((item) => isItemValid(item, field));
}

function isItemValid(item: string, field: CronField): boolean {
  const [range = '', step, ...rest] = item.split('/');
  if (rest.length > 0 || (step !== undefined && !isStep(step))) return false;
  if (range === '*') return true;
  const [first = '', last, ...more] = range.split('-');
  if (more.length > 0) return false;
  const from = valueOf(first, field);
  const to = last === undefined ? from : valueOf(last, field);
  return from !== undefined && to !== undefined && from <= to;
}

function isStep(text: string): boolean {
  return /^\d{1,2}$/.test(text) && Number(text) > 0;
}

function valueOf(text: string, { from, to, names }: CronField): number | undefined {
  const named = names.indexOf(text.toLowerCase());
  if (named >= 0) return from + named;
  if (!/^\d{1,2}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= from && value <= to ? value : undefined;
}
