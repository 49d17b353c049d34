import { z } from 'zod';

import { path, type CallContext } from '../http';
import { listOf, optionalFlag, optionalText, requiredText, type Body } from '../wire';
import { FlowResource } from './connection';

/** A supplier. */
const flowSupplierSchema = z.object({
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
const flowPaymentMethodSchema = z.object({
  tenantPaymentMethodUid: requiredText,
  name: optionalText,
  active: optionalFlag,
  settlementCode: optionalText,
  externalSystemMappings: listOf(z.object({ systemCode: optionalText, externalId: optionalText })),
});

/** A payment method as one store offers it: settlements name this one. */
const flowStorePaymentMethodSchema = z.object({
  storePaymentMethodUid: requiredText,
  tenantPaymentMethodUid: optionalText,
  settlementCode: optionalText,
  name: optionalText,
  active: optionalFlag,
});

type FlowSupplier = z.infer<typeof flowSupplierSchema>;
export type FlowPaymentMethod = z.infer<typeof flowPaymentMethodSchema>;
export type FlowStorePaymentMethod = z.infer<typeof flowStorePaymentMethodSchema>;

/** Payment methods and suppliers of Flow: what orders refer to (flow-api.md §3.4, §3.7). */
export class FlowDirectory extends FlowResource {
  /** Payment methods of the tenant with their names in other systems. `GET T/paymentmethods`: API:paymentmethod (flow-api.md §3.7). */
  listPaymentMethods(context?: CallContext): Promise<FlowPaymentMethod[]> {
    return this.flow.list(
      { operation: 'GET payment methods', path: '/paymentmethods', item: flowPaymentMethodSchema },
      context,
    );
  }

  /** Payment methods a store offers. `GET S/paymentmethods`: path assumed (flow-api.md §3.7). */
  listStorePaymentMethods(storeUid: string, context?: CallContext): Promise<FlowStorePaymentMethod[]> {
    const methods = path`/stores/${storeUid}/paymentmethods`;
    return this.flow.list(
      { operation: 'GET store payment methods', path: methods, item: flowStorePaymentMethodSchema },
      context,
    );
  }

  /** The supplier. `GET T/suppliers/{supplierUid}`: path assumed (flow-api.md §3.4). */
  getSupplier(supplierUid: string, context?: CallContext): Promise<FlowSupplier | undefined> {
    const request = { operation: 'GET supplier', path: path`/suppliers/${supplierUid}` } as const;
    return this.flow.readIfFound(request, flowSupplierSchema, context);
  }

  /** Makes a supplier. `POST T/suppliers`: API:supplier (flow-api.md §3.4). */
  createSupplier(body: Body<FlowSupplier> & { readonly name: string }, context?: CallContext): Promise<FlowSupplier> {
    return this.flow.read({ operation: 'POST supplier', path: '/suppliers', body }, flowSupplierSchema, context);
  }

  /** Changes a supplier. `PUT T/suppliers/{supplierUid}`: assumed (flow-api.md §3.4). */
  updateSupplier(
    supplierUid: string,
    body: Body<Omit<FlowSupplier, 'supplierUid'>>,
    context?: CallContext,
  ): Promise<void> {
    return this.flow.send({ operation: 'PUT supplier', path: path`/suppliers/${supplierUid}`, body }, context);
  }
}
