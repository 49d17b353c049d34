import type { OmniumPrice } from '../../clients/omnium/prices';
import type { OmniumProduct } from '../../clients/omnium/products';
import { marketIdsOf } from '../../config/connector';
import { compact } from '../../domain/compact';
import { isSameId } from '../../domain/uid';
import { chunksOf } from '../shared/concurrency';
import type { SyncContext } from '../shared/sync-context';
import { marketsOf } from './mapping/product-context';

/** A document's id ends with its language (omnium-api.md §9.1). */
const LANGUAGE_SUFFIX = /_[A-Za-z]{2}(?:-[A-Za-z]{2})?$/;

/** SKUs of one question, so that all prices of a SKU come together. */
const SKUS_PER_QUESTION = 100;

/**
 * A product of Omnium's by its id, a SKU of it, or the id of one of its documents, in the language of the market that it
 * follows where there is such a document; undefined when Omnium has none. Read by id and not searched for, which knows a
 * change at once.
 */
export async function readDocument(context: SyncContext, id: string): Promise<OmniumProduct | undefined> {
  const { omnium, config } = context.tenant;
  let found = await omnium.products.get(id, context);
  if (!found && LANGUAGE_SUFFIX.test(id)) found = await omnium.products.get(id.replace(LANGUAGE_SUFFIX, ''), context);
  const language = found && (await languageFor(context, found));
  const markets = found && marketsOf(found, config.markets);
  if (!found || !markets || language === undefined) return found;
  if (isSameId(found.language ?? language, language)) return found;
  const translated = await omnium.products.getInMarket(found.productId, markets.leading.marketId, context);
  return translated?.productId === found.productId ? translated : found;
}

/**
 * The whole product that an id or a SKU belongs to: by a SKU, Omnium answers with the variant alone. Undefined when there is
 * none.
 */
export async function readWhole(context: SyncContext, id: string): Promise<OmniumProduct | undefined> {
  const found = await readDocument(context, id);
  return found && found.productId !== id ? await readDocument(context, found.productId) : found;
}

/**
 * Products of Omnium's by their ids, each once, in the language of the market that it follows where there is such a
 * document; with their prices. Those that Omnium does not offer are left out. One question for a hundred of them, and another
 * for those that have no document in the tenant's first language.
 */
export async function readDocuments(context: SyncContext, productIds: readonly string[]): Promise<OmniumProduct[]> {
  const { omnium, catalogue, config } = context.tenant;
  const [first] = config.markets;
  const found = new Map<string, OmniumProduct>();
  const read = async (ids: readonly string[], language: string | undefined): Promise<void> => {
    if (ids.length === 0) return;
    for (const document of await omnium.products.query({ productIds: ids, ...compact({ language }) }, context)) {
      const known = found.get(document.productId);
      const isBetter = !known || precedes(document, known, await languageFor(context, document));
      if (isBetter) found.set(document.productId, document);
    }
  };

  const language = first && (await catalogue.languageOf(first.marketId, context));
  await read(productIds, language);
  if (language !== undefined) {
    const missing = productIds.filter((id) => !found.has(id));
    await read(missing, undefined);
  }
  // Products whose market shows another language than the one that was read.
  const byLanguage = new Map<string, string[]>();
  for (const document of found.values()) {
    const other = await languageFor(context, document);
    if (other === undefined || isSameId(document.language ?? other, other)) continue;
    byLanguage.set(other, [...(byLanguage.get(other) ?? []), document.productId]);
  }
  for (const [other, ids] of byLanguage) await read(ids, other);
  return await withIndexPrices(context, [...found.values()]);
}

/** The language in which a product's texts go to the tills. */
async function languageFor(context: SyncContext, product: OmniumProduct): Promise<string | undefined> {
  const markets = marketsOf(product, context.tenant.config.markets);
  return markets && (await context.tenant.catalogue.languageOf(markets.leading.marketId, context));
}

/** Of documents in several languages the one that the product's market shows comes first, then the first by language. */
function precedes(one: OmniumProduct, other: OmniumProduct, shown: string | undefined): boolean {
  const [rank = '', otherRank = ''] = [one, other].map(
    ({ language = '' }) => `${isSameId(language, shown) ? 0 : 1}${language}`,
  );
  return rank < otherRank;
}

/**
 * The documents with their prices: where Omnium keeps prices in an index of their own, documents hold none (omnium-api.md
 * §9.2), and the VAT code and the recommended price are taken from the index.
 */
export async function withIndexPrices(
  context: SyncContext,
  documents: readonly OmniumProduct[],
): Promise<OmniumProduct[]> {
  const { omnium, config } = context.tenant;
  const bare = documents.filter(
    ({ prices, variants }) => prices.length === 0 && variants.every((variant) => variant.prices.length === 0),
  );
  if (bare.length === 0) return [...documents];
  const marketIds = marketIdsOf(config);
  const found = new Map<string, OmniumPrice[]>();
  for (const productCodes of chunksOf([...new Set(bare.flatMap(codesOf))], SKUS_PER_QUESTION)) {
    for await (const { prices } of omnium.prices.search({ productCodes, marketIds }, context)) {
      for (const price of prices) {
        if (price.skuId === undefined) continue;
        const known = found.get(price.skuId);
        if (known) known.push(price);
        else found.set(price.skuId, [price]);
      }
    }
  }
  const isBare = new Set(bare);
  return documents.map((document) =>
    isBare.has(document)
      ? { ...document, prices: codesOf(document).flatMap((code) => found.get(code) ?? []) }
      : document,
  );
}

function codesOf({ productId, skuId = productId, variants }: OmniumProduct): string[] {
  return [...new Set([productId, skuId, ...variants.map((variant) => variant.skuId)])];
}
