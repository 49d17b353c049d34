import type { FlowStore } from '../../../clients/flow/stores';
import type { OmniumStore } from '../../../clients/omnium/directory';
import type { MarketConfig, TenantConfig } from '../../../config/types';
import { compact } from '../../../domain/compact';
import { uidOf } from '../../../domain/uid';
import { mapStore, type StoreFields } from './store-fields';

/** What of the configuration decides on stores. */
export type StoreRules = Pick<TenantConfig, 'markets' | 'stores'>;

/** A store that Flow shall have. */
export interface PlannedStore {
  readonly storeId: string;
  readonly storeUid: string;
  readonly market: MarketConfig;
  /** Of the company behind the store, as Omnium has it; absent for the one of the setting `OrganizationUid`. */
  readonly organizationNumber?: string;
  readonly fields: StoreFields;
  readonly inOmnium: OmniumStore;
}

/**
 * Which of Omnium's stores become stores of the tenant in Flow: the primary ones that are available on one of its markets
 * (Flow and Omnium, stores pages), in the order in which they claim warehouses. The configuration's uid of a store wins
 * over its id stripped; two stores that would become one are both left out, unless the configuration names the uid of
 * exactly one of them. `differences` is what a person should check.
 */
export function planStores(
  rules: StoreRules,
  inOmnium: readonly OmniumStore[],
): { readonly stores: readonly PlannedStore[]; readonly differences: readonly string[] } {
  const differences: string[] = [];
  // The configuration's stores first, in its order; the rest in Omnium's.
  const places = new Map(rules.stores.map(({ storeId }, place) => [storeId, place]));
  const placeOf = ({ id }: OmniumStore): number => places.get(id) ?? places.size;
  const named = [...inOmnium]
    .sort((one, other) => placeOf(one) - placeOf(other))
    .flatMap((store) => {
      const market = store.isPrimaryStore === true ? firstMarketOf(rules, store) : undefined;
      if (!market) return [];
      const configured = rules.stores.find(({ storeId }) => storeId === store.id);
      const storeUid = configured?.storeUid ?? uidOf(store.id);
      if (storeUid !== undefined) return [{ store, market, storeUid, isConfigured: configured !== undefined }];
      differences.push(
        `Store ${JSON.stringify(store.id)} holds none of the characters that a Flow uid is made of; name its uid under "stores" in the configuration`,
      );
      return [];
    });
  const stores: PlannedStore[] = [];
  for (const { store, market, storeUid } of named) {
    const same = named.filter((other) => other.storeUid === storeUid);
    const chosen = same.filter(({ isConfigured }) => isConfigured);
    const only = chosen.length === 1 ? chosen[0]?.store : undefined;
    if (same.length > 1 && same[0]?.store === store) {
      const ids = same.map((one) => one.store.id).join(' and ');
      const exported = only ? `only ${only.id}, which the configuration names, is exported` : 'neither is exported';
      differences.push(
        `Stores ${ids} become the same Flow uid ${storeUid}: ${exported}; name both under "stores" in the configuration`,
      );
    }
    if (same.length === 1 || only === store) stores.push(planStore(store, market, storeUid, differences));
  }
  differences.push(...configuredInVain(rules, stores, inOmnium));
  return { stores, differences };
}

/** The store's first market that is one of the tenant's. */
export function firstMarketOf({ markets }: Pick<StoreRules, 'markets'>, store: OmniumStore): MarketConfig | undefined {
  return store.availableOnMarkets
    .map((marketId) => markets.find((own) => own.marketId.toLowerCase() === marketId.toLowerCase()))
    .find((market) => market !== undefined);
}

function planStore(store: OmniumStore, market: MarketConfig, storeUid: string, differences: string[]): PlannedStore {
  const { id, organizationalNumber } = store;
  const byNumber = organizationalNumber === undefined ? undefined : uidOf(organizationalNumber);
  if (organizationalNumber !== undefined && byNumber === undefined) {
    differences.push(`Store ${id}: its organizationalNumber leaves nothing for a uid; OrganizationUid is used`);
  }
  const { fields, invalid } = mapStore(store, market.marketId, byNumber ?? market.properties.OrganizationUid);
  differences.push(...invalid.map((member) => `Store ${id}: Omnium's ${member} cannot be read and is left out`));
  const organizationNumber = byNumber === undefined ? undefined : organizationalNumber;
  return { ...compact({ organizationNumber }), storeId: id, storeUid, market, fields, inOmnium: store };
}

function configuredInVain(
  { stores }: StoreRules,
  planned: readonly PlannedStore[],
  inOmnium: readonly OmniumStore[],
): string[] {
  return stores.flatMap(({ storeId, storeUid }) => {
    const store = inOmnium.find(({ id }) => id === storeId);
    if (!store) return [`Store ${storeId} of the configuration is not among Omnium's stores`];
    // The configuration may also say which store a warehouse belongs to.
    if (planned.some((one) => (store.isPrimaryStore ? one.storeId === storeId : one.storeUid === storeUid))) return [];
    if (!store.isPrimaryStore) return [`Store ${storeId} of the configuration is no primary store in Omnium`];
    return [
      `Store ${storeId} of the configuration is not exported: it is on none of the tenant's markets, or its uid is not its own`,
    ];
  });
}

/**
 * Stores that are open in Flow although Omnium does not want them there any more: gone, no primary store, or on other
 * markets now. They are left alone, as tills, orders and stock hang on them; a person closes them. Stores that never came
 * from Omnium are not named: the market in `externalId`, or the id, shows where one came from.
 */
export function storesLeftInFlow(
  rules: StoreRules,
  planned: readonly PlannedStore[],
  inOmnium: readonly OmniumStore[],
  inFlow: readonly FlowStore[],
): string[] {
  return inFlow.flatMap(({ storeUid, externalId, isActive }) => {
    if (isActive === false || planned.some((store) => store.storeUid === storeUid)) return [];
    const same = inOmnium.filter(({ id }) => {
      const configured = rules.stores.find(({ storeId }) => storeId === id);
      return (configured?.storeUid ?? uidOf(id)) === storeUid;
    });
    const [store] = same;
    if (!store) {
      const isOurs = rules.markets.some(({ marketId }) => marketId.toLowerCase() === externalId?.toLowerCase());
      return isOurs ? [`Store ${storeUid} is not among Omnium's stores: left in Flow`] : [];
    }
    // Ids that collide, and primary stores that the configuration names in vain, are named by the plan.
    const isNamed = store.isPrimaryStore === true && rules.stores.some(({ storeId }) => storeId === store.id);
    if (same.length > 1 || isNamed) return [];
    const is = store.isPrimaryStore ? "is on none of the tenant's markets in Omnium" : 'is no primary store in Omnium';
    return [`Store ${storeUid} ${is}: left in Flow`];
  });
}
