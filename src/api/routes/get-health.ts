import { type RequestHandler } from 'express';

/** Tells whether events can be taken right now. */
export interface Readiness {
  /** The reason why not, or `undefined` when all is well. */
  check(): Promise<string | undefined>;
}

/** `GET /health/live`: 200 as long as the process answers at all. */
export const getLiveness: RequestHandler = (_request, response) => {
  response.json({ status: 'live' });
};

/** `GET /health/ready`: 200, or 503 with the reason while Temporal cannot be reached or the process is stopping. */
export function getReadiness(readiness: Readiness): RequestHandler {
  return async (_request, response) => {
    const reason = await readiness.check();
    if (reason === undefined) response.json({ status: 'ready' });
    else response.status(503).json({ status: 'not ready', reason });
  };
}
