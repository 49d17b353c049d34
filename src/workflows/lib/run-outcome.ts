import type { OrderOutcome } from '../../contracts/messages';

/**
 * What a run has done so far, for its reader: the state after the latest pass, and what all passes wrote. Several events
 * about a new order make several passes; the page shall say "created", not that the last look found nothing to do.
 */
export function addPass(before: OrderOutcome | undefined, latest: OrderOutcome): OrderOutcome {
  if (!before || !wrote(before)) return latest;
  const action = latest.action === 'unchanged' || before.action === 'created' ? before.action : latest.action;
  const changedFields = [...new Set([...(before.changedFields ?? []), ...(latest.changedFields ?? [])])];
  const customer = before.customer === 'created' ? before.customer : latest.customer;
  return {
    ...latest,
    action: latest.action === 'cancelled' ? 'cancelled' : action,
    calls: (before.calls ?? 0) + (latest.calls ?? 0),
    ...(customer && { customer }),
    ...(changedFields.length > 0 && { changedFields }),
  };
}

function wrote({ action }: OrderOutcome): boolean {
  return action === 'created' || action === 'updated' || action === 'cancelled';
}
