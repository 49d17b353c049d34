import { Publisher } from '../../src/temporal/publisher';
import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { Worker } from '@temporalio/worker';
import { Registry } from 'prom-client';
import { Agent, request } from 'undici';
import { buildChain } from '../../sandbox/chain/build-chain';
import type { Chain } from '../../sandbox/chain/types';
import { startFlowSandbox } from '../../sandbox/flow/server';
import { startOmniumSandbox } from '../../sandbox/omnium/server';
import { TenantRegistry } from '../../src/activities/tenants';
import { startApi, type RunningApi } from '../../src/api/start-api';
import { parseConfig } from '../../src/config/load';
import type { IntegrationConfig } from '../../src/config/types';
import { SYNC_STATUS_QUERY, type SyncResult } from '../../src/contracts/entity-sync';
import { orderKind, type OrderOutcome, type OrderStatus } from '../../src/contracts/kinds/order';
import { stockKind } from '../../src/contracts/kinds/stock';
import { storesKind } from '../../src/contracts/kinds/stores';
import { createLogger } from '../../src/observability/logger';
import { createEngineWorker } from '../../src/workers/create-worker';
import { demoConfig, demoTenants, demoWebhookToken } from '../../tools/start/demo-config';
import { omniumSubscriptions } from '../../tools/start/subscriptions';
import { until } from './order-driver';
import { devServer } from './temporal-rig';

/** JSON as it comes over the wire; tests name the members they look at. */
export type Json = Record<string, unknown>;

/** An answer of a sandbox. */
export interface SandboxAnswer {
  readonly status: number;
  readonly body: Json;
}

interface Sandbox {
  readonly url: string;
  stop(): Promise<void>;
}

/** One call that a sandbox has seen. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** The fault that was switched on for it. */
  readonly fault?: string;
}

interface IntegrationParts {
  readonly chain: Chain;
  readonly config: IntegrationConfig;
  readonly client: Client;
  readonly taskQueue: string;
  readonly omnium: Sandbox;
  readonly flow: Sandbox;
  readonly api: RunningApi;
}

/** Changes to the configuration of the demonstration, for one test file. */
export type Reconfigure = (config: IntegrationConfig) => IntegrationConfig;

const FLOW_TRANSPORT_UID = 'test_transport';
/** What Flow tells of; nothing of parked and cancelled orders. */
const FLOW_ACTIONS = [
  'ORDER_SETTLED',
  'ORDER_RECEIPT_SETTLED',
  'ORDER_DELIVERED',
  'ORDER_HANDLING_STATE_CHANGED',
  'CUSTOMER_CREATE',
  'CUSTOMER_UPDATE',
  'CUSTOMER_DELETE',
  'PURCHASE_RECEIVED',
  'STOCK_CHANGE',
] as const;

const API_HOST = '127.0.0.1';
const SEED = 1;

/**
 * Everything real, on free ports: both sandboxes, the API, a worker, Temporal. The chain is the one of `npm start`
 * with fewer products.
 */
export class Integration {
  readonly tenantUid = 'flow_no';
  private readonly agent = new Agent({ keepAliveTimeout: 1_000 });
  private worker:
    { readonly worker: Worker; readonly run: Promise<void>; readonly tenants: TenantRegistry } | undefined;
  private omniumToken: string | undefined;

  readonly chain: Chain;
  readonly config: IntegrationConfig;
  readonly client: Client;

  private constructor(private readonly parts: IntegrationParts) {
    this.chain = parts.chain;
    this.config = parts.config;
    this.client = parts.client;
  }

