import type { createCustomerActivities } from './customers/sync-customer';
import type { GivenUpActivities } from './shared/remember-given-up';
import type { createGoodsReceptionActivities } from './goods/confirm-reception';
import type { createOrderActivities } from './orders/order-activities';
import type { createReceiptActivities } from './orders/receipts';
import type { ProductActivities } from './catalogue/sync-product';
import type { createPurchaseOrderActivities } from './goods/sync-purchase-order';
import type { createStockActivities } from './stock/sync-stock';
import type { createStoreExportActivities } from './stores/export-stores';

/** Every activity that workflows can call. Each converges: it may run any number of times. */
export type Activities = ReturnType<typeof createCustomerActivities> &
  GivenUpActivities &
  ReturnType<typeof createGoodsReceptionActivities> &
  ReturnType<typeof createOrderActivities> &
  ReturnType<typeof createReceiptActivities> &
  ProductActivities &
  ReturnType<typeof createPurchaseOrderActivities> &
  ReturnType<typeof createStockActivities> &
  ReturnType<typeof createStoreExportActivities>;
