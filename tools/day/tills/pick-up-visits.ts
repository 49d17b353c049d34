import { flowUidOf } from '../../../sandbox/chain/build-chain';
import { type ChainMarket } from '../../../sandbox/chain/types';
import { orderKind } from '../../../src/contracts/kinds/order';
import { type MadeUpOrder } from '../shop/made-up-orders';
import { type FlowTills, type TillOrder, type TillPayment } from '../vendors/flow-tills';
import { type TillDesk, type Visit } from './visit';

const LOOK_EVERY_MS = 2_000;

/** An order of the web shop that is fetched in a store. */
export interface PickUp {
  readonly made: MadeUpOrder;
  readonly market: ChainMarket;
}

/** How the money is taken of an order that is not paid yet. */
export type PickUpMoney = 'cash' | 'card' | 'paid';

/** The whole order goes to the customer. */
export function wholePickUp(pickUp: PickUp, money: PickUpMoney): Visit {
  return visit(`web order handed over, ${money === 'paid' ? 'prepaid' : `paid by ${money}`}`, pickUp, (tills, order) =>
    tills.handOver(order, paymentsOf(money)),
  );
}

/** Some of it goes to the customer today. */
export function partPickUp(pickUp: PickUp, money: PickUpMoney): Visit {
  return visit('web order handed over in part', pickUp, async (tills, order, { book }) => {
    book.silent.set(pickUp.made.order.orderNumber, 'a part was handed over');
    const [first] = order.items.filter(({ quantity, quantityDelivered }) => quantity > quantityDelivered);
    if (!first) throw new Error('nothing is left to hand over');
    const lines = [{ orderItemUid: first.orderItemUid, quantity: first.quantity - first.quantityDelivered }];
    return tills.handOver(order, { lines, ...paymentsOf(money) });
  });
}

/** The rest of what {@link partPickUp} began. */
export function restPickUp({ made, market }: PickUp): Visit {
  return {
    what: 'rest of a web order handed over',
    run: async ({ book, tillsOf }) => {
      await book.change(made.order.orderNumber, (order) => tillsOf(market).handOver(order));
    },
  };
}

/** The customer looks at it and does not want it. */
export function refusedPickUp(pickUp: PickUp): Visit {
  return visit('web order refused', pickUp, (tills, order, { book }) => {
    const { orderNumber } = pickUp.made.order;
    book.endedOrders.set(orderNumber, 'refused');
    book.silent.set(orderNumber, 'refused at the till');
    return tills.cancel(order);
  });
}

/** The customer does not want one thing of it. */
export function shortenedPickUp(pickUp: PickUp): Visit {
  return visit('line of a web order removed, then handed over', pickUp, async (tills, order, { pause, book }) => {
    book.silent.set(pickUp.made.order.orderNumber, 'a line was removed at the till');
    const last = order.items.at(-1);
    if (last) await tills.removeLine(order, last.orderItemUid);
    await pause(3_000);
    return tills.handOver(order, paymentsOf('card'));
  });
}

/** The customer pays a part today and fetches it later. */
export function depositPickUp(pickUp: PickUp): Visit {
  return visit('deposit on a web order, then handed over', pickUp, async (tills, order, { pause, book }) => {
    book.silent.set(pickUp.made.order.orderNumber, 'a deposit was paid');
    const amount = Math.max(Math.floor(order.orderTotals.totalAmount / 300) * 100, 100);
    await tills.pay(order, [{ settlementCode: 'CARD', amount }]);
    await pause(3_000);
    return tills.handOver(order, paymentsOf('card'));
  });
}

/** Nobody comes: Flow clears up what is past its deadline. The web shop's orders are named to the book beforehand. */
export function clearUp(markets: readonly ChainMarket[]): Visit {
  return {
    what: 'clearing up of orders past their deadline',
    run: async ({ tillsOf }) => {
      for (const market of markets) await tillsOf(market).expire();
    },
  };
}

/** Goods of a web order that was handed over come back. */
export function webGoodsBack({ made, market }: PickUp, orderUid: string): Visit {
  return {
    what: 'return of a web order',
    run: async ({ book, tillsOf }) => {
      await book.change(made.order.orderNumber, async (order) => {
        const [first] = order.items;
        if (!first) throw new Error('the web order has no line');
        const lines = [{ orderItemUid: first.orderItemUid, quantity: first.quantityDelivered, reasonCode: 'REGRET' }];
        const body = { orderUid, originalOrderUid: order.orderUid, lines, ...paymentsOf('card') };
        await tillsOf(market).takeBack(order.storeUid, body);
        return order;
      });
    },
  };
}

function visit(
  what: string,
  { made, market }: PickUp,
  work: (tills: FlowTills, order: TillOrder, desk: TillDesk) => Promise<TillOrder>,
): Visit {
  return {
    what,
    run: async (desk) => {
      const tills = desk.tillsOf(market);
      const fetched = (async (): Promise<TillOrder> => {
        const order = await waitForOrder({ made, market }, desk);
        return work(tills, order, desk);
      })();
      await desk.book.note(made.order.orderNumber, fetched);
    },
  };
}

/** Waits until the screen of its store shows a web order. @throws Error when it does not come */
export async function waitForOrder(
  { made, market }: PickUp,
  { arrivals, tillsOf }: Pick<TillDesk, 'arrivals' | 'tillsOf'>,
): Promise<TillOrder> {
  const { orderNumber, store } = made.order;
  const workflowId = orderKind.id({ tenantUid: market.tenantUid, orderNumber });
  return await arrivals.until(
    { what: `web order ${orderNumber}`, workflowId, lookEveryMs: LOOK_EVERY_MS },
    async () => {
      const found = await tillsOf(market).findWebOrder(flowUidOf(store.storeId), orderNumber);
      return found?.orderState === 'PARKED' ? found : undefined;
    },
  );
}

function paymentsOf(money: PickUpMoney): { payments?: TillPayment[] } {
  if (money === 'paid') return {};
  return { payments: [{ settlementCode: money === 'cash' ? 'CASH' : 'CARD' }] };
}
