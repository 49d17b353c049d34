import { Agent, request } from 'undici';
import { buildChain } from '../../sandbox/chain/build-chain';
import type { Chain } from '../../sandbox/chain/types';
import { startFlowSandbox } from '../../sandbox/flow/server';
import type { OmniumOptions } from '../../sandbox/omnium/omnium-settings';
import { startOmniumSandbox } from '../../sandbox/omnium/server';
import { parseConfig } from '../../src/config/load';
import type { TenantConfig } from '../../src/config/types';
import { demoConfig } from '../../tools/start/demo-config';
import { CrashDoor, type VendorUrls } from './crash-door';
import { CrashWorker } from './crash-worker';

export type Json = Record<string, unknown>;
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The store in which everything happens, and one that goods are carried to. */
export const STORE = 'oslocity';
export const STORE_ID = 'oslo-city';
export const OTHER_STORE = 'bergensentrum';
export const OTHER_STORE_ID = 'bergen-sentrum';
export const TENANT = 'flow_no';
export const SEED = 1;

/** Changes to the tenant's configuration. */
export type Reconfigure = (tenant: TenantConfig) => TenantConfig;

/** Both vendors as they run behind a world. */
export interface Sandboxes {
  readonly chain: Chain;
  readonly door: CrashDoor;
  readonly omnium: { readonly url: string; stop(): Promise<void> };
  readonly flow: { readonly url: string; stop(): Promise<void> };
}

/** Starts both vendors with one chain, and a door before them. */
export async function openSandboxes(chain: Chain, options: OmniumOptions = {}): Promise<Sandboxes> {
  const omnium = await startOmniumSandbox({ ...options, chain, seed: SEED, indexLagMs: 0, rateLimits: false });
  const flow = await startFlowSandbox({ chain, seed: SEED });
  const door = await CrashDoor.open({ omnium: omnium.url, flow: flow.url });
  return { chain, door, omnium, flow };
}

/** Both sandboxes, the people who use them, a worker that never dies and a door for those that do. */
export class CrashWorld {
  private readonly agent = new Agent({ keepAliveTimeout: 1_000 });
  private readonly calm: CrashWorker;
  /** The configuration of a worker beside the door, and of one behind it. */
  protected readonly tenant: TenantConfig;
  protected readonly atTheDoor: TenantConfig;
  private token: string | undefined;

  protected constructor(protected readonly sandboxes: Sandboxes) {
    const { chain, omnium, flow, door } = sandboxes;
    const tenant = tenantAt({ omnium: omnium.url, flow: flow.url });
    const stores = tenant.stores.filter((store) => chain.stores.some(({ storeId }) => storeId === store.storeId));
    this.tenant = { ...tenant, stores };
    this.calm = new CrashWorker(this.tenant);
    this.atTheDoor = at(this.tenant, door.urls);
  }

  static async start(): Promise<CrashWorld> {
    return new CrashWorld(await openSandboxes(buildChain({ seed: SEED, products: 120 })));
  }

  async stop(): Promise<void> {
    const { omnium, flow } = this.sandboxes;
    await this.calm.close();
    await this.door.close();
    await Promise.all([omnium.stop(), flow.stop()]);
    await this.agent.close();
  }

  get chain(): Chain {
    return this.sandboxes.chain;
  }

  get door(): CrashDoor {
    return this.sandboxes.door;
  }

  /** A worker that dies where the door says. */
  worker(reconfigure: Reconfigure = (tenant) => tenant): CrashWorker {
    return new CrashWorker(reconfigure(this.atTheDoor), this.door);
  }

  /** A worker beside the door: what came before the flow under test. */
  get undisturbed(): CrashWorker {
    return this.calm;
  }

  /** Number `index` among the articles that are in stock in shops. */
  sku(index = 0): string {
    const articles = this.chain.products.filter(({ kind }) => kind === 'single').flatMap(({ skus }) => skus);
    const found = articles[index]?.sku;
    if (!found) throw new Error(`the chain has no article number ${index}`);
    return found;
  }

