import type { FlowCustomer } from '../../clients/flow/customers';
import type { FlowOrder } from '../../clients/flow/orders';
import type { FlowReceipt } from '../../clients/flow/receipts';
import type { OmniumInvoice, OmniumInvoiceWrite } from '../../clients/omnium/invoices';
import { RequestGate } from '../../clients/request-gate';
import type { ReceiptOutcome, SendReceiptInput } from '../../contracts/receipt-messages';
import { toCents } from '../../domain/money';
import { invoiceDiffers } from './mapping/compare-invoice';
import { holdsOnlyPrepayments, mapReceiptToInvoice, voucherNumberOf } from './mapping/receipt-to-invoice';
import { runAttempt, type Attempt } from '../shared/sync-context';
import { SyncError } from '../shared/failures';
import type { Activities } from '../index';
import type { Tenant, TenantRegistry } from '../tenants';
import { readReceiptPdf } from './read-receipt-pdf';

/** PDFs of up to 10 MiB that one process holds at once. */
const MAX_PDFS_IN_MEMORY = 8;

/** The activities that bring receipts to Omnium, with what they work on. */
export function createReceiptActivities(tenants: TenantRegistry): Pick<Activities, 'sendReceiptToOmnium'> {
  const memory = new RequestGate({ maxConcurrent: MAX_PDFS_IN_MEMORY });
  return {
    sendReceiptToOmnium: (input) =>
      runAttempt(input, (attempt) => new ReceiptSending(tenants.get(input.tenantUid), attempt, memory).run(input)),
  };
}

/**
 * Brings one receipt to Omnium as an invoice with its PDF (Flow, invoices and receipts page), within one attempt: PDF first,
 * then the invoice under the receipt's uid, then the file under the same uid.
 *
 * Every attempt begins by looking. Both writes overwrite what has their id, so one that is repeated after a lost answer
 * makes nothing double; an invoice that is there with its file is done, as a receipt never changes.
 */
class ReceiptSending {
  constructor(
    private readonly tenant: Tenant,
    private readonly attempt: Attempt,
    private readonly memory: RequestGate,
  ) {}

  async run(input: SendReceiptInput): Promise<ReceiptOutcome> {
    const { attempt, tenant } = this;
    const { storeUid, orderReceiptUid } = input;
    attempt.storeUid = storeUid;
    if (!tenant.config.settings.OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM) {
      const reason = 'receipts are not sent: OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM is off';
      return { orderReceiptUid, action: 'skipped', reason, calls: 0 };
    }
    const existing = await tenant.omnium.invoices.get(orderReceiptUid, attempt);
    if (existing && hasFile(existing, orderReceiptUid)) return unchanged(existing, attempt);
    const receipt = await this.receipt(storeUid, orderReceiptUid);
    const order = await tenant.flow.orders.get(receipt.orderUid, attempt);
    if (holdsOnlyPrepayments(receipt, order)) {
      const reason = 'it holds nothing but payments that came from Omnium';
      const voucherNumber = voucherNumberOf(receipt);
      return { orderReceiptUid, voucherNumber, action: 'skipped', reason, calls: attempt.calls };
    }
    const invoice = await this.invoiceOf(receipt, order, input.omniumOrderId);
    await this.write(receipt, invoice, existing);
    return {
      orderReceiptUid,
      voucherNumber: voucherNumberOf(receipt),
      action: existing ? 'completed' : 'created',
      amountCents: toCents(invoice.amount),
      calls: attempt.calls,
    };
  }

  private async receipt(storeUid: string, orderReceiptUid: string): Promise<FlowReceipt> {
    const receipt = await this.tenant.flow.receipts.get(storeUid, orderReceiptUid, this.attempt);
    if (!receipt) {
      throw new SyncError(
        'FlowResponseInvalid',
        `Flow does not know receipt ${orderReceiptUid}, which its order names`,
      );
    }
    const { currency } = this.tenant.config;
    if (receipt.currencyCode && receipt.currencyCode.toUpperCase() !== currency.toUpperCase()) {
      throw new SyncError(
        'ConfigurationIncomplete',
        `The receipt is in another currency than the tenant's ${currency}; invoices are in the tenant's only`,
      );
    }
    return receipt;
  }

  private async invoiceOf(
    receipt: FlowReceipt,
    order: FlowOrder | undefined,
    omniumOrderId: string,
  ): Promise<OmniumInvoiceWrite> {
    const { attempt, tenant } = this;
    const { settings, currency } = tenant.config;
    const { storeId, marketId } = await tenant.stores.resolveTill(receipt.storeUid, attempt);
    const customer = await this.customerOf(receipt);
    return mapReceiptToInvoice(receipt, {
      omniumOrderId,
      storeId,
      marketId,
      currency,
      includeMainPackage: settings.OMNIUM_INCLUDE_MAIN_PACKAGE_IN_ORDER_ITEMS,
      nameOf: await this.paymentNames(receipt, order),
      ...(order && { order, contact: order.customerContact }),
      ...(customer && { customer }),
    });
  }

  /** A customer that is gone from Flow keeps no receipt back: what stands on the receipt is enough. */
  private async customerOf({ customerUid }: FlowReceipt): Promise<FlowCustomer | undefined> {
    return customerUid ? await this.tenant.flow.customers.get(customerUid, this.attempt) : undefined;
  }

  private async paymentNames(
    receipt: FlowReceipt,
    order: FlowOrder | undefined,
  ): Promise<(settlementCode: string | undefined) => string> {
    const codes = [...receipt.settlements, ...(order?.settlements ?? [])].flatMap((each) => each.settlementCode ?? []);
    const names = new Map<string, string>();
    for (const code of new Set(codes)) {
      names.set(code, await this.tenant.paymentMethods.omniumNameOf(code, this.attempt));
    }
    return (code) => names.get(code ?? '') ?? code ?? 'unknown';
  }

  private async write(
    receipt: FlowReceipt,
    invoice: OmniumInvoiceWrite,
    existing: OmniumInvoice | undefined,
  ): Promise<void> {
    const { attempt, tenant } = this;
    const leave = await this.memory.enter(attempt.signal);
    try {
      const content = await readReceiptPdf(tenant, receipt, attempt);
      if (!existing || invoiceDiffers(existing, invoice)) await tenant.omnium.invoices.put(invoice, attempt);
      const fileName = `receipt-${voucherNumberOf(receipt).replace(/[^\w.-]/g, '_')}.pdf`;
      await tenant.omnium.invoices.addAsset(
        invoice.id,
        { fileName, assetId: receipt.orderReceiptUid, content },
        attempt,
      );
    } finally {
      leave();
    }
  }
}

function hasFile({ assets }: OmniumInvoice, orderReceiptUid: string): boolean {
  return assets.some(({ assetId }) => assetId === orderReceiptUid);
}

function unchanged({ id, invoiceNumber, amount }: OmniumInvoice, { calls }: Attempt): ReceiptOutcome {
  return {
    orderReceiptUid: id,
    ...(invoiceNumber && { voucherNumber: invoiceNumber }),
    action: 'unchanged',
    amountCents: toCents(amount),
    calls,
  };
}
