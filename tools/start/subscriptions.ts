import { parseConfig } from '../../src/config/load';
import { flowWebhooksRegister } from '../../src/ops/flow-webhooks';
import { type DayTenant } from '../day/context';
import { demoConfig, type DemoEndpoints, demoWebhookToken } from './demo-config';

const ANSWER_WITHIN_MS = 5_000;

/** Where Omnium's events come from and go to. */
export interface SubscriptionEndpoints {
  readonly omniumUrl: string;
  readonly apiUrl: string;
}

/** One event subscription, in the form of the sandbox's control route. */
export interface OmniumSubscription {
  readonly subscriptionId: string;
  readonly name: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly classNames: readonly string[];
  readonly markets?: readonly string[];
}

/** Told of the tenant's own market; a return is also a change of its order. */
const MARKET_CLASSES = ['Order', 'Return', 'PrivateCustomer', 'BusinessCustomer'];
/** Told of every market: a delivery or store need not name one, nor a purchase order. Those of others are ignored. */
const GOODS_CLASSES = ['PurchaseOrder', 'Delivery', 'Store'];
/** A product can be in several markets, whatever its event names. */
const CATALOGUE_CLASSES = ['Product'];

/** The event subscriptions of a tenant, as a person sets them up in Omnium's screens. */
export function omniumSubscriptions(apiUrl: string, { tenantUid, marketId }: DayTenant): OmniumSubscription[] {
  const subscription = (name: string, classNames: readonly string[]): OmniumSubscription => ({
    subscriptionId: name,
    name,
    url: `${apiUrl}/webhooks/omnium/${tenantUid}`,
    headers: { Authorization: `Bearer ${demoWebhookToken(tenantUid)}` },
    classNames,
  });
  return [
    { ...subscription(`orders-to-${tenantUid}`, MARKET_CLASSES), markets: [marketId] },
    subscription(`goods-to-${tenantUid}`, GOODS_CLASSES),
    subscription(`products-to-${tenantUid}`, CATALOGUE_CLASSES),
  ];
}

/**
 * Sets up the event subscriptions of each tenant in the Omnium sandbox: orders, returns and customers of the tenant's
 * market, purchase orders, deliveries, stores and products, to the tenant's webhook, with the secret as a static header. A
 * subscription is known by its id: the one of an earlier start, part of the sandbox's saved state, is replaced, because
 * the API's port may have changed.
 *
 * @throws Error when the sandbox refuses
 */
export async function subscribeToOmnium(
  { omniumUrl, apiUrl }: SubscriptionEndpoints,
  tenants: readonly DayTenant[],
): Promise<void> {
  for (const subscription of tenants.flatMap((tenant) => omniumSubscriptions(apiUrl, tenant))) {
    const response = await fetch(`${omniumUrl}/_sandbox/subscriptions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(subscription),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const answer = await response.text();
    if (!response.ok)
      throw new Error(`The Omnium sandbox refused the subscription ${subscription.name}: ${response.status} ${answer}`);
  }
}

/**
 * Registers Flow's webhooks of every tenant of the demonstration, as `npm run ops -- flow webhooks register` does: those
 * of an earlier start are changed, never doubled.
 *
 * @throws Error when the Flow sandbox refuses
 */
export async function registerFlowWebhooks(endpoints: DemoEndpoints): Promise<void> {
  await flowWebhooksRegister(parseConfig(demoConfig(endpoints), {}));
}
