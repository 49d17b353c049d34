import { z } from 'zod';

import { path, type CallContext } from '../http';
import {
  listOf,
  optionalDecimal,
  optionalFlag,
  optionalInteger,
  optionalText,
  optionalTimestamp,
  readableOf,
  requiredText,
} from '../wire';
import { incomplete, OmniumResource } from './connection';
import { omniumAddressSchema } from './members';

/** When a store is open on one day (OpeningHours). Times are `hh:mm:ss`. */
const openingHours = z.object({ isOpen: optionalFlag, openFrom: optionalText, openTo: optionalText }).optional();

/** A store or a warehouse: in Omnium a warehouse is a store with `isWarehouse` (Store). */
export const omniumStoreSchema = z.object({
  id: requiredText,
  name: optionalText,
  phoneNumber: optionalText,
  email: optionalText,
  organizationalNumber: optionalText,
  /** Degrees, as text. */
  latitude: optionalText,
  longitude: optionalText,
  isPrimaryStore: optionalFlag,
  isWarehouse: optionalFlag,
  isWebWarehouse: optionalFlag,
  isInactive: optionalFlag,
  availableOnMarkets: readableOf(requiredText),
  availableWarehouses: readableOf(
    z.object({ warehouseCode: requiredText, priority: optionalDecimal.catch(undefined) }),
  ),
  address: z
    .object({
      streetName: optionalText,
      streetNumber: optionalText,
      city: optionalText,
      zipcode: optionalText,
      countryCode: optionalText,
      country: optionalText,
    })
    .optional(),
  mondayOpeningHours: openingHours,
  tuesdayOpeningHours: openingHours,
  wednesdayOpeningHours: openingHours,
  thursdayOpeningHours: openingHours,
  fridayOpeningHours: openingHours,
  saturdayOpeningHours: openingHours,
  sundayOpeningHours: openingHours,
  modified: optionalTimestamp,
});

/** A market (Market). */
const omniumMarketSchema = z.object({
  marketId: requiredText,
  marketGroupId: optionalText,
  countryCode: optionalText,
  currency: optionalText,
  isActive: optionalFlag,
  /** Percent; of prices that name no rate. */
  defaultTaxRate: optionalDecimal,
  /** Whether prices are without tax. */
  isTaxExcluded: optionalFlag,
  language: optionalText,
  /** Language of the product documents that are shown in this market. */
  productContentLanguage: optionalText,
});

/** A supplier (Supplier). */
const omniumSupplierSchema = z.object({
  id: requiredText,
  name: optionalText,
  email: optionalText,
  phone: optionalText,
  /** Organisation or VAT number. */
  taxId: optionalText,
  address: omniumAddressSchema.optional(),
  modified: optionalTimestamp,
});

export type OmniumStore = z.infer<typeof omniumStoreSchema>;
export type OmniumMarket = z.infer<typeof omniumMarketSchema>;

const storeListSchema = z.object({
  result: z.array(omniumStoreSchema.optional().catch(undefined)),
  totalHits: optionalInteger.catch(undefined),
});
const marketsSchema = readableOf(omniumMarketSchema);

/** A kind of orders with the statuses that its orders can have, the tenant's own ones too (OrderType). */
const omniumOrderTypeSchema = z.object({
  name: optionalText,
  orderStatuses: listOf(
    z.object({
      name: optionalText,
      isCanceledStatus: optionalFlag,
      isDeliveredStatus: optionalFlag,
      isInProgressStatus: optionalFlag,
      isPicked: optionalFlag,
      /** The built-in status that it is a kind of. */
      mainOrderStatus: optionalText,
    }),
  ),
});
export type OmniumOrderType = z.infer<typeof omniumOrderTypeSchema>;

/** Stores, warehouses, markets, order types and suppliers of Omnium (omnium-api.md §3.1, §7.1, §9.4). */
export class OmniumDirectory extends OmniumResource {
  /**
   * All stores and warehouses. `GET /api/Stores`: https://docs.omnium.no/docs/Stores/store-api (omnium-api.md §9.4). It has no
   * paging parameters, so it is assumed to answer with all at once. Its 404 means none, which no chain has: it fails, like a
   * list of none or of fewer than Omnium says there are, as what hangs on a store would look as if it were gone. A
   * store that is not as documented is left out: it costs the others nothing.
   */
  async listStores(context?: CallContext): Promise<OmniumStore[]> {
    const request = { operation: 'GET stores', path: '/Stores' } as const;
    const { result, totalHits = 1 } = await this.omnium.read(request, storeListSchema, context);
    const stores = result.filter((store) => store !== undefined);
    if (result.length < totalHits || stores.length === 0)
      throw incomplete(request.operation, stores.length, Math.max(result.length, totalHits));
    return stores;
  }

  /** All markets. `GET /api/Markets`: https://docs.omnium.no/docs/Markets (omnium-api.md §9.4). */
  getMarkets(context?: CallContext): Promise<OmniumMarket[]> {
    return this.omnium.read({ operation: 'GET markets', path: '/Markets' }, marketsSchema, context);
  }

  /** All order types with their statuses. `GET /api/Settings/OrderTypes` (omnium-api.md §3.1, additions). */
  listOrderTypes(context?: CallContext): Promise<OmniumOrderType[]> {
    const request = { operation: 'GET order types', path: '/Settings/OrderTypes' } as const;
    return this.omnium.read(request, z.array(omniumOrderTypeSchema), context);
  }

  /** The supplier with this id, or undefined. `GET /api/Suppliers/{id}` (omnium-api.md §7.1). */
  getSupplier(supplierId: string, context?: CallContext): Promise<z.infer<typeof omniumSupplierSchema> | undefined> {
    const request = { operation: 'GET supplier', path: path`/Suppliers/${supplierId}` } as const;
    return this.omnium.readIfFound(request, omniumSupplierSchema, context);
  }
}
