import type { PurchaseOrderOutcome } from '../../contracts/kinds/purchase-order';
import { distinctNames } from '../../domain/distinct-names';

/** What one pass has written, over all of Flow's purchase orders that it is about. */
export class PurchaseOrderTally {
  readonly uids = new Set<string>();
  readonly changedFields: string[] = [];
  readonly differences: string[] = [];
  created = 0;
  /** Written to, whatever it was. */
  updated = 0;
  removed = 0;
  linesAdded = 0;
  linesChanged = 0;
  linesRemoved = 0;
  linesInFlight = 0;

  get hasWritten(): boolean {
    return this.created + this.updated + this.removed + this.changedFields.length > 0;
  }

  outcome(
    action: PurchaseOrderOutcome['action'],
    about: Pick<PurchaseOrderOutcome, 'storeUid' | 'reason'> = {},
  ): PurchaseOrderOutcome {
    const uids = distinctNames([...this.uids]);
    const changedFields = distinctNames(this.changedFields);
    const differences = distinctNames(this.differences);
    const { linesAdded, linesChanged, linesRemoved, linesInFlight } = this;
    return {
      action,
      ...about,
      ...(uids.length > 0 && { flowPurchaseOrderUids: uids }),
      ...(linesAdded > 0 && { linesAdded }),
      ...(linesChanged > 0 && { linesChanged }),
      ...(linesRemoved > 0 && { linesRemoved }),
      ...(linesInFlight > 0 && { linesInFlight }),
      ...(changedFields.length > 0 && { changedFields }),
      ...(differences.length > 0 && { differences }),
    };
  }
}
