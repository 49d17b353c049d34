import { z } from 'zod';

import type { CallContext } from '../http';
import {
  listOf,
  optionalFlag,
  optionalInteger,
  optionalText,
  optionalTimestamp,
  requiredInteger,
  requiredText,
} from '../wire';
import { auditUser, FLOW_FILTERS, FLOW_NEWEST_CHANGE_FIRST } from './assumed';
import type { FlowConnection } from './connection';
import { flowAddressSchema, type FlowAddressWrite } from './members';
import { changedSince } from './pages';

/** The person at a business who deals with an order. */
export const flowContactSchema = z.object({
  displayName: optionalText,
  firstname: optionalText,
  lastname: optionalText,
  email: optionalText,
});

/** One order line. */
export const flowOrderItemSchema = z.object({
  orderItemUid: requiredText,
  productUid: optionalText,
  sku: optionalText,
  /** Omnium's `lineItemId` on lines that came from Omnium. */
  externalId: optionalText,
  name: optionalText,
  note: optionalText,
  /** Hundredths of a piece. */
  quantity: requiredInteger,
  quantityDelivered: optionalInteger,
  quantitySettled: optionalInteger,
  quantityReserved: optionalInteger,
  /** Cents per piece, including VAT. */
  itemPrice: requiredInteger,
  /** Cents for the whole line. */
  itemDiscountAmount: optionalInteger,
  itemVatAmount: optionalInteger,
  discountReasonCode: optionalText,
  /** On a returned line: why. */
  returnReasonCode: optionalText,
  /** Hundredths of a percent: 2500 is 25 %. */
  vatRate: optionalInteger,
  /** On a returned line: the line of the sale it belongs to. */
  orderLinks: listOf(z.object({ orderUid: requiredText, orderItemUid: requiredText })),
  /** Cents for the whole line after discount. */
  totalPrice: optionalInteger,
  parentOrderItemUid: optionalText,
});

/** One payment on an order. */
export const flowSettlementSchema = z.object({
  settlementUid: requiredText,
  /** Cents. */
  amount: requiredInteger,
  /** Omnium's payment id on pre-payments that came from Omnium. */
  externalId: optionalText,
  externalPaymentReference: optionalText,
  storePaymentMethodUid: optionalText,
  settlementCode: optionalText,
  state: optionalText,
  status: optionalText,
  settledAt: optionalTimestamp,
  orderReceiptUid: optionalText,
});

/** A handling attached to an order, e.g. click & collect. */
export const flowOrderHandlingSchema = z.object({
  orderHandlingUid: optionalText,
  handlingUid: requiredText,
  state: optionalText,
  active: optionalFlag,
});

/** Totals of an order in cents. */
export const flowOrderTotalsSchema = z.object({
  totalAmount: requiredInteger,
  totalVatAmount: optionalInteger,
  totalDiscountAmount: optionalInteger,
  totalSettled: optionalInteger,
  /** What cash rounding added to (or took from) `totalAmount`, which is without it. */
  cashRounding: optionalInteger,
});

/** A discount on an order. Those on the whole order are in no line's discount, only in the order's totals. */
export const flowDiscountSchema = z.object({
  orderDiscountUid: optionalText,
  /** `AMOUNT` or `PERCENTAGE`: the unit of `amount` is cents or hundredths of a percent. */
  type: optionalText,
  amount: optionalInteger,
  /** `WHOLE_ORDER`, or lines of it. */
  scope: optionalText,
  name: optionalText,
  discountReasonCode: optionalText,
});

/** A full order. `items` must be there: an order whose lines are not told must never look like an order without lines. */
export const flowOrderSchema = z.object({
  orderUid: requiredText,
  storeUid: requiredText,
  orderNumber: optionalText,
  externalOrderNumber: optionalText,
  /** Number of the last receipt. */
  voucherNumber: optionalText,
  type: optionalText,
  /** `OPEN`, `PARKED`, `CONFIRMED`, `COMPLETE`, `CANCELLED`, or one we do not know. */
  orderState: requiredText,
  settleState: optionalText,
  deliveryState: optionalText,
  customerUid: optionalText,
  customerAddress: flowAddressSchema.optional(),
  customerContact: flowContactSchema.optional(),
  shippingAddress: flowAddressSchema.optional(),
  invoiceAddress: flowAddressSchema.optional(),
  deliveryDate: optionalTimestamp,
  validUntil: optionalTimestamp,
  note: optionalText,
  internalNote: optionalText,
  items: z.array(flowOrderItemSchema),
  settlements: listOf(flowSettlementSchema),
  orderhandlings: listOf(flowOrderHandlingSchema),
  discounts: listOf(flowDiscountSchema),
  orderTotals: flowOrderTotalsSchema,
  /** When the last payment was taken. */
  settledAt: optionalTimestamp,
  createdAt: optionalTimestamp,
  createdBy: auditUser,
  lastModifiedAt: optionalTimestamp,
  lastModifiedBy: auditUser,
});

