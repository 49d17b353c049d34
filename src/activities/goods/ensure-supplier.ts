import type { OmniumPurchaseOrder } from '../../clients/omnium/purchase-orders';
import { DocumentUnmappableError } from '../../domain/document-unmappable';
import { stripToUid } from '../../domain/uid';
import { countryCode, filled, phone, street } from '../shared/addresses';
import { isRefusal, SyncError } from '../shared/failures';
import { mayWrite, type SyncContext } from '../shared/sync-context';

/**
 * Makes sure that Flow has the supplier of a purchase order or product, as Omnium has it: Flow takes neither without
 * (flow-api.md §6.9). One that Omnium has no document of is made with what the purchase order says of it.
 *
 * @returns names of what was written, e.g. `supplier email`, and what Flow did not take
 * @throws SyncError `UidCollision` when another supplier of Omnium's has become the same uid
 * @throws UidInvalidError when the id holds nothing that a Flow uid is made of
 */
export async function ensureSupplier(
  context: SyncContext,
  { supplierId, supplierName }: Pick<OmniumPurchaseOrder, 'supplierId' | 'supplierName'>,
): Promise<{ readonly changedFields: readonly string[]; readonly differences: readonly string[] }> {
  const { omnium, flow } = context.tenant;
  if (!supplierId) throw new DocumentUnmappableError('supplierId', 'Flow takes no purchase order without a supplier');
  const inOmnium = await omnium.directory.getSupplier(supplierId, context);
  const supplierUid = stripToUid(supplierId);
  const address = inOmnium?.address;
  const desired = {
    supplierUid,
    externalId: supplierId,
    name: inOmnium?.name ?? supplierName ?? supplierId,
    ...filled({
      address: address && street(address),
      city: address?.city,
      postalCode: address?.postalCode,
      countryCode: countryCode(address?.countryCode),
      email: inOmnium?.email,
      phone: phone(inOmnium?.phone),
      vatNumber: inOmnium?.taxId,
    }),
  };

  let existing = await flow.directory.getSupplier(supplierUid, context);
  let isNew = false;
  if (!existing) {
    if (!mayWrite(context, () => [{ system: 'Flow', field: 'supplierUid', to: supplierUid }])) return NOTHING;
    try {
      await flow.directory.createSupplier(desired, context);
      return { changedFields: ['supplier'], differences: [] };
    } catch (error) {
      // Another pass made it, or it is refused for what it holds: which of the two shows when it is read again.
      existing = isRefusal(error) ? await flow.directory.getSupplier(supplierUid, context) : undefined;
      if (!existing) throw error;
      isNew = true;
    }
  }
  if (existing.externalId && existing.externalId !== supplierId) {
    throw new SyncError(
      'UidCollision',
      `Suppliers ${supplierId} and ${existing.externalId} become the same Flow uid ${supplierUid}; rename one in Omnium`,
    );
  }
  // What Omnium has no document of, it cannot be right about; and an address is no reason to call an order different.
  if (isNew || !inOmnium || context.dryRun) return NOTHING;
  const known: Readonly<Record<string, unknown>> = existing;
  const changes = Object.entries(desired).filter(([member, value]) => known[member] !== value);
  const fields = changes.map(([member]) => member);
  if (fields.length === 0) return NOTHING;
  try {
    await flow.directory.updateSupplier(existing.supplierUid, Object.fromEntries(changes), context);
    return { changedFields: fields.map((field) => `supplier ${field}`), differences: [] };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    // The goods are more important than the supplier's address.
    const difference = `supplier ${supplierUid}: Flow did not take the change of ${fields.join(', ')}`;
    return { changedFields: [], differences: [difference] };
  }
}

const NOTHING = { changedFields: [], differences: [] } as const;
