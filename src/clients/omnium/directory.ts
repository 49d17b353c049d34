import { z } from 'zod';

import { type CallContext } from '../http';
import { MARKETS_PATH, STORES_PATH, supplierPath } from './assumed';
import { type OmniumConnection } from './connection';
import {
  omniumMarketSchema,
  omniumStoreListSchema,
  omniumSupplierSchema,
  type OmniumMarket,
  type OmniumStore,
  type OmniumSupplier,
} from './schemas';

/** Stores, warehouses, markets and suppliers of Omnium (omnium-api.md §7.1, §9.4). */
export class OmniumDirectory {
  constructor(private readonly omnium: OmniumConnection) {}

  /**
   * All stores and warehouses. `GET /api/Stores`, whose 404 means none:
   * https://docs.omnium.no/docs/Stores/store-api (omnium-api.md §9.4).
   */
  async listStores(context?: CallContext): Promise<OmniumStore[]> {
    const request = { operation: 'GET stores', method: 'GET', path: STORES_PATH } as const;
    const list = await this.omnium.readIfFound(request, omniumStoreListSchema, context);
    return list?.result ?? [];
  }

  /** All markets. `GET /api/Markets`: https://docs.omnium.no/docs/Markets (omnium-api.md §9.4). */
  getMarkets(context?: CallContext): Promise<OmniumMarket[]> {
    const request = { operation: 'GET markets', method: 'GET', path: MARKETS_PATH } as const;
    return this.omnium.read(request, z.array(omniumMarketSchema), context);
  }

  /** The supplier with this id, or undefined. `GET /api/Suppliers/{id}` (omnium-api.md §7.1). */
  getSupplier(supplierId: string, context?: CallContext): Promise<OmniumSupplier | undefined> {
    const request = { operation: 'GET supplier', method: 'GET', path: supplierPath(supplierId) } as const;
    return this.omnium.readIfFound(request, omniumSupplierSchema, context);
  }
}
