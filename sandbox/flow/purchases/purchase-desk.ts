import { type Actor, referenceTo, referenceToUser } from '../events';
import { conflict, duplicateUid, type FieldError, refuseIfAny } from '../problem';
import { type Audited } from '../store/collection';
import { type Store } from '../store/setup-documents';
import { type TenantStore } from '../store/tenant-store';
import { checkCurrency, keptCurrency } from './currencies';
import { type PurchaseItemBody, type PurchaseOrderBody, type PurchaseOrderPatch } from './purchase-bodies';
import { checkItem, isDone, isReceivedOn, newItem, patchItem } from './purchase-items';
import { type PurchaseOrder, type PurchaseOrderItem, type PurchaseStatus } from './purchase-model';

/** Statuses that only the systems of integrated suppliers set (API:purchase); the sandbox has none. */
const OF_SUPPLIERS: ReadonlySet<PurchaseStatus> = new Set(['IN_TRANSIT', 'CANCELLED_BY_SUPPLIER']);

/** Makes a purchase order with its lines. @throws FlowProblem 409, 422 */
export function createPurchaseOrder(
  actor: Actor,
  store: Audited<Store>,
  body: PurchaseOrderBody,
): Audited<PurchaseOrder> {
  const { tenant, user } = actor;
  const { storeUid } = store;
  const { items: itemBodies, currency, exchangeRate, status = 'NEW' } = body;
  const purchaseOrderUid = body.purchaseOrderUid ?? tenant.newUid();
  if (tenant.purchaseOrders.has(purchaseOrderUid)) throw duplicateUid('purchase order', 'purchaseOrderUid');
  const money = { currency: currency ?? null, exchangeRate: exchangeRate ?? null };
  const errors = [...checkHeader(tenant, body), ...checkCurrency(tenant.market, money)];
  const items = (itemBodies ?? []).flatMap(
    (item, index) => newItem(actor, { storeUid }, { body: item, prefix: `items[${index}].`, errors }) ?? [],
  );
  errors.push(...uidsGivenTwice(itemBodies ?? []));
  refuseIfAny(errors);
  const order: Audited<PurchaseOrder> = {
    ...textsOf(body),
    supplierUid: body.supplierUid,
    purchaseOrderUid,
    storeUid,
    // Taken last: a refused order uses up no number.
    purchaseOrderNumber: nextPurchaseNumber(tenant, store),
    status,
    ...keptCurrency(tenant.market, money),
    items,
    ...tenant.audit(user),
  };
  tenant.purchaseOrders.add(order);
  if (status === 'RECEIVED') emitReceived(actor, order);
  return order;
}

/**
 * Changes an order: only what the patch names. Its lines are those of known uids, changed in part, and new ones; lines
 * it does not name stay as they are. @throws FlowProblem 422
 */
export function updatePurchaseOrder(actor: Actor, order: Audited<PurchaseOrder>, patch: PurchaseOrderPatch): void {
  const { tenant } = actor;
  const { items, currency, exchangeRate, status, supplierUid } = patch;
  const before = order.status;
  const isSameCurrency = currency === undefined || currency === order.currency;
  const money = {
    currency: currency === undefined ? order.currency : currency,
    // Another currency has another rate.
    exchangeRate: exchangeRate === undefined ? (isSameCurrency ? order.exchangeRate : null) : exchangeRate,
  };
  const errors = [...checkHeader(tenant, patch), ...checkCurrency(tenant.market, money)];
  if (items && items.length > 0 && isDone(before) && isDone(status ?? before)) {
    errors.push({ field: 'items', message: `cannot be changed: the order is ${before}` });
  }
  const added = checkedItems(actor, order, { bodies: items ?? [], errors });
  refuseIfAny(errors);
  Object.assign(order, textsOf(patch, order), keptCurrency(tenant.market, money));
  if (status) order.status = status;
  if (supplierUid) order.supplierUid = supplierUid;
  for (const body of items ?? []) {
    const item = itemWith(order, body.purchaseOrderItemUid);
    if (item) patchItem(actor, item, body);
  }
  order.items.push(...added);
  tenant.touch(tenant.purchaseOrders, order, actor.user);
  if (before !== 'RECEIVED' && order.status === 'RECEIVED') emitReceived(actor, order);
}

/** Puts an order to a status, as people and suppliers do. */
export function setPurchaseStatus(actor: Actor, order: Audited<PurchaseOrder>, status: PurchaseStatus): void {
  const before = order.status;
  order.status = status;
  actor.tenant.touch(actor.tenant.purchaseOrders, order, actor.user);
  if (before !== 'RECEIVED' && status === 'RECEIVED') emitReceived(actor, order);
}

