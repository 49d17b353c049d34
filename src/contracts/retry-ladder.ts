/**
 * The retry ladder: the vendor's own table of delays between attempts, repeated for ever on its last rung.
 * Sources: Flow's architecture page starts at 1 minute, its setup page at 2 (docs/adr/0002-retry-ladder.md).
 */
export const RETRY_LADDERS = {
  'one-minute': [1, 2, 5, 10, 20, 30, 45, 60, 90, 120],
  'two-minutes': [2, 2, 5, 10, 20, 30, 45, 60, 90, 120],
} as const satisfies Record<string, readonly number[]>;

/** Name of a ladder preset, the value of the setting `retryLadder`. */
export type RetryLadderName = keyof typeof RETRY_LADDERS;

const BACKOFF_COEFFICIENTS: Readonly<Record<RetryLadderName, number>> = { 'one-minute': 1.85, 'two-minutes': 1.7 };

const MS_PER_MINUTE = 60_000;

/** Temporal takes a delay of 0 for "do not retry", so nothing is ever retried sooner than this. */
export const SHORTEST_DELAY_MS = 1_000;
export const LONGEST_DELAY_MS = 120 * MS_PER_MINUTE;

/**
 * Delay before the attempt after `attempt`, in milliseconds.
 *
 * @param attempt the attempt that has just failed, counted from 1
 * @param retryAfterMs what the vendor asked for (`Retry-After`), if it did: never earlier than that
 */
export function ladderDelayMs(ladder: RetryLadderName, attempt: number, retryAfterMs = 0): number {
  const rungs = RETRY_LADDERS[ladder];
  const rung = rungs[Math.min(Math.max(attempt, 1), rungs.length) - 1] ?? 120;
  const asked = Number.isFinite(retryAfterMs) ? retryAfterMs : 0;
  return Math.max(Math.min(rung * MS_PER_MINUTE, LONGEST_DELAY_MS), asked, SHORTEST_DELAY_MS);
}

/**
 * The ladder's shape as a Temporal retry policy, for attempts that end without our say: a crashed worker or a timeout
 * carries no `nextRetryDelay`, and the policy's own backoff applies. The coefficients keep every step within one rung of
 * the table.
 */
export function ladderRetryPolicy(ladder: RetryLadderName): {
  initialInterval: number;
  backoffCoefficient: number;
  maximumInterval: number;
} {
  return {
    initialInterval: RETRY_LADDERS[ladder][0] * MS_PER_MINUTE,
    backoffCoefficient: BACKOFF_COEFFICIENTS[ladder],
    maximumInterval: LONGEST_DELAY_MS,
  };
}
