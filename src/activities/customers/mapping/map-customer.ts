import type { FlowCustomer, FlowCustomerUpdate, FlowCustomerWrite } from '../../../clients/flow/customers';
import type {
  OmniumBusinessCustomerPatch,
  OmniumBusinessCustomerWrite,
  OmniumCustomerPatch,
  OmniumCustomerWrite,
} from '../../../clients/omnium/customers';
import type { OmniumAddress, OmniumPropertyWrite } from '../../../clients/omnium/members';
import { compact } from '../../../domain/compact';
import { stripToUid } from '../../../domain/uid';
import { countryCode, filled, phone, street } from '../../shared/addresses';
import {
  fieldsInFlow,
  fieldsInOmnium,
  kindInFlow,
  type CustomerField,
  type CustomerKind,
  type CustomerRules,
  type OmniumCustomer,
} from './customer-fields';
import { CustomerVersion } from './merge-customers';

/** The Flow customer that an Omnium customer is, kept in Omnium: a deleted Flow customer is found by it. */
export function customerUidProperty({ propertyPrefix }: CustomerRules, customerUid: string): OmniumPropertyWrite {
  return { key: `${propertyPrefix}.customerUid`, value: customerUid };
}

/** What Omnium's customer keeps of the tie: who it is in Flow, and what both sides were when they were last the same. */
export function tieOf(
  { properties }: OmniumCustomer,
  rules: CustomerRules,
): {
  readonly customerUid: string | undefined;
  /** In whose Flow that is: chains of several tenants share one Omnium. */
  readonly tenantUid: string | undefined;
  readonly version: CustomerVersion;
} {
  const values = new Map([...properties].reverse().map(({ key, value }) => [key, value]));
  const version = CustomerVersion.parse(values.get(`${rules.propertyPrefix}.customerVersion`), rules.versionSecret);
  const [customerUid, tenantUid] = ['customerUid', 'customerTenantUid'].map((name) =>
    values.get(`${rules.propertyPrefix}.${name}`),
  );
  return { customerUid, tenantUid, version };
}

function tieProperties(rules: CustomerRules, customerUid: string, version: CustomerVersion): OmniumPropertyWrite[] {
  return [
    customerUidProperty(rules, customerUid),
    { key: `${rules.propertyPrefix}.customerTenantUid`, value: rules.tenantUid },
    { key: `${rules.propertyPrefix}.customerVersion`, value: version.text },
  ];
}

/**
 * A new customer of either kind, Flow → Omnium: the mapping of Flow's customers page. The loyalty id is the customer
 * number, and with a loyalty provider also its external id. A person's country is always the tenant's.
 */
export function mapToOmnium(
  customer: FlowCustomer,
  rules: CustomerRules,
): OmniumCustomerWrite & OmniumBusinessCustomerWrite {
  const { customerUid, loyaltyId } = customer;
  const { loyaltyProvider, marketGroupId, marketId, tenantCountryCode } = rules;
  const isBusiness = kindInFlow(customer) === 'business';
  const fields = fieldsInFlow(customer, rules);
  const version = CustomerVersion.parse(undefined, rules.versionSecret).after(fields, fields);
  return {
    customerId: customerUid,
    ...filled({
      firstName: fields.firstname,
      lastName: fields.lastname,
      fullName: isBusiness ? undefined : customer.displayName,
      name: fields.companyName,
      taxId: fields.vatNumber,
      email: fields.email,
      phone: fields.mobile,
      customerNumber: loyaltyId,
      marketGroupId,
      marketId,
      created: customer.createdAt,
      modified: customer.lastModifiedAt,
      modifiedBy: customer.lastModifiedBy,
    }),
    ...(loyaltyId && loyaltyProvider && { externalIds: [{ providerName: loyaltyProvider, id: loyaltyId }] }),
    address: filled({
      name: fields.companyName,
      line1: fields.address,
      postalCode: fields.postalCode,
      city: fields.city,
      countryCode: isBusiness ? fields.countryCode : tenantCountryCode,
    }),
    properties: tieProperties(rules, customerUid, version),
  };
}

/**
 * The patch of an Omnium customer: only what differs, so that everything the integration does not know stays. An address
 * and the list of external ids are sent whole, with what they hold besides, as a patch may replace them as a whole.
 *
 * @param writes fields to be written, by their names in Flow; empty text empties
 * @param version what both are once this and its counterpart are written
 */
