import { ActivityCancellationType, type ActivityOptions } from '@temporalio/workflow';
import { ladderRetryPolicy, type RetryLadderName } from '../../contracts/retry-ladder';

/**
 * Activities that change one vendor's system and may be repeated as a whole, however often: every attempt re-reads its
 * source and writes only what differs.
 *
 * - Retried for ever on the ladder; the failing activity sets the exact rung (`nextRetryDelay`), and the policy's own
 *   backoff has the same shape for attempts that end by a crash or a timeout.
 * - A cancelled wait ends at once; a cancelled *running* attempt is waited for, so that two attempts never write at the
 *   same time.
 * - A worker that dies is noticed within the heartbeat timeout; the start-to-close timeout only bounds an attempt that
 *   hangs, and leaves room for orders of several hundred lines on a slow day.
 */
export function convergent(ladder: RetryLadderName): ActivityOptions {
  return {
    startToCloseTimeout: '10 minutes',
    heartbeatTimeout: '30 seconds',
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: ladderRetryPolicy(ladder),
  };
}
