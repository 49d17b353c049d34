import { Agent, request } from 'undici';

import { type TimerSet } from './clock';
import { type ActiveFault, type FaultSwitches } from './faults';

/** A vendor's delivery rules, as plain data so that waiting deliveries survive a restart. */
export interface WebhookPolicy {
  readonly timeoutMs: number;
  /** One wait before each further try; their number is the number of retries. */
  readonly retryDelaysMs: readonly number[];
  /** Statuses after which the vendor gives up at once (2xx always ends a delivery). */
  readonly finalStatuses: readonly number[] | 'every-4xx';
}

/** One webhook to send. `body` is the text that goes out. */
export interface WebhookDelivery {
  /** What the log shows and fault patterns match: an action name or an operation id. */
  readonly action: string;
  readonly objectId: string;
  readonly url: string;
  readonly method?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Free for the vendor: comes back in `onGivenUp`. */
  readonly reference?: string;
}

/** One try, as `GET /_sandbox/webhooks` shows it. */
interface LoggedDelivery {
  readonly seq: number;
  readonly at: string;
  readonly action: string;
  readonly objectId: string;
  readonly attempt: number;
  readonly status?: number;
  readonly error?: string;
  readonly fault?: string;
}

/** A delivery that waits for its next try. */
export interface PendingDelivery {
  readonly delivery: WebhookDelivery;
  /** How many tries were made. */
  readonly attempts: number;
}

/** Sends webhooks by a vendor's rules; every delivery goes its own way, none waits for another. */
export interface WebhookSender {
  send(delivery: WebhookDelivery): void;
  log(): LoggedDelivery[];
  pendingCount(): number;
  pending(): PendingDelivery[];
  /** Takes up deliveries from a saved state; the next try is due at once. */
  restore(pending: readonly PendingDelivery[]): void;
  /** Drops everything that waits, and the log. */
  clear(): void;
  stop(): Promise<void>;
}

/** What a sender needs. `timeScale` multiplies the retry delays (not the timeout). */
export interface WebhookSenderOptions {
  readonly policy: WebhookPolicy;
  readonly timeScale: number;
  readonly timers: TimerSet;
  readonly faults: FaultSwitches;
  /** Called when a delivery ends without a 2xx answer. */
  readonly onGivenUp: (delivery: WebhookDelivery, outcome: string) => void;
}

const logCapacity = 100_000;
const reorderPatienceMs = 500;

type TryResult = { readonly status: number } | { readonly error: string };

const describeError = (error: unknown): string => {
  if (error instanceof Error) {
    return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  }
  return 'unknown';
};

class Sender implements WebhookSender {
  readonly #options: WebhookSenderOptions;
  readonly #agent = new Agent({ connections: 64, pipelining: 1, keepAliveTimeout: 10_000 });
  readonly #waiting = new Map<number, PendingDelivery>();
  readonly #held: (() => void)[] = [];
  #log: LoggedDelivery[] = [];
  #seq = 0;
  #nextTicket = 1;
  /** Grows on `clear`, so that tries under way then find themselves outdated. */
  #generation = 0;
  #stopped = false;

  constructor(options: WebhookSenderOptions) {
    this.#options = options;
  }

  send(delivery: WebhookDelivery): void {
    const struck = this.#options.faults.strikeWebhook(delivery.action);
    const find = (kind: ActiveFault['kind']): ActiveFault | undefined => struck.find((fault) => fault.kind === kind);
    if (find('webhook-lost') !== undefined) {
      this.#note({ ...this.#subject(delivery), attempt: 0, error: 'never sent', fault: 'webhook-lost' });
      return;
    }
    const copies = find('webhook-duplicate') === undefined ? 1 : 2;
    const delay = find('webhook-delay');
    for (let copy = 0; copy < copies; copy += 1) {
      const label = copy > 0 ? 'webhook-duplicate' : delay?.kind;
      const ticket = this.#admit(delivery, 0);
      const start = (): void => void this.#attempt(ticket, label);
      if (find('webhook-reorder') !== undefined) {
        this.#hold(ticket, start);
      } else if (delay !== undefined) {
        this.#options.timers.after(delay.delayMs ?? 1000, start);
      } else {
        start();
      }
    }
  }

