import { VendorHttpError } from '../../clients/errors';
import type { FlowCustomer } from '../../clients/flow/customers';
import type { OmniumOrder } from '../../clients/omnium/orders';
import { compact } from '../../domain/compact';
import { splitName } from '../shared/addresses';
import { isConflict } from '../shared/create-or-get';
import { isRefusal, SyncError } from '../shared/failures';
import type { SyncContext } from '../shared/sync-context';
import { decideForFlowCustomer } from './decide-customer';
import { customerRules } from './mapping/customer-fields';
import { mapToFlow, tieOf } from './mapping/map-customer';
import { CUSTOMER_KINDS, findAlikeInFlow, findInOmnium, findLinkedInFlow, type FoundInOmnium } from './match-customers';
import { createInOmnium, KEPT_ELSEWHERE, tieInOmnium } from './sync-customer';

/** Answers that say something against the customer, and will say it again. */
const REFUSALS: ReadonlySet<number> = new Set([400, 409, 422]);

const DAY_MS = 86_400_000;

/** The customer of an order in the other system. Uids and ids of customers can be e-mail addresses and are never shown. */
export interface CustomerOfOrder {
  readonly how: 'found' | 'created' | 'none';
  /** In Flow. */
  readonly customerUid?: string;
  /** In Omnium. */
  readonly customerId?: string;
  /** Why the order goes on without its customer, or what a person should check. */
  readonly problem?: string;
}

/**
 * The order's customer in Flow, found by the matching rules or created (Flow, customers page: a customer comes with the
 * first order). A customer that cannot be brought over does not keep the order from the shop: the order goes without, and
 * the difference is shown.
 *
 * @param attachedUid the customer on the order's copy in Flow, which is the same one if Omnium has merged it
 */
export async function ensureCustomerInFlow(
  context: SyncContext,
  { customerId, customerType, customerName }: OmniumOrder,
  attachedUid?: string,
): Promise<CustomerOfOrder> {
  const without = (why: string): CustomerOfOrder => ({ how: 'none', problem: `${why}; the order went without` });
  if (!customerId) return { how: 'none' };
  if (!/\w/.test(customerId)) return without('customer: its id holds nothing that a Flow uid is made of');
  const { flow, config } = context.tenant;

  let match = await findLinkedInFlow(context, customerId);
  let found;
  let desired;
  if (!match.found && !match.conflict) {
    // The type is filled from the market and can be wrong for a customer, so the other kind is asked as well.
    const kinds = customerType?.toUpperCase() === 'B2B' ? [...CUSTOMER_KINDS].reverse() : CUSTOMER_KINDS;
    found = await findInOmnium(context, customerId, kinds);
    // A guest's order can name the shop's own id of the buyer: what is known of the buyer is on the order.
    if (!found) return { how: 'none' };
    const { kind, customer } = found;
    const rules = customerRules(config);
    // Flow wants both names of a person; an order often knows what the customer record lacks.
    desired = { ...(kind === 'private' && splitName(customerName)), ...mapToFlow(kind, customer, rules) };
    match = await findAlikeInFlow(context, found, attachedUid);
  }
  const [problem] = match.differences;
  if (match.conflict) return without(problem ?? 'customer: not found');
  if (match.found) {
    const { customerUid, externalId } = match.found;
    if (!found && isNew(match.found)) {
      const untied = await findInOmnium(context, customerId);
      if (untied && !tieOf(untied.customer, customerRules(config)).customerUid) await tie(context, untied, match.found);
    }
    // With Omnium's id in it, it is found at once next time.
    try {
      if (externalId !== customerId) await flow.customers.update(customerUid, { externalId: customerId }, context);
    } catch (error) {
      // The customer is the right one; what it keeps of Omnium does not hold the order.
      if (!isRefusal(error)) throw error;
    }
    return { how: 'found', customerUid, ...compact({ problem }) };
  }
  if (!desired || !found) return { how: 'none' };
  try {
    const created = await flow.customers.create(desired, context);
    await tie(context, found, created);
    return { how: 'created', customerUid: created.customerUid };
  } catch (error) {
    // Another order of the same customer, or the customer's own sync, was faster.
    if (isConflict(error) && desired.customerUid) return { how: 'found', customerUid: desired.customerUid };
    if (!(error instanceof VendorHttpError) || (error.status !== 400 && error.status !== 422)) throw error;
    return without(refusalOf(error));
  }
}

/**
 * A new customer can be one that an earlier attempt made and did not live to tie. Flow's day is long enough for every
 * attempt that follows soon, and spares all other orders the look.
 */
function isNew({ createdAt }: FlowCustomer): boolean {
  return createdAt !== undefined && Date.now() - Date.parse(createdAt) < DAY_MS;
}

/** The order does not wait for a tie: only a deletion would ask for it one day. */
async function tie(context: SyncContext, found: FoundInOmnium, inFlow: FlowCustomer): Promise<void> {
  try {
    await tieInOmnium(context, found, inFlow);
  } catch (error) {
    if (!(error instanceof SyncError) && !isRefusal(error)) throw error;
  }
}

/**
 * The customer of a till sale in Omnium: by the id that Flow keeps of it, else found by the matching rules or created. A
 * customer that cannot be brought over does not keep the sale from Omnium. What differs in a customer that both have is
 * left to the customer's own sync.
 */
export async function ensureCustomerInOmnium(context: SyncContext, customerUid: string): Promise<CustomerOfOrder> {
  const { customers } = context.tenant.flow;
  const customer: FlowCustomer | undefined = await customers.get(customerUid, context);
  if (!customer) return { how: 'none', problem: 'customer: Flow does not have the order’s customer any more' };
  if (customer.externalId) return { how: 'found', customerId: customer.externalId };
  try {
    const decision = await decideForFlowCustomer(context, customer);
    if (decision.what === 'create-in-omnium') {
      const customerId = await createInOmnium(context, customer);
      return customerId === undefined ? { how: 'none', problem: KEPT_ELSEWHERE } : { how: 'created', customerId };
    }
    if (decision.what !== 'merge') return { how: 'none', ...compact({ problem: decision.differences[0] }) };
    const { externalId } = decision.toFlow;
    if (!externalId) return { how: 'none' };
    await customers.update(customerUid, { externalId }, context);
    return { how: 'found', customerId: externalId };
  } catch (error) {
    if (error instanceof SyncError && error.failureType === 'UidCollision') {
      return { how: 'none', problem: error.message };
    }
    // E.g. an e-mail that Omnium lets one customer have only: the sale does not wait for that.
    if (error instanceof VendorHttpError && REFUSALS.has(error.status)) {
      return { how: 'none', problem: refusalOf(error) };
    }
    throw error;
  }
}

/** For people: who refused a customer, and by which fields. */
function refusalOf({ vendor, fields }: VendorHttpError): string {
  const named = fields.map(({ field }) => field).join(', ') || 'no field named';
  return `customer: ${vendor === 'omnium' ? 'Omnium' : 'Flow'} refused the customer (${named})`;
}
