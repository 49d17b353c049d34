import type { FlowWarehouse } from '../../../clients/flow/stores';
import type { OmniumStore } from '../../../clients/omnium/directory';
import type { TenantConfig } from '../../../config/types';
import { stripToUid } from '../../../domain/uid';
import { firstMarketOf, type PlannedStore, type StorePlan, type StoreRules } from './store-plan';

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
  /** What a person should look at. */
  readonly differences: readonly string[];
  /** Warehouses that several stores list, and whose they are: right, and good to know. */
  readonly shared: readonly string[];
}

/** What warehouses are planned from. */
export interface WarehouseFacts {
  readonly rules: StoreRules;
  readonly plan: StorePlan;
  readonly inOmnium: readonly OmniumStore[];
  readonly inFlow: readonly OwnedWarehouse[];
}

/**
 * The warehouses of each planned store: the store itself where it is a warehouse, and those it lists that are no primary
 * stores (Flow and Omnium, stores pages). One that several stores list belongs to the store that owns it in Flow, as Flow
 * cannot move a warehouse; else to the one the configuration gives it to, else to the first by the order of the plan.
 */
export function planWarehouses(facts: WarehouseFacts): WarehousePlan {
  return new WarehousePlanner(facts).plan();
}

/** A warehouse with the stores that list it, in the order of the plan. */
interface Claimed {
  readonly warehouse: PlannedWarehouse;
  readonly claims: string[];
}

class WarehousePlanner {
  private readonly differences: string[] = [];
  private readonly shared: string[] = [];
  private readonly byId: ReadonlyMap<string, OmniumStore>;
  private readonly ownersInFlow: ReadonlyMap<string, OwnedWarehouse>;
  private readonly webUids: ReadonlyMap<string, string>;

  constructor(private readonly facts: WarehouseFacts) {
    this.byId = new Map(facts.inOmnium.map((store) => [store.id, store]));
    this.ownersInFlow = new Map(facts.inFlow.map((warehouse) => [warehouse.warehouseUid, warehouse]));
    this.webUids = webWarehouseUids(facts.rules, facts.inOmnium);
  }

  plan(): WarehousePlan {
    const claimed = this.claimed();
    const byStore = new Map<string, PlannedWarehouse[]>();
    for (const one of this.withoutCollisions(claimed)) {
      const owner = this.ownerOf(one);
      if (owner !== undefined) byStore.set(owner, [...(byStore.get(owner) ?? []), one.warehouse]);
    }
    this.nameOrphans(claimed);
    this.nameLeftBehind(claimed);
    return { byStore, differences: this.differences, shared: this.shared };
  }

  private claimed(): readonly Claimed[] {
    const claimed = new Map<string, Claimed>();
    for (const store of this.facts.plan.stores) {
      for (const warehouseId of this.warehouseIdsOf(store)) {
        const warehouse = this.named(warehouseId, store);
        const known = claimed.get(warehouseId);
        if (known) known.claims.push(store.storeUid);
        else if (warehouse) claimed.set(warehouseId, { warehouse, claims: [store.storeUid] });
      }
    }
    return [...claimed.values()];
  }

  private warehouseIdsOf({ inOmnium, storeId }: PlannedStore): readonly string[] {
    const listed = [...inOmnium.availableWarehouses]
      .sort((one, other) => priorityOf(one) - priorityOf(other))
      .map(({ warehouseCode }) => warehouseCode)
      .filter((warehouseCode) => warehouseCode !== storeId && this.isWarehouseOf(storeId, warehouseCode));
    return [...new Set([...(inOmnium.isWarehouse === true ? [storeId] : []), ...listed])];
  }

  private isWarehouseOf(storeId: string, warehouseCode: string): boolean {
    const store = this.byId.get(warehouseCode);
    // A primary store's goods are that store's own, whoever else may send from there.
    if (store?.isPrimaryStore === true) return false;
    if (store?.isWarehouse === true) return true;
    const why = store ? 'is no warehouse in Omnium' : 'is not among Omnium’s stores';
    this.differences.push(`Warehouse ${warehouseCode}, which ${storeId} lists, ${why}`);
    return false;
  }

  private named(warehouseId: string, store: PlannedStore): PlannedWarehouse | undefined {
    const name = this.byId.get(warehouseId)?.name ?? warehouseId;
    const uid =
      warehouseId === store.storeId ? store.storeUid : (this.webUids.get(warehouseId) ?? stripped(warehouseId));
    if (uid !== undefined) return { warehouseId, warehouseUid: uid, name };
    this.note(`Warehouse ${warehouseId} holds none of the characters that a Flow uid is made of`);
    return undefined;
  }

