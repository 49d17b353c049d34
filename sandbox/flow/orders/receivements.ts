import { type Actor } from '../events';
import { duplicateUid, type FieldError, refuseIfAny } from '../problem';
import { type Audited } from '../store/collection';
import { type Store } from '../store/setup-documents';
import { moveStock } from './change-order';
import { type ReceivementBody } from './order-bodies';
import { type Receivement } from './order-model';

/** Takes goods into a warehouse without a purchase order (a local receipt): stock goes up at once (U-STOCK). */
export function receiveGoods(actor: Actor, store: Store, body: ReceivementBody): Audited<Receivement> {
  const { tenant, user } = actor;
  const receivementUid = body.receivementUid ?? tenant.newUid();
  if (tenant.receivements.has(receivementUid)) throw duplicateUid('receivement', 'receivementUid');
  refuseIfAny(checkReceivement(actor, store, body));
  const receivement: Audited<Receivement> = {
    receivementUid,
    storeUid: store.storeUid,
    warehouseUid: body.warehouseUid,
    externalId: body.externalId ?? null,
    items: body.items.map((item) => ({
      receivementItemUid: tenant.newUid(),
      productUid: item.productUid,
      sku: tenant.products.get(item.productUid)?.sku ?? '',
      quantity: item.quantity,
      unitCost: item.unitCost ?? null,
      serialnumber: item.serialnumber ?? null,
    })),
    ...tenant.audit(user),
  };
  tenant.receivements.add(receivement);
  for (const { productUid, quantity } of receivement.items) {
    moveStock(actor, { warehouseUid: body.warehouseUid, productUid }, quantity);
  }
  return receivement;
}

function checkReceivement({ tenant }: Actor, store: Store, body: ReceivementBody): FieldError[] {
  const errors: FieldError[] = [];
  const mayReceive = tenant.warehouseAccess
    .find('storeUid', store.storeUid)
    .some((access) => access.warehouseUid === body.warehouseUid && access.role === 'RECEIVE');
  if (!mayReceive) errors.push({ field: 'warehouseUid', message: 'is not a warehouse the store may receive into' });
  for (const [index, { productUid }] of body.items.entries()) {
    const product = tenant.products.get(productUid);
    const field = `items[${index}].productUid`;
    if (!product) errors.push({ field, message: 'names no product' });
    else if ((product.productType ?? 'STOCK') !== 'STOCK') errors.push({ field, message: 'is not stock-controlled' });
  }
  return errors;
}
