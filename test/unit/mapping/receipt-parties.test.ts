import assert from 'node:assert/strict';
import { flowCustomerSchema, type FlowCustomer } from '../../../src/clients/flow/customers';
import type { OmniumInvoiceWrite } from '../../../src/clients/omnium/invoices';
import { holdsOnlyPrepayments, receiptsDue } from '../../../src/activities/orders/mapping/receipt-to-invoice';
import { prepaymentUid } from '../../../src/activities/orders/mapping/till-to-omnium';
import { flowReceipt, invoiceOf, orderOf } from '../../support/flow-receipt';

const customer = (members: Record<string, unknown>): FlowCustomer =>
  flowCustomerSchema.parse({ customerUid: 'c1', ...members });

describe('whose invoice a receipt becomes', () => {
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
    const customerContact = {
      displayName: 'Ola Innkjøper',
      firstname: undefined,
      lastname: undefined,
      email: 'ola@example.com',
    };
    assert.deepEqual(who(invoiceOf(receipt, { customer: company, order: orderOf(receipt, { customerContact }) })), [
      'B-77',
      'Ola Innkjøper',
      'ola@example.com',
      'Business',
    ]);
    assert.deepEqual(who(invoiceOf(receipt, { customer: company })), [
      'B-77',
      'Kari Nordmann',
      'address@example.com',
      'Business',
    ]);
    const without = flowReceipt({ customerUid: 'c1' });
    assert.deepEqual(who(invoiceOf(without, { customer: company })), [
      'B-77',
      'Fjord AS',
      'record@example.com',
      'Business',
    ]);
  });

  it('names Flow’s uid where Omnium has no other id, and says private or business', () => {
    const person = customer({ customerType: 'PERSON', firstname: 'Kari', lastname: 'Nordmann' });
    assert.deepEqual(who(invoiceOf(receipt, { customer: person })).slice(0, 1), ['c1']);
    assert.equal(invoiceOf(receipt, { customer: person }).customerType, 'Private');
    assert.equal(invoiceOf(receipt, { customer: customer({ customerType: 'B2B' }) }).customerType, 'Business');
    assert.equal(invoiceOf(receipt).customerType, 'Private');
    const company = flowReceipt({ customerAddress: { companyName: 'Fjord AS' } });
    assert.equal(invoiceOf(company).customerType, 'Business');
  });

  it('tells nothing about a sale to nobody', () => {
    assert.deepEqual(who(invoiceOf(flowReceipt())), [undefined, undefined, undefined, undefined]);
  });
});

describe('pre-payments of the web shop on receipts', () => {
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
      invoiceOf(receipt, { order }).payments.map(({ id, amount, paymentMethodName }) => [
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
