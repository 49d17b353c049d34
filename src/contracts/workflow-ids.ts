/** Workflow ids are business keys: whoever knows the order number can open its history in the Temporal Web UI. */

/** Identity of an order sync: the Flow tenant and the order number people quote on the phone. */
export interface OrderKey {
  readonly tenantUid: string;
  readonly orderNumber: string;
}

/**
 * Temporal refuses ids over 1,000 bytes. A vendor id this long is not an order number any more; intake refuses it.
 * Counted in characters, with room for the prefix and for multi-byte characters.
 */
export const MAX_ORDER_NUMBER_LENGTH = 200;

/** `order:{tenantUid}:{orderNumber}` – one workflow per order, both directions (docs/architecture.md, "One owner"). */
export function orderWorkflowId({ tenantUid, orderNumber }: OrderKey): string {
  return `order:${tenantUid}:${orderNumber}`;
}

/** Inverse of {@link orderWorkflowId}; `undefined` when the id belongs to another kind of workflow. */
export function parseOrderWorkflowId(workflowId: string): OrderKey | undefined {
  // A tenant uid holds no colon (Flow's UID pattern), an order number may.
  const match = /^order:([^:]+):(.+)$/s.exec(workflowId);
  if (!match?.[1] || !match[2]) return undefined;
  return { tenantUid: match[1], orderNumber: match[2] };
}
