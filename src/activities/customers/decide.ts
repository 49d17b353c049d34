import type { FlowCustomer, FlowCustomerUpdate, FlowCustomerWrite } from '../../clients/flow/customers';
import type { OmniumBusinessCustomerPatch, OmniumCustomerPatch } from '../../clients/omnium/customers';
import type { CustomerReference } from '../../temporal/sealed-reference';
import {
  fieldsInFlow,
  fieldsInOmnium,
  kindInFlow,
  type CustomerFields,
  type CustomerKind,
} from './mapping/customer-fields';
import {
  customerUidKey,
  isAnonymousInOmnium,
  patchForOmnium,
  propertyOf,
  versionOf,
} from './mapping/flow-customer-to-omnium';
import { mergeCustomers } from './mapping/merge-customers';
import { isAnonymousInFlow, mapCustomer, missingForFlow } from './mapping/omnium-customer-to-flow';
import { SyncError } from '../shared/failures';
import {
  BOTH_KINDS,
  customerRules,
  CUSTOMER_EXPORTERS,
  isExported,
  readFromOmnium,
  type CustomerWork,
  type FoundInOmnium,
} from './customer-work';
import { findByFlowUid } from './find-by-flow-uid';
import { findAlikeInFlow, findAlikeInOmnium, findLinkedInFlow, findLinkedInOmnium, othersLinkedTo } from './matching';

/** What a pass would do about a customer, found by reading only. Differences and reasons name fields, never values. */
export type CustomerDecision = { readonly kind?: CustomerKind; readonly differences: readonly string[] } & (
  | { readonly what: 'nothing'; readonly reason?: string }
  | { readonly what: 'create-in-flow'; readonly found: FoundInOmnium; readonly wanted: FlowCustomerWrite }
  | { readonly what: 'create-in-omnium'; readonly flow: FlowCustomer }
  | { readonly what: 'merge'; readonly merge: MergeDecision }
  | { readonly what: 'anonymize-in-flow'; readonly flow: FlowCustomer }
  | { readonly what: 'delete-in-flow'; readonly flow: FlowCustomer }
  | { readonly what: 'remove-in-omnium'; readonly found: FoundInOmnium }
);

/** Writes that make both sides the same. */
export interface MergeDecision {
  readonly customerUid: string;
  readonly kind: CustomerKind;
  /** Empty when Flow is right. */
  readonly toFlow: FlowCustomerUpdate;
  /** Absent when Omnium is right and knows who it is in Flow. */
  readonly toOmnium?: OmniumCustomerPatch & OmniumBusinessCustomerPatch;
  /** What is written, e.g. `Omnium email`; the ids and versions that tie the two are not among it. */
  readonly changedFields: readonly string[];
}

type Reference = CustomerReference & {
  /** The sender says that the customer is gone. */
  readonly deleted: boolean;
};

const nothing = (reason: string): CustomerDecision => ({ what: 'nothing', reason, differences: [] });
const leave = (differences: readonly string[]): CustomerDecision => ({ what: 'nothing', differences });

/**
 * Decides what is to be done about the customer that an event named. Flow and Omnium are read, nothing is written.
 *
 * @throws SyncError `UidCollision` when two customers of one system would become one of the other
 */
export async function decideAboutCustomer(work: CustomerWork, reference: Reference): Promise<CustomerDecision> {
  return reference.side === 'flow' ? await decideForFlow(work, reference) : await decideForOmnium(work, reference);
}

async function decideForFlow(work: CustomerWork, { id, deleted }: Reference): Promise<CustomerDecision> {
  const flow = await work.tenant.flow.customers.get(id, work.attempt);
  if (flow) return await decideForFlowCustomer(work, flow);
  return deleted ? await decideForDeletedInFlow(work, id) : nothing('Flow does not have the customer any more');
}

