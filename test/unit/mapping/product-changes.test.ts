import assert from 'node:assert/strict';
import { flowPackageSlotSchema, flowProductMediaSchema } from '../../../src/clients/flow/products';
import {
  changedProductFields,
  discontinuation,
  isOtherProduct,
  newProduct,
} from '../../../src/activities/catalogue/mapping/compare-product';
import { compareImages, type DesiredImage } from '../../../src/activities/catalogue/mapping/product-images';
import { compareSlots, type DesiredSlot } from '../../../src/activities/catalogue/mapping/product-package';
import { compareValues } from '../../../src/activities/catalogue/mapping/product-values';
import { CONTEXT, flowProduct, mapped, mappedOne, NOW } from '../../support/product-documents';

const AT = { at: NOW, timezone: 'Europe/Oslo' };

/** What would be changed of a product that stands in Flow as it was made, but for these members. */
function changes(document: Record<string, unknown>, inFlow: Record<string, unknown> = {}, references = {}): unknown {
  const wanted = mappedOne(document);
  const made = newProduct(wanted, references);
  return changedProductFields(wanted, flowProduct({ ...made, ...inFlow }), { ...references, ...AT });
}

const FULL = {
  ...{ brand: 'Varg', description: 'A', shortDescription: 'B', weight: 1, cost: 5, supplierId: 'sup-1', ean: '1' },
  ...{ supplierSkuId: 'X', colli: [{ height: 1, width: 2, length: 3 }], discontinued: '2027-01-01T00:00:00Z' },
};

