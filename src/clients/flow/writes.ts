/**
 * Bodies of what we write to Flow (flow-api.md §3.6, §3.7, §4). Amounts are integers in cents including VAT, quantities are
 * integers in hundredths of a piece.
 */

export type * from './catalogue-writes';
export type * from './goods-writes';
export type * from './place-writes';

/** An address as we send it. */
export interface FlowAddressWrite {
  readonly firstname?: string;
  readonly lastname?: string;
  readonly companyName?: string;
  readonly address?: string;
  readonly postalCode?: string;
  readonly city?: string;
  readonly countryCode?: string;
  readonly email?: string;
  readonly mobile?: string;
  readonly vatNumber?: string;
}

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

/** Members of a customer that can be changed later. */
export interface FlowCustomerUpdate {
  readonly firstname?: string;
  readonly lastname?: string;
  readonly companyName?: string;
  readonly email?: string;
  /** Digits and a leading `+` only. */
  readonly mobile?: string;
  readonly address?: string;
  readonly postalCode?: string;
  readonly city?: string;
  readonly countryCode?: string;
  readonly vatNumber?: string;
  readonly externalId?: string;
  readonly loyaltyId?: string;
  readonly internalNote?: string;
  /** Only ever emptied by us: delivery addresses, contact persons and consents belong to Flow. */
  readonly addresses?: readonly never[];
  readonly contacts?: readonly never[];
  readonly consents?: readonly never[];
}

/** Body of a new customer. With `customerUid` given, a second create is answered with 409. */
export interface FlowCustomerWrite extends FlowCustomerUpdate {
  readonly customerUid?: string;
  readonly customerType: 'PERSON' | 'COMPANY';
}

/** How a transport proves to the receiver who it is. */
export type FlowTransportSecurity = 'NONE' | 'BASIC_AUTH' | 'BEARER';

/** Members of a transport that can be changed later. */
export interface FlowHttpTransportUpdate {
  readonly name?: string;
  readonly url?: string;
  readonly headers?: readonly { readonly key: string; readonly value: string }[];
  readonly securityType?: FlowTransportSecurity;
  readonly username?: string;
  readonly password?: string;
  readonly token?: string;
}

/** Body of a new transport. With `httpTransportUid` given, a second create is answered with 409. */
export interface FlowHttpTransportWrite extends FlowHttpTransportUpdate {
  readonly httpTransportUid?: string;
  readonly name: string;
  readonly url: string;
}

/** Members of a webhook that can be changed later. */
export interface FlowWebhookUpdate {
  readonly httpTransportUid?: string;
  readonly active?: boolean;
}

/** Body of a new webhook. With `webhookUid` given, a second create is answered with 409. */
export interface FlowWebhookWrite extends FlowWebhookUpdate {
  readonly webhookUid?: string;
  /** E.g. `ORDER_RECEIPT_SETTLED`. */
  readonly action: string;
  readonly httpTransportUid: string;
}

/** Which orders of a store are wanted. */
export interface FlowOrderListFilter {
  /** ISO-8601, inclusive. */
  readonly modifiedFrom?: string;
  readonly externalOrderNumber?: string;
}
