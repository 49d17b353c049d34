import { customerKind } from '../../contracts/kinds/customer';
import { goodsReceptionKind } from '../../contracts/kinds/goods-reception';
import { orderKind } from '../../contracts/kinds/order';
import { purchaseOrderKind } from '../../contracts/kinds/purchase-order';
import { stockKind } from '../../contracts/kinds/stock';
import type { Publisher } from '../../temporal/publisher';
import { nameOfTarget, type SignalFindingsInput, type SweepFinding } from '../../contracts/sweep-messages';
import { openReference } from '../../temporal/sealed-reference';
import type { Attempt } from '../shared/sync-context';
import { severalAtOnce } from '../shared/concurrency';
import type { Tenant } from '../tenants';

const SIGNALS_AT_ONCE = 8;

/** What findings are published with. */
export interface SignalParts {
  readonly publisher: Publisher;
  readonly tenant: Tenant;
  readonly attempt: Attempt;
}

/**
 * Publishes what a stretch has found to the owners, as the webhooks do. An event's id is made of the run and of what it is
 * about, so that an attempt that repeats another one publishes nothing new.
 */
export async function signalFindings(input: SignalFindingsInput, parts: SignalParts): Promise<void> {
  await severalAtOnce(input.findings, SIGNALS_AT_ONCE, async (finding) => {
    parts.attempt.signal.throwIfAborted();
    await publishFinding(input, finding, parts);
  });
}

async function publishFinding(
  { stream, tenantUid, window }: SignalFindingsInput,
  { target, storeUid }: SweepFinding,
  { publisher, tenant }: SignalParts,
): Promise<void> {
  const eventId = (...names: (string | undefined)[]): string =>
    ['sweep', stream, window.to, ...names.filter((name) => name !== undefined)].join(':');
  const event = { eventId: eventId(nameOfTarget(target)), source: 'sweep', what: `Sweep ${stream}` } as const;
  switch (target.kind) {
    case 'order': {
      const { orderNumber, omniumOrderId = orderNumber, flowOrderUid } = target;
      const about = { ...event, eventId: eventId(orderNumber, flowOrderUid), ...(flowOrderUid && { flowOrderUid }) };
      const direction = stream.startsWith('flow-') ? 'outbound' : 'inbound';
      await publisher.publish(orderKind, { tenantUid, orderNumber, omniumOrderId }, about, { direction, storeUid });
      return;
    }
    case 'customer': {
      const { customerKey, reference, change } = target;
      const { OMNIUM_CLIENT_SECRET } = tenant.config.settings;
      const { side } = openReference(reference, OMNIUM_CLIENT_SECRET);
      const direction = side === 'flow' ? 'outbound' : 'inbound';
      const about = { ...event, eventId: eventId(customerKey), reference, kind: change };
      await publisher.publish(customerKind, { tenantUid, customerKey }, about, { direction });
      return;
    }
    case 'goods-reception': {
      const { receivementUid, storeUid: receivedIn } = target;
      const key = { tenantUid, receivementUid, storeUid: receivedIn, subject: 'receivement' } as const;
      await publisher.publish(goodsReceptionKind, key, event);
      return;
    }
    case 'purchase-order':
      await publisher.publish(purchaseOrderKind, { tenantUid, purchaseOrderId: target.purchaseOrderId }, event);
      return;
    case 'stock': {
      const subject = { kind: 'changes', since: target.since } as const;
      await publisher.publish(stockKind, { tenantUid, storeUid: target.storeUid }, { ...event, subject });
      return;
    }
  }
}
