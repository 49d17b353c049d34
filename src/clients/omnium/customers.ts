import { z } from 'zod';

import type { CallContext, HttpRequest } from '../http';
import {
  jsonOrUndefined,
  listOf,
  optionalFlag,
  optionalText,
  optionalTimestamp,
  requiredText,
  tidyJson,
} from '../wire';
import { ANONYMIZE_PATH, CUSTOMER_PATHS, externalIdSchema, OLDEST_CHANGE_FIRST } from './assumed';
import type { OmniumConnection } from './connection';
import {
  omniumAddressSchema,
  omniumPatchResultSchema,
  omniumPropertySchema,
  type OmniumExternalIdWrite,
  type OmniumPatchOptions,
  type OmniumPatchResult,
  type OmniumPropertyWrite,
} from './members';
import { omniumPageSchema, type OmniumPage, type OmniumPageRequest } from './pages';

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
export interface OmniumAddressWrite {
  readonly name?: string;
  readonly line1?: string;
  readonly line2?: string;
  readonly streetNumber?: string;
  readonly apartmentNumber?: string;
  readonly postalCode?: string;
  readonly city?: string;
  readonly countryCode?: string;
}

/** Members that both kinds of customers have. */
export interface OmniumCustomerFields {
  /** Omnium may keep another one: it can be configured to take the e-mail address or phone number (omnium-api.md §5.2). */
  readonly customerId: string;
  readonly customerNumber?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly address?: OmniumAddressWrite;
  readonly addresses?: readonly OmniumAddressWrite[];
  readonly externalIds?: readonly OmniumExternalIdWrite[];
  readonly properties?: readonly OmniumPropertyWrite[];
  readonly marketId?: string;
  readonly marketGroupId?: string;
  readonly storeIds?: readonly string[];
  readonly isInactive?: boolean;
  readonly created?: string;
  readonly modified?: string;
  readonly modifiedBy?: string;
}

/** A private customer. */
export interface OmniumCustomerWrite extends OmniumCustomerFields {
  readonly firstName?: string;
  readonly lastName?: string;
  readonly fullName?: string;
}

/** A business customer. */
export interface OmniumBusinessCustomerWrite extends OmniumCustomerFields {
  readonly name?: string;
  /** Organisation or VAT number. */
  readonly taxId?: string;
}

/** A patch cannot set these (omnium-api.md §5.2). */
type NotPatched = 'created' | 'modified';

/** Body of `PATCH PatchPrivateCustomer`: only members present change. */
export interface OmniumCustomerPatch extends Omit<OmniumCustomerWrite, NotPatched>, OmniumPatchOptions {}

/** Body of `PATCH PatchBusinessCustomer`: only members present change. */
export interface OmniumBusinessCustomerPatch
  extends Omit<OmniumBusinessCustomerWrite, NotPatched>, OmniumPatchOptions {}

/** Which customers are wanted (CustomerSearchRequest). Whether texts are compared exactly is not documented. */
export interface OmniumCustomerSearch extends Partial<OmniumPageRequest> {
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

/** One kind of customers: where it is found and how it is read and written. */
interface CustomerKind<Customer> {
  /** For errors, e.g. `private customer`. */
  readonly name: string;
  readonly paths: { readonly base: string; readonly patch: string };
  readonly schema: z.ZodType<Customer>;
}

/** What is asked for when the caller names no page. */
const FIRST_PAGE = { page: 0, take: 100 } as const;

/**
 * Customers of one kind in Omnium (omnium-api.md §5; https://docs.omnium.no/docs/Customer/customer-management).
 * Ids can be e-mail addresses and phone numbers: they never appear in an error.
 */
export class OmniumCustomers<Customer, Write, Patch> {
  constructor(
    protected readonly omnium: OmniumConnection,
    private readonly kind: CustomerKind<Customer>,
  ) {}

  /** The customer with this id, or undefined. `GET /api/{Kind}/{id}` (omnium-api.md §5.1). */
  get(customerId: string, context?: CallContext): Promise<Customer | undefined> {
    const request = { operation: `GET ${this.kind.name}`, method: 'GET', path: this.path(customerId) } as const;
    return this.omnium.readIfFound(request, this.kind.schema, context);
  }

