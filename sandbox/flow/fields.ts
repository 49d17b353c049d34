import { z } from 'zod';

import { type FieldError, FlowProblem, invalid } from './problem';

/**
 * The kinds of fields Flow's documents are made of, stricter than Flow itself: bodies with fields nobody documented
 * are refused, so that a misspelt name is noticed. `null` clears an optional field.
 */

const UID_PATTERN = /^[A-Za-z0-9_-]+$/;

/** A uid: letters, digits, underscore, hyphen (flow-api.md §7.2). */
export const uid = z.string('must be a uid').regex(UID_PATTERN, 'must match ^[A-Za-z0-9_-]+$').max(200, 'is too long');

/** Free text that must not be empty. */
export const requiredText = z.string('must be a text').min(1, 'must not be empty').max(4_000, 'is too long');

/** Whole number; a float is what a forgotten conversion looks like. */
export const wholeNumber = z.int('must be a whole number');

/** Amount in cents. */
export const cents = z.int('must be a whole number of cents');

/** Quantity in hundredths of a piece. */
export const hundredths = z.int('must be a whole number of hundredths');

/** A field that may be left out, or cleared with `null`. */
export function optional<T extends z.ZodType>(type: T): z.ZodOptional<z.ZodNullable<T>> {
  return type.nullable().optional();
}

export const optionalUid = optional(uid);
export const optionalText = optional(z.string('must be a text').max(20_000, 'is too long'));
export const optionalFlag = optional(z.boolean('must be true or false'));
export const optionalCents = optional(cents.min(0, 'must not be negative'));
export const optionalWhole = optional(wholeNumber.min(0, 'must not be negative'));
export const optionalNumber = optional(z.number('must be a number'));

/** ISO-8601 with time zone. */
export const optionalTimestamp = optional(z.iso.datetime({ offset: true, error: 'must be an ISO-8601 timestamp' }));

/** `YYYY-MM-DD` or a timestamp. */
export const optionalDate = optional(
  z.union([z.iso.date(), z.iso.datetime({ offset: true })], 'must be a date (YYYY-MM-DD) or a timestamp'),
);

/** ISO 3166-1 alpha-2, upper case. */
export const countryCode = z.string('must be a country code').regex(/^[A-Z]{2}$/, 'must be two capital letters');

/** ISO 4217, upper case. */
export const currencyCode = z.string('must be a currency code').regex(/^[A-Z]{3}$/, 'must be three capital letters');

/** `YYYY-MM-DD`, with no time. */
export const optionalDay = optional(z.iso.date({ error: 'must be a date (YYYY-MM-DD)' }));

/** Digits and a leading plus only (U-CUST). */
export const phone = z.string('must be a text').regex(/^\+?[0-9]*$/, 'may hold digits and a leading + only');

/** A closed set of words. */
export function oneOf<const T extends readonly [string, ...string[]]>(values: T): z.ZodEnum<{ [K in T[number]]: K }> {
  return z.enum(values, `must be one of ${values.join(', ')}`);
}

/** Reads a request body. @throws FlowProblem 400 if it is no JSON object, 422 naming the fields that are wrong. */
export function readBody<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  if (typeof body !== 'object' || body === null || Array.isArray(body) || Buffer.isBuffer(body)) {
    throw new FlowProblem(400, 'BAD_REQUEST', { message: 'A JSON object is expected.' });
  }
  const result = schema.safeParse(body, { reportInput: true });
  if (result.success) return result.data;
  throw invalid(result.error.issues.flatMap(toFieldErrors));
}

function toFieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const field = pathOf(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: field === '' ? key : `${field}.${key}`,
      message: 'is not a field of this document',
    }));
  }
  const missing = issue.code === 'invalid_type' && issue.input === undefined;
  return [{ field: field === '' ? 'body' : field, message: missing ? 'is missing' : issue.message }];
}

function pathOf(path: readonly PropertyKey[]): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else text += text === '' ? String(part) : `.${String(part)}`;
  }
  return text;
}
