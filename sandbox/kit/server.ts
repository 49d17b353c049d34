/**
 * The base both sandboxes stand on. A vendor gives routes, a store and its words for errors
 * ({@link VendorDefinition}); the kit gives everything else.
 *
 * ```ts
 * export const startFlowSandbox = (options: FlowSandboxOptions) =>
 *   startSandboxServer(options, {
 *     name: 'flow',
 *     webhookPolicy: { timeoutMs: 10_000, retryDelaysMs: [1000, 5000], finalStatuses: 'every-4xx' },
 *     create: (context) => {
 *       const store = new FlowStore(options.chain);
 *       return {
 *         addRoutes: (router) => {
 *           router.get('/v1/things/:uid', (req, res) => { res.json(store.thing(req.params.uid)); });
 *         },
 *         answerFault: (res, { status }) => { res.status(status).json({ code: 'FAULT' }); },
 *         answerError: (error, req, res) => { res.status(500).json({ code: 'INTERNAL' }); },
 *         answerUnknownPath: (req, res) => { res.status(404).json({ code: 'NOT_FOUND' }); },
 *         reset: () => { store.seed(); },
 *         capture: () => store.toJson(),
 *         restore: (state) => { store.fromJson(state); },
 *       };
 *     },
 *   });
 * ```
 *
 * In a route: `req.body` is parsed JSON, a form as an object, or a Buffer; throw, and `answerError` words it (async
 * routes too). After a change call `context.markDirty()`. Send webhooks with `context.webhooks.send({ action,
 * objectId, url, headers, body })`: retries, faults and the log come with it. Time is `context.clock.now()`
 * (`POST /_sandbox/clock {"advanceMs": n}` moves it), later work is `context.timers.after(ms, task)` and chance is
 * `context.prng`. The control API is in `control-routes.ts`, the fault switches in `faults.ts`,
 * and what the contract leaves open in `manners.ts`: ask `context.manners.has('…')` where the vendor decides.
 */
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';

import express, { type Express } from 'express';

import { createBodyReader, createErrorHandler, createRequestGate, parseBody } from './answering';
import { createClock, createTimers } from './clock';
import { createControlRouter } from './control-routes';
import { createFaultSwitches } from './faults';
import { createMannerSwitches } from './manners';
import { createPrng } from './prng';
import { createRequestLog } from './request-log';
import { createSnapshotter, type Snapshotter } from './snapshot';
import { type SandboxContext, type Vendor, type VendorDefinition } from './vendor';
import { createWebhookSender, type PendingDelivery } from './webhook-sender';

/** What every sandbox can be told. */
export interface SandboxServerOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  readonly seed: number;
  /** Where the state is kept between runs; without it, everything is forgotten on stop. */
  readonly stateFile?: string;
  /** Multiplies the delays between webhook tries. Default 1. */
  readonly timeScale?: number;
  /** Manners that are on from the start and after a reset. */
  readonly manners?: readonly string[];
}

/** A sandbox that answers at `url` until `stop` has resolved; then no socket, timer or unsaved state is left. */
export interface RunningSandbox {
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

interface SavedState {
  readonly vendor: unknown;
  readonly webhooks: PendingDelivery[];
}

const listen = (server: Server, port: number, host: string): Promise<AddressInfo> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      if (address === null || typeof address === 'string') {
        reject(new Error('the server has no TCP address'));
      } else {
        resolve(address);
      }
    });
  });

const close = (server: Server): Promise<void> =>
  new Promise((resolve, reject) => {
    server.close((error) => {
      if (error === undefined) {
        resolve();
      } else {
        reject(error);
      }
    });
    server.closeAllConnections();
  });

const createApp = (definition: VendorDefinition, context: SandboxContext, vendor: Vendor): Express => {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use('/_sandbox', createControlRouter(context, vendor));
  app.use(createBodyReader(definition.bodyLimit ?? '20mb'));
  app.use(createRequestGate(context, vendor));
  app.use(parseBody);
  const router = express.Router({ caseSensitive: definition.caseSensitivePaths ?? false });
  vendor.addRoutes(router);
  app.use(router);
  app.use((req, res) => {
    vendor.answerUnknownPath(req, res);
  });
  app.use(createErrorHandler(vendor));
  return app;
};

interface Assembly {
  readonly context: SandboxContext;
  readonly vendor: Vendor;
  readonly snapshotter: Snapshotter;
}

/** Puts the parts together; the sender and the snapshotter need the vendor, which needs both, hence the late lookups. */
const assemble = (options: SandboxServerOptions, definition: VendorDefinition): Assembly => {
  const prng = createPrng(options.seed, definition.name);
  const timers = createTimers();
  const faults = createFaultSwitches(prng);
  const webhooks = createWebhookSender({
    policy: definition.webhookPolicy,
    timeScale: options.timeScale ?? 1,
    timers,
    faults,
    onGivenUp: (delivery, outcome) => vendor.onWebhookGivenUp?.(delivery, outcome),
  });
  const snapshotter = createSnapshotter({
    file: options.stateFile,
    key: `${definition.name}:${options.seed}:${definition.stateKey ?? ''}`,
    timers,
    capture: (): SavedState => ({ vendor: vendor.capture(), webhooks: webhooks.pending() }),
  });
  const context: SandboxContext = {
    vendorName: definition.name,
    seed: options.seed,
    prng,
    clock: createClock(),
    timers,
    webhooks,
    faults,
    manners: createMannerSwitches(definition.manners, options.manners ?? []),
    requests: createRequestLog(),
    markDirty: () => {
      snapshotter.markDirty();
    },
  };
  const vendor = definition.create(context);
  return { context, vendor, snapshotter };
};

/**
 * Starts a vendor's server; with `stateFile`, it goes on from the saved state.
 * @throws when the port is taken or the state file cannot be read.
 */
export const startSandboxServer = async (
  options: SandboxServerOptions,
  definition: VendorDefinition,
): Promise<RunningSandbox> => {
  const { context, vendor, snapshotter } = assemble(options, definition);
  const saved = (await snapshotter.load()) as SavedState | undefined;
  if (saved !== undefined) {
    vendor.restore(saved.vendor);
    context.webhooks.restore(saved.webhooks);
  }
  const server = createServer({ keepAlive: true }, createApp(definition, context, vendor));
  server.keepAliveTimeout = 30_000;
  const host = options.host ?? '127.0.0.1';
  const { port } = await listen(server, options.port ?? 0, host);
  const urlHost = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return {
    url: `http://${urlHost}:${port}`,
    port,
    stop: async () => {
      await close(server);
      // Saved before the timers die, so that deliveries still waiting are in the file.
      context.markDirty();
      await snapshotter.flush();
      context.timers.clear();
      await context.webhooks.stop();
    },
  };
};
