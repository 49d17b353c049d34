import { Agent, request } from 'undici';
import { buildChain } from '../../sandbox/chain/build-chain';
import { startFlowSandbox } from '../../sandbox/flow/server';
import { startOmniumSandbox } from '../../sandbox/omnium/server';
import type { SyncContext } from '../../src/activities/shared/sync-context';
import { exportStores } from '../../src/activities/stores/export-stores';
import { TenantRegistry, type Tenant } from '../../src/activities/tenants';
import { parseConfig } from '../../src/config/load';
import type { ConnectorProperties, StoreConfig, TenantConfig } from '../../src/config/types';
import type { StoresOutcome } from '../../src/contracts/kinds/stores';
import { demoConfig } from '../../tools/start/demo-config';

export type Json = Record<string, unknown>;

/** Tenant whose stores are exported: three stores, two with a back room, and the web warehouse. */
const TENANT = 'flow_no';

/** What a test wants to be different from the demonstration's configuration. */
export interface TenantChanges {
  readonly stores?: readonly StoreConfig[];
  readonly implementations?: readonly string[];
  readonly properties?: Partial<ConnectorProperties>;
  /** Properties that are not configured at all. */
  readonly without?: readonly (keyof ConnectorProperties)[];
}

interface Sandbox {
  readonly url: string;
  stop(): Promise<void>;
}

/** Both sandboxes, and the export of stores on them; as a worker that has just started. */
export class StoreRig {
  private readonly agent = new Agent({ keepAliveTimeout: 1_000 });
  private token: string | undefined;

  private constructor(
    private readonly omniumSandbox: Sandbox,
    private readonly flowSandbox: Sandbox,
  ) {}

  static async start(): Promise<StoreRig> {
    const chain = buildChain({ seed: 1, products: 20 });
    const omnium = await startOmniumSandbox({ chain, seed: 1, indexLagMs: 0, timeScale: 0.02 });
    const flow = await startFlowSandbox({ chain, seed: 1, timeScale: 0.02 });
    return new StoreRig(omnium, flow);
  }

  async stop(): Promise<void> {
    await Promise.all([this.omniumSandbox.stop(), this.flowSandbox.stop()]);
    await this.agent.close();
  }

  /** Both sandboxes as they were at the start. */
  async reset(): Promise<void> {
    await this.send(`${this.omniumSandbox.url}/_sandbox/reset`, 'POST');
    await this.send(`${this.flowSandbox.url}/_sandbox/reset`, 'POST');
    this.token = undefined;
  }

  /** One pass of a worker that has just started. */
  async export(changes: TenantChanges = {}): Promise<StoresOutcome> {
    return await this.withTenant(changes, (tenant) => this.exportFor(tenant));
  }

  /** One pass of a worker that has been at work before. */
  async exportFor(tenant: Tenant): Promise<StoresOutcome> {
    const { signal } = new AbortController();
    const context: SyncContext = { tenant, signal, calls: 0, onCall: () => (context.calls += 1) };
    return await exportStores(context);
  }

  /** A tenant as one worker has it. */
  async withTenant<T>(changes: TenantChanges, work: (tenant: Tenant) => Promise<T>): Promise<T> {
    const registry = new TenantRegistry([this.config(changes)]);
    try {
      return await work(registry.get(TENANT));
    } finally {
      await registry.close();
    }
  }

  /** Changes a store of Omnium's, or makes one: a primary store of the tenant's market that is a warehouse, unless said otherwise. */
  async setStore(id: string, members: Json = {}): Promise<void> {
    const known = await this.omnium('GET', `/api/Stores/${id}`);
    const base = {
      name: id,
      isPrimaryStore: true,
      isWarehouse: true,
      isWebWarehouse: false,
      availableOnMarkets: ['NOR'],
    };
    const store = known.status === 200 ? known.body : base;
    const { status, body } = await this.omnium('PUT', '/api/Stores', { ...store, id, ...members });
    if (status >= 300) throw new Error(`Omnium refused the store: ${status} ${JSON.stringify(body)}`);
  }

