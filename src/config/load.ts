import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';

import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';

import { checkTenants } from './cross-checks';
import { overlay, propertiesSchema, withProductTask } from './connector';
import { configSchema } from './schema';
import type { tenantSchema } from './tenant-schema';
import type { FinishedTenant, IntegrationConfig } from './types';

/** One thing that is wrong with the configuration. */
export interface ConfigurationIssue {
  /** Where in the file, e.g. `tenants[0].flow.token`; the name of an environment variable; or empty for the file itself. */
  readonly path: string;
  /** What is wrong and what is wanted, without any value that came from the environment. */
  readonly message: string;
}

/**
 * The configuration cannot be used. Holds everything that is wrong at once, so that it is mended in one go.
 * The processes that load a configuration print it and end with exit code 2.
 */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly issues: readonly ConfigurationIssue[];

  constructor(issues: readonly ConfigurationIssue[]) {
    const lines = issues.map(({ path, message }) => `  ${path === '' ? '' : `${path}: `}${message}`);
    super(`the configuration has ${issues.length === 1 ? 'an error' : `${issues.length} errors`}\n${lines.join('\n')}`);
    this.issues = issues;
  }
}

/** Environment variables by name; `process.env` in production. */
type Environment = Readonly<Record<string, string | undefined>>;

/** Reports that a place in the configuration is wrong. */
type Complain = (path: readonly PropertyKey[], message: string) => void;

/**
 * Loads and checks the whole configuration (docs/settings.md).
 *
 * @param file YAML or JSON; by default the one that the environment variable `CONFIG_FILE` names
 * @param environment where `${NAME}` references are looked up
 * @throws ConfigurationError with everything that is wrong
 */
export function loadConfig(file?: string, environment: Environment = process.env): IntegrationConfig {
  const path = file ?? environment['CONFIG_FILE'];
  if (!path)
    throw new ConfigurationError([{ path: 'CONFIG_FILE', message: 'is not set: it names the configuration file' }]);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new ConfigurationError([{ path: 'CONFIG_FILE', message: `the file cannot be read (${reason})` }]);
  }
  return parseConfig(text, environment);
}

/**
 * The configuration from the text of a file, for `config check` and tests. YAML, hence JSON too.
 *
 * @throws ConfigurationError with everything that is wrong
 */
