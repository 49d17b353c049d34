import type { FlowCustomer } from '../../clients/flow/customers';
import type { OmniumCustomerSearch } from '../../clients/omnium/customers';
import { stripToUid } from '../../domain/uid';
import {
  comparable,
  fieldsInFlow,
  fieldsInOmnium,
  kindInFlow,
  type CustomerField,
  type CustomerFields,
  type CustomerKind,
  type OmniumCustomer,
} from './mapping/customer-fields';
import { customerUidKey, isAnonymousInOmnium } from './mapping/flow-customer-to-omnium';
import { SyncError } from '../shared/failures';
import { BOTH_KINDS, customerRules, readFromOmnium, searchOmnium, type CustomerWork } from './customer-work';

/**
 * Which customer in one system is which in the other. The only place that decides it, for both directions and for the
 * customers of orders.
 *
 * 1. *Linked*: Flow's `externalId` is Omnium's id; else the uid is the id, stripped. A uid that belongs to another Omnium
 *    id is a collision.
 * 2. *Alike*, asked only when nothing is linked: the same loyalty id, then e-mail, then mobile. Taken only when exactly one
 *    customer of the same kind has it and that one is not linked to anybody else.
 * 3. Never by name. A person and a company are never the same customer.
 *
 * Whatever is not clear is a conflict: told, and nothing is merged. Of two free customers with the same e-mail nobody can
 * say which one is meant; an e-mail that a linked customer already has is told, too. Texts here name fields, not values.
 */
export type Match<Found> =
  | { readonly how: 'linked' | 'alike'; readonly found: Found; readonly differences: readonly string[] }
  /** Nobody: may be created. */
  | { readonly how: 'none'; readonly differences: readonly string[] }
  /** Omnium does not have the customer that Flow's `externalId` names. */
  | { readonly how: 'gone' }
  | { readonly how: 'conflict'; readonly collision: boolean; readonly differences: readonly string[] };

const NOBODY: Match<never> = { how: 'none', differences: [] };

function conflict(difference: string, collision = false): Match<never> {
  return { how: 'conflict', collision, differences: [difference] };
}

/** An Omnium customer in Flow, by its id. `kind` is left out where only an order's word is known. */
export async function findLinkedInFlow(
  { tenant, attempt }: CustomerWork,
  customerId: string,
  kind?: CustomerKind,
): Promise<Match<FlowCustomer>> {
  const uid = uidOf(customerId);
  const known = await tenant.flow.customers.findByExternalId(customerId, attempt);
  const sorted = [...known].sort((a, b) => (a.customerUid < b.customerUid ? -1 : 1));
  const found =
    sorted.find(({ customerUid }) => customerUid === uid) ??
    sorted[0] ??
    (await tenant.flow.customers.get(uid, attempt));
  if (!found) return NOBODY;
  if (found.externalId && found.externalId !== customerId) {
    return conflict('customer: two Omnium customers become the same Flow uid; rename one of them', true);
  }
  if (kind && kind !== kindInFlow(found)) return conflict(kindConflict(kindInFlow(found)));
  const differences =
    known.length > 1 ? [`customer: ${known.length} customers in Flow have the same externalId; merge them there`] : [];
  return { how: 'linked', found, differences };
}

/** A customer of Flow that has no Omnium customer yet and is the one wanted. */
export async function findAlikeInFlow(
  { tenant, attempt }: CustomerWork,
  kind: CustomerKind,
  wanted: CustomerFields,
): Promise<Match<FlowCustomer>> {
  const { flow } = tenant;
  const { email, mobile, loyaltyId } = wanted;
  const byLoyalty = async (): Promise<FlowCustomer[]> => {
    if (!loyaltyId) return [];
    const members = await flow.customers.searchLoyalty(mobile ?? email ?? loyaltyId, attempt);
    const uid = members.find((member) => member.loyaltyId === loyaltyId)?.customerUid;
    const found = uid && (await flow.customers.get(uid, attempt));
    return found ? [found] : [];
  };
  const rules = customerRules(tenant);
  return await firstClearMatch({
    steps: [
      ['loyaltyId', byLoyalty],
      ['email', async () => (email ? await flow.customers.search({ email }, attempt) : [])],
      ['mobile', async () => (mobile ? await flow.customers.search({ mobile }, attempt) : [])],
    ],
    isMeant: (customer, field) =>
      kindInFlow(customer) === kind && sameValue(field, fieldsInFlow(customer, rules), wanted),
    isTaken: ({ externalId }) => Promise.resolve(Boolean(externalId)),
    system: 'Flow',
  });
}