  /**
   * Makes a customer and answers the id that Omnium kept, if its answer tells: it may be another than the one sent. The
   * answer is not documented, so without an id in it look the customer up. `POST /api/{Kind}` (omnium-api.md §5.1).
   */
  async create(customer: Write, context?: CallContext): Promise<string | undefined> {
    const operation = `POST ${this.kind.name}`;
    const text = await this.omnium.send(
      { operation, method: 'POST', path: this.kind.paths.base, body: customer },
      context,
    );
    return idIn(text);
  }

  /**
   * Makes or overwrites the customer with this id: members left out may be emptied. Repeat-safe; the answer is not
   * documented and not read. `PUT /api/{Kind}/AddOrUpdateMany` with one element (omnium-api.md §5.1).
   */
  async save(customer: Write, context?: CallContext): Promise<void> {
    const path = `${this.kind.paths.base}/AddOrUpdateMany`;
    await this.omnium.send({ operation: `PUT ${this.kind.name}`, method: 'PUT', path, body: [customer] }, context);
  }

  /**
   * Changes the members given. Who does not exist is told by `notFoundCount`, not by a failure.
   * `PATCH /api/{Kind}/Patch{Kind}` (omnium-api.md §2, §5.1).
   */
  patch(patch: Patch, context?: CallContext): Promise<OmniumPatchResult> {
    const path = this.kind.paths.patch;
    const request = { operation: `PATCH ${this.kind.name}`, method: 'PATCH', path, body: patch } as const;
    return this.omnium.read(request, omniumPatchResultSchema, context);
  }

  /** One page of customers, oldest change first; the first 100 by default. `POST /api/{Kind}/Search` (omnium-api.md §5.2). */
  search(search: OmniumCustomerSearch, context?: CallContext): Promise<OmniumPage<Customer>> {
    const request: HttpRequest = {
      operation: `POST ${this.kind.name} search`,
      method: 'POST',
      path: `${this.kind.paths.base}/Search`,
      body: { ...FIRST_PAGE, ...search, sortOrder: OLDEST_CHANGE_FIRST },
      readOnly: true,
    };
    return this.omnium.read(request, omniumPageSchema(this.kind.schema), context);
  }

  /** Deletes the customer. False when there was none. `DELETE /api/{Kind}/{id}` (omnium-api.md §5.1). */
  delete(customerId: string, context?: CallContext): Promise<boolean> {
    const request = { operation: `DELETE ${this.kind.name}`, method: 'DELETE', path: this.path(customerId) } as const;
    return this.omnium.sendIfFound(request, context);
  }

  private path(customerId: string): string {
    return `${this.kind.paths.base}/${encodeURIComponent(customerId)}`;
  }
}

/** Private customers; only they can be anonymised. */
export class OmniumPrivateCustomers extends OmniumCustomers<
  OmniumPrivateCustomer,
  OmniumCustomerWrite,
  OmniumCustomerPatch
> {
  constructor(omnium: OmniumConnection) {
    super(omnium, { name: 'private customer', paths: CUSTOMER_PATHS.private, schema: omniumPrivateCustomerSchema });
  }

  /**
   * Takes everything personal out of the customer and their orders, for good. False when there was none.
   * `DELETE /api/PrivateCustomers/Anonymize?id=` (omnium-api.md §5.1).
   */
  anonymize(customerId: string, context?: CallContext): Promise<boolean> {
    const query = { id: customerId };
    const request = {
      operation: 'DELETE private customer data',
      method: 'DELETE',
      path: ANONYMIZE_PATH,
      query,
    } as const;
    return this.omnium.sendIfFound(request, context);
  }
}

/** Business customers. */
export class OmniumBusinessCustomers extends OmniumCustomers<
  OmniumBusinessCustomer,
  OmniumBusinessCustomerWrite,
  OmniumBusinessCustomerPatch
> {
  constructor(omnium: OmniumConnection) {
    super(omnium, { name: 'business customer', paths: CUSTOMER_PATHS.business, schema: omniumBusinessCustomerSchema });
  }
}

const createdSchema = z.object({ customerId: requiredText });

function idIn(text: string): string | undefined {
  const answer = createdSchema.safeParse(tidyJson(jsonOrUndefined(text), 'first-letter-any-case'));
  return answer.success ? answer.data.customerId : undefined;
}
