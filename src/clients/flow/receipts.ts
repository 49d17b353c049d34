import { z } from 'zod';

import { VendorResponseInvalidError } from '../errors';
import type { CallContext } from '../http';
import { listOf, optionalInteger, optionalText, optionalTimestamp, requiredInteger, requiredText } from '../wire';
import { FLOW_OLDEST_SETTLED_FIRST, MAX_RECEIPT_PDF_BYTES, PDF_TYPE } from './assumed';
import type { FlowConnection } from './connection';
import { flowAddressSchema } from './members';

/** One line of a receipt, which may be a part of an order's line. */
export const flowReceiptItemSchema = z.object({
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
  /** Cents for the whole line. */
  vatAmount: optionalInteger,
  /** Cents for the whole line after discounts. */
  totalPrice: optionalInteger,
});

/** A payment as a receipt shows it. */
export const flowReceiptSettlementSchema = z.object({
  settlementUid: requiredText,
  settlementCode: optionalText,
  /** Cents. */
  amount: requiredInteger,
});

/** A receipt: what was paid for, or paid back, at one time. `items` must be there, as on orders. */
export const flowReceiptSchema = z.object({
  orderReceiptUid: requiredText,
  storeUid: requiredText,
  orderUid: requiredText,
  orderNumber: optionalText,
  externalOrderNumber: optionalText,
  /** `ORDER`, `RETURN` or `PAYMENT` (a deposit or part payment). */
  type: optionalText,
  voucherNumber: optionalText,
  createdAt: optionalTimestamp,
  settledAt: optionalTimestamp,
  customerUid: optionalText,
  customerAddress: flowAddressSchema.optional(),
  /** Cents including VAT, without cash rounding. */
  grandTotal: requiredInteger,
  totalVatAmount: optionalInteger,
  totalSettlement: optionalInteger,
  cashRounding: optionalInteger,
  currencyCode: optionalText,
  items: z.array(flowReceiptItemSchema),
  settlements: listOf(flowReceiptSettlementSchema),
});

/** A receipt as a search shows it: searches are not known to hold lines, so read it before making anything of them. */
export const flowReceiptHitSchema = flowReceiptSchema.extend({ items: listOf(flowReceiptItemSchema) });

export type FlowReceipt = z.infer<typeof flowReceiptSchema>;
export type FlowReceiptItem = z.infer<typeof flowReceiptItemSchema>;
export type FlowReceiptSettlement = z.infer<typeof flowReceiptSettlementSchema>;

/** Receipts of Flow (flow-api.md §3.7). */
export class FlowReceipts {
  constructor(private readonly flow: FlowConnection) {}

  /**
   * Receipts settled at this time (ISO-8601) or later, oldest first, in batches. They may come without their lines.
   * `POST T/receipts/search`: API:receipt (flow-api.md §3.7).
   */
  search(
    { settledAtFrom }: { readonly settledAtFrom: string },
    context?: CallContext,
  ): AsyncGenerator<FlowReceipt[], void, undefined> {
    return this.flow.pages(
      {
        operation: 'POST receipts search',
        path: this.flow.paths.receiptSearch(),
        query: FLOW_OLDEST_SETTLED_FIRST,
        body: { settledAtFrom },
        item: flowReceiptHitSchema,
        uidOf: ({ orderReceiptUid }) => orderReceiptUid,
      },
      context,
    );
  }

  /**
   * Receipts by the number that people read from them: their own, or their order's.
   * `POST T/receipts/search`: API:receipt (flow-api.md §3.7).
   */
  async find(
    by: { readonly orderNumber: string } | { readonly voucherNumbers: readonly string[] },
    context?: CallContext,
  ): Promise<FlowReceipt[]> {
    const pages = this.flow.pages(
      {
        operation: 'POST receipts search',
        path: this.flow.paths.receiptSearch(),
        body: by,
        item: flowReceiptHitSchema,
        uidOf: ({ orderReceiptUid }) => orderReceiptUid,
      },
      context,
    );
    const found: FlowReceipt[] = [];
    for await (const page of pages) found.push(...page);
    return found;
  }

  /** The whole receipt. `GET S/receipts/{orderReceiptUid}`: path assumed (flow-api.md §3.7). */
  get(storeUid: string, orderReceiptUid: string, context?: CallContext): Promise<FlowReceipt | undefined> {
    const path = this.flow.paths.receipt(storeUid, orderReceiptUid);
    return this.flow.readIfFound({ operation: 'GET receipt', method: 'GET', path }, flowReceiptSchema, context);
  }

  /**
   * The receipt's PDF, or undefined as long as there is none. `GET S/receipts/{orderReceiptUid}/download`: assumed, as the
   * documented download of goods receipts (flow-api.md §3.7).
   *
   * @throws VendorResponseInvalidError also for what is no PDF, and for more than 10 MiB
   */
  async downloadPdf(storeUid: string, orderReceiptUid: string, context?: CallContext): Promise<Uint8Array | undefined> {
    const operation = 'GET receipt PDF';
    const pdf = await this.flow.downloadIfFound(
      {
        operation,
        method: 'GET',
        path: this.flow.paths.receiptDownload(storeUid, orderReceiptUid),
        headers: { accept: PDF_TYPE },
        maxResponseBytes: MAX_RECEIPT_PDF_BYTES,
      },
      context,
    );
    if (pdf === undefined || beginsLikePdf(pdf)) return pdf;
    throw new VendorResponseInvalidError({ vendor: 'flow', operation, isWrite: false }, [
      { path: '', kind: 'not_pdf' },
    ]);
  }
}

/** Readers of PDF look for its mark in the first kilobyte, so something may stand before it. */
const PDF_HEAD_BYTES = 1_024;

function beginsLikePdf(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, PDF_HEAD_BYTES)).includes('%PDF-');
}
