import { z } from 'zod';

import { VendorHttpError } from '../errors';
import { HttpCaller, type CallContext, type HttpRequest } from '../http';
import { type OmniumSession, OmniumSessions, type TokenTiming } from './auth';
import {
  businessCustomerPath,
  MARKETS_PATH,
  orderPath,
  privateCustomerPath,
  readErrorFields,
  RETRY_AFTER_FALLBACK_MS,
  STORES_PATH,
} from './assumed';
import {
  omniumBusinessCustomerSchema,
  omniumMarketSchema,
  omniumOrderSchema,
  omniumPrivateCustomerSchema,
  omniumStoreListSchema,
  type OmniumBusinessCustomer,
  type OmniumMarket,
  type OmniumOrder,
  type OmniumPrivateCustomer,
  type OmniumStore,
} from './schemas';

/** How to reach Omnium. */
export interface OmniumClientOptions extends TokenTiming {
  /** Without `/api`, e.g. `https://api.omnium.no`. */
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly timeoutMs: number;
  /** Below the vendor's 20 per API user. */
  readonly maxConcurrentRequests: number;
  /** Shared by all clients of the process; without it the client has a session of its own, and closes it. */
  readonly sessions?: OmniumSessions;
}

/**
 * Omnium's public REST API, as far as the integration uses it. Each method is one request (two after a 401) and fails with
 * `VendorUnreachableError`, `VendorHttpError` or `VendorResponseInvalidError`. The vendor's pages: omnium-api.md §0.
 */
export class OmniumClient {
  private readonly http: HttpCaller;
  private readonly session: OmniumSession;
  private readonly ownSessions: OmniumSessions | undefined;

  constructor(options: OmniumClientOptions) {
    const { clock, random } = options;
    const sessions = options.sessions ?? new OmniumSessions({ ...(clock && { clock }), ...(random && { random }) });
    this.ownSessions = options.sessions === undefined ? sessions : undefined;
    this.session = sessions.open(options, options.maxConcurrentRequests);
    this.http = new HttpCaller({
      vendor: 'omnium',
      baseUrl: options.baseUrl,
      timeoutMs: options.timeoutMs,
      maxConcurrentRequests: options.maxConcurrentRequests,
      gate: this.session.gate,
      memberCasing: 'first-letter-any-case',
      readErrorFields,
      retryAfterFallbackMs: RETRY_AFTER_FALLBACK_MS,
    });
  }

  /**
   * The order with this id or number, or undefined. `GET /api/Orders/{id}`:
   * https://docs.omnium.no/docs/Order/order-api (omnium-api.md §3.1).
   */
  getOrder(idOrNumber: string, context: CallContext = {}): Promise<OmniumOrder | undefined> {
    const request = get('GET order', orderPath(idOrNumber));
    return this.authorized(request, (signed) => this.http.readIfFound(signed, omniumOrderSchema, context), context);
  }

  /**
   * The private customer with this id, or undefined. `GET /api/PrivateCustomers/{customerId}`:
   * https://docs.omnium.no/docs/Customer/customer-management (omnium-api.md §5.1).
   */
  getPrivateCustomer(customerId: string, context: CallContext = {}): Promise<OmniumPrivateCustomer | undefined> {
    const request = get('GET private customer', privateCustomerPath(customerId));
    return this.authorized(
      request,
      (signed) => this.http.readIfFound(signed, omniumPrivateCustomerSchema, context),
      context,
    );
  }

  /**
   * The business customer with this id, or undefined. `GET /api/BusinessCustomers/{id}`:
   * https://docs.omnium.no/docs/Customer/customer-management (omnium-api.md §5.1).
   */
  getBusinessCustomer(customerId: string, context: CallContext = {}): Promise<OmniumBusinessCustomer | undefined> {
    const request = get('GET business customer', businessCustomerPath(customerId));
    return this.authorized(
      request,
      (signed) => this.http.readIfFound(signed, omniumBusinessCustomerSchema, context),
      context,
    );
  }

  /**
   * All stores and warehouses. `GET /api/Stores`, whose 404 means none:
   * https://docs.omnium.no/docs/Stores/store-api (omnium-api.md §9.4).
   */
  async listStores(context: CallContext = {}): Promise<OmniumStore[]> {
    const list = await this.authorized(
      get('GET stores', STORES_PATH),
      (signed) => this.http.readIfFound(signed, omniumStoreListSchema, context),
      context,
    );
    return list?.result ?? [];
  }

  /** All markets. `GET /api/Markets`: https://docs.omnium.no/docs/Markets (omnium-api.md §9.4). */
  getMarkets(context: CallContext = {}): Promise<OmniumMarket[]> {
    return this.authorized(
      get('GET markets', MARKETS_PATH),
      (signed) => this.http.read(signed, z.array(omniumMarketSchema), context),
      context,
    );
  }

  /** Finishes running calls and closes all connections. Sessions given from outside are left open. */
  async close(): Promise<void> {
    await this.http.close();
    await this.ownSessions?.close();
  }

  /**
   * Signs the request with the token. After a 401 once more with a fresh one, and then no more: a user that was
   * deactivated, or a wrong secret, stays refused (omnium-api.md §1).
   */
  private async authorized<T>(
    request: HttpRequest,
    call: (signed: HttpRequest) => Promise<T>,
    { signal }: CallContext,
  ): Promise<T> {
    const token = await this.session.tokens.get(signal);
    try {
      return await call(sign(request, token));
    } catch (error) {
      if (!(error instanceof VendorHttpError) || error.status !== 401) throw error;
      this.session.tokens.discard(token);
    }
    return call(sign(request, await this.session.tokens.get(signal)));
  }
}

function get(operation: string, path: string): HttpRequest {
  return { operation, method: 'GET', path };
}

function sign(request: HttpRequest, token: string): HttpRequest {
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } };
}
