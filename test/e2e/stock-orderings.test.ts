import assert from 'node:assert/strict';
import { seededRandom, type SeededRandom } from '../../sandbox/chain/seeded-random';
import type { Json } from '../support/crash-world';
import { ModelSystem } from '../support/stock-model/model-system';
import { StockWorld, uidOf, type Shop } from '../support/stock-model/stock-world';

const ORDERED = 6;
const HOUR_MS = 3_600_000;

/** Orders of events that the model test has found (stock-model.test.ts), one by one. */
describe('stock, when things come in an unlucky order', function () {
  this.timeout(60_000);
  let world: StockWorld;
  let system: ModelSystem;

  before(async () => {
    world = await StockWorld.start();
  });

  after(async () => {
    await world.stop();
  });

  beforeEach(async () => {
    await world.reset();
    system = new ModelSystem(world, { random: undisturbed(), trace: () => undefined });
    await system.begin(world.shops[1], 'everywhere');
    await system.workAll();
  });

  afterEach(async () => {
    await system.close();
  });

  /** Everything that was sent since the last time comes to the intake; answers what it was. */
  async function hearAll(): Promise<readonly Json[]> {
    await world.settle();
    const letters = world.office.fetch();
    for (const letter of letters) await system.hear(letter);
    return letters.map(({ body }) => body);
  }

  /** A purchase order that the shop has, and some of its goods unpacked; nobody has told Omnium of them. */
  async function receive(shop: Shop, pieces: number): Promise<void> {
    const [place] = shop.places;
    const [code] = world.skus;
    const line = { lineItemId: 'line-1', code, quantity: ORDERED, placedPriceExclTax: 100 };
    await world.omnium('POST', '/api/PurchaseOrders', {
      ...{ id: 'PO-1', marketId: 'NOR', storeId: shop.storeId, supplierId: 'sup-100', status: 'Confirmed' },
      purchaseOrderForm: { lineItems: [{ ...line, warehouseCode: place.warehouseCode }] },
    });
    await hearAll();
    await system.workAll();
    const lines = [{ sku: code, quantity: pieces * 100 }];
    await world.clerk(shop, 'receive-goods', { purchaseOrderUid: uidOf('PO-1'), lines });
  }

  async function levels(shop: Shop): Promise<readonly [inFlow: number, inOmnium: number]> {
    const [place] = shop.places;
    const [sku] = world.skus;
    return [await world.inFlow(shop, place, sku), await world.inOmnium(place, sku)];
  }

  it('looks at what an order has moved in Omnium, however late it was told of the sale', async () => {
    const shop = world.shops[1];
    const [sku] = world.skus;
    const [before] = await levels(shop);
    await world.clerk(shop, 'sales', { lines: [{ sku, quantity: 100, itemPrice: 10_000 }] });
    await world.settle();
    const letters = world.office.fetch();
    const ofStock = letters.filter(({ body }) => body.action === 'STOCK_CHANGE');
    assert.ok(ofStock.length > 0 && ofStock.length < letters.length);
    for (const letter of ofStock) await system.hear(letter);
    await system.workAll();
    assert.deepEqual(await levels(shop), [before - 1, before - 1]);
    world.clock.pass(HOUR_MS);
    for (const letter of letters) if (!ofStock.includes(letter)) await system.hear(letter);
    await system.workAll();
    assert.deepEqual(await levels(shop), [before - 1, before - 1]);
  });

  it('switch to Flow: keeps goods that an export has taken off Flow’s level before Omnium was told of them', async () => {
    const [shop] = world.shops;
    const [before] = await levels(shop);
    await receive(shop, 2);
    await system.export();
    assert.deepEqual(await levels(shop), [before, before], 'Omnium is the master, and knows nothing of them');
    await system.switchMaster(shop);
    await system.workAll();
    assert.deepEqual(await levels(shop), [before + 2, before]);
    await system.sweep('flow-receivements');
    await system.comeToRest();
    assert.deepEqual(await levels(shop), [before + 2, before + 2]);
  });

  it('switch to Omnium: keeps goods that it has been told of and is about to be told of again', async () => {
    const shop = world.shops[1];
    const [before] = await levels(shop);
    await receive(shop, ORDERED);
    const [told] = (await hearAll()).filter(({ action }) => action === 'PURCHASE_RECEIVED');
    assert.ok(told);
    await system.workAll();
    assert.deepEqual(await levels(shop), [before + ORDERED, before + ORDERED]);
    await system.hear({ sender: 'flow', body: told });
    await system.switchMaster(shop);
    await system.export();
    assert.deepEqual(await levels(shop), [before + ORDERED, before + ORDERED]);
    await system.comeToRest();
    assert.deepEqual(await levels(shop), [before + ORDERED, before + ORDERED]);
  });
});

/** Nothing fails, nothing is lost, and everything comes once. */
function undisturbed(): SeededRandom {
  return { ...seededRandom(1), chance: () => false };
}
