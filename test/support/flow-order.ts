import { flowOrderSchema, type FlowOrder } from '../../src/clients/flow/orders';

type Members = Readonly<Record<string, unknown>>;

/** An order's document as Flow's JSON has it: each member that money, goods or identity hang on is there, as on a new order. */
export function flowOrderJson(members: Members): Record<string, unknown> {
  const list = (name: string): Members[] => (Array.isArray(members[name]) ? (members[name] as Members[]) : []);
  return {
    settleState: 'NOT_STARTED',
    deliveryState: 'NOT_STARTED',
    ...members,
    items: list('items').map((item) => ({
      ...{ quantityDelivered: 0, quantitySettled: 0, vatRate: 2500, orderLinks: [] },
      ...(item['totalPrice'] === undefined && { itemDiscountAmount: 0 }),
      ...item,
    })),
    settlements: list('settlements').map((settlement) => ({
      ...('state' in settlement || 'status' in settlement ? {} : { state: 'SETTLED', status: 'DONE' }),
      ...settlement,
    })),
  };
}

/** The same as the Flow client reads it. */
export function flowOrderOf(members: Members): FlowOrder {
  return flowOrderSchema.parse(flowOrderJson(members));
}
