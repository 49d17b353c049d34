import type { FlowCustomer } from '../../../clients/flow/customers';
import type { OmniumBusinessCustomer, OmniumPrivateCustomer } from '../../../clients/omnium/customers';
import type { TenantConfig } from '../../../config/types';
import { compact } from '../../../domain/compact';
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

/** What the mapping of customers needs to know about the tenant. */
export interface CustomerRules {
  readonly tenantUid: string;
  readonly tenantCountryCode: string;
  /** `OMNIUM_PROPERTY_PREFIX`. */
  readonly propertyPrefix: string;
  /** Key of the remembered versions of customers. */
  readonly versionSecret: string;
  /** `OMNIUM_CUSTOMER_LOYALTY_ID_PROPERTY_KEY`: provider of the external id that is the loyalty id. */
  readonly loyaltyProvider?: string;
  /** `OMNIUM_CUSTOMER_MARKET_GROUP_ID`. */
  readonly marketGroupId?: string;
  /** The tenant's first market: without one, Omnium's events and searches by market would pass the customer over. */
  readonly marketId?: string;
}

/** The tenant's rules for the mapping of customers. */
export function customerRules(config: TenantConfig): CustomerRules {
  const { tenantUid, countryCode: tenantCountryCode, settings, markets } = config;
  return {
    tenantUid,
    tenantCountryCode,
    propertyPrefix: settings.OMNIUM_PROPERTY_PREFIX,
    versionSecret: settings.OMNIUM_CLIENT_SECRET,
    ...compact({
      loyaltyProvider: settings.OMNIUM_CUSTOMER_LOYALTY_ID_PROPERTY_KEY,
      marketGroupId: settings.OMNIUM_CUSTOMER_MARKET_GROUP_ID,
      marketId: markets[0]?.marketId,
    }),
  };
}

/** The kind of a customer in Flow: `COMPANY` and the older `B2B` are businesses, everything else is a person. */
export function kindInFlow({ customerType }: Pick<FlowCustomer, 'customerType'>): CustomerKind {
  return /^(company|b2b)$/i.test(customerType ?? '') ? 'business' : 'private';
}

/**
 * What Flow knows. A private customer has no country here: in Omnium it is always the tenant's (Flow, customers page), so
 * it says nothing about the person.
 */
export function fieldsInFlow(customer: FlowCustomer, rules: CustomerRules): CustomerFields {
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

/** What Omnium knows, in Flow's terms. Without a loyalty provider the customer number is the loyalty id. */
export function fieldsInOmnium(kind: CustomerKind, customer: OmniumCustomer, rules: CustomerRules): CustomerFields {
  const address = customer.address ?? customer.addresses[0];
  const { loyaltyProvider } = rules;
  const both = {
    email: customer.email,
    mobile: phone(customer.phone),
    address: address && street(address),
    postalCode: address?.postalCode,
    city: address?.city,
    loyaltyId: loyaltyProvider
      ? customer.externalIds.find(({ providerName }) => providerName === loyaltyProvider)?.id
      : customer.customerNumber,
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

/** An organisation number without blanks, points, the country before it (`NO`, `SE`) and the word behind it (`MVA`). */
function organisationNumber(text: string): string {
  const bare = text.replace(/[^\p{L}\p{N}]/gu, '').toUpperCase();
  return /^(?:[A-Z]{2})?(\d{6,})(?:MVA)?$/.exec(bare)?.[1] ?? bare;
}

/** A field's text as it is compared: blanks at the ends and doubled ones do not count, nor an e-mail's case. */
export function comparable(field: CustomerField, value: string | undefined): string {
  const text = (value ?? '').trim().replace(/\s+/gu, ' ');
  if (field === 'email') return text.toLowerCase();
  if (field === 'vatNumber') return organisationNumber(text);
  return field === 'mobile' ? (phone(text) ?? '') : text;
}
