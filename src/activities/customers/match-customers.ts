import type { FlowCustomer } from '../../clients/flow/customers';
import type { OmniumBusinessCustomers, OmniumPrivateCustomers } from '../../clients/omnium/customers';
import { uidOf } from '../../domain/uid';
import { SyncError } from '../shared/failures';
import type { SyncContext } from '../shared/sync-context';
import {
  comparable,
  customerRules,
  fieldsInFlow,
  fieldsInOmnium,
  kindInFlow,
  type CustomerFields,
  type CustomerKind,
  type OmniumCustomer,
} from './mapping/customer-fields';
import { customerUidProperty, isAnonymousInOmnium, tieOf } from './mapping/map-customer';

export const CUSTOMER_KINDS: readonly CustomerKind[] = ['private', 'business'];

/** By the kind in Flow. */
const KIND_CONFLICT: Readonly<Record<CustomerKind, Match<never>>> = {
  private: { conflict: 'unclear', differences: ['customer: a person in Flow and a business in Omnium'] },
  business: { conflict: 'unclear', differences: ['customer: a business in Flow and a person in Omnium'] },
};

/** A customer in Omnium, with the kind that Omnium keeps it under. */
export interface FoundInOmnium {
  readonly kind: CustomerKind;
  readonly customer: OmniumCustomer;
}

/**
 * Which customer in one system is which in the other. This file alone decides it, for both directions and for the
 * customers of orders.
 *
 * 1. *Linked*: Flow's `externalId` is Omnium's id; else the uid is the id, stripped. A uid that belongs to another Omnium
 *    id is a collision.
 * 2. *Alike*, asked only when none is linked: the same loyalty id, then e-mail, then mobile. Taken only when exactly one
 *    customer of the same kind has it and that one is not linked to another one.
 * 3. Never by name. A person and a company are never the same customer.
 *
 * Whatever is not clear is a conflict: shown, and nothing is merged. Of two free customers with the same e-mail it cannot
 * be said which one is meant; an e-mail that a linked customer already has is shown, too. Texts name fields, not values.
 */
export interface Match<Found> {
  /** Absent without a conflict: there is none, and it may be created. */
  readonly found?: Found;
  /** A `collision` is of two ids that become one uid. The first difference says what it is. */
  readonly conflict?: 'unclear' | 'collision';
  readonly differences: readonly string[];
}

/** Omnium's customers of a kind. */
export function omniumCustomers(
  { tenant }: Pick<SyncContext, 'tenant'>,
  kind: CustomerKind,
): OmniumPrivateCustomers | OmniumBusinessCustomers {
  return kind === 'private' ? tenant.omnium.privateCustomers : tenant.omnium.businessCustomers;
}

/** The customer with this id, among Omnium's customers of the kinds in their order. */
export async function findInOmnium(
  context: SyncContext,
  customerId: string,
  kinds = CUSTOMER_KINDS,
): Promise<FoundInOmnium | undefined> {
  for (const kind of kinds) {
    const customer = await omniumCustomers(context, kind).get(customerId, context);
    if (customer) return { kind, customer };
  }
  return undefined;
}

/**
 * An Omnium customer in Flow, by its id. `kind` is left out where only an order's word is known.
 *
 * @throws SyncError `OmniumResponseInvalid` when the id holds nothing that a uid is made of; it does not say the id
 */
export async function findLinkedInFlow(
  context: SyncContext,
  customerId: string,
  kind?: CustomerKind,
): Promise<Match<FlowCustomer>> {
  const { customers } = context.tenant.flow;
  const uid = customerUidOf(customerId);
  const known = await customers.findByExternalId(customerId, context);
  const sorted = [...known].sort((a, b) => (a.customerUid < b.customerUid ? -1 : 1));
  const found =
    sorted.find(({ customerUid }) => customerUid === uid) ?? sorted[0] ?? (await customers.get(uid, context));
  if (!found) return { differences: [] };
  if (found.externalId && found.externalId !== customerId) {
    const difference = 'customer: two Omnium customers become the same Flow uid; rename one of them';
    return { conflict: 'collision', differences: [difference] };
  }
  if (kind && kind !== kindInFlow(found)) return KIND_CONFLICT[kindInFlow(found)];
  const differences =
    known.length > 1 ? [`customer: ${known.length} customers in Flow have the same externalId; merge them there`] : [];
  return { found, differences };
}

