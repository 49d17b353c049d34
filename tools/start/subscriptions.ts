import { parseConfig } from '../../src/config/load';
import { flowWebhooksRegister } from '../../src/ops/flow-webhooks-command';
import { type DayTenant } from '../day/context';
import { demoConfig, type DemoEndpoints, demoWebhookToken } from './demo-config';

const ANSWER_WITHIN_MS = 5_000;

/** Where Omnium's events come from and go to. */
export interface SubscriptionEndpoints {
  readonly omniumUrl: string;
  readonly apiUrl: string;
}

/** What happens to these is told; a return is also a change of its order. */
const CLASS_NAMES = ['Order', 'Return', 'PrivateCustomer', 'BusinessCustomer'];

/**
 * Sets up one event subscription per tenant in the Omnium sandbox, as a person does in Omnium's screens: orders, returns
 * and customers of the tenant's market, to the tenant's webhook, with the secret as a static header. A subscription is
 * known by its id: the one of an earlier start, part of the sandbox's saved state, is replaced, because the API's port
 * may have changed.
 *
 * @throws Error when the sandbox refuses
 */
export async function subscribeToOmnium(
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
      classNames: CLASS_NAMES,
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

/**
 * Registers Flow's webhooks of every tenant of the demonstration, as `npm run ops -- flow webhooks register` does: those
 * of an earlier start are changed, never doubled.
 *
 * @throws Error when the Flow sandbox refuses
 */
export async function registerFlowWebhooks(endpoints: DemoEndpoints): Promise<void> {
  await flowWebhooksRegister(parseConfig(demoConfig(endpoints), {}), { tenantUid: undefined, url: undefined });
}
