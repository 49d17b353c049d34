import { type CustomerFields, type CustomerPair } from './till-summaries';
import { issueOf, type TillVerdict } from './till-verdict';

/**
 * Compares a customer that the tills had to do with in both systems. Differences are told by the names of fields: what
 * people are called, and where they live, is nobody's business here. Pure.
 */
export function judgeCustomer({ tenantUid, customerUid, inFlow, inOmnium }: CustomerPair): TillVerdict {
  const base = { tenantUid, document: customerUid, orderNumbers: [] };
  const [found, ...others] = inOmnium;
  if (!inFlow) {
    const left = [...new Set(inOmnium.flatMap(({ fields }) => namesOf(fields)))];
    const why = left.length === 0 ? [] : [`deleted in Flow, and Omnium still has: ${left.join(', ')}`];
    return { ...base, kind: 'deletedCustomer', ...issueOf(why) };
  }
  const kind = 'customer';
  if (!found) return { ...base, kind, issue: { kind: 'missing', why: 'is not in Omnium' } };
  if (others.length > 0) {
    const why = `is in Omnium ${inOmnium.length} times: ${inOmnium.map(({ customerId }) => customerId).join(', ')}`;
    return { ...base, kind, issue: { kind: 'duplicated', why } };
  }
  const wrong = Object.entries(inFlow.fields).filter(([name, value]) => (found.fields[name] ?? '') !== value);
  return {
    ...base,
    kind,
    ...issueOf([
      ...(wrong.length === 0 ? [] : [`not the same: ${wrong.map(([name]) => name).join(', ')}`]),
      ...(inFlow.externalId === found.customerId
        ? []
        : ['Flow does not have the id that Omnium knows the customer by']),
    ]),
  };
}

/** A customer without any of these is nobody any more; the group of its market may stay. */
function namesOf(fields: CustomerFields): string[] {
  return Object.keys(fields).filter((name) => name !== 'marketGroupId');
}
