import assert from 'node:assert/strict';
import { omniumInvoiceSchema, type OmniumInvoiceWrite } from '../../../src/clients/omnium/invoices';
import { DocumentUnmappableError } from '../../../src/domain/document-unmappable';
import { invoiceDiffers, mapReceiptToInvoice } from '../../../src/activities/orders/mapping/receipt-to-invoice';
import { TILL, flowReceipt, invoiceOf, orderOf, receiptLine } from '../../support/flow-receipt';

describe('receipt → invoice', () => {
  it('carries over every documented member', () => {
    const receipt = flowReceipt({ lines: [receiptLine({ itemDiscountAmount: 1_000 })], cashRounding: -25 });
    assert.deepEqual(invoiceOf(receipt), {
      id: 'receipt-1',
      orderId: 'WEB-104233',
      invoiceNumber: '1000007',
      isCreditNote: false,
      invoiceDate: '2026-11-20T10:15:30.125Z',
      invoiceDueDate: '2026-11-20T10:15:29.500Z',
      deliveryDate: '2026-11-20T10:15:29.500Z',
      amount: 90,
      amountExcludingTax: 72,
      amountRoundoff: -0.25,
      amountOutstanding: 0,
      currency: 'NOK',
      marketId: 'NOR',
      storeId: 'oslo-city',
      lineItems: [
        {
          lineItemId: 'item-1',
          code: '104233-M',
          displayName: 'Jacket',
          quantity: 1,
          placedPrice: 100,
          discounted: 10,
          taxRate: 25,
        },
      ],
      payments: [
        {
          id: 'paid-1',
          amount: 89.75,
          transactionType: 'Sale',
          status: 'Processed',
          paymentMethodName: 'Cash',
          transactionId: 'paid-1',
          storeId: 'oslo-city',
          created: '2026-11-20T10:15:29.500Z',
        },
      ],
    });
  });

  it('works without the order: what is on the receipt is enough', () => {
    const mapped = mapReceiptToInvoice(flowReceipt(), undefined, 'order-1', { ...TILL, nameOf: (code = '') => code });
    assert.equal(mapped.lineItems[0]?.lineItemId, 'item-1');
    assert.equal(mapped.payments[0]?.paymentMethodName, 'CASH');
  });

  it('takes cash rounding from the payments when Flow does not name it', () => {
    const settlements = [{ settlementUid: 'paid-1', settlementCode: 'CASH', amount: 10_040 }];
    const mapped = invoiceOf(flowReceipt({ totalSettlement: 10_040, settlements }));
    assert.deepEqual([mapped.amount, mapped.amountRoundoff, mapped.amountOutstanding], [100, 0.4, 0]);
  });

  it('says what is still to be paid, and takes no big difference for rounding', () => {
    const settlements = [{ settlementUid: 'paid-1', settlementCode: 'CASH', amount: 4_000 }];
    const receipt = flowReceipt({ totalSettlement: 4_000, settlements });
    const open = invoiceOf(receipt, { order: orderOf(receipt, { settleState: 'PARTIALLY_SETTLED' }) });
    assert.deepEqual([open.amount, open.amountRoundoff, open.amountOutstanding], [100, 0, 60]);
    const afterDeposit = invoiceOf(receipt, { order: orderOf(receipt, { settleState: 'SETTLED' }) });
    assert.deepEqual([afterDeposit.amount, afterDeposit.amountRoundoff, afterDeposit.amountOutstanding], [100, 0, 0]);
  });

  it('refuses a receipt without number or time, naming the member only', () => {
    const broken = [
      ['voucherNumber', { voucherNumber: undefined }],
      ['settledAt', { createdAt: undefined, settledAt: undefined }],
    ] as const;
    for (const [field, members] of broken) {
      assert.throws(
        () => invoiceOf(flowReceipt(members)),
        (error: unknown) => error instanceof DocumentUnmappableError && error.field === field,
      );
    }
  });

  describe('lines', () => {
    it('keep Omnium’s own line ids on orders that came from there', () => {
      const receipt = flowReceipt();
      const order = orderOf(receipt, { items: [{ ...receiptLine(), externalId: 'web-line-7' }] });
      assert.equal(invoiceOf(receipt, { order }).lineItems[0]?.lineItemId, 'web-line-7');
    });

    it('leave a package’s own line out and give its price to the components, or send it, by the setting', () => {
      const lines = [
        receiptLine({ orderItemUid: 'set', sku: 'SET', itemPrice: 30_001 }),
        receiptLine({ orderItemUid: 'a', sku: 'A', itemPrice: 0 }),
        receiptLine({ orderItemUid: 'b', sku: 'B', itemPrice: 0, quantity: 200 }),
      ];
      const receipt = flowReceipt({ lines });
      const items = lines.map((line) => ({
        ...line,
        ...(line['sku'] !== 'SET' && { parentOrderItemUid: 'set' }),
      }));
      const order = orderOf(receipt, { items });
      const codes = (includeMainPackage: boolean): string[] =>
        invoiceOf(receipt, { order, includeMainPackage }).lineItems.map(({ code }) => code);
      assert.deepEqual(codes(false), ['A', 'B']);
      assert.deepEqual(codes(true), ['SET', 'A', 'B']);
      assert.equal(sumOfLines(invoiceOf(receipt, { order })), '300.01');
    });

    it('share a discount that is on the total and on no line', () => {
      const lines = [receiptLine(), receiptLine({ orderItemUid: 'item-2', itemPrice: 20_000 })];
      const mapped = invoiceOf(flowReceipt({ lines, grandTotal: 27_000, totalSettlement: 27_000 }));
      assert.deepEqual(
        mapped.lineItems.map(({ discounted }) => discounted),
        [10, 20],
      );
    });
  });

  describe('payment-type receipts', () => {
    const deposit = flowReceipt({
      type: 'PAYMENT',
      lines: [],
      grandTotal: 50_000,
      totalVatAmount: 0,
      totalSettlement: 50_000,
      settlements: [{ settlementUid: 'paid-1', settlementCode: 'CASH', amount: 50_000 }],
    });

    it('have one REMITTANCE line over what was paid, under the documented name', () => {
      const mapped = invoiceOf(deposit);
      assert.deepEqual(mapped.lineItems, [
        {
          lineItemId: 'receipt-1',
          code: 'REMITTANCE',
          displayName: 'Payment for invoice 1000007 (order #10042)',
          quantity: 1,
          placedPrice: 500,
          discounted: 0,
          taxRate: 0,
        },
      ]);
      assert.deepEqual([mapped.amount, mapped.amountExcludingTax, mapped.isCreditNote], [500, 500, false]);
    });

    it('are over what was paid, also where Flow’s total is the order’s', () => {
      const mapped = invoiceOf({ ...deposit, grandTotal: 200_000 });
      assert.deepEqual([mapped.amount, mapped.amountOutstanding, mapped.lineItems[0]?.placedPrice], [500, 0, 500]);
    });
  });

  describe('returns and exchanges', () => {
    it('are credit notes with amounts below zero, the money as Credit', () => {
      const receipt = flowReceipt({ type: 'RETURN', lines: [receiptLine({ quantity: -200 })], cashRounding: 30 });
      const mapped = invoiceOf(receipt);
      assert.equal(mapped.isCreditNote, true);
      assert.deepEqual([mapped.amount, mapped.amountExcludingTax, mapped.amountRoundoff], [-200, -160, 0.3]);
      assert.deepEqual([mapped.lineItems[0]?.quantity, mapped.lineItems[0]?.placedPrice], [-2, 100]);
      assert.deepEqual([mapped.payments[0]?.transactionType, mapped.payments[0]?.amount], ['Credit', 199.7]);
    });

    it('are the same when Flow writes a return without signs', () => {
      const signed = flowReceipt({ type: 'RETURN', lines: [receiptLine({ quantity: -200 })] });
      const unsigned = flowReceipt({ type: 'RETURN', lines: [receiptLine({ quantity: 200 })] });
      assert.deepEqual(invoiceOf(unsigned), invoiceOf(signed));
    });

    it('carry the reason of a return', () => {
      const receipt = flowReceipt({ type: 'RETURN', lines: [receiptLine({ quantity: -100 })] });
      const order = orderOf(receipt, {
        items: [{ ...receiptLine({ quantity: -100 }), returnReasonCode: 'DEFECT', orderLinks: [] }],
      });
      assert.equal(invoiceOf(receipt, { order }).lineItems[0]?.returnReason, 'DEFECT');
    });

    const exchange = (boughtPrice: number): OmniumInvoiceWrite =>
      invoiceOf(
        flowReceipt({
          type: 'RETURN',
          lines: [
            receiptLine({ quantity: -100 }),
            receiptLine({ orderItemUid: 'item-2', sku: 'NEW', itemPrice: boughtPrice }),
          ],
        }),
      );

    it('exchanges are an invoice or a credit note by their total', () => {
      const dearer = exchange(15_000);
      assert.deepEqual([dearer.amount, dearer.isCreditNote], [50, false]);
      const cheaper = exchange(4_000);
      assert.deepEqual([cheaper.amount, cheaper.isCreditNote], [-60, true]);
      const even = exchange(10_000);
      assert.deepEqual([even.amount, even.isCreditNote, even.payments], [0, false, []]);
      assert.deepEqual(
        even.lineItems.map(({ quantity }) => quantity),
        [-1, 1],
      );
    });
  });

  it('an invoice that Omnium has as it was written does not differ; one with another amount, line or payment does', () => {
    const wanted = invoiceOf(flowReceipt());
    const stored = { ...wanted, modified: '2026-11-20T11:00:00Z', invoiceDate: '2026-11-20T10:15:30.125' };
    assert.equal(invoiceDiffers(omniumInvoiceSchema.parse(stored), wanted), false);
    const changes = [
      { amount: 99.99 },
      { isCreditNote: true },
      { lineItems: [] },
      { payments: [] },
      { invoiceNumber: '1000008' },
      { orderId: 'other' },
    ];
    for (const change of changes) {
      assert.equal(invoiceDiffers(omniumInvoiceSchema.parse({ ...stored, ...change }), wanted), true);
    }
  });
});

function sumOfLines({ lineItems }: OmniumInvoiceWrite): string {
  const cents = lineItems.reduce(
    (sum, line) => sum + Math.round((line.quantity * line.placedPrice - (line.discounted ?? 0)) * 100),
    0,
  );
  return (cents / 100).toFixed(2);
}
