import { type Chain } from '../../chain/types';
import { type SandboxClock } from '../../kit/clock';
import { type Price } from '../documents';
import { seededAt } from '../settings/seed-settings';
import { Collection } from '../state/collection';
import { listSource, type ScrollSource } from '../state/scrolls';
import { formatDateTime, type JsonObject } from '../wire/schema';
import {
  isCurrent,
  isDated,
  isForEverybody,
  keyOf,
  type MatchOptions,
  matchesSearch,
  type PriceSearch,
  startsOrEndsIn,
  type TimeWindow,
} from './price-rules';
import { pricesIn, type ProductBook } from './product-book';
import { SeedPrices } from './seed-prices';
import { buildRarities } from './seed-rarities';

/** One element of the bodies of `PUT /api/Prices/AddMany` and `DELETE /api/Prices`. */
export interface PriceUpdate extends JsonObject, MatchOptions {
  readonly productId?: string;
  readonly prices?: readonly Price[];
}

/** All prices of one code: a SKU, or the number of a product whose price names no SKU. */
export interface PriceRow extends JsonObject {
  readonly code: string;
  readonly prices: readonly Price[];
  readonly modified: string;
}

const fewCodes = 2000;

const codeOf = (price: Price, productId = ''): string => price.code ?? price.skuId ?? productId;

/**
 * All selling prices. What nobody has changed follows from the chain and is not kept, so a million of them cost nothing;
 * what was changed is found by code and by the time of its change.
 */
export class PriceBook {
  readonly #clock: SandboxClock;
  readonly #chain: Chain;
  readonly #products: ProductBook;
  readonly #rows: Collection<PriceRow>;
  readonly #seeds: SeedPrices;
  /** Codes with a price that starts or ends at a time of its own. */
  readonly #dated = new Set<string>();

  constructor(given: { clock: SandboxClock; chain: Chain; products: ProductBook; indexLagMs: number }) {
    this.#clock = given.clock;
    this.#chain = given.chain;
    this.#products = given.products;
    this.#rows = new Collection(given.clock, given.indexLagMs);
    this.#seeds = new SeedPrices(given.chain, given.clock.nowMs());
  }

  /** The row of a code, when it was ever changed; it may be kept, as a version never changes. */
  row(code: string, { asSearched }: { asSearched: boolean }): PriceRow | undefined {
    return asSearched ? this.#rows.indexed(code) : this.#rows.get(code);
  }

