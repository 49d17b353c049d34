import assert from 'node:assert/strict';
import { judgeCustomer } from '../../tools/day/compare/judge-customer';
import { judgeReceipt } from '../../tools/day/compare/judge-receipt';
import { judgeEnded, judgeHandOver, judgeTillOrder, type OmniumOrders } from '../../tools/day/compare/judge-till-order';
import { describeIntake, parseIntake } from '../../tools/day/compare/read-intake';
import { summarizeFlowCustomer, summarizeReceipt, summarizeTillOrder } from '../../tools/day/compare/read-flow-tills';
import {
  summarizeInvoice,
  summarizeOmniumCustomer,
  summarizeTillDocument,
} from '../../tools/day/compare/read-omnium-tills';
import { drawSweepTable, nameFound, type SweepTally } from '../../tools/day/compare/sweep-table';
import {
  type FlowTillLine,
  type FlowTillOrder,
  type InvoiceSummary,
  type OmniumTillOrder,
  type ReceiptSummary,
} from '../../tools/day/compare/till-summaries';
import { countByTenant, drawTillTable } from '../../tools/day/compare/till-table';
import { type TillVerdict, withLateness } from '../../tools/day/compare/till-verdict';
import { buildChain } from '../../sandbox/chain/build-chain';

const line = (change: Partial<FlowTillLine> = {}): FlowTillLine => ({
  orderItemUid: 'i1',
  sku: 'a',
  hundredths: 200,
  deliveredHundredths: 200,
  cents: 1_000,
  ...change,
});

const sale = (change: Partial<FlowTillOrder> = {}): FlowTillOrder => ({
  tenantUid: 'flow_no',
  marketId: 'NOR',
  storeId: 'oslo-city',
  orderUid: 'S1',
  type: 'ORDER',
  orderState: 'COMPLETE',
  isSettled: true,
  lines: [line()],
  totalCents: 1_000,
  roundingCents: 0,
  settlements: new Map([['p1', 1_000]]),
  ...change,
});

const copy = (change: Partial<OmniumTillOrder> = {}): OmniumTillOrder => ({
  orderId: 'S1',
  orderNumber: 'S1',
  marketId: 'NOR',
  storeId: 'oslo-city',
  orderType: 'Pos',
  status: 'Completed',
  isCancelled: false,
  lines: [{ lineItemId: 'i1', code: 'a', hundredths: 200, deliveredHundredths: 200 }],
  totalCents: 1_000,
  payments: [{ paymentId: 'p1', cents: 1_000 }],
  returns: [],
  ...change,
});

const orders = (...all: OmniumTillOrder[]): OmniumOrders => ({
  byFlowUid: (uid) => all.filter(({ orderId, flowOrderUid }) => orderId === uid || flowOrderUid === uid),
  byNumber: (number) => all.find(({ orderNumber }) => orderNumber === number),
});

const judge = (flow: FlowTillOrder, omnium: OmniumOrders, ...others: FlowTillOrder[]): TillVerdict =>
  judgeTillOrder(flow, new Map([flow, ...others].map((order) => [order.orderUid, order])), omnium);

