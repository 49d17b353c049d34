import { parse, stringify } from 'yaml';

import { ConfigurationError, type ConfigurationIssue, parseConfig } from '../../../src/config/load';
import { type IntegrationConfig } from '../../../src/config/types';

/** A document as written in a file; tests put anything into it, also what is wrong. */
export type Document = Record<string, unknown>;

const TENANT = `
tenantUid: flow_no
countryCode: NO
currency: NOK
timezone: Europe/Oslo
flow: { baseUrl: https://api.flowretail.com/v2, token: "\${FLOW_TOKEN}" }
omnium: { baseUrl: https://api.omnium.no }
webhooks: { omnium: { schemes: [{ type: bearer, token: "\${HOOK_TOKEN}" }] } }
settings: { OMNIUM_CLIENT_ID: client, OMNIUM_CLIENT_SECRET: "\${OMNIUM_CLIENT_SECRET}" }
connector:
  properties:
    - { key: DefaultTenantUid, value: flow_no }
    - { key: MainPricesListUid, value: main }
    - { key: DefaultVatCodeUid, value: vat_25 }
    - { key: OrganizationUid, value: chain }
markets:
  - { marketId: NOR, countryCode: NO, currency: NOK }
`;

/** Secrets that are easy to find should they ever turn up in a message. */
export const ENVIRONMENT = {
  FLOW_TOKEN: 'SECRET-flow-token',
  HOOK_TOKEN: 'SECRET-hook-token',
  OMNIUM_CLIENT_SECRET: 'SECRET-client-secret',
};

/** The smallest tenant that is complete. */
export function validTenant(): Document {
  return parse(TENANT) as Document;
}

/** The smallest file that is complete. */
export function validDocument(): Document {
  return { tenants: [validTenant()] };
}

/** Puts `value` at a place such as `tenants[0].flow.token`; `undefined` takes the member away. */
export function put(document: Document, place: string, value: unknown): Document {
  const steps = place.split(/[.[\]]+/).filter((step) => step !== '');
  const last = steps.pop() ?? '';
  let section: unknown = document;
  steps.forEach((step, index) => {
    const next = steps[index + 1] ?? last;
    section = (section as Document)[step] ??= /^\d+$/.test(next) ? [] : {};
  });
  if (value === undefined) delete (section as Document)[last];
  else (section as Document)[last] = value;
  return document;
}

/** The configuration that a document makes. */
export function load(document: Document, environment: Record<string, string> = ENVIRONMENT): IntegrationConfig {
  return parseConfig(stringify(document), environment);
}

/** What is wrong with a document, as `path: message`; empty when nothing is. */
export function complaints(document: Document, environment: Record<string, string> = ENVIRONMENT): string[] {
  return issuesOf(() => load(document, environment)).map(({ path, message }) => `${path}: ${message}`);
}

/** The issues of the configuration error that `action` throws; empty when it throws none. */
export function issuesOf(action: () => unknown): readonly ConfigurationIssue[] {
  try {
    action();
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.issues;
    throw error;
  }
}
