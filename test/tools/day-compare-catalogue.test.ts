import assert from 'node:assert/strict';
import { buildChain } from '../../sandbox/chain/build-chain';
import { type ChainMarket } from '../../sandbox/chain/types';
import { startFlowSandbox } from '../../sandbox/flow/server';
import { startOmniumSandbox } from '../../sandbox/omnium/server';
import { countCatalogue, drawCatalogueTable } from '../../tools/day/compare/catalogue/catalogue-table';
import { type CatalogueTally } from '../../tools/day/compare/catalogue/catalogue-tally';
import { expectedCost, expectedPrice } from '../../tools/day/compare/catalogue/expected-price';
import { expectedImages, expectedProducts } from '../../tools/day/compare/catalogue/expected-product';
import { parseFlowBranch, parseFlowPrice, parseFlowProduct } from '../../tools/day/compare/catalogue/flow-documents';
import { judgeCatalogue } from '../../tools/day/compare/catalogue/judge-catalogue';
import {
  parseOmniumCategory,
  parseOmniumCost,
  parseOmniumProduct,
} from '../../tools/day/compare/catalogue/omnium-documents';
import { linesOf, readFlowCatalogue, readOmniumCatalogue } from '../../tools/day/compare/catalogue/read-catalogues';
import { centsOf, dayIn, uidOf, wordsOf } from '../../tools/day/compare/catalogue/words';

const [norway] = buildChain({ seed: 1, products: 10 }).markets;
assert.ok(norway);
const market: ChainMarket = norway;
const at = new Date('2026-06-01T10:00:00Z');

type Members = Readonly<Record<string, unknown>>;

const price = {
  code: 'L-1',
  marketId: 'NOR',
  currencyCode: 'NOK',
  unitPrice: 199.5,
  recommendedRetailPrice: 249,
  taxRate: 15,
};
const image = (id: string, sortOrder: number): Members => ({
  ...{ assetId: id, contentType: 'image/jpeg', url: `https://i.example/${id}.jpg`, sortOrder },
  isMainImage: id === 'b',
});
const lantern: Members = {
  ...{ productId: 'L-1', skuId: 'L-1', name: 'Lantern &amp; hook', brand: 'Skarv & Sønn', supplierSkuId: 'S-1' },
  ...{ description: '<p>Burns&nbsp;long.</p><ul><li>Light</li></ul>', shortDescription: null, isActive: true },
  ...{ mainCategoryId: 'tents', categories: [{ categoryId: 'tents' }, { categoryId: 'all' }], supplierId: 'sup-100' },
  ...{ ean: '7001', gtins: ['7001', '7002'], weight: 1.2345, isSerializableProduct: true },
  ...{ colli: [{ height: 12.5, width: 30, length: 40.25, weight: 1310 }], marketIds: ['NOR'], prices: [price] },
  assets: [image('a', 1), image('b', 2), { contentType: 'application/pdf', url: 'https://i.example/a.pdf' }],
};
const variantOf = (suffix: string): Members => ({
  ...{ productId: 'W-1', skuId: `W-1-${suffix}`, name: `Wool ${suffix}`, size: suffix, color: 'moss' },
  prices: [{ ...price, code: `W-1-${suffix}`, taxRate: 25 }],
});
const wool: Members = {
  productId: 'W-1',
  name: 'Wool',
  mainCategoryId: 'tents',
  variants: [variantOf('S'), variantOf('M')],
};
const box: Members = {
  ...{ productId: 'P-1', skuId: 'P-1', name: 'Box', isPackage: true },
  components: [{ skuId: 'L-1', quantity: 2, isRequired: true }, { skuId: 'W-1-S' }],
};
const costs = [
  { skuId: 'L-1', marketId: 'NOR', cost: 80.255, currencyCode: 'NOK' },
  { skuId: 'L-1', marketId: 'NOR', storeId: 'oslo-city', cost: 1, currencyCode: 'NOK' },
];
const categories = [
  { categoryId: 'all', language: 'no', name: 'Everything' },
  { categoryId: 'all', language: 'sv', name: 'Allt' },
  { categoryId: 'tents', language: 'no', name: 'Tents', parentId: 'all' },
];

