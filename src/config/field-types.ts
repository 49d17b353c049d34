import Holidays from 'date-holidays';
import { IANAZone } from 'luxon';
import { z } from 'zod';

import { didYouMean } from './suggestion';

/**
 * The kinds of values a configuration is made of. Numbers and switches are accepted as text too, because a value that
 * comes from `${ENV}`, or from a vendor's own JSON, is text. No message repeats a value: it may be a misplaced secret.
 */

/** An object in which unknown members are refused, with the name that was probably meant. */
export function strictObject<Shape extends z.ZodRawShape>(
  shape: Shape,
  hints: Readonly<Record<string, string>> = {},
): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    // One line for each unknown key, in order: read back by `readSection`.
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => hints[key] ?? `is not a setting${didYouMean(key, known)}`).join('\n')
        : undefined,
  });
}

/** Text that must be there. */
export function text(): z.ZodType<string, string> {
  return z.string().trim().min(1, 'must not be empty');
}

/** Text that may be left out; empty means not set, as in the vendors' forms. */
export function optionalText(): z.ZodOptional<z.ZodType<string | undefined, string>> {
  return z
    .string()
    .trim()
    .transform((value) => (value === '' ? undefined : value))
    .optional();
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
  return text().refine((value) => UID.test(value), UID_WANTED);
}

/** A Flow uid that may be left out; empty means not set. */
export function optionalUid(): z.ZodOptional<z.ZodType<string | undefined, string>> {
  return z
    .string()
    .trim()
    .refine((value) => value === '' || UID.test(value), UID_WANTED)
    .transform((value) => (value === '' ? undefined : value))
    .optional();
}

const UID = /^[A-Za-z0-9_-]+$/;
const UID_WANTED = 'must be a Flow uid: letters, digits, _ and - only';

/** A whole number within bounds, as number or text. */
export function wholeNumber(from: number, to: number): z.ZodType<number> {
  return checked((value) => {
    const number = typeof value === 'string' && /^\d{1,15}$/.test(value.trim()) ? Number(value) : value;
    return typeof number === 'number' && Number.isInteger(number) && number >= from && number <= to
      ? number
      : undefined;
  }, `must be a whole number from ${from} to ${to}`);
}

/** A switch: true or false, as such or as text in any case. */
export function flag(): z.ZodType<boolean> {
  return checked(readFlag, 'must be true or false');
}

/** `true` and `false`, as such or as text in any case; `undefined` for anything else. */
export function readFlag(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') return undefined;
  const word = value.trim().toLowerCase();
  return word === 'true' ? true : word === 'false' ? false : undefined;
}

/** An http(s) address without credentials, query or fragment; a trailing slash is dropped. */
export function httpUrl(): z.ZodType<string, string> {
  return z
    .string()
    .refine(isHttpUrl, 'must be an http(s) address without user name, query or fragment')
    .transform((value) => value.trim().replace(/\/+$/, ''));
}

function isHttpUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password, search, hash } = new URL(value);
  return /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === '';
}

/** ISO 3166 alpha-2, of a country whose public holidays are known (pick-up deadlines need them). */
export function country(): z.ZodType<string, string> {
  return upperCased().refine((value) => knownCountries.has(value), 'must be a two-letter country code, e.g. NO');
}

/** ISO 4217. */
export function currency(): z.ZodType<string, string> {
  return upperCased().refine((value) => knownCurrencies.has(value), 'must be a three-letter currency code, e.g. NOK');
}

/** An IANA time zone. */
export function timeZone(): z.ZodType<string, string> {
  return text().refine((value) => IANAZone.isValidZone(value), 'must be a time zone such as Europe/Oslo');
}

const knownCountries: ReadonlySet<string> = new Set(Object.keys(new Holidays().getCountries()));
const knownCurrencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

function upperCased(): z.ZodType<string, string> {
  return z
    .string()
    .trim()
    .transform((value) => value.toUpperCase());
}

/** A schema from a reading function that gives `undefined` for what it does not accept. */
function checked<T>(read: (value: unknown) => T | undefined, wanted: string): z.ZodType<T> {
  return z.unknown().transform((value, context): T => {
    const result = read(value);
    if (result !== undefined) return result;
    context.addIssue(value === undefined ? 'is required' : wanted);
    return z.NEVER;
  });
}
