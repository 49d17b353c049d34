import assert from 'node:assert/strict';

import { complaints, type Document, ENVIRONMENT, put, validDocument, validTenant } from './valid-config';

/** Place of the first tenant. */
export const T = 'tenants[0]';

/** A document, and all that is wrong with it. */
export interface DocumentRule {
  readonly title: string;
  readonly document: Document;
  readonly complaints: readonly string[];
}

/** One test for each rule. */
export function testRules(rules: readonly DocumentRule[]): void {
  for (const rule of rules) {
    it(`${rule.complaints.length === 0 ? 'accept' : 'refuse'} ${rule.title}`, () => {
      assert.deepEqual(complaints(rule.document, ENVIRONMENT), rule.complaints);
    });
  }
}

/** The document with more connector properties, and whatever else a rule needs. */
export function withProperties(
  properties: readonly object[],
  others: Readonly<Record<string, unknown>> = {},
): Document {
  const document = validDocument();
  const connector = validTenant()['connector'] as { properties: object[] };
  put(document, `${T}.connector.properties`, [...connector.properties, ...properties]);
  for (const [place, value] of Object.entries(others)) put(document, place, value);
  return document;
}

/** A connector property, usually a switch. */
export const flag = (key: string, value = 'true'): object => ({ key, value });

/** A scheduled task. */
export const task = (implementationType: string, more: object = {}): object => ({
  schedule: '0 2 * * *',
  implementationType,
  ...more,
});

/** A market. */
export const market = (marketId: string, more: object = {}): object => ({
  marketId,
  countryCode: 'NO',
  currency: 'NOK',
  ...more,
});
