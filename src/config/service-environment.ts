import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';

import type { SettingDocumentation } from './field-types';
import { ConfigurationError, type ConfigurationIssue } from './load';

/** Levels of the service's log, from quiet to loud. */
const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** What a process takes from its environment rather than from the configuration file. */
export interface ServiceEnvironment {
  readonly logLevel: (typeof LOG_LEVELS)[number];
  /** `host:port` at which a worker shows its figures to Prometheus; nowhere when absent. */
  readonly metricsAddress?: string;
  /** Which group of workers this is: it deletes only Schedules that it has made itself. */
  readonly deployment: string;
  /** Where Temporal is and how to get in, for `NativeConnection.connect` and `Connection.connect`. */
  readonly temporal: ClientConnectConfig;
}

/** The environment variables, for docs/settings.md. */
export const ENVIRONMENT_VARIABLES: Readonly<Record<string, SettingDocumentation>> = {
  CONFIG_FILE: variable('this service', 'required', 'path of the configuration file, YAML or JSON'),
  LOG_LEVEL: variable(
    'this service',
    '`info`',
    `how much is logged: ${LOG_LEVELS.map((level) => `\`${level}\``).join(', ')}`,
  ),
  METRICS_ADDRESS: variable(
    'this service',
    'not set',
    'host and port at which a worker shows its figures to Prometheus (`/metrics`); the API shows its own on its port',
  ),
  DEPLOYMENT: variable(
    'this service',
    '`default`',
    'name of this group of workers, where several with other tenants share a namespace: each deletes its own Schedules only',
  ),
  TEMPORAL_ADDRESS: variable('Temporal', '`localhost:7233`', 'host and port of the Temporal server'),
  TEMPORAL_NAMESPACE: variable('Temporal', '`default`', 'namespace of the workflows'),
  TEMPORAL_API_KEY: variable('Temporal', 'not set', 'API key of Temporal Cloud (secret); switches TLS on'),
  TEMPORAL_TLS: variable('Temporal', 'not set', '`true` or `false`: TLS to the Temporal server'),
  TEMPORAL_TLS_CLIENT_CERT_PATH: variable(
    'Temporal',
    'not set',
    'client certificate; `_DATA` instead of `_PATH` for its text',
  ),
  TEMPORAL_TLS_CLIENT_KEY_PATH: variable('Temporal', 'not set', 'key of the client certificate; or `_DATA` (secret)'),
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: variable(
    'Temporal',
    'not set',
    "authority of the server's certificate; or `_DATA`",
  ),
  TEMPORAL_TLS_SERVER_NAME: variable('Temporal', 'not set', "name to expect in the server's certificate"),
  TEMPORAL_CONFIG_FILE: variable('Temporal', "Temporal's own place", 'TOML file with connection profiles'),
  TEMPORAL_PROFILE: variable('Temporal', '`default`', 'profile of that file'),
};

function variable(origin: 'Temporal' | 'this service', defaultInWords: string, effect: string): SettingDocumentation {
  return { origin, usedBy: 'start-up', defaultInWords, effect };
}

/**
 * Reads `LOG_LEVEL`, `METRICS_ADDRESS`, `DEPLOYMENT` and the standard `TEMPORAL_*` variables.
 *
 * @throws ConfigurationError with everything that is wrong
 */
export function loadServiceEnvironment(environment: NodeJS.ProcessEnv = process.env): ServiceEnvironment {
  const issues: ConfigurationIssue[] = [];
  const written = environment['LOG_LEVEL']?.trim().toLowerCase() || 'info';
  const logLevel = LOG_LEVELS.find((level) => level === written);
  if (!logLevel) {
    issues.push({ path: 'LOG_LEVEL', message: `must be one of ${LOG_LEVELS.join(', ')}` });
  }
  const metricsAddress = environment['METRICS_ADDRESS']?.trim();
  if (metricsAddress && !/^[^\s:]+:\d{1,5}$/.test(metricsAddress)) {
    issues.push({ path: 'METRICS_ADDRESS', message: 'must be a host and a port, e.g. 0.0.0.0:9464' });
  }
  const deployment = environment.DEPLOYMENT ?? 'default';
  if (!/^[\w.-]{1,64}$/.test(deployment)) {
    issues.push({ path: 'DEPLOYMENT', message: 'must be a name of letters, digits, dots and dashes' });
  }
  let temporal: ClientConnectConfig | undefined;
  try {
    const variables = Object.entries(environment).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    );
    temporal = loadClientConnectConfig({ overrideEnvVars: Object.fromEntries(variables) });
  } catch (error) {
    // The library's words may quote what they could not read, a key for instance; the kind of error is enough.
    const kind = error instanceof Error && 'code' in error ? String(error.code) : 'not valid';
    issues.push({
      path: 'TEMPORAL_*',
      message: `the connection to Temporal cannot be read from the environment (${kind})`,
    });
  }
  if (!logLevel || !temporal || issues.length > 0) throw new ConfigurationError(issues);
  return { logLevel, deployment, temporal, ...(metricsAddress && { metricsAddress }) };
}
