import type { FlowPrice } from '../../clients/flow/prices';
import type { FlowProduct, FlowProductHit } from '../../clients/flow/products';
import type { CallContext } from '../../clients/http';
import { severalAtOnce } from '../shared/concurrency';
import type { Tenant } from '../tenants';
import { knownPriceOf, priceUidOf, type KnownPrice } from './mapping/list-price';

/** A list in Flow, and how one entry of it is asked for. */
interface IndexedList<Entry, Kept, Fact> {
  /** Its pages, with the number of entries of the whole list, where Flow names it. */
  pages(context: CallContext): AsyncGenerator<{ readonly entries: readonly Entry[]; readonly total?: number }, void>;
  uidOf(entry: Entry): string;
  /** What is kept of an entry, given what is kept of an earlier one with the same uid. */
  keep(entry: Entry, earlier: Kept | undefined): Kept;
  /** What is known from that; 'ask' when it is not enough. */
  factOf(kept: Kept): Fact | 'ask';
  /** Asks Flow; undefined when it has none. */
  ask(uid: string, context: CallContext): Promise<Fact | undefined>;
}

const QUESTIONS_AT_ONCE = 8;

/** A page of a hundred entries is about as much work, for Flow and for us, as three answers about one (measured). */
const QUESTIONS_PER_PAGE = 3;

/**
 * What a list in Flow says about single entries, for as few calls as may be. Read as a whole it costs a call per hundred
 * entries, and then every answer is free; asked for singly it costs a lighter call each. So the first page is read, which is all of a
 * short list and says the length of a longer one; then whichever costs less for as many questions as are expected. When
 * more come, it is read as soon as they have cost as much as that; where Flow does not name the length, every three of them
 * pay for one more page.
 */
export class FlowIndex<Entry, Kept, Fact> {
  private kept = new Map<string, Kept>();
  private pages: ReturnType<IndexedList<Entry, Kept, Fact>['pages']> | undefined;
  private isWhole = false;
  private asked = 0;
  private pagesRead = 0;
  /** Absent as long as Flow has not named the length. */
  private pagesLeft: number | undefined;

  /** @param expected how many entries will be asked for, about */
  constructor(
    private readonly list: IndexedList<Entry, Kept, Fact>,
    private readonly expected: number,
    private readonly context: CallContext,
  ) {}

  /** What Flow has of these; nothing of those it does not have. */
  async factsOf(uids: readonly string[]): Promise<ReadonlyMap<string, Fact>> {
    const facts = new Map<string, Fact>();
    if (uids.length === 0) return facts;
    while (this.isWorthReading()) await this.readPage();
    const toAsk: string[] = [];
    for (const uid of uids) {
      const kept = this.kept.get(uid);
      const fact = kept === undefined ? (this.isWhole ? undefined : 'ask') : this.list.factOf(kept);
      if (fact === 'ask') toAsk.push(uid);
      else if (fact !== undefined) facts.set(uid, fact);
    }
    await severalAtOnce(toAsk, QUESTIONS_AT_ONCE, async (uid) => {
      const fact = await this.list.ask(uid, this.context);
      if (fact !== undefined) facts.set(uid, fact);
    });
    this.asked += toAsk.length;
    return facts;
  }

  /**
   * Something was taken out of the list, so that its pages may have moved. What is only partly read begins anew; what was
   * read to its end before stays what it is.
   */
  forgetPages(): void {
    if (this.isWhole) return;
    void this.pages?.return();
    this.pages = undefined;
    this.kept = new Map();
  }

  private isWorthReading(): boolean {
    if (this.isWhole) return false;
    if (this.pagesLeft === undefined) return this.pagesRead * QUESTIONS_PER_PAGE <= this.asked;
    return this.pagesLeft * QUESTIONS_PER_PAGE <= Math.max(this.expected, this.asked);
  }

