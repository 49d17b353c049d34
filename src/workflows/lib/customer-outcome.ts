import type { CustomerOutcome } from '../../contracts/customer-messages';
import type { SyncState } from '../../contracts/search-attributes';
import { combineOutcomes, wroteSomething } from '../../domain/customer-outcome';

/** What a run has done so far: the differences that the latest pass found, and what all passes wrote. */
export function addCustomerPass(before: CustomerOutcome | undefined, latest: CustomerOutcome): CustomerOutcome {
  return before && wroteSomething(before) ? combineOutcomes(before, latest) : latest;
}

/** Where a customer stands after its last pass. */
export function customerState(outcome: CustomerOutcome): SyncState {
  if (outcome.differences?.length) return 'Differs';
  return outcome.action === 'skipped' ? 'Ignored' : 'Synced';
}
