import assert from 'node:assert/strict';
import { judgeOrder, type Verdict, withKnownReason } from '../../tools/day/compare/judge-order';
import { summarizeFlowOrder } from '../../tools/day/compare/read-flow';
import { summarizeOmniumOrder } from '../../tools/day/compare/read-omnium';
import { type FlowSummary, type OmniumSummary } from '../../tools/day/compare/summaries';
import { countByMarket, drawTable } from '../../tools/day/compare/table';

const omnium = (change: Partial<OmniumSummary> = {}): OmniumSummary => ({
  orderNumber: '1',
  marketId: 'NOR',
  orderType: 'ClickAndCollect',
  isCancelled: false,
  isNotCollected: false,
  quantities: new Map([['a', 200]]),
  orderedQuantities: new Map([['a', 200]]),
  totalCents: 1_000,
  paidCents: 0,
  hasCustomer: true,
  ...change,
});

const flow = (change: Partial<FlowSummary> = {}): FlowSummary => ({
  tenantUid: 'flow_no',
  orderUid: '1',
  orderNumber: '1',
  orderState: 'PARKED',
  isSettled: false,
  isPrepaid: false,
  quantities: new Map([['a', 200]]),
  totalCents: 1_000,
  roundingCents: 0,
  paidCents: 0,
  hasCustomer: true,
  repeatedParts: [],
  ...change,
});

const paid = { isSettled: true, paidCents: 1_000 };

