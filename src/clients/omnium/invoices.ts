import { z } from 'zod';

import { path, type CallContext } from '../http';
import {
  listOf,
  optionalDecimal,
  optionalFlag,
  optionalText,
  optionalTimestamp,
  requiredDecimal,
  requiredText,
  type Body,
} from '../wire';
import { FILE_UPLOAD_TYPE } from './assumed';
import { OmniumResource } from './connection';
import {
  omniumPaymentSchema,
  type OmniumLineWrite,
  type OmniumOrderAddress,
  type OmniumPaymentWrite,
  type OmniumPropertyWrite,
} from './members';

/** A file that is kept with an invoice (Asset). */
const omniumAssetSchema = z.object({
  assetId: optionalText,
  fileName: optionalText,
  contentType: optionalText,
  length: optionalDecimal,
});

/** An invoice (Invoice). */
export const omniumInvoiceSchema = z.object({
  id: requiredText,
  orderId: optionalText,
  invoiceNumber: optionalText,
  isCreditNote: optionalFlag,
  amount: requiredDecimal,
  amountExcludingTax: optionalDecimal,
  currency: optionalText,
  customerId: optionalText,
  invoiceDate: optionalTimestamp,
  lineItems: listOf(
    z.object({
      lineItemId: optionalText,
      code: optionalText,
      quantity: optionalDecimal,
      placedPrice: optionalDecimal,
      discounted: optionalDecimal,
      taxRate: optionalDecimal,
    }),
  ),
  payments: listOf(omniumPaymentSchema),
  assets: listOf(omniumAssetSchema),
});

export type OmniumInvoice = z.infer<typeof omniumInvoiceSchema>;

/** Body of `PUT /api/Invoices/UpdateInvoice`: made or overwritten by `id` (omnium-api.md §8). */
export interface OmniumInvoiceWrite {
  readonly id: string;
  readonly orderId: string;
  readonly invoiceNumber?: string;
  readonly invoiceType?: string;
  readonly isCreditNote: boolean;
  readonly invoiceDate: string;
  readonly invoiceDueDate?: string;
  readonly deliveryDate?: string;
  readonly amount: number;
  /** Absent where nobody knows the VAT. */
  readonly amountExcludingTax?: number;
  readonly amountRoundoff?: number;
  readonly amountOutstanding?: number;
  readonly currency: string;
  readonly customerId?: string;
  readonly customerName?: string;
  readonly customerEmail?: string;
  /** Not `B2B`/`B2C` as on orders. */
  readonly customerType?: 'Business' | 'Private';
  readonly customerAddress?: Body<OmniumOrderAddress>;
  readonly marketId?: string;
  readonly storeId?: string;
  readonly paymentMethodName?: string;
  readonly comment?: string;
  readonly lineItems: readonly OmniumLineWrite[];
  readonly payments: readonly OmniumPaymentWrite[];
  readonly properties?: readonly OmniumPropertyWrite[];
}

/** Invoices and their files in Omnium (omnium-api.md §8). */
export class OmniumInvoices extends OmniumResource {
  /** The invoice with this id, or undefined. `GET /api/Invoices/{invoiceId}` (omnium-api.md §8). */
  get(invoiceId: string, context?: CallContext): Promise<OmniumInvoice | undefined> {
    const request = { operation: 'GET invoice', path: path`/Invoices/${invoiceId}` } as const;
    return this.omnium.readIfFound(request, omniumInvoiceSchema, context);
  }

  /** Makes or overwrites the invoice with this id. `PUT /api/Invoices/UpdateInvoice` (omnium-api.md §8). */
  put(body: OmniumInvoiceWrite, context?: CallContext): Promise<OmniumInvoice> {
    const request = { operation: 'PUT invoice', path: '/Invoices/UpdateInvoice', body } as const;
    return this.omnium.read(request, omniumInvoiceSchema, context);
  }

  /**
   * Attaches a file to an invoice, or overwrites the one with the same `assetId`: repeat-safe. `fileName` with its extension.
   * `POST /api/Invoices/{invoiceId}/AddAsset` (omnium-api.md §8).
   */
  addAsset(
    invoiceId: string,
    { content, ...query }: { readonly fileName: string; readonly assetId: string; readonly content: Uint8Array },
    context?: CallContext,
  ): Promise<OmniumInvoice> {
    const file = { type: FILE_UPLOAD_TYPE, bytes: content };
    const request = {
      operation: 'POST invoice asset',
      path: path`/Invoices/${invoiceId}/AddAsset`,
      query,
      file,
    } as const;
    return this.omnium.read(request, omniumInvoiceSchema, context);
  }
}
