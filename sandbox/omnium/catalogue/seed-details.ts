import { hashText } from '../../chain/seeded-random';
import { type Chain, type ChainProduct, type ChainSku } from '../../chain/types';
import { type PropertyItem } from '../documents';
import { seededAt } from '../settings/seed-settings';
import { type JsonObject } from '../wire/schema';

/*
 * What the catalogue says of an article besides what the chain names. All of it follows from the article's number, so
 * it is the same at every start and nobody has to keep it.
 */

/** Languages the chain's texts exist in; the first is the tenant's default. */
export const contentLanguages = ['no', 'sv'] as const;
/** One of them. */
export type ContentLanguage = (typeof contentLanguages)[number];

const materials = { no: ['Ull', 'Bomull', 'Nylon', 'Stål'], sv: ['Ull', 'Bomull', 'Nylon', 'Stål'] };
const care = {
  no: ['Vaskes på 30 grader', 'Tørkes av med fuktig klut', 'Håndvask'],
  sv: ['Tvättas i 30 grader', 'Torkas av med fuktig trasa', 'Handtvätt'],
};
const activities = { no: ['Tur', 'Ski', 'Padling', 'Hverdag'], sv: ['Vandring', 'Skidor', 'Paddling', 'Vardag'] };
const countries = ['NO', 'SE', 'PT', 'VN', 'CN'];
const perKroneInEuro = 0.087;

const pick = <T>(list: readonly T[], hash: number): T | undefined => list[hash % list.length];

const property = (
  key: string,
  value: string | undefined,
  of: { keyGroup: string; valueType: string },
): PropertyItem[] => (value === undefined ? [] : [{ key, value, ...of }]);

const propertiesOf = (hash: number, language: ContentLanguage): PropertyItem[] => {
  const text = { keyGroup: 'Details', valueType: 'Text' };
  const choice = { keyGroup: 'Filters', valueType: 'Choice' };
  return [
    ...property('material', pick(materials[language], hash), text),
    ...property('care', pick(care[language], hash >>> 3), text),
    ...property('activity', pick(activities[language], hash >>> 5), choice),
    ...property('waterproof', hash % 3 === 0 ? 'true' : 'false', { keyGroup: 'Filters', valueType: 'Boolean' }),
  ];
};

const imagesOf = ({ productId, imageUrl, name }: ChainProduct, hash: number): JsonObject => {
  if (imageUrl === undefined) {
    return {};
  }
  const count = 1 + (hash % 3);
  const assets = Array.from({ length: count }, (_, index) => ({
    assetId: `${productId}-${index + 1}`,
    name: `${name} ${index + 1}`,
    fileName: `${productId}${index === 0 ? '' : `-${index + 1}`}.jpg`,
    assetType: 'Image',
    contentType: 'image/jpeg',
    url: index === 0 ? imageUrl : imageUrl.replace('.jpg', `-${index + 1}.jpg`),
    isMainImage: index === 0,
    sortOrder: index,
    created: seededAt,
    modified: seededAt,
  }));
  return { mainImageUrl: imageUrl, assets };
};

const suppliersOf = (product: ChainProduct, chain: Chain, hash: number): JsonObject => {
  const others = chain.suppliers.filter(({ supplierId }) => supplierId !== product.supplierId);
  const second = hash % 3 === 0 ? pick(others, hash >>> 4) : undefined;
  return {
    supplierSkuId: `S-${product.productId}`,
    ...(second === undefined
      ? {}
      : {
          additionalSuppliers: [
            {
              supplierId: second.supplierId,
              supplierName: second.name,
              supplierSkuId: `${second.supplierId}-${product.productId}`,
            },
          ],
        }),
  };
};

/** What all variants of a product share. */
export const detailsOfProduct = (product: ChainProduct, chain: Chain, language: ContentLanguage): JsonObject => {
  const hash = hashText(product.productId);
  const goods = product.kind === 'single' || product.kind === 'style';
  const weather =
    language === 'no' ? product.description : product.description.replace(/made for.*</, 'för alla väder.<');
  return {
    description: weather,
    shortDescription: `<strong>${product.name}</strong> &ndash; ${product.brandId}`,
    productGroup: { id: product.categoryId, name: product.categoryId },
    ...imagesOf(product, hash),
    ...suppliersOf(product, chain, hash),
    ...(goods
      ? {
          properties: propertiesOf(hash, language),
          countryOfOrigin: pick(countries, hash >>> 2),
          customsCode: String(61_000_000 + (hash % 900_000)),
          season: hash % 2 === 0 ? 'AW26' : 'SS27',
          leadTime: 3 + (hash % 20),
          isSerializableProduct: product.hasSerialNumbers === true,
          // One in five may only be sold to those who have the code; the others to everybody.
          ...(hash % 5 === 0 ? { assortmentCodes: [{ assortmentCodeId: 'OUTDOOR' }] } : {}),
        }
      : {}),
  };
};

/** Cost, and what the parcel measures: centimetres, grams and cubic decimetres (contract §9.1). */
export const detailsOfSku = (product: ChainProduct, sku: ChainSku): JsonObject => {
  const hash = hashText(sku.sku);
  const { costCents } = sku.prices.NOR;
  const foreign = hash % 4 === 0;
  const cost = { cost: (foreign ? Math.round(costCents * perKroneInEuro) : costCents) / 100 };
  if (sku.weightKg === undefined || product.kind === 'package') {
    return cost;
  }
  const [length, width, height] = [20 + (hash % 40), 10 + ((hash >>> 6) % 30), 3 + ((hash >>> 11) % 20)];
  return {
    ...cost,
    ...(foreign ? { costCurrency: 'EUR', costInDefaultCurrency: costCents / 100 } : {}),
    colli: [
      {
        length,
        width,
        height,
        weight: Math.round(sku.weightKg * 1000) + 120,
        volume: Math.round(length * width * height) / 1000,
        isFreight: false,
        isSentSeparately: false,
      },
    ],
  };
};
