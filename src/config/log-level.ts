import { ConfigurationError } from './configuration-error';
import { type Environment } from './environment-references';

/** Levels a log line can have, from rare to chatty; `silent` turns logging off. */
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const DEFAULT_LEVEL: LogLevel = 'info';

/**
 * The environment variable `LOG_LEVEL`. Not in the configuration file, because it is needed before the file is read.
 *
 * @throws ConfigurationError when it is none of {@link LOG_LEVELS}
 */
export function readLogLevel(environment: Environment): LogLevel {
  const asked = environment.LOG_LEVEL?.trim().toLowerCase();
  if (asked === undefined || asked === '') return DEFAULT_LEVEL;
  const level = LOG_LEVELS.find((candidate) => candidate === asked);
  if (level !== undefined) return level;
  throw new ConfigurationError([{ path: 'LOG_LEVEL', message: `must be one of ${LOG_LEVELS.join(', ')}` }]);
}
