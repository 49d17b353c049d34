import {
  type Chain,
  type ChainCustomer,
  type ChainMarket,
  type ChainProduct,
  type ChainStore,
} from '../../../sandbox/chain/types';

/** An article as the web shop sells it in one market. */
export interface ShopArticle {
  readonly sku: string;
  readonly unitCents: number;
  readonly taxRate: number;
  /** Parts of a package, else empty. */
  readonly components: readonly { readonly sku: string; readonly quantity: number }[];
}

/** Everything the web shop needs to know about one market. */
export interface Assortment {
  readonly market: ChainMarket;
  readonly stores: readonly ChainStore[];
  readonly articles: readonly ShopArticle[];
  readonly packages: readonly ShopArticle[];
  readonly privateCustomers: readonly ChainCustomer[];
  readonly businessCustomers: readonly ChainCustomer[];
  readonly shippingCents: number;
}

/** What the chain sells, and to whom, market by market. */
export function assortmentsOf(chain: Chain): Assortment[] {
  return chain.markets.map((market) => {
    const articlesOf = (products: readonly ChainProduct[]): ShopArticle[] =>
      products.flatMap((product) =>
        product.skus.map(({ sku, prices }) => ({
          sku,
          unitCents: prices[market.marketId].unitCents,
          taxRate: market.vatPercent[product.vatClass],
          components: product.components ?? [],
        })),
      );
    const customers = chain.customers.filter(({ marketId }) => marketId === market.marketId);
    const ofKind = (...kinds: ChainProduct['kind'][]): ShopArticle[] =>
      articlesOf(chain.products.filter(({ kind }) => kinds.includes(kind)));
    return {
      market,
      stores: chain.stores.filter(({ marketId }) => marketId === market.marketId),
      articles: ofKind('single', 'style'),
      packages: ofKind('package'),
      privateCustomers: customers.filter(({ kind }) => kind === 'private'),
      businessCustomers: customers.filter(({ kind }) => kind === 'business'),
      shippingCents: ofKind('service')[0]?.unitCents ?? 0,
    };
  });
}
