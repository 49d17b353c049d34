import { VendorHttpError } from '../../clients/errors';
import type { FlowPrice } from '../../clients/flow/prices';
import type { FlowProduct, FlowProductHit, FlowProductUpdate } from '../../clients/flow/products';
import type { CallContext } from '../../clients/http';
import { compact } from '../../domain/compact';
import type { PendingWrite } from '../delta/stream';
import { severalAtOnce } from '../shared/concurrency';
import { createOrGet } from '../shared/create-or-get';
import type { FieldDifference } from '../shared/field-difference';
import type { SyncContext } from '../shared/sync-context';
import { knownPriceOf, priceUidOf, type KnownPrice, type PriceVerdict } from './mapping/list-price';

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
    while (!this.isWhole) {
      const isWorthReading =
        this.pagesLeft === undefined
          ? this.pagesRead * QUESTIONS_PER_PAGE <= this.asked
          : this.pagesLeft * QUESTIONS_PER_PAGE <= Math.max(this.expected, this.asked);
      if (!isWorthReading) break;
      const pages = (this.pages ??= this.list.pages(this.context));
      const next = await pages.next();
      // Begun anew meanwhile.
      if (this.pages !== pages) continue;
      if (next.done === true) {
        this.isWhole = true;
        break;
      }
      this.pagesRead += 1;
      const { entries, total } = next.value;
      for (const entry of entries) {
        const uid = this.list.uidOf(entry);
        this.kept.set(uid, this.list.keep(entry, this.kept.get(uid)));
      }
      if (total !== undefined) this.pagesLeft = Math.ceil((total - this.kept.size) / Math.max(entries.length, 1));
    }
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
}

/**
 * The prices of a list. Of a price of ours only its cents are kept: a chain has a million of them (69 bytes each, measured).
 * One that holds for some time only, and several of one product, are asked for when they matter. A list that Flow does not
 * have is empty.
 *
 * @param expected how many products will be asked about, at most
 */
export function flowPriceIndex(
  context: SyncContext,
  pricelistUid: string,
  expected: number,
  at: Date,
): FlowIndex<FlowPrice, number | KnownPrice | 'ask', KnownPrice> {
  const { flow } = context.tenant;
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
  context: SyncContext,
  expected: number,
): FlowIndex<FlowProductHit, KnownProduct, KnownProduct> {
  const { flow } = context.tenant;
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

/** A price list that is written to. */
export interface WrittenList {
  readonly pricelistUid: string;
  /** Omnium's id of the store whose list it is. */
  readonly storeId?: string | undefined;
  readonly index: Pick<ReturnType<typeof flowPriceIndex>, 'factsOf' | 'forgetPages'>;
  /** Set once the list has been made in this batch, of a stream that makes its lists. */
  isMade?: Promise<unknown> | undefined;
}

/** A change of a product: `field` is how it is called, `from` is absent where Flow has none. */
export interface ProductChange {
  readonly update: FlowProductUpdate;
  readonly field: string;
  readonly from?: string | undefined;
  readonly to: string;
}

/** A price in Flow that is not right, on the product itself or on a list. */
export type PriceWrite = PendingWrite & { readonly sku: string; readonly productUid: string } & (
    | ProductChange
    | {
        readonly verdict: Exclude<PriceVerdict, { readonly do: 'nothing' }>;
        readonly known: KnownPrice | undefined;
        readonly list: WrittenList;
        /** Of a removal: Omnium lists no price, which is not the same as one that has ended. */
        readonly isAbsent?: boolean;
      }
  );

/** What a write would change, for people. */
export function describePriceWrite(write: PriceWrite): {
  readonly change: string;
  readonly fields: readonly FieldDifference[];
} {
  const of = write.sku;
  if ('update' in write) {
    const { field, from, to } = write;
    return { change: `${field} ${from ?? 'none'} → ${to}`, fields: [compact({ of, field, from, to })] };
  }
  const { known, verdict, list } = write;
  const from = known && inUnits(known.priceCents);
  const to = verdict.do === 'write' ? inUnits(verdict.priceCents) : undefined;
  const fields = [compact({ of, field: `price ${list.pricelistUid}`, from, to })];
  return { change: `${from ?? 'no price'} → ${to ?? 'no price'}`, fields };
}

/** A price that Omnium lists no more; one that has ended is a change like any other. */
export function isPriceRemoval(write: PriceWrite): boolean {
  return 'verdict' in write && write.verdict.do === 'remove' && write.isAbsent === true;
}

/** Sets a price, whatever it was: repeat-safe. */
export async function applyPriceWrite(context: SyncContext, write: PriceWrite): Promise<void> {
  const { prices, products } = context.tenant.flow;
  const { productUid } = write;
  if ('update' in write) return await products.update(productUid, write.update, context);
  const { verdict, known, list } = write;
  const { pricelistUid } = list;
  const ownUid = priceUidOf(productUid, pricelistUid);
  const knownUid = known && (known.priceUid ?? ownUid);
  if (verdict.do === 'remove') {
    if (knownUid === undefined) return;
    await prices.delete(pricelistUid, knownUid, context);
    list.index.forgetPages();
    return;
  }
  const price = verdict.priceCents;
  const always = known?.isLimited === true ? { fromDate: null, toDate: null } : {};
  /** Undefined when it is not there any more. */
  const update = async (priceUid: string): Promise<true | undefined> => {
    try {
      await prices.update(pricelistUid, priceUid, { price, ...always }, context);
      return true;
    } catch (error) {
      if (error instanceof VendorHttpError && error.status === 404) return undefined;
      throw error;
    }
  };
  if (knownUid !== undefined && (await update(knownUid))) return;
  await createOrGet(
    async () => {
      await prices.create(pricelistUid, { priceUid: ownUid, productUid, price }, context);
      return true;
    },
    // It was made since it was looked for: then it is changed instead.
    () => update(ownUid),
  );
}

/** Cents as people write them: 19950 → `199.5`. */
export function inUnits(cents: number): string {
  return String(cents / 100);
}
