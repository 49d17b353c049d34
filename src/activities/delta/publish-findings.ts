import { customerKind } from '../../contracts/kinds/customer';
import { goodsReceptionKind } from '../../contracts/kinds/goods-reception';
import { orderKind } from '../../contracts/kinds/order';
import { purchaseOrderKind } from '../../contracts/kinds/purchase-order';
import { stockKind, type StockSubject } from '../../contracts/kinds/stock';
import { nameOfTarget, type PublishFindingsInput, type SweepFinding } from '../../contracts/sweeps';
import { compact } from '../../domain/compact';
import type { Publisher } from '../../temporal/publisher';
import { openReference } from '../../temporal/sealed-reference';
import { severalAtOnce } from '../shared/concurrency';
import type { SyncContext } from '../shared/sync-context';

const AT_ONCE = 8;

/**
 * The write of a sweep: notifies the owners of what was found, as the webhooks do. An event's id is made of the look and of
 * its subject, so that a repeated attempt publishes nothing new.
 */
export async function publishFindings(
  context: SyncContext,
  publisher: Publisher,
  { batches }: PublishFindingsInput,
): Promise<void> {
  for (const { what, at, direction = 'inbound', findings } of batches) {
    await severalAtOnce(findings, AT_ONCE, async (finding) => {
      context.signal.throwIfAborted();
      const idOf = (...subject: readonly string[]): string => [what, at, ...subject].join(':');
      await publish(context, publisher, finding, { what, idOf, direction });
    });
  }
}

/** Publishes one finding to its owner; `idOf` makes the event's id of its subject. */
async function publish(
  context: SyncContext,
  publisher: Publisher,
  { target, storeUid }: SweepFinding,
  as: { what: string; idOf: (...subject: readonly string[]) => string; direction: 'inbound' | 'outbound' },
): Promise<unknown> {
  const { tenantUid, settings, goods } = context.tenant.config;
  const { what, idOf, direction } = as;
  const event = { eventId: idOf(nameOfTarget(target)), source: 'sweep', what } as const;
  switch (target.kind) {
    case 'order': {
      const { orderNumber, omniumOrderId = orderNumber, flowOrderUid, receipt } = target;
      const eventId = idOf(...[orderNumber, flowOrderUid, receipt?.orderReceiptUid].filter((id) => id !== undefined));
      const key = { tenantUid, orderNumber, omniumOrderId };
      const start = { direction, storeUid };
      return await publisher.publish(
        orderKind,
        key,
        { ...event, eventId, ...compact({ flowOrderUid, receipt }) },
        start,
      );
    }
    case 'customer': {
      const { customerKey, reference, change: kind } = target;
      const { side } = openReference(reference, settings.OMNIUM_CLIENT_SECRET);
      const start = { direction: side === 'flow' ? 'outbound' : 'inbound' } as const;
      return await publisher.publish(customerKind, { tenantUid, customerKey }, { ...event, reference, kind }, start);
    }
    case 'goods-reception': {
      const { receivementUid, storeUid: receivedIn } = target;
      const key = { tenantUid, receivementUid, storeUid: receivedIn, subject: 'receivement' } as const;
      return await publisher.publish(goodsReceptionKind, key, event);
    }
    case 'purchase-order':
      return await publisher.publish(purchaseOrderKind, { tenantUid, purchaseOrderId: target.purchaseOrderId }, event);
    case 'stock': {
      const { since } = target;
      const { alignAgainAfterSeconds } = goods;
      const isChange = typeof since === 'string';
      // Without a master before it there is no final balance to be kept: the store is aligned.
      const subject: StockSubject = isChange
        ? { kind: 'changes', since }
        : since.isFirst
          ? { kind: 'all' }
          : { kind: 'switch', master: since.switchedTo, alignAgainAfterSeconds };
      const source = isChange ? 'sweep' : 'operator';
      return await publisher.publish(
        stockKind,
        { tenantUid, storeUid: target.storeUid },
        { ...event, source, subject },
      );
    }
  }
}