/** An order as lists show it: lists are not known to hold lines, so read the full order before comparing anything. */
export const flowOrderSummarySchema = z.object({
  orderUid: requiredText,
  storeUid: optionalText,
  orderNumber: optionalText,
  externalOrderNumber: optionalText,
  type: optionalText,
  orderState: optionalText,
  settleState: optionalText,
  deliveryState: optionalText,
  lastModifiedAt: optionalTimestamp,
});

export type FlowContact = z.infer<typeof flowContactSchema>;
export type FlowOrderItem = z.infer<typeof flowOrderItemSchema>;
export type FlowSettlement = z.infer<typeof flowSettlementSchema>;
export type FlowOrderHandling = z.infer<typeof flowOrderHandlingSchema>;
export type FlowOrderTotals = z.infer<typeof flowOrderTotalsSchema>;
export type FlowOrder = z.infer<typeof flowOrderSchema>;
export type FlowOrderSummary = z.infer<typeof flowOrderSummarySchema>;
export type FlowDiscount = z.infer<typeof flowDiscountSchema>;

/** Members of an order that can be written; `internalNote` in every state that is not final, the others while it is open. */
export interface FlowOrderFields {
  readonly externalOrderNumber?: string;
  /** Setting another customer makes Flow price all lines anew. */
  readonly customerUid?: string;
  readonly customerAddress?: FlowAddressWrite;
  readonly shippingAddress?: FlowAddressWrite;
  readonly invoiceAddress?: FlowAddressWrite;
  readonly deliveryDate?: string;
  /** ISO-8601 timestamp. */
  readonly validUntil?: string;
  readonly note?: string;
  readonly internalNote?: string;
}

/** Body of a new order. With `orderUid` given, a second create is answered with 409 instead of making a second order. */
export interface FlowOrderWrite extends FlowOrderFields {
  readonly orderUid?: string;
  readonly type: 'ORDER' | 'RETURN';
  readonly items?: readonly FlowItemWrite[];
}

/** Body of an order update: only members present change. */
export interface FlowOrderUpdate extends FlowOrderFields {
  readonly orderState?: 'OPEN' | 'PARKED' | 'CONFIRMED' | 'CANCELLED';
}

/** Members of a line that can be changed later. */
export interface FlowItemUpdate {
  /** Hundredths of a piece. */
  readonly quantity?: number;
  /** Cents per piece including VAT; without it Flow takes its own price. */
  readonly itemPrice?: number;
  /** Cents for the whole line. */
  readonly itemDiscountAmount?: number;
  readonly discountReasonCode?: string;
  readonly externalId?: string;
  readonly name?: string;
  readonly note?: string;
}

/** Body of a new line. The product is named by uid or by SKU. */
export interface FlowItemWrite extends FlowItemUpdate {
  readonly orderItemUid?: string;
  readonly productUid?: string;
  readonly sku?: string;
  readonly quantity: number;
}

/** Body of a new settlement. With `settlementUid` given, a second create is answered with 409. */
export interface FlowSettlementWrite {
  readonly settlementUid?: string;
  /** Cents. */
  readonly amount: number;
  readonly storePaymentMethodUid: string;
  readonly externalId?: string;
}

/** Which orders of a store are wanted. */
export interface FlowOrderListFilter {
  /** ISO-8601, inclusive. */
  readonly modifiedFrom?: string;
  readonly externalOrderNumber?: string;
}

/** An order within its store. */
export interface FlowOrderRef {
  readonly storeUid: string;
  readonly orderUid: string;
}

/** A line within its order. */
export interface FlowItemRef extends FlowOrderRef {
  readonly orderItemUid: string;
}

/** Orders of Flow (flow-api.md §3.7). */
export class FlowOrders {
  constructor(private readonly flow: FlowConnection) {}

  /** The full order. `GET T/orders/{orderUid}`: API:order (flow-api.md §3.7). */
  get(orderUid: string, context?: CallContext): Promise<FlowOrder | undefined> {
    const request = { operation: 'GET order', method: 'GET', path: this.flow.paths.order(orderUid) } as const;
    return this.flow.readIfFound(request, flowOrderSchema, context);
  }

  /**
   * Orders of a store that carry exactly this external number. The comparison is ours: nothing says that Flow's filter is
   * exact, and a wrong match would overwrite somebody else's order. `GET S/orders`: API:order (flow-api.md §3.7).
   */
  async findByExternalNumber(
    storeUid: string,
    externalOrderNumber: string,
    context?: CallContext,
  ): Promise<FlowOrderSummary[]> {
    const path = this.flow.paths.storeOrders(storeUid);
    const query = { [FLOW_FILTERS.orderByExternalNumber]: externalOrderNumber };
    const list = { operation: 'GET orders', path, query, item: flowOrderSummarySchema };
    const found = await this.flow.list(list, context);
    return found.filter((order) => order.externalOrderNumber === externalOrderNumber);
  }