describe('what of a product differs in Flow', () => {
  it('is nothing when it stands there as it was made', () => {
    assert.deepEqual(changes(FULL), {});
    assert.deepEqual(changes({}), {});
  });

  it('is each member by its name, and only that', () => {
    const cases: Record<string, unknown> = {
      ...{ name: 'x', sku: 'x', description: 'x', shortDescription: 'x', brandUid: 'x', manufacturerSku: 'x' },
      ...{ vatCodeUid: 'x', purchasePrice: 1, allowPurchase: false, height: 1, width: 1, length: 1, weight: 1 },
      ...{ discontinuedFrom: '2026-01-01', productType: 'PACKAGE', gtins: [{ gtin: '2', primary: true }] },
      ...{ suppliers: [{ supplierUid: 'x' }], externalId: undefined },
    };
    for (const [member, value] of Object.entries(cases)) {
      assert.deepEqual(Object.keys(changes(FULL, { [member]: value }) as object), [member]);
    }
  });

  it('is emptied where Omnium has none any more', () => {
    const there = { description: 'x', brandUid: 'x', weight: 3, manufacturerSku: 'y', discontinuedFrom: '2027-01-01' };
    assert.deepEqual(changes({}, there), {
      ...{ description: null, brandUid: null, weight: null, manufacturerSku: null, discontinuedFrom: null },
    });
  });

  it('is left alone where Omnium does not say: prices, costs, numbers on the goods, suppliers', () => {
    const gtins = [{ gtin: '1', primary: true }];
    const there = { recommendedRetailPrice: 5, purchasePrice: 6, gtins, suppliers: [{ supplierUid: 'own' }] };
    assert.deepEqual(changes({}, there), {});
    assert.deepEqual(
      changes({}, { internalInfo: 'x', allowCredit: true, ledgerNumber: '3000', availableForWeb: true }),
      {},
    );
  });

  it('is a cost in another currency, and the local one when it is local again', () => {
    const euro = { amount: 1000, currency: 'EUR' };
    const foreign = { cost: 10, costCurrency: 'EUR' };
    assert.deepEqual(changes(foreign, { currencyPurchasePrice: { amount: 900, currency: 'EUR' } }), {
      currencyPurchasePrice: euro,
    });
    assert.deepEqual(changes(foreign, { currencyPurchasePrice: { amount: 1000, currency: 'USD' } }), {
      currencyPurchasePrice: euro,
    });
    assert.deepEqual(changes(foreign, { currencyPurchasePrice: 1000 }), {});
    assert.deepEqual(changes({ cost: 10 }, { currencyPurchasePrice: euro }), { currencyPurchasePrice: null });
  });

  it('keeps the type of a number on the goods', () => {
    const gtins = [{ gtin: '1', primary: false, type: 'EAN13' }];
    assert.deepEqual(changes({ ean: '1' }, { gtins }), { gtins: [{ gtin: '1', primary: true, type: 'EAN13' }] });
  });

  it('does not make an article of what the shop calls a gift card or keeps no stock of', () => {
    assert.deepEqual(changes({}, { productType: 'GIFTCARD' }), {});
    assert.deepEqual(changes({}, { productType: 'NON_STOCK' }), {});
    assert.deepEqual(changes({}, { productType: 'CONFIGURABLE' }), { productType: 'STOCK' });
    assert.deepEqual(changes({ isVirtual: true }, { productType: 'NON_STOCK' }), { productType: 'NON_PHYSICAL' });
  });

  it('asks for numbers of pieces where Omnium numbers them, and lets the shop say when', () => {
    const numbered = { isSerializableProduct: true };
    assert.deepEqual(changes(numbered, { serialNoRequired: 'NO' }), { serialNoRequired: 'ON_RECEIVE' });
    assert.deepEqual(changes(numbered, { serialNoRequired: 'ON_SALE' }), {});
    assert.deepEqual(changes({}, { serialNoRequired: 'ON_SALE' }), {});
  });

  it('is its group, and its categories beside the shop’s own', () => {
    const references = { productGroupUid: 'tents', categoryUids: ['a', 'b'], shopsCategoryUids: ['own'] };
    assert.deepEqual(changes({}, { productGroupUid: 'other', categoryUids: ['b', 'own', 'a'] }, references), {
      productGroupUid: 'tents',
    });
    assert.deepEqual(changes({}, { categoryUids: ['own', 'c'] }, references), { categoryUids: ['a', 'b', 'own'] });
    assert.deepEqual(changes({}, { productGroupUid: 'other', categoryUids: ['x'] }), {});
  });

  describe('in its sale', () => {
    const from = { salesStartDate: '2026-12-01T10:00:00Z' };

    it('is the day from which it is sold', () => {
      const wanted = { allowSale: 'NOT_BEFORE_DATE', allowSaleDate: '2026-12-01' };
      assert.deepEqual(changes(from, { allowSale: 'YES', allowSaleDate: undefined }), wanted);
      assert.deepEqual(changes(from, { allowSaleDate: '2026-12-02' }), wanted);
      assert.deepEqual(changes(from), {});
    });

    it('is that it is sold now, where it was held back till later', () => {
      const held = { allowSale: 'NOT_BEFORE_DATE', allowSaleDate: '2026-12-01' };
      assert.deepEqual(changes({}, held), { allowSale: 'YES', allowSaleDate: null });
      assert.deepEqual(changes({}, { ...held, allowSaleDate: '2026-11-21' }), {});
    });

    it('is never the shop’s own no', () => {
      assert.deepEqual(changes({}, { allowSale: 'NO' }), {});
      assert.deepEqual(changes(from, { allowSale: 'NO' }), {});
    });

    it('is sold again when it comes back after we had taken it from sale', () => {
      const taken = { allowSale: 'NO', allowPurchase: false, discontinuedFrom: '2026-11-01' };
      assert.deepEqual(changes({}, taken), { allowSale: 'YES', allowPurchase: true, discontinuedFrom: null });
    });
  });

  it('is another product’s when its id or SKU is another', () => {
    const wanted = mappedOne({ skuId: 'A-1' });
    const other = (members: Record<string, unknown>): boolean => isOtherProduct(wanted, flowProduct(members));
    assert.equal(other({ externalId: 'A1', sku: 'A-1' }), true);
    assert.equal(other({ externalId: 'A-1', sku: 'renamed' }), false);
    assert.equal(other({ sku: 'A1' }), true);
    assert.equal(other({ sku: 'A-1' }), false);
    assert.equal(other({ sku: 'NoSku' }), false);
    assert.equal(other({}), false);
  });
});