/** A customer of Flow that has no Omnium customer yet and is the desired one. */
export async function findAlikeInFlow(
  context: SyncContext,
  kind: CustomerKind,
  desired: CustomerFields,
): Promise<Match<FlowCustomer>> {
  const { customers } = context.tenant.flow;
  const rules = customerRules(context.tenant.config);
  const { email, mobile } = desired;
  return await firstClearMatch(
    'Flow',
    desired,
    async (field, value) => {
      let found: FlowCustomer[];
      if (field === 'loyaltyId') {
        const members = await customers.searchLoyalty(mobile ?? email ?? value, context);
        const uid = members.find((member) => member.loyaltyId === value)?.customerUid;
        const member = uid ? await customers.get(uid, context) : undefined;
        found = member ? [member] : [];
      } else {
        found = await customers.search(field === 'email' ? { email: value } : { mobile: value }, context);
      }
      return found
        .filter((customer) => kindInFlow(customer) === kind)
        .map((customer) => ({ candidate: customer, fields: fieldsInFlow(customer, rules) }));
    },
    ({ externalId }) => Promise.resolve(Boolean(externalId)),
  );
}

/** A Flow customer in Omnium, by its ids. */
export async function findLinkedInOmnium(context: SyncContext, customer: FlowCustomer): Promise<Match<OmniumCustomer>> {
  const { customerUid, externalId } = customer;
  const kind = kindInFlow(customer);
  const found = await omniumCustomers(context, kind).get(externalId ?? customerUid, context);
  if (found && !externalId && (await othersLinkedTo(context, found.customerId, customerUid)) > 0) {
    const difference = 'customer: Omnium’s customer with this id is linked to another customer in Flow';
    return { conflict: 'collision', differences: [difference] };
  }
  if (found) return { found, differences: [] };
  if (!externalId) return { differences: [] };
  const otherKind = kind === 'private' ? 'business' : 'private';
  if (await omniumCustomers(context, otherKind).get(externalId, context)) return KIND_CONFLICT[kind];
  const difference = 'customer: Omnium has no customer with the externalId that Flow holds';
  return { conflict: 'unclear', differences: [difference] };
}

/** A customer of Omnium that no Flow customer is linked to and that is the desired one. */
export async function findAlikeInOmnium(context: SyncContext, customer: FlowCustomer): Promise<Match<OmniumCustomer>> {
  const rules = customerRules(context.tenant.config);
  const kind = kindInFlow(customer);
  return await firstClearMatch(
    'Omnium',
    fieldsInFlow(customer, rules),
    async (field, value) => {
      const byLoyalty = rules.loyaltyProvider ? { externalIds: [value] } : { customerNumbers: [value] };
      const search = { loyaltyId: byLoyalty, email: { email: value }, mobile: { phone: value } }[field];
      const { result } = await omniumCustomers(context, kind).search(search, context);
      return [...result]
        .filter((found) => !isAnonymousInOmnium(found))
        .map((found) => ({ candidate: found, fields: fieldsInOmnium(kind, found, rules) }));
    },
    async ({ customerId }) => (await othersLinkedTo(context, customerId, customer.customerUid)) > 0,
  );
}

/**
 * The first field by which candidates are found decides.
 *
 * @param desired whose values the candidates must have: how exactly the vendors compare is not documented
 * @param isTaken whether a candidate is linked to another one
 */
async function firstClearMatch<Found extends FlowCustomer | OmniumCustomer>(
  system: 'Flow' | 'Omnium',
  desired: CustomerFields,
  search: (
    field: 'loyaltyId' | 'email' | 'mobile',
    value: string,
  ) => Promise<readonly { readonly candidate: Found; readonly fields: CustomerFields }[]>,
  isTaken: (candidate: Found) => Promise<boolean>,
): Promise<Match<Found>> {
  const differences: string[] = [];
  for (const field of ['loyaltyId', 'email', 'mobile'] as const) {
    const value = comparable(field, desired[field]);
    if (!desired[field]) continue;
    const candidates = (await search(field, desired[field])).flatMap(({ candidate, fields }) =>
      value !== '' && comparable(field, fields[field]) === value ? [candidate] : [],
    );
    const free: Found[] = [];
    for (const candidate of candidates) {
      if (!(await isTaken(candidate))) free.push(candidate);
    }
    if (free.length === 1 && free[0]) return { found: free[0], differences };
    if (free.length > 1) {
      const difference = `${field}: ${free.length} customers in ${system} have the same; say there which one it is`;
      return { conflict: 'unclear', differences: [difference] };
    }
    // Omnium can take the e-mail address or phone number for the id: a second customer with it would overwrite the first.
    const ids = candidates.flatMap((one) => ('customerId' in one ? [comparable(field, one.customerId)] : []));
    if (field !== 'loyaltyId' && ids.includes(value)) {
      const difference = `${field}: Omnium has one customer for each, and that one is linked to somebody else`;
      return { conflict: 'unclear', differences: [difference] };
    }
    // A family can share a phone. Two people with one e-mail address or loyalty card are worth a look.
    if (candidates.length > 0 && field !== 'mobile') {
      differences.push(`${field}: another customer in ${system}, linked to somebody else, has the same`);
    }
  }
  return { differences };
}

