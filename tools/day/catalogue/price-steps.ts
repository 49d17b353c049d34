import { type ChainMarket, type ChainProduct, type ChainSku } from '../../../sandbox/chain/types';
import { type OmniumCatalogue } from '../vendors/omnium-catalogue';
import { type OmniumDocument } from '../vendors/omnium-shop';
import { type CataloguePlanInput, type CatalogueStep, dayOf } from './catalogue-step';
import { type FreeArticles } from './free-articles';

/** Share of all products whose prices change with a price list. */
const REPRICED = 0.04;
/** Long enough for the exports of the morning, and over before those of the evening. */
const PRICE_CHANGES_IN_MS = 60_000;

/** What happens to prices and costs. */
export function priceSteps(
  { chain, prefix, storePriceMarkets }: CataloguePlanInput,
  articles: FreeArticles,
): CatalogueStep[] {
  const [ending, starting, ofStore, dearer] = [articles.next(), articles.next(), articles.next(), articles.next()];
  const { markets } = chain;
  const seed = dayOf(prefix);
  const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();
  const stores = chain.stores.filter(({ marketId }) => storePriceMarkets.includes(marketId));
  return [
    {
      part: 'before',
      what: () => 'a price that ends this morning',
      run: ({ omnium }) =>
        addOffer(omnium, {
          product: ending,
          markets,
          holds: () => ({
            validFrom: inMs(-60_000),
            validUntil: inMs(PRICE_CHANGES_IN_MS),
          }),
        }),
    },
    {
      part: 'morning',
      what: () => 'a price that begins later today',
      run: ({ omnium }) =>
        addOffer(omnium, { product: starting, markets, holds: () => ({ validFrom: inMs(PRICE_CHANGES_IN_MS) }) }),
    },
    {
      part: 'morning',
      what: (count) => `a price list read in without a word (${count} prices)`,
      run: ({ omnium }) => omnium.multiplyPrices({ share: REPRICED, seed }, seed % 2 === 0 ? 0.95 : 1.05),
    },
    {
      part: 'outage',
      what: () => 'prices of single stores',
      run: async ({ omnium }) => {
        for (const { storeId, marketId } of stores) {
          const own = markets.filter((market) => market.marketId === marketId);
          await addOffer(omnium, { product: ofStore, markets: own, holds: () => ({ storeId }) });
        }
      },
    },
    {
      part: 'lostAnswers',
      what: () => 'a purchase that has become dearer',
      run: ({ omnium }) => addCosts(omnium, dearer, markets),
    },
  ];
}

/** What is cheaper for a while, or in a store. */
interface Offer {
  readonly product: ChainProduct;
  readonly markets: readonly ChainMarket[];
  /** Where and when. */
  readonly holds: () => OmniumDocument;
}

/** Prices of a fifth less, for each SKU and market. */
async function addOffer(omnium: OmniumCatalogue, { product, markets, holds }: Offer): Promise<void> {
  for (const { sku, prices } of product.skus) {
    const offers = markets.map((market) => {
      const price = priceIn(market, prices, product);
      const unitPrice = Math.round(price.unitPrice * 80) / 100;
      return { ...price, code: sku, promotionId: 'offer', unitPrice, ...holds() };
    });
    await omnium.addPrices(sku, offers);
  }
}

async function addCosts(
  omnium: OmniumCatalogue,
  { skus }: ChainProduct,
  markets: readonly ChainMarket[],
): Promise<void> {
  for (const { sku, prices } of skus) {
    const costs = markets.map(({ marketId, currency }) => ({
      ...{ skuId: sku, marketId, currencyCode: currency },
      cost: Math.round(prices[marketId].costCents * 1.1) / 100,
    }));
    await omnium.addCosts(sku, costs);
  }
}

/** What an article costs in a market, as Omnium writes it. */
export function priceIn(
  { marketId, currency, vatPercent }: ChainMarket,
  prices: ChainSku['prices'],
  { vatClass }: Pick<ChainProduct, 'vatClass'>,
): OmniumDocument & { readonly unitPrice: number } {
  const { unitCents, recommendedCents } = prices[marketId];
  return {
    ...{ marketId, currencyCode: currency, taxRate: vatPercent[vatClass], isTaxExcluded: false },
    ...{ unitPrice: unitCents / 100, recommendedRetailPrice: recommendedCents / 100 },
  };
}
