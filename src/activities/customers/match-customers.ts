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
import { customerUidProperty, isAnonymousInFlow, isAnonymousInOmnium, tieOf } from './mapping/map-customer';

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
 * 2. *Alike*, asked only when none is linked: the same loyalty id, then a company's organisation number, then e-mail, then
 *    mobile. Taken only when exactly one customer of the same kind has it and that one is not linked to another one.
 *    Companies with two organisation numbers are two, whatever they share.
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

/** So many customers with the same e-mail or phone are asked whether Omnium still knows the ids they hold. */
const MAX_HOLDERS_ASKED = 3;

/**
 * The customer of Flow that an Omnium customer is, where none holds its id: the one that our own tie names, as when the id
 * has moved, else one that is alike. One that holds the id of a customer whom Omnium knows is somebody else's.
 *
 * @param attachedUid who is on the order in Flow whose customer Omnium says this is: the same one if its id is gone
 */
export async function findAlikeInFlow(
  context: SyncContext,
  { kind, customer }: FoundInOmnium,
  attachedUid?: string,
): Promise<Match<FlowCustomer>> {
  const { customers } = context.tenant.flow;
  const rules = customerRules(context.tenant.config);
  // What a whole village shares, as a shop's own number, is not worth a call for each.
  const isTaken = async ({ externalId }: FlowCustomer, alike = 1): Promise<boolean> =>
    Boolean(externalId) &&
    (alike > MAX_HOLDERS_ASKED || (await findInOmnium(context, String(externalId))) !== undefined);
  const { customerUid: tiedUid } = tieOf(customer, rules);
  let isErased = false;
  for (const customerUid of new Set([tiedUid, attachedUid])) {
    const tied = customerUid === undefined ? undefined : await customers.get(customerUid, context);
    isErased ||= customerUid !== undefined && customerUid === tiedUid && !tied;
    // On its order only: the order tells who it is where the id that it holds is gone.
    if (!tied || kindInFlow(tied) !== kind || (customerUid !== tiedUid && !tied.externalId)) continue;
    if (!(await isTaken(tied))) return { found: tied, differences: [] };
  }
  const desired = fieldsInOmnium(kind, customer, rules);
  const { email, mobile } = desired;
  const match = await firstClearMatch(
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
        const by = { email: { email: value }, mobile: { mobile: value }, vatNumber: { vatNumber: value } }[field];
        found = await customers.search(by, context);
      }
      return found
        .filter((customer) => kindInFlow(customer) === kind)
        .map((customer) => ({ candidate: customer, fields: fieldsInFlow(customer, rules) }));
    },
    isTaken,
  );
  const isNone = !match.found && !match.conflict;
  if (!isNone || !isErased || context.tenant.config.customers.onDeletedInFlow === 'keep') return match;
  // Nobody brings back whom the shop has deleted; the event or a sweep of flow-erasures removes the customer in Omnium.
  return { conflict: 'unclear', differences: ['customer: deleted in Flow, and still in Omnium'] };
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
  return await findMovedInOmnium(context, customer, externalId);
}

/** Orders that are asked who their customer is now; one would do, more show that they agree. */
const MAX_ORDERS_ASKED = 10;

/**
 * Who the customer is in Omnium that had the id which Flow holds. Omnium merges customers and lets ids follow an e-mail
 * address: the old id is gone then, its orders name the new one (omnium-api.md, additions), and the person is not. Proven
 * by our own tie, or by the customer's orders; else taken by the rules for customers that are alike.
 */
async function findMovedInOmnium(
  context: SyncContext,
  customer: FlowCustomer,
  goneId: string,
): Promise<Match<OmniumCustomer>> {
  const { customerUid } = customer;
  const kind = kindInFlow(customer);
  const unclear = (difference: string): Match<never> => ({ conflict: 'unclear', differences: [difference] });
  const tied = (await findTied(context, customerUid)).filter((one) => one.kind === kind);
  const named = tied.length > 0 ? [] : [...(await customerIdsOfOrders(context, customerUid))];
  if (tied.length > 1 || named.length > 1) {
    return unclear('customer: its id is gone from Omnium, and more than one customer there could be the same now');
  }
  const [namedId] = named;
  const other = namedId === undefined || namedId === goneId ? undefined : namedId;
  const found = tied[0]?.customer ?? (other && (await omniumCustomers(context, kind).get(other, context)));
  if (found) {
    if ((await othersLinkedTo(context, found.customerId, customerUid)) === 0) return { found, differences: [] };
    return unclear(
      'customer: merged in Omnium with one that another customer in Flow is linked to; merge them in Flow',
    );
  }
  if (!isAnonymousInFlow(customer) && namedId !== goneId && !(await isDeletedForGood(context, goneId))) {
    const alike = await findAlikeInOmnium(context, customer);
    if (alike.found || alike.conflict) return alike;
  }
  return unclear('customer: Omnium has no customer with the externalId that Flow holds');
}

/** The ids by which Omnium's orders name the customer of a few of Flow's orders. */
async function customerIdsOfOrders(context: SyncContext, customerUid: string): Promise<Set<string>> {
  const { flow, omnium } = context.tenant;
  const ids = new Set<string>();
  let asked = 0;
  for (const { storeUid } of await flow.stores.list(context)) {
    const orders = await flow.orders.findByCustomer(storeUid, customerUid, context);
    for (const { externalOrderNumber, orderUid } of orders) {
      if (asked >= MAX_ORDERS_ASKED) return ids;
      asked += 1;
      const found = externalOrderNumber
        ? await omnium.orders.findByNumber(externalOrderNumber, context)
        : [await omnium.orders.get(orderUid, context)];
      // Of two orders with one number it is not known which is meant.
      if (found.length === 1 && found[0]?.customerId) ids.add(found[0].customerId);
    }
  }
  return ids;
}

