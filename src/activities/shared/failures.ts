import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { VendorHttpError, VendorResponseInvalidError, VendorUnreachableError, type Vendor } from '../../clients/errors';
import { concernsRecord, type FailureType } from '../../contracts/failure-types';
import { SHORTEST_DELAY_MS } from '../../contracts/retry-ladder';
import { AmountInvalidError } from '../../domain/money';
import { SealedReferenceError } from '../../temporal/sealed-reference';
import { UidInvalidError } from '../../domain/uid';
import { DocumentUnmappableError } from '../../domain/document-unmappable';
import { CalendarUnknownError } from '../../domain/pickup-deadline';

/**
 * A sync that cannot go on, found by our own rules and not by a vendor's answer: an unknown store, two ids that collide.
 * The message names the field and what to do, never a person.
 */
export class SyncError extends Error {
  override readonly name = 'SyncError';

  constructor(
    readonly failureType: FailureType,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** What went wrong, in the words that the order's page shows. */
export interface ClassifiedFailure {
  readonly failureType: FailureType;
  readonly message: string;
  /** Time until the next attempt. */
  readonly delayMs: number;
  readonly applicationFailure: ApplicationFailure;
}

/** Delay before the next attempt, given what the vendor asked for. */
export type DelayOf = (retryAfterMs?: number) => number;

/**
 * The one place where an error becomes a Temporal failure: the type from the closed list, a message without personal
 * data, and the rung of the ladder. Nothing is ever non-retryable: somebody mends the data, and the sync heals by itself.
 */
export function toApplicationFailure(error: unknown, delayOf: DelayOf): ClassifiedFailure {
  const failureType = failureTypeOf(error);
  const message = messageOf(error);
  const delayMs = delayOf(error instanceof VendorHttpError ? error.retryAfterMs : undefined);
  const applicationFailure = ApplicationFailure.create({
    message,
    type: failureType,
    nextRetryDelay: delayMs,
    // Vendor errors hold no bodies and no values; a defect keeps its stack for the log of the worker only.
    ...(error instanceof Error && failureType !== 'Unexpected' && { cause: error }),
  });
  return { failureType, message, delayMs, applicationFailure };
}

/** An attempt that our own shutdown ended: no failure of the order, so another worker goes on at once. */
export function interruptedFailure(): ApplicationFailure {
  return ApplicationFailure.create({
    message: 'The worker was stopped; another one goes on.',
    type: 'Interrupted' satisfies FailureType,
    nextRetryDelay: SHORTEST_DELAY_MS,
    category: ApplicationFailureCategory.BENIGN,
  });
}

/** The type of a failure, from the closed list. */
export function failureTypeOf(error: unknown): FailureType {
  if (error instanceof SyncError) return error.failureType;
  if (error instanceof AmountInvalidError) return 'AmountInvalid';
  if (error instanceof DocumentUnmappableError)
    return byVendor(error.vendor, 'OmniumResponseInvalid', 'FlowResponseInvalid');
  if (error instanceof UidInvalidError) return 'OmniumResponseInvalid';
  if (error instanceof CalendarUnknownError || error instanceof SealedReferenceError) return 'ConfigurationIncomplete';
  if (error instanceof VendorUnreachableError) return byVendor(error.vendor, 'OmniumUnavailable', 'FlowUnavailable');
  if (error instanceof VendorResponseInvalidError)
    return byVendor(error.vendor, 'OmniumResponseInvalid', 'FlowResponseInvalid');
  if (error instanceof VendorHttpError) return failureTypeOfStatus(error.vendor, error.status);
  return 'Unexpected';
}

/** Whether a vendor answered that it does not take this one record: the same of another record may be taken. */
export function isRefusal(error: unknown): error is VendorHttpError {
  return error instanceof VendorHttpError && concernsRecord(failureTypeOf(error));
}

function failureTypeOfStatus(vendor: Vendor, status: number): FailureType {
  if (status === 401) return byVendor(vendor, 'OmniumUnauthorized', 'FlowUnauthorized');
  if (status === 403) return byVendor(vendor, 'OmniumForbidden', 'FlowForbidden');
  if (status === 429) return byVendor(vendor, 'OmniumRateLimited', 'FlowRateLimited');
  if (status === 408 || status >= 500) return byVendor(vendor, 'OmniumUnavailable', 'FlowUnavailable');
  if (status === 409) return byVendor(vendor, 'OmniumConflict', 'FlowConflict');
  return byVendor(vendor, 'OmniumRejected', 'FlowRejected');
}

function byVendor(vendor: Vendor, omnium: FailureType, flow: FailureType): FailureType {
  return vendor === 'omnium' ? omnium : flow;
}

function messageOf(error: unknown): string {
  if (error instanceof Error && failureTypeOf(error) !== 'Unexpected') return error.message;
  // The text of a foreign error may quote a document; its name cannot.
  return `A defect of the integration (${error instanceof Error ? error.name : typeof error})`;
}
