import type { Client } from '@temporalio/client';
import type { OrderEvent } from '../../contracts/messages';
import type { SignalFindingsInput, SweepFinding } from '../../contracts/sweep-messages';
import { OrderInbox } from '../../temporal/order-inbox';
import type { Attempt } from '../attempt';

const CALL_TIMEOUT_MS = 10_000;
const SIGNALS_AT_ONCE = 8;

/** What findings are told with. */
export interface SignalParts {
  readonly client: Client;
  readonly attempt: Attempt;
  /** Another task queue than the engine's own, for tests that must not meet. */
  readonly taskQueue?: string;
}

/**
 * Tells the owners of what a stretch has found, through the same door as the webhooks. An event's id is made of the run
 * and of what it is about, so that an attempt that repeats another one tells nobody anything new.
 */
export async function signalFindings(input: SignalFindingsInput, parts: SignalParts): Promise<void> {
  const { client, taskQueue } = parts;
  const options = { client, retryLadder: input.retryLadder, callTimeoutMs: CALL_TIMEOUT_MS };
  const inbox = new OrderInbox({ ...options, ...(taskQueue !== undefined && { taskQueue }) });
  const waiting = input.findings.values();
  const tellers = Array.from({ length: SIGNALS_AT_ONCE }, async () => {
    for (const finding of waiting) {
      parts.attempt.signal.throwIfAborted();
      await tell(inbox, input, finding);
    }
  });
  const ends = await Promise.allSettled(tellers);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

async function tell(inbox: OrderInbox, input: SignalFindingsInput, { target, storeUid }: SweepFinding): Promise<void> {
  const { stream, tenantUid, window } = input;
  if (target.kind === 'customer') return;
  const { orderNumber, omniumOrderId = orderNumber, flowOrderUid } = target;
  const event: OrderEvent = {
    eventId: ['sweep', stream, window.to, orderNumber, ...(flowOrderUid ? [flowOrderUid] : [])].join(':'),
    source: 'sweep',
    what: `Sweep ${stream}`,
    ...(flowOrderUid && { flowOrderUid }),
  };
  await inbox.record({ tenantUid, orderNumber, omniumOrderId }, event, { ...(storeUid && { storeUid }) });
}
