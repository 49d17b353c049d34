import type { FlowOrder } from '../../clients/flow/orders';
import type { OmniumOrder } from '../../clients/omnium/orders';
import type { OrderOutcome } from '../../contracts/kinds/order';
import { compact } from '../../domain/compact';

/** At most this many names of written fields go into the history; an order of 600 lines would fill a page. */
const NAMES_SHOWN = 20;

export function shorten(names: readonly string[]): string[] {
  if (names.length <= NAMES_SHOWN) return [...names];
  return [...names.slice(0, NAMES_SHOWN), `and ${names.length - NAMES_SHOWN} more`];
}

/**
 * What one step of a pass has done, with the order as both systems have it then.
 *
 * @param direction `inbound` for what was done in Flow, `outbound` for Omnium
 */
export function outcomeOf(
  direction: OrderOutcome['direction'],
  action: OrderOutcome['action'],
  { flow, omnium }: { readonly flow?: FlowOrder | undefined; readonly omnium?: OmniumOrder | undefined },
  more: Pick<OrderOutcome, 'lines' | 'reason' | 'customer' | 'changedFields' | 'differences'> = {},
): OrderOutcome {
  const { changedFields = [], differences = [] } = more;
  return compact({
    direction,
    action,
    reason: more.reason,
    omniumStatus: omnium?.status,
    flowOrderUid: flow?.orderUid,
    flowOrderNumber: flow?.orderNumber,
    storeUid: flow?.storeUid,
    orderState: flow?.orderState,
    lines: flow && (more.lines ?? flow.items.length),
    totalCents: flow?.orderTotals.totalAmount,
    customer: more.customer,
    changedFields: changedFields.length > 0 ? shorten(changedFields) : undefined,
    differences: differences.length > 0 ? shorten(differences) : undefined,
  });
}

/** Adds what a later step of the same pass has done; the step that wrote says what the pass did. */
export function addStep(first: OrderOutcome | undefined, second: OrderOutcome): OrderOutcome {
  if (!first) return second;
  const isQuiet = second.action === 'unchanged' || second.action === 'skipped';
  const { direction, action } = isQuiet ? first : second;
  const changedFields = [...(first.changedFields ?? []), ...(second.changedFields ?? [])];
  const differences = [...(first.differences ?? []), ...(second.differences ?? [])];
  return {
    ...first,
    ...second,
    direction,
    action,
    ...(changedFields.length > 0 && { changedFields: shorten(changedFields) }),
    ...(differences.length > 0 && { differences: shorten(differences) }),
  };
}
