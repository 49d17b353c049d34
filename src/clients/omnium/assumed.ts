import { z } from 'zod';

import { sanitizeFields, type RejectedField } from '../errors';
import type { RequestBudget } from '../request-gate';
import { listOf, optionalDecimal, optionalText } from '../wire';

/**
 * What Omnium's documents do not say, or say in two ways, about more than one call, and this client had to decide. What is
 * assumed about one call is marked there. Listed in docs/assumptions.md.
 */

/**
 * The token call is form A: parameters in the query, `returnAsJson=true`, empty body. Bad credentials are taken to be
 * answered with 400, 401 or 403 (omnium-api.md §1: status not documented).
 */
export const OMNIUM_TOKEN_PATH = '/api/Token';

/** Used only when an answer has neither `expiresIn` nor a JWT `exp`: shorter than both documented lifetimes (10 days, 16 h). */
export const TOKEN_LIFETIME_FALLBACK_MS = 60 * 60_000;

/** Categories are paged from 1, a thousand at a time at most (omnium-api.md §2, §9.3). */
export const CATEGORIES_FIRST_PAGE = 1;
export const CATEGORIES_PAGE_SIZE = 1_000;

/**
 * Fields of a product that only names what to read. That a field of the variants is asked for with a point is assumed; where
 * Omnium then leaves the variants out, their product's document is read.
 */
export const PRODUCT_REF_FIELDS = ['productId', 'skuId', 'modified', 'status', 'isActive', 'variants.skuId'] as const;

/** Prices of one batch: a hundred SKUs with a hundred prices each come at once; documented up to 20,000 (omnium-api.md §2). */
export const PRICE_SCROLL_SIZE = 10_000;

/** `code` is taken to be the SKU of a price, as it is on order lines; `skuId` is its older name (omnium-api.md §9.2). */
export const priceSkuMembers = { code: optionalText, skuId: optionalText, productId: optionalText };

/** What can be chosen for one part of a package: members not documented (ComponentOption), taken to be a component's. */
export const componentOptionSchema = listOf(
  z.object({
    componentId: optionalText,
    componentName: optionalText,
    skuId: optionalText,
    productId: optionalText,
    quantity: optionalDecimal,
  }),
).catch([]);

/** An invoice's file is taken to be sent as its bare bytes, without a form around them (omnium-api.md §8, §14). */
export const FILE_UPLOAD_TYPE = 'application/octet-stream';

/** Oldest change first, so that what changes while we page comes at the end and moves nothing (omnium-api.md §3.3). */
export const OLDEST_CHANGE_FIRST = 'ModifiedAscending';

/** Deliveries have no filter by time; that they can be sorted like this is assumed (omnium-api.md §7.2). */
export const NEWEST_CHANGE_FIRST = 'ModifiedDescending';

/** Transactions are paged from 1, unlike other searches (omnium-api.md §2). That 100 are given at a time is assumed. */
export const TRANSACTIONS_FIRST_PAGE = 1;
export const TRANSACTIONS_PAGE_SIZE = 100;

/**
 * A transaction has no member `skuId` in the API's schema, although it is searched by one; `variant` is taken to be the SKU
 * (omnium-api.md §6.2).
 */
export const transactionSkuMembers = { skuId: optionalText, variant: optionalText, productId: optionalText };

/** Orders of one batch of a scroll, several megabytes at Omnium's thousand; a batch of orders with many lines is more. */
export const MAX_SCROLL_BATCH_BYTES = 256 * 1024 * 1024;

/**
 * External ids are `{providerName, id}` in the API's schema and `{source, value}` on the customer page (omnium-api.md §12):
 * both are read, the schema's names win.
 */
export const externalIdSchema = z
  .object({ providerName: optionalText, id: optionalText, source: optionalText, value: optionalText })
  .transform((given) => ({ providerName: given.providerName ?? given.source, id: given.id ?? given.value }));

/** A 429 without `Retry-After` is taken to mean the sample's 2 seconds (omnium-api.md §10). */
export const RETRY_AFTER_FALLBACK_MS = 2_000;

/** Default limits per API user (omnium-api.md §10), each call taken to cost one token. Dedicated tenants may differ. */
export const OMNIUM_RATE_BUDGET: RequestBudget = { capacity: 12_000, refillPerSecond: 100 };

/** An RFC 7807 problem, as far as it names fields. */
export const problemSchema = z.object({ errors: z.record(z.string(), z.unknown()) });

/**
 * Error bodies are taken to be RFC 7807 problems with `errors: {field: [message]}`; plain text, a JSON string and an empty
 * body name no fields (omnium-api.md §10).
 */
export function readErrorFields(body: unknown): RejectedField[] {
  const problem = problemSchema.safeParse(body);
  return problem.success ? sanitizeFields(Object.keys(problem.data.errors).map((field) => ({ field }))) : [];
}
