import assert from 'node:assert/strict';
import type { MarketConfig } from '../../../src/config/types';
import { DocumentUnmappableError } from '../../../src/domain/document-unmappable';
import { plainText } from '../../../src/activities/catalogue/mapping/plain-text';
import { isDeleted, marketsOf } from '../../../src/activities/catalogue/mapping/product-context';
import { CONTEXT, inNorway, mapped, mappedOne } from '../../support/product-documents';

describe('texts of products', () => {
  it('keep their words and lose their HTML', () => {
    const html = `<h2>Tarp &amp; poles</h2><p>Weighs &lt; 900&nbsp;g.<br/>Packs <em>small</em>.</p>
      <ul><li>Taped</li><li>3000 mm</li></ul><script>track("x")</script><style>p{}</style><!-- no -->
      <img src="a.jpg" alt="x"><a href="https://a.example/?b=1">more</a>`;
    assert.equal(plainText(html), 'Tarp & poles\n\nWeighs < 900 g.\nPacks small.\n\n- Taped\n- 3000 mm\n\nmore');
  });

  it('without HTML keep their lines, and what only looks like it', () => {
    assert.equal(plainText('One\r\nTwo\n\n\n\nThree  \t four '), 'One\nTwo\n\nThree four');
    assert.equal(plainText('5 < 6 & 7 > 2; R&D; x <3'), '5 < 6 & 7 > 2; R&D; x <3');
    assert.equal(plainText('&lt;b&gt;'), '<b>');
    assert.equal(plainText('a\u0000b\u0007'), 'ab');
  });

  it('of which nothing is left are none, however deep they are nested', () => {
    assert.equal(plainText('<p> &nbsp; </p>'), undefined);
    assert.equal(plainText('  '), undefined);
    assert.equal(plainText(undefined), undefined);
    assert.equal(plainText(`${'<div>'.repeat(50_000)}deep`), undefined);
  });
});

describe('images of a product', () => {
  const image = (assetId: string | undefined, name: string, members = {}): Record<string, unknown> => ({
    ...{ assetId, assetType: 'Image', url: `https://img.example/${name}.jpg` },
    ...members,
  });
  const imagesOf = (members: Record<string, unknown>): unknown[] =>
    mappedOne(members).images.map(({ productMediaUid, url, position }) => [productMediaUid, url, position]);

  it('come by Omnium’s order, the main one first, with uids of their assets', () => {
    const assets = [
      image('a1', 'a', { sortOrder: 2 }),
      image('a2', 'b', { sortOrder: 1 }),
      image('a3', 'c', { isMainImage: true }),
    ];
    assert.deepEqual(imagesOf({ assets }), [
      ['omnium-A1-a3', 'https://img.example/c.jpg', 1],
      ['omnium-A1-a2', 'https://img.example/b.jpg', 2],
      ['omnium-A1-a1', 'https://img.example/a.jpg', 3],
    ]);
  });

  it('keep their uid when their link changes, and have one of their link without an id', () => {
    const [[uid] = []] = imagesOf({ assets: [image(undefined, 'a')] }) as string[][];
    assert.match(uid ?? '', /^omnium-A1-[0-9a-f]{24}$/);
    const [[other] = []] = imagesOf({ assets: [image(undefined, 'b')] }) as string[][];
    assert.notEqual(uid, other);
    const [[odd] = []] = imagesOf({ assets: [image('x/ø 7', 'a')] }) as string[][];
    assert.match(odd ?? '', /^omnium-A1-[0-9a-f]{24}$/);
  });

  it('are those that a till can show: no documents, no links that nobody can open', () => {
    const { product, problems } = mapped({
      assets: [
        image('pdf', 'a', { contentType: 'application/pdf' }),
        image('doc', 'b', { assetType: 'Document', url: 'https://img.example/b.pdf' }),
        image('ftp', 'c', { url: 'ftp://img.example/c.jpg' }),
        image('old', 'd', { url: undefined, externalUrl: 'http://img.example/d.jpg' }),
        { assetId: 'name', url: 'https://img.example/e.PNG?w=1' },
      ],
    });
    assert.deepEqual(
      product.images.map(({ productMediaUid }) => productMediaUid),
      ['omnium-A1-old', 'omnium-A1-name'],
    );
    assert.deepEqual(problems, ['A-1 image ftp: has no link that a till could open']);
  });

  it('begin with the main image’s link, unless an asset is it or is called the main one', () => {
    const mainImageUrl = 'https://img.example/main.jpg';
    assert.equal((imagesOf({ mainImageUrl }) as string[][])[0]?.[1], mainImageUrl);
    assert.equal((imagesOf({ mainImageUrl, assets: [image('a', 'a')] }) as string[][])[0]?.[1], mainImageUrl);
    const own = imagesOf({ mainImageUrl, assets: [image('a', 'a', { isMainImage: true })] });
    assert.deepEqual(own, [['omnium-A1-a', 'https://img.example/a.jpg', 1]]);
    const same = imagesOf({ mainImageUrl, assets: [image('b', 'b'), image('m', 'main')] });
    assert.deepEqual(
      same.map((one) => (one as unknown[])[0]),
      ['omnium-A1-m', 'omnium-A1-b'],
    );
  });

  it('come once each', () => {
    assert.equal(imagesOf({ assets: [image('a', 'a'), image('a', 'b'), image('c', 'a')] }).length, 1);
  });
});

