import { Context } from '@temporalio/activity';
import type { RetryLadderName } from '../../contracts/retry-ladder';
import { taskQueueOf, type Engine } from '../../contracts/task-queues';
import { GoodsInbox } from '../../temporal/goods-inbox';
import type { TenantRegistry } from '../tenants';

/** How long recording an event of another workflow may take. */
const RECORD_TIMEOUT_MS = 10_000;

/**
 * The door to the workflows of goods, for activities that have something to tell them; made once per worker, at the first
 * call from within an activity.
 *
 * @param engine whose activities these are: a worker on another task queue than the engine's, as in a test, keeps to its own
 */
export function goodsInboxHere(
  tenants: TenantRegistry,
  engine: Engine,
): (input: { readonly retryLadder: RetryLadderName }) => GoodsInbox {
  let inbox: GoodsInbox | undefined;
  return ({ retryLadder }) => {
    const { client, info } = Context.current();
    inbox ??= new GoodsInbox({
      ...{ client, retryLadder, callTimeoutMs: RECORD_TIMEOUT_MS },
      alignAgainAfterSeconds: (tenantUid) => tenants.get(tenantUid).config.goods.alignAgainAfterSeconds,
      ...(info.taskQueue !== taskQueueOf(engine) && { taskQueue: info.taskQueue }),
    });
    return inbox;
  };
}
