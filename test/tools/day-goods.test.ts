import assert from 'node:assert/strict';
import { buildChain, initialStockOf } from '../../sandbox/chain/build-chain';
import { GoodsArticles } from '../../tools/day/goods/goods-articles';
import { GoodsBook } from '../../tools/day/goods/goods-book';
import { type GoodsPlanInput, planGoods, switchedMasters } from '../../tools/day/goods/goods-plan';
import { type GoodsDesk, type GoodsStep } from '../../tools/day/goods/goods-story';
import { lineDocument, type Purchase, purchaseDocument } from '../../tools/day/goods/purchase';
import { piecesOf, PurchaseSteps } from '../../tools/day/goods/purchase-steps';
import { assortmentsOf } from '../../tools/day/shop/assortment';
import { madeUpOrders } from '../../tools/day/shop/made-up-orders';
import { soldSkus } from '../../tools/day/tills/shelves';
import { type UnpackBody } from '../../tools/day/vendors/flow-goods';
import { demoDeliveryMarkets, demoStockMasters } from '../../tools/start/demo-config';

const chain = buildChain({ seed: 1 });
const before = demoStockMasters();
const after = switchedMasters(chain, before);
const assortments = assortmentsOf(chain);

const input = (prefix = 'W1'): GoodsPlanInput => ({
  ...{ chain, prefix, masters: { before, after }, deliveryMarkets: demoDeliveryMarkets() },
  soldSkus: soldSkus(assortments, madeUpOrders(assortments, prefix, 330)),
});

describe('the goods of a trading day', () => {
  const steps = planGoods(input()).flat();
  const count = (what: RegExp): number => steps.filter((step) => what.test(step.what)).length;

  it('have purchase orders in every market, in both modes, and receptions of every kind', () => {
    assert.equal(count(/^purchase order$/), 44);
    assert.equal(count(/^delivery announced$/), 11);
    for (const what of [
      /^received in full/,
      /^received in part|^delivery received/,
      /^rest received|^second delivery received/,
      /^more received than ordered/,
      /^less received than ordered/,
      /^received with serial numbers/,
      /^received in the back room/,
      /^received while locked/,
      /^received after a split/,
      /^package received/,
      /^a shop’s own order received/,
      /^order cancelled/,
      /^line cancelled/,
      /^line taken out/,
      /^expected later/,
      /^stock counted in Omnium/,
      /^stock counted in a shop/,
    ])
      assert.equal(count(what), 4, String(what));
    assert.equal(count(/^received in one of several shops/), 8);
    assert.equal(count(/^received without an order/), 8);
    assert.equal(count(/^opening hours changed|^warehouse opened/), 4);
  });

  it('go on in every part of the day', () => {
    for (const part of ['morning', 'outage', 'lostAnswers', 'afternoon'])
      assert.ok(steps.filter((step) => step.part === part).length >= 20, part);
  });

  it('never ask for two parts of a story in the wrong order', () => {
    const order = ['morning', 'outage', 'lostAnswers', 'afternoon'];
    for (const story of planGoods(input())) {
      const parts = story.map(({ part }) => order.indexOf(part));
      assert.deepEqual(
        parts,
        [...parts].sort((a, b) => a - b),
        story.map(({ what }) => what).join(', '),
      );
    }
  });

  it('change one store of each stock master into one of the other', () => {
    const changed = Object.keys(after).filter((storeId) => before[storeId] !== after[storeId]);
    assert.deepEqual(
      changed.map((storeId) => `${storeId}: ${after[storeId]}`),
      ['bergen-sentrum: omnium', 'trondheim-torg: flow'],
    );
  });
});

describe('the articles of the buyer', () => {
  it('are given out once each, and are none that customers buy today', () => {
    const taken = soldSkus(assortments, []);
    const articles = new GoodsArticles(chain, 'NOR', taken);
    const given = [articles.next(), articles.next(), articles.nextNumbered(), articles.nextLyingIn('oslo-city')];
    const skus = given.map(({ sku }) => sku);
    assert.equal(new Set(skus).size, skus.length);
    for (const sku of skus) assert.ok(!taken.has(sku), sku);
    assert.ok(initialStockOf(chain, 'oslo-city', skus[3] ?? '') > 0);
    const numbered = chain.products.filter(({ hasSerialNumbers }) => hasSerialNumbers);
    assert.ok(numbered.some((product) => product.skus.some(({ sku }) => sku === skus[2])));
    assert.ok(articles.nextPackage().components.length > 0);
  });
});

