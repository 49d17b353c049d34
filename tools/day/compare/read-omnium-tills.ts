import { z } from 'zod';
import { type JsonApi } from '../vendors/json-api';
import { cents, hundredths, isCancelledStatus, withoutPackages } from './omnium-words';
import { addUp } from './summaries';
import { type CustomerFields, type InvoiceSummary, type OmniumTillOrder } from './till-summaries';

const TAKE = 100;
/** `OMNIUM_CUSTOMER_LOYALTY_ID_PROPERTY_KEY` of the demonstration. */
const LOYALTY_PROVIDER = 'Voyado';
/** Payments that were made; an authorisation is a promise. */
const SIGN_OF_TYPE: Readonly<Record<string, 1 | -1>> = { capture: 1, sale: 1, credit: -1 };

const lineSchema = z.object({
  lineItemId: z.string(),
  code: z.string(),
  quantity: z.number(),
  deliveredQuantity: z.number().optional(),
  returnQuantity: z.number().optional(),
  packageLineItemId: z.string().optional(),
});
const orderSchema = z.object({
  id: z.string(),
  orderNumber: z.string(),
  marketId: z.string(),
  storeId: z.string().optional(),
  orderType: z.string(),
  status: z.string(),
  customerId: z.string().optional(),
  properties: z.array(z.object({ key: z.string().optional(), value: z.unknown() })).optional(),
  returnOrderForms: z
    .array(
      z.object({
        rmaNumber: z.string(),
        storeId: z.string().optional(),
        total: z.number(),
        lineItems: z.array(lineSchema),
      }),
    )
    .nullish(),
  orderForm: z.object({
    total: z.number(),
    lineItems: z.array(lineSchema),
    payments: z
      .array(
        z.object({
          id: z.string().optional(),
          amount: z.number(),
          status: z.string().optional(),
          transactionType: z.string().optional(),
        }),
      )
      .optional(),
  }),
});

/** Reduces an Omnium order to what the tills had to do with it. */
export function summarizeTillDocument(document: unknown): OmniumTillOrder {
  const order = orderSchema.parse(document);
  const { orderForm, properties = [], returnOrderForms } = order;
  const flowOrderUid = properties.find(({ key }) => key?.endsWith('.orderUid'))?.value;
  return {
    orderId: order.id,
    orderNumber: order.orderNumber,
    ...(typeof flowOrderUid === 'string' && { flowOrderUid }),
    marketId: order.marketId,
    ...(order.storeId !== undefined && { storeId: order.storeId }),
    orderType: order.orderType,
    status: order.status,
    isCancelled: isCancelledStatus(order.status),
    lines: withoutPackages(orderForm.lineItems).map((line) => ({
      lineItemId: line.lineItemId,
      code: line.code,
      hundredths: hundredths(line.quantity),
      deliveredHundredths: hundredths(line.deliveredQuantity ?? 0),
    })),
    totalCents: cents(orderForm.total),
    payments: (orderForm.payments ?? []).flatMap(({ id = '', amount, status, transactionType }) => {
      const sign = SIGN_OF_TYPE[transactionType?.toLowerCase() ?? ''];
      return sign === undefined || status === 'Failed' ? [] : [{ paymentId: id, cents: sign * cents(amount) }];
    }),
    returns: (returnOrderForms ?? []).map(({ rmaNumber, storeId, total, lineItems }) => ({
      rmaNumber,
      ...(storeId !== undefined && { storeId }),
      totalCents: cents(total),
      quantities: addUp(
        lineItems.map(({ code, returnQuantity = 0 }) => ({ sku: code, hundredths: hundredths(returnQuantity) })),
      ),
    })),
    ...(order.customerId !== undefined && { customerId: order.customerId }),
  };
}

const invoiceSchema = z.object({
  id: z.string(),
  invoiceNumber: z.string().nullish(),
  orderId: z.string().nullish(),
  amount: z.number(),
  isCreditNote: z.boolean().nullish(),
  lineItems: z.array(z.object({ code: z.string().nullish() })).nullish(),
  assets: z.array(z.object({ id: z.string().nullish(), assetId: z.string().nullish() })).nullish(),
});
const invoicePage = z.object({ result: z.array(z.unknown()) });

