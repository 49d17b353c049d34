import { z } from 'zod';

import { path, type CallContext } from '../http';
import {
  listOf,
  optionalDecimal,
  optionalFlag,
  optionalText,
  optionalTimestamp,
  requiredDecimal,
  requiredText,
  type Body,
} from '../wire';
import { OLDEST_CHANGE_FIRST } from './assumed';
import { OmniumResource, type OmniumPage, type OmniumPageRequest } from './connection';
import {
  omniumCommentSchema,
  omniumOrderAddressSchema,
  omniumPatchResultSchema,
  omniumPaymentSchema,
  omniumPropertySchema,
  type OmniumLineWrite,
  type OmniumOrderAddress,
  type OmniumPatchOptions,
  type OmniumPatchResult,
  type OmniumPaymentWrite,
  type OmniumPropertyWrite,
} from './members';

/** A discount given by code, campaign or by hand on a line (OrderLineDiscount) or a whole order (Discount). */
const omniumDiscountSchema = z.object({
  discountId: optionalText,
  discountName: optionalText,
  discountCode: optionalText,
  discountType: optionalText,
  discountSource: optionalText,
  discountAmount: optionalDecimal,
});

/** One order line (OrderLine). `code` is the SKU, compared exactly. */
const omniumOrderLineSchema = z.object({
  /** Stable id of the line: the key by which lines are matched. */
  lineItemId: requiredText,
  /** SKU as it is, case and spaces included. */
  code: requiredText,
  displayName: optionalText,
  /** Ordered pieces, the cancelled ones included. */
  quantity: requiredDecimal,
  canceledQuantity: optionalDecimal,
  deliveredQuantity: optionalDecimal,
  /** Pieces that came back, over all returns. */
  returnQuantity: optionalDecimal,
  /** Price per piece including tax, before discounts. */
  placedPrice: requiredDecimal,
  /** (quantity − canceledQuantity) × placedPrice − line discount. */
  discountedPrice: optionalDecimal,
  /** discountedPrice − this line's share of the order discount. */
  extendedPrice: optionalDecimal,
  suggestedRetailPrice: optionalDecimal,
  /** Flat discount on the whole line, for the full `quantity`. */
  discounted: optionalDecimal,
  /** This line's share of the order discount. */
  orderDiscountAmount: optionalDecimal,
  orderLineDiscounts: listOf(omniumDiscountSchema),
  /** Percent; absent means the market's default. */
  taxRate: optionalDecimal,
  taxTotal: optionalDecimal,
  comment: optionalText,
  isPackage: optionalFlag,
  isPackageProduct: optionalFlag,
  isBundle: optionalFlag,
  /** On a component: `lineItemId` of the package line it belongs to. */
  packageLineItemId: optionalText,
  packageSkuId: optionalText,
  /** The purchase order, its line and the pieces of it that this line waits for. */
  reservedInventoryPurchaseOrderId: optionalText,
  reservedInventoryPurchaseOrderLineId: optionalText,
  reservedInventoryQuantity: optionalDecimal,
  properties: listOf(omniumPropertySchema),
});

/** One shipment (Shipment). Its copies of the lines are not read: `orderForm.lineItems` holds them all. */
const omniumShipmentSchema = z.object({
  shipmentId: optionalText,
  status: optionalText,
  orderStatus: optionalText,
  address: omniumOrderAddressSchema.optional(),
  warehouseCode: optionalText,
  pickUpWarehouseCode: optionalText,
  shippingMethodId: optionalText,
  shippingMethodName: optionalText,
  shippingTotal: optionalDecimal,
  shippingSubTotal: optionalDecimal,
  shippingDiscountAmount: optionalDecimal,
});

