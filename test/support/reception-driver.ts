import { randomUUID } from 'node:crypto';
import {
  type ConfirmReceptionInput,
  goodsReceptionKind,
  type GoodsReceptionOutcome,
  type ReceptionSubject,
} from '../../src/contracts/kinds/goods-reception';
import { GoodsDriver } from './goods-driver';
import { ScriptedActivity, type AttemptScript, type OrderServer } from './sync-driver';

/** What every attempt that is not scripted otherwise answers. */
export const CONFIRMED: GoodsReceptionOutcome = {
  action: 'confirmed',
  storeUid: 'oslocity',
  deliveries: [{ purchaseOrderId: 'PO-1', deliveryId: '17', lines: 2, quantityHundredths: 1_250 }],
  calls: 6,
};

/** The activity of goods receptions with a scripted inside. */
export function scriptedReception(
  script: AttemptScript<ConfirmReceptionInput, GoodsReceptionOutcome> = async () => CONFIRMED,
): ScriptedActivity<ConfirmReceptionInput, GoodsReceptionOutcome> {
  return new ScriptedActivity(script);
}

/** A goods reception of its own. */
export class ReceptionDriver extends GoodsDriver<GoodsReceptionOutcome> {
  readonly receivementUid: string;

  constructor(server: OrderServer, subject: ReceptionSubject = 'receivement') {
    const receivementUid = `rcv-${randomUUID().slice(0, 8)}`;
    const key = { tenantUid: 'flow_no', receivementUid };
    super(server, {
      workflowId: goodsReceptionKind.id(key),
      record: (door, eventId) =>
        door.publish(
          goodsReceptionKind,
          { ...key, storeUid: 'oslocity', subject },
          { eventId, source: 'flow', what: 'PURCHASE_RECEIVED' },
        ),
    });
    this.receivementUid = receivementUid;
  }
}
