import { type Actor } from '../events';
import { duplicateUid, type FieldError, invalidField, notFound, refuseIfAny } from '../problem';
import { type Audited } from '../store/collection';
import { changeOrder, emitOrderEvent, moveStock, refuseIfFinal, storeOf } from './change-order';
import { referenceTo } from '../events';
import { type DeliveryBody } from './order-bodies';
import { type Delivery, type DeliveryItem, type HandlingState, type Order, type OrderHandling } from './order-model';
import { isStockControlled } from './order-rules';

/** Hands over lines, wholly or in part: stock and reservation go down, for returned goods stock goes up. */
export function deliver(actor: Actor, order: Audited<Order>, body: DeliveryBody): Delivery {
  const { tenant } = actor;
  if (body.deliveryUid && order.deliveries.some(({ deliveryUid }) => deliveryUid === body.deliveryUid)) {
    throw duplicateUid('delivery', 'deliveryUid');
  }
  refuseIfFinal(order);
  if (body.deliveryProviderUid && !tenant.deliveryProviders.has(body.deliveryProviderUid)) {
    throw invalidField('deliveryProviderUid', 'names no delivery provider');
  }
  const items = checkedItems(actor, order, body);
  const delivery: Delivery = {
    deliveryUid: body.deliveryUid ?? tenant.newUid(),
    deliveryDate: body.deliveryDate ?? tenant.now(),
    externalDeliveryReference: body.externalDeliveryReference ?? null,
    deliveryProviderUid: body.deliveryProviderUid ?? null,
    signature: body.signature ?? null,
    note: body.note ?? null,
    items,
    createdAt: tenant.now(),
  };
  changeOrder(actor, order, () => {
    order.deliveries.push(delivery);
    for (const { orderItemUid, quantityDelivered } of items) {
      const item = order.items.find((candidate) => candidate.orderItemUid === orderItemUid);
      if (item) item.quantityDelivered += quantityDelivered;
    }
    // Whatever can be wrong was checked before.
    return () => undefined;
  });
  for (const { orderItemUid, warehouseUid, quantityDelivered } of items) {
    const item = order.items.find((candidate) => candidate.orderItemUid === orderItemUid);
    if (item && isStockControlled(item)) {
      moveStock(actor, { warehouseUid, productUid: item.productUid }, -quantityDelivered);
    }
  }
  return delivery;
}

/** Everything that has not been handed over yet, as the body of a delivery; nothing when all is. */
export function restToDeliver(order: Order): DeliveryBody | undefined {
  const items = order.items
    .filter((item) => item.quantityDelivered !== item.quantity)
    .map((item) => ({ orderItemUid: item.orderItemUid, quantityDelivered: item.quantity - item.quantityDelivered }));
  return items.length > 0 ? { items } : undefined;
}

function checkedItems(actor: Actor, order: Order, body: DeliveryBody): DeliveryItem[] {
  const { tenant } = actor;
  const store = storeOf(actor, order);
  const errors: FieldError[] = [];
  const items: DeliveryItem[] = [];
  const lines = new Map(order.items.map((item) => [item.orderItemUid, item]));
  const soFar = new Map<string, number>();
  const takenSoFar = (key: string, quantity: number): number => {
    const sum = (soFar.get(key) ?? 0) + quantity;
    soFar.set(key, sum);
    return sum;
  };
  for (const [index, given] of body.items.entries()) {
    const prefix = `items[${index}].`;
    const line = lines.get(given.orderItemUid);
    const comesBack = given.quantityDelivered < 0;
    const defaultUid = comesBack ? store.defaultReturnWarehouseUid : undefined;
    const warehouseUid = given.warehouseUid ?? defaultUid ?? order.warehouseUid;
    if (!line) {
      errors.push({ field: `${prefix}orderItemUid`, message: 'names no line of the order' });
      continue;
    }
    const quantity = given.quantityDelivered;
    const delivered = line.quantityDelivered + takenSoFar(line.orderItemUid, quantity);
    if (quantity * line.quantity <= 0 || Math.abs(delivered) > Math.abs(line.quantity)) {
      errors.push({ field: `${prefix}quantityDelivered`, message: 'is not within what remains of the line' });
    }
    if (!mayUse(actor, warehouseUid, { storeUid: order.storeUid, role: comesBack ? 'RETURN' : 'DELIVER' })) {
      errors.push({ field: `${prefix}warehouseUid`, message: 'is not a warehouse the store may use for this' });
    } else if (isStockControlled(line) && quantity > 0) {
      const { quantityStock } = tenant.stock.look(warehouseUid, line.productUid);
      if (takenSoFar(`${warehouseUid}/${line.productUid}`, quantity) > quantityStock) {
        errors.push({ field: `${prefix}quantityDelivered`, message: 'is more than the warehouse has' });
      }
    }
    items.push({
      deliveryItemUid: given.deliveryItemUid ?? tenant.newUid(),
      orderItemUid: line.orderItemUid,
      sku: line.sku,
      quantityDelivered: quantity,
      serialnumber: given.serialnumber ?? null,
      warehouseUid,
    });
  }
  refuseIfAny(errors);
  return items;
}

function mayUse({ tenant }: Actor, warehouseUid: string, of: { storeUid: string; role: string }): boolean {
  return tenant.warehouseAccess
    .find('storeUid', of.storeUid)
    .some((access) => access.warehouseUid === warehouseUid && access.role === of.role);
}

/** Puts a handling (click & collect, online order) on an order. */
export function addHandling(
  { tenant, user }: Actor,
  order: Audited<Order>,
  body: { handlingUid: string; orderHandlingUid?: string | null | undefined },
): OrderHandling {
  if (order.handlings.some(({ orderHandlingUid }) => orderHandlingUid === body.orderHandlingUid)) {
    throw duplicateUid('order handling', 'orderHandlingUid');
  }
  refuseIfFinal(order);
  const handling = tenant.handlings.get(body.handlingUid);
  if (!handling || handling.active === false) throw invalidField('handlingUid', 'names no active handling');
  const now = tenant.now();
  const added: OrderHandling = {
    orderHandlingUid: body.orderHandlingUid ?? tenant.newUid(),
    handlingUid: body.handlingUid,
    state: 'NOT_STARTED',
    createdAt: now,
    lastModifiedAt: now,
  };
  order.handlings.push(added);
  tenant.touch(tenant.orders, order, user);
  return added;
}

/** Moves a handling on and tells the webhooks. */
export function setHandlingState(
  actor: Actor,
  order: Audited<Order>,
  { uid, state }: { uid: string; state: HandlingState },
): OrderHandling {
  const { tenant } = actor;
  const handling = order.handlings.find(({ orderHandlingUid }) => orderHandlingUid === uid);
  if (!handling) throw notFound('order handling');
  if (handling.state === state) return handling;
  handling.state = state;
  handling.lastModifiedAt = tenant.now();
  tenant.touch(tenant.orders, order, actor.user);
  const orderHandling = referenceTo({ idOf: () => order.handlings.indexOf(handling) + 1 }, uid);
  emitOrderEvent(actor, order, { action: 'ORDER_HANDLING_STATE_CHANGED', more: { orderHandling } });
  return handling;
}
