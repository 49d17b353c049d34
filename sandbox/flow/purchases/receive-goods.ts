import { type Actor } from '../events';
import { moveStock } from '../orders/change-order';
import { conflict, duplicateUid, type FieldError, invalidField, refuseIfAny } from '../problem';
import { type Product } from '../store/catalog-documents';
import { type Audited } from '../store/collection';
import { type Store } from '../store/setup-documents';
import { isStocked, type TenantStore } from '../store/tenant-store';
import { type ReceivementBody, type ReceivementItemBody } from './purchase-bodies';
import { emitReceived } from './purchase-desk';
import { unitCostOf } from './purchase-document';
import { type PurchaseOrder, type PurchaseOrderItem, type Receivement, type ReceivementItem } from './purchase-model';
import { mayReceiveInto, receivedOn } from './receptions';

/** How goods are taken in. */
export interface Receiving {
  readonly body: ReceivementBody;
  /** Serial numbers may be missing: the shelves are filled in bulk. */
  readonly inBulk?: boolean;
}

/** One item of a body, with what it names. */
interface Goods {
  readonly given: ReceivementItemBody;
  readonly product: Product;
  readonly line: Audited<PurchaseOrderItem> | undefined;
}

/**
 * Takes goods into a warehouse, on a purchase order or without one (a local receipt): stock goes up at once (U-STOCK),
 * so does what is received on the lines of the order, whose status follows. Everything is checked before anything moves.
 * @throws FlowProblem 409 for a uid that is taken and an order that takes no goods, 422
 */
export function receiveGoods(actor: Actor, store: Store, { body, inBulk = false }: Receiving): Audited<Receivement> {
  const { tenant, user } = actor;
  const receivementUid = body.receivementUid ?? tenant.newUid();
  if (tenant.receivements.has(receivementUid)) throw duplicateUid('receivement', 'receivementUid');
  const order = orderOf(tenant, store, body);
  const { warehouseUid } = body;
  const errors: FieldError[] = mayReceiveInto(tenant, store.storeUid, warehouseUid)
    ? []
    : [{ field: 'warehouseUid', message: 'is not a warehouse the store may receive into' }];
  const goods = body.items.flatMap((given, index) => lookUp(tenant, order, { given, index, errors }) ?? []);
  refuseIfAny(errors);
  refuseIfAny([...checkSerialNumbers(goods, inBulk), ...checkCorrections(tenant, order, goods)]);
  const receivement: Audited<Receivement> = {
    receivementUid,
    storeUid: store.storeUid,
    warehouseUid,
    purchaseOrderUid: order?.purchaseOrderUid ?? null,
    externalId: body.externalId ?? null,
    items: goods.map((one) => received(tenant, order, one)),
    ...tenant.audit(user),
  };
  tenant.receivements.add(receivement);
  putOnShelves(actor, warehouseUid, goods);
  if (order) rollUp(actor, order, { receivementUid, goods });
  return receivement;
}

/** The order goods are received on. @throws FlowProblem 409 when it takes none */
function orderOf(
  tenant: TenantStore,
  store: Store,
  { purchaseOrderUid, items }: ReceivementBody,
): Audited<PurchaseOrder> | undefined {
  if (!purchaseOrderUid) return undefined;
  const order = tenant.purchaseOrders.get(purchaseOrderUid);
  if (order?.storeUid !== store.storeUid) {
    throw invalidField('purchaseOrderUid', 'names no purchase order of the store');
  }
  const { status } = order;
  // What was taken in can be corrected even when the order is received in full.
  const isDone = status === 'RECEIVED' && items.some(({ quantity }) => quantity > 0);
  if (isDone || status === 'CLOSED' || status === 'CANCELLED_BY_SUPPLIER') {
    throw conflict('PURCHASE_ORDER_NOT_PROCESSABLE', `The purchase order is ${status} and takes no goods.`);
  }
  return order;
}

function lookUp(
  tenant: TenantStore,
  order: PurchaseOrder | undefined,
  { given, index, errors }: { given: ReceivementItemBody; index: number; errors: FieldError[] },
): Goods | undefined {
  const wrong = (field: string, message: string): undefined => {
    errors.push({ field: `items[${index}].${field}`, message });
    return undefined;
  };
  const uid = given.purchaseOrderItemUid;
  const line = uid ? order?.items.find(({ purchaseOrderItemUid }) => purchaseOrderItemUid === uid) : undefined;
  if (uid && !line) return wrong('purchaseOrderItemUid', 'names no line of the purchase order');
  const product = tenant.products.get(given.productUid ?? line?.productUid ?? '');
  if (!product) return wrong('productUid', given.productUid || line ? 'names no product' : 'is missing');
  if (line && line.productUid !== product.productUid) {
    return wrong('productUid', 'is another article than the line of the purchase order has');
  }
  if (!line && !isStocked(product)) return wrong('productUid', 'is not stock-controlled');
  if (!line && given.quantity < 0) return wrong('quantity', 'must be above 0');
  return { given, product, line };
}

