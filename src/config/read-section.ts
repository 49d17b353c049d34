import { z } from 'zod';

import { type ConfigPath, type IssueList } from './configuration-error';
import { didYouMean } from './suggestion';

/** A value of the file, where it stands, and where to tell what is wrong with it. */
export interface Section {
  readonly value: unknown;
  readonly path: ConfigPath;
  readonly issues: IssueList;
}

/** The section read by its schema, or `undefined` with the reasons in the issues. */
export function readSection<T>(schema: z.ZodType<T>, { value, path, issues }: Section): T | undefined {
  const result = schema.safeParse(value, { error: inOurWords });
  if (result.success) return result.data;
  for (const issue of result.error.issues) report(issue, path, issues);
  return undefined;
}

/** A list read element by element, so that a wrong one does not hide what is wrong with the others. */
export function readList<T>(
  schema: z.ZodType<T>,
  { value, path, issues }: Section,
): readonly (T | undefined)[] | undefined {
  const elements = readSection(z.array(z.unknown()), { value, path, issues });
  return elements?.map((element, index) => readSection(schema, { value: element, path: [...path, index], issues }));
}

function report(issue: z.core.$ZodIssue, path: ConfigPath, issues: IssueList): void {
  const place = [...path, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
  if (issue.code !== 'unrecognized_keys') {
    issues.addUnlessKnown(place, issue.message);
    return;
  }
  const lines = issue.message.split('\n');
  issue.keys.forEach((key, index) => issues.add([...place, key], lines[index] ?? 'is not a setting'));
}

/** Zod's findings in the words of somebody who edits a file. Never repeats a value. */
function inOurWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined || issue.input === null
        ? 'is required'
        : `must be ${typeInWords(issue.expected)}`;
    case 'invalid_value':
      return issue.input === undefined ? 'is required' : oneOf(issue.values.map(String), issue.input);
    case 'invalid_union':
      return Array.isArray(issue.options) ? oneOf(issue.options.map(String), undefined) : undefined;
    case 'invalid_key':
      return 'has a name that is not allowed';
    default:
      return undefined;
  }
}

function typeInWords(expected: string): string {
  if (expected === 'string') return 'text (put numbers in quotes)';
  if (expected === 'array') return 'a list';
  return expected === 'object' || expected === 'record' ? 'a mapping of names to values' : `a ${expected}`;
}

function oneOf(allowed: readonly string[], written: unknown): string {
  return `must be one of ${allowed.join(', ')}${typeof written === 'string' ? didYouMean(written, allowed) : ''}`;
}
