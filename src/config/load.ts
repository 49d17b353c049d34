import { readFileSync } from 'node:fs';

import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';

import { ConfigurationError, IssueList } from './configuration-error';
import { checkTenant, checkTenants } from './cross-checks';
import { type Environment, resolveReferences } from './environment-references';
import { strictObject } from './field-types';
import { readSection } from './read-section';
import { finishTenant, readTenant } from './read-tenant';
import { apiSchema, configSchema, workerSchema } from './schema';
import { type IntegrationConfig } from './types';
import { compact } from '../domain/compact';

export { ConfigurationError, type ConfigurationIssue } from './configuration-error';

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
  return parseConfig(readText(path), environment);
}

/**
 * The configuration from the text of a file, for `config check` and tests. YAML, hence JSON too.
 *
 * @throws ConfigurationError with everything that is wrong
 */
export function parseConfig(text: string, environment: Environment): IntegrationConfig {
  const issues = new IssueList();
  const document = resolveReferences(parseYaml(text), environment, issues);
  const members = readSection(z.record(z.string(), z.unknown()), { value: document, path: [], issues });
  if (!members) throw issues.toError();
  readSection(rootKeys, { value: members, path: [], issues });
  const read = <T>(key: string, schema: z.ZodType<T>): T | undefined =>
    readSection(schema, { value: members[key], path: [key], issues });
  const retryLadder = read('retryLadder', configSchema.shape.retryLadder);
  const api = read('api', apiSchema.prefault({}));
  const worker = read('worker', workerSchema.prefault({}));

  const drafts = (read('tenants', tenantsSchema) ?? []).map((tenant, index) =>
    readTenant(tenant, ['tenants', index], issues),
  );
  for (const draft of drafts) if (draft) checkTenant(draft, issues);
  checkTenants(drafts, issues);
  if (!issues.isEmpty) throw issues.toError();

  const tenants = drafts.flatMap((draft) => (draft ? (finishTenant(draft) ?? []) : []));
  if (!retryLadder || !api || !worker || tenants.length !== drafts.length) {
    throw new Error('a part of the configuration is missing although nothing was found wrong with it');
  }
  return { retryLadder, api: compact(api), worker, tenants };
}

/** Keys only: the sections are read one by one. */
const rootKeys = strictObject({
  retryLadder: z.unknown().optional(),
  api: z.unknown().optional(),
  worker: z.unknown().optional(),
  tenants: z.unknown().optional(),
});

const tenantsSchema = z.array(z.unknown()).min(1, 'needs at least one tenant');

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new ConfigurationError([{ path: 'CONFIG_FILE', message: `the file cannot be read (${reason})` }]);
  }
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
