import { type Directory } from '../catalogue/directory';
import { type Customer } from '../documents';
import { type CustomerRules } from '../omnium-settings';
import { type FieldIssue } from '../problem';
import { type KeysOf } from '../state/key-index';

/** The two kinds of customers, each its own resource. */
export type CustomerKind = 'private' | 'business';

/** What exact customer searches ask for. */
export const customerKeys: KeysOf<Customer> = {
  customerId: ({ customerId }) => [customerId],
  externalIds: ({ externalIds }) => (externalIds ?? []).map(({ id }) => id),
  email: ({ email }) => [email],
  phone: ({ phone }) => [phone],
  customerNumber: ({ customerNumber }) => [customerNumber],
  taxId: ({ taxId }) => [taxId],
};

const comparable = (value: string | undefined): string => (value ?? '').replace(/\s/g, '').toLowerCase();

/** The id a new customer is kept by: what was sent, or the member that the tenant made the id (contract §5.2). */
export const newCustomerId = (input: Partial<Customer>, { customerIdField }: CustomerRules): string => {
  const member = customerIdField === 'given' ? '' : comparable(input[customerIdField]);
  return member === '' ? (input.customerId ?? '') : member;
};

/** The members that must be unique and that this customer shares with one of the others. */
export const takenMembers = (
  customer: Partial<Customer>,
  others: Iterable<Partial<Customer>>,
  { uniqueEmail, uniquePhone }: CustomerRules,
): ('email' | 'phone')[] => {
  const unique = [...(uniqueEmail ? (['email'] as const) : []), ...(uniquePhone ? (['phone'] as const) : [])];
  const wanted = unique.filter((member) => comparable(customer[member]) !== '');
  const taken = new Set<'email' | 'phone'>();
  if (wanted.length > 0) {
    for (const other of others) {
      for (const member of wanted.filter((each) => comparable(other[each]) === comparable(customer[each]))) {
        taken.add(member);
      }
    }
  }
  return [...taken];
};

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
