import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type FlowSandboxOptions } from '../../sandbox/flow/server';
import { at, fieldsOf, type FlowRig, type Reply, skuNumber, startFlowRig, T, W } from './flow-rig';

describe("what the Flow sandbox's catalogue can be told", () => {
  let rig: FlowRig | undefined;
  const start = async (options: Partial<FlowSandboxOptions> = {}): Promise<FlowRig> => {
    rig = await startFlowRig(options);
    return rig;
  };
  afterEach(async () => {
    await rig?.stop();
    rig = undefined;
  });

  const sim = async (running: FlowRig, call: string, body?: object): Promise<Reply> => {
    const [method = '', path = ''] = call.split(' ', 2);
    const response = await fetch(`${running.url}/_sim/tenants/flow_no${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('application/json') === true;
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
  const lines = async (running: FlowRig, path: string): Promise<unknown[]> => {
    const { status, body, headers } = await sim(running, `GET /catalogue/${path}`);
    assert.deepEqual([status, headers.get('content-type')], [200, 'application/x-ndjson']);
    return String(body)
      .split('\n')
      .filter((line) => line !== '')
      .map((line): unknown => JSON.parse(line));
  };

  it('is read whole, kind by kind, one document per line', async () => {
    const running = await start();
    const { chain } = running;
    const style = chain.products.find(({ kind }) => kind === 'style');
    const pack = chain.products.find(({ kind }) => kind === 'package');
    assert.ok(style && pack);
    const image = { productMediaUid: 'i1', mainUrl: 'https://images.example/1.jpg' };
    await running.call(`POST ${T}/products/${style.productId}/media`, image);
    await running.call(`POST ${T}/properties`, { propertyUid: 'size', propertyName: 'Size', type: 'SINGLESELECT' });
    await running.call(`POST ${T}/properties/size/options`, { propertyOptionUid: 'M', propertyOptionName: 'M' });
    await running.call(`POST ${T}/products/SHIPPING/properties`, { propertyUid: 'size', propertyOptionUid: 'M' });

    const products = await lines(running, 'products');
    const { body: sizes } = await sim(running, 'GET /catalogue');
    assert.equal(products.length, at(sizes, 'products'));
    const of = (uid: string): unknown => products.find((one) => at(one, 'productUid') === uid);
    const parent = of(style.productId);
    assert.deepEqual(
      [at(parent, 'media[0].productMediaUid'), at(parent, 'media[0].isCoverImage'), at(parent, 'parentUid')],
      ['i1', true, null],
    );
    const firstVariant = String(at(parent, 'variants[0].productUid'));
    assert.equal(at(of(firstVariant), 'parentUid'), style.productId);
    assert.equal(
      at(of(pack.productId), 'packageSlots[0].components[0].quantity'),
      (pack.components?.[0]?.quantity ?? 0) * 100,
    );
    assert.equal(at(of('SHIPPING'), 'optionProperties[0].propertyOptionName'), 'M');
    const two = await lines(running, `products?productUid=SHIPPING&productUid=none&productUid=${style.productId}`);
    assert.deepEqual(
      two.map((one) => at(one, 'productUid')),
      ['SHIPPING', style.productId],
    );
    assert.equal((await lines(running, 'properties'))[0] !== undefined, true);
    assert.equal(at((await lines(running, 'properties'))[0], 'options[0].propertyOptionUid'), 'M');
    for (const kind of ['brands', 'suppliers', 'product-groups', 'categories'] as const) {
      assert.ok((await lines(running, kind)).length > 1, kind);
    }
    assert.deepEqual(
      (await lines(running, 'pricelists')).map((one) => [at(one, 'pricelistUid'), at(one, 'priceCount')]),
      [
        ['main', 150],
        ['b2b', 150],
      ],
    );
    const main = await lines(running, 'prices/main');
    assert.deepEqual([main.length, at(main[0], 'pricelistUid')], [150, 'main']);
    assert.equal((await lines(running, 'prices')).length, 300);
    assert.equal((await sim(running, 'GET /catalogue/prices/none')).status, 404);
    assert.equal((await sim(running, 'GET /catalogue/nothing')).status, 404);
  });

  it('fails the writes of single products, and no others', async () => {
    const running = await start();
    const [bad, good] = [0, 1].map((index) => skuNumber(running, index).replace(/[^A-Za-z0-9_]/g, ''));
    assert.ok(bad && good);
    const path = '/product-faults';
    assert.equal((await sim(running, `POST ${path}`, { productUid: bad, status: 422 })).status, 201);
    const rename = (uid: string): Promise<Reply> => running.call(`PUT ${T}/products/${uid}`, { name: 'New' });
    const price = (uid: string): Promise<Reply> =>
      running.call(`PUT ${T}/pricelists/main/prices/main-${uid}`, { price: 100 });
    assert.deepEqual(fieldsOf(await rename(bad)), ['productUid']);
    assert.equal((await price(bad)).status, 422);
    assert.equal((await running.call(`POST ${T}/pricelists/b2b/prices`, { productUid: bad, price: 1 })).status, 422);
    const image = { mainUrl: 'https://images.example/1.jpg' };
    assert.equal((await running.call(`POST ${T}/products/${bad}/media`, image)).status, 422);
    assert.equal((await running.call(`GET ${T}/products/${bad}`)).status, 200);
    assert.equal((await running.call(`PUT ${W}/products/${bad}/stock`, { quantityStock: 100 })).status, 200);
    for (const uid of [good]) assert.deepEqual([(await rename(uid)).status, (await price(uid)).status], [200, 200]);

    const once = { productUid: bad, status: 503, times: 1, writes: ['price'] };
    assert.equal((await sim(running, `POST ${path}`, once)).status, 201);
    assert.equal((await rename(bad)).status, 200);
    assert.equal((await price(bad)).status, 503);
    assert.equal((await price(bad)).status, 200);
    assert.deepEqual((await sim(running, `GET ${path}`)).body, { faults: [] });

    for (const productUid of ['new', good]) {
      await sim(running, `POST ${path}`, { productUid, status: 500, writes: ['product', 'stock'] });
    }
    assert.equal((await running.call(`POST ${T}/products`, { productUid: 'new', name: 'N', sku: 'N' })).status, 500);
    assert.equal((await running.call(`PUT ${W}/products/${good}/stock`, { quantityStock: 100 })).status, 500);
    assert.equal(at((await sim(running, `GET ${path}`)).body, 'faults[1].hits'), 1);
    assert.equal((await sim(running, `DELETE ${path}/new`)).status, 204);
    assert.equal((await sim(running, `DELETE ${path}/new`)).status, 404);
    assert.equal((await sim(running, `DELETE ${path}`)).status, 204);
    assert.equal((await rename(good)).status, 200);
    assert.deepEqual(fieldsOf(await sim(running, `POST ${path}`, { productUid: good, status: 200 })), ['status']);
  });

  it('begins empty when it is told to, and can be filled', async () => {
    const running = await start({ catalogue: 'empty' });
    const { body } = await sim(running, 'GET /catalogue');
    for (const kind of ['products', 'brands', 'suppliers', 'productGroups', 'categories', 'prices', 'media'] as const) {
      assert.equal(at(body, kind), 0, kind);
    }
    assert.deepEqual(await lines(running, 'products'), []);
    assert.equal((await running.call(`POST ${T}/products`, { productUid: 'p1', name: 'P', sku: 'P' })).status, 201);
    const price = { productUid: 'p1', price: 100 };
    assert.equal((await running.call(`POST ${T}/pricelists/main/prices`, price)).status, 200);
    assert.equal(at((await running.call(`GET ${W}/products/p1/stock`)).body, 'quantityStock'), 0);
  });

  it('begins as an old state of the chain, always the same', async () => {
    const running = await start({ catalogue: 'stale' });
    const read = async (): Promise<unknown[]> => lines(running, 'products');
    const products = await read();
    const bySku = new Map(products.map((one) => [String(at(one, 'sku')), one]));
    const skus = running.chain.products.flatMap((product) => product.skus.map((sku) => ({ product, sku })));
    const known = skus.filter(({ sku }) => bySku.has(sku.sku));
    const share = (test: (one: unknown, of: (typeof known)[number]) => boolean): number =>
      known.filter((of) => test(bySku.get(of.sku.sku), of)).length / known.length;
    assert.ok(
      known.length < skus.length * 0.97 && known.length > skus.length * 0.7,
      `${known.length} of ${skus.length}`,
    );
    assert.ok(bySku.has('SHIPPING'));
    for (const [what, found] of Object.entries({
      name: share((one, { sku }) => at(one, 'name') !== sku.name),
      group: share((one, { product }) => at(one, 'productGroupUid') !== product.categoryId),
      price: share((one, { sku }) => at(one, 'recommendedRetailPrice') !== sku.prices.NOR.recommendedCents),
      externalId: share((one) => at(one, 'externalId') === null),
    })) {
      assert.ok(found > 0.01 && found < 0.5, `${what}: ${found}`);
    }
    assert.ok(products.every((one) => at(one, 'media[0]') === undefined));
    assert.deepEqual(
      ['OLD-4711', 'GIFTWRAP'].map((sku) => at(bySku.get(sku), 'externalId')),
      ['OLD-4711', null],
    );
    const linked = products.filter((one) => at(one, 'parentUid') !== null).length;
    assert.ok(linked > 0 && linked < known.filter(({ product }) => product.kind === 'style').length);
    const { body } = await sim(running, 'GET /catalogue');
    assert.ok(Number(at(body, 'pricelists[0].priceCount')) < products.length);
    const categories = (await lines(running, 'categories')).map((one) => at(one, 'categoryUid'));
    assert.ok(!categories.includes('books') && categories.includes('outlet') && categories.includes('counter'));
    assert.deepEqual(
      (await lines(running, 'product-groups'))
        .filter((one) => ['jackets', 'wool'].includes(String(at(one, 'productGroupUid'))))
        .map((one) => [at(one, 'name'), at(one, 'parentUid')]),
      [
        ['Jackets (2024)', 'clothing'],
        ['Wool', 'all'],
      ],
    );
    await running.control('POST /reset');
    assert.deepEqual(await read(), products);
  });

  it('goes on after a restart with the prices and options that were written', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'flow-catalogue-'));
    try {
      const stateFile = join(folder, 'flow.json');
      let running = await start({ stateFile, catalogue: 'stale' });
      const price = { productUid: 'SHIPPING', price: 1, priceUid: 'kept', fromDate: '2026-01-01' };
      await running.call(`POST ${T}/pricelists/b2b/prices`, price);
      await running.call(`PUT ${T}/pricelists/main/prices/main-OLD4711`, { price: 2 });
      await running.call(`DELETE ${T}/pricelists/main/prices/main-GIFTWRAP`);
      await running.call(`POST ${T}/properties`, { propertyUid: 'size', propertyName: 'Size', type: 'MULTISELECT' });
      await running.call(`POST ${T}/properties/size/options`, { propertyOptionUid: 'M', propertyOptionName: 'M' });
      const [prices, properties] = [await lines(running, 'prices'), await lines(running, 'properties')];
      await running.stop();
      running = await start({ stateFile, catalogue: 'stale' });
      assert.deepEqual(await lines(running, 'prices'), prices);
      assert.deepEqual(await lines(running, 'properties'), properties);
      await running.stop();
      running = await start({ stateFile, catalogue: 'empty' });
      assert.deepEqual(await lines(running, 'prices'), []);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
