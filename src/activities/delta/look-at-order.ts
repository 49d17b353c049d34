import type { SweepTarget } from '../../contracts/sweep-messages';
import type { Attempt } from '../shared/sync-context';
import { inspectOrder } from '../orders/sync-order';
import type { Tenant } from '../tenants';
import type { Look } from './sweep-stream';

/** Compares one order by what its sync would write now. An order of Flow that belongs to another one is that one's business. */
export async function lookAtOrder(
  tenant: Tenant,
  about: Extract<SweepTarget, { kind: 'order' }>,
  attempt: Attempt,
): Promise<Look> {
  const { orderNumber, omniumOrderId, flowOrderUid } = about;
  const inspection = await inspectOrder(
    { ...attempt, tenant },
    { orderNumber, ...(omniumOrderId && { omniumOrderId }), flowOrderUids: flowOrderUid ? [flowOrderUid] : [] },
  );
  const { verdict, storeUid } = inspection;
  const store = storeUid ? { storeUid } : {};
  if (verdict === 'in-sync') return { verdict: 'inSync', ...store };
  if (verdict === 'not-synced') return { verdict: 'notOurs', ...store };
  const ownersOmniumId = inspection.omniumOrderId ?? omniumOrderId;
  return {
    verdict: 'differs',
    target: {
      ...{ kind: 'order', orderNumber: inspection.orderNumber },
      ...(ownersOmniumId && { omniumOrderId: ownersOmniumId }),
      ...(flowOrderUid && { flowOrderUid }),
    },
    ...store,
  };
}
