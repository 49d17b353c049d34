import { Context } from '@temporalio/activity';
import { PRODUCT_SIGNAL, type ProductOutcome, type SyncProductInput } from '../../contracts/product-messages';
import { taskQueueOf } from '../../contracts/task-queues';
import { CatalogueInbox } from '../../temporal/catalogue-inbox';
import { runSync } from '../shared/sync-context';
import type { TenantRegistry } from '../tenants';
import { syncProduct, type NotifyProduct } from './sync-product';

/** How long notifying another product's workflow may take. */
const NOTIFY_TIMEOUT_MS = 10_000;

/** The activities of products. */
export interface ProductActivities {
  /** Brings one product of Omnium's, with its variants, to Flow. Converges: it may run any number of times. */
  syncProduct(input: SyncProductInput): Promise<ProductOutcome>;
}

export function createProductActivities(tenants: TenantRegistry): ProductActivities {
  let inbox: CatalogueInbox | undefined;
  const notifyFrom = ({ retryLadder }: SyncProductInput): NotifyProduct => {
    const { client, info } = Context.current();
    inbox ??= new CatalogueInbox({
      ...{ client, retryLadder, callTimeoutMs: NOTIFY_TIMEOUT_MS },
      ...(info.taskQueue !== taskQueueOf('exports') && { taskQueue: info.taskQueue }),
    });
    const door = inbox;
    return async (key, event) => {
      await door.recordProduct(key, event);
    };
  };
  return {
    syncProduct: (input) =>
      runSync(tenants, { ...input, signalName: PRODUCT_SIGNAL }, (context) => {
        const { productId, pass } = input;
        const { workflowExecution } = Context.current().info;
        const eventId = `product:${workflowExecution?.runId ?? ''}:${pass}`;
        return syncProduct(context, productId, eventId, notifyFrom(input));
      }),
  };
}