describe('judging a sale of the tills', () => {
  it('finds nothing wrong with one that is the same to the cent', () => {
    const verdict = judge(sale(), orders(copy()));
    assert.deepEqual(
      [verdict.kind, verdict.issue, verdict.flowCents, verdict.omniumCents],
      ['sale', undefined, 1_000, 1_000],
    );
  });

  it('counts cash rounding as part of what was taken', () => {
    const rounded = sale({ roundingCents: -3, settlements: new Map([['p1', 997]]) });
    assert.equal(
      judge(rounded, orders(copy({ totalCents: 997, payments: [{ paymentId: 'p1', cents: 997 }] }))).issue,
      undefined,
    );
    assert.match(judge(rounded, orders(copy())).issue?.why ?? '', /total: Omnium 10.00, Flow 9.97/);
  });

  it('takes a later return for no difference, and nothing else for a return', () => {
    const back = { rmaNumber: 'R1', totalCents: 500, quantities: new Map([['a', 100]]) };
    assert.equal(judge(sale(), orders(copy({ status: 'PartiallyReturned', returns: [back] }))).issue, undefined);
    assert.match(judge(sale(), orders(copy({ status: 'PartiallyReturned' }))).issue?.why ?? '', /status/);
  });

  const wrong: readonly (readonly [string, FlowTillOrder, readonly OmniumTillOrder[], string, RegExp])[] = [
    ['absent', sale(), [], 'missing', /not in Omnium/],
    ['there under two ids', sale(), [copy(), copy({ orderId: 'X', flowOrderUid: 'S1' })], 'duplicated', /S1, X/],
    ['a cent off', sale(), [copy({ totalCents: 1_001 })], 'differing', /total: Omnium 10.01, Flow 10.00/],
    ['of another store', sale(), [copy({ storeId: 'bergen' })], 'differing', /store bergen instead of oslo-city/],
    ['of another market', sale(), [copy({ marketId: 'SWE' })], 'differing', /market SWE/],
    ['not completed', sale(), [copy({ status: 'New' })], 'differing', /status New/],
    ['without a payment', sale(), [copy({ payments: [] })], 'differing', /p1 of 10.00 is not in Omnium/],
    [
      'paid twice',
      sale(),
      [copy({ payments: [1, 2].map(() => ({ paymentId: 'p1', cents: 1_000 })) })],
      'differing',
      /p1 is there 2 times/,
    ],
    [
      'paid from nowhere',
      sale(),
      [copy({ payments: [...copy().payments, { paymentId: 'q', cents: 5 }] })],
      'differing',
      /q only in Omnium/,
    ],
    [
      'short of pieces',
      sale({ lines: [line({ hundredths: 250 })] }),
      [copy()],
      'differing',
      /quantity of a \(Omnium 2, Flow 2.5\)/,
    ],
    ['without its customer', sale({ customerUid: 'c1' }), [copy()], 'differing', /customer/],
  ];
  for (const [name, flow, omnium, kind, why] of wrong) {
    it(`tells one that is ${name}`, () => {
      const { issue } = judge(flow, orders(...omnium));
      assert.equal(issue?.kind, kind);
      assert.match(issue?.why ?? '', why);
    });
  }

  it('wants one line of money for a payment without goods', () => {
    const payment = sale({ type: 'PAYMENT', lines: [line({ sku: 'SHIPPING', hundredths: 100 })] });
    const money = { lineItemId: 'i1', code: 'REMITTANCE', hundredths: 100, deliveredHundredths: 100 };
    assert.equal(judge(payment, orders(copy({ lines: [money] }))).issue, undefined);
    assert.match(judge(payment, orders(copy())).issue?.why ?? '', /quantity of a/);
  });

  it('wants nothing in Omnium of what was put aside and not paid', () => {
    const parked = sale({ orderState: 'PARKED', isSettled: false, settlements: new Map() });
    assert.deepEqual([judge(parked, orders()).kind, judge(parked, orders()).issue], ['unfinished', undefined]);
    assert.match(judge(parked, orders(copy())).issue?.why ?? '', /PARKED and not paid in Flow/);
    const cancelled = { ...parked, orderState: 'CANCELLED' };
    assert.equal(judge(cancelled, orders(copy({ isCancelled: true }))).issue, undefined);
    assert.equal(judge(cancelled, orders(copy())).issue?.kind, 'differing');
  });
});

