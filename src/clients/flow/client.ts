import { type z } from 'zod';

import { HttpCaller, type CallContext, type HttpRequest } from '../http';
import { FLOW_FILTERS, FlowPaths, readErrorFields } from './assumed';
import { readAllPages } from './pages';
import {
  flowCustomerSchema,
  flowLoyaltyMemberSchema,
  flowOrderHandlingSchema,
  flowOrderSchema,
  flowOrderSummarySchema,
  flowPaymentMethodSchema,
  flowProductSchema,
  flowSettlementSchema,
  flowStorePaymentMethodSchema,
  flowStoreSchema,
  type FlowCustomer,
  type FlowCustomerUpdate,
  type FlowCustomerWrite,
  type FlowItemUpdate,
  type FlowItemWrite,
  type FlowLoyaltyMember,
  type FlowOrder,
  type FlowOrderHandling,
  type FlowOrderSummary,
  type FlowOrderUpdate,
  type FlowOrderWrite,
  type FlowPaymentMethod,
  type FlowProduct,
  type FlowSettlement,
  type FlowSettlementWrite,
  type FlowStore,
  type FlowStorePaymentMethod,
} from './schemas';

/** How to reach one tenant of Flow. */
export interface FlowClientOptions {
  /** Including the version, e.g. `https://api.flowretail.com/v2`. */
  readonly baseUrl: string;
  readonly tenantUid: string;
  /** The tenant's integration token: long-lived, never renewed by us. */
  readonly token: string;
  readonly timeoutMs: number;
  readonly maxConcurrentRequests: number;
}

/** An order within its store. */
export interface FlowOrderRef {
  readonly storeUid: string;
  readonly orderUid: string;
}

/** A line within its order. */
export interface FlowItemRef extends FlowOrderRef {
  readonly orderItemUid: string;
}

/**
 * Flow's public REST API version 2, as far as the integration uses it. Each method is one request (lists: one per page)
 * and fails with `VendorUnreachableError`, `VendorHttpError` or `VendorResponseInvalidError`. Reading one thing by its uid
 * answers undefined when there is none. The vendor's pages: https://docs.flowretail.com/api/tag/… (flow-api.md §0).
 */
export class FlowClient {
  private readonly http: HttpCaller;
  private readonly paths: FlowPaths;
  private readonly authorization: string;

  constructor(options: FlowClientOptions) {
    this.paths = new FlowPaths(options.tenantUid);
    this.authorization = `Bearer ${options.token}`;
    this.http = new HttpCaller({
      vendor: 'flow',
      baseUrl: options.baseUrl,
      timeoutMs: options.timeoutMs,
      maxConcurrentRequests: options.maxConcurrentRequests,
      memberCasing: 'as-is',
      readErrorFields,
    });
  }

  /** The full order. `GET T/orders/{orderUid}`: API:order (flow-api.md §3.7). */
  getOrder(orderUid: string, context: CallContext = {}): Promise<FlowOrder | undefined> {
    const request = this.sign({ operation: 'GET order', method: 'GET', path: this.paths.order(orderUid) });
    return this.http.readIfFound(request, flowOrderSchema, context);
  }

  /**
   * Orders of a store that carry exactly this external number. The comparison is ours: nothing says that Flow's filter is
   * exact, and a wrong match would overwrite somebody else's order. `GET S/orders`: API:order (flow-api.md §3.7).
   */
  async findOrdersByExternalNumber(
    storeUid: string,
    externalOrderNumber: string,
    context: CallContext = {},
  ): Promise<FlowOrderSummary[]> {
    const path = this.paths.storeOrders(storeUid);
    const query = { [FLOW_FILTERS.orderByExternalNumber]: externalOrderNumber };
    const found = await this.list({ operation: 'GET orders', path, query }, flowOrderSummarySchema, context);
    return found.filter((order) => order.externalOrderNumber === externalOrderNumber);
  }

