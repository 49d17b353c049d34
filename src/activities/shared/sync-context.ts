import { CancelledFailure, Context } from '@temporalio/activity';
import { ATTEMPT_FAILED_SIGNAL, type FailedAttemptReport } from '../../contracts/entity-sync';
import type { FailureType } from '../../contracts/failure-types';
import type { FieldChange } from '../../contracts/order-inspection';
import { ladderDelayMs, type RetryLadderName } from '../../contracts/retry-ladder';
import type { Tenant, TenantRegistry } from '../tenants';
import { interruptedFailure, SyncError, toApplicationFailure, type ClassifiedFailure } from './failures';

/** How often a running attempt tells Temporal that it is alive; well below the heartbeat timeout of 30 seconds. */
const HEARTBEAT_INTERVAL_MS = 8_000;

/** How long a failing attempt may spend on telling its workflow so. The failure itself reaches Temporal anyway. */
const REPORT_TIMEOUT_MS = 5_000;

/** Cancellation for an attempt's vendor calls, and the count of calls it has made. */
export interface Attempt {
  readonly signal: AbortSignal;
  readonly onCall: () => void;
  calls: number;
  /** When the first attempt of this work was due, in milliseconds since 1970; absent outside of Temporal. */
  readonly begunAtMs?: number;
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

/**
 * Asked before something is removed because Omnium answered 404, which a wrong right or a node that restarts does too: the
 * attempt fails until it has been so for some time (setting `exports.secondLookSeconds`), and each attempt looks again.
 *
 * @throws SyncError `RemovalHeld`
 */
export function mustStayAbsent({ tenant, begunAtMs, dryRun }: SyncContext, what: string): void {
  if (begunAtMs === undefined || dryRun) return;
  const { secondLookSeconds } = tenant.config.exports;
  if (Date.now() - begunAtMs >= secondLookSeconds * 1_000) return;
  const message = `Omnium does not know ${what}: before anything is removed, it is asked again ${secondLookSeconds} seconds later`;
  throw new SyncError('RemovalHeld', message);
}

/** Which pass of which workflow an attempt belongs to. */
export interface AttemptInput {
  readonly retryLadder: RetryLadderName;
  readonly pass: number;
  /** Of sweeps and exports: the signal by which every failed attempt is reported. */
  readonly signalName?: string;
  /** Set when the attempt is about one receipt of an order and not about the order itself. */
  readonly orderReceiptUid?: string;
  /** Never wait longer than this between two attempts, unless the vendor asks for it. */
  readonly longestDelayMs?: number;
}

/** What an attempt that failed leaves to the next one, in its heartbeat. */
interface FailedBefore {
  /** The failure that the workflow shows. */
  readonly reported: FailureType | undefined;
  readonly failedAttempts: number;
}

/**
 * Runs one attempt of an activity: keeps it alive by heartbeats, and turns what it throws into the one kind of failure
 * Temporal retries on the ladder. The workflow is notified of a failure when its page changes by that: of the first one,
 * and of one of another type. Attempt and next try are the server's to say, and a signal for each would double its work.
 */
export async function runAttempt<T>(input: AttemptInput, work: (attempt: Attempt) => Promise<T>): Promise<T> {
  const context = Context.current();
  const attempt: Attempt = {
    ...{ signal: context.cancellationSignal, calls: 0, onCall: () => (attempt.calls += 1) },
    begunAtMs: context.info.scheduledTimestampMs,
  };
  const before = input.signalName === undefined ? failedBefore(context.info.heartbeatDetails) : undefined;
  const heartbeat = setInterval(() => context.heartbeat(attempt.progress ?? before), HEARTBEAT_INTERVAL_MS);
  try {
    const result = await work(attempt);
    if (before === undefined || typeof result !== 'object' || result === null) return result;
    return { ...result, failedAttempts: before.failedAttempts };
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
    const isShown =
      before?.reported === failure.failureType || (await report(context, failure, input, attempt.storeUid));
    // Work that keeps its own progress in the heartbeat reports every attempt.
    if (input.signalName === undefined && attempt.progress === undefined) {
      const reported = isShown ? failure.failureType : before?.reported;
      context.heartbeat({ reported, failedAttempts: (before?.failedAttempts ?? 0) + 1 } satisfies FailedBefore);
    }
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

function failedBefore(details: unknown): FailedBefore | undefined {
  const isOurs = typeof details === 'object' && details !== null && 'reported' in details;
  return isOurs ? (details as FailedBefore) : undefined;
}

/** An attempt whose signal was aborted: on purpose by the workflow, or because this worker is stopping. */
async function endOfAbortedAttempt(context: Context): Promise<Error> {
  const reason = await context.cancelled.catch((cancelled: unknown) => cancelled);
  if (reason instanceof CancelledFailure && reason.message !== 'WORKER_SHUTDOWN') return reason;
  return interruptedFailure();
}

/** Whether the workflow has been notified. If not, its page says less until the next attempt; nothing else depends on it. */
async function report(
  context: Context,
  { failureType, message, delayMs }: ClassifiedFailure,
  { pass, orderReceiptUid, signalName }: AttemptInput,
  storeUid: string | undefined,
): Promise<boolean> {
  const { workflowId, runId } = context.info.workflowExecution ?? {};
  if (!workflowId || !runId) return false;
  const body: FailedAttemptReport = {
    failureType,
    message,
    attempt: context.info.attempt,
    at: new Date().toISOString(),
    pass,
    ...(storeUid && { storeUid }),
    ...(orderReceiptUid && { orderReceiptUid }),
  };
  try {
    const { workflow } = context.client;
    const handle = workflow.getHandle(workflowId, runId);
    await workflow.connection.withDeadline(Date.now() + REPORT_TIMEOUT_MS, async () => {
      if (signalName === undefined) return await handle.signal(ATTEMPT_FAILED_SIGNAL, body);
      const nextAttemptAt = new Date(Date.now() + delayMs).toISOString();
      return await handle.signal(signalName, { kind: 'attemptFailed', report: { ...body, nextAttemptAt } });
    });
    return true;
  } catch (error) {
    context.log.warn('could not report a failed attempt to its workflow', {
      cause: error instanceof Error ? error.name : 'unknown',
    });
    return false;
  }
}

/** Where it happened. The first line of a stack holds the message, which may quote a document; the rest does not. */
function stackOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack?.split('\n').slice(1, 6).join('\n') : undefined;
}