/** A Flow customer in Omnium, by its ids. */
export async function findLinkedInOmnium(work: CustomerWork, customer: FlowCustomer): Promise<Match<OmniumCustomer>> {
  const { customerUid, externalId } = customer;
  const kind = kindInFlow(customer);
  const found = await readFromOmnium(work, kind, externalId ?? customerUid);
  if (found) {
    if (externalId) return { how: 'linked', found, differences: [] };
    const others = await othersLinkedTo(work, found.customerId, customerUid);
    return others > 0
      ? conflict('customer: Omnium’s customer with this id is linked to another customer in Flow', true)
      : { how: 'linked', found, differences: [] };
  }
  if (!externalId) return NOBODY;
  const other = BOTH_KINDS.find((candidate) => candidate !== kind) ?? kind;
  return (await readFromOmnium(work, other, externalId)) ? conflict(kindConflict(kind)) : { how: 'gone' };
}

/** A customer of Omnium that no Flow customer is linked to and that is the one wanted. */
export async function findAlikeInOmnium(work: CustomerWork, customer: FlowCustomer): Promise<Match<OmniumCustomer>> {
  const rules = customerRules(work.tenant);
  const kind = kindInFlow(customer);
  const wanted = fieldsInFlow(customer, rules);
  const { email, mobile, loyaltyId } = wanted;
  const search = async (by: OmniumCustomerSearch): Promise<readonly OmniumCustomer[]> =>
    (await searchOmnium(work, kind, by)).result;
  const byLoyalty = (id: string): Promise<readonly OmniumCustomer[]> =>
    search(rules.loyaltyProvider ? { externalIds: [id] } : { customerNumbers: [id] });
  return await firstClearMatch({
    steps: [
      ['loyaltyId', async () => (loyaltyId ? await byLoyalty(loyaltyId) : [])],
      ['email', async () => (email ? await search({ email }) : [])],
      ['mobile', async () => (mobile ? await search({ phone: mobile }) : [])],
    ],
    isMeant: (found, field) => sameValue(field, fieldsInOmnium(kind, found, rules), wanted),
    isTaken: async (found) => (await othersLinkedTo(work, found.customerId, customer.customerUid)) > 0,
    system: 'Omnium',
  });
}

/**
 * The customer that has just been created in Omnium. It can have kept another id than was sent (omnium-api.md §5.2:
 * e-mail or phone as id), so it is looked for, and taken only when it says that it is this Flow customer's.
 */
export async function findCreatedInOmnium(
  work: CustomerWork,
  customer: FlowCustomer,
): Promise<OmniumCustomer | undefined> {
  const rules = customerRules(work.tenant);
  const kind = kindInFlow(customer);
  const link = { key: customerUidKey(rules), value: customer.customerUid };
  const { email, mobile } = fieldsInFlow(customer, rules);
  for (const id of [customer.customerUid, email, mobile]) {
    const found = id ? await readFromOmnium(work, kind, id) : undefined;
    if (found?.properties.some(({ key, value }) => key === link.key && value === link.value)) return found;
  }
  const { result } = await searchOmnium(work, kind, { properties: [link] });
  return result.length === 1 ? result[0] : undefined;
}

