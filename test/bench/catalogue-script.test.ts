import assert from 'node:assert/strict';
import { bareScript, type BareScript, callsOf, retargeted } from '../../bench/catalogue/bare-script';
import { chainOf, marketOf, otherMarket, productsInFlow, rootsOf, storeUidsOf } from '../../bench/catalogue/places';
import { spread } from '../../bench/catalogue/site';
import type { RecordedCall } from '../../bench/vendors/recording-proxy';

const TENANT = '/v2/tenants/flow_se';

function recorded(calls: readonly (Partial<RecordedCall> & { readonly path: string })[]): RecordedCall[] {
  return calls.map((call, index) => ({
    vendor: 'flow',
    number: index,
    method: 'GET',
    headers: {},
    status: 200,
    ...call,
  }));
}

/** Method and path of every call, row by row. */
function shapeOf(script: BareScript): string[][][] {
  return script.map((phase) =>
    phase.map((row) => row.map(({ method, path }) => `${method} ${path.replace(TENANT, '')}`)),
  );
}

describe('the script of calls that the catalogue’s bare loop makes', () => {
  it('makes what others refer to first, then products each with its variants, and packages last', () => {
    const calls = recorded([
      { method: 'POST', path: `${TENANT}/products`, body: '{"productUid":"kit"}', status: 201 },
      { method: 'POST', path: `${TENANT}/products/kit/packages/slots`, body: '{}' },
      { method: 'POST', path: `${TENANT}/products`, body: '{"productUid":"style"}', status: 201 },
      { path: `${TENANT}/products?productExternalId=other` },
      { method: 'POST', path: `${TENANT}/products`, body: '{"productUid":"variant"}', status: 201 },
      { method: 'POST', path: `${TENANT}/brands`, body: '{"brandUid":"tinde"}' },
      { method: 'POST', path: `${TENANT}/products/style/variants`, body: '{}' },
      { method: 'POST', path: `${TENANT}/pricelists/main/prices`, body: '{}' },
    ]);
    const roots = new Map([['variant', 'style']]);
    assert.deepEqual(shapeOf(bareScript(calls, roots)), [
      [['POST /brands']],
      [
        ['POST /products', 'POST /products', 'POST /products/style/variants'],
        ['GET /products?productExternalId=other'],
        ['POST /pricelists/main/prices'],
      ],
      [['POST /products', 'POST /products/kit/packages/slots']],
    ]);
  });

  it('goes on with the scroll that its own first call has started, in the order in which calls came', () => {
    const [first, next, last, other] = recorded([
      { vendor: 'omnium', method: 'POST', path: '/api/Products/Scroll', scrollId: 'one' },
      { vendor: 'omnium', path: '/api/Products/Scroll/one', scrollId: 'two' },
      { vendor: 'omnium', path: '/api/Products/Scroll/two' },
      { vendor: 'omnium', method: 'POST', path: '/api/products/Query' },
    ]);
    assert.ok(first && next && last && other);
    const script = bareScript([other, last, first, next], new Map());
    assert.deepEqual(shapeOf(script)[1], [
      ['POST /api/Products/Scroll', 'GET /api/Products/Scroll/', 'GET /api/Products/Scroll/'],
      ['POST /api/products/Query'],
    ]);
    assert.deepEqual(
      script[1]?.[0]?.map(({ goesOn }) => goesOn),
      [undefined, true, true],
    );
    assert.equal(callsOf(script), 4);
  });

  it('makes the calls of one market for another one: tenant, token, VAT codes and stores, and nothing of Omnium’s', () => {
    const chain = chainOf({ products: 30, stores: 48 });
    const [swedish, danish] = [storeUidsOf(chain, 'SWE'), storeUidsOf(chain, 'DNK')];
    const calls = recorded([
      ...swedish.map((storeUid) => ({ method: 'POST', path: `${TENANT}/pricelists/${storeUid}/prices` })),
      {
        ...{ method: 'POST', path: `${TENANT}/products`, body: '{"productUid":"a","vatCodeUid":"vat_se_12"}' },
        headers: { authorization: 'Bearer sandbox-token-flow_se' },
      },
      { vendor: 'omnium' as const, path: '/api/Prices/flow_se' },
    ]);
    const [, rows = []] = retargeted(bareScript(calls, new Map()), otherMarket(chain, 'SWE', 'DNK'));
    const made = rows.flat();
    assert.deepEqual(
      made.slice(0, danish.length).map(({ path }) => path),
      danish.map((storeUid) => `/v2/tenants/flow_dk/pricelists/${storeUid}/prices`),
    );
    const product = made.find(({ body }) => body !== undefined);
    assert.deepEqual(product?.headers, { authorization: 'Bearer sandbox-token-flow_dk' });
    assert.equal(product.body, '{"productUid":"a","vatCodeUid":"vat_dk_25"}');
    assert.equal(made.at(-1)?.path, '/api/Prices/flow_se');
  });

  it('knows which product every SKU belongs to, and how many products that are in Flow', () => {
    const chain = chainOf({ products: 200 });
    const roots = rootsOf(chain);
    const styles = chain.products.filter(({ kind }) => kind === 'style');
    assert.equal(chain.products.flatMap(({ skus }) => skus).length, 200);
    assert.equal(productsInFlow(chain), 200 + styles.length);
    const [style] = styles;
    const variant = style?.skus[0]?.sku.replaceAll('-', '') ?? '';
    assert.notEqual(variant, style?.productId);
    assert.equal(roots.get(variant), style?.productId);
    assert.equal(marketOf(chain, 'NOR').tenantUid, 'flow_no');
  });

  it('changes things from all parts of a list, each once', () => {
    const list = Array.from({ length: 1_000 }, (_, index) => index);
    assert.deepEqual(spread(list, 4), [0, 250, 500, 750]);
    assert.deepEqual(spread(list.slice(0, 3), 10), [0, 1, 2]);
  });
});
