import { z } from 'zod';

import type { CallContext } from '../http';
import {
  listOf,
  optionalDecimal,
  optionalInteger,
  optionalText,
  optionalTimestamp,
  requiredInteger,
  requiredText,
} from '../wire';
import { FLOW_FILTERS, purchaseOrderStatus } from './assumed';
import type { FlowConnection } from './connection';
import { receivedProductSchema, receivementItemMembers } from './receivements';

/** One line of a purchase order. */
export const flowPurchaseOrderItemSchema = z.object({
  purchaseOrderItemUid: requiredText,
  /** Omnium's `lineItemId` on lines that came from Omnium. */
  externalId: optionalText,
  productUid: requiredText,
  productSku: optionalText,
  productName: optionalText,
  supplierSku: optionalText,
  warehouseUid: optionalText,
  /** Hundredths of a piece. */
  quantityOrdered: requiredInteger,
  /** Hundredths of a piece, over all receivements. Must be there: untold is not "nothing". */
  quantityReceived: requiredInteger,
  quantityReserved: optionalInteger,
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
  deliveryName: optionalText,
  deliveryAddress: optionalText,
  deliveryPostalCode: optionalText,
  deliveryCity: optionalText,
  deliveryCountryCode: optionalText,
  createdAt: optionalTimestamp,
  lastModifiedAt: optionalTimestamp,
};

/** A purchase order. `items` must be there, as on orders. */
export const flowPurchaseOrderSchema = z.object({
  ...purchaseOrderMembers,
  items: z.array(flowPurchaseOrderItemSchema),
});

/** A purchase order as a list shows it: lists are not known to hold lines, so read it before making anything of them. */
export const flowPurchaseOrderHitSchema = z.object({
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

/** Members of a purchase order's line that can be changed later. */
export interface FlowPurchaseOrderItemUpdate {
  readonly externalId?: string;
  readonly supplierSku?: string;
  readonly warehouseUid?: string;
  /** Hundredths of a piece. */
  readonly quantityOrdered?: number;
  /** Hundredths of a piece in all. Moves no stock. */
  readonly quantityReceived?: number;
  /** Cents per piece in the order's currency. */
  readonly unitPrice?: number;
  /** `YYYY-MM-DD`. */
  readonly expectedDeliveryDate?: string;
  /** All of them: what is not in the list is released. */
  readonly reservations?: readonly FlowReservationWrite[];
}

/** Body of a new line. With `purchaseOrderItemUid` given, a second create is answered with 409. */
export interface FlowPurchaseOrderItemWrite extends FlowPurchaseOrderItemUpdate {
  readonly purchaseOrderItemUid?: string;
  readonly productUid: string;
  readonly quantityOrdered: number;
}

/** As Flow spells them. */
export type FlowPurchaseOrderStatus = 'NEW' | 'SENT_TO_SUPPLIER' | 'PARTIALLY_RECEIVED' | 'RECEIVED' | 'CLOSED';

/** Members of a purchase order that can be changed later. */
export interface FlowPurchaseOrderUpdate {
  readonly externalId?: string;
  readonly supplierUid?: string;
  readonly status?: FlowPurchaseOrderStatus;
  /** ISO 4217, one of the tenant's foreign currencies; left out in its own. */
  readonly currency?: string;
  readonly supplierReferenceNumber?: string;
  readonly note?: string;
  readonly deliveryName?: string;
  readonly deliveryAddress?: string;
  readonly deliveryPostalCode?: string;
  readonly deliveryCity?: string;
  readonly deliveryCountryCode?: string;
}

/** Body of a new purchase order. With `purchaseOrderUid` given, a second create is answered with 409. */
export interface FlowPurchaseOrderWrite extends FlowPurchaseOrderUpdate {
  readonly purchaseOrderUid?: string;
  readonly supplierUid: string;
  readonly items?: readonly FlowPurchaseOrderItemWrite[];
}

/** Purchase orders of Flow (flow-api.md §3.8). */
export class FlowPurchaseOrders {
  constructor(private readonly flow: FlowConnection) {}

  /**
   * Purchase orders of a store; with `externalId` those that carry exactly this one. They may come without their lines. The
   * comparison is ours: nothing says that Flow's filter is exact. `GET S/purchase-orders`: API:purchase (flow-api.md §3.8).
   */
  async list(
    storeUid: string,
    { externalId }: { readonly externalId?: string } = {},
    context?: CallContext,
  ): Promise<FlowPurchaseOrder[]> {
    const path = this.flow.paths.purchaseOrders(storeUid);
    const query = { [FLOW_FILTERS.purchaseOrderByExternalId]: externalId };
    const list = { operation: 'GET purchase orders', path, query, item: flowPurchaseOrderHitSchema };
    const found = await this.flow.list(list, context);
    const wanted = found.filter((order) => externalId === undefined || order.externalId === externalId);
    return wanted.map((order) => ({ ...order, storeUid: order.storeUid ?? storeUid }));
  }

  /** The whole purchase order. `GET S/purchase-orders/{uid}`: path assumed (flow-api.md §3.8). */
  async get(storeUid: string, purchaseOrderUid: string, context?: CallContext): Promise<FlowPurchaseOrder | undefined> {
    const path = this.flow.paths.purchaseOrder(storeUid, purchaseOrderUid);
    const request = { operation: 'GET purchase order', method: 'GET', path } as const;
    const order = await this.flow.readIfFound(request, flowPurchaseOrderSchema, context);
    return order && { ...order, storeUid: order.storeUid ?? storeUid };
  }

  /**
   * Makes a purchase order, which the answer may show without its lines. 409 when its uid exists.
   * `POST S/purchase-orders`: API:purchase (flow-api.md §3.8).
   */
  async create(storeUid: string, order: FlowPurchaseOrderWrite, context?: CallContext): Promise<FlowPurchaseOrder> {
    const path = this.flow.paths.purchaseOrders(storeUid);
    const request = { operation: 'POST purchase order', method: 'POST', path, body: order } as const;
    const made = await this.flow.read(request, flowPurchaseOrderHitSchema, context);
    return { ...made, storeUid: made.storeUid ?? storeUid };
  }

  /**
   * Changes the members given. The answer is not read. `PUT S/purchase-orders/{uid}`: path and partial update assumed
   * (flow-api.md §2, §3.8).
   */
  async update(
    storeUid: string,
    purchaseOrderUid: string,
    change: FlowPurchaseOrderUpdate,
    context?: CallContext,
  ): Promise<void> {
    const path = this.flow.paths.purchaseOrder(storeUid, purchaseOrderUid);
    await this.flow.send({ operation: 'PUT purchase order', method: 'PUT', path, body: change }, context);
  }

  /**
   * Deletes a purchase order of which nothing was received; else Flow refuses with 409. False when there was none.
   * `DELETE S/purchase-orders/{uid}`: path and refusal assumed (flow-api.md §3.8).
   */
  delete(storeUid: string, purchaseOrderUid: string, context?: CallContext): Promise<boolean> {
    const path = this.flow.paths.purchaseOrder(storeUid, purchaseOrderUid);
    return this.flow.sendIfFound({ operation: 'DELETE purchase order', method: 'DELETE', path }, context);
  }

  /** Adds a line. 409 when its uid exists. The answer is not read. `POST …/items`: assumed (flow-api.md §3.8). */
  async addItem(
    storeUid: string,
    purchaseOrderUid: string,
    item: FlowPurchaseOrderItemWrite,
    context?: CallContext,
  ): Promise<void> {
    const path = this.flow.paths.purchaseOrderItems(storeUid, purchaseOrderUid);
    await this.flow.send({ operation: 'POST purchase order item', method: 'POST', path, body: item }, context);
  }

  /** Changes members of a line. The answer is not read. `PUT …/items/{itemUid}`: assumed (flow-api.md §3.8). */
  async updateItem(
    storeUid: string,
    purchaseOrderUid: string,
    purchaseOrderItemUid: string,
    change: FlowPurchaseOrderItemUpdate,
    context?: CallContext,
  ): Promise<void> {
    const path = this.flow.paths.purchaseOrderItem(storeUid, purchaseOrderUid, purchaseOrderItemUid);
    await this.flow.send({ operation: 'PUT purchase order item', method: 'PUT', path, body: change }, context);
  }

  /** Removes a line. False when there was none. `DELETE …/items/{itemUid}`: path assumed (flow-api.md §3.8). */
  deleteItem(
    storeUid: string,
    purchaseOrderUid: string,
    purchaseOrderItemUid: string,
    context?: CallContext,
  ): Promise<boolean> {
    const path = this.flow.paths.purchaseOrderItem(storeUid, purchaseOrderUid, purchaseOrderItemUid);
    return this.flow.sendIfFound({ operation: 'DELETE purchase order item', method: 'DELETE', path }, context);
  }
}
