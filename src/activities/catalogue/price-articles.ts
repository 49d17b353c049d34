import type { OmniumProductSearch } from '../../clients/omnium/products';
import type { Partition, ExportWindow } from '../../contracts/exports';
import { EVERY_PARTITION, recordOf } from '../../domain/records';
import { chunksOf, severalAtOnce } from '../shared/concurrency';
import type { ExportContext, UnresolvedRecord } from '../delta/stream';
import { bisect } from '../delta/bisect';

/** A SKU whose prices are looked at. */
export interface Article {
  readonly sku: string;
  /** Its product, whose own prices hold for it as well. */
  readonly productId: string;
  /** Omnium has it no more. */
  readonly isGone?: true;
  /**
   * Why it is looked at, where it is for a price: Omnium names one of its prices, or one of its product's variants. Then prices
   * that were not touched since are left alone. Absent: all its prices are looked at.
   */
  readonly because?: 'its-price' | 'its-product';
}

/** Whose prices are read, and of what time. */
export interface PriceWork extends ExportContext {
  readonly window: ExportWindow;
}

/** Ids of SKUs and products, and how many of Omnium's entries do not say whose they are. */
export interface ChangedIds {
  readonly ids: Iterable<string>;
  readonly unreadable: number;
}

/** How changed articles are found. */
export interface ArticleSource {
  /** Ids of which Omnium says that a price has changed: SKUs, or products whose price holds for all variants. */
  changedIds(work: PriceWork, lastModified: string): Promise<ChangedIds>;
  /** Which changes of products tell of prices; 'none' when they do not. */
  readonly productChanges: 'with-price-windows' | 'modified' | 'none';
  /** Whose products; Omnium's ids. */
  readonly marketIds: readonly string[];
}

/** The articles to look at, and what of Omnium's answers could not be read. */
export interface Articles {
  /** Each SKU once, in their order: where reading can go on. */
  readonly articles: readonly Article[];
  readonly open: readonly UnresolvedRecord[];
}

/** Products of one question to either vendor (Flow's page, flow-api.md §2). */
export const ARTICLES_PER_QUESTION = 100;
const QUESTIONS_AT_ONCE = 4;

/**
 * The articles that a part looks at. Their names are read before any of them is looked at, as Omnium forgets a scroll that
 * waits for writes, and they are ordered by SKU and not by when they were changed: what changes meanwhile stays where it is.
 *
 * - Everything: the articles of all products of the markets.
 * - Changes: those of which a price has changed, whose product has changed or been deleted, and those of which a price
 *   starts or ends in the window without anybody changing it.
 */
export async function articlesOf(part: Partition, work: PriceWork, source: ArticleSource): Promise<Articles> {
  if (part.read === 'unresolved') return { articles: [], open: [] };
  const found = new Found(work);
  const { from, to } = work.window;
  const { marketIds, productChanges } = source;
  if (part.read === 'everything' || from === undefined) {
    await found.addProducts({ marketIds });
  } else {
    if (productChanges !== 'none') {
      const priceWindow = productChanges === 'with-price-windows' && { priceWindow: { from, to } };
      await found.addProducts({ marketIds, modifiedFrom: from, ...priceWindow });
      await found.addProducts({ marketIds, modifiedFrom: from, isDeleted: true });
    }
    const { ids, unreadable } = await source.changedIds(work, from);
    await found.addPriced(new Set(ids));
    if (unreadable > 0) found.open.push(unreadableRow(unreadable));
  }
  return { articles: found.sorted(part.after), open: found.open };
}

/** The articles of SKUs that somebody names, e.g. of rows that were left open. */
export async function articlesNamed(skus: Iterable<string>, work: PriceWork): Promise<Articles> {
  const found = new Found(work);
  const wanted = new Set(skus);
  await found.addIds(wanted);
  return { articles: found.sorted(undefined).filter(({ sku }) => wanted.has(sku)), open: found.open };
}

class Found {
  private readonly bySku = new Map<string, Article>();
  /** Products whose articles are all there. */
  private readonly productIds = new Set<string>();
  readonly open: UnresolvedRecord[] = [];

  constructor(private readonly work: PriceWork) {}

  sorted(after: string | undefined): readonly Article[] {
    const articles = [...this.bySku.values()];
    const left = after === undefined ? articles : articles.filter(({ sku }) => sku > after);
    return left.sort((one, other) => (one.sku < other.sku ? -1 : 1));
  }

