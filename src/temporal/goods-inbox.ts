import { type Client } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import {
  GOODS_RECEPTION_SIGNAL,
  GOODS_RECEPTION_WORKFLOW,
  goodsReceptionWorkflowId,
  type GoodsReceptionEvent,
  type GoodsReceptionKey,
  type GoodsReceptionWorkflowInput,
  type ReceptionSubject,
} from '../contracts/goods-reception-messages';
import {
  PURCHASE_ORDER_SIGNAL,
  PURCHASE_ORDER_WORKFLOW,
  purchaseOrderWorkflowId,
  type PurchaseOrderEvent,
  type PurchaseOrderSubject,
  type PurchaseOrderWorkflowInput,
} from '../contracts/purchase-order-messages';
import { type RetryLadderName } from '../contracts/retry-ladder';
import { type Direction, searchAttributes, type SyncState } from '../contracts/search-attributes';
import {
  STOCK_SIGNAL,
  STOCK_WORKFLOW,
  stockWorkflowId,
  type StockEvent,
  type StockKey,
  type StockWorkflowInput,
} from '../contracts/stock-messages';
import {
  STORES_SIGNAL,
  STORES_WORKFLOW,
  storesWorkflowId,
  type StoresEvent,
  type StoresWorkflowInput,
} from '../contracts/stores-messages';
import { type Engine, taskQueueOf } from '../contracts/task-queues';
import { type RecordOutcome, SignalDoor, type SignalDoorOptions, type StartOfRun } from './signal-door';

/** A goods reception as whoever tells of it knows it. */
export interface InboxReception extends GoodsReceptionKey {
  readonly storeUid: string;
  readonly subject: ReceptionSubject;
}

/** What a {@link GoodsInbox} needs. */
export interface GoodsInboxOptions extends Pick<SignalDoorOptions, 'callTimeoutMs' | 'metrics'> {
  readonly client: Client;
  readonly retryLadder: RetryLadderName;
  /** Setting `goods.alignAgainAfterSeconds` of a tenant. */
  readonly alignAgainAfterSeconds: (tenantUid: string) => number;
  /** Another task queue than the engines' own, for tests that must not meet. */
  readonly taskQueue?: string;
}

/**
 * The door to the workflows of goods: receptions and the stock of Flow's stores (engine `receivement-sync`), purchase
 * orders and stores of Omnium (engine `exports`). How events gather, repeat and fail: {@link SignalDoor}.
 *
 * Each method returns `duplicate` when an equal event (same workflow, same event id) is recorded already, and throws the
 * Temporal client's ServiceError when the event could not be recorded in time; it may have been.
 */
export class GoodsInbox {
  readonly #options: GoodsInboxOptions;
  readonly #receptions: SignalDoor<GoodsReceptionEvent, GoodsReceptionWorkflowInput>;
  readonly #purchaseOrders: SignalDoor<PurchaseOrderEvent, PurchaseOrderWorkflowInput>;
  readonly #stores: SignalDoor<StoresEvent, StoresWorkflowInput>;
  readonly #stock: SignalDoor<StockEvent, StockWorkflowInput>;

  constructor(options: GoodsInboxOptions) {
    this.#options = options;
    const behind = (workflowType: string, signalName: string): SignalDoorOptions => ({
      ...options,
      workflowType,
      signalName,
    });
    this.#receptions = new SignalDoor(behind(GOODS_RECEPTION_WORKFLOW, GOODS_RECEPTION_SIGNAL));
    this.#purchaseOrders = new SignalDoor(behind(PURCHASE_ORDER_WORKFLOW, PURCHASE_ORDER_SIGNAL));
    this.#stores = new SignalDoor(behind(STORES_WORKFLOW, STORES_SIGNAL));
    this.#stock = new SignalDoor(behind(STOCK_WORKFLOW, STOCK_SIGNAL));
  }

  /** Records that goods were received in a Flow store. */
  recordReception(
    { tenantUid, receivementUid, storeUid, subject }: InboxReception,
    event: GoodsReceptionEvent,
  ): Promise<RecordOutcome> {
    const { retryLadder } = this.#options;
    return this.#receptions.record(goodsReceptionWorkflowId({ tenantUid, receivementUid }), event, {
      ...this.#startOf('receivement-sync', { tenantUid, direction: 'outbound', storeUid }),
      input: { version: 1, tenantUid, receivementUid, storeUid, subject, retryLadder },
      staticSummary: `Goods reception ${receivementUid} · ${storeUid} · Flow → Omnium`,
    });
  }

  /** Records that a purchase order, or a delivery of one, has changed in Omnium. */
  recordPurchaseOrder(subject: PurchaseOrderSubject, event: PurchaseOrderEvent): Promise<RecordOutcome> {
    const { tenantUid } = subject;
    const { retryLadder } = this.#options;
    const name =
      'purchaseOrderId' in subject ? `Purchase order ${subject.purchaseOrderId}` : `Delivery ${subject.deliveryId}`;
    return this.#purchaseOrders.record(purchaseOrderWorkflowId(subject), event, {
      ...this.#startOf('exports', { tenantUid, direction: 'inbound' }),
      input: { version: 1, subject, retryLadder },
      staticSummary: `${name.slice(0, 120)} · Omnium → Flow`,
    });
  }

  /** Records that a store has changed in Omnium; all stores of the tenant are looked at together. */
  recordStores(tenantUid: string, event: StoresEvent): Promise<RecordOutcome> {
    const { retryLadder } = this.#options;
    return this.#stores.record(storesWorkflowId(tenantUid), event, {
      ...this.#startOf('exports', { tenantUid, direction: 'inbound' }),
      input: { version: 1, tenantUid, retryLadder },
      staticSummary: `Stores of ${tenantUid} · Omnium → Flow`,
    });
  }

  /** Records that the stock of a Flow store should be looked at. */
  recordStock({ tenantUid, storeUid }: StockKey, event: StockEvent): Promise<RecordOutcome> {
    const { retryLadder, alignAgainAfterSeconds } = this.#options;
    return this.#stock.record(stockWorkflowId({ tenantUid, storeUid }), event, {
      ...this.#startOf('receivement-sync', { tenantUid, direction: 'outbound', storeUid }),
      input: {
        ...{ version: 1, tenantUid, storeUid, retryLadder },
        alignAgainAfterSeconds: alignAgainAfterSeconds(tenantUid),
      },
      staticSummary: `Stock of ${storeUid} · towards its master`,
    });
  }

  #startOf(
    engine: Engine,
    about: { readonly tenantUid: string; readonly direction: Direction; readonly storeUid?: string },
  ): Pick<StartOfRun<never>, 'taskQueue' | 'typedSearchAttributes'> {
    const syncing: SyncState = 'Syncing';
    const { tenantUid, direction, storeUid } = about;
    return {
      taskQueue: this.#options.taskQueue ?? taskQueueOf(engine),
      typedSearchAttributes: new TypedSearchAttributes([
        { key: searchAttributes.tenantUid, value: tenantUid },
        { key: searchAttributes.direction, value: direction },
        { key: searchAttributes.syncState, value: syncing },
        ...(storeUid === undefined ? [] : [{ key: searchAttributes.storeUid, value: storeUid }]),
      ]),
    };
  }
}