/** How many other Flow customers an Omnium customer is linked to. */
export async function othersLinkedTo(
  { tenant, attempt }: CustomerWork,
  customerId: string,
  customerUid: string,
): Promise<number> {
  const linked = await tenant.flow.customers.findByExternalId(customerId, attempt);
  const others = linked.filter((customer) => customer.customerUid !== customerUid).length;
  if (others > 0 || linked.length > 0 || uidOf(customerId) === customerUid) return others;
  // Linked by uid only: an order brought it, and nothing has written the id yet.
  const byUid = await tenant.flow.customers.get(uidOf(customerId), attempt);
  return byUid && !byUid.externalId ? 1 : 0;
}

interface MatchSteps<Found> {
  /** Candidates by each field, best field first. */
  readonly steps: readonly (readonly [CustomerField, () => Promise<readonly Found[]>])[];
  /** Whether a candidate really has the value: how exactly the vendors compare is not documented. */
  readonly isMeant: (candidate: Found, field: CustomerField) => boolean;
  /** Whether a candidate is linked to somebody else. */
  readonly isTaken: (candidate: Found) => Promise<boolean>;
  readonly system: 'Flow' | 'Omnium';
}

async function firstClearMatch<Found extends FlowCustomer | OmniumCustomer>({
  steps,
  isMeant,
  isTaken,
  system,
}: MatchSteps<Found>): Promise<Match<Found>> {
  const differences: string[] = [];
  for (const [field, search] of steps) {
    const candidates = (await search()).filter((candidate) => isMeant(candidate, field) && !isNobody(candidate));
    const free: Found[] = [];
    for (const candidate of candidates) {
      if (!(await isTaken(candidate))) free.push(candidate);
    }
    const [found] = free;
    if (found && free.length === 1) return { how: 'alike', found, differences };
    if (found) {
      return conflict(`${field}: ${free.length} customers in ${system} have the same; say there which one it is`);
    }
    if (candidates.some((candidate) => isIdItself(candidate, field))) {
      return conflict(`${field}: Omnium has one customer for each, and that one is linked to somebody else`);
    }
    // A family can share a phone. Two people with one e-mail address or loyalty card are worth a look.
    if (candidates.length > 0 && field !== 'mobile') {
      differences.push(`${field}: another customer in ${system}, linked to somebody else, has the same`);
    }
  }
  return { how: 'none', differences };
}

/** Omnium can take the e-mail address or the phone number for the id: a second customer with it would overwrite the first. */
function isIdItself(candidate: FlowCustomer | OmniumCustomer, field: CustomerField): boolean {
  if (!('customerId' in candidate)) return false;
  const value = field === 'email' ? candidate.email : field === 'mobile' ? candidate.phone : undefined;
  return value !== undefined && comparable(field, candidate.customerId) === comparable(field, value);
}

/** An Omnium customer without anything personal matches nobody. */
function isNobody(candidate: FlowCustomer | OmniumCustomer): boolean {
  return 'customerId' in candidate && isAnonymousInOmnium(candidate);
}

function sameValue(field: CustomerField, one: CustomerFields, other: CustomerFields): boolean {
  const value = comparable(field, one[field]);
  return value !== '' && value === comparable(field, other[field]);
}

function kindConflict(kindInFlowIs: CustomerKind): string {
  const [flow, omnium] = kindInFlowIs === 'private' ? ['a person', 'a business'] : ['a business', 'a person'];
  return `customer: ${flow} in Flow and ${omnium} in Omnium`;
}

/**
 * The uid that an Omnium customer has in Flow.
 *
 * @throws SyncError `OmniumResponseInvalid` when the id holds nothing that a uid is made of; it does not say the id
 */
export function uidOf(customerId: string): string {
  try {
    return stripToUid(customerId);
  } catch {
    throw new SyncError(
      'OmniumResponseInvalid',
      'The customer’s id in Omnium holds none of the characters A-Z, a-z, 0-9 and _ that a Flow uid is made of',
    );
  }
}
