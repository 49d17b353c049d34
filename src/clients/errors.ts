/**
 * What can go wrong when a vendor is called. Three classes, distinguished by what the caller can do about it. None of them
 * holds a value, a body or the vendor's own words, because those can hold personal data: only statuses, field names and kinds.
 */

export type Vendor = 'omnium' | 'flow';

/** Which call failed. `operation` is a fixed name such as `GET order`: never a path or a query value. */
export interface VendorCall {
  readonly vendor: Vendor;
  readonly operation: string;
  /** Whether the call was meant to change something at the vendor. */
  readonly isWrite: boolean;
}

/** Common to all failures of a vendor call. */
export abstract class VendorError extends Error {
  readonly vendor: Vendor;
  readonly operation: string;
  /** True when a write may have been carried out although it failed for us: read again before writing again. */
  readonly outcomeUnknown: boolean;

  protected constructor(call: VendorCall, what: { readonly message: string; readonly outcomeUnknown: boolean }) {
    super(`${call.vendor}: ${call.operation}: ${what.message}`);
    this.name = new.target.name;
    this.vendor = call.vendor;
    this.operation = call.operation;
    this.outcomeUnknown = what.outcomeUnknown;
  }
}

/**
 * Why there was no complete answer. `refused` and `unresolved` mean that nothing was sent; `timeout` covers waiting for
 * headers and body; `truncated` is an answer that ended too early.
 */
export type UnreachableReason = 'timeout' | 'connect-timeout' | 'refused' | 'unresolved' | 'reset' | 'truncated';

const NOTHING_SENT: ReadonlySet<UnreachableReason> = new Set(['connect-timeout', 'refused', 'unresolved']);

/** There was no answer, or not a whole one. */
export class VendorUnreachableError extends VendorError {
  readonly reason: UnreachableReason;

  constructor(call: VendorCall, reason: UnreachableReason) {
    super(call, {
      message: `no complete answer (${reason})`,
      outcomeUnknown: call.isWrite && !NOTHING_SENT.has(reason),
    });
    this.reason = reason;
  }
}

/** A field that the vendor found wrong, e.g. `{field: 'items[3].sku', code: 'UNKNOWN'}`. */
export interface RejectedField {
  readonly field: string;
  readonly code?: string;
}

/** The vendor answered with a status other than 2xx (redirects included: they are never followed). */
export class VendorHttpError extends VendorError {
  readonly status: number;
  /** How long the vendor asked us to wait, clamped to {@link MAX_RETRY_AFTER_MS}. */
  readonly retryAfterMs: number | undefined;
  /** Names of the fields the vendor complained about, at most {@link MAX_REPORTED_FIELDS}. */
  readonly fields: readonly RejectedField[];

  constructor(
    call: VendorCall,
    status: number,
    { retryAfterMs, fields = [] }: { readonly retryAfterMs?: number; readonly fields?: readonly RejectedField[] } = {},
  ) {
    const named = fields.length > 0 ? ` (${fields.map(({ field }) => field).join(', ')})` : '';
    super(call, { message: `answered ${String(status)}${named}`, outcomeUnknown: call.isWrite && status >= 500 });
    this.status = status;
    this.retryAfterMs = retryAfterMs;
    this.fields = fields;
  }
}

/** The vendor answered 2xx with something that is not the documented document. */
export class VendorResponseInvalidError extends VendorError {
  /** Where it differs from the document it should be, e.g. `{path: 'items[2].quantity', kind: 'invalid_type'}`. */
  readonly issues: readonly { readonly path: string; readonly kind: string }[];

  constructor(call: VendorCall, issues: VendorResponseInvalidError['issues']) {
    const kept = issues.slice(0, MAX_REPORTED_FIELDS);
    const named = kept.map(({ path, kind }) => (path === '' ? kind : `${path} ${kind}`)).join(', ');
    super(call, { message: `unexpected answer (${named})`, outcomeUnknown: call.isWrite });
    this.issues = kept;
  }
}

/** More would only hide the first ones. */
export const MAX_REPORTED_FIELDS = 20;

/** Path-like names only: what does not look like a member name could be a value. */
const FIELD_NAME = /^[$A-Za-z_][\w$.[\]-]{0,79}$/;
const CODE = /^[A-Za-z][A-Za-z0-9_]{0,59}$/;

/** Keeps what is certainly a field name and a code, and drops the rest. */
export function sanitizeFields(
  candidates: Iterable<{ readonly field?: unknown; readonly code?: unknown }>,
): RejectedField[] {
  const fields: RejectedField[] = [];
  for (const { field, code } of candidates) {
    if (fields.length === MAX_REPORTED_FIELDS) break;
    if (typeof field !== 'string' || !FIELD_NAME.test(field)) continue;
    fields.push(typeof code === 'string' && CODE.test(code) ? { field, code } : { field });
  }
  return fields;
}

/** No vendor's maintenance is longer than a day; a longer wait is a mistake in the header. */
export const MAX_RETRY_AFTER_MS = 24 * 60 * 60_000;

/**
 * Reads a `Retry-After` header (RFC 9110 §10.2.3): seconds or an HTTP date. Negative and past become 0, more than
 * {@link MAX_RETRY_AFTER_MS} becomes that, anything else undefined.
 */
export function parseRetryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^[+-]?\d+(\.\d+)?$/.test(text)) return clampWait(Number(text) * 1000);
  // Dates only in the form that names a month: Date.parse would take `2` or `1-2` for a date as well.
  if (!/^[A-Za-z]+,? .*\d{2}:\d{2}:\d{2}/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : clampWait(at - nowMs);
}

function clampWait(waitMs: number): number {
  return Math.min(Math.max(Math.ceil(waitMs), 0), MAX_RETRY_AFTER_MS);
}
