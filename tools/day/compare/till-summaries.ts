import { type Quantities } from './summaries';

/** A line of a Flow order. Quantities in hundredths of a piece, below zero for goods that came back; amounts in cents. */
export interface FlowTillLine {
  readonly orderItemUid: string;
  readonly sku: string;
  readonly hundredths: number;
  readonly deliveredHundredths: number;
  /** After its own discount, before discounts on the whole order. */
  readonly cents: number;
  /** Order that the goods were sold on, where they came back. */
  readonly originalOrderUid?: string;
}

/** What Flow says about an order that a till had to do with. Amounts in cents. */
export interface FlowTillOrder {
  readonly tenantUid: string;
  readonly marketId: string;
  /** Omnium's id of the store. */
  readonly storeId: string;
  readonly orderUid: string;
  /** Absent for what was born at a till. */
  readonly externalOrderNumber?: string;
  readonly type: string;
  readonly orderState: string;
  readonly isSettled: boolean;
  /** Lines as the other system keeps them: a package's own line is not among them when its parts are. */
  readonly lines: readonly FlowTillLine[];
  readonly totalCents: number;
  readonly roundingCents: number;
  /** Taken, or given back (below zero), in the shop: settlement uid → cents. Pre-payments of the web shop are not in it. */
  readonly settlements: ReadonlyMap<string, number>;
  readonly customerUid?: string;
}

/** A line of an Omnium order. */
interface OmniumTillLine {
  readonly lineItemId: string;
  readonly code: string;
  readonly hundredths: number;
  readonly deliveredHundredths: number;
}

/** A return on an Omnium order. */
export interface OmniumReturn {
  readonly rmaNumber: string;
  readonly storeId?: string;
  readonly totalCents: number;
  readonly quantities: Quantities;
}

/** What Omnium says about an order, as far as a till has to do with it. Amounts in cents. */
export interface OmniumTillOrder {
  readonly orderId: string;
  readonly orderNumber: string;
  /** Flow's uid as the order's properties name it: tells copies under another id. */
  readonly flowOrderUid?: string;
  readonly marketId: string;
  readonly storeId?: string;
  readonly orderType: string;
  readonly status: string;
  readonly isCancelled: boolean;
  readonly lines: readonly OmniumTillLine[];
  readonly totalCents: number;
  /** Every payment that was made; credits are below zero. */
  readonly payments: readonly { readonly paymentId: string; readonly cents: number }[];
  readonly returns: readonly OmniumReturn[];
  readonly customerId?: string;
}

/** A receipt in Flow. Amounts in cents. */
export interface ReceiptSummary {
  readonly tenantUid: string;
  readonly orderReceiptUid: string;
  readonly orderUid: string;
  readonly voucherNumber: string;
  readonly type: string;
  readonly totalCents: number;
  /** What was paid with it. */
  readonly paidCents: number;
  /** Nothing but money that the web shop had taken: not Omnium's to be told. */
  readonly isPrepaidOnly: boolean;
}

/** An invoice in Omnium. */
export interface InvoiceSummary {
  readonly invoiceId: string;
  readonly invoiceNumber: string;
  readonly orderId?: string;
  readonly amountCents: number;
  readonly isCreditNote: boolean;
  /** SKUs on it. */
  readonly codes: readonly string[];
  /** Ids of the files on it. */
  readonly assetIds: readonly string[];
}

/** A person or company as either system has them, by the names of the fields that must agree. */
export type CustomerFields = Readonly<Record<string, string>>;

/** A customer that the tills had to do with, and every customer of Omnium that could be the same. */
export interface CustomerPair {
  readonly tenantUid: string;
  readonly customerUid: string;
  /** What Flow says; absent when Flow has deleted it. */
  readonly inFlow?: { readonly externalId?: string; readonly fields: CustomerFields };
  /** Customers of Omnium with the id, or with the e-mail address. */
  readonly inOmnium: readonly { readonly customerId: string; readonly fields: CustomerFields }[];
}
