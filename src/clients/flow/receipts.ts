import { z } from 'zod';

import { VendorResponseInvalidError } from '../errors';
import { path, type CallContext } from '../http';
import { optionalInteger, optionalText, optionalTimestamp, requiredInteger, requiredText } from '../wire';
import { FLOW_OLDEST_SETTLED_FIRST, inKnownSpellings, MAX_RECEIPT_PDF_BYTES, PDF_TYPE } from './assumed';
import { FlowResource } from './connection';
import { flowAddressSchema } from './members';

/** One line of a receipt, which may be a part of an order's line. */
const flowReceiptItemSchema = inKnownSpellings(
  ['vatRate'],
  z
    .object({
      orderItemUid: optionalText,
      sku: optionalText,
      name: optionalText,
      /** Hundredths of a piece. */
      quantity: requiredInteger,
      /** Cents per piece, including VAT. */
      itemPrice: requiredInteger,
      /** Cents for the whole line, the share of the order's discounts included. */
      itemDiscountAmount: optionalInteger,
      /** Hundredths of a percent. */
      vatRate: optionalInteger,
      /** Cents for the whole line after discounts. */
      totalPrice: optionalInteger,
    })
    .refine(({ itemDiscountAmount, totalPrice }) => itemDiscountAmount !== undefined || totalPrice !== undefined, {
      path: ['itemDiscountAmount'],
      error: 'missing',
    }),
);

/** A payment as a receipt shows it. */
const flowReceiptSettlementSchema = z.object({
  settlementUid: requiredText,
  settlementCode: optionalText,
  /** Cents. */
  amount: requiredInteger,
});

const receiptMembers = z.object({
  orderReceiptUid: requiredText,
  storeUid: requiredText,
  orderUid: requiredText,
  orderNumber: optionalText,
  externalOrderNumber: optionalText,
  settledAt: optionalTimestamp,
});

/** A receipt: what was paid for, or paid back, at one time. `items` and `settlements` must be there, as on orders. */
export const flowReceiptSchema = inKnownSpellings(
  ['orderReceiptUid', 'totalVatAmount'],
  receiptMembers.extend({
    /** `ORDER`, `RETURN` or `PAYMENT` (a deposit or part payment). */
    type: optionalText,
    voucherNumber: optionalText,
    createdAt: optionalTimestamp,
    customerUid: optionalText,
    customerAddress: flowAddressSchema.optional(),
    /** Cents including VAT, without cash rounding. */
    grandTotal: requiredInteger,
    totalVatAmount: optionalInteger,
    totalSettlement: optionalInteger,
    cashRounding: optionalInteger,
    currencyCode: optionalText,
    items: z.array(flowReceiptItemSchema),
    settlements: z.array(flowReceiptSettlementSchema),
  }),
);

/** A receipt as a search shows it: enough to read it, as searches are not known to hold its lines, payments or amounts. */
const flowReceiptHitSchema = inKnownSpellings(['orderReceiptUid'], receiptMembers);

export type FlowReceiptHit = z.infer<typeof flowReceiptHitSchema>;
export type FlowReceipt = z.infer<typeof flowReceiptSchema>;

const SEARCH = {
  operation: 'POST receipts search',
  path: '/receipts/search',
  item: flowReceiptHitSchema,
  uidOf: ({ orderReceiptUid }: FlowReceiptHit): string => orderReceiptUid,
} as const;

/** Readers of PDF look for its mark in the first kilobyte, so something may come before it. */
const PDF_HEAD_BYTES = 1_024;

/** Receipts of Flow (flow-api.md §3.7). */
export class FlowReceipts extends FlowResource {
  /**
   * Receipts settled at this time (ISO-8601) or later, oldest first, in batches.
   * `POST T/receipts/search`: API:receipt (flow-api.md §3.7).
   */
  async *search(
    { settledAtFrom }: { readonly settledAtFrom: string },
    context?: CallContext,
  ): AsyncGenerator<FlowReceiptHit[], void, undefined> {
    const list = { ...SEARCH, query: FLOW_OLDEST_SETTLED_FIRST, body: { settledAtFrom } };
    for await (const { items } of this.flow.pages(list, context)) yield items;
  }

  /**
   * Receipts by the number that people read from them: their own, or their order's.
   * `POST T/receipts/search`: API:receipt (flow-api.md §3.7).
   */
  find(
    by: { readonly orderNumber: string } | { readonly voucherNumbers: readonly string[] },
    context?: CallContext,
  ): Promise<FlowReceiptHit[]> {
    return this.flow.list({ ...SEARCH, body: by }, context);
  }

  /** The whole receipt. `GET S/receipts/{orderReceiptUid}`: path assumed (flow-api.md §3.7). */
  get(storeUid: string, orderReceiptUid: string, context?: CallContext): Promise<FlowReceipt | undefined> {
    const request = { operation: 'GET receipt', path: path`/stores/${storeUid}/receipts/${orderReceiptUid}` } as const;
    return this.flow.readIfFound(request, flowReceiptSchema, context);
  }

  /**
   * The receipt's PDF, or undefined as long as there is none. `GET S/receipts/{orderReceiptUid}/download`: assumed, as the
   * documented download of goods receipts (flow-api.md §3.7).
   *
   * @throws VendorResponseInvalidError also for what is no PDF, and for more than 10 MiB
   */
  async downloadPdf(storeUid: string, orderReceiptUid: string, context?: CallContext): Promise<Uint8Array | undefined> {
    const operation = 'GET receipt PDF';
    const pdf = await this.flow.callIfFound(
      {
        operation,
        path: path`/stores/${storeUid}/receipts/${orderReceiptUid}/download`,
        headers: { accept: PDF_TYPE },
        maxResponseBytes: MAX_RECEIPT_PDF_BYTES,
      },
      context,
    );
    if (pdf === undefined || pdf.subarray(0, PDF_HEAD_BYTES).includes('%PDF-')) return pdf;
    throw new VendorResponseInvalidError({ vendor: 'flow', operation, isWrite: false }, [
      { path: '', kind: 'not_pdf' },
    ]);
  }
}