describe('values of a product’s properties', () => {
  const properties = [
    { key: 'material', value: '<i>Steel</i>' },
    { key: 'material', value: 'Wool' },
    { key: 'activity', value: 'Hike' },
    { key: 'activity', value: 'Paddle' },
    { key: 'other', value: 'x' },
  ];

  it('are texts, several as a list, and choices, the first of several', () => {
    assert.deepEqual(mappedOne({ properties }).values, [
      { propertyUid: 'activity', value: 'Hike' },
      { propertyUid: 'material', value: 'Steel, Wool' },
    ]);
    assert.deepEqual(mappedOne({ properties: [{ key: 'material', value: ' ' }, { value: 'x' }] }).values, []);
  });

  it('of a variant are also its colour and size, and override those of its style', () => {
    const { product, variants } = mapped({
      ...{ skuId: undefined, properties, color: 'of the style' },
      variants: [
        { skuId: 'A-1-S', size: 'S', color: 'red' },
        { skuId: 'A-1-M', size: 'M', properties: [{ key: 'activity', value: 'Ski' }] },
      ],
    });
    assert.deepEqual(product.fields.requiredVariantPropertyUids, ['color', 'size']);
    assert.deepEqual(
      variants.map(({ values }) => values.map(({ value }) => value)),
      [
        ['red', 'S', 'Hike', 'Steel, Wool'],
        ['M', 'Ski', 'Steel, Wool'],
      ],
    );
    assert.deepEqual(mappedOne({ color: 'red', size: 'M' }).values, []);
  });

  it('belong to properties whose uids two keys never share', () => {
    const rules = { ...CONTEXT.rules, textProperties: ['a-b', 'a_b', 'ab', 'x'.repeat(300)], choiceProperties: ['ab'] };
    const { definitions } = mapped({}, { rules });
    const uids = definitions.map(({ propertyUid }) => propertyUid);
    assert.equal(new Set(uids).size, uids.length);
    assert.ok(uids.every((uid) => /^[A-Za-z0-9_-]{1,100}$/.test(uid)));
    assert.deepEqual(
      definitions.map(({ key, type }) => `${key.slice(0, 5)} ${type}`),
      ['color SINGLESELECT', 'size SINGLESELECT', 'ab SINGLESELECT', 'a-b TEXT', 'a_b TEXT', 'xxxxx TEXT'],
    );
  });
});

