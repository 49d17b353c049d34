import type { FlowCustomerUpdate, FlowCustomerWrite } from '../clients/flow/schemas';
import type { OmniumBusinessCustomer, OmniumPrivateCustomer } from '../clients/omnium/schemas';
import { stripToUid } from '../domain/uid';
import { compact, countryCode, phone, street } from './addresses';

/** What the mapping of customers needs to know about the tenant. */
export interface CustomerRules {
  readonly tenantCountryCode: string;
  /** `OMNIUM_CUSTOMER_LOYALTY_ID_PROPERTY_KEY`: provider of the external id that is the loyalty id. */
  readonly loyaltyProvider?: string;
}

type AnyCustomer = OmniumPrivateCustomer | OmniumBusinessCustomer;

/** Private customer, Omnium → Flow (Flow, customers page; the loyalty rule is of the setup page). */
export function mapPrivateCustomer(customer: OmniumPrivateCustomer, rules: CustomerRules): FlowCustomerWrite {
  return {
    customerUid: stripToUid(customer.customerId),
    customerType: 'PERSON',
    externalId: customer.customerId,
    ...compact({
      firstname: customer.firstName,
      lastname: customer.lastName,
      ...contact(customer, rules),
    }),
  };
}

/** Business customer, Omnium → Flow. */
export function mapBusinessCustomer(customer: OmniumBusinessCustomer, rules: CustomerRules): FlowCustomerWrite {
  return {
    customerUid: stripToUid(customer.customerId),
    customerType: 'COMPANY',
    externalId: customer.customerId,
    ...compact({ companyName: customer.name, vatNumber: customer.taxId, ...contact(customer, rules) }),
  };
}

/** The loyalty id: the external id of the configured provider; without a provider the customer number. */
export function loyaltyId(
  customer: Pick<AnyCustomer, 'externalIds' | 'customerNumber'>,
  provider: string | undefined,
): string | undefined {
  if (!provider) return customer.customerNumber;
  return customer.externalIds.find((externalId) => externalId.providerName === provider)?.id;
}

function contact(customer: AnyCustomer, rules: CustomerRules): { [K in keyof FlowCustomerUpdate]: string | undefined } {
  const address = customer.address ?? customer.addresses[0];
  return {
    email: customer.email,
    mobile: phone(customer.phone),
    address: address && street(address),
    postalCode: address?.postalCode,
    city: address?.city,
    countryCode: countryCode(address?.countryCode) ?? rules.tenantCountryCode,
    loyaltyId: loyaltyId(customer, rules.loyaltyProvider),
  };
}
