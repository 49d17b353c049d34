import { createOrderActivities } from '../activities/orders/order-activities';
import { createCustomerActivities } from '../activities/customers/sync-customer';
import { createDeltaActivities } from '../activities/delta';
import { createGoodsReceptionActivities } from '../activities/goods/confirm-reception';
import { createProductActivities } from '../activities/catalogue/sync-product';
import { createPurchaseOrderActivities } from '../activities/goods/sync-purchase-order';
import { unconfirmedGoods } from '../activities/goods/confirm-on-order';
import { createReceiptActivities } from '../activities/orders/receipts';
import { createStockActivities } from '../activities/stock/sync-stock';
import { createStoreExportActivities } from '../activities/stores/export-stores';
import { givenUpActivities } from '../activities/shared/remember-given-up';
import type { TenantRegistry } from '../activities/tenants';
import type { Engine } from '../contracts/task-queues';
import type { Publisher } from '../temporal/publisher';

/**
 * What each engine can do: orders and customers; goods receptions and stock, from Flow to Omnium; and what Omnium's
 * connector exports to Flow. Sweeps read a lot and are in no hurry, so they are the export engine's and never take a place
 * of an order's.
 */
export function activitiesOf(engine: Engine, tenants: TenantRegistry, publisher: Publisher): object {
  switch (engine) {
    case 'order-sync':
      return {
        ...givenUpActivities,
        ...createOrderActivities(tenants, publisher),
        ...createReceiptActivities(tenants),
        ...createCustomerActivities(tenants),
      };
    case 'exports':
      return {
        ...givenUpActivities,
        ...createDeltaActivities(tenants, publisher),
        ...createProductActivities(tenants, publisher),
        ...createPurchaseOrderActivities(tenants, publisher),
        ...createStoreExportActivities(tenants),
      };
    case 'receivement-sync':
      return {
        ...givenUpActivities,
        ...createGoodsReceptionActivities(tenants, publisher),
        ...createStockActivities(tenants, unconfirmedGoods),
      };
  }
}

/** What the worker of the exports' long batches can do: only batches are given to it. */
export function batchActivities(tenants: TenantRegistry, publisher: Publisher): object {
  return createDeltaActivities(tenants, publisher);
}
