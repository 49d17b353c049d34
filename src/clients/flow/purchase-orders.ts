import { z } from 'zod';

import { compact } from '../../domain/compact';
import { path, type CallContext } from '../http';
import {
  listOf,
  optionalDecimal,
  optionalInteger,
  optionalText,
  optionalTimestamp,
  requiredInteger,
  requiredText,
  type Body,
} from '../wire';
import { FLOW_FILTERS, purchaseOrderStatus } from './assumed';
import { FlowResource } from './connection';

const receivedProductSchema = z.object({ productUid: requiredText, name: optionalText, sku: optionalText });

const receivementItemMembers = {
  receivementItemUid: requiredText,
  /** The line of the purchase order; without it the goods were not ordered on it. */
  purchaseOrderItemUid: optionalText,
  /** Hundredths of a piece; below zero takes back what was received before. */
  quantity: requiredInteger,
  /** Cents per piece, in the tenant's currency. */
  unitCost: optionalInteger,
  serialnumber: optionalText,
  note: optionalText,
  status: optionalText,
};

/** One line of a receivement. Goods with serial numbers have a line for each piece. */
const flowReceivementItemSchema = z.object({ ...receivementItemMembers, product: receivedProductSchema });

/** Goods that came in at one time. It never changes once made. */
const flowReceivementSchema = z.object({
  receivementUid: requiredText,
  storeUid: optionalText,
  warehouseUid: requiredText,
  /** Absent on goods that came without a purchase order. */
  purchaseOrderUid: optionalText,
  externalId: optionalText,
  /** Must be there: a receivement whose lines are missing must never look like one that brought nothing. */
  items: z.array(flowReceivementItemSchema),
  createdAt: optionalTimestamp,
  lastModifiedAt: optionalTimestamp,
});

export type FlowReceivement = z.infer<typeof flowReceivementSchema> & { readonly storeUid: string };

/** Goods that came into a store (flow-api.md §3.8). */
export class FlowReceivements extends FlowResource {
  /** The receivement. `GET S/receivements/{receivementUid}`: assumed (flow-api.md §3.8). */
  async get(storeUid: string, receivementUid: string, context?: CallContext): Promise<FlowReceivement | undefined> {
    const request = {
      operation: 'GET receivement',
      path: path`/stores/${storeUid}/receivements/${receivementUid}`,
    } as const;
    const receivement = await this.flow.readIfFound(request, flowReceivementSchema, context);
    return receivement && { ...receivement, storeUid: receivement.storeUid ?? storeUid };
  }

  /**
   * Receivements of a store, newest first, in batches, none of them empty; with `modifiedFrom` (ISO-8601) only those of then or
   * later, and no page beyond that is asked for. Each comes once. `GET S/receivements`: API:receivement, path assumed.
   */
  async *list(
    storeUid: string,
    filter: { readonly modifiedFrom?: string; readonly purchaseOrderUid?: string; readonly productUid?: string } = {},
    context?: CallContext,
  ): AsyncGenerator<FlowReceivement[], void, undefined> {
    const list = {
      operation: 'GET receivements',
      path: path`/stores/${storeUid}/receivements`,
      query: compact({
        [FLOW_FILTERS.receivementByPurchaseOrder]: filter.purchaseOrderUid,
        [FLOW_FILTERS.receivementByProduct]: filter.productUid,
      }),
      item: flowReceivementSchema,
      uidOf: ({ receivementUid }: { readonly receivementUid: string }) => receivementUid,
    } as const;
    for await (const batch of this.flow.changedSince(list, filter.modifiedFrom, context)) {
      yield batch.map((receivement) => ({ ...receivement, storeUid: receivement.storeUid ?? storeUid }));
    }
  }
}