/** All invoices that were put into Omnium since a moment. */
export async function readInvoices(api: JsonApi, createdFrom: Date): Promise<InvoiceSummary[]> {
  const invoices = new Map<string, InvoiceSummary>();
  for (let page = 0; ; page += 1) {
    const body = { createdFrom: createdFrom.toISOString(), page, take: TAKE };
    const answer = await api.send({ method: 'POST', path: '/api/Invoices/Search', body });
    const { result } = invoicePage.parse(answer.body);
    for (const document of result) {
      const invoice = summarizeInvoice(document);
      invoices.set(invoice.invoiceId, invoice);
    }
    if (result.length < TAKE) return [...invoices.values()];
  }
}

/** Reduces an invoice to what has to agree with its receipt. */
export function summarizeInvoice(document: unknown): InvoiceSummary {
  const { id, invoiceNumber, orderId, amount, isCreditNote, lineItems, assets } = invoiceSchema.parse(document);
  return {
    invoiceId: id,
    invoiceNumber: invoiceNumber ?? '',
    ...(orderId && { orderId }),
    amountCents: cents(amount),
    isCreditNote: isCreditNote === true,
    codes: (lineItems ?? []).map(({ code }) => code ?? ''),
    assetIds: (assets ?? []).map((asset) => asset.id ?? asset.assetId ?? ''),
  };
}

const addressSchema = z.object({
  line1: z.string().nullish(),
  city: z.string().nullish(),
  postalCode: z.string().nullish(),
  countryCode: z.string().nullish(),
});
const customerSchema = z.object({
  customerId: z.string(),
  firstName: z.string().nullish(),
  lastName: z.string().nullish(),
  name: z.string().nullish(),
  taxId: z.string().nullish(),
  email: z.string().nullish(),
  phone: z.string().nullish(),
  customerNumber: z.string().nullish(),
  externalIds: z.array(z.object({ providerName: z.string().nullish(), id: z.string().nullish() })).nullish(),
  marketGroupId: z.string().nullish(),
  address: addressSchema.nullish(),
});
const customerPage = z.object({ result: z.array(z.unknown()) });

/** What finds a customer in Omnium. */
export interface CustomerQuestion {
  /** Ids under which it may be there. */
  readonly customerIds: readonly string[];
  readonly email?: string;
}

/** Customers of Omnium, private and business, that have one of the ids or the e-mail address. */
export async function findCustomers(
  api: JsonApi,
  { customerIds, email }: CustomerQuestion,
): Promise<{ customerId: string; fields: CustomerFields }[]> {
  const found = new Map<string, CustomerFields>();
  const note = (document: unknown): void => {
    const { customerId, fields } = summarizeOmniumCustomer(document);
    found.set(customerId, fields);
  };
  for (const resource of ['PrivateCustomers', 'BusinessCustomers']) {
    for (const customerId of new Set(customerIds)) {
      const path = `/api/${resource}/${encodeURIComponent(customerId)}`;
      const { status, body } = await api.send({ method: 'GET', path, accept: [404] });
      if (status !== 404) note(body);
    }
    if (email === undefined) continue;
    const { body } = await api.send({ method: 'POST', path: `/api/${resource}/Search`, body: { email, take: 10 } });
    customerPage.parse(body).result.forEach(note);
  }
  return [...found].map(([customerId, fields]) => ({ customerId, fields }));
}

/** Reduces a customer of Omnium to the fields that the tills know; what is not filled in is not among them. */
export function summarizeOmniumCustomer(document: unknown): { customerId: string; fields: CustomerFields } {
  const { customerId, address, externalIds, customerNumber, ...own } = customerSchema.parse(document);
  // A number of Omnium's own may stand in the way; then the programme's id is among the external ones.
  const loyaltyId = externalIds?.find(({ providerName }) => providerName === LOYALTY_PROVIDER)?.id ?? customerNumber;
  return { customerId, fields: filledIn({ ...own, loyaltyId, ...prefixed(address ?? {}) }) };
}

/** Fields that have a value. */
export function filledIn(fields: Readonly<Record<string, string | null | undefined>>): CustomerFields {
  return Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

function prefixed(
  address: Readonly<Record<string, string | null | undefined>>,
): Record<string, string | null | undefined> {
  return Object.fromEntries(Object.entries(address).map(([name, value]) => [`address.${name}`, value]));
}
