import assert from 'node:assert/strict';
import { buildChain } from '../../sandbox/chain/build-chain';
import { startFlowSandbox } from '../../sandbox/flow/server';
import { startOmniumSandbox } from '../../sandbox/omnium/server';
import { FindingsListener } from '../../src/ops/catalogue-findings';
import type { DeltaExport, Page, PendingWrite, UnresolvedRecord } from '../../src/activities/delta/stream';
import { fieldTable } from '../../src/ops/tables';
import { opsOn } from '../support/ops-on';
import { assertReadable, type Run } from './run-ops';

type Json = Record<string, unknown>;

const chain = buildChain({ seed: 1, products: 20 });
const TENANT = 'flow_no';

describe('the operator’s tool, about the catalogue', function () {
  this.timeout(60_000);
  let omnium: Awaited<ReturnType<typeof startOmniumSandbox>>;
  let flow: Awaited<ReturnType<typeof startFlowSandbox>>;
  const singles = chain.products.filter(({ kind }) => kind === 'single').flatMap(({ skus }) => skus);
  const style = chain.products.find(({ kind, skus }) => kind === 'style' && skus.length > 1);

  before(async function () {
    this.timeout(600_000);
    omnium = await startOmniumSandbox({ chain, seed: 1, indexLagMs: 0, timeScale: 0.02 });
    flow = await startFlowSandbox({ chain, seed: 1, timeScale: 0.02 });
  });

  after(async () => {
    await Promise.all([omnium.stop(), flow.stop()]);
  });

  beforeEach(async () => {
    for (const { url } of [omnium, flow]) await send(`${url}/_sandbox/reset`, 'POST');
  });

  function sku(index: number): string {
    const found = singles[index]?.sku;
    assert.ok(found);
    return found;
  }

  async function send(
    url: string,
    method: string,
    { body, token }: { body?: Json; token?: string } = {},
  ): Promise<Json> {
    const headers = {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
    const answer = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${url}: ${answer.status} ${text}`);
    return text === '' ? {} : (JSON.parse(text) as Json);
  }

  /** What people do in Omnium. */
  const inOmnium = (path: string, body: Json): Promise<Json> =>
    send(`${omnium.url}/_sandbox/catalogue${path}`, 'POST', { body });
  /** What people do in Flow. */
  const inFlow = (path: string, body: Json): Promise<Json> =>
    send(`${flow.url}/v2/tenants/${TENANT}${path}`, 'PUT', { body, token: `sandbox-token-${TENANT}` });

  async function diff(...args: readonly string[]): Promise<Run> {
    await send(`${flow.url}/_sandbox/requests`, 'DELETE');
    const urls = { omniumUrl: omnium.url, flowUrl: flow.url };
    const run = await opsOn(urls, 'catalogue', 'diff', '--tenant', TENANT, ...args);
    const { requests } = await send(`${flow.url}/_sandbox/requests`, 'GET');
    const writes = (requests as { method: string; path: string }[]).filter(({ method, path }) => {
      return method !== 'GET' && path.startsWith('/v2');
    });
    assert.deepEqual(writes, [], 'it only reads');
    if (!args.includes('--json')) assertReadable(run.out);
    return run;
  }

  /** Lines of a text, without the columns' padding. */
  const lines = ({ out }: Run): string[] => out.split('\n').map((line) => line.trim().replace(/ {2,}/g, ' | '));
  const has = (run: Run, line: RegExp | string): void => {
    const found = lines(run).some((one) => (typeof line === 'string' ? one === line : line.test(one)));
    assert.ok(found, `${String(line)} in:\n${run.out}`);
  };

  it('shows every field of a product and its prices, as they are and as they would be', async () => {
    const article = sku(0);
    await inOmnium('/products', { codes: [article], set: { name: 'A new name' } });
    await inOmnium('/prices', { codes: [article], set: { unitPrice: 1_234 } });
    await inFlow(`/products/${article}`, { weight: 7, description: 'typed in Flow' });
    const run = await diff('--product', article);
    assert.equal(run.exitCode, 4, run.error);
    has(run, new RegExp(`^Product ${article}, ${TENANT}: \\d+ fields would be written\\. Nothing has been\\.$`));
    has(run, /^(?:\S+ \| )?name \| .+ \| A new name$/);
    has(run, /^(?:\S+ \| )?description \| typed in Flow \| /);
    has(run, /^(?:\S+ \| )?weight \| 7 g \| \d+ g$/);
    has(run, /^(?:\S+ \| )?price main \| [\d.]+ \| 1234$/);
    has(run, `To write the product now: npm run ops -- product resync ${article} --tenant ${TENANT}`);
    has(run, `npm run ops -- export FlowPriceScheduledTask --full --tenant ${TENANT}`);
  });

  it('shows what is in a package, and what would be', async () => {
    const [pack, part] = [sku(6), sku(7)];
    const inside = { componentId: 'one', skuId: part, quantity: 7 };
    await inOmnium('/products', { codes: [pack], set: { isBundle: true, components: [inside] } });
    const run = await diff('--product', pack);
    assert.equal(run.exitCode, 4, run.error);
    has(run, new RegExp(`^(?:\\S+ \\| )?package slot .+7 × ${part}`));
  });

  it('takes a SKU for its product, and tells what is taken from sale', async () => {
    assert.ok(style);
    const [first] = style.skus;
    const named = await diff('--product', first?.sku ?? '', '--json');
    const [found] = named.json.products as { productId: string; askedFor: string; productUids: string[] }[];
    assert.equal(found?.productId, style.productId);
    assert.equal(found.productUids.length, style.skus.length + 1);
    await inOmnium('/deletions', { codes: [style.productId] });
    const gone = await diff('--product', style.productId);
    assert.equal(gone.exitCode, 4, gone.error);
    has(gone, 'It is taken from sale: it was deleted in Omnium.');
    for (const { sku: variant } of style.skus) has(gone, `${variant} | allowSale | YES | NO`);
  });

  it('says that a product is right, and what it does not know', async () => {
    const article = sku(1);
    await inFlow(`/products/${article}`, { name: 'typed in Flow' });
    const [before] = (await diff('--product', article, '--json')).json.products as { fields: Json[] }[];
    for (const { field, to } of before?.fields ?? []) assert.ok(typeof field === 'string' && typeof to === 'string');
    const prices = await diff('--product', article, '--prices');
    assert.equal(prices.exitCode, 0, prices.out);
    has(prices, `Product ${article}, ${TENANT}: right in Flow; nothing would be written.`);
    const unknown = await diff('--product', 'no-such-product');
    assert.equal(unknown.exitCode, 1);
    assert.match(unknown.error, /No market of flow_no has a product no-such-product/);
    assertReadable(unknown.error);
    assert.equal((await diff('--market', 'ISL')).exitCode, 2);
    assert.equal((await diff('--product', article, '--categories')).exitCode, 2);
    assert.equal((await diff('--limit', '0')).exitCode, 2);
  });

  it('names a product that cannot be brought over, and why', async () => {
    const article = sku(2);
    await inFlow(`/products/${article}`, { externalId: 'SOMEBODY-ELSE' });
    const run = await diff('--product', article);
    assert.equal(run.exitCode, 4, run.error);
    has(run, `Product ${article}, ${TENANT}: it cannot be brought to Flow.`);
    has(run, new RegExp(`^Why: Products ${article} and SOMEBODY-ELSE become the same Flow uid`));
    const all = await diff('--limit', '2');
    assert.equal(all.exitCode, 4, all.error);
    has(all, 'Left open, and why:');
    has(all, new RegExp(`^1 row: Products ${article} and SOMEBODY-ELSE become the same Flow uid`));
    has(all, new RegExp(`^${article}@\\*$`));
  });

  it('counts all that differs by field, and shows the first rows', async () => {
    await inFlow(`/products/${sku(3)}`, { name: 'typed in Flow' });
    await inOmnium('/prices', { codes: [sku(3), sku(4), sku(5)], factor: 1.5 });
    const prices = await diff('--prices', '--limit', '2');
    assert.equal(prices.exitCode, 4, prices.error);
    has(prices, /^The catalogue differs: \d+ rows would be written\. Nothing has been written\.$/);
    has(prices, /^flow_no NOR prices \| \d+ \| \d+ \| 3 \| 0$/);
    has(prices, 'price main 3');
    has(prices, '… and 1 more row (--limit)');
    const { json } = await diff('--json', '--limit', '1000');
    const exports = json.exports as {
      stream: string;
      compared: number;
      unchanged: number;
      differing: number;
      byField: Json;
    }[];
    const products = exports.find(({ stream }) => stream === 'products');
    assert.equal(products?.byField.name, 1);
    assert.equal(products.compared, products.unchanged + products.differing);
    assert.ok(exports.some(({ stream, byField }) => stream === 'prices' && byField['price main'] === 3));
  });

  it('compares categories and product groups, with those that are new', async () => {
    assert.equal((await diff('--categories')).exitCode, 0);
    const { categoryId = '' } = chain.categories.at(-1) ?? {};
    await inOmnium('/categories', { categoryId, name: 'Another name' });
    await inOmnium('/categories', { categoryId: 'quite-new', name: 'Quite new', parentId: categoryId });
    const run = await diff('--categories');
    assert.equal(run.exitCode, 4, run.error);
    has(run, new RegExp(`^(?:${categoryId} \\| )?category name \\| .+ \\| Another name$`));
    has(run, 'quite-new | new category | - | Quite new');
    has(run, 'quite-new | new group | - | Quite new');
    assert.doesNotMatch(run.out, / products /);
  });
});

describe('what a comparison finds', () => {
  interface Write extends PendingWrite {
    readonly field: string;
  }
  const due = (record: string, field = 'name'): Write => ({ record, field });
  const stream: DeltaExport<Write> = {
    partitions: () => Promise.reject(new Error('not asked for')),
    pages: () => pagesOf([]),
    describe: ({ record, field }) => ({ change: 'old → new', fields: [{ of: record, field, from: 'old', to: 'new' }] }),
    write: () => Promise.reject(new Error('nothing is to be written')),
  };
  const open = (record: string, why: string): UnresolvedRecord => ({
    record,
    as: 'failed',
    why,
    failureType: 'UidCollision',
  });
  const page = (more: Partial<Page<Write>>): Page<Write> => ({
    ...{ partition: 'products', unchanged: 0, unresolved: [], pending: [] },
    ...more,
  });
  async function* pagesOf(pages: readonly Page<Write>[], error?: Error): AsyncGenerator<Page<Write>> {
    for (const one of pages) yield await Promise.resolve(one);
    if (error) throw error;
  }
  async function hear(listener: FindingsListener, pages: AsyncIterable<Page>): Promise<void> {
    for await (const one of listener.listen(stream, pages)) assert.ok(one);
  }

  it('counts rows once when reading begins again at a cursor', async () => {
    const listener = new FindingsListener(10);
    const broken = pagesOf(
      [page({ pending: [due('a')], cursor: '1' }), page({ pending: [due('b')] })],
      new Error('forgotten'),
    );
    await assert.rejects(hear(listener, broken), /forgotten/);
    await hear(listener, pagesOf([page({ pending: [due('b'), due('c', 'sku')] })]));
    const { byField, rows } = listener.result();
    assert.deepEqual(byField, { name: 2, sku: 1 });
    assert.deepEqual(
      rows.map(({ row }) => row),
      ['a', 'b', 'c'],
    );
  });

  it('gathers reasons, most frequent first, and not what is only for later', async () => {
    const listener = new FindingsListener(1);
    const later: UnresolvedRecord = { record: 'x', as: 'deferred', why: 'begins later', at: '2030-01-01T00:00:00Z' };
    const many = Array.from({ length: 500 }, (_, index) => open(`r${index}`, `reason ${index}`));
    await hear(
      listener,
      pagesOf([
        page({ unresolved: [open('a', 'one'), later, open('b', 'two'), open('c', 'two')] }),
        page({ unresolved: many }),
      ]),
    );
    const found = listener.result().open;
    assert.equal(
      found.reduce((sum, { count }) => sum + count, 0),
      503,
    );
    assert.ok(found.length <= 201, `${found.length} reasons`);
    assert.deepEqual(found.find(({ why }) => why === 'two')?.rows, ['b', 'c']);
    assert.match(found[0]?.why ?? '', /like the others \(UidCollision\)/);
  });

  it('shows long values where they differ, on lines of a terminal', () => {
    const words = 'made for weather that changes its mind '.repeat(4);
    const table = fieldTable([
      { of: 'a'.repeat(60), field: 'description', from: `${words}today`, to: `${words}tomorrow` },
      { of: 'b', field: 'requiredVariantPropertyUids', to: 'color, size' },
      { of: 'b', field: 'gtins', from: '7000000000001' },
    ]);
    assertReadable(table);
    assert.match(table, /…ts mind today {2,}…ts mind tomorrow/);
    assert.match(table, /gtins +7000000000001 +-$/);
  });
});