  static async start(reconfigure: Reconfigure = (config) => config): Promise<Integration> {
    const { address, client } = await devServer();
    const chain = buildChain({ seed: SEED, products: 120 });
    const omnium = await startOmniumSandbox({ chain, seed: SEED, indexLagMs: 0, timeScale: 0.02 });
    const flow = await startFlowSandbox({ chain, seed: SEED, timeScale: 0.02 });
    const endpoints = {
      apiHost: API_HOST,
      apiPort: 4000,
      omniumUrl: omnium.url,
      flowUrl: flow.url,
      webUiUrl: 'http://localhost:8233',
    };
    const parsed = reconfigure(parseConfig(demoConfig(endpoints), {}));
    const config = { ...parsed, api: { ...parsed.api, port: 0 } };
    const taskQueue = `e2e-${randomUUID()}`;
    const logger = createLogger({ name: 'api', level: 'silent' });
    const temporal = { connectionOptions: { address }, namespace: 'default', address };
    const api = await startApi({ config, temporal, logger, registry: new Registry(), taskQueue });
    const integration = new Integration({ chain, config, client, taskQueue, omnium, flow, api });
    await integration.startWorker();
    await integration.subscribe();
    await integration.subscribeToFlow();
    return integration;
  }

  /** Where the orders' and customers' workflows run. */
  get taskQueue(): string {
    return this.parts.taskQueue;
  }

  get apiUrl(): string {
    return this.parts.api.url;
  }

  get omniumUrl(): string {
    return this.parts.omnium.url;
  }

  get flowUrl(): string {
    return this.parts.flow.url;
  }

  /** @param config another configuration than that of the API, as after a change that the workers know first */
  async startWorker(config = this.config): Promise<void> {
    const { nativeConnection: connection, namespace } = await devServer();
    const tenants = new TenantRegistry(config.tenants);
    const { taskQueue } = this.parts;
    const worker = await createEngineWorker({
      engine: 'order-sync',
      alsoEngines: ['receivement-sync', 'exports'],
      connection,
      namespace,
      limits: config.worker,
      retryLadder: config.retryLadder,
      tenants,
      taskQueue,
    });
    this.worker = { worker, run: worker.run(), tenants };
  }

  async stopWorker(): Promise<void> {
    const running = this.worker;
    this.worker = undefined;
    running?.worker.shutdown();
    await running?.run;
    await running?.tenants.close();
  }

  async stop(): Promise<void> {
    await this.stopWorker();
    const { api, omnium, flow } = this.parts;
    await api.stop(1_000);
    await this.endWhatIsOneOfAKind();
    await Promise.all([omnium.stop(), flow.stop()]);
    await this.agent.close();
  }

  /** Ends the runs whose ids another test file would meet again: a tenant's stores, and the stock of each store. */
  private async endWhatIsOneOfAKind(): Promise<void> {
    const { chain, client } = this;
    const ids = chain.markets.flatMap(({ tenantUid, marketId }) => [
      storesKind.id({ tenantUid }),
      ...chain.stores
        .filter((store) => store.marketId === marketId)
        .map(({ storeId }) => stockKind.id({ tenantUid, storeUid: storeId.replace(/\W/g, '') })),
    ]);
    // Most of them do not run.
    await Promise.all(
      ids.map((id) =>
        client.workflow
          .getHandle(id)
          .terminate('end of test')
          .catch(() => undefined),
      ),
    );
  }

