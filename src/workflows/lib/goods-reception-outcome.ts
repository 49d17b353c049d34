import type { ConfirmedDelivery, GoodsReceptionOutcome } from '../../contracts/goods-reception-messages';
import type { SyncState } from '../../contracts/search-attributes';

/** How much an action tells, from nothing to what its reader must not miss. */
const WEIGHT: Readonly<Record<GoodsReceptionOutcome['action'], number>> = {
  skipped: 0,
  unchanged: 1,
  forwarded: 2,
  'levels-sent': 3,
  confirmed: 4,
};

/**
 * What a run has done so far: the action that tells most, everything that was confirmed and sent, and what the latest pass
 * found different. A second look at goods that are confirmed finds nothing to do; the page shall say what was done.
 */
export function addReceptionPass(
  before: GoodsReceptionOutcome | undefined,
  latest: GoodsReceptionOutcome,
): GoodsReceptionOutcome {
  if (!before) return latest;
  const { reason: _reason, ...telling } = WEIGHT[latest.action] >= WEIGHT[before.action] ? latest : before;
  const reason = WEIGHT[telling.action] > WEIGHT.unchanged ? undefined : latest.reason;
  const deliveries = joinDeliveries(before.deliveries ?? [], latest.deliveries ?? []);
  const levels = (before.levels ?? 0) + (latest.levels ?? 0);
  const { differences: _differences, ...rest } = telling;
  return {
    ...rest,
    ...(reason !== undefined && { reason }),
    ...(deliveries.length > 0 && { deliveries }),
    ...(levels > 0 && { levels }),
    ...(latest.differences && { differences: latest.differences }),
    calls: (before.calls ?? 0) + (latest.calls ?? 0),
  };
}

/** Where a goods reception stands after its last pass. */
export function receptionState(outcome: GoodsReceptionOutcome): SyncState {
  if (outcome.differences?.length) return 'Differs';
  return outcome.action === 'skipped' ? 'Ignored' : 'Synced';
}

/** Two passes on one delivery are told as one. */
function joinDeliveries(
  before: readonly ConfirmedDelivery[],
  latest: readonly ConfirmedDelivery[],
): ConfirmedDelivery[] {
  const deliveries = new Map(before.map((each) => [each.deliveryId, each]));
  for (const each of latest) {
    const earlier = deliveries.get(each.deliveryId);
    deliveries.set(each.deliveryId, {
      ...each,
      lines: each.lines + (earlier?.lines ?? 0),
      quantityHundredths: each.quantityHundredths + (earlier?.quantityHundredths ?? 0),
    });
  }
  return [...deliveries.values()];
}
