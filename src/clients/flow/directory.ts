import { type CallContext } from '../http';
import { FLOW_FILTERS } from './assumed';
import { type FlowConnection } from './connection';
import {
  flowPaymentMethodSchema,
  flowProductSchema,
  flowStorePaymentMethodSchema,
  flowStoreSchema,
  type FlowPaymentMethod,
  type FlowProduct,
  type FlowStore,
  type FlowStorePaymentMethod,
} from './schemas';

/** Stores, payment methods and products of Flow: what orders refer to (flow-api.md §3.2, §3.4, §3.7). */
export class FlowDirectory {
  constructor(private readonly flow: FlowConnection) {}

  /** Payment methods of the tenant with their names in other systems. `GET T/paymentmethods`: API:paymentmethod (flow-api.md §3.7). */
  listPaymentMethods(context?: CallContext): Promise<FlowPaymentMethod[]> {
    const path = this.flow.paths.paymentMethods();
    return this.flow.list({ operation: 'GET payment methods', path, item: flowPaymentMethodSchema }, context);
  }

  /** Payment methods a store offers. `GET S/paymentmethods`: path assumed (flow-api.md §3.7). */
  listStorePaymentMethods(storeUid: string, context?: CallContext): Promise<FlowStorePaymentMethod[]> {
    const path = this.flow.paths.storePaymentMethods(storeUid);
    const list = { operation: 'GET store payment methods', path, item: flowStorePaymentMethodSchema };
    return this.flow.list(list, context);
  }

  /** Stores of the tenant. `GET T/stores`: API:store, path assumed (flow-api.md §3.2). */
  listStores(context?: CallContext): Promise<FlowStore[]> {
    return this.flow.list({ operation: 'GET stores', path: this.flow.paths.stores(), item: flowStoreSchema }, context);
  }

  /**
   * The product with exactly this SKU, case and spaces included, or undefined. The comparison is ours: nothing says
   * that Flow's filter is exact. `GET T/products?productSku=`: assumed (flow-api.md §3.4).
   */
  async findProductBySku(sku: string, context?: CallContext): Promise<FlowProduct | undefined> {
    const query = { [FLOW_FILTERS.productBySku]: sku };
    const path = this.flow.paths.products();
    const found = await this.flow.list({ operation: 'GET products', path, query, item: flowProductSchema }, context);
    return found.find((product) => product.sku === sku);
  }
}
