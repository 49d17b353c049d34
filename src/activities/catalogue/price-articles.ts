import type { OmniumProductSearch } from '../../clients/omnium/products';
import type { Partition } from '../../contracts/exports';
import { compact } from '../../domain/compact';
import { EVERY_PARTITION, recordOf } from '../../domain/records';
import { bisect } from '../delta/bisect';
import type { ExportContext, UnresolvedRecord } from '../delta/stream';
import { chunksOf, severalAtOnce } from '../shared/concurrency';

/** A SKU whose prices are compared. */
export interface Article {
  readonly sku: string;
  /** Its product, whose own prices hold for it as well. */
  readonly productId: string;
  /** Omnium has it no more. */
  readonly isGone?: boolean;
  /**
   * Why it is compared, where it is for a price: Omnium names one of its prices, or one of its product's variants. Then prices
   * that were not touched since are left alone. Absent: all its prices are compared.
   */
  readonly because?: 'its-price' | 'its-product';
}

/** How changed articles are found. */
export interface ArticleSource {
  /**
   * Ids of which Omnium says that a price has changed since a moment: SKUs, or products whose price holds for all variants.
   * And how many of Omnium's entries do not say whose they are. Undefined when Omnium cannot name them all: then all articles
   * are compared.
   */
  changedIds(
    context: ExportContext,
    lastModified: string,
  ): Promise<{ readonly ids: Iterable<string>; readonly unreadable: number } | undefined>;
  /** Which changes of products may be changes of prices. */
  readonly productChanges: 'with-price-windows' | 'modified' | 'none';
  /** Whose products; Omnium's ids. */
  readonly marketIds: readonly string[];
}

/** Products of one question to either vendor (Flow's page, flow-api.md §2). */
export const ARTICLES_PER_QUESTION = 100;
const QUESTIONS_AT_ONCE = 4;

/**
 * The articles that a partition compares. Their names are read before any of them is compared, as Omnium forgets a scroll
 * that waits for writes, and they are ordered by SKU and not by when they were changed: what changes meanwhile stays where it is.
 *
 * - Everything: the articles of all products of the markets.
 * - Changes: those of which a price has changed, whose product has changed or been deleted, and those of which a price
 *   starts or ends in the window without anybody changing it.
 *
 * @returns each once, in the order of SKUs: where reading can go on; and what could not be read
 */
export async function articlesOf(
  context: ExportContext,
  { read, after }: Pick<Partition, 'read' | 'after'>,
  source: ArticleSource,
): Promise<ReturnType<ArticleCollector['result']>> {
  const found = new ArticleCollector(context);
  const { from, to } = context.window;
  const { marketIds, productChanges } = source;
  if (read === 'everything' || from === undefined) await found.addProducts({ marketIds });
  else {
    if (productChanges !== 'none') {
      const priceWindow = productChanges === 'with-price-windows' && { priceWindow: { from, to } };
      await found.addProducts({ marketIds, modifiedFrom: from, ...priceWindow });
      await found.addProducts({ marketIds, modifiedFrom: from, isDeleted: true });
    }
    const changed = await source.changedIds(context, from);
    if (!changed) {
      await found.addProducts({ marketIds });
      return found.result(after);
    }
    const ids = new Set(changed.ids);
    await found.addIds(ids, 'its-product');
    // A changed price of a product holds for all its variants.
    for (const [sku, article] of found.bySku) {
      const isNamed = ids.has(sku) || ids.has(article.productId);
      if (article.because === 'its-product' && isNamed) found.bySku.set(sku, { ...article, because: 'its-price' });
    }
    found.addUnreadable(changed.unreadable);
  }
  return found.result(after);
}

/** The articles of SKUs that are named, e.g. by unresolved records. */
export async function articlesNamed(
  context: ExportContext,
  skus: ReadonlySet<string>,
): Promise<ReturnType<ArticleCollector['result']>> {
  const found = new ArticleCollector(context);
  await found.addIds(skus);
  const { articles, unresolved } = found.result();
  return { articles: articles.filter(({ sku }) => skus.has(sku)), unresolved };
}

