import assert from 'node:assert/strict';

import {
  MAX_REPORTED_FIELDS,
  MAX_RETRY_AFTER_MS,
  parseRetryAfterMs,
  sanitizeFields,
  VendorHttpError,
  VendorResponseInvalidError,
  VendorUnreachableError,
  type UnreachableReason,
} from '../../src/clients/errors';

const NOW = Date.parse('2026-11-20T10:00:00Z');
const WRITE = { vendor: 'flow', operation: 'POST order', isWrite: true } as const;
const READ = { vendor: 'omnium', operation: 'GET order', isWrite: false } as const;

describe('Retry-After', () => {
  const cases: [name: string, header: string | undefined, expectedMs: number | undefined][] = [
    ['seconds', '120', 120_000],
    ['seconds with spaces', ' 2 ', 2_000],
    ['a fraction of a second', '0.25', 250],
    ['zero', '0', 0],
    ['negative seconds', '-5', 0],
    ['a date ahead', 'Fri, 20 Nov 2026 10:01:30 GMT', 90_000],
    ['a date in the older form', 'Friday, 20-Nov-26 10:00:05 GMT', 5_000],
    ['a date in the past', 'Fri, 20 Nov 2020 10:00:00 GMT', 0],
    ['absurdly many seconds', '99999999999999999999', MAX_RETRY_AFTER_MS],
    ['a date in another century', 'Fri, 20 Nov 2126 10:00:00 GMT', MAX_RETRY_AFTER_MS],
    ['words', 'soon', undefined],
    ['two numbers', '1-2', undefined],
    ['hexadecimal', '0x10', undefined],
    ['blank', '  ', undefined],
    ['absent', undefined, undefined],
  ];
  for (const [name, header, expectedMs] of cases) {
    it(`reads ${name} as ${String(expectedMs)}`, () => {
      assert.equal(parseRetryAfterMs(header, NOW), expectedMs);
    });
  }
});

describe('vendor errors', () => {
  it('keeps field names and codes, and drops whatever could be a value', () => {
    const kept = sanitizeFields([
      { field: 'items[3].sku', code: 'UNKNOWN' },
      { field: 'customerAddress.email', code: 'kari@example.com is not valid' },
      { field: 'kari@example.com' },
      { field: 'Kari Nordmann' },
      { field: '+4791234567' },
      { field: 42 },
      { field: 'x'.repeat(81) },
    ]);
    assert.deepEqual(kept, [{ field: 'items[3].sku', code: 'UNKNOWN' }, { field: 'customerAddress.email' }]);
  });

  it('reports no more fields than a person reads', () => {
    const many = Array.from({ length: 500 }, (_, index) => ({ field: `items[${String(index)}].sku` }));
    assert.equal(sanitizeFields(many).length, MAX_REPORTED_FIELDS);
  });

  it('says vendor, operation and status in its message', () => {
    const error = new VendorHttpError(WRITE, 422, { fields: [{ field: 'items[3].sku' }] });
    assert.equal(error.message, 'flow: POST order: answered 422 (items[3].sku)');
    assert.equal(error.name, 'VendorHttpError');
  });

  it('knows when a write may have been carried out', () => {
    const unreachable: [UnreachableReason, boolean][] = [
      ['timeout', true],
      ['reset', true],
      ['truncated', true],
      ['refused', false],
      ['unresolved', false],
      ['connect-timeout', false],
    ];
    for (const [reason, unknown] of unreachable) {
      assert.equal(new VendorUnreachableError(WRITE, reason).outcomeUnknown, unknown, reason);
      assert.equal(new VendorUnreachableError(READ, reason).outcomeUnknown, false, reason);
    }
    assert.equal(new VendorHttpError(WRITE, 503).outcomeUnknown, true);
    assert.equal(new VendorHttpError(WRITE, 422).outcomeUnknown, false);
    assert.equal(new VendorHttpError(READ, 503).outcomeUnknown, false);
    assert.equal(new VendorResponseInvalidError(WRITE, []).outcomeUnknown, true);
  });
});
