import assert from 'node:assert/strict';
import fc from 'fast-check';
import { flowPackageSlotSchema, flowProductMediaSchema } from '../../../src/clients/flow/products';
import { omniumProductSchema, type OmniumProduct } from '../../../src/clients/omnium/products';
import { AmountInvalidError } from '../../../src/domain/money';
import { UidInvalidError } from '../../../src/domain/uid';
import { DocumentUnmappableError } from '../../../src/domain/document-unmappable';
import { compareImages } from '../../../src/activities/catalogue/mapping/product-images';
import { compareSlots } from '../../../src/activities/catalogue/mapping/product-package';
import { compareValues, type PropertyDefinition } from '../../../src/activities/catalogue/mapping/product-values';
import { changedProductFields, newProduct } from '../../../src/activities/catalogue/mapping/compare-product';
import {
  mapProduct,
  type DesiredProduct,
  type DesiredProducts,
} from '../../../src/activities/catalogue/mapping/map-product';
import { plainText } from '../../../src/activities/catalogue/mapping/plain-text';
import { CONTEXT, flowProduct, NOW } from '../../support/product-documents';

const RUNS = { numRuns: 150 };

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined, freq: 2 });
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom('<b>A</b> &amp; B', ' ', '&#0;', '<'),
);
const amount = fc.oneof(fc.double({ noNaN: true }), fc.integer(), fc.constantFrom('12.345', '-1', 0, 1e-7, '1e30'));
const id = fc.oneof(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), fc.constantFrom('A-1', 'A1', 'S-1'));
const moment = fc
  .date({ min: new Date('2020-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString());
const listOf = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[] | undefined> => maybe(fc.array(item, { maxLength: 4 }));
const { record } = fc;

const price = record({
  ...{ code: maybe(id), unitPrice: maybe(amount), taxRate: maybe(amount), isTaxExcluded: maybe(fc.boolean()) },
  ...{ marketId: maybe(fc.constantFrom('NOR', 'SWE')), currencyCode: maybe(fc.constantFrom('NOK', 'EUR')) },
  ...{ validFrom: maybe(moment), validUntil: maybe(moment) },
});
const component = { skuId: maybe(id), productId: maybe(id), quantity: maybe(amount), componentName: maybe(text) };
const measures = { height: maybe(amount), width: maybe(amount), length: maybe(amount), weight: maybe(amount) };
const asset = record({
  ...{ assetId: maybe(id), assetType: maybe(text), contentType: maybe(fc.constantFrom('image/png', 'text/html', '')) },
  ...{ url: maybe(fc.oneof(fc.webUrl(), text)), isMainImage: maybe(fc.boolean()), sortOrder: maybe(amount) },
});
const members = {
  ...{ name: maybe(text), description: maybe(text), shortDescription: maybe(text), brand: maybe(text) },
  ...{ status: maybe(fc.constantFrom('Published', 'Deleted')), isActive: maybe(fc.boolean()), ean: maybe(text) },
  ...{ isVirtual: maybe(fc.boolean()), isPackage: maybe(fc.boolean()), isBundle: maybe(fc.boolean()) },
  ...{ mainCategoryId: maybe(text), categories: listOf(record({ categoryId: maybe(text) })), color: maybe(text) },
  ...{ size: maybe(text), gtins: listOf(id), weight: maybe(amount), colli: listOf(record(measures)) },
  ...{ cost: maybe(amount), costCurrency: maybe(fc.constantFrom('NOK', 'EUR')), supplierId: maybe(text) },
  ...{ supplierSkuId: maybe(text), discontinued: maybe(moment), salesStartDate: maybe(moment) },
  assortmentCodes: listOf(record({ assortmentCodeId: maybe(fc.constantFrom('NOBUY', 'X')), validTo: maybe(moment) })),
  properties: listOf(record({ key: maybe(fc.constantFrom('material', 'activity', 'x')), value: maybe(text) })),
  ...{ assets: listOf(asset), mainImageUrl: maybe(fc.oneof(fc.webUrl(), text)), prices: listOf(price) },
  components: listOf(record({ ...component, componentId: maybe(id), options: listOf(record(component)) })),
};

/** What the client takes for a product, whatever is in it. */
const products: fc.Arbitrary<OmniumProduct> = record({
  ...members,
  ...{ productId: id, skuId: maybe(id) },
  variants: listOf(record({ ...members, skuId: id })),
})
  .map((document) => omniumProductSchema.safeParse(JSON.parse(JSON.stringify(document))))
  .filter((parsed) => parsed.success)
  .map(({ data }) => data);

/** The mapping's answer, or undefined when it refuses the document in one of its own ways. */
function mappedOrRefused(document: OmniumProduct): DesiredProducts | undefined {
  try {
    return mapProduct(document, CONTEXT);
  } catch (error) {
    const isDeclared =
      error instanceof AmountInvalidError ||
      error instanceof UidInvalidError ||
      error instanceof DocumentUnmappableError;
    if (!isDeclared) throw error;
    return undefined;
  }
}

/** All that would be written for a product that stands in Flow just as it was made. */
function changesAfterMaking(wanted: DesiredProduct, definitions: readonly PropertyDefinition[]): unknown[] {
  const references = {
    productGroupUid: 'group',
    categoryUids: wanted.categoryIds?.map((_, index) => `c${index}`) ?? [],
  };
  const typeOf = new Map(definitions.map(({ propertyUid, type }) => [propertyUid, type]));
  const optionProperties = wanted.values.map(({ propertyUid, value }) => ({
    ...{ productPropertyUid: propertyUid, propertyUid },
    ...(typeOf.get(propertyUid) === 'TEXT' ? { propertyText: value } : { propertyOptionName: value }),
  }));
  const made = flowProduct({ ...newProduct(wanted, references), optionProperties });
  const media = wanted.images.map(({ productMediaUid, url, position }) =>
    flowProductMediaSchema.parse({ productMediaUid, mainUrl: url, position, isCoverImage: position === 1 }),
  );
  const slots = (wanted.slots ?? []).map(({ components, ...slot }) =>
    flowPackageSlotSchema.parse({
      ...slot,
      components: components.map(({ productUid, code: _, ...rest }) => ({ ...rest, product: { productUid } })),
    }),
  );
  return [
    ...Object.entries(changedProductFields(wanted, made, { ...references, at: NOW, timezone: 'Europe/Oslo' })),
    ...compareImages(wanted.images, media),
    ...compareValues(wanted, made, definitions),
    ...(hasEachArticleOnce(wanted) ? compareSlots(wanted.slots ?? [], slots) : []),
  ];
}

/** Two codes that become one uid within a slot are refused before anything is compared. */
function hasEachArticleOnce({ slots = [] }: DesiredProduct): boolean {
  return slots.every(
    ({ components }) => new Set(components.map(({ productUid }) => productUid)).size === components.length,
  );
}

describe('products, whatever Omnium says', () => {
  it('are mapped, or refused in a declared way', () => {
    fc.assert(
      fc.property(products, (document) => void mappedOrRefused(document)),
      RUNS,
    );
  });

  it('are right in Flow once they have been made: nothing is written twice', () => {
    fc.assert(
      fc.property(products, (document) => {
        const wanted = mappedOrRefused(document);
        if (!wanted) return;
        for (const product of [wanted.product, ...wanted.variants]) {
          assert.deepEqual(changesAfterMaking(product, wanted.definitions), []);
        }
      }),
      RUNS,
    );
  });

  it('hold integers, uids and days that Flow takes', () => {
    const isUid = (uid: string): boolean => /^[A-Za-z0-9_-]{1,200}$/.test(uid);
    fc.assert(
      fc.property(products, (document) => {
        const wanted = mappedOrRefused(document);
        for (const product of wanted ? [wanted.product, ...wanted.variants] : []) {
          const { fields, images, slots = [] } = product;
          const { weight, height, width, length, recommendedRetailPrice, purchasePrice } = fields;
          for (const whole of [weight, height, width, length, recommendedRetailPrice, purchasePrice])
            assert.ok(whole === null || whole === undefined || (Number.isInteger(whole) && whole >= 0), String(whole));
          assert.ok(fields.name.trim() !== '' && !/[\n\r]/.test(fields.name));
          assert.ok(images.every(({ productMediaUid, url }) => isUid(productMediaUid) && /^https?:/i.test(url)));
          assert.equal(new Set(images.map(({ productMediaUid }) => productMediaUid)).size, images.length);
          assert.ok(slots.every((slot) => isUid(slot.productPackageSlotUid) && slot.components.length > 0));
          assert.ok(fields.discontinuedFrom == null || /^\d{4}-\d{2}-\d{2}$/.test(fields.discontinuedFrom));
        }
      }),
      RUNS,
    );
  });

  it('have texts that are plain already when they are read again', () => {
    const once = (value: string): string | undefined => plainText(value);
    fc.assert(
      fc.property(text, (value) => {
        const plain = once(value);
        // What was written for a tag in the text is one when it is read as HTML again; plain words stay what they are.
        if (plain !== undefined && !/[<&]/.test(plain)) assert.equal(once(plain), plain);
      }),
      RUNS,
    );
  });
});
