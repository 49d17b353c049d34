import type { Partition } from '../../contracts/exports';
import { EVERY_PARTITION, recordOf, parseRecord } from '../../domain/records';
import { compareListPrice, type KnownPrice } from './mapping/list-price';
import type { Cost } from './mapping/select-cost';
import type { SelectedPrice } from './mapping/select-price';
import type { Tenant } from '../tenants';
import { chunksOf } from '../shared/concurrency';
import type { PriceWrite, ProductChange, WrittenList } from './price-writes';
import type { Page, UnresolvedRecord } from '../delta/stream';
import { flowPriceIndex, flowProductIndex, type KnownProduct } from './flow-price-index';
import {
  ARTICLES_PER_QUESTION,
  articlesNamed,
  articlesOf,
  type Article,
  type Articles,
  type ArticleSource,
  type PriceWork,
} from './price-articles';
import { articlesInFlow, PricePage, uidsOf, type ArticleInFlow } from './price-page';
import type { PriceTarget } from './price-targets';
import { readAhead } from '../delta/read-ahead';

/** What Omnium says about a SKU on a target, or why that cannot be carried over. */
export type Wanted =
  | SelectedPrice
  | { readonly kind: 'cost'; readonly cost: Cost }
  | { readonly kind: 'failed'; readonly why: string; readonly failureType: UnresolvedRecord['failureType'] };

/** What Omnium says about some articles. */
export interface WantedPrices {
  /** By article, then by member of the stream; none of members that are not to be looked at. */
  readonly wanted: ReadonlyMap<Article, ReadonlyMap<string, Wanted>>;
  /** What could not be read, and what is to be looked at again later. */
  readonly open: readonly UnresolvedRecord[];
}

/** One stream of prices: what differs between them. */
export interface PriceStream {
  targetsOf(work: PriceWork): Promise<readonly PriceTarget[]>;
  sourceOf(targets: readonly PriceTarget[]): ArticleSource;
  /** Reads what Omnium says about at most a hundred articles. */
  read(articles: readonly Article[], about: ReadAbout): Promise<WantedPrices>;
  /** What is to be written to a product, of a target that is no list; undefined where it is right, 'nothing' where nobody knows. */
  compareOnProduct(wanted: Wanted, product: KnownProduct, work: PriceWork): ProductChange | 'nothing' | undefined;
  /** Makes a list that Flow does not have; without it somebody else makes the lists. */
  makeList?(target: PriceTarget, tenant: Tenant): WrittenList['ensure'];
}

/** For what, and when. */
export interface ReadAbout {
  readonly work: PriceWork;
  readonly targets: readonly PriceTarget[];
  readonly at: Date;
}

/**
 * Compares prices article by article, a hundred at a time, with all the lists that are read together: what Omnium says is
 * asked for once. The cursor is the last SKU that is done.
 */
export async function* pricePages(
  part: Partition,
  work: PriceWork,
  stream: PriceStream,
): AsyncGenerator<Page<PriceWrite>, void, undefined> {
  const all = await stream.targetsOf(work);
  const named = part.read === 'unresolved' ? namedBy(part.records ?? [], all) : undefined;
  const members = named ? named.members : new Set(part.members);
  const targets = all.filter(({ member }) => members.has(member));
  if (targets.length === 0) return;
  const source = stream.sourceOf(targets);
  const { articles, open }: Articles = named
    ? await articlesNamed(named.skus, work)
    : await articlesOf(part, work, source);
  if (open.length > 0) yield { partition: part.name, unchanged: 0, unresolved: open, pending: [] };
  const about = { work, targets, at: timeOf(work) };
  let comparison: Comparison | undefined;
  let total: number | undefined;
  for await (const { chunk, prices } of readAhead(wantedPrices(articles, stream, about))) {
    const page = new PricePage(part.name);
    // How much of Flow will be asked for, the first hundred tell as well.
    const share = part.read === 'everything' ? Infinity : articles.length / chunk.length;
    comparison ??= new Comparison(stream, { ...about, share, first: prices });
    await comparison.addTo(page, prices);
    // An article has a row on some of the lists; how many, the first hundred tell.
    total ??= Math.round((page.rows * articles.length) / chunk.length);
    const cursor = named ? undefined : chunk.at(-1)?.sku;
    yield page.toPage({ total, ...(cursor !== undefined && { cursor }) });
  }
}

/** What Omnium says, a hundred articles at a time: the next are read while these are compared. */
async function* wantedPrices(
  articles: readonly Article[],
  stream: PriceStream,
  about: ReadAbout,
): AsyncGenerator<{ readonly chunk: readonly Article[]; readonly prices: WantedPrices }, void, undefined> {
  for (const chunk of chunksOf(articles, ARTICLES_PER_QUESTION))
    yield { chunk, prices: await stream.read(chunk, about) };
}

/** Prices are as of now; where the run's window reaches further, as of its end. */
export function timeOf({ window }: Pick<PriceWork, 'window'>): Date {
  return new Date(Math.max(Date.now(), Date.parse(window.to)));
}

