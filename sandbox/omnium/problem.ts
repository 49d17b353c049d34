import { randomUUID } from 'node:crypto';

import { type Response } from 'express';

/** One thing wrong with a request: the member's path in the body, or a parameter's name, and what is wrong. */
export interface FieldIssue {
  readonly field: string;
  readonly message: string;
}

/** An error answer in the form of contract §10: `application/problem+json`, with `errors` when members are to blame. */
export class OmniumProblem extends Error {
  override readonly name = 'OmniumProblem';
  readonly status: number;
  readonly issues: readonly FieldIssue[];

  constructor(status: number, detail: string, issues: readonly FieldIssue[] = []) {
    super(detail);
    this.status = status;
    this.issues = issues;
  }
}

/** 400 because of one member. */
export const invalidField = (field: string, message: string): OmniumProblem =>
  new OmniumProblem(400, `${field}: ${message}`, [{ field, message }]);

/** 400 because of several members. */
export const invalidFields = (issues: readonly FieldIssue[]): OmniumProblem =>
  new OmniumProblem(400, issues.map(({ field, message }) => `${field}: ${message}`).join('; '), issues);

/** 404. `what` names the kind of thing, never its content. */
export const notFound = (what: string): OmniumProblem => new OmniumProblem(404, `${what} was not found.`);

/** 409: duplicate id. */
export const conflict = (detail: string): OmniumProblem => new OmniumProblem(409, detail);

const titles: Readonly<Record<number, string>> = {
  400: 'One or more validation errors occurred.',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** Writes a problem as the answer. */
export const sendProblem = (res: Response, problem: OmniumProblem): void => {
  const errors: Record<string, string[]> = {};
  for (const { field, message } of problem.issues) {
    (errors[field] ??= []).push(message);
  }
  const body = {
    type: 'about:blank',
    title: titles[problem.status] ?? 'Error',
    status: problem.status,
    detail: problem.message,
    traceId: randomUUID(),
    ...(problem.issues.length > 0 ? { errors } : {}),
  };
  res.status(problem.status).type('application/problem+json').send(JSON.stringify(body));
};
