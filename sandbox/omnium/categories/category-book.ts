import { type Chain } from '../../chain/types';
import { type SandboxClock } from '../../kit/clock';
import { type Document } from '../documents';
import { invalidFields, type FieldIssue } from '../problem';
import { Collection } from '../state/collection';
import { formatDateTime, type JsonObject } from '../wire/schema';
import { buildCategoryDocuments, type Category } from './seed-categories';

/** A category as a request brings it. */
export type CategoryInput = Document & {
  readonly categoryId?: string;
  readonly language?: string;
  readonly name?: string;
  readonly parentId?: string;
  readonly sortIndex?: number;
};

/** A category with what lies below it. */
export interface CategoryNode extends JsonObject {
  readonly productCategory: Category;
  readonly subCategories: CategoryNode[];
  readonly productCount: number;
}

const defaultLanguage = 'no';

/** Categories, a document per language. Products have copies of their own: a change here does not reach them. */
export class CategoryBook {
  readonly #clock: SandboxClock;
  readonly #chain: Chain;
  readonly #documents: Collection<Category>;

  constructor(given: { clock: SandboxClock; chain: Chain; indexLagMs: number }) {
    this.#clock = given.clock;
    this.#chain = given.chain;
    this.#documents = new Collection(given.clock, given.indexLagMs);
  }

  /** All documents in the order of their ids, which is the order of pages. */
  all(): Category[] {
    return [...this.#documents.values()].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  }

  /** By `123_no`, or by `123` and a language. */
  find(idOrCategoryId: string, language = defaultLanguage): Category | undefined {
    return this.#documents.get(idOrCategoryId) ?? this.#documents.get(`${idOrCategoryId}_${language}`);
  }

  /** All documents of a category. */
  versions(categoryId: string): Category[] {
    return this.all().filter((each) => each.categoryId === categoryId);
  }

  subCategories(parentId: string, language: string | undefined): Category[] {
    return bySortIndex(
      this.all().filter((each) => each.parentId === parentId && (language === undefined || each.language === language)),
    );
  }

  /**
   * From the roots down, in one language. What hangs under an unknown parent, or in a ring, is not in the tree
   * (contract §9.3: such categories are without a link).
   */
  tree(countProducts: (categoryId: string) => number, language = defaultLanguage): CategoryNode[] {
    const own = this.all().filter((each) => each.language === language);
    const below = (parentId: string | undefined): CategoryNode[] =>
      bySortIndex(own.filter((each) => each.parentId === parentId)).map((productCategory) => ({
        productCategory,
        productCount: countProducts(productCategory.categoryId),
        subCategories: below(productCategory.categoryId),
      }));
    return below(undefined);
  }

  /** @throws OmniumProblem 400 for a missing number or name; then nothing is changed. */
  putAll(inputs: readonly CategoryInput[]): Category[] {
    const issues = inputs.flatMap((input, index): FieldIssue[] =>
      (['categoryId', 'name'] as const).flatMap((name) =>
        (input[name] ?? '') === '' ? [{ field: `[${index}].${name}`, message: 'is required' }] : [],
      ),
    );
    if (issues.length > 0) {
      throw invalidFields(issues);
    }
    return inputs.map((input) => this.#put(input));
  }

  remove(id: string): boolean {
    return this.#documents.remove(id);
  }

  load(categories: readonly Category[] = buildCategoryDocuments(this.#chain)): void {
    this.#documents.load(categories.map((category) => [category.id, category]));
  }

  #put(input: CategoryInput): Category {
    const { categoryId = '', name = '', language = defaultLanguage, sortIndex = 0 } = input;
    const id = `${categoryId}_${language}`;
    const now = formatDateTime(this.#clock.nowMs());
    const before = this.#documents.get(id);
    const times = { created: before?.created ?? now, modified: now };
    const category: Category = { isHidden: false, ...input, id, categoryId, name, language, sortIndex, ...times };
    this.#documents.put(id, category);
    return category;
  }
}

const bySortIndex = (categories: Category[]): Category[] => categories.sort((a, b) => a.sortIndex - b.sortIndex);