describe('what is in a package', () => {
  const components = [
    { componentId: 'g1', componentName: 'Light', skuId: 'L-1', quantity: 1.5, isRequired: true },
    {
      componentId: 'g2',
      quantity: 2,
      isRequired: false,
      options: [{ skuId: 'S-1' }, { productId: 'S-2', quantity: 3 }],
    },
    { skuId: 'L-1' },
  ];
  const slotsOf = (members: Record<string, unknown>): unknown => mappedOne({ isPackage: true, ...members }).slots;

  it('are slots of one article each, or of one to choose', () => {
    assert.deepEqual(slotsOf({ components: components.slice(0, 2) }), [
      {
        ...{ productPackageSlotUid: 'omnium-A1-g1', name: 'Light', position: 1 },
        ...{ minComponentsAllowed: 1, maxComponentsAllowed: 1 },
        components: [
          {
            ...{ productPackageComponentUid: 'omnium-A1-g1-L1', productUid: 'L1', code: 'L-1' },
            ...{ position: 1, quantity: 150, required: true },
          },
        ],
      },
      {
        ...{ productPackageSlotUid: 'omnium-A1-g2', name: '2', position: 2 },
        ...{ minComponentsAllowed: 0, maxComponentsAllowed: 1 },
        components: [
          {
            ...{ productPackageComponentUid: 'omnium-A1-g2-S1', productUid: 'S1', code: 'S-1' },
            ...{ position: 1, quantity: 200, required: false },
          },
          {
            ...{ productPackageComponentUid: 'omnium-A1-g2-S2', productUid: 'S2', code: 'S-2' },
            ...{ position: 2, quantity: 300, required: false },
          },
        ],
      },
    ]);
  });

  it('are slots of their own when the same article is in it twice', () => {
    const slots = slotsOf({ components: [{ skuId: 'L-1' }, { skuId: 'L-1' }] }) as { productPackageSlotUid: string }[];
    assert.deepEqual(
      slots.map(({ productPackageSlotUid }) => productPackageSlotUid),
      ['omnium-A1-L_2d_1', 'omnium-A1-L_2d_1-2'],
    );
  });

  it('are the shop’s own where the connector does not create them, and none in an article', () => {
    const properties = { ...CONTEXT.properties, CreatePackageSlots: false };
    assert.equal(mappedOne({ isPackage: true, components }, { properties }).slots, undefined);
    assert.equal(mappedOne({ isPackage: true, components }, { properties }).productType, 'PACKAGE');
    assert.equal(mappedOne({ components }).slots, undefined);
  });

  it('must be something', () => {
    assert.throws(() => slotsOf({ components: [{ quantity: 1 }] }), DocumentUnmappableError);
    assert.throws(() => slotsOf({ components: [{ skuId: 'a', quantity: 0 }] }), DocumentUnmappableError);
  });
});

