import { Context } from '@temporalio/activity';
import {
  GOODS_RECEPTION_SIGNAL,
  type ConfirmReceptionInput,
  type GoodsReceptionOutcome,
} from '../../contracts/goods-reception-messages';
import { GoodsInbox } from '../../temporal/goods-inbox';
import { runAttempt } from '../attempt';
import type { TenantRegistry } from '../tenants';
import { confirmReception } from './confirm-reception';

/** The activities of goods receptions, with what they work on. */
export interface GoodsReceptionActivities {
  /** Tells Omnium of goods that were received in Flow. Converges: it may run any number of times. */
  confirmReception(input: ConfirmReceptionInput): Promise<GoodsReceptionOutcome>;
}

/** How long recording an event of another workflow may take. */
const RECORD_TIMEOUT_MS = 10_000;

export function createGoodsReceptionActivities(tenants: TenantRegistry): GoodsReceptionActivities {
  let inbox: GoodsInbox | undefined;
  const inboxOf = ({ retryLadder }: ConfirmReceptionInput): GoodsInbox => {
    const { client, info } = Context.current();
    inbox ??= new GoodsInbox({
      ...{ client, retryLadder, callTimeoutMs: RECORD_TIMEOUT_MS, taskQueue: info.taskQueue },
      alignAgainAfterSeconds: (tenantUid) => tenants.get(tenantUid).config.goods.alignAgainAfterSeconds,
    });
    return inbox;
  };
  return {
    confirmReception: (input) =>
      runAttempt({ ...input, signalName: GOODS_RECEPTION_SIGNAL }, (attempt) => {
        const { client } = Context.current();
        return confirmReception(
          { tenant: tenants.get(input.tenantUid), attempt, client, inbox: inboxOf(input) },
          input,
        );
      }),
  };
}