/** One line of a purchase order. */
const flowPurchaseOrderItemSchema = z.object({
  purchaseOrderItemUid: requiredText,
  /** Omnium's `lineItemId` on lines that came from Omnium. */
  externalId: optionalText,
  productUid: requiredText,
  productSku: optionalText,
  supplierSku: optionalText,
  warehouseUid: optionalText,
  /** Hundredths of a piece. */
  quantityOrdered: requiredInteger,
  /** Hundredths of a piece, over all receivements. Must be there: missing is not "nothing". */
  quantityReceived: requiredInteger,
  /** Cents per piece in the order's currency. */
  unitPrice: optionalInteger,
  /** `YYYY-MM-DD`. */
  expectedDeliveryDate: optionalTimestamp,
  /** Customer orders that wait for the goods. */
  reservations: listOf(
    z.object({
      orderUid: optionalText,
      orderItemUid: optionalText,
      orderNumber: optionalText,
      quantity: optionalInteger,
    }),
  ),
  receivementItems: listOf(
    z.object({ ...receivementItemMembers, receivementUid: optionalText, product: receivedProductSchema.optional() }),
  ),
});

const purchaseOrderMembers = {
  purchaseOrderUid: requiredText,
  storeUid: optionalText,
  /** Omnium's `purchaseOrderId` on those that came from Omnium; others were made in the shop. */
  externalId: optionalText,
  /** The number that people read. */
  purchaseOrderNumber: optionalText,
  supplierUid: optionalText,
  /** `NEW`, `SENT_TO_SUPPLIER`, `PARTIALLY_RECEIVED`, `RECEIVED`, `CLOSED`, or one we do not know. */
  status: purchaseOrderStatus,
  /** ISO 4217; absent in the tenant's own currency. */
  currency: optionalText,
  exchangeRate: optionalDecimal,
  supplierReferenceNumber: optionalText,
  note: optionalText,
  createdAt: optionalTimestamp,
  lastModifiedAt: optionalTimestamp,
};

/** A purchase order. `items` must be there, as on orders. */
export const flowPurchaseOrderSchema = z.object({
  ...purchaseOrderMembers,
  items: z.array(flowPurchaseOrderItemSchema),
});

/** A purchase order as a list shows it: lists are not known to hold lines, so read it before making anything of them. */
const flowPurchaseOrderHitSchema = z.object({
  ...purchaseOrderMembers,
  items: listOf(flowPurchaseOrderItemSchema),
});

export type FlowPurchaseOrderItem = z.infer<typeof flowPurchaseOrderItemSchema>;
export type FlowPurchaseOrder = z.infer<typeof flowPurchaseOrderSchema> & { readonly storeUid: string };

/** A customer order that waits for goods of a purchase order's line. */
export interface FlowReservationWrite {
  readonly orderUid: string;
  readonly orderItemUid: string;
  /** Hundredths of a piece. */
  readonly quantity: number;
}

/**
 * Members of a purchase order's line that can be changed later. `quantityReceived` is that in all, and moves no stock; of
 * `reservations` what is not in the list is released.
 */
export type FlowPurchaseOrderItemUpdate = Body<
  Pick<
    FlowPurchaseOrderItem,
    | 'externalId'
    | 'supplierSku'
    | 'warehouseUid'
    | 'quantityOrdered'
    | 'quantityReceived'
    | 'unitPrice'
    | 'expectedDeliveryDate'
  >
> & { readonly reservations?: readonly FlowReservationWrite[] };

/** Body of a new line. */
export type FlowPurchaseOrderItemWrite = FlowPurchaseOrderItemUpdate & {
  readonly purchaseOrderItemUid?: string;
  readonly productUid: string;
  readonly quantityOrdered: number;
};

/** As Flow spells them. */
export type FlowPurchaseOrderStatus = 'NEW' | 'SENT_TO_SUPPLIER' | 'PARTIALLY_RECEIVED' | 'RECEIVED' | 'CLOSED';

/** Members of a purchase order that can be changed later. `currency` is left out in the tenant's own. */
export type FlowPurchaseOrderUpdate = Body<
  Omit<FlowPurchaseOrder, 'purchaseOrderUid' | 'storeUid' | 'status' | 'items' | 'createdAt' | 'lastModifiedAt'>
> & {
  readonly status?: FlowPurchaseOrderStatus;
};

