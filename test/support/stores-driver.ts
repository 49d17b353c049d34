import { randomUUID } from 'node:crypto';
import { type ExportStoresInput, storesKind, type StoresOutcome } from '../../src/contracts/kinds/stores';
import { GoodsDriver } from './goods-driver';
import { ScriptedActivity, type AttemptScript, type OrderServer } from './sync-driver';

/** What every attempt that is not scripted otherwise answers. */
export const EXPORTED: StoresOutcome = {
  action: 'exported',
  organizations: { created: 0, updated: 0, unchanged: 1 },
  stores: { created: 1, updated: 1, unchanged: 2 },
  warehouses: { created: 2, updated: 0, unchanged: 3 },
  changedFields: ['bergen (new store)', 'oslocity openingHours'],
  calls: 12,
};

/** The activity of the export of stores with a scripted inside. */
export function scriptedStores(
  script: AttemptScript<ExportStoresInput, StoresOutcome> = async () => EXPORTED,
): ScriptedActivity<ExportStoresInput, StoresOutcome> {
  return new ScriptedActivity(script);
}

/** The stores of a tenant of its own. */
export class StoresDriver extends GoodsDriver<StoresOutcome> {
  constructor(server: OrderServer) {
    const tenantUid = `t${randomUUID().slice(0, 8)}`;
    super(server, {
      workflowId: storesKind.id({ tenantUid }),
      record: (door, eventId) =>
        door.publish(storesKind, { tenantUid }, { eventId, source: 'omnium', what: 'Updated (370101)' }),
    });
  }
}
