import { z } from 'zod';

import { optionalText, optionalTimestamp, requiredDecimal, requiredInteger } from '../wire';

/**
 * What documents of Omnium have in common (omnium-api.md §3.3, §5.2). Schemas hold only members that the integration uses;
 * everything else is ignored, and members that Omnium calculates are not written. Amounts are decimals in major units including
 * tax, rates are percent, quantities are decimal pieces, times are ISO-8601, all as received. Enumerations stay plain text: a
 * chain can define its own order types and statuses.
 */

/** An address of a customer (Address). Members we do not know are kept, as a patch may replace the address as a whole. */
export const omniumAddressSchema = z.looseObject({
  name: optionalText,
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
});

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

/** What came of a patch (OrderPatchUpdateResult, CustomerUpdateResult). HTTP says 200 also when nothing was found. */
export const omniumPatchResultSchema = z.object({
  updatedCount: requiredInteger.default(0),
  unchangedCount: requiredInteger.default(0),
  notFoundCount: requiredInteger.default(0),
  errorCount: requiredInteger.default(0),
});

/** A key/value pair on orders, lines, payments and customers (PropertyItem). */
export const omniumPropertySchema = z.object({ key: optionalText, keyGroup: optionalText, value: optionalText });

/** A note on an order or a purchase order (Comment). */
export const omniumCommentSchema = z.object({
  title: optionalText,
  detail: optionalText,
  type: optionalText,
  created: optionalTimestamp,
});

export type OmniumAddress = z.infer<typeof omniumAddressSchema>;
export type OmniumOrderAddress = z.infer<typeof omniumOrderAddressSchema>;
export type OmniumPatchResult = z.infer<typeof omniumPatchResultSchema>;

/** A key/value pair of ours, e.g. `{key: 'flow.orderNumber', value: '1042'}`. */
export interface OmniumPropertyWrite {
  readonly key: string;
  readonly keyGroup?: string;
  readonly value: string;
}

/** An id of the same thing in another system. */
export interface OmniumExternalIdWrite {
  readonly providerName: string;
  readonly id: string;
}

/** One line of an order, an exchange or an invoice; everything else about it is Omnium's own calculation. */
export interface OmniumLineWrite {
  /** Stable: it is the key by which the line is found again. */
  readonly lineItemId: string;
  /** SKU as it is. */
  readonly code: string;
  readonly displayName?: string;
  /** Below zero only on lines of a return without a known sale. */
  readonly quantity: number;
  readonly deliveredQuantity?: number;
  /** Price per piece including tax, before discounts. */
  readonly placedPrice: number;
  /** Flat discount on the whole line. */
  readonly discounted?: number;
  /** Percent; absent means the market's default. */
  readonly taxRate?: number;
  readonly comment?: string;
  readonly returnReason?: string;
  readonly discountReasonCode?: string;
  readonly isPackage?: boolean;
  /** On a component: `lineItemId` of the package line it belongs to. */
  readonly packageLineItemId?: string;
  readonly properties?: readonly OmniumPropertyWrite[];
}

/** One payment. With the same `id` a second write overwrites the first instead of adding to it (omnium-api.md §3.1). */
export interface OmniumPaymentWrite {
  readonly id: string;
  /** Above zero; `transactionType` says which way the money went. */
  readonly amount: number;
  readonly transactionType: 'Sale' | 'Credit' | 'Authorization' | 'Capture';
  readonly status: 'Processed' | 'Failed';
  readonly paymentMethodName: string;
  readonly transactionId: string;
  readonly storeId?: string;
  readonly created?: string;
  readonly properties?: readonly OmniumPropertyWrite[];
}

/** How a patch treats lists: without these, what is given is added to what is there (omnium-api.md §2). */
export interface OmniumPatchOptions {
  /** False replaces all properties by those given. */
  readonly keepExistingCustomProperties?: boolean;
  /** False replaces tags and external ids by those given. */
  readonly keepExistingListItems?: boolean;
  readonly propertiesRemovalConditions?: readonly { readonly key: string; readonly keyGroup?: string }[];
}
