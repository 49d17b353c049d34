/**
 * What a failure is about, and with it who has to wait for whom.
 *
 * - `outage`: the vendor gives no answer, or none of its own; it says nothing about the record.
 * - `rateLimited`: the vendor asks to be called less.
 * - `refused`: the vendor refuses the credentials or their rights, whatever the record.
 * - `document`: this record cannot be carried over as it is, or as the configuration is; others can.
 * - `ours`: a worker that was stopped, or a defect.
 */
export type FailureClass = 'outage' | 'rateLimited' | 'refused' | 'document' | 'ours';

/**
 * The closed list of what can go wrong, named by meaning and not by HTTP status. Each has an entry in docs/runbook.md.
 * Everything is retried for ever; the type decides how a failure is shown, and its class what else it stops.
 */
export const FAILURES = {
  /** Omnium answered 5xx, timed out, cut the connection or could not be reached. */
  OmniumUnavailable: 'outage',
  /** Omnium answered 429. */
  OmniumRateLimited: 'rateLimited',
  /** Omnium refused the credentials, also after a fresh token. */
  OmniumUnauthorized: 'refused',
  /** The API user lacks a role, store or market in Omnium. */
  OmniumForbidden: 'refused',
  /** Omnium does not know the order that its own event named. */
  OmniumOrderNotFound: 'document',
  /** Omnium's document is not what is documented, or contradicts itself. */
  OmniumResponseInvalid: 'document',
  /** Omnium refused a request as invalid (4xx other than the above). */
  OmniumRejected: 'document',
  /** Somebody else holds the document in Omnium, e.g. a locked purchase order, or changed it since we read it. */
  OmniumConflict: 'document',
  /** Flow answered 5xx, timed out, cut the connection or could not be reached. */
  FlowUnavailable: 'outage',
  /** Flow answered 429. */
  FlowRateLimited: 'rateLimited',
  /** Flow refused the integration token. */
  FlowUnauthorized: 'refused',
  /** The integration token lacks a permission or belongs to another tenant. */
  FlowForbidden: 'refused',
  /** Flow answered 2xx with something that is not the documented document. */
  FlowResponseInvalid: 'document',
  /** Flow refused a document as invalid; the message names the fields. */
  FlowRejected: 'document',
  /** The order holds a product that Flow does not have. */
  FlowProductMissing: 'document',
  /** Flow does not know the receivement or purchase order that its own event named. */
  FlowReceivementNotFound: 'document',
  /** Somebody else changed the document in Flow between our read and our write. */
  FlowConflict: 'document',
  /** Two Omnium ids become the same Flow uid after stripping; never merged. */
  UidCollision: 'document',
  /** The order's store is in neither the configuration nor Omnium's list of stores. */
  StoreUnknown: 'document',
  /** A warehouse is in neither the configuration nor the other system's list of warehouses. */
  WarehouseUnknown: 'document',
  /** An amount or quantity in the document cannot be carried over exactly. */
  AmountInvalid: 'document',
  /** A setting that this order needs is missing or names something that does not exist. */
  ConfigurationIncomplete: 'document',
  /** Flow has no usable PDF of a receipt; without it no invoice is made. */
  ReceiptWithoutPdf: 'document',
  /** It would be removed from Flow, among more than a run removes by itself. */
  RemovalHeld: 'document',
  /** The worker was stopped in the middle of an attempt; another one goes on within seconds. */
  Interrupted: 'ours',
  /** A defect of ours. */
  Unexpected: 'ours',
} as const satisfies Readonly<Record<string, FailureClass>>;

/** The `type` of every `ApplicationFailure` this service throws. */
export type FailureType = keyof typeof FAILURES;

/** Names of all failure types. */
export const FAILURE_TYPES = Object.keys(FAILURES) as readonly FailureType[];

/** Whether every other record would fail alike: a run stops and waits, instead of leaving its records behind one by one. */
export function concernsVendor(failureType: FailureType): boolean {
  const failureClass: FailureClass = FAILURES[failureType];
  return failureClass === 'outage' || failureClass === 'rateLimited' || failureClass === 'refused';
}

/** Whether the failure says something about the record itself, so that a comparison can show it as the result. */
export function concernsRecord(failureType: FailureType): boolean {
  return FAILURES[failureType] === 'document';
}
