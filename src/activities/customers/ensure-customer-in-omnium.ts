import type { Attempt } from '../shared/sync-context';
import { SyncError } from '../shared/failures';
import type { Tenant } from '../tenants';
import { createInOmnium } from './carry-out';
import { decideForFlowCustomer } from './decide';

/** Who a till sale belongs to in Omnium. */
export interface CustomerInOmnium {
  readonly how: 'found' | 'created' | 'none';
  readonly customerId?: string;
  /** Why the sale goes on without its customer, or what a person should look at. */
  readonly problem?: string;
}

/**
 * The customer of a till sale in Omnium: by the id that Flow keeps of it, else found by the matching rules or created. A
 * customer that cannot be brought over does not keep the sale from Omnium. What differs in a customer that both have is
 * left to the customer's own sync.
 */
export async function ensureCustomerInOmnium(
  tenant: Tenant,
  customerUid: string,
  attempt: Attempt,
): Promise<CustomerInOmnium> {
  const work = { tenant, attempt };
  const customer = await tenant.flow.customers.get(customerUid, attempt);
  if (!customer) return { how: 'none', problem: 'customer: Flow does not have the order’s customer any more' };
  if (customer.externalId) return { how: 'found', customerId: customer.externalId };
  try {
    const decision = await decideForFlowCustomer(work, customer);
    if (decision.what === 'merge') {
      const { externalId } = decision.merge.toFlow;
      if (!externalId) return { how: 'none' };
      await tenant.flow.customers.update(customerUid, { externalId }, attempt);
      return { how: 'found', customerId: externalId };
    }
    if (decision.what === 'create-in-omnium') {
      const { kept, outcome } = await createInOmnium(work, customer);
      const [problem] = outcome.differences ?? [];
      if (kept) return { how: 'created', customerId: kept.customerId };
      return { how: 'none', ...(problem && { problem }) };
    }
    const [problem] = decision.differences;
    return { how: 'none', ...(problem && { problem }) };
  } catch (error) {
    if (error instanceof SyncError && error.failureType === 'UidCollision') {
      return { how: 'none', problem: error.message };
    }
    throw error;
  }
}