/** Lines, payments, shipments and totals of an order (OrderForm). */
const omniumOrderFormSchema = z.object({
  /** Must be there: an order whose lines are missing must never look like an order without lines. */
  lineItems: z.array(omniumOrderLineSchema),
  payments: listOf(omniumPaymentSchema),
  discounts: listOf(omniumDiscountSchema),
  shipments: listOf(omniumShipmentSchema),
  discountAmount: optionalDecimal,
  shippingTotal: optionalDecimal,
  shippingSubTotal: optionalDecimal,
  shippingDiscountTotal: optionalDecimal,
  handlingTotal: optionalDecimal,
  subTotal: optionalDecimal,
  total: optionalDecimal,
  taxTotal: optionalDecimal,
  /** Rounding difference set by an external system, part of `total`. */
  grossRoundoff: optionalDecimal,
  properties: listOf(omniumPropertySchema),
});

/** One return of an order (ReturnOrderForm). */
const omniumReturnFormSchema = z.object({
  returnId: optionalText,
  /** Ours is Flow's uid of the return. */
  rmaNumber: optionalText,
  /** Where the goods came back. */
  storeId: optionalText,
  status: optionalText,
  total: optionalDecimal,
  lineItems: listOf(z.object({ lineItemId: requiredText, returnQuantity: requiredDecimal })),
  /** Orders that were made in exchange. */
  replacementOrderIds: listOf(requiredText),
});

/** An order (Order). */
export const omniumOrderSchema = z
  .object({
    id: requiredText,
    orderNumber: optionalText,
    orderType: optionalText,
    status: optionalText,
    marketId: optionalText,
    /** The selling store. */
    storeId: optionalText,
    billingCurrency: optionalText,
    customerId: optionalText,
    customerNumber: optionalText,
    /** `B2B` or `B2C`. */
    customerType: optionalText,
    customerName: optionalText,
    customerEmail: optionalText,
    customerPhone: optionalText,
    customerPickupDeadline: optionalTimestamp,
    requestedDeliveryDate: optionalTimestamp,
    created: optionalTimestamp,
    modified: optionalTimestamp,
    completed: optionalTimestamp,
    isReadOnly: optionalFlag,
    billingAddress: omniumOrderAddressSchema.optional(),
    orderForm: omniumOrderFormSchema,
    returnOrderForms: listOf(omniumReturnFormSchema),
    publicOrderNotes: listOf(omniumCommentSchema),
    tags: listOf(requiredText),
    properties: listOf(omniumPropertySchema),
  })
  // Omnium fills a missing number from the id (omnium-api.md §3.3).
  .transform((order) => ({ ...order, orderNumber: order.orderNumber ?? order.id }));

/** What is read of an order in a list that is not the documented document: enough to ask for it by itself. */
const unreadableOrderSchema = z
  .object({
    id: requiredText,
    orderNumber: optionalText.catch(undefined),
    modified: optionalTimestamp.catch(undefined),
  })
  .transform((order) => ({ ...order, orderNumber: order.orderNumber ?? order.id, isUnreadable: true as const }));

export type UnreadableOmniumOrder = z.infer<typeof unreadableOrderSchema>;

/** Names that Omnium gives its workflow steps and their results: anything else could be a sentence about a person. */
const STEP_WORD = /^[A-Za-z][\w.]{0,79}$/;

const stepResultSchema = z
  .object({ actionType: optionalText, actionStatus: optionalText })
  .transform(({ actionType = '', actionStatus = '' }) => {
    const [step, status] = [actionType, actionStatus].map((word) => (STEP_WORD.test(word) ? word : 'unnamed'));
    return { failed: !/^(success|warning)$/i.test(actionStatus), text: `${step ?? ''}: ${status ?? ''}` };
  });

/**
 * What came of a change of status (OrderWorkflowExecutionResult). HTTP says 200 also when a step stopped the workflow.
 * `errors` names the steps that failed, e.g. `CapturePayment: Error`; their reasons are not kept, they can quote people.
 */