  /** Fills the shelves, so that no flow fails for want of goods. */
  async receiveGoods(storeUid: string, skus: readonly string[]): Promise<void> {
    await this.till('receive-goods', { lines: skus.map((sku) => ({ sku, quantity: 5_000_000 })) }, storeUid);
  }

  /** Omnium as the web shop and the back office use it. A 404 becomes undefined. */
  async omnium(method: Method, path: string, body?: unknown): Promise<Json | undefined> {
    const query = 'clientId=webshop-client&clientSecret=webshop-secret&returnAsJson=true';
    const base = this.sandboxes.omnium.url;
    this.token ??= String((await this.send(`${base}/api/Token?${query}`, { method: 'POST' }))?.accessToken);
    return await this.send(`${base}${path}`, { method, body, authorization: `Bearer ${this.token}` });
  }

  /** Flow's API below the tenant. A 404 becomes undefined. */
  async flow(method: Method, path: string, body?: unknown): Promise<Json | undefined> {
    const url = `${this.sandboxes.flow.url}/v2/tenants/${TENANT}${path}`;
    return await this.send(url, { method, body, authorization: `Bearer sandbox-token-${TENANT}` });
  }

  /** Something that a clerk does. */
  async till(action: string, body: Json = {}, storeUid = STORE): Promise<Json> {
    const url = `${this.sandboxes.flow.url}/_sim/tenants/${TENANT}/stores/${storeUid}/${action}`;
    const done = await this.send(url, { method: 'POST', body });
    if (!done) throw new Error(`till ${action}: not found`);
    return done;
  }

  /** Makes a product in Omnium. */
  async addProduct(sku: string): Promise<void> {
    await this.omnium('POST', '/api/Products/AddMany', [{ productId: sku, skuId: sku, name: sku, marketIds: ['NOR'] }]);
  }

  /** Flow's own work: deletes parked orders whose time is over. */
  async expire(): Promise<void> {
    await this.send(`${this.sandboxes.flow.url}/_sim/tenants/${TENANT}/expire`, { method: 'POST' });
  }

  /** `CustomerIdField` of Omnium, for customers that come from now on. */
  async customerIdField(customerIdField: 'given' | 'email' | 'phone'): Promise<void> {
    await this.control('POST', '/customer-rules', { customerIdField });
  }

  /** What people do at Omnium's own screens and the API has no call for. */
  async control(method: Method, path: string, body?: unknown): Promise<void> {
    await this.send(`${this.sandboxes.omnium.url}/_sandbox${path}`, { method, body });
  }

  /** Both vendors as they were at the start. */
  protected async resetVendors(): Promise<void> {
    this.token = undefined;
    const { omnium, flow } = this.sandboxes;
    await Promise.all([omnium, flow].map(({ url }) => this.send(`${url}/_sandbox/reset`, { method: 'POST' })));
  }

  private async send(
    url: string,
    { method, body, authorization }: { method: Method; body?: unknown; authorization?: string },
  ): Promise<Json | undefined> {
    const answer = await request(url, {
      method,
      dispatcher: this.agent,
      headers: {
        ...(authorization && { authorization }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    if (answer.statusCode === 404) return undefined;
    if (answer.statusCode >= 300) throw new Error(`${method} ${url}: ${answer.statusCode} ${text}`);
    const value: unknown = text.startsWith('{') ? JSON.parse(text) : { value: text };
    return value as Json;
  }
}

function at(tenant: TenantConfig, { omnium, flow }: VendorUrls): TenantConfig {
  return {
    ...tenant,
    omnium: { ...tenant.omnium, baseUrl: omnium },
    flow: { ...tenant.flow, baseUrl: `${flow}/v2` },
  };
}

function tenantAt(vendors: VendorUrls): TenantConfig {
  const endpoints = { apiHost: '127.0.0.1', apiPort: 4000, webUiUrl: 'http://localhost:8233' };
  const text = demoConfig({ ...endpoints, omniumUrl: vendors.omnium, flowUrl: vendors.flow });
  const tenant = parseConfig(text, {}).tenants.find(({ tenantUid }) => tenantUid === TENANT);
  if (!tenant) throw new Error('the demonstration has no tenant for Norway');
  return tenant;
}
