import { Decimal } from 'decimal.js';

import {
  type LineInput,
  type Order,
  type OrderInput,
  type OrderLine,
  type PaymentInput,
  type ReturnOrderForm,
} from '../documents';
import { type FieldIssue, invalidField, invalidFields } from '../problem';
import { type JsonObject } from '../wire/schema';

/** One line to take back (LineItemReturn). `creditAmount` is per piece; absent means what was paid. */
interface LineReturn extends JsonObject {
  readonly lineItemId?: string;
  readonly returnQuantity?: number;
  readonly returnReason?: string;
  readonly returnType?: string;
  readonly creditAmount?: number;
}

/** The body of `POST /api/Returns/{orderId}/Return`. */
export interface ReturnRequest extends JsonObject {
  readonly returns?: readonly LineReturn[];
  readonly rmaNumber?: string;
  readonly returnType?: string;
  readonly status?: string;
  readonly storeId?: string;
  readonly comment?: string;
  readonly userId?: string;
  readonly creditPayment?: boolean;
  readonly creditAmount?: number;
  readonly creditShipment?: boolean;
  readonly creditShipmentAmount?: number;
  readonly chargeShipmentCost?: boolean;
  readonly chargeShipmentCostAmount?: number;
  readonly handlingTotal?: number;
  readonly omniumExchangeOrderOptions?: ExchangeOptions;
}

/** A new order that goes with a return (ExchangeOrderOptions). */
export interface ExchangeOptions extends JsonObject {
  readonly exchangeOrderId?: string;
  readonly exchangeOrderLines?: readonly LineInput[];
  readonly additionalPayments?: readonly PaymentInput[];
  readonly orderType?: string;
  readonly orderStatus?: string;
  readonly storeId?: string;
  readonly outboundWarehouseCode?: string;
  readonly shippingMethodName?: string;
}

const money = (value: Decimal): number => value.toDecimalPlaces(2, Decimal.ROUND_HALF_UP).toNumber();

/** Pieces of a line that can still come back. */
const returnable = (line: OrderLine): Decimal =>
  new Decimal(line.quantity).minus(line.canceledQuantity ?? 0).minus(line.returnQuantity ?? 0);

/** As given, with the four decimals that line amounts have; or else what was paid. */
const creditPerPiece = (line: OrderLine, given: number | undefined): Decimal => {
  if (given !== undefined) {
    return new Decimal(given).toDecimalPlaces(4, Decimal.ROUND_HALF_UP);
  }
  const active = new Decimal(line.quantity).minus(line.canceledQuantity ?? 0);
  return active.isZero() ? active : new Decimal(line.extendedPrice ?? 0).div(active);
};

interface ReturnedLine {
  readonly line: OrderLine;
  readonly credit: Decimal;
}

const returnLine = (line: OrderLine, wanted: LineReturn, now: string): ReturnedLine => {
  const quantity = wanted.returnQuantity ?? 0;
  const credit = creditPerPiece(line, wanted.creditAmount).times(quantity);
  const { lineItemId: _id, creditAmount: _amount, ...facts } = wanted;
  return {
    line: { ...line, ...facts, returnQuantity: quantity, returnDate: now, creditedAmount: money(credit) },
    credit,
  };
};

/** @throws OmniumProblem 400 for unknown lines and for more than can come back. */
const takeBack = (order: Order, wanted: readonly LineReturn[], now: string): ReturnedLine[] => {
  const issues: FieldIssue[] = [];
  const byId = new Map(order.orderForm.lineItems.map((line) => [line.lineItemId, line]));
  const seen = new Set<string>();
  const returned = wanted.flatMap((each, index) => {
    const line = byId.get(each.lineItemId ?? '');
    if (line === undefined || seen.has(line.lineItemId)) {
      issues.push({ field: `returns[${index}].lineItemId`, message: 'is no line of the order, or occurs twice' });
      return [];
    }
    seen.add(line.lineItemId);
    const quantity = each.returnQuantity ?? 0;
    if (quantity <= 0 || returnable(line).lessThan(quantity)) {
      issues.push({
        field: `returns[${index}].returnQuantity`,
        message: 'must be more than 0 and not over what is left',
      });
    }
    if ((each.creditAmount ?? 0) < 0) {
      issues.push({ field: `returns[${index}].creditAmount`, message: 'must not be negative' });
    }
    return [returnLine(line, each, now)];
  });
  if (issues.length > 0) {
    throw invalidFields(issues);
  }
  return returned;
};

const shippingCredit = (order: Order, request: ReturnRequest): Decimal => {
  const credited =
    request.creditShipment === true
      ? new Decimal(request.creditShipmentAmount ?? order.orderForm.shippingTotal ?? 0)
      : new Decimal(0);
  const charged = request.chargeShipmentCost === true ? (request.chargeShipmentCostAmount ?? 0) : 0;
  return credited.minus(charged).minus(request.handlingTotal ?? 0);
};

