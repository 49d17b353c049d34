import { condition } from '@temporalio/workflow';
import type { EntityInput } from '../contracts/entity-sync';
import { stockKind, type StockEvent, type StockKey, type StockOutcome } from '../contracts/kinds/stock';
import { outcomePage } from './entity-page';
import type { Beside, EntityRun } from './entity-sync';

const SECOND_MS = 1_000;

/**
 * After a switch of masters the store is aligned at once, and once more later: a worker that still ran with the old
 * configuration may have written against the new master in between.
 */
export class SecondAlignment implements Beside<StockEvent, StockOutcome> {
  /** When the store is to be aligned once more, in the workflow's time. */
  private atMs: number | undefined;

  constructor(
    private readonly run: EntityRun<StockOutcome>,
    private readonly input: EntityInput<StockKey, StockEvent, StockOutcome>,
  ) {
    const at = input.carried?.beside;
    if (typeof at === 'number') this.atMs = at;
  }

  passEnded(_outcome: StockOutcome, events: readonly StockEvent[]): void {
    if (events.length === 0) this.atMs = undefined;
    for (const { subject } of events) {
      if (subject.kind === 'switch') this.atMs = Date.now() + subject.alignAgainAfterSeconds * SECOND_MS;
    }
  }

  /** Waits for the second alignment, or for an event that comes before it. */
  async wait(): Promise<boolean> {
    if (this.atMs === undefined) return false;
    const waitMs = this.atMs - Date.now();
    if (waitMs > 0) {
      const subject = stockKind.subject(this.input);
      const at = new Date(this.atMs).toISOString().slice(0, 16).replace('T', ' ');
      const done = this.run.outcome ? outcomePage(stockKind, subject, this.run.outcome) : subject;
      const why = 'in case a worker with the old configuration has written in the meantime';
      this.run.show('Syncing', `${done}\n- **New master:** aligned once more at ${at} UTC, ${why}`);
      await condition(() => this.run.hasEvents, waitMs);
    }
    return true;
  }

  carry(): unknown {
    return this.atMs;
  }
}
