import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';

import { StockLedger } from '../../sandbox/flow/store/stock-ledger';
import { at, fieldsOf, type FlowRig, productUidOf, S, skuNumber, startFlowRig, T, W } from './flow-rig';

const itemsOf = (document: unknown, path = 'items'): unknown[] => at(document, path) as unknown[];
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 3));
const BACK = `${S}/warehouses/oslocityback`;

describe("the Flow sandbox's stock", () => {
  let rig: FlowRig;
  let productUids: string[];
  beforeEach(async () => {
    rig = await startFlowRig();
    productUids = [];
    for (let index = 0; index < 6; index += 1) productUids.push(await productUidOf(rig, skuNumber(rig, index)));
  });
  afterEach(() => rig.stop());

  const productUid = (index: number): string => productUids[index] ?? assert.fail(`no product ${index}`);
  const set = async (index: number, quantityStock: number, warehouse = W): Promise<void> => {
    const reply = await rig.call(`PUT ${warehouse}/products/${productUid(index)}/stock`, { quantityStock });
    assert.equal(reply.status, 200);
  };
  const changes = async (modifiedAfter: string, query = '', body: object = {}): Promise<unknown[]> => {
    const reply = await rig.call(`POST ${S}/stock?${query}`, { modifiedAfter, ...body });
    assert.equal(reply.status, 200, JSON.stringify(reply.body));
    return itemsOf(reply.body).map((record) => at(record, 'productUid'));
  };

  describe('changes', () => {
    it('come oldest first, over all warehouses, on pages that fit together', async () => {
      const since = new Date().toISOString();
      await pause();
      for (const [index, warehouse] of [W, BACK, W, BACK, W].entries()) {
        await set(index, 100 * index, warehouse);
        await pause();
      }
      const expected = productUids.slice(0, 5);
      assert.deepEqual(await changes(since), expected);
      const paged: unknown[] = [];
      for (const page of [1, 2, 3, 4]) paged.push(...(await changes(since, `pageSize=2&pageNumber=${page}`)));
      assert.deepEqual(paged, expected);
      assert.deepEqual(await changes(since, '', { warehouseUids: ['oslocityback'] }), [productUid(1), productUid(3)]);
      assert.deepEqual(await changes(since, 'sortDirection=DESC&pageSize=2'), [productUid(4), productUid(3)]);
    });

    it('show a record once, at its last change, and exclude the moment that was asked for', async () => {
      const since = new Date().toISOString();
      await pause();
      await set(0, 100);
      await pause();
      await set(1, 100);
      await pause();
      await set(0, 300);
      assert.deepEqual(await changes(since), [productUid(1), productUid(0)]);
      const record = await rig.call(`GET ${W}/products/${productUid(1)}/stock`);
      const changedAt = String(at(record.body, 'lastModifiedAt'));
      assert.deepEqual(await changes(changedAt), [productUid(0)]);
      const justBefore = new Date(Date.parse(changedAt) - 1).toISOString();
      assert.deepEqual(await changes(justBefore), [productUid(1), productUid(0)]);
    });

    it('are everything without a time: first what was never touched, then by the last change', async () => {
      await set(2, 700);
      await pause();
      await set(1, 900);
      const body = { warehouseUids: ['oslocity'] };
      const first = await rig.call(`POST ${S}/stock?pageSize=100`, body);
      const total = Number(at(first.body, 'paging.totalCount'));
      const all: unknown[] = [];
      for (let page = 1; all.length < total; page += 1) {
        const { body: shown } = await rig.call(`POST ${S}/stock?pageSize=100&pageNumber=${page}`, body);
        assert.ok(itemsOf(shown).length > 0);
        all.push(...itemsOf(shown));
      }
      assert.equal(new Set(all.map((record) => at(record, 'productUid'))).size, total);
      assert.deepEqual(
        all.slice(-2).map((record) => [at(record, 'productUid'), at(record, 'quantityStock')]),
        [
          [productUid(2), 700],
          [productUid(1), 900],
        ],
      );
      const ofWarehouse = await rig.call(`GET ${W}/stock?pageSize=100&pageNumber=2`);
      assert.equal(at(ofWarehouse.body, 'paging.totalCount'), total);
      const newGoods = { productUid: 'fresh', name: 'Fresh', sku: 'FRESH' };
      assert.equal((await rig.call(`POST ${T}/products`, newGoods)).status, 201);
      assert.equal(at((await rig.call(`GET ${W}/stock`)).body, 'paging.totalCount'), total + 1);
      assert.equal((await rig.call(`DELETE ${T}/products/fresh`)).status, 204);
      assert.equal(at((await rig.call(`GET ${W}/stock`)).body, 'paging.totalCount'), total);
    });
  });

  describe('questions', () => {
    it('answer each product over the named warehouses, and name everything that is unknown', async () => {
      await set(0, 4_200);
      await set(0, 800, BACK);
      const warehouseUids = ['oslocity', 'oslocityback'];
      const question = { productUids: [productUid(0), productUid(1)], warehouseUids };
      const { body } = await rig.call(`POST ${T}/products/stock?pageSize=100`, question);
      assert.deepEqual(
        ['productUid', 'productSku', 'totalQuantityStock'].map((field) => at(body, `items[0].${field}`)),
        [productUid(0), skuNumber(rig, 0), 5_000],
      );
      assert.deepEqual(
        itemsOf(body, 'items[0].warehouseStockDetails').map((one) => [
          at(one, 'warehouseUid'),
          at(one, 'quantityStock'),
        ]),
        [
          ['oslocity', 4_200],
          ['oslocityback', 800],
        ],
      );
      const second = await rig.call(`POST ${T}/products/stock?pageSize=1&pageNumber=2`, question);
      assert.deepEqual(
        [at(second.body, 'items[0].productUid'), at(second.body, 'paging.totalCount')],
        [productUid(1), 2],
      );
      const unknown = { productUids: ['x', productUid(0), 'y'], warehouseUids: ['oslocity', 'z'] };
      assert.deepEqual(fieldsOf(await rig.call(`POST ${T}/products/stock`, unknown)), [
        ...['productUids[0]', 'productUids[2]', 'warehouseUids[1]'],
      ]);
      const skus = { productSkus: ['x', skuNumber(rig, 0), 'y'], warehouseUids };
      assert.deepEqual(fieldsOf(await rig.call(`POST ${T}/products/stock`, skus)), [
        'productSkus[0]',
        'productSkus[2]',
      ]);
      const sorted = await rig.call(`POST ${T}/products/stock?sortBy=productUid&sortDirection=DESC`, question);
      assert.deepEqual(
        itemsOf(sorted.body).map((one) => at(one, 'productUid')),
        [productUid(0), productUid(1)].sort().reverse(),
      );
    });
  });

  describe('levels', () => {
    it('carry a cost price that stays until another is told', async () => {
      const path = `${W}/products/${productUid(0)}/stock`;
      const written = await rig.call(`PUT ${path}`, { quantityStock: 500, costPrice: 1_990, reason: 'export' });
      assert.deepEqual([at(written.body, 'quantityStock'), at(written.body, 'costPrice')], [500, 1_990]);
      assert.equal(at((await rig.call(`PUT ${path}`, { quantityStock: 400 })).body, 'costPrice'), 1_990);
      assert.deepEqual(fieldsOf(await rig.call(`PUT ${path}`, { quantityStock: 400, costPrice: 19.9 })), ['costPrice']);
      assert.deepEqual(fieldsOf(await rig.call(`PUT ${path}`, { costPrice: 1_990 })), ['quantityStock']);
      assert.equal((await rig.call(`PUT ${W}/products/none/stock`, { quantityStock: 1 })).status, 404);
    });

    it('are counted by a clerk, who may count only what is of the store', async () => {
      const lines = [{ sku: skuNumber(rig, 0), quantityStock: 1_200, costPrice: 500 }];
      const counted = await rig.till('/count-stock', { lines });
      assert.deepEqual([counted.status, at(counted.body, 'items[0].quantityStock')], [200, 1_200]);
      assert.equal(at((await rig.call(`GET ${W}/products/${productUid(0)}/stock`)).body, 'quantityStock'), 1_200);
      const back = await rig.till('/count-stock', { warehouseUid: 'oslocityback', lines });
      assert.equal(at(back.body, 'items[0].warehouseUid'), 'oslocityback');
      const foreign = await rig.till('/count-stock', { warehouseUid: 'bergensentrum', lines });
      assert.deepEqual(fieldsOf(foreign), ['warehouseUid']);
      const none = [...lines, { sku: 'none', quantityStock: 1 }];
      assert.deepEqual(fieldsOf(await rig.till('/count-stock', { lines: none })), ['lines[1].sku']);
      const service = [{ sku: 'SHIPPING', quantityStock: 1 }];
      assert.deepEqual(fieldsOf(await rig.till('/count-stock', { lines: service })), ['lines[0].sku']);
    });
  });

  it('of 100,000 levels is written, read and paged through without going over all of them', () => {
    const ledger = new StockLedger(() => 0);
    const warehouseUids = Array.from({ length: 12 }, (_, index) => `w${index}`);
    const startMs = Date.UTC(2026, 5, 1);
    const startedAt = performance.now();
    for (let round = 0; round < 2; round += 1) {
      for (let index = 0; index < 100_000; index += 1) {
        const place = { warehouseUid: `w${index % 12}`, productUid: `p${Math.floor(index / 12)}` };
        const now = new Date(startMs + round * 100_000 + index).toISOString();
        ledger.change({ ...place, now }, (record) => {
          record.quantityStock = index;
        });
      }
    }
    assert.equal(ledger.look('w3', 'p0').quantityStock, 3);
    const view = ledger.changedAfter(startMs, ['w0']);
    let seen = 0;
    for (let start = 0; start < view.size; start += 100) seen += view.page(start, 100, 'ASC').length;
    assert.equal(seen, Math.ceil(100_000 / 12));
    const whole = ledger.changedAfter(startMs, warehouseUids);
    assert.equal(whole.size, 100_000);
    let before = '';
    for (let start = 0; start < whole.size; start += 100) {
      for (const { lastModifiedAt } of whole.page(start, 100, 'ASC')) {
        assert.ok(lastModifiedAt >= before);
        before = lastModifiedAt;
      }
    }
    assert.deepEqual(whole.page(0, 3, 'DESC'), whole.page(99_997, 3, 'ASC').reverse());
    assert.deepEqual(whole.page(99_999, 3, 'DESC'), whole.page(0, 1, 'ASC'));
    const elapsedMs = performance.now() - startedAt;
    // A scan of all records for each page, or each write, would take minutes; this takes about a second.
    assert.ok(elapsedMs < 30_000, `${elapsedMs} ms`);
  }).timeout(60_000);
});
