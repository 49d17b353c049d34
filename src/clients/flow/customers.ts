import { z } from 'zod';

import { path, type CallContext } from '../http';
import { optionalText, optionalTimestamp, requiredText, type Body } from '../wire';
import { auditUser, FLOW_FILTERS } from './assumed';
import { FlowResource } from './connection';

/** A customer. Private people are `PERSON`, businesses `COMPANY` (older pages: `B2B`). */
export const flowCustomerSchema = z.object({
  customerUid: requiredText,
  customerType: optionalText,
  firstname: optionalText,
  lastname: optionalText,
  companyName: optionalText,
  displayName: optionalText,
  email: optionalText,
  mobile: optionalText,
  address: optionalText,
  postalCode: optionalText,
  city: optionalText,
  countryCode: optionalText,
  vatNumber: optionalText,
  /** Omnium's customer id, as it is. */
  externalId: optionalText,
  loyaltyId: optionalText,
  createdAt: optionalTimestamp,
  lastModifiedAt: optionalTimestamp,
  lastModifiedBy: auditUser,
});

/** A customer as a list of changes needs it: one that is not the documented document costs itself only. */
const flowCustomerRefSchema = z.object({
  customerUid: requiredText,
  lastModifiedAt: optionalTimestamp.catch(undefined),
});

/** A member of the loyalty programme; `customerUid` is absent for members that are not customers yet. */
const flowLoyaltyMemberSchema = z.object({
  loyaltyId: optionalText,
  customerUid: optionalText,
  origin: optionalText,
});

export type FlowCustomer = z.infer<typeof flowCustomerSchema>;
export type FlowCustomerRef = z.infer<typeof flowCustomerRefSchema>;

/**
 * Members of a customer that can be changed later; `mobile` with digits and a leading `+` only. Delivery addresses, contact
 * persons and consents belong to Flow: they are only ever emptied.
 */
export type FlowCustomerUpdate = Body<
  Omit<FlowCustomer, 'customerUid' | 'customerType' | 'displayName' | 'createdAt' | 'lastModifiedAt' | 'lastModifiedBy'>
> & {
  readonly internalNote?: string;
  readonly addresses?: readonly never[];
  readonly contacts?: readonly never[];
  readonly consents?: readonly never[];
};

/** Body of a new customer. */
export type FlowCustomerWrite = FlowCustomerUpdate & {
  readonly customerUid?: string;
  readonly customerType: 'PERSON' | 'COMPANY';
};

/** Customers of Flow and their place in the loyalty programme (flow-api.md §3.6). */
export class FlowCustomers extends FlowResource {
  /** The customer. `GET T/customers/{customerUid}`: API:customer (flow-api.md §3.6). */
  get(customerUid: string, context?: CallContext): Promise<FlowCustomer | undefined> {
    const request = { operation: 'GET customer', path: path`/customers/${customerUid}` } as const;
    return this.flow.readIfFound(request, flowCustomerSchema, context);
  }

  /** Customers with exactly this external id. `GET T/customers?customerExternalId=`: API:customer (flow-api.md §3.6). */
  async findByExternalId(externalId: string, context?: CallContext): Promise<FlowCustomer[]> {
    const query = { [FLOW_FILTERS.customerByExternalId]: externalId };
    const list = { operation: 'GET customers', path: '/customers', query, item: flowCustomerSchema } as const;
    const found = await this.flow.list(list, context);
    return found.filter((customer) => customer.externalId === externalId);
  }

  /**
   * Customers with this e-mail, mobile or organisation number, by Flow's exact match. `POST T/customers/search`: API:customer (flow-api.md §3.6).
   */
  search(
    wanted: { readonly email: string } | { readonly mobile: string } | { readonly vatNumber: string },
    context?: CallContext,
  ): Promise<FlowCustomer[]> {
    const body = { ...wanted, exactMatch: true };
    return this.flow.list(
      { operation: 'POST customers search', path: '/customers/search', body, item: flowCustomerSchema },
      context,
    );
  }

  /**
   * Members of the loyalty programme by mobile number (preferred) or e-mail.
   * `POST T/customers/loyalty/search`: API:loyaltyprogram (flow-api.md §3.6).
   */
  searchLoyalty(query: string, context?: CallContext): Promise<z.infer<typeof flowLoyaltyMemberSchema>[]> {
    return this.flow.list(
      {
        operation: 'POST loyalty search',
        path: '/customers/loyalty/search',
        body: { query },
        item: flowLoyaltyMemberSchema,
      },
      context,
    );
  }

  /**
   * Customers changed at this time (ISO-8601) or later, newest change first, in batches; no page beyond that is asked for.
   * Each customer comes once. `GET T/customers`: API:customer.
   */
  listModifiedSince(modifiedFrom: string, context?: CallContext): AsyncGenerator<FlowCustomerRef[], void, undefined> {
    return this.flow.changedSince(
      {
        operation: 'GET customers',
        path: '/customers',
        item: flowCustomerRefSchema,
        uidOf: ({ customerUid }) => customerUid,
      },
      modifiedFrom,
      context,
    );
  }

  /** Makes a customer. `POST T/customers`: API:customer (flow-api.md §3.6). */
  create(body: FlowCustomerWrite, context?: CallContext): Promise<FlowCustomer> {
    return this.flow.read({ operation: 'POST customer', path: '/customers', body }, flowCustomerSchema, context);
  }

  /** Changes a customer. `PUT T/customers/{customerUid}`: assumed (flow-api.md §3.6). */
  update(customerUid: string, body: FlowCustomerUpdate, context?: CallContext): Promise<void> {
    return this.flow.send({ operation: 'PUT customer', path: path`/customers/${customerUid}`, body }, context);
  }

  /** Deletes a customer. `DELETE T/customers/{customerUid}`: assumed (flow-api.md §2, §3.6). */
  delete(customerUid: string, context?: CallContext): Promise<boolean> {
    return this.flow.sendIfFound({ operation: 'DELETE customer', path: path`/customers/${customerUid}` }, context);
  }
}