/** What is to be done about a customer that Flow has. */
export async function decideForFlowCustomer(work: CustomerWork, flow: FlowCustomer): Promise<CustomerDecision> {
  const linked = await findLinkedInOmnium(work, flow);
  if (linked.how === 'conflict') return conflicted(linked);
  if (linked.how === 'gone') return leave(['customer: Omnium has no customer with the externalId that Flow holds']);
  const kind = kindInFlow(flow);
  if (linked.how !== 'none') {
    return decideForPair(work, { flow, found: { kind, customer: linked.found }, differences: linked.differences });
  }
  if (isAnonymousInFlow(flow)) return nothing('the customer is anonymous');
  const alike = await findAlikeInOmnium(work, flow);
  if (alike.how === 'conflict') return conflicted(alike);
  if (alike.how === 'alike' || alike.how === 'linked') {
    return decideForPair(work, { flow, found: { kind, customer: alike.found }, differences: alike.differences });
  }
  return { what: 'create-in-omnium', kind, flow, differences: alike.how === 'none' ? alike.differences : [] };
}

async function decideForOmnium(work: CustomerWork, reference: Reference): Promise<CustomerDecision> {
  const found = await findInOmnium(work, reference);
  if (!found) {
    return reference.deleted
      ? await decideForDeletedInOmnium(work, reference)
      : nothing('Omnium does not have the customer any more');
  }
  const { kind, customer } = found;
  const linked = await findLinkedInFlow(work, customer.customerId, kind);
  if (linked.how === 'conflict') return conflicted(linked);
  if (linked.how === 'linked' || linked.how === 'alike') {
    return decideForPair(work, { flow: linked.found, found, differences: linked.differences });
  }
  if (isAnonymousInOmnium(customer)) return nothing('the customer is anonymous');
  if (!isExported(work, kind)) return nothing(notExported(kind));
  const rules = customerRules(work.tenant);
  const alike = await findAlikeInFlow(work, kind, fieldsInOmnium(kind, customer, rules));
  if (alike.how === 'conflict') return conflicted(alike);
  if (alike.how === 'alike' || alike.how === 'linked') {
    return decideForPair(work, { flow: alike.found, found, differences: alike.differences });
  }
  const wanted = mapCustomer(kind, customer, rules);
  const missing = missingForFlow(wanted);
  if (missing.length > 0)
    return leave([`customer: Flow asks for ${missing.join(' and ')}, which Omnium does not have`]);
  const differences = alike.how === 'none' ? alike.differences : [];
  return { what: 'create-in-flow', kind, found, wanted, differences };
}

function notExported(kind: CustomerKind): string {
  return `the connector does not send ${kind} customers to Flow (${CUSTOMER_EXPORTERS[kind]})`;
}

async function findInOmnium(work: CustomerWork, { id, kind }: Reference): Promise<FoundInOmnium | undefined> {
  for (const each of kind ? [kind] : BOTH_KINDS) {
    const customer = await readFromOmnium(work, each, id);
    if (customer) return { kind: each, customer };
  }
  return undefined;
}

interface Pair {
  readonly flow: FlowCustomer;
  readonly found: FoundInOmnium;
  readonly differences: readonly string[];
}

function decideForPair(work: CustomerWork, pair: Pair): CustomerDecision {
  const { flow, found, differences } = pair;
  const isLinked = flow.externalId === found.customer.customerId;
  if (isLinked && isAnonymousInOmnium(found.customer)) return decideForAnonymousInOmnium(work, flow);
  // What Flow has overwritten says nothing about the person.
  if (isAnonymousInFlow(flow)) return leave([...differences, 'customer: anonymous in Flow and not in Omnium']);
  return { what: 'merge', kind: found.kind, ...mergePair(work, pair) };
}

