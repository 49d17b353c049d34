import { createHash } from 'node:crypto';

import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';

import { type ActiveFault } from './faults';
import { type LoggedRequest } from './request-log';
import { BodySyntaxError, type Middleware, type SandboxContext, type Vendor } from './vendor';

type End = (chunk: unknown, encoding: BufferEncoding) => Response;

/** Replaces `res.end`, where every answer passes, whatever helper wrote it. */
const interceptEnd = (res: Response, intercept: (chunk: unknown, encoding: BufferEncoding, end: End) => void): void => {
  const original = res.end.bind(res) as (...args: unknown[]) => Response;
  const end: End = (chunk, encoding) => (chunk === undefined ? original() : original(chunk, encoding));
  const replacement = (...args: unknown[]): Response => {
    const [chunk, encoding] = args;
    const body = typeof chunk === 'function' ? undefined : (chunk ?? undefined);
    intercept(body, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8', end);
    return res;
  };
  Object.assign(res, { end: replacement });
};

/** The request was handled and committed, but the caller never hears of it; the log keeps the status it would have seen. */
const loseAnswer = (res: Response, entry: LoggedRequest): void => {
  Object.assign(res, { write: () => true });
  interceptEnd(res, () => {
    entry.status = res.statusCode;
    res.socket?.destroy();
  });
};

/** The answer arrives whole as HTTP but its JSON is cut in the middle. */
const truncateAnswer = (res: Response): void => {
  interceptEnd(res, (chunk, encoding, end) => {
    const whole = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
    if (!Buffer.isBuffer(whole) || res.headersSent) {
      end(chunk, encoding);
      return;
    }
    const cut = whole.subarray(0, Math.floor(whole.length / 2));
    res.setHeader('content-length', cut.length);
    end(cut, encoding);
  });
};

const recordAnswer = (res: Response, entry: LoggedRequest): void => {
  const startedAt = performance.now();
  interceptEnd(res, (chunk, encoding, end) => {
    // Before the bytes leave: whoever has the answer finds it in the log.
    entry.status = res.statusCode;
    entry.durationMs = Math.round((performance.now() - startedAt) * 10) / 10;
    end(chunk, encoding);
  });
};

const answerSwitchedOn = (res: Response, fault: ActiveFault, vendor: Vendor): void => {
  const status = fault.kind === 'unauthorized' ? 401 : fault.kind === 'rate-limit' ? 429 : (fault.status ?? 500);
  const retryAfter = fault.retryAfter === undefined ? undefined : String(fault.retryAfter);
  if (retryAfter !== undefined) {
    res.setHeader('retry-after', retryAfter);
  }
  vendor.answerFault(res, { status, ...(retryAfter === undefined ? {} : { retryAfter }) });
};

interface Struck {
  readonly fault: ActiveFault;
  readonly res: Response;
  readonly entry: LoggedRequest;
}

const applyFault = ({ fault, res, entry }: Struck, vendor: Vendor): 'handle' | 'done' => {
  switch (fault.kind) {
    case 'reset':
      res.socket?.resetAndDestroy();
      return 'done';
    case 'outage':
      res.socket?.destroy();
      return 'done';
    case 'error':
    case 'rate-limit':
    case 'unauthorized':
      answerSwitchedOn(res, fault, vendor);
      return 'done';
    case 'lost-answer':
      loseAnswer(res, entry);
      return 'handle';
    case 'truncated-json':
      truncateAnswer(res);
      return 'handle';
    default:
      return 'handle';
  }
};

const pathOf = (url: string): [path: string, query: string] => {
  const mark = url.indexOf('?');
  return mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
};

/**
 * First in line for every public request: the request log, then the vendor's own gate, then the switched-on faults.
 * Runs after the body has been read, so that a destroyed connection never leaves half a body behind.
 */
export const createRequestGate = (context: SandboxContext, vendor: Vendor): Middleware => {
  const { requests, faults, timers } = context;
  const faultGate: FaultGate = ({ req, res, next }, entry) => {
    const struck = faults.strikeRequest({ method: req.method, path: entry.path });
    if (struck.length === 0) {
      next();
      return;
    }
    const decisive = struck.find(({ kind }) => kind !== 'latency');
    const latencyMs = struck.reduce((sum, { kind, delayMs }) => sum + (kind === 'latency' ? (delayMs ?? 1000) : 0), 0);
    entry.fault = struck.map(({ kind }) => kind).join('+');
    const go = (): void => {
      if (decisive === undefined || applyFault({ fault: decisive, res, entry }, vendor) === 'handle') {
        next();
      }
    };
    if (latencyMs > 0) {
      timers.after(latencyMs, go);
    } else {
      go();
    }
  };
  return (req, res, next) => {
    const [path, query] = pathOf(req.url);
    const entry = requests.open({ method: req.method, path, query });
    if (Buffer.isBuffer(req.body) && req.body.length > 0) {
      entry.bodySha256 = createHash('sha256').update(req.body).digest('hex');
    }
    recordAnswer(res, entry);
    const toFaults: NextFunction = (error?: unknown) => {
      if (error === undefined) {
        faultGate({ req, res, next }, entry);
      } else {
        next(error);
      }
    };
    if (vendor.gate === undefined) {
      toFaults();
    } else {
      vendor.gate(req, res, toFaults);
    }
  };
};

type FaultGate = (call: { req: Request; res: Response; next: NextFunction }, entry: LoggedRequest) => void;

/** Reads the whole body as bytes, whatever its type. */
export const createBodyReader = (limit: string): RequestHandler => express.raw({ type: () => true, limit });

/** Turns the bytes into what the content type promises. */
export const parseBody: Middleware = (req, _res, next) => {
  const bytes: unknown = req.body;
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) {
    req.body = undefined;
    next();
    return;
  }
  const contentType = req.headers['content-type'] ?? '';
  if (/\bjson\b/i.test(contentType)) {
    try {
      req.body = JSON.parse(bytes.toString('utf8')) as unknown;
    } catch {
      next(new BodySyntaxError('The request body is not valid JSON.', 400));
      return;
    }
  } else if (/^application\/x-www-form-urlencoded/i.test(contentType)) {
    req.body = Object.fromEntries(new URLSearchParams(bytes.toString('utf8')));
  }
  next();
};

/** Hands every failure to the vendor; what express itself found wrong with the body becomes a {@link BodySyntaxError}. */
export const createErrorHandler =
  (vendor: Vendor) =>
  (error: unknown, req: Request, res: Response, next: NextFunction): void => {
    if (res.headersSent) {
      next(error);
      return;
    }
    const fromExpress =
      error instanceof Error && 'type' in error && 'status' in error ? Number(error.status) : undefined;
    vendor.answerError(
      fromExpress === undefined ? error : new BodySyntaxError('The request body could not be read.', fromExpress),
      req,
      res,
    );
  };
