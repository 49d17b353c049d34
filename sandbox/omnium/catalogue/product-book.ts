import { type Chain, type ChainProduct, type ChainSku } from '../../chain/types';
import { type SandboxClock } from '../../kit/clock';
import { type Price, type Product } from '../documents';
import { seededAt } from '../settings/seed-settings';
import { Collection } from '../state/collection';
import { formatDateTime } from '../wire/schema';
import { SeedEntry, type StoredEntry, textsOf, WrittenEntry, writtenOf, type WrittenProduct } from './product-entry';
import { buildRarities, rareTexts } from './seed-rarities';

/** An article of the chain. */
export interface SeededSku {
  readonly product: ChainProduct;
  readonly sku: ChainSku;
}

const withoutPrices = (document: Product): Product => {
  const { prices: _prices, ...rest } = document;
  return rest;
};

/** A document without its own prices and those of its variants. */
const bare = (document: Product): Product =>
  withoutPrices({
    ...document,
    ...(document.variants === undefined ? {} : { variants: document.variants.map(withoutPrices) }),
  });

/** Every price a document brings, with the code it belongs to: its SKU, or the product's number when it has none. */
export const pricesIn = (document: Partial<Product>): { code: string; prices: readonly Price[] }[] =>
  [document, ...(document.variants ?? [])].flatMap(({ productId = '', skuId, prices }) =>
    prices === undefined ? [] : [{ code: skuId ?? productId, prices }],
  );

/** Products by number and by SKU, with a search index that follows a little later. Prices are not kept here. */
export class ProductBook {
  readonly #clock: SandboxClock;
  readonly #chain: Chain;
  readonly #entries: Collection<StoredEntry>;
  readonly #bySku = new Map<string, string>();
  readonly #seeds: ReadonlyMap<string, ChainProduct>;

  constructor(given: { clock: SandboxClock; chain: Chain; indexLagMs: number }) {
    this.#clock = given.clock;
    this.#chain = given.chain;
    this.#entries = new Collection(given.clock, given.indexLagMs);
    this.#seeds = new Map(given.chain.products.map((product) => [product.productId, product]));
  }

  get size(): number {
    return this.#entries.size;
  }

  get(productId: string): StoredEntry | undefined {
    return this.#entries.get(productId);
  }

  /** As searches see it. */
  indexed(productId: string): StoredEntry | undefined {
    return this.#entries.indexed(productId);
  }

  /** The number of the product behind a SKU; letters' case matters. */
  productIdOf(sku: string): string | undefined {
    return this.#bySku.get(sku);
  }

  /** A product by its number or by one of its SKUs. */
  find(productIdOrSku: string): StoredEntry | undefined {
    return this.get(productIdOrSku) ?? this.get(this.#bySku.get(productIdOrSku) ?? '');
  }

  skus(): IterableIterator<string> {
    return this.#bySku.keys();
  }

  productIds(): Iterable<string> {
    return this.#ids();
  }

  /** The codes a product code stands for: itself, and for a product's number those of its variants. */
  codesOf(code: string): readonly string[] {
    const skus = this.get(code)?.skus ?? [];
    return skus.length === 0 || (skus.length === 1 && skus[0] === code) ? [code] : [...new Set([code, ...skus])];
  }

  /** Versions in the order they were modified, from a time on (included), as searches see them. */
  visible(modifiedFromMs?: number): Iterable<StoredEntry> {
    return this.#entries.visible(modifiedFromMs);
  }

  /** What the chain says of a SKU whose product is not deleted. */
  seedOf(sku: string): SeededSku | undefined {
    const product = this.#seeds.get(this.#bySku.get(sku) ?? '');
    const found = product?.skus.find((each) => each.sku === sku);
    return product === undefined || found === undefined ? undefined : { product, sku: found };
  }

  /**
   * Puts a document in place. One in a further language of a product that exists brings that language's texts; what is not
   * a text holds for all languages.
   */
  put(input: Product): StoredEntry {
    const entry = new WrittenEntry(this.#merged(bare(input)));
    this.#store(entry);
    return entry;
  }

  /** A new time of modification, and nothing else. Unknown numbers are passed over. */
  touch(productIds: Iterable<string>, modified = formatDateTime(this.#clock.nowMs())): number {
    let touched = 0;
    for (const productId of productIds) {
      const entry = this.get(productId);
      if (entry !== undefined) {
        this.#entries.put(productId, entry.touched(modified));
        touched += 1;
      }
    }
    return touched;
  }

  remove(productId: string): boolean {
    for (const sku of this.get(productId)?.skus ?? []) {
      if (this.#bySku.get(sku) === productId) {
        this.#bySku.delete(sku);
      }
    }
    return this.#entries.remove(productId);
  }

  /** Back to the chain, but for what `saved` says. Versions must come in the order they were modified. */
  load(saved: { written: readonly WrittenProduct[]; removed: readonly string[] } = { written: [], removed: [] }): void {
    const replaced = new Set([...saved.removed, ...saved.written.map(({ document }) => document.productId)]);
    const entries: StoredEntry[] = [
      ...this.#chain.products.map((product) => new SeedEntry(this.#chain, product, seededAt)),
      ...buildRarities(this.#chain).map(
        (each) => new WrittenEntry({ document: bare(each), translations: rareTexts(each) }),
      ),
    ].filter(({ productId }) => !replaced.has(productId));
    entries.push(...saved.written.map((written) => new WrittenEntry(written)));
    this.#entries.load(entries.map((entry) => [entry.productId, entry]));
    this.#bySku.clear();
    for (const { productId, skus } of entries) {
      for (const sku of skus) {
        this.#bySku.set(sku, productId);
      }
    }
  }

  /** What differs from the chain. */
  capture(): { written: WrittenProduct[]; removed: string[] } {
    const changed = [...this.#entries.values()].filter(({ modified }) => modified !== seededAt);
    const seeded = [...this.#chain.products, ...buildRarities(this.#chain)];
    return {
      written: changed.map(writtenOf),
      removed: seeded.map(({ productId }) => productId).filter((productId) => this.get(productId) === undefined),
    };
  }

  *#ids(): Generator<string> {
    for (const { productId } of this.#entries.values()) {
      yield productId;
    }
  }

  #merged(document: Product): WrittenProduct {
    const before = this.get(document.productId);
    const language: unknown = document['language'];
    if (before === undefined) {
      return { document, translations: {} };
    }
    const { document: first, translations } = writtenOf(before);
    const [firstLanguage = 'no'] = before.languages;
    if (typeof language !== 'string' || language === firstLanguage) {
      return { document: { ...document, language: firstLanguage }, translations };
    }
    const { variants = first.variants } = document;
    const kept = { id: first.id, language: firstLanguage, ...(variants === undefined ? {} : { variants }) };
    const shared = { ...document, ...textsOf(first), ...kept };
    return { document: shared, translations: { ...translations, [language]: textsOf(document) } };
  }

  #store(entry: StoredEntry): void {
    const gone = (this.get(entry.productId)?.skus ?? []).filter((sku) => !entry.skus.includes(sku));
    for (const sku of gone) {
      if (this.#bySku.get(sku) === entry.productId) {
        this.#bySku.delete(sku);
      }
    }
    this.#entries.put(entry.productId, entry);
    for (const sku of entry.skus) {
      this.#bySku.set(sku, entry.productId);
    }
  }
}
