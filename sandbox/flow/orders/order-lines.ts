import { type Actor } from '../events';
import { conflict, duplicateUid, type FieldError, notFound, refuseIfAny } from '../problem';
import { type Product } from '../store/catalog-documents';
import { type Audited } from '../store/collection';
import { type TenantStore } from '../store/tenant-store';
import { changeOrder, refuseIfFinal, release, type Undo } from './change-order';
import { type ItemBody, type ItemPatch } from './order-bodies';
import { type Order, type OrderItem } from './order-model';
import { checkLine, isLocked, lineGross } from './order-rules';
import { priceFor } from './prices';

type Target = Pick<Order, 'type' | 'isExchange' | 'storeUid' | 'customerUid'>;

/** Adds a line to an open order. */
export function addItem(actor: Actor, order: Audited<Order>, body: ItemBody): OrderItem {
  refuseUnlessEditable(order);
  if (body.orderItemUid && order.items.some(({ orderItemUid }) => orderItemUid === body.orderItemUid)) {
    throw duplicateUid('line', 'orderItemUid');
  }
  const errors: FieldError[] = [];
  const item = buildItem(actor.tenant, order, { body, prefix: '', errors });
  refuseIfAny(errors);
  if (!item) throw notFound('product');
  changeOrder(actor, order, () => {
    order.items.push(item);
    return () => void order.items.pop();
  });
  return item;
}

const takesNegativePrices = ({ manners }: TenantStore): boolean => manners.has('negative-prices');

/** Changes a line of an open order. */
export function changeItem(actor: Actor, order: Audited<Order>, given: { uid: string; patch: ItemPatch }): OrderItem {
  const item = itemOf(order, given.uid);
  refuseUnlessEditable(order);
  refuseIfLocked(item);
  const { patch } = given;
  const before = { ...item };
  const after: OrderItem = { ...item };
  const errors = checkDiscountFields(actor.tenant, patch, '');
  applyPatch(after, patch);
  refuseIfAny([...errors, ...checkLine(order, after, '', takesNegativePrices(actor.tenant))]);
  changeOrder(actor, order, () => {
    Object.assign(item, after);
    return () => void Object.assign(item, before);
  });
  return item;
}

/** Takes a line off an open order and frees what it reserved. */
export function removeItem(actor: Actor, order: Audited<Order>, uid: string): void {
  const item = itemOf(order, uid);
  refuseUnlessEditable(order);
  refuseIfLocked(item);
  const index = order.items.indexOf(item);
  changeOrder(actor, order, () => {
    order.items.splice(index, 1);
    return () => void order.items.splice(index, 0, item);
  });
  release(actor, order, item);
}

/** Builds a line without putting it anywhere; what is wrong goes to `errors`, with fields under `prefix`. */
export function buildItem(
  tenant: TenantStore,
  order: Target,
  given: { body: ItemBody; prefix: string; errors: FieldError[] },
): OrderItem | undefined {
  const { body, prefix, errors } = given;
  const product = resolveProduct(tenant, given);
  errors.push(...checkDiscountFields(tenant, body, prefix));
  if (!product) return undefined;
  const item: OrderItem = {
    orderItemUid: body.orderItemUid ?? tenant.newUid(),
    productUid: product.productUid,
    sku: product.sku,
    productType: product.productType ?? 'STOCK',
    name: body.name ?? product.name,
    note: body.note ?? null,
    externalId: body.externalId ?? null,
    parentOrderItemUid: body.parentOrderItemUid ?? null,
    ledgerNumber: product.ledgerNumber ?? null,
    quantity: body.quantity,
    itemPrice: body.itemPrice ?? priceFor(tenant, { ...order, product }),
    itemCost: product.purchasePrice ?? null,
    itemDiscountAmount: body.itemDiscountAmount ?? 0,
    itemDiscountPercentage: body.itemDiscountPercentage ?? null,
    discountReasonCode: body.discountReasonCode ?? null,
    returnReasonCode: null,
    orderDiscountShare: 0,
    vatRate: tenant.vatCode(product.vatCodeUid ?? '')?.rate ?? 0,
    quantityDelivered: 0,
    quantitySettled: 0,
    quantityReserved: 0,
    orderLinks: [],
  };
  errors.push(...checkLine(order, item, prefix, takesNegativePrices(tenant)));
  return item;
}

