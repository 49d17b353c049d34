import type { FlowOrder } from '../../clients/flow/orders';
import type { FieldChange } from '../../contracts/order-inspection';
import type { DesiredOrder } from './mapping/omnium-order-to-flow';
import type { OrderChanges } from './mapping/plan-order-changes';

/** Nothing more can be settled; a pre-payment beyond that is told and left. */
function isPaid({ settlements, orderTotals }: FlowOrder): boolean {
  return settlements.reduce((sum, { amount }) => sum + amount, 0) >= orderTotals.totalAmount;
}

/** What making an order in Flow would write. */
export function describeCreation(desired: DesiredOrder): FieldChange[] {
  return [
    { system: 'Flow', field: 'externalOrderNumber', to: desired.externalOrderNumber },
    { system: 'Flow', field: 'orderState', to: desired.orderState },
    ...desired.items.map((item) => ({
      system: 'Flow' as const,
      field: `items[${item.externalId}].quantity`,
      to: item.quantity,
    })),
  ];
}

/** Members whose values are a person's: that they change is told, what they are is not. */
const PERSONAL = new Set(['customerUid', 'customerAddress', 'invoiceAddress']);

/** What a plan would write to an order in Flow; lines by Omnium's line item id. */
export function describeChanges(order: FlowOrder, changes: OrderChanges): FieldChange[] {
  const system = 'Flow' as const;
  const items = new Map(order.items.map((item) => [item.orderItemUid, item]));
  const header = Object.entries(changes.header).map(([field, to]): FieldChange => {
    if (PERSONAL.has(field)) return { system, field, to: '(personal)' };
    return { system, field, to: String(to) };
  });
  return [
    ...header,
    ...changes.itemsToAdd.map((item) => ({ system, field: `items[${item.externalId}].quantity`, to: item.quantity })),
    ...changes.itemsToUpdate.flatMap(({ orderItemUid, item, fields }) => {
      const now = items.get(orderItemUid);
      const values = {
        quantity: now?.quantity,
        itemPrice: now?.itemPrice,
        itemDiscountAmount: now?.itemDiscountAmount,
      };
      return fields.map((field): FieldChange => {
        const name = field as keyof typeof values;
        const from = values[name];
        return {
          system,
          field: `items[${item.externalId}].${field}`,
          ...(from !== undefined && { from }),
          to: item[name],
        };
      });
    }),
    ...changes.itemsToDelete.map(({ orderItemUid, externalId, quantity }) => ({
      system,
      field: `items[${externalId ?? orderItemUid}].quantity`,
      from: quantity,
    })),
    ...(isPaid(order) ? [] : changes.settlementsToAdd).map(({ externalId, amount }) => ({
      system,
      field: `settlements[${externalId}].amount`,
      to: amount,
    })),
    ...(changes.addHandling ? [{ system, field: 'orderhandlings', to: 'added' }] : []),
  ];
}
