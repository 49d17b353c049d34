import { buildCustomers } from './customers';
import { buildMarkets } from './markets';
import {
  buildBrands,
  buildCategories,
  buildProducts,
  buildSuppliers,
  productsOfCatalogue,
  SHIPPING_SKU,
} from './products';
import { hashText, seededRandom } from './seeded-random';
import { buildStores } from './stores';
import type { Chain, ChainMarket, ChainOptions, ChainWarehouse } from './types';

/**
 * Builds the chain both sandboxes are seeded from. The same options give the same chain, on every machine. Stores,
 * products and customers each have their own random sequence: more products do not change the stores.
 */
export function buildChain(options: ChainOptions): Chain {
  const { seed, products = 3_000, stores = 12, catalogue, storePrices = 0, variety = false } = options;
  const random = (part: string) => seededRandom((seed ^ hashText(part)) >>> 0);
  const markets = buildMarkets();
  return {
    seed,
    name: 'Nordlys',
    markets,
    stores: buildStores(markets, stores, random('stores')),
    brands: buildBrands(),
    categories: buildCategories(),
    suppliers: buildSuppliers(random('suppliers')),
    products: catalogue ? productsOfCatalogue(catalogue) : buildProducts(products, random('products')),
    customers: buildCustomers(markets, random('customers')),
    omniumApiUser: { clientId: 'sandbox-client', clientSecret: 'sandbox-secret' },
    shippingSku: SHIPPING_SKU,
    storePrices,
    variety,
  };
}

/** Flow's uid for an Omnium id: everything outside letters, digits and underscore is dropped (contract §1.3). */
export function flowUidOf(id: string): string {
  return id.replace(/[^A-Za-z0-9_]/g, '');
}

/** All warehouses of a market: those of its stores, then the web warehouse. */
export function warehousesOf(chain: Chain, market: ChainMarket): ChainWarehouse[] {
  const ofStores = chain.stores.filter((store) => store.marketId === market.marketId);
  return [...ofStores.flatMap((store) => store.warehouses), market.webWarehouse];
}

/**
 * Pieces of a SKU that a warehouse holds at the start, the same in both systems. Computed from the names alone, so
 * nobody has to keep a table: 0 for one in twelve, some dozens in stores and hundreds in web warehouses.
 */
export function initialStockOf(chain: Chain, warehouseId: string, sku: string): number {
  const random = seededRandom((chain.seed ^ hashText(`${warehouseId}/${sku}`)) >>> 0);
  if (random.chance(1 / 12)) return 0;
  return warehouseId.startsWith('web-') ? random.int(200, 900) : random.int(4, 90);
}
