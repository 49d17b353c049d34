import { AmountInvalidError } from '../../domain/money';
import { stripToUid, UidInvalidError } from '../../domain/uid';
import { EVERY_PARTITION, recordOf } from '../../domain/records';
import { DocumentUnmappableError } from '../../domain/document-unmappable';
import type { Page, UnresolvedRecord } from '../delta/stream';
import type { PriceWrite } from './price-writes';
import type { KnownProduct } from './flow-price-index';
import type { Article } from './price-articles';

/** A page of rows while it is being compared. */
export class PricePage {
  unchanged = 0;
  readonly open: UnresolvedRecord[] = [];
  readonly due: PriceWrite[] = [];

  constructor(private readonly part: string) {}

  fail(record: string, why: string, failureType: NonNullable<UnresolvedRecord['failureType']>): void {
    this.open.push({ record, as: 'failed', why, failureType });
  }

  /** How many rows there are. */
  get rows(): number {
    return this.unchanged + this.open.length + this.due.length;
  }

  toPage(more: Pick<Page, 'cursor' | 'total'>): Page<PriceWrite> {
    const { part: partition, unchanged, open: unresolved, due: pending } = this;
    return { partition, unchanged, unresolved, pending, ...more };
  }
}

/** An article whose product Flow has. */
export interface ArticleInFlow {
  readonly article: Article;
  readonly productUid: string;
  readonly product: KnownProduct;
}

/** Of articles that have a uid in Flow, the uid. One that can have none stays open, unless there is nothing to be written. */
export function uidsOf(
  articles: readonly Article[],
  isWanted: (article: Article) => boolean,
  page: PricePage,
): ReadonlyMap<Article, string> {
  const uids = new Map<Article, string>();
  for (const article of articles) {
    const uid = uidOf(article, isWanted, page);
    if (uid !== undefined) uids.set(article, uid);
  }
  return uids;
}

/**
 * Which of these articles Flow has. One that it does not have stays open as unknown, unless there is nothing to be written;
 * one whose uid belongs to another article is a collision, and nothing is written to it (`externalId` tells, else the SKU).
 */
export function articlesInFlow(
  uids: ReadonlyMap<Article, string>,
  isWanted: (article: Article) => boolean,
  { products, page }: { readonly products: ReadonlyMap<string, KnownProduct>; readonly page: PricePage },
): readonly ArticleInFlow[] {
  const inFlow: ArticleInFlow[] = [];
  for (const [article, productUid] of uids) {
    const product = products.get(productUid);
    const record = recordOf(article.sku, EVERY_PARTITION);
    if (!product) {
      if (isWanted(article)) page.open.push({ record, as: 'unknown', why: 'Flow has no such product' });
    } else if (product.articleSku !== article.sku) {
      const why = 'another product has the same uid in Flow; rename one in Omnium';
      if (isWanted(article)) page.fail(record, why, 'UidCollision');
    } else inFlow.push({ article, productUid, product });
  }
  return inFlow;
}

function uidOf(article: Article, isWanted: (article: Article) => boolean, page: PricePage): string | undefined {
  try {
    return stripToUid(article.sku);
  } catch (error) {
    if (!(error instanceof UidInvalidError)) throw error;
    if (isWanted(article)) page.fail(recordOf(article.sku, EVERY_PARTITION), error.message, 'OmniumResponseInvalid');
    return undefined;
  }
}

/** What of a document cannot be carried over, in words; anything else is thrown. */
export function unmappable(error: unknown): Pick<Required<UnresolvedRecord>, 'why' | 'failureType'> {
  if (error instanceof AmountInvalidError) return { why: error.message, failureType: 'AmountInvalid' };
  if (error instanceof DocumentUnmappableError) return { why: error.message, failureType: 'OmniumResponseInvalid' };
  throw error;
}
