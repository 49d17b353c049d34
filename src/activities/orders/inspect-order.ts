import type { FieldChange, OrderInspection } from '../../contracts/order-inspection';
import type { Attempt } from '../shared/sync-context';
import type { Tenant } from '../tenants';
import { toApplicationFailure } from '../shared/failures';
import { OrderReader } from './order-reader';
import { syncOrderAsRead } from './sync-order';

/** Which order to look at: by its number, or by the uid of an order or return in Flow. */
export interface InspectionAbout {
  readonly orderNumber: string;
  readonly omniumOrderId?: string;
  readonly flowOrderUids: readonly string[];
}

/**
 * What a sync of the order would write now, found by the sync's own code with every write left out. An order of Flow
 * that belongs to another one is looked at as part of that one.
 *
 * @throws what the vendors' clients throw while a vendor cannot be reached; all that is wrong with the order itself is
 *   told as `blocked`
 */
export async function inspectOrder(tenant: Tenant, about: InspectionAbout, attempt: Attempt): Promise<OrderInspection> {
  const reader = new OrderReader({ tenant, attempt });
  const { foreign, self } = await reader.sort(about.orderNumber, about.flowOrderUids);
  const [owner] = foreign.keys();
  const isOfAnother = owner !== undefined && !self;
  const orderNumber = isOfAnother ? owner : about.orderNumber;
  const omniumOrderId = isOfAnother ? owner : (about.omniumOrderId ?? about.orderNumber);
  const dryRun: FieldChange[] = [];
  try {
    const outcome = await syncOrderAsRead(
      { tenant, attempt, dryRun },
      { orderNumber, omniumOrderId, flowOrderUids: about.flowOrderUids },
      { reader, forward: () => Promise.resolve() },
    );
    const { flowOrderUid, storeUid, reason, differences = [] } = outcome;
    return {
      orderNumber,
      omniumOrderId,
      ...(flowOrderUid && { flowOrderUid }),
      ...(storeUid && { storeUid }),
      verdict: dryRun.length > 0 ? 'would-write' : outcome.action === 'skipped' ? 'not-synced' : 'in-sync',
      ...(reason && { reason }),
      changes: dryRun,
      differences,
    };
  } catch (error) {
    const { failureType, message } = toApplicationFailure(error, () => 0);
    if (CANNOT_LOOK.some((suffix) => failureType.endsWith(suffix)) || failureType === 'Unexpected') throw error;
    return {
      orderNumber,
      omniumOrderId,
      ...(attempt.storeUid && { storeUid: attempt.storeUid }),
      verdict: 'blocked',
      reason: `${message} (${failureType})`,
      changes: dryRun,
      differences: [],
    };
  }
}

/** Failures that say nothing about the order: the vendor could not be asked. */
const CANNOT_LOOK = ['Unavailable', 'RateLimited', 'Unauthorized', 'Forbidden'] as const;
