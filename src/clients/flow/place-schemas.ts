import { z } from 'zod';

import { optionalDecimal, optionalFlag, optionalText, requiredText } from '../wire';
import { openingHoursList } from './assumed';

/** Flow's stores and what belongs to them, and its suppliers, as we read them (flow-api.md §3.2, §3.4, §3.5). */

/** A store. `externalId` may hold the Omnium market id. */
export const flowStoreSchema = z.object({
  storeUid: requiredText,
  name: optionalText,
  externalId: optionalText,
  address: optionalText,
  city: optionalText,
  postalCode: optionalText,
  countryCode: optionalText,
  email: optionalText,
  phone: optionalText,
  latitude: optionalDecimal.catch(undefined),
  longitude: optionalDecimal.catch(undefined),
  isActive: optionalFlag,
  vatNumber: optionalText,
  organizationUid: optionalText,
  /** The store's price list. */
  salesPriceUid: optionalText,
  purchaseNumberSeriesUid: optionalText,
  voucherNumberSeriesUid: optionalText,
  defaultWarehouseUid: optionalText,
  defaultReturnWarehouseUid: optionalText,
  openingHours: openingHoursList,
});

/** A warehouse. `externalId` holds Omnium's store id on warehouses that we made. */
export const flowWarehouseSchema = z.object({
  warehouseUid: requiredText,
  storeUid: optionalText,
  name: optionalText,
  externalId: optionalText,
});

/** A company that runs stores. */
export const flowOrganizationSchema = z.object({
  organizationUid: requiredText,
  name: optionalText,
  address: optionalText,
  city: optionalText,
  postalCode: optionalText,
  countryCode: optionalText,
  email: optionalText,
  phone: optionalText,
  vatNumber: optionalText,
  externalId: optionalText,
  isActive: optionalFlag,
});

/** A price list. */
export const flowPricelistSchema = z.object({
  pricelistUid: requiredText,
  name: optionalText,
  externalId: optionalText,
});

/** A supplier. */
export const flowSupplierSchema = z.object({
  supplierUid: requiredText,
  name: optionalText,
  address: optionalText,
  city: optionalText,
  postalCode: optionalText,
  countryCode: optionalText,
  email: optionalText,
  phone: optionalText,
  externalId: optionalText,
  vatNumber: optionalText,
  active: optionalFlag,
  currency: optionalText,
});

export type FlowStore = z.infer<typeof flowStoreSchema>;
export type FlowWarehouse = z.infer<typeof flowWarehouseSchema>;
export type FlowOrganization = z.infer<typeof flowOrganizationSchema>;
export type FlowPricelist = z.infer<typeof flowPricelistSchema>;
export type FlowSupplier = z.infer<typeof flowSupplierSchema>;