const flowLantern: Members = {
  ...{ productUid: 'L1', externalId: 'L-1', sku: 'L-1', name: 'Lantern & hook', manufacturerSku: 'S-1' },
  ...{ description: 'Burns long.\n- Light', productType: 'STOCK', productGroupUid: 'tents', brandUid: 'skarv__snn' },
  ...{ brandName: 'Skarv & Sønn', categoryUids: ['all', 'tents', 'counter'], vatCodeUid: 'vat_no_15' },
  ...{ gtins: [{ gtin: '7001', primary: true }, { gtin: '7002' }], weight: 1235, height: 125, width: 300, length: 403 },
  ...{ allowPurchase: true, allowSale: 'YES', serialNoRequired: 'ON_RECEIVE', suppliers: [{ supplierUid: 'sup100' }] },
  ...{ recommendedRetailPrice: 24_900, purchasePrice: 8_026, discontinuedFrom: null },
  media: [
    { mainUrl: 'https://i.example/b.jpg', position: 1, isCoverImage: true },
    { mainUrl: 'https://i.example/a.jpg', position: 2, isCoverImage: false },
  ],
};
const plain = { productGroupUid: 'tents', categoryUids: ['tents'], vatCodeUid: 'vat_no_25', allowSale: 'YES' };
const flowVariant = (suffix: string): Members => ({
  ...{ productUid: `W1${suffix}`, externalId: `W-1-${suffix}`, sku: `W-1-${suffix}`, name: `Wool ${suffix}`, ...plain },
  ...{ productType: 'STOCK', allowPurchase: true, parentUid: 'W1', recommendedRetailPrice: 24_900 },
  optionProperties: [
    { propertyUid: 'color', propertyOptionName: 'moss' },
    { propertyUid: 'size', propertyOptionName: suffix },
  ],
});
const flowStyle: Members = {
  ...{ productUid: 'W1', externalId: 'W-1', sku: 'NoSku', name: 'Wool', productType: 'CONFIGURABLE', ...plain },
  ...{ allowPurchase: true, requiredVariantPropertyUids: ['color', 'size'] },
};
const slot = (position: number, productUid: string, quantity: number): Members => ({
  ...{ position, minComponentsAllowed: 1, maxComponentsAllowed: 1 },
  components: [{ productUid, quantity, required: true }],
});
const flowBox: Members = {
  ...{ productUid: 'P1', externalId: 'P-1', sku: 'P-1', name: 'Box', productType: 'PACKAGE', allowPurchase: true },
  ...{ allowSale: 'YES', vatCodeUid: 'vat_no_25' },
  packageSlots: [slot(2, 'W1S', 100), slot(1, 'L1', 200)],
};
const onMain = (productUid: string, cents: number): Members => ({
  ...{ priceUid: `${productUid}_main`, pricelistUid: 'main', productUid, price: cents },
});
const flowPrices = [onMain('L1', 19_950), onMain('W1S', 19_950), onMain('W1M', 19_950)];
const branch = (uid: string, name: string, parentUid?: string): Members => ({ name, externalId: uid, parentUid, uid });

interface Changes {
  readonly omnium?: readonly Members[];
  readonly flow?: readonly Members[];
  readonly prices?: readonly Members[];
  readonly branches?: readonly Members[];
  readonly storeIds?: readonly string[];
}

function judge(changes: Changes = {}): CatalogueTally {
  const branches = (changes.branches ?? [branch('all', 'Everything'), branch('tents', 'Tents', 'all')]).map(
    ({ uid, ...members }) => ({ ...members, categoryUid: uid }),
  );
  return judgeCatalogue({
    omnium: {
      products: (changes.omnium ?? [lantern, wool, box]).map(parseOmniumProduct),
      costs: new Map([['L-1', costs.map(parseOmniumCost)]]),
      categories: categories.map(parseOmniumCategory),
      languages: new Map([['NOR', 'no']]),
    },
    flow: {
      products: (changes.flow ?? [flowLantern, flowStyle, flowVariant('S'), flowVariant('M'), flowBox]).map(
        parseFlowProduct,
      ),
      prices: (changes.prices ?? flowPrices).map(parseFlowPrice),
      categories: branches.map(parseFlowBranch),
      groups: branches.map(parseFlowBranch),
      lists: new Set(['main']),
    },
    market,
    at,
    storesWithLists: (changes.storeIds ?? []).map((storeId) => ({ storeId })),
  });
}

