import assert from 'node:assert/strict';
import { type FlowPurchase, type FlowReception, type OmniumPurchase } from '../../tools/day/compare/goods-summaries';
import { countGoods, drawGoodsTable } from '../../tools/day/compare/goods-table';
import { type GoodsVerdict, withFlight } from '../../tools/day/compare/goods-verdict';
import { judgePurchase, type PurchaseContext } from '../../tools/day/compare/judge-purchase';
import { judgeReception, nameOrphans, type ReceptionContext } from '../../tools/day/compare/judge-reception';
import { judgeStock, withoutRefused } from '../../tools/day/compare/judge-stock';
import { judgeStore } from '../../tools/day/compare/judge-store';
import { summarizeFlowPurchase, summarizeOmniumPurchase } from '../../tools/day/compare/read-purchases';
import { summarizeReception } from '../../tools/day/compare/read-receptions';

const omnium = (change: Partial<OmniumPurchase> = {}): OmniumPurchase => ({
  ...{ id: 'PO-1', marketId: 'NOR', supplierId: 'sup-100', currency: 'NOK', isCancelled: false, reference: 'R' },
  lines: [
    {
      ...{ lineItemId: 'L1', sku: 'a', warehouseId: 'oslo-city', ordered: 1_000, cancelled: 0, delivered: 400 },
      ...{ unitCents: 500, expectedAt: '2026-03-01T23:30:00Z' },
    },
  ],
  ...change,
});

const flow = (change: Partial<FlowPurchase> = {}): FlowPurchase => ({
  ...{ tenantUid: 'flow_no', storeUid: 'oslocity', purchaseOrderUid: 'PO1', externalId: 'PO-1', supplierUid: 'sup100' },
  ...{ status: 'PARTIALLY_RECEIVED', reference: 'R' },
  items: [
    {
      ...{ lineItemId: 'L1', sku: 'a', warehouseUid: 'oslocity', ordered: 1_000, received: 400, unitCents: 500 },
      expectedDay: '2026-03-02',
    },
  ],
  ...change,
});

const context: PurchaseContext = {
  ...{ tenantUid: 'flow_no', currency: 'NOK', timezone: 'Europe/Oslo', isByDelivery: false },
  warehouses: new Map([
    ['oslo-city', { warehouseUid: 'oslocity', storeUid: 'oslocity' }],
    ['bergen-sentrum', { warehouseUid: 'bergensentrum', storeUid: 'bergensentrum' }],
  ]),
};
const issue = (
  order: OmniumPurchase,
  found: readonly FlowPurchase[],
  change: Partial<PurchaseContext> = {},
): string => {
  const verdict = judgePurchase(order, found, { ...context, ...change });
  return verdict.issue ? `${verdict.issue.kind}: ${verdict.issue.why}` : 'none';
};
const [line] = omnium().lines;
const [item] = flow().items;
assert.ok(line && item);

