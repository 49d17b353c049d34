import { z } from 'zod';

import type { Prng } from './prng';

const requestFaultKinds = [
  'latency',
  'error',
  'rate-limit',
  'reset',
  'truncated-json',
  'lost-answer',
  'unauthorized',
  'outage',
] as const;
const webhookFaultKinds = ['webhook-lost', 'webhook-duplicate', 'webhook-delay', 'webhook-reorder'] as const;

/** The body of `POST /_sandbox/faults`. `path` is a regular expression: on the request's path, or on a webhook's action. */
export const faultRequestSchema = z.strictObject({
  kind: z.enum([...requestFaultKinds, ...webhookFaultKinds]),
  method: z.string().optional(),
  path: z.string().optional(),
  share: z.number().min(0).max(1).default(1),
  times: z.int().min(1).optional(),
  forMs: z.number().min(0).optional(),
  delayMs: z.number().min(0).optional(),
  status: z.int().min(400).max(599).optional(),
  retryAfter: z.union([z.int().min(0), z.string()]).optional(),
});

/** A fault as it was asked for. */
export type FaultRequest = z.infer<typeof faultRequestSchema>;
type FaultKind = FaultRequest['kind'];
/** The faults that change how a webhook is delivered. */
type WebhookFaultKind = (typeof webhookFaultKinds)[number];

/** A fault that is switched on, with the number of times it struck. */
export interface ActiveFault extends FaultRequest {
  readonly faultId: string;
  hits: number;
}

/** The switches. Which request a `share` below 1 strikes is drawn from the seed, so a run can be repeated. */
export interface FaultSwitches {
  /** @throws SyntaxError when `path` is not a regular expression. */
  add(fault: FaultRequest): ActiveFault;
  list(): ActiveFault[];
  remove(faultId: string): boolean;
  clear(): void;
  /** The faults that strike this request, each counted as a hit: all latencies, and at most one other. */
  strikeRequest(request: { method: string; path: string }): ActiveFault[];
  /** The faults that strike this webhook delivery, each counted as a hit. */
  strikeWebhook(action: string): ActiveFault[];
}

interface Switch {
  readonly fault: ActiveFault;
  readonly pattern: RegExp | undefined;
  readonly endsAtMs: number;
}

const isWebhookKind = (kind: FaultKind): kind is WebhookFaultKind =>
  (webhookFaultKinds as readonly string[]).includes(kind);

const strikes = (entry: Switch, target: { method?: string; path: string }, prng: Prng): boolean => {
  const { fault, pattern } = entry;
  if (fault.method !== undefined && fault.method.toUpperCase() !== target.method) {
    return false;
  }
  if (pattern !== undefined && !pattern.test(target.path)) {
    return false;
  }
  if (fault.share < 1 && prng.next() >= fault.share) {
    return false;
  }
  fault.hits += 1;
  return true;
};

export const createFaultSwitches = (seedPrng: Prng): FaultSwitches => {
  let switches: Switch[] = [];
  let prng = seedPrng.fork('faults');
  let nextId = 1;
  const sweep = (): void => {
    const nowMs = Date.now();
    switches = switches.filter(
      ({ fault, endsAtMs }) => endsAtMs > nowMs && (fault.times === undefined || fault.hits < fault.times),
    );
  };
  const strikeAll = (target: { method?: string; path: string }, webhook: boolean): ActiveFault[] => {
    if (switches.length === 0) {
      return [];
    }
    sweep();
    const struck: ActiveFault[] = [];
    let decided = false;
    for (const entry of switches) {
      const isLatency = entry.fault.kind === 'latency';
      if (isWebhookKind(entry.fault.kind) !== webhook || (decided && !isLatency && !webhook)) {
        continue;
      }
      if (strikes(entry, target, prng)) {
        struck.push(entry.fault);
        decided ||= !isLatency;
      }
    }
    return struck;
  };
  return {
    add: (request) => {
      const fault: ActiveFault = { ...request, faultId: `fault-${nextId}`, hits: 0 };
      const pattern = request.path === undefined ? undefined : new RegExp(request.path, 'i');
      switches.push({
        fault,
        pattern,
        endsAtMs: request.forMs === undefined ? Infinity : Date.now() + request.forMs,
      });
      nextId += 1;
      return fault;
    },
    list: () => {
      sweep();
      return switches.map(({ fault }) => fault);
    },
    remove: (faultId) => {
      const before = switches.length;
      switches = switches.filter(({ fault }) => fault.faultId !== faultId);
      return switches.length < before;
    },
    clear: () => {
      switches = [];
      prng = seedPrng.fork('faults');
    },
    strikeRequest: (request) => strikeAll(request, false),
    strikeWebhook: (action) => strikeAll({ path: action }, true),
  };
};
