import { hashText } from '../../chain/seeded-random';
import { type Chain, type ChainMarket, type ChainStore } from '../../chain/types';
import { type Price } from '../documents';
import { seededAt } from '../settings/seed-settings';
import { formatDateTime } from '../wire/schema';
import { type SeededSku } from './product-book';

const major = (cents: number): number => cents / 100;
const minuteMs = 60_000;
const hash = (sku: string, part: string): number => hashText(`${part}/${sku}`);

const marketPrice = ({ product, sku }: SeededSku, market: ChainMarket): Price => {
  const { unitCents, recommendedCents, costCents } = sku.prices[market.marketId];
  return {
    code: sku.sku,
    productId: product.productId,
    marketId: market.marketId,
    currencyCode: market.currency,
    unitPrice: major(unitCents),
    originalUnitPrice: major(recommendedCents),
    recommendedRetailPrice: major(recommendedCents),
    cost: major(costCents),
    taxRate: market.vatPercent[product.vatClass],
    isTaxExcluded: false,
    minQuantity: 0,
    priceType: 'Default',
    validFrom: seededAt,
    modified: seededAt,
  };
};

const cheaper = (price: Price, percent: number, over: Partial<Price>): Price => ({
  ...price,
  unitPrice: Math.round(price.unitPrice * percent) / 100,
  ...over,
});

/** Prices that the chain implies: of each market, and of some stores. Nothing is kept; the same SKU has the same ones. */
export class SeedPrices {
  readonly #chain: Chain;
  readonly #storesWithPrices: readonly { store: ChainStore; market: ChainMarket }[];
  /** When the catalogue was filled: what starts or ends soon is counted from here. */
  filledAtMs: number;

  constructor(chain: Chain, filledAtMs: number) {
    this.#chain = chain;
    this.filledAtMs = filledAtMs;
    const markets = new Map(chain.markets.map((market) => [market.marketId, market]));
    this.#storesWithPrices = chain.stores.flatMap((store) => {
      const market = markets.get(store.marketId);
      return market === undefined ? [] : [{ store, market }];
    });
  }

  of(seeded: SeededSku): Price[] {
    const general = this.#chain.markets.map((market) => marketPrice(seeded, market));
    return [...general, ...this.#ofStores(seeded), ...this.#ofTimes(seeded.sku.sku, general)];
  }

  /** Whether any of the SKU's prices starts or ends at a time of its own. */
  isDated(sku: string): boolean {
    return this.#chain.variety && [7, 11].includes(hash(sku, 'dated') % 40);
  }

  /** With variety one SKU in ten has a price of its own in two stores. */
  #ofStores(seeded: SeededSku): Price[] {
    const { sku } = seeded.sku;
    const { storePrices, variety } = this.#chain;
    const count = storePrices > 0 ? storePrices : variety && hash(sku, 'stores') % 10 === 0 ? 2 : 0;
    if (count === 0) {
      return [];
    }
    const base = hash(sku, 'store');
    return this.#storesWithPrices.slice(0, count).map(({ store, market }, index) => {
      const percent = 90 + ((base >>> (index % 16)) % 21);
      return cheaper(marketPrice(seeded, market), percent, { storeId: store.storeId });
    });
  }

  #ofTimes(sku: string, general: readonly Price[]): Price[] {
    if (!this.isDated(sku)) {
      return [];
    }
    const at = (minutes: number): string => formatDateTime(this.filledAtMs + minutes * minuteMs);
    const starts = hash(sku, 'dated') % 40 === 7;
    return general.map((price) =>
      starts
        ? cheaper(price, 80, { promotionId: 'next-week', validFrom: at(30), validUntil: at(7 * 24 * 60) })
        : cheaper(price, 85, { promotionId: 'last-hour', validUntil: at(60) }),
    );
  }
}
