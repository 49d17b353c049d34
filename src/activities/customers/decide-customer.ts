import type { FlowCustomer, FlowCustomerUpdate, FlowCustomerWrite } from '../../clients/flow/customers';
import type { OmniumBusinessCustomerPatch, OmniumCustomerPatch } from '../../clients/omnium/customers';
import type { CustomerReference } from '../../temporal/sealed-reference';
import { SyncError } from '../shared/failures';
import type { SyncContext } from '../shared/sync-context';
import { customerRules, fieldsInFlow, fieldsInOmnium, kindInFlow, type CustomerKind } from './mapping/customer-fields';
import { isAnonymousInFlow, isAnonymousInOmnium, mapToFlow, patchForOmnium, tieOf } from './mapping/map-customer';
import { mergeCustomers } from './mapping/merge-customers';
import {
  findAlikeInFlow,
  findAlikeInOmnium,
  findDeletedFromFlow,
  findInOmnium,
  findLinkedInFlow,
  findLinkedInOmnium,
  isDeletedForGood,
  othersLinkedTo,
  type FoundInOmnium,
  type Match,
} from './match-customers';

/** What a pass would do about a customer, found by reading only. Differences and reasons name fields, never values. */
export type CustomerDecision = { readonly kind?: CustomerKind; readonly differences: readonly string[] } & (
  | { readonly what: 'nothing'; readonly reason?: string }
  | { readonly what: 'create-in-flow'; readonly found: FoundInOmnium; readonly desired: FlowCustomerWrite }
  | { readonly what: 'create-in-omnium'; readonly flow: FlowCustomer }
  | {
      readonly what: 'merge';
      readonly kind: CustomerKind;
      readonly customerUid: string;
      /** Empty when Flow is right. */
      readonly toFlow: FlowCustomerUpdate;
      /** Absent when Omnium is right and knows who it is in Flow. */
      readonly toOmnium?: OmniumCustomerPatch & OmniumBusinessCustomerPatch;
      /** What is written, e.g. `Omnium email`; the ids and versions that tie the two are not among it. */
      readonly changedFields: readonly string[];
    }
  | { readonly what: 'anonymize-in-flow'; readonly flow: FlowCustomer }
  | { readonly what: 'delete-in-flow'; readonly flow: FlowCustomer }
  | { readonly what: 'remove-in-omnium'; readonly found: FoundInOmnium }
);

/** The connector's implementation that sends customers of a kind from Omnium to Flow by themselves, not with an order. */
const CUSTOMER_EXPORTERS: Readonly<Record<CustomerKind, string>> = {
  private: 'IPrivateCustomerExporter',
  business: 'IBusinessCustomerExporter',
};

const skip = (reason: string): CustomerDecision => ({ what: 'nothing', reason, differences: [] });

/**
 * Decides what is to be done about the customer that an event named. Flow and Omnium are read, nothing is written.
 *
 * @param deleted the sender says that the customer is gone
 * @throws SyncError `UidCollision` when two customers of one system would become one of the other
 */
export async function decideAboutCustomer(
  context: SyncContext,
  reference: CustomerReference,
  deleted: boolean,
): Promise<CustomerDecision> {
  const { side, id, kind } = reference;
  const { flow, config } = context.tenant;
  if (side === 'omnium') {
    const found = await findInOmnium(context, id, kind && [kind]);
    if (found) return await decideForOmniumCustomer(context, found);
    if (!deleted) return skip('Omnium does not have the customer any more');
    if (!/\w/.test(id)) return skip('Flow does not have the customer either');
    const { found: linked, differences } = await findLinkedInFlow(context, id, kind);
    if (differences.length > 0) return { what: 'nothing', differences };
    // Only a customer that says so itself is taken for the deleted one.
    if (linked?.externalId !== id) return skip('Flow does not have the customer either');
    const moved = await decideForFlowCustomer(context, linked);
    const isGone = moved.what === 'nothing' && moved.differences.length > 0;
    if (!isGone || !(await isDeletedForGood(context, id))) return moved;
    if (config.customers.onAnonymizedInOmnium === 'keep') {
      return skip('deleted in Omnium, and kept in Flow by the setting customers.onAnonymizedInOmnium');
    }
    if (isAnonymousInFlow(linked)) return { what: 'nothing', kind: kindInFlow(linked), differences: [] };
    return { what: 'delete-in-flow', kind: kindInFlow(linked), flow: linked, differences: [] };
  }

  const existing = await flow.customers.get(id, context);
  if (existing) return await decideForFlowCustomer(context, existing);
  if (!deleted) return skip('Flow does not have the customer any more');
  if (config.customers.onDeletedInFlow === 'keep') {
    return skip('deleted in Flow, and kept in Omnium by the setting customers.onDeletedInFlow');
  }
  const { found, conflict, differences } = await findDeletedFromFlow(context, id);
  if (conflict) return { what: 'nothing', differences };
  if (!found) return skip('Omnium does not have the customer either');
  // One of two that were the same customer: the other one still is.
  if ((await othersLinkedTo(context, found.customer.customerId, id)) > 0) {
    const other = 'customer: deleted in Flow, where another customer is linked to the same customer in Omnium';
    return { what: 'nothing', differences: [other] };
  }
  if (isAnonymousInOmnium(found.customer)) return { what: 'nothing', kind: found.kind, differences: [] };
  return { what: 'remove-in-omnium', kind: found.kind, found, differences: [] };
}

