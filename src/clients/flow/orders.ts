import { z } from 'zod';

import { path, type CallContext } from '../http';
import {
  listOf,
  optionalFlag,
  optionalInteger,
  optionalText,
  optionalTimestamp,
  requiredInteger,
  requiredText,
  type Body,
} from '../wire';
import { auditUser, FLOW_FILTERS, inKnownSpellings } from './assumed';
import { FlowResource } from './connection';
import { flowAddressSchema } from './members';

/** The person at a business who deals with an order. */
const flowContactSchema = z.object({
  displayName: optionalText,
  firstname: optionalText,
  lastname: optionalText,
  email: optionalText,
});

/**
 * One order line. What is handed over and paid of it, and its VAT, is required: an absent member is no zero (only assumed names,
 * flow-api.md §3.7).
 */
const flowOrderItemSchema = inKnownSpellings(
  ['quantityDelivered', 'quantitySettled', 'vatRate', 'itemVatAmount'],
  z
    .object({
      orderItemUid: requiredText,
      productUid: optionalText,
      sku: optionalText,
      /** Omnium's `lineItemId` on lines that came from Omnium. */
      externalId: optionalText,
      name: optionalText,
      note: optionalText,
      /** Hundredths of a piece. */
      quantity: requiredInteger,
      quantityDelivered: requiredInteger,
      quantitySettled: requiredInteger,
      /** Cents per piece, including VAT. */
      itemPrice: requiredInteger,
      /** Cents for the whole line. */
      itemDiscountAmount: optionalInteger,
      /** Cents for the whole line. */
      itemVatAmount: optionalInteger,
      discountReasonCode: optionalText,
      /** On a returned line: why. */
      returnReasonCode: optionalText,
      /** Hundredths of a percent: 2500 is 25 %. */
      vatRate: requiredInteger,
      /** On a returned line: the line of the sale it belongs to. */
      orderLinks: z.array(z.object({ orderUid: requiredText, orderItemUid: requiredText })).optional(),
      /** Cents for the whole line after discount. */
      totalPrice: optionalInteger,
      parentOrderItemUid: optionalText,
    })
    // One of them is enough to know what the line costs; with neither a discount could be missed.
    .refine(({ itemDiscountAmount, totalPrice }) => itemDiscountAmount !== undefined || totalPrice !== undefined, {
      path: ['itemDiscountAmount'],
      error: 'missing',
    }),
);

/** One payment on an order. Without a word about how far it has come it could be a failed one. */
const flowSettlementSchema = inKnownSpellings(
  ['orderReceiptUid'],
  z
    .object({
      settlementUid: requiredText,
      /** Cents. */
      amount: requiredInteger,
      /** Omnium's payment id on pre-payments that came from Omnium (flow-api.md §9). */
      externalId: optionalText,
      externalPaymentReference: optionalText,
      storePaymentMethodUid: optionalText,
      settlementCode: optionalText,
      state: optionalText,
      status: optionalText,
      settledAt: optionalTimestamp,
      orderReceiptUid: optionalText,
    })
    .refine(({ state, status }) => state !== undefined || status !== undefined, { path: ['state'], error: 'missing' }),
);

/** A handling attached to an order, e.g. click & collect. */
const flowOrderHandlingSchema = z.object({
  orderHandlingUid: optionalText,
  handlingUid: requiredText,
  state: optionalText,
  active: optionalFlag,
});

/** Totals of an order in cents. What is optional here is compared where it is told, and can be found without it. */
const flowOrderTotalsSchema = inKnownSpellings(
  ['totalVatAmount'],
  z.object({
    totalAmount: requiredInteger,
    totalVatAmount: optionalInteger,
    /** What cash rounding added to (or took from) `totalAmount`, which is without it. */
    cashRounding: optionalInteger,
  }),
);

/**
 * A full order. Its documented members that goods and money hang on must be there: an order whose lines, payments or states are
 * missing must never look like one without any.
 */
export const flowOrderSchema = z
  .object({
    orderUid: requiredText,
    storeUid: requiredText,
    orderNumber: optionalText,
    externalOrderNumber: optionalText,
    /** Number of the last receipt. */
    voucherNumber: optionalText,
    type: optionalText,
    /** `OPEN`, `PARKED`, `CONFIRMED`, `COMPLETE`, `CANCELLED`, or one we do not know. */
    orderState: requiredText,
    settleState: requiredText,
    deliveryState: requiredText,
    /** Sold without VAT, whatever the rates of its lines say. */
    vatFree: optionalFlag,
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
    settlements: z.array(flowSettlementSchema).optional(),
    orderhandlings: listOf(flowOrderHandlingSchema),
    /** Those on the whole order are in no line's discount, only in the order's total. */
    discounts: z.array(z.unknown()).optional(),
    orderTotals: flowOrderTotalsSchema,
    /** When the last payment was taken. */
    settledAt: optionalTimestamp,
    createdAt: optionalTimestamp,
    createdBy: auditUser,
    lastModifiedAt: optionalTimestamp,
    lastModifiedBy: auditUser,
  })
  // Goods that come back without their links would be taken for goods whose sale is not known, payments that are not shown for
  // none. Where nothing was paid by Flow's own word, or nothing comes back, no list and an empty one are the same.
  .superRefine(({ type, items, settlements, settleState }, context) => {
    if (settlements === undefined && settleState !== 'NOT_STARTED')
      context.addIssue({ code: 'custom', path: ['settlements'], message: 'missing' });
    for (const [index, { quantity, orderLinks }] of items.entries()) {
      if (orderLinks === undefined && (quantity < 0 || type === 'RETURN'))
        context.addIssue({ code: 'custom', path: ['items', index, 'orderLinks'], message: 'missing' });
    }
  })
  .transform(({ settlements = [], ...order }) => ({
    ...order,
    settlements,
    items: order.items.map(({ orderLinks = [], ...item }) => ({ ...item, orderLinks })),
  }));

