import { VendorHttpError } from '../../clients/errors';
import type { FlowCustomer, FlowCustomerWrite } from '../../clients/flow/customers';
import type { OmniumOrder } from '../../clients/omnium/orders';
import { splitName } from '../shared/addresses';
import { fieldsInOmnium, type CustomerKind, type OmniumCustomer } from './mapping/customer-fields';
import { mapCustomer } from './mapping/omnium-customer-to-flow';
import type { Attempt } from '../shared/sync-context';
import type { Tenant } from '../tenants';
import { BOTH_KINDS, customerRules, readFromOmnium, type CustomerWork } from './customer-work';
import { findAlikeInFlow, findLinkedInFlow, type Match } from './matching';

/** Who the order belongs to in Flow. Uids of customers can be e-mail addresses and are never shown. */
export interface EnsuredCustomer {
  readonly how: 'found' | 'created' | 'none';
  readonly customerUid?: string;
  /** Why the order goes on without its customer, or what a person should look at. */
  readonly problem?: string;
}

/**
 * The order's customer in Flow, found by the matching rules or created (Flow, customers page: a customer comes with the
 * first order). A customer that cannot be brought over does not keep the order from the shop: the order goes without, and
 * the difference is told.
 */
export async function ensureCustomer(tenant: Tenant, order: OmniumOrder, attempt: Attempt): Promise<EnsuredCustomer> {
  const { customerId } = order;
  if (!customerId) return { how: 'none' };
  if (!/\w/.test(customerId)) return without('its id holds nothing that a Flow uid is made of');
  const work = { tenant, attempt };
  const linked = await findLinkedInFlow(work, customerId);
  if (linked.how !== 'none') return await take(work, linked, customerId);
  const wanted = await readForOrder(work, order);
  if (!wanted) return without('Omnium does not know the order’s customer');
  const rules = customerRules(tenant);
  const alike = await findAlikeInFlow(work, wanted.kind, fieldsInOmnium(wanted.kind, wanted.omnium, rules));
  return alike.how === 'none' ? await create(work, wanted.customer) : await take(work, alike, customerId);
}

function without(why: string): EnsuredCustomer {
  return { how: 'none', problem: `customer: ${why}; the order went without` };
}

/** Takes a customer that Flow already has; writes Omnium's id to it, so that it is found at once next time. */
async function take(
  { tenant, attempt }: CustomerWork,
  match: Match<FlowCustomer>,
  customerId: string,
): Promise<EnsuredCustomer> {
  if (match.how !== 'linked' && match.how !== 'alike') {
    const [problem] = match.how === 'conflict' ? match.differences : [];
    return { how: 'none', problem: `${problem ?? 'customer: not found'}; the order went without` };
  }
  const { customerUid, externalId } = match.found;
  if (!externalId) await tenant.flow.customers.update(customerUid, { externalId: customerId }, attempt);
  const [problem] = match.differences;
  return { how: 'found', customerUid, ...(problem && { problem }) };
}

interface OrderCustomer {
  readonly kind: CustomerKind;
  readonly omnium: OmniumCustomer;
  /** As Flow would be given it. */
  readonly customer: FlowCustomerWrite;
}

async function readForOrder(
  work: CustomerWork,
  { customerId = '', customerType, customerName }: OmniumOrder,
): Promise<OrderCustomer | undefined> {
  // The type is filled from the market and can be wrong for a customer, so the other kind is asked as well.
  const kinds = customerType?.toUpperCase() === 'B2B' ? [...BOTH_KINDS].reverse() : BOTH_KINDS;
  for (const kind of kinds) {
    const omnium = await readFromOmnium(work, kind, customerId);
    if (!omnium) continue;
    const customer = mapCustomer(kind, omnium, customerRules(work.tenant));
    // Flow wants both names of a person; an order often knows what the customer record lacks.
    return { kind, omnium, customer: kind === 'private' ? { ...splitName(customerName), ...customer } : customer };
  }
  return undefined;
}

async function create({ tenant, attempt }: CustomerWork, wanted: FlowCustomerWrite): Promise<EnsuredCustomer> {
  try {
    const created = await tenant.flow.customers.create(wanted, attempt);
    return { how: 'created', customerUid: created.customerUid };
  } catch (error) {
    if (!(error instanceof VendorHttpError)) throw error;
    // 409: another order of the same customer, or the customer's own sync, was faster.
    if (error.status === 409 && wanted.customerUid) return { how: 'found', customerUid: wanted.customerUid };
    if (error.status !== 400 && error.status !== 422) throw error;
    const fields = error.fields.map((refused) => refused.field).join(', ');
    return without(`Flow refused the customer (${fields || 'no field named'})`);
  }
}
