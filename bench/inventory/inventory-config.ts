import { parse, stringify } from 'yaml';
import { demoConfig, demoStockMasters } from '../../tools/start/demo-config';
import type { VendorUrls } from '../rig/services';

interface ConfigDocument {
  readonly tenants: readonly { readonly connector: { properties: readonly { readonly key: string }[] } }[];
}

/**
 * The demonstration's configuration with Omnium as the stock master of every store, and without cost prices (one tenant of
 * the demonstration has them): levels only, in all tenants alike. The limits are the product's defaults.
 */
export function inventoryConfig(vendors: VendorUrls): string {
  const nobody = 'http://127.0.0.1:9';
  const masters = Object.fromEntries(Object.keys(demoStockMasters()).map((storeId) => [storeId, 'omnium'] as const));
  const text = demoConfig({ ...vendors, apiHost: '127.0.0.1', apiPort: 0, webUiUrl: nobody }, masters);
  // The text is made by our own code.
  const document = parse(text) as ConfigDocument;
  for (const { connector } of document.tenants) {
    connector.properties = connector.properties.filter(({ key }) => key !== 'UseCostPriceListInInventoryExport');
  }
  return stringify(document);
}
