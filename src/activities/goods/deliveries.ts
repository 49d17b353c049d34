import type { OrderedLine } from './mapping/ordered-lines';
import type { SyncRun } from '../orders/sync-run';

/** Statuses of a delivery, lower case, that nobody waits for any more (omnium-api.md §7.3). */
const OVER: ReadonlySet<string> = new Set(['cancelled', 'canceled', 'ordercanceled', 'deleted']);

/** A delivery that the shop waits for, or has had. */
export interface LiveDelivery {
  readonly estimatedTimeOfArrival?: string;
}

/** The deliveries that the lines are in, without those that are cancelled or gone. */
export async function liveDeliveries(
  { tenant, attempt }: SyncRun,
  lines: readonly OrderedLine[],
): Promise<Map<string, LiveDelivery>> {
  const live = new Map<string, LiveDelivery>();
  for (const deliveryId of new Set(lines.flatMap((line) => line.deliveryId ?? []))) {
    const delivery = await tenant.omnium.purchaseOrders.getDelivery(deliveryId, attempt);
    if (!delivery || OVER.has(delivery.deliveryStatus?.toLowerCase() ?? '')) continue;
    const { estimatedTimeOfArrival } = delivery;
    live.set(deliveryId, { ...(estimatedTimeOfArrival && { estimatedTimeOfArrival }) });
  }
  return live;
}