/** An order as lists show it: lists are not known to hold lines, so read the full order before comparing anything. */
const flowOrderSummarySchema = z.object({
  orderUid: requiredText,
  storeUid: optionalText,
  orderNumber: optionalText,
  externalOrderNumber: optionalText,
  customerUid: optionalText,
  type: optionalText,
  orderState: optionalText,
  settleState: optionalText,
  deliveryState: optionalText,
  lastModifiedAt: optionalTimestamp,
});

export type FlowOrder = z.infer<typeof flowOrderSchema>;
export type FlowOrderItem = FlowOrder['items'][number];
export type FlowSettlement = z.infer<typeof flowSettlementSchema>;
export type FlowOrderSummary = z.infer<typeof flowOrderSummarySchema>;

/**
 * Members of an order that can be written; `internalNote` in every state that is not final, the others while it is open.
 * Another `customerUid` makes Flow price all lines anew.
 */
type OrderBody = Body<
  Pick<
    FlowOrder,
    | 'externalOrderNumber'
    | 'customerUid'
    | 'customerAddress'
    | 'shippingAddress'
    | 'invoiceAddress'
    | 'deliveryDate'
    | 'validUntil'
    | 'note'
    | 'internalNote'
  >
>;

/** Body of an order update. */
export type FlowOrderUpdate = OrderBody & { readonly orderState?: 'OPEN' | 'PARKED' | 'CONFIRMED' | 'CANCELLED' };

/** Members of a line that can be changed later. Without `itemPrice` Flow takes its own price. */
type ItemBody = Body<
  Pick<
    FlowOrderItem,
    'quantity' | 'itemPrice' | 'itemDiscountAmount' | 'discountReasonCode' | 'externalId' | 'name' | 'note'
  >
>;

/** Body of a new line. The product is named by uid or by SKU. */
export type FlowItemWrite = ItemBody &
  Body<Pick<FlowOrderItem, 'orderItemUid' | 'productUid' | 'sku'>> & { readonly quantity: number };

interface OrderRef {
  readonly storeUid: string;
  readonly orderUid: string;
}

/** Orders of Flow (flow-api.md §3.7). */
export class FlowOrders extends FlowResource {
  /** The full order. `GET T/orders/{orderUid}`: API:order (flow-api.md §3.7). */
  get(orderUid: string, context?: CallContext): Promise<FlowOrder | undefined> {
    return this.flow.readIfFound({ operation: 'GET order', path: path`/orders/${orderUid}` }, flowOrderSchema, context);
  }

  /**
   * Orders of a store that carry exactly this external number. The comparison is ours: nothing says that Flow's filter is
   * exact, and a wrong match would overwrite another order. `GET S/orders`: API:order (flow-api.md §3.7).
   */
  async findByExternalNumber(
    storeUid: string,
    externalOrderNumber: string,
    context?: CallContext,
  ): Promise<FlowOrderSummary[]> {
    const query = { [FLOW_FILTERS.orderByExternalNumber]: externalOrderNumber };
    const list = {
      operation: 'GET orders',
      path: path`/stores/${storeUid}/orders`,
      query,
      item: flowOrderSummarySchema,
    } as const;
    const found = await this.flow.list(list, context);
    return found.filter((order) => order.externalOrderNumber === externalOrderNumber);
  }

  /** Orders of a store that the customer is on; one page. `GET S/orders`: API:order (flow-api.md §3.7). */
  async findByCustomer(storeUid: string, customerUid: string, context?: CallContext): Promise<FlowOrderSummary[]> {
    const query = { [FLOW_FILTERS.orderByCustomer]: customerUid };
    const orders = path`/stores/${storeUid}/orders`;
    const list = { operation: 'GET orders', path: orders, query, item: flowOrderSummarySchema } as const;
    const { items } = await this.flow.page(list, undefined, context);
    // Nothing says that the filter is exact, and an order of somebody else would say who this customer is.
    return items.filter((order) => order.customerUid === customerUid);
  }

