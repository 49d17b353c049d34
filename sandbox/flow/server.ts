import { timingSafeEqual } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { type Request, type Response, type Router } from 'express';

import { hashText } from '../chain/seeded-random';
import { type Chain } from '../chain/types';
import { type RunningSandbox, type SandboxServerOptions, startSandboxServer } from '../kit/server';
import { BodySyntaxError, type SandboxContext, type Vendor } from '../kit/vendor';
import { type EventSink } from './events';
import { FlowState } from './flow-state';
import { FLOW_MANNERS } from './manners';
import { expireOrders } from './orders/order-desk';
import { FlowProblem, notFound } from './problem';
import { catalogRoutes } from './routes/catalog-routes';
import { catalogueRoutes } from './routes/catalogue-routes';
import { categoryRoutes } from './routes/category-routes';
import { customerRoutes } from './routes/customer-routes';
import { mediaRoutes } from './routes/media-routes';
import { orderRoutes } from './routes/order-routes';
import { packageRoutes } from './routes/package-routes';
import { paymentRoutes } from './routes/payment-routes';
import { priceRoutes } from './routes/price-routes';
import { failIfSwitchedOn, productFaultRoutes } from './routes/product-fault-routes';
import { productRoutes } from './routes/product-routes';
import { propertyRoutes } from './routes/property-routes';
import { purchaseRoutes } from './routes/purchase-routes';
import { receiptRoutes } from './routes/receipt-routes';
import { receivementRoutes } from './routes/receivement-routes';
import { type Answer, type Call, type FlowRoute, forbidden, unauthorized } from './routes/route';
import { setupRoutes } from './routes/setup-routes';
import { stockRoutes } from './routes/stock-routes';
import { storeRoutes } from './routes/store-routes';
import { tillRoutes } from './routes/till-routes';
import { variantRoutes } from './routes/variant-routes';
import { webhookRoutes } from './routes/webhook-routes';
import { normalised, shownIn } from './shown-documents';
import { type CatalogueState } from './store/seed-catalogue';
import { type TenantStore } from './store/tenant-store';
import { webhookEvents } from './webhook-events';

/** What the Flow sandbox can be told beside the options of every sandbox. */
export interface FlowSandboxOptions extends SandboxServerOptions {
  readonly chain: Chain;
  /** How much of the chain's catalogue the tills have from the start. Default `seeded`: all of it. */
  readonly catalogue?: CatalogueState;
}

/** How long the manner `found-late` has a new document wait. */
const FOUND_AFTER_MS = 15_000;

/** Webhook tries wait 1, 2, 4 … s: ten retries, exponential (API-HOOK; the first delay is assumed). */
const RETRY_DELAYS_MS = Array.from({ length: 10 }, (_, index) => 1_000 * 2 ** index);
const ANSWER_TIMEOUT_MS = 10_000;
/** However small the time scale, a receiver on a busy machine gets this long. */
const SHORTEST_TIMEOUT_MS = 1_000;

const PREFIXES: Record<FlowRoute['scope'], string> = {
  open: '/v2',
  tenant: '/v2/tenants/:tenantUid',
  store: '/v2/tenants/:tenantUid/stores/:storeUid',
  warehouse: '/v2/tenants/:tenantUid/stores/:storeUid/warehouses/:warehouseUid',
  till: '/_sim/tenants/:tenantUid/stores/:storeUid',
  'flow-itself': '/_sim/tenants/:tenantUid',
};

/**
 * Starts a server that behaves as Flow Retail's API (contract: flow-api.md §2–§4, §7): one tenant per market of the
 * chain, reached with the market's integration token under `/v2`, tills under `/_sim`, control under `/_sandbox`.
 * @throws when the port is taken or the state file cannot be read
 */
export function startFlowSandbox(options: FlowSandboxOptions): Promise<RunningSandbox> {
  const { chain, catalogue = 'seeded', timeScale = 1 } = options;
  const skus = chain.products.flatMap((product) => product.skus.map(({ sku }) => sku));
  return startSandboxServer(options, {
    name: 'flow',
    caseSensitivePaths: true,
    manners: FLOW_MANNERS,
    // The leading number is the state's own version.
    stateKey: `4:${catalogue}:${chain.seed}:${chain.stores.length}:${skus.length}:${hashText(skus.join('\n'))}`,
    webhookPolicy: {
      timeoutMs: Math.max(ANSWER_TIMEOUT_MS * Math.min(timeScale, 1), SHORTEST_TIMEOUT_MS),
      retryDelaysMs: RETRY_DELAYS_MS,
      finalStatuses: 'every-4xx',
    },
    create: (context) => flowVendor({ chain, catalogue, foundAfterMs: FOUND_AFTER_MS * timeScale }, context),
  });
}

