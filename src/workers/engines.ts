import { createOrderActivities } from '../activities';
import { createCustomerActivities } from '../activities/customers';
import { createReceiptActivities } from '../activities/receipts/send-receipt-to-omnium';
import type { TenantRegistry } from '../activities/tenants';
import type { Engine } from '../contracts/task-queues';

/**
 * What each engine can do. The goods reception and export engines poll their task queues from the start, so that a
 * deployment does not change when their work arrives; until then there is nothing in them.
 */
export function activitiesOf(engine: Engine, tenants: TenantRegistry): object {
  switch (engine) {
    case 'order-sync':
      return {
        ...createOrderActivities(tenants),
        ...createReceiptActivities(tenants),
        ...createCustomerActivities(tenants),
      };
    case 'receivement-sync':
    case 'exports':
      return {};
  }
}