describe('judging an order of the trading day', () => {
  const agreeing: readonly (readonly [string, OmniumSummary, readonly FlowSummary[], string])[] = [
    ['parked', omnium(), [flow()], 'parked'],
    ['confirmed', omnium({ orderType: 'OnlineOrder' }), [flow({ orderState: 'CONFIRMED' })], 'confirmed'],
    ['paid', omnium({ orderType: 'Bopis', paidCents: 1_000 }), [flow(paid)], 'paid'],
    ['complete', omnium({ paidCents: 1_000 }), [flow({ ...paid, orderState: 'COMPLETE' })], 'paid'],
    ['cancelled in both', omnium({ isCancelled: true }), [flow({ orderState: 'CANCELLED' })], 'cancelled'],
    ['cancelled early', omnium({ isCancelled: true }), [], 'neverSent'],
    ['past its deadline', omnium({ isCancelled: true, isNotCollected: true }), [], 'expired'],
    [
      'paid in cash',
      omnium({ paidCents: 997, totalCents: 997 }),
      [flow({ ...paid, paidCents: 997, roundingCents: -3 })],
      'paid',
    ],
    ['ignored', omnium({ orderType: 'Pos' }), [], 'ignored'],
  ];
  for (const [name, ours, theirs, place] of agreeing) {
    it(`finds nothing wrong with one that is ${name}`, () => {
      const verdict = judgeOrder(ours, theirs);
      assert.equal(verdict.issue, undefined);
      assert.equal(verdict.place, place);
    });
  }

  const wrong: readonly (readonly [string, OmniumSummary, readonly FlowSummary[], string, RegExp])[] = [
    ['absent', omnium(), [], 'missing', /is not in Flow/],
    ['there twice', omnium(), [flow(), flow({ orderUid: '2', tenantUid: 'flow_se' })], 'duplicated', /flow_se\/2/],
    ['with a line twice', omnium(), [flow({ repeatedParts: ['line 1'] })], 'duplicated', /line 1/],
    ['a cent off', omnium(), [flow({ totalCents: 1_001 })], 'differing', /total: Omnium 10.00, Flow 10.01/],
    [
      'short of pieces',
      omnium(),
      [flow({ quantities: new Map([['a', 150]]) })],
      'differing',
      /a \(Omnium 2, Flow 1.5\)/,
    ],
    [
      'of another code',
      omnium(),
      [flow({ quantities: new Map([['A', 200]]) })],
      'differing',
      /a \(.*A \(Omnium 0, Flow 2\)/,
    ],
    ['in a wrong state', omnium(), [flow({ orderState: 'OPEN' })], 'differing', /OPEN in Flow instead of PARKED/],
    ['without its payment', omnium({ paidCents: 1_000 }), [flow()], 'differing', /paid: Omnium 10.00, Flow 0.00/],
    ['without its customer', omnium(), [flow({ hasCustomer: false })], 'differing', /customer/],
    ['not cancelled', omnium({ isCancelled: true }), [flow()], 'differing', /cancelled in Omnium, PARKED/],
    ['cancelled in Flow only', omnium(), [flow({ orderState: 'CANCELLED' })], 'differing', /not in Omnium/],
    ['of an ignored type', omnium({ orderType: 'Pos' }), [flow()], 'differing', /type Pos do not belong/],
  ];
  for (const [name, ours, theirs, kind, why] of wrong) {
    it(`tells one that is ${name}`, () => {
      const { issue } = judgeOrder(ours, theirs);
      assert.equal(issue?.kind, kind);
      assert.match(issue?.why ?? '', why);
    });
  }

  it('leaves to the shop what was paid and cancelled afterwards, and only that', () => {
    const half = { quantities: new Map([['a', 100]]), totalCents: 500, paidCents: 1_000 };
    const kindOf = (ours: OmniumSummary, theirs: FlowSummary): string | undefined =>
      judgeOrder(ours, [theirs]).issue?.kind;
    assert.equal(kindOf(omnium({ isCancelled: true, paidCents: 1_000 }), flow(paid)), 'leftToShop');
    assert.equal(kindOf(omnium(half), flow(paid)), 'leftToShop');
    const paidAsNow = flow({ quantities: new Map([['a', 100]]), totalCents: 500, isSettled: true, paidCents: 500 });
    assert.equal(kindOf(omnium(half), paidAsNow), 'leftToShop');
    // Paid, but not what was ordered; not paid; paid and changed in another way.
    assert.equal(kindOf(omnium(half), flow({ ...paid, quantities: new Map([['b', 200]]) })), 'differing');
    assert.equal(kindOf(omnium(half), flow({ quantities: new Map([['a', 100]]), totalCents: 500 })), 'differing');
    assert.equal(kindOf(omnium({ paidCents: 1_000, totalCents: 900 }), flow(paid)), 'differing');
  });

  it('takes a missing order with a known reason for one that cannot be synced, and nothing else', () => {
    const known = new Map([['1', 'codes collide']]);
    assert.deepEqual(withKnownReason(judgeOrder(omnium(), []), known).issue, {
      kind: 'impossible',
      why: 'codes collide',
    });
    assert.equal(withKnownReason(judgeOrder(omnium(), []), new Map()).issue?.kind, 'missing');
    assert.equal(withKnownReason(judgeOrder(omnium(), [flow({ totalCents: 1 })]), known).issue?.kind, 'differing');
  });
});

describe('reading both documents for the comparison', () => {
  const document = {
    id: 'W-1',
    orderNumber: 'W-1',
    marketId: 'NOR',
    orderType: 'Online',
    status: 'New',
    customerId: 'c-1',
    orderForm: {
      total: 129.9,
      shippingTotal: 9.9,
      lineItems: [
        { lineItemId: '1', code: 'a', quantity: 2.5, canceledQuantity: 1 },
        { lineItemId: 'P', code: 'pack', quantity: 1 },
        { lineItemId: 'P-1', code: 'a', quantity: 2, packageLineItemId: 'P' },
        { lineItemId: 'P-2', code: 'b', quantity: 1, packageLineItemId: 'P' },
        { lineItemId: '2', code: 'c', quantity: 1, canceledQuantity: 1 },
      ],
      payments: [
        { amount: 29.9, transactionType: 'Capture', status: 'Processed' },
        { amount: 100, transactionType: 'Authorization', status: 'Processed' },
        { amount: 7, transactionType: 'Sale', status: 'Failed' },
      ],
    },
  };

  it('reduces an Omnium order to what belongs into Flow', () => {
    const summary = summarizeOmniumOrder(document, 'SHIPPING');
    assert.deepEqual(Object.fromEntries(summary.quantities), { a: 350, b: 100, SHIPPING: 100 });
    assert.deepEqual(Object.fromEntries(summary.orderedQuantities), { a: 450, b: 100, c: 100, SHIPPING: 100 });
    assert.equal(summary.totalCents, 12_990);
    assert.equal(summary.paidCents, 10_000);
    const { orderForm } = document;
    const onlyPromised = {
      ...document,
      orderForm: { ...orderForm, payments: [{ amount: 200, transactionType: 'Authorization' }] },
    };
    assert.equal(summarizeOmniumOrder(onlyPromised, 'S').paidCents, 12_990);
    assert.equal(summary.isCancelled, false);
    assert.equal(summarizeOmniumOrder({ ...document, status: 'OrderCanceledByCustomer' }, 'S').isCancelled, true);
  });

  it('reduces a Flow order to the same, and finds what is there twice', () => {
    const summary = summarizeFlowOrder(
      {
        orderUid: 'W1',
        externalOrderNumber: 'W-1',
        orderState: 'CONFIRMED',
        settleState: 'PARTIALLY_SETTLED',
        customerUid: null,
        items: [
          { sku: 'a', quantity: 150, externalId: '1' },
          { sku: 'a', quantity: 200, externalId: '1' },
        ],
        settlements: [{ amount: 2_990, externalId: 'pay' }],
        orderTotals: { totalAmount: 12_990 },
      },
      'flow_no',
    );
    assert.deepEqual(Object.fromEntries(summary.quantities), { a: 350 });
    assert.deepEqual(summary.repeatedParts, ['line 1']);
    assert.equal(summary.paidCents, 2_990);
    assert.equal(summary.isSettled, false);
    assert.equal(summary.hasCustomer, false);
  });
});

describe('the table of the trading day', () => {
  const verdict = (orderNumber: string, marketId: string, more: Partial<Verdict>): Verdict => ({
    orderNumber,
    marketId,
    isInFlow: true,
    place: 'parked',
    ...more,
  });

  it('accounts for every order of Omnium in exactly one row', () => {
    const verdicts = [
      verdict('1', 'NOR', {}),
      verdict('2', 'NOR', { place: 'paid', issue: { kind: 'leftToShop', why: '' } }),
      verdict('3', 'SWE', { place: 'neverSent', isInFlow: false }),
      verdict('4', 'SWE', { place: 'nowhere', isInFlow: false, issue: { kind: 'missing', why: '' } }),
      verdict('5', 'FIN', { place: 'impossible', isInFlow: false, issue: { kind: 'impossible', why: '' } }),
    ];
    const markets = [
      { marketId: 'NOR', name: 'Norway' },
      { marketId: 'SWE', name: 'Sweden' },
    ];
    const counts = countByMarket({ verdicts, retried: new Set(['1', '4', 'other']), markets });
    assert.deepEqual(
      [...counts.markets, counts.total].map(({ inOmnium, inFlow, retried }) => [inOmnium, inFlow, retried]),
      [
        [2, 2, 1],
        [2, 0, 1],
        [5, 2, 2],
      ],
    );
    for (const { places, inOmnium } of [...counts.markets, counts.total]) {
      assert.equal(
        Object.values(places).reduce((sum, count) => sum + count, 0),
        inOmnium,
      );
    }
    const drawn = drawTable(counts);
    assert.match(drawn, /MISSING in Flow +│ +0 │ +1 │ +1 │/);
    assert.match(drawn, /Needed retries +│ +1 │ +1 │ +2 │/);
    assert.ok(drawn.split('\n').every((line) => line.length <= 110));
  });
});