describe('judging a return of the tills', () => {
  const back = line({ hundredths: -100, cents: -500, originalOrderUid: 'S1' });
  const returned = sale({
    orderUid: 'R1',
    type: 'RETURN',
    storeId: 'bergen',
    lines: [back],
    totalCents: -500,
    settlements: new Map([['p9', -500]]),
  });
  const form = { rmaNumber: 'R1', storeId: 'bergen', totalCents: 500, quantities: new Map([['a', 100]]) };

  it('finds it among the returns of its sale, once and to the cent', () => {
    const verdict = judge(returned, orders(copy({ returns: [form] })), sale());
    assert.deepEqual(
      [verdict.kind, verdict.issue, verdict.flowCents, verdict.omniumCents],
      ['return', undefined, 500, 500],
    );
    assert.deepEqual(verdict.orderNumbers, ['S1', 'R1']);
  });

  it('looks for it on the web order that the goods were bought with', () => {
    const web = sale({ externalOrderNumber: 'W-1' });
    const verdict = judge(returned, orders(copy({ orderId: 'W-1', orderNumber: 'W-1', returns: [form] })), web);
    assert.equal(verdict.issue, undefined);
    assert.equal(verdict.orderNumbers[0], 'W-1');
  });

  const wrong: readonly (readonly [string, readonly (typeof form)[], string, RegExp])[] = [
    ['absent', [{ ...form, rmaNumber: 'R2' }], 'missing', /not among the returns of S1/],
    ['there twice', [form, form], 'duplicated', /2 times/],
    ['a cent off', [{ ...form, totalCents: 499 }], 'differing', /credited: Omnium 4.99, Flow 5.00/],
    ['in another store', [{ ...form, storeId: 'oslo-city' }], 'differing', /store oslo-city instead of bergen/],
    ['of more pieces', [{ ...form, quantities: new Map([['a', 200]]) }], 'differing', /returned quantity of a/],
  ];
  for (const [name, returns, kind, why] of wrong) {
    it(`tells one that is ${name}`, () => {
      const { issue } = judge(returned, orders(copy({ returns })), sale());
      assert.equal(issue?.kind, kind);
      assert.match(issue?.why ?? '', why);
    });
  }

  it('wants the new goods of an exchange as an order of their own', () => {
    const bought = line({ orderItemUid: 'i2', sku: 'b', hundredths: 100, cents: 1_500 });
    const exchange = sale({
      ...returned,
      storeId: 'bergen',
      lines: [back, bought],
      totalCents: 1_000,
      settlements: new Map([['p9', 1_000]]),
    });
    const goods = copy({
      orderId: 'R1',
      storeId: 'bergen',
      lines: [{ lineItemId: 'i2', code: 'b', hundredths: 100, deliveredHundredths: 100 }],
      totalCents: 1_500,
      payments: [{ paymentId: 'p9', cents: 1_000 }],
    });
    const judged = (...found: OmniumTillOrder[]): TillVerdict => judge(exchange, orders(...found), sale());
    assert.deepEqual(
      [judged(copy({ returns: [form] }), goods).kind, judged(copy({ returns: [form] }), goods).issue],
      ['exchange', undefined],
    );
    assert.match(judged(copy({ returns: [form] })).issue?.why ?? '', /new goods are not in Omnium/);
    assert.match(
      judged(copy({ returns: [form] }), { ...goods, totalCents: 1_499 }).issue?.why ?? '',
      /new goods: Omnium 14.99/,
    );
    assert.equal(judged(copy(), goods).issue?.kind, 'missing');
    const given = { ...exchange, settlements: new Map([['p9', -200]]) };
    assert.equal(judge(given, orders(copy({ returns: [form] }), { ...goods, payments: [] }), sale()).issue, undefined);
  });

  it('wants a return without a sale as an order with negative quantities', () => {
    const blind = { ...returned, lines: [line({ hundredths: -100, cents: -500 })] };
    const found = copy({
      orderId: 'R1',
      storeId: 'bergen',
      lines: [{ lineItemId: 'i1', code: 'a', hundredths: -100, deliveredHundredths: -100 }],
      totalCents: -500,
      payments: [{ paymentId: 'p9', cents: -500 }],
    });
    assert.deepEqual([judge(blind, orders(found)).kind, judge(blind, orders(found)).issue], ['blindReturn', undefined]);
    assert.equal(judge(blind, orders()).issue?.kind, 'missing');
  });
});

