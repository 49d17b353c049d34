import { setTimeout as sleep } from 'node:timers/promises';
import { slowness } from '../servers/machine';
import { type Narrator } from './narrator';
import { type OrderWatch, type WaitingOrder } from './order-watch';
import { type SandboxControls } from './vendors/sandbox-controls';

const POLL_EVERY_MS = 1_000;
/** Two numbers that Flow cannot tell apart: only people can give one of them another. */
const FOR_PEOPLE_ONLY = 'UidCollision';

/** What is waited for, and for how long. */
export interface SettleOptions {
  readonly watch: Pick<OrderWatch, 'queueLength' | 'waitingOrders'>;
  /** Of the systems whose events start everything. */
  readonly senders: readonly Pick<SandboxControls, 'pendingWebhooks'>[];
  readonly narrator: Narrator;
  /** Milliseconds after the last change of the queue's length at which waiting ends, on a quiet machine. */
  readonly patienceMs: number;
  /** Orders that nothing here can heal; they are not waited for. Nor is what has the number of something else. */
  readonly isBeyondHelp?: (order: WaitingOrder) => boolean;
  readonly signal: AbortSignal;
}

/**
 * Waits until every event has been delivered and every workflow of a document has ended, or only those that nothing can heal
 * are left.
 *
 * @returns false when patience ran out
 */
export async function settle(options: SettleOptions): Promise<boolean> {
  const { narrator, patienceMs, signal } = options;
  let quiet = 0;
  let last = '';
  let changedAt = Date.now();
  while (Date.now() - changedAt < patienceMs * slowness()) {
    const now = await lookAt(options).catch((error: unknown) => ({ isQuiet: false, words: String(error) }));
    signal.throwIfAborted();
    quiet = now.isQuiet ? quiet + 1 : 0;
    // Twice in a row: the index of workflows is a moment behind.
    if (quiet === 2) return true;
    if (now.words !== last) changedAt = Date.now();
    last = now.words;
    narrator.progress(now.words);
    await sleep(POLL_EVERY_MS, undefined, { signal });
  }
  return false;
}

async function lookAt(options: SettleOptions): Promise<{ readonly isQuiet: boolean; readonly words: string }> {
  const { watch, senders } = options;
  let pending = 0;
  for (const sender of senders) pending += await sender.pendingWebhooks();
  const { running, waiting } = await watch.queueLength();
  const allWaiting = running > 0 && running === waiting;
  const isQuiet = pending === 0 && (running === 0 || (allWaiting && (await onlyHopeless(options))));
  return { isQuiet, words: describe({ pending, running, waiting }) };
}

async function onlyHopeless({ watch, isBeyondHelp }: SettleOptions): Promise<boolean> {
  const waiting = await watch.waitingOrders();
  return waiting.every((order) => order.failureType === FOR_PEOPLE_ONLY || isBeyondHelp?.(order) === true);
}

function describe({ pending, running, waiting }: { pending: number; running: number; waiting: number }): string {
  const parts = [`${running - waiting} documents at work`, `${waiting} waiting on the retry ladder`];
  return [...parts, ...(pending > 0 ? [`${pending} events on their way`] : [])].join(', ');
}
