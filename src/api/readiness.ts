import type { TemporalClient } from '../temporal/connection';
import { ensureSearchAttributes, SearchAttributesMissingError } from '../temporal/search-attributes';
import type { Logger } from '../observability/logger';

const ASK_TIMEOUT_MS = 1_000;
const ANSWER_KEPT_MS = 1_000;
const PREPARE_AGAIN_MS = 1_000;

/**
 * Ready when Temporal answers and its namespace has our search attributes; asks at most once a second, however often a
 * load balancer does.
 */
export class TemporalReadiness {
  private prepared = false;
  private stopping = false;
  private nextPreparation: NodeJS.Timeout | undefined;
  private answer: { readonly at: number; readonly reason: Promise<string | undefined> } | undefined;

  constructor(
    private readonly temporal: TemporalClient,
    private readonly logger: Logger,
  ) {}

  /** Adds missing search attributes as soon as Temporal can be reached, trying until it can. */
  async prepare(): Promise<void> {
    const { connection, namespace } = this.temporal;
    try {
      const added = await ensureSearchAttributes(connection, namespace);
      if (added.length > 0) this.logger.info({ added, namespace }, 'Search attributes added');
      this.prepared = true;
    } catch (error) {
      if (error instanceof SearchAttributesMissingError) {
        // They may exist all the same, where looking is not permitted; if they don't, each event is answered 503 and logged.
        this.logger.error({ err: error }, error.message);
        this.prepared = true;
      } else if (!this.stopping) {
        this.logger.warn({ err: error }, 'Temporal cannot be reached yet; webhooks are answered 503 until it can');
        this.nextPreparation = setTimeout(() => void this.prepare(), PREPARE_AGAIN_MS);
      }
    }
  }

  /** From now on the process takes no new work. */
  stop(): void {
    this.stopping = true;
    clearTimeout(this.nextPreparation);
  }

  /** The reason why events cannot be taken right now, or `undefined` when they can. */
  async check(): Promise<string | undefined> {
    if (this.stopping) return 'stopping';
    const now = Date.now();
    if (this.answer === undefined || now - this.answer.at > ANSWER_KEPT_MS) {
      this.answer = { at: now, reason: this.ask() };
    }
    return (await this.answer.reason) ?? (this.prepared ? undefined : 'search attributes are not set up yet');
  }

  private async ask(): Promise<string | undefined> {
    const { connection } = this.temporal;
    try {
      await connection.withDeadline(Date.now() + ASK_TIMEOUT_MS, () => connection.workflowService.getSystemInfo({}));
      return undefined;
    } catch {
      return 'Temporal cannot be reached';
    }
  }
}
