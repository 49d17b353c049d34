import { VendorHttpError } from '../../clients/errors';
import type { FlowCustomer, FlowCustomerUpdate } from '../../clients/flow/customers';
import type { OmniumPatchResult } from '../../clients/omnium/members';
import type { CustomerOutcome } from '../../contracts/customer-messages';
import { mapBusinessToOmnium, mapPrivateToOmnium, patchForOmnium, versionOf } from './mapping/flow-customer-to-omnium';
import { fieldsInFlow, fieldsInOmnium, kindInFlow, type OmniumCustomer } from './mapping/customer-fields';
import { anonymousInFlow } from './mapping/omnium-customer-to-flow';
import { SyncError } from '../shared/failures';
import { customerRules, type CustomerWork, type FoundInOmnium } from './customer-work';
import type { CustomerDecision, MergeDecision } from './decide';
import { findCreatedInOmnium } from './matching';

/** Names are shown on the customer's page; a few are enough. */
const MAX_CHANGED_FIELDS = 20;

/** Does what was decided. Every write is one that may be repeated: the next decision starts by looking. */
export async function carryOut(work: CustomerWork, decision: CustomerDecision): Promise<CustomerOutcome> {
  const done = await write(work, decision);
  const differences = [...decision.differences, ...(done.differences ?? [])];
  return {
    ...done,
    ...(decision.kind && { customerType: decision.kind }),
    ...(done.changedFields && { changedFields: done.changedFields.slice(0, MAX_CHANGED_FIELDS) }),
    ...(differences.length > 0 && { differences }),
  };
}

async function write(work: CustomerWork, decision: CustomerDecision): Promise<CustomerOutcome> {
  switch (decision.what) {
    case 'nothing':
      return decision.reason ? { action: 'skipped', reason: decision.reason } : { action: 'unchanged' };
    case 'create-in-flow':
      return await createInFlow(work, decision);
    case 'create-in-omnium':
      return (await createInOmnium(work, decision.flow)).outcome;
    case 'merge':
      return await merge(work, decision.merge);
    case 'anonymize-in-flow':
      return await anonymizeInFlow(work, decision.flow);
    case 'delete-in-flow':
      return await deleteInFlow(work, decision.flow);
    case 'remove-in-omnium':
      return await removeInOmnium(work, decision.found);
  }
}

async function createInFlow(
  work: CustomerWork,
  { wanted, found }: Extract<CustomerDecision, { what: 'create-in-flow' }>,
): Promise<CustomerOutcome> {
  const { tenant, attempt } = work;
  const flow = await tenant.flow.customers.create(wanted, attempt);
  // The uid is kept in Omnium, too: if Flow's customer is deleted one day, nothing else tells who it was.
  await tie(work, flow, found);
  return { action: 'created', direction: 'inbound', changedFields: fieldNames('Flow', wanted) };
}

async function tie(work: CustomerWork, flow: FlowCustomer, { kind, customer: omnium }: FoundInOmnium): Promise<void> {
  const rules = customerRules(work.tenant);
  const version = versionOf(omnium, rules).after(fieldsInFlow(flow, rules), fieldsInOmnium(kind, omnium, rules));
  await patchOmnium(work, { kind, patch: patchForOmnium({ flow, omnium, writes: {}, version }, rules) });
}

/** Makes the customer in Omnium and writes the id that Omnium kept to Flow. */
export async function createInOmnium(
  work: CustomerWork,
  flow: FlowCustomer,
): Promise<{ readonly outcome: CustomerOutcome; readonly kept?: OmniumCustomer }> {
  const { tenant, attempt } = work;
  const rules = customerRules(tenant);
  if (kindInFlow(flow) === 'business')
    await tenant.omnium.businessCustomers.save(mapBusinessToOmnium(flow, rules), attempt);
  else await tenant.omnium.privateCustomers.save(mapPrivateToOmnium(flow, rules), attempt);
  const kept = await findCreatedInOmnium(work, flow);
  const outcome: CustomerOutcome = {
    action: 'created',
    direction: 'outbound',
    changedFields: fieldNames('Omnium', fieldsInFlow(flow, rules)),
  };
  if (!kept) {
    const difference = 'externalId: Omnium took the customer and kept it under an id that cannot be found';
    return { outcome: { ...outcome, differences: [difference] } };
  }
  await tenant.flow.customers.update(flow.customerUid, { externalId: kept.customerId }, attempt);
  return { outcome, kept };
}

