import { customerUidKey, propertyOf } from './mapping/flow-customer-to-omnium';
import {
  BOTH_KINDS,
  customerRules,
  readFromOmnium,
  searchOmnium,
  type CustomerWork,
  type FoundInOmnium,
} from './customer-work';

/** Omnium's search goes no further than this (omnium-api.md §2). */
const PAGE_SIZE = 100;
const MAX_PAGES = 100;

/** Which Omnium customer a Flow uid stood for. */
export interface FoundByFlowUid {
  readonly found?: FoundInOmnium;
  /** Why it cannot be told. */
  readonly problem?: string;
}

/**
 * The Omnium customer of a Flow customer that is gone, so that its `externalId` cannot be asked any more: by the uid as
 * Omnium's id, by the uid that our own writes leave in Omnium, and last by looking through Omnium's customers for an id
 * that becomes this uid. A uid is never turned back into an id.
 */
export async function findByFlowUid(work: CustomerWork, customerUid: string): Promise<FoundByFlowUid> {
  for (const kind of BOTH_KINDS) {
    const customer = await readFromOmnium(work, kind, customerUid);
    if (customer) return { found: { kind, customer } };
  }
  return (await findByLink(work, customerUid)) ?? (await lookThroughAll(work, customerUid));
}

async function findByLink(work: CustomerWork, customerUid: string): Promise<FoundByFlowUid | undefined> {
  const key = customerUidKey(customerRules(work.tenant));
  const found: FoundInOmnium[] = [];
  for (const kind of BOTH_KINDS) {
    const { result } = await searchOmnium(work, kind, { properties: [{ key, value: customerUid }] });
    for (const customer of result) {
      if (propertyOf(customer, key) === customerUid) found.push({ kind, customer });
    }
  }
  return oneOf(found);
}

async function lookThroughAll(work: CustomerWork, customerUid: string): Promise<FoundByFlowUid> {
  const found: FoundInOmnium[] = [];
  for (const kind of BOTH_KINDS) {
    for (let page = 0; ; page += 1) {
      if (page >= MAX_PAGES) {
        return { problem: `customer: deleted in Flow, and not among the first ${MAX_PAGES * PAGE_SIZE} of Omnium` };
      }
      const { result, totalHits } = await searchOmnium(work, kind, { page, take: PAGE_SIZE });
      for (const customer of result) {
        if (customer.customerId.replace(/\W/g, '') === customerUid) found.push({ kind, customer });
      }
      if (result.length === 0 || (page + 1) * PAGE_SIZE >= totalHits) break;
    }
  }
  return oneOf(found) ?? {};
}

function oneOf(found: readonly FoundInOmnium[]): FoundByFlowUid | undefined {
  const [only] = found;
  if (!only) return undefined;
  if (found.length === 1) return { found: only };
  return { problem: `customer: deleted in Flow, and ${found.length} customers in Omnium could have been the same` };
}
