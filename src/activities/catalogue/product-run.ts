import { VendorHttpError } from '../../clients/errors';
import type { CallContext } from '../../clients/http';
import type { FieldDifference } from '../shared/field-difference';
import type { Tenant } from '../tenants';

/** One look at a product. */
export interface ProductRun {
  readonly tenant: Tenant;
  readonly context: CallContext;
  /** The moment as of which prices, sales and assortments count. */
  readonly at: Date;
  /** How many packages are being filled around it. */
  readonly insidePackages?: number;
}

/** What to do about a product in Flow, found by reading only. */
export interface ProductPlan {
  /** Omnium's id. */
  readonly productId: string;
  /** Why the plan is what it is, when the product is not simply brought over. */
  readonly because?: string;
  /** What would be written, e.g. `104233-M name`; empty when Flow is right. */
  readonly changes: readonly string[];
  /** The same member by member, each as it is and as it would be; made when it is asked for. */
  fields(): readonly FieldDifference[];
  /** What could not be carried over, and does not keep the product from the tills. */
  readonly problems: readonly string[];
  /** When the product changes by itself, ISO-8601. */
  readonly changesAt?: string;
  /** Flow's uids of the product, or of the style and its variants. */
  readonly productUids: readonly string[];
  readonly counts: ProductCounts;
  /** Does it. Repeat-safe: an attempt that broke off is followed by one that begins with reading. */
  carryOut(context: CallContext): Promise<void>;
}

/** How many of what a plan changes. */
export interface ProductCounts {
  readonly created: number;
  readonly updated: number;
  readonly removed: number;
  readonly images: number;
}

/** Whether Flow refused because something is there already, or because it is not what we had read. */
export function isStaleRead(error: unknown): boolean {
  return error instanceof VendorHttpError && error.vendor === 'flow' && STALE.has(error.status);
}

const STALE: ReadonlySet<number> = new Set([404, 409, 422]);

/** Whether Flow says that what was to be made is there. */
export function isThereAlready(error: unknown): boolean {
  return error instanceof VendorHttpError && error.vendor === 'flow' && error.status === 409;
}
