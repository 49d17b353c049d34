import { randomUUID } from 'node:crypto';
import { stockKind, type StockOutcome, type StockSubject, type SyncStockInput } from '../../src/contracts/kinds/stock';
import { GoodsDriver } from './goods-driver';
import { ScriptedActivity, type AttemptScript, type OrderServer } from './sync-driver';

/** What every attempt that is not scripted otherwise answers. */
export const ALIGNED: StockOutcome = {
  ...{ action: 'aligned', master: 'flow', compared: 3, written: 2, inFlight: 0 },
  ...{ readAt: '2026-03-01T08:00:00.000Z', calls: 4 },
};

/** The stock activity with a scripted inside. */
export function scriptedStock(
  script: AttemptScript<SyncStockInput, StockOutcome> = async () => ALIGNED,
): ScriptedActivity<SyncStockInput, StockOutcome> {
  return new ScriptedActivity(script);
}

/** The stock of a store of its own; every event is about what the test says. */
export class StockDriver extends GoodsDriver<StockOutcome> {
  constructor(server: OrderServer, subjectOf: (eventId: string) => StockSubject = levelOf) {
    const key = { tenantUid: 'flow_no', storeUid: `store${randomUUID().slice(0, 8)}` };
    const record: ConstructorParameters<typeof GoodsDriver>[1]['record'] = (door, eventId) =>
      door.publish(stockKind, key, { eventId, source: 'flow', what: 'STOCK_CHANGE', subject: subjectOf(eventId) });
    super(server, { workflowId: stockKind.id(key), record });
  }
}

/** The level of a product that is named by the event. */
export function levelOf(eventId: string): StockSubject {
  return { kind: 'level', warehouseUid: 'oslocity', productUid: eventId.replace(/\W/g, '') };
}
