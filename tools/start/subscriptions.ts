import { demoWebhookToken } from './demo-config';
import { type DayTenant } from '../day/context';

/** Where events come from and go to. */
export interface SubscriptionEndpoints {
  readonly omniumUrl: string;
  readonly apiUrl: string;
}

/**
 * Sets up one event subscription per tenant in the Omnium sandbox, as a person does in Omnium's screens: orders of the
 * tenant's market, to the tenant's webhook, with the secret as a static header. The subscriptions of an earlier start are
 * part of the sandbox's saved state; those of the same name are replaced, because the API's port may have changed.
 *
 * @throws Error when the sandbox refuses
 */
export async function subscribeToOrders(
  { omniumUrl, apiUrl }: SubscriptionEndpoints,
  tenants: readonly DayTenant[],
): Promise<void> {
  const control = `${omniumUrl}/_sandbox/subscriptions`;
  for (const subscription of await listSubscriptions(control)) {
    if (tenants.some(({ tenantUid }) => nameOf(tenantUid) === subscription.name)) {
      await request(`${control}/${encodeURIComponent(subscription.id)}`, { method: 'DELETE' });
    }
  }
  for (const { tenantUid, marketId } of tenants) {
    const body = {
      name: nameOf(tenantUid),
      url: `${apiUrl}/webhooks/omnium/${tenantUid}`,
      headers: { Authorization: `Bearer ${demoWebhookToken(tenantUid)}` },
      classNames: ['Order'],
      markets: [marketId],
    };
    await request(control, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }
}

function nameOf(tenantUid: string): string {
  return `orders-to-${tenantUid}`;
}

interface Subscription {
  readonly id: string;
  readonly name: string;
}

async function listSubscriptions(url: string): Promise<Subscription[]> {
  const answer: unknown = await (await request(url, {})).json();
  if (typeof answer !== 'object' || answer === null || !('subscriptions' in answer)) return [];
  return Array.isArray(answer.subscriptions) ? answer.subscriptions.filter(isSubscription) : [];
}

function isSubscription(value: unknown): value is Subscription {
  if (typeof value !== 'object' || value === null || !('id' in value) || !('name' in value)) return false;
  return typeof value.id === 'string' && typeof value.name === 'string';
}

async function request(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(5_000) });
  if (!response.ok)
    throw new Error(`${init.method ?? 'GET'} ${url}: status ${response.status}, ${await response.text()}`);
  return response;
}
