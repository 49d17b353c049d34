import { proxyActivities } from '@temporalio/workflow';
import type { PlacedOrder } from '../vendors/web-shop';

/** What the minimal workflow's one activity does. */
export interface MinimalActivities {
  makeCalls(order: PlacedOrder): Promise<void>;
}

const { makeCalls } = proxyActivities<MinimalActivities>({ startToCloseTimeout: '10 minutes' });

/** The smallest workflow that can do the work of an order: one activity, nothing else. */
export async function minimalWorkflow(order: PlacedOrder): Promise<void> {
  await makeCalls(order);
}