describe('judging a purchase order', () => {
  it('finds nothing wrong with one that is the same, its days by the tenant’s clock', () => {
    assert.equal(issue(omnium(), [flow()]), 'none');
    assert.equal(judgePurchase(omnium(), [flow()], context).kind, 'purchase');
  });

  it('names what is missing, and what is there too often', () => {
    assert.equal(issue(omnium(), []), 'missing: is not in oslocity');
    const elsewhere = { ...line, lineItemId: 'L2', warehouseId: 'bergen-sentrum' };
    assert.equal(issue(omnium({ lines: [line, elsewhere] }), [flow()]), 'missing: is not in bergensentrum');
    const twice = issue(omnium(), [flow(), flow({ purchaseOrderUid: 'PO1-2' })]);
    assert.equal(twice, 'duplicated: too many: PO1-2 is PARTIALLY_RECEIVED in oslocity');
  });

  it('names what differs: header, lines, quantities, price, day, status', () => {
    const wrong = [
      [flow({ supplierUid: 'sup200' }), /supplier sup200 instead of sup100/],
      [flow({ currency: 'EUR' }), /currency EUR instead of NOK/],
      [flow({ reference: 'X' }), /reference X instead of R/],
      [flow({ status: 'RECEIVED' }), /status RECEIVED instead of PARTIALLY_RECEIVED/],
      [flow({ items: [{ ...item, ordered: 900 }] }), /ordered quantity of a@oslocity \(Omnium 10, Flow 9\)/],
      [flow({ items: [{ ...item, received: 0 }] }), /received quantity of a@oslocity \(Omnium 4, Flow 0\)/],
      [flow({ items: [{ ...item, unitCents: 501 }] }), /line L1, price: Omnium 5\.00, Flow 5\.01/],
      [flow({ items: [{ ...item, expectedDay: '2026-03-01' }] }), /expected day 2026-03-01 instead of 2026-03-02/],
      [flow({ items: [{ ...item, lineItemId: 'L9' }] }), /line L9 is not in Omnium/],
      [flow({ items: [item, item] }), /line L1 is there twice/],
    ] as const;
    for (const [order, why] of wrong) assert.match(issue(omnium(), [order]), why);
  });

  it('takes a line that Omnium has split for one while the shop has it as one', () => {
    const split = [
      { ...line, ordered: 600, delivered: 0 },
      { ...line, lineItemId: 'L1b', ordered: 400 },
    ];
    assert.equal(issue(omnium({ lines: split }), [flow()]), 'none');
  });

  it('knows how far the goods have come in each mode', () => {
    const at = (delivered: number, cancelled: number, isByDelivery: boolean): string => {
      const one = omnium({ lines: [{ ...line, deliveryId: 'D-1', delivered, cancelled }] });
      const uid = isByDelivery ? 'PO1-delivery-D1' : 'PO1';
      const found = flow({ purchaseOrderUid: uid, status: '?', items: [{ ...item, received: delivered }] });
      return /instead of (\w+)/.exec(issue(one, [found], { isByDelivery }))?.[1] ?? '';
    };
    assert.deepEqual(
      [at(0, 0, false), at(400, 0, false), at(400, 600, false), at(1_000, 0, false), at(0, 1_000, false)],
      ['SENT_TO_SUPPLIER', 'PARTIALLY_RECEIVED', 'RECEIVED', 'RECEIVED', 'CLOSED'],
    );
    assert.deepEqual(
      [at(0, 0, true), at(400, 0, true), at(400, 600, true), at(0, 1_000, true)],
      ['SENT_TO_SUPPLIER', 'PARTIALLY_RECEIVED', 'RECEIVED', 'SENT_TO_SUPPLIER'],
    );
  });

  it('wants one order for each delivery where deliveries count, and none for what is in no delivery', () => {
    const lines = [
      { ...line, deliveryId: 'D-1' },
      { ...line, lineItemId: 'L2', sku: 'b' },
    ];
    const first = flow({ purchaseOrderUid: 'PO1-delivery-D1' });
    assert.equal(issue(omnium({ lines }), [first], { isByDelivery: true }), 'none');
    assert.match(issue(omnium({ lines }), [flow()], { isByDelivery: true }), /^duplicated/);
  });

  it('wants a cancelled one gone, or closed where goods came in', () => {
    const cancelled = omnium({ isCancelled: true });
    assert.equal(issue(cancelled, []), 'none');
    assert.equal(issue(cancelled, [flow({ status: 'CLOSED' })]), 'none');
    assert.match(issue(cancelled, [flow()]), /cancelled in Omnium, PO1 is PARTIALLY_RECEIVED in oslocity/);
  });
});

describe('reading purchase orders', () => {
  it('leaves out a package whose parts have lines, and takes its delivery along', () => {
    const order = summarizeOmniumPurchase({
      ...{ id: 'PO-1', marketId: 'NOR', storeId: 'oslo-city', status: 'New', supplierId: 's', billingCurrency: 'NOK' },
      requestedDeliveryDate: '2026-03-01T12:00:00Z',
      purchaseOrderNotes: [{ detail: 'one' }, { detail: 'two' }],
      purchaseOrderForm: {
        lineItems: [
          { lineItemId: 'P', code: 'box', quantity: 2, discountedPriceExclTax: 20, deliveryId: 'D-1' },
          { lineItemId: 'P-1', code: 'a', quantity: 4, discountedPriceExclTax: 0, packageLineItemId: 'P' },
          { lineItemId: 'L', code: 'b', quantity: 3, deliveredQuantity: 1.5, discountedPriceExclTax: 10 },
        ],
      },
    });
    assert.equal(order.note, 'one, two');
    assert.deepEqual(
      order.lines.map(({ lineItemId, deliveryId, unitCents, delivered }) => [
        lineItemId,
        deliveryId,
        unitCents,
        delivered,
      ]),
      [
        ['P-1', 'D-1', undefined, 0],
        ['L', undefined, 333, 150],
      ],
    );
    assert.deepEqual(
      order.lines.map(({ expectedAt, warehouseId }) => [expectedAt, warehouseId]),
      [
        ['2026-03-01T12:00:00Z', 'oslo-city'],
        ['2026-03-01T12:00:00Z', 'oslo-city'],
      ],
    );
  });

  it('keeps what Flow says', () => {
    const { items, ...order } = summarizeFlowPurchase(
      {
        ...{
          purchaseOrderUid: 'PO1',
          storeUid: 's',
          externalId: null,
          supplierUid: 'sup',
          status: 'NEW',
          currency: 'EUR',
        },
        items: [
          {
            ...{ productSku: 'a', warehouseUid: 'w', quantityOrdered: 100, quantityReceived: 0, unitPrice: 5 },
            expectedDeliveryDate: '2026-03-01T00:00:00Z',
          },
        ],
      },
      't',
    );
    assert.deepEqual(order, {
      ...{ tenantUid: 't', storeUid: 's', purchaseOrderUid: 'PO1', supplierUid: 'sup', status: 'NEW', currency: 'EUR' },
    });
    assert.equal(items[0]?.expectedDay, '2026-03-01');
  });
});

