import { CancelledFailure, Context } from '@temporalio/activity';
import type { FailedAttemptReport } from '../../contracts/coalescing-messages';
import { ORDER_SIGNAL, type OrderSignal } from '../../contracts/messages';
import type { FieldChange } from '../../contracts/order-inspection';
import { ladderDelayMs, type RetryLadderName } from '../../contracts/retry-ladder';
import type { Tenant, TenantRegistry } from '../tenants';
import { interruptedFailure, toApplicationFailure, type ClassifiedFailure } from './failures';

/** How often a running attempt tells Temporal that it is alive; well below the heartbeat timeout of 30 seconds. */
const HEARTBEAT_INTERVAL_MS = 8_000;

/** How long a failing attempt may spend on telling its workflow so. The failure itself reaches Temporal anyway. */
const REPORT_TIMEOUT_MS = 5_000;

/** Cancellation for an attempt's vendor calls, and the count of calls it has made. */
export interface Attempt {
  readonly signal: AbortSignal;
  readonly onCall: () => void;
  calls: number;
  /** The store the work is for, once it is known; a failure after that can be found by store. */
  storeUid?: string;
  /** How far the work has come: told with every heartbeat, and given to the next attempt. */
  progress?: unknown;
}

/** What everything that works for one sync is given, as its first parameter. It is also the `CallContext` of its calls. */
export interface SyncContext extends Attempt {
  readonly tenant: Tenant;
  /** Collects what would be written. When it is there, nothing is written. */
  readonly dryRun?: FieldChange[];
}

/**
 * Asked before every write. A run that only compares notes the changes down and refuses, so that both kinds of run make the
 * very same decisions.
 */
export function mayWrite(context: Pick<SyncContext, 'dryRun'>, changes: () => readonly FieldChange[]): boolean {
  if (!context.dryRun) return true;
  context.dryRun.push(...changes());
  return false;
}

/** Which pass of which workflow an attempt belongs to. */
export interface AttemptInput {
  readonly retryLadder: RetryLadderName;
  readonly pass: number;
  /** The signal by which the workflow is told of a failure; the order workflow's by default. */
  readonly signalName?: string;
  /** Set when the attempt is about one receipt of an order and not about the order itself. */
  readonly orderReceiptUid?: string;
  /** Never wait longer than this between two attempts, unless the vendor asks for it. */
  readonly longestDelayMs?: number;
}

/**
 * Runs one attempt of an activity: keeps it alive by heartbeats, and turns whatever it throws into the one kind of
 * failure Temporal retries on the ladder. Before that, the workflow is told what failed and when it goes on, so that the
 * order's page can say so while the activity waits.
 */
export async function runAttempt<T>(input: AttemptInput, work: (attempt: Attempt) => Promise<T>): Promise<T> {
  const context = Context.current();
  const attempt: Attempt = { signal: context.cancellationSignal, calls: 0, onCall: () => (attempt.calls += 1) };
  const heartbeat = setInterval(() => context.heartbeat(attempt.progress), HEARTBEAT_INTERVAL_MS);
  try {
    return await work(attempt);
  } catch (error) {
    if (context.cancellationSignal.aborted) throw await endOfAbortedAttempt(context);
    const delayOf = (retryAfterMs?: number): number =>
      Math.min(
        ladderDelayMs(input.retryLadder, context.info.attempt, retryAfterMs),
        Math.max(input.longestDelayMs ?? Infinity, retryAfterMs ?? 0),
      );
    const failure = toApplicationFailure(error, delayOf);
    if (failure.failureType === 'Unexpected')
      context.log.error('an attempt failed by a defect', { stack: stackOf(error) });
    await report(context, failure, { input, storeUid: attempt.storeUid });
    throw failure.applicationFailure;
  } finally {
    clearInterval(heartbeat);
  }
}

/** {@link runAttempt} for one tenant. */
export function runSync<T>(
  tenants: TenantRegistry,
  input: AttemptInput & { readonly tenantUid: string },
  work: (context: SyncContext) => Promise<T>,
): Promise<T> {
  return runAttempt(input, (attempt) => work(Object.assign(attempt, { tenant: tenants.get(input.tenantUid) })));
}

/** An attempt whose signal was aborted: on purpose by the workflow, or because this worker is stopping. */
async function endOfAbortedAttempt(context: Context): Promise<Error> {
  const reason = await context.cancelled.catch((cancelled: unknown) => cancelled);
  if (reason instanceof CancelledFailure && reason.message !== 'WORKER_SHUTDOWN') return reason;
  return interruptedFailure();
}

async function report(
  context: Context,
  failure: ClassifiedFailure,
  { input, storeUid }: { readonly input: AttemptInput; readonly storeUid: string | undefined },
): Promise<void> {
  const { workflowId, runId } = context.info.workflowExecution ?? {};
  if (!workflowId || !runId) return;
  const body: FailedAttemptReport = {
    failureType: failure.failureType,
    message: failure.message,
    attempt: context.info.attempt,
    nextAttemptAt: new Date(Date.now() + failure.delayMs).toISOString(),
    pass: input.pass,
    ...(storeUid && { storeUid }),
    ...(input.orderReceiptUid && { orderReceiptUid: input.orderReceiptUid }),
  };
  // Every workflow that has attempts takes this shape, under the name of its own signal.
  const signal: OrderSignal = { kind: 'attemptFailed', report: body };
  try {
    const { workflow } = context.client;
    await workflow.connection.withDeadline(Date.now() + REPORT_TIMEOUT_MS, () =>
      workflow.getHandle(workflowId, runId).signal<[OrderSignal]>(input.signalName ?? ORDER_SIGNAL, signal),
    );
  } catch (error) {
    // The page is less informative until the next attempt; nothing else depends on the report.
    context.log.warn('could not report a failed attempt to its workflow', {
      cause: error instanceof Error ? error.name : 'unknown',
    });
  }
}

/** Where it happened. The first line of a stack holds the message, which may quote a document; the rest does not. */
function stackOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack?.split('\n').slice(1, 6).join('\n') : undefined;
}
