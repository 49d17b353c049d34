import { splitId } from '../entity-sync';
import type { EntityEvent, EntityKey, EntityKind, EntityOutcome, Fact, PassInput } from '../entity-sync';

/**
 * Goods that were received in a shop, Flow → Omnium. A receivement never changes once made, so nearly always this is one
 * pass. A webhook may name only the purchase order: then the uid is its, and the pass notifies each of its receivements.
 */

/** What the uid of a {@link GoodsReceptionKey} names. */
export type ReceptionSubject = 'receivement' | 'purchase-order';

export interface GoodsReceptionId extends EntityKey {
  readonly receivementUid: string;
}

export interface GoodsReceptionKey extends GoodsReceptionId {
  /** Flow's store in which the goods were received. */
  readonly storeUid: string;
  readonly subject: ReceptionSubject;
}

export type GoodsReceptionEvent = EntityEvent;
export type ConfirmReceptionInput = GoodsReceptionKey & PassInput;

/** What was confirmed to Omnium on one delivery. Quantities in hundredths of a piece. */
export interface ConfirmedDelivery {
  readonly purchaseOrderId: string;
  readonly deliveryId: string;
  readonly lines: number;
  readonly quantityHundredths: number;
}

/** What a pass over a goods reception did. */
export interface GoodsReceptionOutcome extends EntityOutcome {
  /**
   * - `confirmed`: a goods reception confirmation reached Omnium
   * - `levels-sent`: the purchase order is unknown in Omnium, so the stock levels were sent instead
   * - `unchanged`: Omnium has these quantities already
   * - `forwarded`: a purchase order was named; its receivements have been notified
   * - `skipped`: deliberately nothing was done, see `reason`
   */
  readonly action: 'confirmed' | 'levels-sent' | 'unchanged' | 'forwarded' | 'skipped';
  readonly deliveries?: readonly ConfirmedDelivery[];
  /** Stock levels (sku and warehouse) that were written to Omnium. */
  readonly levels?: number;
  /** Receivements that were notified, for `forwarded`. */
  readonly receivements?: number;
}

/** How much an action says, from nothing to what its reader must not miss. */
const STRENGTH: readonly GoodsReceptionOutcome['action'][] = [
  'skipped',
  'unchanged',
  'forwarded',
  'levels-sent',
  'confirmed',
];

export const goodsReceptionKind: EntityKind<
  GoodsReceptionKey,
  GoodsReceptionEvent,
  GoodsReceptionOutcome,
  GoodsReceptionId
> = {
  name: 'goods-reception',
  workflow: 'goodsReceptionWorkflow',
  activity: 'confirmReception',
  engine: 'receivement-sync',
  direction: 'outbound',
  route: 'Flow → Omnium',
  id: ({ tenantUid, receivementUid }) => `goods-reception:${tenantUid}:${receivementUid}`,
  parseId: (workflowId) => {
    const parts = splitId('goods-reception', workflowId);
    return parts && { tenantUid: parts.tenantUid, receivementUid: parts.rest };
  },
  subject: ({ receivementUid }) => `Goods reception ${receivementUid}`,
  attributes: ({ storeUid }) => ({ storeUid }),
  merge: (before, latest) => {
    // A second look at goods that are confirmed finds nothing to do; the page says what was done.
    const leading = STRENGTH.indexOf(latest.action) >= STRENGTH.indexOf(before.action) ? latest : before;
    const saysMuch = STRENGTH.indexOf(leading.action) > STRENGTH.indexOf('unchanged');
    const { differences: _differences, reason: _reason, ...telling } = leading;
    const deliveries = joinDeliveries(before.deliveries ?? [], latest.deliveries ?? []);
    const levels = (before.levels ?? 0) + (latest.levels ?? 0);
    return {
      ...telling,
      ...(!saysMuch && latest.reason !== undefined && { reason: latest.reason }),
      ...(deliveries.length > 0 && { deliveries }),
      ...(levels > 0 && { levels }),
      ...(latest.differences && { differences: latest.differences }),
      calls: (before.calls ?? 0) + (latest.calls ?? 0),
    };
  },
  sentence: (subject, { action, reason, receivements = 0 }) => {
    switch (action) {
      case 'confirmed':
        return `${subject} was confirmed to Omnium.`;
      case 'levels-sent':
        return `${subject} is on no purchase order of Omnium's, so the stock levels were sent there.`;
      case 'unchanged':
        return `${subject}: ${reason ?? 'Omnium had these quantities already'}; nothing was sent.`;
      case 'forwarded':
        return `${subject}: its ${receivements} goods receptions were notified, whose own pages say how they go on.`;
      case 'skipped':
        return `${subject} was not sent to Omnium: ${reason ?? 'no reason given'}.`;
    }
  },
  facts: ({ deliveries = [], levels }) => [
    ...deliveries.map(({ purchaseOrderId, deliveryId, lines, quantityHundredths }): Fact => {
      const goods = `${quantityHundredths / 100} pieces on ${lines} ${lines === 1 ? 'line' : 'lines'}`;
      return ['Confirmed', `${goods} of delivery ${deliveryId}, purchase order ${purchaseOrderId}`];
    }),
    ...(levels ? [['Levels sent', String(levels)] satisfies Fact] : []),
  ],
  keyOf: () => undefined,
  resync: (id) => `resync ${goodsReceptionKind.id(id)}`,
};

/** Two passes on one delivery are reported as one. */
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