describe('judging goods received', () => {
  const reception = summarizeReception(
    {
      ...{ receivementUid: 'V1', storeUid: 'oslocity', warehouseUid: 'oslocity', purchaseOrderUid: 'PO1' },
      items: [
        { product: { sku: 'a' }, quantity: 100 },
        { product: { sku: 'a' }, quantity: 100 },
      ],
      createdAt: '2026-03-01T12:00:00Z',
    },
    'flow_no',
  );
  const told = (change: object = {}) => ({
    ...{ goodsReceptionId: 'V1:i1:L1', purchaseOrderId: 'PO-1', sku: 'a', warehouseId: 'oslo-city', change: 200 },
    ...change,
  });
  const onOrder: ReceptionContext = {
    ...{ purchaseOrderId: 'PO-1', master: 'omnium', warehouseId: 'oslo-city', differingSkus: new Set() },
  };
  const judge = (inOmnium: ReturnType<typeof told>[], change: object = {}, of: FlowReception = reception): string => {
    const verdict = judgeReception(of, inOmnium, { ...onOrder, ...change });
    return `${verdict.kind} ${verdict.issue ? `${verdict.issue.kind}: ${verdict.issue.why}` : 'right'}`;
  };

  it('wants exactly what came, once, in its warehouse and on its order', () => {
    assert.equal(judge([told()]), 'reception right');
    const parts = [told({ change: 50 }), told({ goodsReceptionId: 'V1:i1:L1b', change: 150 })];
    assert.equal(judge(parts), 'reception right');
    assert.equal(judge([]), 'reception missing: is not in Omnium (PO-1)');
    assert.match(judge([told(), told()]), /^reception duplicated: is in Omnium twice: a/);
    assert.match(judge([told({ change: 100 })]), /differing: a: received 2, in Omnium 1/);
    assert.match(judge([told({ warehouseId: 'web-no' })]), /differing: a came in on PO-1 in web-no/);
    assert.equal(judge([told({ goodsReceptionId: 'V11:i1:L1' })]), 'reception missing: is not in Omnium (PO-1)');
  });

  it('wants the level of goods without an order where Flow keeps the stock, and nothing where Omnium does', () => {
    const local = { purchaseOrderId: undefined };
    assert.equal(judge([], { ...local, master: 'flow' }), 'localReception right');
    assert.match(judge([], { ...local, master: 'flow', differingSkus: new Set(['a']) }), /localReception missing/);
    assert.equal(judge([], local), 'refusedReception right');
    assert.match(judge([], { ...local, differingSkus: new Set(['a']) }), /refusedReception differing/);
    assert.match(judge([told()], local), /refusedReception differing: is on no order of Omnium’s/);
  });

  it('names what Omnium has received in the name of nobody', () => {
    const orphans = nameOrphans([told(), told({ goodsReceptionId: 'V2:i:L' })], [reception]);
    assert.deepEqual(orphans, ['V2:i:L: a on PO-1']);
  });
});

