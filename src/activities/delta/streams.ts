import type { ExportStream, SweepStream } from '../../contracts/streams';
import { categoriesExport } from '../catalogue/categories-export';
import { costPriceExport, soaPriceExport } from '../catalogue/cost-price-export';
import { priceExport } from '../catalogue/price-export';
import { productsExport } from '../catalogue/products-export';
import { inventoryExport } from '../stock/inventory-export';
import type { DeltaExport, DeltaSweep } from './stream';
import { flowCustomers, flowErasures, omniumCustomers } from './sweep-customers';
import { flowReceivements, flowStock, omniumPurchaseOrders } from './sweep-goods';
import { flowOrders, flowReceipts, omniumOrders } from './sweep-orders';

/** How each export is read, compared and written. A new stream: a record here, and one in src/contracts/streams.ts. */
export const DELTA_EXPORTS: Readonly<Record<ExportStream, DeltaExport>> = {
  products: productsExport,
  categories: categoriesExport,
  prices: priceExport,
  'cost-prices': costPriceExport,
  'soa-prices': soaPriceExport,
  inventory: inventoryExport,
};

/** How each sweep is read and compared; what differs is published to the workflow that owns it. */
export const DELTA_SWEEPS: Readonly<Record<SweepStream, DeltaSweep>> = {
  'omnium-orders': omniumOrders,
  'omnium-customers': omniumCustomers,
  'flow-orders': flowOrders,
  'flow-receipts': flowReceipts,
  'flow-customers': flowCustomers,
  'flow-erasures': flowErasures,
  'flow-receivements': flowReceivements,
  'flow-stock': flowStock,
  'omnium-purchase-orders': omniumPurchaseOrders,
};
