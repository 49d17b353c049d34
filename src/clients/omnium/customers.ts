import { z } from 'zod';

import { path, type CallContext } from '../http';
import { listOf, optionalFlag, optionalText, optionalTimestamp, requiredText, type Body } from '../wire';
import { externalIdSchema, OLDEST_CHANGE_FIRST } from './assumed';
import type { OmniumConnection, OmniumPage, OmniumPageRequest } from './connection';
import {
  omniumAddressSchema,
  omniumPatchResultSchema,
  omniumPropertySchema,
  type OmniumExternalIdWrite,
  type OmniumPatchOptions,
  type OmniumPatchResult,
  type OmniumPropertyWrite,
} from './members';

const customerMembers = {
  customerId: requiredText,
  customerNumber: optionalText,
  email: optionalText,
  phone: optionalText,
  address: omniumAddressSchema.optional(),
  addresses: listOf(omniumAddressSchema),
  externalIds: listOf(externalIdSchema),
  properties: listOf(omniumPropertySchema),
  marketId: optionalText,
  marketGroupId: optionalText,
  isInactive: optionalFlag,
  created: optionalTimestamp,
  modified: optionalTimestamp,
};

/** A customer as a list of changes needs it: one that is not the documented document costs itself only. */
const customerRefSchema = z.object({ customerId: requiredText, modified: optionalTimestamp.catch(undefined) });

export type OmniumCustomerRef = z.infer<typeof customerRefSchema>;

/** A private customer (PrivateCustomer). */
export const omniumPrivateCustomerSchema = z.object({
  ...customerMembers,
  firstName: optionalText,
  lastName: optionalText,
  fullName: optionalText,
});

/** A business customer (BusinessCustomer). */
export const omniumBusinessCustomerSchema = z.object({
  ...customerMembers,
  name: optionalText,
  /** Organisation or VAT number. */
  taxId: optionalText,
});

export type OmniumPrivateCustomer = z.infer<typeof omniumPrivateCustomerSchema>;
export type OmniumBusinessCustomer = z.infer<typeof omniumBusinessCustomerSchema>;

/** An address of a customer. */
interface OmniumAddressWrite {
  readonly name?: string;
  readonly line1?: string;
  readonly line2?: string;
  readonly streetNumber?: string;
  readonly apartmentNumber?: string;
  readonly postalCode?: string;
  readonly city?: string;
  readonly countryCode?: string;
}

/** A customer of either kind as it is written. */
type CustomerWrite<Customer> = Body<
  Omit<Customer, 'customerId' | 'address' | 'addresses' | 'externalIds' | 'properties'>
> & {
  /** Omnium may keep another one: it can be configured to take the e-mail address or phone number (omnium-api.md §5.2). */
  readonly customerId: string;
  readonly address?: OmniumAddressWrite;
  readonly addresses?: readonly OmniumAddressWrite[];
  readonly externalIds?: readonly OmniumExternalIdWrite[];
  readonly properties?: readonly OmniumPropertyWrite[];
  readonly storeIds?: readonly string[];
  readonly modifiedBy?: string;
};

export type OmniumCustomerWrite = CustomerWrite<OmniumPrivateCustomer>;
export type OmniumBusinessCustomerWrite = CustomerWrite<OmniumBusinessCustomer>;
/** Body of `PATCH PatchPrivateCustomer`, which cannot set the times (omnium-api.md §5.2). */
export type OmniumCustomerPatch = Omit<OmniumCustomerWrite, 'created' | 'modified'> & OmniumPatchOptions;
export type OmniumBusinessCustomerPatch = Omit<OmniumBusinessCustomerWrite, 'created' | 'modified'> &
  OmniumPatchOptions;

/** Filter of customers (CustomerSearchRequest). Whether texts are compared exactly is not documented. */
interface OmniumCustomerSearch extends Partial<OmniumPageRequest> {
  readonly modifiedFrom?: string;
  readonly modifiedTo?: string;
  readonly customerIds?: readonly string[];
  readonly customerNumbers?: readonly string[];
  readonly email?: string;
  readonly phone?: string;
  readonly taxId?: string;
  readonly externalIds?: readonly string[];
  /** Customers that have all of these. */
  readonly properties?: readonly OmniumPropertyWrite[];
  readonly marketIds?: readonly string[];
  readonly marketGroupIds?: readonly string[];
}

