import type { FlowCustomer, FlowCustomerUpdate, FlowCustomerWrite } from '../../../clients/flow/customers';
import { compact, countryCode, phone } from '../../shared/addresses';
import {
  fieldsInOmnium,
  kindInFlow,
  type CustomerFieldRules,
  type CustomerKind,
  type OmniumCustomer,
} from './customer-fields';
import { stripToUid } from '../../../domain/uid';

/**
 * A customer of either kind, Omnium → Flow (Flow, customers page; the loyalty rule is of the setup page).
 *
 * @throws UidInvalidError when the id holds nothing that a Flow uid is made of
 */
export function mapCustomer(
  kind: CustomerKind,
  customer: OmniumCustomer,
  rules: CustomerFieldRules,
): FlowCustomerWrite {
  const address = customer.address ?? customer.addresses[0];
  return {
    customerUid: stripToUid(customer.customerId),
    customerType: kind === 'business' ? 'COMPANY' : 'PERSON',
    externalId: customer.customerId,
    ...compact({
      ...fieldsInOmnium(kind, customer, rules),
      countryCode: countryCode(address?.countryCode) ?? rules.tenantCountryCode,
    }),
  };
}

/** What Flow asks of a new customer and this one lacks (Flow, customer help page). */
export function missingForFlow(customer: FlowCustomerWrite): string[] {
  const needed =
    customer.customerType === 'PERSON'
      ? (['firstname', 'lastname', 'countryCode'] as const)
      : (['companyName', 'countryCode'] as const);
  return needed.filter((field) => !customer[field]);
}

/** What an anonymous customer is called in Flow, which does not let a customer go without a name. */
const ANONYMOUS = { firstname: 'Anonymized', lastname: 'Customer', companyName: 'Anonymized customer' } as const;

/**
 * Overwrites everything personal. Type, country and `externalId` stay: sales point to the customer, and without the
 * `externalId` the same Omnium customer could come back as a new one. An `externalId` that is the customer's own e-mail
 * address or phone number goes, too.
 */
export function anonymousInFlow(customer: FlowCustomer): FlowCustomerUpdate {
  const { firstname, lastname, companyName } = ANONYMOUS;
  return {
    ...(kindInFlow(customer) === 'private'
      ? { firstname, lastname, companyName: '' }
      : { ...BLANK_NAMES, companyName }),
    email: '',
    mobile: '',
    address: '',
    postalCode: '',
    city: '',
    vatNumber: '',
    loyaltyId: '',
    internalNote: '',
    ...(isPersonalId(customer) && { externalId: '' }),
    addresses: [],
    contacts: [],
    consents: [],
  };
}

function isPersonalId({ externalId = '', mobile }: FlowCustomer): boolean {
  const number = phone(mobile);
  return externalId.includes('@') || (number !== undefined && number === phone(externalId));
}

const BLANK_NAMES = { firstname: '', lastname: '' } as const;

/** Whether {@link anonymousInFlow} has been written already. */
export function isAnonymousInFlow(customer: FlowCustomer): boolean {
  const { email, mobile, address, firstname, companyName } = customer;
  const named = kindInFlow(customer) === 'private' ? firstname : companyName;
  const expected = kindInFlow(customer) === 'private' ? ANONYMOUS.firstname : ANONYMOUS.companyName;
  return named === expected && !email && !mobile && !address;
}
