import { type Client } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import {
  PRODUCT_SIGNAL,
  PRODUCT_WORKFLOW,
  productWorkflowId,
  type ProductEvent,
  type ProductKey,
  type ProductWorkflowInput,
} from '../contracts/product-messages';
import { type RetryLadderName } from '../contracts/retry-ladder';
import { type Direction, searchAttributes, type SyncState } from '../contracts/search-attributes';
import { taskQueueOf } from '../contracts/task-queues';
import { type RecordOutcome, SignalDoor, type SignalDoorOptions } from './signal-door';

/** What a {@link CatalogueInbox} needs. */
export interface CatalogueInboxOptions extends Pick<SignalDoorOptions, 'callTimeoutMs' | 'metrics'> {
  readonly client: Client;
  readonly retryLadder: RetryLadderName;
  /** Another task queue than the engine's own, for tests that must not meet. */
  readonly taskQueue?: string;
}

/**
 * The door to the workflows of the catalogue: products of Omnium (engine `exports`). How events gather, repeat and fail:
 * {@link SignalDoor}.
 *
 * Returns `duplicate` when an equal event (same product, same event id) is recorded already, and throws the Temporal
 * client's ServiceError when the event could not be recorded in time; it may have been.
 */
export class CatalogueInbox {
  readonly #options: CatalogueInboxOptions;
  readonly #products: SignalDoor<ProductEvent, ProductWorkflowInput>;

  constructor(options: CatalogueInboxOptions) {
    this.#options = options;
    this.#products = new SignalDoor({ ...options, workflowType: PRODUCT_WORKFLOW, signalName: PRODUCT_SIGNAL });
  }

  /** Records that a product may have changed in Omnium, or should be looked at again. */
  recordProduct({ tenantUid, productId }: ProductKey, event: ProductEvent): Promise<RecordOutcome> {
    const { retryLadder, taskQueue } = this.#options;
    const direction: Direction = 'inbound';
    const syncing: SyncState = 'Syncing';
    return this.#products.record(productWorkflowId({ tenantUid, productId }), event, {
      taskQueue: taskQueue ?? taskQueueOf('exports'),
      typedSearchAttributes: new TypedSearchAttributes([
        { key: searchAttributes.tenantUid, value: tenantUid },
        { key: searchAttributes.direction, value: direction },
        { key: searchAttributes.syncState, value: syncing },
      ]),
      input: { version: 1, tenantUid, productId, retryLadder },
      staticSummary: `Product ${productId.slice(0, 120)} · Omnium → Flow`,
    });
  }
}
