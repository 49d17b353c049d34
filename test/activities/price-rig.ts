import assert from 'node:assert/strict';
import { Agent, request } from 'undici';
import { buildChain } from '../../sandbox/chain/build-chain';
import type { Chain } from '../../sandbox/chain/types';
import { startFlowSandbox } from '../../sandbox/flow/server';
import { startOmniumSandbox } from '../../sandbox/omnium/server';
import type { DeltaExport, Partitions } from '../../src/activities/delta/stream';
import type { BatchLimits } from '../../src/activities/delta/export-run';
import { TenantRegistry, type Tenant } from '../../src/activities/tenants';
import { parseConfig } from '../../src/config/load';
import type { ConnectorProperties, TenantConfig } from '../../src/config/types';
import type { Partition, ExportWindow } from '../../src/contracts/exports';
import { demoConfig } from '../../tools/start/demo-config';
import { exportContextOf, runBatch, UNRESOLVED, type BatchRun } from '../support/run-export';

export type Json = Record<string, unknown>;

const TENANT = 'flow_no';
/** A store of the tenant's, and its uid in Flow. */
export const STORE = { id: 'oslo-city', uid: 'oslocity' } as const;

interface Sandbox {
  readonly url: string;
  stop(): Promise<void>;
}

/** What is exported. */
export interface Exported {
  readonly kind: DeltaExport;
  readonly partitions: readonly Partition[];
  readonly records?: readonly string[];
  readonly from?: Date;
  readonly to?: Date;
  readonly limits?: Partial<BatchLimits>;
  readonly onPending?: (record: string, change: string) => void;
}

/** Both sandboxes, and the exports of prices on them, without Temporal. */
export class PriceRig {
  private readonly agent = new Agent({ keepAliveTimeout: 1_000 });
  private readonly registry: TenantRegistry;
  private token: string | undefined;

  private constructor(
    readonly chain: Chain,
    private readonly omniumSandbox: Sandbox,
    private readonly flowSandbox: Sandbox,
  ) {
    this.registry = new TenantRegistry([this.config({ StorePriceListsInFlow: true })]);
  }

  static async start(): Promise<PriceRig> {
    const chain = buildChain({ seed: 1, products: 40 });
    const omnium = await startOmniumSandbox({ chain, seed: 1, indexLagMs: 0, timeScale: 0.02 });
    const flow = await startFlowSandbox({ chain, seed: 1, timeScale: 0.02 });
    return new PriceRig(chain, omnium, flow);
  }

  async stop(): Promise<void> {
    await this.registry.close();
    await Promise.all([this.omniumSandbox.stop(), this.flowSandbox.stop()]);
    await this.agent.close();
  }

  get tenant(): Tenant {
    return this.registry.get(TENANT);
  }

  /** Number `index` among the articles that are sold. */
  sku(index: number): string {
    const sold = this.chain.products.filter(({ kind }) => kind === 'single').flatMap(({ skus }) => skus);
    const found = sold[index]?.sku;
    assert.ok(found);
    return found;
  }

  /** Both sandboxes as they were at the start, with the list of the store. */
  async reset(): Promise<void> {
    await this.send(`${this.omniumSandbox.url}/_sandbox/reset`, 'POST');
    await this.send(`${this.flowSandbox.url}/_sandbox/reset`, 'POST');
    this.token = undefined;
    await this.makeList(STORE.uid);
  }

  async makeList(pricelistUid: string): Promise<void> {
    const { status } = await this.flow('POST', '/pricelists', { pricelistUid, name: pricelistUid });
    assert.equal(status, 200);
  }

  async partitions(kind: DeltaExport): Promise<Partitions> {
    return await kind.partitions(exportContextOf(this.tenant));
  }

  /** One batch of an export, as its activity does it. */
  async export({ kind, partitions, from, to = new Date(), ...more }: Exported): Promise<BatchRun> {
    const reach = { to: to.toISOString(), ...(from && { from: from.toISOString() }) };
    const window: ExportWindow = { ...reach, since: from ? 'last-export' : 'first-export' };
    return await runBatch(kind, exportContextOf(this.tenant, window), partitions, more);
  }

  /** Everything of a stream, with what comes after that. */
  async everything(kind: DeltaExport, more: Partial<Exported> = {}): Promise<BatchRun> {
    const { names, afterWhole = [] } = await this.partitions(kind);
    const partitions = ['everything', ...afterWhole].map((name): Partition => ({
      name,
      read: 'everything',
      members: names,
    }));
    return await this.export({ kind, partitions, ...more });
  }

