import { type Chain } from '../../chain/types';
import { type Price, type Product } from '../documents';
import { seededAt } from '../settings/seed-settings';
import { type JsonObject } from '../wire/schema';

/*
 * What real catalogues hold and an invented one lacks: one product for each rule that somebody must get right. Their
 * numbers begin with `NL-`. Only Omnium has them; the tills learn of them by an export, or do not.
 */

const inNorway = (code: string, unitPrice: number, over: Partial<Price> = {}): Price => ({
  code,
  marketId: 'NOR',
  currencyCode: 'NOK',
  unitPrice,
  originalUnitPrice: unitPrice,
  recommendedRetailPrice: unitPrice,
  taxRate: 25,
  isTaxExcluded: false,
  minQuantity: 0,
  validFrom: seededAt,
  modified: seededAt,
  ...over,
});

const rare = (productId: string, name: string, over: Partial<Product> = {}): Product => ({
  id: `${productId}_no`,
  productId,
  skuId: productId,
  isSku: true,
  language: 'no',
  name,
  brand: 'Nordlys',
  mainCategoryId: 'equipment',
  categories: [{ categoryId: 'equipment', isMainCategory: true }],
  supplierId: 'sup-100',
  isActive: true,
  status: 'Published',
  isVirtual: false,
  isPackage: false,
  isBundle: false,
  marketIds: ['NOR', 'SWE', 'DNK', 'FIN'],
  published: seededAt,
  created: seededAt,
  modified: seededAt,
  unit: 'pcs',
  prices: [inNorway(productId, 199)],
  ...over,
});

/** A style or another thing that is not sold under a number of its own. */
const skuless = (productId: string, name: string, over: Partial<Product> = {}): Product => {
  const { skuId: _skuId, ...rest } = rare(productId, name, { isSku: false, prices: [], ...over });
  return rest;
};

const identities = (): Product[] => [
  // Stripped of what Flow does not take, these two have one number.
  rare('NL-100', 'Headlamp 100'),
  rare('NL100', 'Headlamp 100 (old number)'),
  // So have these two brands.
  rare('NL-110', 'Whistle', { brand: 'Varg' }),
  rare('NL-111', 'Whistle with cord', { brand: 'Varg!' }),
  skuless('NL-120', 'Without a SKU'),
  rare('NL-130', 'Sold in Norway only', { marketIds: ['NOR'] }),
  rare('NL-131', 'Sold in the Nordic group', { marketIds: [], marketGroupIds: ['NORDIC'] }),
  rare('NL-132', 'Sold everywhere', { marketIds: [] }),
];

const states = (): Product[] => [
  rare('NL-200', 'Inactive lantern', { isActive: false }),
  rare('NL-201', 'Deleted lantern', { isActive: false, status: 'Deleted' }),
  rare('NL-202', 'Discontinued lantern', { discontinued: '2026-02-01T00:00:00.0000000Z' }),
  rare('NL-203', 'Lantern that ends in a far year', { discontinued: '2099-12-31T00:00:00.0000000Z' }),
  rare('NL-204', 'Lantern not for sale', { assortmentCodes: [{ assortmentCodeId: 'NOSALE' }] }),
  rare('NL-205', 'Lantern not for sale until long ago', {
    assortmentCodes: [{ assortmentCodeId: 'NOSALE', validTo: '2026-02-01T00:00:00.0000000Z' }],
  }),
  rare('NL-206', 'Gift wrapping', { isVirtual: true, mainCategoryId: 'services', supplierId: undefined }),
  rare('NL-207', 'Lantern of a category nobody knows', {
    mainCategoryId: 'gone',
    categories: [{ categoryId: 'gone', isMainCategory: true }],
  }),
];

const html = `<h2>Tarp &amp; poles</h2><p>Weighs &lt; 900&nbsp;g.<br/>Packs <em>small</em>.</p>
<ul><li>Taped seams</li><li>3000&nbsp;mm</li></ul><script>track("view");</script><style>p{color:red}</style>
<p>Price: 5 &gt; 4 &#8211; read <a href="https://nordlys.example/tarps?a=1&amp;b=2">more</a></p>`;

