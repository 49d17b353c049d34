import type { FlowCustomer } from '../../../clients/flow/customers';
import type {
  OmniumAddressWrite,
  OmniumBusinessCustomerPatch,
  OmniumBusinessCustomerWrite,
  OmniumCustomerPatch,
  OmniumCustomerWrite,
} from '../../../clients/omnium/customers';
import type { OmniumAddress, OmniumExternalIdWrite, OmniumPropertyWrite } from '../../../clients/omnium/members';
import { compact, street } from '../../shared/addresses';
import {
  fieldsInFlow,
  kindInFlow,
  type CustomerFieldRules,
  type CustomerField,
  type CustomerFields,
  type OmniumCustomer,
} from './customer-fields';
import { CustomerVersion } from './merge-customers';

/** What the mapping of a till's customer needs to know about the tenant. */
export interface OutboundCustomerRules extends CustomerFieldRules {
  /** `OMNIUM_CUSTOMER_MARKET_GROUP_ID`. */
  readonly marketGroupId?: string;
  /** The tenant's first market: without one, Omnium's events and searches by market would pass the customer over. */
  readonly marketId?: string;
  /** `OMNIUM_PROPERTY_PREFIX`. */
  readonly propertyPrefix: string;
  /** Key of the remembered versions ({@link CustomerVersion}). */
  readonly versionSecret: string;
}

/** Which Flow customer an Omnium customer is, kept in Omnium: a deleted Flow customer is found by it. */
export const customerUidKey = ({ propertyPrefix }: Pick<OutboundCustomerRules, 'propertyPrefix'>): string =>
  `${propertyPrefix}.customerUid`;

/** What both sides were when they were last the same. */
export const customerVersionKey = ({ propertyPrefix }: Pick<OutboundCustomerRules, 'propertyPrefix'>): string =>
  `${propertyPrefix}.customerVersion`;

/** A property of an Omnium customer. */
export function propertyOf(customer: OmniumCustomer, key: string): string | undefined {
  return customer.properties.find((property) => property.key === key)?.value;
}

/** The remembered version of an Omnium customer. */
export function versionOf(customer: OmniumCustomer, rules: OutboundCustomerRules): CustomerVersion {
  return CustomerVersion.parse(propertyOf(customer, customerVersionKey(rules)), rules.versionSecret);
}

/**
 * A new private customer, Flow → Omnium: the mapping of Flow's customers page. The loyalty id is the customer number, and
 * with a loyalty provider also its external id.
 */
export function mapPrivateToOmnium(customer: FlowCustomer, rules: OutboundCustomerRules): OmniumCustomerWrite {
  const fields = fieldsInFlow(customer, rules);
  return {
    ...membersOfBoth(customer, fields, rules),
    ...compact({ firstName: fields.firstname, lastName: fields.lastname, fullName: customer.displayName }),
    address: { ...addressMembers(fields), countryCode: rules.tenantCountryCode },
  };
}

/** A new business customer, Flow → Omnium. */
export function mapBusinessToOmnium(customer: FlowCustomer, rules: OutboundCustomerRules): OmniumBusinessCustomerWrite {
  const fields = fieldsInFlow(customer, rules);
  return {
    ...membersOfBoth(customer, fields, rules),
    ...compact({ name: fields.companyName, taxId: fields.vatNumber }),
    address: {
      ...addressMembers(fields),
      ...compact({ name: fields.companyName, countryCode: fields.countryCode }),
    },
  };
}

function membersOfBoth(
  customer: FlowCustomer,
  fields: CustomerFields,
  rules: OutboundCustomerRules,
): OmniumCustomerWrite {
  const { customerUid, loyaltyId } = customer;
  return {
    customerId: customerUid,
    ...compact({
      email: fields.email,
      phone: fields.mobile,
      customerNumber: loyaltyId,
      marketGroupId: rules.marketGroupId,
      marketId: rules.marketId,
      created: customer.createdAt,
      modified: customer.lastModifiedAt,
      modifiedBy: customer.lastModifiedBy,
    }),
    ...(loyaltyId &&
      rules.loyaltyProvider && { externalIds: [{ providerName: rules.loyaltyProvider, id: loyaltyId }] }),
    properties: linkProperties(customerUid, versionAfter(undefined, fields, rules), rules),
  };
}