  /** A call to Omnium's public API, as the web shop or an operator in Omnium would make it. */
  async omnium(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
  ): Promise<SandboxAnswer> {
    this.omniumToken ??= await this.token();
    const answer = await this.send(`${this.parts.omnium.url}${path}`, {
      method,
      body,
      authorization: `Bearer ${this.omniumToken}`,
    });
    if (answer.status >= 400)
      throw new Error(`Omnium ${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  }

  /** A call to Flow's API below the tenant, as somebody in the back office would make it. */
  async flow(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<SandboxAnswer> {
    const url = `${this.parts.flow.url}/v2/tenants/${this.tenantUid}${path}`;
    return await this.send(url, { method, body, authorization: `Bearer sandbox-token-${this.tenantUid}` });
  }

  /** The till simulator of a store. */
  async till(storeUid: string, action: string, body: unknown): Promise<SandboxAnswer> {
    const url = `${this.parts.flow.url}/_sim/tenants/${this.tenantUid}/stores/${storeUid}/${action}`;
    return await this.send(url, { method: 'POST', body });
  }

  /** What Flow's back office does for the whole tenant in the simulator. */
  async tillOffice(action: string): Promise<SandboxAnswer> {
    const url = `${this.parts.flow.url}/_sim/tenants/${this.tenantUid}/${action}`;
    return await this.send(url, { method: 'POST', body: {} });
  }

  /** The switches and logs of a sandbox. */
  async control(
    vendor: 'omnium' | 'flow',
    call: `${'GET' | 'POST' | 'PUT' | 'DELETE'} ${string}`,
    body?: unknown,
  ): Promise<Json> {
    const [method, path] = call.split(' ') as ['GET' | 'POST' | 'PUT' | 'DELETE', string];
    return (await this.send(`${this.parts[vendor].url}/_sandbox${path}`, { method, body })).body;
  }

  async fault(vendor: 'omnium' | 'flow', fault: Json): Promise<void> {
    const { faultId } = await this.control(vendor, 'POST /faults', fault);
    if (!faultId) throw new Error(`the ${vendor} sandbox refused the fault`);
  }

  /** Has a vendor do what its contract leaves open in these manners, and in no other one. */
  async manners(vendor: 'omnium' | 'flow', ...on: readonly string[]): Promise<void> {
    const { manners } = await this.control(vendor, 'PUT /manners', { on });
    if (!manners) throw new Error(`the ${vendor} sandbox refused the manners ${on.join(', ')}`);
  }

  /** The calls a sandbox has seen since its log was emptied. */
  async requests(vendor: 'omnium' | 'flow', method?: string): Promise<SeenRequest[]> {
    const { requests } = await this.control(vendor, `GET /requests${method ? `?method=${method}` : ''}`);
    return requests as SeenRequest[];
  }

  async clearRequests(): Promise<void> {
    await Promise.all([this.control('omnium', 'DELETE /requests'), this.control('flow', 'DELETE /requests')]);
  }

  /** An event as a sender posts it to our webhook, apart from the sandbox's own. */
  async post(event: unknown, sender: 'omnium' | 'flow' = 'omnium'): Promise<SandboxAnswer> {
    return await this.send(`${this.apiUrl}/webhooks/${sender}/${this.tenantUid}`, {
      method: 'POST',
      body: event,
      authorization: `Bearer ${demoWebhookToken(this.tenantUid)}`,
    });
  }

  /** The order in Flow, by Omnium's id stripped; undefined when there is none. */
  async orderInFlow(orderId: string): Promise<Json | undefined> {
    const { status, body } = await this.flow('GET', `/orders/${orderId.replace(/\W/g, '')}`);
    return status === 404 ? undefined : body;
  }

  handle(orderNumber: string): ReturnType<Client['workflow']['getHandle']> {
    return this.client.workflow.getHandle(orderKind.id({ tenantUid: this.tenantUid, orderNumber }));
  }

  /** Waits until nothing is pending for the order: no run open, no delivery under way. */
  async settled(orderNumber: string): Promise<SyncResult<OrderOutcome>> {
    await this.deliveriesDone();
    const handle = this.handle(orderNumber);
    await until(async () => {
      const description = await handle.describe().catch(() => undefined);
      return description?.status.name === 'COMPLETED' ? true : undefined;
    }, 30_000);
    return (await handle.result()) as SyncResult<OrderOutcome>;
  }

  /** Waits until the order says that it waits on the ladder. */
  async waiting(orderNumber: string): Promise<OrderStatus> {
    const handle = this.handle(orderNumber);
    return await until(async () => {
      const status = await handle.query<OrderStatus>(SYNC_STATUS_QUERY).catch(() => undefined);
      return status?.lastFailure ? status : undefined;
    }, 30_000);
  }

  async deliveriesDone(): Promise<void> {
    const isDone = async (vendor: 'omnium' | 'flow'): Promise<boolean> =>
      (await this.control(vendor, 'GET /webhooks/pending')).pending === 0;
    await until(async () => ((await isDone('omnium')) && (await isDone('flow')) ? true : undefined), 30_000);
  }

  /** Has the order looked at, as an operator or a sweep would: no vendor has told of it. */
  async resync(orderNumber: string, flowOrderUid?: string): Promise<void> {
    const inbox = new Publisher({
      client: () => this.client,
      retryLadder: this.config.retryLadder,
      callTimeoutMs: 10_000,
      taskQueue: this.parts.taskQueue,
    });
    const source = flowOrderUid ? 'sweep' : 'operator';
    const event = { eventId: randomUUID(), source, what: 'Resync', ...(flowOrderUid && { flowOrderUid }) } as const;
    await inbox.publish(orderKind, { tenantUid: this.tenantUid, orderNumber, omniumOrderId: orderNumber }, event);
  }

  /** How many runs the order has had; one that continued as new is the same run for its reader. */
  async runsOf(orderNumber: string): Promise<number> {
    const workflowId = orderKind.id({ tenantUid: this.tenantUid, orderNumber });
    const { count } = await this.client.workflow.count(
      `WorkflowId = "${workflowId}" AND ExecutionStatus != "ContinuedAsNew"`,
    );
    return count;
  }

  /** Has the Omnium sandbox tell us of no order any more. */
  async unsubscribe(): Promise<void> {
    const { subscriptions } = await this.control('omnium', 'GET /subscriptions');
    for (const { subscriptionId } of subscriptions as { subscriptionId: string }[]) {
      await this.control('omnium', `DELETE /subscriptions/${subscriptionId}`);
    }
  }

  /** Has the Flow sandbox tell us of what happens at the tills, as `npm run ops -- flow webhooks register` does. */
  async subscribeToFlow(): Promise<void> {
    const { tenantUid } = this;
    await this.flow('POST', '/httptransports', {
      httpTransportUid: FLOW_TRANSPORT_UID,
      name: 'integration',
      url: `${this.apiUrl}/webhooks/flow/${tenantUid}`,
      securityType: 'BEARER',
      token: demoWebhookToken(tenantUid),
    });
    for (const action of FLOW_ACTIONS) {
      const { status } = await this.flow('POST', '/webhooks', {
        action,
        httpTransportUid: FLOW_TRANSPORT_UID,
        active: true,
      });
      if (status >= 300) throw new Error(`Flow refused the webhook for ${action}: ${status}`);
    }
  }

  /** The order in Omnium, by id or number; undefined when there is none. */
  async orderInOmnium(orderId: string): Promise<Json | undefined> {
    this.omniumToken ??= await this.token();
    const { status, body } = await this.send(`${this.parts.omnium.url}/api/Orders/${orderId}`, {
      method: 'GET',
      authorization: `Bearer ${this.omniumToken}`,
    });
    return status === 404 ? undefined : body;
  }

  /** The order in Omnium once it is as expected; an event of Flow's may travel over another workflow first. */
  async orderInOmniumWhen(orderId: string, isReached: (order: Json) => boolean = () => true): Promise<Json> {
    let latest: Json | undefined;
    try {
      return await until(async () => {
        latest = await this.orderInOmnium(orderId);
        return latest && isReached(latest) ? latest : undefined;
      }, 15_000);
    } catch (error) {
      throw new Error(`the order never got there: ${JSON.stringify(latest)}`, { cause: error });
    }
  }

  /** Has the Omnium sandbox tell us of what happens, tenant by tenant, as `npm start` does. */
  async subscribe(): Promise<void> {
    for (const subscription of demoTenants().flatMap((tenant) => omniumSubscriptions(this.apiUrl, tenant))) {
      await this.control('omnium', 'POST /subscriptions', subscription);
    }
  }

  private async token(): Promise<string> {
    const query = 'clientId=webshop-client&clientSecret=webshop-secret&returnAsJson=true';
    const { body } = await this.send(`${this.parts.omnium.url}/api/Token?${query}`, { method: 'POST' });
    return String(body.accessToken);
  }

  private async send(
    url: string,
    {
      method,
      body,
      authorization,
    }: {
      readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
      readonly body?: unknown;
      readonly authorization?: string;
    },
  ): Promise<SandboxAnswer> {
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
    return { status: answer.statusCode, body: parse(text) };
  }
}

function parse(text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Json) : { value };
  } catch {
    return { text };
  }
}
