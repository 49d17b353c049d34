import { type CallContext, type HttpRequest } from '../http';
import { FILE_UPLOAD_TYPE, INVOICE_PATHS } from './assumed';
import { type OmniumConnection } from './connection';
import { omniumInvoiceSchema, type OmniumInvoice } from './schemas';
import { type OmniumAssetWrite, type OmniumInvoiceWrite } from './writes';

/** Invoices and their files in Omnium (omnium-api.md §8). */
export class OmniumInvoices {
  constructor(private readonly omnium: OmniumConnection) {}

  /** The invoice with this id, or undefined. `GET /api/Invoices/{invoiceId}` (omnium-api.md §8). */
  get(invoiceId: string, context?: CallContext): Promise<OmniumInvoice | undefined> {
    const request = { operation: 'GET invoice', method: 'GET', path: INVOICE_PATHS.one(invoiceId) } as const;
    return this.omnium.readIfFound(request, omniumInvoiceSchema, context);
  }

  /** Makes or overwrites the invoice with this id. `PUT /api/Invoices/UpdateInvoice` (omnium-api.md §8). */
  put(invoice: OmniumInvoiceWrite, context?: CallContext): Promise<OmniumInvoice> {
    const request = { operation: 'PUT invoice', method: 'PUT', path: INVOICE_PATHS.update, body: invoice } as const;
    return this.omnium.read(request, omniumInvoiceSchema, context);
  }

  /**
   * Attaches a file to an invoice, or overwrites the one with the same `assetId`: repeat-safe.
   * `POST /api/Invoices/{invoiceId}/AddAsset` (omnium-api.md §8).
   */
  addAsset(
    invoiceId: string,
    { fileName, assetId, content }: OmniumAssetWrite,
    context?: CallContext,
  ): Promise<OmniumInvoice> {
    const request: HttpRequest = {
      operation: 'POST invoice asset',
      method: 'POST',
      path: INVOICE_PATHS.asset(invoiceId),
      query: { fileName, assetId },
      file: { type: FILE_UPLOAD_TYPE, bytes: content },
    };
    return this.omnium.read(request, omniumInvoiceSchema, context);
  }
}