const omniumWorkflowResultSchema = z
  .object({
    isAborted: optionalFlag.pipe(z.boolean()),
    order: omniumOrderSchema.optional(),
    orderActionExecutionResults: listOf(stepResultSchema),
  })
  .transform(({ isAborted, order, orderActionExecutionResults }) => ({
    isAborted,
    ...(order && { order }),
    errors: orderActionExecutionResults.flatMap(({ failed, text }) => (failed ? [text] : [])),
  }));

export type OmniumOrderLine = z.infer<typeof omniumOrderLineSchema>;
export type OmniumOrder = z.infer<typeof omniumOrderSchema>;
export type OmniumWorkflowResult = z.infer<typeof omniumWorkflowResultSchema>;

/** Members that every new order has. */
interface OrderFields {
  /** Unique over all markets: a second order with it is refused. */
  readonly id: string;
  readonly orderNumber?: string;
  readonly marketId: string;
  /** The selling store. */
  readonly storeId: string;
  readonly billingCurrency?: string;
  readonly created?: string;
  readonly customerId?: string;
  readonly customerNumber?: string;
  readonly customerType?: 'B2B' | 'B2C';
  readonly customerName?: string;
  readonly customerEmail?: string;
  readonly customerPhone?: string;
  readonly billingAddress?: Body<OmniumOrderAddress>;
  readonly orderForm: {
    readonly lineItems: readonly OmniumLineWrite[];
    readonly payments?: readonly OmniumPaymentWrite[];
    /** Each line is in one shipment. */
    readonly shipments?: readonly {
      readonly shipmentId: string;
      readonly warehouseCode?: string;
      readonly shippingMethodId?: string;
      readonly shippingMethodName?: string;
      readonly address?: Body<OmniumOrderAddress>;
      readonly lineItems: readonly OmniumLineWrite[];
    }[];
    /** Added to the order's total; what cash rounding added or took. */
    readonly grossRoundoff?: number;
    readonly properties?: readonly OmniumPropertyWrite[];
  };
  readonly salesChannel?: string;
  readonly relatedOrders?: readonly string[];
  readonly tags?: readonly string[];
  readonly properties?: readonly OmniumPropertyWrite[];
}

/** Body of `PUT /api/Orders/PosOrders`: Omnium sets the type `Pos` and the status `Completed` (omnium-api.md §3.2). */
export interface OmniumPosOrderWrite extends OrderFields {
  readonly orderNumber: string;
}

/** Body of `POST /api/Returns/{orderId}/Return` (omnium-api.md §3.6). Not repeat-safe: look for the RMA number first. */
export interface OmniumReturnWrite {
  readonly rmaNumber: string;
  /** Where the goods came back. */
  readonly storeId?: string;
  /** Whether Omnium pays the money back; false when the till has done so. */
  readonly creditPayment: boolean;
  /** What was paid back already. */
  readonly creditAmount?: number;
  readonly creditShipment?: boolean;
  readonly creditShipmentAmount?: number;
  readonly status?: string;
  readonly returnType?: string;
  readonly comment?: string;
  readonly returns: readonly {
    readonly lineItemId: string;
    /** Above zero. */
    readonly returnQuantity: number;
    /** Per piece; absent means what was paid for it. */
    readonly creditAmount?: number;
    readonly returnReason?: string;
    readonly returnType?: string;
    /** True when the stock has been raised already. */
    readonly isStockUpdated?: boolean;
  }[];
  /** The new order of an exchange, made together with the return. */
  readonly omniumExchangeOrderOptions?: {
    readonly exchangeOrderId: string;
    readonly orderType: string;
    readonly orderStatus: string;
    readonly storeId: string;
    readonly outboundWarehouseCode?: string;
    readonly shippingMethodName?: string;
    readonly exchangeOrderLines: readonly OmniumLineWrite[];
    readonly additionalPayments?: readonly OmniumPaymentWrite[];
  };
  readonly properties?: readonly OmniumPropertyWrite[];
}

