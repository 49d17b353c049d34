import { type Actor } from '../events';
import { conflict, duplicateUid, invalidField, notFound } from '../problem';
import { type Audited } from '../store/collection';
import { assertVoucherNumberLeft, changeOrder, refuseIfFinal } from './change-order';
import { type DiscountBody, type PrePaymentBody, type SettlementBody } from './order-bodies';
import { isDiscountReason, itemOf, refuseUnlessEditable } from './order-lines';
import { type Order, type OrderDiscount, type OrderItem, type Settlement } from './order-model';
import { divideRounded, isLocked, lineTotal, remainingOf } from './order-rules';

/** A payment; at the till, with what rounding to coins added to what was owed. */
export type Payment = SettlementBody & { readonly cashRounding?: number };

/** Records a payment. When the payments reach the order's total, the order is settled and has a receipt. */
export function settle(actor: Actor, order: Audited<Order>, body: Payment): Settlement {
  const { tenant } = actor;
  if (body.settlementUid && order.settlements.some(({ settlementUid }) => settlementUid === body.settlementUid)) {
    throw duplicateUid('settlement', 'settlementUid');
  }
  refuseIfFinal(order);
  if (order.settleState === 'SETTLED') throw conflict('ORDER_SETTLED', 'The order is settled already.');
  if (order.items.length === 0) throw conflict('ORDER_EMPTY', 'An order without lines cannot be settled.');
  const { cashRounding = 0 } = body;
  checkAmount(order, body.amount - cashRounding);
  const method = paymentMethodOf(actor, order, body.storePaymentMethodUid);
  assertVoucherNumberLeft(actor, order);
  const settlement: Settlement = {
    settlementUid: body.settlementUid ?? tenant.newUid(),
    amount: body.amount,
    externalId: body.externalId ?? null,
    deviceIdentifier: body.deviceIdentifier ?? null,
    storePaymentMethodUid: body.storePaymentMethodUid,
    settlementCode: method.settlementCode,
    settlementName: method.name,
    cashRounding,
    settledAt: tenant.now(),
    orderReceiptUid: null,
  };
  changeOrder(actor, order, () => {
    order.settlements.push(settlement);
    return () => void order.settlements.pop();
  });
  return settlement;
}

/**
 * Reserves money on an order: no payment, no receipt, and the order stays as editable as it was; it is put aside
 * (flow-api.md §9).
 */
export function prePay(actor: Actor, order: Audited<Order>, body: PrePaymentBody): Settlement {
  const { tenant } = actor;
  const { manners } = tenant;
  const { amount, settlementCode, externalId = null } = body;
  if (body.settlementUid && order.settlements.some(({ settlementUid }) => settlementUid === body.settlementUid)) {
    throw duplicateUid('settlement', 'settlementUid');
  }
  refuseIfFinal(order);
  if (manners.has('pre-payment-refused')) throw conflict('PRE_PAYMENT_DISABLED', 'Pre-Payment is not enabled.');
  if (order.settleState === 'SETTLED') throw conflict('ORDER_SETTLED', 'The order is settled already.');
  if (amount > remainingOf(order)) throw invalidField('amount', 'is more than remains to be paid');
  const method = tenant.storePaymentMethods
    .find('storeUid', order.storeUid)
    .map(({ storePaymentMethodUid, tenantPaymentMethodUid, active }) => ({
      ...tenant.paymentMethods.get(tenantPaymentMethodUid),
      storePaymentMethodUid,
      isOfStore: active,
    }))
    .find(({ settlementCode: code, active, isOfStore }) => code === settlementCode && isOfStore && active !== false);
  if (!method) throw invalidField('settlementCode', 'names no payment method of the store');
  const settlement: Settlement = {
    settlementUid: body.settlementUid ?? tenant.newUid(),
    amount,
    externalId,
    deviceIdentifier: null,
    storePaymentMethodUid: method.storePaymentMethodUid,
    settlementCode,
    settlementName: method.name ?? settlementCode,
    cashRounding: 0,
    settledAt: tenant.now(),
    orderReceiptUid: null,
    isReserved: true,
  };
  const { orderState } = order;
  changeOrder(actor, order, () => {
    order.settlements.push(settlement);
    if (!manners.has('pre-payment-keeps-state')) order.orderState = 'PARKED';
    return () => {
      order.settlements.pop();
      order.orderState = orderState;
    };
  });
  return settlement;
}

/** Frees a pre-payment that was not used (assumed: the contract only says where it is handled). */
export function freePrePayment(actor: Actor, order: Audited<Order>, uid: string): void {
  const index = order.settlements.findIndex(({ settlementUid }) => settlementUid === uid);
  const settlement = order.settlements[index];
  if (!settlement) throw notFound('settlement');
  if (!settlement.isReserved) throw conflict('SETTLEMENT_DONE', 'The settlement is a payment and cannot be removed.');
  changeOrder(actor, order, () => {
    order.settlements.splice(index, 1);
    return () => void order.settlements.splice(index, 0, settlement);
  });
}