describe('judging a web order that the tills had to do with', () => {
  const web = sale({ externalOrderNumber: 'W-1', settlements: new Map([['p1', 1_000]]) });
  const inOmnium = copy({ orderId: 'W-1', orderNumber: 'W-1', orderType: 'ClickAndCollect' });

  it('compares what was handed over and the money that was taken', () => {
    assert.deepEqual(
      [judgeHandOver(web, inOmnium)?.kind, judgeHandOver(web, inOmnium)?.issue],
      ['handOver', undefined],
    );
    const halfDone = {
      ...inOmnium,
      status: 'InProgress',
      lines: [{ lineItemId: 'i1', code: 'a', hundredths: 200, deliveredHundredths: 100 }],
    };
    assert.match(
      judgeHandOver(web, halfDone)?.issue?.why ?? '',
      /delivered quantity of a \(Omnium 1, Flow 2\); status InProgress/,
    );
    const part = { ...web, orderState: 'PARKED', lines: [line({ deliveredHundredths: 100 })] };
    assert.deepEqual(
      [judgeHandOver(part, halfDone)?.kind, judgeHandOver(part, halfDone)?.issue],
      ['partHandOver', undefined],
    );
    assert.match(judgeHandOver(part, inOmnium)?.issue?.why ?? '', /status Completed in Omnium, PARKED in Flow/);
  });

  it('leaves the money of the web shop out, and wants that of the till once', () => {
    const prepaid = { ...inOmnium, payments: [...inOmnium.payments, { paymentId: 'klarna', cents: 77 }] };
    assert.equal(judgeHandOver(web, prepaid)?.issue, undefined);
    assert.match(judgeHandOver(web, { ...inOmnium, payments: [] })?.issue?.why ?? '', /p1 of 10.00/);
  });

  it('has nothing to say of one that no till has touched', () => {
    const waiting = {
      ...web,
      orderState: 'PARKED',
      lines: [line({ deliveredHundredths: 0 })],
      settlements: new Map<string, number>(),
    };
    assert.equal(judgeHandOver(waiting, inOmnium), undefined);
  });

  it('wants refused orders cancelled and those that nobody fetched not collected', () => {
    const ended = (end: 'refused' | 'expired', flow: FlowTillOrder[], found?: OmniumTillOrder): string | undefined =>
      judgeEnded({ tenantUid: 'flow_no', orderNumber: 'W-1', end }, flow, found).issue?.why;
    const cancelled = { ...inOmnium, isCancelled: true, status: 'OrderCanceled' };
    assert.equal(ended('refused', [{ ...web, orderState: 'CANCELLED' }], cancelled), undefined);
    assert.match(ended('refused', [web], cancelled) ?? '', /COMPLETE in Flow/);
    assert.match(ended('refused', [], inOmnium) ?? '', /Completed in Omnium/);
    assert.equal(ended('expired', [], { ...cancelled, status: 'NotCollected' }), undefined);
    assert.match(ended('expired', [], cancelled) ?? '', /OrderCanceled in Omnium/);
  });
});

