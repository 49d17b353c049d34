import assert from 'node:assert/strict';
import { costPriceExport, soaPriceExport } from '../../src/activities/catalogue/cost-price-export';
import { PriceRig, STORE } from './price-rig';
import { UNRESOLVED } from '../support/run-export';

const HOUR_MS = 60 * 60_000;
const ON_ACCOUNT = `${STORE.uid}_soa`;

describe('the exports of cost prices and of stock on account, without Temporal', function () {
  this.timeout(30_000);
  let rig: PriceRig;
  let start: Date;
  const at = (hours: number): string => new Date(start.getTime() + hours * HOUR_MS).toISOString();

  before(async () => {
    rig = await PriceRig.start();
  });

  after(async () => {
    await rig.stop();
  });

  beforeEach(async () => {
    await rig.reset();
    start = new Date(Date.now() - 1);
  });

  it('bring what a product costs the chain to the product, where it differs', async () => {
    const sku = rig.sku(0);
    await rig.cost(sku, { cost: 33.335, marketId: 'NOR', validFrom: at(-1) }, { cost: 1, storeId: STORE.id });
    await rig.clearRequests();
    const result = await rig.changes(costPriceExport, start);
    assert.deepEqual([result.counts.written, result.unresolvedNames], [1, []], result.differences.join());
    assert.equal((await rig.product(sku)).purchasePrice, 3_334);
    assert.deepEqual(await rig.writes(), [`PUT /products/${sku.replace(/\W/g, '')}`]);
    assert.equal((await rig.changes(costPriceExport, start)).counts.written, 0);
    const whole = await rig.everything(costPriceExport);
    assert.deepEqual([whole.counts.written, whole.counts.failed], [0, 0], whole.differences.join());
    assert.ok(whole.counts.unchanged > 30);
  });

  it('bring a cost in another currency as that', async () => {
    const made = { productId: 'EUR-1', skuId: 'EUR-1', isSku: true, name: 'Euro', language: 'no', marketIds: ['NOR'] };
    await rig.omnium('POST', '/api/Products', { ...made, cost: 12.5, costCurrency: 'EUR' });
    const { vatCodeUid } = await rig.product(rig.sku(0));
    await rig.flow('POST', '/products', { productUid: 'EUR1', sku: 'EUR-1', name: 'Euro', vatCodeUid });
    await rig.changes(costPriceExport, start);
    const { purchasePrice, currencyPurchasePrice } = await rig.product('EUR-1');
    assert.deepEqual([purchasePrice ?? null, currencyPurchasePrice], [null, { amount: 1_250, currency: 'EUR' }]);
    assert.equal(
      (await rig.changes(costPriceExport, start)).counts.written,
      0,
      'the product’s own cost, and it is right',
    );
    await rig.cost('EUR-1', { cost: 99 });
    await rig.changes(costPriceExport, start);
    assert.equal((await rig.product('EUR-1')).purchasePrice, 9_900, 'a cost price wins over the product’s own cost');
  });

  it('remember when a cost begins that nobody will change then', async () => {
    const sku = rig.sku(1);
    await rig.cost(
      sku,
      { cost: 40, marketId: 'NOR', validFrom: at(-1) },
      { cost: 50, marketId: 'NOR', validFrom: at(2) },
    );
    const result = await rig.changes(costPriceExport, start);
    assert.deepEqual(result.deferred, [{ record: `${sku}@cost`, at: at(2) }]);
    assert.deepEqual([(await rig.product(sku)).purchasePrice, result.unresolvedNames], [4_000, []]);
    const more = { partitions: [UNRESOLVED], records: [`${sku}@cost`] };
    const then = await rig.export({ kind: costPriceExport, ...more, to: new Date(start.getTime() + 3 * HOUR_MS) });
    assert.deepEqual([then.deferred, (await rig.product(sku)).purchasePrice], [[], 5_000]);
  });

  it('leave a cost open that cannot be carried over', async () => {
    const sku = rig.sku(2);
    await rig.cost(sku, { cost: 1e15, marketId: 'NOR', validFrom: at(-1) });
    const result = await rig.changes(costPriceExport, start);
    assert.deepEqual(result.unresolvedNames, [`${sku}@cost`]);
    assert.match(result.differences.join(), /15 digits/);
  });

  describe('of stock on account', () => {
    it('go to a list of each store, which is made for the first of them', async () => {
      const sku = rig.sku(3);
      const { names, missing } = await rig.partitions(soaPriceExport);
      assert.ok(names.includes(ON_ACCOUNT) && missing.length === 0);
      await rig.changes(soaPriceExport, start);
      assert.equal((await rig.flow('GET', `/pricelists/${ON_ACCOUNT}`)).status, 404, 'nothing to be told');
      await rig.cost(sku, { cost: 21.5, storeId: STORE.id, type: 'SOA' }, { cost: 5, storeId: STORE.id });
      await rig.cost(rig.sku(4), { cost: 22, storeId: STORE.id, type: 'SOA', validUntil: at(3) });
      const result = await rig.changes(soaPriceExport, start);
      assert.deepEqual([result.counts.written, result.unresolvedNames], [2, []], result.differences.join());
      assert.deepEqual(await rig.onList(ON_ACCOUNT, sku), [2_150]);
      assert.equal((await rig.flow('GET', `/pricelists/${ON_ACCOUNT}`)).body.externalId, STORE.id);
      assert.deepEqual(result.deferred, [{ record: `${rig.sku(4)}@${ON_ACCOUNT}`, at: at(3) }]);
      const whole = await rig.everything(soaPriceExport);
      assert.deepEqual([whole.counts.written, whole.counts.unchanged], [0, 2]);
      const more = { partitions: [UNRESOLVED], records: [`${rig.sku(4)}@${ON_ACCOUNT}`] };
      await rig.export({ kind: soaPriceExport, ...more, to: new Date(start.getTime() + 4 * HOUR_MS) });
      assert.deepEqual([await rig.onList(ON_ACCOUNT, rig.sku(4)), await rig.onList(ON_ACCOUNT, sku)], [[], [2_150]]);
    });

    it('have nothing to do with what a product costs', async () => {
      const sku = rig.sku(5);
      const before = (await rig.product(sku)).purchasePrice;
      await rig.cost(sku, { cost: 3, type: 'soa' }, { cost: 4, storeId: STORE.id, type: 'SOA' });
      await rig.changes(costPriceExport, start);
      assert.equal((await rig.product(sku)).purchasePrice, before);
    });
  });
});
