import { type Request, type Response } from 'express';

import { type MannerSwitches } from '../kit/manners';

const continuation = /\/scroll\/[^/]+\/?$/i;
const costPrices = /\/costprices\/search\/?$/i;

interface Answer {
  readonly result: unknown[];
  readonly totalHits: number;
  readonly scrollId?: string;
}

const isAnswer = (value: unknown): value is Answer =>
  typeof value === 'object' &&
  value !== null &&
  'totalHits' in value &&
  'result' in value &&
  Array.isArray(value.result);

/** How much of an answer comes, by the manners that are on; all of it by none. */
const comes = (manners: MannerSwitches, req: Request, { result, scrollId }: Answer, cap: number): number => {
  if (continuation.test(req.path)) return manners.has('scrolls-end-early') ? 0 : result.length;
  if (costPrices.test(req.path) && manners.has('searches-capped')) return Math.min(result.length, cap);
  // Half of a page, as when half of the index answers.
  const isPage = scrollId === undefined && manners.has('short-pages');
  return isPage ? Math.ceil(result.length / 2) : result.length;
};

/**
 * Has lists come short while `totalHits` says how many there are, by the manners `scrolls-end-early`, `searches-capped` and
 * `short-pages`.
 * @param cap hits of a search that has no scroll
 */
export const shortenAnswer = (manners: MannerSwitches, req: Request, res: Response, cap: number): void => {
  const send = res.send.bind(res);
  res.send = (body: unknown) => {
    const answer: unknown = typeof body === 'string' && body.includes('"totalHits"') ? JSON.parse(body) : undefined;
    if (!isAnswer(answer)) return send(body);
    const count = comes(manners, req, answer, cap);
    if (count === answer.result.length) return send(body);
    const { result, scrollId, ...rest } = answer;
    const next = count > 0 && scrollId !== undefined ? { scrollId } : {};
    return send(JSON.stringify({ ...rest, result: result.slice(0, count), ...next }));
  };
};
