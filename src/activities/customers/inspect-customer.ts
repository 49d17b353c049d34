import type { CustomerReference } from '../../temporal/sealed-reference';
import type { Attempt } from '../shared/sync-context';
import { SyncError } from '../shared/failures';
import type { Tenant } from '../tenants';
import { decideAboutCustomer } from './decide';

/** What a sync of a customer would do now. Fields are named, values are not. */
export interface CustomerInspection {
  /** As for orders: `in-sync`, `would-write`, deliberately `not-synced`, or `blocked` with the reason. */
  readonly verdict: 'in-sync' | 'would-write' | 'not-synced' | 'blocked';
  readonly reason?: string;
  /** What would be written, e.g. `Omnium email`. */
  readonly changes: readonly string[];
  /** What differs and is left alone by rule. */
  readonly differences: readonly string[];
}

/** Finds out by reading only whether a customer is the same in both systems. */
export async function inspectCustomer(
  tenant: Tenant,
  reference: CustomerReference,
  attempt: Attempt,
): Promise<CustomerInspection> {
  try {
    const decision = await decideAboutCustomer({ tenant, attempt }, { ...reference, deleted: false });
    const { differences } = decision;
    switch (decision.what) {
      case 'nothing':
        return decision.reason
          ? { verdict: 'not-synced', reason: decision.reason, changes: [], differences }
          : { verdict: 'in-sync', changes: [], differences };
      case 'merge': {
        const { changedFields, toFlow } = decision.merge;
        const changes = [...changedFields, ...(toFlow.externalId ? ['Flow externalId'] : [])];
        return { verdict: changes.length > 0 ? 'would-write' : 'in-sync', changes, differences };
      }
      case 'create-in-flow':
      case 'anonymize-in-flow':
      case 'delete-in-flow':
        return { verdict: 'would-write', changes: ['Flow customer'], differences };
      case 'create-in-omnium':
      case 'remove-in-omnium':
        return { verdict: 'would-write', changes: ['Omnium customer'], differences };
    }
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    return { verdict: 'blocked', reason: error.message, changes: [], differences: [] };
  }
}