function flowVendor(
  seed: { chain: Chain; catalogue: CatalogueState; foundAfterMs: number },
  context: SandboxContext,
): Vendor {
  const { chain, catalogue, foundAfterMs } = seed;
  const state = new FlowState(chain, { catalogue, clock: context.clock, manners: context.manners });
  const events = webhookEvents(context);
  return {
    addRoutes: (router) => {
      addRoutes(router, { state, events, context, chain, foundAfterMs, madeAt: new Map() });
    },
    answerFault: (res, { status }) => {
      answerProblem(res, new FlowProblem(status, codeOfFault(status), { message: `Switched-on fault: ${status}.` }));
    },
    answerError: (error, _req, res) => {
      answerProblem(res, toProblem(error));
    },
    answerUnknownPath: (_req, res) => {
      answerProblem(res, notFound('path'));
    },
    reset: () => {
      state.reset();
    },
    capture: () => state.capture(),
    restore: (saved) => {
      state.restore(saved);
    },
    onClockAdvanced: () => {
      for (const tenant of state.tenants()) expireOrders({ tenant, events, user: 'system' });
      context.markDirty();
    },
  };
}

interface Wiring {
  readonly state: FlowState;
  readonly events: EventSink;
  readonly context: SandboxContext;
  readonly chain: Chain;
  readonly foundAfterMs: number;
  /** When documents were made, by path and uid; kept while the manner `found-late` is on. */
  readonly madeAt: Map<string, number>;
}

function addRoutes(router: Router, wiring: Wiring): void {
  // The busiest first: express tries routes in this order.
  const routes = [
    ...stockRoutes(),
    ...orderRoutes(),
    ...priceRoutes(),
    ...productRoutes(),
    ...variantRoutes(),
    ...mediaRoutes(),
    ...customerRoutes(),
    ...receiptRoutes(),
    ...paymentRoutes(),
    ...receivementRoutes(),
    ...purchaseRoutes(),
    ...propertyRoutes(),
    ...packageRoutes(),
    ...storeRoutes(),
    ...catalogRoutes(),
    ...categoryRoutes(),
    ...setupRoutes(wiring.chain.markets),
    ...webhookRoutes(),
    ...tillRoutes(),
    ...catalogueRoutes(),
    ...productFaultRoutes(),
  ];
  for (const route of routes) {
    const method = METHODS[route.method];
    router[method](PREFIXES[route.scope] + route.path, async (req, res) => {
      const isApi = USERS[route.scope] === undefined;
      if (isApi) refuseWhileYoung(route, req, wiring);
      const given = await handle(route, req, wiring);
      if (isApi) noteWhenMade(route, given, wiring);
      const answer = isApi ? shownIn(wiring.context.manners, given) : given;
      if (route.method !== 'GET') wiring.context.markDirty();
      await send(res, answer);
    });
  }
}

