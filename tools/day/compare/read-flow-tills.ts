import { z } from 'zod';
import { type ChainMarket, type ChainStore } from '../../../sandbox/chain/types';
import { flowUidOf } from '../../../sandbox/chain/build-chain';
import { type JsonApi } from '../vendors/json-api';
import { filledIn } from './read-omnium-tills';
import { type CustomerFields, type FlowTillLine, type FlowTillOrder, type ReceiptSummary } from './till-summaries';

const PAGE_SIZE = 100;
/** Settlement codes of money that the web shop took. */
const EXTERNAL = /^EXTERNAL/;

const linkSchema = z.object({ orderUid: z.string() });
const itemSchema = z.object({
  orderItemUid: z.string(),
  sku: z.string(),
  productType: z.string().nullish(),
  parentOrderItemUid: z.string().nullish(),
  quantity: z.number(),
  quantityDelivered: z.number().nullish(),
  totalPrice: z.number(),
  orderLinks: z.array(linkSchema).nullish(),
});
const orderSchema = z.object({
  orderUid: z.string(),
  storeUid: z.string(),
  externalOrderNumber: z.string().nullish(),
  type: z.string(),
  orderState: z.string(),
  settleState: z.string(),
  customerUid: z.string().nullish(),
  items: z.array(itemSchema),
  settlements: z.array(
    z.object({ settlementUid: z.string(), amount: z.number(), settlementCode: z.string().nullish() }),
  ),
  orderTotals: z.object({ totalAmount: z.number(), cashRounding: z.number().nullish() }),
});

/** Reduces a Flow order to what the tills had to do with it. */
export function summarizeTillOrder(
  document: unknown,
  { market, stores }: { readonly market: ChainMarket; readonly stores: readonly ChainStore[] },
): FlowTillOrder {
  const order = orderSchema.parse(document);
  const store = stores.find(({ storeId }) => flowUidOf(storeId) === order.storeUid);
  const taken = order.settlements.filter(
    ({ amount, settlementCode }) => amount !== 0 && !EXTERNAL.test(settlementCode ?? ''),
  );
  return {
    tenantUid: market.tenantUid,
    marketId: market.marketId,
    storeId: store?.storeId ?? order.storeUid,
    orderUid: order.orderUid,
    ...(order.externalOrderNumber && { externalOrderNumber: order.externalOrderNumber }),
    type: order.type,
    orderState: order.orderState,
    isSettled: order.settleState === 'SETTLED',
    lines: linesOf(order),
    totalCents: order.orderTotals.totalAmount,
    roundingCents: order.orderTotals.cashRounding ?? 0,
    settlements: new Map(taken.map(({ settlementUid, amount }) => [settlementUid, amount])),
    ...(order.customerUid && { customerUid: order.customerUid }),
  };
}

/** A package's own line is left out when its parts are there: they are what is handed over. */
function linesOf({ items }: z.infer<typeof orderSchema>): FlowTillLine[] {
  const parents = new Set(items.flatMap(({ parentOrderItemUid }) => parentOrderItemUid ?? []));
  return items
    .filter(({ orderItemUid }) => !parents.has(orderItemUid))
    .map(({ orderItemUid, sku, productType, quantity, quantityDelivered, totalPrice, orderLinks }) => ({
      orderItemUid,
      sku,
      hundredths: quantity,
      // Services are delivered with the payment, and to nobody.
      deliveredHundredths: productType === 'NON_PHYSICAL' ? 0 : (quantityDelivered ?? 0),
      cents: totalPrice,
      ...(orderLinks?.[0] && { originalOrderUid: orderLinks[0].orderUid }),
    }));
}

const receiptSchema = z.object({
  orderReceiptUid: z.string(),
  orderUid: z.string(),
  voucherNumber: z.string(),
  type: z.string(),
  grandTotal: z.number(),
  cashRounding: z.number().nullish(),
  totalSettlement: z.number(),
  settlements: z.array(z.object({ settlementCode: z.string().nullish() })),
});
const searchPage = z.object({ items: z.array(receiptSchema), paging: z.object({ totalCount: z.number() }) });

/** All receipts of a tenant since a moment. */
export async function readReceipts(api: JsonApi, tenantUid: string, settledAtFrom: Date): Promise<ReceiptSummary[]> {
  const receipts: ReceiptSummary[] = [];
  for (let page = 1; ; page += 1) {
    const path = `/receipts/search?pageNumber=${page}&pageSize=${PAGE_SIZE}`;
    const body = { settledAtFrom: settledAtFrom.toISOString() };
    const { items, paging } = searchPage.parse((await api.send({ method: 'POST', path, body })).body);
    receipts.push(...items.map((receipt) => summarizeReceipt(receipt, tenantUid)));
    if (items.length === 0 || receipts.length >= paging.totalCount) return receipts;
  }
}

/** Reduces a receipt to what has to agree with its invoice. */
export function summarizeReceipt(document: unknown, tenantUid: string): ReceiptSummary {
  const { orderReceiptUid, orderUid, voucherNumber, type, ...money } = receiptSchema.parse(document);
  const { settlements, grandTotal, totalSettlement } = money;
  return {
    ...{ tenantUid, orderReceiptUid, orderUid, voucherNumber, type },
    totalCents: grandTotal,
    paidCents: totalSettlement,
    isPrepaidOnly:
      settlements.length > 0 && settlements.every(({ settlementCode }) => EXTERNAL.test(settlementCode ?? '')),
  };
}

const customerSchema = z.object({
  customerType: z.string(),
  externalId: z.string().nullish(),
  firstname: z.string().nullish(),
  lastname: z.string().nullish(),
  companyName: z.string().nullish(),
  vatNumber: z.string().nullish(),
  email: z.string().nullish(),
  mobile: z.string().nullish(),
  address: z.string().nullish(),
  city: z.string().nullish(),
  postalCode: z.string().nullish(),
  countryCode: z.string().nullish(),
  loyaltyId: z.string().nullish(),
});

/** A customer of Flow's, by the names that Omnium has for the fields; undefined when Flow has none of this uid. */
export async function readFlowCustomer(
  api: JsonApi,
  customerUid: string,
  market: ChainMarket,
): Promise<{ externalId?: string; email?: string; fields: CustomerFields } | undefined> {
  const { status, body } = await api.send({ method: 'GET', path: `/customers/${customerUid}`, accept: [404] });
  return status === 404 ? undefined : summarizeFlowCustomer(body, market);
}

/** Reduces a customer to what has to agree with Omnium (flow-api.md §6.5): a person's country is the tenant's. */
export function summarizeFlowCustomer(
  document: unknown,
  { countryCode, marketGroupId }: Pick<ChainMarket, 'countryCode' | 'marketGroupId'>,
): { externalId?: string; email?: string; fields: CustomerFields } {
  const customer = customerSchema.parse(document);
  const { externalId, email, loyaltyId } = customer;
  const isPerson = customer.customerType === 'PERSON';
  const names = isPerson
    ? { firstName: customer.firstname, lastName: customer.lastname }
    : { name: customer.companyName, taxId: customer.vatNumber };
  const fields = filledIn({
    ...names,
    email,
    phone: customer.mobile,
    loyaltyId,
    marketGroupId,
    'address.line1': customer.address,
    'address.city': customer.city,
    'address.postalCode': customer.postalCode,
    'address.countryCode': isPerson ? countryCode : customer.countryCode,
  });
  return { ...(externalId && { externalId }), ...(email && { email }), fields };
}
