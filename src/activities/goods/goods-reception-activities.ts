import { Context } from '@temporalio/activity';
import {
  GOODS_RECEPTION_SIGNAL,
  type ConfirmReceptionInput,
  type GoodsReceptionOutcome,
} from '../../contracts/goods-reception-messages';
import { runAttempt } from '../shared/sync-context';
import { goodsInboxHere } from '../shared/goods-inbox-here';
import type { TenantRegistry } from '../tenants';
import { confirmReception } from './confirm-reception';

/** The activities of goods receptions, with what they work on. */
export interface GoodsReceptionActivities {
  /** Tells Omnium of goods that were received in Flow. Converges: it may run any number of times. */
  confirmReception(input: ConfirmReceptionInput): Promise<GoodsReceptionOutcome>;
}

export function createGoodsReceptionActivities(tenants: TenantRegistry): GoodsReceptionActivities {
  const inboxOf = goodsInboxHere(tenants, 'receivement-sync');
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
