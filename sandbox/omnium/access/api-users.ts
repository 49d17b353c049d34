import { createHmac } from 'node:crypto';

import { type SandboxClock } from '../../kit/clock';
import { OmniumProblem } from '../problem';

/** Someone who may call the API. Roles as in contract §1; `ApiOwner` may do everything. */
export interface ApiUser {
  readonly clientId: string;
  clientSecret: string;
  active: boolean;
  roles: string[];
}

/** What a token grants, as the token call answers it. */
export interface IssuedToken {
  readonly token: string;
  readonly expiresInSeconds: number;
}

interface TokenGrant {
  readonly clientId: string;
  readonly expiresAtMs: number;
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const cacheLimit = 10_000;

/** The tenant's API users and the tokens they hold. */
export class ApiUsers {
  readonly #clock: SandboxClock;
  readonly #secret: string;
  readonly #lifetimeSeconds: number;
  readonly #users = new Map<string, ApiUser>();
  /** Tokens whose signature was already checked. */
  readonly #checked = new Map<string, TokenGrant>();
  #serial = 0;

  constructor(options: { clock: SandboxClock; seed: number; lifetimeSeconds: number }) {
    this.#clock = options.clock;
    this.#secret = `sandbox signing key ${options.seed}`;
    this.#lifetimeSeconds = options.lifetimeSeconds;
  }

  put(user: ApiUser): void {
    this.#users.set(user.clientId, user);
  }

  get(clientId: string): ApiUser | undefined {
    return this.#users.get(clientId);
  }

  values(): ApiUser[] {
    return [...this.#users.values()];
  }

  clear(): void {
    this.#users.clear();
  }

  /** A new token, or `undefined` for unknown, wrong or deactivated credentials. */
  issue(clientId: string, clientSecret: string): IssuedToken | undefined {
    const user = this.#users.get(clientId);
    if (user?.clientSecret !== clientSecret || !user.active) {
      return undefined;
    }
    const nowSeconds = Math.floor(this.#clock.nowMs() / 1000);
    this.#serial += 1;
    const claims = {
      tenant: 'sandbox',
      clientId,
      iat: nowSeconds,
      exp: nowSeconds + this.#lifetimeSeconds,
      jti: this.#serial,
    };
    const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
    return { token: `${signed}.${this.#sign(signed)}`, expiresInSeconds: this.#lifetimeSeconds };
  }

  /** Who holds this `Authorization` header. @throws OmniumProblem 401 when missing, invalid, expired or deactivated. */
  authenticate(authorization: string | undefined): ApiUser {
    const token = /^bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
    const grant = token === undefined ? undefined : this.#grantOf(token);
    const user = grant === undefined ? undefined : this.#users.get(grant.clientId);
    if (grant === undefined || user === undefined || !user.active || grant.expiresAtMs <= this.#clock.nowMs()) {
      throw new OmniumProblem(401, 'The token is missing, invalid or expired, or its user is deactivated.');
    }
    return user;
  }

  #grantOf(token: string): TokenGrant | undefined {
    const known = this.#checked.get(token);
    if (known !== undefined) {
      return known;
    }
    const [header = '', payload = '', signature] = token.split('.');
    if (signature !== this.#sign(`${header}.${payload}`)) {
      return undefined;
    }
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    if (typeof claims !== 'object' || claims === null || !('clientId' in claims) || !('exp' in claims)) {
      return undefined;
    }
    const grant = { clientId: String(claims.clientId), expiresAtMs: Number(claims.exp) * 1000 };
    if (this.#checked.size >= cacheLimit) {
      this.#checked.clear();
    }
    this.#checked.set(token, grant);
    return grant;
  }

  #sign(text: string): string {
    return createHmac('sha256', this.#secret).update(text).digest('base64url');
  }
}

/** A resource by the first part of its path, and the roles that open it: `…Read` for reading, `…Admin` for all. */
const roleByResource: Readonly<Record<string, string>> = {
  orders: 'Order',
  ordershipments: 'Order',
  returns: 'Order',
  clickandcollect: 'Order',
  invoices: 'Order',
  privatecustomers: 'Customer',
  businesscustomers: 'Customer',
  products: 'Product',
  productcategories: 'Product',
  prices: 'Product',
  costprices: 'Product',
  inventory: 'Inventory',
  stores: 'Store',
  suppliers: 'Supplier',
  purchaseorders: 'PurchaseOrder',
  deliveries: 'PurchaseOrder',
  markets: 'Settings',
  settings: 'Settings',
};

const readingPost = /\/(search\w*|scroll\w*|query|existmany|searchbyprevious.*)$/i;

/** @throws OmniumProblem 403 when none of the user's roles opens the resource for this call. */
export const requireRole = (user: ApiUser, method: string, path: string): void => {
  const resource = /^\/api\/([^/]+)/i.exec(path)?.[1]?.toLowerCase() ?? '';
  const role = roleByResource[resource];
  const always = ['ApiOwner', 'CommerceUser', 'ApiUser'];
  if (role === undefined || user.roles.some((each) => always.includes(each) || each === `${role}Admin`)) {
    return;
  }
  const reads = method === 'GET' || method === 'HEAD' || (method === 'POST' && readingPost.test(path));
  if (!reads || !user.roles.includes(`${role}Read`)) {
    throw new OmniumProblem(403, `The API user has no role for this call on ${resource}.`);
  }
};