const found = (changes: Changes): string[] =>
  judge(changes).findings.map(({ row, kind, document, why }) => `${row} ${kind}: ${document} ${why}`);

/** What is found when Flow's lantern, or what it costs, is another. */
const withLantern = (members: Members): string[] =>
  found({ flow: [{ ...flowLantern, ...members }, flowStyle, flowVariant('S'), flowVariant('M'), flowBox] });

describe('comparing the catalogue', () => {
  it('finds nothing wrong with one that is the same, and counts what it has looked at', () => {
    const { findings, compared } = judge();
    assert.deepEqual(findings, []);
    assert.deepEqual(compared, {
      ...{ product: 3, variant: 2, image: 2, package: 1, category: 2, group: 2 },
      ...{ mainPrice: 3, storePrice: 0, recommended: 3, cost: 1, gone: 0 },
    });
  });

  const wrong: readonly (readonly [string, Members])[] = [
    ['name', { name: 'Lantern &amp; hook' }],
    ['sku', { sku: 'L1' }],
    ['externalId', { externalId: 'L-9' }],
    ['manufacturerSku', { manufacturerSku: null }],
    ['description', { description: '<p>Burns long. - Light</p>' }],
    ['shortDescription', { shortDescription: 'Old' }],
    ['productType', { productType: 'NON_PHYSICAL' }],
    ['productGroupUid', { productGroupUid: 'all' }],
    ['brandUid', { brandUid: null }],
    ['brandName', { brandName: 'Skarv AS' }],
    ['categoryUids', { categoryUids: ['tents'] }],
    ['gtins', { gtins: [{ gtin: '7001' }] }],
    ['vatCodeUid', { vatCodeUid: 'vat_no_25' }],
    ['allowPurchase', { allowPurchase: false }],
    ['allowSale', { allowSale: 'NO' }],
    ['discontinuedFrom', { discontinuedFrom: '2026-05-01' }],
    ['serialNoRequired', { serialNoRequired: 'NO' }],
    ['suppliers', { suppliers: [] }],
    ['weight', { weight: 1234 }],
    ['height', { height: 12 }],
    ['width', { width: null }],
    ['length', { length: 402 }],
  ];
  for (const [field, members] of wrong) {
    it(`names ${field} when it is another`, () => {
      const [first = '', ...rest] = withLantern(members);
      assert.match(first, new RegExp(`^product differing: L-1 ${field} .* instead of `));
      assert.deepEqual(rest, []);
    });
  }

  it('names what is missing, once, and what a variant differs in', () => {
    assert.deepEqual(found({ flow: [flowLantern, flowStyle, flowVariant('S'), flowBox] }), [
      'variant missing: W-1-M is not in Flow',
    ]);
    const loose = { ...flowVariant('M'), parentUid: null, optionProperties: [] };
    assert.deepEqual(found({ flow: [flowLantern, flowStyle, flowVariant('S'), loose, flowBox] }), [
      'variant differing: W-1-M color nothing instead of "moss"; size nothing instead of "M"; parentUid nothing instead of "W1"',
    ]);
    const style = { ...flowStyle, requiredVariantPropertyUids: ['size'] };
    assert.deepEqual(found({ flow: [flowLantern, style, flowVariant('S'), flowVariant('M'), flowBox] }), [
      'product differing: W-1 requiredVariantPropertyUids [size] instead of [color, size]',
    ]);
  });

  it('compares pictures, their order and the cover', () => {
    const [b, a] = [
      { mainUrl: 'https://i.example/b.jpg', position: 1, isCoverImage: true },
      { mainUrl: 'https://i.example/a.jpg', position: 2 },
    ];
    assert.deepEqual(withLantern({ media: [b] }), ['image missing: L-1 has no picture https://i.example/a.jpg']);
    assert.deepEqual(withLantern({ media: [b, a, { mainUrl: 'https://i.example/c.jpg', position: 3 }] }), [
      'image differing: L-1 has a picture https://i.example/c.jpg that Omnium has not',
    ]);
    assert.deepEqual(withLantern({ media: [{ ...b, position: 3 }, a] }), [
      'image differing: L-1 its pictures are in another order',
    ]);
    assert.deepEqual(withLantern({ media: [{ ...b, isCoverImage: false }, a] }), [
      'image differing: L-1 its cover is none instead of https://i.example/b.jpg',
    ]);
  });

  it('compares what is in a package', () => {
    const wrongBox = { ...flowBox, packageSlots: [slot(1, 'L1', 100), slot(2, 'W1S', 100)] };
    assert.deepEqual(found({ flow: [flowLantern, flowStyle, flowVariant('S'), flowVariant('M'), wrongBox] }), [
      'package differing: P-1 holds [1 × L1, 1 × W1S] instead of [2 × L1, 1 × W1S]',
    ]);
  });

  it('compares prices: missing, other, too many, limited, and such as hold no more', () => {
    assert.deepEqual(found({ prices: flowPrices.slice(1) }), [
      'mainPrice missing: L-1 on the main list costs 199.50 in Omnium, and nothing is on the list',
    ]);
    assert.deepEqual(found({ prices: [onMain('L1', 100), ...flowPrices.slice(1)] }), [
      'mainPrice differing: L-1 on the main list Omnium 199.50, Flow 1.00',
    ]);
    assert.deepEqual(found({ prices: [{ ...onMain('L1', 1), priceUid: 'x' }, ...flowPrices] }), [
      'mainPrice differing: L-1 on the main list Omnium 199.50, Flow 0.01 and 199.50',
    ]);
    assert.deepEqual(found({ prices: [{ ...onMain('L1', 19_950), toDate: '2026-07-01' }, ...flowPrices.slice(1)] }), [
      'mainPrice differing: L-1 on the main list holds for some time only',
    ]);
    const ended = { ...lantern, prices: [{ ...price, validUntil: '2026-06-01T10:00:00Z' }] };
    const [first] = found({ omnium: [ended, wool, box] }).filter((one) => one.startsWith('mainPrice'));
    assert.equal(first, 'mainPrice differing: L-1 on the main list costs 199.50, and Omnium has no price that holds');
    assert.deepEqual(found({ prices: [onMain('P1', 5_000), ...flowPrices] }), [], 'the shop prices it itself');
  });

  it('compares the price lists of stores', () => {
    const own = { ...lantern, prices: [price, { ...price, storeId: 'oslo-city', unitPrice: 150 }] };
    const omnium = [own, wool, box];
    const storeIds = ['oslo-city'];
    const inOslo = (cents: number): Members => ({ ...onMain('L1', cents), priceUid: 'o', pricelistUid: 'oslocity' });
    assert.deepEqual(found({ omnium, storeIds, prices: [...flowPrices, inOslo(15_000)] }), []);
    assert.deepEqual(found({ omnium, storeIds }), [
      'storePrice missing: L-1 on oslo-city costs 150.00 in Omnium, and nothing is on the list',
    ]);
    assert.deepEqual(found({ omnium, storeIds, prices: [...flowPrices, inOslo(19_950)] }), [
      'storePrice differing: L-1 on oslo-city Omnium 150.00, Flow 199.50',
    ]);
  });

  it('compares recommended prices and costs', () => {
    assert.deepEqual(withLantern({ recommendedRetailPrice: 19_950 }), [
      'recommended differing: L-1 recommended: Omnium 249.00, Flow 199.50',
    ]);
    assert.deepEqual(withLantern({ purchasePrice: null, currencyPurchasePrice: { amount: 8_026, currency: 'EUR' } }), [
      'cost differing: L-1 cost: Omnium 80.26 NOK, Flow nothing',
    ]);
  });

  it('compares both trees', () => {
    const names = (branches: Members[]): string[] => found({ branches });
    assert.deepEqual(names([branch('all', 'Everything'), branch('tents', 'Tents')]), [
      'category differing: tents is under nothing instead of all',
      'group differing: tents is under nothing instead of all',
    ]);
    assert.deepEqual(
      names([branch('all', 'Allt'), branch('tents', 'Tents', 'all'), branch('outlet', 'Outlet')]).slice(0, 2),
      [
        'category differing: all is called Allt instead of Everything',
        'category differing: outlet is not in Omnium any more',
      ],
    );
    const withoutTents = names([branch('all', 'Everything')]);
    assert.ok(withoutTents.includes('category missing: tents is not in Flow'), withoutTents.join('\n'));
    const ofShop = { name: 'At the counter', externalId: null, uid: 'counter' };
    assert.deepEqual(names([branch('all', 'Everything'), branch('tents', 'Tents', 'all'), ofShop]), []);
  });

  it('wants nobody to sell what Omnium has no more, and leaves alone what is the shop’s own', () => {
    const old = { productUid: 'O1', externalId: 'O-1', sku: 'O-1', allowSale: 'YES', allowPurchase: true };
    const all = [flowLantern, flowStyle, flowVariant('S'), flowVariant('M'), flowBox];
    assert.deepEqual(found({ flow: [...all, old] }), [
      'gone differing: O-1 is not in Omnium any more, but is sold (allowSale YES); may still be purchased; discontinuedFrom nothing',
    ]);
    const taken = { ...old, allowSale: 'NO', allowPurchase: false, discontinuedFrom: '2026-06-01' };
    assert.deepEqual(found({ flow: [...all, taken] }), []);
    assert.deepEqual(found({ flow: [...all, { ...old, externalId: null }] }), []);
    assert.deepEqual(found({ omnium: [wool, box, { ...lantern, status: 'Deleted' }] }).length, 1, 'deleted in Omnium');
    assert.deepEqual(found({ omnium: [wool, box, { ...lantern, marketIds: ['SWE'] }] }).length, 1, 'of another market');
  });

  it('leaves out a number whose uid another one has, and says whose', () => {
    assert.deepEqual(found({ omnium: [lantern, wool, box, { ...lantern, productId: 'L1', skuId: 'L1' }] }), [
      'product leftOut: L1 becomes the uid L1, which is that of L-1',
    ]);
  });

  it('draws what it has counted', () => {
    const tally = judge({ flow: [flowLantern, flowStyle, flowVariant('S'), flowBox], prices: flowPrices.slice(0, 2) });
    assert.deepEqual(countCatalogue([tally]), { compared: 17, missing: 1, differing: 0, leftOut: 0 });
    const drawn = drawCatalogueTable([tally], [{ tenantUid: 'flow_no', name: 'Norway' }]);
    assert.match(drawn, /Variants +│ +2 │ +2 │ +1 │ +0 │ +0 │/);
    assert.doesNotMatch(drawn, /single stores/, 'a row without anything is none');
  });
});

