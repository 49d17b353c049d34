import { type CallContext } from '../http';
import { type FlowConnection } from './connection';
import {
  flowPaymentMethodSchema,
  flowStorePaymentMethodSchema,
  flowSupplierSchema,
  type FlowPaymentMethod,
  type FlowStorePaymentMethod,
  type FlowSupplier,
} from './schemas';
import { type FlowSupplierUpdate, type FlowSupplierWrite } from './writes';

/** Payment methods and suppliers of Flow: what orders refer to (flow-api.md §3.4, §3.7). */
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

  /** The supplier. `GET T/suppliers/{supplierUid}`: path assumed (flow-api.md §3.4). */
  getSupplier(supplierUid: string, context?: CallContext): Promise<FlowSupplier | undefined> {
    const path = this.flow.paths.supplier(supplierUid);
    return this.flow.readIfFound({ operation: 'GET supplier', method: 'GET', path }, flowSupplierSchema, context);
  }

  /** Makes a supplier. 409 when its `supplierUid` exists. `POST T/suppliers`: API:supplier (flow-api.md §3.4). */
  createSupplier(supplier: FlowSupplierWrite, context?: CallContext): Promise<FlowSupplier> {
    const path = this.flow.paths.suppliers();
    const request = { operation: 'POST supplier', method: 'POST', path, body: supplier } as const;
    return this.flow.read(request, flowSupplierSchema, context);
  }

  /** Changes the members given. The answer is not read. `PUT T/suppliers/{supplierUid}`: assumed (flow-api.md §3.4). */
  async updateSupplier(supplierUid: string, change: FlowSupplierUpdate, context?: CallContext): Promise<void> {
    const path = this.flow.paths.supplier(supplierUid);
    await this.flow.send({ operation: 'PUT supplier', method: 'PUT', path, body: change }, context);
  }
}