describe('judging receipts and customers', () => {
  const receipt = (change: Partial<ReceiptSummary> = {}): ReceiptSummary => ({
    tenantUid: 'flow_no',
    orderReceiptUid: 'r1',
    orderUid: 'S1',
    voucherNumber: '77',
    type: 'ORDER',
    totalCents: 1_000,
    paidCents: 1_000,
    isPrepaidOnly: false,
    ...change,
  });
  const invoice = (change: Partial<InvoiceSummary> = {}): InvoiceSummary => ({
    invoiceId: 'r1',
    invoiceNumber: '77',
    orderId: 'S1',
    amountCents: 1_000,
    isCreditNote: false,
    codes: ['a'],
    assetIds: ['r1'],
    ...change,
  });

  it('wants one invoice with one file and the same amount for each receipt', () => {
    assert.equal(judgeReceipt(receipt(), [invoice()])?.issue, undefined);
    const why = (of: ReceiptSummary, ...found: InvoiceSummary[]): string => judgeReceipt(of, found)?.issue?.why ?? '';
    assert.match(why(receipt()), /has no invoice/);
    assert.match(why(receipt(), invoice(), invoice({ invoiceId: 'r2' })), /2 invoices: r1, r2/);
    assert.match(why(receipt(), invoice({ amountCents: 999 })), /amount: Omnium 9.99/);
    assert.match(why(receipt(), invoice({ assetIds: [] })), /0 files instead of 1/);
    assert.match(why(receipt(), invoice({ assetIds: ['r1', 'x'] })), /2 files/);
    assert.match(why(receipt(), invoice({ invoiceNumber: '78' })), /number 78 instead of 77/);
    assert.match(why(receipt({ totalCents: -1_000 }), invoice({ amountCents: -1_000 })), /credit note/);
    assert.equal(why(receipt({ totalCents: -1_000 }), invoice({ amountCents: -1_000, isCreditNote: true })), '');
    assert.match(why(receipt({ type: 'PAYMENT', paidCents: 300 }), invoice({ amountCents: 300 })), /lines a/);
    assert.equal(
      why(receipt({ type: 'PAYMENT', paidCents: 300 }), invoice({ amountCents: 300, codes: ['REMITTANCE'] })),
      '',
    );
  });

  it('wants no invoice for money that the web shop took', () => {
    assert.equal(judgeReceipt(receipt({ isPrepaidOnly: true }), []), undefined);
    assert.equal(judgeReceipt(receipt({ isPrepaidOnly: true }), [invoice()])?.issue?.kind, 'differing');
  });

  it('compares customers by field names and tells no values', () => {
    const fields = { firstName: 'Astrid', email: 'a@example.com' };
    const pair = { tenantUid: 'flow_no', customerUid: 'C1', inFlow: { externalId: 'C1', fields } };
    assert.equal(
      judgeCustomer({ ...pair, inOmnium: [{ customerId: 'C1', fields: { ...fields, phone: '1' } }] }).issue,
      undefined,
    );
    assert.equal(judgeCustomer({ ...pair, inOmnium: [] }).issue?.kind, 'missing');
    const twice = [1, 2].map((id) => ({ customerId: `C${id}`, fields }));
    assert.equal(judgeCustomer({ ...pair, inOmnium: twice }).issue?.kind, 'duplicated');
    const other =
      judgeCustomer({ ...pair, inOmnium: [{ customerId: 'C2', fields: { firstName: 'Berit' } }] }).issue?.why ?? '';
    assert.match(other, /firstName, email; Flow does not have the id/);
    assert.ok(!/Astrid|Berit|example/.test(other));
  });

  it('wants nothing personal left of a customer that Flow has deleted', () => {
    const gone = { tenantUid: 'flow_no', customerUid: 'C1' };
    assert.equal(judgeCustomer({ ...gone, inOmnium: [] }).issue, undefined);
    assert.equal(
      judgeCustomer({ ...gone, inOmnium: [{ customerId: 'C1', fields: { marketGroupId: 'N' } }] }).issue,
      undefined,
    );
    const left = judgeCustomer({ ...gone, inOmnium: [{ customerId: 'C1', fields: { email: 'a@example.com' } }] });
    assert.match(left.issue?.why ?? '', /still has: email$/);
  });
});

