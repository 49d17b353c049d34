import { z } from 'zod';

import type { CallContext } from '../http';
import { optionalFlag, optionalText, requiredText } from '../wire';
import { CATEGORIES_FIRST_PAGE, CATEGORIES_PAGE_SIZE } from './assumed';
import { OmniumResource } from './connection';

/** What a category is called that names no id: nothing that a Flow uid is made of. Which one it is cannot be said. */
export const NAMELESS_CATEGORY = '—';

/** A category in one language (ProductCategory). */
const omniumCategorySchema = z.object({
  /** `{categoryId}_{language}`. */
  id: optionalText.catch(undefined),
  categoryId: requiredText.catch(NAMELESS_CATEGORY),
  /** Another category's `categoryId`, or a root that need not be a category. */
  parentId: optionalText.catch(undefined),
  name: optionalText.catch(undefined),
  language: optionalText.catch(undefined),
  isHidden: optionalFlag.catch(undefined),
});

export type OmniumCategory = z.infer<typeof omniumCategorySchema>;

/** Omnium gives 20,000 categories in all (omnium-api.md §2). */
const PAGING = { first: CATEGORIES_FIRST_PAGE, size: CATEGORIES_PAGE_SIZE, most: 20_000 / CATEGORIES_PAGE_SIZE };

/** Categories of Omnium (omnium-api.md §9.3; https://docs.omnium.no/docs/Product/product-categories/api-reference). */
export class OmniumCategories extends OmniumResource {
  /**
   * All categories, in all languages, each document once. `GET /api/ProductCategories` (omnium-api.md §9.3).
   *
   * @throws VendorResponseInvalidError also when there are more than can be paged through: never a part of the tree
   */
  async list(context?: CallContext): Promise<OmniumCategory[]> {
    const all = await this.omnium.allPages(
      (page) => ({
        operation: 'GET categories',
        path: '/ProductCategories',
        query: { page, pageSize: CATEGORIES_PAGE_SIZE },
      }),
      omniumCategorySchema,
      PAGING,
      context,
    );
    const byDocument = all.map(
      (category) => [JSON.stringify([category.categoryId, category.language]), category] as const,
    );
    return [...new Map(byDocument).values()];
  }
}