describe('a product that Omnium does not have any more', () => {
  const of = (members: Record<string, unknown>): unknown => discontinuation(flowProduct(members), AT);

  it('is neither sold nor purchased from today on, and stays so', () => {
    const gone = { allowSale: 'NO', allowPurchase: false, discontinuedFrom: '2026-11-21' };
    assert.deepEqual(of({ allowSale: 'YES', allowPurchase: true }), gone);
    assert.deepEqual(of(gone), {});
    assert.deepEqual(of({ ...gone, discontinuedFrom: '2026-11-01' }), {});
    assert.deepEqual(of({ ...gone, discontinuedFrom: '2027-01-01' }), { discontinuedFrom: '2026-11-21' });
  });

  it('can be told from one whose end Omnium had announced', () => {
    assert.deepEqual(of({ allowSale: 'YES', allowPurchase: false, discontinuedFrom: '2026-01-01' }), {
      ...{ allowSale: 'NO', discontinuedFrom: '2026-11-21' },
    });
  });

  it('is gone today in the tenant’s country', () => {
    const late = { at: new Date('2026-11-21T23:30:00Z'), timezone: 'Europe/Oslo' };
    assert.equal(discontinuation(flowProduct({ allowSale: 'YES' }), late).discontinuedFrom, '2026-11-22');
  });
});

describe('images that differ in Flow', () => {
  const wanted: readonly DesiredImage[] = [
    { productMediaUid: 'omnium-A1-a', url: 'https://i.example/a.jpg', position: 1 },
    { productMediaUid: 'omnium-A1-b', url: 'https://i.example/b.jpg', position: 2 },
  ];
  const media = (productMediaUid: string, url: string, at: { position: number; isCoverImage?: boolean }): unknown =>
    flowProductMediaSchema.parse({ productMediaUid, mainUrl: `https://i.example/${url}.jpg`, ...at });
  const cover = { position: 1, isCoverImage: true };
  const compare = (...existing: unknown[]): unknown => compareImages(wanted, existing as never);

  it('are none when they stand there in order', () => {
    assert.deepEqual(compare(media('omnium-A1-a', 'a', cover), media('omnium-A1-b', 'b', { position: 2 })), []);
  });

  it('are added, the cover last', () => {
    assert.deepEqual(compare(), [
      { do: 'add', image: wanted[1], setAsCoverImage: false },
      { do: 'add', image: wanted[0], setAsCoverImage: true },
    ]);
  });

  it('are changed in link, place and cover, and removed when they are ours and gone', () => {
    assert.deepEqual(
      compare(
        media('omnium-A1-a', 'old', { position: 1 }),
        media('omnium-A1-b', 'b', cover),
        media('omnium-A1-c', 'c', { position: 3 }),
        media('shop', 'own', { position: 4 }),
      ),
      [
        { do: 'change', productMediaUid: 'omnium-A1-b', change: { position: 2 } },
        {
          ...{ do: 'change', productMediaUid: 'omnium-A1-a' },
          change: { mainUrl: 'https://i.example/a.jpg', setAsCoverImage: true },
        },
        { do: 'remove', productMediaUid: 'omnium-A1-c' },
      ],
    );
  });

  it('are not added again when they came by the same link before our time', () => {
    assert.deepEqual(compare(media('theirs', 'a', cover), media('omnium-A1-b', 'b', { position: 2 })), []);
  });
});

describe('values that differ in Flow', () => {
  const { product, definitions } = mapped({
    properties: [
      { key: 'material', value: 'Wool' },
      { key: 'activity', value: 'Hike' },
    ],
  });
  const compare = (...optionProperties: Record<string, unknown>[]): string[] =>
    compareValues(product, flowProduct({ optionProperties }), definitions).map(
      (change) => `${change.do} ${change.definition.key}`,
    );
  const material = { productPropertyUid: '1', propertyUid: 'material', propertyText: 'Wool' };
  const activity = {
    productPropertyUid: '2',
    propertyUid: 'activity',
    propertyOptionUid: 'o',
    propertyOptionName: 'Hike',
  };

  it('are set where they are missing or other, and left where they are right', () => {
    assert.deepEqual(compare(), ['set activity', 'set material']);
    assert.deepEqual(compare(material, activity), []);
    assert.deepEqual(compare({ ...material, propertyText: 'Silk' }, { ...activity, propertyOptionName: 'Ski' }), [
      'set activity',
      'set material',
    ]);
    assert.deepEqual(
      compare(material, { ...activity, propertyOptionName: undefined, propertyOptionUid: 'activity-Hike' }),
      [],
    );
  });

  it('are removed where they are ours and Omnium has none', () => {
    const colour = { productPropertyUid: '3', propertyUid: 'color', propertyOptionName: 'red' };
    const shops = { productPropertyUid: '4', propertyUid: 'shelf', propertyText: '7' };
    assert.deepEqual(compare(material, activity, colour, shops), ['remove color']);
  });
});

