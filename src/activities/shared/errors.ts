import type { FailureType } from '../../contracts/failure-types';

/**
 * A sync that cannot go on, found by our own rules and not by a vendor's answer: an unknown store, two ids that collide.
 * The message names the field and what to do, never a person.
 */
export class SyncError extends Error {
  override readonly name = 'SyncError';

  constructor(
    readonly failureType: FailureType,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