export function parseConfig(text: string, environment: Environment): IntegrationConfig {
  const issues: ConfigurationIssue[] = [];
  const complain: Complain = (path, message) => {
    const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`));
    issues.push({ path: steps.join('').replace(/^\./, ''), message });
  };
  const document = resolveReferences(parseYaml(text), [], environment, complain);
  const referenceIssues = issues.length;

  const { success, data, error } = configSchema.safeParse(document, { error: inOurWords });
  for (const issue of error?.issues ?? []) {
    if (issue.code === 'unrecognized_keys') for (const key of issue.keys) complain([...issue.path, key], issue.message);
    else complain(issue.path, issue.message);
  }
  checkTenants(document, complain);

  // A reference that cannot be resolved stands in for its value, and whatever else is wrong there follows from it.
  const unresolved = new Set(issues.slice(0, referenceIssues).map(({ path }) => path));
  const found = issues.filter(({ path }, index) => index < referenceIssues || !unresolved.has(path));
  if (!success || found.length > 0) throw new ConfigurationError(found);
  return settle({ ...data, tenants: data.tenants.map(finishTenant) }) as IntegrationConfig;
}

function parseYaml(text: string): unknown {
  const lineCounter = new LineCounter();
  // Without the parser's pretty errors: those quote the file, and a secret could stand in that line.
  const document = parseDocument(text, { lineCounter, prettyErrors: false, merge: true });
  if (document.errors.length > 0) {
    throw new ConfigurationError(
      document.errors.map((error) => {
        const { line, col } = lineCounter.linePos(error.pos[0]);
        return { path: '', message: `line ${line}, column ${col}: not valid YAML (${error.code})` };
      }),
    );
  }
  const content: unknown = document.toJS();
  if (content === null) throw new ConfigurationError([{ path: '', message: 'the configuration file is empty' }]);
  return content;
}

/**
 * Replaces every `${NAME}` in the texts of a parsed document by the environment's value; `$${` is a literal `${`. Runs
 * after parsing, so a value can never change the document's structure; keys are left as they are.
 */
function resolveReferences(value: unknown, path: PropertyKey[], environment: Environment, complain: Complain): unknown {
  if (Array.isArray(value))
    return value.map((element, index) => resolveReferences(element, [...path, index], environment, complain));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [
        key,
        resolveReferences(member, [...path, key], environment, complain),
      ]),
    );
  }
  if (typeof value !== 'string') return value;
  return value.replace(/\$(\$\{)|\$\{([^}]*)\}/g, (reference: string, escaped: string | undefined, name: string) => {
    if (escaped !== undefined) return escaped;
    const found = environment[name];
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      complain(path, 'a reference must be written ${NAME}, with letters, digits and _ only');
    else if (!found) complain(path, `environment variable ${name} is ${found === undefined ? 'not set' : 'empty'}`);
    else return found;
    return reference;
  });
}

/** Zod's findings as an editor of the file needs them. Never repeats a value. */
function inOurWords(issue: z.core.$ZodRawIssue): string | undefined {
  const isMissing = issue.input === undefined || issue.input === null;
  switch (issue.code) {
    case 'invalid_type':
      if (isMissing) return 'is required';
      if (issue.expected === 'string') return 'must be text (put numbers in quotes)';
      if (issue.expected === 'array') return 'must be a list';
      return /^(object|record)$/.test(issue.expected) ? 'must be a mapping of names to values' : undefined;
    case 'invalid_value':
      return isMissing ? 'is required' : `must be one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_union':
      return Array.isArray(issue.options) ? `must be one of ${issue.options.map(String).join(', ')}` : undefined;
    default:
      return undefined;
  }
}

/**
 * The tenant as the service sees it, once all checks have passed: each market with the properties that hold there, and the
 * connector with those of the first market that sets what it leaves open itself.
 */
function finishTenant(tenant: z.infer<typeof tenantSchema>): FinishedTenant {
  const own = tenant.connector.properties;
  return {
    ...tenant,
    // Omnium names an API user by its client id unless it was given a user of its own.
    omnium: { ...tenant.omnium, apiUserId: tenant.omnium.apiUserId ?? tenant.settings.OMNIUM_CLIENT_ID },
    connector: {
      implementations: tenant.connector.implementations,
      properties: propertiesSchema.parse(
        tenant.markets.reduce((properties, market) => overlay(properties, market.properties), own),
      ),
      scheduledTasks: withProductTask(tenant.connector),
    },
    markets: tenant.markets.map((market) => ({
      ...market,
      properties: propertiesSchema.parse(overlay(market.properties, own)),
    })),
  };
}

/** Members that hold a secret, wherever they stand in a configuration. */
export const SECRET_MEMBERS: readonly string[] = ['token', 'OMNIUM_CLIENT_SECRET', 'password', 'value', 'secret'];

/**
 * Drops what is not set, and makes every object that holds a secret show `[secret]` for it wherever it is printed:
 * `JSON.stringify`, `console.log`, loggers, assertion messages. Reading the member still gives the secret. A copy by spread
 * loses the protection, not the secret.
 */
function settle(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(settle);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const settled: object = Object.fromEntries(members.map(([name, member]) => [name, settle(member)]));
  if (!members.some(([name]) => SECRET_MEMBERS.includes(name))) return settled;
  const shown = (): object =>
    Object.fromEntries(
      Object.entries(settled).map(([name, member]) => [name, SECRET_MEMBERS.includes(name) ? '[secret]' : member]),
    );
  // Not enumerable, so that comparisons and copies see only the settings.
  return Object.defineProperties(settled, { toJSON: { value: shown }, [inspect.custom]: { value: shown } });
}
