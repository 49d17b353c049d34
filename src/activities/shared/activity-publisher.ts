import { Context } from '@temporalio/activity';
import type { RetryLadderName } from '../../contracts/retry-ladder';
import { Publisher } from '../../temporal/publisher';

/** How long an activity may take to publish one event. */
const CALL_TIMEOUT_MS = 10_000;

/**
 * The publisher of a worker's activities, made once per worker: it publishes with the client of the running activity.
 *
 * @param taskQueue another one than the engines' own, for tests that must not meet
 */
export function activityPublisher(retryLadder: RetryLadderName, taskQueue?: string): Publisher {
  const client = (): Context['client'] => Context.current().client;
  return new Publisher({ client, retryLadder, callTimeoutMs: CALL_TIMEOUT_MS, taskQueue });
}
