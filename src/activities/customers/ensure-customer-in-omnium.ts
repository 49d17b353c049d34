import type { Attempt } from '../attempt';
import type { Tenant } from '../tenants';

/** Who a till sale belongs to in Omnium. */
export interface CustomerInOmnium {
  readonly how: 'found' | 'created' | 'none';
  readonly customerId?: string;
  /** Why the sale goes on without its customer, or what a person should look at. */
  readonly problem?: string;
}

/** The customer of a till sale in Omnium, by the id that Flow keeps of it. */
export async function ensureCustomerInOmnium(
  tenant: Tenant,
  customerUid: string,
  attempt: Attempt,
): Promise<CustomerInOmnium> {
  const customer = await tenant.flow.getCustomer(customerUid, attempt);
  return customer?.externalId ? { how: 'found', customerId: customer.externalId } : { how: 'none' };
}
