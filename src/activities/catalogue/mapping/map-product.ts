import type { FlowProductType } from '../../../clients/flow/products';
import type { OmniumProduct } from '../../../clients/omnium/products';
import { stripToUid } from '../../../domain/uid';
import { articleOf, type Article } from './article';
import { isDeleted, isOffered, type ProductContext } from './product-context';
import { brandOf, mapFields, purchaseChangesAt, saleOf, suppliersOf } from './product-fields';
import { mapImages } from './product-images';
import { mapSlots } from './product-package';
import { mapValues, propertyDefinitions, requiredVariantProperties } from './product-values';
import type { PropertyDefinition, WantedProduct, WantedProducts } from './wanted-product';

/**
 * One product of Omnium's as Flow shall have it: a product alone, or a style with its variants (flow-api.md §6.1; Omnium's
 * Flow page). Pure; whether Flow has it already is not asked here.
 *
 * @throws UidInvalidError when an id leaves nothing that a Flow uid is made of
 * @throws AmountInvalidError when a measure, amount or quantity cannot be carried over
 * @throws DocumentUnmappableError when the document contradicts itself
 */
export function mapProduct(product: OmniumProduct, context: ProductContext): WantedProducts {
  const definitions = propertyDefinitions(context.rules);
  const mapper = new ProductMapper(context, definitions);
  const articles = product.variants
    .filter((variant) => !isDeleted(variant) && isOffered(variant, context.markets))
    .map((variant) => articleOf(product, variant));
  const [only] = articles;
  const isStyle = product.variants.length > 0 && !(articles.length === 1 && only && isItself(only));
  const mapped = isStyle
    ? { product: mapper.style(product, articles), variants: articles.map((article) => mapper.article(article, true)) }
    : {
        product: mapper.article(only ? { ...only, ...ownImages(product, only) } : product, only !== undefined),
        variants: [],
      };
  const changes = [product, ...articles]
    .map((article) => purchaseChangesAt(article, context))
    .filter((at) => at !== undefined);
  const [changesAt] = changes.sort();
  return {
    productId: product.productId,
    ...mapped,
    definitions,
    problems: mapper.problems,
    ...(changesAt !== undefined && { changesAt }),
  };
}

/** A style whose only variant has its very id is that variant. */
function isItself({ skuId, productId }: Article): boolean {
  return skuId !== undefined && stripToUid(skuId) === stripToUid(productId);
}

/** The images of the style are those of its only variant, when that has none. */
function ownImages(product: OmniumProduct, only: Article): Partial<Article> {
  const hasOwn = only.assets.length > 0 || only.mainImageUrl !== undefined;
  return hasOwn ? {} : { assets: product.assets, mainImageUrl: product.mainImageUrl };
}

class ProductMapper {
  readonly problems: string[] = [];

  constructor(
    private readonly context: ProductContext,
    private readonly definitions: readonly PropertyDefinition[],
  ) {}

  /** The parent of variants: not sold by itself, so its VAT code is that of its variants. */
  style(product: OmniumProduct, variants: readonly Article[]): WantedProduct {
    const prices = product.prices.length > 0 ? product.prices : variants.flatMap((variant) => variant.prices);
    const wanted = this.product({ ...product, prices }, { externalId: product.productId, productType: 'CONFIGURABLE' });
    const requiredVariantPropertyUids = requiredVariantProperties(variants);
    return { ...wanted, fields: { ...wanted.fields, requiredVariantPropertyUids } };
  }

  article(article: Article, isVariant: boolean): WantedProduct {
    const externalId = article.skuId ?? article.productId;
    return this.product(article, { externalId, productType: typeOf(article), isVariant });
  }

  private product(
    article: Article,
    about: { readonly externalId: string; readonly productType: FlowProductType; readonly isVariant?: boolean },
  ): WantedProduct {
    const { context, definitions } = this;
    const { externalId, productType, isVariant = false } = about;
    const productUid = stripToUid(externalId);
    const { fields, begins, problems } = mapFields(article, {
      context,
      externalId,
      isStyle: productType === 'CONFIGURABLE',
    });
    const { images, problems: imageProblems } = mapImages(article, productUid);
    this.problems.push(...problems, ...imageProblems.map((problem) => `${externalId} ${problem}`));
    const brand = brandOf(article);
    const hasSlots = productType === 'PACKAGE' && context.properties.CreatePackageSlots;
    return {
      ...{ productUid, externalId, productType, fields, begins, images },
      sale: saleOf(article, context),
      hasSerialNumbers: article.isSerializableProduct === true && productType !== 'CONFIGURABLE',
      ...(brand && { brand }),
      suppliers: suppliersOf(article),
      ...(article.mainCategoryId !== undefined && { mainCategoryId: article.mainCategoryId }),
      ...(context.properties.SyncCategoriesToFlow && { categoryIds: categoriesOf(article) }),
      values: mapValues(article, definitions, isVariant),
      ...(hasSlots && { slots: mapSlots(article, productUid) }),
    };
  }
}

function typeOf({ isPackage, isBundle, isVirtual }: Article): FlowProductType {
  if (isPackage === true || isBundle === true) return 'PACKAGE';
  return isVirtual === true ? 'NON_PHYSICAL' : 'STOCK';
}

function categoriesOf({ categories, mainCategoryId }: Article): string[] {
  const ids = [mainCategoryId, ...categories.map(({ categoryId }) => categoryId)].filter((id) => id !== undefined);
  return [...new Set(ids)];
}
