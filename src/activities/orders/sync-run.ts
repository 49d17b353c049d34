import type { FieldChange } from '../../contracts/order-inspection';
import type { Attempt } from '../shared/sync-context';
import type { Tenant } from '../tenants';

/** One attempt at a purchase order: for real, or only to say what it would write. */
export interface SyncRun {
  readonly tenant: Tenant;
  readonly attempt: Attempt;
  readonly dryRun?: FieldChange[];
}
