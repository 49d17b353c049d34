import { Agent, request } from 'undici';
import { buildChain } from '../../../sandbox/chain/build-chain';
import type { Chain } from '../../../sandbox/chain/types';
import { startFlowSandbox } from '../../../sandbox/flow/server';
import { startOmniumSandbox } from '../../../sandbox/omnium/server';
import { parseConfig } from '../../../src/config/load';
import type { IntegrationConfig, TenantConfig } from '../../../src/config/types';
import { demoConfig } from '../../../tools/start/demo-config';
import { CrashDoor, type VendorUrls } from '../crash-door';
import type { Json } from '../crash-world';
import { MovingClock } from './moving-clock';
import { PostOffice } from './post-office';

type Method = 'GET' | 'POST' | 'PUT';
type Vendor = keyof VendorUrls;

export const TENANT = 'flow_no';
export const MARKET = 'NOR';
const SEED = 1;
/** Two of each market; in Norway one of them has a back room. */
const STORES = 8;
const PRODUCTS = 60;
const FLOW_ACTIONS = ['ORDER_SETTLED', 'ORDER_DELIVERED', 'PURCHASE_RECEIVED', 'STOCK_CHANGE'];
const OMNIUM_CLASSES = ['Order', 'PurchaseOrder', 'Delivery'];

/** A place that holds stock, in both systems' words. */
export interface Place {
  readonly warehouseCode: string;
  readonly warehouseUid: string;
}

/** A shop of the model. Its first place is where its tills take from. */
export interface Shop {
  readonly storeId: string;
  readonly storeUid: string;
  readonly places: readonly [Place, ...Place[]];
}

/** Both sandboxes with the people who use them, and everything that sequences share. */
export class StockWorld {
  private readonly agent = new Agent({ keepAliveTimeout: 1_000 });
  private token: string | undefined;
  /** The demonstration's configuration. */
  readonly config: IntegrationConfig;
  readonly shops: readonly [Shop, Shop];
  /** Two articles, and one of which every piece has a serial number. */
  readonly skus: readonly [string, string, string];

  private constructor(
    readonly chain: Chain,
    readonly clock: MovingClock,
    private readonly parts: {
      readonly sandboxes: readonly { stop(): Promise<void> }[];
      readonly urls: VendorUrls;
      readonly door: CrashDoor;
      readonly office: PostOffice;
    },
  ) {
    const [first, second] = chain.stores.filter(({ marketId }) => marketId === MARKET).map(shopOf);
    if (!first || !second) throw new Error('the chain has too few stores');
    this.shops = [first, second];
    this.skus = articlesOf(chain);
    this.config = demonstrationAt(parts.urls);
  }

  static async start(): Promise<StockWorld> {
    const clock = new MovingClock();
    clock.start();
    const chain = buildChain({ seed: SEED, stores: STORES, products: PRODUCTS });
    const omnium = await startOmniumSandbox({ chain, seed: SEED, indexLagMs: 0, rateLimits: false });
    const flow = await startFlowSandbox({ chain, seed: SEED });
    const urls = { omnium: omnium.url, flow: flow.url };
    const door = await CrashDoor.open(urls);
    return new StockWorld(chain, clock, { sandboxes: [omnium, flow], urls, door, office: await PostOffice.open() });
  }

  async stop(): Promise<void> {
    const { door, sandboxes, office } = this.parts;
    await door.close();
    await Promise.all(sandboxes.map((sandbox) => sandbox.stop()));
    await office.close();
    await this.agent.close();
    this.clock.stop();
  }

  get urls(): VendorUrls {
    return this.parts.urls;
  }

  get door(): CrashDoor {
    return this.parts.door;
  }

  get office(): PostOffice {
    return this.parts.office;
  }

  /** Puts both systems back to how they were, and has them tell what happens from now on. */
  async reset(): Promise<void> {
    const { office } = this.parts;
    this.token = undefined;
    await Promise.all([this.control('omnium', 'POST /reset'), this.control('flow', 'POST /reset')]);
    const httpTransportUid = 'model';
    await this.flow('POST', '/httptransports', { httpTransportUid, name: 'model', url: office.addressOf('flow') });
    for (const action of FLOW_ACTIONS) await this.flow('POST', '/webhooks', { action, httpTransportUid, active: true });
    await this.control('omnium', 'POST /subscriptions', {
      url: office.addressOf('omnium'),
      classNames: OMNIUM_CLASSES,
    });
    office.fetch();
  }

  /** Omnium as the back office uses it. A 404 becomes undefined. */
  async omnium(method: Method, path: string, body?: unknown): Promise<Json | undefined> {
    const base = this.urls.omnium;
    const query = 'clientId=webshop-client&clientSecret=webshop-secret&returnAsJson=true';
    this.token ??= String((await this.send(`${base}/api/Token?${query}`, { method: 'POST' }))?.accessToken);
    return await this.send(`${base}${path}`, { method, body, authorization: `Bearer ${this.token}` });
  }

