import type { OmniumProduct } from '../../clients/omnium/products';
import { marketsOf } from './mapping/product-context';
import type { ProductRun } from './product-run';

/** A document's id ends with its language (omnium-api.md §9.1). */
const LANGUAGE_SUFFIX = /_[A-Za-z]{2}(?:-[A-Za-z]{2})?$/;

/**
 * A product of Omnium's by its id, a SKU of it, or the id of one of its documents, in the language of the market that it
 * follows; undefined when Omnium has none. Read by id and not searched for, which knows a change at once.
 */
export async function readDocument(run: ProductRun, id: string): Promise<OmniumProduct | undefined> {
  const { tenant, context } = run;
  const found = await tenant.omnium.products.get(id, context);
  if (found) return await inLanguage(run, found);
  if (!LANGUAGE_SUFFIX.test(id)) return undefined;
  const named = await tenant.omnium.products.get(id.replace(LANGUAGE_SUFFIX, ''), context);
  return named && (await inLanguage(run, named));
}

/**
 * The whole product that an id or a SKU belongs to: by a SKU, Omnium answers with the variant alone. Undefined when there is
 * none.
 */
export async function readWhole(run: ProductRun, id: string): Promise<OmniumProduct | undefined> {
  const found = await readDocument(run, id);
  return found && found.productId !== id ? await readDocument(run, found.productId) : found;
}

/** Language of the documents that a market shows; undefined when Omnium does not tell. */
export async function languageOf({ tenant, context }: ProductRun, marketId: string): Promise<string | undefined> {
  const markets = await tenant.catalogue.marketsOfOmnium(context);
  return markets.find((market) => market.marketId.toLowerCase() === marketId.toLowerCase())?.productContentLanguage;
}

/** The same product in the language of its leading market, where there is such a document. */
async function inLanguage(run: ProductRun, product: OmniumProduct): Promise<OmniumProduct> {
  const { tenant, context } = run;
  const wanted = await wantedLanguage(run, product);
  if (wanted === undefined || isIn(product, wanted)) return product;
  const markets = marketsOf(product, tenant.config.markets);
  if (!markets) return product;
  const translated = await tenant.omnium.products.getInMarket(product.productId, markets.leading.marketId, context);
  return translated?.productId === product.productId ? translated : product;
}

/** The language in which a product's texts go to the tills. */
export async function wantedLanguage(run: ProductRun, product: OmniumProduct): Promise<string | undefined> {
  const markets = marketsOf(product, run.tenant.config.markets);
  return markets && (await languageOf(run, markets.leading.marketId));
}

/** Whether a document is in a language; one that does not tell is in every one. */
export function isIn({ language }: Pick<OmniumProduct, 'language'>, wanted: string): boolean {
  return language === undefined || language.toLowerCase() === wanted.toLowerCase();
}
