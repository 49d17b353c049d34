import assert from 'node:assert/strict';
import { request } from 'undici';
import { buildChain } from '../../sandbox/chain/build-chain';
import { startOmniumSandbox } from '../../sandbox/omnium/server';
import { VendorHttpError, VendorResponseInvalidError } from '../../src/clients/errors';
import { OmniumClient } from '../../src/clients/omnium/client';
import { FlowClient } from '../../src/clients/flow/client';
import { VendorServer, json } from '../clients/vendor-server';

/** A short answer is not an answer: findings A2 and A6, and the rule that ends their kind. */
describe('findings: answers that are short', function () {
  this.timeout(60_000);
  const chain = buildChain({ seed: 1, products: 30 });
  let sandbox: Awaited<ReturnType<typeof startOmniumSandbox>>;
  let omnium: OmniumClient;

  before(async () => {
    sandbox = await startOmniumSandbox({ chain, seed: 1, indexLagMs: 0, scrollBatchSize: 10 });
    omnium = new OmniumClient({
      ...{ baseUrl: sandbox.url, clientId: 'webshop-client', clientSecret: 'webshop-secret' },
      ...{ timeoutMs: 5_000, maxConcurrentRequests: 4 },
    });
  });
  after(async () => {
    await omnium.close();
    await sandbox.stop();
  });

  async function manners(...on: string[]): Promise<void> {
    const body = JSON.stringify({ on });
    const headers = { 'content-type': 'application/json' };
    const { statusCode } = await request(`${sandbox.url}/_sandbox/manners`, { method: 'PUT', headers, body });
    assert.equal(statusCode, 200);
  }

  const collect = async <T>(all: AsyncIterable<T>): Promise<T[]> => {
    const found: T[] = [];
    for await (const one of all) found.push(one);
    return found;
  };
  const skus = chain.products.flatMap((product) => product.skus.map(({ sku }) => sku));

  const reads: Readonly<Record<string, { manner: string; read: () => Promise<{ readonly length: number }> }>> = {
    'products by a scroll': { manner: 'scrolls-end-early', read: () => collect(omnium.products.scrollRefs({})) },
    'levels of all warehouses': {
      manner: 'scrolls-end-early',
      read: () => collect(omnium.inventory.search({ marketId: 'NOR' })),
    },
    'prices that come at once': {
      manner: 'short-pages',
      read: async () => {
        const search = { lastModified: '2000-01-01T00:00:00Z', marketIds: ['NOR'] };
        return (await collect(omnium.prices.changedSkus(search))).flatMap(({ skuIds }) => skuIds);
      },
    },
    'product documents': { manner: 'short-pages', read: () => omnium.products.query({ productIds: skus }) },
    'the tree of categories': { manner: 'short-pages', read: () => omnium.categories.list() },
    stores: { manner: 'short-pages', read: () => omnium.directory.listStores() },
    'a page of customers': {
      manner: 'short-pages',
      read: async () => (await omnium.privateCustomers.search({ page: 0, take: 20 })).result,
    },
    'a page of businesses': {
      manner: 'short-pages',
      read: async () => (await omnium.businessCustomers.search({ page: 0, take: 20 })).result,
    },
  };

  for (const [what, { manner, read }] of Object.entries(reads)) {
    it(`A2: ${what}: an error that says what came, never a shorter list`, async () => {
      await manners();
      const whole = await read();
      assert.ok(whole.length > 1, `${what}: ${whole.length}`);
      await manners(manner);
      await assert.rejects(read, (error: unknown) => {
        assert.ok(error instanceof VendorResponseInvalidError, String(error));
        assert.match(error.message, /totalHits incomplete: \d+ of \d+ came/);
        return true;
      });
      await manners();
      assert.equal((await read()).length, whole.length);
    });
  }

  it('A6: cost prices of products that come capped are asked for by halves; changed ones are said to be too many', async () => {
    await manners();
    const costs = skus.map((sku) => ({ productId: sku, costPrices: [{ skuId: sku, currencyCode: 'NOK', cost: 7 }] }));
    const lastModified = new Date(Date.now() - 1_000).toISOString();
    const token = await request(
      `${sandbox.url}/api/Token?clientId=webshop-client&clientSecret=webshop-secret&returnAsJson=true`,
      { method: 'POST' },
    );
    const { accessToken } = (await token.body.json()) as { accessToken: string };
    const { statusCode } = await request(`${sandbox.url}/api/CostPrices/AddMany`, {
      ...{ method: 'PUT', body: JSON.stringify(costs.slice(0, 30)) },
      headers: { 'content-type': 'application/json', authorization: `Bearer ${accessToken}` },
    });
    assert.equal(statusCode, 200);
    await manners('searches-capped');
    const productCodes = skus.slice(0, 30);
    assert.ok((await omnium.prices.searchCostPrices({ productCodes })).length >= productCodes.length);
    assert.equal(await omnium.prices.changedCostSkus({ lastModified }), undefined);
    await manners();
    assert.ok(((await omnium.prices.changedCostSkus({ lastModified }))?.skuIds.length ?? 0) >= 30);
  });

  it('A22: a scroll may have any number of batches, and one that comes again is no progress', async () => {
    const vendor = await VendorServer.start();
    const client = new OmniumClient({
      ...{ baseUrl: vendor.url, clientId: 'c', clientSecret: 's', timeoutMs: 5_000, maxConcurrentRequests: 4 },
    });
    const batches = 1_200;
    let count = 0;
    vendor.answer = (incoming, response) => {
      if (incoming.path.startsWith('/api/Token')) {
        void json(200, { accessToken: 't', expiresIn: 3_600 })(incoming, response);
        return;
      }
      count += 1;
      const result = [{ productId: `P-${count}` }];
      void json(200, { result, totalHits: batches, ...(count < batches && { scrollId: 's' }) })(incoming, response);
    };
    assert.equal((await collect(client.products.scrollRefs({}))).length, batches);
    for (const totalHits of [1, 3, undefined]) {
      vendor.answer = (incoming, response) => {
        const isToken = incoming.path.startsWith('/api/Token');
        const answer = isToken
          ? { accessToken: 't', expiresIn: 3_600 }
          : { result: [{ productId: 'P-1' }], scrollId: 's', totalHits };
        void json(200, answer)(incoming, response);
      };
      await assert.rejects(collect(client.products.scrollRefs({})), /scrollId endless/);
    }
    await client.close();
    await vendor.stop();
  });

  it('stores: 404 and a list of none are no answer', async () => {
    const vendor = await VendorServer.start();
    const client = new OmniumClient({
      ...{ baseUrl: vendor.url, clientId: 'c', clientSecret: 's', timeoutMs: 5_000, maxConcurrentRequests: 4 },
    });
    const answers = [json(404, {}), json(200, { result: [] }), json(200, { result: [{ id: 'a' }], totalHits: 2 })];
    for (const answer of answers) {
      vendor.answer = (incoming, response) => {
        if (incoming.path.startsWith('/api/Token'))
          void json(200, { accessToken: 't', expiresIn: 3_600 })(incoming, response);
        else void answer(incoming, response);
      };
      await assert.rejects(client.directory.listStores(), (error: unknown) => {
        return error instanceof VendorHttpError || error instanceof VendorResponseInvalidError;
      });
    }
    await client.close();
    await vendor.stop();
  });

  it('Flow: a page that is empty before all have come fails the list; any number of pages is read', async () => {
    const vendor = await VendorServer.start();
    const flow = new FlowClient({
      ...{ baseUrl: vendor.url, tenantUid: 'flow_no', token: 't', timeoutMs: 5_000, maxConcurrentRequests: 4 },
    });
    let isShort = true;
    const pages = 1_100;
    vendor.answer = ({ query }, response) => {
      const pageNumber = Number(query.get('pageNumber') ?? 1);
      const items = isShort && pageNumber > 1 ? [] : [{ storeUid: `s${pageNumber}` }];
      void json(200, { items, paging: { pageNumber, pageSize: 1, totalCount: pages } })({} as never, response);
    };
    await assert.rejects(flow.stores.list(), /paging\.totalCount incomplete: 1 of 1100 came/);
    isShort = false;
    assert.equal((await flow.stores.list()).length, pages);
    await flow.close();
    await vendor.stop();
  });
});
