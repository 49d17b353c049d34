import { type Actor } from '../events';
import { conflict, duplicateUid, type FieldError, invalidField, notFound, refuseIfAny } from '../problem';
import { type Product, type ProductType } from '../store/catalog-documents';
import { type Audited } from '../store/collection';
import { type TenantStore } from '../store/tenant-store';
import { type PurchaseItemBody, type PurchaseItemPatch } from './purchase-bodies';
import { type PurchaseOrder, type PurchaseOrderItem, type PurchaseStatus } from './purchase-model';
import { mayReceiveInto, receivedOn } from './receptions';

/** What can be bought: goods, and packages of them. */
const BOUGHT: ReadonlySet<ProductType> = new Set(['STOCK', 'NON_STOCK', 'PACKAGE']);

/** Lines of an order in one of these are not touched any more. */
export function isDone(status: PurchaseStatus): boolean {
  return status === 'RECEIVED' || status === 'CLOSED';
}

/** @throws FlowProblem 404 */
export function purchaseItemOf(order: PurchaseOrder, uid: string): Audited<PurchaseOrderItem> {
  const item = order.items.find(({ purchaseOrderItemUid }) => purchaseOrderItemUid === uid);
  if (!item) throw notFound('purchase order item');
  return item;
}

/** Adds a line. @throws FlowProblem 409 for a uid that is taken, 422 */
export function addPurchaseItem(
  actor: Actor,
  order: Audited<PurchaseOrder>,
  body: PurchaseItemBody,
): Audited<PurchaseOrderItem> {
  if (order.items.some(({ purchaseOrderItemUid }) => purchaseOrderItemUid === body.purchaseOrderItemUid)) {
    throw duplicateUid('purchase order item', 'purchaseOrderItemUid');
  }
  refuseIfDone(order);
  const errors: FieldError[] = [];
  const item = newItem(actor, order, { body, prefix: '', errors });
  refuseIfAny(errors);
  if (!item) throw notFound('product');
  order.items.push(item);
  actor.tenant.touch(actor.tenant.purchaseOrders, order, actor.user);
  return item;
}

/** Changes a line: only what the patch names. @throws FlowProblem 404, 422 */
export function changePurchaseItem(
  actor: Actor,
  order: Audited<PurchaseOrder>,
  given: { uid: string; patch: PurchaseItemPatch },
): Audited<PurchaseOrderItem> {
  const item = purchaseItemOf(order, given.uid);
  refuseIfDone(order);
  refuseIfAny(checkItem(actor.tenant, order, { body: given.patch, productUid: item.productUid, prefix: '' }));
  patchItem(actor, item, given.patch);
  actor.tenant.touch(actor.tenant.purchaseOrders, order, actor.user);
  return item;
}

/** Takes a line off. @throws FlowProblem 404, 409 when something was received on it, 422 */
export function removePurchaseItem(actor: Actor, order: Audited<PurchaseOrder>, uid: string): void {
  const item = purchaseItemOf(order, uid);
  refuseIfDone(order);
  if (isReceivedOn(actor.tenant, order, item)) {
    throw conflict('PURCHASE_ORDER_ITEM_RECEIVED', 'Goods were received on the line: it cannot be deleted.');
  }
  order.items.splice(order.items.indexOf(item), 1);
  actor.tenant.touch(actor.tenant.purchaseOrders, order, actor.user);
}

/** Whether goods have come in on a line, or the API said so. */
export function isReceivedOn(tenant: TenantStore, order: PurchaseOrder, item: PurchaseOrderItem): boolean {
  return item.quantityReceived > 0 || receivedOn(tenant, order).has(item.purchaseOrderItemUid);
}

interface GivenItem {
  readonly body: PurchaseItemBody;
  readonly prefix: string;
  readonly errors: FieldError[];
}

