import assert from 'node:assert/strict';
import { Agent, request } from 'undici';
import { buildChain } from '../../sandbox/chain/build-chain';
import type { Chain } from '../../sandbox/chain/types';
import { startFlowSandbox } from '../../sandbox/flow/server';
import { startOmniumSandbox } from '../../sandbox/omnium/server';
import type { SyncContext } from '../../src/activities/shared/sync-context';
import type { BatchLimits } from '../../src/activities/delta/export-run';
import { productsExport } from '../../src/activities/catalogue/products-export';
import { planById, type ProductPlan } from '../../src/activities/catalogue/plan-product';
import { syncProduct } from '../../src/activities/catalogue/sync-product';
import { TenantRegistry, type Tenant } from '../../src/activities/tenants';
import { parseConfig } from '../../src/config/load';
import type { CatalogueRules, ConnectorProperties, TenantConfig } from '../../src/config/types';
import type { ExportWindow, Partition } from '../../src/contracts/exports';
import type { ProductEvent, ProductKey, ProductOutcome } from '../../src/contracts/kinds/product';
import { demoConfig } from '../../tools/start/demo-config';
import { exportContextOf, runBatch, type BatchRun } from '../support/run-export';

export type Json = Record<string, unknown>;

/** Tenant whose catalogue is brought: Norway's. */
export const TENANT = 'flow_no';

interface Sandbox {
  readonly url: string;
  stop(): Promise<void>;
}

/** What of the demonstration's configuration a test wants otherwise. */
export interface ProductChanges {
  readonly properties?: Partial<ConnectorProperties>;
  readonly catalogue?: Partial<CatalogueRules>;
  /** Scheduled tasks that are switched off. */
  readonly without?: readonly string[];
}

/** How a batch is exported. */
export interface Batch {
  readonly partitions: readonly Partition[];
  readonly from?: Date;
  readonly limits?: Partial<BatchLimits>;
  readonly onPending?: (record: string, change: string) => void;
  /** Records of a partition that reads unresolved ones. */
  readonly records?: readonly string[];
}

/** Both sandboxes, and products on their way between them, without Temporal. */
export class ProductRig {
  private readonly agent = new Agent({ keepAliveTimeout: 1_000 });
  private registry: TenantRegistry;
  private token: string | undefined;
  /** Products that were told of under another name. */
  readonly told: { readonly key: ProductKey; readonly event: ProductEvent }[] = [];

  private constructor(
    readonly chain: Chain,
    private readonly omniumSandbox: Sandbox,
    private readonly flowSandbox: Sandbox,
  ) {
    this.registry = new TenantRegistry([this.config({})]);
  }

  /** @param catalogue how much of the chain the tills have from the start */
  static async start(catalogue: 'seeded' | 'stale' | 'empty' = 'empty'): Promise<ProductRig> {
    const chain = buildChain({ seed: 1, products: 20, variety: true });
    const omnium = await startOmniumSandbox({ chain, seed: 1, indexLagMs: 0, timeScale: 0.02 });
    const flow = await startFlowSandbox({ chain, seed: 1, timeScale: 0.02, catalogue });
    return new ProductRig(chain, omnium, flow);
  }

  async stop(): Promise<void> {
    await this.registry.close();
    await Promise.all([this.omniumSandbox.stop(), this.flowSandbox.stop()]);
    await this.agent.close();
  }

  /** A worker that has just begun, with another configuration. */
  async reconfigure(changes: ProductChanges): Promise<void> {
    await this.registry.close();
    this.registry = new TenantRegistry([this.config(changes)]);
  }

  /** Both sandboxes as they were at the start, and a worker that has just begun. */
  async reset(changes: ProductChanges = {}): Promise<void> {
    await this.reconfigure(changes);
    await this.send(`${this.omniumSandbox.url}/_sandbox/reset`, 'POST');
    await this.send(`${this.flowSandbox.url}/_sandbox/reset`, 'POST');
    this.token = undefined;
    this.told.length = 0;
  }

  get tenant(): Tenant {
    return this.registry.get(TENANT);
  }

  /** One pass of a product's workflow. */
  async sync(productId: string): Promise<ProductOutcome> {
    return await syncProduct(this.context(), productId, 'test', (key, event) => {
      this.told.push({ key, event });
      return Promise.resolve();
    });
  }

  /** What a pass would write. */
  async plan(productId: string): Promise<ProductPlan> {
    const plan = await planById(this.context(), productId);
    assert.ok(!('forwardTo' in plan));
    return plan;
  }

  /** One batch of the export of products, as its activity does it. */
  async export({ partitions, from, ...more }: Batch): Promise<BatchRun> {
    const reach = { to: new Date().toISOString(), ...(from && { from: from.toISOString() }) };
    const window: ExportWindow = { ...reach, since: from ? 'last-export' : 'first-export' };
    return await runBatch(productsExport, exportContextOf(this.tenant, window), partitions, more);
  }

  everything(more: Partial<Batch> = {}): Promise<BatchRun> {
    const partitions = ['products', 'removals'].map((name): Partition => ({ name, read: 'everything' }));
    return this.export({ partitions, ...more });
  }

  changes(from: Date, more: Partial<Batch> = {}): Promise<BatchRun> {
    return this.export({ from, partitions: [{ name: 'products', read: 'changes' }], ...more });
  }

