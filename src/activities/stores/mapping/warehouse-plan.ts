import type { FlowWarehouse } from '../../../clients/flow/stores';
import type { OmniumStore } from '../../../clients/omnium/directory';
import type { MarketConfig } from '../../../config/types';
import { uidOf } from '../../../domain/uid';
import { firstMarketOf, type PlannedStore, type StoreRules } from './store-plan';

/** Priority of a warehouse that has none. */
const LAST = Number.MAX_SAFE_INTEGER;

/** A warehouse that Flow shall have. */
export interface PlannedWarehouse {
  readonly warehouseId: string;
  readonly warehouseUid: string;
  readonly name: string;
}

/** A warehouse as Flow has it, with the store that owns it. */
export type OwnedWarehouse = Pick<FlowWarehouse, 'warehouseUid' | 'name' | 'externalId'> & {
  readonly storeUid: string;
};

/** Whose warehouses are whose. */
export interface WarehousePlan {
  /** By store uid: the store itself first, then by Omnium's priority. */
  readonly byStore: ReadonlyMap<string, readonly PlannedWarehouse[]>;
  /** What a person should check. */
  readonly differences: readonly string[];
  /** Warehouses that several stores list, and whose they are: right, and good to know. */
  readonly shared: readonly string[];
}

/** A warehouse with the uids of the stores that list it, in the order of the plan. */
interface Claimed {
  readonly warehouse: PlannedWarehouse;
  readonly claims: string[];
}

/**
 * The warehouses of each planned store: the store itself where it is a warehouse, and those it lists that are no primary
 * stores (Flow and Omnium, stores pages). One that several stores list belongs to the store that owns it in Flow, as Flow
 * cannot move a warehouse; else to the one the configuration gives it to, else to the first by the order of the plan.
 */
export function planWarehouses(
  rules: StoreRules,
  stores: readonly PlannedStore[],
  inOmnium: readonly OmniumStore[],
  inFlow: readonly OwnedWarehouse[],
): WarehousePlan {
  const differences = new Set<string>();
  const shared: string[] = [];
  // Web warehouses whose uid in Flow is a setting.
  const webUids = new Map<string, string>();
  for (const market of rules.markets) {
    const web = webWarehouseOf(market, inOmnium);
    const uid = market.properties.FlowWebWarehouse;
    if (web && uid !== undefined) webUids.set(web.id, uid);
  }
  const planned = new Set(stores.map(({ storeUid }) => storeUid));
  const claimed = claimWarehouses(stores, inOmnium, webUids, differences);
  const byStore = new Map<string, PlannedWarehouse[]>();
  for (const { warehouse, claims } of claimed) {
    const { warehouseId, warehouseUid } = warehouse;
    const existing = inFlow.find((one) => one.warehouseUid === warehouseUid);
    if (isTaken(warehouse, claimed, existing?.externalId, differences)) continue;
    const configured = rules.stores.find(({ storeId }) => storeId === warehouseId)?.storeUid;
    const desired = configured !== undefined && planned.has(configured) ? configured : claims[0];
    if (existing && existing.storeUid !== desired && !claims.includes(existing.storeUid)) {
      differences.add(
        `Warehouse ${warehouseId} belongs to ${existing.storeUid} in Flow, but Omnium lists it for ${claims.join(' and ')}: left there`,
      );
      continue;
    }
    const owner = existing?.storeUid ?? desired;
    if (owner === undefined) continue;
    byStore.set(owner, [...(byStore.get(owner) ?? []), warehouse]);
    if (claims.length > 1) {
      shared.push(`Warehouse ${warehouseId} is listed by ${claims.join(', ')}; in Flow it belongs to ${owner}`);
    }
  }
  for (const store of inOmnium) {
    if (store.isWarehouse !== true || store.isPrimaryStore === true || !firstMarketOf(rules, store)) continue;
    // The web warehouse of the setting has its place in Flow, whichever stores list it.
    const webUid = webUids.get(store.id);
    if (webUid !== undefined && inFlow.some(({ warehouseUid }) => warehouseUid === webUid)) continue;
    if (claimed.some(({ warehouse }) => warehouse.warehouseId === store.id)) continue;
    differences.add(`Warehouse ${store.id} is listed by no primary store: not exported`);
  }
  // Warehouses that we made in Flow and that their store no longer lists.
  const wanted = new Set([...claimed.map(({ warehouse }) => warehouse.warehouseUid), ...webUids.values()]);
  for (const { warehouseUid, storeUid, externalId } of inFlow) {
    if (externalId === undefined || wanted.has(warehouseUid) || !planned.has(storeUid)) continue;
    const isKnown = inOmnium.some(({ id }) => id === externalId);
    const is = isKnown ? 'is not listed by it any more' : 'is gone from Omnium';
    differences.add(`Warehouse ${warehouseUid} of ${storeUid} ${is}: left in Flow`);
  }
  return { byStore, differences: [...differences], shared };
}