/** Builds a line without putting it anywhere; what is wrong goes to `errors`, with fields under `prefix`. */
export function newItem(
  actor: Actor,
  order: Pick<PurchaseOrder, 'storeUid'>,
  { body, prefix, errors }: GivenItem,
): Audited<PurchaseOrderItem> | undefined {
  const { tenant } = actor;
  const { productUid, quantityOrdered } = body;
  const warehouseUid = body.warehouseUid ?? tenant.stores.get(order.storeUid)?.defaultWarehouseUid;
  const missing = (field: string, message = 'is missing'): void => void errors.push({ field: prefix + field, message });
  if (!productUid) missing('productUid');
  if (!quantityOrdered) missing('quantityOrdered', quantityOrdered === 0 ? 'must be above 0' : 'is missing');
  if (!warehouseUid) missing('warehouseUid', 'is missing: the store has no default warehouse');
  errors.push(...checkItem(tenant, order, { body, productUid, prefix }));
  if (!productUid || !quantityOrdered || !warehouseUid) return undefined;
  const item: Audited<PurchaseOrderItem> = {
    purchaseOrderItemUid: body.purchaseOrderItemUid ?? tenant.newUid(),
    externalId: null,
    productUid,
    supplierSku: null,
    warehouseUid,
    quantityOrdered,
    quantityReceived: 0,
    unitPrice: tenant.products.get(productUid)?.purchasePrice ?? 0,
    discountAmount: 0,
    freightAmount: 0,
    expectedDeliveryDate: null,
    reservations: [],
    ...tenant.audit(actor.user),
  };
  patchItem(actor, item, body);
  return item;
}

/** Writes what a checked patch names to a line. */
export function patchItem(
  { tenant, user }: Actor,
  item: Audited<PurchaseOrderItem>,
  { discountAmount, freightAmount, reservations, ...patch }: PurchaseItemBody,
): void {
  const { productUid: _article, purchaseOrderItemUid: _uid, ...fields } = patch;
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) Object.assign(item, { [name]: value });
  if (discountAmount !== undefined) item.discountAmount = discountAmount ?? 0;
  if (freightAmount !== undefined) item.freightAmount = freightAmount ?? 0;
  if (reservations !== undefined) item.reservations = reservations ?? [];
  const { lastModifiedAt, lastModifiedBy } = tenant.audit(user);
  Object.assign(item, { lastModifiedAt, lastModifiedBy });
}

/** What is wrong with a line: references that lead nowhere, an article that cannot be bought, reservations. */
export function checkItem(
  tenant: TenantStore,
  order: Pick<PurchaseOrder, 'storeUid'>,
  { body, productUid, prefix }: { body: PurchaseItemBody; productUid: string | undefined; prefix: string },
): FieldError[] {
  const errors: FieldError[] = [];
  const product = tenant.products.get(productUid ?? '');
  const wrong = (field: string, message: string): void => void errors.push({ field: prefix + field, message });
  // A line that is there already stays, whatever has become of its article.
  if (body.productUid && !product) wrong('productUid', 'names nothing that exists');
  if (body.productUid && product && !isBought(product)) wrong('productUid', 'cannot be bought');
  if (body.productUid && body.productUid !== productUid) wrong('productUid', 'is another article than the line has');
  if (body.warehouseUid && !mayReceiveInto(tenant, order.storeUid, body.warehouseUid)) {
    wrong('warehouseUid', 'is not a warehouse the store may receive into');
  }
  const seen = new Set<string>();
  for (const [index, reservation] of (body.reservations ?? []).entries()) {
    const key = `${reservation.orderUid}/${reservation.orderItemUid}`;
    const problem = seen.has(key)
      ? (['orderItemUid', 'is named twice'] as const)
      : wrongReservation(tenant, reservation, productUid);
    seen.add(key);
    if (problem) wrong(`reservations[${index}].${problem[0]}`, problem[1]);
  }
  return errors;
}

function isBought({ allowPurchase, productType }: Product): boolean {
  return allowPurchase !== false && BOUGHT.has(productType ?? 'STOCK');
}

/** A reservation names an order of the tenant, a line of it with the same article, and no more than the line has. */
function wrongReservation(
  tenant: TenantStore,
  { orderUid, orderItemUid, quantity }: PurchaseOrderItem['reservations'][number],
  productUid: string | undefined,
): readonly [field: string, message: string] | undefined {
  const order = tenant.orders.get(orderUid);
  if (!order) return ['orderUid', 'names no order'];
  const line = order.items.find((item) => item.orderItemUid === orderItemUid);
  if (!line) return ['orderItemUid', 'names no line of the order'];
  if (line.productUid !== productUid) return ['orderItemUid', 'names a line with another article'];
  return quantity > line.quantity ? ['quantity', 'is more than the line has'] : undefined;
}

function refuseIfDone({ status }: PurchaseOrder): void {
  if (isDone(status)) throw invalidField('status', `is ${status}: the lines cannot be changed any more`);
}
