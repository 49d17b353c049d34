import type { FlowOrder } from '../../../clients/flow/orders';
import type { OmniumLineWrite } from '../../../clients/omnium/members';
import type { OmniumPosOrderWrite } from '../../../clients/omnium/orders';
import { asCents, centsToDecimal, type Cents } from '../../../domain/money';
import { cashRounding, tillSettlements, toOmniumPayment, type PaymentContext } from './till-payments';
import { toOmniumLine, withoutMainPackages, type TillLine } from './till-lines';

/** SKU of the one line of an order that is a payment and no sale (Flow, invoices page). */
export const REMITTANCE_SKU = 'REMITTANCE';

/** What a sale needs to be told in Omnium's words. */
export interface SaleContext extends PaymentContext {
  readonly marketId: string;
  readonly currency: string;
  /** `OMNIUM_PROPERTY_PREFIX`. */
  readonly propertyPrefix: string;
  /** `OMNIUM_INCLUDE_MAIN_PACKAGE_IN_ORDER_ITEMS`. */
  readonly includeMainPackage: boolean;
  /** `OMNIUM_DEFAULT_SHIPPING_METHOD_ID`. */
  readonly shippingMethodId?: string;
  readonly customerId?: string;
}

/** A till sale is told to Omnium once it is paid for; until then it is the shop's alone. */
export function isFinishedSale(order: FlowOrder): boolean {
  return order.orderState === 'COMPLETE' || order.settleState === 'SETTLED';
}

/** What the customer paid, or got back, in all: the goods and the cash rounding. */
export function tillTotal(order: FlowOrder, lines: readonly TillLine[]): Cents {
  const goods = lines.reduce((sum, { net }) => sum + net, 0);
  return asCents(goods + cashRounding(order));
}

/**
 * A sale born at a till, Flow → Omnium (`PUT /api/Orders/PosOrders`). `lines` are those to be sent: all of a sale, those
 * without an original of a return. Its id and number are Flow's uid, which no other system gives twice.
 *
 * @throws DocumentUnmappableError, AmountInvalidError
 */
export function mapTillSale(order: FlowOrder, lines: readonly TillLine[], context: SaleContext): OmniumPosOrderWrite {
  const sent = order.type === 'PAYMENT' ? [] : context.includeMainPackage ? lines : withoutMainPackages(lines);
  const lineItems =
    order.type === 'PAYMENT'
      ? [remittance(order)]
      : sent.map((line) => ({ ...toOmniumLine(line), deliveredQuantity: deliveredPieces(line) }));
  const roundoff = centsToDecimal(cashRounding(order));
  const { orderUid, orderNumber, voucherNumber } = order;
  const { storeId, shippingMethodId, customerId } = context;
  const created = order.settledAt ?? order.createdAt;
  return {
    id: orderUid,
    orderNumber: orderUid,
    marketId: context.marketId,
    storeId,
    billingCurrency: context.currency,
    ...(created && { created }),
    ...(customerId && { customerId, ...contactOf(order) }),
    orderForm: {
      lineItems,
      payments: tillSettlements(order).map((settlement) => toOmniumPayment(settlement, context)),
      shipments: [
        {
          shipmentId: '1',
          warehouseCode: storeId,
          ...(shippingMethodId && { shippingMethodId }),
          lineItems,
        },
      ],
      ...(roundoff !== 0 && { grossRoundoff: roundoff }),
    },
    properties: properties(context.propertyPrefix, { orderUid, orderNumber, voucherNumber }),
  };
}

/** Lines of an exchange's new goods, which Omnium makes an order of its own of. */
export function exchangeLines(lines: readonly TillLine[], includeMainPackage: boolean): OmniumLineWrite[] {
  return (includeMainPackage ? [...lines] : withoutMainPackages(lines)).map((line) => ({
    ...toOmniumLine(line),
    deliveredQuantity: deliveredPieces(line),
  }));
}

function deliveredPieces({ item, quantity }: TillLine): number {
  const delivered = item.quantityDelivered ?? item.quantity;
  return (Math.sign(quantity) * Math.abs(delivered)) / 100 + 0;
}

function remittance(order: FlowOrder): OmniumLineWrite {
  return {
    lineItemId: order.items[0]?.orderItemUid ?? order.orderUid,
    code: REMITTANCE_SKU,
    displayName: `Payment (order #${order.orderNumber ?? order.orderUid})`,
    quantity: 1,
    placedPrice: centsToDecimal(asCents(order.orderTotals.totalAmount)),
    discounted: 0,
    taxRate: 0,
  };
}

/** The order's own contact; the customer's record in Omnium may be newer, the sale was made with this one. */
function contactOf({
  customerAddress,
}: FlowOrder): Pick<OmniumPosOrderWrite, 'customerName' | 'customerEmail' | 'customerPhone'> {
  if (!customerAddress) return {};
  const { firstname, lastname, companyName, email, mobile } = customerAddress;
  const customerName = companyName ?? [firstname, lastname].filter(Boolean).join(' ');
  return {
    ...(customerName && { customerName }),
    ...(email && { customerEmail: email }),
    ...(mobile && { customerPhone: mobile }),
  };
}

/** Read-write properties under the tenant's prefix (Flow, setup page): what a reader in Omnium finds the receipt by. */
function properties(
  prefix: string,
  values: Readonly<Record<string, string | undefined>>,
): { key: string; value: string }[] {
  return Object.entries(values).flatMap(([name, value]) => (value ? [{ key: `${prefix}.${name}`, value }] : []));
}
