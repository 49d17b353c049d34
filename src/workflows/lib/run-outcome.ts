import type { OrderOutcome, ReturnOutcome } from '../../contracts/messages';

/**
 * What a run has done so far, for its reader: the state after the latest pass, and what all passes wrote. Several events
 * about a new order make several passes; the page shall say "created", not that the last look found nothing to do.
 */
export function addPass(before: OrderOutcome | undefined, latest: OrderOutcome): OrderOutcome {
  if (!before || !wrote(before)) return latest;
  const action = latest.action === 'unchanged' || before.action === 'created' ? before.action : latest.action;
  const changedFields = [...new Set([...(before.changedFields ?? []), ...(latest.changedFields ?? [])])];
  const customer = before.customer === 'created' ? before.customer : latest.customer;
  const returns = [...(before.returns ?? []), ...(latest.returns ?? []).filter(isNotIn(before))];
  return {
    ...latest,
    // What only looked says nothing about where the run has written.
    ...(latest.action === 'unchanged' && { direction: before.direction }),
    ...(returns.length > 0 && { returns }),
    action: latest.action === 'cancelled' ? 'cancelled' : action,
    calls: (before.calls ?? 0) + (latest.calls ?? 0),
    ...(customer && { customer }),
    ...(changedFields.length > 0 && { changedFields }),
  };
}

/** A return that a later pass has looked at again keeps what was done about it first. */
function isNotIn(earlier: OrderOutcome): (done: ReturnOutcome) => boolean {
  const uids = new Set((earlier.returns ?? []).map(({ flowOrderUid }) => flowOrderUid));
  return ({ flowOrderUid }) => !uids.has(flowOrderUid);
}

function wrote({ action }: OrderOutcome): boolean {
  return action === 'created' || action === 'updated' || action === 'cancelled';
}