/**
 * Whether a customer that Omnium has deleted was deleted, and not merged with another one or moved to another id: its
 * orders would name the other one then. Without an order nobody can tell.
 */
export async function isDeletedForGood(context: SyncContext, customerId: string): Promise<boolean> {
  const { orders } = context.tenant.omnium;
  const { result } = await orders.search({ customerId, page: 0, take: MAX_ORDERS_ASKED }, context);
  for (const { id } of result) {
    // The order itself: a search can lag behind the merge.
    if ((await orders.get(id, context))?.customerId !== customerId) return false;
  }
  return result.length > 0;
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
      const by = { email: { email: value }, mobile: { phone: value }, vatNumber: { taxId: value } };
      const search = { loyaltyId: byLoyalty, ...by }[field];
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
 * @param isTaken whether a candidate, of so many that are alike, is linked to another one
 */
async function firstClearMatch<Found extends FlowCustomer | OmniumCustomer>(
  system: 'Flow' | 'Omnium',
  desired: CustomerFields,
  search: (
    field: 'loyaltyId' | 'vatNumber' | 'email' | 'mobile',
    value: string,
  ) => Promise<{ readonly candidate: Found; readonly fields: CustomerFields }[]>,
  isTaken: (candidate: Found, alike: number) => Promise<boolean>,
): Promise<Match<Found>> {
  const differences: string[] = [];
  const isOther = (fields: CustomerFields): boolean => {
    const [one, other] = [desired.vatNumber, fields.vatNumber].map((text) => comparable('vatNumber', text));
    return Boolean(one) && Boolean(other) && one !== other;
  };
  for (const field of ['loyaltyId', 'vatNumber', 'email', 'mobile'] as const) {
    const value = comparable(field, desired[field]);
    if (!desired[field]) continue;
    const found = await search(field, desired[field]);
    // One number is written in several ways, and how exactly the vendors compare is not documented.
    if (field === 'vatNumber' && found.length === 0 && value !== desired.vatNumber)
      found.push(...(await search(field, value)));
    const candidates = found.flatMap(({ candidate, fields }) =>
      value !== '' && comparable(field, fields[field]) === value && !isOther(fields) ? [candidate] : [],
    );
    const free: Found[] = [];
    for (const candidate of candidates) {
      if (!(await isTaken(candidate, candidates.length))) free.push(candidate);
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

/** Omnium's customers that our own writes have tied to a Flow customer. */
async function findTied(context: SyncContext, customerUid: string): Promise<FoundInOmnium[]> {
  const rules = customerRules(context.tenant.config);
  const tied: FoundInOmnium[] = [];
  for (const kind of CUSTOMER_KINDS) {
    const link = { properties: [customerUidProperty(rules, customerUid)] };
    const { result } = await omniumCustomers(context, kind).search(link, context);
    tied.push(...result.map((customer) => ({ kind, customer })));
  }
  return tied.filter(({ customer }) => tieOf(customer, rules).customerUid === customerUid);
}

/**
 * The Omnium customer of a Flow customer that is gone, so that its `externalId` cannot be asked any more: the one that our
 * own tie names, else the one whose id is the uid and that is tied to nobody. An id that only becomes the uid could be
 * anybody's: it is shown, and so is that not all customers could be looked through. A uid is never turned back into an id.
 */
export async function findDeletedFromFlow(context: SyncContext, customerUid: string): Promise<Match<FoundInOmnium>> {
  const rules = customerRules(context.tenant.config);
  const unclear = (what: string): Match<never> => ({
    conflict: 'unclear',
    differences: [`customer: deleted in Flow, and ${what}`],
  });
  const tied = await findTied(context, customerUid);
  if (tied.length > 1) return unclear(`${tied.length} customers in Omnium say that they are the same`);
  if (tied[0]) return { found: tied[0], differences: [] };
  const byId = await findInOmnium(context, customerUid);
  if (byId && tieOf(byId.customer, rules).customerUid === undefined) return { found: byId, differences: [] };
  for (const kind of CUSTOMER_KINDS) {
    let read = 0;
    for (let page = 0; ; page += 1) {
      const { result, totalHits } = await omniumCustomers(context, kind).search({ page, take: PAGE_SIZE }, context);
      read += result.length;
      for (const customer of result) {
        const isTied = tieOf(customer, rules).customerUid === customerUid;
        if (isTied) return { found: { kind, customer }, differences: [] };
        if (uidOf(customer.customerId) === customerUid)
          return unclear(
            'one in Omnium has an id like its uid and is not tied to it; if it is the same, remove it there',
          );
      }
      if (read >= totalHits) break;
      if (result.length === 0 || page + 1 >= MAX_PAGES)
        return unclear(`only ${read} of Omnium’s ${totalHits} were shown`);
    }
  }
  return { differences: [] };
}

function customerUidOf(customerId: string): string {
  const uid = uidOf(customerId);
  if (uid !== undefined) return uid;
  throw new SyncError(
    'OmniumResponseInvalid',
    'The customer’s id in Omnium holds none of the characters A-Z, a-z, 0-9 and _ that a Flow uid is made of',
  );
}