function addressMembers({ address, postalCode, city }: CustomerFields): OmniumAddressWrite {
  return compact({ line1: address, postalCode, city });
}

function versionAfter(
  before: CustomerVersion | undefined,
  fields: CustomerFields,
  rules: OutboundCustomerRules,
): CustomerVersion {
  return (before ?? CustomerVersion.parse(undefined, rules.versionSecret)).after(fields, fields);
}

function linkProperties(
  customerUid: string,
  version: CustomerVersion,
  rules: OutboundCustomerRules,
): OmniumPropertyWrite[] {
  return [
    { key: customerUidKey(rules), value: customerUid },
    { key: customerVersionKey(rules), value: version.text },
  ];
}

/** What a patch of an Omnium customer is made of. */
export interface PatchParts {
  readonly flow: FlowCustomer;
  readonly omnium: OmniumCustomer;
  /** Fields to be written, by their names in Flow; empty text empties. */
  readonly writes: Readonly<Partial<Record<CustomerField, string>>>;
  /** The version both are at once this and its counterpart are written. */
  readonly version: CustomerVersion;
}

/**
 * The patch of an Omnium customer: only what differs, so that everything the integration does not know stays. An address
 * and the list of external ids are sent whole, with what they hold besides, as a patch may replace them as a whole.
 */
export function patchForOmnium(
  { flow, omnium, writes, version }: PatchParts,
  rules: OutboundCustomerRules,
): OmniumCustomerPatch & OmniumBusinessCustomerPatch {
  const business = kindInFlow(flow) === 'business';
  const loyalty = writes.loyaltyId;
  const address = patchedAddress({ flow, omnium, writes, version }, rules);
  return {
    customerId: omnium.customerId,
    ...present({
      firstName: writes.firstname,
      lastName: writes.lastname,
      ...(business && { name: writes.companyName, taxId: writes.vatNumber }),
      email: writes.email,
      phone: writes.mobile,
      customerNumber: loyalty,
    }),
    ...(!omnium.marketGroupId && rules.marketGroupId && { marketGroupId: rules.marketGroupId }),
    ...(!omnium.marketId && rules.marketId && { marketId: rules.marketId }),
    ...(loyalty !== undefined &&
      rules.loyaltyProvider && { externalIds: externalIds(omnium, rules.loyaltyProvider, loyalty) }),
    ...(address && { address }),
    properties: linkProperties(flow.customerUid, version, rules),
  };
}

function patchedAddress(
  { flow, omnium, writes }: PatchParts,
  rules: OutboundCustomerRules,
): OmniumAddressWrite | undefined {
  const business = kindInFlow(flow) === 'business';
  const fields = ['address', 'postalCode', 'city', 'countryCode'] as const;
  const touched = fields.some((field) => writes[field] !== undefined);
  if (!touched && !(business && writes.companyName !== undefined)) return undefined;
  const existing: Partial<OmniumAddress> = omnium.address ?? omnium.addresses[0] ?? {};
  return {
    ...compact(existing),
    // The whole street is in one line on Flow's side, so the parts it was made of go.
    ...(writes.address !== undefined && { line1: writes.address, ...emptiedParts(existing) }),
    ...present({ postalCode: writes.postalCode, city: writes.city }),
    ...(business
      ? present({ countryCode: writes.countryCode, name: writes.companyName })
      : { countryCode: rules.tenantCountryCode }),
  };
}

function emptiedParts({ line2, streetNumber }: Partial<OmniumAddress>): OmniumAddressWrite {
  return { ...(line2 && { line2: '' }), ...(streetNumber && { streetNumber: '' }) };
}

function externalIds(omnium: OmniumCustomer, providerName: string, id: string): OmniumExternalIdWrite[] {
  const others = omnium.externalIds.flatMap((given) =>
    given.providerName && given.id && given.providerName !== providerName
      ? [{ providerName: given.providerName, id: given.id }]
      : [],
  );
  return id === '' ? others : [...others, { providerName, id }];
}

/** Without the members that are not to be written; an empty text is written. */
function present<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
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
