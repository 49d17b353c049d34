import { z } from 'zod';

import { VendorResponseInvalidError } from '../errors';
import type { CallContext } from '../http';
import { optionalDecimal, optionalFlag, optionalText, requiredText } from '../wire';
import { CATEGORIES_FIRST_PAGE, CATEGORIES_PAGE_SIZE, CATEGORIES_PATH } from './assumed';
import type { OmniumConnection } from './connection';
import { omniumBatchSchema } from './pages';

/** A category in one language (ProductCategory). */
export const omniumCategorySchema = z.object({
  /** `{categoryId}_{language}`. */
  id: optionalText,
  categoryId: requiredText,
  /** Another category's `categoryId`, or a root that need not be a category. */
  parentId: optionalText,
  name: optionalText,
  language: optionalText,
  isHidden: optionalFlag,
  isMainCategory: optionalFlag,
  sortIndex: optionalDecimal,
});

export type OmniumCategory = z.infer<typeof omniumCategorySchema>;

/** Omnium gives 20,000 categories in all (omnium-api.md §2). */
const MAX_PAGES = 20_000 / CATEGORIES_PAGE_SIZE;

const categoryBatchSchema = omniumBatchSchema(omniumCategorySchema);

/** Categories of Omnium (omnium-api.md §9.3; https://docs.omnium.no/docs/Product/product-categories/api-reference). */
export class OmniumCategories {
  constructor(private readonly omnium: OmniumConnection) {}

  /**
   * All categories, in all languages, each document once. `GET /api/ProductCategories` (omnium-api.md §9.3).
   *
   * @throws VendorResponseInvalidError also when there are more than can be paged through: never a part of the tree
   */
  async list(context?: CallContext): Promise<OmniumCategory[]> {
    const all = new Map<string, OmniumCategory>();
    const operation = 'GET categories';
    let read = 0;
    for (let count = 0; count < MAX_PAGES; count += 1) {
      const query = { page: CATEGORIES_FIRST_PAGE + count, pageSize: CATEGORIES_PAGE_SIZE };
      const request = { operation, method: 'GET', path: CATEGORIES_PATH, query } as const;
      const { result, totalHits } = await this.omnium.read(request, categoryBatchSchema, context);
      for (const category of result) all.set(JSON.stringify([category.categoryId, category.language]), category);
      read += result.length;
      const isLast = totalHits === undefined ? result.length < CATEGORIES_PAGE_SIZE : read >= totalHits;
      if (isLast || result.length === 0) return [...all.values()];
    }
    throw new VendorResponseInvalidError({ vendor: 'omnium', operation, isWrite: false }, [
      { path: 'totalHits', kind: 'incomplete' },
    ]);
  }
}
