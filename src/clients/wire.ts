import { z } from 'zod';

import { VendorResponseInvalidError, VendorUnreachableError, type VendorCall } from './errors';

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

/** A list whose entries that are not as documented are left out: for directories, where one must not cost the others. */
export function readableOf<T extends z.ZodType>(item: T): z.ZodType<z.infer<T>[]> {
  const entries = z.array(item.optional().catch(undefined)).default([]);
  return entries.transform((all) => all.filter((one) => one !== undefined));
}

/** A list that may be absent, which then counts as empty. */
export function listOf<T extends z.ZodType>(item: T): z.ZodDefault<z.ZodArray<T>> {
  return z.array(item).default([]);
}

type Written<V> = V extends undefined ? never : V extends readonly (infer Item)[] ? readonly Item[] : V;

/** Body of a write made of members that are read as well. Each can be left out; with `null` as `Empty`, emptied. */
export type Body<T, Empty = never> = { readonly [Member in keyof T]?: Written<T[Member]> | Empty };

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

/**
 * Turns an answer's text into the document it should be.
 *
 * @throws VendorUnreachableError when the JSON stops in the middle: the answer was cut on its way
 * @throws VendorResponseInvalidError when it is not JSON, or JSON of another shape
 */
export function parseDocument<T>(text: string, schema: z.ZodType<T>, casing: MemberCasing, call: VendorCall): T {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const invalid = (kind: string): Error => new VendorResponseInvalidError(call, [{ path: '', kind }]);
  if (body.trim() === '') throw invalid('empty');
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    // The parser's own message quotes the body, so it is not kept as a cause.
    throw endsTooEarly(body) ? new VendorUnreachableError(call, 'truncated') : invalid('not_json');
  }
  let result: z.ZodSafeParseResult<T>;
  try {
    result = schema.safeParse(tidyJson(json, casing));
  } catch (error) {
    // Nested so deeply that the stack does not hold it: nothing a vendor documents.
    throw error instanceof RangeError ? invalid('too_deep') : error;
  }
  if (result.success) return result.data;
  // Path and kind only: a schema's message can quote what it was given. Messages of our own checks are one fixed word.
  const issues = result.error.issues.map((issue) => ({
    path: issue.path
      .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
      .join('')
      .replace(/^\./, ''),
    kind: issue.code === 'custom' ? issue.message : issue.code,
  }));
  throw new VendorResponseInvalidError(call, issues);
}

/** Whether a text that begins like a JSON document ends before its last bracket or quote is closed. */
function endsTooEarly(text: string): boolean {
  const body = text.trimStart();
  if (!body.startsWith('{') && !body.startsWith('[')) return false;
  let depth = 0;
  let inString = false;
  for (let index = 0; index < body.length; index += 1) {
    const character = body[index];
    if (inString) {
      if (character === '\\') index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
  }
  return inString || depth > 0;
}

/** Parsed JSON, or undefined for anything that is not JSON: for places where the answer is only looked into. */
export function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
