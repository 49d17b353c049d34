import { z } from 'zod';

import type { CallContext } from '../http';
import { optionalText, optionalTimestamp, requiredText } from '../wire';
import { auditUser, FLOW_FILTERS, FLOW_NEWEST_CHANGE_FIRST } from './assumed';
import type { FlowConnection } from './connection';
import { changedSince } from './pages';

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

/** A member of the loyalty programme; `customerUid` is absent for members that are not customers yet. */
export const flowLoyaltyMemberSchema = z.object({
  loyaltyId: optionalText,
  customerUid: optionalText,
  origin: optionalText,
});

export type FlowCustomer = z.infer<typeof flowCustomerSchema>;
export type FlowLoyaltyMember = z.infer<typeof flowLoyaltyMemberSchema>;

/** Members of a customer that can be changed later. */
export interface FlowCustomerUpdate {
  readonly firstname?: string;
  readonly lastname?: string;
  readonly companyName?: string;
  readonly email?: string;
  /** Digits and a leading `+` only. */
  readonly mobile?: string;
  readonly address?: string;
  readonly postalCode?: string;
  readonly city?: string;
  readonly countryCode?: string;
  readonly vatNumber?: string;
  readonly externalId?: string;
  readonly loyaltyId?: string;
  readonly internalNote?: string;
  /** Only ever emptied by us: delivery addresses, contact persons and consents belong to Flow. */
  readonly addresses?: readonly never[];
  readonly contacts?: readonly never[];
  readonly consents?: readonly never[];
}

/** Body of a new customer. With `customerUid` given, a second create is answered with 409. */
export interface FlowCustomerWrite extends FlowCustomerUpdate {
  readonly customerUid?: string;
  readonly customerType: 'PERSON' | 'COMPANY';
}

/** Customers of Flow and their place in the loyalty programme (flow-api.md §3.6). */
export class FlowCustomers {
  constructor(private readonly flow: FlowConnection) {}

  /** The customer. `GET T/customers/{customerUid}`: API:customer (flow-api.md §3.6). */
  get(customerUid: string, context?: CallContext): Promise<FlowCustomer | undefined> {
    const request = { operation: 'GET customer', method: 'GET', path: this.flow.paths.customer(customerUid) } as const;
    return this.flow.readIfFound(request, flowCustomerSchema, context);
  }

  /** Customers with exactly this external id. `GET T/customers?customerExternalId=`: API:customer (flow-api.md §3.6). */
  async findByExternalId(externalId: string, context?: CallContext): Promise<FlowCustomer[]> {
    const query = { [FLOW_FILTERS.customerByExternalId]: externalId };
    const path = this.flow.paths.customers();
    const found = await this.flow.list({ operation: 'GET customers', path, query, item: flowCustomerSchema }, context);
    return found.filter((customer) => customer.externalId === externalId);
  }

  /**
   * Customers with this e-mail or mobile number, by Flow's exact match. `POST T/customers/search`: API:customer (flow-api.md §3.6).
   */
  search(
    wanted: { readonly email: string } | { readonly mobile: string },
    context?: CallContext,
  ): Promise<FlowCustomer[]> {
    const body = { ...wanted, exactMatch: true };
    const path = this.flow.paths.customerSearch();
    return this.flow.list({ operation: 'POST customers search', path, body, item: flowCustomerSchema }, context);
  }

  /**
   * Members of the loyalty programme by mobile number (preferred) or e-mail.
   * `POST T/customers/loyalty/search`: API:loyaltyprogram (flow-api.md §3.6).
   */
  searchLoyalty(query: string, context?: CallContext): Promise<FlowLoyaltyMember[]> {
    const path = this.flow.paths.loyaltySearch();
    const list = { operation: 'POST loyalty search', path, body: { query }, item: flowLoyaltyMemberSchema };
    return this.flow.list(list, context);
  }

  /**
   * Customers changed at this time (ISO-8601) or later, newest change first, in batches; no page beyond that is asked for.
   * Each customer comes once. `GET T/customers`: API:customer; its sorting: flow-api.md §2.
   */
  listModifiedSince(modifiedFrom: string, context?: CallContext): AsyncGenerator<FlowCustomer[], void, undefined> {
    const path = this.flow.paths.customers();
    const uidOf = ({ customerUid }: FlowCustomer): string => customerUid;
    const list = { operation: 'GET customers', path, query: FLOW_NEWEST_CHANGE_FIRST, item: flowCustomerSchema, uidOf };
    return changedSince(this.flow.pages(list, context), modifiedFrom);
  }

  /** Makes a customer. 409 when its `customerUid` exists. `POST T/customers`: API:customer (flow-api.md §3.6). */
  create(customer: FlowCustomerWrite, context?: CallContext): Promise<FlowCustomer> {
    const path = this.flow.paths.customers();
    const request = { operation: 'POST customer', method: 'POST', path, body: customer } as const;
    return this.flow.read(request, flowCustomerSchema, context);
  }

  /** Changes the members given. The answer is not read. `PUT T/customers/{customerUid}`: assumed (flow-api.md §3.6). */
  async update(customerUid: string, change: FlowCustomerUpdate, context?: CallContext): Promise<void> {
    const path = this.flow.paths.customer(customerUid);
    await this.flow.send({ operation: 'PUT customer', method: 'PUT', path, body: change }, context);
  }

  /** Deletes the customer. False when there was none. `DELETE T/customers/{customerUid}`: assumed (flow-api.md §2, §3.6). */
  delete(customerUid: string, context?: CallContext): Promise<boolean> {
    const path = this.flow.paths.customer(customerUid);
    return this.flow.sendIfFound({ operation: 'DELETE customer', method: 'DELETE', path }, context);
  }
}
