import { z } from 'zod';
import { JsonApi } from './json-api';

/** A fault to switch on; the members are those of `POST /_sandbox/faults`. */
export interface Fault {
  readonly kind:
    | 'error'
    | 'rate-limit'
    | 'outage'
    | 'lost-answer'
    | 'webhook-lost'
    | 'webhook-duplicate'
    | 'webhook-reorder'
    | 'webhook-delay';
  readonly method?: string;
  /** Regular expression on the path. */
  readonly path?: string;
  readonly share?: number;
  readonly times?: number;
  readonly forMs?: number;
  readonly delayMs?: number;
  readonly status?: number;
  readonly retryAfter?: number;
}

const pendingSchema = z.looseObject({ pending: z.number() });
const healthSchema = z.looseObject({ ready: z.literal(true) });
const faultSchema = z.looseObject({ faultId: z.string() });
const faultsSchema = z.looseObject({ faults: z.array(z.looseObject({ faultId: z.string(), hits: z.number() })) });

/** The fault switches of one sandbox. */
export class SandboxControls {
  private readonly api: JsonApi;

  constructor(sandboxUrl: string, signal: AbortSignal) {
    this.api = new JsonApi({ baseUrl: `${sandboxUrl}/_sandbox`, signal });
  }

  /** Switches a fault on and gives its id. */
  async switchOn(fault: Fault): Promise<string> {
    const { body } = await this.api.send({ method: 'POST', path: '/faults', body: fault });
    return faultSchema.parse(body).faultId;
  }

  /** Switches a fault off and gives how often it struck; 0 when it had switched itself off. */
  async switchOff(faultId: string): Promise<number> {
    const { body } = await this.api.send({ method: 'GET', path: '/faults' });
    const hits = faultsSchema.parse(body).faults.find((fault) => fault.faultId === faultId)?.hits ?? 0;
    await this.api.send({ method: 'DELETE', path: `/faults/${faultId}`, accept: [404] });
    return hits;
  }

  /** Webhooks that are on their way or wait for another try. */
  async pendingWebhooks(): Promise<number> {
    return pendingSchema.parse((await this.api.send({ method: 'GET', path: '/webhooks/pending' })).body).pending;
  }

  /** @throws when the sandbox does not answer */
  async assertReady(): Promise<void> {
    healthSchema.parse((await this.api.send({ method: 'GET', path: '/health' })).body);
  }
}
