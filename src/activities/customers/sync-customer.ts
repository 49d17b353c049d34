import { VendorHttpError } from '../../clients/errors';
import type { CustomerOutcome, SyncCustomerInput } from '../../contracts/customer-messages';
import { combineOutcomes } from '../../domain/customer-outcome';
import { openReference, type CustomerReference } from '../../temporal/sealed-reference';
import type { CustomerWork } from './customer-work';
import { carryOut } from './carry-out';
import { decideAboutCustomer } from './decide';

/**
 * Makes the customers that a pass's events named the same in both systems. Nearly always that is one customer, named by
 * its uid, its id, or both.
 *
 * @throws SealedReferenceError for a reference that was sealed with another secret
 */
export async function syncCustomer(work: CustomerWork, input: SyncCustomerInput): Promise<CustomerOutcome> {
  let outcome: CustomerOutcome | undefined;
  for (const reference of openAll(input.events, work.tenant.config.settings.OMNIUM_CLIENT_SECRET)) {
    const next = await syncOne(work, reference);
    outcome = outcome ? joined(outcome, next) : next;
  }
  return { ...(outcome ?? { action: 'unchanged' }), calls: work.attempt.calls };
}

type Named = CustomerReference & { readonly deleted: boolean };

async function syncOne(work: CustomerWork, reference: Named): Promise<CustomerOutcome> {
  const decision = await decideAboutCustomer(work, reference);
  try {
    return await carryOut(work, decision);
  } catch (error) {
    const wasFaster = error instanceof VendorHttpError && error.vendor === 'flow' && error.status === 409;
    if (decision.what !== 'create-in-flow' || !wasFaster) throw error;
    // The customer's first order came at the same moment and has brought the customer along.
    return await carryOut(work, await decideAboutCustomer(work, reference));
  }
}

/** Each customer once, in the order of their first events. */
function openAll(events: SyncCustomerInput['events'], secret: string): Named[] {
  const references = new Map<string, Named>();
  for (const { reference, kind } of events) {
    const opened = openReference(reference, secret);
    const key = JSON.stringify([opened.side, opened.kind, opened.id]);
    const deleted = kind === 'deleted' || references.get(key)?.deleted === true;
    references.set(key, { ...opened, deleted });
  }
  return [...references.values()];
}

/** Two customers of one pass: both differences count. */
function joined(first: CustomerOutcome, second: CustomerOutcome): CustomerOutcome {
  const differences = [...new Set([...(first.differences ?? []), ...(second.differences ?? [])])];
  return { ...combineOutcomes(first, second), ...(differences.length > 0 && { differences }) };
}
