import { type TallyBook } from './catalogue-tally';
import {
  type CatalogueOccasion,
  expectedFields,
  expectedImages,
  type ExpectedProduct,
  expectedSlots,
  type ExpectedValue,
  isPackage,
} from './expected-product';
import { type FlowProductLine } from './flow-documents';
import { dayIn, uidOf } from './words';

/** A product in both systems. */
export interface ProductPair extends CatalogueOccasion {
  readonly product: ExpectedProduct;
  readonly there: FlowProductLine;
  /** Flow's categories that come from Omnium; all others are the shop's. */
  readonly categoryUids: ReadonlySet<string>;
}

const SHOWN_CHARACTERS = 60;
const HUNDREDTHS = 100;

/** Compares a product with its fields, its images and what is in it. */
export function judgeProduct(pair: ProductPair, book: TallyBook): void {
  const { product } = pair;
  const { id: document, productId } = product;
  const row = product.kind === 'variant' ? 'variant' : 'product';
  book.judge({ row, document, productId }, fieldDifferences(pair));
  judgeImages(pair, book);
  if (!isPackage(product.article)) return;
  const wanted = expectedSlots(product.article);
  const found = slotsOf(pair.there);
  const differences =
    wanted.join(', ') === found.join(', ') ? [] : [`holds ${shown(found)} instead of ${shown(wanted)}`];
  book.judge({ row: 'package', document, productId }, differences);
}

function fieldDifferences(pair: ProductPair): string[] {
  const { product, there, market } = pair;
  return [...expectedFields(product, pair)].flatMap(([field, wanted]) => {
    const found = foundIn(there, field, { ...pair, timezone: market.timezone });
    return isSame(found, wanted) ? [] : [`${field} ${shown(found)} instead of ${shown(wanted)}`];
  });
}

/** A member of Flow's product, in the form in which it is expected. */
function foundIn(
  there: FlowProductLine,
  field: string,
  { categoryUids, timezone }: Pick<ProductPair, 'categoryUids'> & { readonly timezone: string },
): ExpectedValue {
  switch (field) {
    case 'description':
    case 'shortDescription':
      return plain(there[field]);
    case 'categoryUids':
      return there.categoryUids.filter((uid) => categoryUids.has(uid));
    case 'suppliers':
      return there.suppliers.map(({ supplierUid }) => supplierUid);
    case 'gtins':
      return there.gtins.map(({ gtin }) => gtin);
    case 'discontinuedFrom':
      return there.discontinuedFrom === undefined ? undefined : dayIn(there.discontinuedFrom, timezone);
    case 'color':
    case 'size':
      return there.optionProperties.find(({ propertyUid }) => propertyUid === field)?.propertyOptionName;
    default: {
      const value: unknown = Reflect.get(there, field);
      return isValue(value) ? value : undefined;
    }
  }
}

/** Whatever still has tags is shown with them, and is not the same. */
function plain(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  return /<[a-z!/][^>]*>/i.test(text) ? text : text.replace(/\s+/g, ' ').trim();
}

function isValue(value: unknown): value is Exclude<ExpectedValue, undefined> {
  const isList = Array.isArray(value) && value.every((each) => typeof each === 'string');
  return isList || ['string', 'number', 'boolean'].includes(typeof value);
}

function isSame(found: ExpectedValue, wanted: ExpectedValue): boolean {
  if (typeof found !== 'object' || typeof wanted !== 'object') return found === wanted;
  return new Set(found).size === wanted.length && wanted.every((each) => found.includes(each));
}

function shown(value: ExpectedValue): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'object' ? `[${value.join(', ')}]` : JSON.stringify(value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}

function judgeImages({ product, there }: ProductPair, book: TallyBook): void {
  const wanted = expectedImages(product.article);
  const media = [...there.media].sort((one, other) => (one.position ?? 0) - (other.position ?? 0));
  const found = media.map(({ mainUrl }) => mainUrl);
  if (wanted.length + found.length === 0) return;
  book.look('image', Math.max(wanted.length, found.length));
  const looked = { row: 'image', document: product.id, productId: product.productId } as const;
  const missing = wanted.filter((url) => !found.includes(url));
  for (const url of missing) book.add(looked, 'missing', `has no picture ${url}`);
  const extra = found.filter((url) => !wanted.includes(url));
  const cover = media.find(({ isCoverImage }) => isCoverImage === true)?.mainUrl;
  const differences = [
    ...extra.map((url) => `has a picture ${url} that Omnium has not`),
    ...(missing.length + extra.length === 0 && found.join() !== wanted.join()
      ? ['its pictures are in another order']
      : []),
    ...(wanted.length > 0 && cover !== wanted[0]
      ? [`its cover is ${cover ?? 'none'} instead of ${wanted[0] ?? ''}`]
      : []),
  ];
  if (differences.length > 0) book.add(looked, 'differing', differences.join('; '));
}

function slotsOf({ packageSlots }: FlowProductLine): string[] {
  const inOrder = [...packageSlots].sort((one, other) => one.position - other.position);
  return inOrder.map(({ components, minComponentsAllowed }) =>
    components
      .map(
        ({ productUid, quantity, required }) =>
          `${quantity / HUNDREDTHS} × ${productUid}` +
          (required === true && minComponentsAllowed === 1 ? '' : ', not necessarily'),
      )
      .join(' or '),
  );
}

/** What came from Omnium and is not there any more, or not for this market: nobody may sell it. */
export function judgeGone(
  wantedUids: ReadonlySet<string>,
  products: readonly FlowProductLine[],
  { book, market, at }: CatalogueOccasion & { readonly book: TallyBook },
): void {
  const today = dayIn(at.toISOString(), market.timezone);
  for (const { productUid, externalId, allowSale, allowPurchase, discontinuedFrom } of products) {
    if (externalId === undefined || wantedUids.has(productUid) || uidOf(externalId) !== productUid) continue;
    const since = discontinuedFrom === undefined ? undefined : dayIn(discontinuedFrom, market.timezone);
    book.judge({ row: 'gone', document: externalId, productId: externalId }, [
      ...(allowSale === 'NO' ? [] : [`is not in Omnium any more, but is sold (allowSale ${allowSale ?? 'nothing'})`]),
      ...(allowPurchase === false ? [] : ['may still be purchased']),
      ...(since !== undefined && since <= today ? [] : [`discontinuedFrom ${since ?? 'nothing'}`]),
    ]);
  }
}