  /**
   * Orders of a store, newest change first, in batches; with `modifiedFrom` only those changed then or later, and no page
   * beyond that is asked for. Each order comes once. `GET S/orders`: API:order; its sorting: flow-api.md §2.
   */
  async *list(
    storeUid: string,
    { modifiedFrom, externalOrderNumber }: FlowOrderListFilter = {},
    context?: CallContext,
  ): AsyncGenerator<FlowOrderSummary[], void, undefined> {
    const query = { ...FLOW_NEWEST_CHANGE_FIRST, [FLOW_FILTERS.orderByExternalNumber]: externalOrderNumber };
    const path = this.flow.paths.storeOrders(storeUid);
    const uidOf = ({ orderUid }: FlowOrderSummary): string => orderUid;
    const pages = this.flow.pages(
      { operation: 'GET orders', path, query, item: flowOrderSummarySchema, uidOf },
      context,
    );
    for await (const orders of changedSince(pages, modifiedFrom)) {
      const wanted = orders.filter(
        (order) => externalOrderNumber === undefined || order.externalOrderNumber === externalOrderNumber,
      );
      if (wanted.length > 0) yield wanted;
    }
  }

  /** Makes an order. 409 when its `orderUid` exists. `POST S/orders`: assumed (flow-api.md §3.7). */
  create(storeUid: string, order: FlowOrderWrite, context?: CallContext): Promise<FlowOrder> {
    const path = this.flow.paths.storeOrders(storeUid);
    return this.flow.read({ operation: 'POST order', method: 'POST', path, body: order }, flowOrderSchema, context);
  }

  /** Changes the members given and answers the whole order. `PUT S/orders/{orderUid}`: assumed (flow-api.md §3.7). */
  update(ref: FlowOrderRef, change: FlowOrderUpdate, context?: CallContext): Promise<FlowOrder> {
    const path = this.flow.paths.storeOrder(ref.storeUid, ref.orderUid);
    return this.flow.read({ operation: 'PUT order', method: 'PUT', path, body: change }, flowOrderSchema, context);
  }

  /** Adds a line to an open order. The answer is not read. `POST S/orders/{o}/items`: assumed (flow-api.md §3.7). */
  async addItem(ref: FlowOrderRef, item: FlowItemWrite, context?: CallContext): Promise<void> {
    const path = this.flow.paths.items(ref.storeUid, ref.orderUid);
    await this.flow.send({ operation: 'POST order item', method: 'POST', path, body: item }, context);
  }

  /** Changes a line of an open order. The answer is not read. `PUT …/items/{orderItemUid}`: assumed (flow-api.md §3.7). */
  async updateItem(ref: FlowItemRef, change: FlowItemUpdate, context?: CallContext): Promise<void> {
    const path = this.itemPath(ref);
    await this.flow.send({ operation: 'PUT order item', method: 'PUT', path, body: change }, context);
  }

  /** Removes a line of an open order. `DELETE …/items/{orderItemUid}`: assumed (flow-api.md §3.7). */
  async deleteItem(ref: FlowItemRef, context?: CallContext): Promise<void> {
    await this.flow.send({ operation: 'DELETE order item', method: 'DELETE', path: this.itemPath(ref) }, context);
  }

  /** Attaches a handling to an order. `POST S/orders/{o}/handlings`: API:orderhandling (flow-api.md §3.7). */
  addHandling(ref: FlowOrderRef, handlingUid: string, context?: CallContext): Promise<FlowOrderHandling> {
    const path = this.flow.paths.handlings(ref.storeUid, ref.orderUid);
    const request = { operation: 'POST order handling', method: 'POST', path, body: { handlingUid } } as const;
    return this.flow.read(request, flowOrderHandlingSchema, context);
  }

  /**
   * Adds a payment to an order. 409 when its `settlementUid` exists.
   * `POST S/orders/{o}/settlements`: API:ordersettlement (flow-api.md §3.7).
   */
  addSettlement(ref: FlowOrderRef, settlement: FlowSettlementWrite, context?: CallContext): Promise<FlowSettlement> {
    const path = this.flow.paths.settlements(ref.storeUid, ref.orderUid);
    const request = { operation: 'POST order settlement', method: 'POST', path, body: settlement } as const;
    return this.flow.read(request, flowSettlementSchema, context);
  }

  private itemPath({ storeUid, orderUid, orderItemUid }: FlowItemRef): string {
    return `${this.flow.paths.items(storeUid, orderUid)}/${encodeURIComponent(orderItemUid)}`;
  }
}
