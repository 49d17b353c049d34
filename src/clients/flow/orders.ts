import { type CallContext } from '../http';
import { FLOW_FILTERS, FLOW_NEWEST_CHANGE_FIRST } from './assumed';
import { type FlowConnection } from './connection';
import { changedSince } from './pages';
import {
  flowOrderHandlingSchema,
  flowOrderSchema,
  flowOrderSummarySchema,
  flowSettlementSchema,
  type FlowOrder,
  type FlowOrderHandling,
  type FlowOrderSummary,
  type FlowSettlement,
} from './schemas';
import {
  type FlowItemUpdate,
  type FlowItemWrite,
  type FlowOrderListFilter,
  type FlowOrderUpdate,
  type FlowOrderWrite,
  type FlowSettlementWrite,
} from './writes';

/** An order within its store. */
export interface FlowOrderRef {
  readonly storeUid: string;
  readonly orderUid: string;
}

/** A line within its order. */
export interface FlowItemRef extends FlowOrderRef {
  readonly orderItemUid: string;
}

/** Orders of Flow (flow-api.md §3.7). */
export class FlowOrders {
  constructor(private readonly flow: FlowConnection) {}

  /** The full order. `GET T/orders/{orderUid}`: API:order (flow-api.md §3.7). */
  get(orderUid: string, context?: CallContext): Promise<FlowOrder | undefined> {
    const request = { operation: 'GET order', method: 'GET', path: this.flow.paths.order(orderUid) } as const;
    return this.flow.readIfFound(request, flowOrderSchema, context);
  }

  /**
   * Orders of a store that carry exactly this external number. The comparison is ours: nothing says that Flow's filter is
   * exact, and a wrong match would overwrite somebody else's order. `GET S/orders`: API:order (flow-api.md §3.7).
   */
  async findByExternalNumber(
    storeUid: string,
    externalOrderNumber: string,
    context?: CallContext,
  ): Promise<FlowOrderSummary[]> {
    const path = this.flow.paths.storeOrders(storeUid);
    const query = { [FLOW_FILTERS.orderByExternalNumber]: externalOrderNumber };
    const list = { operation: 'GET orders', path, query, item: flowOrderSummarySchema };
    const found = await this.flow.list(list, context);
    return found.filter((order) => order.externalOrderNumber === externalOrderNumber);
  }

  /**
   * Orders of a store, newest change first, in batches; with `modifiedFrom` only those changed then or later, and no page
   * beyond that is asked for. Each order comes once. `GET S/orders`: API:order; its sorting: flow-api.md §2.
   */
  async *list(
    storeUid: string,
    { modifiedFrom, externalOrderNumber }: FlowOrderListFilter = {},
    context?: CallContext,
  ): AsyncGenerator<FlowOrderSummary[], void, undefined> {
    const query = { ...FLOW_NEWEST_CHANGE_FIRST, [FLOW_FILTERS.orderByExternalNumber]: externalOrderNumber };
    const path = this.flow.paths.storeOrders(storeUid);
    const uidOf = ({ orderUid }: FlowOrderSummary): string => orderUid;
    const pages = this.flow.pages(
      { operation: 'GET orders', path, query, item: flowOrderSummarySchema, uidOf },
      context,
    );
    for await (const orders of changedSince(pages, modifiedFrom)) {
      const wanted = orders.filter(
        (order) => externalOrderNumber === undefined || order.externalOrderNumber === externalOrderNumber,
      );
      if (wanted.length > 0) yield wanted;
    }
  }

  /** Makes an order. 409 when its `orderUid` exists. `POST S/orders`: assumed (flow-api.md §3.7). */
  create(storeUid: string, order: FlowOrderWrite, context?: CallContext): Promise<FlowOrder> {
    const path = this.flow.paths.storeOrders(storeUid);
    return this.flow.read({ operation: 'POST order', method: 'POST', path, body: order }, flowOrderSchema, context);
  }

  /** Changes the members given and answers the whole order. `PUT S/orders/{orderUid}`: assumed (flow-api.md §3.7). */
  update(ref: FlowOrderRef, change: FlowOrderUpdate, context?: CallContext): Promise<FlowOrder> {
    const path = this.flow.paths.storeOrder(ref.storeUid, ref.orderUid);
    return this.flow.read({ operation: 'PUT order', method: 'PUT', path, body: change }, flowOrderSchema, context);
  }

  /** Adds a line to an open order. The answer is not read. `POST S/orders/{o}/items`: assumed (flow-api.md §3.7). */
  async addItem(ref: FlowOrderRef, item: FlowItemWrite, context?: CallContext): Promise<void> {
    const path = this.flow.paths.items(ref.storeUid, ref.orderUid);
    await this.flow.send({ operation: 'POST order item', method: 'POST', path, body: item }, context);
  }

  /** Changes a line of an open order. The answer is not read. `PUT …/items/{orderItemUid}`: assumed (flow-api.md §3.7). */
  async updateItem(ref: FlowItemRef, change: FlowItemUpdate, context?: CallContext): Promise<void> {
    const path = this.itemPath(ref);
    await this.flow.send({ operation: 'PUT order item', method: 'PUT', path, body: change }, context);
  }

  /** Removes a line of an open order. `DELETE …/items/{orderItemUid}`: assumed (flow-api.md §3.7). */
  async deleteItem(ref: FlowItemRef, context?: CallContext): Promise<void> {
    await this.flow.send({ operation: 'DELETE order item', method: 'DELETE', path: this.itemPath(ref) }, context);
  }

  /** Attaches a handling to an order. `POST S/orders/{o}/handlings`: API:orderhandling (flow-api.md §3.7). */
  addHandling(ref: FlowOrderRef, handlingUid: string, context?: CallContext): Promise<FlowOrderHandling> {
    const path = this.flow.paths.handlings(ref.storeUid, ref.orderUid);
    const request = { operation: 'POST order handling', method: 'POST', path, body: { handlingUid } } as const;
    return this.flow.read(request, flowOrderHandlingSchema, context);
  }

  /**
   * Adds a payment to an order. 409 when its `settlementUid` exists.
   * `POST S/orders/{o}/settlements`: API:ordersettlement (flow-api.md §3.7).
   */
  addSettlement(ref: FlowOrderRef, settlement: FlowSettlementWrite, context?: CallContext): Promise<FlowSettlement> {
    const path = this.flow.paths.settlements(ref.storeUid, ref.orderUid);
    const request = { operation: 'POST order settlement', method: 'POST', path, body: settlement } as const;
    return this.flow.read(request, flowSettlementSchema, context);
  }

  private itemPath({ storeUid, orderUid, orderItemUid }: FlowItemRef): string {
    return `${this.flow.paths.items(storeUid, orderUid)}/${encodeURIComponent(orderItemUid)}`;
  }
}