/** Gives a discount on the whole order, or on one line, or on all lines with certain SKUs. */
export function addDiscount(actor: Actor, order: Audited<Order>, body: DiscountBody): OrderDiscount {
  if (body.orderDiscountUid && order.discounts.some((d) => d.orderDiscountUid === body.orderDiscountUid)) {
    throw duplicateUid('discount', 'orderDiscountUid');
  }
  refuseUnlessEditable(order);
  const targets = targetsOf(actor, order, body);
  const base = Math.abs((targets ?? order.items).reduce((sum, item) => sum + lineTotal(item), 0));
  if (body.type === 'AMOUNT' && body.amount > base) throw invalidField('amount', 'is more than the lines are worth');
  if (body.type === 'PERCENTAGE' && body.amount > 10_000) {
    throw invalidField('amount', 'is in hundredths of a percent, at most 10000');
  }
  const discount = toDiscount(body, body.orderDiscountUid ?? actor.tenant.newUid(), targets);
  changeOrder(actor, order, () => {
    const undoLines = targets ? discountLines(targets, discount) : undefined;
    order.discounts.push(discount);
    return () => {
      order.discounts.pop();
      undoLines?.();
    };
  });
  return discount;
}

function checkAmount(order: Order, amount: number): void {
  const remaining = remainingOf(order);
  if (amount === 0 && remaining !== 0) throw invalidField('amount', 'must not be 0');
  if (amount * remaining < 0) throw invalidField('amount', 'has the wrong sign for this order');
  if (Math.abs(amount) > Math.abs(remaining)) throw invalidField('amount', 'is more than remains to be paid');
}

function paymentMethodOf(
  { tenant }: Actor,
  order: Order,
  uid: string,
): { readonly settlementCode: string; readonly name: string } {
  const ofStore = tenant.storePaymentMethods.get(uid);
  const method = ofStore && tenant.paymentMethods.get(ofStore.tenantPaymentMethodUid);
  if (!ofStore || ofStore.storeUid !== order.storeUid || !method) {
    throw invalidField('storePaymentMethodUid', 'names no payment method of the store');
  }
  if (!ofStore.active || method.active === false) throw invalidField('storePaymentMethodUid', 'is not active');
  return method;
}

function targetsOf({ tenant }: Actor, order: Order, body: DiscountBody): OrderItem[] | undefined {
  if (body.discountReasonCode && !isDiscountReason(tenant, body.discountReasonCode)) {
    throw invalidField('discountReasonCode', 'names no DISCOUNT reason');
  }
  let targets: OrderItem[] | undefined;
  if (body.orderItemUid) {
    if (!order.items.some(({ orderItemUid }) => orderItemUid === body.orderItemUid)) {
      throw invalidField('orderItemUid', 'names no line of the order');
    }
    targets = [itemOf(order, body.orderItemUid)];
  } else if (body.productSkus && body.productSkus.length > 0) {
    const skus = new Set(body.productSkus);
    targets = order.items.filter(({ sku }) => skus.has(sku));
    if (targets.length === 0) throw invalidField('productSkus', 'name no line of the order');
  }
  if (targets?.some(isLocked)) throw conflict('ORDER_ITEM_LOCKED', 'A settled or delivered line cannot be changed.');
  return targets;
}

function toDiscount(body: DiscountBody, uid: string, targets: OrderItem[] | undefined): OrderDiscount {
  return {
    orderDiscountUid: uid,
    type: body.type,
    amount: body.amount,
    origin: body.origin,
    name: body.name ?? null,
    discountCode: body.discountCode ?? null,
    discountReasonCode: body.discountReasonCode ?? null,
    discountReference: body.discountReference ?? null,
    campaignUid: body.campaignUid ?? null,
    validTo: body.validTo ?? null,
    maxUsage: body.maxUsage ?? null,
    scope: targets ? 'ORDER_ITEM' : 'WHOLE_ORDER',
    orderItemUids: targets?.map(({ orderItemUid }) => orderItemUid) ?? [],
  };
}

/** Adds a discount on lines to the lines themselves; an amount is spread by their price, the rest on the last one. */
function discountLines(targets: readonly OrderItem[], discount: OrderDiscount): () => void {
  const before = targets.map((item) => ({ ...item }));
  const base = targets.reduce((sum, item) => sum + lineTotal(item), 0);
  let left = base < 0 ? -discount.amount : discount.amount;
  for (const [index, item] of targets.entries()) {
    const total = lineTotal(item);
    const isLast = index === targets.length - 1;
    const share = base === 0 ? 0 : isLast ? left : Math.trunc((discount.amount * total) / Math.abs(base));
    const amount = discount.type === 'PERCENTAGE' ? divideRounded(total * discount.amount, 10_000) : share;
    left -= share;
    item.itemDiscountAmount += amount;
    item.itemDiscountPercentage = null;
    item.discountReasonCode = discount.discountReasonCode ?? item.discountReasonCode;
  }
  return () => {
    for (const [index, item] of targets.entries()) Object.assign(item, before[index]);
  };
}
