import { z } from 'zod';
import { JsonApi } from '../vendors/json-api';
import { cents, hundredths, isCancelledStatus, NOT_COLLECTED, withoutPackages } from './omnium-words';
import { summarizeTillDocument } from './read-omnium-tills';
import { addUp, type OmniumSummary } from './summaries';
import { type OmniumTillOrder } from './till-summaries';

/** The reader has an API user of its own kind: the integration's, as an auditor would be given. */
const READER = { clientId: 'sandbox-client', clientSecret: 'sandbox-secret' };

/** Money that came; an authorisation is a promise. */
const RECEIVED = new Set(['capture', 'sale']);
const PROMISED = new Set(['authorization']);

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
const batchSchema = z.object({ result: z.array(z.unknown()), scrollId: z.string().nullish() });

/** Where the orders are read, and since when they must have been created. */
export interface OmniumReading {
  readonly omniumUrl: string;
  readonly createdFrom: Date;
  /** SKU under which Flow keeps shipping. */
  readonly shippingSku: string;
  readonly signal: AbortSignal;
  /** Whether the tills were played, and are compared too. */
  readonly withTills?: boolean;
}

/** An order as both comparisons see it. */
export interface OmniumOrder {
  readonly summary: OmniumSummary;
  /** Only of a day on which the tills were played. */
  readonly till?: OmniumTillOrder;
}

/** The API with an auditor's access. */
export async function openOmnium({ omniumUrl, signal }: Pick<OmniumReading, 'omniumUrl' | 'signal'>): Promise<JsonApi> {
  const open = new JsonApi({ baseUrl: omniumUrl, signal });
  const query = new URLSearchParams({ ...READER });
  const token = z.string().parse((await open.send({ method: 'POST', path: `/api/Token?${query.toString()}` })).body);
  const headers = { authorization: `Bearer ${token}` };
  return new JsonApi({ baseUrl: omniumUrl, signal, headers: () => Promise.resolve(headers) });
}

/** All orders that were created in Omnium since a moment, by scrolling as the vendor recommends for many. */
export async function readOmniumOrders(reading: OmniumReading): Promise<OmniumOrder[]> {
  const api = await openOmnium(reading);
  const summaries: OmniumOrder[] = [];
  const body = { createdFrom: reading.createdFrom.toISOString(), sortOrder: 'CreatedAscending' };
  let answer = await api.send({ method: 'POST', path: '/api/Orders/Scroll', body });
  for (;;) {
    const { result, scrollId } = batchSchema.parse(answer.body);
    for (const document of result) {
      const summary = summarizeOmniumOrder(document, reading.shippingSku);
      summaries.push(reading.withTills ? { summary, till: summarizeTillDocument(document) } : { summary });
    }
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
  const money = (types: ReadonlySet<string>): number =>
    payments
      .filter(
        ({ transactionType, status: state }) => types.has(transactionType?.toLowerCase() ?? '') && state !== 'Failed',
      )
      .reduce((sum, { amount }) => sum + cents(amount), 0);
  return {
    orderNumber,
    marketId,
    orderType,
    isCancelled: isCancelledStatus(status) || isAllCancelled(lineItems),
    isNotCollected: status.toLowerCase() === NOT_COLLECTED,
    quantities: addUp([
      ...sold.map((line) => ({ sku: line.code, hundredths: hundredths(line.quantity - (line.canceledQuantity ?? 0)) })),
      ...shipping,
    ]),
    orderedQuantities: addUp([
      ...sold.map((line) => ({ sku: line.code, hundredths: hundredths(line.quantity) })),
      ...shipping,
    ]),
    totalCents: cents(total),
    // A capture takes what was promised before; a promise is kept for no more than the order costs.
    paidCents: Math.max(money(RECEIVED), Math.min(money(PROMISED), cents(total))),
    hasCustomer: customerId !== undefined,
  };
}

function isAllCancelled(lines: readonly z.infer<typeof lineSchema>[]): boolean {
  return lines.length > 0 && lines.every(({ quantity, canceledQuantity = 0 }) => quantity - canceledQuantity === 0);
}
