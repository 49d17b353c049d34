import { type Request, type Response } from 'express';

import { type Chain } from '../chain/types';
import { type RunningSandbox, type SandboxServerOptions, startSandboxServer } from '../kit/server';
import { BodySyntaxError, type Middleware, type SandboxContext, type Vendor } from '../kit/vendor';
import { requireRole } from './access/api-users';
import { addTokenRoute } from './access/token-route';
import { addInventoryRoutes } from './catalogue/inventory-routes';
import { addPriceRoutes } from './catalogue/price-routes';
import { addProductReads } from './catalogue/product-reads';
import { addProductWrites } from './catalogue/product-writes';
import { addCategoryRoutes } from './categories/category-routes';
import { addOmniumControlRoutes } from './control-routes';
import { addCustomerRoutes } from './customers/customer-routes';
import { setCaller } from './http';
import { addInvoiceReadRoutes } from './invoices/read-routes';
import { addInvoiceWriteRoutes } from './invoices/write-routes';
import { OMNIUM_MANNERS } from './manners';
import { type OmniumOptions, resolveSettings } from './omnium-settings';
import { addOrderLineRoutes } from './orders/line-routes';
import { addOrderReadRoutes } from './orders/read-routes';
import { addReturnRoutes } from './orders/return-routes';
import { addOrderWriteRoutes } from './orders/write-routes';
import { notFound, OmniumProblem, sendProblem } from './problem';
import { addDeliveryRoutes } from './purchasing/delivery-routes';
import { addPurchaseOrderReadRoutes } from './purchasing/read-routes';
import { addSupplierRoutes } from './purchasing/supplier-routes';
import { addPurchaseOrderWriteRoutes } from './purchasing/write-routes';
import { addSettingsRoutes } from './settings/settings-routes';
import { shortenAnswer } from './short-answers';
import { showDifferently } from './shown-documents';
import { captureWorld, restoreWorld, type SavedWorld } from './state/saved-world';
import { addStoreRoutes } from './stores/store-routes';
import { World } from './world';

/** What an Omnium sandbox is started with. */
export interface OmniumSandboxOptions extends SandboxServerOptions, OmniumOptions {
  readonly chain: Chain;
}

/** Omnium's delivery rules (contract §4): 10 s, then three more tries; these statuses end a delivery at once. */
const webhookPolicy = { timeoutMs: 10_000, retryDelaysMs: [1000, 5000, 15_000], finalStatuses: [400, 404, 429] };

const openPaths = /^\/api\/(token|health|orders\/secret\/[^/]+)\/?$/i;

/** Authentication, roles and limits, before anything else happens to a call. */
const createGate =
  (world: World): Middleware =>
  (req, res, next) => {
    if (openPaths.test(req.path)) {
      next();
      return;
    }
    try {
      const user = world.users.authenticate(req.headers.authorization);
      requireRole(user, req.method, req.path);
      if (world.settings.limitsOn) {
        world.limits.admit(user.clientId, req, res);
      }
      setCaller(res, user);
      showDifferently(world.context.manners, req, res);
      shortenAnswer(world.context.manners, req, res, world.settings.scrollBatchSize ?? 1000);
    } catch (error) {
      next(error);
      return;
    }
    next();
  };

const problemOf = (error: unknown): OmniumProblem => {
  if (error instanceof OmniumProblem) {
    return error;
  }
  if (error instanceof BodySyntaxError) {
    return new OmniumProblem(error.status, error.message);
  }
  // A broken percent escape in the path.
  return error instanceof URIError
    ? new OmniumProblem(400, 'The path cannot be read.')
    : new OmniumProblem(500, 'Something failed in the sandbox.');
};

const createVendor = (world: World): Vendor => ({
  gate: createGate(world),
  addRoutes: (router) => {
    addTokenRoute(router, world.users);
    addOrderReadRoutes(router, world);
    addOrderWriteRoutes(router, world);
    addOrderLineRoutes(router, world);
    addReturnRoutes(router, world);
    addInvoiceWriteRoutes(router, world);
    addInvoiceReadRoutes(router, world);
    addCustomerRoutes(router, world);
    addProductReads(router, world);
    addProductWrites(router, world);
    addCategoryRoutes(router, world);
    addInventoryRoutes(router, world);
    addPriceRoutes(router, world);
    addSupplierRoutes(router, world);
    addPurchaseOrderReadRoutes(router, world);
    addPurchaseOrderWriteRoutes(router, world);
    addDeliveryRoutes(router, world);
    addStoreRoutes(router, world);
    addSettingsRoutes(router, world);
  },
  addControlRoutes: (router) => {
    addOmniumControlRoutes(router, world);
  },
  answerFault: (res, { status }) => {
    sendProblem(res, new OmniumProblem(status, 'A fault that was switched on.'));
  },
  answerError: (error: unknown, _req: Request, res: Response) => {
    sendProblem(res, problemOf(error));
  },
  answerUnknownPath: (_req, res) => {
    sendProblem(res, notFound('The path'));
  },
  reset: () => {
    world.seed();
  },
  capture: () => captureWorld(world),
  restore: (state) => {
    restoreWorld(world, state as SavedWorld);
  },
  onWebhookGivenUp: (delivery, outcome) => {
    world.events.noteGivenUp(delivery, outcome);
  },
});

/**
 * Starts an Omnium OMS sandbox: the public REST API of the contract with its own store, seeded from the chain.
 * @throws when the port is taken or the state file cannot be read.
 */
export const startOmniumSandbox = (options: OmniumSandboxOptions): Promise<RunningSandbox> => {
  const { chain } = options;
  const settings = resolveSettings(options);
  return startSandboxServer(options, {
    name: 'omnium',
    webhookPolicy,
    manners: OMNIUM_MANNERS,
    stateKey: `4:${chain.seed}:${chain.products.length}:${chain.stores.length}:${chain.storePrices}:${chain.variety}`,
    create: (context: SandboxContext) => createVendor(new World({ context, chain, settings })),
  });
};
