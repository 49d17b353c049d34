import assert from 'node:assert/strict';
import { buildChain, flowUidOf, initialStockOf } from '../../sandbox/chain/build-chain';
import { startFlowSandbox } from '../../sandbox/flow/server';
import { type RunningSandbox } from '../../sandbox/kit/server';
import { openFlow } from '../../tools/day/compare/read-flow';
import { readFlowPurchases } from '../../tools/day/compare/read-purchases';
import { readReceptions } from '../../tools/day/compare/read-receptions';
import { GoodsArticles } from '../../tools/day/goods/goods-articles';
import { Arrivals } from '../../tools/day/arrivals';
import { Undone } from '../../tools/day/undone';
import { GoodsDay } from '../../tools/day/goods/goods-day';
import { type GoodsPlanInput, planGoods, switchedMasters } from '../../tools/day/goods/goods-plan';
import { lineDocument, type Purchase, purchaseDocument } from '../../tools/day/goods/purchase';
import { PurchaseSteps } from '../../tools/day/goods/purchase-steps';
import { assortmentsOf } from '../../tools/day/shop/assortment';
import { madeUpOrders } from '../../tools/day/shop/made-up-orders';
import { soldSkus } from '../../tools/day/tills/shelves';
import { demoDeliveryMarkets, demoStockMasters } from '../../tools/start/demo-config';

const chain = buildChain({ seed: 1 });
const masters = { before: demoStockMasters(), after: switchedMasters(chain, demoStockMasters()) };
const assortments = assortmentsOf(chain);

const input = (prefix = 'W1'): GoodsPlanInput => ({
  ...{ chain, prefix, masters, deliveryMarkets: demoDeliveryMarkets() },
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
    const changed = Object.entries(masters.after).filter(([storeId, master]) => masters.before[storeId] !== master);
    assert.deepEqual(
      changed.map(([storeId, master]) => `${storeId}: ${master}`),
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
});

describe('a purchase order that a shop unpacks', () => {
  let flow: RunningSandbox;
  let desk: GoodsDay;
  let sku: string;
  const api = () => openFlow({ flowUrl: flow.url, market, signal: new AbortController().signal });
  const steps = new PurchaseSteps({ ...input(), market, articles: new GoodsArticles(chain, 'NOR', new Set()) });

  before(async () => {
    flow = await startFlowSandbox({ chain, seed: 1 });
    const { url: flowUrl } = flow;
    desk = new GoodsDay({ flowUrl, omniumUrl: 'http://127.0.0.1:1', ...signals() }, [], nothingArrives());
    sku = new GoodsArticles(chain, 'NOR', new Set()).nextNumbered().sku;
  });
  after(() => flow.stop());

  /** The order as the integration makes it. */
  const inShop = async (id: string, pieces: number): Promise<Purchase> => {
    const line = {
      productUid: flowUidOf(sku),
      warehouseUid: 'oslocity',
      quantityOrdered: pieces * 100,
      unitPrice: 100,
    };
    const body = { purchaseOrderUid: flowUidOf(id), externalId: id, supplierUid: 'sup100', items: [line] };
    await api().send({ method: 'POST', path: '/stores/oslocity/purchase-orders', body });
    const lines = [{ lineItemId: 'L1', sku, pieces, warehouseId: 'oslo-city', costCents: 100 }];
    return { ...purchase, id, lines };
  };
  const received = async () =>
    await readReceptions(api(), { tenantUid: market.tenantUid, storeUids: ['oslocity'], since: new Date(0) });

  it('comes in piece by piece with numbers, in two receptions, and then no more', async () => {
    const ordered = await inShop('PO-9', 3);
    const reception = { part: 'morning', what: 'received', purchase: ordered, store: oslo, isNumbered: true } as const;
    await steps.received({ ...reception, pieces: new Map([[sku, 2]]), turn: 1, isPart: true }).run(desk);
    assert.equal(desk.book.silent.get('PO9-oslocity-1'), 'a part was received');
    const [first] = await received();
    assert.deepEqual([first?.receivementUid, first?.purchaseOrderUid], ['PO9-oslocity-1', 'PO9']);
    assert.deepEqual([...(first?.quantities ?? [])], [[sku, 200]]);

    const rest = { ...reception, purchase: { ...ordered, id: 'PO-9b' } };
    await assert.rejects(
      steps.received({ ...rest, purchase: ordered, pieces: new Map([['other', 1]]), turn: 2 }).run(desk),
      /nothing of PO-9 is left to unpack/,
    );
    desk.book.keep('PO-9b', await desk.shown(steps.lookOf(ordered, oslo)));
    await steps.received({ ...rest, pieces: new Map([[sku, 1]]), turn: 2 }).run(desk);
    const purchases = await readFlowPurchases(api(), { tenantUid: market.tenantUid, storeUids: ['oslocity'] });
    assert.deepEqual(
      purchases.map(({ status, items }) => [status, items[0]?.received]),
      [['RECEIVED', 300]],
    );
  });

  it('is played step by step; a step that fails ends its story, and the rest goes on', async () => {
    const { flowUrl, omniumUrl } = { flowUrl: flow.url, omniumUrl: 'http://127.0.0.1:1' };
    const done: string[] = [];
    const step = (what: string, fails = false, part: 'morning' | 'outage' = 'morning') => ({
      ...{ part, what },
      run: () => {
        done.push(what);
        return fails ? Promise.reject(new Error('no lorry')) : Promise.resolve();
      },
    });
    const context = { flowUrl, omniumUrl, ...signals() };
    const stories = [
      [step('one'), step('two'), step('later', false, 'outage')],
      [step('four', true), step('five'), step('six', false, 'outage')],
      [step('three')],
    ];
    const day = new GoodsDay(context, stories, nothingArrives());
    assert.equal(await day.play('morning', 10), '1 × one, 1 × two, 1 × three');
    assert.equal(await day.play('outage', 10), '1 × later');
    assert.deepEqual([...done].sort(), ['four', 'later', 'one', 'three', 'two']);
    assert.deepEqual(context.undone.items, [
      { what: 'Goods: four (left out with it: 2 that follow)', reason: 'no lorry' },
    ]);
  });
});

/** The signal of a day that nobody stops, and what could not be done in it. */
function signals(): { signal: AbortSignal; undone: Undone } {
  const { signal } = new AbortController();
  return { signal, undone: new Undone(signal) };
}

/** Nothing is on its way. */
function nothingArrives(): Arrivals {
  const watch = {
    isUnderWay: () => Promise.resolve(false),
    explainWorkflow: () => Promise.resolve('no event about it has arrived'),
  };
  return new Arrivals({ watch, senders: [], signal: new AbortController().signal }, 1);
}