describe('what the comparison expects', () => {
  const occasion = { market, at };

  it('of prices: the closest to the market, then the lowest that was entered, with VAT', () => {
    const best = (...prices: Members[]): number | undefined =>
      expectedPrice(parseOmniumProduct({ productId: 'x', prices }).prices, occasion)?.unitCents;
    const everywhere = { unitPrice: 90, currencyCode: 'NOK' };
    assert.equal(best({ ...everywhere }, { ...everywhere, marketGroupId: 'NORDIC', unitPrice: 95 }), 9_500);
    assert.equal(best({ ...price, unitPrice: 100 }, { ...everywhere }), 10_000);
    assert.equal(best({ ...price, unitPrice: 100 }, { ...price, unitPrice: 80 }, { ...price, unitPrice: 0 }), 8_000);
    assert.equal(best({ ...price, unitPrice: 79.96, isTaxExcluded: true, taxRate: 25 }), 9_995);
    for (const not of [
      { customerId: 'c' },
      { customerGroup: 'g' },
      { isCustomerClubSpecificPrice: true },
      { storeId: 's' },
      { minQuantity: 3 },
      { marketId: 'SWE' },
      { currencyCode: 'SEK' },
      { validFrom: '2026-06-01T10:00:01Z' },
      { validUntil: '2026-06-01T10:00:00Z' },
    ])
      assert.equal(best({ ...price, ...not }), undefined, JSON.stringify(not));
  });

  it('of costs: the market’s own currency first, then the product’s', () => {
    const of = (product: Members, ...known: Members[]): string => {
      const cost = expectedCost(
        known.map(parseOmniumCost),
        parseOmniumProduct({ productId: 'x', ...product }),
        occasion,
      );
      return cost ? `${cost.cents} ${cost.currency}` : 'none';
    };
    const local = { skuId: 'x', cost: 12.5, currencyCode: 'NOK' };
    assert.equal(of({ cost: 9 }, { ...local, cost: 3, currencyCode: 'EUR', marketId: 'NOR' }, local), '1250 NOK');
    assert.equal(
      of({ cost: 9, costCurrency: 'EUR' }, { ...local, type: 'SOA' }, { ...local, storeId: 's' }),
      '900 EUR',
    );
    assert.equal(of({ cost: 0 }), 'none');
  });

  it('of a style: what a variant does not say is said of its style, but for what is its own', () => {
    const [style, first] = expectedProducts(
      parseOmniumProduct({ ...wool, brand: 'Varg', assets: [image('b', 1)], isActive: false }),
      occasion,
    );
    assert.deepEqual([style?.kind, first?.kind, first?.parentUid], ['style', 'variant', 'W1']);
    assert.equal(first?.article.brand, 'Varg');
    assert.equal(first?.article.isActive, false);
    assert.deepEqual(first && expectedImages(first.article), []);
  });

  it('of words, numbers and days', () => {
    assert.equal(wordsOf('<h2>A &amp; B</h2><script>x()</script><p>1&#8211;2<br/>c</p>'), 'A & B 1–2 c');
    assert.equal(uidOf('A-b_c.1'), 'Ab_c1');
    assert.equal(centsOf(1.005), 101);
    assert.equal(dayIn('2026-02-28T23:30:00Z', 'Europe/Oslo'), '2026-03-01');
    assert.deepEqual(
      [linesOf({ body: undefined }), linesOf({ body: '{"a":1}\n{"a":2}\n' })],
      [[], [{ a: 1 }, { a: 2 }]],
    );
    assert.deepEqual(linesOf({ body: { a: 1 } }), [{ a: 1 }]);
  });
});