  /** Flow's API below the tenant. A 404 becomes undefined. */
  async flow(method: Method, path: string, body?: unknown): Promise<Json | undefined> {
    const url = `${this.urls.flow}/v2/tenants/${TENANT}${path}`;
    return await this.send(url, { method, body, authorization: `Bearer sandbox-token-${TENANT}` });
  }

  /** Something that a clerk does. */
  async clerk({ storeUid }: Shop, action: string, body: Json): Promise<Json> {
    const url = `${this.urls.flow}/_sim/tenants/${TENANT}/stores/${storeUid}/${action}`;
    return (await this.send(url, { method: 'POST', body })) ?? {};
  }

  /** Stores whose orders move stock in Omnium. */
  async stepIn(shops: readonly Shop[]): Promise<void> {
    await this.control('omnium', 'POST /stock-step', { storeIds: shops.map(({ storeId }) => storeId) });
  }

  /** Waits until every webhook has been sent. */
  async settle(): Promise<void> {
    for (const vendor of ['flow', 'omnium'] as const) {
      while ((await this.control(vendor, 'GET /webhooks/pending'))?.pending !== 0) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    }
  }

  /** Pieces in Flow. */
  async inFlow({ storeUid }: Shop, { warehouseUid }: Place, sku: string): Promise<number> {
    const path = `/stores/${storeUid}/warehouses/${warehouseUid}/products/${uidOf(sku)}/stock`;
    return Number((await this.flow('GET', path))?.quantityStock ?? 0) / 100;
  }

  /** Pieces in Omnium; what it does not list is none. */
  async inOmnium({ warehouseCode }: Place, sku: string): Promise<number> {
    const found = await this.omnium('GET', `/api/Inventory/${sku}?warehouseIds=${warehouseCode}`);
    const [item] = (found?.result ?? []) as Json[];
    return Number(item?.inventory ?? 0);
  }

  /** The same level in both systems. */
  async fill({ storeUid }: Shop, place: Place, { sku, pieces }: { sku: string; pieces: number }): Promise<void> {
    const { warehouseUid, warehouseCode } = place;
    const path = `/stores/${storeUid}/warehouses/${warehouseUid}/products/${uidOf(sku)}/stock`;
    await this.flow('PUT', path, { quantityStock: pieces * 100 });
    await this.omnium('PUT', '/api/Inventory/UpdateMany', [{ sku, warehouseCode, inventory: pieces }]);
  }

  /** The tenant's configuration with these shops' stock in Flow's hands. */
  configWith(flowMasters: readonly Shop[]): TenantConfig {
    const isFlow = (shop: Shop): boolean => flowMasters.includes(shop);
    const tenant = this.config.tenants.find(({ tenantUid }) => tenantUid === TENANT);
    if (!tenant) throw new Error('the demonstration has no tenant for Norway');
    return {
      ...tenant,
      // Receipts move no stock.
      settings: { ...tenant.settings, OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM: false },
      stores: this.shops.map((shop) => ({
        ...{ storeId: shop.storeId, storeUid: shop.storeUid },
        settings: { OMNIUM_FLOW_STOCK_MASTER: isFlow(shop) },
      })),
    };
  }

  private async control(vendor: Vendor, call: `${Method} ${string}`, body?: unknown): Promise<Json | undefined> {
    const [method, path] = call.split(' ') as [Method, string];
    return await this.send(`${this.urls[vendor]}/_sandbox${path}`, { method, body });
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

/** Flow's uid of what Omnium calls so; the names of these tests lose nothing but hyphens. */
export function uidOf(id: string): string {
  return id.replace(/\W/g, '');
}

function demonstrationAt({ omnium, flow }: VendorUrls): IntegrationConfig {
  const endpoints = { apiHost: '127.0.0.1', apiPort: 4000, webUiUrl: 'http://localhost:8233' };
  return parseConfig(demoConfig({ ...endpoints, omniumUrl: omnium, flowUrl: flow }), {});
}

function shopOf({ storeId, warehouses }: Chain['stores'][number]): Shop {
  const [first, ...others] = warehouses.map(({ warehouseId }) => placeOf(warehouseId));
  return { storeId, storeUid: uidOf(storeId), places: [first ?? placeOf(storeId), ...others] };
}

function placeOf(warehouseCode: string): Place {
  return { warehouseCode, warehouseUid: uidOf(warehouseCode) };
}

function articlesOf({ products }: Chain): [string, string, string] {
  const singles = products.filter(({ kind }) => kind === 'single');
  const plain = singles.filter(({ hasSerialNumbers }) => !hasSerialNumbers).map(({ productId }) => productId);
  const numbered = singles.find(({ hasSerialNumbers }) => hasSerialNumbers)?.productId;
  const [first, second] = plain;
  if (!first || !second || !numbered) throw new Error('the chain has too few articles');
  return [first, second, numbered];
}