const image = (assetId: string, url: string, over: JsonObject = {}): JsonObject => ({
  assetId,
  fileName: url.slice(url.lastIndexOf('/') + 1),
  assetType: 'Image',
  contentType: 'image/jpeg',
  url,
  isMainImage: false,
  sortOrder: 0,
  ...over,
});

const looks = (): Product[] => [
  rare('NL-300', 'Tarp with a long text', { description: html, shortDescription: '<b>Tarp</b> &amp; poles' }),
  rare('NL-301', 'Thermos with many pictures', {
    mainImageUrl: 'https://images.nordlys.example/NL-301-b.jpg',
    assets: [
      image('a1', 'https://images.nordlys.example/NL-301-a.jpg', { sortOrder: 2 }),
      image('a2', 'https://images.nordlys.example/NL-301-b.jpg', { sortOrder: 1, isMainImage: true }),
      image('a3', 'https://images.nordlys.example/NL-301.pdf', {
        assetType: 'Document',
        contentType: 'application/pdf',
      }),
      // Pictures of another system may have no id of ours.
      { fileName: 'NL-301-c.png', assetType: 'Image', url: 'https://images.nordlys.example/NL-301-c.png' },
    ],
  }),
  rare('NL-302', 'Rope, measured in everything', {
    weight: 1.2345,
    colli: [
      { height: 12.5, length: 40.25, width: 30, weight: 1310, volume: 15.1 },
      { height: 5, length: 10, width: 10, weight: 200, volume: 0.5 },
    ],
    units: [{ unit: 'm', unitType: 'Length', conversionFactor: 60, height: 1, width: 1, length: 100, weight: 0.02 }],
  }),
  rare('NL-303', 'Knife bought in euros', {
    cost: 12.345,
    costCurrency: 'EUR',
    supplierSkuId: 'EXT/77 A',
    additionalSuppliers: [
      { supplierId: 'sup-101', supplierName: 'Tinde Air Supply', supplierSkuId: 'T-77' },
      { supplierId: 'sup-107', supplierName: 'Elvebakk Outdoor Supply', supplierSkuId: 'E-77' },
    ],
    properties: [
      { key: 'material', value: 'Stål', keyGroup: 'Details', valueType: 'Text' },
      { key: 'activity', value: 'Tur', keyGroup: 'Filters', valueType: 'Choice' },
      { key: 'activity', value: 'Padling', keyGroup: 'Filters', valueType: 'Choice' },
      { key: 'empty', value: '', keyGroup: 'Details', valueType: 'Text' },
    ],
    gtins: ['2000000000770', '2000000000787'],
    ean: '2000000000770',
  }),
];

const variant = (parent: string, suffix: string, over: Partial<Product>): Product => {
  const skuId = `${parent}-${suffix}`;
  return { ...rare(parent, `Sock ${suffix}`, { prices: [inNorway(skuId, 149)] }), id: skuId, skuId, ...over };
};

const families = (): Product[] => [
  skuless('NL-400', 'Sock', {
    variants: [
      variant('NL-400', 'S', { size: 'S', color: 'black', isMainProductVariant: true }),
      variant('NL-400', 'M', { size: 'M', color: 'black' }),
      variant('NL-400', 'L', { size: 'L', color: 'moss', isActive: false }),
      variant('NL-400', 'XL', { size: 'XL', color: 'moss', discontinued: '2026-02-01T00:00:00.0000000Z' }),
    ],
  }),
  rare('NL-410', 'Cup, sibling of the thermos', { parentId: 'NL-family', productType: 'Drinkware' }),
  rare('NL-420', 'Camp set with a choice', {
    isPackage: true,
    mainCategoryId: 'packages',
    components: [
      { componentId: 'g1', componentName: 'Light', quantity: 1, isRequired: true, skuId: 'NL-100' },
      {
        componentId: 'g2',
        componentName: 'Socks',
        quantity: 2,
        isRequired: true,
        options: [{ productId: 'NL-400', skuId: 'NL-400-S' }, { skuId: 'NL-400-M' }],
      },
      { componentId: 'g3', componentName: 'Whistle', quantity: 1, isRequired: false, options: [{ skuId: 'NL-110' }] },
    ],
    prices: [inNorway('NL-420', 449)],
  }),
  rare('NL-430', 'Bundle of two', {
    isBundle: true,
    mainCategoryId: 'packages',
    components: [
      { componentId: 'b1', skuId: 'NL-110', quantity: 1 },
      { componentId: 'b2', skuId: 'NL-302', quantity: 3 },
    ],
    prices: [],
  }),
];