class ArticleCollector {
  readonly bySku = new Map<string, Article>();
  /** Products whose articles are all there. */
  private readonly productIds = new Set<string>();
  private readonly unresolved: UnresolvedRecord[] = [];

  constructor(private readonly context: ExportContext) {}

  result(after = ''): { readonly articles: readonly Article[]; readonly unresolved: readonly UnresolvedRecord[] } {
    const articles = [...this.bySku.values()].filter(({ sku }) => sku > after);
    articles.sort((one, other) => (one.sku < other.sku ? -1 : 1));
    return { articles, unresolved: this.unresolved };
  }

  /** Entries of a list that do not even say what they are: they can be read again only with the list. */
  addUnreadable(count: number): void {
    if (count === 0) return;
    const record = recordOf('unreadable entries', EVERY_PARTITION);
    const why = `${String(count)} of Omnium's entries do not say what they are about`;
    this.unresolved.push({ record, as: 'failed', why, failureType: 'OmniumResponseInvalid' });
  }

  async addProducts(search: OmniumProductSearch): Promise<void> {
    const { tenant } = this.context;
    const withoutSkus: string[] = [];
    for await (const { refs, unreadable } of tenant.omnium.products.scrollRefs(search, this.context)) {
      this.addUnreadable(unreadable);
      for (const { productId, skuIds, modified } of refs) {
        this.productIds.add(productId);
        if (skuIds.length === 0) withoutSkus.push(productId);
        // One that was not changed itself is here because a price of it begins or ends.
        const isUntouched = Date.parse(modified ?? '') < Date.parse(search.modifiedFrom ?? '');
        for (const sku of skuIds) this.add(sku, productId, isUntouched ? 'its-product' : undefined, search.isDeleted);
      }
    }
    await this.addDocuments(withoutSkus);
  }

  /** Ids of products and SKUs alike: documents are asked for those that no scroll has named. */
  async addIds(ids: ReadonlySet<string>, because?: Article['because']): Promise<void> {
    const isUnknown = (id: string): boolean => !this.bySku.has(id) && !this.productIds.has(id);
    const unknown = [...ids].filter(isUnknown);
    await this.addDocuments(unknown, because);
    await severalAtOnce(unknown.filter(isUnknown), QUESTIONS_AT_ONCE, async (sku) => {
      const { products } = this.context.tenant.omnium;
      const [answer] = await this.read([sku], async () => ({ product: await products.get(sku, this.context) }));
      if (answer) this.add(sku, answer.product?.productId ?? sku, undefined, !answer.product);
    });
  }

  private async addDocuments(productIds: readonly string[], because?: Article['because']): Promise<void> {
    const { products } = this.context.tenant.omnium;
    await severalAtOnce(chunksOf(productIds, ARTICLES_PER_QUESTION), QUESTIONS_AT_ONCE, async (chunk) => {
      const found = await this.read(chunk, (some) => products.query({ productIds: some }, this.context));
      for (const { productId, skuId, variants } of found.flat()) {
        this.productIds.add(productId);
        const skus = variants.length > 0 ? variants.map((variant) => variant.skuId) : [skuId];
        for (const sku of skus) if (sku !== undefined) this.add(sku, productId, because);
      }
    });
  }

  /** Reads by ids; what cannot be read is left unresolved, and its id is not asked for again. */
  private async read<T>(ids: readonly string[], read: (ids: readonly string[]) => Promise<T>): Promise<readonly T[]> {
    const { givesUpRecords } = this.context;
    const { results, unresolved } = await bisect(ids, read, {
      idOf: (id) => {
        this.productIds.add(id);
        return recordOf(id, EVERY_PARTITION);
      },
      givesUpRecords,
    });
    this.unresolved.push(...unresolved);
    return results;
  }

  /** One that is there in any language, or in any list, is not gone; one that is to be compared as a whole is. */
  private add(sku: string, productId: string, because?: Article['because'], isGone = false): void {
    const known = this.bySku.get(sku);
    if (isGone && known) return;
    if (known && !known.isGone && known.because === undefined) return;
    this.bySku.set(sku, compact({ sku, productId, because, isGone: isGone || undefined }));
  }
}
