import { z } from 'zod';
import { JsonApi } from '../vendors/json-api';
import { addUp, type OmniumSummary } from './summaries';

/** The reader has an API user of its own kind: the integration's, as an auditor would be given. */
const READER = { clientId: 'sandbox-client', clientSecret: 'sandbox-secret' };

const CANCELLED_STATUSES = new Set([
  'ordercanceled',
  'ordercanceledbycustomer',
  'ordercanceledbystore',
  'expired',
  'notcollected',
  'deleted',
]);
/** Money that came; an authorisation is a promise. */
const RECEIVED = new Set(['capture', 'sale']);

const lineSchema = z.object({
  lineItemId: z.string(),
  code: z.string(),
  quantity: z.number(),
  canceledQuantity: z.number().optional(),
  packageLineItemId: z.string().optional(),
});
const paymentSchema = z.object({
  amount: z.number(),
  status: z.string().optional(),
  transactionType: z.string().optional(),
});
const orderSchema = z.object({
  orderNumber: z.string(),
  marketId: z.string(),
  orderType: z.string(),
  status: z.string(),
  customerId: z.string().optional(),
  orderForm: z.object({
    lineItems: z.array(lineSchema),
    payments: z.array(paymentSchema).optional(),
    total: z.number(),
    shippingTotal: z.number().optional(),
  }),
});
const batchSchema = z.object({ result: z.array(orderSchema), scrollId: z.string().nullish() });

type Line = z.infer<typeof lineSchema>;

/** Where the orders are read, and since when they must have been created. */
export interface OmniumReading {
  readonly omniumUrl: string;
  readonly createdFrom: Date;
  /** SKU under which Flow keeps shipping. */
  readonly shippingSku: string;
  readonly signal: AbortSignal;
}

/** All orders that were created in Omnium since a moment, by scrolling as the vendor recommends for many. */
export async function readOmniumOrders(reading: OmniumReading): Promise<OmniumSummary[]> {
  const open = new JsonApi({ baseUrl: reading.omniumUrl, signal: reading.signal });
  const query = new URLSearchParams({ ...READER });
  const token = z.string().parse((await open.send({ method: 'POST', path: `/api/Token?${query.toString()}` })).body);
  const headers = { authorization: `Bearer ${token}` };
  const api = new JsonApi({
    baseUrl: reading.omniumUrl,
    signal: reading.signal,
    headers: () => Promise.resolve(headers),
  });

  const summaries: OmniumSummary[] = [];
  const body = { createdFrom: reading.createdFrom.toISOString(), sortOrder: 'CreatedAscending' };
  let answer = await api.send({ method: 'POST', path: '/api/Orders/Scroll', body });
  for (;;) {
    const { result, scrollId } = batchSchema.parse(answer.body);
    summaries.push(...result.map((order) => summarizeOmniumOrder(order, reading.shippingSku)));
    if (result.length === 0 || !scrollId) return summaries;
    answer = await api.send({ method: 'GET', path: `/api/Orders/Scroll/${encodeURIComponent(scrollId)}` });
  }
}

/** Reduces an Omnium order to what has to be the same in Flow. */
export function summarizeOmniumOrder(document: unknown, shippingSku: string): OmniumSummary {
  const { orderNumber, marketId, orderType, status, customerId, orderForm } = orderSchema.parse(document);
  const { lineItems, payments = [], total, shippingTotal = 0 } = orderForm;
  const sold = withoutPackages(lineItems);
  const shipping = shippingTotal > 0 ? [{ sku: shippingSku, hundredths: 100 }] : [];
  const received = payments.filter(
    (payment) => RECEIVED.has(payment.transactionType?.toLowerCase() ?? '') && payment.status !== 'Failed',
  );
  return {
    orderNumber,
    marketId,
    orderType,
    isCancelled: CANCELLED_STATUSES.has(status.toLowerCase()) || isAllCancelled(lineItems),
    quantities: addUp([
      ...sold.map((line) => ({ sku: line.code, hundredths: hundredths(line.quantity - (line.canceledQuantity ?? 0)) })),
      ...shipping,
    ]),
    orderedQuantities: addUp([
      ...sold.map((line) => ({ sku: line.code, hundredths: hundredths(line.quantity) })),
      ...shipping,
    ]),
    totalCents: cents(total),
    paidCents: received.reduce((sum, { amount }) => sum + cents(amount), 0),
    hasCustomer: customerId !== undefined,
  };
}

/** The parts of a package are what the shop hands over; a package without part lines is handed over itself. */
function withoutPackages(lines: readonly Line[]): Line[] {
  const parents = new Set(
    lines.flatMap(({ lineItemId, packageLineItemId }) =>
      packageLineItemId === undefined || packageLineItemId === lineItemId ? [] : [packageLineItemId],
    ),
  );
  return lines.filter(({ lineItemId }) => !parents.has(lineItemId));
}

function isAllCancelled(lines: readonly Line[]): boolean {
  return lines.length > 0 && lines.every(({ quantity, canceledQuantity = 0 }) => quantity - canceledQuantity === 0);
}

/** Omnium's money has two decimals; a double holds those exactly enough to round. */
function cents(amount: number): number {
  return Math.round(amount * 100);
}

function hundredths(quantity: number): number {
  return Math.round(quantity * 100);
}