  /** A document of Flow's below the tenant; undefined when there is none. */
  async inFlow(path: string): Promise<Json | undefined> {
    const { status, body } = await this.flow('GET', path);
    return status === 404 ? undefined : body;
  }

  async flow(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: Json,
  ): Promise<{ status: number; body: Json }> {
    const url = `${this.flowSandbox.url}/v2/tenants/${TENANT}${path}`;
    return await this.send(url, method, { body, token: `sandbox-token-${TENANT}` });
  }

  /** Writes that Flow has seen since the log was emptied, e.g. `PUT /stores/oslocity`. */
  async writes(): Promise<string[]> {
    const { body } = await this.send(`${this.flowSandbox.url}/_sandbox/requests`, 'GET');
    const seen = body.requests as { method: string; path: string }[];
    return seen
      .filter(({ method, path }) => method !== 'GET' && path.startsWith('/v2'))
      .map(({ method, path }) => `${method} ${path.replace(`/v2/tenants/${TENANT}`, '')}`);
  }

  async clearRequests(): Promise<void> {
    await this.send(`${this.flowSandbox.url}/_sandbox/requests`, 'DELETE');
  }

  /** A fault in Flow, until the next reset. */
  async flowFails(fault: Json): Promise<void> {
    await this.send(`${this.flowSandbox.url}/_sandbox/faults`, 'POST', { body: fault });
  }

  private async omnium(method: string, path: string, body?: Json): Promise<{ status: number; body: Json }> {
    if (this.token === undefined) {
      const query = 'clientId=webshop-client&clientSecret=webshop-secret&returnAsJson=true';
      const answer = await this.send(`${this.omniumSandbox.url}/api/Token?${query}`, 'POST');
      this.token = String(answer.body.accessToken);
    }
    return await this.send(`${this.omniumSandbox.url}${path}`, method, { body, token: this.token });
  }

  private config({ stores, implementations, properties, without = [] }: TenantChanges): TenantConfig {
    const { omniumSandbox, flowSandbox } = this;
    const yaml = demoConfig({
      ...{ apiHost: '127.0.0.1', apiPort: 4000, webUiUrl: 'http://localhost:8233' },
      ...{ omniumUrl: omniumSandbox.url, flowUrl: flowSandbox.url },
    });
    const tenant = parseConfig(yaml, {}).tenants.find(({ tenantUid }) => tenantUid === TENANT);
    if (!tenant) throw new Error('the demonstration has no such tenant');
    const markets = tenant.markets.map((market) => {
      const changed = { ...market.properties, ...properties };
      const kept = Object.fromEntries(Object.entries(changed).filter(([name]) => !without.some((key) => key === name)));
      return { ...market, properties: { ...BARE, ...kept } };
    });
    const connector = { ...tenant.connector, ...(implementations && { implementations }) };
    return { ...tenant, markets, connector, stores: stores ?? [] };
  }

  private async send(
    url: string,
    method: string,
    { body, token }: { readonly body?: Json | undefined; readonly token?: string } = {},
  ): Promise<{ status: number; body: Json }> {
    const answer = await request(url, {
      method: method as 'GET' | 'POST' | 'PUT' | 'DELETE',
      dispatcher: this.agent,
      headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, body: text === '' ? {} : (JSON.parse(text) as Json) };
  }
}

/** Properties that every market has, in the form of the checked configuration. */
const BARE: ConnectorProperties = {
  DefaultTenantUid: TENANT,
  MainPricesListUid: 'main',
  DefaultVatCodeUid: 'vat_no_25',
  OrganizationUid: '923456781',
  OmniumIsMasterForStock: true,
  SyncCategoriesToFlow: false,
  StorePriceListsInFlow: false,
  ExportDeliveryAsPo: false,
  SendPackageProductOnPurchaseOrder: false,
  CreatePackageSlots: false,
  UseCostPriceListInInventoryExport: false,
  UseMarketGroupFlowTenants: false,
  VatCodeUids: {},
};
