import type { Client } from '@temporalio/client';
import type { GoodsInbox } from '../../temporal/goods-inbox';
import type { Attempt } from '../shared/sync-context';
import type { Tenant } from '../tenants';

/** One attempt at one goods reception. */
export interface ReceptionWork {
  readonly tenant: Tenant;
  readonly attempt: Attempt;
  readonly client: Client;
  readonly inbox: GoodsInbox;
}

/** What is needed to speak with the vendors. */
export type VendorWork = Pick<ReceptionWork, 'tenant' | 'attempt'>;
