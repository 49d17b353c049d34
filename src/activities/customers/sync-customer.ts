import type { FlowCustomer } from '../../clients/flow/customers';
import type { OmniumBusinessCustomerPatch, OmniumCustomerPatch } from '../../clients/omnium/customers';
import { combineOutcomes, type CustomerOutcome, type SyncCustomerInput } from '../../contracts/kinds/customer';
import { openReference, type CustomerReference } from '../../temporal/sealed-reference';
import { isConflict } from '../shared/create-or-get';
import { isRefusal, SyncError } from '../shared/failures';
import { runSync, type SyncContext } from '../shared/sync-context';
import type { TenantRegistry } from '../tenants';
import { decideAboutCustomer, type CustomerDecision } from './decide-customer';
import { customerRules, fieldsInFlow, fieldsInOmnium, kindInFlow, type CustomerKind } from './mapping/customer-fields';
import { anonymousInFlow, mapToOmnium, patchForOmnium, tieOf } from './mapping/map-customer';
import { findCreatedInOmnium, omniumCustomers, type FoundInOmnium } from './match-customers';

/** Names are shown on the customer's page; a few are enough. */
const MAX_CHANGED_FIELDS = 20;

/** What is shown of a customer that Omnium took and does not find again. */
export const KEPT_ELSEWHERE = 'externalId: Omnium took the customer and kept it under an id that cannot be found';

/** The activity of the customer sync. It converges: it may run any number of times. */
export function createCustomerActivities(tenants: TenantRegistry): {
  syncCustomer(input: SyncCustomerInput): Promise<CustomerOutcome>;
} {
  return {
    syncCustomer: (input) => runSync(tenants, input, (context) => syncCustomer(context, input.events)),
  };
}

/**
 * Makes the customers that a pass's events named the same in both systems. Nearly always that is one customer, named by
 * its uid, its id, or both.
 *
 * @throws SealedReferenceError for a reference that was sealed with another secret
 */
export async function syncCustomer(
  context: SyncContext,
  events: SyncCustomerInput['events'],
): Promise<CustomerOutcome> {
  // Each customer once, in the order of their first events.
  const references = new Map<string, { readonly reference: CustomerReference; readonly deleted: boolean }>();
  for (const { reference: sealed, kind } of events) {
    const reference = openReference(sealed, context.tenant.config.settings.OMNIUM_CLIENT_SECRET);
    const key = JSON.stringify([reference.side, reference.kind, reference.id]);
    references.set(key, { reference, deleted: kind === 'deleted' || references.get(key)?.deleted === true });
  }
  let outcome: CustomerOutcome | undefined;
  for (const { reference, deleted } of references.values()) {
    const decision = await decideAboutCustomer(context, reference, deleted);
    const next = await applyDecision(context, decision).catch(async (error: unknown) => {
      const wasFaster = isConflict(error) && error.vendor === 'flow';
      if (decision.what !== 'create-in-flow' || !wasFaster) throw error;
      // The customer's first order came at the same moment and has brought the customer along.
      return await applyDecision(context, await decideAboutCustomer(context, reference, deleted));
    });
    // Two customers of one pass: both differences count.
    const differences = [...new Set([...(outcome?.differences ?? []), ...(next.differences ?? [])])];
    outcome = outcome ? combineOutcomes(outcome, next) : next;
    if (differences.length > 0) outcome = { ...outcome, differences };
  }
  return { ...(outcome ?? { action: 'unchanged' }), calls: context.calls };
}

/** Does what was decided. Every write is one that may be repeated: the next decision starts by reading. */
async function applyDecision(context: SyncContext, decision: CustomerDecision): Promise<CustomerOutcome> {
  const done = await writeDecision(context, decision);
  const differences = [...decision.differences, ...(done.differences ?? [])];
  return {
    ...done,
    ...(decision.kind && { customerType: decision.kind }),
    ...(done.changedFields && { changedFields: done.changedFields.slice(0, MAX_CHANGED_FIELDS) }),
    ...(differences.length > 0 && { differences }),
  };
}

