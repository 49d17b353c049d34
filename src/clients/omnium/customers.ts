import { z } from 'zod';

import { type CallContext, type HttpRequest } from '../http';
import { jsonOrUndefined } from '../parse-document';
import { requiredText, tidyJson } from '../wire';
import { ANONYMIZE_PATH, CUSTOMER_PATHS, OLDEST_CHANGE_FIRST } from './assumed';
import { type OmniumConnection } from './connection';
import {
  omniumBusinessCustomerSchema,
  omniumPageSchema,
  omniumPatchResultSchema,
  omniumPrivateCustomerSchema,
  type OmniumBusinessCustomer,
  type OmniumPage,
  type OmniumPatchResult,
  type OmniumPrivateCustomer,
} from './schemas';
import {
  type OmniumBusinessCustomerPatch,
  type OmniumBusinessCustomerWrite,
  type OmniumCustomerPatch,
  type OmniumCustomerSearch,
  type OmniumCustomerWrite,
} from './writes';

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
