import { GoodsInbox } from '../../src/temporal/goods-inbox';
import { SyncDriver, type OrderServer } from './sync-driver';

/** How one thing's workflow is reached. */
export interface GoodsSubject {
  readonly workflowId: string;
  /** Records one event of it through the door. */
  readonly record: (door: GoodsInbox, eventId: string) => Promise<unknown>;
}

/** A reception, purchase order, store's stock or tenant's stores of its own, behind the intake's own door. */
export class GoodsDriver<Outcome> extends SyncDriver<Outcome> {
  readonly door: GoodsInbox;

  constructor(
    server: OrderServer,
    private readonly subject: GoodsSubject,
    alignAgainAfterSeconds = 600,
  ) {
    super(server, subject.workflowId);
    this.door = new GoodsInbox({
      client: server.client,
      retryLadder: 'one-minute',
      callTimeoutMs: 10_000,
      taskQueue: this.taskQueue,
      alignAgainAfterSeconds: () => alignAgainAfterSeconds,
    });
  }

  protected tell(eventId: string): Promise<unknown> {
    return this.subject.record(this.door, eventId);
  }
}
