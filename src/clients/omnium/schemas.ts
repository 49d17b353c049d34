import { z } from 'zod';

import {
  listOf,
  optionalDecimal,
  optionalFlag,
  optionalText,
  optionalTimestamp,
  requiredDecimal,
  requiredInteger,
  requiredText,
} from '../wire';
import { omniumCommentSchema, omniumPropertySchema } from './shared-schemas';

export * from './catalogue-schemas';
export * from './customer-schemas';
export * from './directory-schemas';
export * from './goods-schemas';
export * from './shared-schemas';
export type * from './writes';

/**
 * Omnium's documents as we read them (omnium-api.md §3.3, §5.2, §9.4): only members the integration uses; everything
 * else is ignored. Amounts are decimals in major units including tax, as received; rates are percent; quantities are pieces.
 * Enumerations stay plain text: a chain can define its own order types and statuses.
 */

/** An address inside an order (OrderAddress). */
export const omniumOrderAddressSchema = z.object({
  name: optionalText,
  firstName: optionalText,
  lastName: optionalText,
  organization: optionalText,
  organizationalNumber: optionalText,
  line1: optionalText,
  line2: optionalText,
  streetNumber: optionalText,
  apartmentNumber: optionalText,
  postalCode: optionalText,
  city: optionalText,
  countryCode: optionalText,
  countryName: optionalText,
  email: optionalText,
  phone: optionalText,
  daytimePhoneNumber: optionalText,
});

/** A discount given by code, campaign or by hand on a line (OrderLineDiscount) or a whole order (Discount). */
export const omniumDiscountSchema = z.object({
  discountId: optionalText,
  discountName: optionalText,
  discountCode: optionalText,
  discountType: optionalText,
  discountSource: optionalText,
  discountAmount: optionalDecimal,
});

/** One order line (OrderLine). `code` is the SKU, compared exactly. */
export const omniumOrderLineSchema = z.object({
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

/** One payment transaction (Payment). */
export const omniumPaymentSchema = z.object({
  id: optionalText,
  amount: requiredDecimal,
  transactionType: optionalText,
  /** `Processed` or `Failed`. */
  status: optionalText,
  paymentMethodName: optionalText,
  transactionId: optionalText,
  storeId: optionalText,
  created: optionalTimestamp,
});

/** One shipment (Shipment). Its copies of the lines are not read: `orderForm.lineItems` holds them all. */
export const omniumShipmentSchema = z.object({
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
export const omniumOrderFormSchema = z.object({
  /** Must be there: an order whose lines are not told must never look like an order without lines. */
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
export const omniumReturnFormSchema = z.object({
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

/** One page of a search: `totalHits` counts all pages. */
export interface OmniumPage<T> {
  readonly result: T[];
  readonly totalHits: number;
}

/** The answer to a search (SearchResult). */
export function omniumPageSchema<T>(item: z.ZodType<T>): z.ZodType<OmniumPage<T>> {
  return z.object({ result: z.array(item), totalHits: requiredInteger });
}

/** One batch of a scroll; without `scrollId` there is no next one. */
export interface OmniumBatch<T> {
  readonly result: T[];
  readonly scrollId?: string | undefined;
  /** Of the whole list, where the answer tells. */
  readonly totalHits?: number | undefined;
}

/** The answer to a scroll (Result). An exhausted scroll may come without a list. */
export function omniumBatchSchema<T>(item: z.ZodType<T>): z.ZodType<OmniumBatch<T>> {
  return z.object({
    result: listOf(item),
    scrollId: optionalText,
    totalHits: requiredInteger.optional().catch(undefined),
  });
}

/** Names that Omnium gives its workflow steps and their results: anything else could be a sentence about somebody. */
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
export const omniumWorkflowResultSchema = z
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

/** What came of a patch (OrderPatchUpdateResult, CustomerUpdateResult). HTTP says 200 also when nothing was found. */
export const omniumPatchResultSchema = z.object({
  updatedCount: requiredInteger.default(0),
  unchangedCount: requiredInteger.default(0),
  notFoundCount: requiredInteger.default(0),
  errorCount: requiredInteger.default(0),
});

/** A file that is kept with an invoice (Asset). */
export const omniumAssetSchema = z.object({
  assetId: optionalText,
  fileName: optionalText,
  contentType: optionalText,
  length: optionalDecimal,
});

/** An invoice (Invoice). */
export const omniumInvoiceSchema = z.object({
  id: requiredText,
  orderId: optionalText,
  invoiceNumber: optionalText,
  isCreditNote: optionalFlag,
  amount: requiredDecimal,
  amountExcludingTax: optionalDecimal,
  currency: optionalText,
  customerId: optionalText,
  invoiceDate: optionalTimestamp,
  lineItems: listOf(
    z.object({ lineItemId: optionalText, code: optionalText, quantity: optionalDecimal, placedPrice: optionalDecimal }),
  ),
  payments: listOf(omniumPaymentSchema),
  assets: listOf(omniumAssetSchema),
});

export type OmniumOrderAddress = z.infer<typeof omniumOrderAddressSchema>;
export type OmniumDiscount = z.infer<typeof omniumDiscountSchema>;
export type OmniumOrderLine = z.infer<typeof omniumOrderLineSchema>;
export type OmniumPayment = z.infer<typeof omniumPaymentSchema>;
export type OmniumShipment = z.infer<typeof omniumShipmentSchema>;
export type OmniumOrderForm = z.infer<typeof omniumOrderFormSchema>;
export type OmniumOrder = z.infer<typeof omniumOrderSchema>;
export type OmniumReturnForm = z.infer<typeof omniumReturnFormSchema>;
export type OmniumWorkflowResult = z.infer<typeof omniumWorkflowResultSchema>;
export type OmniumPatchResult = z.infer<typeof omniumPatchResultSchema>;
export type OmniumInvoice = z.infer<typeof omniumInvoiceSchema>;
export type OmniumAsset = z.infer<typeof omniumAssetSchema>;
