import { type JsonObject } from './wire/schema';

/*
 * The documents the sandbox computes on. Only members that some rule reads are named; the rest rides along. A document
 * in a collection is never changed: every write puts a new version in its place, so a search index or a scroll that
 * still shows the earlier version stays right.
 */

/** A key/value pair (PropertyItem). */
export interface PropertyItem extends JsonObject {
  key?: string;
  keyGroup?: string;
  value?: string;
}

/** Id in another system. */
export interface ExternalId extends JsonObject {
  id?: string;
  providerName?: string;
}

/** What all stored documents have. */
export interface Document extends JsonObject {
  created?: string;
  modified?: string;
  properties?: PropertyItem[];
  externalIds?: ExternalId[];
  tags?: string[];
}

/** A discount on the order or its shipping. */
export interface Discount extends JsonObject {
  discountType?: string;
  rewardType?: string;
  discountSource?: string;
  discountValue?: number;
  discountAmount?: number;
  discountAmountPrItem?: number;
  maxDiscountAmount?: number;
}

/** A line of an order; amounts in the order's currency including tax, `taxRate` in percent. */
export interface OrderLine extends JsonObject {
  lineItemId: string;
  code: string;
  quantity: number;
  placedPrice: number;
  canceledQuantity?: number;
  deliveredQuantity?: number;
  returnQuantity?: number;
  discounted?: number;
  discountedPrice?: number;
  extendedPrice?: number;
  taxTotal?: number;
  taxRate?: number;
  cost?: number;
  orderLineDiscounts?: Discount[];
  properties?: PropertyItem[];
  packageLineItemId?: string;
}

/** A shipment; its lines are the same objects as the order form's. */
export interface Shipment extends JsonObject {
  shipmentId: string;
  lineItems: OrderLine[];
  status?: string;
  orderStatus?: string;
  warehouseCode?: string;
  pickUpWarehouseCode?: string;
  shippingSubTotal?: number;
  shipmentTaxRate?: number;
  shippingTax?: number;
  shippingTotal?: number;
  discounts?: Discount[];
}

/** A payment transaction. */
export interface Payment extends JsonObject {
  id?: string;
  amount: number;
  transactionType?: string;
  status?: string;
  paymentMethodName?: string;
  transactionId?: string;
}

/** Lines, shipments, payments and calculated totals. */
export interface OrderForm extends JsonObject {
  lineItems: OrderLine[];
  shipments: Shipment[];
  payments: Payment[];
  discounts?: Discount[];
  handlingTotal?: number;
  grossRoundoff?: number;
  total?: number;
  totalExclTax?: number;
  shippingTotal?: number;
  capturedPaymentTotal?: number;
}

/** A return of some lines of an order. */
export interface ReturnOrderForm extends JsonObject {
  returnId: string;
  rmaNumber: string;
  status: string;
  storeId?: string;
  created: string;
  modified: string;
  lineItems: OrderLine[];
  total: number;
  totalExclTax: number;
  replacementOrderIds?: string[];
}

/** An order. */
export interface Order extends Document {
  id: string;
  orderNumber: string;
  marketId: string;
  storeId: string;
  orderType: string;
  status: string;
  orderForm: OrderForm;
  customerId?: string;
  customerNumber?: string;
  customerType?: string;
  billingCurrency?: string;
  returnOrderForms?: ReturnOrderForm[];
  replacementOrderIds?: string[];
  relatedOrders?: string[];
}

/** An order as a request brings it: nothing is certain to be there. */
export interface OrderInput extends Document {
  id?: string;
  orderNumber?: string;
  marketId?: string;
  storeId?: string;
  orderType?: string;
  status?: string;
  customerId?: string;
  customerNumber?: string;
  customerType?: string;
  billingCurrency?: string;
  orderForm?: OrderFormInput;
  returnOrderForms?: ReturnOrderForm[];
}

/** An order form as a request brings it. */
export interface OrderFormInput extends JsonObject {
  lineItems?: LineInput[];
  shipments?: ShipmentInput[];
  payments?: PaymentInput[];
  discounts?: Discount[];
  handlingTotal?: number;
  grossRoundoff?: number;
}

/** A shipment as a request brings it. */
export interface ShipmentInput extends JsonObject {
  shipmentId?: string;
  lineItems?: LineInput[];
  status?: string;
  orderStatus?: string;
  warehouseCode?: string;
  pickUpWarehouseCode?: string;
  discounts?: Discount[];
}

export type LineInput = JsonObject & Partial<OrderLine>;
export type PaymentInput = JsonObject & Partial<Payment>;

/** A customer of either kind; business customers have a `name`. */
export interface Customer extends Document {
  customerId: string;
  customerNumber?: string;
  firstName?: string;
  lastName?: string;
  fullName?: string;
  name?: string;
  email?: string;
  phone?: string;
  marketId?: string;
  marketGroupId?: string;
  storeIds?: string[];
  taxId?: string;
  isInactive?: boolean;
  contacts?: (JsonObject & { phone?: string; email?: string })[];
}

/** A product, or a variant of one. */
export interface Product extends Document {
  id: string;
  productId: string;
  skuId?: string;
  name?: string;
  variants?: Product[];
  prices?: Price[];
}

/** A price of a sellable product: for whom, where and when it holds. Times are UTC as Omnium writes them. */
export interface Price extends JsonObject {
  code?: string | undefined;
  skuId?: string;
  marketId?: string | undefined;
  marketGroupId?: string;
  storeId?: string;
  customerId?: string;
  customerGroup?: string;
  currencyCode?: string;
  unitPrice: number;
  validFrom?: string;
  validUntil?: string;
  modified?: string;
}

/** A file of a document: what is known about it; the bytes are kept apart. */
export interface Asset extends JsonObject {
  assetId: string;
  fileName?: string;
  contentType?: string;
  length?: number;
  url?: string;
  created?: string;
  modified?: string;
}

/** An invoice or a receipt; amounts in its currency including tax unless the name says otherwise. */
export interface Invoice extends Document {
  id: string;
  invoiceNumber: string;
  amount: number;
  amountExcludingTax: number;
  amountOutstanding: number;
  isCreditNote: boolean;
  lineItems: OrderLine[];
  payments: Payment[];
  assets: Asset[];
  currency?: string;
  orderId?: string;
  customerId?: string;
  customerType?: string;
  marketId?: string;
  storeId?: string;
  invoiceType?: string;
  projectId?: string;
}

/** An invoice as a request brings it. */
export interface InvoiceInput extends Document {
  id?: string;
  invoiceNumber?: string;
  amount?: number;
  amountExcludingTax?: number;
  amountOutstanding?: number;
  isCreditNote?: boolean;
  lineItems?: LineInput[];
  payments?: PaymentInput[];
  assets?: (JsonObject & Partial<Asset>)[];
  currency?: string;
  orderId?: string;
  customerId?: string;
  customerType?: string;
  marketId?: string;
  storeId?: string;
  projectId?: string;
}
