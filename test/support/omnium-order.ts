import type { OrderRules } from '../../src/config/types';
import { omniumOrderSchema, type OmniumOrder } from '../../src/clients/omnium/orders';

/** A tenant's rules for orders. */
export const ORDER_RULES: OrderRules = {
  orderTypes: { clickandcollect: 'click-and-collect', online: 'online' },
  shippingProductSku: 'SHIPPING',
  prepaymentTransactionTypes: ['Sale', 'Capture', 'Captured'],
  prepaymentSettlementCode: 'EXTERNAL_WEB',
  statusClasses: {},
  till: {
    visibleFrom: 'first-payment',
    openStatus: 'New',
    handedOverStatus: 'Completed',
    cancelledStatus: 'OrderCanceled',
    expiredStatus: 'NotCollected',
    blindReturnsAs: 'pos-order',
  },
};

/** Members of an order as Omnium's JSON has them; whatever a test does not care about has a plain value. */
export interface OrderJson {
  readonly [member: string]: unknown;
  readonly lines?: readonly Record<string, unknown>[];
  readonly form?: Record<string, unknown>;
}

/** One line of Omnium JSON: a piece at 100.00, unless told otherwise. */
export function lineJson(members: Record<string, unknown> = {}): Record<string, unknown> {
  const line = { lineItemId: '1', code: '104233-M', quantity: 1, placedPrice: 100, ...members };
  const extendedPrice = Number(line.quantity) * Number(line.placedPrice);
  return { extendedPrice, ...line };
}

/** An order as the Omnium client reads it: parsed by the client's own schema. */
export function omniumOrder({ lines = [lineJson()], form = {}, ...members }: OrderJson = {}): OmniumOrder {
  const goods = lines.reduce((sum, line) => sum + Number(line['extendedPrice'] ?? 0), 0);
  return omniumOrderSchema.parse({
    id: '104233',
    orderNumber: '104233',
    orderType: 'ClickAndCollect',
    status: 'New',
    marketId: 'NOR',
    storeId: 'oslo-city',
    ...members,
    orderForm: { lineItems: lines, total: goods, ...form },
  });
}
