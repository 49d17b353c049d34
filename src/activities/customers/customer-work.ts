import type { OmniumCustomer, CustomerKind } from './mapping/customer-fields';
import type { OutboundCustomerRules } from './mapping/flow-customer-to-omnium';
import type { OmniumCustomerSearch } from '../../clients/omnium/customers';
import type { Attempt } from '../shared/sync-context';
import type { Tenant } from '../tenants';

/** One attempt at one tenant's customers. */
export interface CustomerWork {
  readonly tenant: Tenant;
  readonly attempt: Attempt;
}

/** A customer in Omnium, with the kind that Omnium keeps it under. */
export interface FoundInOmnium {
  readonly kind: CustomerKind;
  readonly customer: OmniumCustomer;
}

export const BOTH_KINDS: readonly CustomerKind[] = ['private', 'business'];

/** The connector's implementation that sends customers of a kind from Omnium to Flow. */
export const CUSTOMER_EXPORTERS: Readonly<Record<CustomerKind, string>> = {
  private: 'IPrivateCustomerExporter',
  business: 'IBusinessCustomerExporter',
};

/** Whether customers of a kind go from Omnium to Flow by themselves, and not only with their first order. */
export function isExported({ tenant }: CustomerWork, kind: CustomerKind): boolean {
  return tenant.config.connector.implementations.includes(CUSTOMER_EXPORTERS[kind]);
}

/** The tenant's rules for the mapping of customers. */
export function customerRules(tenant: Tenant): OutboundCustomerRules {
  const { countryCode, settings, markets } = tenant.config;
  const marketId = markets[0]?.marketId;
  const loyaltyProvider = settings.OMNIUM_CUSTOMER_LOYALTY_ID_PROPERTY_KEY;
  const marketGroupId = settings.OMNIUM_CUSTOMER_MARKET_GROUP_ID;
  return {
    tenantCountryCode: countryCode,
    propertyPrefix: settings.OMNIUM_PROPERTY_PREFIX,
    versionSecret: settings.OMNIUM_CLIENT_SECRET,
    ...(loyaltyProvider && { loyaltyProvider }),
    ...(marketGroupId && { marketGroupId }),
    ...(marketId && { marketId }),
  };
}

/** The customer with this id among Omnium's customers of a kind. */
export async function readFromOmnium(
  { tenant, attempt }: CustomerWork,
  kind: CustomerKind,
  customerId: string,
): Promise<OmniumCustomer | undefined> {
  return kind === 'private'
    ? await tenant.omnium.privateCustomers.get(customerId, attempt)
    : await tenant.omnium.businessCustomers.get(customerId, attempt);
}

/** One page of Omnium's customers of a kind. */
export async function searchOmnium(
  { tenant, attempt }: CustomerWork,
  kind: CustomerKind,
  search: OmniumCustomerSearch,
): Promise<{ readonly result: readonly OmniumCustomer[]; readonly totalHits: number }> {
  return kind === 'private'
    ? await tenant.omnium.privateCustomers.search(search, attempt)
    : await tenant.omnium.businessCustomers.search(search, attempt);
}