  /**
   * Orders of a store, newest change first, in batches; with `modifiedFrom` (ISO-8601) only those changed then or later, and no
   * page beyond that is asked for. Each order comes once. `GET S/orders`: API:order.
   */
  list(
    storeUid: string,
    { modifiedFrom }: { readonly modifiedFrom?: string } = {},
    context?: CallContext,
  ): AsyncGenerator<FlowOrderSummary[], void, undefined> {
    return this.flow.changedSince(
      {
        operation: 'GET orders',
        path: path`/stores/${storeUid}/orders`,
        item: flowOrderSummarySchema,
        uidOf: ({ orderUid }) => orderUid,
      },
      modifiedFrom,
      context,
    );
  }

  /** Makes an order. `POST S/orders`: assumed (flow-api.md §3.7). */
  create(
    storeUid: string,
    body: OrderBody & {
      readonly orderUid?: string;
      readonly type: 'ORDER' | 'RETURN';
      readonly items?: readonly FlowItemWrite[];
    },
    context?: CallContext,
  ): Promise<FlowOrder> {
    return this.flow.read(
      { operation: 'POST order', path: path`/stores/${storeUid}/orders`, body },
      flowOrderSchema,
      context,
    );
  }

  /** Changes an order and answers it whole. `PUT S/orders/{orderUid}`: assumed (flow-api.md §3.7). */
  update({ storeUid, orderUid }: OrderRef, body: FlowOrderUpdate, context?: CallContext): Promise<FlowOrder> {
    const request = { operation: 'PUT order', path: path`/stores/${storeUid}/orders/${orderUid}`, body } as const;
    return this.flow.read(request, flowOrderSchema, context);
  }

  /** Adds a line to an open order. `POST S/orders/{o}/items`: assumed (flow-api.md §3.7). */
  addItem({ storeUid, orderUid }: OrderRef, body: FlowItemWrite, context?: CallContext): Promise<void> {
    const items = path`/stores/${storeUid}/orders/${orderUid}/items`;
    return this.flow.send({ operation: 'POST order item', path: items, body }, context);
  }

  /** Changes a line of an open order. `PUT …/items/{orderItemUid}`: assumed (flow-api.md §3.7). */
  updateItem(
    { storeUid, orderUid, orderItemUid }: OrderRef & { readonly orderItemUid: string },
    body: ItemBody,
    context?: CallContext,
  ): Promise<void> {
    const item = path`/stores/${storeUid}/orders/${orderUid}/items/${orderItemUid}`;
    return this.flow.send({ operation: 'PUT order item', path: item, body }, context);
  }

  /** Removes a line of an open order. `DELETE …/items/{orderItemUid}`: assumed (flow-api.md §3.7). */
  deleteItem(
    { storeUid, orderUid, orderItemUid }: OrderRef & { readonly orderItemUid: string },
    context?: CallContext,
  ): Promise<void> {
    const item = path`/stores/${storeUid}/orders/${orderUid}/items/${orderItemUid}`;
    return this.flow.send({ operation: 'DELETE order item', path: item }, context);
  }

  /** Attaches a handling to an order. `POST S/orders/{o}/handlings`: API:orderhandling (flow-api.md §3.7). */
  addHandling(
    { storeUid, orderUid }: OrderRef,
    handlingUid: string,
    context?: CallContext,
  ): Promise<FlowOrder['orderhandlings'][number]> {
    const handlings = path`/stores/${storeUid}/orders/${orderUid}/handlings`;
    const request = { operation: 'POST order handling', path: handlings, body: { handlingUid } } as const;
    return this.flow.read(request, flowOrderHandlingSchema, context);
  }

  /**
   * Reserves money on an order, in cents: no payment, and the order stays editable; Flow puts it aside (`PARKED`).
   * `POST S/orders/{o}/pre-payments`: API:prepayment, the store prefix assumed (flow-api.md §9).
   */
  addPrePayment(
    { storeUid, orderUid }: OrderRef,
    body: Pick<FlowSettlement, 'amount'> &
      Body<Pick<FlowSettlement, 'settlementUid' | 'externalId'>> & { readonly settlementCode: string },
    context?: CallContext,
  ): Promise<FlowSettlement> {
    const prePayments = path`/stores/${storeUid}/orders/${orderUid}/pre-payments`;
    return this.flow.read(
      { operation: 'POST order pre-payment', path: prePayments, body },
      flowSettlementSchema,
      context,
    );
  }

  /**
   * Frees a pre-payment that is not used. `DELETE …/settlements/{settlementUid}`: the place is API:prepayment's, that it
   * can be deleted there is assumed (flow-api.md §9).
   */
  removePrePayment(
    { storeUid, orderUid, settlementUid }: OrderRef & { readonly settlementUid: string },
    context?: CallContext,
  ): Promise<void> {
    const settlement = path`/stores/${storeUid}/orders/${orderUid}/settlements/${settlementUid}`;
    return this.flow.send({ operation: 'DELETE order settlement', path: settlement }, context);
  }
}