const [market] = chain.markets;
const [oslo] = chain.stores;
assert.ok(market && oslo);

const purchase: Purchase = {
  ...{ id: 'PO-1', market, storeId: 'oslo-city', supplierId: 'sup-100', currency: 'NOK' },
  lines: [
    { lineItemId: 'L1', sku: 'a', pieces: 3, warehouseId: 'oslo-city', costCents: 1_050 },
    { lineItemId: 'L2', sku: 'b', pieces: 2, warehouseId: 'oslo-city-back', costCents: 900 },
    { lineItemId: 'L3', sku: 'c', pieces: 2, warehouseId: 'bergen-sentrum', costCents: 900 },
  ],
};

describe('a purchase order of the buyer', () => {
  it('is sent as Omnium takes it', () => {
    const document = purchaseDocument(purchase);
    assert.equal(document.referenceNumber, 'REF-PO1');
    const [line] = purchase.lines;
    assert.ok(line);
    const { estimatedTimeOfArrival, ...sent } = lineDocument({ ...line, partOf: { lineItemId: 'P', sku: 'box' } });
    assert.match(String(estimatedTimeOfArrival), /^\d{4}-\d\d-\d\dT12:00:00Z$/);
    assert.deepEqual(sent, {
      ...{ lineItemId: 'L1', code: 'a', quantity: 3, warehouseCode: 'oslo-city' },
      ...{ placedPriceExclTax: 10.5, supplierSkuId: 'S-a', packageLineItemId: 'P', packageSkuId: 'box' },
    });
  });

  it('is looked for in a shop with the lines that are for its warehouses', () => {
    const look = new PurchaseSteps({ ...input(), market, articles: new GoodsArticles(chain, 'NOR', new Set()) }).lookOf(
      purchase,
      oslo,
    );
    assert.deepEqual([look.storeUid, look.lines], ['oslocity', 2]);
  });

  const received = async (step: GoodsStep, items: readonly { sku: string; ordered: number; received: number }[]) => {
    const book = new GoodsBook();
    const bodies: UnpackBody[] = [];
    const order = {
      ...{ purchaseOrderUid: 'PO1', status: 'SENT_TO_SUPPLIER' },
      items: items.map(({ sku, ordered, received: already }, index) => ({
        ...{ purchaseOrderItemUid: `i${index}`, productSku: sku, warehouseUid: 'oslocity' },
        ...{ quantityOrdered: ordered, quantityReceived: already },
      })),
    };
    const desk: Pick<GoodsDesk, 'book' | 'shown'> = { book, shown: () => Promise.resolve([order]) };
    const flowOf = (): unknown => ({
      unpack: (_storeUid: string, body: UnpackBody) => Promise.resolve(void bodies.push(body)),
    });
    await step.run({ ...desk, flowOf } as unknown as GoodsDesk);
    return { bodies, book };
  };
  const steps = new PurchaseSteps({ ...input(), market, articles: new GoodsArticles(chain, 'NOR', new Set()) });
  const reception = { part: 'morning', what: 'received', purchase, store: oslo } as const;
  const open = [
    { sku: 'a', ordered: 300, received: 0 },
    { sku: 'b', ordered: 200, received: 200 },
  ];

  it('is unpacked as a whole, or piece by piece with numbers', async () => {
    const whole = await received(steps.received({ ...reception, warehouseId: 'oslo-city' }), open);
    assert.deepEqual(whole.bodies, [
      { receivementUid: 'PO1-oslocity-1', purchaseOrderUid: 'PO1', warehouseUid: 'oslocity' },
    ]);
    const pieces = new Map([['a', 2]]);
    const numbered = await received(
      steps.received({ ...reception, pieces, isNumbered: true, turn: 2, isPart: true }),
      open,
    );
    assert.deepEqual(numbered.bodies[0]?.lines, [
      { sku: 'a', quantity: 100, serialnumber: 'PO-1-1' },
      { sku: 'a', quantity: 100, serialnumber: 'PO-1-2' },
    ]);
    assert.equal(numbered.book.silent.get('PO1-oslocity-2'), 'a part was received');
  });

  it('cannot be unpacked once more when nothing is left', async () => {
    const nothing = steps.received({ ...reception, pieces: new Map([['b', 1]]) });
    await assert.rejects(received(nothing, open), /nothing of PO-1 is left to unpack/);
    assert.deepEqual([...piecesOf(purchase.lines)].slice(0, 1), [['a', 3]]);
  });
});