  /** Changes members of a product in Omnium; null empties one. */
  async patch(productId: string, members: Json): Promise<void> {
    const emptied = Object.keys(members).filter((name) => members[name] === null);
    const told = Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
    const body = { ...told, ...(emptied.length > 0 && { fieldsToForceNull: emptied }) };
    await this.omnium('PATCH', `/api/Products/${productId}`, { productId, ...body });
  }

  /** Puts a product into Omnium, with a price in Norway unless it says otherwise. */
  async put(productId: string, members: Json = {}): Promise<void> {
    const price = { code: productId, marketId: 'NOR', currencyCode: 'NOK', unitPrice: 100, taxRate: 25 };
    const base = { productId, skuId: productId, name: productId, isActive: true, mainCategoryId: 'equipment' };
    const variants = ((members.variants ?? []) as Json[]).map((variant) => ({
      id: variant.skuId,
      productId,
      ...variant,
    }));
    const own = { prices: [price], ...members, ...(variants.length > 0 && { variants }) };
    await this.omnium('POST', '/api/Products', { ...base, ...own });
  }

  /** A document of Flow's below the tenant; undefined when there is none. */
  async inFlow(path: string): Promise<Json | undefined> {
    const { status, body } = await this.flow('GET', path);
    return status === 404 ? undefined : body;
  }

  async product(productUid: string): Promise<Json> {
    const found = await this.inFlow(`/products/${productUid}`);
    assert.ok(found, `Flow has no product ${productUid}`);
    return found;
  }

  async list(path: string): Promise<Json[]> {
    return ((await this.inFlow(path))?.items ?? []) as Json[];
  }

  async flow(method: string, path: string, body?: Json): Promise<{ status: number; body: Json }> {
    const url = `${this.flowSandbox.url}/v2/tenants/${TENANT}${path}`;
    return await this.send(url, method, { body, token: `sandbox-token-${TENANT}` });
  }

  /** Switches of Flow's simulator for the tenant. */
  async simulate(method: string, path: string, body?: Json): Promise<void> {
    const { status } = await this.send(`${this.flowSandbox.url}/_sim/tenants/${TENANT}${path}`, method, { body });
    assert.ok(status < 300, `${path}: ${status}`);
  }

  /** Switches and logs of a sandbox, e.g. `POST /catalogue/touch`. */
  async control(vendor: 'omnium' | 'flow', call: `${'GET' | 'POST' | 'DELETE'} ${string}`, body?: Json): Promise<Json> {
    const { url } = vendor === 'omnium' ? this.omniumSandbox : this.flowSandbox;
    const [method = 'GET', path = ''] = call.split(' ');
    const answer = await this.send(`${url}/_sandbox${path}`, method, { body });
    assert.ok(answer.status < 300, `${call}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** What Flow was asked for since its log was emptied: all, or writes alone. */
  async calls(kind: 'all' | 'writes' = 'writes'): Promise<string[]> {
    const { requests } = await this.control('flow', 'GET /requests');
    return (requests as { method: string; path: string }[])
      .filter(({ method, path }) => path.startsWith('/v2') && (kind === 'all' || method !== 'GET'))
      .map(({ method, path }) => `${method} ${path.replace(`/v2/tenants/${TENANT}`, '')}`);
  }

  async clearCalls(): Promise<void> {
    await this.control('flow', 'DELETE /requests');
  }

  async omnium(method: string, path: string, body?: unknown): Promise<Json> {
    if (this.token === undefined) {
      const query = 'clientId=webshop-client&clientSecret=webshop-secret&returnAsJson=true';
      const answer = await this.send(`${this.omniumSandbox.url}/api/Token?${query}`, 'POST');
      this.token = String(answer.body.accessToken);
    }
    const answer = await this.send(`${this.omniumSandbox.url}${path}`, method, { body, token: this.token });
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  private context(): SyncContext {
    const { tenant } = this;
    const context: SyncContext = {
      ...{ tenant, signal: new AbortController().signal, calls: 0 },
      onCall: () => (context.calls += 1),
    };
    return context;
  }

  private config({ properties, catalogue, without = [] }: ProductChanges): TenantConfig {
    const endpoints = {
      ...{ apiHost: '127.0.0.1', apiPort: 4000, webUiUrl: 'http://localhost:8233' },
      ...{ omniumUrl: this.omniumSandbox.url, flowUrl: this.flowSandbox.url },
    };
    const tenant = parseConfig(demoConfig(endpoints), {}).tenants.find(({ tenantUid }) => tenantUid === TENANT);
    assert.ok(tenant);
    const markets = tenant.markets.map((market) => ({
      ...market,
      properties: { ...market.properties, ...properties },
    }));
    const scheduledTasks = tenant.connector.scheduledTasks.filter(
      ({ implementationType }) => !without.includes(implementationType),
    );
    const connector = { ...tenant.connector, scheduledTasks };
    return { ...tenant, markets, connector, catalogue: { ...tenant.catalogue, ...catalogue } };
  }

  private async send(
    url: string,
    method: string,
    { body, token }: { readonly body?: unknown; readonly token?: string | undefined } = {},
  ): Promise<{ status: number; body: Json }> {
    const headers = {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
    const sent = body === undefined ? null : JSON.stringify(body);
    const answer = await request(url, { method: method as 'GET', headers, body: sent, dispatcher: this.agent });
    const text = await answer.body.text();
    return { status: answer.statusCode, body: (text === '' ? {} : JSON.parse(text)) as Json };
  }
}