/** Purchase orders of Flow (flow-api.md §3.8). */
export class FlowPurchaseOrders extends FlowResource {
  /**
   * Purchase orders of a store; with `externalId` those that carry exactly this one. They may come without their lines. The
   * comparison is ours: nothing says that Flow's filter is exact. `GET S/purchase-orders`: API:purchase (flow-api.md §3.8).
   */
  async list(
    storeUid: string,
    { externalId }: { readonly externalId?: string } = {},
    context?: CallContext,
  ): Promise<FlowPurchaseOrder[]> {
    const found = await this.flow.list(
      {
        operation: 'GET purchase orders',
        path: path`/stores/${storeUid}/purchase-orders`,
        query: { [FLOW_FILTERS.purchaseOrderByExternalId]: externalId },
        item: flowPurchaseOrderHitSchema,
      },
      context,
    );
    const desired = found.filter((order) => externalId === undefined || order.externalId === externalId);
    return desired.map((order) => ({ ...order, storeUid: order.storeUid ?? storeUid }));
  }

  /** The whole purchase order. `GET S/purchase-orders/{uid}`: path assumed (flow-api.md §3.8). */
  async get(storeUid: string, uid: string, context?: CallContext): Promise<FlowPurchaseOrder | undefined> {
    const request = {
      operation: 'GET purchase order',
      path: path`/stores/${storeUid}/purchase-orders/${uid}`,
    } as const;
    const order = await this.flow.readIfFound(request, flowPurchaseOrderSchema, context);
    return order && { ...order, storeUid: order.storeUid ?? storeUid };
  }

  /** Makes a purchase order, which the answer may show without its lines. `POST S/purchase-orders`: API:purchase (flow-api.md §3.8). */
  async create(
    storeUid: string,
    body: FlowPurchaseOrderUpdate & {
      readonly purchaseOrderUid?: string;
      readonly supplierUid: string;
      readonly items?: readonly FlowPurchaseOrderItemWrite[];
    },
    context?: CallContext,
  ): Promise<FlowPurchaseOrder> {
    const request = {
      operation: 'POST purchase order',
      path: path`/stores/${storeUid}/purchase-orders`,
      body,
    } as const;
    const made = await this.flow.read(request, flowPurchaseOrderHitSchema, context);
    return { ...made, storeUid: made.storeUid ?? storeUid };
  }

  /** Changes a purchase order. `PUT S/purchase-orders/{uid}`: path and partial update assumed (flow-api.md §2, §3.8). */
  update(storeUid: string, uid: string, body: FlowPurchaseOrderUpdate, context?: CallContext): Promise<void> {
    const order = path`/stores/${storeUid}/purchase-orders/${uid}`;
    return this.flow.send({ operation: 'PUT purchase order', path: order, body }, context);
  }

  /**
   * Deletes a purchase order of which nothing was received; else Flow refuses with 409.
   * `DELETE S/purchase-orders/{uid}`: path and refusal assumed (flow-api.md §3.8).
   */
  delete(storeUid: string, uid: string, context?: CallContext): Promise<boolean> {
    const order = path`/stores/${storeUid}/purchase-orders/${uid}`;
    return this.flow.sendIfFound({ operation: 'DELETE purchase order', path: order }, context);
  }

  /** Adds a line. `POST …/items`: assumed (flow-api.md §3.8). */
  addItem(storeUid: string, uid: string, body: FlowPurchaseOrderItemWrite, context?: CallContext): Promise<void> {
    const items = path`/stores/${storeUid}/purchase-orders/${uid}/items`;
    return this.flow.send({ operation: 'POST purchase order item', path: items, body }, context);
  }

  /** Changes a line. `PUT …/items/{itemUid}`: assumed (flow-api.md §3.8). */
  updateItem(
    storeUid: string,
    uid: string,
    itemUid: string,
    body: FlowPurchaseOrderItemUpdate,
    context?: CallContext,
  ): Promise<void> {
    const item = path`/stores/${storeUid}/purchase-orders/${uid}/items/${itemUid}`;
    return this.flow.send({ operation: 'PUT purchase order item', path: item, body }, context);
  }

  /** Removes a line. `DELETE …/items/{itemUid}`: path assumed (flow-api.md §3.8). */
  deleteItem(storeUid: string, uid: string, itemUid: string, context?: CallContext): Promise<boolean> {
    const item = path`/stores/${storeUid}/purchase-orders/${uid}/items/${itemUid}`;
    return this.flow.sendIfFound({ operation: 'DELETE purchase order item', path: item }, context);
  }
}