  private async readPage(): Promise<void> {
    const pages = (this.pages ??= this.list.pages(this.context));
    const next = await pages.next();
    // Begun anew meanwhile.
    if (this.pages !== pages) return;
    if (next.done === true) {
      this.isWhole = true;
      return;
    }
    this.pagesRead += 1;
    const { entries, total } = next.value;
    for (const entry of entries) {
      const uid = this.list.uidOf(entry);
      this.kept.set(uid, this.list.keep(entry, this.kept.get(uid)));
    }
    if (total !== undefined) this.pagesLeft = Math.ceil((total - this.kept.size) / Math.max(entries.length, 1));
  }
}

/** A price list of Flow's, by product. */
export type FlowPriceIndex = ReturnType<typeof flowPriceIndex>;

/**
 * The prices of a list. Of a price of ours only its cents are kept: a chain has a million of them (69 bytes each, measured).
 * One that holds for some time only, and several of one product, are asked for when they matter. A list that Flow does not
 * have is empty.
 *
 * @param expected how many products will be asked about, at most
 */
export function flowPriceIndex(
  pricelistUid: string,
  { flow }: Tenant,
  context: CallContext,
  expected: number,
  at: Date,
): FlowIndex<FlowPrice, number | KnownPrice | 'ask', KnownPrice> {
  const list: IndexedList<FlowPrice, number | KnownPrice | 'ask', KnownPrice> = {
    async *pages(callContext) {
      if (!(await flow.stores.getPricelist(pricelistUid, callContext))) return;
      for await (const { prices, total } of flow.prices.list(pricelistUid, callContext))
        yield { entries: prices, ...(total !== undefined && { total }) };
    },
    uidOf: ({ productUid }) => productUid,
    keep: ({ productUid, priceUid, price, fromDate, toDate }, earlier) => {
      if (earlier !== undefined || fromDate !== undefined || toDate !== undefined || price < 0) return 'ask';
      if (priceUid === priceUidOf(productUid, pricelistUid)) return price;
      return { priceCents: price, isOurs: false, priceUid };
    },
    factOf: (kept) => (typeof kept === 'number' ? { priceCents: kept, isOurs: true } : kept),
    ask: async (productUid, callContext) => {
      const prices = await flow.prices.listOfProduct(pricelistUid, productUid, callContext);
      return knownPriceOf(prices, priceUidOf(productUid, pricelistUid), at);
    },
  };
  return new FlowIndex(list, expected, context);
}

/** What of a product in Flow prices are compared with, in cents: `purchasePrice` without VAT, the recommended price with it. */
export interface KnownProduct extends Pick<
  FlowProduct,
  'recommendedRetailPrice' | 'purchasePrice' | 'currencyPurchasePrice'
> {
  /** The SKU of Omnium's article that it is: `externalId`, else `sku`. */
  readonly articleSku: string;
}

/** Flow's products, by uid. @param expected as of {@link flowPriceIndex} */
export function flowProductIndex(
  { flow }: Tenant,
  context: CallContext,
  expected: number,
): FlowIndex<FlowProductHit, KnownProduct, KnownProduct> {
  const known = (product: FlowProductHit | FlowProduct): KnownProduct => {
    const { externalId, sku, recommendedRetailPrice, purchasePrice, currencyPurchasePrice } = product;
    return { articleSku: externalId ?? sku ?? '', recommendedRetailPrice, purchasePrice, currencyPurchasePrice };
  };
  const list: IndexedList<FlowProductHit, KnownProduct, KnownProduct> = {
    async *pages(callContext) {
      for await (const { products, total } of flow.products.list(callContext))
        yield { entries: products, ...(total !== undefined && { total }) };
    },
    uidOf: ({ productUid }) => productUid,
    keep: known,
    factOf: (kept) => kept,
    ask: async (productUid, callContext) => {
      const product = await flow.products.get(productUid, callContext);
      return product && known(product);
    },
  };
  return new FlowIndex(list, expected, context);
}
