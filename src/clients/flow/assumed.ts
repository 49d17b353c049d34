import { z } from 'zod';

import { sanitizeFields, type RejectedField } from '../errors';
import { optionalText } from '../wire';

/**
 * Everything about Flow that its stored documents do not say and that this client had to decide: most paths of writes, the
 * paging base, names of query members, the error body. When Flow's real answer differs, this is the only file to change
 * (and schemas.ts where a member is called otherwise). Listed in docs/assumptions.md.
 */

const part = encodeURIComponent;

/** Paths of one tenant (flow-api.md §3; those marked were not seen in Flow's documents). */
export class FlowPaths {
  private readonly tenant: string;

  constructor(tenantUid: string) {
    this.tenant = `/tenants/${part(tenantUid)}`;
  }

  order(orderUid: string): string {
    return `${this.tenant}/orders/${part(orderUid)}`;
  }

  /** Documented for GET; POST assumed. */
  storeOrders(storeUid: string): string {
    return `${this.store(storeUid)}/orders`;
  }

  /** PUT assumed. */
  storeOrder(storeUid: string, orderUid: string): string {
    return `${this.storeOrders(storeUid)}/${part(orderUid)}`;
  }

  /** Assumed. */
  items(storeUid: string, orderUid: string): string {
    return `${this.storeOrder(storeUid, orderUid)}/items`;
  }

  handlings(storeUid: string, orderUid: string): string {
    return `${this.storeOrder(storeUid, orderUid)}/handlings`;
  }

  settlements(storeUid: string, orderUid: string): string {
    return `${this.storeOrder(storeUid, orderUid)}/settlements`;
  }

  customers(): string {
    return `${this.tenant}/customers`;
  }

  /** GET proven by its sub-path; PUT assumed. */
  customer(customerUid: string): string {
    return `${this.customers()}/${part(customerUid)}`;
  }

  customerSearch(): string {
    return `${this.customers()}/search`;
  }

  loyaltySearch(): string {
    return `${this.customers()}/loyalty/search`;
  }

  paymentMethods(): string {
    return `${this.tenant}/paymentmethods`;
  }

  /** Store-level payment methods are documented; this path is assumed. */
  storePaymentMethods(storeUid: string): string {
    return `${this.store(storeUid)}/paymentmethods`;
  }

  /** Assumed. */
  stores(): string {
    return `${this.tenant}/stores`;
  }

  /** Assumed. */
  products(): string {
    return `${this.tenant}/products`;
  }

  receiptSearch(): string {
    return `${this.tenant}/receipts/search`;
  }

  /** Reading a receipt is documented; this path is assumed. */
  receipt(storeUid: string, orderReceiptUid: string): string {
    return `${this.store(storeUid)}/receipts/${part(orderReceiptUid)}`;
  }

  /** Assumed, like the documented download of goods receipts. */
  receiptDownload(storeUid: string, orderReceiptUid: string): string {
    return `${this.receipt(storeUid, orderReceiptUid)}/download`;
  }

  httpTransports(): string {
    return `${this.tenant}/httptransports`;
  }

  /** GET documented, PUT assumed. */
  httpTransport(httpTransportUid: string): string {
    return `${this.httpTransports()}/${part(httpTransportUid)}`;
  }

  /** Assumed, with everything below it. */
  webhooks(): string {
    return `${this.tenant}/webhooks`;
  }

  webhook(webhookUid: string): string {
    return `${this.webhooks()}/${part(webhookUid)}`;
  }

  private store(storeUid: string): string {
    return `${this.stores()}/${part(storeUid)}`;
  }
}

/** Query members by which lists are filtered; the product one is assumed. */
export const FLOW_FILTERS = {
  orderByExternalNumber: 'orderExternalOrderNumber',
  customerByExternalId: 'customerExternalId',
  productBySku: 'productSku',
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
/** Page after which the base is taken to be this when the answer does not tell. */
export const FLOW_FIRST_PAGE_FALLBACK = 1;

/**
 * Sorting is documented for lists; that these two fields can be sorted by is assumed. Newest change first lets a reader stop at
 * what it has seen before; oldest receipt first keeps new ones from moving the pages under a reader.
 */
export const FLOW_NEWEST_CHANGE_FIRST = { sortBy: 'lastModifiedAt', sortDirection: 'DESC' } as const;
export const FLOW_OLDEST_SETTLED_FIRST = { sortBy: 'settledAt', sortDirection: 'ASC' } as const;

/** Who made or changed something, as text; in what form Flow tells is not documented, and any other counts as untold. */
export const auditUser = optionalText.catch(undefined);

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
