import { createHash } from 'node:crypto';

/**
 * The name of a customer's workflow: 32 hex digits that stand for the id, so that Flow's uid and the Omnium id it was
 * stripped from are the same customer, and neither can be read. Ids of customers can be e-mail addresses and phone
 * numbers, which have no place in workflow ids.
 *
 * @param id Flow's uid or Omnium's id of a customer
 */
export function customerKeyOf(id: string): string {
  const stripped = id.replace(/[^A-Za-z0-9_]/g, '');
  // An id of foreign letters only leaves nothing; it still needs a workflow that can say so.
  return createHash('sha256')
    .update(stripped || id)
    .digest('hex')
    .slice(0, 32);
}
