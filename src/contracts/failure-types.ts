/**
 * The closed list of what can go wrong, named by meaning and not by HTTP status. Each has an entry in docs/runbook.md.
 * Everything is retried for ever on the ladder; the type only decides how a failure is named, shown and handled by people.
 */
export const FAILURE_TYPES = [
  /** Omnium answered 5xx, timed out, cut the connection or could not be reached. */
  'OmniumUnavailable',
  /** Omnium answered 429. */
  'OmniumRateLimited',
  /** Omnium refused the credentials, also after a fresh token. */
  'OmniumUnauthorized',
  /** The API user lacks a role, store or market in Omnium. */
  'OmniumForbidden',
  /** Omnium does not know the order that its own event named. */
  'OmniumOrderNotFound',
  /** Omnium's document is not what is documented, or contradicts itself. */
  'OmniumResponseInvalid',
  /** Omnium refused a request as invalid (4xx other than the above). */
  'OmniumRejected',
  /** Somebody else holds the document in Omnium, e.g. a locked purchase order, or changed it since we read it. */
  'OmniumConflict',
  /** Flow answered 5xx, timed out, cut the connection or could not be reached. */
  'FlowUnavailable',
  /** Flow answered 429. */
  'FlowRateLimited',
  /** Flow refused the integration token. */
  'FlowUnauthorized',
  /** The integration token lacks a permission or belongs to another tenant. */
  'FlowForbidden',
  /** Flow answered 2xx with something that is not the documented document. */
  'FlowResponseInvalid',
  /** Flow refused a document as invalid; the message names the fields. */
  'FlowRejected',
  /** The order holds a product that Flow does not have. */
  'FlowProductMissing',
  /** Flow does not know the receivement or purchase order that its own event named. */
  'FlowReceivementNotFound',
  /** Somebody else changed the document in Flow between our read and our write. */
  'FlowConflict',
  /** Two Omnium ids become the same Flow uid after stripping; never merged. */
  'UidCollision',
  /** The order's store is in neither the configuration nor Omnium's list of stores. */
  'StoreUnknown',
  /** A warehouse is in neither the configuration nor the other system's list of warehouses. */
  'WarehouseUnknown',
  /** An amount or quantity in the document cannot be carried over exactly. */
  'AmountInvalid',
  /** A setting that this order needs is missing or names something that does not exist. */
  'ConfigurationIncomplete',
  /** Flow has no usable PDF of a receipt; without it no invoice is made. */
  'ReceiptWithoutPdf',
  /** The worker was stopped in the middle of an attempt; another one goes on within seconds. */
  'Interrupted',
  /** A defect of ours. */
  'Unexpected',
] as const;

/** One of {@link FAILURE_TYPES}; the `type` of every `ApplicationFailure` this service throws. */
export type FailureType = (typeof FAILURE_TYPES)[number];
