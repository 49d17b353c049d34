import { demoWebhookToken } from './demo-config';
import { type DayTenant } from '../day/context';

const ANSWER_WITHIN_MS = 5_000;

/** Where events come from and go to. */
export interface SubscriptionEndpoints {
  readonly omniumUrl: string;
  readonly apiUrl: string;
}

/**
 * Sets up one event subscription per tenant in the Omnium sandbox, as a person does in Omnium's screens: orders of the
 * tenant's market, to the tenant's webhook, with the secret as a static header. A subscription is known by its id: the one
 * of an earlier start, part of the sandbox's saved state, is replaced, because the API's port may have changed.
 *
 * @throws Error when the sandbox refuses
 */
export async function subscribeToOrders(
  { omniumUrl, apiUrl }: SubscriptionEndpoints,
  tenants: readonly DayTenant[],
): Promise<void> {
  for (const { tenantUid, marketId } of tenants) {
    const name = `orders-to-${tenantUid}`;
    const subscription = {
      subscriptionId: name,
      name,
      url: `${apiUrl}/webhooks/omnium/${tenantUid}`,
      headers: { Authorization: `Bearer ${demoWebhookToken(tenantUid)}` },
      classNames: ['Order'],
      markets: [marketId],
    };
    const response = await fetch(`${omniumUrl}/_sandbox/subscriptions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(subscription),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const answer = await response.text();
    if (!response.ok)
      throw new Error(`The Omnium sandbox refused the subscription ${name}: ${response.status} ${answer}`);
  }
}
