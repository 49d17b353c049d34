import assert from 'node:assert/strict';
import { SyncError } from '../../src/activities/shared/failures';
import { interruptedFailure, toApplicationFailure } from '../../src/activities/shared/failures';
import { VendorHttpError, VendorResponseInvalidError, VendorUnreachableError } from '../../src/clients/errors';
import { FAILURE_TYPES, type FailureType } from '../../src/contracts/failure-types';
import { ladderDelayMs } from '../../src/contracts/retry-ladder';
import { toCents } from '../../src/domain/money';
import { SealedReferenceError } from '../../src/temporal/sealed-reference';
import { stripToUid } from '../../src/domain/uid';
import { DocumentUnmappableError } from '../../src/domain/document-unmappable';
import { CalendarUnknownError } from '../../src/domain/pickup-deadline';

const omnium = { vendor: 'omnium', operation: 'GET order', isWrite: false } as const;
const flow = { vendor: 'flow', operation: 'POST order', isWrite: true } as const;
const delayOf = (retryAfterMs?: number): number => ladderDelayMs('one-minute', 1, retryAfterMs);

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

const rows: readonly (readonly [string, unknown, FailureType])[] = [
  ['Omnium cannot be reached', new VendorUnreachableError(omnium, 'refused'), 'OmniumUnavailable'],
  ['Omnium answers 500', new VendorHttpError(omnium, 500), 'OmniumUnavailable'],
  ['Omnium answers 408', new VendorHttpError(omnium, 408), 'OmniumUnavailable'],
  ['Omnium answers 429', new VendorHttpError(omnium, 429), 'OmniumRateLimited'],
  ['Omnium answers 401', new VendorHttpError(omnium, 401), 'OmniumUnauthorized'],
  ['Omnium answers 403', new VendorHttpError(omnium, 403), 'OmniumForbidden'],
  ['Omnium answers 400', new VendorHttpError(omnium, 400), 'OmniumRejected'],
  ['Omnium answers 409', new VendorHttpError(omnium, 409), 'OmniumConflict'],
  [
    'Omnium answers something else',
    new VendorResponseInvalidError(omnium, [{ path: 'id', kind: 'missing' }]),
    'OmniumResponseInvalid',
  ],
  [
    'an order contradicts itself',
    new DocumentUnmappableError('orderForm.lineItems', 'two lines have one id'),
    'OmniumResponseInvalid',
  ],
  ['an id has nothing to make a uid of', thrownBy(() => stripToUid('---')), 'OmniumResponseInvalid'],
  ['an amount is no number', thrownBy(() => toCents('199,50')), 'AmountInvalid'],
  ['Flow is reset', new VendorUnreachableError(flow, 'reset'), 'FlowUnavailable'],
  ['Flow answers 503', new VendorHttpError(flow, 503), 'FlowUnavailable'],
  ['Flow answers 429', new VendorHttpError(flow, 429), 'FlowRateLimited'],
  ['Flow answers 401', new VendorHttpError(flow, 401), 'FlowUnauthorized'],
  ['Flow answers 403', new VendorHttpError(flow, 403), 'FlowForbidden'],
  ['Flow answers 409', new VendorHttpError(flow, 409), 'FlowConflict'],
  ['Flow answers 422', new VendorHttpError(flow, 422), 'FlowRejected'],
  ['Flow answers 404 to a write', new VendorHttpError(flow, 404), 'FlowRejected'],
  ['Flow redirects', new VendorHttpError(flow, 302), 'FlowRejected'],
  ['Flow answers something else', new VendorResponseInvalidError(flow, []), 'FlowResponseInvalid'],
  ['a store is unknown', new SyncError('StoreUnknown', 'Store x is unknown'), 'StoreUnknown'],
  ['a product is missing', new SyncError('FlowProductMissing', 'Flow has no product for sku x'), 'FlowProductMissing'],
  [
    'Flow does not know a receivement',
    new SyncError('FlowReceivementNotFound', 'unknown receivement'),
    'FlowReceivementNotFound',
  ],
  ['a warehouse is unknown', new SyncError('WarehouseUnknown', 'Flow has no warehouse x'), 'WarehouseUnknown'],
  ['two ids collide', new SyncError('UidCollision', 'two orders become one uid'), 'UidCollision'],
  ['the order is unknown', new SyncError('OmniumOrderNotFound', 'unknown order'), 'OmniumOrderNotFound'],
  [
    'a customer was sealed with another secret',
    new SealedReferenceError('cannot be opened'),
    'ConfigurationIncomplete',
  ],
  ['a receipt has no PDF', new SyncError('ReceiptWithoutPdf', 'Flow has no PDF of it yet'), 'ReceiptWithoutPdf'],
  [
    'a receipt lacks its number',
    new DocumentUnmappableError('voucherNumber', 'is missing', 'flow'),
    'FlowResponseInvalid',
  ],
  ['a setting is missing', new SyncError('ConfigurationIncomplete', 'no payment method'), 'ConfigurationIncomplete'],
  ['a calendar is unknown', new CalendarUnknownError('no holidays'), 'ConfigurationIncomplete'],
  ['a defect', new TypeError('cannot read "kari.berg@example.com"'), 'Unexpected'],
  ['something that is no error', 'kari.berg@example.com', 'Unexpected'],
];

describe('failures, as Temporal sees them', () => {
  for (const [what, error, failureType] of rows) {
    it(`${failureType}: ${what}`, () => {
      const { applicationFailure, delayMs } = toApplicationFailure(error, delayOf);
      assert.equal(applicationFailure.type, failureType);
      assert.equal(applicationFailure.nonRetryable, false);
      assert.equal(applicationFailure.nextRetryDelay, 60_000);
      assert.equal(delayMs, 60_000);
    });
  }

  it('has a row for every type of the closed list', () => {
    const covered = new Set<string>([...rows.map(([, , failureType]) => failureType), 'Interrupted', 'RemovalHeld']);
    assert.deepEqual(
      FAILURE_TYPES.filter((type) => !covered.has(type)),
      [],
    );
    assert.equal(interruptedFailure().type, 'Interrupted');
  });

  it('never repeats the words of a foreign error, nor keeps it as a cause', () => {
    const { message, applicationFailure } = toApplicationFailure(new TypeError('kari.berg@example.com'), delayOf);
    assert.equal(message, 'A defect of the integration (TypeError)');
    assert.equal(applicationFailure.cause, undefined);
  });

  it('waits as long as the vendor asks', () => {
    const failure = toApplicationFailure(new VendorHttpError(flow, 429, { retryAfterMs: 600_000 }), delayOf);
    assert.equal(failure.applicationFailure.nextRetryDelay, 600_000);
  });
});
