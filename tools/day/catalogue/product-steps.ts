import { type Chain, type ChainMarket, type ChainProduct } from '../../../sandbox/chain/types';
import { type OmniumDocument } from '../vendors/omnium-shop';
import { type CataloguePlanInput, type CatalogueStep, dayOf } from './catalogue-step';
import { type FreeArticles } from './free-articles';
import { priceIn } from './price-steps';

/** What happens to products, their pictures and what is in a package. */
export function productSteps({ chain, prefix }: CataloguePlanInput, articles: FreeArticles): CatalogueStep[] {
  const [renamed, pictured, discontinued, deleted] = [articles.few(), articles.few(), articles.next(), articles.next()];
  const like = articles.next();
  const rebuilt = articles.nextPackage();
  const codes = (products: readonly ChainProduct[]): string[] => products.map(({ productId }) => productId);
  return [
    {
      part: 'morning',
      what: (count) => `${count} products renamed`,
      run: async ({ omnium }) => {
        for (const { productId, name } of renamed) await omnium.edit([productId], { name: `${name}, ${prefix}` });
        return renamed.length;
      },
    },
    {
      part: 'outage',
      what: () => 'a new style with three sizes and pictures',
      run: ({ omnium }) => omnium.addProducts([newStyle(`${prefix}-TARP`, { like, markets: chain.markets })]),
    },
    {
      part: 'outage',
      what: (count) => `new pictures of ${count} products`,
      run: async ({ omnium }) => {
        for (const productId of codes(pictured)) {
          const assets = picturesOf(`${productId}-${prefix}`, 2);
          await omnium.edit([productId], { assets, mainImageUrl: assets[0]?.externalUrl });
        }
        return pictured.length;
      },
    },
    {
      part: 'lostAnswers',
      what: () => 'another piece in a package',
      run: ({ omnium }) => omnium.edit([rebuilt.productId], { components: componentsOf(rebuilt, prefix) }),
    },
    {
      part: 'lostAnswers',
      what: () => 'a product discontinued',
      run: ({ omnium }) => omnium.edit([discontinued.productId], { discontinued: new Date().toISOString() }),
    },
    {
      part: 'lostAnswers',
      what: () => 'a product deleted',
      run: ({ omnium }) => omnium.remove([deleted.productId]),
    },
    {
      part: 'lostAnswers',
      what: () => 'a number that Flow cannot tell from another',
      run: ({ omnium }) => omnium.addProducts([sameUid(chain)]),
    },
  ];
}

/** What Flow leaves out of a number is all that tells this one from an article's. */
function sameUid({ markets, products }: Chain): OmniumDocument {
  const [style] = products.filter(({ kind }) => kind === 'style');
  const [article] = style?.skus ?? [];
  if (!style || !article) throw new Error('the chain has no style');
  const productId = article.sku.replace('-', '.');
  const prices = markets.map((market) => ({
    ...priceIn(market, article.prices, style),
    code: productId,
    unitPrice: 1,
  }));
  return { productId, skuId: productId, isSku: true, name: `${article.name} (old number)`, prices };
}

function newStyle(
  productId: string,
  { like, markets }: { readonly like: ChainProduct; readonly markets: readonly ChainMarket[] },
): OmniumDocument {
  const [priced] = like.skus;
  const assets = picturesOf(productId, 2);
  const shared = {
    ...{ productId, brand: like.brandId, mainCategoryId: like.categoryId, supplierId: like.supplierId, isActive: true },
    categories: [{ categoryId: like.categoryId, isMainCategory: true }],
    description: `<p>${productId}: keeps the rain &amp; the wind out.</p>`,
    marketIds: markets.map(({ marketId }) => marketId),
  };
  const variants = ['S', 'M', 'L'].map((size) => {
    const skuId = `${productId}-${size}`;
    const prices = priced ? markets.map((market) => ({ ...priceIn(market, priced.prices, like), code: skuId })) : [];
    return {
      ...shared,
      ...{ skuId, id: skuId, variantParentId: productId, isSku: true, name: `Tarp ${productId} ${size}`, prices },
      ...{ size, color: 'moss', weight: 0.85, assets: picturesOf(skuId, 1) },
    };
  });
  return { ...shared, name: `Tarp ${productId}`, isSku: false, assets, mainImageUrl: assets[0]?.externalUrl, variants };
}

function picturesOf(id: string, count: number): { readonly externalUrl: string }[] {
  return Array.from({ length: count }, (_, index) => {
    const fileName = `${id}-${index + 1}.jpg`;
    return {
      ...{ assetId: `${id}-${index + 1}`, fileName, assetType: 'Image', contentType: 'image/jpeg' },
      ...{ externalUrl: `https://images.nordlys.example/${fileName}`, isMainImage: index === 0, sortOrder: index },
    };
  });
}

function componentsOf({ productId, components = [] }: ChainProduct, prefix: string): OmniumDocument[] {
  return components.map(({ sku, quantity }, index) => ({
    ...{ componentId: `${productId}-${index + 1}`, skuId: sku, isRequired: true },
    quantity: quantity + (index === 0 ? dayOf(prefix) : 0),
  }));
}
