import { createHmac } from 'node:crypto';

/**
 * The name of a customer's workflow: 32 hex digits that stand for the id, so that Flow's uid and the Omnium id it was
 * stripped from are the same customer, and neither can be read. Ids of customers can be e-mail addresses and phone
 * numbers, which have no place in workflow ids; without the secret, a guessed one cannot be checked against them either.
 *
 * @param id Flow's uid or Omnium's id of a customer
 * @param secret the tenant's secret text; after a change of it the same customer gets another name
 */
export function customerKeyOf(id: string, secret: string): string {
  const stripped = id.replace(/[^A-Za-z0-9_]/g, '');
  // An id of foreign letters only leaves nothing; it still needs a workflow that can say so.
  return createHmac('sha256', secret)
    .update(stripped || id)
    .digest('hex')
    .slice(0, 32);
}
