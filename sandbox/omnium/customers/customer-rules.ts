import { type Directory } from '../catalogue/directory';
import { type Customer } from '../documents';
import { type FieldIssue } from '../problem';

/** The two kinds of customers, each its own resource. */
export type CustomerKind = 'private' | 'business';

/** What is wrong with a customer's references. */
export const customerIssues = (customer: Partial<Customer>, directory: Directory): FieldIssue[] => {
  const issues: FieldIssue[] = [];
  if ((customer.customerId ?? '') === '') {
    issues.push({ field: 'customerId', message: 'is required' });
  }
  if (customer.marketId !== undefined && !directory.markets.has(customer.marketId)) {
    issues.push({ field: 'marketId', message: 'is not a market' });
  }
  if (customer.marketGroupId !== undefined && !directory.marketGroupIds.has(customer.marketGroupId)) {
    issues.push({ field: 'marketGroupId', message: 'is not a market group' });
  }
  for (const [index, storeId] of (customer.storeIds ?? []).entries()) {
    if (!directory.stores.has(storeId)) {
      issues.push({ field: `storeIds[${index}]`, message: 'is not a store' });
    }
  }
  return issues;
};

/** A customer as it is stored: stamps set, full name calculated, the creation kept. */
export const finishCustomer = (
  kind: CustomerKind,
  input: Partial<Customer>,
  stamps: { now: string; previous: Customer | undefined; userId: string },
): Customer => {
  const { now, previous, userId } = stamps;
  const fullName = [input.firstName, input.lastName].filter((name) => name !== undefined && name !== '').join(' ');
  return {
    ...input,
    customerId: input.customerId ?? '',
    ...(kind === 'private' && fullName !== '' ? { fullName } : {}),
    isInactive: input.isInactive ?? false,
    created: previous?.created ?? input.created ?? now,
    modified: now,
    modifiedBy: userId,
  };
};