describe('comparing what the tills know from before', () => {
  it('finds what has become old in them, and nothing of what has not', async () => {
    const chain = buildChain({ seed: 1, products: 80 });
    const omnium = await startOmniumSandbox({ chain, seed: 1 });
    const flow = await startFlowSandbox({ chain, seed: 1, catalogue: 'stale' });
    try {
      const where = { omniumUrl: omnium.url, flowUrl: flow.url, signal: new AbortController().signal };
      const inFlow = await readFlowCatalogue(where, market.tenantUid);
      const tally = judgeCatalogue({
        ...{ omnium: await readOmniumCatalogue(where), flow: inFlow, market, at: new Date(), storesWithLists: [] },
      });
      const known = new Set(inFlow.products.map(({ productUid }) => productUid));
      const expected = chain.products.flatMap(({ kind, productId, skus }) => [
        ...(kind === 'style' ? [productId] : []),
        ...skus.map(({ sku }) => sku),
      ]);
      const missing = tally.findings.filter(({ row, kind }) => kind === 'missing' && /^(product|variant)$/.test(row));
      assert.deepEqual(
        missing.map(({ document }) => document).sort(),
        expected.filter((id) => !known.has(uidOf(id))).sort(),
      );
      assert.ok(missing.length > 0);
      const gone = tally.findings.filter(({ row }) => row === 'gone').map(({ document }) => document);
      assert.deepEqual(gone, ['OLD-4711']);
      const articles = chain.products.flatMap(({ skus }) => skus.map(({ sku }) => sku));
      const priced = articles.filter((sku) => known.has(uidOf(sku))).length;
      assert.deepEqual([tally.compared.mainPrice, tally.compared.cost], [priced, priced]);
    } finally {
      await Promise.all([omnium.stop(), flow.stop()]);
    }
  });
});