/** Puts all lines that are not locked to the price that now holds for the order's customer (U-PRICE). */
export function repriceItems(tenant: TenantStore, order: Order): Undo {
  const before = order.items.map((item) => ({ item, price: item.itemPrice, discount: item.itemDiscountAmount }));
  for (const item of order.items) {
    const product = tenant.products.get(item.productUid);
    if (isLocked(item) || !product) continue;
    item.itemPrice = priceFor(tenant, { ...order, product });
    const gross = Math.abs(lineGross(item));
    item.itemDiscountAmount = Math.max(Math.min(item.itemDiscountAmount, gross), -gross);
  }
  return () => {
    for (const { item, price, discount } of before) {
      item.itemPrice = price;
      item.itemDiscountAmount = discount;
    }
  };
}

/** @throws FlowProblem 409 unless lines and discounts of the order may be written now */
export function refuseUnlessEditable(order: Order): void {
  refuseIfFinal(order);
  if (order.settleState === 'SETTLED') throw conflict('ORDER_SETTLED', 'Lines of a settled order cannot be changed.');
  if (order.orderState !== 'OPEN') {
    throw conflict('ORDER_NOT_OPEN', `The order is ${order.orderState}; it must be OPEN to change its lines.`);
  }
}

/** The line of an order. @throws FlowProblem 404 */
export function itemOf(order: Order, uid: string): OrderItem {
  const item = order.items.find(({ orderItemUid }) => orderItemUid === uid);
  if (!item) throw notFound('line');
  return item;
}

function refuseIfLocked(item: OrderItem): void {
  if (isLocked(item)) throw conflict('ORDER_ITEM_LOCKED', 'A settled or delivered line cannot be changed.');
}

function resolveProduct(
  tenant: TenantStore,
  { body, prefix, errors }: { body: ItemBody; prefix: string; errors: FieldError[] },
): Product | undefined {
  if (body.productUid) {
    const product = tenant.products.get(body.productUid);
    if (!product) errors.push({ field: `${prefix}productUid`, message: 'names no product' });
    else if (body.sku && product.sku !== body.sku) {
      errors.push({ field: `${prefix}sku`, message: 'is not the SKU of the product' });
    }
    return sellable(product, `${prefix}productUid`, errors);
  }
  if (!body.sku) {
    errors.push({ field: `${prefix}sku`, message: 'is missing: productUid or sku is needed' });
    return undefined;
  }
  const [product, another] = tenant.products.find('sku', body.sku);
  if (!product) errors.push({ field: `${prefix}sku`, message: 'names no product' });
  if (another) errors.push({ field: `${prefix}sku`, message: 'is the SKU of several products' });
  return sellable(product, `${prefix}sku`, errors);
}

function sellable(product: Product | undefined, field: string, errors: FieldError[]): Product | undefined {
  if (product?.productType === 'CONFIGURABLE') {
    errors.push({ field, message: 'is the parent of variants and cannot be sold itself' });
  }
  if (product?.allowSale === 'NO') errors.push({ field, message: 'may not be sold' });
  return product;
}

function checkDiscountFields(tenant: TenantStore, body: ItemPatch, prefix: string): FieldError[] {
  const errors: FieldError[] = [];
  if (typeof body.itemDiscountAmount === 'number' && typeof body.itemDiscountPercentage === 'number') {
    errors.push({ field: `${prefix}itemDiscountPercentage`, message: 'cannot stand beside itemDiscountAmount' });
  }
  if (body.discountReasonCode && !isDiscountReason(tenant, body.discountReasonCode)) {
    errors.push({ field: `${prefix}discountReasonCode`, message: 'names no DISCOUNT reason' });
  }
  return errors;
}

/** Whether a code names a reason for discounts. */
export function isDiscountReason(tenant: TenantStore, code: string): boolean {
  return tenant.reasons.find('code', `DISCOUNT/${code}`).length > 0;
}

function applyPatch(item: OrderItem, patch: ItemPatch): void {
  if (patch.quantity !== undefined) item.quantity = patch.quantity;
  if (typeof patch.itemPrice === 'number') item.itemPrice = patch.itemPrice;
  if (patch.itemDiscountAmount !== undefined) {
    item.itemDiscountAmount = patch.itemDiscountAmount ?? 0;
    item.itemDiscountPercentage = null;
  }
  if (patch.itemDiscountPercentage !== undefined) item.itemDiscountPercentage = patch.itemDiscountPercentage;
  if (patch.discountReasonCode !== undefined) item.discountReasonCode = patch.discountReasonCode;
  if (patch.externalId !== undefined) item.externalId = patch.externalId;
  if (typeof patch.name === 'string') item.name = patch.name;
  if (patch.note !== undefined) item.note = patch.note;
}
