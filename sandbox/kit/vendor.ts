import { type NextFunction, type Request, type Response, type Router } from 'express';

import { type SandboxClock, type TimerSet } from './clock';
import { type FaultSwitches } from './faults';
import { type Manners, type MannerSwitches } from './manners';
import { type Prng } from './prng';
import { type RequestLog } from './request-log';
import { type WebhookDelivery, type WebhookPolicy, type WebhookSender } from './webhook-sender';

/** What the kit hands to a vendor. */
export interface SandboxContext {
  readonly vendorName: string;
  readonly seed: number;
  readonly prng: Prng;
  readonly clock: SandboxClock;
  readonly timers: TimerSet;
  readonly webhooks: WebhookSender;
  readonly faults: FaultSwitches;
  readonly manners: MannerSwitches;
  readonly requests: RequestLog;
  /** Call after every change of the store, so that it is saved. */
  markDirty(): void;
}

/** A failure that was switched on and that the vendor words in its own way. */
interface FaultAnswer {
  readonly status: number;
  /** The value of the `Retry-After` header, when asked for; the kit sets the header itself. */
  readonly retryAfter?: string;
}

/** Everything a vendor gives: its routes, its store, its words for errors. */
export interface Vendor {
  /** Adds the public routes. Bodies are already parsed: JSON and forms to values, all else to a Buffer. */
  addRoutes(router: Router): void;
  /** Runs for every public request before faults strike (so latency counts as time in the vendor): limits, authentication. */
  readonly gate?: Middleware;
  /** Adds routes below `/_sandbox`; their JSON bodies are parsed. */
  addControlRoutes?(router: Router): void;
  /** Writes the vendor's error body for a switched-on failure (`unauthorized`, `rate-limit`, `error`). */
  answerFault(res: Response, fault: FaultAnswer): void;
  /** Turns whatever a route threw into the vendor's error answer; also gets {@link BodySyntaxError}. */
  answerError(error: unknown, req: Request, res: Response): void;
  /** Answers a path no route knows. */
  answerUnknownPath(req: Request, res: Response): void;
  /** Back to the seeded state. */
  reset(): void;
  /** The store as plain JSON data. */
  capture(): unknown;
  /** Takes over what `capture` gave earlier. */
  restore(state: unknown): void;
  /** A webhook that was never accepted. */
  onWebhookGivenUp?(delivery: WebhookDelivery, outcome: string): void;
  /** The sandbox clock was moved by `POST /_sandbox/clock`. */
  onClockAdvanced?(): void;
}

/** How a vendor is made and how its server behaves. */
export interface VendorDefinition {
  readonly name: string;
  readonly webhookPolicy: WebhookPolicy;
  /** Default false: `/API/orders` is `/api/Orders`. */
  readonly caseSensitivePaths?: boolean;
  /** Largest request body. Default 20 MB. */
  readonly bodyLimit?: string;
  /** Tells saved states of other data apart, for example the number of products. The seed is added by the kit. */
  readonly stateKey?: string;
  /** What the contract leaves open and this vendor can do both ways. */
  readonly manners: Manners;
  create(context: SandboxContext): Vendor;
}

/** The request body is not what its content type says; `status` 400, or 413 when too large. */
export class BodySyntaxError extends Error {
  override readonly name = 'BodySyntaxError';
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** Middleware type, so vendors need not import express for it. */
export type Middleware = (req: Request, res: Response, next: NextFunction) => void;
