import type { FlowAddressWrite } from '../../clients/flow/members';
import type { OmniumAddress, OmniumOrderAddress } from '../../clients/omnium/members';
import type { OmniumOrder } from '../../clients/omnium/orders';

/**
 * Addresses, Omnium → Flow. `customerAddress` is where the goods go, or who fetches them: the delivery address first, else
 * the billing address. `invoiceAddress` is there only when it differs from that (Flow, order model).
 */
export function mapAddresses(order: OmniumOrder): {
  readonly customerAddress?: FlowAddressWrite;
  readonly invoiceAddress?: FlowAddressWrite;
} {
  const delivery = order.orderForm.shipments.find((shipment) => shipment.address)?.address;
  const billing = order.billingAddress && mapOrderAddress(order.billingAddress, order);
  const customerAddress = delivery ? mapOrderAddress(delivery, order) : billing;
  const invoiceDiffers = billing && customerAddress && !sameAddress(billing, customerAddress);
  return { ...(customerAddress && { customerAddress }), ...(invoiceDiffers && { invoiceAddress: billing }) };
}

function mapOrderAddress(address: OmniumOrderAddress, order: OmniumOrder): FlowAddressWrite {
  const name =
    address.firstName || address.lastName
      ? { firstname: address.firstName, lastname: address.lastName }
      : splitName(address.name);
  return filled({
    ...name,
    companyName: address.organization,
    address: street(address),
    postalCode: address.postalCode,
    city: address.city,
    countryCode: countryCode(address.countryCode),
    email: address.email ?? order.customerEmail,
    mobile: phone(address.daytimePhoneNumber ?? address.phone ?? order.customerPhone),
  });
}

/** A name split at its last blank: `Anna Lena Berg` → first name `Anna Lena`, last name `Berg`. */
export function splitName(name: string | undefined): { readonly firstname?: string; readonly lastname?: string } {
  const words = name?.trim().split(/\s+/u).filter(Boolean) ?? [];
  if (words.length === 0) return {};
  const lastname = words[words.length - 1];
  const firstname = words.slice(0, -1).join(' ');
  return filled({ firstname, lastname });
}

/** Street and number on one line, a second line after a comma. */
export function street(address: Pick<OmniumAddress, 'line1' | 'line2' | 'streetNumber'>): string | undefined {
  const first = [address.line1, address.streetNumber].filter(Boolean).join(' ');
  return [first, address.line2].filter(Boolean).join(', ') || undefined;
}

/** Flow takes digits and a leading plus only (customers page). */
export function phone(value: string | undefined): string | undefined {
  const digits = value?.replace(/[^\d+]/g, '').replace(/(?!^)\+/g, '');
  return digits || undefined;
}

/** ISO 3166 alpha-2 in capitals; anything else is left out, as Flow would refuse it. */
export function countryCode(value: string | undefined): string | undefined {
  const code = value?.trim().toUpperCase();
  return code && /^[A-Z]{2}$/.test(code) ? code : undefined;
}

/** The members that hold something: neither undefined nor an empty text. */
export function filled<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined && member !== '')) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

function sameAddress(a: FlowAddressWrite, b: FlowAddressWrite): boolean {
  return JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
}
