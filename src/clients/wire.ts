import { z } from 'zod';

/**
 * Building blocks for reading vendor JSON: tolerant of how a value is written (number as text, null, absent, casing),
 * strict about what it is. They are applied after {@link tidyJson}, so no schema has to think of `null`.
 */

/** A decimal number exactly as the vendor wrote it. Never calculated with: src/domain turns it into cents. */
export type DecimalValue = number | string;

/** Text that must be there. Numbers are taken as text, because ids arrive as both. */
export const requiredText = z
  .union([z.string(), z.number()])
  .transform((value) => String(value))
  .refine((value) => value.trim() !== '', { error: 'blank' });

/** Text that may be absent; blank counts as absent. */
export const optionalText = z
  .union([z.string(), z.number()])
  .transform((value) => (typeof value === 'string' && value.trim() === '' ? undefined : String(value)))
  .optional();

/** A decimal in major units, percent or pieces, kept as received. Text must be a plain decimal with a point. */
export const requiredDecimal = z.union([
  z.number(),
  z
    .string()
    .trim()
    .regex(/^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/),
]);

/** As {@link requiredDecimal}, may be absent. Blank text counts as absent. */
export const optionalDecimal = z
  .union([requiredDecimal, z.string().regex(/^\s*$/)])
  .transform((value): DecimalValue | undefined => (typeof value === 'string' && value === '' ? undefined : value))
  .optional();

/** A whole number (cents, hundredths, grams), also when it arrives as text. */
export const requiredInteger = z
  .union([
    z.number(),
    z
      .string()
      .trim()
      .regex(/^[+-]?\d+(\.0+)?$/),
  ])
  .transform(Number)
  .pipe(z.number().int());

/** As {@link requiredInteger}, may be absent. */
export const optionalInteger = requiredInteger.optional();

/** Yes or no, also as text or 0/1. */
export const optionalFlag = z
  .union([z.boolean(), z.literal([0, 1]), z.string().regex(/^(true|false|0|1)$/i)])
  .transform((value) => value === true || value === 1 || value === '1' || String(value).toLowerCase() === 'true')
  .optional();

/** .NET's default for a date that was never set. */
const UNSET_DATE = /^0001-01-01(T|$)/;
/** A date with a time but without `Z` or an offset. */
const NAIVE_DATE_TIME = /^\d{4}-\d{2}-\d{2}T[\d:.,]+$/;

/** An ISO-8601 date or date-time. Unset and blank become undefined; a date-time without a zone is read as UTC. */
export const optionalTimestamp = z
  .string()
  .trim()
  .refine((value) => value === '' || UNSET_DATE.test(value) || !Number.isNaN(Date.parse(value)), { error: 'date' })
  .transform((value) => {
    if (value === '' || UNSET_DATE.test(value)) return undefined;
    return NAIVE_DATE_TIME.test(value) ? `${value}Z` : value;
  })
  .optional();

/** A list that may be absent, which then counts as empty. */
export function listOf<T extends z.ZodType>(item: T): z.ZodDefault<z.ZodArray<T>> {
  return z.array(item).default([]);
}

/** How a vendor writes member names. */
export type MemberCasing = 'as-is' | 'first-letter-any-case';

/**
 * Prepares parsed JSON for a schema: `null` members are dropped (absent and null mean the same to us) and, for vendors
 * that mix `OrderForm` and `orderForm`, first letters are lowered. A member present in both spellings keeps the camelCase one.
 * List elements are never dropped: a `null` among order lines is an error, not an order with fewer lines.
 *
 * What is tidy already comes back as it is: most answers are, and lists of thousands of rows are not copied for nothing.
 */
export function tidyJson(value: unknown, casing: MemberCasing): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? tidyList(value, casing) : tidyMembers(value as Members, casing);
}

type Members = Readonly<Record<string, unknown>>;

function tidyList(list: readonly unknown[], casing: MemberCasing): readonly unknown[] {
  let tidied: unknown[] | undefined;
  for (let index = 0; index < list.length; index += 1) {
    const element = tidyJson(list[index], casing);
    if (element === list[index]) continue;
    tidied ??= [...list];
    tidied[index] = element;
  }
  return tidied ?? list;
}

function tidyMembers(given: Members, casing: MemberCasing): Members {
  const names = Object.keys(given);
  let tidied: Record<string, unknown> | undefined;
  for (const [index, name] of names.entries()) {
    const member = given[name];
    const wanted = casing === 'as-is' ? name : lowerFirstLetter(name);
    const kept = tidyJson(member, casing);
    if (tidied === undefined) {
      if (member !== null && wanted === name && kept === member) continue;
      tidied = {};
      for (const before of names.slice(0, index)) setMember(tidied, before, given[before]);
    }
    const isSpelledTwice = wanted !== name && Object.hasOwn(given, wanted);
    if (member !== null && !isSpelledTwice) setMember(tidied, wanted, kept);
  }
  return tidied ?? given;
}

/** As JSON means it: `__proto__` is a name like any other, and never what the object inherits from. */
function setMember(members: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') members[name] = value;
  else Object.defineProperty(members, name, { value, enumerable: true, configurable: true, writable: true });
}

function lowerFirstLetter(name: string): string {
  const first = name.charCodeAt(0);
  const isLowerAlready = first >= 0x61 && first <= 0x7a;
  return isLowerAlready ? name : name.charAt(0).toLowerCase() + name.slice(1);
}