/** Flow first: what is remembered of both in Omnium must not run ahead of what was written. */
async function merge(
  work: CustomerWork,
  { customerUid, kind, toFlow, toOmnium, changedFields }: MergeDecision,
): Promise<CustomerOutcome> {
  if (Object.keys(toFlow).length > 0) await work.tenant.flow.customers.update(customerUid, toFlow, work.attempt);
  if (toOmnium) await patchOmnium(work, { kind, patch: toOmnium });
  if (changedFields.length === 0) return { action: toOmnium || toFlow.externalId ? 'linked' : 'unchanged' };
  const inbound = changedFields.some((field) => field.startsWith('Flow '));
  const outbound = changedFields.some((field) => field.startsWith('Omnium '));
  return {
    action: 'updated',
    ...(inbound !== outbound && { direction: inbound ? 'inbound' : 'outbound' }),
    changedFields,
  };
}

async function patchOmnium(
  { tenant, attempt }: CustomerWork,
  { kind, patch }: { readonly kind: MergeDecision['kind']; readonly patch: NonNullable<MergeDecision['toOmnium']> },
): Promise<void> {
  const result: OmniumPatchResult =
    kind === 'private'
      ? await tenant.omnium.privateCustomers.patch(patch, attempt)
      : await tenant.omnium.businessCustomers.patch(patch, attempt);
  if (result.errorCount > 0) throw new SyncError('OmniumRejected', 'Omnium did not take the change of a customer');
  if (result.notFoundCount > 0)
    throw new SyncError('OmniumRejected', 'The customer left Omnium between our read and our write');
}

async function anonymizeInFlow({ tenant, attempt }: CustomerWork, flow: FlowCustomer): Promise<CustomerOutcome> {
  const update: FlowCustomerUpdate = anonymousInFlow(flow);
  await tenant.flow.customers.update(flow.customerUid, update, attempt);
  return { action: 'anonymized', direction: 'inbound', changedFields: fieldNames('Flow', update) };
}

/** A customer whom Flow does not let go, because sales point to it, is overwritten. */
async function deleteInFlow(work: CustomerWork, flow: FlowCustomer): Promise<CustomerOutcome> {
  try {
    await work.tenant.flow.customers.delete(flow.customerUid, work.attempt);
    return { action: 'deleted', direction: 'inbound' };
  } catch (error) {
    if (!(error instanceof VendorHttpError) || !REFUSALS.has(error.status)) throw error;
    return await anonymizeInFlow(work, flow);
  }
}

const REFUSALS: ReadonlySet<number> = new Set([400, 405, 409, 422]);

/** Omnium anonymises persons, with their orders; a business is deleted. */
async function removeInOmnium(
  { tenant, attempt }: CustomerWork,
  { kind, customer }: FoundInOmnium,
): Promise<CustomerOutcome> {
  if (kind === 'private') {
    await tenant.omnium.privateCustomers.anonymize(customer.customerId, attempt);
    return { action: 'anonymized', direction: 'outbound' };
  }
  await tenant.omnium.businessCustomers.delete(customer.customerId, attempt);
  return { action: 'deleted', direction: 'outbound' };
}

function fieldNames(system: 'Flow' | 'Omnium', written: object): string[] {
  return Object.entries(written).flatMap(([field, value]) => (value === undefined ? [] : [`${system} ${field}`]));
}