function namedBy(
  rows: readonly string[],
  targets: readonly PriceTarget[],
): { readonly skus: ReadonlySet<string>; readonly members: ReadonlySet<string> } {
  const names = targets.map(({ member }) => member);
  const skus = new Set<string>();
  const members = new Set<string>();
  for (const row of rows) {
    const open = parseRecord(row, names);
    if (!open) continue;
    skus.add(open.sku);
    for (const name of open.partition === EVERY_PARTITION ? names : [open.partition]) members.add(name);
  }
  return { skus, members };
}

/** From what it is told how much of Flow will be asked for. */
interface ExpectedQuestions {
  readonly first: WantedPrices;
  /** How many times as many articles there are. */
  readonly share: number;
}

/** Articles that will be asked for: on a list, or at all. */
function expectedOf({ first, share }: ExpectedQuestions, member?: string): number {
  const prices = [...first.wanted.values()];
  const asked = prices.filter((own) => (member === undefined ? own.size > 0 : own.has(member))).length;
  return share === Infinity ? Infinity : Math.ceil(asked * share);
}

class Comparison {
  private readonly lists: ReadonlyMap<string, WrittenList>;
  private readonly products: ReturnType<typeof flowProductIndex>;

  constructor(
    private readonly stream: PriceStream,
    private readonly about: ReadAbout & ExpectedQuestions,
  ) {
    const { work, targets, at } = about;
    const { tenant } = work;
    this.products = flowProductIndex(tenant, work, expectedOf(about));
    this.lists = new Map(
      targets
        .filter(({ isOnProduct }) => isOnProduct !== true)
        .map((target) => {
          const ensure = stream.makeList?.(target, tenant);
          const { member } = target;
          const prices = flowPriceIndex(member, tenant, work, expectedOf(about, member), at);
          return [member, { pricelistUid: member, index: prices, ...(ensure && { ensure }) }];
        }),
    );
  }

  async addTo(page: PricePage, { wanted, open }: WantedPrices): Promise<void> {
    page.open.push(...open);
    const isWanted = (article: Article): boolean =>
      [...(wanted.get(article)?.values() ?? [])].some(({ kind }) => kind === 'price' || kind === 'cost');
    const looked = [...wanted].filter(([, prices]) => prices.size > 0).map(([article]) => article);
    const uids = uidsOf(looked, isWanted, page);
    const { products, known } = await this.inFlow(uids, wanted);
    const found = articlesInFlow(uids, isWanted, { products, page });
    for (const one of found) {
      for (const [member, price] of wanted.get(one.article) ?? []) {
        const list = this.lists.get(member);
        if (price.kind === 'failed' || price.kind === 'refused') {
          const failureType = ('failureType' in price ? price.failureType : undefined) ?? 'OmniumResponseInvalid';
          page.fail(recordOf(one.article.sku, member), price.why, failureType);
        } else if (!list) this.compareOnProduct(page, one, { member, wanted: price });
        else if (price.kind !== 'cost')
          compareOnList(page, { ...one, price, list, known: known.get(member)?.get(one.productUid) });
      }
    }
  }

  /** What Flow has of these products, and of their prices on the lists that are looked at: all lists at once. */
  private async inFlow(
    uids: ReadonlyMap<Article, string>,
    wanted: WantedPrices['wanted'],
  ): Promise<{
    readonly products: ReadonlyMap<string, KnownProduct>;
    readonly known: ReadonlyMap<string, ReadonlyMap<string, KnownPrice>>;
  }> {
    const productUids = [...new Set(uids.values())];
    const uidsOn = (member: string): string[] => {
      const articles = [...uids].filter(([article]) => wanted.get(article)?.has(member) === true);
      return [...new Set(articles.map(([, productUid]) => productUid))];
    };
    const [products, lists] = await Promise.all([
      this.products.factsOf(productUids),
      Promise.all(
        Array.from(this.lists, async ([member, { index }]) => [member, await index.factsOf(uidsOn(member))] as const),
      ),
    ]);
    return { products, known: new Map(lists) };
  }

  private compareOnProduct(
    page: PricePage,
    { article, productUid, product }: ArticleInFlow,
    { member, wanted }: { readonly member: string; readonly wanted: Wanted },
  ): void {
    const { work } = this.about;
    const change = this.stream.compareOnProduct(wanted, product, work);
    if (change === 'nothing') return;
    if (!change) {
      page.unchanged += 1;
      return;
    }
    page.due.push({ record: recordOf(article.sku, member), sku: article.sku, productUid, ...change });
  }
}

interface OnList extends ArticleInFlow {
  readonly price: SelectedPrice;
  readonly list: WrittenList;
  readonly known: Parameters<typeof compareListPrice>[1];
}

function compareOnList(page: PricePage, { article, productUid, price, list, known }: OnList): void {
  const verdict = compareListPrice(price, known);
  if (verdict.do !== 'nothing') {
    const record = recordOf(article.sku, list.pricelistUid);
    page.due.push({ record, sku: article.sku, productUid, verdict, known, list });
  } else if (price.kind === 'price' || known?.isOurs) page.unchanged += 1;
}
