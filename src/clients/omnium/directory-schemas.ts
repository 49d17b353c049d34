import { z } from 'zod';

import { listOf, optionalDecimal, optionalFlag, optionalText, requiredText } from '../wire';

/** Omnium's stores and markets as we read them (omnium-api.md §9.4). */

/** A store or a warehouse: in Omnium a warehouse is a store with `isWarehouse` (Store). */
export const omniumStoreSchema = z.object({
  id: requiredText,
  name: optionalText,
  isPrimaryStore: optionalFlag,
  isWarehouse: optionalFlag,
  isWebWarehouse: optionalFlag,
  isInactive: optionalFlag,
  availableOnMarkets: listOf(requiredText),
  availableWarehouses: listOf(z.object({ warehouseCode: requiredText, priority: optionalDecimal })),
  address: z.object({ countryCode: optionalText, country: optionalText, city: optionalText }).optional(),
});

/** A market (Market). */
export const omniumMarketSchema = z.object({
  marketId: requiredText,
  marketGroupId: optionalText,
  countryCode: optionalText,
  currency: optionalText,
  isActive: optionalFlag,
});

/** The envelope of lists and searches (omnium-api.md §2). */
export const omniumStoreListSchema = z.object({ result: z.array(omniumStoreSchema) });

export type OmniumStore = z.infer<typeof omniumStoreSchema>;
export type OmniumMarket = z.infer<typeof omniumMarketSchema>;