/** Deletes an order on which nothing was received. @throws FlowProblem 409 */
export function deletePurchaseOrder({ tenant }: Actor, order: Audited<PurchaseOrder>): void {
  const isReceived =
    tenant.receivements.find('purchaseOrderUid', order.purchaseOrderUid).length > 0 ||
    order.items.some((item) => isReceivedOn(tenant, order, item));
  if (isReceived) {
    throw conflict('PURCHASE_ORDER_RECEIVED', 'Goods were received on the order: it cannot be deleted.');
  }
  tenant.purchaseOrders.remove(order.purchaseOrderUid);
}

/** Tells that an order is received in full; with the reception that made it so, if one did. */
export function emitReceived(actor: Actor, order: PurchaseOrder, receivementUid?: string): void {
  const { tenant, events } = actor;
  events.emit(tenant, 'PURCHASE_RECEIVED', {
    store: referenceTo(tenant.stores, order.storeUid),
    purchaseOrder: referenceTo(tenant.purchaseOrders, order.purchaseOrderUid),
    ...(receivementUid === undefined ? {} : { receivement: referenceTo(tenant.receivements, receivementUid) }),
    tenantUser: referenceToUser(actor),
  });
}

function checkHeader(tenant: TenantStore, { supplierUid, status }: PurchaseOrderPatch): FieldError[] {
  const errors: FieldError[] = [];
  if (supplierUid !== undefined && !tenant.suppliers.has(supplierUid)) {
    errors.push({ field: 'supplierUid', message: 'names nothing that exists' });
  }
  if (status !== undefined && OF_SUPPLIERS.has(status)) {
    errors.push({ field: 'status', message: `${status} is set by integrated suppliers only` });
  }
  return errors;
}

/** Checks the lines of an update and gives the new ones. */
function checkedItems(
  actor: Actor,
  order: PurchaseOrder,
  { bodies, errors }: { bodies: readonly PurchaseItemBody[]; errors: FieldError[] },
): Audited<PurchaseOrderItem>[] {
  errors.push(...uidsGivenTwice(bodies));
  return bodies.flatMap((body, index) => {
    const prefix = `items[${index}].`;
    const known = itemWith(order, body.purchaseOrderItemUid);
    if (!known) return newItem(actor, order, { body, prefix, errors }) ?? [];
    errors.push(...checkItem(actor.tenant, order, { body, productUid: known.productUid, prefix }));
    return [];
  });
}

function itemWith(order: PurchaseOrder, uid: string | null | undefined): Audited<PurchaseOrderItem> | undefined {
  return uid ? order.items.find(({ purchaseOrderItemUid }) => purchaseOrderItemUid === uid) : undefined;
}

function uidsGivenTwice(bodies: readonly PurchaseItemBody[]): FieldError[] {
  const seen = new Set<string>();
  return bodies.flatMap(({ purchaseOrderItemUid: uid }, index) => {
    if (!uid) return [];
    const isTwice = seen.has(uid);
    seen.add(uid);
    return isTwice ? [{ field: `items[${index}].purchaseOrderItemUid`, message: 'is given twice' }] : [];
  });
}

type HeaderText =
  | 'externalId'
  | 'supplierReferenceNumber'
  | 'note'
  | 'deliveryName'
  | 'deliveryAddress'
  | 'deliveryPostalCode'
  | 'deliveryCity'
  | 'deliveryCountryCode';

/** The header's texts: what the body names, and the rest as it was. */
function textsOf(body: PurchaseOrderPatch, before?: Pick<PurchaseOrder, HeaderText>): Pick<PurchaseOrder, HeaderText> {
  const text = (field: HeaderText): string | null => {
    const given = body[field];
    return given === undefined ? (before?.[field] ?? null) : given;
  };
  return {
    externalId: text('externalId'),
    supplierReferenceNumber: text('supplierReferenceNumber'),
    note: text('note'),
    deliveryName: text('deliveryName'),
    deliveryAddress: text('deliveryAddress'),
    deliveryPostalCode: text('deliveryPostalCode'),
    deliveryCity: text('deliveryCity'),
    deliveryCountryCode: text('deliveryCountryCode'),
  };
}

function nextPurchaseNumber(tenant: TenantStore, { purchaseNumberSeriesUid }: Store): string {
  if (!purchaseNumberSeriesUid) {
    throw conflict('STORE_WITHOUT_PURCHASE_SERIES', 'The store has no number series for purchase orders.');
  }
  return tenant.nextNumber(purchaseNumberSeriesUid);
}
