import type { OmniumProduct } from '../../clients/omnium/products';
import { isIn, languageOf, wantedLanguage } from './product-document';
import { withIndexPrices } from './prices-of-index';
import type { ProductRun } from './product-run';

/**
 * Products of Omnium's by their ids, each once, in the language of the market that it follows where there is such a
 * document; with their prices. Those that Omnium does not offer are left out. A question for a hundred of them, and one more
 * for those that have no document in the tenant's first language.
 */
export async function readDocuments(run: ProductRun, productIds: readonly string[]): Promise<OmniumProduct[]> {
  const { tenant, context } = run;
  const [first] = tenant.config.markets;
  const language = first && (await languageOf(run, first.marketId));
  const found = new Map<string, OmniumProduct>();
  const read = async (ids: readonly string[], wanted: string | undefined): Promise<void> => {
    if (ids.length === 0) return;
    const query = { productIds: ids, ...(wanted !== undefined && { language: wanted }) };
    for (const document of await tenant.omnium.products.query(query, context)) {
      const known = found.get(document.productId);
      if (!known || (await isBetter(run, document, known))) found.set(document.productId, document);
    }
  };
  await read(productIds, language);
  const missing = productIds.filter((id) => !found.has(id));
  if (language !== undefined) await read(missing, undefined);
  for (const [other, ids] of await inOtherLanguages(run, [...found.values()])) await read(ids, other);
  return await withIndexPrices(run, [...found.values()]);
}

/** Of documents in several languages the one that the product's market shows, else the first by language. */
async function isBetter(run: ProductRun, document: OmniumProduct, known: OmniumProduct): Promise<boolean> {
  const wanted = await wantedLanguage(run, document);
  const rank = ({ language = '' }: OmniumProduct): string =>
    `${wanted !== undefined && language.toLowerCase() === wanted.toLowerCase() ? 0 : 1}${language}`;
  return rank(document) < rank(known);
}

/** Products whose market shows another language than the one that was read. */
async function inOtherLanguages(
  run: ProductRun,
  documents: readonly OmniumProduct[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const byLanguage = new Map<string, string[]>();
  for (const document of documents) {
    const wanted = await wantedLanguage(run, document);
    if (wanted === undefined || isIn(document, wanted)) continue;
    byLanguage.set(wanted, [...(byLanguage.get(wanted) ?? []), document.productId]);
  }
  return byLanguage;
}
