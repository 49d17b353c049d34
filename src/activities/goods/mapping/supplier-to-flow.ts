import type { FlowSupplier, FlowSupplierUpdate, FlowSupplierWrite } from '../../../clients/flow/directory';
import type { OmniumSupplier } from '../../../clients/omnium/directory';
import type { OmniumPurchaseOrder } from '../../../clients/omnium/purchase-orders';
import { stripToUid } from '../../../domain/uid';
import { countryCode, filled, phone, street } from '../../shared/addresses';

/**
 * A supplier, Omnium → Flow: what Flow asks of a purchase order before it can be made (flow-api.md §6.9). One that Omnium
 * has no document of is made with what the purchase order says of it.
 *
 * @throws UidInvalidError when the id holds nothing that a Flow uid is made of
 */
export function mapSupplier(
  supplierId: string,
  { supplierName }: Pick<OmniumPurchaseOrder, 'supplierName'>,
  supplier: OmniumSupplier | undefined,
): FlowSupplierWrite & { readonly supplierUid: string } {
  const address = supplier?.address;
  return {
    supplierUid: stripToUid(supplierId),
    externalId: supplierId,
    name: supplier?.name ?? supplierName ?? supplierId,
    ...filled({
      address: address && street(address),
      city: address?.city,
      postalCode: address?.postalCode,
      countryCode: countryCode(address?.countryCode),
      email: supplier?.email,
      phone: phone(supplier?.phone),
      vatNumber: supplier?.taxId,
    }),
  };
}

/** What of a supplier differs; a member that Omnium does not have is the shop's. */
export function supplierChanges(existing: FlowSupplier, wanted: FlowSupplierWrite): FlowSupplierUpdate {
  const there = new Map(Object.entries(existing));
  const differing = Object.entries(wanted).filter(([member, value]) => there.get(member) !== value);
  return Object.fromEntries(differing);
}