/**
 * The customer that has just been created in Omnium. It can have kept another id than was sent (omnium-api.md §5.2:
 * e-mail or phone as id), so it is looked for, and taken only when it says that it is this Flow customer's.
 */
export async function findCreatedInOmnium(
  context: SyncContext,
  customer: FlowCustomer,
): Promise<OmniumCustomer | undefined> {
  const rules = customerRules(context.tenant.config);
  const customers = omniumCustomers(context, kindInFlow(customer));
  const { customerUid } = customer;
  const { email, mobile } = fieldsInFlow(customer, rules);
  for (const id of [customerUid, email, mobile]) {
    const found = id ? await customers.get(id, context) : undefined;
    if (found && tieOf(found, rules).customerUid === customerUid) return found;
  }
  const { result } = await customers.search({ properties: [customerUidProperty(rules, customerUid)] }, context);
  return result.length === 1 ? result[0] : undefined;
}

/** How many other Flow customers an Omnium customer is linked to. */
export async function othersLinkedTo(context: SyncContext, customerId: string, customerUid: string): Promise<number> {
  const { customers } = context.tenant.flow;
  const linked = await customers.findByExternalId(customerId, context);
  const others = linked.filter((customer) => customer.customerUid !== customerUid).length;
  const uid = customerUidOf(customerId);
  if (others > 0 || linked.length > 0 || uid === customerUid) return others;
  // Linked by uid only: an order brought it, and nothing has written the id yet.
  const byUid = await customers.get(uid, context);
  return byUid && !byUid.externalId ? 1 : 0;
}

/** Omnium's search goes no further than this (omnium-api.md §2). */
const PAGE_SIZE = 100;
const MAX_PAGES = 100;

/**
 * The Omnium customer of a Flow customer that is gone, so that its `externalId` cannot be asked any more: by the uid as
 * Omnium's id, by the uid that our own writes leave in Omnium, and last by looking through Omnium's customers for an id
 * that becomes this uid. A uid is never turned back into an id.
 */
export async function findDeletedFromFlow(context: SyncContext, customerUid: string): Promise<Match<FoundInOmnium>> {
  const byId = await findInOmnium(context, customerUid);
  if (byId) return { found: byId, differences: [] };
  const rules = customerRules(context.tenant.config);
  const tied: FoundInOmnium[] = [];
  for (const kind of CUSTOMER_KINDS) {
    const link = { properties: [customerUidProperty(rules, customerUid)] };
    const { result } = await omniumCustomers(context, kind).search(link, context);
    tied.push(...result.map((customer) => ({ kind, customer })));
  }
  const found = tied.filter(({ customer }) => tieOf(customer, rules).customerUid === customerUid);
  for (const kind of found.length > 0 ? [] : CUSTOMER_KINDS) {
    for (let page = 0; ; page += 1) {
      if (page >= MAX_PAGES) {
        const difference = `customer: deleted in Flow, and not among the first ${MAX_PAGES * PAGE_SIZE} of Omnium`;
        return { conflict: 'unclear', differences: [difference] };
      }
      const { result, totalHits } = await omniumCustomers(context, kind).search({ page, take: PAGE_SIZE }, context);
      for (const customer of result) {
        if (uidOf(customer.customerId) === customerUid) found.push({ kind, customer });
      }
      if (result.length === 0 || (page + 1) * PAGE_SIZE >= totalHits) break;
    }
  }
  if (found.length > 1) {
    const difference = `customer: deleted in Flow, and ${found.length} customers in Omnium could have been the same`;
    return { conflict: 'unclear', differences: [difference] };
  }
  return { ...(found[0] && { found: found[0] }), differences: [] };
}

function customerUidOf(customerId: string): string {
  const uid = uidOf(customerId);
  if (uid !== undefined) return uid;
  throw new SyncError(
    'OmniumResponseInvalid',
    'The customer’s id in Omnium holds none of the characters A-Z, a-z, 0-9 and _ that a Flow uid is made of',
  );
}
