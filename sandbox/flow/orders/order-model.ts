import { type ProductType } from '../store/catalog-documents';

/**
 * Orders as the sandbox keeps them. Amounts are integers in cents incl. VAT, quantities integers in hundredths of a
 * piece, rates integers in hundredths of a percent. Names are Flow's own (flow-api.md §3.7).
 */

export const ORDER_STATES = ['OPEN', 'PARKED', 'CONFIRMED', 'COMPLETE', 'CANCELLED'] as const;
export type OrderState = (typeof ORDER_STATES)[number];
export type SettleState = 'NOT_STARTED' | 'PARTIALLY_SETTLED' | 'SETTLED';
export type DeliveryState = 'NOT_STARTED' | 'PARTIALLY_DELIVERED' | 'DELIVERED';
export const HANDLING_STATES = ['NOT_STARTED', 'IN_PROGRESS', 'COMPLETE'] as const;
export type HandlingState = (typeof HANDLING_STATES)[number];
export type OrderType = 'ORDER' | 'OFFER' | 'RETURN' | 'PAYMENT';

/** Address on an order; `null` or absent members are unknown. */
export interface OrderAddress {
  customerAddressUid?: string | null | undefined;
  firstname?: string | null | undefined;
  lastname?: string | null | undefined;
  companyName?: string | null | undefined;
  address?: string | null | undefined;
  postalCode?: string | null | undefined;
  city?: string | null | undefined;
  countryCode?: string | null | undefined;
  email?: string | null | undefined;
  mobile?: string | null | undefined;
  vatNumber?: string | null | undefined;
}

interface OrderLink {
  orderUid: string;
  orderItemUid: string;
}

export interface OrderItem {
  orderItemUid: string;
  productUid: string;
  sku: string;
  productType: ProductType;
  name: string;
  note: string | null;
  externalId: string | null;
  parentOrderItemUid: string | null;
  ledgerNumber: string | null;
  quantity: number;
  itemPrice: number;
  itemCost: number | null;
  /** For the whole line. */
  itemDiscountAmount: number;
  /** Hundredths of a percent, when the discount was given as a share. */
  itemDiscountPercentage: number | null;
  discountReasonCode: string | null;
  /** Why a returned line came back (assumed member). */
  returnReasonCode: string | null;
  /** This line's part of the discounts on the whole order. */
  orderDiscountShare: number;
  vatRate: number;
  quantityDelivered: number;
  quantitySettled: number;
  quantityReserved: number;
  orderLinks: OrderLink[];
}

export interface Settlement {
  settlementUid: string;
  amount: number;
  externalId: string | null;
  deviceIdentifier: string | null;
  storePaymentMethodUid: string;
  settlementCode: string;
  settlementName: string;
  /** What rounding to coins added to what was owed; `amount` is with it. */
  cashRounding: number;
  settledAt: string;
  orderReceiptUid: string | null;
  /** A pre-payment that is not used yet: reserved, and no payment (flow-api.md §9). */
  isReserved?: boolean;
}

export interface OrderHandling {
  orderHandlingUid: string;
  handlingUid: string;
  state: HandlingState;
  createdAt: string;
  lastModifiedAt: string;
}

export interface DeliveryItem {
  deliveryItemUid: string;
  orderItemUid: string;
  sku: string;
  quantityDelivered: number;
  serialnumber: string | null;
  warehouseUid: string;
}

export interface Delivery {
  deliveryUid: string;
  deliveryDate: string;
  externalDeliveryReference: string | null;
  deliveryProviderUid: string | null;
  signature: string | null;
  note: string | null;
  items: DeliveryItem[];
  createdAt: string;
}

export interface OrderDiscount {
  orderDiscountUid: string;
  type: 'AMOUNT' | 'PERCENTAGE';
  /** Cents, or hundredths of a percent. */
  amount: number;
  origin: string;
  name: string | null;
  discountCode: string | null;
  discountReasonCode: string | null;
  discountReference: string | null;
  campaignUid: string | null;
  validTo: string | null;
  maxUsage: number | null;
  scope: 'WHOLE_ORDER' | 'ORDER_ITEM';
  orderItemUids: string[];
}

export interface Order {
  orderUid: string;
  storeUid: string;
  orderNumber: string;
  externalOrderNumber: string | null;
  externalVoucherNumber: string | null;
  type: OrderType;
  /** A return on which other goods go with the customer: the one kind of order with lines of both signs. */
  isExchange?: boolean;
  orderState: OrderState;
  settleState: SettleState;
  deliveryState: DeliveryState;
  orderDate: string;
  customerUid: string | null;
  customerAddress: OrderAddress | null;
  shippingAddress: OrderAddress | null;
  invoiceAddress: OrderAddress | null;
  deliveryDate: string | null;
  validUntil: string | null;
  note: string | null;
  internalNote: string | null;
  /** Where its goods are reserved and taken from. */
  warehouseUid: string;
  systemOrigin: string;
  tenantUserUid: string;
  voucherNumber: string | null;
  settledAt: string | null;
  items: OrderItem[];
  settlements: Settlement[];
  handlings: OrderHandling[];
  deliveries: Delivery[];
  discounts: OrderDiscount[];
  totals: OrderTotals;
}

export interface OrderTotals {
  totalAmount: number;
  totalVatAmount: number;
  /** Discounts on lines and on the whole order. */
  totalDiscountAmount: number;
  totalSettled: number;
  /** What cash rounding added; `totalAmount` is without it, the settlements add up to both (assumed member). */
  cashRounding: number;
}

/** Proof of payment, immutable once written. */
export interface Receipt {
  orderReceiptUid: string;
  storeUid: string;
  orderUid: string;
  orderNumber: string;
  externalOrderNumber: string | null;
  type: OrderType;
  voucherNumber: string;
  settledAt: string;
  customerUid: string | null;
  customerAddress: OrderAddress | null;
  currencyCode: string;
  /** Of a `PAYMENT`, what was paid; else what the lines cost. Without cash rounding. */
  grandTotal: number;
  totalVatAmount: number;
  totalDiscountAmount: number;
  /** What was paid with this receipt. */
  totalSettlement: number;
  /** What was paid before, with receipts of their own (assumed member). */
  previouslySettled: number;
  cashRounding: number;
  items: ReceiptItem[];
  vatTotals: VatTotal[];
  settlements: { settlementUid: string; settlementCode: string; settlementName: string; amount: number }[];
}

interface ReceiptItem {
  orderItemUid: string;
  sku: string;
  name: string;
  quantity: number;
  itemPrice: number;
  itemDiscountAmount: number;
  vatRate: number;
  vatAmount: number;
  totalPrice: number;
}

export interface VatTotal {
  vatRate: number;
  amount: number;
  vatAmount: number;
}
