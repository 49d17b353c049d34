import type { OmniumOrder } from '../../../clients/omnium/orders';
import type { OrderHandlingKind, OrderRules } from '../../../config/types';
import { asCents, toCents, type Cents } from '../../../domain/money';
import { stripToUid, type FlowUid } from '../../../domain/uid';
import { mapAddresses, type DesiredAddresses } from '../../shared/addresses';
import { mapOrderLines, totalOfItems, type DesiredItem } from './order-lines';
import { mapPrepayments, type DesiredSettlement } from './order-payments';

/** How an order of a kind is kept in the shop (Flow, orders page). */
export const ORDER_STATE_OF_KIND = {
  'click-and-collect': 'PARKED',
  online: 'CONFIRMED',
} as const satisfies Record<OrderHandlingKind, string>;

/** An order as it has to stand in Flow, before the parts that need a look at Flow (customer, deadline, payment methods). */
export interface DesiredOrder {
  readonly orderUid: FlowUid;
  readonly externalOrderNumber: string;
  readonly kind: OrderHandlingKind;
  readonly orderState: (typeof ORDER_STATE_OF_KIND)[OrderHandlingKind];
  readonly handlingUid?: string;
  readonly addresses: DesiredAddresses;
  /** Day the customer asked for, `YYYY-MM-DD`. */
  readonly deliveryDate?: string;
  /** Pick-up deadline that Omnium has set, ISO-8601. */
  readonly validUntil?: string;
  readonly items: readonly DesiredItem[];
  readonly settlements: readonly DesiredSettlement[];
  /** The order's total in Omnium. */
  readonly totalCents: Cents;
  /** What cannot be carried over, in words. */
  readonly problems: readonly string[];
}

/** What the mapping needs to know about the tenant. */
export interface OrderMappingContext {
  readonly kind: OrderHandlingKind;
  readonly handlingUid?: string;
  readonly includeMainPackage: boolean;
  readonly rules: OrderRules;
}

/** Whether Omnium says that the order is cancelled: by its status, or because no line is left. */
export function isCancelled(order: OmniumOrder, rules: OrderRules): boolean {
  if (rules.cancelledStatuses.includes(order.status?.toLowerCase() ?? '')) return true;
  const lines = order.orderForm.lineItems;
  return lines.length > 0 && lines.every((line) => Number(line.quantity) - Number(line.canceledQuantity ?? 0) === 0);
}

/**
 * Order, Omnium → Flow. Total and pure: the same document always gives the same result.
 *
 * @throws AmountInvalidError, UidInvalidError, DocumentUnmappableError
 */
export function mapOmniumOrderToFlow(order: OmniumOrder, context: OrderMappingContext): DesiredOrder {
  const items = mapOrderLines(order, {
    includeMainPackage: context.includeMainPackage,
    shippingProductSku: context.rules.shippingProductSku,
  });
  const payments = mapPrepayments(order, context.rules.prepaymentTransactionTypes);
  const totalCents = order.orderForm.total === undefined ? totalOfItems(items) : toCents(order.orderForm.total);
  return {
    orderUid: stripToUid(order.id),
    externalOrderNumber: order.orderNumber,
    kind: context.kind,
    orderState: ORDER_STATE_OF_KIND[context.kind],
    ...(context.handlingUid && { handlingUid: context.handlingUid }),
    addresses: mapAddresses(order),
    ...(order.requestedDeliveryDate && { deliveryDate: order.requestedDeliveryDate.slice(0, 10) }),
    ...(order.customerPickupDeadline && { validUntil: order.customerPickupDeadline }),
    items,
    settlements: payments.settlements,
    totalCents,
    problems: [...payments.problems, ...totalProblems(order, items, totalCents)],
  };
}

/** Parts of the total that Flow has no place for, and any gap they do not explain. */
function totalProblems(order: OmniumOrder, items: readonly DesiredItem[], totalCents: Cents): string[] {
  const problems: string[] = [];
  const handling = toCents(order.orderForm.handlingTotal ?? 0);
  const roundoff = toCents(order.orderForm.grossRoundoff ?? 0);
  if (handling !== 0) problems.push(`orderForm.handlingTotal of ${handling} cents has no counterpart in Flow`);
  if (roundoff !== 0) problems.push(`orderForm.grossRoundoff of ${roundoff} cents has no counterpart in Flow`);
  const gap = asCents(totalCents - handling - roundoff - totalOfItems(items));
  if (gap !== 0) problems.push(`orderForm.total differs from the sum of its lines by ${gap} cents`);
  return problems;
}