export function patchForOmnium(
  flow: FlowCustomer,
  omnium: OmniumCustomer,
  writes: Readonly<Partial<Record<CustomerField, string>>>,
  version: CustomerVersion,
  rules: CustomerRules,
): OmniumCustomerPatch & OmniumBusinessCustomerPatch {
  const isBusiness = kindInFlow(flow) === 'business';
  const { loyaltyId } = writes;
  const { loyaltyProvider } = rules;
  const others = omnium.externalIds.flatMap(({ providerName, id }) =>
    providerName && id && providerName !== loyaltyProvider ? [{ providerName, id }] : [],
  );
  const named = isBusiness ? writes.companyName : undefined;
  const isMoved = [writes.address, writes.postalCode, writes.city, writes.countryCode, named].some(
    (value) => value !== undefined,
  );
  const existing: Partial<OmniumAddress> = omnium.address ?? omnium.addresses[0] ?? {};
  const address = {
    ...filled(existing),
    ...compact({
      line1: writes.address,
      // The whole street is in one line on Flow's side, so the parts it was made of go.
      line2: writes.address !== undefined && existing.line2 ? '' : undefined,
      streetNumber: writes.address !== undefined && existing.streetNumber ? '' : undefined,
      postalCode: writes.postalCode,
      city: writes.city,
      countryCode: isBusiness ? writes.countryCode : rules.tenantCountryCode,
      name: named,
    }),
  };
  return {
    customerId: omnium.customerId,
    ...compact({
      firstName: writes.firstname,
      lastName: writes.lastname,
      name: named,
      taxId: isBusiness ? writes.vatNumber : undefined,
      email: writes.email,
      phone: writes.mobile,
      customerNumber: loyaltyId,
      marketGroupId: omnium.marketGroupId ? undefined : rules.marketGroupId,
      marketId: omnium.marketId ? undefined : rules.marketId,
      externalIds:
        loyaltyId === undefined || loyaltyProvider === undefined
          ? undefined
          : [...others, ...(loyaltyId === '' ? [] : [{ providerName: loyaltyProvider, id: loyaltyId }])],
      address: isMoved ? address : undefined,
    }),
    properties: tieProperties(rules, flow.customerUid, version),
  };
}

/**
 * Whether Omnium's customer has been anonymised: nothing left that tells who it is. How Omnium writes it is not
 * documented; names that say "anonymous" in some form count as none.
 */
export function isAnonymousInOmnium(customer: OmniumCustomer): boolean {
  const names = ['firstName', 'lastName', 'fullName', 'name'].map((member): unknown => Reflect.get(customer, member));
  const nameless = names.every((name) => typeof name !== 'string' || /^[\s*-]*$|^anonym/i.test(name));
  const { email, phone: number, address, addresses } = customer;
  return nameless && !email && !number && ![address, ...addresses].some((given) => given && street(given));
}

/**
 * A customer of either kind, Omnium → Flow (Flow, customers page; the loyalty rule is of the setup page).
 *
 * @throws UidInvalidError when the id holds nothing that a Flow uid is made of
 */
export function mapToFlow(kind: CustomerKind, customer: OmniumCustomer, rules: CustomerRules): FlowCustomerWrite {
  const address = customer.address ?? customer.addresses[0];
  return {
    customerUid: stripToUid(customer.customerId),
    customerType: kind === 'business' ? 'COMPANY' : 'PERSON',
    externalId: customer.customerId,
    ...filled({
      ...fieldsInOmnium(kind, customer, rules),
      countryCode: countryCode(address?.countryCode) ?? rules.tenantCountryCode,
    }),
  };
}

/** What an anonymous customer is called in Flow, which does not let a customer go without a name. */
const ANONYMOUS = { firstname: 'Anonymized', lastname: 'Customer', companyName: 'Anonymized customer' } as const;

/**
 * Overwrites everything personal. Type, country and `externalId` stay: sales point to the customer, and without the
 * `externalId` the same Omnium customer could come back as a new one. An `externalId` that is the customer's own e-mail
 * address or phone number goes, too.
 */
export function anonymousInFlow(customer: FlowCustomer): FlowCustomerUpdate {
  const { externalId = '' } = customer;
  const number = phone(customer.mobile);
  const isPersonalId = externalId.includes('@') || (number !== undefined && number === phone(externalId));
  const isPrivate = kindInFlow(customer) === 'private';
  return {
    firstname: isPrivate ? ANONYMOUS.firstname : '',
    lastname: isPrivate ? ANONYMOUS.lastname : '',
    companyName: isPrivate ? '' : ANONYMOUS.companyName,
    email: '',
    mobile: '',
    address: '',
    postalCode: '',
    city: '',
    vatNumber: '',
    loyaltyId: '',
    internalNote: '',
    ...(isPersonalId && { externalId: '' }),
    addresses: [],
    contacts: [],
    consents: [],
  };
}

/** Whether {@link anonymousInFlow} has been written already. */
export function isAnonymousInFlow(customer: FlowCustomer): boolean {
  const { email, mobile, address } = customer;
  const name = kindInFlow(customer) === 'private' ? 'firstname' : 'companyName';
  return customer[name] === ANONYMOUS[name] && !email && !mobile && !address;
}