/** `/purchase-orders` → `purchaseOrderUid`: the member that names what is made with a POST to this path. */
function uidMemberOf(path: string): string {
  const singular = path.replace(/^\//, '').replace(/s$/, '');
  return `${singular.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())}Uid`;
}

function noteWhenMade({ method, path }: FlowRoute, { status, body }: Answer, { context, madeAt }: Wiring): void {
  if (method !== 'POST' || status !== 201 || !context.manners.has('found-late')) return;
  const uid = (body as Record<string, unknown>)[uidMemberOf(path)];
  if (typeof uid === 'string') madeAt.set(`${path}/${uid}`, context.clock.nowMs());
}

/** @throws FlowProblem 404 for what was made a moment ago */
function refuseWhileYoung({ method, path }: FlowRoute, req: Request, { context, madeAt, foundAfterMs }: Wiring): void {
  if (method !== 'GET' || !context.manners.has('found-late')) return;
  const [, collection = '', uidPart = ''] = /^(\/[^/]+)\/:([^/]+)$/.exec(path) ?? [];
  const made = madeAt.get(`${collection}/${String(req.params[uidPart])}`);
  if (made !== undefined && context.clock.nowMs() - made < foundAfterMs) throw notFound(collection.slice(1));
}

/** Who acts where no token says it. */
const USERS: Partial<Record<FlowRoute['scope'], string>> = { till: 'pos', 'flow-itself': 'system' };

const METHODS = { GET: 'get', POST: 'post', PUT: 'put', DELETE: 'delete' } as const;

function handle(route: FlowRoute, req: Request, wiring: Wiring): Answer | Promise<Answer> {
  const call = callOf(route, req, wiring);
  failIfSwitchedOn(route, call);
  if (route.scope === 'open' || route.scope === 'tenant' || route.scope === 'flow-itself') return route.handle(call);
  const store = call.tenant.stores.get(call.param('storeUid'));
  if (!store) throw notFound('store');
  if (route.scope !== 'warehouse') return route.handle({ ...call, store });
  const warehouse = call.tenant.warehouses.get(call.param('warehouseUid'));
  if (warehouse?.storeUid !== store.storeUid) throw notFound('warehouse');
  return route.handle({ ...call, store, warehouse });
}

function callOf(route: FlowRoute, req: Request, { state, events, context }: Wiring): Call {
  const param = (name: string): string => {
    const value = req.params[name];
    return typeof value === 'string' ? value : '';
  };
  const user = USERS[route.scope] ?? 'integration';
  const normalises = context.manners.has('normalises-writes') && (req.method === 'POST' || req.method === 'PUT');
  const tenant = user === 'integration' ? authenticate(req, state) : state.tenant(param('tenantUid'));
  if (!tenant) throw notFound('tenant');
  if (route.scope !== 'open' && tenant.tenantUid !== param('tenantUid')) throw forbidden();
  return {
    tenant,
    events,
    user,
    vatCodes: state.vatCodes,
    headers: req.headers,
    query: req.query as Call['query'],
    body: normalises ? normalised(req.body) : (req.body as unknown),
    param,
  };
}

/** The tenant whose integration token the request carries. @throws FlowProblem 401 */
function authenticate(req: Request, state: FlowState): TenantStore {
  const token = /^Bearer (.+)$/i.exec(req.headers.authorization ?? '')?.[1] ?? '';
  const given = Buffer.from(token);
  for (const tenant of state.tenants()) {
    const expected = Buffer.from(tenant.market.integrationToken);
    if (given.length === expected.length && timingSafeEqual(given, expected)) return tenant;
  }
  throw unauthorized();
}

async function send(res: Response, { status, body, contentType, lines }: Answer): Promise<void> {
  res.status(status);
  if (lines) await sendLines(res, lines);
  else if (body === undefined) res.end();
  else if (Buffer.isBuffer(body)) res.type(contentType ?? 'application/octet-stream').send(body);
  else res.json(body);
}

const CHARACTERS_AT_ONCE = 64_000;

/** Written while they are read, so that a whole catalogue never lies in memory as text; other calls are answered between. */
async function sendLines(res: Response, lines: Iterable<object>): Promise<void> {
  res.type('application/x-ndjson');
  try {
    await pipeline(Readable.from(textOf(lines), { highWaterMark: 1 }), res);
  } catch (error) {
    // Whoever asked has gone away.
    if (!res.destroyed) throw error;
  }
}

function* textOf(lines: Iterable<object>): Generator<string> {
  let text = '';
  for (const line of lines) {
    text += `${JSON.stringify(line)}\n`;
    if (text.length < CHARACTERS_AT_ONCE) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}

function answerProblem(res: Response, problem: FlowProblem): void {
  res.status(problem.status).json(problem.toBody());
}

function toProblem(error: unknown): FlowProblem {
  if (error instanceof FlowProblem) return error;
  if (error instanceof BodySyntaxError) {
    return new FlowProblem(error.status, 'BAD_REQUEST', { message: error.message });
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : 'unknown error';
  return new FlowProblem(500, 'INTERNAL_ERROR', { message });
}

function codeOfFault(status: number): string {
  if (status === 401) return 'UNAUTHORIZED';
  if (status === 404) return 'NOT_FOUND';
  if (status === 429) return 'RATE_LIMITED';
  if (status < 500) return 'BAD_REQUEST';
  return status === 503 ? 'SERVICE_UNAVAILABLE' : 'INTERNAL_ERROR';
}
