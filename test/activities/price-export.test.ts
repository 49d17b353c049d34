import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { priceExport } from '../../src/activities/catalogue/price-export';
import type { BatchRun } from '../support/run-export';
import { PriceRig, STORE } from './price-rig';

const MAIN = 'main';
const uidOf = (sku: string): string => sku.replace(/\W/g, '');
const written = ({ counts }: BatchRun): number[] => [counts.written, counts.unknown, counts.failed];
const HOUR_MS = 60 * 60_000;

describe('the export of selling prices, without Temporal', function () {
  this.timeout(30_000);
  let rig: PriceRig;
  let start: Date;

  before(async () => {
    rig = await PriceRig.start();
  });

  after(async () => {
    await rig.stop();
  });

  beforeEach(async () => {
    await rig.reset();
    // Whatever changes from here on is new; the catalogue itself is older.
    start = new Date(Date.now() - 1);
  });

  it('consists of the main list, the recommended price and the lists of stores that Flow has', async () => {
    const { names, leftOut, missing, afterWhole } = await rig.partitions(priceExport);
    assert.deepEqual(names, [MAIN, 'recommended', STORE.uid]);
    assert.ok(missing.length > 0 && !missing.includes(STORE.uid));
    assert.match(leftOut[0]?.reason ?? '', /export the stores/);
    assert.deepEqual(afterWhole, ['removals']);
    const [first = ''] = missing;
    await rig.makeList(first);
    assert.ok((await rig.partitions(priceExport)).names.includes(first), 'it is read as soon as it is there');
  });

  it('brings everything the first time, and finds everything right the second time', async () => {
    const [a, b] = [rig.sku(0), rig.sku(1)];
    await rig.flow('PUT', `/pricelists/main/prices/main-${uidOf(a)}`, { price: 1 });
    await rig.flow('DELETE', `/pricelists/main/prices/main-${uidOf(b)}`);
    await rig.price(a, { storeId: STORE.id, unitPrice: 77.5 });
    await rig.flow('PUT', `/products/${uidOf(b)}`, { recommendedRetailPrice: 5 });
    const first = await rig.everything(priceExport);
    assert.deepEqual(written(first).slice(1), [0, 0], first.differences.join());
    assert.ok(first.counts.written >= 4 && first.counts.unchanged > 30, JSON.stringify(first.counts));
    assert.deepEqual(await rig.onList(STORE.uid, a), [7_750]);
    assert.equal((await rig.onList(MAIN, b)).length, 1);
    assert.notEqual((await rig.onList(MAIN, a))[0], 1);
    await rig.clearRequests();
    const second = await rig.everything(priceExport);
    assert.deepEqual(written(second), [0, 0, 0]);
    assert.deepEqual(await rig.writes(), []);
  });

  it('takes changes of prices to the right lists, and nothing else', async () => {
    const [a, b] = [rig.sku(2), rig.sku(3)];
    await rig.price(a, { unitPrice: 149, recommendedRetailPrice: 199 });
    await rig.price(b, { unitPrice: 88, storeId: STORE.id });
    await rig.clearRequests();
    const result = await rig.changes(priceExport, start);
    assert.deepEqual(written(result), [3, 0, 0]);
    assert.deepEqual(await rig.onList(MAIN, a), [14_900]);
    assert.equal((await rig.product(a)).recommendedRetailPrice, 19_900);
    assert.deepEqual(await rig.onList(STORE.uid, b), [8_800]);
    assert.deepEqual(await rig.onList(STORE.uid, a), [], 'Flow falls back to the main list by itself');
    assert.deepEqual(
      (await rig.writes()).sort(),
      [
        `POST /pricelists/${STORE.uid}/prices`,
        `PUT /pricelists/main/prices/main-${uidOf(a)}`,
        `PUT /products/${uidOf(a)}`,
      ].sort(),
    );
    assert.deepEqual(written(await rig.changes(priceExport, start)), [0, 0, 0]);
  });

  it('adds VAT to prices without it, by their own rate or the market’s', async () => {
    await rig.price(rig.sku(0), { unitPrice: 79.96, isTaxExcluded: true, taxRate: 15 });
    await rig.price(rig.sku(1), { unitPrice: 100, isTaxExcluded: true, taxRate: null });
    await rig.price(rig.sku(2), { unitPrice: 79.96 });
    await rig.changes(priceExport, start);
    const prices = await Promise.all([0, 1, 2].map((index) => rig.onList(MAIN, rig.sku(index))));
    assert.deepEqual(prices, [[9_195], [12_500], [7_996]]);
  });

  it('leaves a price alone that is only there in another currency, and says so', async () => {
    const sku = rig.sku(4);
    const [before] = await rig.onList(MAIN, sku);
    await rig.control('omnium', '/catalogue/prices', {
      codes: [sku],
      where: { marketId: 'NOR' },
      set: { currencyCode: 'SEK' },
    });
    const result = await rig.changes(priceExport, start);
    assert.deepEqual(result.unresolvedNames.includes(`${sku}@${MAIN}`), true, JSON.stringify(result));
    assert.match(result.differences.join(), /its price is in SEK, not in NOK/);
    assert.deepEqual(await rig.onList(MAIN, sku), [before]);
    await rig.control('omnium', '/catalogue/prices', {
      codes: [sku],
      where: { marketId: 'NOR' },
      set: { currencyCode: 'NOK', unitPrice: 12 },
    });
    const healed = await rig.records(priceExport, result.unresolvedNames);
    assert.deepEqual([healed.unresolvedNames, await rig.onList(MAIN, sku)], [[], [1_200]]);
  });

  it('knows of prices that begin or end without being changed', async () => {
    const sku = rig.sku(5);
    const now = Date.now();
    const at = (hours: number): string => new Date(now + hours * HOUR_MS).toISOString();
    const [usual] = await rig.onList(MAIN, sku);
    await rig.price(
      sku,
      { unitPrice: 10, validFrom: at(2), validUntil: at(4) },
      { unitPrice: 5, storeId: STORE.id, validUntil: at(3) },
    );
    await rig.changes(priceExport, start);
    assert.deepEqual([await rig.onList(MAIN, sku), await rig.onList(STORE.uid, sku)], [[usual], [500]]);
    const first = { from: new Date(now + HOUR_MS), to: new Date(now + 2.5 * HOUR_MS) };
    const main = await rig.changes(priceExport, first.from, { ...first, onPending: () => undefined });
    assert.deepEqual(main.counts, { ...main.counts, written: 1, unchanged: 0 }, 'the store’s list is not looked at');
    const later = { from: new Date(now + HOUR_MS), to: new Date(now + 3.5 * HOUR_MS) };
    const began = await rig.changes(priceExport, later.from, later);
    assert.equal(began.counts.written, 2);
    assert.deepEqual([await rig.onList(MAIN, sku), await rig.onList(STORE.uid, sku)], [[1_000], []]);
    await rig.changes(priceExport, later.to, { to: new Date(now + 5 * HOUR_MS) });
    assert.deepEqual(await rig.onList(MAIN, sku), [usual]);
  });

  it('brings back the usual price when a lower one is taken away, which none of the prices left tells', async () => {
    const [sku, validFrom] = [rig.sku(9), new Date(Date.now() - 48 * HOUR_MS).toISOString()];
    const [usual] = await rig.onList(MAIN, sku);
    const lower = { unitPrice: 1, validFrom };
    await rig.price(sku, lower, { unitPrice: 2, storeId: STORE.id });
    await rig.changes(priceExport, start);
    assert.deepEqual(await rig.onList(MAIN, sku), [100]);
    await pause(20);
    const from = new Date();
    await pause(20);
    const price = { code: sku, marketId: 'NOR', currencyCode: 'NOK', ...lower };
    const removal = await rig.omnium('DELETE', '/api/Prices', [{ productId: sku, prices: [price] }]);
    assert.equal(removal.status, 200);
    await rig.changes(priceExport, from);
    assert.deepEqual(await rig.onList(MAIN, sku), [usual]);
  });

  it('removes what Omnium has removed, at the next whole read wherever it was', async () => {
    const [a, gone] = [rig.sku(6), 'GONE-1'];
    await rig.price(a, { unitPrice: 50, storeId: STORE.id });
    await rig.changes(priceExport, start);
    const product = { productUid: 'GONE1', sku: gone, externalId: gone, name: 'Gone' };
    const { vatCodeUid } = await rig.product(a);
    assert.ok((await rig.flow('POST', '/products', { ...product, vatCodeUid })).status < 300);
    const prices = '/pricelists/main/prices';
    await rig.flow('POST', prices, { priceUid: 'GONE1_main', productUid: 'GONE1', price: 100 });
    await rig.flow('POST', prices, { priceUid: 'by-hand', productUid: 'GONE1', price: 200 });
    const price = { code: a, marketId: 'NOR', currencyCode: 'NOK', storeId: STORE.id };
    const removal = await rig.omnium('DELETE', '/api/Prices', [{ productId: a, prices: [price], ignoreDates: true }]);
    assert.equal(removal.status, 200);
    await rig.everything(priceExport);
    assert.deepEqual(await rig.onList(STORE.uid, a), []);
    assert.deepEqual(await rig.onList(MAIN, gone), [200], 'ours is gone, somebody else’s is not');
  });

  it('keeps products that Flow does not have, and brings their prices once it has them', async () => {
    const made = await rig.omnium('POST', '/api/Products', {
      ...{ productId: 'NEW-7', skuId: 'NEW-7', isSku: true, name: 'New', language: 'no', marketIds: ['NOR'] },
      prices: [{ code: 'NEW-7', marketId: 'NOR', currencyCode: 'NOK', unitPrice: 70 }],
    });
    assert.ok(made.status < 300, JSON.stringify(made.body));
    const result = await rig.changes(priceExport, start);
    assert.deepEqual([result.unresolvedNames, result.counts.unknown], [['NEW-7@*'], 1]);
    const { vatCodeUid } = await rig.product(rig.sku(0));
    await rig.flow('POST', '/products', {
      productUid: 'NEW7',
      sku: 'NEW-7',
      externalId: 'NEW-7',
      name: 'New',
      vatCodeUid,
    });
    const healed = await rig.records(priceExport, result.unresolvedNames);
    assert.deepEqual([healed.unresolvedNames, await rig.onList(MAIN, 'NEW-7')], [[], [7_000]]);
  });

  it('never writes to a product that is another article with the same uid', async () => {
    const sku = rig.sku(7);
    await rig.flow('PUT', `/products/${uidOf(sku)}`, { externalId: `${sku}-other` });
    await rig.price(sku, { unitPrice: 1 });
    await rig.clearRequests();
    const result = await rig.changes(priceExport, start);
    assert.deepEqual(written(result), [0, 0, 1]);
    assert.match(result.differences.join(), /UidCollision/);
    assert.deepEqual(await rig.writes(), []);
  });

  it('changes a price that somebody has made meanwhile, and makes one that somebody has removed', async () => {
    const [a, b] = [rig.sku(8), rig.sku(9)];
    await rig.price(a, { unitPrice: 20, storeId: STORE.id });
    await rig.price(b, { unitPrice: 30, storeId: STORE.id });
    await rig.changes(priceExport, start);
    await rig.price(b, { unitPrice: 31, storeId: STORE.id });
    const path = `/pricelists/${STORE.uid}/prices`;
    await rig.control('flow', '/faults', { kind: 'lost-answer', method: 'POST', path: '/prices', times: 1 });
    await rig.flow('DELETE', `${path}/${uidOf(a)}_${STORE.uid}`);
    const result = await rig.changes(priceExport, start);
    assert.deepEqual(written(result), [2, 0, 0], result.differences.join());
    assert.deepEqual([await rig.onList(STORE.uid, a), await rig.onList(STORE.uid, b)], [[2_000], [3_100]]);
  });

  describe('of variants', () => {
    const variantsOf = (): { productId: string; first: string; second: string } => {
      const style = rig.chain.products.find(({ kind, skus }) => kind === 'style' && skus.length > 1);
      const [first, second] = style?.skus ?? [];
      assert.ok(style && first && second);
      return { productId: style.productId, first: first.sku, second: second.sku };
    };

    it('takes prices from the products where there is no index of prices', async () => {
      const { first } = variantsOf();
      await rig.control('omnium', '/catalogue/price-home', { home: 'product' });
      await rig.price(first, { unitPrice: 63 });
      await rig.changes(priceExport, start);
      assert.deepEqual(await rig.onList(MAIN, first), [6_300]);
    });

    it('takes a price of the product for those without one of their own', async () => {
      const { productId, first, second } = variantsOf();
      await rig.control('omnium', '/catalogue/price-home', { home: 'index' });
      assert.equal((await rig.omnium('DELETE', '/api/Prices', [{ productId: first }])).status, 200);
      const general = { marketId: 'NOR', currencyCode: 'NOK', unitPrice: 64, taxRate: 25 };
      const { status } = await rig.omnium('PUT', '/api/Prices/AddMany', [{ productId, prices: [general] }]);
      assert.equal(status, 200);
      await rig.price(second, { unitPrice: 65 });
      await rig.changes(priceExport, start);
      assert.deepEqual([await rig.onList(MAIN, first), await rig.onList(MAIN, second)], [[6_400], [6_500]]);
    });
  });

  it('leaves a price open that cannot be read, brings the others, and goes on where it stopped', async () => {
    const [bad, good] = [rig.sku(10), rig.sku(11)];
    await rig.price(bad, { unitPrice: 11 });
    await rig.price(good, { unitPrice: 12 });
    await rig.control('omnium', '/catalogue/failing', { codes: [bad], status: 500, reads: ['prices'] });
    const result = await rig.changes(priceExport, start);
    assert.deepEqual(result.unresolvedNames, [`${bad}@*`]);
    assert.deepEqual(await rig.onList(MAIN, good), [1_200]);
    const partitions = [{ name: 'what changed', read: 'changes', members: [MAIN], after: '\uffff' } as const];
    const nothing = await rig.export({ kind: priceExport, from: start, partitions });
    assert.equal(nothing.counts.unchanged + nothing.counts.written, 0, 'all is behind the cursor');
  });

  it('names what would be written, and writes nothing, in a dry run', async () => {
    const sku = rig.sku(0);
    await rig.price(sku, { unitPrice: 42, recommendedRetailPrice: 43 });
    await rig.clearRequests();
    const named: string[] = [];
    await rig.changes(priceExport, start, { onPending: (record, change) => named.push(`${record} ${change}`) });
    assert.deepEqual(await rig.writes(), []);
    assert.equal(named.length, 2);
    assert.match(named.join('\n'), new RegExp(`${sku}@main .* → 42`));
    assert.match(named.join('\n'), new RegExp(`${sku}@recommended .* → 43`));
  });
});
