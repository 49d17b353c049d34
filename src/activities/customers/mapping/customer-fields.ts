import type { FlowCustomer } from '../../../clients/flow/customers';
import type { OmniumBusinessCustomer, OmniumPrivateCustomer } from '../../../clients/omnium/customers';
import { countryCode, phone, street } from '../../shared/addresses';

/** Omnium keeps persons and companies apart; Flow tells them by `customerType`. */
export type CustomerKind = 'private' | 'business';

/** A customer of either kind as Omnium has it. */
export type OmniumCustomer = OmniumPrivateCustomer | OmniumBusinessCustomer;

/** What both systems know about a customer, under Flow's names. Absent and blank are the same. */
export const CUSTOMER_FIELDS = [
  'firstname',
  'lastname',
  'companyName',
  'vatNumber',
  'email',
  'mobile',
  'address',
  'postalCode',
  'city',
  'countryCode',
  'loyaltyId',
] as const;
export type CustomerField = (typeof CUSTOMER_FIELDS)[number];
export type CustomerFields = { readonly [F in CustomerField]?: string | undefined };

/** Fields that only make sense together: half of one address and half of another is nobody's. */
export const FIELD_GROUPS = {
  name: ['firstname', 'lastname', 'companyName'],
  vatNumber: ['vatNumber'],
  email: ['email'],
  mobile: ['mobile'],
  address: ['address', 'postalCode', 'city', 'countryCode'],
  loyaltyId: ['loyaltyId'],
} as const satisfies Record<string, readonly CustomerField[]>;
export type FieldGroup = keyof typeof FIELD_GROUPS;
export const FIELD_GROUP_NAMES = Object.keys(FIELD_GROUPS) as FieldGroup[];

/** What reading the fields needs to know about the tenant. */
export interface CustomerFieldRules {
  readonly tenantCountryCode: string;
  /** `OMNIUM_CUSTOMER_LOYALTY_ID_PROPERTY_KEY`: provider of the external id that is the loyalty id. */
  readonly loyaltyProvider?: string;
}

/** The kind of a customer in Flow: `COMPANY` and the older `B2B` are businesses, everything else is a person. */
export function kindInFlow({ customerType }: Pick<FlowCustomer, 'customerType'>): CustomerKind {
  return /^(company|b2b)$/i.test(customerType ?? '') ? 'business' : 'private';
}

/**
 * What Flow knows. A private customer has no country here: in Omnium it is always the tenant's (Flow, customers page), so
 * it says nothing about the person.
 */
export function fieldsInFlow(customer: FlowCustomer, rules: CustomerFieldRules): CustomerFields {
  const { email, address, postalCode, city, loyaltyId } = customer;
  const both = { email, mobile: phone(customer.mobile), address, postalCode, city, loyaltyId };
  if (kindInFlow(customer) === 'private') {
    return { firstname: customer.firstname, lastname: customer.lastname, ...both };
  }
  return {
    companyName: customer.companyName,
    vatNumber: customer.vatNumber,
    ...both,
    countryCode: countryCode(customer.countryCode) ?? rules.tenantCountryCode,
  };
}

/** What Omnium knows, in Flow's terms. */
export function fieldsInOmnium(
  kind: CustomerKind,
  customer: OmniumCustomer,
  rules: CustomerFieldRules,
): CustomerFields {
  const address = customer.address ?? customer.addresses[0];
  const both = {
    email: customer.email,
    mobile: phone(customer.phone),
    address: address && street(address),
    postalCode: address?.postalCode,
    city: address?.city,
    loyaltyId: loyaltyId(customer, rules.loyaltyProvider),
  };
  if (kind === 'private') {
    const { firstName, lastName } = customer as OmniumPrivateCustomer;
    return { firstname: firstName, lastname: lastName, ...both };
  }
  const { name, taxId } = customer as OmniumBusinessCustomer;
  return {
    companyName: name,
    vatNumber: taxId,
    ...both,
    countryCode: countryCode(address?.countryCode) ?? rules.tenantCountryCode,
  };
}

/** The loyalty id: the external id of the configured provider; without a provider the customer number. */
export function loyaltyId(
  customer: Pick<OmniumCustomer, 'externalIds' | 'customerNumber'>,
  provider: string | undefined,
): string | undefined {
  if (!provider) return customer.customerNumber;
  return customer.externalIds.find((externalId) => externalId.providerName === provider)?.id;
}

/** A field's text as it is compared: blanks at the ends and doubled ones do not count, nor an e-mail's case. */
export function comparable(field: CustomerField, value: string | undefined): string {
  const text = (value ?? '').trim().replace(/\s+/gu, ' ');
  if (field === 'email') return text.toLowerCase();
  return field === 'mobile' ? (phone(text) ?? '') : text;
}

/** Whether a group says the same on both sides. */
export function sameGroup(group: FieldGroup, one: CustomerFields, other: CustomerFields): boolean {
  return FIELD_GROUPS[group].every((field) => comparable(field, one[field]) === comparable(field, other[field]));
}

/** Whether a group says nothing. A country alone says nothing: it is filled in by default. */
export function isBlankGroup(group: FieldGroup, fields: CustomerFields): boolean {
  return FIELD_GROUPS[group].every((field) => field === 'countryCode' || comparable(field, fields[field]) === '');
}
