import { Publisher } from '../../src/temporal/publisher';
import { SyncDriver, type OrderServer } from './sync-driver';

/** How one thing's workflow is reached. */
export interface GoodsSubject {
  readonly workflowId: string;
  /** Records one event of it through the door. */
  readonly record: (door: Publisher, eventId: string) => Promise<unknown>;
}

/** A reception, purchase order, store's stock or tenant's stores of its own, behind the intake's own door. */
export class GoodsDriver<Outcome> extends SyncDriver<Outcome> {
  readonly door: Publisher;

  constructor(
    server: OrderServer,
    private readonly subject: GoodsSubject,
  ) {
    super(server, subject.workflowId);
    this.door = new Publisher({
      client: () => server.client,
      retryLadder: 'one-minute',
      callTimeoutMs: 10_000,
      taskQueue: this.taskQueue,
    });
  }

  protected tell(eventId: string): Promise<unknown> {
    return this.subject.record(this.door, eventId);
  }
}