describe('a style with its variants', () => {
  const style = {
    ...{
      skuId: undefined,
      name: 'Sock',
      brand: 'Varg',
      supplierSkuId: 'S',
      ean: '1',
      weight: 1,
      cost: 10,
      isActive: true,
    },
    ...{ supplierId: 'sup-1', mainCategoryId: 'socks', mainImageUrl: 'https://img.example/style.jpg' },
    assortmentCodes: [{ assortmentCodeId: 'NOBUY', validTo: '2020-01-01T00:00:00Z' }],
  };

  it('is a parent without SKU, price and cost, over articles that have what is not their own of it', () => {
    const { product, variants } = mapped({
      ...style,
      prices: [inNorway(50)],
      variants: [
        { skuId: 'A-1-S', size: 'S', prices: [inNorway(80)] },
        { skuId: 'A-1-M', name: 'Sock M', weight: 2, cost: 0, isActive: false, ean: '2', brand: 'Own' },
      ],
    });
    assert.deepEqual(
      [product.productType, product.productUid, product.fields.sku, product.fields.externalId],
      ['CONFIGURABLE', 'A1', 'NoSku', 'A-1'],
    );
    assert.equal(product.fields.recommendedRetailPrice, undefined);
    assert.equal(product.fields.purchasePrice, undefined);
    assert.deepEqual(product.fields.requiredVariantPropertyUids, ['size']);
    const [small, medium] = variants;
    assert.ok(small && medium);
    const { name, brandUid, weight, purchasePrice, recommendedRetailPrice, allowPurchase } = small.fields;
    assert.deepEqual(
      [small.productUid, name, brandUid, weight, purchasePrice, recommendedRetailPrice, allowPurchase],
      ['A1S', 'Sock', 'varg', 1000, 1000, 8000, true],
    );
    assert.deepEqual([small.fields.manufacturerSku, small.fields.gtins, small.images], [null, undefined, []]);
    assert.deepEqual([small.suppliers.length, small.mainCategoryId], [1, 'socks']);
    assert.deepEqual(
      [medium.fields.name, medium.fields.brandUid, medium.fields.weight, medium.fields.purchasePrice],
      ['Sock M', 'own', 2000, 1000],
    );
    assert.deepEqual([medium.fields.allowPurchase, medium.fields.gtins?.[0]?.gtin], [false, '2']);
    assert.equal(medium.fields.recommendedRetailPrice, 5000);
  });

  it('may not be purchased when the style may not', () => {
    const { variants } = mapped({ ...style, isActive: false, variants: [{ skuId: 'A-1-S', isActive: true }] });
    assert.equal(variants[0]?.fields.allowPurchase, false);
  });

  it('has the variants that Omnium has and our markets offer', () => {
    const { product, variants } = mapped({
      ...style,
      variants: [
        { skuId: 'gone', status: 'Deleted' },
        { skuId: 'swedish', marketIds: ['SWE'] },
        { skuId: 'nordic', marketGroupIds: ['nordic'] },
        { skuId: 'all' },
      ],
    });
    assert.deepEqual(
      variants.map(({ externalId }) => externalId),
      ['nordic', 'all'],
    );
    assert.equal(product.productType, 'CONFIGURABLE');
  });

  it('is its only variant when that has its very id', () => {
    const { product, variants } = mapped({ ...style, variants: [{ skuId: 'A-1', size: 'one' }] });
    assert.deepEqual([variants.length, product.productType, product.fields.sku], [0, 'STOCK', 'A-1']);
    assert.equal(product.images[0]?.url, 'https://img.example/style.jpg');
    assert.deepEqual(product.values, [{ propertyUid: 'size', value: 'one' }]);
  });
});

describe('markets of a product', () => {
  const markets = [
    { marketId: 'NOR', marketGroupId: 'NORDIC' },
    { marketId: 'SWE', marketGroupId: 'NORDIC' },
    { marketId: 'FIN' },
  ] as MarketConfig[];
  const namesOf = (marketIds: string[], marketGroupIds: string[] = []): string[] | undefined =>
    marketsOf({ marketIds, marketGroupIds }, markets)?.all.map(({ marketId }) => marketId);

  it('are all when it names none, else those it names or whose group it names, the first of ours leading', () => {
    assert.deepEqual(namesOf([]), ['NOR', 'SWE', 'FIN']);
    assert.deepEqual(namesOf(['fin', 'SWE']), ['SWE', 'FIN']);
    assert.deepEqual(namesOf([], ['Nordic']), ['NOR', 'SWE']);
    assert.equal(namesOf(['DNK']), undefined);
    assert.equal(marketsOf({ marketIds: ['FIN', 'SWE'], marketGroupIds: [] }, markets)?.leading.marketId, 'SWE');
  });

  it('do not matter for what was deleted', () => {
    assert.ok(isDeleted({ status: 'deleted' }));
    assert.ok(!isDeleted({ status: 'Published' }) && !isDeleted({ status: undefined }));
  });
});
