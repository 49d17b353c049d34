import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, request } from 'undici';
import { buildChain } from '../../sandbox/chain/build-chain';
import { startFlowSandbox } from '../../sandbox/flow/server';
import { startOmniumSandbox } from '../../sandbox/omnium/server';
import { categoriesExport } from '../../src/activities/catalogue/categories-export';
import { plainText } from '../../src/activities/catalogue/mapping/plain-text';
import { priceExport } from '../../src/activities/catalogue/price-export';
import { productsExport } from '../../src/activities/catalogue/products-export';
import { inventoryExport } from '../../src/activities/stock/inventory-export';
import type { DeltaExport } from '../../src/activities/delta/stream';
import { TenantRegistry } from '../../src/activities/tenants';
import { parseConfig } from '../../src/config/load';
import { demoConfig } from '../../tools/start/demo-config';
import { exportContextOf, runBatch, type BatchRun } from '../support/run-export';

type Json = Record<string, unknown>;
type Spoil = (answer: Json, path: string) => void;

const TENANT = 'flow_no';
const ONE = 'X-50';
const IDS = Array.from({ length: 100 }, (_, index) => `X-${index}`);

/** A document costs itself (findings A1, A3, A9; security-and-faults 2). */
describe('findings: one odd document among many', function () {
  this.timeout(300_000);
  const agent = new Agent({ keepAliveTimeout: 1_000 });
  let omnium: Awaited<ReturnType<typeof startOmniumSandbox>>;
  let flow: Awaited<ReturnType<typeof startFlowSandbox>>;
  /** Between the integration and Omnium: what Omnium says can be spoilt on its way. */
  let between: Server;
  let spoil: Spoil | undefined;
  let registry: TenantRegistry;

  before(async () => {
    const chain = buildChain({ seed: 1, products: 8 });
    omnium = await startOmniumSandbox({ chain, seed: 1, indexLagMs: 0, timeScale: 0.02 });
    flow = await startFlowSandbox({ chain, seed: 1, timeScale: 0.02, catalogue: 'empty' });
    between = createServer((incoming, response) => {
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of incoming) chunks.push(chunk as Buffer);
        const { host: _host, connection: _connection, 'content-length': _length, ...headers } = incoming.headers;
        const answer = await request(`${omnium.url}${incoming.url ?? ''}`, {
          ...{ method: incoming.method as 'GET', headers, dispatcher: agent },
          body: chunks.length > 0 ? Buffer.concat(chunks) : null,
        });
        const text = await answer.body.text();
        let shown = text;
        if (spoil && answer.statusCode === 200 && text.startsWith('{')) {
          const body = JSON.parse(text) as Json;
          spoil(body, incoming.url ?? '');
          shown = JSON.stringify(body);
        }
        response.writeHead(answer.statusCode, { 'content-type': 'application/json' }).end(shown);
      })();
    });
    await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
    const omniumUrl = `http://127.0.0.1:${(between.address() as AddressInfo).port}`;
    const endpoints = { apiHost: '127.0.0.1', apiPort: 4000, webUiUrl: 'http://localhost:8233' };
    const tenants = parseConfig(demoConfig({ ...endpoints, omniumUrl, flowUrl: flow.url }), {}).tenants;
    registry = new TenantRegistry(tenants.filter(({ tenantUid }) => tenantUid === TENANT));
    const query = 'clientId=webshop-client&clientSecret=webshop-secret&returnAsJson=true';
    const { body } = await request(`${omnium.url}/api/Token?${query}`, { method: 'POST' });
    const { accessToken } = (await body.json()) as { accessToken: string };
    for (const productId of IDS) {
      const price = { code: productId, marketId: 'NOR', currencyCode: 'NOK', unitPrice: 100, taxRate: 25 };
      const supplier = { supplierId: 'sup-1', supplierName: 'One', additionalSuppliers: [{ supplierId: 'sup-2' }] };
      const texts = {
        name: productId,
        brand: 'Acme',
        description: '<p>Good</p>',
        unit: 'pcs',
        mainCategoryId: 'equipment',
      };
      const measures = {
        weight: 1.5,
        cost: 40,
        costCurrency: 'NOK',
        colli: [{ height: 10, width: 20, length: 30, weight: 900 }],
      };
      const lists = {
        prices: [price],
        categories: [{ categoryId: 'equipment' }],
        properties: [{ key: 'fit', value: 'wide' }],
      };
      const images = { assets: [{ assetId: 'a', url: 'https://example.com/a.jpg', contentType: 'image/jpeg' }] };
      const product = { productId, skuId: productId, isActive: true, ean: '7038010000010', gtins: ['123'] };
      const { statusCode } = await request(`${omnium.url}/api/Products`, {
        ...{ method: 'POST', headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' } },
        body: JSON.stringify({ ...product, ...texts, ...measures, ...supplier, ...lists, ...images, ean: undefined }),
      });
      assert.ok(statusCode < 300);
    }
  });
  after(async () => {
    await registry.close();
    between.closeAllConnections();
    await new Promise((resolve) => between.close(resolve));
    await Promise.all([omnium.stop(), flow.stop()]);
    await agent.close();
  });
  afterEach(() => (spoil = undefined));

  const nameOf = ({ productId, skuId, code, sku }: Json): unknown => productId ?? skuId ?? code ?? sku;
  /** Changes what Omnium says of one record, wherever it says it. */
  const one =
    (change: (document: Json) => void): Spoil =>
    (answer) => {
      const entries = Array.isArray(answer.result) ? (answer.result as Json[]) : [answer];
      for (const entry of entries) if (nameOf(entry) === ONE) change(entry);
    };

  /** Records that would be written; with a worker that has just begun. */
  async function wouldWrite(stream: DeltaExport, name: string): Promise<{ names: string[]; run: BatchRun }> {
    const tenant = registry.get(TENANT);
    const names: string[] = [];
    const { names: members } = await stream.partitions(exportContextOf(tenant));
    const partition = { name: name === '' ? (members[0] ?? '') : name, read: 'everything', members } as const;
    const run = await runBatch(stream, exportContextOf(tenant), [partition], {
      onPending: (record) => names.push(record),
      limits: { records: Infinity },
    });
    return { names, run };
  }

  const ODD: readonly unknown[] = [null, 'n/a', 'Ø', '—', -1, 12.3456, 1e300, [], {}, [null], [{}], 'x'.repeat(5_000)];
  const KEEPS_ITS_NAME = new Set(['productId', 'skuId', 'id']);

  it('A1: any member of a product spoilt in any way: the other 99 are written', async () => {
    let members: string[] = [];
    spoil = one((document) => (members = [...new Set([...members, ...Object.keys(document)])]));
    const whole = await wouldWrite(productsExport, 'products');
    assert.deepEqual(
      IDS.filter((id) => !whole.names.includes(id)),
      [],
    );
    assert.ok(members.length > 20, members.join());
    const chosen = members.filter((member) => !KEEPS_ITS_NAME.has(member));
    let count = 0;
    for (const [index, member] of chosen.entries()) {
      // Each member in three ways, and over all members in each way.
      for (const step of [0, 3, 7]) {
        const value = ODD[(index * 5 + step) % ODD.length];
        spoil = one((document) => (document[member] = value));
        const { names } = await wouldWrite(productsExport, 'products');
        const others = IDS.filter((id) => id !== ONE && !names.includes(id));
        assert.deepEqual(others, [], `${member} = ${JSON.stringify(value).slice(0, 50)}`);
        count += 1;
      }
    }
    assert.ok(count > 60, `${count} ways`);
  });

  const soldWithout: readonly (readonly [what: string, change: Json])[] = [
    ['a brand of foreign letters', { brand: 'Ø' }],
    ['another alphabet', { brand: '小米' }],
    ['a supplier without letters', { supplierId: '—' }],
    ['a main category without a uid', { mainCategoryId: 'æøå' }],
    ['a brand in another spelling', { brand: 'Ac-me' }],
  ];
  it('A1, A9: what leaves no uid, or one that is taken, keeps no product from the till', async () => {
    const tenant = registry.get(TENANT);
    const all = [{ name: 'products', read: 'everything' }] as const;
    await runBatch(productsExport, exportContextOf(tenant), all);
    for (const [what, change] of soldWithout) {
      spoil = one((document) => Object.assign(document, change, { name: what }));
      const run = await runBatch(productsExport, exportContextOf(tenant), all);
      assert.deepEqual(
        run.unresolvedNames.filter((name) => name.startsWith('X-')),
        [],
        what,
      );
      const product = await tenant.flow.products.get('X50');
      assert.equal(product?.name, what);
    }
  });

  it('A3: an odd price or level, a store, market or category that is none: the others go on', async () => {
    const cases: readonly (readonly [DeltaExport, string, Spoil])[] = [
      [inventoryExport, '', (answer, path) => path.includes('/Inventory/') && oddFirst(answer, { sku: null })],
      [inventoryExport, '', (answer, path) => path.includes('/Inventory/') && oddFirst(answer, { inventory: 'n/a' })],
      [
        inventoryExport,
        '',
        (answer, path) => path.includes('/Inventory/') && oddFirst(answer, { modified: '31.12.2026' }),
      ],
      [
        inventoryExport,
        '',
        (answer, path) =>
          path.includes('/Stores') && oddFirst(answer, { availableWarehouses: [{ warehouseCode: null }] }),
      ],
      [priceExport, 'all', one((price) => (price.unitPrice = 'free'))],
      [
        priceExport,
        'all',
        (answer, path) => path.includes('/Stores') && oddFirst(answer, { availableOnMarkets: [null] }),
      ],
      [
        categoriesExport,
        'categories',
        (answer, path) => path.includes('/ProductCategories') && oddFirst(answer, { categoryId: null }),
      ],
      [
        categoriesExport,
        'categories',
        (answer, path) => path.includes('/ProductCategories') && oddFirst(answer, { name: {} }),
      ],
    ];
    for (const [index, [stream, name, change]] of cases.entries()) {
      const before = await wouldWrite(stream, name);
      assert.ok(before.names.length + before.run.counts.unchanged + before.run.counts.unknown > 1, `case ${index}`);
      spoil = change;
      const { run } = await wouldWrite(stream, name);
      spoil = undefined;
      const seen = (each: BatchRun): number => each.counts.written + each.counts.unchanged + each.counts.unknown;
      assert.ok(seen(run) >= seen(before.run) - 2, `case ${index}: ${seen(run)} of ${seen(before.run)}`);
    }
  });

  const oddFirst = (answer: Json, members: Json): void => {
    const [first] = Array.isArray(answer.result) ? (answer.result as Json[]) : [];
    if (first) Object.assign(first, members);
  };

  it('security-and-faults 2: no text costs a worker its life', () => {
    const bombs = [
      '<table><tr><td colspan="20000" rowspan="20000">a</td></tr></table>',
      `<table>${'<tr><td>a</td><td>b</td></tr>'.repeat(20_000)}</table>`,
      '<div>'.repeat(100_000),
      `${'<table><tr><td>'.repeat(5_000)}x`,
    ];
    for (const bomb of bombs) {
      const begun = performance.now();
      plainText(bomb);
      assert.ok(performance.now() - begun < 2_000, bomb.slice(0, 40));
    }
    assert.equal(
      plainText('<p>Sizes</p><table><tr><th>S</th><th>M</th></tr><tr><td>1</td><td>2</td></tr></table>'),
      'Sizes\n\nS M\n1 2',
    );
  });
});
