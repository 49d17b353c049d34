import { VendorHttpError } from '../clients/errors';
import type { FlowCustomer, FlowCustomerWrite } from '../clients/flow/schemas';
import type { OmniumOrder } from '../clients/omnium/schemas';
import { stripToUid } from '../domain/uid';
import { splitName } from '../mapping/addresses';
import { mapBusinessCustomer, mapPrivateCustomer } from '../mapping/omnium-customer-to-flow';
import type { Attempt } from './attempt';
import type { Tenant } from './tenants';

/** Who the order belongs to in Flow. Uids of customers can be e-mail addresses and are never shown. */
export interface EnsuredCustomer {
  readonly how: 'found' | 'created' | 'none';
  readonly customerUid?: string;
  /** Why the order goes on without its customer, or what a person should look at. */
  readonly problem?: string;
}

const NONE: EnsuredCustomer = { how: 'none' };

/**
 * The order's customer in Flow, found or created (Flow, customers page: a customer comes with the first order).
 *
 * Found by Omnium's id in Flow's `externalId`, then by the stripped id as uid, then – only where Flow's customer is not
 * already somebody else's – by loyalty id, e-mail and mobile. Never by name. A customer that cannot be brought over does
 * not keep the order from the shop: the order goes without, and the difference is told.
 */
export async function ensureCustomer(tenant: Tenant, order: OmniumOrder, attempt: Attempt): Promise<EnsuredCustomer> {
  const { customerId } = order;
  if (!customerId) return NONE;
  const known = await tenant.flow.findCustomersByExternalId(customerId, attempt);
  if (known.length > 0) return oneOfKnown(known, customerId);
  const byUid = await tenant.flow.getCustomer(stripToUid(customerId), attempt);
  if (byUid) return await adopt(tenant, { candidate: byUid, customerId, attempt });
  const wanted = await readFromOmnium(tenant, order, attempt);
  if (!wanted)
    return { how: 'none', problem: 'customer: Omnium does not know the order’s customer; the order went without' };
  const alike = await findAlike(tenant, wanted, attempt);
  if (alike) return await adopt(tenant, { candidate: alike, customerId, attempt });
  return await create(tenant, wanted, attempt);
}

function oneOfKnown(known: readonly FlowCustomer[], customerId: string): EnsuredCustomer {
  const uids = known.map((customer) => customer.customerUid).sort();
  const customerUid = uids.find((uid) => uid === stripToUid(customerId)) ?? uids[0];
  return {
    how: 'found',
    ...(customerUid && { customerUid }),
    ...(uids.length > 1 && {
      problem: `customer: ${uids.length} customers in Flow have the same externalId; merge them there`,
    }),
  };
}

/** Takes a customer that Flow already has; writes Omnium's id to it, so that it is found at once next time. */
async function adopt(
  tenant: Tenant,
  { candidate, customerId, attempt }: { candidate: FlowCustomer; customerId: string; attempt: Attempt },
): Promise<EnsuredCustomer> {
  const { customerUid, externalId } = candidate;
  if (externalId && externalId !== customerId) {
    return { how: 'none', problem: 'customer: two Omnium customers become the same Flow uid; the order went without' };
  }
  if (!externalId) await tenant.flow.updateCustomer(customerUid, { externalId: customerId }, attempt);
  return { how: 'found', customerUid };
}

async function readFromOmnium(
  tenant: Tenant,
  order: OmniumOrder,
  attempt: Attempt,
): Promise<FlowCustomerWrite | undefined> {
  const { customerId = '', customerType } = order;
  const { countryCode: tenantCountryCode, settings } = tenant.config;
  const loyaltyProvider = settings.OMNIUM_CUSTOMER_LOYALTY_ID_PROPERTY_KEY;
  const rules = { tenantCountryCode, ...(loyaltyProvider && { loyaltyProvider }) };
  const asBusiness = async (): Promise<FlowCustomerWrite | undefined> => {
    const customer = await tenant.omnium.getBusinessCustomer(customerId, attempt);
    return customer && mapBusinessCustomer(customer, rules);
  };
  const asPrivate = async (): Promise<FlowCustomerWrite | undefined> => {
    const customer = await tenant.omnium.getPrivateCustomer(customerId, attempt);
    // Flow wants both names of a person; an order often knows what the customer record lacks.
    return customer && { ...splitName(order.customerName), ...mapPrivateCustomer(customer, rules) };
  };
  // The type is filled from the market and can be wrong for a customer, so the other kind is asked as well.
  return customerType?.toUpperCase() === 'B2B'
    ? ((await asBusiness()) ?? (await asPrivate()))
    : ((await asPrivate()) ?? (await asBusiness()));
}

/** A customer the till made before: same loyalty id, e-mail or mobile, and not yet tied to an Omnium customer. */
async function findAlike(
  tenant: Tenant,
  wanted: FlowCustomerWrite,
  attempt: Attempt,
): Promise<FlowCustomer | undefined> {
  const { flow } = tenant;
  const free = (customers: readonly FlowCustomer[]): FlowCustomer | undefined => {
    const same = customers.filter((customer) => !customer.externalId && sameKind(customer, wanted));
    // Two candidates are a guess, and a guess could merge two people.
    return same.length === 1 ? same[0] : undefined;
  };
  if (wanted.loyaltyId) {
    const members = await flow.searchLoyalty(wanted.mobile ?? wanted.email ?? wanted.loyaltyId, attempt);
    const uid = members.find((member) => member.loyaltyId === wanted.loyaltyId)?.customerUid;
    const found = uid && (await flow.getCustomer(uid, attempt));
    if (found && free([found])) return found;
  }
  const byEmail = wanted.email && free(await flow.searchCustomers({ email: wanted.email }, attempt));
  if (byEmail) return byEmail;
  return wanted.mobile ? free(await flow.searchCustomers({ mobile: wanted.mobile }, attempt)) : undefined;
}

/** A company and a private person can share a phone; they are not the same customer. */
function sameKind(customer: FlowCustomer, wanted: FlowCustomerWrite): boolean {
  return (customer.customerType === 'PERSON') === (wanted.customerType === 'PERSON');
}

async function create(tenant: Tenant, wanted: FlowCustomerWrite, attempt: Attempt): Promise<EnsuredCustomer> {
  try {
    const created = await tenant.flow.createCustomer(wanted, attempt);
    return { how: 'created', customerUid: created.customerUid };
  } catch (error) {
    if (!(error instanceof VendorHttpError)) throw error;
    // 409: another order of the same customer was faster.
    if (error.status === 409 && wanted.customerUid) return { how: 'found', customerUid: wanted.customerUid };
    if (error.status !== 400 && error.status !== 422) throw error;
    const fields = error.fields.map((refused) => refused.field).join(', ');
    return {
      how: 'none',
      problem: `customer: Flow refused the customer (${fields || 'no field named'}); the order went without`,
    };
  }
}
