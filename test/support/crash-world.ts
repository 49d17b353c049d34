import { Agent, request } from 'undici';
import { buildChain } from '../../sandbox/chain/build-chain';
import type { Chain } from '../../sandbox/chain/types';
import { startFlowSandbox } from '../../sandbox/flow/server';
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
const TENANT = 'flow_no';
const SEED = 1;

/** Changes to the tenant's configuration. */
export type Reconfigure = (tenant: TenantConfig) => TenantConfig;

/** Both sandboxes, the people who use them, a worker that never dies and a door for those that do. */
export class CrashWorld {
  private readonly agent = new Agent({ keepAliveTimeout: 1_000 });
  private readonly calm: CrashWorker;
  private readonly tenant: TenantConfig;
  private token: string | undefined;

  private constructor(
    readonly chain: Chain,
    readonly door: CrashDoor,
    private readonly parts: {
      readonly omnium: { readonly url: string; stop(): Promise<void> };
      readonly flow: { readonly url: string; stop(): Promise<void> };
    },
  ) {
    this.tenant = tenantAt(door.urls);
    this.calm = new CrashWorker(tenantAt({ omnium: parts.omnium.url, flow: parts.flow.url }));
  }

  static async start(): Promise<CrashWorld> {
    const chain = buildChain({ seed: SEED, products: 120 });
    const omnium = await startOmniumSandbox({ chain, seed: SEED, indexLagMs: 0, rateLimits: false });
    const flow = await startFlowSandbox({ chain, seed: SEED });
    const door = await CrashDoor.open({ omnium: omnium.url, flow: flow.url });
    return new CrashWorld(chain, door, { omnium, flow });
  }

  async stop(): Promise<void> {
    await this.calm.close();
    await this.door.close();
    await Promise.all([this.parts.omnium.stop(), this.parts.flow.stop()]);
    await this.agent.close();
  }

  /** A worker that dies where the door says. */
  worker(reconfigure: Reconfigure = (tenant) => tenant): CrashWorker {
    return new CrashWorker(reconfigure(this.tenant), this.door);
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
    const base = this.parts.omnium.url;
    this.token ??= String((await this.send(`${base}/api/Token?${query}`, { method: 'POST' }))?.accessToken);
    return await this.send(`${base}${path}`, { method, body, authorization: `Bearer ${this.token}` });
  }

  /** Flow's API below the tenant. A 404 becomes undefined. */
  async flow(method: Method, path: string, body?: unknown): Promise<Json | undefined> {
    const url = `${this.parts.flow.url}/v2/tenants/${TENANT}${path}`;
    return await this.send(url, { method, body, authorization: `Bearer sandbox-token-${TENANT}` });
  }

  /** Something that a clerk does. */
  async till(action: string, body: Json = {}, storeUid = STORE): Promise<Json> {
    const url = `${this.parts.flow.url}/_sim/tenants/${TENANT}/stores/${storeUid}/${action}`;
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
    await this.send(`${this.parts.flow.url}/_sim/tenants/${TENANT}/expire`, { method: 'POST' });
  }

  /** `CustomerIdField` of Omnium, for customers that come from now on. */
  async customerIdField(customerIdField: 'given' | 'email' | 'phone'): Promise<void> {
    await this.send(`${this.parts.omnium.url}/_sandbox/customer-rules`, { method: 'POST', body: { customerIdField } });
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

function tenantAt(vendors: VendorUrls): TenantConfig {
  const endpoints = { apiHost: '127.0.0.1', apiPort: 4000, webUiUrl: 'http://localhost:8233' };
  const text = demoConfig({ ...endpoints, omniumUrl: vendors.omnium, flowUrl: vendors.flow });
  const tenant = parseConfig(text, {}).tenants.find(({ tenantUid }) => tenantUid === TENANT);
  if (!tenant) throw new Error('the demonstration has no tenant for Norway');
  return tenant;
}
