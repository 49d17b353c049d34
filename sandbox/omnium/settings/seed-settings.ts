import {
  type Chain,
  type ChainAddress,
  type ChainMarket,
  type ChainStore,
  type ChainWarehouse,
} from '../../chain/types';
import { type Document } from '../documents';
import { type Supplier } from '../purchasing/purchase-documents';
import { type JsonObject } from '../wire/schema';

/** When everything seeded was created and last modified. */
export const seededAt = '2026-01-05T06:00:00.0000000Z';

/** A store or warehouse as Omnium shows it; a warehouse is a store with `isWarehouse`. */
export interface Store extends Document {
  readonly id: string;
  readonly name: string;
  readonly isWarehouse: boolean;
  readonly isPrimaryStore: boolean;
  readonly isWebWarehouse: boolean;
  readonly isInactive: boolean;
  readonly availableOnMarkets: string[];
}

/** A market's settings. */
export interface Market extends JsonObject {
  readonly marketId: string;
  readonly countryCode: string;
  readonly currency: string;
  readonly defaultTaxRate: number;
  readonly isTaxExcluded: boolean;
  /** The language its products are read in, as in the documents' ids: `no`, `sv`. */
  readonly productContentLanguage: string;
  readonly marketGroupId?: string;
}

const addressOf = (address: ChainAddress, name: string): JsonObject => ({
  name,
  streetName: address.street,
  streetNumber: address.streetNumber,
  zipcode: address.postalCode,
  city: address.city,
  countryCode: address.countryCode,
});

const openingHoursOf = (store: ChainStore): JsonObject =>
  Object.fromEntries(
    store.openingHours.map(({ day, open, close, closed }) => [
      `${day.toLowerCase()}OpeningHours`,
      { isOpen: !closed, openFrom: `${open}:00`, openTo: `${close}:00` },
    ]),
  );

const storeBase = (warehouse: ChainWarehouse, marketId: string): Store => ({
  id: warehouse.warehouseId,
  name: warehouse.name,
  isWarehouse: true,
  isPrimaryStore: warehouse.isPrimaryStore,
  isPrimaryWarehouse: false,
  isWebWarehouse: false,
  isPublicVisible: warehouse.isPrimaryStore,
  isInactive: false,
  availableOnMarkets: [marketId],
  created: seededAt,
  modified: seededAt,
});

const shopOf = (store: ChainStore, market: ChainMarket): Store => {
  const warehouses = [...store.warehouses, market.webWarehouse];
  return {
    ...storeBase({ warehouseId: store.storeId, name: store.name, isPrimaryStore: true }, store.marketId),
    address: addressOf(store.address, store.name),
    shippingAddress: addressOf(store.address, store.name),
    email: store.email,
    phoneNumber: store.phone,
    organizationalNumber: store.organizationNumber,
    latitude: String(store.latitude),
    longitude: String(store.longitude),
    externalIds: [],
    externalIdsList: [],
    availableWarehouses: warehouses.map(({ warehouseId }, index) => ({
      warehouseCode: warehouseId,
      priority: index + 1,
    })),
    availableReturnLocations: [{ warehouseCode: store.storeId, priority: 1 }],
    customerPickupDeadlineLimit: '7.00:00:00',
    storePickLimit: '02:00:00',
    storeExtendedPickLimit: '04:00:00',
    useCustomPickLimits: false,
    properties: [],
    ...openingHoursOf(store),
  };
};

/** Stores, back rooms and web warehouses, in the chain's order. */
export const buildStoreDocuments = (chain: Chain): Store[] => {
  const documents: Store[] = [];
  for (const market of chain.markets) {
    for (const store of chain.stores.filter(({ marketId }) => marketId === market.marketId)) {
      documents.push(shopOf(store, market));
      for (const warehouse of store.warehouses.filter(({ warehouseId }) => warehouseId !== store.storeId)) {
        documents.push({ ...storeBase(warehouse, store.marketId), address: addressOf(store.address, warehouse.name) });
      }
    }
    documents.push({
      ...storeBase(market.webWarehouse, market.marketId),
      isWebWarehouse: true,
      isPrimaryWarehouse: true,
      isPrimaryStore: false,
      address: addressOf(market.organization.address, market.webWarehouse.name),
    });
  }
  return documents;
};

/** Markets as `GET /api/Markets` shows them. */
export const buildMarketDocuments = (chain: Chain): Market[] =>
  chain.markets.map((market, index) => ({
    marketId: market.marketId,
    marketName: market.name,
    countryCode: market.countryCode,
    currency: market.currency,
    defaultTaxRate: market.vatPercent.standard,
    isActive: true,
    isDefaultMarket: index === 0,
    isTaxExcluded: false,
    language: market.language,
    languageCode: market.language.slice(0, 2),
    isoLanguageCode: market.language,
    productContentLanguage: chain.variety && market.marketId === 'SWE' ? 'sv' : 'no',
    marketType: 'B2C',
    ...(market.marketGroupId === undefined
      ? {}
      : { marketGroupId: market.marketGroupId, marketGroupLabel: market.marketGroupId }),
    properties: [],
    shipmentOptions: [],
  }));

/** Market groups as `GET /api/Markets/GetMarketGroups` shows them. */
export const buildMarketGroups = (markets: readonly Market[]): JsonObject[] => {
  const groups = new Map<string, string[]>();
  for (const { marketId, marketGroupId } of markets) {
    if (marketGroupId !== undefined) {
      groups.set(marketGroupId, [...(groups.get(marketGroupId) ?? []), marketId]);
    }
  }
  return [...groups].map(([groupId, marketIds]) => ({ groupId, groupName: groupId, marketIds }));
};

/** Suppliers as `GET /api/Suppliers/{id}` shows them. */
export const buildSupplierDocuments = (chain: Chain): Supplier[] =>
  chain.suppliers.map((supplier) => ({
    id: supplier.supplierId,
    name: supplier.name,
    address: {
      name: supplier.name,
      line1: `${supplier.address.street} ${supplier.address.streetNumber}`,
      postalCode: supplier.address.postalCode,
      city: supplier.address.city,
      countryCode: supplier.address.countryCode,
    },
    email: supplier.email,
    phone: supplier.phone,
    taxId: supplier.vatNumber,
    preferredCurrency: supplier.currency,
    shipmentCost: 0,
    externalIds: [],
    properties: [],
    created: seededAt,
    modified: seededAt,
  }));