async function writeDecision(context: SyncContext, decision: CustomerDecision): Promise<CustomerOutcome> {
  const { flow, omnium, config } = context.tenant;
  const rules = customerRules(config);
  switch (decision.what) {
    case 'nothing':
      return decision.reason === undefined ? { action: 'unchanged' } : { action: 'skipped', reason: decision.reason };
    case 'create-in-flow': {
      await tieInOmnium(context, decision.found, await flow.customers.create(decision.desired, context));
      return { action: 'created', direction: 'inbound', changedFields: fieldNames('Flow', decision.desired) };
    }
    case 'create-in-omnium': {
      const customerId = await createInOmnium(context, decision.flow);
      const changedFields = fieldNames('Omnium', fieldsInFlow(decision.flow, rules));
      const differences = customerId === undefined ? { differences: [KEPT_ELSEWHERE] } : {};
      return { action: 'created', direction: 'outbound', changedFields, ...differences };
    }
    case 'merge': {
      const { customerUid, kind, toFlow, toOmnium, changedFields } = decision;
      // Flow first: what is remembered of both in Omnium must not run ahead of what was written.
      if (Object.keys(toFlow).length > 0) await flow.customers.update(customerUid, toFlow, context);
      if (toOmnium) await patchOmnium(context, kind, toOmnium);
      if (changedFields.length === 0) return { action: toOmnium || toFlow.externalId ? 'linked' : 'unchanged' };
      const inbound = changedFields.some((field) => field.startsWith('Flow '));
      const outbound = changedFields.some((field) => field.startsWith('Omnium '));
      const direction = inbound ? 'inbound' : 'outbound';
      return { action: 'updated', ...(inbound !== outbound && { direction }), changedFields };
    }
    case 'delete-in-flow':
    case 'anonymize-in-flow': {
      const { customerUid } = decision.flow;
      if (decision.what === 'delete-in-flow') {
        try {
          await flow.customers.delete(customerUid, context);
          return { action: 'deleted', direction: 'inbound' };
        } catch (error) {
          // A customer whom Flow does not let go, because sales point to it, is overwritten.
          if (!isRefusal(error)) throw error;
        }
      }
      const update = anonymousInFlow(decision.flow);
      await flow.customers.update(customerUid, update, context);
      return { action: 'anonymized', direction: 'inbound', changedFields: fieldNames('Flow', update) };
    }
    case 'remove-in-omnium': {
      // Omnium anonymises persons, with their orders; a business is deleted.
      const { kind, customer } = decision.found;
      if (kind === 'private') await omnium.privateCustomers.anonymize(customer.customerId, context);
      else await omnium.businessCustomers.delete(customer.customerId, context);
      return { action: kind === 'private' ? 'anonymized' : 'deleted', direction: 'outbound' };
    }
  }
}

/** Keeps in Omnium who a new customer of Flow is: if it is deleted there one day, nothing else tells who it was. */
export async function tieInOmnium(
  context: SyncContext,
  { kind, customer }: FoundInOmnium,
  created: FlowCustomer,
): Promise<void> {
  const rules = customerRules(context.tenant.config);
  const fields = fieldsInOmnium(kind, customer, rules);
  const version = tieOf(customer, rules).version.after(fieldsInFlow(created, rules), fields);
  await patchOmnium(context, kind, patchForOmnium(created, customer, {}, version, rules));
}

/** Makes the customer in Omnium and writes the id that Omnium kept to Flow; undefined when it cannot be found again. */
export async function createInOmnium(context: SyncContext, customer: FlowCustomer): Promise<string | undefined> {
  const { flow, config } = context.tenant;
  await omniumCustomers(context, kindInFlow(customer)).save(mapToOmnium(customer, customerRules(config)), context);
  const kept = await findCreatedInOmnium(context, customer);
  if (!kept) return undefined;
  await flow.customers.update(customer.customerUid, { externalId: kept.customerId }, context);
  return kept.customerId;
}

async function patchOmnium(
  context: SyncContext,
  kind: CustomerKind,
  patch: OmniumCustomerPatch & OmniumBusinessCustomerPatch,
): Promise<void> {
  const { errorCount, notFoundCount } = await omniumCustomers(context, kind).patch(patch, context);
  if (errorCount > 0) throw new SyncError('OmniumRejected', 'Omnium did not take the change of a customer');
  if (notFoundCount > 0) {
    throw new SyncError('OmniumRejected', 'The customer left Omnium between our read and our write');
  }
}

function fieldNames(system: 'Flow' | 'Omnium', written: object): string[] {
  return Object.entries(written).flatMap(([field, value]) => (value === undefined ? [] : [`${system} ${field}`]));
}
