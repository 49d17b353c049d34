import { VendorHttpError } from '../../clients/errors';
import type { FlowSupplier } from '../../clients/flow/directory';
import type { OmniumPurchaseOrder } from '../../clients/omnium/purchase-orders';
import { DocumentUnmappableError } from '../../domain/document-unmappable';
import { mapSupplier, supplierChanges } from './mapping/supplier-to-flow';
import { SyncError } from '../shared/failures';
import { mayWrite } from '../shared/sync-context';
import type { SyncRun } from '../orders/sync-run';

/** What was done about the supplier. */
export interface EnsuredSupplier {
  /** Names of what was written, e.g. `supplier email`. */
  readonly changedFields: readonly string[];
  readonly differences: readonly string[];
}

const NOTHING: EnsuredSupplier = { changedFields: [], differences: [] };

/** Another pass made it, or it is refused for what it holds; which of the two shows when it is read again. */
const REFUSALS: ReadonlySet<number> = new Set([409, 422]);

/**
 * Makes sure that Flow has the supplier of a purchase order or product, as Omnium has it: Flow takes neither without.
 *
 * @throws SyncError `UidCollision` when another supplier of Omnium's has become the same uid
 */
export async function ensureSupplier(
  run: SyncRun,
  named: Pick<OmniumPurchaseOrder, 'supplierId' | 'supplierName'>,
): Promise<EnsuredSupplier> {
  const { tenant, attempt } = run;
  const { supplierId } = named;
  if (!supplierId) throw new DocumentUnmappableError('supplierId', 'Flow takes no purchase order without a supplier');
  const inOmnium = await tenant.omnium.directory.getSupplier(supplierId, attempt);
  const wanted = mapSupplier(supplierId, named, inOmnium);
  const existing = await tenant.flow.directory.getSupplier(wanted.supplierUid, attempt);
  if (!existing) return await create(run, wanted);
  mustBeTheSame(existing, supplierId);
  // What Omnium has no document of, it cannot be right about; and an address is no reason to call an order different.
  const update = inOmnium && !run.dryRun ? supplierChanges(existing, wanted) : {};
  const fields = Object.keys(update);
  if (fields.length === 0) return NOTHING;
  try {
    await tenant.flow.directory.updateSupplier(existing.supplierUid, update, attempt);
    return { changedFields: fields.map((field) => `supplier ${field}`), differences: [] };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    // The goods are more important than the supplier's address.
    const difference = `supplier ${existing.supplierUid}: Flow did not take the change of ${fields.join(', ')}`;
    return { changedFields: [], differences: [difference] };
  }
}

async function create(run: SyncRun, wanted: ReturnType<typeof mapSupplier>): Promise<EnsuredSupplier> {
  const { tenant, attempt } = run;
  const change = { system: 'Flow', field: 'supplierUid', to: wanted.supplierUid } as const;
  if (!mayWrite(run, () => [change])) return NOTHING;
  try {
    await tenant.flow.directory.createSupplier(wanted, attempt);
    return { changedFields: ['supplier'], differences: [] };
  } catch (error) {
    const existing = isRefusal(error)
      ? await tenant.flow.directory.getSupplier(wanted.supplierUid, attempt)
      : undefined;
    if (!existing) throw error;
    mustBeTheSame(existing, wanted.externalId);
    return NOTHING;
  }
}

function mustBeTheSame({ supplierUid, externalId }: FlowSupplier, supplierId: string | undefined): void {
  if (!externalId || externalId === supplierId) return;
  throw new SyncError(
    'UidCollision',
    `Suppliers ${supplierId ?? '?'} and ${externalId} become the same Flow uid ${supplierUid}; rename one in Omnium`,
  );
}

function isRefusal(error: unknown): boolean {
  return error instanceof VendorHttpError && error.vendor === 'flow' && REFUSALS.has(error.status);
}
