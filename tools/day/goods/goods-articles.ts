import { initialStockOf } from '../../../sandbox/chain/build-chain';
import { type Chain, type ChainProduct, type ChainSku, type MarketId } from '../../../sandbox/chain/types';

/** An article that the buyer orders. */
export interface BoughtArticle {
  readonly sku: string;
  /** In the market's currency, without VAT. */
  readonly costCents: number;
}

/** A package with what is in it. */
export interface BoughtPackage extends BoughtArticle {
  readonly components: readonly { readonly sku: string; readonly quantity: number }[];
}

/** Articles of a market for the buyer to choose from: each is given out once a day. */
export class GoodsArticles {
  private readonly plain: BoughtArticle[];
  private readonly numbered: BoughtArticle[];
  private readonly packages: BoughtPackage[];

  /** @param taken - SKUs that customers buy today; their levels move all the time */
  constructor(
    private readonly chain: Chain,
    marketId: MarketId,
    taken: ReadonlySet<string>,
  ) {
    const isNumbered = ({ hasSerialNumbers }: ChainProduct): boolean => hasSerialNumbers === true;
    const numberedSkus = new Set(chain.products.filter(isNumbered).flatMap(({ skus }) => skus.map(({ sku }) => sku)));
    const article = ({ sku, prices }: ChainSku): BoughtArticle => ({ sku, costCents: prices[marketId].costCents });
    const goods = chain.products.filter(({ kind }) => kind === 'single' || kind === 'style');
    const free = (products: readonly ChainProduct[]): BoughtArticle[] =>
      products.flatMap(({ skus }) => skus.filter(({ sku }) => !taken.has(sku)).map(article));
    this.plain = free(goods.filter((product) => !isNumbered(product)));
    this.numbered = free(goods.filter(isNumbered));
    this.packages = chain.products
      .filter(
        ({ kind, components = [] }) => kind === 'package' && components.every(({ sku }) => !numberedSkus.has(sku)),
      )
      .flatMap(({ skus, components = [] }) => skus.map((sku) => ({ ...article(sku), components })));
  }

  next(): BoughtArticle {
    return given(this.plain);
  }

  /** Some of it lies in a warehouse from the start, so both systems list it there. */
  nextLyingIn(warehouseId: string): BoughtArticle {
    const index = this.plain.findIndex(({ sku }) => initialStockOf(this.chain, warehouseId, sku) > 0);
    return given(this.plain.splice(Math.max(index, 0), 1));
  }

  /** Every piece has a serial number. */
  nextNumbered(): BoughtArticle {
    return given(this.numbered);
  }

  nextPackage(): BoughtPackage {
    return given(this.packages);
  }
}

function given<T>(from: T[]): T {
  const next = from.shift();
  if (next === undefined) throw new Error('the chain has too few articles for a day of goods');
  return next;
}
