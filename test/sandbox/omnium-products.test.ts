import assert from 'node:assert/strict';

import { buildChain, flowUidOf } from '../../sandbox/chain/build-chain';
import { type Answer, type Json, type OmniumRig, startReceiver, startRig } from './omnium-rig';

const chain = buildChain({ seed: 7, products: 120, stores: 4, variety: true });

describe('Omnium sandbox products', () => {
  let rig: OmniumRig;
  before(async () => {
    rig = await startRig({ chain, rateLimits: false, scrollBatchSize: 25 });
  });
  after(() => rig.stop());
  beforeEach(async () => {
    await rig.control('POST', '/reset');
  });

  const scroll = async (search: Record<string, unknown>): Promise<Json[]> => {
    const found: Json[] = [];
    let batch = await rig.call('POST', '/api/Products/Scroll', search);
    assert.equal(batch.status, 200, batch.text);
    while (batch.json.list('result').length > 0) {
      found.push(...batch.json.list('result'));
      batch = await rig.call('GET', `/api/Products/Scroll/${batch.json.text('scrollId')}`);
    }
    return found;
  };
  const idsOf = (documents: readonly Json[]): string[] => documents.map((each) => each.text('productId'));
  const query = (search: Record<string, unknown>): Promise<Answer> => rig.call('POST', '/api/products/Query', search);
  const fieldsOf = (document: Json | undefined): string[] =>
    Object.keys((document?.raw as object | undefined) ?? {}).sort();
  const style = (): { productId: string; skus: readonly { sku: string }[] } => {
    const found = chain.products.find(({ kind }) => kind === 'style');
    assert.ok(found !== undefined);
    return found;
  };

  describe('query', () => {
    it('gives full documents by any kind of number, in one page', async () => {
      const { productId, skus } = style();
      const second = skus[1]?.sku ?? '';
      for (const search of [{ productIds: [productId] }, { skuIds: [second] }, { ids: [`${productId}_no`] }]) {
        const found = await query({ ...search, take: 100 });
        assert.deepEqual(idsOf(found.json.list('result')), [productId], JSON.stringify(search));
        assert.equal(found.json.list('result.0.variants').length, skus.length);
        assert.equal(found.json.at('scrollId'), undefined);
      }
      const any = await query({
        anyIds: [second, 'NL-100', 'NL-303_no', 'nothing'],
        sortOrder: 'DocumentId',
        take: 100,
      });
      assert.deepEqual(idsOf(any.json.list('result')), [productId, 'NL-100', 'NL-303']);
    });

    it('pages, and refuses a take over 100 and filters it does not know', async () => {
      const first = await query({ take: 30, sortOrder: 'DocumentId' });
      const second = await query({ take: 30, page: 1, sortOrder: 'DocumentId' });
      const ids = idsOf([...first.json.list('result'), ...second.json.list('result')]);
      assert.equal(new Set(ids).size, 60);
      assert.equal((await query({ take: 101 })).status, 400);
      assert.equal((await query({ promotionIds: ['x'] })).status, 400);
      assert.equal((await query({ sortOrder: 'Sideways' })).status, 400);
    });

    it('shows prices of the markets it names only', async () => {
      const found = await query({
        productIds: ['NL-503', style().productId],
        marketIds: ['SWE'],
        sortOrder: 'DocumentId',
      });
      const [plain, grouped] = found.json.list('result');
      assert.deepEqual(
        plain?.list('variants.0.prices').map((price) => price.at('marketId')),
        ['SWE'],
      );
      assert.deepEqual(
        grouped?.list('prices').map((price) => price.at('marketGroupId')),
        ['NORDIC'],
      );
    });

    it('is a product read among the limits, and no scroll start', async () => {
      const limited = await startRig({ chain, rateLimits: { concurrentPerUser: 1, concurrentScrollStarts: 1 } });
      try {
        const hold = { kind: 'latency', delayMs: 100, path: '/api/' };
        await limited.control('POST', '/faults', hold);
        const body = { productIds: [style().productId] };
        const call = (path: string): Promise<Answer> => limited.call('POST', path, body);
        const answers = await Promise.all([1, 2, 3].map(() => call('/api/products/Query')));
        assert.deepEqual(
          answers.map(({ status }) => status),
          [200, 200, 200],
        );
        const starts = await Promise.all([1, 2].map(() => call('/api/Products/Scroll')));
        assert.deepEqual(starts.map(({ status }) => status).sort(), [200, 429]);
      } finally {
        await limited.stop();
      }
    });
  });

  describe('what is shown', () => {
    it('trims to the members that are asked for, on every level, and ids always stay', async () => {
      const { productId, skus } = style();
      const [ref] = (
        await query({
          productIds: [productId],
          includedFields: { specificFields: ['modified', 'status', 'variants.skuId'] },
          excludedFields: { isPricesExcluded: true },
        })
      ).json.list('result');
      assert.deepEqual(fieldsOf(ref), ['id', 'modified', 'productId', 'status', 'variants']);
      assert.deepEqual(
        ref?.list('variants').map((each) => each.text('skuId')),
        skus.map(({ sku }) => sku),
      );
      const excludedFields = {
        ...{ isAssetsExcluded: true, isPropertiesExcluded: true, isProductCategoriesExcluded: true },
        ...{ isPricesExcluded: true, specificFields: ['variants.colli', 'seoInfo'] },
      };
      const [rest] = (await query({ productIds: [productId], excludedFields })).json.list('result');
      for (const gone of ['assets', 'properties', 'categories', 'prices']) {
        assert.equal(rest?.at(gone), undefined);
        assert.equal(rest?.at(`variants.0.${gone}`), undefined);
      }
      assert.equal(rest?.at('variants.0.colli'), undefined);
      assert.ok(rest?.at('brand') !== undefined);
      const [nothing] = (
        await query({ productIds: [productId], excludedFields: { isEverythingExcluded: true } })
      ).json.list('result');
      assert.deepEqual(fieldsOf(nothing), ['id', 'productId']);
      const [priced] = (
        await query({ productIds: [productId], includedFields: { specificFields: ['variants.prices.unitPrice'] } })
      ).json.list('result');
      assert.deepEqual(fieldsOf(priced?.list('variants.0.prices')[0]), ['unitPrice']);
    });

    it('shows the same members to light and to whole reads', async () => {
      const productIds = [style().productId, 'NL-200', 'NL-120', 'NL-400'];
      const specificFields = [
        'id',
        'productId',
        'skuId',
        'modified',
        'status',
        'isActive',
        'language',
        'variants.skuId',
      ];
      const light = await query({ productIds, includedFields: { specificFields } });
      const whole = await query({ productIds, includedFields: { specificFields: [...specificFields, 'name'] } });
      const named = whole.json.list('result').map(({ raw }) => {
        const { name: _name, ...rest } = raw as Record<string, unknown>;
        return rest;
      });
      const lightly = light.json.list('result').map(({ raw }) => raw);
      assert.deepEqual(lightly, named);
    });

    it('reads a product in the language of its market, else in the one that is asked for', async () => {
      const { productId } = style();
      const descriptions = async (search: Record<string, unknown>): Promise<unknown[]> =>
        (await query({ productIds: [productId], ...search })).json.list('result').map((each) => each.at('language'));
      assert.deepEqual(await descriptions({}), ['no']);
      assert.deepEqual(await descriptions({ marketId: 'SWE' }), ['sv']);
      assert.deepEqual(await descriptions({ productLanguage: 'sv' }), ['sv']);
      assert.deepEqual(await descriptions({ productLanguage: 'fi' }), []);
      assert.deepEqual(await descriptions({ isProductLanguageFilterIgnored: true }), ['no', 'sv']);
      const swedish = await rig.call('GET', `/api/Products/${productId}_sv/raw`);
      assert.match(swedish.json.text('description'), /alla väder/);
      assert.equal((await rig.call('GET', `/api/Products/${productId}_fi/raw`)).status, 404);
    });

    it('takes texts of a further language without losing the first', async () => {
      const put = (over: Record<string, unknown>): Promise<Answer> =>
        rig.call('POST', '/api/Products', { productId: 'T-1', skuId: 'T-1', ...over });
      await put({ name: 'Kopp', brand: 'Varg' });
      await put({ name: 'Mugg', brand: 'Varg', language: 'sv' });
      const both = await query({ productIds: ['T-1'], isProductLanguageFilterIgnored: true });
      assert.deepEqual(
        both.json.list('result').map((each) => [each.at('id'), each.at('name')]),
        [
          ['T-1_no', 'Kopp'],
          ['T-1_sv', 'Mugg'],
        ],
      );
    });

    it('gives one product with what holds in a market now', async () => {
      const inNorway = (await rig.call('GET', '/api/Products/NL-503/ByMarket/NOR')).json;
      assert.deepEqual(
        inNorway.list('prices').map((price) => price.at('unitPrice')),
        [390, 400],
      );
      const finland = (await rig.call('GET', '/api/Products/NL-503/ByMarket/FIN')).json;
      assert.deepEqual(finland.list('prices'), []);
      assert.equal((await rig.call('GET', '/api/Products/NL-130/ByMarket/SWE')).status, 404);
      assert.equal((await rig.call('GET', '/api/Products/NL-130/ByMarket/XXX')).status, 404);
      const variant = style().skus[0]?.sku ?? '';
      const swedish = (await rig.call('GET', `/api/Products/${variant}/ByMarket/SWE`)).json;
      assert.equal(swedish.at('skuId'), variant);
    });

    it('leaves past, future and single customers’ prices to the raw read', async () => {
      const prices = async (path: string): Promise<number> =>
        (await rig.call('GET', `/api/Products/${path}`)).json.list('prices').length;
      assert.deepEqual([await prices('NL-509'), await prices('NL-509_no/raw')], [0, 1]);
      assert.deepEqual([await prices('NL-502'), await prices('NL-502_no/raw')], [4, 5]);
    });
  });

  describe('what is found', () => {
    it('leaves deleted ones out, unless they are what is asked for', async () => {
      const all = await scroll({});
      assert.ok(!idsOf(all).includes('NL-201'));
      assert.deepEqual(idsOf(await scroll({ isDeleted: true })), ['NL-201']);
      assert.deepEqual(idsOf(await scroll({ isInactive: true })), ['NL-200']);
      assert.equal((await scroll({ isActive: true })).length, all.length - 1);
    });

    it('knows a product’s markets by itself, by their group, or all when none is named', async () => {
      const found = idsOf(await scroll({ marketIds: ['SWE'], productLanguage: 'no' }));
      assert.deepEqual(
        [found.includes('NL-130'), found.includes('NL-131'), found.includes('NL-132')],
        [false, true, true],
      );
      const grouped = idsOf(await scroll({ marketGroupId: 'NORDIC' }));
      assert.ok(['NL-130', 'NL-131'].every((id) => grouped.includes(id)));
      assert.ok(!idsOf(await scroll({ marketIds: ['FIN'] })).includes('NL-131'));
    });

    it('filters by what products are', async () => {
      assert.ok(idsOf(await scroll({ isBundle: true })).includes('NL-430'));
      assert.deepEqual(idsOf(await scroll({ productCategoryIds: ['gone'] })), ['NL-207']);
      assert.deepEqual(idsOf(await scroll({ searchText: 'many pictures' })), ['NL-301']);
      assert.ok(!idsOf(await scroll({ excludedProductIds: ['NL-301'] })).includes('NL-301'));
    });

    it('sorts by modification upwards, equals in one order, and again from a time on', async () => {
      const touched = await rig.control('POST', '/catalogue/touch', {
        share: 0.3,
        seed: 1,
        at: '2026-03-01T10:00:00Z',
      });
      await rig.control('POST', '/catalogue/touch', { codes: ['NL-100'], at: '2026-03-01T11:00:00Z' });
      const all = await scroll({ sortOrder: 'ModifiedAscending' });
      const times = all.map((each) => each.text('modified'));
      assert.deepEqual(times, [...times].sort());
      assert.equal(all.at(-1)?.text('productId'), 'NL-100');
      const delta = idsOf(await scroll({ modifiedFrom: '2026-03-01T10:00:00Z', sortOrder: 'ModifiedAscending' }));
      assert.equal(delta.length, Number(touched.json.at('count')) + (touched.text.includes('"NL-100"') ? 0 : 1));
      assert.deepEqual(idsOf(await scroll({ modifiedFrom: '2026-03-01T10:30:00Z' })), ['NL-100']);
      assert.deepEqual(
        idsOf(await scroll({ modifiedFrom: '2026-03-01T10:30:00Z', modifiedTo: '2026-03-01T10:40:00Z' })),
        [],
      );
    });

    it('does not show in a scroll what changed after its start', async () => {
      const start = await rig.call('POST', '/api/Products/Scroll', { sortOrder: 'DocumentId' });
      await rig.control('POST', '/catalogue/products', { share: 1, set: { name: 'Renamed' } });
      await rig.control('POST', '/catalogue/prices', { share: 1, factor: 0 });
      const next = await rig.call('GET', `/api/Products/Scroll/${start.json.text('scrollId')}`);
      for (const document of next.json.list('result')) {
        assert.notEqual(document.at('name'), 'Renamed');
        const prices =
          document.at('prices') === undefined ? document.list('variants.0.prices') : document.list('prices');
        assert.ok(
          prices.length === 0 || prices.some((price) => Number(price.at('unitPrice')) > 0),
          document.text('id'),
        );
      }
    });
  });

  describe('prices that start or end without being modified', () => {
    const minute = 60_000;
    const at = (minutes: number): string => new Date(Date.now() + minutes * minute).toISOString();
    const offer = (code: string, times: Record<string, unknown>): Promise<Answer> =>
      rig.call('PUT', '/api/Prices/AddMany', [
        { prices: [{ code, marketId: 'NOR', currencyCode: 'NOK', unitPrice: 1, promotionId: 'p', ...times }] },
      ]);
    const later = { sortOrder: 'ModifiedAscending', isUnionDeltaQuery: true };

    it('are found by their window, together with what was modified', async () => {
      const { productId, skus } = style();
      await offer(skus[0]?.sku ?? '', { validFrom: at(100) });
      await offer('NL-504', { validFrom: at(-200), validUntil: at(101) });
      await rig.control('POST', '/catalogue/touch', { codes: ['NL-505'], at: at(110), quiet: true });
      const windows = {
        ...{ priceActivatedFrom: at(90), priceActivatedTo: at(105) },
        ...{ priceDeactivatedFrom: at(90), priceDeactivatedTo: at(105) },
      };
      const union = idsOf(await scroll({ ...later, ...windows, modifiedFrom: at(105) }));
      assert.deepEqual(union.sort(), [productId, 'NL-504', 'NL-505'].sort());
      const started = { priceActivatedFrom: at(90), priceActivatedTo: at(105) };
      assert.deepEqual(idsOf(await scroll({ ...later, ...started })), [productId]);
      assert.deepEqual(idsOf(await scroll({ ...windows })), [], 'all windows must fit unless a union is asked for');
      assert.deepEqual(idsOf(await scroll({ ...started, modifiedFrom: at(105) })), []);
    });

    it('can be moved without anything being modified', async () => {
      const before = (await rig.call('GET', '/api/Products/NL-504')).json.at('modified');
      const window = { code: 'NL-504', validFrom: at(30), validUntil: at(45) };
      assert.equal((await rig.control('POST', '/catalogue/price-windows', window)).json.at('count'), 1);
      assert.equal((await rig.call('GET', '/api/Products/NL-504')).json.at('modified'), before);
      assert.deepEqual((await rig.call('GET', '/api/Products/NL-504')).json.list('prices'), []);
      const delta = await rig.call('POST', '/api/Prices/Search', { lastModified: at(-10) });
      assert.equal(delta.json.at('totalHits'), 0);
      assert.deepEqual(idsOf(await scroll({ priceDeactivatedFrom: at(44), priceDeactivatedTo: at(46) })), ['NL-504']);
      await rig.control('POST', '/clock', { advanceMs: 40 * minute });
      assert.equal((await rig.call('GET', '/api/Products/NL-504')).json.list('prices').length, 1);
    });

    it('start and end soon after the catalogue was filled, for some of the seeded ones', async () => {
      const soon = await scroll({ priceActivatedFrom: at(-120), priceActivatedTo: at(24 * 60), productLanguage: 'no' });
      assert.ok(soon.length > 0);
      assert.ok((await scroll({ priceDeactivatedFrom: at(-120), priceDeactivatedTo: at(24 * 60) })).length > 0);
    });
  });

  it('tells every change as the event the vendor names, deletions too', async () => {
    const receiver = await startReceiver();
    try {
      await rig.control('POST', '/subscriptions', { url: receiver.url, classNames: ['Product'] });
      const one = { productId: 'E-1', skuId: 'E-1', name: 'Eel', prices: [{ marketId: 'NOR', unitPrice: 10 }] };
      await rig.call('POST', '/api/Products', one);
      await rig.call('PUT', '/api/Products', { ...one, name: 'Elk' });
      await rig.call('POST', '/api/Products/AddMany', [one]);
      await rig.call('POST', '/api/Products/UpdateMany', [{ productId: 'E-1', brand: 'Varg' }]);
      await rig.call('PATCH', '/api/Products/E-1', { brand: 'Myrull' });
      await rig.control('POST', '/catalogue/prices', { codes: ['E-1'], factor: 2 });
      await rig.control('POST', '/catalogue/deletions', { codes: ['E-1'] });
      assert.equal((await rig.call('GET', '/api/Products/E-1')).json.at('status'), 'Deleted');
      assert.equal((await rig.call('DELETE', '/api/Products/E-1')).status, 200);
      assert.equal((await rig.call('GET', '/api/Products/E-1')).status, 404);
      assert.equal((await rig.call('DELETE', '/api/Products/E-1')).status, 404);
      assert.equal((await rig.call('POST', '/api/Prices/Search', { productCodes: ['E-1'] })).json.at('totalHits'), 0);
      const events = await receiver.waitFor(8);
      assert.deepEqual(
        events.map(({ body }) => [body.at('operationId'), body.at('category'), body.at('objectId')]),
        [
          [140106, 'Added', 'E-1'],
          [140106, 'Added', 'E-1'],
          [140102, 'BatchAdd', 'E-1'],
          [140103, 'BatchUpdate', 'E-1'],
          [140105, 'Updated', 'E-1'],
          [240104, 'Updated', 'E-1'],
          [240101, 'Deleted', 'E-1'],
          [140101, 'Deleted', 'E-1'],
        ],
      );
    } finally {
      await receiver.stop();
    }
  });

  it('has a product of every rare kind, two of them with one number in Flow', async () => {
    const rare = new Map(
      (await scroll({ productLanguage: 'no' }))
        .filter((each) => each.text('productId').startsWith('NL'))
        .map((each) => [each.text('productId'), each]),
    );
    assert.equal(flowUidOf('NL-100'), 'NL100');
    assert.ok(rare.has('NL-100') && rare.has('NL100'));
    assert.equal(rare.get('NL-120')?.at('skuId'), undefined);
    assert.match(rare.get('NL-300')?.text('description') ?? '', /<script>/);
    assert.equal(rare.get('NL-420')?.list('components.1.options').length, 2);
    assert.equal(rare.get('NL-303')?.list('additionalSuppliers').length, 2);
    assert.equal(rare.get('NL-400')?.list('variants').length, 4);
    const ordinary = (await rig.call('GET', `/api/Products/${style().productId}`)).json;
    for (const member of ['assets', 'properties', 'colli', 'supplierSkuId', 'productGroup', 'shortDescription']) {
      assert.ok(ordinary.at(member) !== undefined || ordinary.at(`variants.0.${member}`) !== undefined, member);
    }
  });

  it('can show a document with wrong members, and fail when one product is read', async () => {
    await rig.control('POST', '/catalogue/broken', { codes: ['NL-301'], members: { name: 17, assets: 'none' } });
    const broken = (await query({ productIds: ['NL-300', 'NL-301'], sortOrder: 'DocumentId' })).json.list('result');
    assert.deepEqual([broken[0]?.at('name'), broken[1]?.at('name')], ['Tarp with a long text', 17]);
    await rig.control('POST', '/catalogue/failing', { codes: ['NL-302'], status: 503, reads: ['query'] });
    assert.equal((await query({ productIds: ['NL-300', 'NL-302'] })).status, 503);
    assert.equal((await query({ productIds: ['NL-300'] })).status, 200);
    assert.equal((await rig.call('GET', '/api/Products/NL-302')).status, 200);
    const light = await query({ productIds: ['NL-302'], includedFields: { specificFields: ['modified'] } });
    assert.equal(light.status, 200, 'a list of what there is does not read the product itself');
    await rig.control('DELETE', '/catalogue/failing');
    assert.equal((await query({ productIds: ['NL-302'] })).status, 200);
  });

  it('opens categories and queries to those with the product role only', async () => {
    await rig.control('POST', '/api-user', { clientId: 'sandbox-client', roles: ['OrderAdmin'] });
    assert.equal((await query({ productIds: ['NL-100'] })).status, 403);
    await rig.control('POST', '/api-user', { clientId: 'sandbox-client', roles: ['ProductRead'] });
    assert.equal((await query({ productIds: ['NL-100'] })).status, 200);
    assert.equal((await rig.call('GET', '/api/ProductCategories')).status, 200);
    assert.equal((await rig.call('DELETE', '/api/Products/NL-100')).status, 403);
    await rig.control('POST', '/api-user', { clientId: 'sandbox-client', roles: ['ApiOwner'] });
  });
});
