import type { FlowPurchaseOrder, FlowPurchaseOrderStatus } from '../../../clients/flow/purchase-orders';

/** How far a line has come. Quantities in hundredths of a piece. */
export interface LineProgress {
  readonly ordered: number;
  readonly cancelled: number;
  readonly received: number;
}

/** A status of Flow's that we set. */
export type WantedStatus = Exclude<FlowPurchaseOrderStatus, 'NEW'>;

/**
 * Status by progress (Flow, purchase orders page): nothing received, some, all. What was cancelled is done; where nothing
 * came and nothing will, the order is closed.
 */
export function statusByProgress(lines: readonly LineProgress[]): WantedStatus {
  const hasReceived = lines.some(({ received }) => received > 0);
  if (isDone(lines)) return hasReceived ? 'RECEIVED' : 'CLOSED';
  return hasReceived ? 'PARTIALLY_RECEIVED' : 'SENT_TO_SUPPLIER';
}

/**
 * Status of an order that is one delivery: always on its way (Flow, purchase orders page). What a reception in the shop has
 * made of it since stays, until something is to come again.
 */
export function statusOfDelivery(current: string, lines: readonly LineProgress[]): WantedStatus {
  if (current !== 'PARTIALLY_RECEIVED' && current !== 'RECEIVED') return 'SENT_TO_SUPPLIER';
  if (isDone(lines)) return 'RECEIVED';
  return current === 'RECEIVED' ? 'SENT_TO_SUPPLIER' : current;
}

function isDone(lines: readonly LineProgress[]): boolean {
  return lines.every(({ ordered, cancelled, received }) => received + cancelled >= ordered);
}

/** Flow takes no change of lines in these (API:purchase). */
export function isFinished(status: string | undefined): boolean {
  return status === 'RECEIVED' || status === 'CLOSED';
}

/** Whether goods of the order have come in, so that Flow keeps it for ever. */
export function hasReceivedGoods({ status, items }: FlowPurchaseOrder): boolean {
  return (
    status === 'PARTIALLY_RECEIVED' ||
    status === 'RECEIVED' ||
    items.some(({ quantityReceived, receivementItems }) => quantityReceived > 0 || receivementItems.length > 0)
  );
}