  /** Makes an order. 409 when its `orderUid` exists. `POST S/orders`: assumed (flow-api.md §3.7). */
  createOrder(storeUid: string, order: FlowOrderWrite, context: CallContext = {}): Promise<FlowOrder> {
    const path = this.paths.storeOrders(storeUid);
    return this.http.read(this.write('POST order', path, order), flowOrderSchema, context);
  }

  /** Changes the members given and answers the whole order. `PUT S/orders/{orderUid}`: assumed (flow-api.md §3.7). */
  updateOrder(ref: FlowOrderRef, change: FlowOrderUpdate, context: CallContext = {}): Promise<FlowOrder> {
    const path = this.paths.storeOrder(ref.storeUid, ref.orderUid);
    return this.http.read(this.write('PUT order', path, change), flowOrderSchema, context);
  }

  /** Adds a line to an open order. The answer is not read. `POST S/orders/{o}/items`: assumed (flow-api.md §3.7). */
  async addItem(ref: FlowOrderRef, item: FlowItemWrite, context: CallContext = {}): Promise<void> {
    const path = this.paths.items(ref.storeUid, ref.orderUid);
    await this.http.send(this.write('POST order item', path, item), context);
  }

  /** Changes a line of an open order. The answer is not read. `PUT …/items/{orderItemUid}`: assumed (flow-api.md §3.7). */
  async updateItem(ref: FlowItemRef, change: FlowItemUpdate, context: CallContext = {}): Promise<void> {
    await this.http.send(this.write('PUT order item', this.itemPath(ref), change), context);
  }

  /** Removes a line of an open order. `DELETE …/items/{orderItemUid}`: assumed (flow-api.md §3.7). */
  async deleteItem(ref: FlowItemRef, context: CallContext = {}): Promise<void> {
    const request = this.sign({ operation: 'DELETE order item', method: 'DELETE', path: this.itemPath(ref) });
    await this.http.send(request, context);
  }

  /** Attaches a handling to an order. `POST S/orders/{o}/handlings`: API:orderhandling (flow-api.md §3.7). */
  addHandling(ref: FlowOrderRef, handlingUid: string, context: CallContext = {}): Promise<FlowOrderHandling> {
    const path = this.paths.handlings(ref.storeUid, ref.orderUid);
    return this.http.read(this.write('POST order handling', path, { handlingUid }), flowOrderHandlingSchema, context);
  }

  /**
   * Adds a payment to an order. 409 when its `settlementUid` exists.
   * `POST S/orders/{o}/settlements`: API:ordersettlement (flow-api.md §3.7).
   */
  addSettlement(
    ref: FlowOrderRef,
    settlement: FlowSettlementWrite,
    context: CallContext = {},
  ): Promise<FlowSettlement> {
    const path = this.paths.settlements(ref.storeUid, ref.orderUid);
    return this.http.read(this.write('POST order settlement', path, settlement), flowSettlementSchema, context);
  }

  /** The customer. `GET T/customers/{customerUid}`: API:customer (flow-api.md §3.6). */
  getCustomer(customerUid: string, context: CallContext = {}): Promise<FlowCustomer | undefined> {
    const request = this.sign({ operation: 'GET customer', method: 'GET', path: this.paths.customer(customerUid) });
    return this.http.readIfFound(request, flowCustomerSchema, context);
  }

  /** Customers with exactly this external id. `GET T/customers?customerExternalId=`: API:customer (flow-api.md §3.6). */
  async findCustomersByExternalId(externalId: string, context: CallContext = {}): Promise<FlowCustomer[]> {
    const query = { [FLOW_FILTERS.customerByExternalId]: externalId };
    const list = { operation: 'GET customers', path: this.paths.customers(), query };
    const found = await this.list(list, flowCustomerSchema, context);
    return found.filter((customer) => customer.externalId === externalId);
  }

  /**
   * Customers with this e-mail or mobile number, by Flow's exact match. `POST T/customers/search`: API:customer (flow-api.md §3.6).
   */
  searchCustomers(
    wanted: { readonly email: string } | { readonly mobile: string },
    context: CallContext = {},
  ): Promise<FlowCustomer[]> {
    const body = { ...wanted, exactMatch: true };
    return this.list(
      { operation: 'POST customers search', path: this.paths.customerSearch(), body },
      flowCustomerSchema,
      context,
    );
  }