  log(): LoggedDelivery[] {
    return this.#log.slice(-logCapacity);
  }

  pendingCount(): number {
    return this.#waiting.size;
  }

  pending(): PendingDelivery[] {
    return [...this.#waiting.values()];
  }

  restore(pending: readonly PendingDelivery[]): void {
    for (const { delivery, attempts } of pending) {
      void this.#attempt(this.#admit(delivery, attempts), undefined);
    }
  }

  clear(): void {
    this.#generation += 1;
    this.#waiting.clear();
    this.#held.length = 0;
    this.#log = [];
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#agent.destroy();
  }

  #admit(delivery: WebhookDelivery, attempts: number): number {
    const ticket = this.#nextTicket;
    this.#nextTicket += 1;
    this.#waiting.set(ticket, { delivery, attempts });
    return ticket;
  }

  /** Re-ordered: goes out behind the next delivery, or after a short wait when none comes. */
  #hold(ticket: number, start: () => void): void {
    let started = false;
    const release = (): void => {
      if (!started && this.#waiting.has(ticket)) {
        started = true;
        start();
      }
    };
    this.#held.push(release);
    this.#options.timers.after(reorderPatienceMs, release);
  }

  async #attempt(ticket: number, fault: string | undefined): Promise<void> {
    const entry = this.#waiting.get(ticket);
    if (entry === undefined || this.#stopped) {
      return;
    }
    const generation = this.#generation;
    const attempts = entry.attempts + 1;
    const result = await this.#try(entry.delivery);
    if (this.#stopped || generation !== this.#generation) {
      return;
    }
    this.#note({
      ...this.#subject(entry.delivery),
      attempt: attempts,
      ...result,
      ...(fault === undefined ? {} : { fault }),
    });
    this.#waiting.set(ticket, { delivery: entry.delivery, attempts });
    this.#settle(ticket, attempts, result);
    for (const release of this.#held.splice(0)) {
      release();
    }
  }

  #settle(ticket: number, attempts: number, result: TryResult): void {
    const { policy, timers, timeScale, onGivenUp } = this.#options;
    const status = 'status' in result ? result.status : undefined;
    const delivered = status !== undefined && status >= 200 && status < 300;
    const delayMs = policy.retryDelaysMs[attempts - 1];
    if (!delivered && !this.#isFinal(status) && delayMs !== undefined) {
      timers.after(delayMs * timeScale, () => void this.#attempt(ticket, undefined));
      return;
    }
    const entry = this.#waiting.get(ticket);
    this.#waiting.delete(ticket);
    if (!delivered && entry !== undefined) {
      onGivenUp(entry.delivery, 'status' in result ? String(result.status) : result.error);
    }
  }

  #isFinal(status: number | undefined): boolean {
    const { finalStatuses } = this.#options.policy;
    if (status === undefined) {
      return false;
    }
    return finalStatuses === 'every-4xx' ? status >= 400 && status < 500 : finalStatuses.includes(status);
  }

  async #try(delivery: WebhookDelivery): Promise<TryResult> {
    try {
      const { statusCode, body } = await request(delivery.url, {
        method: (delivery.method ?? 'POST') === 'PUT' ? 'PUT' : 'POST',
        headers: { 'content-type': 'application/json', ...delivery.headers },
        body: delivery.body,
        dispatcher: this.#agent,
        signal: AbortSignal.timeout(this.#options.policy.timeoutMs),
      });
      await body.dump();
      return { status: statusCode };
    } catch (error) {
      return { error: describeError(error) };
    }
  }

  #subject(delivery: WebhookDelivery): { action: string; objectId: string } {
    return { action: delivery.action, objectId: delivery.objectId };
  }

  #note(entry: Omit<LoggedDelivery, 'seq' | 'at'>): void {
    this.#seq += 1;
    this.#log.push({ seq: this.#seq, at: new Date().toISOString(), ...entry });
    if (this.#log.length >= logCapacity * 1.25) {
      this.#log = this.#log.slice(-logCapacity);
    }
  }
}

export const createWebhookSender = (options: WebhookSenderOptions): WebhookSender => new Sender(options);