const priced = (chain: Chain): Product[] => {
  const store = chain.stores.find(({ marketId }) => marketId === 'NOR')?.storeId;
  const of = (code: string, name: string, prices: Price[]): Product => rare(code, name, { prices });
  return [
    of('NL-500', 'Priced without tax', [inNorway('NL-500', 80, { isTaxExcluded: true })]),
    of('NL-501', 'Priced without a tax rate', [inNorway('NL-501', 200, { taxRate: undefined, isTaxExcluded: true })]),
    of('NL-502', 'Priced for everybody, for members, for many, for one', [
      inNorway('NL-502', 300),
      inNorway('NL-502', 250, { customerGroup: 'club' }),
      inNorway('NL-502', 240, { isCustomerClubSpecificPrice: true, promotionId: 'club-week' }),
      inNorway('NL-502', 200, { minQuantity: 10 }),
      inNorway('NL-502', 150, { customerId: 'b-500000' }),
    ]),
    of('NL-503', 'Priced for the group and for the market', [
      inNorway('NL-503', 390, { marketId: undefined, marketGroupId: 'NORDIC' }),
      inNorway('NL-503', 400),
    ]),
    of('NL-504', 'Priced for any market', [inNorway('NL-504', 99, { marketId: undefined })]),
    of('NL-505', 'Priced in another currency', [inNorway('NL-505', 9.9, { currencyCode: 'EUR' })]),
    of('NL-506', 'On offer', [
      inNorway('NL-506', 500),
      inNorway('NL-506', 399, { promotionId: 'autumn', originalUnitPrice: 500, recommendedRetailPrice: 500 }),
    ]),
    of('NL-507', 'Priced by its store', [
      inNorway('NL-507', 120),
      ...(store === undefined ? [] : [inNorway('NL-507', 110, { storeId: store })]),
    ]),
    of('NL-508', 'Free of charge', [inNorway('NL-508', 0)]),
    of('NL-509', 'No longer priced', [inNorway('NL-509', 70, { validUntil: '2026-02-01T00:00:00.0000000Z' })]),
    of('NL-510', 'Priced to the fraction', [inNorway('NL-510', 33.335, { taxRate: 15 })]),
  ];
};

const defined = (document: Product): Product =>
  Object.fromEntries(Object.entries(document).filter(([, value]) => value !== undefined)) as Product;

const bare = (product: Product): Product => {
  const { variants, prices } = product;
  return defined({
    ...product,
    ...(prices === undefined ? {} : { prices: prices.map((price) => definedPrice(price)) }),
    ...(variants === undefined ? {} : { variants: variants.map(bare) }),
  });
};

const definedPrice = (price: Price): Price => ({
  ...Object.fromEntries(Object.entries(price).filter(([, value]) => value !== undefined)),
  unitPrice: price.unitPrice,
});

/** One product for each rare thing, with its prices; none unless the chain is to have variety. */
export const buildRarities = (chain: Chain): Product[] =>
  chain.variety ? [...identities(), ...states(), ...looks(), ...families(), ...priced(chain)].map(bare) : [];

/** Texts of a rare product in the chain's other language; what is sold in Norway only has none. */
export const rareTexts = ({ name, productId }: Product): Readonly<Record<string, Partial<Product>>> =>
  productId === 'NL-130' || name === undefined ? {} : { sv: { name: `${name} (sv)` } };