/** Which side's fields go where, and the patch that ties the two. */
function mergePair(
  work: CustomerWork,
  { flow, found, differences }: Pair,
): { readonly merge: MergeDecision; readonly differences: readonly string[] } {
  const rules = customerRules(work.tenant);
  const { kind, customer: omnium } = found;
  const sides = { flow: fieldsInFlow(flow, rules), omnium: fieldsInOmnium(kind, omnium, rules) };
  const version = versionOf(omnium, rules);
  const times = { flowModified: flow.lastModifiedAt, omniumModified: omnium.modified };
  const wanted = mergeCustomers({ ...sides, version, ...times });
  const exported = isExported(work, kind);
  const fields = exported ? wanted.toFlow : {};
  const left = exported ? [] : Object.keys(wanted.toFlow).map((field) => `${field}: ${notExported(kind)}`);
  const links = flow.externalId ? {} : { externalId: omnium.customerId };
  const toFlow = { ...fields, ...links };
  const after = version.after(
    { ...sides.flow, ...fields } satisfies CustomerFields,
    { ...sides.omnium, ...wanted.toOmnium } satisfies CustomerFields,
  );
  const patch = patchForOmnium({ flow, omnium, writes: wanted.toOmnium, version: after }, rules);
  const isKnownThere = propertyOf(omnium, customerUidKey(rules)) === flow.customerUid;
  // Also when an attempt has written Flow and broke off: what both were last decides who wins the next time.
  const isRemembered = after.text === version.text;
  const written = [
    ...Object.keys(fields).map((field) => `Flow ${field}`),
    ...Object.keys(wanted.toOmnium).map((field) => `Omnium ${field}`),
  ];
  const merge: MergeDecision = {
    customerUid: flow.customerUid,
    kind,
    toFlow,
    ...((written.length > 0 || !isKnownThere || !isRemembered) && { toOmnium: patch }),
    changedFields: written,
  };
  return { merge, differences: [...differences, ...left] };
}

function decideForAnonymousInOmnium({ tenant }: CustomerWork, flow: FlowCustomer): CustomerDecision {
  if (isAnonymousInFlow(flow)) return { what: 'nothing', kind: kindInFlow(flow), differences: [] };
  if (tenant.config.customers.onAnonymizedInOmnium === 'keep') {
    return nothing('anonymised in Omnium, and kept in Flow by the setting customers.onAnonymizedInOmnium');
  }
  return { what: 'anonymize-in-flow', kind: kindInFlow(flow), flow, differences: [] };
}

async function decideForDeletedInOmnium(work: CustomerWork, { id, kind }: Reference): Promise<CustomerDecision> {
  if (!/\w/.test(id)) return nothing('Flow does not have the customer either');
  const linked = await findLinkedInFlow(work, id, kind);
  // Only a customer that says so itself is taken for the deleted one.
  if (linked.how !== 'linked' || linked.found.externalId !== id) {
    return linked.how === 'conflict' ? leave(linked.differences) : nothing('Flow does not have the customer either');
  }
  if (linked.differences.length > 0) return leave(linked.differences);
  if (work.tenant.config.customers.onAnonymizedInOmnium === 'keep') {
    return nothing('deleted in Omnium, and kept in Flow by the setting customers.onAnonymizedInOmnium');
  }
  if (isAnonymousInFlow(linked.found)) return { what: 'nothing', kind: kindInFlow(linked.found), differences: [] };
  return { what: 'delete-in-flow', kind: kindInFlow(linked.found), flow: linked.found, differences: [] };
}

async function decideForDeletedInFlow(work: CustomerWork, customerUid: string): Promise<CustomerDecision> {
  if (work.tenant.config.customers.onDeletedInFlow === 'keep') {
    return nothing('deleted in Flow, and kept in Omnium by the setting customers.onDeletedInFlow');
  }
  const { found, problem } = await findByFlowUid(work, customerUid);
  if (problem) return leave([problem]);
  if (!found) return nothing('Omnium does not have the customer either');
  const { kind, customer } = found;
  // One of two that were the same customer: the other one still is.
  if ((await othersLinkedTo(work, customer.customerId, customerUid)) > 0) {
    return leave(['customer: deleted in Flow, where another customer is linked to the same customer in Omnium']);
  }
  if (isAnonymousInOmnium(customer)) return { what: 'nothing', kind, differences: [] };
  return { what: 'remove-in-omnium', kind, found, differences: [] };
}

/** A uid that two customers claim cannot be synced at all, so it waits where on-call looks; the rest is told. */
function conflicted({
  collision,
  differences,
}: {
  collision: boolean;
  differences: readonly string[];
}): CustomerDecision {
  if (collision) throw new SyncError('UidCollision', differences[0] ?? 'customer: two customers become one');
  return leave(differences);
}