/** Orders and their returns in Omnium (omnium-api.md §3; https://docs.omnium.no/docs/Order/order-api). */
export class OmniumOrders extends OmniumResource {
  /**
   * The order with this id, or undefined. `GET /api/Orders/{id}` (omnium-api.md §3.1). Whether it also finds by number is
   * open: {@link findByNumber}.
   */
  get(id: string, context?: CallContext): Promise<OmniumOrder | undefined> {
    return this.omnium.readIfFound({ operation: 'GET order', path: path`/Orders/${id}` }, omniumOrderSchema, context);
  }

  /**
   * Orders with exactly this number, which need not be unique: with a web shop in front, ids and numbers are two things.
   * `POST /api/Orders/Search` (omnium-api.md §3.4, additions).
   */
  async findByNumber(orderNumber: string, context?: CallContext): Promise<OmniumOrder[]> {
    const { result } = await this.search({ orderNumber, page: 0, take: 10 }, context);
    const found = result.filter((order) => order.orderNumber === orderNumber);
    // One that cannot be read is there all the same: asked for by itself it says what is wrong with it.
    const whole: OmniumOrder[] = [];
    for (const order of found) {
      const read = 'isUnreadable' in order ? await this.get(order.id, context) : order;
      if (read) whole.push(read);
    }
    return whole;
  }

  /**
   * Makes a completed order of a till. The answer is not documented and not read. 400 when the number or id is taken.
   * `PUT /api/Orders/PosOrders` (omnium-api.md §3.2).
   */
  putPos(body: OmniumPosOrderWrite, context?: CallContext): Promise<void> {
    return this.omnium.send({ operation: 'PUT POS order', path: '/Orders/PosOrders', body }, context);
  }

  /**
   * Makes an order and runs the workflow of its status. The answer is not documented and not read. 409, or 400, when the
   * id is taken. `POST /api/Orders` (omnium-api.md §3.1, §3.3, §12).
   */
  create(
    body: OrderFields & { readonly orderType: string; readonly status: string },
    context?: CallContext,
  ): Promise<void> {
    return this.omnium.send({ operation: 'POST order', path: '/Orders', body }, context);
  }

  /** Overwrites an order as a whole; no workflow runs, and a second call changes nothing. `PUT /api/Orders/Update` (omnium-api.md §3.1). */
  overwrite(
    body: OrderFields & { readonly orderType: string; readonly status: string },
    context?: CallContext,
  ): Promise<void> {
    return this.omnium.send({ operation: 'PUT order update', path: '/Orders/Update', body }, context);
  }

  /** Sets the status and runs its workflow. `POST /api/Orders/{id}/UpdateStatus` (omnium-api.md §3.5). */
  updateStatus(
    orderId: string,
    body: {
      readonly status: string;
      readonly shipmentInfo?: {
        readonly shipmentId?: string;
        readonly orderStatus?: string;
        readonly trackingNumber?: string;
        readonly trackingUrl?: string;
        readonly warehouseCode?: string;
      };
    },
    context?: CallContext,
  ): Promise<OmniumWorkflowResult> {
    const request = {
      operation: 'POST order status',
      path: path`/Orders/${orderId}/UpdateStatus`,
      body,
      notRepeatSafe: true,
    } as const;
    return this.omnium.read(request, omniumWorkflowResultSchema, context);
  }

  /**
   * Adds delivered and cancelled quantities to lines: not repeat-safe, so read the order before a second try. Without a status
   * Omnium derives it from what is delivered. `POST /api/Orders/{id}/OrderLinesUpdate` (omnium-api.md §3.1).
   */
  updateLines(
    orderId: string,
    body: {
      readonly status?: string;
      readonly lineItemUpdates: readonly {
        readonly lineItemId: string;
        readonly deliveredQuantity?: number;
        readonly canceledQuantity?: number;
      }[];
    },
    context?: CallContext,
  ): Promise<OmniumWorkflowResult> {
    const lines = path`/Orders/${orderId}/OrderLinesUpdate`;
    return this.omnium.read(
      { operation: 'POST order lines update', path: lines, body, notRepeatSafe: true },
      omniumWorkflowResultSchema,
      context,
    );
  }

