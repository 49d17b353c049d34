import { z } from 'zod';

import { sanitizeFields, type RejectedField } from '../errors';
import { optionalFlag, optionalText, requiredInteger, requiredText } from '../wire';

/**
 * What Flow's stored documents do not say about more than one call, and this client had to decide: the paging base, names of
 * query members, the error body. What is assumed about one call is marked there. Listed in docs/assumptions.md.
 */

/** Query members by which lists are filtered. */
export const FLOW_FILTERS = {
  orderByExternalNumber: 'orderExternalOrderNumber',
  orderByCustomer: 'orderCustomerUid',
  customerByExternalId: 'customerExternalId',
  purchaseOrderByExternalId: 'purchaseOrderExternalId',
  receivementByPurchaseOrder: 'purchaseOrderUid',
  receivementByProduct: 'productUid',
  priceByProduct: 'productUid',
} as const;

/** Default and maximum page size are not documented: 100 is taken to be accepted. A smaller answer does no harm. */
export const FLOW_PAGE_SIZE = 100;

/**
 * A page of a list. Whether pages count from 0 or 1 is not documented, so the first request names no page and the
 * answer's `pageNumber` is the base. A bare array, or a list without `paging`, is taken to be whole.
 */
export const flowPagingSchema = z.object({
  pageNumber: z.coerce.number().int().optional(),
  totalCount: z.coerce.number().int().optional(),
});
/** Page after which the base is taken to be this when the answer does not say. */
export const FLOW_FIRST_PAGE_FALLBACK = 1;

/**
 * Sorting is documented for lists; that these two fields can be sorted by is assumed. Newest change first lets a reader stop at
 * what it has seen before; oldest receipt first keeps new ones from moving the pages under a reader.
 */
export const FLOW_NEWEST_CHANGE_FIRST = { sortBy: 'lastModifiedAt', sortDirection: 'DESC' } as const;
export const FLOW_OLDEST_SETTLED_FIRST = { sortBy: 'settledAt', sortDirection: 'ASC' } as const;

/**
 * Names of members that are documented nowhere, under every spelling that is known; ours first. What money, goods or identity
 * hang on is required by its schema: a document that has it under none of these is not understood, and says so by our name.
 */
export const FLOW_SPELLINGS = {
  totalVatAmount: ['totalVatAmount', 'totalVat', 'vatAmount', 'vat'],
  itemVatAmount: ['itemVatAmount', 'vatAmount', 'vat'],
  vatRate: ['vatRate', 'vatPercentage'],
  quantityDelivered: ['quantityDelivered', 'deliveredQuantity'],
  quantitySettled: ['quantitySettled', 'settledQuantity'],
  orderReceiptUid: ['orderReceiptUid', 'receiptUid'],
} as const;

/** Reads a document whose members may be spelled in another known way ({@link FLOW_SPELLINGS}). */
export function inKnownSpellings<T extends z.ZodType>(
  members: readonly (keyof typeof FLOW_SPELLINGS)[],
  schema: T,
): z.ZodPreprocess<T> {
  return z.preprocess((document) => {
    if (typeof document !== 'object' || document === null) return document;
    const told = document as Readonly<Record<string, unknown>>;
    const respelled = members.flatMap((member) => {
      const spelling = FLOW_SPELLINGS[member].find((name) => told[name] !== undefined);
      return spelling === undefined || spelling === member ? [] : [[member, told[spelling]] as const];
    });
    return respelled.length === 0 ? document : { ...told, ...Object.fromEntries(respelled) };
  }, schema);
}

/** The user who made or changed something, as text; Flow's form of it is not documented, and any other counts as absent. */
export const auditUser = optionalText.catch(undefined);

/** Statuses of purchase orders are spelled in two ways in Flow's documents (flow-api.md §1.2): the API's way wins. */
const STATUS_SPELLINGS: ReadonlyMap<string, string> = new Map([
  ['SENTTOSUPPLIER', 'SENT_TO_SUPPLIER'],
  ['INTRANSIT', 'IN_TRANSIT'],
  ['CANCELLEDBYSUPPLIER', 'CANCELLED_BY_SUPPLIER'],
  ['PARTIALLYRECEIVED', 'PARTIALLY_RECEIVED'],
]);
export const purchaseOrderStatus = requiredText.transform((status) => STATUS_SPELLINGS.get(status) ?? status);

/**
 * Words by which a settlement says that it is done, in its `state` or `status`. Documented are only the ones it begins with,
 * NOT_STARTED and NEW (flow-api.md §3.7, §9).
 */
export const SETTLEMENT_DONE: ReadonlySet<string> = new Set(['SETTLED', 'DONE', 'COMPLETE', 'COMPLETED']);
/** Words by which it says that it is not, or not yet. Any other word counts as not done, and is shown. */
export const SETTLEMENT_NOT_DONE: ReadonlySet<string> = new Set([
  ...['NEW', 'NOT_STARTED', 'STARTED', 'PENDING', 'IN_PROGRESS'],
  ...['FAILED', 'DECLINED', 'CANCELLED', 'CANCELED', 'ABORTED', 'REVERSED', 'VOIDED'],
]);

/** How opening hours are written is not documented; those in any other form count as absent. */
export const openingHoursList = z
  .array(z.object({ day: requiredText, open: optionalText, close: optionalText, closed: optionalFlag }))
  .optional()
  .catch(undefined);

/**
 * An amount in another currency: cents with their currency, or cents alone, whose form is not documented. Any other counts as
 * absent.
 */
export const foreignAmount = z
  .union([
    z.object({ amount: requiredInteger, currency: optionalText }),
    requiredInteger.transform((amount) => ({ amount, currency: undefined })),
  ])
  .optional()
  .catch(undefined);

/** Changes of stock are taken to come oldest first, `modifiedAfter` to be exclusive and by the millisecond. */
export const FLOW_STOCK_TIE_MS = 1;

/** With this `Accept` a receipt's download is taken to be the PDF itself (documented for goods receipts). */
export const PDF_TYPE = 'application/pdf';
/** What the other side takes for an invoice's file (omnium-api.md §14). A till receipt has a few hundred kilobytes. */
export const MAX_RECEIPT_PDF_BYTES = 10 * 1024 * 1024;

const errorBodySchema = z.object({
  errors: z.array(z.object({ field: z.unknown().optional(), code: z.unknown().optional() })),
});

/** Error bodies are taken to be `{code, message, errors?: [{field, message}]}` (flow-api.md §2). */
export function readErrorFields(body: unknown): RejectedField[] {
  const parsed = errorBodySchema.safeParse(body);
  return parsed.success ? sanitizeFields(parsed.data.errors) : [];
}
