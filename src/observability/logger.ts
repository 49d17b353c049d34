import { type Logger as TemporalLogger, type LogLevel as TemporalLogLevel, type LogMetadata } from '@temporalio/common';
import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';
import { type ServiceEnvironment } from '../config/service-environment';

export type { Logger } from 'pino';

/**
 * Members that hold secrets or personal data. Nothing of ours logs them; the list is a second line of defence, for
 * objects that come from a library or a vendor. Names are compared as written, at the top level and two levels down.
 */
const NEVER_LOGGED = [
  'authorization',
  'cookie',
  'token',
  'password',
  'secret',
  'clientSecret',
  'apiKey',
  'email',
  'phone',
  'phoneNumber',
  'firstName',
  'lastName',
  'fullName',
  'customerName',
  'address',
  'body',
  'rawBody',
] as const;

const redactedPaths = NEVER_LOGGED.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/** What a log line holds of an error: its kind, message and stack, never the documents a library may have hung on it. */
interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string | number;
  readonly stack?: string;
  readonly cause?: LoggedError;
}

const MAX_CAUSES = 4;

function describeError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'something that is not an error was thrown' };
  const code: unknown = 'code' in error ? error.code : undefined;
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(error.cause === undefined || depth >= MAX_CAUSES ? {} : { cause: describeError(error.cause, depth + 1) }),
  };
}

/** What a process says about itself in each of its log lines. */
export interface LoggerOptions {
  /** Name of the process, e.g. `api` or `worker`. */
  readonly name: string;
  readonly level: ServiceEnvironment['logLevel'];
  /** Where lines go; standard output when absent. Tests read from here. */
  readonly destination?: DestinationStream;
}

/**
 * A logger that writes one JSON object a line: `time` (ISO-8601), `level` as a word, `name`, `msg` and the fields given.
 * Errors go under `err`. Holds no personal data (docs/architecture.md, "Personal data").
 */
export function createLogger({ name, level, destination }: LoggerOptions): Logger {
  const options = {
    name,
    level,
    base: { pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string): Record<string, string> => ({ level: label }) },
    serializers: { err: (error: unknown): LoggedError => describeError(error) },
    redact: { paths: redactedPaths, censor: '[redacted]' },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

type LogMethod = 'trace' | 'debug' | 'info' | 'warn' | 'error';

const TEMPORAL_LEVELS: Readonly<Record<TemporalLogLevel, LogMethod>> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
};

/** The same logger in the shape the Temporal SDK wants (`Runtime.install({ logger })`): its lines join ours. */
export function asTemporalLogger(logger: Logger): TemporalLogger {
  const write = (method: LogMethod, message: string, meta: LogMetadata | undefined): void => {
    if (!logger.isLevelEnabled(method)) return;
    const { error, ...fields } = meta ?? {};
    logger[method](error === undefined ? fields : { ...fields, err: error as unknown }, message);
  };
  return {
    log: (level, message, meta) => write(TEMPORAL_LEVELS[level], message, meta),
    trace: (message, meta) => write('trace', message, meta),
    debug: (message, meta) => write('debug', message, meta),
    info: (message, meta) => write('info', message, meta),
    warn: (message, meta) => write('warn', message, meta),
    error: (message, meta) => write('error', message, meta),
  };
}
