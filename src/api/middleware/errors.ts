import { randomUUID } from 'node:crypto';
import { type ErrorRequestHandler, type RequestHandler } from 'express';
import { type Logger } from '../../observability/logger';

/** A path that exists, asked in a way that does not: 405 with the way that does. */
export function onlyMethod(method: 'GET' | 'POST'): RequestHandler {
  return (_request, response) => {
    response
      .status(405)
      .set('Allow', method)
      .json({ outcome: 'refused', reason: `only ${method} is understood here` });
  };
}

/** A path that does not exist. */
export const notFound: RequestHandler = (_request, response) => {
  response.status(404).json({ outcome: 'refused', reason: 'no such path' });
};

/** Whatever nobody expected: the sender learns a number and repeats (503), the log learns the rest. */
export function unexpected(logger: Logger): ErrorRequestHandler {
  // Four parameters are how Express tells an error handler from others.

  return (error: unknown, _request, response, next) => {
    const correlationId = randomUUID();
    logger.error({ correlationId, err: error }, 'A request failed unexpectedly');
    if (response.headersSent) {
      next(error);
      return;
    }
    // A malformed path (bad percent-encoding) is the sender's, everything else is ours.
    const status = error instanceof URIError ? 400 : 503;
    response.status(status).json({ outcome: 'unavailable', correlationId });
  };
}
