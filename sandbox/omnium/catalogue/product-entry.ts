import { type Chain, type ChainProduct } from '../../chain/types';
import { type Product } from '../documents';
import { type ContentLanguage } from './seed-details';
import { languagesOf, seedDocument } from './seed-products';

/** What searches ask of a product, without its document being made. */
export interface ProductFacts {
  readonly marketIds: readonly string[];
  readonly marketGroupIds: readonly string[];
  readonly isActive: boolean;
  readonly status: string;
  readonly isPackage: boolean;
  readonly isBundle: boolean;
  readonly isVirtual: boolean;
  readonly categoryIds: readonly string[];
  readonly supplierId: string | undefined;
  /** Sold under its own number: it has no variants. */
  readonly isSku: boolean;
}

/**
 * One version of a product in all its languages; never changed. Prices are kept apart. The chain's products have no
 * document until somebody asks for one, so a hundred thousand of them cost little.
 */
export interface ProductEntry {
  readonly productId: string;
  readonly modified: string;
  readonly languages: readonly string[];
  readonly skus: readonly string[];
  readonly facts: ProductFacts;
  /** In a language it exists in; the default is its first. */
  document(language?: string): Product;
}

/** A product of the chain as it was built, but for the time it was modified. */
export class SeedEntry implements ProductEntry {
  readonly modified: string;
  readonly seed: ChainProduct;
  readonly #chain: Chain;
  #facts: ProductFacts | undefined;

  constructor(chain: Chain, seed: ChainProduct, modified: string) {
    this.#chain = chain;
    this.seed = seed;
    this.modified = modified;
  }

  get productId(): string {
    return this.seed.productId;
  }

  get languages(): readonly string[] {
    return languagesOf(this.#chain);
  }

  get skus(): readonly string[] {
    return this.seed.skus.map(({ sku }) => sku);
  }

  get facts(): ProductFacts {
    return (this.#facts ??= this.#makeFacts());
  }

  document(language?: string): Product {
    const found: ContentLanguage = languagesOf(this.#chain).find((each) => each === language) ?? 'no';
    return seedDocument(this.seed, this.#chain, { language: found, modified: this.modified });
  }

  touched(modified: string): SeedEntry {
    return new SeedEntry(this.#chain, this.seed, modified);
  }

  #makeFacts(): ProductFacts {
    const { kind, categoryId, supplierId } = this.seed;
    return {
      // In every market, as a product that names none.
      marketIds: [],
      marketGroupIds: [],
      isActive: true,
      status: 'Published',
      isPackage: kind === 'package',
      isBundle: false,
      isVirtual: kind === 'service',
      categoryIds: [categoryId],
      supplierId,
      isSku: kind !== 'style',
    };
  }
}

/** Members that have a value of their own in each language. */
const textMembers = [
  ...['name', 'alternativeProductName', 'description', 'shortDescription', 'specification', 'mainCategoryName'],
  ...['seoInfo', 'properties'],
];

/** The part of a document that belongs to its language. */
export const textsOf = (document: Partial<Product>): Partial<Product> =>
  Object.fromEntries(Object.entries(document).filter(([name]) => textMembers.includes(name)));

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];

const categoryIdsOf = (product: Product): string[] => {
  const categories: unknown = product['categories'];
  const listed = Array.isArray(categories)
    ? categories.flatMap((each: unknown) =>
        typeof each === 'object' && each !== null && 'categoryId' in each ? texts([each.categoryId]) : [],
      )
    : [];
  return [...new Set([...texts([product['mainCategoryId']]), ...listed])];
};

/** What was written: a document in its first language, and the texts of the others. */
export interface WrittenProduct {
  readonly document: Product;
  readonly translations: Readonly<Record<string, Partial<Product>>>;
}

/** A product that somebody has written. */
export class WrittenEntry implements ProductEntry {
  readonly written: WrittenProduct;
  readonly facts: ProductFacts;
  readonly skus: readonly string[];

  constructor(written: WrittenProduct) {
    this.written = written;
    const { document } = written;
    this.skus = [document, ...(document.variants ?? [])].flatMap(({ skuId }) => skuId ?? []);
    this.facts = {
      marketIds: texts(document['marketIds']),
      marketGroupIds: texts(document['marketGroupIds']),
      isActive: document['isActive'] !== false,
      status: typeof document['status'] === 'string' ? document['status'] : '',
      isPackage: document['isPackage'] === true,
      isBundle: document['isBundle'] === true,
      isVirtual: document['isVirtual'] === true,
      categoryIds: categoryIdsOf(document),
      supplierId: texts([document['supplierId']])[0],
      isSku: document.variants === undefined || document.variants.length === 0,
    };
  }

  get productId(): string {
    return this.written.document.productId;
  }

  get modified(): string {
    return this.written.document.modified ?? '';
  }

  get languages(): readonly string[] {
    return [this.#first, ...Object.keys(this.written.translations)];
  }

  document(language?: string): Product {
    const { document, translations } = this.written;
    const own = language === undefined || language === this.#first ? undefined : translations[language];
    return own === undefined || language === undefined
      ? document
      : { ...document, ...own, id: `${document.productId}_${language}`, language };
  }

  touched(modified: string): WrittenEntry {
    const { document, translations } = this.written;
    return new WrittenEntry({ document: { ...document, modified }, translations });
  }

  get #first(): string {
    const language: unknown = this.written.document['language'];
    return typeof language === 'string' ? language : 'no';
  }
}

/** A version that can be put in place of another. */
export type StoredEntry = SeedEntry | WrittenEntry;

/** What a write starts from: the entry's document and translations. */
export const writtenOf = (entry: StoredEntry): WrittenProduct => {
  if (entry instanceof WrittenEntry) {
    return entry.written;
  }
  const [first = 'no', ...others] = entry.languages;
  const translations = others.map((language) => [language, textsOf(entry.document(language))] as const);
  return { document: entry.document(first), translations: Object.fromEntries(translations) };
};