/** A return and the order with it; nothing is stored. Not repeat-safe: a second call makes a second return. */
export const makeReturn = (
  order: Order,
  request: ReturnRequest,
  now: string,
): { form: ReturnOrderForm; next: OrderInput } => {
  if (request.returns === undefined || request.returns.length === 0) {
    throw invalidField('returns', 'is required');
  }
  const returned = takeBack(order, request.returns, now);
  const earlier = order.returnOrderForms ?? [];
  const returnId = `${order.id}-R${earlier.length + 1}`;
  const lines = returned.reduce((sum, { credit }) => sum.plus(credit), new Decimal(0));
  const tax = returned.reduce(
    (sum, { line, credit }) => sum.plus(credit.minus(credit.div(1 + (line.taxRate ?? 0) / 100))),
    new Decimal(0),
  );
  const total = lines.plus(shippingCredit(order, request));
  const form: ReturnOrderForm = {
    returnId,
    rmaNumber: request.rmaNumber ?? `RMA-${returnId}`,
    status: request.status ?? 'New',
    returnType: request.returnType ?? 'Return',
    ...(request.storeId === undefined ? {} : { storeId: request.storeId }),
    ...(request.comment === undefined ? {} : { returnComment: request.comment }),
    ...(request.userId === undefined ? {} : { userId: request.userId }),
    creditPayment: request.creditPayment ?? false,
    creditAmount: request.creditAmount ?? 0,
    created: now,
    modified: now,
    lineItems: returned.map(({ line }) => line),
    properties: request['properties'] ?? [],
    subTotal: money(lines),
    taxTotal: money(tax),
    total: money(total),
    totalExclTax: money(total.minus(tax)),
  };
  return { form, next: withReturn({ order, form, refund: request.creditPayment === true, now }) };
};

const withReturn = (given: { order: Order; form: ReturnOrderForm; refund: boolean; now: string }): OrderInput => {
  const { order, form, refund, now } = given;
  const back = new Map(form.lineItems.map((line) => [line.lineItemId, line]));
  const lineItems = order.orderForm.lineItems.map((line) => {
    const returned = back.get(line.lineItemId);
    const sum = new Decimal(line.returnQuantity ?? 0).plus(returned?.returnQuantity ?? 0).toNumber();
    return returned === undefined ? line : { ...line, returnQuantity: sum, returnDate: now };
  });
  const method = order.orderForm.payments[0]?.paymentMethodName ?? 'Refund';
  const credit: PaymentInput = {
    amount: form.total,
    transactionType: 'Credit',
    status: 'Processed',
    paymentMethodName: method,
    transactionId: form.returnId,
    created: now,
  };
  return {
    ...order,
    status: lineItems.every((line) => returnable(line).lessThanOrEqualTo(0)) ? 'Returned' : 'PartiallyReturned',
    returnOrderForms: [...(order.returnOrderForms ?? []), form],
    orderForm: {
      ...order.orderForm,
      lineItems,
      payments: refund ? [...order.orderForm.payments, credit] : order.orderForm.payments,
    },
  };
};

/** The order that an exchange makes. @throws OmniumProblem 400 when it names no lines. */
export const exchangeOrderOf = (order: Order, options: ExchangeOptions, id: string): OrderInput => {
  if (options.exchangeOrderLines === undefined) {
    throw invalidField('omniumExchangeOrderOptions.exchangeOrderLines', 'is required');
  }
  const warehouseCode = options.outboundWarehouseCode ?? order.orderForm.shipments[0]?.warehouseCode;
  const lineItems = options.exchangeOrderLines.map((line, index) => ({
    ...line,
    lineItemId: line.lineItemId ?? String(index + 1),
  }));
  const customer = ['customerId', 'customerNumber', 'customerName', 'customerEmail', 'customerPhone', 'billingAddress'];
  return {
    ...Object.fromEntries(customer.filter((name) => name in order).map((name) => [name, order[name]])),
    id,
    marketId: order.marketId,
    storeId: options.storeId ?? order.storeId,
    orderType: options.orderType ?? 'Replacement',
    status: options.orderStatus ?? 'New',
    relatedOrders: [order.id],
    ...(options.orderType === 'Pos' ? { isReadOnly: true } : {}),
    orderForm: {
      lineItems,
      payments: [...(options.additionalPayments ?? [])],
      shipments: [
        {
          shipmentId: '1',
          lineItems,
          ...(warehouseCode === undefined ? {} : { warehouseCode }),
          ...(options.shippingMethodName === undefined ? {} : { shippingMethodName: options.shippingMethodName }),
        },
      ],
    },
  };
};
