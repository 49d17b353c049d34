import { type Connection } from '@temporalio/client';
import { type Readiness } from './routes/get-health';

const ASK_TIMEOUT_MS = 1_000;
const ANSWER_KEPT_MS = 1_000;

/** Ready while Temporal answers; asks at most once a second, however often a load balancer does. */
export class TemporalReadiness implements Readiness {
  readonly #connection: Connection;
  #stopping = false;
  #answer: { readonly at: number; readonly reason: Promise<string | undefined> } | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** From now on the process takes no new work. */
  stop(): void {
    this.#stopping = true;
  }

  async check(): Promise<string | undefined> {
    if (this.#stopping) return 'stopping';
    const now = Date.now();
    if (this.#answer === undefined || now - this.#answer.at > ANSWER_KEPT_MS) {
      this.#answer = { at: now, reason: this.#ask() };
    }
    return await this.#answer.reason;
  }

  async #ask(): Promise<string | undefined> {
    try {
      await this.#connection.withDeadline(Date.now() + ASK_TIMEOUT_MS, () =>
        this.#connection.workflowService.getSystemInfo({}),
      );
      return undefined;
    } catch {
      return 'Temporal cannot be reached';
    }
  }
}
