import { Publisher } from '../../src/temporal/publisher';
import { randomUUID } from 'node:crypto';
import {
  type ProductKey,
  productKind,
  type ProductOutcome,
  type SyncProductInput,
} from '../../src/contracts/kinds/product';
import { ScriptedActivity, SyncDriver, type AttemptScript, type OrderServer } from './sync-driver';

/** What a pass says that has brought its product over. */
export const PRODUCT_MADE: ProductOutcome = {
  action: 'created',
  productUids: ['104233', '104233S'],
  products: 2,
  productsCreated: 2,
  images: 1,
  changedFields: ['104233', '104233-S', '104233 images'],
  calls: 9,
};

/** The activity of products with a scripted inside. */
export function scriptedProduct(
  script: AttemptScript<SyncProductInput, ProductOutcome> = () => Promise.resolve(PRODUCT_MADE),
): ScriptedActivity<SyncProductInput, ProductOutcome> {
  return new ScriptedActivity(script);
}

/** One product, behind the intake's own door, on a task queue of its own. */
export class ProductDriver extends SyncDriver<ProductOutcome> {
  readonly key: ProductKey;
  private readonly door: Publisher;

  constructor(server: OrderServer) {
    const key = { tenantUid: 'flow_no', productId: `P-${randomUUID().slice(0, 8)}` };
    super(server, productKind.id(key));
    this.key = key;
    const { client } = server;
    const { taskQueue } = this;
    this.door = new Publisher({ client: () => client, retryLadder: 'one-minute', callTimeoutMs: 10_000, taskQueue });
  }

  protected tell(eventId: string): Promise<unknown> {
    return this.door.publish(productKind, this.key, { eventId, source: 'omnium', what: 'Updated (140105)' });
  }
}
