import { type z } from 'zod';

import { VendorResponseInvalidError, VendorUnreachableError, type ResponseIssue, type VendorCall } from './errors';
import { tidyJson, type MemberCasing } from './wire';

/** What an answer should be. */
export interface ExpectedDocument<T> {
  readonly call: VendorCall;
  readonly schema: z.ZodType<T>;
  readonly casing: MemberCasing;
}

/**
 * Turns an answer's text into the document it should be.
 *
 * @throws VendorUnreachableError when the JSON stops in the middle: the answer was cut on its way
 * @throws VendorResponseInvalidError when it is not JSON, or JSON of another shape
 */
export function parseDocument<T>(text: string, expected: ExpectedDocument<T>): T {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const json = parseJson(body, expected.call);
  const result = runSchema(json, expected);
  if (result.success) return result.data;
  throw new VendorResponseInvalidError(expected.call, result.error.issues.map(toResponseIssue));
}

function parseJson(body: string, call: VendorCall): unknown {
  if (body.trim() === '') throw new VendorResponseInvalidError(call, [{ path: '', kind: 'empty' }]);
  try {
    return JSON.parse(body);
  } catch {
    // The parser's own message quotes the body, so it is not kept as a cause.
    if (endsTooEarly(body)) throw new VendorUnreachableError(call, 'truncated');
    throw new VendorResponseInvalidError(call, [{ path: '', kind: 'not_json' }]);
  }
}

function runSchema<T>(json: unknown, { call, schema, casing }: ExpectedDocument<T>): z.ZodSafeParseResult<T> {
  try {
    return schema.safeParse(tidyJson(json, casing));
  } catch (error) {
    // Nested so deeply that the stack does not hold it: nothing a vendor documents.
    if (error instanceof RangeError) throw new VendorResponseInvalidError(call, [{ path: '', kind: 'too_deep' }]);
    throw error;
  }
}

/** Path and kind only: a schema's message can quote what it was given. Messages of our own checks are one fixed word. */
function toResponseIssue(issue: z.core.$ZodIssue): ResponseIssue {
  let path = '';
  for (const part of issue.path) {
    path += typeof part === 'number' ? `[${String(part)}]` : `${path === '' ? '' : '.'}${String(part)}`;
  }
  return { path, kind: issue.code === 'custom' ? issue.message : issue.code };
}

/** Parsed JSON, or undefined for anything that is not JSON: for places where the answer is only looked into. */
export function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
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
