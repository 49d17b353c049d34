import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { Registry } from 'prom-client';
import { Agent, type Dispatcher, request } from 'undici';
import { parseConfig } from '../../src/config/load';
import { type IntegrationConfig, type WebhookScheme } from '../../src/config/types';
import { createLogger } from '../../src/observability/logger';
import { type RunningApi, startApi } from '../../src/api/start-api';

/** Ways in which a test's API differs from the usual. */
export interface TestApiOptions {
  /** Temporal's `host:port`. */
  readonly address: string;
  readonly omniumSchemes?: readonly WebhookScheme[];
  readonly api?: Readonly<Record<string, unknown>>;
  /** More configured tenants beside the first, e.g. for an order number that two tenants use. */
  readonly otherTenants?: readonly string[];
  /** Implementations of the connector, e.g. `IPrivateCustomerExporter`. */
  readonly implementations?: readonly string[];
  /** Flow stores, beside Omnium's `oslocity`, whose stock Flow is the master of. */
  readonly flowStockMasters?: readonly string[];
  /** Section `goods` of the tenant. */
  readonly goods?: Readonly<Record<string, unknown>>;
  /** Who we are at the vendors, for echoes. */
  readonly integrationUserUid?: string;
  readonly apiUserId?: string;
}

/** An API on a free port, with a tenant of its own so that tests on one Temporal server never meet. */
export interface TestApi {
  readonly running: RunningApi;
  readonly tenantUid: string;
  readonly config: IntegrationConfig;
  readonly registry: Registry;
  /** Every line that was logged. */
  readonly logLines: readonly string[];
  /** Posts to `/webhooks/omnium/{tenantUid}` with the usual secret; objects are sent as JSON. */
  post(body: unknown, options?: PostOptions): Promise<Answer>;
  get(path: string): Promise<Answer>;
  stop(): Promise<void>;
}

export interface PostOptions {
  readonly path?: string;
  readonly method?: Dispatcher.HttpMethod;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What came back: status, headers, text, and the text as JSON where it is JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>>;
}

export const SECRET = 'a-secret-for-tests';

