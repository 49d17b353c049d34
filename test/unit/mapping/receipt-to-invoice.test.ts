import assert from 'node:assert/strict';
import { receiptsDue } from '../../../src/activities/receipts/receipts-due';
import { flowCustomerSchema, type FlowReceipt } from '../../../src/clients/flow/schemas';
import { omniumInvoiceSchema, type OmniumInvoiceWrite } from '../../../src/clients/omnium/schemas';
import { invoiceDiffers } from '../../../src/mapping/compare-invoice';
import { DocumentUnmappableError } from '../../../src/mapping/errors';
import {
  holdsOnlyPrepayments,
  mapReceiptToInvoice,
  type InvoiceContext,
} from '../../../src/mapping/receipt-to-invoice';
import { prepaymentUid } from '../../../src/mapping/till/till-payments';
import { flowReceipt, orderOf, receiptLine } from '../../support/flow-receipt';

const NAMES: Readonly<Record<string, string>> = { CASH: 'Cash', EXTERNAL_KLARNA: 'Klarna' };

function invoice(receipt: FlowReceipt, context: Partial<InvoiceContext> = {}): OmniumInvoiceWrite {
  return mapReceiptToInvoice(receipt, {
    omniumOrderId: 'WEB-104233',
    marketId: 'NOR',
    storeId: 'oslo-city',
    currency: 'NOK',
    includeMainPackage: false,
    nameOf: (code = 'unknown') => NAMES[code] ?? code,
    order: orderOf(receipt),
    ...context,
  });
}

const customer = (members: Record<string, unknown>): NonNullable<InvoiceContext['customer']> =>
  flowCustomerSchema.parse({ customerUid: 'c1', ...members });

