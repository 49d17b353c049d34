import { setTimeout as sleep } from 'node:timers/promises';
import { RETRY_LADDERS } from '../../src/contracts/retry-ladder';
import { slowness } from '../servers/machine';
import { type OrderWatch } from './order-watch';
import { type SandboxControls } from './vendors/sandbox-controls';

const MS_PER_MINUTE = 60_000;
/** A document may meet an outage twice before it comes: the ladder's first three steps. */
const LADDER_MS = RETRY_LADDERS['one-minute'].slice(0, 3).reduce((sum, step) => sum + step * MS_PER_MINUTE, 0);
const ASK_EVERY_MS = 5_000;
/** So often nothing of a document is under way before it is taken for lost; a workflow may be about to start. */
const QUIET_ASKS = 4;

/** Where to look for news of the integration. */
export interface ArrivalSources {
  readonly watch: Pick<OrderWatch, 'isUnderWay' | 'explainWorkflow'>;
  /** Of the systems whose events start everything. */
  readonly senders: readonly Pick<SandboxControls, 'pendingWebhooks'>[];
  readonly signal: AbortSignal;
}

/** Something that the integration has to bring to a shop. */
export interface Arrival {
  /** E.g. `web order W1-0041`. */
  readonly what: string;
  /** Workflow of the document. */
  readonly workflowId: string;
  readonly lookEveryMs: number;
}

/** Waits for what the integration brings, as long as it is on its way: on the ladder, or on a machine that is busy. */
export class Arrivals {
  private readonly awaited: string[] = [];

  constructor(
    private readonly sources: ArrivalSources,
    private readonly askEveryMs = ASK_EVERY_MS,
  ) {}

  /**
   * @param look - gives what is waited for, or undefined; one that fails counts as undefined
   * @throws Error with what its workflow says, when nothing of it is under way, or the ladder's first steps are over
   */
  async until<T>(arrival: Arrival, look: () => Promise<T | undefined>): Promise<T> {
    this.awaited.push(arrival.what);
    return await this.waitFor(arrival, look).finally(() => this.awaited.splice(this.awaited.indexOf(arrival.what), 1));
  }

  /** What is waited for now, in words; undefined when that is nothing. */
  describe(): string | undefined {
    const [first] = this.awaited;
    const others = this.awaited.length - 1;
    return first === undefined ? undefined : `waiting for ${first}${others > 0 ? ` and ${others} more` : ''}`;
  }

  private async waitFor<T>({ what, workflowId, lookEveryMs }: Arrival, look: () => Promise<T | undefined>): Promise<T> {
    const { watch, senders, signal } = this.sources;
    const giveUpAt = Date.now() + LADDER_MS * slowness();
    let askedAt = Date.now();
    let quiet = 0;
    for (;;) {
      const found = await look().catch(() => undefined);
      signal.throwIfAborted();
      if (found !== undefined) return found;
      if (Date.now() - askedAt >= this.askEveryMs * slowness()) {
        const pending = await Promise.all(senders.map((sender) => sender.pendingWebhooks().catch(() => 1)));
        quiet = pending.every((count) => count === 0) && !(await watch.isUnderWay(workflowId)) ? quiet + 1 : 0;
        askedAt = Date.now();
      }
      if (quiet >= QUIET_ASKS || Date.now() > giveUpAt)
        throw new Error(`${what} has not come: ${await watch.explainWorkflow(workflowId)}`);
      await sleep(lookEveryMs, undefined, { signal });
    }
  }
}
