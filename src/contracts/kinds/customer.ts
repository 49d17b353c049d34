import { distinctNames } from '../../domain/distinct-names';
import { splitId } from '../entity-sync';
import type { EntityEvent, EntityKey, EntityKind, EntityOutcome, PassInput } from '../entity-sync';
import type { Branded } from '../brands';
import type { Direction } from '../search-attributes';

/**
 * A customer, in both directions. A customer's id can be an e-mail address or a phone number, so not even ids are in the
 * clear: the workflow is named by a hash, and the id travels sealed. Nothing in a workflow can read who the customer is.
 */

/** Which customer an event is about, readable only with the tenant's secret (src/temporal/sealed-reference.ts). */
export type SealedCustomerRef = Branded<string, 'SealedCustomerRef'>;

export interface CustomerKey extends EntityKey {
  /** Keyed hash of the customer's id (`customerKeyOf`): 32 hex digits. */
  readonly customerKey: string;
}

export interface CustomerEvent extends EntityEvent {
  readonly reference: SealedCustomerRef;
  /** `deleted`: the sender says that the customer is gone. An anonymised customer is a changed one. */
  readonly kind: 'changed' | 'deleted';
}

/** The events of a pass nearly always name one customer. */
export type SyncCustomerInput = CustomerKey &
  PassInput & { readonly events: readonly Pick<CustomerEvent, 'reference' | 'kind'>[] };

/** What a pass over a customer did: field names and outcomes, no values and no ids. */
export interface CustomerOutcome extends EntityOutcome {
  readonly action: 'created' | 'updated' | 'linked' | 'anonymized' | 'deleted' | 'unchanged' | 'skipped';
  /** Where the customer's data went; absent when nothing was written. */
  readonly direction?: Direction;
  readonly customerType?: 'private' | 'business';
}

/** How much an action says, from nothing to what its reader must not miss. */
const STRENGTH: readonly CustomerOutcome['action'][] = [
  'skipped',
  'unchanged',
  'linked',
  'updated',
  'created',
  'anonymized',
  'deleted',
];

/**
 * What two outcomes come to: the action that says more, everything that was written, and the second one's differences, as
 * it has looked last.
 */
export function combineOutcomes(before: CustomerOutcome, latest: CustomerOutcome): CustomerOutcome {
  const { action, direction, reason } =
    STRENGTH.indexOf(latest.action) >= STRENGTH.indexOf(before.action) ? latest : before;
  const changedFields = distinctNames(before.changedFields, latest.changedFields);
  const customerType = latest.customerType ?? before.customerType;
  return {
    action,
    ...(direction && { direction }),
    ...(customerType && { customerType }),
    ...(reason && { reason }),
    ...(changedFields.length > 0 && { changedFields }),
    ...(latest.differences && { differences: latest.differences }),
    calls: (before.calls ?? 0) + (latest.calls ?? 0),
  };
}

/** Whether something was written. */
function wroteSomething({ action }: CustomerOutcome): boolean {
  return action !== 'skipped' && action !== 'unchanged';
}

export const customerKind: EntityKind<CustomerKey, CustomerEvent, CustomerOutcome> = {
  name: 'customer',
  workflow: 'customerWorkflow',
  activity: 'syncCustomer',
  engine: 'order-sync',
  direction: 'inbound',
  route: 'Omnium ⇄ Flow',
  eventsPerPass: 50,
  isNothingWithoutEvents: true,
  id: ({ tenantUid, customerKey }) => `customer:${tenantUid}:${customerKey}`,
  parseId: (workflowId) => {
    const parts = splitId('customer', workflowId);
    return parts && { tenantUid: parts.tenantUid, customerKey: parts.rest };
  },
  subject: ({ customerKey }) => `Customer ${customerKey.slice(0, 8)}`,
  passInput: (events) => ({ events: events.map(({ reference, kind }) => ({ reference, kind })) }),
  merge: (before, latest) => (wroteSomething(before) ? combineOutcomes(before, latest) : latest),
  sentence: (subject, { action, direction, reason, differences }) => {
    const where = direction === 'inbound' ? 'Flow' : direction === 'outbound' ? 'Omnium' : 'both systems';
    switch (action) {
      case 'created':
        return `${subject} was created in ${where}.`;
      case 'updated':
        return `${subject} was brought up to date in ${where}.`;
      case 'linked':
        return `${subject} was the same in both systems; each was given the other's id.`;
      case 'anonymized':
        return `${subject} was made anonymous in ${where}.`;
      case 'deleted':
        return `${subject} was deleted in ${where}.`;
      case 'unchanged':
        return differences?.length
          ? `${subject}: nothing was written.`
          : `${subject} was already the same in both systems.`;
      case 'skipped':
        return `${subject} was not synced: ${reason ?? 'no reason given'}.`;
    }
  },
  operatorEvent: (earlier) => earlier && { reference: earlier.reference, kind: 'changed' },
  resync: (key) => `resync ${customerKind.id(key)}`,
};