describe('reading the documents of the tills', () => {
  const chain = buildChain({ seed: 1, products: 20 });
  const [market] = chain.markets;
  assert.ok(market);
  const store = chain.stores.find(({ marketId }) => marketId === market.marketId);
  assert.ok(store);

  it('reduces a Flow order, with packages as their parts and without the web shop’s money', () => {
    const item = { productType: 'STOCK', quantityDelivered: 100, orderLinks: [] };
    const summary = summarizeTillOrder(
      {
        orderUid: 'S1',
        storeUid: store.storeId.replaceAll('-', ''),
        externalOrderNumber: null,
        type: 'RETURN',
        orderState: 'COMPLETE',
        settleState: 'SETTLED',
        customerUid: 'c1',
        items: [
          { ...item, orderItemUid: '1', sku: 'pack', quantity: 100, totalPrice: 0 },
          { ...item, orderItemUid: '2', sku: 'a', quantity: 100, totalPrice: 500, parentOrderItemUid: '1' },
          {
            ...item,
            orderItemUid: '3',
            sku: 'b',
            quantity: -100,
            totalPrice: -200,
            orderLinks: [{ orderUid: 'S0', orderItemUid: '9' }],
          },
        ],
        settlements: [
          { settlementUid: 'p1', amount: 303, settlementCode: 'CASH' },
          { settlementUid: 'p2', amount: 7, settlementCode: 'EXTERNAL_KLARNA' },
          { settlementUid: 'p3', amount: 0, settlementCode: 'CASH' },
        ],
        orderTotals: { totalAmount: 300, cashRounding: 3 },
      },
      { market, stores: chain.stores },
    );
    assert.equal(summary.storeId, store.storeId);
    assert.deepEqual(
      summary.lines.map(({ sku, hundredths, originalOrderUid }) => [sku, hundredths, originalOrderUid]),
      [
        ['a', 100, undefined],
        ['b', -100, 'S0'],
      ],
    );
    assert.deepEqual([...summary.settlements], [['p1', 303]]);
    assert.deepEqual([summary.totalCents, summary.roundingCents, summary.externalOrderNumber], [300, 3, undefined]);
  });

  it('reduces an Omnium order with its returns and payments', () => {
    const summary = summarizeTillDocument({
      id: 'S1',
      orderNumber: 'S1',
      marketId: 'NOR',
      storeId: 'oslo',
      orderType: 'Pos',
      status: 'Completed',
      properties: [{ key: 'Flow.orderUid', value: 'S1' }],
      returnOrderForms: [
        {
          rmaNumber: 'R1',
          storeId: 'oslo',
          total: 5.1,
          lineItems: [{ lineItemId: '1', code: 'a', quantity: 2, returnQuantity: 0.5 }],
        },
      ],
      orderForm: {
        total: 10.2,
        lineItems: [{ lineItemId: '1', code: 'a', quantity: 2, deliveredQuantity: 1.5 }],
        payments: [
          { id: 'p1', amount: 10.2, transactionType: 'Sale', status: 'Processed' },
          { id: 'p2', amount: 1, transactionType: 'Credit', status: 'Processed' },
          { id: 'p3', amount: 9, transactionType: 'Authorization' },
          { id: 'p4', amount: 9, transactionType: 'Sale', status: 'Failed' },
        ],
      },
    });
    assert.deepEqual(summary.payments, [
      { paymentId: 'p1', cents: 1_020 },
      { paymentId: 'p2', cents: -100 },
    ]);
    assert.equal(summary.flowOrderUid, 'S1');
    assert.deepEqual(summary.lines[0], { lineItemId: '1', code: 'a', hundredths: 200, deliveredHundredths: 150 });
    assert.deepEqual([summary.returns[0]?.totalCents, summary.returns[0]?.quantities.get('a')], [510, 50]);
  });

  it('reduces receipts and invoices', () => {
    const document = {
      orderReceiptUid: 'r',
      orderUid: 'S',
      voucherNumber: '7',
      type: 'ORDER',
      grandTotal: 5,
      totalSettlement: 5,
    };
    const prepaid = (...codes: string[]): boolean =>
      summarizeReceipt({ ...document, settlements: codes.map((settlementCode) => ({ settlementCode })) }, 't')
        .isPrepaidOnly;
    assert.deepEqual([prepaid(), prepaid('EXTERNAL_WEB'), prepaid('EXTERNAL_WEB', 'CASH')], [false, true, false]);
    const invoice = summarizeInvoice({
      id: 'r',
      invoiceNumber: '7',
      amount: -1.5,
      isCreditNote: true,
      lineItems: [{ code: 'a' }],
      assets: [{ id: 'r' }],
    });
    assert.deepEqual(invoice, {
      invoiceId: 'r',
      invoiceNumber: '7',
      amountCents: -150,
      isCreditNote: true,
      codes: ['a'],
      assetIds: ['r'],
    });
  });

  it('names the fields of a customer the same in both systems', () => {
    const address = { address: 'Gate 1', city: 'Oslo', postalCode: '0357', countryCode: 'SE' };
    const flow = summarizeFlowCustomer(
      {
        customerType: 'PERSON',
        externalId: 'c-1',
        firstname: 'A',
        lastname: 'B',
        email: 'a@example.com',
        mobile: '+471',
        loyaltyId: 'L',
        ...address,
      },
      { countryCode: 'NO', marketGroupId: 'NORDIC' },
    );
    const omnium = summarizeOmniumCustomer({
      customerId: 'c-1',
      firstName: 'A',
      lastName: 'B',
      email: 'a@example.com',
      phone: '+471',
      customerNumber: 'L',
      marketGroupId: 'NORDIC',
      address: { line1: 'Gate 1', city: 'Oslo', postalCode: '0357', countryCode: 'NO' },
    });
    assert.deepEqual(flow.fields, omnium.fields);
    assert.equal(flow.externalId, omnium.customerId);
    const externalIds = [{ providerName: 'Voyado', id: 'L' }];
    assert.equal(
      summarizeOmniumCustomer({ customerId: 'c', customerNumber: 'own', externalIds }).fields.loyaltyId,
      'L',
    );
    const company = summarizeFlowCustomer(
      { customerType: 'COMPANY', companyName: 'C', vatNumber: '9', ...address },
      { countryCode: 'NO' },
    );
    assert.deepEqual(
      [company.fields.name, company.fields.taxId, company.fields['address.countryCode']],
      ['C', '9', 'SE'],
    );
  });
});