/** Starts an API against the given Temporal. The test calls `stop()`. */
export async function startTestApi(options: TestApiOptions): Promise<TestApi> {
  const tenantUid = `t${randomUUID().replaceAll('-', '')}`;
  const config = testConfig(options, tenantUid);
  const registry = new Registry();
  const logLines: string[] = [];
  const logger = createLogger({
    name: 'api',
    level: 'debug',
    destination: { write: (line: string) => void logLines.push(line) },
  });
  const temporal = { connectionOptions: { address: options.address }, namespace: 'default', address: options.address };
  const running = await startApi({ config, temporal, logger, registry, taskQueue: taskQueueOfTests(tenantUid) });
  const agent = new Agent({ connections: 200 });

  const send = async (path: string, init: Parameters<typeof request>[1]): Promise<Answer> => {
    const { statusCode, headers, body } = await request(new URL(path, running.url), { ...init, dispatcher: agent });
    const text = await body.text();
    const isJson = String(headers['content-type']).includes('json');
    return { status: statusCode, headers, text, json: isJson ? (JSON.parse(text) as Record<string, unknown>) : {} };
  };
  return {
    running,
    tenantUid,
    config,
    registry,
    logLines,
    post: (body, { path = `/webhooks/omnium/${tenantUid}`, method = 'POST', headers } = {}) =>
      send(path, {
        method,
        headers: { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
      }),
    get: (path) => send(path, { method: 'GET' }),
    stop: async () => {
      await running.stop(1_000);
      await agent.close();
    },
  };
}

/** Tests leave running workflows behind; on a queue of their own no other test's worker finds them. */
export function taskQueueOfTests(tenantUid: string): string {
  return `order-sync-of-${tenantUid}`;
}

/** A small configuration, read by the real loader. */
export function testConfig(options: TestApiOptions, tenantUid: string): IntegrationConfig {
  return parseConfig(JSON.stringify(testConfigDocument(options, tenantUid)), {});
}

/** The same as it stands in a configuration file. */
export function testConfigDocument(options: TestApiOptions, tenantUid: string): Record<string, unknown> {
  const tenant = (uid: string): Record<string, unknown> => ({
    tenantUid: uid,
    countryCode: 'NO',
    currency: 'NOK',
    timezone: 'Europe/Oslo',
    flow: {
      baseUrl: 'http://127.0.0.1:9/v2',
      token: 'flow-token',
      ...(options.integrationUserUid === undefined ? {} : { integrationUserUid: options.integrationUserUid }),
    },
    omnium: {
      baseUrl: 'http://127.0.0.1:9',
      ...(options.apiUserId === undefined ? {} : { apiUserId: options.apiUserId }),
    },
    webhooks: {
      omnium: { schemes: options.omniumSchemes ?? [{ type: 'bearer', token: SECRET }] },
      flow: { schemes: [{ type: 'bearer', token: SECRET }] },
    },
    // An Omnium account of its own: two tenants of one account may not share markets and stores.
    settings: { OMNIUM_CLIENT_ID: `client-of-${uid}`, OMNIUM_CLIENT_SECRET: 'client-secret' },
    connector: {
      implementations: options.implementations ?? [],
      properties: [
        { key: 'DefaultTenantUid', value: uid },
        { key: 'MainPricesListUid', value: 'main' },
        { key: 'OrganizationUid', value: 'chain' },
        { key: 'DefaultVatCodeUid', value: 'vat_25' },
        { key: 'PurchaseNumberSeriesUid', value: 'purchase' },
      ],
    },
    markets: [{ marketId: 'NOR', countryCode: 'NO', currency: 'NOK' }],
    stores: [
      { storeId: 'oslo-city', storeUid: 'oslocity' },
      ...(options.flowStockMasters ?? []).map((storeUid) => ({
        ...{ storeId: `${storeUid}-of-${uid}`, storeUid, settings: { OMNIUM_FLOW_STOCK_MASTER: true } },
      })),
    ],
    goods: options.goods ?? {},
  });
  return {
    api: { host: '127.0.0.1', port: 0, temporalWebUiUrl: 'http://web-ui.example', ...options.api },
    tenants: [tenantUid, ...(options.otherTenants ?? [])].map(tenant),
  };
}

/** An Omnium order event as documented; each call is a different one unless `id` is given. */
export function orderEvent(
  orderNumber: string,
  members: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    id: randomUUID(),
    operationId: 310100,
    timestamp: '2026-02-17T07:23:07.6380001Z',
    message: 'Order was patched for Kari Nordmann',
    className: 'Order',
    subClassName: 'ClickAndCollect',
    objectId: orderNumber,
    objectNumber: orderNumber,
    category: 'Updated',
    market: 'nor',
    storeId: 'oslo-city',
    user: 'kari.nordmann@example.com',
    status: 'New',
    previousStatus: '',
    isError: false,
    origin: 'PATCH /api/Orders',
    ...members,
  };
}

/** Sends bytes as they are and gathers what comes back until the server closes, with the time that took. */
export async function rawExchange(
  port: number,
  send: (write: (text: string) => void) => void,
): Promise<{ text: string; elapsedMs: number }> {
  const startedAt = Date.now();
  return await new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () =>
      send((part) => {
        if (socket.writable) socket.write(part);
      }),
    );
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => (text += chunk));
    socket.once('close', () => resolve({ text, elapsedMs: Date.now() - startedAt }));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
  });
}

/** The value of a counter by its labels; 0 when it was never counted. */
export async function counterValue(registry: Registry, name: string, labels: Record<string, string>): Promise<number> {
  const metric = await registry.getSingleMetric(name)?.get();
  const found = metric?.values.find((value) =>
    Object.entries(labels).every(([label, wanted]) => Reflect.get(value.labels, label) === wanted),
  );
  return found?.value ?? 0;
}