  async addProducts(search: OmniumProductSearch): Promise<void> {
    const { tenant } = this.work;
    const context = this.work;
    const untold: string[] = [];
    for await (const { refs, unreadable } of tenant.omnium.products.scrollRefs(search, context)) {
      if (unreadable > 0) this.open.push(unreadableRow(unreadable));
      for (const { productId, skuIds, modified } of refs) {
        this.productIds.add(productId);
        if (skuIds.length === 0) untold.push(productId);
        const isGone = search.isDeleted === true;
        // One that was not changed itself is here because a price of it begins or ends.
        const isUntouched = Date.parse(modified ?? '') < Date.parse(search.modifiedFrom ?? '');
        const reason = isUntouched ? 'its-product' : undefined;
        for (const sku of skuIds) this.add({ sku, productId, ...because(reason), ...gone(isGone) });
      }
    }
    await this.addDocuments(untold);
  }

  /** Ids of products and SKUs alike: documents are asked for those that no scroll has named. */
  async addIds(ids: ReadonlySet<string>, reason?: Article['because']): Promise<void> {
    const unknown = [...ids].filter((id) => !this.bySku.has(id) && !this.productIds.has(id));
    await this.addDocuments(unknown, reason);
    const left = unknown.filter((id) => !this.bySku.has(id) && !this.productIds.has(id));
    await severalAtOnce(left, QUESTIONS_AT_ONCE, (id) => this.askFor(id));
  }

  /** Ids of which a price has changed. One of a product holds for all its variants. */
  async addPriced(ids: ReadonlySet<string>): Promise<void> {
    await this.addIds(ids, 'its-product');
    for (const [sku, article] of this.bySku) {
      const isNamed = ids.has(sku) || ids.has(article.productId);
      if (article.because === 'its-product' && isNamed) this.bySku.set(sku, { ...article, because: 'its-price' });
    }
  }

  private async askFor(sku: string): Promise<void> {
    const { tenant } = this.work;
    const context = this.work;
    const [product] = await this.read([sku], async () => await tenant.omnium.products.get(sku, context));
    if (product === 'unreadable') return;
    this.add({ sku, productId: product?.productId ?? sku, ...gone(!product) });
  }

  private async addDocuments(productIds: readonly string[], reason?: Article['because']): Promise<void> {
    const { tenant } = this.work;
    const context = this.work;
    await severalAtOnce(chunksOf(productIds, ARTICLES_PER_QUESTION), QUESTIONS_AT_ONCE, async (chunk) => {
      const found = await this.read(chunk, (some) => tenant.omnium.products.query({ productIds: some }, context));
      for (const { productId, skuId, variants } of found.flatMap((some) => (some === 'unreadable' ? [] : some))) {
        this.productIds.add(productId);
        const skus = variants.length > 0 ? variants.map((variant) => variant.skuId) : [skuId];
        for (const sku of skus) if (sku !== undefined) this.add({ sku, productId, ...because(reason) });
      }
    });
  }

  /** Reads by ids; what cannot be read is left open, and its id is not asked for again. */
  private async read<T>(
    ids: readonly string[],
    read: (ids: readonly string[]) => Promise<T>,
  ): Promise<(T | 'unreadable')[]> {
    const { givesUpRecords } = this.work;
    const idOf = (id: string): string => {
      this.productIds.add(id);
      return recordOf(id, EVERY_PARTITION);
    };
    const { results, unresolved: open } = await bisect(ids, read, { idOf, givesUpRecords });
    this.open.push(...open);
    return [...results, ...open.map(() => 'unreadable' as const)];
  }

  /** One that is there in any language, or in any list, is not gone; one that is to be looked at as a whole is. */
  private add(article: Article): void {
    const known = this.bySku.get(article.sku);
    if (article.isGone && known) return;
    if (known && !known.isGone && known.because === undefined) return;
    this.bySku.set(article.sku, article);
  }
}

function because(reason: Article['because']): Pick<Article, 'because'> {
  return reason === undefined ? {} : { because: reason };
}

function gone(isGone: boolean): Pick<Article, 'isGone'> {
  return isGone ? { isGone } : {};
}

/** Entries of a list that do not even say what they are: nobody can look at them again but by reading the list. */
function unreadableRow(count: number): UnresolvedRecord {
  const why = `${String(count)} of Omnium's entries do not say what they are about`;
  return {
    record: recordOf('unreadable entries', EVERY_PARTITION),
    as: 'failed',
    why,
    failureType: 'OmniumResponseInvalid',
  };
}
