import type { FlowStore } from '../../../clients/flow/stores';
import type { OmniumStore } from '../../../clients/omnium/directory';
import { stripToUid } from '../../../domain/uid';
import type { StorePlan, StoreRules } from './store-plan';

/**
 * Stores that are open in Flow although Omnium does not want them there any more: gone, no primary store, or on other
 * markets now. They are left alone, as tills, orders and stock hang on them; a person closes them. Stores that never came
 * from Omnium are not named: the market in `externalId`, or the id, shows where one came from.
 */
export function storesLeftInFlow(about: {
  readonly rules: StoreRules;
  readonly plan: StorePlan;
  readonly inOmnium: readonly OmniumStore[];
  readonly inFlow: readonly FlowStore[];
}): string[] {
  const { rules, plan, inOmnium, inFlow } = about;
  const planned = new Set(plan.stores.map(({ storeUid }) => storeUid));
  const markets = new Set(rules.markets.map(({ marketId }) => marketId.toLowerCase()));
  return inFlow.flatMap(({ storeUid, externalId, isActive }) => {
    if (planned.has(storeUid) || isActive === false) return [];
    const same = inOmnium.filter((store) => uidIn(rules, store) === storeUid);
    const [store] = same;
    if (!store) {
      const isOurs = externalId !== undefined && markets.has(externalId.toLowerCase());
      return isOurs ? [`Store ${storeUid} is not among Omnium's stores: left in Flow`] : [];
    }
    // Ids that collide are named by the plan.
    if (same.length > 1) return [];
    if (store.isPrimaryStore === true && rules.stores.some(({ storeId }) => storeId === store.id)) return [];
    const is =
      store.isPrimaryStore === true ? "is on none of the tenant's markets in Omnium" : 'is no primary store in Omnium';
    return [`Store ${storeUid} ${is}: left in Flow`];
  });
}

function uidIn({ stores }: StoreRules, { id }: OmniumStore): string | undefined {
  const configured = stores.find(({ storeId }) => storeId === id)?.storeUid;
  if (configured !== undefined) return configured;
  return /[A-Za-z0-9_]/.test(id) ? stripToUid(id) : undefined;
}
