import type { CarriedSync, CoalescingResult, CoalescingSignal, CoalescingStatus } from './coalescing-messages';
import type { EventSource } from './messages';
import type { RetryLadderName } from './retry-ladder';

/** Everything that is said to a product workflow, and by it: ids, counts, field names and outcomes. */

/** Workflow type name as registered with Temporal. */
export const PRODUCT_WORKFLOW = 'productWorkflow';

/** Wire name of the one signal a product workflow knows. */
export const PRODUCT_SIGNAL = 'productEvents';

/** Temporal refuses ids over 1,000 bytes; an Omnium id this long is no product's. In characters. */
export const MAX_PRODUCT_ID_LENGTH = 200;

/** One notice that a product may have changed in Omnium. */
export interface ProductEvent {
  /** Equal ids are one event. */
  readonly eventId: string;
  readonly source: EventSource;
  /** What happened in the sender's words, e.g. `Updated (140105)`. */
  readonly what: string;
}

/**
 * Identity of a product's export: the Flow tenant and Omnium's product id. An event may name a SKU or a document with its
 * language; Omnium's answer says whose it is, and that product's workflow is told.
 */
export interface ProductKey {
  readonly tenantUid: string;
  readonly productId: string;
}

/** `product:{tenantUid}:{productId}` – one workflow per product; a style with all its variants is one. */
export function productWorkflowId({ tenantUid, productId }: ProductKey): string {
  return `product:${tenantUid}:${productId}`;
}

/** Inverse of {@link productWorkflowId}; `undefined` when the id belongs to another kind of workflow. */
export function parseProductWorkflowId(workflowId: string): ProductKey | undefined {
  // A tenant uid holds no colon (Flow's UID pattern), an Omnium id may.
  const match = /^product:([^:]+):(.+)$/s.exec(workflowId);
  return match?.[1] && match[2] ? { tenantUid: match[1], productId: match[2] } : undefined;
}

/** Input of the product workflow. `version` lets a later release read what an older one started. */
export interface ProductWorkflowInput extends ProductKey {
  readonly version: 1;
  readonly retryLadder: RetryLadderName;
  /** State carried over a continue-as-new. */
  readonly carried?: CarriedSync<ProductEvent, ProductOutcome>;
}

/** Input of the activity that brings one product, with its variants, to Flow. */
export interface SyncProductInput extends ProductKey {
  readonly retryLadder: RetryLadderName;
  readonly pass: number;
}

/** What one pass did, or all passes of a run together. Names are Flow's. */
export interface ProductOutcome {
  /**
   * - `discontinued`: gone from Omnium or from the tenant's markets; it stays in Flow and is not sold any more
   * - `deleted`: the same, and Flow's product was deleted (setting `catalogue.onDeletedInOmnium`)
   * - `forwarded`: a variant, or another name of a product was told; the product itself has been told
   * - `skipped`: deliberately nothing was done, see `reason`
   */
  readonly action: 'created' | 'updated' | 'unchanged' | 'discontinued' | 'deleted' | 'forwarded' | 'skipped';
  readonly reason?: string;
  /** The product's workflow goes on with it, for `forwarded`: its id ends with this. */
  readonly forwardedTo?: string;
  /** Flow's uids: the product, or the style and its variants. At most 20. */
  readonly productUids?: readonly string[];
  /** Products in Flow that belong to it: 1, or the style and its variants. */
  readonly products?: number;
  readonly productsCreated?: number;
  readonly productsUpdated?: number;
  /** Images that were added, changed or removed. */
  readonly images?: number;
  /** What was written, e.g. `name`, `brand`, `image cover`; at most 20 names. */
  readonly changedFields?: readonly string[];
  /** What a person should look at. */
  readonly differences?: readonly string[];
  /** Calls made to the vendors. */
  readonly calls?: number;
}

/** What a sync of a product would do now, found by reading only. */
export interface ProductInspection {
  /** `differs` also when a sync would fail; `not-ours` when it would deliberately do nothing. */
  readonly verdict: 'in-sync' | 'differs' | 'not-ours';
  /** What would be written, e.g. `shirt1 name`. At most 50. */
  readonly changes: readonly string[];
}

export type ProductSignal = CoalescingSignal<ProductEvent>;
export type ProductStatus = CoalescingStatus<ProductOutcome>;
export type ProductWorkflowResult = CoalescingResult<ProductOutcome>;