/**
 * Customers of one kind in Omnium (omnium-api.md §5; https://docs.omnium.no/docs/Customer/customer-management).
 * Ids can be e-mail addresses and phone numbers: they never appear in an error. 404 when unknown is documented for orders, and
 * assumed here.
 */
class OmniumCustomers<Customer, Write, Patch> {
  constructor(
    protected readonly omnium: OmniumConnection,
    private readonly kind: 'Private' | 'Business',
    private readonly schema: z.ZodType<Customer>,
  ) {}

  /** The customer with this id, or undefined. `GET /api/{Kind}Customers/{id}` (omnium-api.md §5.1). */
  get(customerId: string, context?: CallContext): Promise<Customer | undefined> {
    const customer = path`/${this.kind}Customers/${customerId}`;
    return this.omnium.readIfFound({ operation: `GET ${this.name}`, path: customer }, this.schema, context);
  }

  /**
   * Makes or overwrites the customer with this id: members left out may be emptied. Repeat-safe; the answer is not
   * documented and not read. `PUT /api/{Kind}Customers/AddOrUpdateMany` with one element (omnium-api.md §5.1).
   */
  save(customer: Write, context?: CallContext): Promise<void> {
    const many = path`/${this.kind}Customers/AddOrUpdateMany`;
    return this.omnium.send({ operation: `PUT ${this.name}`, path: many, body: [customer] }, context);
  }

  /**
   * Changes the members given. A customer that does not exist shows in `notFoundCount`, not as a failure.
   * `PATCH /api/{Kind}Customers/Patch{Kind}Customer` (omnium-api.md §2, §5.1).
   */
  patch(body: Patch, context?: CallContext): Promise<OmniumPatchResult> {
    const customer = path`/${this.kind}Customers/Patch${this.kind}Customer`;
    return this.omnium.read(
      { operation: `PATCH ${this.name}`, path: customer, body },
      omniumPatchResultSchema,
      context,
    );
  }

  /** One page of customers, oldest change first; the first 100 by default. `POST /api/{Kind}Customers/Search` (omnium-api.md §5.2). */
  search(search: OmniumCustomerSearch, context?: CallContext): Promise<OmniumPage<Customer>> {
    return this.pageOf(this.schema, search, context);
  }

  /** The same, of each customer what {@link OmniumCustomerRef} says. */
  searchRefs(search: OmniumCustomerSearch, context?: CallContext): Promise<OmniumPage<OmniumCustomerRef>> {
    return this.pageOf(customerRefSchema, search, context);
  }

  private pageOf<T>(
    item: z.ZodType<T>,
    search: OmniumCustomerSearch,
    context: CallContext | undefined,
  ): Promise<OmniumPage<T>> {
    const body = { page: 0, take: 100, ...search, sortOrder: OLDEST_CHANGE_FIRST };
    const request = { operation: `POST ${this.name} search`, path: path`/${this.kind}Customers/Search`, body } as const;
    return this.omnium.page(request, item, body, context);
  }

  /** Deletes the customer. False when there was none. `DELETE /api/{Kind}Customers/{id}` (omnium-api.md §5.1). */
  delete(customerId: string, context?: CallContext): Promise<boolean> {
    const customer = path`/${this.kind}Customers/${customerId}`;
    return this.omnium.sendIfFound({ operation: `DELETE ${this.name}`, path: customer }, context);
  }

  private get name(): string {
    return `${this.kind.toLowerCase()} customer`;
  }
}

/** Private customers; only they can be anonymised. */
export class OmniumPrivateCustomers extends OmniumCustomers<
  OmniumPrivateCustomer,
  OmniumCustomerWrite,
  OmniumCustomerPatch
> {
  constructor(omnium: OmniumConnection) {
    super(omnium, 'Private', omniumPrivateCustomerSchema);
  }

  /**
   * Takes everything personal out of the customer and their orders, for good. False when there was none.
   * `DELETE /api/PrivateCustomers/Anonymize?id=` (omnium-api.md §5.1).
   */
  anonymize(id: string, context?: CallContext): Promise<boolean> {
    const operation = 'DELETE private customer data';
    return this.omnium.sendIfFound({ operation, path: '/PrivateCustomers/Anonymize', query: { id } }, context);
  }
}

/** Business customers. */
export class OmniumBusinessCustomers extends OmniumCustomers<
  OmniumBusinessCustomer,
  OmniumBusinessCustomerWrite,
  OmniumBusinessCustomerPatch
> {
  constructor(omnium: OmniumConnection) {
    super(omnium, 'Business', omniumBusinessCustomerSchema);
  }
}
