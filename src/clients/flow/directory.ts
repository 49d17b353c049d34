import { z } from 'zod';

import type { CallContext } from '../http';
import { listOf, optionalFlag, optionalText, requiredText } from '../wire';
import type { FlowConnection } from './connection';

/** A supplier. */
export const flowSupplierSchema = z.object({
  supplierUid: requiredText,
  name: optionalText,
  address: optionalText,
  city: optionalText,
  postalCode: optionalText,
  countryCode: optionalText,
  email: optionalText,
  phone: optionalText,
  externalId: optionalText,
  vatNumber: optionalText,
  active: optionalFlag,
  currency: optionalText,
});

/** A payment method of the tenant; `externalSystemMappings` holds the names other systems use for it. */
export const flowPaymentMethodSchema = z.object({
  tenantPaymentMethodUid: requiredText,
  name: optionalText,
  active: optionalFlag,
  settlementCode: optionalText,
  externalSystemMappings: listOf(z.object({ systemCode: optionalText, externalId: optionalText })),
});

/** A payment method as one store offers it: settlements name this one. */
export const flowStorePaymentMethodSchema = z.object({
  storePaymentMethodUid: requiredText,
  tenantPaymentMethodUid: optionalText,
  settlementCode: optionalText,
  name: optionalText,
  active: optionalFlag,
});

export type FlowSupplier = z.infer<typeof flowSupplierSchema>;
export type FlowPaymentMethod = z.infer<typeof flowPaymentMethodSchema>;
export type FlowStorePaymentMethod = z.infer<typeof flowStorePaymentMethodSchema>;

/** Members of a supplier that can be changed later. */
export interface FlowSupplierUpdate {
  readonly name?: string;
  readonly address?: string;
  readonly city?: string;
  readonly postalCode?: string;
  readonly countryCode?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly externalId?: string;
  readonly vatNumber?: string;
  readonly active?: boolean;
  /** ISO 4217. */
  readonly currency?: string;
}

/** Body of a new supplier. With `supplierUid` given, a second create is answered with 409. */
export interface FlowSupplierWrite extends FlowSupplierUpdate {
  readonly supplierUid?: string;
  readonly name: string;
}

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
