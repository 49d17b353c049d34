import { randomUUID } from 'node:crypto';

import { type Directory } from '../catalogue/directory';
import {
  type Discount,
  type LineInput,
  type Order,
  type OrderForm,
  type OrderFormInput,
  type OrderInput,
  type OrderLine,
  type Payment,
  type PaymentInput,
  type Shipment,
  type ShipmentInput,
} from '../documents';
import { type FieldIssue, invalidFields } from '../problem';
import { type Market } from '../settings/seed-settings';
import { calculateTotals } from './totals';

const transactionTypes = new Set([
  ...['Authorization', 'Capture', 'Captured', 'Sale', 'Credit', 'Invoiced', 'Void'],
  ...['AwaitingAuthorization', 'ReleaseRemainingAuthorization', 'Settlement', 'SettlementFee', 'SettlementRefund'],
  ...['Bookkeeping', 'CreditBookkeeping'],
]);
const discountTypes = new Set(['None', 'LineItem', 'Order', 'Shipping', 'Manual', 'BonusPoints']);
const rewardTypes = new Set(['None', 'Money', 'Percentage', 'Free', 'FixedPrice', 'Gift', 'MultiBuys', 'Kit']);
const shipmentStatuses = new Set([
  ...['AwaitingInventory', 'OnHold', 'Packing', 'Released', 'Shipped', 'Cancelled'],
  ...['SplittedShippedShipment', 'PickingPostponed'],
]);

/** Collects what is wrong, member by member. */
export class Checker {
  readonly issues: FieldIssue[] = [];

  fail(field: string, message: string): undefined {
    this.issues.push({ field, message });
    return undefined;
  }

  /** `undefined` is fine; any other value must be in the set. */
  oneOf(field: string, value: string | undefined, known: { has(value: string): boolean }): void {
    if (value !== undefined && !known.has(value)) {
      this.fail(field, 'is not a known value');
    }
  }
}

/** Codes of lines of a till that no product stands behind: money (contract §8), and goods keyed in as text. */
const tillCodes = new Set(['REMITTANCE', 'NoSku']);

/** What Omnium keeps on a line by itself (contract §3.3): a caller that does not send it back does not take it away. */
const keptOnLines = [
  ...['reservedInventory', 'reservedInventoryDeliveryId', 'reservedInventoryPurchaseOrderId'],
  ...['reservedInventoryPurchaseOrderLineId', 'reservedInventoryQuantity'],
];

/** What a prepared order starts from. */
export interface PrepareContext {
  readonly id: string;
  readonly orderNumber: string;
  /** UTC, as Omnium writes it. */
  readonly now: string;
  /** The version before, when the order exists. */
  readonly previous?: Order;
}

/** Turns what a request brings into an order: references checked, lines enriched, amounts calculated. */
export class OrderPreparer {
  readonly #directory: Directory;

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  /**
   * Always builds fresh objects; the input is not changed.
   * @throws OmniumProblem 400 naming every wrong member.
   */
  prepare(input: OrderInput, context: PrepareContext): Order {
    const check = new Checker();
    const orderType = this.#orderType(input, check);
    const market = this.#market(input, check);
    if (input.storeId === undefined || !this.#directory.stores.has(input.storeId)) {
      check.fail('storeId', input.storeId === undefined ? 'is required' : 'is not a store');
    }
    check.oneOf('customerType', input.customerType, new Set(['B2B', 'B2C']));
    const form = this.#form(input.orderForm, { market, check, previous: context.previous });
    if (market === undefined || form === undefined || check.issues.length > 0) {
      throw invalidFields(check.issues);
    }
    const returns = input.returnOrderForms ?? context.previous?.returnOrderForms;
    const order: Order = {
      ...input,
      id: context.id,
      orderNumber: context.orderNumber,
      marketId: market.marketId,
      storeId: input.storeId ?? '',
      orderType,
      status: input.status ?? context.previous?.status ?? 'New',
      billingCurrency: input.billingCurrency ?? market.currency,
      customerType: input.customerType ?? 'B2C',
      ...this.#customerNumber(input),
      orderForm: form,
      ...(returns === undefined ? {} : { returnOrderForms: returns }),
      created: input.created ?? context.previous?.created ?? context.now,
      modified: context.now,
    };
    calculateTotals(order, market.defaultTaxRate);
    return order;
  }

