import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import { z } from 'zod';

import { faultRequestSchema } from './faults';
import { type RequestFilter } from './request-log';
import { type SandboxContext, type Vendor } from './vendor';

const clockSchema = z.strictObject({ advanceMs: z.number().min(0) });

const first = (value: unknown): string | undefined => {
  const chosen: unknown = Array.isArray(value) ? value[0] : value;
  return typeof chosen === 'string' && chosen !== '' ? chosen : undefined;
};

const filterOf = ({ query }: Request): RequestFilter => {
  const since = first(query['since']);
  return {
    method: first(query['method']),
    path: first(query['path']),
    status: first(query['status']),
    since: since === undefined ? undefined : Number(since),
  };
};

const addRequestRoutes = (router: Router, { requests }: SandboxContext): void => {
  router.get('/requests', (req, res) => {
    res.json({ requests: requests.list(filterOf(req)), next: requests.lastSeq() });
  });
  router.get('/requests/count', (req, res) => {
    res.json({ count: requests.list(filterOf(req)).length });
  });
  router.delete('/requests', (_req, res) => {
    requests.clear();
    res.status(204).end();
  });
};

const addFaultRoutes = (router: Router, { faults }: SandboxContext): void => {
  router.post('/faults', (req, res) => {
    const { faultId } = faults.add(faultRequestSchema.parse(req.body));
    res.status(201).json({ faultId });
  });
  router.get('/faults', (_req, res) => {
    res.json({ faults: faults.list() });
  });
  router.delete('/faults', (_req, res) => {
    faults.clear();
    res.status(204).end();
  });
  router.delete('/faults/:faultId', (req, res) => {
    res.status(faults.remove(req.params.faultId) ? 204 : 404).end();
  });
};

const mannersSchema = z.strictObject({ on: z.array(z.string()) });

const addMannerRoutes = (router: Router, { manners }: SandboxContext): void => {
  router.get('/manners', (_req, res) => {
    res.json({ manners: manners.list() });
  });
  router.put('/manners', (req, res) => {
    manners.set(mannersSchema.parse(req.body).on);
    res.json({ manners: manners.list() });
  });
};

const addWebhookRoutes = (router: Router, { webhooks }: SandboxContext): void => {
  router.get('/webhooks', (_req, res) => {
    res.json({ deliveries: webhooks.log() });
  });
  router.get('/webhooks/pending', (_req, res) => {
    res.json({ pending: webhooks.pendingCount() });
  });
};

/** The control API under `/_sandbox`: no authentication, not in the request log, not struck by faults. */
export const createControlRouter = (context: SandboxContext, vendor: Vendor): Router => {
  const router = express.Router();
  router.use(express.json({ limit: '50mb' }));
  router.get('/health', (_req, res) => {
    res.json({ vendor: context.vendorName, ready: true });
  });
  router.post('/clock', (req, res) => {
    context.clock.advance(clockSchema.parse(req.body).advanceMs);
    vendor.onClockAdvanced?.();
    res.json({ now: context.clock.now().toISOString() });
  });
  router.post('/reset', (_req, res) => {
    context.faults.clear();
    context.manners.reset();
    context.webhooks.clear();
    context.requests.clear();
    vendor.reset();
    context.markDirty();
    res.status(204).end();
  });
  addRequestRoutes(router, context);
  addFaultRoutes(router, context);
  addMannerRoutes(router, context);
  addWebhookRoutes(router, context);
  vendor.addControlRoutes?.(router);
  router.use((_req, res) => {
    res.status(404).json({ message: 'no such control route' });
  });

  router.use((error: unknown, _req: Request, res: Response, _next: NextFunction) => {
    const detail =
      error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : 'bad request';
    res.status(400).json({ message: detail });
  });
  return router;
};
