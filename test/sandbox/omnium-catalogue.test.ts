import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { initialStockOf } from '../../sandbox/chain/build-chain';
import { type Answer, lineOf, type OmniumRig, orderOf, startReceiver, startRig } from './omnium-rig';

describe('Omnium sandbox catalogue, stock and settings', () => {
  let rig: OmniumRig;
  before(async () => {
    rig = await startRig({ rateLimits: false, scrollBatchSize: 40 });
  });
  after(() => rig.stop());
  beforeEach(async () => {
    await rig.control('POST', '/reset');
  });

  it('shows stores, warehouses, markets, groups and order types', async () => {
    const stores = (await rig.call('GET', '/api/Stores')).json;
    assert.ok(
      stores.list('result').some((store) => store.at('id') === 'oslo-city' && store.at('isPrimaryStore') === true),
    );
    const shop = (await rig.call('GET', '/api/stores/oslo-city')).json;
    assert.match(shop.text('mondayOpeningHours.openFrom'), /^\d{2}:\d{2}:\d{2}$/);
    assert.equal(typeof shop.at('latitude'), 'string');
    assert.equal((await rig.call('GET', '/api/Stores/nowhere')).status, 404);
    const warehouses = await rig.call('POST', '/api/Stores/SearchStores', { isWarehouse: true, marketIds: ['NOR'] });
    assert.ok(Number(warehouses.json.at('totalHits')) >= 2);
    const markets = (await rig.call('GET', '/api/Markets')).json.list();
    assert.deepEqual(
      markets.map((market) => [market.at('marketId'), market.at('currency'), market.at('defaultTaxRate')]),
      [
        ['NOR', 'NOK', 25],
        ['SWE', 'SEK', 25],
        ['DNK', 'DKK', 25],
        ['FIN', 'EUR', 25.5],
      ],
    );
    assert.deepEqual((await rig.call('GET', '/api/Markets/GetMarketGroups')).json.raw, [
      { groupId: 'NORDIC', groupName: 'NORDIC', marketIds: ['NOR', 'SWE', 'DNK'] },
    ]);
    const types = (await rig.call('GET', '/api/Settings/OrderTypes')).json.list().map((type) => type.at('name'));
    assert.deepEqual(types, [
      ...['Online', 'OnlineOrder', 'ClickAndCollect', 'Bopis', 'ShipFromStore', 'Pos', 'PreOrder', 'Replacement'],
      'ReturnOrder',
    ]);
  });

  it('finds products by number and by SKU, and scrolls them all', async () => {
    const style = rig.chain.products.find(({ kind }) => kind === 'style');
    const bySku = await rig.call('GET', `/api/Products/${style?.skus[1]?.sku ?? ''}`);
    assert.equal(bySku.json.at('skuId'), style?.skus[1]?.sku);
    const byNumber = await rig.call('GET', `/api/Products/${style?.productId ?? ''}`);
    assert.equal(byNumber.json.list('variants').length, style?.skus.length);
    assert.equal((await rig.call('GET', '/api/Products/none')).status, 404);
    let batch = await rig.call('POST', '/api/Products/Scroll', {});
    let count = 0;
    while (batch.json.list('result').length > 0) {
      count += batch.json.list('result').length;
      batch = await rig.call('GET', `/api/Products/Scroll/${batch.json.text('scrollId')}`);
    }
    assert.equal(count, rig.chain.products.length);
    const found = await rig.call('POST', '/api/Products/SearchProducts', { isPackage: true, take: 100 });
    assert.equal(found.json.at('totalHits'), rig.chain.products.filter(({ kind }) => kind === 'package').length);
  });

  it('learns new and patched products', async () => {
    const product = {
      productId: 'NEW-1',
      skuId: 'NEW-1',
      name: 'New thing',
      prices: [{ marketId: 'NOR', currencyCode: 'NOK', unitPrice: 75 }],
    };
    assert.equal((await rig.call('POST', '/api/Products/AddMany', [product])).status, 200);
    const lineItems = [lineOf(rig, { code: 'NEW-1', placedPrice: undefined })];
    await rig.call('POST', '/api/Orders', orderOf(rig, 'o-1', { orderForm: { lineItems } }));
    const order = (await rig.call('GET', '/api/Orders/o-1')).json;
    assert.deepEqual([order.at('orderForm.total'), order.at('orderForm.lineItems.0.displayName')], [75, 'New thing']);
    const patched = await rig.call('PATCH', '/api/Products/PatchMany', [
      { productId: 'NEW-1', name: 'Newer' },
      { productId: 'none', name: 'x' },
    ]);
    assert.deepEqual([patched.json.at('updatedCount'), patched.json.at('notFoundIds')], [1, ['none']]);
    const delta = await rig.call('POST', '/api/Products/Scroll', { modifiedFrom: '2026-02-01T00:00:00Z' });
    assert.deepEqual(
      delta.json.list('result').map((each) => each.at('name')),
      ['Newer'],
    );
    assert.equal((await rig.call('POST', '/api/Products', { name: 'no number' })).status, 400);
  });

  it('shows prices per market, and refuses a search that names nothing', async () => {
    const [sku] = rig.skus;
    const chainSku = rig.chain.products.flatMap(({ skus }) => skus).find((each) => each.sku === sku);
    const prices = await rig.call('POST', '/api/Prices/Search', { productCodes: [sku], marketId: 'SWE' });
    assert.equal(prices.json.at('result.0.unitPrice'), (chainSku?.prices.SWE.unitCents ?? 0) / 100);
    assert.equal((await rig.call('POST', '/api/Prices/Search', {})).status, 400);
  });

  it('shows suppliers', async () => {
    const [supplier] = rig.chain.suppliers;
    assert.equal(
      (await rig.call('GET', `/api/Suppliers/${supplier?.supplierId ?? ''}`)).json.at('name'),
      supplier?.name,
    );
    const found = await rig.call('POST', '/api/Suppliers/Search', { take: 3 });
    assert.deepEqual([found.json.at('totalHits'), found.json.list('result').length], [rig.chain.suppliers.length, 3]);
  });

  describe('inventory', () => {
    const update = (items: unknown[], query = ''): Promise<Answer> =>
      rig.call('PUT', `/api/Inventory/UpdateMany${query}`, items);
    const stock = async (sku: string): Promise<unknown> =>
      (await rig.call('GET', `/api/Inventory/${sku}?warehouseIds=oslo-city`)).json.at('result.0.inventory');

    it('starts from the chain’s stock', async () => {
      const [sku] = rig.skus;
      const expected = initialStockOf(rig.chain, 'oslo-city', sku);
      assert.equal(await stock(sku), expected === 0 ? undefined : expected);
    });

    it('sets absolute quantities, skips equal ones and writes a transaction per change', async () => {
      const [sku] = rig.skus;
      await update([{ sku, warehouseCode: 'oslo-city', inventory: 10, location: 'A1', reservedInventory: 99 }]);
      await update([{ SKU: sku, WarehouseCode: 'oslo-city', Inventory: 12.5 }]);
      await update([{ sku, warehouseCode: 'oslo-city', inventory: 12.5 }]);
      const item = (await rig.call('GET', `/api/Inventory/${sku}?warehouseIds=oslo-city`)).json;
      assert.deepEqual(
        ['inventory', 'location', 'reservedInventory', 'calculatedInventory'].map((name) =>
          item.at(`result.0.${name}`),
        ),
        [12.5, 'A1', 0, 12.5],
      );
      const moves = await rig.call('POST', '/api/Inventory/SearchTransactions', { skuId: sku });
      assert.deepEqual(
        moves.json.list('result').map((move) => move.at('newInventory')),
        [10, 12.5],
      );
      await update(
        [{ sku, warehouseCode: 'oslo-city', inventory: 12.5, reservedInventory: 2 }],
        '?isReservedInventoryOverwritten=true',
      );
      const reserved = (await rig.call('GET', `/api/Inventory/${sku}?warehouseIds=oslo-city`)).json;
      assert.equal(reserved.at('result.0.calculatedInventory'), 10.5);
    });

    it('refuses unknown warehouses and more than 1,000 items, changing nothing', async () => {
      const [sku] = rig.skus;
      const bad = await update([
        { sku, warehouseCode: 'oslo-city', inventory: 1 },
        { sku, warehouseCode: 'moon' },
      ]);
      assert.deepEqual(Object.keys(bad.json.at('errors') as object), ['[1].warehouseCode']);
      assert.notEqual(await stock(sku), 1);
      const many = Array.from({ length: 1001 }, () => ({ sku, warehouseCode: 'oslo-city', inventory: 1 }));
      assert.equal((await update(many)).status, 400);
      assert.equal((await update([{ sku: 'unknown to all', warehouseCode: 'oslo-city', inventory: 1 }])).status, 200);
    });

    it('reads a delta and scrolls what is too long', async () => {
      const [sku] = rig.skus;
      const before = new Date(Date.now() - 1000).toISOString();
      await update([{ sku, warehouseCode: 'oslo-city', inventory: 77 }]);
      const delta = await rig.call('POST', '/api/Inventory/Search', { lastModified: before });
      assert.deepEqual(
        delta.json.list('result').map((item) => [item.at('sku'), item.at('inventory')]),
        [[sku, 77]],
      );
      const all = await rig.call('POST', '/api/Inventory/Search', { warehouseCodes: ['oslo-city'] });
      assert.equal(all.json.list('result').length, 40);
      const next = await rig.call('GET', `/api/Inventory/Scroll/${all.json.text('scrollId')}`);
      assert.equal(next.json.list('result').length, 40);
      assert.equal((await rig.call('POST', '/api/Inventory/Search', {})).status, 400);
    });
  });

  it('goes on from its state file with orders, customers, products, stock, subscriptions and live tokens', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'omnium-state-'));
    const stateFile = join(directory, 'omnium.json');
    const receiver = await startReceiver();
    const first = await startRig({ stateFile });
    await first.control('POST', '/subscriptions', { url: receiver.url, operationIds: [310101] });
    await first.call('POST', '/api/Orders', orderOf(first, 'o-1'));
    await first.call('POST', '/api/PrivateCustomers', { customerId: 'k-1', firstName: 'Kari' });
    await first.call('POST', '/api/Products', { productId: 'NEW-1', skuId: 'NEW-1', name: 'New' });
    await first.call('PUT', '/api/Inventory/UpdateMany', [{ sku: 'NEW-1', warehouseCode: 'oslo-city', inventory: 3 }]);
    await first.stop();
    const second = await startRig({ stateFile });
    second.token = first.token;
    assert.equal((await second.call('GET', '/api/Orders/o-1')).status, 200);
    assert.equal((await second.call('POST', '/api/Orders/Search', {})).json.at('totalHits'), 1);
    assert.equal((await second.call('GET', '/api/PrivateCustomers/k-1')).status, 200);
    assert.equal((await second.call('GET', '/api/Products/NEW-1')).json.at('name'), 'New');
    assert.equal((await second.call('GET', '/api/Inventory/NEW-1')).json.at('result.0.inventory'), 3);
    await second.call('POST', '/api/Orders/o-1/UpdateStatus', { status: 'InProgress' });
    const [event] = await receiver.waitFor(1);
    assert.equal(event?.body.at('objectId'), 'o-1');
    const order = (await second.call('GET', '/api/Orders/o-1')).json;
    assert.deepEqual(order.at('orderForm.shipments.0.lineItems'), order.at('orderForm.lineItems'));
    await second.stop();
    await receiver.stop();
    await rm(directory, { recursive: true });
  });
});
