import assert from 'node:assert/strict';
import { AmountInvalidError } from '../../../src/domain/money';
import { UidInvalidError } from '../../../src/domain/uid';
import { DocumentUnmappableError } from '../../../src/domain/document-unmappable';
import { CONTEXT, inNorway, mapped, mappedOne } from '../../support/product-documents';

describe('a product of Omnium’s in Flow', () => {
  it('has the SKU’s uid, or the product’s where it has no SKU', () => {
    const { productUid, externalId, fields } = mappedOne({ productId: 'style-9', skuId: 'AB/1 Å' });
    assert.deepEqual([productUid, externalId, fields.sku, fields.externalId], ['AB1', 'AB/1 Å', 'AB/1 Å', 'AB/1 Å']);
    const without = mappedOne({ productId: 'style-9', skuId: undefined });
    assert.deepEqual([without.productUid, without.externalId, without.fields.sku], ['style9', 'style-9', 'NoSku']);
    assert.throws(() => mapped({ productId: 'ÅØ', skuId: undefined }), UidInvalidError);
  });

  it('is called by its name, on one line and without HTML; without one by its other name or its number', () => {
    assert.equal(mappedOne({ name: ' <b>Tent</b>\n 2 &amp; more ' }).fields.name, 'Tent 2 & more');
    assert.equal(mappedOne({ name: '  ', alternativeProductName: 'Shelter' }).fields.name, 'Shelter');
    assert.equal(mappedOne({ name: '<br>' }).fields.name, 'A-1');
  });

  it('has its descriptions without HTML; none empties Flow’s', () => {
    const { fields } = mappedOne({ description: '<p>One</p><p>Two</p>', shortDescription: 'A &lt;3 B' });
    assert.deepEqual([fields.description, fields.shortDescription], ['One\n\nTwo', 'A <3 B']);
    assert.deepEqual([mappedOne().fields.description, mappedOne().fields.shortDescription], [null, null]);
  });

  it('has the brand as Flow spells it, lower case and blanks as underscores', () => {
    const { fields, brand } = mappedOne({ brand: ' Nike  Air ' });
    assert.equal(fields.brandUid, 'nike_air');
    assert.deepEqual(brand, { brandUid: 'nike_air', name: 'Nike Air' });
    assert.deepEqual([mappedOne().fields.brandUid, mappedOne().brand], [null, undefined]);
    const { brand: none, fields: without, problems } = mappedOne({ brand: 'Ø Å' });
    assert.deepEqual([none, without.brandUid, problems.length], [undefined, null, 1], 'it is sold without');
  });

  it('has its suppliers, the main one first and each once', () => {
    const { suppliers } = mappedOne({
      ...{ supplierId: 'sup-1', supplierName: 'One' },
      additionalSuppliers: [{ supplierId: 'sup-2' }, { supplierId: 'sup-1' }, { supplierName: 'nameless' }],
    });
    assert.deepEqual(suppliers, [
      { supplierUid: 'sup1', supplierId: 'sup-1', supplierName: 'One' },
      { supplierUid: 'sup2', supplierId: 'sup-2' },
    ]);
    assert.equal(mappedOne({ supplierSkuId: 'X 7' }).fields.manufacturerSku, 'X 7');
    assert.equal(mappedOne().fields.manufacturerSku, null);
  });

  it('has the numbers on the goods, the EAN first; none says nothing', () => {
    const { gtins } = mappedOne({ ean: ' 123 ', gtins: ['456', '123'] }).fields;
    assert.deepEqual(gtins, [
      { gtin: '123', primary: true },
      { gtin: '456', primary: false },
    ]);
    assert.ok(!('gtins' in mappedOne().fields));
  });

  it('weighs what Omnium says in grams: its own kilograms before what it is sent in', () => {
    const colli = [
      { height: 12.5, width: 30 },
      { height: 1, length: 40.25, weight: 1310.4 },
    ];
    const measures = ({ weight, height, width, length }: Record<string, unknown>): unknown[] => [
      weight,
      height,
      width,
      length,
    ];
    assert.deepEqual(measures(mappedOne({ weight: '1.2345', colli }).fields), [1235, 125, 300, 403]);
    assert.deepEqual(measures(mappedOne({ colli }).fields), [1310, 125, 300, 403]);
    assert.deepEqual(measures(mappedOne({ weight: 0 }).fields), [0, null, null, null]);
    assert.throws(() => mapped({ weight: -1 }), AmountInvalidError);
  });

  describe('VAT', () => {
    const vatOf = (prices: unknown, context = {}): string => mappedOne({ prices }, context).fields.vatCodeUid;

    it('is the code of the rate that holds, of the product’s own market before others', () => {
      assert.equal(vatOf([inNorway(1, { taxRate: 15 })]), 'vat_15');
      assert.equal(
        vatOf([inNorway(1, { taxRate: '25.00', marketId: undefined }), inNorway(1, { taxRate: 15 })]),
        'vat_15',
      );
      assert.equal(vatOf([inNorway(1, { taxRate: 15, marketId: undefined, marketGroupId: 'nordic' })]), 'vat_15');
      assert.equal(vatOf([inNorway(1, { taxRate: 15, marketId: 'SWE' })]), 'vat_default');
    });

    it('is not that of a price which does not hold now', () => {
      assert.equal(vatOf([inNorway(1, { taxRate: 15, validUntil: '2026-11-21T12:00:00Z' })]), 'vat_default');
      assert.equal(vatOf([inNorway(1, { taxRate: 15, validFrom: '2026-11-21T12:00:01Z' })]), 'vat_default');
    });

    it('is that of the market’s rate, or the default where nobody knows a rate or its code', () => {
      const markets = [{ marketId: 'NOR', defaultTaxRate: 25 }];
      assert.equal(vatOf([inNorway(1, { taxRate: undefined })], { markets }), 'vat_25');
      assert.equal(vatOf([]), 'vat_default');
      assert.equal(vatOf([inNorway(1, { taxRate: 12 })]), 'vat_default');
      assert.throws(() => vatOf([inNorway(1)], { properties: { ...CONTEXT.properties, VatCodeUids: { x: 'y' } } }));
    });

    it('of a style is that of its variants', () => {
      const variants = [{ skuId: 'A-1-S', prices: [inNorway(1, { taxRate: 15, code: 'A-1-S' })] }];
      assert.equal(mappedOne({ skuId: undefined, variants }).fields.vatCodeUid, 'vat_15');
    });
  });

  describe('recommended price', () => {
    const priceOf = (prices: unknown, context = {}): unknown =>
      mappedOne({ prices }, context).fields.recommendedRetailPrice;

    it('is the best price that holds, in cents with VAT', () => {
      assert.equal(priceOf([inNorway(199.5), inNorway(149.9)]), 14990);
      assert.equal(priceOf([inNorway(100, { isTaxExcluded: true })]), 12500);
    });

    it('is left alone where a task looks after prices, or none holds', () => {
      assert.equal(priceOf([inNorway(199.5)], { hasPriceTask: true }), undefined);
      assert.equal(priceOf([inNorway(1, { validUntil: '2026-01-01T00:00:00Z' })]), undefined);
    });

    it('in another currency is told, and does not keep the product from the tills', () => {
      const { product, problems } = mapped({ prices: [inNorway(9.9, { currencyCode: 'EUR' })] });
      assert.equal(product.fields.recommendedRetailPrice, undefined);
      assert.match(problems.join(), /A-1 recommendedRetailPrice: .*EUR/);
    });

    it('without VAT needs a rate', () => {
      const prices = [inNorway(1, { isTaxExcluded: true, taxRate: undefined })];
      assert.throws(() => priceOf(prices), DocumentUnmappableError);
    });
  });

  describe('purchase price', () => {
    const costOf = (members: Record<string, unknown>, context = {}): unknown => {
      const { purchasePrice, currencyPurchasePrice } = mappedOne(members, context).fields;
      return { purchasePrice, currencyPurchasePrice };
    };

    it('is the cost in cents; 0 says nothing', () => {
      assert.deepEqual(costOf({ cost: '12.345' }), { purchasePrice: 1235, currencyPurchasePrice: null });
      assert.deepEqual(costOf({ cost: 12, costCurrency: 'nok' }), { purchasePrice: 1200, currencyPurchasePrice: null });
      assert.deepEqual(costOf({ cost: 0 }), { purchasePrice: undefined, currencyPurchasePrice: undefined });
    });

    it('in another currency stands beside it', () => {
      const currencyPurchasePrice = { amount: 1235, currency: 'EUR' };
      assert.deepEqual(costOf({ cost: 12.345, costCurrency: 'EUR' }), {
        purchasePrice: undefined,
        currencyPurchasePrice,
      });
    });

    it('begins with the product where a task looks after costs', () => {
      const wanted = mappedOne({ cost: 12 }, { hasCostTask: true });
      assert.ok(!('purchasePrice' in wanted.fields));
      assert.equal(wanted.initialFields?.purchasePrice, 1200);
    });

    it('below zero is refused', () => {
      assert.throws(() => costOf({ cost: -1 }), AmountInvalidError);
    });
  });

  it('may be purchased when it is active and in no assortment that says otherwise now', () => {
    const may = (members: Record<string, unknown>): boolean => mappedOne(members).fields.allowPurchase;
    assert.equal(may({}), true);
    assert.equal(may({ isActive: undefined }), true);
    assert.equal(may({ isActive: false }), false);
    const code = (members: Record<string, unknown>): Record<string, unknown> => ({
      assortmentCodes: [{ assortmentCodeId: 'NOBUY', ...members }],
    });
    assert.equal(may(code({})), false);
    assert.equal(may(code({ assortmentCodeId: 'nobuy' })), true);
    assert.equal(may(code({ validTo: '2026-11-21T12:00:00Z' })), true);
    assert.equal(may(code({ validFrom: '2026-11-21T12:00:01Z' })), true);
    assert.equal(may(code({ validFrom: '2026-11-21T12:00:00Z', validTo: '2026-11-22T00:00:00Z' })), false);
  });

  it('says when that changes by itself: the first moment to come, and never for the end of days', () => {
    const assortmentCodes = [
      { assortmentCodeId: 'NOBUY', validFrom: '2026-12-01T00:00:00Z', validTo: '9999-12-31T00:00:00Z' },
      { assortmentCodeId: 'NOBUY', validFrom: '2020-01-01T00:00:00Z', validTo: '2026-11-30T00:00:00Z' },
      { assortmentCodeId: 'OTHER', validTo: '2026-11-22T00:00:00Z' },
    ];
    assert.equal(mapped({ assortmentCodes }).changesAt, '2026-11-30T00:00:00.000Z');
    assert.equal(mapped().changesAt, undefined);
  });

  it('is sold at once, or from the day on which its sale starts in the tenant’s country', () => {
    assert.deepEqual(mappedOne().soldFrom, undefined);
    assert.deepEqual(mappedOne({ salesStartDate: '2026-11-21T11:00:00Z' }).soldFrom, undefined);
    assert.deepEqual(mappedOne({ salesStartDate: '2026-11-30T23:30:00Z' }).soldFrom, '2026-12-01');
  });

  it('is discontinued from Omnium’s day on, and never by a day that never comes', () => {
    assert.equal(mappedOne({ discontinued: '2026-02-01T00:00:00Z' }).fields.discontinuedFrom, '2026-02-01');
    assert.equal(mappedOne({ discontinued: '9999-12-31T00:00:00Z' }).fields.discontinuedFrom, null);
    assert.equal(mappedOne().fields.discontinuedFrom, null);
  });

  it('is of a type: package and bundle, service, style, or an article in stock', () => {
    assert.equal(mappedOne().productType, 'STOCK');
    assert.equal(mappedOne({ isVirtual: true }).productType, 'NON_PHYSICAL');
    assert.equal(mappedOne({ isPackage: true, isVirtual: true }).productType, 'PACKAGE');
    assert.equal(mappedOne({ isBundle: true }).productType, 'PACKAGE');
    assert.equal(mappedOne({ isKit: true }).productType, 'STOCK');
    assert.equal(mappedOne({ isSerializableProduct: true }).hasSerialNumbers, true);
  });

  it('belongs to its main category and, where we bring categories, to all of its categories', () => {
    const members = {
      mainCategoryId: 'tents',
      categories: [{ categoryId: 'camp' }, { categoryId: 'tents' }, { name: 'x' }],
    };
    assert.equal(mappedOne(members).mainCategoryId, 'tents');
    assert.deepEqual(mappedOne(members).categoryIds, ['tents', 'camp']);
    const properties = { ...CONTEXT.properties, SyncCategoriesToFlow: false };
    assert.equal(mappedOne(members, { properties }).categoryIds, undefined);
    assert.equal(mappedOne().mainCategoryId, undefined);
  });
});