/** The web warehouse of a market in Omnium, whose uid in Flow may be a setting (`FlowWebWarehouse`). */
export function webWarehouseOf({ marketId }: MarketConfig, inOmnium: readonly OmniumStore[]): OmniumStore | undefined {
  return inOmnium.find(
    (store) =>
      store.isWebWarehouse === true &&
      store.availableOnMarkets.some((id) => id.toLowerCase() === marketId.toLowerCase()),
  );
}

function claimWarehouses(
  stores: readonly PlannedStore[],
  inOmnium: readonly OmniumStore[],
  webUids: ReadonlyMap<string, string>,
  differences: Set<string>,
): readonly Claimed[] {
  const byId = new Map(inOmnium.map((store) => [store.id, store]));
  const claimed = new Map<string, Claimed>();
  for (const { storeId, storeUid, inOmnium: store } of stores) {
    const listed = [...store.availableWarehouses]
      .sort((one, other) => Number(one.priority ?? LAST) - Number(other.priority ?? LAST))
      .map(({ warehouseCode }) => warehouseCode)
      .filter((warehouseCode) => {
        const warehouse = byId.get(warehouseCode);
        // A primary store's goods are that store's own, whichever others may send from there.
        if (warehouseCode === storeId || warehouse?.isPrimaryStore === true) return false;
        const is = warehouse ? 'is no warehouse in Omnium' : 'is not among Omnium’s stores';
        if (warehouse?.isWarehouse === true) return true;
        differences.add(`Warehouse ${warehouseCode}, which ${storeId} lists, ${is}`);
        return false;
      });
    for (const warehouseId of new Set([...(store.isWarehouse === true ? [storeId] : []), ...listed])) {
      const warehouseUid = warehouseId === storeId ? storeUid : (webUids.get(warehouseId) ?? uidOf(warehouseId));
      const name = byId.get(warehouseId)?.name ?? warehouseId;
      const known = claimed.get(warehouseId);
      if (known) known.claims.push(storeUid);
      else if (warehouseUid !== undefined) {
        claimed.set(warehouseId, { warehouse: { warehouseId, warehouseUid, name }, claims: [storeUid] });
      } else {
        differences.add(`Warehouse ${warehouseId} holds none of the characters that a Flow uid is made of`);
      }
    }
  }
  return [...claimed.values()];
}

/** Whether the uid of a warehouse is also that of another one; ids are never merged. */
function isTaken(
  { warehouseId, warehouseUid }: PlannedWarehouse,
  claimed: readonly Claimed[],
  externalId: string | undefined,
  differences: Set<string>,
): boolean {
  const same = claimed.filter(({ warehouse }) => warehouse.warehouseUid === warehouseUid);
  if (same.length > 1) {
    const ids = same.map(({ warehouse }) => warehouse.warehouseId).join(' and ');
    differences.add(`Warehouses ${ids} become the same Flow uid ${warehouseUid}: neither is exported`);
    return true;
  }
  if (externalId === undefined || externalId === warehouseId || uidOf(externalId) !== uidOf(warehouseId)) return false;
  differences.add(
    `Warehouse ${warehouseId} becomes the Flow uid ${warehouseUid}, which is that of ${externalId}: not exported`,
  );
  return true;
}
