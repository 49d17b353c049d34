 
import { type CallContext } from '../http';
import { FLOW_FILTERS } from './assumed';
import { type FlowConnection } from './connection';
import { flowPurchaseOrderHitSchema, flowPurchaseOrderSchema, type FlowPurchaseOrder } from './schemas';
import {
  type FlowPurchaseOrderItemUpdate,
  type FlowPurchaseOrderItemWrite,
  type FlowPurchaseOrderUpdate,
  type FlowPurchaseOrderWrite,
} from './writes';

/** Purchase orders of Flow (flow-api.md §3.8). */
export class FlowPurchaseOrders {
  constructor(private readonly flow: FlowConnection) {}

  /**
   * Purchase orders of a store; with `externalId` those that carry exactly this one. They may come without their lines. The
   * comparison is ours: nothing says that Flow's filter is exact. `GET S/purchase-orders`: API:purchase (flow-api.md §3.8).
   */
  async list(
    storeUid: string,
    { externalId }: { readonly externalId?: string } = {},
    context?: CallContext,
  ): Promise<FlowPurchaseOrder[]> {
    const path = this.flow.paths.purchaseOrders(storeUid);
    const query = { [FLOW_FILTERS.purchaseOrderByExternalId]: externalId };
    const list = { operation: 'GET purchase orders', path, query, item: flowPurchaseOrderHitSchema };
    const found = await this.flow.list(list, context);
    const wanted = found.filter((order) => externalId === undefined || order.externalId === externalId);
    return wanted.map((order) => ({ ...order, storeUid: order.storeUid ?? storeUid }));
  }

  /** The whole purchase order. `GET S/purchase-orders/{uid}`: path assumed (flow-api.md §3.8). */
  async get(storeUid: string, purchaseOrderUid: string, context?: CallContext): Promise<FlowPurchaseOrder | undefined> {
    const path = this.flow.paths.purchaseOrder(storeUid, purchaseOrderUid);
    const request = { operation: 'GET purchase order', method: 'GET', path } as const;
    const order = await this.flow.readIfFound(request, flowPurchaseOrderSchema, context);
    return order && { ...order, storeUid: order.storeUid ?? storeUid };
  }

  /**
   * Makes a purchase order, which the answer may show without its lines. 409 when its uid exists.
   * `POST S/purchase-orders`: API:purchase (flow-api.md §3.8).
   */
  async create(storeUid: string, order: FlowPurchaseOrderWrite, context?: CallContext): Promise<FlowPurchaseOrder> {
    const path = this.flow.paths.purchaseOrders(storeUid);
    const request = { operation: 'POST purchase order', method: 'POST', path, body: order } as const;
    const made = await this.flow.read(request, flowPurchaseOrderHitSchema, context);
    return { ...made, storeUid: made.storeUid ?? storeUid };
  }

  /**
   * Changes the members given. The answer is not read. `PUT S/purchase-orders/{uid}`: path and partial update assumed
   * (flow-api.md §2, §3.8).
   */
  async update(
    storeUid: string,
    purchaseOrderUid: string,
    change: FlowPurchaseOrderUpdate,
    context?: CallContext,
  ): Promise<void> {
    const path = this.flow.paths.purchaseOrder(storeUid, purchaseOrderUid);
    await this.flow.send({ operation: 'PUT purchase order', method: 'PUT', path, body: change }, context);
  }

  /**
   * Deletes a purchase order of which nothing was received; else Flow refuses with 409. False when there was none.
   * `DELETE S/purchase-orders/{uid}`: path and refusal assumed (flow-api.md §3.8).
   */
  delete(storeUid: string, purchaseOrderUid: string, context?: CallContext): Promise<boolean> {
    const path = this.flow.paths.purchaseOrder(storeUid, purchaseOrderUid);
    return this.flow.sendIfFound({ operation: 'DELETE purchase order', method: 'DELETE', path }, context);
  }

  /** Adds a line. 409 when its uid exists. The answer is not read. `POST …/items`: assumed (flow-api.md §3.8). */
  async addItem(
    storeUid: string,
    purchaseOrderUid: string,
    item: FlowPurchaseOrderItemWrite,
    context?: CallContext,
  ): Promise<void> {
    const path = this.flow.paths.purchaseOrderItems(storeUid, purchaseOrderUid);
    await this.flow.send({ operation: 'POST purchase order item', method: 'POST', path, body: item }, context);
  }

  /** Changes members of a line. The answer is not read. `PUT …/items/{itemUid}`: assumed (flow-api.md §3.8). */
  async updateItem(
    storeUid: string,
    purchaseOrderUid: string,
    purchaseOrderItemUid: string,
    change: FlowPurchaseOrderItemUpdate,
    context?: CallContext,
  ): Promise<void> {
    const path = this.flow.paths.purchaseOrderItem(storeUid, purchaseOrderUid, purchaseOrderItemUid);
    await this.flow.send({ operation: 'PUT purchase order item', method: 'PUT', path, body: change }, context);
  }

  /** Removes a line. False when there was none. `DELETE …/items/{itemUid}`: path assumed (flow-api.md §3.8). */
  deleteItem(
    storeUid: string,
    purchaseOrderUid: string,
    purchaseOrderItemUid: string,
    context?: CallContext,
  ): Promise<boolean> {
    const path = this.flow.paths.purchaseOrderItem(storeUid, purchaseOrderUid, purchaseOrderItemUid);
    return this.flow.sendIfFound({ operation: 'DELETE purchase order item', method: 'DELETE', path }, context);
  }
}
