import type { FlowCustomer } from '../../../clients/flow/customers';
import type { FlowAddress } from '../../../clients/flow/members';
import type { FlowContact } from '../../../clients/flow/orders';
import type { OmniumInvoiceWrite } from '../../../clients/omnium/invoices';

/** Everything Flow knows about whose receipt it is; nothing of it for an anonymous sale. */
export interface ReceiptHolder {
  readonly customerUid?: string | undefined;
  /** As it stood on the receipt. */
  readonly address?: FlowAddress | undefined;
  readonly contact?: FlowContact | undefined;
  /** The customer's record today. */
  readonly customer?: FlowCustomer | undefined;
}

type InvoiceCustomer = Pick<OmniumInvoiceWrite, 'customerId' | 'customerName' | 'customerEmail' | 'customerType'>;

/**
 * Whose invoice it is (Flow, invoices page): e-mail and display name of the contact person first, then of the address on
 * the receipt, then of the customer's record. The id is Omnium's own where Flow knows it, else Flow's uid, under which a
 * customer born at a till is made in Omnium.
 */
export function mapInvoiceCustomer({ customerUid, address, contact, customer }: ReceiptHolder): InvoiceCustomer {
  const customerId = customer?.externalId ?? customerUid;
  const customerName = displayName(contact) ?? displayName(address) ?? displayName(customer);
  const customerEmail = contact?.email ?? address?.email ?? customer?.email;
  const customerType = typeOf(address, customer);
  return {
    ...(customerId && { customerId }),
    ...(customerName && { customerName }),
    ...(customerEmail && { customerEmail }),
    ...(customerType && { customerType }),
  };
}

/** Businesses are `COMPANY`, on older pages `B2B`. Without a record the address tells; without both nobody does. */
function typeOf(
  address: FlowAddress | undefined,
  customer: FlowCustomer | undefined,
): 'Business' | 'Private' | undefined {
  const { customerType } = customer ?? {};
  if (customerType) return customerType === 'COMPANY' || customerType === 'B2B' ? 'Business' : 'Private';
  if (address?.companyName ?? address?.vatNumber) return 'Business';
  return displayName(address) ? 'Private' : undefined;
}

function displayName(
  named: (Partial<FlowContact> & { readonly companyName?: string | undefined }) | undefined,
): string | undefined {
  if (!named) return undefined;
  const { firstname, lastname } = named;
  return named.displayName ?? named.companyName ?? ([firstname, lastname].filter(Boolean).join(' ') || undefined);
}