  /** All prices of a code, whatever their times. */
  of(code: string): readonly Price[] {
    return this.at(code, this.#rows.get(code));
  }

  /** The prices of a code at the time its row was looked up; without a row, those of the chain. */
  at(code: string, row: PriceRow | undefined): readonly Price[] {
    if (row !== undefined) {
      return row.prices;
    }
    const seeded = this.#products.seedOf(code);
    return seeded === undefined ? [] : this.#seeds.of(seeded);
  }

  /** What everybody pays now for one piece in a market without regard to stores; the market's own price wins. */
  general(code: string, marketId: string): Price | undefined {
    const nowText = formatDateTime(this.#clock.nowMs());
    const candidates = this.of(code).filter((price) => isForEverybody(price) && isCurrent(price, nowText));
    const inMarket = candidates.filter((price) => price.marketId === marketId);
    const [first, ...others] = inMarket.length > 0 ? inMarket : candidates.filter((price) => isAnywhere(price));
    return others.reduce(
      (best, price) => (best !== undefined && best.unitPrice <= price.unitPrice ? best : price),
      first,
    );
  }

  /** The hits of a search, made as they are taken. */
  search(search: PriceSearch, { leavesOutEnded = false } = {}): ScrollSource {
    const { productCodes = [], lastModified } = search;
    const found = productCodes.length > 0 ? this.#byCodes(productCodes) : this.#byTime(lastModified);
    const now = formatDateTime(this.#clock.nowMs());
    const isLeftOut = ({ validUntil }: Price): boolean =>
      leavesOutEnded && validUntil !== undefined && validUntil <= now;
    const hits = function* (book: PriceBook): Generator<Price> {
      for (const { code, row } of found) {
        yield* book.at(code, row).filter((price) => matchesSearch(price, search) && !isLeftOut(price));
      }
    };
    if (found.length <= fewCodes) {
      return listSource([...hits(this)]);
    }
    // Too many to hold: counted first, then made again as they are taken.
    let totalHits = 0;
    for (const _hit of hits(this)) {
      totalHits += 1;
    }
    return lazySource(hits(this), totalHits);
  }

  /** Numbers of the products with a price that starts (or ends) in the window, as searches see them. */
  productsWithin(window: TimeWindow): Set<string> {
    const found = new Set<string>();
    const codes = (window.from ?? '') <= seededAt && window.edge === 'validFrom' ? this.#allCodes() : this.#dated;
    for (const code of codes) {
      const productId = this.#products.productIdOf(code) ?? code;
      if (
        !found.has(productId) &&
        this.at(code, this.#rows.indexed(code)).some((each) => startsOrEndsIn(each, window))
      ) {
        found.add(productId);
      }
    }
    return found;
  }

  /** Adds or replaces prices; gives the codes that were written. */
  addMany(updates: readonly PriceUpdate[]): string[] {
    return this.#writeAll(updates, (existing, update, price) => {
      const key = keyOf(price, update);
      return [...existing.filter((each) => keyOf(each, update) !== key), price];
    });
  }

  /** Takes prices away; without a list all of the product. Gives the codes that were written. */
  removeMany(requests: readonly PriceUpdate[]): string[] {
    const listed = requests.filter(({ prices }) => prices !== undefined);
    const whole = requests.filter(({ prices }) => prices === undefined);
    const codes = whole.flatMap(({ productId = '' }) => this.#products.codesOf(productId));
    for (const code of codes) {
      this.replace(code, []);
    }
    const some = this.#writeAll(listed, (existing, request, price) => {
      const key = keyOf(price, request);
      return existing.filter((each) => keyOf(each, request) !== key);
    });
    return [...new Set([...codes, ...some])];
  }

  /** Sets all prices of a code. Those without a time of modification get now. */
  replace(code: string, prices: readonly Price[], modified = this.#now()): void {
    const productId = this.#products.productIdOf(code) ?? this.#products.get(code)?.productId;
    const kept = prices.map((price) => ({
      ...price,
      code,
      ...(productId === undefined ? {} : { productId }),
      validFrom: price.validFrom ?? seededAt,
      modified: price.modified ?? modified,
    }));
    this.#put({ code, prices: kept, modified });
  }

  /** Back to the chain, then what `saved` says. */
  load(saved: { rows: readonly PriceRow[]; filledAtMs: number } = { rows: [], filledAtMs: this.#clock.nowMs() }): void {
    this.#seeds.filledAtMs = saved.filledAtMs;
    const replaced = new Set(saved.rows.map(({ code }) => code));
    const rare = buildRarities(this.#chain)
      .flatMap(pricesIn)
      .filter(({ code }) => !replaced.has(code))
      .map(({ code, prices }) => ({ code, prices, modified: seededAt }));
    this.#rows.load([...rare, ...saved.rows].map((row) => [row.code, row]));
    this.#dated.clear();
    for (const { code, prices } of this.#rows.values()) {
      this.#learnDates(code, prices);
    }
    for (const sku of this.#chain.variety ? this.#products.skus() : []) {
      if (this.#seeds.isDated(sku)) {
        this.#dated.add(sku);
      }
    }
  }

  capture(): { rows: PriceRow[]; filledAtMs: number } {
    const rows = [...this.#rows.values()].filter(({ modified }) => modified !== seededAt);
    return { rows, filledAtMs: this.#seeds.filledAtMs };
  }

  #writeAll(
    updates: readonly PriceUpdate[],
    change: (existing: readonly Price[], update: PriceUpdate, price: Price) => readonly Price[],
  ): string[] {
    const modified = this.#now();
    const codes = new Set<string>();
    for (const update of updates) {
      for (const price of update.prices ?? []) {
        const code = codeOf(price, update.productId);
        const stamped = { ...price, code, validFrom: price.validFrom ?? seededAt, modified };
        this.replace(code, change(this.of(code), update, stamped), modified);
        codes.add(code);
      }
    }
    return [...codes];
  }

  #put(row: PriceRow): void {
    this.#rows.put(row.code, row);
    this.#learnDates(row.code, row.prices);
  }

  #learnDates(code: string, prices: readonly Price[]): void {
    if (prices.some(isDated)) {
      this.#dated.add(code);
    }
  }

  #byCodes(productCodes: readonly string[]): Found[] {
    const codes = new Set(productCodes.flatMap((code) => this.#products.codesOf(code)));
    return [...codes].map((code) => ({ code, row: this.#rows.indexed(code) }));
  }

  /** Only prices that were written are newer than the chain. */
  #byTime(lastModified: string | undefined): Found[] {
    if (lastModified !== undefined && lastModified >= seededAt) {
      return [...this.#rows.visible(Date.parse(lastModified))].map((row) => ({ code: row.code, row }));
    }
    return [...this.#allCodes()].map((code) => ({ code, row: this.#rows.indexed(code) }));
  }

  #allCodes(): Set<string> {
    const codes = new Set(this.#products.skus());
    for (const { code } of this.#rows.visible()) {
      codes.add(code);
    }
    return codes;
  }

  #now(): string {
    return formatDateTime(this.#clock.nowMs());
  }
}

interface Found {
  readonly code: string;
  readonly row: PriceRow | undefined;
}

const isAnywhere = ({ marketId, marketGroupId }: Price): boolean =>
  marketId === undefined && marketGroupId === undefined;

const lazySource = (items: Iterator<Price>, totalHits: number): ScrollSource => ({
  totalHits,
  take: (size) => {
    const taken: Price[] = [];
    while (taken.length < size) {
      const next = items.next();
      if (next.done === true) {
        break;
      }
      taken.push(next.value);
    }
    return taken;
  },
});