/** What is to be done about a customer that Flow has. */
export async function decideForFlowCustomer(context: SyncContext, flow: FlowCustomer): Promise<CustomerDecision> {
  let match = await findLinkedInOmnium(context, flow);
  if (!match.found && !match.conflict) {
    if (isAnonymousInFlow(flow)) return skip('the customer is anonymous');
    match = await findAlikeInOmnium(context, flow);
  }
  if (match.conflict) return leaveConflict(match);
  const kind = kindInFlow(flow);
  if (match.found) return decideForPair(context, flow, { kind, customer: match.found }, match.differences);
  return { what: 'create-in-omnium', kind, flow, differences: match.differences };
}

async function decideForOmniumCustomer(context: SyncContext, found: FoundInOmnium): Promise<CustomerDecision> {
  const { kind, customer } = found;
  const rules = customerRules(context.tenant.config);
  let match = await findLinkedInFlow(context, customer.customerId, kind);
  if (!match.found && !match.conflict) {
    if (isAnonymousInOmnium(customer)) return skip('the customer is anonymous');
    const why = notExported(context, kind);
    if (why !== undefined) return skip(why);
    match = await findAlikeInFlow(context, found);
  }
  if (match.conflict) return leaveConflict(match);
  if (match.found) return decideForPair(context, match.found, found, match.differences);
  // What Flow asks of a new customer (Flow, customer help page).
  const desired = mapToFlow(kind, customer, rules);
  const needed = kind === 'private' ? (['firstname', 'lastname'] as const) : (['companyName'] as const);
  const missing = [...needed, 'countryCode' as const].filter((field) => !desired[field]);
  if (missing.length > 0) {
    return {
      what: 'nothing',
      differences: [`customer: Flow asks for ${missing.join(' and ')}, which Omnium does not have`],
    };
  }
  return { what: 'create-in-flow', kind, found, desired, differences: match.differences };
}

/** Why customers of a kind do not go to Flow by themselves; undefined when they do. */
function notExported({ tenant }: SyncContext, kind: CustomerKind): string | undefined {
  if (tenant.config.connector.implementations.includes(CUSTOMER_EXPORTERS[kind])) return undefined;
  return `the connector does not send ${kind} customers to Flow (${CUSTOMER_EXPORTERS[kind]})`;
}

/** Which side's fields go where, and the patch that ties the two. */
function decideForPair(
  context: SyncContext,
  flow: FlowCustomer,
  { kind, customer: omnium }: FoundInOmnium,
  differences: readonly string[],
): CustomerDecision {
  const { config } = context.tenant;
  // Linked, also where the id has moved: to somebody anonymous nobody is alike.
  if (flow.externalId && isAnonymousInOmnium(omnium)) {
    if (isAnonymousInFlow(flow)) return { what: 'nothing', kind: kindInFlow(flow), differences: [] };
    if (config.customers.onAnonymizedInOmnium === 'keep') {
      return skip('anonymised in Omnium, and kept in Flow by the setting customers.onAnonymizedInOmnium');
    }
    return { what: 'anonymize-in-flow', kind: kindInFlow(flow), flow, differences: [] };
  }
  // What Flow has overwritten says nothing about the person.
  if (isAnonymousInFlow(flow))
    return { what: 'nothing', differences: [...differences, 'customer: anonymous in Flow and not in Omnium'] };

  const rules = customerRules(config);
  const sides = { flow: fieldsInFlow(flow, rules), omnium: fieldsInOmnium(kind, omnium, rules) };
  const { customerUid, version } = tieOf(omnium, rules);
  const times = { flowModified: flow.lastModifiedAt, omniumModified: omnium.modified };
  const desired = mergeCustomers({ ...sides, version, ...times });
  const why = notExported(context, kind);
  const toFlow = why === undefined ? desired.toFlow : {};
  const left = why === undefined ? [] : Object.keys(desired.toFlow).map((field) => `${field}: ${why}`);
  const after = version.after({ ...sides.flow, ...toFlow }, { ...sides.omnium, ...desired.toOmnium });
  const changedFields = [
    ...Object.keys(toFlow).map((field) => `Flow ${field}`),
    ...Object.keys(desired.toOmnium).map((field) => `Omnium ${field}`),
  ];
  // Also when an attempt has written Flow and broke off: what both were last decides who wins the next time.
  const isRemembered = customerUid === flow.customerUid && after.text === version.text;
  return {
    what: 'merge',
    kind,
    customerUid: flow.customerUid,
    toFlow: { ...toFlow, ...(flow.externalId !== omnium.customerId && { externalId: omnium.customerId }) },
    ...((changedFields.length > 0 || !isRemembered) && {
      toOmnium: patchForOmnium(flow, omnium, desired.toOmnium, after, rules),
    }),
    changedFields,
    differences: [...differences, ...left],
  };
}

/** A uid that two customers claim cannot be synced at all, so it waits where on-call sees it; the rest is shown. */
function leaveConflict({ conflict, differences }: Match<unknown>): CustomerDecision {
  if (conflict !== 'collision') return { what: 'nothing', differences };
  throw new SyncError('UidCollision', differences[0] ?? 'customer: two customers become one');
}

/**
 * Finds out by reading only whether a customer is the same in both systems. `not-synced` is deliberate; a customer that
 * cannot be compared `differs`.
 */
export async function inspectCustomer(
  context: SyncContext,
  reference: CustomerReference,
): Promise<'in-sync' | 'not-synced' | 'differs'> {
  try {
    const decision = await decideAboutCustomer(context, reference, false);
    if (decision.what === 'nothing') {
      if (decision.reason !== undefined) return 'not-synced';
      return decision.differences.length > 0 ? 'differs' : 'in-sync';
    }
    if (decision.what !== 'merge') return 'differs';
    return decision.changedFields.length > 0 || decision.toFlow.externalId ? 'differs' : 'in-sync';
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    return 'differs';
  }
}
