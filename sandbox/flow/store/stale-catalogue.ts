import { hashText, seededRandom } from '../../chain/seeded-random';
import { type Chain, type ChainBrand, type ChainCategory, type ChainProduct, type ChainSku } from '../../chain/types';

/** What of a chain the tills' catalogue is made of. */
export interface SeededCatalogue extends Pick<Chain, 'brands' | 'categories' | 'suppliers' | 'products'> {
  /** Whether the tills know a document's number in Omnium; without it they have none in `externalId`. */
  readonly hasExternalId: (kind: 'brand' | 'category' | 'product', id: string) => boolean;
  /** Whether an article is on the main price list. */
  readonly hasPrice: (sku: string) => boolean;
  /** Whether a variant hangs on its style. */
  readonly isLinked: (sku: string) => boolean;
}

/** Shares of the catalogue that differ, each by itself: an article can be old in several ways. */
const SHARES = {
  missing: 0.08,
  variantMissing: 0.06,
  oldName: 0.1,
  oldGroup: 0.08,
  oldPrice: 0.2,
  noPrice: 0.03,
  noExternalId: 0.15,
  notLinked: 0.05,
} as const;

/**
 * The chain as the tills knew it some seasons ago, before anybody exported to them: articles and variants that are
 * missing, names, groups and prices of before, a category that is new since, one that has been renamed, one that hung
 * elsewhere, and documents without a number of Omnium. Always the same for the same chain. Shipping stays, so that
 * orders can be made.
 */
export function staleCatalogue(chain: Chain): SeededCatalogue {
  const was = (kind: keyof typeof SHARES, id: string): boolean =>
    seededRandom((chain.seed ^ hashText(`${kind}/${id}`)) >>> 0).next() < SHARES[kind];
  const { categories, groupOf } = oldCategories(chain.categories);
  const products = chain.products
    .filter(({ kind, productId }) => kind === 'service' || !was('missing', productId))
    .map((product): ChainProduct => {
      const { productId, kind } = product;
      if (kind === 'service') return product;
      const name = was('oldName', productId) ? `${product.name} (2024)` : product.name;
      const categoryId = groupOf(product.categoryId, was('oldGroup', productId));
      const skus = product.skus
        .filter(({ sku }, index) => kind !== 'style' || index === 0 || !was('variantMissing', sku))
        .map((sku) => oldSku(sku, { from: product.name, name, isOldPrice: was('oldPrice', sku.sku) }));
      return { ...product, name, categoryId, skus };
    });
  return {
    brands: oldBrands(chain.brands),
    categories,
    suppliers: chain.suppliers,
    products,
    hasExternalId: (kind, id) => kind === 'category' || !was('noExternalId', id),
    hasPrice: (sku) => !was('noPrice', sku),
    isLinked: (sku) => !was('notLinked', sku),
  };
}

/** The first brand under its name of before; the last but one is new since. */
function oldBrands(brands: readonly ChainBrand[]): ChainBrand[] {
  const known = brands.filter((_, index) => index !== brands.length - 2);
  return known.map((brand, index) => (index === 0 ? { ...brand, name: `${brand.name} AS` } : brand));
}

/** Of the categories at the very bottom: the first renamed, the second higher up, the last one not there yet. */
function oldCategories(categories: readonly ChainCategory[]): {
  readonly categories: readonly ChainCategory[];
  readonly groupOf: (categoryId: string, isOld: boolean) => string;
} {
  const parentOf = new Map(categories.map(({ categoryId, parentId }) => [categoryId, parentId]));
  const parents = new Set(parentOf.values());
  const root = categories[0]?.categoryId;
  const bottom = categories.filter(
    ({ categoryId, parentId }) => parentId !== undefined && parentId !== root && !parents.has(categoryId),
  );
  const [renamed, moved] = bottom;
  const added = bottom.at(-1);
  const old = categories
    .filter((category) => category !== added)
    .map((category): ChainCategory => {
      if (category === renamed) return { ...category, name: `${category.name} (2024)` };
      return category === moved && root !== undefined ? { ...category, parentId: root } : category;
    });
  const groupOf = (categoryId: string, isOld: boolean): string =>
    isOld || categoryId === added?.categoryId ? (parentOf.get(categoryId) ?? categoryId) : categoryId;
  return { categories: old, groupOf };
}

/** A variant's name begins with that of its style. */
function oldSku(sku: ChainSku, of: { from: string; name: string; isOldPrice: boolean }): ChainSku {
  const name = sku.name.startsWith(of.from) ? of.name + sku.name.slice(of.from.length) : sku.name;
  if (!of.isOldPrice) return name === sku.name ? sku : { ...sku, name };
  const before = (cents: number): number => Math.max(Math.round(cents * 0.09) * 10, Math.min(cents, 10));
  const { NOR, SWE, DNK, FIN } = sku.prices;
  const [no, se, dk, fi] = [NOR, SWE, DNK, FIN].map(({ unitCents, recommendedCents, costCents }) => ({
    unitCents: before(unitCents),
    recommendedCents: before(recommendedCents),
    costCents: before(costCents),
  }));
  return { ...sku, name, prices: { NOR: no ?? NOR, SWE: se ?? SWE, DNK: dk ?? DNK, FIN: fi ?? FIN } };
}
