import type { SyncResult } from '../../src/contracts/entity-sync';
import { orderKind, type OrderOutcome } from '../../src/contracts/kinds/order';
import type { BenchTemporal } from '../rig/temporal';
import { orderEvent, type WebhookSender } from '../rig/webhook-sender';
import { type PlacedOrder, STORE_ID, TENANT_UID } from './web-shop';

/** Workflow id of an order of the benchmarks. */
export function workflowIdOf({ orderNumber }: PlacedOrder): string {
  return orderKind.id({ tenantUid: TENANT_UID, orderNumber });
}

/** Posts the order's event to our webhook. */
export async function announce(sender: WebhookSender, { orderNumber, kind }: PlacedOrder): Promise<void> {
  await sender.send(orderEvent({ orderNumber, orderType: kind, storeId: STORE_ID }));
}

/**
 * Waits until the order's workflow has ended.
 *
 * @throws Error when it is not plainly in Flow: figures of orders that failed mean nothing
 */
export async function untilSynced({ client }: BenchTemporal, order: PlacedOrder): Promise<void> {
  const result = await client.workflow.result<() => Promise<SyncResult<OrderOutcome>>>(workflowIdOf(order));
  if (result.syncState !== 'Synced' || result.outcome?.action !== 'created' || result.failedAttempts > 0) {
    throw new Error(`order ${order.orderNumber} was not synced at once: ${JSON.stringify(result)}`);
  }
}