  private withoutCollisions(claimed: readonly Claimed[]): readonly Claimed[] {
    return claimed.filter(({ warehouse: { warehouseId, warehouseUid } }) => {
      const same = claimed.filter(({ warehouse }) => warehouse.warehouseUid === warehouseUid);
      if (same.length > 1) {
        const ids = same.map(({ warehouse }) => warehouse.warehouseId).join(' and ');
        this.note(`Warehouses ${ids} become the same Flow uid ${warehouseUid}: neither is exported`);
        return false;
      }
      const externalId = this.ownersInFlow.get(warehouseUid)?.externalId;
      const isAnothers =
        externalId !== undefined && externalId !== warehouseId && stripped(externalId) === stripped(warehouseId);
      if (isAnothers) {
        this.note(
          `Warehouse ${warehouseId} becomes the Flow uid ${warehouseUid}, which is that of ${externalId}: not exported`,
        );
      }
      return !isAnothers;
    });
  }

  private ownerOf({ warehouse, claims }: Claimed): string | undefined {
    const { warehouseId, warehouseUid } = warehouse;
    const inFlow = this.ownersInFlow.get(warehouseUid)?.storeUid;
    const configured = this.facts.rules.stores.find(({ storeId }) => storeId === warehouseId)?.storeUid;
    const wanted = configured !== undefined && this.isPlanned(configured) ? configured : claims[0];
    const claimants = new Set([...claims, ...(wanted === undefined ? [] : [wanted])]);
    if (inFlow !== undefined && !claimants.has(inFlow)) {
      this.note(
        `Warehouse ${warehouseId} belongs to ${inFlow} in Flow, but Omnium lists it for ${claims.join(' and ')}: left there`,
      );
      return undefined;
    }
    const owner = inFlow ?? wanted;
    if (claims.length > 1 && owner !== undefined) {
      this.shared.push(`Warehouse ${warehouseId} is listed by ${claims.join(', ')}; in Flow it belongs to ${owner}`);
    }
    return owner;
  }

  private isPlanned(storeUid: string): boolean {
    return this.facts.plan.stores.some((store) => store.storeUid === storeUid);
  }

  /** Warehouses of the tenant's markets that no primary store lists. */
  private nameOrphans(claimed: readonly Claimed[]): void {
    const { rules, inOmnium } = this.facts;
    const known = new Set(claimed.map(({ warehouse }) => warehouse.warehouseId));
    for (const store of inOmnium) {
      if (store.isWarehouse !== true || store.isPrimaryStore === true || known.has(store.id)) continue;
      // The one of the setting is somebody's in Flow, whoever lists it.
      const webUid = this.webUids.get(store.id);
      if (webUid !== undefined && this.ownersInFlow.has(webUid)) continue;
      if (firstMarketOf(rules, store))
        this.differences.push(`Warehouse ${store.id} is listed by no primary store: not exported`);
    }
  }

  /** Warehouses that we made in Flow and that their store no longer lists. */
  private nameLeftBehind(claimed: readonly Claimed[]): void {
    const wanted = new Set([...claimed.map(({ warehouse }) => warehouse.warehouseUid), ...this.webUids.values()]);
    for (const { warehouseUid, storeUid, externalId } of this.facts.inFlow) {
      if (externalId === undefined || wanted.has(warehouseUid) || !this.isPlanned(storeUid)) continue;
      const is = this.byId.has(externalId) ? 'is not listed by it any more' : 'is gone from Omnium';
      this.differences.push(`Warehouse ${warehouseUid} of ${storeUid} ${is}: left in Flow`);
    }
  }

  private note(text: string): void {
    if (!this.differences.includes(text)) this.differences.push(text);
  }
}

/** Omnium's web warehouses whose uid in Flow is a setting (`FlowWebWarehouse`), by their ids. */
function webWarehouseUids(
  { markets }: Pick<TenantConfig, 'markets'>,
  inOmnium: readonly OmniumStore[],
): ReadonlyMap<string, string> {
  return new Map(
    markets.flatMap(({ marketId, properties }) => {
      const { FlowWebWarehouse: warehouseUid } = properties;
      const isHere = (id: string): boolean => id.toLowerCase() === marketId.toLowerCase();
      const web = inOmnium.find((store) => store.isWebWarehouse === true && store.availableOnMarkets.some(isHere));
      return web && warehouseUid !== undefined ? [[web.id, warehouseUid] as const] : [];
    }),
  );
}

function priorityOf({ priority }: OmniumStore['availableWarehouses'][number]): number {
  return priority === undefined ? Number.MAX_SAFE_INTEGER : Number(priority);
}

function stripped(id: string): string | undefined {
  return /[A-Za-z0-9_]/.test(id) ? stripToUid(id) : undefined;
}