  /** What has changed in a stretch of time. */
  async changes(kind: DeltaExport, from: Date, more: Partial<Exported> = {}): Promise<BatchRun> {
    const { names } = await this.partitions(kind);
    return await this.export({
      kind,
      from,
      partitions: [{ name: 'what changed', read: 'changes', members: names }],
      ...more,
    });
  }

  async records(kind: DeltaExport, records: readonly string[]): Promise<BatchRun> {
    return await this.export({ kind, partitions: [UNRESOLVED], records });
  }

  /** Adds prices of an article in Omnium, for the market Norway in kroner unless said otherwise. */
  async price(sku: string, ...prices: readonly Json[]): Promise<void> {
    const own = prices.map((price) => ({ code: sku, marketId: 'NOR', currencyCode: 'NOK', taxRate: 25, ...price }));
    const update = { productId: sku, prices: own, ignoreDates: prices.length === 1 };
    const { status, body } = await this.omnium('PUT', '/api/Prices/AddMany', [update]);
    assert.equal(status, 200, JSON.stringify(body));
  }

  async cost(sku: string, ...costs: readonly Json[]): Promise<void> {
    const own = costs.map((cost) => ({ skuId: sku, currencyCode: 'NOK', ...cost }));
    const { status, body } = await this.omnium('PUT', '/api/CostPrices/AddMany', [{ productId: sku, costPrices: own }]);
    assert.equal(status, 200, JSON.stringify(body));
  }

  /** Prices of an article on a list in Flow, in cents. */
  async onList(pricelistUid: string, sku: string): Promise<number[]> {
    const productUid = sku.replace(/\W/g, '');
    const { status, body } = await this.flow('GET', `/pricelists/${pricelistUid}/prices?productUid=${productUid}`);
    assert.equal(status, 200);
    return (body.items as Json[]).map(({ price }) => Number(price));
  }

  async product(sku: string): Promise<Json> {
    return (await this.flow('GET', `/products/${sku.replace(/\W/g, '')}`)).body;
  }

  /** Writes that Flow has seen since its log was emptied, e.g. `PUT /products/AB1`. */
  async writes(): Promise<string[]> {
    const { body } = await this.send(`${this.flowSandbox.url}/_sandbox/requests`, 'GET');
    return (body.requests as { method: string; path: string }[])
      .filter(({ method, path }) => method !== 'GET' && path.startsWith('/v2'))
      .map(({ method, path }) => `${method} ${path.replace(`/v2/tenants/${TENANT}`, '')}`);
  }

  async clearRequests(): Promise<void> {
    await this.send(`${this.flowSandbox.url}/_sandbox/requests`, 'DELETE');
  }

  async control(vendor: 'omnium' | 'flow', path: string, body?: Json): Promise<Json> {
    const { url } = vendor === 'omnium' ? this.omniumSandbox : this.flowSandbox;
    const answer = await this.send(`${url}/_sandbox${path}`, 'POST', { body });
    assert.ok(answer.status < 300, `${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async flow(method: string, path: string, body?: Json): Promise<{ status: number; body: Json }> {
    const url = `${this.flowSandbox.url}/v2/tenants/${TENANT}${path}`;
    return await this.send(url, method, { body, token: `sandbox-token-${TENANT}` });
  }

  async omnium(method: string, path: string, body?: unknown): Promise<{ status: number; body: Json }> {
    if (this.token === undefined) {
      const query = 'clientId=webshop-client&clientSecret=webshop-secret&returnAsJson=true';
      const answer = await this.send(`${this.omniumSandbox.url}/api/Token?${query}`, 'POST');
      this.token = String(answer.body.accessToken);
    }
    return await this.send(`${this.omniumSandbox.url}${path}`, method, { body, token: this.token });
  }

  private config(properties: Partial<ConnectorProperties>): TenantConfig {
    const { omniumSandbox, flowSandbox } = this;
    const endpoints = {
      ...{ apiHost: '127.0.0.1', apiPort: 4000, webUiUrl: 'http://localhost:8233' },
      ...{ omniumUrl: omniumSandbox.url, flowUrl: flowSandbox.url },
    };
    const tenant = parseConfig(demoConfig(endpoints), {}).tenants.find(({ tenantUid }) => tenantUid === TENANT);
    assert.ok(tenant);
    const markets = tenant.markets.map((market) => ({
      ...market,
      properties: { ...market.properties, ...properties },
    }));
    return { ...tenant, markets };
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