  /** @throws OmniumProblem 400 when the order type has no such status. */
  requireStatus(orderType: string, status: string): void {
    if (this.#directory.orderTypes.get(orderType)?.orderStatuses.some(({ name }) => name === status) !== true) {
      throw invalidFields([{ field: 'status', message: `is not a status of order type ${orderType}` }]);
    }
  }

  #customerNumber(input: OrderInput): { customerNumber?: string } {
    const number = input.customerNumber ?? input.customerId;
    return number === undefined ? {} : { customerNumber: number };
  }

  #orderType(input: OrderInput, check: Checker): string {
    const name = input.orderType ?? 'Online';
    const type = this.#directory.orderTypes.get(name);
    if (type === undefined) {
      check.fail('orderType', 'is not a configured order type');
    } else if (input.status !== undefined && !type.orderStatuses.some((status) => status.name === input.status)) {
      check.fail('status', `is not a status of order type ${name}`);
    }
    return name;
  }

  #market(input: OrderInput, check: Checker): Market | undefined {
    if (input.marketId === undefined) {
      return check.fail('marketId', 'is required');
    }
    return this.#directory.markets.get(input.marketId) ?? check.fail('marketId', 'is not a market');
  }

  #form(
    input: OrderFormInput | undefined,
    { market, check, previous }: { market: Market | undefined; check: Checker; previous: Order | undefined },
  ): OrderForm | undefined {
    if (input?.lineItems === undefined) {
      return check.fail(input === undefined ? 'orderForm' : 'orderForm.lineItems', 'is required');
    }
    const lineItems: OrderLine[] = [];
    const seen = new Set<string>();
    const kept = keptMembers(previous);
    for (const [index, line] of input.lineItems.entries()) {
      const prepared = this.#line({ ...kept.get(line.lineItemId ?? ''), ...line }, market, {
        check,
        field: `orderForm.lineItems[${index}]`,
      });
      if (prepared !== undefined) {
        if (seen.has(prepared.lineItemId)) {
          check.fail(`orderForm.lineItems[${index}].lineItemId`, 'occurs twice');
        }
        seen.add(prepared.lineItemId);
        lineItems.push(prepared);
      }
    }
    const discounts = this.#discounts(input.discounts, { check, field: 'orderForm.discounts' });
    return {
      ...input,
      lineItems,
      shipments: check.issues.length > 0 ? [] : this.#shipments(input.shipments ?? [], lineItems, check),
      payments: (input.payments ?? []).map((payment, index) =>
        preparePayment(payment, check, `orderForm.payments[${index}]`),
      ),
      ...(discounts === undefined ? {} : { discounts }),
      handlingTotal: input.handlingTotal ?? 0,
    };
  }

  #line(line: LineInput, market: Market | undefined, at: { check: Checker; field: string }): OrderLine | undefined {
    const { check, field } = at;
    const { code } = line;
    const product = code === undefined ? undefined : this.#directory.product(code);
    if (code === undefined || (product === undefined && !tillCodes.has(code))) {
      return check.fail(`${field}.code`, code === undefined ? 'is required' : 'is not a product');
    }
    const quantity = line.quantity ?? 0;
    const cancelled = line.canceledQuantity ?? 0;
    if (cancelled < 0 || cancelled > Math.abs(quantity)) {
      check.fail(`${field}.canceledQuantity`, 'must be from 0 to the quantity');
    }
    if (line.taxRate !== undefined && (line.taxRate < 0 || line.taxRate > 100)) {
      check.fail(`${field}.taxRate`, 'must be a percentage');
    }
    const price = product?.priceIn(market?.marketId ?? '');
    const taxRate = line.taxRate ?? market?.defaultTaxRate ?? 0;
    const cost = line.cost ?? price?.['cost'];
    const lineDiscounts = this.#discounts(line.orderLineDiscounts, { check, field: `${field}.orderLineDiscounts` });
    return {
      ...product?.lineDefaults,
      ...line,
      lineItemId: line.lineItemId ?? randomUUID(),
      code,
      quantity,
      placedPrice: line.placedPrice ?? price?.unitPrice ?? 0,
      taxRate,
      suggestedRetailPrice: line['suggestedRetailPrice'] ?? price?.['recommendedRetailPrice'] ?? 0,
      ...(typeof cost === 'number' ? { cost } : {}),
      ...(lineDiscounts === undefined ? {} : { orderLineDiscounts: lineDiscounts }),
    };
  }

  #discounts(input: Discount[] | undefined, at: { check: Checker; field: string }): Discount[] | undefined {
    return input?.map((discount, index) => {
      at.check.oneOf(`${at.field}[${index}].discountType`, discount.discountType, discountTypes);
      at.check.oneOf(`${at.field}[${index}].rewardType`, discount.rewardType, rewardTypes);
      at.check.oneOf(`${at.field}[${index}].discountSource`, discount.discountSource, new Set(['Manual', 'Campaign']));
      return { ...discount };
    });
  }

  /** Shipments hold the very lines of the order form; each line may be in one shipment only. */
  #shipments(input: readonly ShipmentInput[], lines: readonly OrderLine[], check: Checker): Shipment[] {
    const free = new Map(lines.map((line) => [line.lineItemId, line]));
    const single = input.length === 1 && input[0]?.lineItems === undefined;
    return input.map((shipment, index) => {
      const field = `orderForm.shipments[${index}]`;
      this.#warehouses(shipment, { check, field });
      check.oneOf(`${field}.status`, shipment.status, shipmentStatuses);
      const wanted = single ? [...lines] : (shipment.lineItems ?? []);
      const lineItems = wanted.flatMap((each, lineIndex) => {
        const line = takeLine(free, each);
        if (line === undefined) {
          check.fail(`${field}.lineItems[${lineIndex}]`, 'is no line of the order form, or is in a shipment already');
        }
        return line ?? [];
      });
      const discounts = this.#discounts(shipment.discounts, { check, field: `${field}.discounts` });
      return {
        ...shipment,
        shipmentId: shipment.shipmentId ?? String(index + 1),
        status: shipment.status ?? 'AwaitingInventory',
        orderStatus: shipment.orderStatus ?? 'New',
        lineItems,
        ...(discounts === undefined ? {} : { discounts }),
      };
    });
  }

  #warehouses(shipment: ShipmentInput, at: { check: Checker; field: string }): void {
    for (const member of ['warehouseCode', 'pickUpWarehouseCode'] as const) {
      const code = shipment[member];
      if (code !== undefined && this.#directory.stores.get(code)?.isWarehouse !== true) {
        at.check.fail(`${at.field}.${member}`, 'is not a warehouse');
      }
    }
  }
}

