import { z } from 'zod';

import {
  countryCode,
  oneOf,
  optional,
  optionalFlag,
  optionalText,
  optionalUid,
  optionalWhole,
  phone,
  requiredText,
} from '../fields';

/** Request bodies and kept documents of customers (flow-api.md §3.6). */

const customerAddress = z.strictObject({
  customerAddressUid: optionalUid,
  type: optionalText,
  firstname: optionalText,
  lastname: optionalText,
  companyName: optionalText,
  address: optionalText,
  postalCode: optionalText,
  city: optionalText,
  countryCode: optional(countryCode),
  email: optionalText,
  phone: optional(phone),
});

const customerContact = z.strictObject({
  customerContactUid: optionalUid,
  firstname: optionalText,
  lastname: optionalText,
  email: optionalText,
  mobile: optional(phone),
});

const consent = z.strictObject({
  consentUid: optionalUid,
  name: optionalText,
  status: optionalText,
  source: optionalText,
});

export const customerFields = z.strictObject({
  firstname: optionalText,
  lastname: optionalText,
  companyName: optionalText,
  email: optionalText,
  mobile: optional(phone),
  address: optionalText,
  city: optionalText,
  postalCode: optionalText,
  countryCode: optional(countryCode),
  vatNumber: optionalText,
  externalId: optionalText,
  loyaltyId: optionalText,
  origin: optionalText,
  ledgerNumber: optionalText,
  pricelistUid: optionalUid,
  addresses: optional(z.array(customerAddress)),
  contacts: optional(z.array(customerContact)),
  consents: optional(z.array(consent)),
  credit: optional(z.strictObject({ limit: optionalWhole, balance: optionalWhole })),
  paymentTerms: optionalText,
  internalNote: optionalText,
  active: optionalFlag,
});
/** `PERSON` and `COMPANY` are documented; `B2B` is the older name of a company. */
const CUSTOMER_TYPES = ['PERSON', 'COMPANY', 'B2B'] as const;
export const customerCreate = customerFields.extend({
  customerType: oneOf(CUSTOMER_TYPES),
  customerUid: optionalUid,
});
export type Customer = z.infer<typeof customerFields> & {
  customerUid: string;
  customerType: (typeof CUSTOMER_TYPES)[number];
};

export const customerGroupFields = z.strictObject({ name: requiredText });
export const customerGroupCreate = customerGroupFields.extend({ customerGroupUid: optionalUid });
export type CustomerGroup = z.infer<typeof customerGroupFields> & { customerGroupUid: string };

export const customerSearch = z.strictObject({
  exactMatch: optionalFlag,
  query: optionalText,
  mobile: optionalText,
  email: optionalText,
  vatNumber: optionalText,
  scope: optionalText,
});

/** How a person or company is shown: company name first, else first and last name. */
export function displayNameOf(customer: {
  companyName?: string | null | undefined;
  firstname?: string | null | undefined;
  lastname?: string | null | undefined;
}): string | null {
  const person = [customer.firstname, customer.lastname].filter(Boolean).join(' ');
  return customer.companyName || person || null;
}
