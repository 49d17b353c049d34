import assert from 'node:assert/strict';
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import type { FlowReceipt } from '../../../src/clients/flow/receipts';
import type { OmniumInvoiceWrite } from '../../../src/clients/omnium/invoices';
import { mapReceiptToInvoice } from '../../../src/activities/orders/mapping/receipt-to-invoice';
import { TILL, flowReceipt, orderOf, receiptLine } from '../../support/flow-receipt';

/** Lines as tills make them: any price, pieces and parts of pieces, discounts up to the whole line, both directions. */
const anyLine = fc
  .record({
    quantity: fc.oneof(
      fc.integer({ min: 1, max: 20 }).map((pieces) => pieces * 100),
      fc.integer({ min: 1, max: 999 }),
    ),
    itemPrice: fc.integer({ min: 0, max: 5_000_000 }),
    discount: fc.double({ min: 0, max: 1, noNaN: true }),
    vatRate: fc.constantFrom(0, 1200, 1500, 2500, 2550),
    isPart: fc.boolean(),
  })
  .map((line) => ({ ...line, gross: Math.round((line.itemPrice * line.quantity) / 100) }));

const anyReceipt = fc
  .record({
    lines: fc.array(fc.tuple(anyLine, fc.boolean()), { minLength: 1, maxLength: 12 }),
    type: fc.constantFrom('ORDER', 'RETURN', 'EXCHANGE', 'UNSIGNED'),
    orderDiscount: fc.double({ min: 0, max: 0.5, noNaN: true }),
    cashRounding: fc.integer({ min: -50, max: 50 }),
    cashShare: fc.double({ min: 0, max: 1, noNaN: true }),
    includeMainPackage: fc.boolean(),
  })
  .map(({ lines, type, orderDiscount, cashRounding, cashShare, includeMainPackage }) => {
    const items = lines.map(([line, comesBack], index): Record<string, unknown> => {
      const { quantity, itemPrice, discount, vatRate, gross, isPart } = line;
      const sign = type === 'RETURN' || (type === 'EXCHANGE' && comesBack) ? -1 : 1;
      return {
        ...receiptLine({
          orderItemUid: `i${index}`,
          sku: `S${index}`,
          quantity: sign * quantity,
          itemPrice,
          itemDiscountAmount: sign * Math.floor(gross * discount),
          vatRate,
        }),
        ...(isPart && index > 0 && { parentOrderItemUid: 'i0' }),
      };
    });
    const ofLines = items.reduce((sum, line) => sum + Number(line['totalPrice']), 0);
    const grandTotal = ofLines - Math.trunc(ofLines * orderDiscount);
    const paid = grandTotal + cashRounding;
    const cash = Math.trunc(paid * cashShare);
    const receipt = flowReceipt({
      lines: items,
      type: type === 'ORDER' ? 'ORDER' : 'RETURN',
      grandTotal,
      cashRounding,
      totalSettlement: paid,
      settlements: [
        { settlementUid: 'p1', settlementCode: 'CASH', amount: cash },
        { settlementUid: 'p2', settlementCode: 'CARD', amount: paid - cash },
      ],
    });
    // Not told to be paid, so that what is open follows from the sums.
    const order = orderOf(receipt, { items, settleState: 'PARTIALLY_SETTLED' });
    return { receipt, order, includeMainPackage };
  });

function invoiceOf({
  receipt,
  order,
  includeMainPackage,
}: typeof anyReceipt extends fc.Arbitrary<infer T> ? T : never) {
  return mapReceiptToInvoice(receipt, order, 'order-1', { ...TILL, includeMainPackage });
}

/** By Omnium's documented arithmetic (omnium-api.md §3.3), exactly. */
function sumOfLines({ lineItems }: OmniumInvoiceWrite): string {
  return lineItems
    .reduce(
      (sum, line) => sum.plus(new Decimal(line.quantity).times(line.placedPrice).minus(line.discounted ?? 0)),
      ZERO,
    )
    .toFixed();
}

function sumOfPayments({ payments }: OmniumInvoiceWrite): string {
  return payments
    .reduce((sum, { amount, transactionType }) => sum.plus(transactionType === 'Credit' ? -amount : amount), ZERO)
    .toFixed();
}

const ZERO = new Decimal(0);
const inMajor = (cents: number): string => new Decimal(cents).dividedBy(100).toFixed();

/** The way the receipt's money went: a return without signs is one all the same. */
function signOf({ type, items }: FlowReceipt): 1 | -1 {
  return type === 'RETURN' && items.every(({ quantity }) => quantity > 0) ? -1 : 1;
}

describe('sums of invoices', () => {
  it('equal the receipt’s to the cent, whatever was sold, taken back, discounted or rounded', () => {
    fc.assert(
      fc.property(anyReceipt, (given) => {
        const invoice = invoiceOf(given);
        const { receipt } = given;
        const sign = signOf(receipt);
        // An unsigned return holds its amounts as sizes.
        const total = sign === -1 ? -Math.abs(receipt.grandTotal) : receipt.grandTotal;
        assert.equal(inMajor(total), new Decimal(invoice.amount).toFixed());
        assert.equal(sumOfLines(invoice), inMajor(total));
        const vat = sign * (receipt.totalVatAmount ?? 0);
        assert.equal(new Decimal(invoice.amountExcludingTax ?? Number.NaN).toFixed(), inMajor(total - vat));
        if (sign === 1) {
          assert.equal(new Decimal(invoice.amountRoundoff ?? 0).toFixed(), inMajor(receipt.cashRounding ?? 0));
          assert.equal(sumOfPayments(invoice), inMajor(receipt.totalSettlement ?? 0));
          assert.equal(invoice.amountOutstanding, 0);
        }
        assert.equal(invoice.isCreditNote, total < 0);
        assert.ok(invoice.lineItems.every(({ placedPrice }) => placedPrice >= 0));
      }),
      { numRuns: 600 },
    );
  });

  it('of a return without signs equal those of the same return with signs', () => {
    fc.assert(
      fc.property(fc.array(anyLine, { minLength: 1, maxLength: 6 }), (lines) => {
        const make = (sign: 1 | -1): OmniumInvoiceWrite => {
          const items = lines.map(({ quantity, itemPrice, discount, gross, vatRate }, index) =>
            receiptLine({
              orderItemUid: `i${index}`,
              quantity: sign * quantity,
              itemPrice,
              itemDiscountAmount: sign * Math.floor(gross * discount),
              vatRate,
            }),
          );
          const receipt = flowReceipt({ type: 'RETURN', lines: items });
          return invoiceOf({ receipt, order: orderOf(receipt), includeMainPackage: false });
        };
        assert.deepEqual(make(1), make(-1));
      }),
      { numRuns: 200 },
    );
  });
});