/** What Omnium keeps on the lines of the version before, by line; most lines have none. */
const keptMembers = (previous: Order | undefined): Map<string, LineInput> => {
  const kept = new Map<string, LineInput>();
  for (const line of previous?.orderForm.lineItems ?? []) {
    if (line['reservedInventoryPurchaseOrderId'] !== undefined) {
      const members = keptOnLines.filter((name) => line[name] !== undefined);
      kept.set(line.lineItemId, Object.fromEntries(members.map((name) => [name, line[name]])));
    }
  }
  return kept;
};

/** The order form's line behind a shipment's copy: by id, or by SKU when the copy has no id. */
const takeLine = (free: Map<string, OrderLine>, copy: LineInput): OrderLine | undefined => {
  const id = copy.lineItemId ?? [...free.values()].find(({ code }) => code === copy.code)?.lineItemId;
  const line = id === undefined ? undefined : free.get(id);
  if (line !== undefined) {
    free.delete(line.lineItemId);
  }
  return line;
};

/** A payment with its required members checked (contract §3.3). An amount is positive; the type tells the direction. */
export const preparePayment = (payment: PaymentInput, check: Checker, field: string): Payment => {
  for (const member of ['paymentMethodName', 'transactionId', 'transactionType', 'status', 'amount'] as const) {
    if (payment[member] === undefined) {
      check.fail(`${field}.${member}`, 'is required');
    }
  }
  check.oneOf(`${field}.transactionType`, payment.transactionType, transactionTypes);
  check.oneOf(`${field}.status`, payment.status, new Set(['Processed', 'Failed']));
  if (payment.transactionType === 'Credit' && (payment.amount ?? 0) < 0) {
    check.fail(`${field}.amount`, 'must not be negative: Credit tells the direction');
  }
  return { ...payment, id: payment.id ?? randomUUID(), amount: payment.amount ?? 0 };
};
