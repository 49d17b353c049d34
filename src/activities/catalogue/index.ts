import { Context } from '@temporalio/activity';
import { productKind, type ProductOutcome, type SyncProductInput } from '../../contracts/kinds/product';
import type { Publisher } from '../../temporal/publisher';
import { runSync } from '../shared/sync-context';
import type { TenantRegistry } from '../tenants';
import { syncProduct, type NotifyProduct } from './sync-product';

/** The activities of products. */
export interface ProductActivities {
  /** Brings one product of Omnium's, with its variants, to Flow. Converges: it may run any number of times. */
  syncProduct(input: SyncProductInput): Promise<ProductOutcome>;
}

export function createProductActivities(tenants: TenantRegistry, publisher: Publisher): ProductActivities {
  const notify: NotifyProduct = async (key, event) => {
    await publisher.publish(productKind, key, event);
  };
  return {
    syncProduct: (input) =>
      runSync(tenants, input, (context) => {
        const { productId, pass } = input;
        const { workflowExecution } = Context.current().info;
        const eventId = `product:${workflowExecution?.runId ?? ''}:${pass}`;
        return syncProduct(context, productId, eventId, notify);
      }),
  };
}
