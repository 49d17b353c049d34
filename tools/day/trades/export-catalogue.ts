import { eachOf } from '../pace';
import { FlowOffice } from '../vendors/flow-office';
import { type OmniumDocument, type OmniumShop } from '../vendors/omnium-shop';
import { type Catalogue, type CatalogueProduct, collision } from './catalogue';
import { type TradeMarket } from './trade-orders';

const AT_ONCE = 6;

/** Where the catalogue goes. */
export interface ExportTarget {
  readonly shop: OmniumShop;
  readonly flowUrl: string;
  readonly markets: readonly TradeMarket[];
  readonly signal: AbortSignal;
}

/** A code that one market's Flow does not have, although it is sold there. */
export interface NotInFlow {
  readonly marketId: string;
  readonly stockCode: string;
  readonly reason: string;
}

/**
 * Creates the catalogue in both vendors through their public APIs: all of it in Omnium, and in each Flow tenant what its
 * market sells.
 *
 * @returns what could not be created in Flow, with the reason; nothing was merged
 */
export async function exportCatalogue(catalogue: Catalogue, target: ExportTarget): Promise<NotInFlow[]> {
  const { shop, flowUrl, markets, signal } = target;
  await shop.addProducts(catalogue.products.map((product) => productDocument(product, markets)));
  const notInFlow: NotInFlow[] = [];
  for (const { market } of markets) {
    const { marketId } = market;
    const office = new FlowOffice(flowUrl, market, signal);
    const sold = catalogue.products.filter(({ marketIds }) => marketIds.has(marketId));
    await eachOf(sold, { atOnce: AT_ONCE, signal }, async ({ stockCode, name, flowUid }) => {
      const impossible = catalogue.impossible.get(stockCode);
      if (impossible) {
        notInFlow.push({ marketId, ...impossible });
        return;
      }
      // Codes of goods begin with their article number; the others are postage, fees and the like.
      const productType = /^\d/.test(stockCode) ? 'STOCK' : 'NON_STOCK';
      const outcome = await office.createProduct({ productUid: flowUid, sku: stockCode, name, productType });
      if (!outcome.created && outcome.takenBySku !== undefined)
        notInFlow.push({ marketId, stockCode, reason: collision(stockCode, outcome.takenBySku, flowUid) });
    });
  }
  return notInFlow;
}

function productDocument(
  { stockCode, name, unitPrice }: CatalogueProduct,
  markets: readonly TradeMarket[],
): OmniumDocument {
  const prices = markets.map(({ market }) => ({
    marketId: market.marketId,
    currencyCode: market.currency,
    unitPrice,
    taxRate: market.vatPercent.standard,
  }));
  return { productId: stockCode, skuId: stockCode, isSku: true, name, prices };
}
