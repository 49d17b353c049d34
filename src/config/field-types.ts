import Holidays from 'date-holidays';
import { IANAZone } from 'luxon';
import { z } from 'zod';

/**
 * The kinds of values a configuration is made of. Numbers and switches are accepted as text too, because a value that
 * comes from `${ENV}`, or from a vendor's own JSON, is text. No message repeats a value: it may be a misplaced secret.
 */

/** What docs/settings.md says of a setting, beside its name, place and default, which the schema itself gives. */
export interface SettingDocumentation {
  readonly effect: string;
  /** The capability that reads it. */
  readonly usedBy:
    | 'start-up'
    | 'web orders'
    | 'intake'
    | 'till orders'
    | 'receipts'
    | 'customers'
    | 'sweeps'
    | 'exports'
    | 'goods receptions'
    | 'inventory'
    | 'stores'
    | 'purchase orders'
    | 'products'
    | 'categories'
    | 'prices';
  /** Whose setting it is, unless this service's: the vendors' names are the vendors' own. */
  readonly origin?: 'Flow' | 'Omnium' | 'this service' | 'Temporal';
  /** What it applies to, where its place in the file does not say. */
  readonly level?: 'service' | 'tenant' | 'market' | 'store';
  /** Set where the default cannot be read from the schema. */
  readonly defaultInWords?: string;
}

/** Which schema is which setting, and what its documentation says. */
export const settings = z.registry<SettingDocumentation>();

/** Declares a setting: its schema gives type, check and default, the rest docs/settings.md. */
export function setting<S extends z.ZodType>(
  schema: S,
  usedBy: SettingDocumentation['usedBy'],
  effect: string,
  more: Partial<SettingDocumentation> = {},
): S {
  settings.add(schema, { effect, usedBy, ...more });
  return schema;
}

/** An object in which unknown members are refused, with the names that there are. */
export function strictObject<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const names = Object.keys(shape).filter((name) => {
    const schema = shape[name];
    return !(schema instanceof z.ZodOptional && schema.unwrap() instanceof z.ZodUndefined);
  });
  return z.strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? `is not a setting: here are ${names.join(', ')}` : undefined),
  });
}

/** A name that is known only to be refused, with what to do instead. */
export function refused(error: string): z.ZodOptional<z.ZodUndefined> {
  return z.undefined({ error }).optional();
}

/** Text that must be there. */
export function text(): z.ZodType<string, string> {
  return z.string().trim().min(1, 'must not be empty');
}

/** A password, token or key. Blanks around it come from a file read with its line end, and are never meant. */
export function secret(): z.ZodType<string, string> {
  return z
    .string()
    .min(1, 'must not be empty')
    .refine((value) => value.trim() === value, 'must not begin or end with a blank or line end');
}

/** A Flow uid (Flow's API pattern, anchored). */
export function uid(): z.ZodType<string, string> {
  return text().refine((value) => /^[A-Za-z0-9_-]+$/.test(value), 'must be a Flow uid: letters, digits, _ and - only');
}

/** Text, or another kind of it, that may be left out; empty means not set, as in the vendors' forms. */
export function optional(kind: z.ZodType<string, string> = text()): z.ZodOptional<z.ZodType<string | undefined>> {
  return z
    .preprocess((value) => (typeof value === 'string' && value.trim() === '' ? undefined : value), kind.optional())
    .optional();
}

/** A whole number within bounds, as number or text. */
export function wholeNumber(from: number, to: number): z.ZodType<number> {
  return checked(
    (value) => (typeof value === 'string' && /^\d{1,15}$/.test(value.trim()) ? Number(value) : value),
    z.int().min(from).max(to),
    `must be a whole number from ${from} to ${to}`,
  );
}

/** A switch: true or false, as such or as text in any case. */
export function flag(): z.ZodType<boolean> {
  return checked(
    (value) => {
      const word = typeof value === 'string' ? value.trim().toLowerCase() : value;
      return word === 'true' ? true : word === 'false' ? false : word;
    },
    z.boolean(),
    'must be true or false',
  );
}

/** An http(s) address without credentials, query or fragment; a trailing slash is dropped. */
export function httpUrl(): z.ZodType<string, string> {
  return z
    .string()
    .refine((value) => {
      if (!URL.canParse(value)) return false;
      const { protocol, username, password, search, hash } = new URL(value);
      return /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === '';
    }, 'must be an http(s) address without user name, query or fragment')
    .transform((value) => value.trim().replace(/\/+$/, ''));
}

const knownCountries: ReadonlySet<string> = new Set(Object.keys(new Holidays().getCountries()));
const knownCurrencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));
const upperCased = z.string().trim().toUpperCase();

/** ISO 3166 alpha-2, of a country whose public holidays are known (pick-up deadlines need them). */
export const country = (): z.ZodType<string, string> =>
  upperCased.refine((value) => knownCountries.has(value), 'must be a two-letter country code, e.g. NO');

/** ISO 4217. */
export const currency = (): z.ZodType<string, string> =>
  upperCased.refine((value) => knownCurrencies.has(value), 'must be a three-letter currency code, e.g. NOK');

/** An IANA time zone. */
export function timeZone(): z.ZodType<string, string> {
  return text().refine((value) => IANAZone.isValidZone(value), 'must be a time zone such as Europe/Oslo');
}

const CRON_FIELDS = [
  { name: 'minute', from: 0, to: 59 },
  { name: 'hour', from: 0, to: 23 },
  { name: 'day of month', from: 1, to: 31 },
  { name: 'month', from: 1, to: 12 },
  { name: 'day of week', from: 0, to: 7 },
];

/**
 * A cron schedule of five fields, as Omnium's scheduled tasks have them; no seconds, no `@daily`. Slips of the pen are
 * found here, before a worker starts; the rest of the grammar is Temporal's to refuse.
 */
export function cronSchedule(): z.ZodType<string, string> {
  return z.string().superRefine((schedule, context) => {
    const fields = schedule.trim().split(/\s+/);
    if (fields.length !== CRON_FIELDS.length || !fields.every((field) => /^[\d*/,a-z-]+$/i.test(field))) {
      context.addIssue('must be a cron schedule of five fields, e.g. */30 * * * *');
      return;
    }
    const wrong = CRON_FIELDS.find(({ from, to }, index) => {
      const numbers = fields[index]?.replace(/\/\d+/g, '').match(/\d+/g) ?? [];
      return numbers.some((number) => Number(number) < from || Number(number) > to);
    });
    if (wrong) context.addIssue(`the ${wrong.name} of the cron schedule must lie within ${wrong.from}-${wrong.to}`);
  });
}

/** A schema with one message for all that can be wrong with a value that is there. */
function checked<T>(prepare: (value: unknown) => unknown, schema: z.ZodType<T>, wanted: string): z.ZodType<T> {
  return z.unknown().transform((value, context): T => {
    const { success, data } = schema.safeParse(prepare(value));
    if (success) return data;
    context.addIssue(value === undefined ? 'is required' : wanted);
    return z.NEVER;
  });
}