/**
 * Articles with serial numbers come piece by piece, each with its own. A number is of one piece, whatever the article.
 */
function checkSerialNumbers(goods: readonly Goods[], inBulk: boolean): FieldError[] {
  const seen = new Set<string>();
  return goods.flatMap(({ given, product }, index) => {
    const { serialnumber, quantity } = given;
    const isNeeded = product.serialNoRequired === 'ON_RECEIVE' && !inBulk;
    const field = `items[${index}].serialnumber`;
    if (!serialnumber) return isNeeded ? [{ field, message: 'is missing: the article has one for every piece' }] : [];
    const key = `${product.productUid}/${serialnumber}`;
    if (seen.has(key)) return [{ field, message: 'is given twice' }];
    seen.add(key);
    if (Math.abs(quantity) === 100) return [];
    return [{ field: `items[${index}].quantity`, message: 'must be one piece: a serial number is of one' }];
  });
}

/** A correction takes back no more than was received on the line. */
function checkCorrections(
  tenant: TenantStore,
  order: PurchaseOrder | undefined,
  goods: readonly Goods[],
): FieldError[] {
  if (!order || goods.every(({ given }) => given.quantity > 0)) return [];
  const before = receivedOn(tenant, order);
  const left = new Map<string, number>();
  return goods.flatMap(({ given, line }, index) => {
    if (!line) return [];
    const uid = line.purchaseOrderItemUid;
    const soFar = left.get(uid) ?? (before.get(uid) ?? []).reduce((sum, { item }) => sum + item.quantity, 0);
    left.set(uid, soFar + given.quantity);
    if (given.quantity > 0 || soFar + given.quantity >= 0) return [];
    return [{ field: `items[${index}].quantity`, message: 'takes back more than was received on the line' }];
  });
}

function received(tenant: TenantStore, order: PurchaseOrder | undefined, goods: Goods): ReceivementItem {
  const { given, product, line } = goods;
  const { productUid, name, sku } = product;
  const costOfLine = line && order ? Math.round(unitCostOf(line) * (order.exchangeRate ?? 1)) : null;
  return {
    receivementItemUid: tenant.newUid(),
    externalId: given.externalId ?? null,
    purchaseOrderItemUid: line?.purchaseOrderItemUid ?? null,
    product: { productUid, name, sku },
    quantity: given.quantity,
    unitCost: given.unitCost ?? costOfLine,
    serialnumber: given.serialnumber ?? null,
    note: given.note ?? null,
  };
}

/** Stock goes up, and is told once for each product, however many pieces came one by one. */
function putOnShelves(actor: Actor, warehouseUid: string, goods: readonly Goods[]): void {
  const quantities = new Map<string, number>();
  const add = (productUid: string, quantity: number): void =>
    void quantities.set(productUid, (quantities.get(productUid) ?? 0) + quantity);
  for (const { given, product } of goods) {
    if (isStocked(product)) add(product.productUid, given.quantity);
    if (product.productType !== 'PACKAGE') continue;
    // A package has no stock of its own: what is in it goes on the shelves.
    for (const slot of actor.tenant.packageSlots.find('productUid', product.productUid)) {
      for (const part of slot.components) add(part.productUid, Math.round((given.quantity * part.quantity) / 100));
    }
  }
  for (const [productUid, quantity] of quantities) {
    if (quantity !== 0) moveStock(actor, { warehouseUid, productUid }, quantity);
  }
}

/** Brings the lines and the status of an order up to date; tells it when the last goods have come. */
function rollUp(
  actor: Actor,
  order: Audited<PurchaseOrder>,
  { receivementUid, goods }: { receivementUid: string; goods: readonly Goods[] },
): void {
  const { tenant, user } = actor;
  const { lastModifiedAt, lastModifiedBy } = tenant.audit(user);
  for (const { given, line } of goods) {
    if (!line) continue;
    // What the API wrote may be less than what a correction takes back.
    line.quantityReceived = Math.max(line.quantityReceived + given.quantity, 0);
    Object.assign(line, { lastModifiedAt, lastModifiedBy });
  }
  const before = order.status;
  if (order.items.every((item) => item.quantityReceived >= item.quantityOrdered)) order.status = 'RECEIVED';
  else if (order.items.some((item) => item.quantityReceived > 0)) order.status = 'PARTIALLY_RECEIVED';
  else if (before === 'RECEIVED' || before === 'PARTIALLY_RECEIVED') order.status = 'SENT_TO_SUPPLIER';
  tenant.touch(tenant.purchaseOrders, order, user);
  if (before !== 'RECEIVED' && order.status === 'RECEIVED') emitReceived(actor, order, receivementUid);
}