describe('judging stock', () => {
  const place = { tenantUid: 'flow_no', storeUid: 'oslocity', warehouseUid: 'oslocity', warehouseId: 'oslo-city' };
  const levels = (inFlow: object, inOmnium: object) =>
    judgeStock(
      { ...place, inFlow: new Map(Object.entries(inFlow)), inOmnium: new Map(Object.entries(inOmnium)) },
      'omnium',
    );

  it('takes what Omnium does not list for nothing', () => {
    assert.deepEqual(levels({ a: 100, b: 0 }, { a: 100 }).differences, []);
    const { compared, differences } = levels({ a: 100, b: 200 }, { a: 150, c: 300 });
    assert.equal(compared, 3);
    assert.deepEqual(
      differences.map(({ verdict }) => `${verdict.document}: ${verdict.issue?.why}`),
      [
        'a in oslocity: Flow 1, Omnium 1.5',
        'b in oslocity: Flow 2, Omnium not listed',
        'c in oslocity: Flow not listed, Omnium 3',
      ],
    );
  });

  it('does not let a repair hide what was wrong besides', () => {
    const before = [levels({ a: 100, b: 200, c: 1 }, { a: 200, b: 100, c: 2 })];
    const now = [levels({ c: 1 }, { c: 2 })];
    const reception = { ...place, receivementUid: 'V1', quantities: new Map([['a', 100]]) };
    const hidden = withoutRefused({ before, now }, [{ receivementUid: 'V1' }], [reception]);
    assert.deepEqual(
      hidden.flatMap(({ compared, differences }) => [compared, ...differences.map(({ sku }) => sku)]),
      [0, 'b'],
    );
  });
});

describe('judging a store', () => {
  const shop = {
    ...{ id: 'oslo-city', name: 'Oslo', isPrimaryStore: true, isWarehouse: true, availableOnMarkets: ['NOR'] },
    availableWarehouses: [{ warehouseCode: 'oslo-city' }, { warehouseCode: 'oslo-annex' }],
    mondayOpeningHours: { isOpen: true, openFrom: '10:00:00', openTo: '18:00:00' },
  };
  const annex = { ...shop, id: 'oslo-annex', isPrimaryStore: false };
  const all = [shop, annex];
  const monday = { day: 'MONDAY', open: '10:00', close: '18:00', closed: false };
  const inFlow = {
    ...{ storeUid: 'oslocity', name: 'Oslo', openingHours: [monday], warehouseUids: ['oslocity', 'osloannex'] },
  };
  const judge = (change: object): string =>
    judgeStore(shop, [{ ...inFlow, ...change }], { tenantUid: 'flow_no', all }).issue?.why ?? 'right';

  it('compares its name, its week and its warehouses', () => {
    assert.equal(judge({}), 'right');
    assert.equal(judge({ name: 'Bergen' }), 'name Bergen instead of Oslo');
    assert.equal(judge({ openingHours: [] }), 'monday closed instead of 10:00–18:00');
    assert.equal(judge({ warehouseUids: ['oslocity'] }), 'warehouse oslo-annex is not in Flow');
    assert.equal(judgeStore(shop, [], { tenantUid: 'flow_no', all }).issue?.kind, 'missing');
  });
});

describe('the table of the goods', () => {
  const verdict = (change: Partial<GoodsVerdict> = {}): GoodsVerdict => ({
    ...{ kind: 'reception', tenantUid: 'flow_no', document: 'V1', workflowIds: ['goods-reception:flow_no:V1'] },
    ...change,
  });
  const late = verdict({ issue: { kind: 'missing', why: 'is not in Omnium' } });

  it('calls in flight what its workflow is still at, but never a duplicate', () => {
    const underWay = new Set(['goods-reception:flow_no:V1']);
    assert.equal(withFlight(late, underWay).issue?.kind, 'inFlight');
    assert.equal(withFlight(late, new Set()).issue?.kind, 'missing');
    const twice = verdict({ issue: { kind: 'duplicated', why: 'twice' } });
    assert.equal(withFlight(twice, underWay), twice);
  });

  it('counts documents and levels by tenant, and leaves out kinds that there were none of', () => {
    const wrong = {
      storeUid: 's',
      sku: 'a',
      verdict: verdict({ kind: 'levelOfFlow', issue: { kind: 'differing', why: '' } }),
    };
    const table = countGoods({
      verdicts: [verdict(), late],
      stock: [{ tenantUid: 'flow_no', storeUid: 's', master: 'flow', compared: 10, differences: [wrong] }],
      tenants: [{ tenantUid: 'flow_no', name: 'Norway' }],
    });
    assert.deepEqual(table.total.kinds.reception, { all: 2, right: 1 });
    assert.deepEqual(table.total.kinds.levelOfFlow, { all: 10, right: 9 });
    assert.deepEqual(table.total.issues, { missing: 1, duplicated: 0, differing: 1, inFlight: 0 });
    const drawn = drawGoodsTable(table);
    assert.match(drawn, /Goods received on them +│ +2 │ +2 │/);
    assert.doesNotMatch(drawn, /Purchase orders/);
  });
});
