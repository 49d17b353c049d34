import { VendorHttpError } from '../../clients/errors';
import type { FlowProduct, FlowProductUpdate } from '../../clients/flow/products';
import type { CallContext } from '../../clients/http';
import { discontinuation } from './mapping/compare-product';
import type { FieldDifference } from '../shared/field-difference';
import { differencesOfUpdate } from './field-differences';
import type { ProductRun } from './product-run';

/** A product in Flow that Omnium does not have any more, or does not offer in the tenant's markets. */
export interface TakenFromSale {
  readonly productUid: string;
  readonly as: 'discontinued' | 'deleted';
  readonly update: FlowProductUpdate;
  /** Names of what is written; empty when it is not sold already. */
  readonly changes: readonly string[];
  /** The same, each as it is and as it would be. */
  readonly fields: readonly FieldDifference[];
}

/** Flow keeps what its receipts and orders refer to. */
const REFUSALS: ReadonlySet<number> = new Set([400, 409, 422]);

/** What is to be done about it (setting `catalogue.onDeletedInOmnium`). */
export function takeFromSale({ tenant, at }: ProductRun, existing: FlowProduct): TakenFromSale {
  const { catalogue, timezone } = tenant.config;
  const { productUid } = existing;
  const name = existing.externalId ?? productUid;
  const update = discontinuation(existing, { at, timezone });
  if (catalogue.onDeletedInOmnium === 'delete') {
    const fields = [{ of: name, field: 'product', from: existing.name ?? name, whole: 'removed' }] as const;
    return { productUid, as: 'deleted', update, changes: [`${name} deleted`], fields };
  }
  const changes = Object.keys(update).map((field) => `${name} ${field}`);
  return { productUid, as: 'discontinued', update, changes, fields: differencesOfUpdate(name, update, existing) };
}

/** Does it. A product that Flow does not let go is discontinued instead. */
export async function carryOutTaking(
  { tenant }: ProductRun,
  { productUid, as, update, changes }: TakenFromSale,
  context: CallContext,
): Promise<void> {
  if (changes.length === 0) return;
  try {
    if (as === 'deleted') {
      await tenant.flow.products.delete(productUid, context);
      return;
    }
  } catch (error) {
    const isRefused = error instanceof VendorHttpError && error.vendor === 'flow' && REFUSALS.has(error.status);
    if (!isRefused) throw error;
  }
  if (Object.keys(update).length > 0) await tenant.flow.products.update(productUid, update, context);
}