  /**
   * Members of the loyalty programme by mobile number (preferred) or e-mail.
   * `POST T/customers/loyalty/search`: API:loyaltyprogram (flow-api.md §3.6).
   */
  searchLoyalty(query: string, context: CallContext = {}): Promise<FlowLoyaltyMember[]> {
    return this.list(
      { operation: 'POST loyalty search', path: this.paths.loyaltySearch(), body: { query } },
      flowLoyaltyMemberSchema,
      context,
    );
  }

  /** Makes a customer. 409 when its `customerUid` exists. `POST T/customers`: API:customer (flow-api.md §3.6). */
  createCustomer(customer: FlowCustomerWrite, context: CallContext = {}): Promise<FlowCustomer> {
    return this.http.read(this.write('POST customer', this.paths.customers(), customer), flowCustomerSchema, context);
  }

  /** Changes the members given. The answer is not read. `PUT T/customers/{customerUid}`: assumed (flow-api.md §3.6). */
  async updateCustomer(customerUid: string, change: FlowCustomerUpdate, context: CallContext = {}): Promise<void> {
    await this.http.send(this.write('PUT customer', this.paths.customer(customerUid), change), context);
  }

  /** Payment methods of the tenant with their names in other systems. `GET T/paymentmethods`: API:paymentmethod (flow-api.md §3.7). */
  listPaymentMethods(context: CallContext = {}): Promise<FlowPaymentMethod[]> {
    const list = { operation: 'GET payment methods', path: this.paths.paymentMethods() };
    return this.list(list, flowPaymentMethodSchema, context);
  }

  /** Payment methods a store offers. `GET S/paymentmethods`: path assumed (flow-api.md §3.7). */
  listStorePaymentMethods(storeUid: string, context: CallContext = {}): Promise<FlowStorePaymentMethod[]> {
    const list = { operation: 'GET store payment methods', path: this.paths.storePaymentMethods(storeUid) };
    return this.list(list, flowStorePaymentMethodSchema, context);
  }

  /** Stores of the tenant. `GET T/stores`: API:store, path assumed (flow-api.md §3.2). */
  listStores(context: CallContext = {}): Promise<FlowStore[]> {
    return this.list({ operation: 'GET stores', path: this.paths.stores() }, flowStoreSchema, context);
  }

  /**
   * The product with exactly this SKU, case and spaces included, or undefined. The comparison is ours: nothing says
   * that Flow's filter is exact. `GET T/products?productSku=`: assumed (flow-api.md §3.4).
   */
  async findProductBySku(sku: string, context: CallContext = {}): Promise<FlowProduct | undefined> {
    const query = { [FLOW_FILTERS.productBySku]: sku };
    const found = await this.list(
      { operation: 'GET products', path: this.paths.products(), query },
      flowProductSchema,
      context,
    );
    return found.find((product) => product.sku === sku);
  }

  /** Finishes running calls and closes all connections. */
  async close(): Promise<void> {
    await this.http.close();
  }

  private itemPath({ storeUid, orderUid, orderItemUid }: FlowItemRef): string {
    return `${this.paths.items(storeUid, orderUid)}/${encodeURIComponent(orderItemUid)}`;
  }

  private list<T>(
    { operation, path, query, body }: Pick<HttpRequest, 'operation' | 'path' | 'query' | 'body'>,
    item: z.ZodType<T>,
    context: CallContext,
  ): Promise<T[]> {
    const method = body === undefined ? 'GET' : 'POST';
    const request = this.sign({ operation, method, path, body, readOnly: true, ...(query && { query }) });
    return readAllPages(this.http, { request, item }, context);
  }

  private write(operation: `${'POST' | 'PUT'} ${string}`, path: string, body: unknown): HttpRequest {
    return this.sign({ operation, method: operation.startsWith('PUT') ? 'PUT' : 'POST', path, body });
  }

  private sign(request: HttpRequest): HttpRequest {
    return { ...request, headers: { authorization: this.authorization } };
  }
}
