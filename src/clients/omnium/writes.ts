/**
 * Bodies of what we write to Omnium (omnium-api.md §3.3, §3.4, §5.2, §8). Amounts are decimals in major units including
 * tax, rates are percent, quantities are pieces, times are ISO-8601. Members that Omnium calculates are not here.
 */

export type * from './catalogue-searches';
export type * from './goods-writes';

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

/** An address inside an order or an invoice. */
export interface OmniumOrderAddressWrite {
  readonly name?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly organization?: string;
  readonly organizationalNumber?: string;
  readonly line1?: string;
  readonly line2?: string;
  readonly postalCode?: string;
  readonly city?: string;
  readonly countryCode?: string;
  readonly email?: string;
  readonly phone?: string;
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

/** A shipment of a new order; each line is in one shipment. */
export interface OmniumShipmentWrite {
  readonly shipmentId: string;
  readonly warehouseCode?: string;
  readonly shippingMethodId?: string;
  readonly shippingMethodName?: string;
  readonly address?: OmniumOrderAddressWrite;
  readonly lineItems: readonly OmniumLineWrite[];
}

/** Members that every new order has. */
export interface OmniumOrderFields {
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
  readonly billingAddress?: OmniumOrderAddressWrite;
  readonly orderForm: {
    readonly lineItems: readonly OmniumLineWrite[];
    readonly payments?: readonly OmniumPaymentWrite[];
    readonly shipments?: readonly OmniumShipmentWrite[];
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
export interface OmniumPosOrderWrite extends OmniumOrderFields {
  readonly orderNumber: string;
}

/** Body of `POST /api/Orders` (omnium-api.md §3.3). */
export interface OmniumOrderWrite extends OmniumOrderFields {
  readonly orderType: string;
  readonly status: string;
}

/** How a patch treats lists: without these, what is given is added to what is there (omnium-api.md §2). */
export interface OmniumPatchOptions {
  /** False replaces all properties by those given. */
  readonly keepExistingCustomProperties?: boolean;
  /** False replaces tags and external ids by those given. */
  readonly keepExistingListItems?: boolean;
  readonly propertiesRemovalConditions?: readonly { readonly key: string; readonly keyGroup?: string }[];
}

/** Body of `PATCH /api/Orders/{id}/PatchOrder`: only members present change, and no workflow runs. */
export interface OmniumOrderPatch extends Partial<Omit<OmniumOrderFields, 'id' | 'orderForm'>>, OmniumPatchOptions {
  readonly status?: string;
  readonly customerPickupDeadline?: string;
  /** Names of members to be emptied. */
  readonly forceUpdate?: readonly string[];
}

/** Facts about a shipment that go with a change of status. */
export interface OmniumShipmentInfoWrite {
  readonly shipmentId?: string;
  readonly orderStatus?: string;
  readonly trackingNumber?: string;
  readonly trackingUrl?: string;
  readonly warehouseCode?: string;
}

/** Body of `UpdateStatus`: sets the status and runs its workflow. */
export interface OmniumStatusUpdate {
  readonly status: string;
  readonly shipmentInfo?: OmniumShipmentInfoWrite;
}

/** Body of `OrderLinesUpdate`. The quantities are added to what is there: the call is not repeat-safe. */
export interface OmniumLinesUpdate {
  /** Without it Omnium derives the status from what is delivered. */
  readonly status?: string;
  readonly lineItemUpdates: readonly {
    readonly lineItemId: string;
    readonly deliveredQuantity?: number;
    readonly canceledQuantity?: number;
  }[];
}

/** One line that comes back. */
export interface OmniumReturnLineWrite {
  readonly lineItemId: string;
  /** Above zero. */
  readonly returnQuantity: number;
  /** Per piece; absent means what was paid for it. */
  readonly creditAmount?: number;
  readonly returnReason?: string;
  readonly returnType?: string;
  /** True when the stock has been raised already. */
  readonly isStockUpdated?: boolean;
}

/** The new order of an exchange, made together with the return. */
export interface OmniumExchangeWrite {
  readonly exchangeOrderId: string;
  readonly orderType: string;
  readonly orderStatus: string;
  readonly storeId: string;
  readonly outboundWarehouseCode?: string;
  readonly shippingMethodName?: string;
  readonly exchangeOrderLines: readonly OmniumLineWrite[];
  readonly additionalPayments?: readonly OmniumPaymentWrite[];
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
  readonly returns: readonly OmniumReturnLineWrite[];
  readonly omniumExchangeOrderOptions?: OmniumExchangeWrite;
  readonly properties?: readonly OmniumPropertyWrite[];
}

/** Body of `PUT /api/Invoices/UpdateInvoice`: made or overwritten by `id` (omnium-api.md §8). */
export interface OmniumInvoiceWrite {
  readonly id: string;
  readonly orderId: string;
  readonly invoiceNumber?: string;
  readonly invoiceType?: string;
  readonly isCreditNote: boolean;
  readonly invoiceDate: string;
  readonly invoiceDueDate?: string;
  readonly deliveryDate?: string;
  readonly amount: number;
  readonly amountExcludingTax: number;
  readonly amountRoundoff?: number;
  readonly amountOutstanding?: number;
  readonly currency: string;
  readonly customerId?: string;
  readonly customerName?: string;
  readonly customerEmail?: string;
  /** Not `B2B`/`B2C` as on orders. */
  readonly customerType?: 'Business' | 'Private';
  readonly customerAddress?: OmniumOrderAddressWrite;
  readonly marketId?: string;
  readonly storeId?: string;
  readonly paymentMethodName?: string;
  readonly comment?: string;
  readonly lineItems: readonly OmniumLineWrite[];
  readonly payments: readonly OmniumPaymentWrite[];
  readonly properties?: readonly OmniumPropertyWrite[];
}

/** A file to be kept with an invoice. With the same `assetId` a second upload overwrites the first. */
export interface OmniumAssetWrite {
  /** With its extension. */
  readonly fileName: string;
  readonly assetId: string;
  readonly content: Uint8Array;
}

/** An address of a customer. */
export interface OmniumAddressWrite {
  readonly name?: string;
  readonly line1?: string;
  readonly line2?: string;
  readonly streetNumber?: string;
  readonly apartmentNumber?: string;
  readonly postalCode?: string;
  readonly city?: string;
  readonly countryCode?: string;
}

/** Members that both kinds of customers have. */
export interface OmniumCustomerFields {
  /** Omnium may keep another one: it can be configured to take the e-mail address or phone number (omnium-api.md §5.2). */
  readonly customerId: string;
  readonly customerNumber?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly address?: OmniumAddressWrite;
  readonly addresses?: readonly OmniumAddressWrite[];
  readonly externalIds?: readonly OmniumExternalIdWrite[];
  readonly properties?: readonly OmniumPropertyWrite[];
  readonly marketId?: string;
  readonly marketGroupId?: string;
  readonly storeIds?: readonly string[];
  readonly isInactive?: boolean;
  readonly created?: string;
  readonly modified?: string;
  readonly modifiedBy?: string;
}

/** A private customer. */
export interface OmniumCustomerWrite extends OmniumCustomerFields {
  readonly firstName?: string;
  readonly lastName?: string;
  readonly fullName?: string;
}

/** A business customer. */
export interface OmniumBusinessCustomerWrite extends OmniumCustomerFields {
  readonly name?: string;
  /** Organisation or VAT number. */
  readonly taxId?: string;
}

/** A patch cannot set these (omnium-api.md §5.2). */
type NotPatched = 'created' | 'modified';

/** Body of `PATCH PatchPrivateCustomer`: only members present change. */
export interface OmniumCustomerPatch extends Omit<OmniumCustomerWrite, NotPatched>, OmniumPatchOptions {}

/** Body of `PATCH PatchBusinessCustomer`: only members present change. */
export interface OmniumBusinessCustomerPatch
  extends Omit<OmniumBusinessCustomerWrite, NotPatched>, OmniumPatchOptions {}

/** Which orders are wanted (OrderSearchRequest). Times are inclusive. */
export interface OmniumOrderSearch {
  readonly modifiedFrom?: string;
  readonly modifiedTo?: string;
  readonly selectedMarkets?: readonly string[];
  /** Statuses in Omnium's own spelling. */
  readonly excludedStatuses?: readonly string[];
}

/** One page of a search. */
export interface OmniumPageRequest {
  /** From 0; `page` × `take` must not be over 10,000: beyond that, scroll. */
  readonly page: number;
  /** At most 100. */
  readonly take: number;
}

/** Which customers are wanted (CustomerSearchRequest). Whether texts are compared exactly is not documented. */
export interface OmniumCustomerSearch extends Partial<OmniumPageRequest> {
  readonly modifiedFrom?: string;
  readonly modifiedTo?: string;
  readonly customerIds?: readonly string[];
  readonly customerNumbers?: readonly string[];
  readonly email?: string;
  readonly phone?: string;
  readonly taxId?: string;
  readonly externalIds?: readonly string[];
  /** Customers that have all of these. */
  readonly properties?: readonly OmniumPropertyWrite[];
  readonly marketIds?: readonly string[];
  readonly marketGroupIds?: readonly string[];
}