describe('receipt → invoice', () => {
  it('carries over every documented member', () => {
    const receipt = flowReceipt({ lines: [receiptLine({ itemDiscountAmount: 1_000 })], cashRounding: -25 });
    assert.deepEqual(invoice(receipt), {
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
    const mapped = mapReceiptToInvoice(flowReceipt(), {
      omniumOrderId: 'order-1',
      marketId: 'NOR',
      storeId: 'oslo-city',
      currency: 'NOK',
      includeMainPackage: false,
      nameOf: (code = '') => code,
    });
    assert.equal(mapped.lineItems[0]?.lineItemId, 'item-1');
    assert.equal(mapped.payments[0]?.paymentMethodName, 'CASH');
  });

  it('takes cash rounding from the payments when Flow does not name it', () => {
    const settlements = [{ settlementUid: 'paid-1', settlementCode: 'CASH', amount: 10_040 }];
    const mapped = invoice(flowReceipt({ totalSettlement: 10_040, settlements }));
    assert.deepEqual([mapped.amount, mapped.amountRoundoff, mapped.amountOutstanding], [100, 0.4, 0]);
  });

  it('says what is still to be paid, and takes no big difference for rounding', () => {
    const settlements = [{ settlementUid: 'paid-1', settlementCode: 'CASH', amount: 4_000 }];
    const mapped = invoice(flowReceipt({ totalSettlement: 4_000, settlements }));
    assert.deepEqual([mapped.amount, mapped.amountRoundoff, mapped.amountOutstanding], [100, 0, 60]);
  });

  it('refuses a receipt without number, time or SKU, naming the member only', () => {
    const broken = [
      ['voucherNumber', { voucherNumber: undefined }],
      ['settledAt', { createdAt: undefined, settledAt: undefined }],
      ['items[0].sku', { lines: [{ ...receiptLine(), sku: undefined }] }],
    ] as const;
    for (const [field, members] of broken) {
      assert.throws(
        () => invoice(flowReceipt(members)),
        (error: unknown) => error instanceof DocumentUnmappableError && error.field === field,
      );
    }
  });

  describe('lines', () => {
    it('keep Omnium’s own line ids on orders that came from there', () => {
      const receipt = flowReceipt();
      const order = orderOf(receipt, { items: [{ ...receiptLine(), externalId: 'web-line-7' }] });
      assert.equal(invoice(receipt, { order }).lineItems[0]?.lineItemId, 'web-line-7');
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
        invoice(receipt, { order, includeMainPackage }).lineItems.map(({ code }) => code);
      assert.deepEqual(codes(false), ['A', 'B']);
      assert.deepEqual(codes(true), ['SET', 'A', 'B']);
      assert.equal(sumOfLines(invoice(receipt, { order })), '300.01');
    });

    it('share a discount that is on the total and on no line', () => {
      const lines = [receiptLine(), receiptLine({ orderItemUid: 'item-2', itemPrice: 20_000 })];
      const mapped = invoice(flowReceipt({ lines, grandTotal: 27_000, totalSettlement: 27_000 }));
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
      const mapped = invoice(deposit);
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
      const mapped = invoice({ ...deposit, grandTotal: 200_000 });
      assert.deepEqual([mapped.amount, mapped.amountOutstanding, mapped.lineItems[0]?.placedPrice], [500, 0, 500]);
    });
  });

  describe('returns and exchanges', () => {
    it('are credit notes with amounts below zero, the money as Credit', () => {
      const receipt = flowReceipt({ type: 'RETURN', lines: [receiptLine({ quantity: -200 })], cashRounding: 30 });
      const mapped = invoice(receipt);
      assert.equal(mapped.isCreditNote, true);
      assert.deepEqual([mapped.amount, mapped.amountExcludingTax, mapped.amountRoundoff], [-200, -160, 0.3]);
      assert.deepEqual([mapped.lineItems[0]?.quantity, mapped.lineItems[0]?.placedPrice], [-2, 100]);
      assert.deepEqual([mapped.payments[0]?.transactionType, mapped.payments[0]?.amount], ['Credit', 199.7]);
    });

    it('are the same when Flow writes a return without signs', () => {
      const signed = flowReceipt({ type: 'RETURN', lines: [receiptLine({ quantity: -200 })] });
      const unsigned = flowReceipt({ type: 'RETURN', lines: [receiptLine({ quantity: 200 })] });
      assert.deepEqual(invoice(unsigned), invoice(signed));
    });

    it('carry the reason of a return', () => {
      const receipt = flowReceipt({ type: 'RETURN', lines: [receiptLine({ quantity: -100 })] });
      const order = orderOf(receipt, {
        items: [{ ...receiptLine({ quantity: -100 }), returnReasonCode: 'DEFECT', orderLinks: [] }],
      });
      assert.equal(invoice(receipt, { order }).lineItems[0]?.returnReason, 'DEFECT');
    });

    const exchange = (boughtPrice: number): OmniumInvoiceWrite =>
      invoice(
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

  describe('customer', () => {
    const address = { firstname: 'Kari', lastname: 'Nordmann', email: 'address@example.com' };
    const receipt = flowReceipt({ customerUid: 'c1', customerAddress: address });
    const who = (mapped: OmniumInvoiceWrite): (string | undefined)[] => [
      mapped.customerId,
      mapped.customerName,
      mapped.customerEmail,
      mapped.customerType,
    ];

    it('takes the contact person first, then the address, then the record', () => {
      const company = customer({
        customerType: 'COMPANY',
        companyName: 'Fjord AS',
        email: 'record@example.com',
        externalId: 'B-77',
      });
      const contact = {
        displayName: 'Ola Innkjøper',
        firstname: undefined,
        lastname: undefined,
        email: 'ola@example.com',
      };
      assert.deepEqual(who(invoice(receipt, { customer: company, contact })), [
        'B-77',
        'Ola Innkjøper',
        'ola@example.com',
        'Business',
      ]);
      assert.deepEqual(who(invoice(receipt, { customer: company })), [
        'B-77',
        'Kari Nordmann',
        'address@example.com',
        'Business',
      ]);
      const without = flowReceipt({ customerUid: 'c1' });
      assert.deepEqual(who(invoice(without, { customer: company })), [
        'B-77',
        'Fjord AS',
        'record@example.com',
        'Business',
      ]);
    });

    it('names Flow’s uid where Omnium has no other id, and says private or business', () => {
      const person = customer({ customerType: 'PERSON', firstname: 'Kari', lastname: 'Nordmann' });
      assert.deepEqual(who(invoice(receipt, { customer: person })).slice(0, 1), ['c1']);
      assert.equal(invoice(receipt, { customer: person }).customerType, 'Private');
      assert.equal(invoice(receipt, { customer: customer({ customerType: 'B2B' }) }).customerType, 'Business');
      assert.equal(invoice(receipt).customerType, 'Private');
      const company = flowReceipt({ customerAddress: { companyName: 'Fjord AS' } });
      assert.equal(invoice(company).customerType, 'Business');
    });

    it('tells nothing about a sale to nobody', () => {
      assert.deepEqual(who(invoice(flowReceipt())), [undefined, undefined, undefined, undefined]);
    });
  });

  describe('pre-payments of the web shop', () => {
    const uid = prepaymentUid('order-1', 'klarna/88');
    const klarna = { settlementUid: uid, settlementCode: 'EXTERNAL_KLARNA', amount: 6_000 };
    const cash = { settlementUid: 'paid-1', settlementCode: 'CASH', amount: 4_000 };
    const known = [{ ...klarna, externalId: 'klarna/88', orderReceiptUid: 'receipt-1' }];

    it('make no invoice when a receipt holds nothing else', () => {
      const receipt = flowReceipt({ settlements: [{ ...klarna, amount: 10_000 }] });
      const order = orderOf(receipt, { settlements: known });
      assert.equal(holdsOnlyPrepayments(receipt, order), true);
      assert.deepEqual(receiptsDue(order), []);
      // The same uid without Omnium's payment id behind it is none of ours.
      assert.equal(holdsOnlyPrepayments(receipt, orderOf(receipt)), false);
      assert.equal(holdsOnlyPrepayments(receipt, undefined), false);
    });

    it('stand beside what was paid in the shop under their id in Omnium', () => {
      const receipt = flowReceipt({ settlements: [klarna, cash] });
      const order = orderOf(receipt, { settlements: [...known, { ...cash, orderReceiptUid: 'receipt-1' }] });
      assert.equal(holdsOnlyPrepayments(receipt, order), false);
      assert.deepEqual(receiptsDue(order), [{ storeUid: 'oslocity', orderReceiptUid: 'receipt-1' }]);
      assert.deepEqual(
        invoice(receipt, { order }).payments.map(({ id, amount, paymentMethodName }) => [
          id,
          amount,
          paymentMethodName,
        ]),
        [
          ['klarna/88', 60, 'Klarna'],
          ['paid-1', 40, 'Cash'],
        ],
      );
    });

    it('an even exchange is due although no money changed hands; what has no receipt yet is not', () => {
      const receipt = flowReceipt();
      const even = { ...cash, amount: 0, orderReceiptUid: 'receipt-1' };
      assert.deepEqual(receiptsDue(orderOf(receipt, { settlements: [even, { ...even, settlementUid: 'paid-2' }] })), [
        { storeUid: 'oslocity', orderReceiptUid: 'receipt-1' },
      ]);
      assert.deepEqual(receiptsDue(orderOf(receipt, { settlements: [cash] })), []);
    });
  });

  it('an invoice that Omnium has as it was written does not differ; one with another amount, line or payment does', () => {
    const wanted = invoice(flowReceipt());
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
