import { type ChainAddress, type ChainStore } from '../../../sandbox/chain/types';
import { type OmniumDocument } from '../vendors/omnium-shop';

/** A line as a web shop sends it: the rest is Omnium's to calculate. Amounts in major units. */
export interface ShopLine {
  readonly lineItemId: string;
  readonly code: string;
  readonly quantity: number;
  readonly placedPrice: number;
  readonly taxRate?: number;
  /** Flat discount on the whole line. */
  readonly discounted?: number;
  readonly orderLineDiscounts?: readonly OmniumDocument[];
  /** Line of the package that this line is a part of. */
  readonly packageLineItemId?: string;
  readonly packageSkuId?: string;
}

/** Types of orders the web shop makes; the first four belong into the tills. */
export type ShopOrderType = 'ClickAndCollect' | 'Bopis' | 'Online' | 'OnlineOrder' | 'ShipFromStore' | 'PreOrder';

/** Who orders. */
export interface ShopCustomer {
  /** Absent for guests. */
  readonly customerId?: string;
  readonly isBusiness: boolean;
  readonly firstName: string;
  readonly lastName: string;
  readonly companyName?: string;
  readonly email: string;
  readonly phone?: string;
  readonly address?: ChainAddress;
}

/** An order before it is a document. */
export interface ShopOrder {
  readonly orderNumber: string;
  readonly orderType: ShopOrderType;
  readonly marketId: string;
  readonly store: ChainStore;
  /** Where goods that are sent come from. */
  readonly warehouseId: string;
  readonly customer: ShopCustomer;
  readonly lines: readonly ShopLine[];
  readonly discounts: readonly OmniumDocument[];
  readonly shippingPrice: number;
  readonly payments: readonly OmniumDocument[];
  readonly tags: readonly string[];
}

/** Whether the customer fetches the goods in the store. */
export function isCollected(orderType: ShopOrderType): boolean {
  return orderType === 'ClickAndCollect' || orderType === 'Bopis';
}

/** The body of `POST /api/Orders`. Each line is in the order form and in the one shipment, as Omnium asks for. */
export function orderDocument(order: ShopOrder): OmniumDocument {
  const { customer, store, lines } = order;
  const collected = isCollected(order.orderType);
  const address = addressOf(customer);
  const shipment = {
    shipmentId: '1',
    warehouseCode: collected ? store.storeId : order.warehouseId,
    ...(collected ? { pickUpWarehouseCode: store.storeId } : { shippingMethodName: 'Home delivery' }),
    ...(order.shippingPrice > 0 ? { shippingSubTotal: order.shippingPrice } : {}),
    ...(address && !collected ? { address } : {}),
    lineItems: lines,
  };
  return {
    id: order.orderNumber,
    orderNumber: order.orderNumber,
    orderType: order.orderType,
    status: 'New',
    marketId: order.marketId,
    storeId: store.storeId,
    salesChannel: 'WEB',
    tags: order.tags,
    ...(customer.customerId === undefined ? {} : { customerId: customer.customerId }),
    customerType: customer.isBusiness ? 'B2B' : 'B2C',
    customerName: customer.companyName ?? `${customer.firstName} ${customer.lastName}`,
    customerEmail: customer.email,
    ...(customer.phone === undefined ? {} : { customerPhone: customer.phone }),
    ...(address ? { billingAddress: address } : {}),
    orderForm: { lineItems: lines, shipments: [shipment], discounts: order.discounts, payments: order.payments },
  };
}

/** A payment in the shop's checkout; `Capture` and `Sale` are money, an `Authorization` is a promise. */
export function payment(
  orderNumber: string,
  transactionType: 'Authorization' | 'Capture' | 'Sale',
  { method, amount }: { readonly method: string; readonly amount: number },
): OmniumDocument {
  return {
    id: `pay-${orderNumber}-${transactionType.toLowerCase()}`,
    paymentMethodName: method,
    transactionId: `tx-${orderNumber}`,
    transactionType,
    status: 'Processed',
    amount,
  };
}

function addressOf(customer: ShopCustomer): OmniumDocument | undefined {
  const { address, companyName, firstName, lastName, email } = customer;
  if (!address) return undefined;
  return {
    firstName,
    lastName,
    ...(companyName === undefined ? {} : { organization: companyName }),
    line1: address.street,
    streetNumber: address.streetNumber,
    postalCode: address.postalCode,
    city: address.city,
    countryCode: address.countryCode,
    email,
  };
}
