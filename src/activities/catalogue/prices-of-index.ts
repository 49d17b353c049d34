import type { OmniumPrice } from '../../clients/omnium/prices';
import type { OmniumProduct } from '../../clients/omnium/products';
import { marketIdsOf } from '../../config/connector';
import { chunksOf } from '../shared/concurrency';
import type { ProductRun } from './product-run';

/** SKUs of one question, so that all prices of a SKU come together. */
const SKUS_PER_QUESTION = 100;

/**
 * The documents with their prices: where Omnium keeps prices in an index of their own, documents hold none (omnium-api.md
 * §9.2), and the VAT code and the recommended price are looked for there.
 */
export async function withIndexPrices(
  { tenant, context }: ProductRun,
  documents: readonly OmniumProduct[],
): Promise<OmniumProduct[]> {
  const bare = documents.filter((document) => !hasPrices(document));
  if (bare.length === 0) return [...documents];
  const marketIds = marketIdsOf(tenant.config);
  const found = new Map<string, OmniumPrice[]>();
  for (const productCodes of chunksOf([...new Set(bare.flatMap(codesOf))], SKUS_PER_QUESTION)) {
    for await (const { prices } of tenant.omnium.prices.search({ productCodes, marketIds }, context)) {
      for (const price of prices) {
        if (price.skuId === undefined) continue;
        const known = found.get(price.skuId);
        if (known) known.push(price);
        else found.set(price.skuId, [price]);
      }
    }
  }
  return documents.map((document) => {
    if (hasPrices(document)) return document;
    return { ...document, prices: codesOf(document).flatMap((code) => found.get(code) ?? []) };
  });
}

function hasPrices({ prices, variants }: OmniumProduct): boolean {
  return prices.length > 0 || variants.some((variant) => variant.prices.length > 0);
}

function codesOf({ productId, skuId, variants }: OmniumProduct): string[] {
  return [
    ...new Set([productId, ...(skuId === undefined ? [] : [skuId]), ...variants.map((variant) => variant.skuId)]),
  ];
}