describe('packages that differ in Flow', () => {
  const wanted = mappedOne({
    isPackage: true,
    components: [
      { componentId: 'a', componentName: 'Light', skuId: 'L-1', quantity: 1, isRequired: true },
      { componentId: 'b', componentName: 'Sock', isRequired: true, options: [{ skuId: 'S-1' }, { skuId: 'S-2' }] },
    ],
  }).slots as readonly DesiredSlot[];
  const inFlow = (slots: readonly DesiredSlot[]): ReturnType<typeof flowPackageSlotSchema.parse>[] =>
    slots.map(({ components, ...slot }) =>
      flowPackageSlotSchema.parse({
        ...slot,
        components: components.map(({ productUid, code: _, ...rest }) => ({ ...rest, product: { productUid } })),
      }),
    );
  const [light, sock] = wanted;
  assert.ok(light && sock);

  it('are none when they stand there as they are', () => {
    assert.deepEqual(compareSlots(wanted, inFlow(wanted)), []);
    assert.deepEqual(
      compareSlots(wanted, []).map((change) => change.do),
      ['add-slot', 'add-slot'],
    );
  });

  it('are changed slot by slot and article by article; ours that are gone are removed', () => {
    const other = { ...light, name: 'Lamp', position: 5, components: [{ ...light.components[0], quantity: 300 }] };
    const gone = { ...light, productPackageSlotUid: 'omnium-A1-z' };
    const shops = {
      ...light,
      productPackageSlotUid: 'shop',
      components: [{ ...light.components[0], productUid: 'own' }],
    };
    const [first] = sock.components;
    const there = [other, gone, shops, { ...sock, components: [first, { ...first, productUid: 'X' }] }];
    const changes = compareSlots(wanted, inFlow(there as unknown as readonly DesiredSlot[]));
    assert.deepEqual(
      changes.map((change) => [change.do, 'change' in change ? change.change : undefined]),
      [
        ['remove-slot', undefined],
        ['change-slot', { name: 'Light', position: 1 }],
        ['change-component', { quantity: 100 }],
        ['remove-component', undefined],
        ['add-component', undefined],
      ],
    );
  });

  it('take over a slot from before our time that holds the very articles', () => {
    const theirs = { ...light, productPackageSlotUid: 'A1-1', name: 'Their lamp' };
    assert.deepEqual(compareSlots(wanted, inFlow([theirs, sock])), []);
  });
});

describe('a new product', () => {
  it('has all that is known and nothing that is empty', () => {
    const body = newProduct(mappedOne({ cost: 1, salesStartDate: '2026-12-01T10:00:00Z' }), { productGroupUid: 'g' });
    assert.deepEqual(body, {
      ...{
        productUid: 'A1',
        externalId: 'A-1',
        sku: 'A-1',
        name: 'Tent',
        productType: 'STOCK',
        vatCodeUid: 'vat_default',
      },
      ...{ allowPurchase: true, allowSale: 'NOT_BEFORE_DATE', allowSaleDate: '2026-12-01', serialNoRequired: 'NO' },
      ...{ productGroupUid: 'g', purchasePrice: 100 },
    });
  });

  it('begins with the cost that a task looks after later', () => {
    const wanted = mappedOne({ cost: 1 }, { ...CONTEXT, hasCostTask: true });
    assert.equal(newProduct(wanted, {}).purchasePrice, 100);
    assert.deepEqual(
      changedProductFields(wanted, flowProduct({ ...newProduct(wanted, {}), purchasePrice: 7 }), AT),
      {},
    );
  });
});