describe('the tables of the tills', () => {
  const verdict = (tenantUid: string, more: Partial<TillVerdict> = {}): TillVerdict => ({
    kind: 'sale',
    tenantUid,
    document: 'S1',
    orderNumbers: ['S1'],
    flowCents: 1_000,
    omniumCents: 1_000,
    ...more,
  });

  it('counts each document in exactly one tenant and kind', () => {
    const missing = verdict('se', { omniumCents: 0, issue: { kind: 'missing', why: '' } });
    const verdicts = [verdict('no'), verdict('no'), missing, verdict('se', { kind: 'return' })];
    const counts = countByTenant(verdicts, [
      { tenantUid: 'no', name: 'Norway' },
      { tenantUid: 'se', name: 'Sweden' },
    ]);
    assert.deepEqual(counts.total.kinds.sale, { inFlow: 3, right: 2, flowCents: 3_000, omniumCents: 2_000 });
    assert.equal(counts.total.issues.missing, 1);
    const drawn = drawTillTable(counts);
    assert.match(drawn, /Sales at the tills +│ +2 │ +1 │ +3 │/);
    assert.match(drawn, /taken, in Flow +│ +20.00 │ +10.00 │ +│/);
    assert.match(drawn, /MISSING in Omnium +│ +0 │ +1 │ +1 │/);
    assert.ok(!drawn.includes('Exchanges'));
  });

  it('calls late what is still under way, and only that', () => {
    const missing = verdict('no', { issue: { kind: 'missing', why: 'is not in Omnium' } });
    assert.equal(withLateness(missing, new Set(['S1'])).issue?.kind, 'late');
    assert.equal(withLateness(missing, new Set(['S2'])).issue?.kind, 'missing');
    const twice = verdict('no', { issue: { kind: 'duplicated', why: '' } });
    assert.equal(withLateness(twice, new Set(['S1'])).issue?.kind, 'duplicated');
    assert.equal(withLateness(verdict('no'), new Set(['S1'])).issue, undefined);
  });

  it('says what the sweeps found and why no webhook had told', () => {
    const tally: SweepTally = {
      stream: 'flow-orders',
      runs: 4,
      looked: 90,
      found: 2,
      inProgress: 0,
      failedToLook: 0,
      calls: 300,
      names: ['W-1', 'S7'],
      failedNames: [],
    };
    assert.match(drawSweepTable([tally]), /flow-orders +│ +4 │ +90 │ +2 │/);
    assert.deepEqual(nameFound([tally], new Map([['W-1', 'refused at the till']])), [
      'W-1 (flow-orders): refused at the till',
      'S7 (flow-orders): its webhook was lost',
    ]);
  });

  it('reads what the intake did with the events', () => {
    const text = (recorded: number): string =>
      [
        '# HELP intake_events_total Webhook events by what became of them',
        `intake_events_total{tenant="a",sender="flow",outcome="recorded"} ${recorded}`,
        'intake_events_total{tenant="b",sender="flow",outcome="recorded"} 5',
        'intake_events_total{tenant="a",sender="flow",outcome="ignored"} 7',
        'intake_events_total{tenant="a",sender="omnium",outcome="ignored"} 1',
        'intake_answer_seconds_count{sender="flow",status="202"} 99',
      ].join('\n');
    assert.deepEqual(describeIntake(parseIntake(text(10)), parseIntake(text(4))), [
      'Events from Flow: 0 ignored (our own writes, or none of ours), 6 recorded.',
      'Events from Omnium: 0 ignored (our own writes, or none of ours).',
    ]);
  });
});
