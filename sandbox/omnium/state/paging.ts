import { type Request } from 'express';

import { invalidField } from '../problem';
import { parseDateTime } from '../wire/schema';

/** The part of a search body that pages. */
export interface PageRequest {
  readonly take?: number;
  readonly page?: number;
}

const maxTake = 100;
const deepest = 10_000;
const defaultTake = 20;

/**
 * The range of a POST search (contract §2): pages from 0, `take` up to 100, nothing beyond item 10,000.
 * @throws OmniumProblem 400.
 */
export const searchRange = (
  { take = defaultTake, page = 0 }: PageRequest,
  firstPage = 0,
): [from: number, to: number] => {
  if (take < 0 || take > maxTake) {
    throw invalidField('take', `must be from 0 to ${maxTake}`);
  }
  const index = Math.max(page, firstPage) - firstPage;
  if (page < 0) {
    throw invalidField('page', 'must not be negative');
  }
  if (take * index > deepest) {
    throw invalidField('page', `take x page must not be over ${deepest}; use scroll`);
  }
  return [index * take, (index + 1) * take];
};

/** Query parameters by name, the case of letters aside; a repeated one gives several values. */
export const queryValues = (req: Request, name: string): string[] => {
  const wanted = name.toLowerCase();
  const values: string[] = [];
  for (const [key, value] of Object.entries(req.query)) {
    if (key.toLowerCase() === wanted) {
      values.push(...[value].flat().filter((each) => typeof each === 'string'));
    }
  }
  return values;
};

/** The first value of a query parameter; an empty one counts as absent. */
export const queryValue = (req: Request, name: string): string | undefined => {
  const [value] = queryValues(req, name);
  return value === '' ? undefined : value;
};

/** @throws OmniumProblem 400 when the parameter is missing. */
export const requiredQueryValue = (req: Request, name: string): string => {
  const value = queryValue(req, name);
  if (value === undefined) {
    throw invalidField(name, 'is required');
  }
  return value;
};

/** @throws OmniumProblem 400 unless absent, `true` or `false`. */
export const queryFlag = (req: Request, name: string): boolean | undefined => {
  const value = queryValue(req, name)?.toLowerCase();
  if (value !== undefined && value !== 'true' && value !== 'false') {
    throw invalidField(name, 'must be true or false');
  }
  return value === undefined ? undefined : value === 'true';
};

/** @throws OmniumProblem 400 when it is no date-time. */
export const queryTimeMs = (req: Request, name: string): number | undefined => {
  const value = queryValue(req, name);
  const timeMs = value === undefined ? undefined : parseDateTime(value);
  if (value !== undefined && timeMs === undefined) {
    throw invalidField(name, 'must be an ISO 8601 date-time');
  }
  return timeMs;
};

const wholeNumber = (req: Request, name: string): number | undefined => {
  const value = queryValue(req, name);
  if (value !== undefined && !/^-?\d+$/.test(value)) {
    throw invalidField(name, 'must be a whole number');
  }
  return value === undefined ? undefined : Number(value);
};

/**
 * The range of a GET list (contract §2): pages from 1, `pageSize` 1 to 100, default 20.
 * @throws OmniumProblem 400.
 */
export const listRange = (req: Request): [from: number, to: number] => {
  const pageSize = wholeNumber(req, 'pageSize') ?? defaultTake;
  const page = wholeNumber(req, 'page') ?? 1;
  if (pageSize < 1 || pageSize > maxTake) {
    throw invalidField('pageSize', `must be from 1 to ${maxTake}`);
  }
  if (page < 1) {
    throw invalidField('page', 'must be at least 1');
  }
  return [(page - 1) * pageSize, page * pageSize];
};
