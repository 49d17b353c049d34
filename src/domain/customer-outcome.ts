import type { CustomerOutcome } from '../contracts/customer-messages';

/** How much an action tells, from nothing to what its reader must not miss. */
const WEIGHT: Readonly<Record<CustomerOutcome['action'], number>> = {
  skipped: 0,
  unchanged: 1,
  linked: 2,
  updated: 3,
  created: 4,
  anonymized: 5,
  deleted: 6,
};

/** Whether something was written. */
export function wroteSomething({ action }: CustomerOutcome): boolean {
  return WEIGHT[action] > WEIGHT.unchanged;
}

/**
 * What two outcomes come to: the action that tells more, everything that was written, and the second one's differences,
 * as it has looked last.
 */
export function combineOutcomes(before: CustomerOutcome, latest: CustomerOutcome): CustomerOutcome {
  const strongest = WEIGHT[latest.action] >= WEIGHT[before.action] ? latest : before;
  const changedFields = [...new Set([...(before.changedFields ?? []), ...(latest.changedFields ?? [])])];
  const customerType = latest.customerType ?? before.customerType;
  return {
    action: strongest.action,
    ...(strongest.direction && { direction: strongest.direction }),
    ...(customerType && { customerType }),
    ...(strongest.reason && { reason: strongest.reason }),
    ...(changedFields.length > 0 && { changedFields }),
    ...(latest.differences && { differences: latest.differences }),
    calls: (before.calls ?? 0) + (latest.calls ?? 0),
  };
}