  /** Adds payments, or overwrites those with the same id. `POST /api/Orders/{id}/AddPayments` (omnium-api.md §3.1). */
  addPayments(orderId: string, body: readonly OmniumPaymentWrite[], context?: CallContext): Promise<OmniumOrder> {
    const request = { operation: 'POST order payments', path: path`/Orders/${orderId}/AddPayments`, body } as const;
    return this.omnium.read(request, omniumOrderSchema, context);
  }

  /** Adds a line. `POST /api/Orders/{id}/OrderLines` (omnium-api.md §3.1). */
  addLine(orderId: string, body: OmniumLineWrite, context?: CallContext): Promise<OmniumOrder> {
    const request = {
      operation: 'POST order line',
      path: path`/Orders/${orderId}/OrderLines`,
      body,
      notRepeatSafe: true,
    } as const;
    return this.omnium.read(request, omniumOrderSchema, context);
  }

  /** Changes the members given, `forceUpdate` names those to be emptied; no workflow runs. `PATCH /api/Orders/{id}/PatchOrder` (omnium-api.md §2, §3.4). */
  patch(
    orderId: string,
    body: Partial<Omit<OrderFields, 'id' | 'orderForm'>> &
      OmniumPatchOptions & {
        readonly status?: string;
        readonly customerPickupDeadline?: string;
        readonly forceUpdate?: readonly string[];
      },
    context?: CallContext,
  ): Promise<OmniumPatchResult> {
    const request = { operation: 'PATCH order', path: path`/Orders/${orderId}/PatchOrder`, body } as const;
    return this.omnium.read(request, omniumPatchResultSchema, context);
  }

  /**
   * Makes a return, and with it the new order of an exchange. Not repeat-safe: look for the RMA number among the order's
   * returns first. `POST /api/Returns/{orderId}/Return` (omnium-api.md §3.6).
   */
  createReturn(
    orderId: string,
    body: OmniumReturnWrite,
    context?: CallContext,
  ): Promise<OmniumOrder['returnOrderForms'][number]> {
    const request = {
      operation: 'POST return',
      path: path`/Returns/${orderId}/Return`,
      body,
      notRepeatSafe: true,
    } as const;
    return this.omnium.read(request, omniumReturnFormSchema, context);
  }

  /**
   * One page of orders, oldest change first; one that is not the documented document costs itself only.
   * Times are inclusive, statuses in Omnium's own spelling.
   * `POST /api/Orders/Search` (omnium-api.md §2, §3.4).
   */
  search(
    search: OmniumPageRequest & {
      readonly orderNumber?: string | undefined;
      readonly customerId?: string | undefined;
      readonly modifiedFrom?: string | undefined;
      readonly modifiedTo?: string | undefined;
      readonly selectedMarkets?: readonly string[] | undefined;
      readonly excludedStatuses?: readonly string[] | undefined;
    },
    context?: CallContext,
  ): Promise<OmniumPage<OmniumOrder | UnreadableOmniumOrder>> {
    // The search's own members only, whatever else the caller's object holds.
    const { page, take, ...rest } = search;
    const { orderNumber, customerId, modifiedFrom, modifiedTo, selectedMarkets, excludedStatuses } = rest;
    const filters = { orderNumber, customerId, modifiedFrom, modifiedTo, selectedMarkets, excludedStatuses };
    const body = { ...filters, page, take, sortOrder: OLDEST_CHANGE_FIRST, disableFacets: true };
    return this.omnium.page(
      { operation: 'POST orders search', path: '/Orders/Search', body },
      omniumOrderSchema.or(unreadableOrderSchema),
      { page, take },
      context,
    );
  }
}
