import type { OmniumStore } from '../../../clients/omnium/directory';
import type { MarketConfig, StoreConfig, TenantConfig } from '../../../config/types';
import { stripToUid, UidInvalidError } from '../../../domain/uid';
import { mapStore, type StoreFields } from './store-fields';

/** What of the configuration decides on stores. */
export type StoreRules = Pick<TenantConfig, 'markets' | 'stores'>;

/** The company behind a store: by its number, else the one of the setting `OrganizationUid`. */
export interface PlannedOrganization {
  readonly organizationUid: string;
  /** As Omnium has it; absent for the one of the setting. */
  readonly organizationNumber?: string;
}

/** A store that Flow shall have. */
export interface PlannedStore {
  readonly storeId: string;
  readonly storeUid: string;
  readonly market: MarketConfig;
  readonly organization: PlannedOrganization;
  readonly fields: StoreFields;
  readonly inOmnium: OmniumStore;
}

/** The stores of a tenant as Flow shall have them, in the order in which they claim warehouses. */
export interface StorePlan {
  readonly stores: readonly PlannedStore[];
  /** What a person should look at. */
  readonly differences: readonly string[];
}

/**
 * Which of Omnium's stores become stores of the tenant in Flow: the primary ones that are available on one of its markets
 * (Flow and Omnium, stores pages). The configuration's uid of a store wins over its id stripped; two stores that would
 * become one are both left out, unless the configuration names the uid of exactly one of them.
 */
export function planStores(rules: StoreRules, inOmnium: readonly OmniumStore[]): StorePlan {
  const differences: string[] = [];
  const named: Named[] = [];
  for (const store of inConfiguredOrder(rules, inOmnium)) {
    const market = store.isPrimaryStore === true ? firstMarketOf(rules, store) : undefined;
    if (!market) continue;
    const configured = rules.stores.find(({ storeId }) => storeId === store.id);
    try {
      named.push({ store, market, configured, storeUid: configured?.storeUid ?? stripToUid(store.id) });
    } catch (error) {
      if (!(error instanceof UidInvalidError)) throw error;
      differences.push(`Store ${error.message}; name its uid under "stores" in the configuration`);
    }
  }
  const stores = withoutCollisions(named, differences).map((one) => planStore(one, differences));
  differences.push(...configuredInVain(rules, stores, inOmnium));
  return { stores, differences };
}

/** The store's first market that is one of the tenant's. */
export function firstMarketOf(
  { markets }: Pick<TenantConfig, 'markets'>,
  store: OmniumStore,
): MarketConfig | undefined {
  for (const marketId of store.availableOnMarkets) {
    const market = markets.find((own) => own.marketId.toLowerCase() === marketId.toLowerCase());
    if (market) return market;
  }
  return undefined;
}

interface Named {
  readonly store: OmniumStore;
  readonly market: MarketConfig;
  readonly configured: StoreConfig | undefined;
  readonly storeUid: string;
}

/** The configuration's stores first, in its order; the rest in Omnium's. */
function inConfiguredOrder({ stores }: StoreRules, inOmnium: readonly OmniumStore[]): readonly OmniumStore[] {
  const places = new Map(stores.map(({ storeId }, place) => [storeId, place]));
  const placeOf = ({ id }: OmniumStore): number => places.get(id) ?? places.size;
  return [...inOmnium].sort((one, other) => placeOf(one) - placeOf(other));
}

function withoutCollisions(named: readonly Named[], differences: string[]): readonly Named[] {
  const byUid = new Map<string, Named[]>();
  for (const one of named) byUid.set(one.storeUid, [...(byUid.get(one.storeUid) ?? []), one]);
  return named.filter((one) => {
    const same = byUid.get(one.storeUid) ?? [];
    if (same.length === 1) return true;
    const chosen = same.filter(({ configured }) => configured);
    if (same[0] === one) {
      const ids = same.map(({ store }) => store.id).join(' and ');
      const left =
        chosen.length === 1
          ? `only ${chosen[0]?.store.id ?? ''}, which the configuration names, is exported`
          : 'neither is exported';
      differences.push(
        `Stores ${ids} become the same Flow uid ${one.storeUid}: ${left}; name both under "stores" in the configuration`,
      );
    }
    return chosen.length === 1 && chosen[0] === one;
  });
}

function planStore({ store, market, storeUid }: Named, differences: string[]): PlannedStore {
  const organization = organizationOf(store, market, differences);
  const { organizationUid } = organization;
  const { fields, invalid } = mapStore(store, { marketId: market.marketId, organizationUid });
  for (const member of invalid)
    differences.push(`Store ${store.id}: Omnium's ${member} cannot be read and is left out`);
  return { storeId: store.id, storeUid, market, organization, fields, inOmnium: store };
}

function organizationOf(
  { id, organizationalNumber: organizationNumber }: OmniumStore,
  { properties }: MarketConfig,
  differences: string[],
): PlannedOrganization {
  const byDefault = { organizationUid: properties.OrganizationUid };
  if (organizationNumber === undefined) return byDefault;
  try {
    return { organizationUid: stripToUid(organizationNumber), organizationNumber };
  } catch (error) {
    if (!(error instanceof UidInvalidError)) throw error;
    differences.push(`Store ${id}: its organizationalNumber leaves nothing for a uid; OrganizationUid is used`);
    return byDefault;
  }
}

function configuredInVain(
  { stores }: StoreRules,
  planned: readonly PlannedStore[],
  inOmnium: readonly OmniumStore[],
): string[] {
  const storeUids = new Set(planned.map(({ storeUid }) => storeUid));
  return stores.flatMap(({ storeId, storeUid }) => {
    const store = inOmnium.find(({ id }) => id === storeId);
    if (!store) return [`Store ${storeId} of the configuration is not among Omnium's stores`];
    if (store.isPrimaryStore !== true) {
      // A warehouse may be told which store it belongs to.
      return storeUids.has(storeUid) ? [] : [`Store ${storeId} of the configuration is no primary store in Omnium`];
    }
    if (planned.some((one) => one.storeId === storeId)) return [];
    return [
      `Store ${storeId} of the configuration is not exported: it is on none of the tenant's markets, or its uid is not its own`,
    ];
  });
}
